#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(cp_text text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    if (text.len > 0)
        assert_memory_equal(text.at, expected, text.len);
}

static void equality_and_order_are_by_bytes(void **state)
{
    (void)state;
    assert_true(cp_text_eq(CP_TEXT(""), cp_text_of(NULL)));
    assert_true(cp_text_eq(CP_TEXT("ab"), cp_text_of("ab")));
    assert_false(cp_text_eq(CP_TEXT("ab"), CP_TEXT("abc")));
    assert_true(cp_text_is(CP_TEXT("ab"), "ab"));
    assert_true(cp_text_cmp(CP_TEXT("ab"), CP_TEXT("abc")) < 0);
    assert_true(cp_text_cmp(CP_TEXT("b"), CP_TEXT("abc")) > 0);
    assert_true(cp_text_cmp(CP_TEXT("\xc3"), CP_TEXT("z")) > 0);
    assert_int_equal(cp_text_cmp(CP_TEXT(""), cp_text_of(NULL)), 0);
}

static void starts_and_ends_know_the_edges(void **state)
{
    (void)state;
    assert_true(cp_text_starts(CP_TEXT("site:x"), CP_TEXT("site:")));
    assert_true(cp_text_starts(CP_TEXT("x"), CP_TEXT("")));
    assert_false(cp_text_starts(CP_TEXT("sit"), CP_TEXT("site:")));
    assert_true(cp_text_ends(CP_TEXT("a.csv"), CP_TEXT(".csv")));
    assert_true(cp_text_ends(CP_TEXT(""), CP_TEXT("")));
    assert_false(cp_text_ends(CP_TEXT("csv"), CP_TEXT(".csv")));
}

static void pieces_are_clipped(void **state)
{
    (void)state;
    assert_text(cp_text_sub(CP_TEXT("abc"), 1, 9), "bc");
    assert_text(cp_text_sub(CP_TEXT("abc"), 1, SIZE_MAX), "bc");
    assert_text(cp_text_sub(CP_TEXT("abc"), 3, 1), "");
    assert_text(cp_text_sub(CP_TEXT("abc"), SIZE_MAX, 1), "");
    assert_text(cp_text_trim(CP_TEXT(" \t a b\r\n")), "a b");
    assert_text(cp_text_trim(CP_TEXT(" ")), "");
    assert_int_equal(cp_text_find(CP_TEXT("a/b/c"), '/', 2), 3);
    assert_int_equal(cp_text_find(CP_TEXT("a/b/c"), '/', 4), 5);
    assert_int_equal(cp_text_find(CP_TEXT("a"), '/', 9), 1);
}

static void words_come_one_by_one(void **state)
{
    cp_text rest = CP_TEXT("  a bb|  c ");
    cp_text word;

    (void)state;
    assert_true(cp_text_word(&rest, " |", &word));
    assert_text(word, "a");
    assert_true(cp_text_word(&rest, " |", &word));
    assert_text(word, "bb");
    assert_true(cp_text_word(&rest, " |", &word));
    assert_text(word, "c");
    assert_false(cp_text_word(&rest, " |", &word));
    assert_false(cp_text_word(&rest, " |", &word));
    assert_text(word, "");
}

static void copies_end_with_a_zero(void **state)
{
    struct cp_arena *arena = cp_arena_open(64);
    cp_text text;

    (void)state;
    assert_int_equal(cp_text_join(CP_TEXT("ab"), CP_TEXT("cd"), arena, &text), CP_OK);
    assert_string_equal(text.at, "abcd");
    assert_int_equal(cp_text_copy(cp_text_of(NULL), arena, &text), CP_OK);
    assert_string_equal(text.at, "");
    assert_int_equal(cp_text_lower(CP_TEXT("AbZ\xc3\x84["), arena, &text), CP_OK);
    assert_string_equal(text.at, "abz\xc3\x84[");
    assert_int_equal(cp_text_copy(CP_TEXT("0123456789abcdef"), arena, &text), CP_ERR_NOMEM);
    assert_int_equal(cp_text_lower(CP_TEXT("0123456789abcdef"), arena, &text), CP_ERR_NOMEM);
    assert_string_equal(text.at, "abz\xc3\x84[");
    cp_arena_close(arena);
}

