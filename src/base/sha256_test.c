#include "base/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void the_examples_of_nist_come_out(void **state)
{
    static const struct {
        const char *bytes, *hex;
    } cases[] = {
        {NULL, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char hex[65];

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        cp_sha256_hex(cp_text_of(cases[i].bytes), hex);
        assert_string_equal(hex, cases[i].hex);
    }
}

static void pieces_sum_up_to_the_whole(void **state)
{
    static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    char whole[65], hex[65];

    (void)state;
    cp_sha256_hex(cp_text_of(text), whole);
    for (size_t cut = 0; cut < sizeof(text); cut++) {
        struct cp_sha256 *sum;

        assert_int_equal(cp_sha256_open(&sum), CP_OK);
        cp_sha256_add(sum, (cp_text){text, cut});
        cp_sha256_add(sum, (cp_text){NULL, 0});
        cp_sha256_add(sum, cp_text_of(text + cut));
        cp_sha256_close(sum, hex);
        assert_string_equal(hex, whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_nist_come_out),
        cmocka_unit_test(pieces_sum_up_to_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
