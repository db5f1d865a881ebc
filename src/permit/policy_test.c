#include "permit/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/signature.h"

#include "sample.h"

enum { TEXT_MAX = 1 << 16 };

struct fixture {
    struct cp_arena *arena;
    const struct cp_edge_policy *policy;
    struct cp_diag diag;
    char text[TEXT_MAX];
};

static int open_fixture(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.arena = cp_arena_open(1 << 24)};
    *state = &fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;

    cp_arena_close(f->arena);
    return 0;
}

/* Signs the text and reads it. */
static cp_err read_signed(struct fixture *f, const char *text)
{
    char signature[CP_SIGNATURE_LEN + 1];
    int len;

    assert_int_equal(cp_signature_make(cp_text_of(text), cp_text_of(sample_private), signature),
                     CP_OK);
    len = snprintf(f->text, sizeof f->text, "%ssignature %s\n", text, signature);
    f->diag = (struct cp_diag){.place = CP_PLACE_NONE};
    return cp_edge_policy_read((cp_text){f->text, (size_t)len}, cp_text_of(sample_public), f->arena,
                               &f->policy, &f->diag);
}

/* The sample with the first `was` replaced. */
static cp_err read_changed(struct fixture *f, const char *was, const char *is)
{
    char text[TEXT_MAX];
    const char *at = strstr(sample_text, was);

    assert_non_null(at);
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - sample_text), sample_text, is,
                   at + strlen(was));
    return read_signed(f, text);
}

static void every_kind_of_line_is_read(void **state)
{
    struct fixture *f = *state;
    const struct cp_edge_policy *p;

    assert_int_equal(read_signed(f, sample_text), CP_OK);
    p = f->policy;
    assert_int_equal(p->serial, 42);
    assert_int_equal(p->issued_us, UINT64_C(1795946400000000));
    assert_int_equal(p->node_count, 4);
    assert_int_equal(p->nodes[0].number, 1);
    assert_true(cp_text_is(cp_edge_node_find(p, 5)->addresses, "fcff:5::1 10.255.0.5"));
    assert_int_equal(p->class_count, 2);
    assert_true(cp_text_is(p->inside[0], "e-h1"));
    assert_int_equal(cp_edge_first_find(p, 2)->classes, 1);
    assert_int_equal(cp_edge_first_find(p, 3)->classes, 3);
    assert_int_equal(p->selects[0].port.high, 5999);
    assert_int_equal(p->selects[0].from_port.low, UINT32_MAX);
    assert_int_equal(p->selects[0].mark, 7);
    assert_int_equal(p->selects[1].dscp, UINT32_MAX);
    assert_int_equal(p->sid_count, 10);
    assert_int_equal(cp_edge_sid_find(p, cp_ip_find(CP_TEXT("fcbb:4::45")))->until_us,
                     UINT64_C(1798761600000000));
    assert_int_equal(cp_edge_sid_find(p, cp_ip_find(CP_TEXT("fcbb:1::14")))->kind,
                     CP_EDGE_LOCAL_ADJACENCY);
    assert_null(cp_edge_sid_find(p, cp_ip_find(CP_TEXT("fcbb:4::46"))));
    assert_int_equal(p->demand_count, 2);
    assert_int_equal(cp_edge_demand_find(p, 100, 8)->prefix_count, 2);
    assert_null(cp_edge_demand_find(p, 100, 5));
    assert_int_equal(cp_edge_node_find(p, 8)->behind, 3);
    assert_int_equal(cp_edge_hmac_find(p, 17)->algorithm, 2);
    assert_int_equal(p->mtu, 1280);
}

