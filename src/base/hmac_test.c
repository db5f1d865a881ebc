#include "base/hmac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_mac(cp_text key, cp_text bytes, const char *hex)
{
    uint8_t mac[32];

    assert_int_equal(cp_hmac_sha256(key, bytes, mac), CP_OK);
    for (size_t i = 0; i < 32; i++) {
        char byte[3];

        snprintf(byte, sizeof byte, "%02x", mac[i]);
        assert_memory_equal(byte, hex + 2 * i, 2);
    }
}

/* RFC 4231 4.3, 4.4 TEST */
static void it_makes_the_codes_of_rfc_4231(void **state)
{
    char key[20], bytes[50];

    (void)state;
    memset(key, 0xaa, sizeof key);
    memset(bytes, 0xdd, sizeof bytes);
    assert_mac(CP_TEXT("Jefe"), CP_TEXT("what do ya want for nothing?"),
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_mac((cp_text){key, sizeof key}, (cp_text){bytes, sizeof bytes},
               "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
}

static void codes_that_differ_in_any_byte_are_not_the_same(void **state)
{
    uint8_t a[32] = {1, 2, 3}, b[32];

    (void)state;
    memcpy(b, a, sizeof a);
    assert_true(cp_hmac_same(a, b));
    for (size_t i = 0; i < sizeof b; i++) {
        b[i] ^= 0x80;
        assert_false(cp_hmac_same(a, b));
        b[i] ^= 0x80;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_makes_the_codes_of_rfc_4231),
        cmocka_unit_test(codes_that_differ_in_any_byte_are_not_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