static void same_word_looks_past_ascii_case_only(void **state)
{
    (void)state;
    assert_true(cp_text_same_word(CP_TEXT("Huawei"), CP_TEXT("hUAWEI")));
    assert_false(cp_text_same_word(CP_TEXT("Huawei"), CP_TEXT("Huawe")));
    assert_false(cp_text_same_word(CP_TEXT("@"), CP_TEXT("`")));
    assert_false(cp_text_same_word(CP_TEXT("\xc3\x84"), CP_TEXT("\xc3\xa4")));
}

static void utf8_is_that_of_rfc_3629(void **state)
{
    static const char *const good[] = {"",
                                       "a",
                                       "\xc2\x80",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xef\xbf\xbf",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf",
                                       "화웨이"};
    static const char *const bad[] = {"\x80",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xc2",
                                      "\xc2z",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xe1\x80",
                                      "\xe1\x80z",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xf1\x80\x80",
                                      "\xff"};

    (void)state; /* RFC 3629 4 TEST */
    for (size_t i = 0; i < CP_COUNT(good); i++)
        assert_int_equal(cp_text_bad_utf8(cp_text_of(good[i])), strlen(good[i]));
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_int_equal(cp_text_bad_utf8(cp_text_of(bad[i])), 0);
    assert_int_equal(cp_text_bad_utf8(CP_TEXT("ab\xff")), 2);
    assert_int_equal(cp_text_bad_utf8(CP_TEXT("\0a")), 2);
}

static void nearest_finds_the_slip_and_only_that(void **state)
{
    const cp_text words[] = {CP_TEXT("forbid-transit"), CP_TEXT("forbid-presence"), CP_TEXT("of"),
                             CP_TEXT("layers"), CP_TEXT("layer")};
    char longest[66];

    (void)state;
    assert_int_equal(cp_text_nearest(CP_TEXT("forbid-trasnit"), words, 5), 0);
    assert_int_equal(cp_text_nearest(CP_TEXT("lauers"), words, 5), 3);
    assert_int_equal(cp_text_nearest(CP_TEXT("layerz"), words, 5), 3); /* both at 1: the first */
    assert_int_equal(cp_text_nearest(CP_TEXT("lyaer"), words, 5), 4);  /* two have changed places */
    assert_int_equal(cp_text_nearest(CP_TEXT("layre"), words, 5), 4);
    assert_int_equal(cp_text_nearest(CP_TEXT("yaler"), words, 5), 5); /* not beside each other */
    assert_int_equal(cp_text_nearest(CP_TEXT("sasy"), &CP_TEXT("says"), 1), 0);
    assert_int_equal(cp_text_nearest(CP_TEXT("fo"), words, 5), 5);
    assert_int_equal(cp_text_nearest(CP_TEXT("on"), words, 5), 5);
    assert_int_equal(cp_text_nearest(CP_TEXT("of"), words, 5), 2);
    assert_int_equal(cp_text_nearest(CP_TEXT("something"), words, 5), 5);
    assert_int_equal(cp_text_nearest(CP_TEXT(""), words, 5), 5);
    assert_int_equal(cp_text_nearest(CP_TEXT("of"), NULL, 0), 0);
    memset(longest, 'a', sizeof(longest));
    assert_int_equal(cp_text_nearest((cp_text){longest, 64}, &(cp_text){longest, 63}, 1), 0);
    assert_int_equal(cp_text_nearest((cp_text){longest, 64}, &(cp_text){longest, 65}, 1), 1);
    assert_int_equal(cp_text_nearest((cp_text){longest, 65}, &(cp_text){longest, 64}, 1), 1);
}