static const struct {
    const char *was, *is, *why;
    uint32_t line, column;
} refused[] = {
    {"policy 1", "policy 2", "not version 1", 1, 41},
    {"serial 42\n", "", "a line is missing before this", 2, 1},
    {"serial 42", "serial 4x", "not a number", 2, 8},
    {"serial 42", "serial 42 1", "more words than belong here", 2, 12},
    {"serial 42\n", "serial 42\nserial 43\n", "such a line stands further up, or once", 3, 1},
    {"node 5", "node 4", "not in ascending order", 6, 31},
    {"node 4 r4\n", "node 1 r4\n", "this is head", 5, 10},
    {"node 4 r4\n", "node 4 r4 fcff::4::\n", "not an address", 5, 11},
    {"node 4 r4\n", "node 70000 r4\n", "not a number from 1 to 65535", 5, 6},
    {"source fcff:1::1", "source 10.0.0.1", "not an IPv6 address", 8, 8},
    {"issued 2026-11-29T", "issued 2026-11-29 ", "not a time such as 2026-11-29T10:00:00Z", 3, 8},
    {"head 1 r1", "head 1 r/1", "not a name (letters, digits, '.', '_', '-')", 4, 8},
    {"head 1 r1 fcff:1::1", "head 1", "a word is missing", 4, 7},
    {"behind 100 8 10.2.2.0/24", "behind 101 8 10.2.2.0/24", "not the number of a class line", 23,
     8},
    {"behind 100 8 10.2.2.0/24", "behind 100 8 10.2.2.1/24",
     "not a prefix without bits behind its length", 23, 14},
    {"class 200", "class 1024", "not a number from 1 to 1023", 10, 7},
    {"inside e-h1", "inside e\"h1", "not the name of an interface", 11, 8},
    {"inside e-h1", "inside a123456789012345", "not the name of an interface", 11, 8},
    {"first 1 e-r4 fc01:1::2 4", "first 1 e-r4 fc01:1::2 6", "not the number of a node line", 12,
     24},
    {"4 100,200", "4 100,300", "not numbers of class lines, each once, with commas between", 12,
     26},
    {"4 100,200", "4 100,100", "not numbers of class lines, each once, with commas between", 12,
     26},
    {"4 100,200", "4 100,", "not numbers of class lines, each once, with commas between", 12, 26},
    {"select 200 to 2001:db8:2::/48", "select 200", "selects nothing", 16, 11},
    {"select 200 to 2001:db8:2::/48", "select 200 to 2001:db8:2::1/48",
     "not a value for this selector", 16, 15},
    {"select 200 to 2001:db8:2::/48", "select 200 to ::/129", "not a value for this selector", 16,
     15},
    {"to 10.2.2.0/24 dscp", "to ::/0 dscp", "not a value for this selector", 15, 32},
    {"dscp 32", "dscp 64", "not a value for this selector", 15, 49},
    {"proto 17 port", "proto 47 port", "not a value for this selector", 15, 66},
    {"5000-5999", "5999-5000", "not a value for this selector", 15, 66},
    {"5000-5999", "5000-65535", "not a value for this selector", 15, 66},
    {"5000-5999", "0-5999", "not a value for this selector", 15, 66},
    {"proto 17 port", "proto 47 from-port", "not a value for this selector", 15, 71},
    {"5000-5999", "5000 from-port 5000", "not a selector here", 15, 71},
    {"mark 0x7", "mark 0x10000", "not a value for this selector", 15, 81},
    {"dscp 32 proto 17", "proto 17 dscp 32", "not a selector here", 15, 53},
    {"until 2027", "till 2027", "not 'until' and a time", 17, 30},
    {"until 2027", "until tomorrow 2027", "not a time such as 2026-11-29T10:00:00Z", 17, 36},
    {"until 2027-01-01T00:00:00Z", "until", "a word is missing", 17, 35},
    {"adjacency fcbb:4::45 4 5 200", "adjacency fcbb:4::45 4 8 200", "another line has this SID",
     18, 1},
    {"adjacency fcbb:5::58", "adjacency fcbb:5::e", "another line has this SID", 20, 1},
    {"unpack4 fcbb:8::d4 8\n", "", "this node cannot unpack this family", 22, 25},
    {"unpack6 fcbb:8::d6 8\n", "unpack6 fcbb:8::d6 8\nunpack6 fcbb:8::d7 8\n", "this node has one",
     23, 21},
    {"behind 100 8 10.2.3.0/24", "behind 100 8 10.2.2.0/24", "another line has this prefix", 24, 1},
    {"behind 100 8 10.2.2.0/24\n", "behind 200 8 10.2.2.0/24\n", "not in ascending order", 24, 25},
    {"hmac 17 sha256", "hmac 17 md5", "not sha1 or sha256", 30, 9},
    {"mtu 1280", "mtu 1279", "below 1280", 31, 9},
    {"mtu 1280\n", "", "a line is missing before this", 31, 1},
    {"mtu 1280\n", "mtu 1280\nsecret 1\n", "no such line", 32, 1},
};

