#include "netbox_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static cp_err read_page(const char *text, struct cp_netbox_page *page)
{
    static char next[256];
    struct cp_arena *arena = cp_arena_open(1 << 20);
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_netbox_page_read(cp_text_of(text), arena, page, &diag);

    assert_true(err == CP_OK || diag.why != NULL);
    assert_true(page->next.len < sizeof(next));
    if (page->next.len > 0)
        memcpy(next, page->next.at, page->next.len);
    page->next.at = next;
    cp_arena_close(arena);
    return err;
}

static void a_page_says_what_is_on_it_and_what_comes_next(void **state)
{
    struct cp_netbox_page page;

    (void)state;
    assert_int_equal(read_page("{\"count\":3,\"next\":\"https:\\/\\/n/api/x/?offset=2\","
                               "\"previous\":null,\"results\":[{\"results\":[1]},{}]}",
                               &page),
                     CP_OK);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.total, 3);
    assert_true(cp_text_is(page.next, "https://n/api/x/?offset=2"));
    assert_int_equal(read_page("{\"next\":null,\"results\":[]}", &page), CP_OK);
    assert_int_equal(page.count, 0);
    assert_true(page.total == CP_NETBOX_NO_TOTAL);
    assert_int_equal(page.next.len, 0);
}

static void what_is_no_page_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "<html>",
        "[]",
        "{}",
        "{\"results\":[]}",
        "{\"next\":null}",
        "{\"next\":null,\"results\":{}}",
        "{\"next\":7,\"results\":[]}",
        "{\"count\":\"7\",\"next\":null,\"results\":[]}",
        "{\"next\":null,\"results\":[]} x",
        "{\"next\":null,\"results\":[}",
    };
    struct cp_netbox_page page;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(texts); i++)
        assert_int_equal(read_page(texts[i], &page), CP_ERR_MALFORMED);
}

static void only_plain_https_servers_are_asked(void **state)
{
    static const char *const good[] = {"https://netbox", "https://netbox.example:8443/nb/",
                                       "https://[::1]:443"};
    static const char *const bad[] = {"",
                                      "http://netbox",
                                      "https://",
                                      "https:///api",
                                      "https://a@b/",
                                      "https://a/?x",
                                      "https://a/#f",
                                      "https://a b",
                                      "https://a\n",
                                      "HTTPS://a"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(good); i++)
        assert_true(cp_netbox_url_is_good(cp_text_of(good[i])));
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_false(cp_netbox_url_is_good(cp_text_of(bad[i])));
}

static void the_next_page_is_on_the_same_server(void **state)
{
    static const char *const others[] = {
        "https://n.example.evil/api/x/",
        "https://n.example:444/api/x/",
        "http://n.example/api/x/",
        "https://n.example@evil/api/x/",
        "https://n.example/other/x/",
        "https://n.example/api",
        "https://evil/https://n.example/api/x/",
        "https://n.example/api/x/\r\nX: y",
    };

    (void)state;
    assert_true(cp_netbox_url_is_below(CP_TEXT("https://n.example/api/dcim/x/?limit=2&offset=4"),
                                       CP_TEXT("https://n.example/")));
    for (size_t i = 0; i < CP_COUNT(others); i++)
        assert_false(cp_netbox_url_is_below(cp_text_of(others[i]), CP_TEXT("https://n.example")));
}

static void a_token_is_one_word_and_says_its_scheme(void **state)
{
    (void)state;
    assert_true(cp_netbox_token_is_good(CP_TEXT("0123456789abcdef")));
    assert_false(cp_netbox_token_is_good(CP_TEXT("")));
    assert_false(cp_netbox_token_is_good(CP_TEXT("a b")));
    assert_false(cp_netbox_token_is_good(CP_TEXT("a\r\nHost: x")));
    assert_string_equal(cp_netbox_token_scheme(CP_TEXT("0123")), "Token");
    assert_string_equal(cp_netbox_token_scheme(CP_TEXT("nbt_key.token")), "Bearer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_says_what_is_on_it_and_what_comes_next),
        cmocka_unit_test(what_is_no_page_is_refused),
        cmocka_unit_test(only_plain_https_servers_are_asked),
        cmocka_unit_test(the_next_page_is_on_the_same_server),
        cmocka_unit_test(a_token_is_one_word_and_says_its_scheme),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