/* Plain recursion over both words. */
static size_t slow_distance(cp_text a, cp_text b)
{
    size_t swap, drop, add;

    if (a.len == 0 || b.len == 0)
        return a.len + b.len;
    swap = slow_distance(cp_text_sub(a, 1, a.len), cp_text_sub(b, 1, b.len)) + (*a.at != *b.at);
    drop = slow_distance(cp_text_sub(a, 1, a.len), b) + 1;
    add = slow_distance(a, cp_text_sub(b, 1, b.len)) + 1;
    if (drop < swap)
        swap = drop;
    return add < swap ? add : swap;
}

static void nearest_is_levenshtein(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        char bytes[14];
        cp_text a, b;
        size_t apart;

        for (size_t i = 0; i < sizeof(bytes); i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (char)('a' + (seed >> 24) % 2);
        }
        a = (cp_text){bytes, 6};
        b = (cp_text){bytes + 6, (seed >> 16) % 9};
        apart = slow_distance(a, b);
        assert_int_equal(cp_text_nearest(a, &b, 1), apart <= 2 ? 0 : 1);
    }
}

static void characters_are_read_one_by_one(void **state)
{
    static const char bytes[] = "a\xc3\xa9\xed\x95\x9c\xf0\x9f\x98\x80\xff\xe2\x80";
    static const uint32_t points[] = {'a', 0xe9, 0xd55c, 0x1f600, 0xfffd, 0xfffd, 0xfffd};
    static const size_t lens[] = {1, 2, 3, 4, 1, 1, 1};
    cp_text text = {bytes, sizeof(bytes) - 1};
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(points); i++) {
        uint32_t point;

        assert_int_equal(cp_text_char(text, at, &point), lens[i]);
        assert_int_equal(point, points[i]);
        at += lens[i];
    }
    assert_int_equal(at, text.len);
}

static void what_acts_or_is_not_seen_is_unsafe(void **state)
{
    static const uint32_t bad[] = {0,      '\t',   '\n',   0x1b,   0x7f,   0x80,   0x9b,
                                   0x9f,   0xad,   0x61c,  0x200b, 0x200c, 0x200d, 0x200e,
                                   0x200f, 0x2028, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069,
                                   0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xe0041};
    static const uint32_t good[] = {' ',    '~',    0xa0,   0xe9,   0x200a, 0x2010,  0x2027,
                                    0x202f, 0x205f, 0x3000, 0xd55c, 0xff21, 0x1f600, 0x10ffff};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_true(cp_text_is_unsafe(bad[i]));
    for (size_t i = 0; i < CP_COUNT(good); i++)
        assert_false(cp_text_is_unsafe(good[i]));
    assert_int_equal(cp_text_unsafe(CP_TEXT("Hua\xe2\x80\x8bwei")), 3);
    assert_int_equal(cp_text_unsafe(CP_TEXT("\xed\x95\x9c\x1b")), 3);
    assert_int_equal(cp_text_unsafe(CP_TEXT("Huawei")), 6);
    assert_int_equal(cp_text_unsafe(CP_TEXT("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality_and_order_are_by_bytes),
        cmocka_unit_test(starts_and_ends_know_the_edges),
        cmocka_unit_test(pieces_are_clipped),
        cmocka_unit_test(words_come_one_by_one),
        cmocka_unit_test(copies_end_with_a_zero),
        cmocka_unit_test(same_word_looks_past_ascii_case_only),
        cmocka_unit_test(utf8_is_that_of_rfc_3629),
        cmocka_unit_test(nearest_finds_the_slip_and_only_that),
        cmocka_unit_test(nearest_is_levenshtein),
        cmocka_unit_test(characters_are_read_one_by_one),
        cmocka_unit_test(what_acts_or_is_not_seen_is_unsafe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