static void what_a_line_may_not_say_is_refused_with_its_place(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < CP_COUNT(refused); i++) {
        cp_err err = read_changed(f, refused[i].was, refused[i].is);

        if (err == CP_OK || strcmp(f->diag.why, refused[i].why) != 0 ||
            f->diag.place.line != refused[i].line || f->diag.place.column != refused[i].column)
            (void)fprintf(stderr, "# %s: %d %s %u:%u\n", refused[i].is, err, f->diag.why,
                          f->diag.place.line, f->diag.place.column);
        assert_int_not_equal(err, CP_OK);
        assert_string_equal(f->diag.why, refused[i].why);
        assert_int_equal(f->diag.place.line, refused[i].line);
        assert_int_equal(f->diag.place.column, refused[i].column);
    }
}

static void a_prefix_with_another_of_its_class_inside_is_told(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        read_changed(
            f, "behind 100 8 10.2.2.0/24\nbehind 100 8 10.2.3.0/24\n",
            "behind 100 8 10.0.0.0/8\nbehind 100 8 10.2.3.0/25\nbehind 100 8 10.2.0.0/16\n"),
        CP_OK);
    assert_true(f->policy->prefixes[0].divided);
    assert_false(f->policy->prefixes[1].divided);
    assert_true(f->policy->prefixes[2].divided);
    assert_false(f->policy->prefixes[3].divided); /* of another class */
}

static void ports_are_of_either_end_or_both(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(read_changed(f, "port 5000-5999", "from-port 5432"), CP_OK);
    assert_int_equal(f->policy->selects[0].from_port.low, 5432);
    assert_int_equal(f->policy->selects[0].from_port.high, 5432);
    assert_int_equal(f->policy->selects[0].port.low, UINT32_MAX);
    assert_int_equal(read_changed(f, "port 5000-5999", "from-port 1-65534 port 80"), CP_OK);
    assert_int_equal(f->policy->selects[0].from_port.low, 1);
    assert_int_equal(f->policy->selects[0].from_port.high, 65534);
    assert_int_equal(f->policy->selects[0].port.low, 80);
    assert_int_equal(f->policy->selects[0].port.high, 80);
}

static void a_comment_and_an_empty_line_may_stand_anywhere(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(read_changed(f, "serial 42\n", "\n# a word\n  \nserial   42   # another\n"),
                     CP_OK);
    assert_int_equal(f->policy->serial, 42);
}

static void what_the_key_has_not_signed_is_refused(void **state)
{
    struct fixture *f = *state;
    size_t len;

    assert_int_equal(read_signed(f, sample_text), CP_OK);
    len = strlen(f->text);
    for (size_t i = 0; i < len; i++) {
        f->text[i] ^= 1;
        assert_int_not_equal(cp_edge_policy_read((cp_text){f->text, len}, cp_text_of(sample_public),
                                                 f->arena, &f->policy, NULL),
                             CP_OK);
        assert_int_not_equal(cp_edge_policy_read((cp_text){f->text, i}, cp_text_of(sample_public),
                                                 f->arena, &f->policy, NULL),
                             CP_OK);
        f->text[i] ^= 1;
    }
    assert_int_equal(cp_edge_policy_read((cp_text){f->text, len}, cp_text_of(sample_public),
                                         f->arena, &f->policy, NULL),
                     CP_OK);
}

static void each_take_may_fail(void **state)
{
    struct fixture *f = *state;
    cp_err err = CP_ERR_NOMEM;

    assert_int_equal(read_signed(f, sample_text), CP_OK);
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *arena = cp_arena_open(1 << 20);

        assert_true(takes < 100);
        cp_arena_fail_after(arena, takes);
        err = cp_edge_policy_read(cp_text_of(f->text), cp_text_of(sample_public), arena, &f->policy,
                                  NULL);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind_of_line_is_read, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(what_a_line_may_not_say_is_refused_with_its_place,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(a_prefix_with_another_of_its_class_inside_is_told,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(ports_are_of_either_end_or_both, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(a_comment_and_an_empty_line_may_stand_anywhere,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(what_the_key_has_not_signed_is_refused, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(each_take_may_fail, open_fixture, close_fixture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
