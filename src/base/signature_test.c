#include "base/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* The key of RFC 8032 7.1, test 1. */
static const char private_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
static const char public_pem[] = "-----BEGIN PUBLIC KEY-----\n"
                                 "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                                 "-----END PUBLIC KEY-----\n";
static const char of_nothing[] =
    "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";

static void the_signature_of_the_rfc_is_made_and_holds(void **state)
{
    char out[CP_SIGNATURE_LEN + 1];

    (void)state;
    assert_int_equal(cp_signature_make(CP_TEXT(""), cp_text_of(private_pem), out), CP_OK);
    assert_int_equal(strlen(out), CP_SIGNATURE_LEN);
    assert_int_equal(cp_signature_check(CP_TEXT(""), cp_text_of(out), cp_text_of(public_pem)),
                     CP_OK);
    assert_string_equal(out, of_nothing);
}

static void no_changed_byte_and_no_changed_letter_holds(void **state)
{
    char text[] = "what is signed", letters[CP_SIGNATURE_LEN + 1];
    cp_text bytes = {text, sizeof text - 1};

    (void)state;
    assert_int_equal(cp_signature_make(bytes, cp_text_of(private_pem), letters), CP_OK);
    for (size_t i = 0; i < bytes.len; i++) {
        text[i] ^= 1;
        assert_int_equal(cp_signature_check(bytes, cp_text_of(letters), cp_text_of(public_pem)),
                         CP_ERR_CONFLICT);
        text[i] ^= 1;
    }
    for (size_t i = 0; i < CP_SIGNATURE_LEN; i++) {
        char was = letters[i];

        letters[i] = was == 'A' ? 'B' : 'A';
        assert_int_not_equal(cp_signature_check(bytes, cp_text_of(letters), cp_text_of(public_pem)),
                             CP_OK);
        letters[i] = was;
    }
    assert_int_equal(cp_signature_check(bytes, cp_text_of(letters), cp_text_of(public_pem)), CP_OK);
}

static void what_is_no_key_or_no_signature_is_malformed(void **state)
{
    char out[CP_SIGNATURE_LEN + 1];
    cp_text whole = cp_text_of(of_nothing);

    (void)state;
    for (size_t len = 0; len < whole.len; len++)
        assert_int_equal(
            cp_signature_check(CP_TEXT(""), cp_text_sub(whole, 0, len), cp_text_of(public_pem)),
            CP_ERR_MALFORMED);
    assert_int_equal(cp_signature_check(CP_TEXT(""), whole, CP_TEXT("")), CP_ERR_MALFORMED);
    assert_int_equal(cp_signature_check(CP_TEXT(""), whole, cp_text_of(private_pem)),
                     CP_ERR_MALFORMED);
    assert_int_equal(cp_signature_make(CP_TEXT(""), cp_text_of(public_pem), out), CP_ERR_MALFORMED);
    assert_true(cp_signature_is_public_key(cp_text_of(public_pem)));
    assert_false(cp_signature_is_public_key(cp_text_of(private_pem)));
    assert_false(cp_signature_is_public_key(CP_TEXT("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signature_of_the_rfc_is_made_and_holds),
        cmocka_unit_test(no_changed_byte_and_no_changed_letter_holds),
        cmocka_unit_test(what_is_no_key_or_no_signature_is_malformed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
