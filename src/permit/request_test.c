#include "permit/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sample.h"

/* Before the sample's `until`, and at it. */
#define NOW UINT64_C(1798761599999999)
#define LATER (NOW + 1)

static struct cp_arena *arena;
static const struct cp_edge_policy *policy;

static int read_sample(void **state)
{
    static char text[sizeof sample_text + 16];
    int len = snprintf(text, sizeof text, "%ssignature x\n", sample_text);

    (void)state;
    arena = cp_arena_open(1 << 20);
    return cp_edge_policy_read((cp_text){text, (size_t)len}, (cp_text){0}, arena, &policy, NULL) !=
           CP_OK;
}

static int close_sample(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

/* SIDs with spaces between. */
static struct cp_agent_path path_of(uint32_t first, const char *sids)
{
    struct cp_agent_path path = {.first = first, .weight = 1};
    cp_text rest = cp_text_of(sids), word;

    while (cp_text_word(&rest, " ", &word))
        memcpy(path.segments[path.segment_count++], cp_ip_find(word).bytes, 16);
    return path;
}

static struct cp_agent_request order_of(uint32_t class, struct cp_agent_path path)
{
    return (struct cp_agent_request){.kind = CP_AGENT_ORDER,
                                     .number = 9,
                                     .class = class,
                                     .endpoint = 8,
                                     .path_count = 1,
                                     .paths = {path}};
}

static cp_agent_result check_at(uint64_t now_us, const struct cp_agent_request *asked,
                                struct cp_agent_request *out)
{
    return cp_agent_check(policy, now_us, (cp_text){(const char *)asked, sizeof *asked}, out);
}

static const struct {
    uint32_t class, first;
    const char *sids;
    cp_agent_result result;
} cases[] = {
    {100, 1, "fcbb:4::45 fcbb:5::58", CP_AGENT_DONE},
    {100, 1, "fcbb:4::45 fcbb:5::58 fcbb:8::d4", CP_AGENT_DONE},
    {100, 1, "fcbb:4::45 fcbb:5::58 fcbb:8::d6", CP_AGENT_DONE},
    {100, 0, "fcbb:1::14 fcbb:4::45 fcbb:5::58", CP_AGENT_DONE},
    {100, 3, "fcbb:5::58", CP_AGENT_DONE},
    {200, 1, "fcbb:4::45 fcbb:5::58", CP_AGENT_DONE},
    {100, 1, "fcbb:5::e fcbb:5::58", CP_AGENT_DONE},   /* a loose one begins anywhere */
    {200, 1, "fcbb:5::e fcbb:5::58", CP_AGENT_SID},    /* and is not for this class */
    {100, 2, "fcbb:4::45 fcbb:5::58", CP_AGENT_FIRST}, /* 200 may use the SID, not this way out */
    {200, 2, "fcbb:4::45 fcbb:5::58", CP_AGENT_FIRST},
    {100, 2, "fcbb:5::e fcbb:5::58", CP_AGENT_DONE}, /* this SID is of 100 alone */
    {100, 4, "fcbb:4::45 fcbb:5::58", CP_AGENT_FIRST},
    {100, 0, "fcbb:4::45 fcbb:5::58", CP_AGENT_FIRST},
    {100, 0, "fcbb:1::e fcbb:4::45", CP_AGENT_FIRST},
    {100, 0, "", CP_AGENT_FIRST},
    {100, 1, "", CP_AGENT_END},
    {100, 1, "fcbb:4::45", CP_AGENT_END},
    {100, 1, "fcbb:5::58", CP_AGENT_CHAIN},
    {100, 1, "fcbb:4::45 fcbb:4::45 fcbb:5::58", CP_AGENT_CHAIN},
    {100, 1, "fcbb:4::45 fcbb:5::e fcbb:5::58", CP_AGENT_CHAIN}, /* node 5 twice */
    {100, 1, "fcbb:4::45 fcbb:5::58 fcbb:8::d4 fcbb:8::d4", CP_AGENT_SID},
    {100, 1, "fcbb:8::d4", CP_AGENT_END},
    {100, 1, "fcbb:4::46 fcbb:5::58", CP_AGENT_SID},
    {100, 1, "fcbb:1::14 fcbb:4::45 fcbb:5::58", CP_AGENT_SID},
    {100, 1, "fcbb:1::e fcbb:4::45 fcbb:5::58", CP_AGENT_SID},
};

static void an_unbroken_chain_of_permitted_sids_is_permitted_and_nothing_else(void **state)
{
    struct cp_agent_request out, asked;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        asked = order_of(cases[i].class, path_of(cases[i].first, cases[i].sids));
        if (check_at(NOW, &asked, &out) != cases[i].result)
            (void)fprintf(stderr, "# %u %s\n", cases[i].first, cases[i].sids);
        assert_int_equal(check_at(NOW, &asked, &out), cases[i].result);
    }
}

static void what_is_permitted_comes_out_in_one_form(void **state)
{
    struct cp_agent_path plain = path_of(1, "fcbb:4::45 fcbb:5::58");
    struct cp_agent_request out, asked;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        asked = order_of(100, path_of(cases[i].first, cases[i].sids));
        assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_DONE);
        assert_memory_equal(&out.paths[0], &plain, sizeof plain);
    }
}

static void a_sid_ends_at_its_moment(void **state)
{
    struct cp_agent_request out, asked = order_of(100, path_of(1, "fcbb:4::45 fcbb:5::58"));

    (void)state;
    assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_DONE);
    assert_int_equal(check_at(LATER, &asked, &out), CP_AGENT_EXPIRED);
    asked.class = 200; /* whose line has no end */
    assert_int_equal(check_at(LATER, &asked, &out), CP_AGENT_DONE);
}

static void a_path_is_narrow_in_its_numbers(void **state)
{
    struct cp_agent_request out, good = order_of(100, path_of(1, "fcbb:4::45 fcbb:5::58")), asked;

    (void)state;
    asked = good, asked.paths[0].hmac = 17;
    assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_DONE);
    asked.paths[0].hmac = 18;
    assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_HMAC);
    asked = good, asked.paths[0].weight = 0;
    assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_MALFORMED);
    asked = good, asked.paths[0].reduced = 2;
    assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_MALFORMED);
    asked = good, asked.paths[0].packets = 1;
    assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_MALFORMED);
    asked = good, asked.paths[0].segment_count = CP_AGENT_SEGMENTS + 1;
    assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_MALFORMED);
    asked = good, asked.class = 300;
    assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_UNKNOWN);
    asked = good, asked.endpoint = 5;
    assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_UNKNOWN);
}

static void what_is_unused_is_zero(void **state)
{
    struct cp_agent_request out, good = order_of(100, path_of(1, "fcbb:4::45 fcbb:5::58"));
    size_t used = offsetof(struct cp_agent_request, paths) + 32;

    (void)state;
    for (size_t at = used; at < sizeof good; at++) {
        struct cp_agent_request asked = good;
        unsigned char *byte = (unsigned char *)&asked + at;
        size_t in_path = at - offsetof(struct cp_agent_request, paths);

        if (in_path >= offsetof(struct cp_agent_path, first) &&
            in_path < offsetof(struct cp_agent_path, unused))
            continue;
        *byte = 1;
        assert_int_equal(check_at(NOW, &asked, &out), CP_AGENT_MALFORMED);
    }
    for (size_t len = 0; len < sizeof good; len++)
        assert_int_equal(cp_agent_check(policy, NOW, (cp_text){(const char *)&good, len}, &out),
                         CP_AGENT_MALFORMED);
    for (uint32_t kind = 0; kind < 9; kind++) {
        struct cp_agent_request asked = {.kind = kind};
        bool whole = kind >= CP_AGENT_COUNTERS && kind <= CP_AGENT_POLICY;
        bool of_demand = kind == CP_AGENT_STOP || kind == CP_AGENT_READ;

        assert_int_equal(check_at(NOW, &asked, &out), whole       ? CP_AGENT_DONE
                                                      : of_demand ? CP_AGENT_UNKNOWN
                                                                  : CP_AGENT_MALFORMED);
    }
}

/*
 * The plain way to say what may pass, from the sample's text by hand: words "from-to" of each SID for each class.
 */
static const struct {
    const char *sid;
    uint32_t from, to; /* from 0: anywhere */
    bool for_100, for_200, first_2;
} plain_sids[] = {
    {"fcbb:4::45", 4, 5, true, true, false},
    {"fcbb:5::58", 5, 8, true, true, false},
    {"fcbb:5::e", 0, 5, true, false, true},
};

static bool plainly_permitted(const struct cp_agent_request *order,
                              const struct cp_agent_path *path)
{
    uint32_t at = path->first == 3 ? 5 : 4, passed = 1u << 1 | 1u << at;

    if (path->first < 1 || path->first > 3)
        return false;
    for (uint32_t i = 0; i < path->segment_count; i++) {
        cp_ip sid = cp_ip_v6(path->segments[i]);
        size_t s = 0;

        while (s < CP_COUNT(plain_sids) &&
               !cp_ip_eq(cp_ip_find(cp_text_of(plain_sids[s].sid)), sid))
            s++;
        if (s == CP_COUNT(plain_sids) ||
            (order->class == 100 ? !plain_sids[s].for_100 : !plain_sids[s].for_200) ||
            (plain_sids[s].from != 0 && plain_sids[s].from != at) ||
            (passed >> plain_sids[s].to & 1) != 0 ||
            (i == 0 && path->first == 2 && !plain_sids[s].first_2))
            return false;
        at = plain_sids[s].to;
        passed |= 1u << at;
    }
    return at == 8 && (path->hmac == 0 || path->hmac == 17);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
    return *seed;
}

/* A path of a few SIDs that may fit together. */
static struct cp_agent_path random_path(uint64_t *seed)
{
    static const char *const sids[] = {"fcbb:4::45", "fcbb:5::58", "fcbb:5::e",  "fcbb:1::14",
                                       "fcbb:1::e",  "fcbb:8::d4", "fcbb:8::d6", "fcbb:9::1"};
    struct cp_agent_path path = {.first = (uint32_t)(next_random(seed) % 5), .weight = 1};
    uint32_t count = (uint32_t)(next_random(seed) % 4);

    for (uint32_t i = 0; i < count; i++) {
        uint64_t which = next_random(seed) % 16;
        const char *sid = sids[which < 8 ? which : path.first == 3 || i > 0];

        memcpy(path.segments[path.segment_count++], cp_ip_find(cp_text_of(sid)).bytes, 16);
    }
    path.hmac = next_random(seed) % 4 == 0 ? (uint32_t)(next_random(seed) % 2 + 17) : 0;
    return path;
}

static void a_million_orders_are_permitted_as_the_plain_way_has_it(void **state)
{
    uint64_t seed = 88172645463325252u;
    uint32_t permitted = 0;

    (void)state;
    for (uint32_t i = 0; i < 1000000; i++) {
        struct cp_agent_request asked = {.kind = CP_AGENT_ORDER, .endpoint = 8}, out;
        bool plainly = true;
        cp_agent_result result;

        asked.class = next_random(&seed) % 2 == 0 ? 100 : 200;
        asked.path_count = (uint32_t)(next_random(&seed) % 2 + 1);
        for (uint32_t p = 0; p < asked.path_count; p++)
            asked.paths[p] = random_path(&seed);
        if (next_random(&seed) % 4 == 0) /* one bit of it all */
            ((unsigned char *)&asked)[next_random(&seed) % sizeof asked] ^=
                (unsigned char)(1u << next_random(&seed) % 8);
        result = check_at(NOW, &asked, &out);
        if (result != CP_AGENT_DONE)
            continue;
        for (uint32_t p = 0; p < out.path_count; p++)
            plainly = plainly && plainly_permitted(&out, &out.paths[p]);
        assert_true(out.kind != CP_AGENT_ORDER ||
                    (plainly && out.path_count > 0 && out.endpoint == 8 &&
                     (out.class == 100 || out.class == 200)));
        permitted += out.kind == CP_AGENT_ORDER;
    }
    (void)fprintf(stderr, "# %u of 1000000 permitted\n", permitted);
    assert_in_range(permitted, 10000, 500000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unbroken_chain_of_permitted_sids_is_permitted_and_nothing_else),
        cmocka_unit_test(what_is_permitted_comes_out_in_one_form),
        cmocka_unit_test(a_sid_ends_at_its_moment),
        cmocka_unit_test(a_path_is_narrow_in_its_numbers),
        cmocka_unit_test(what_is_unused_is_zero),
        cmocka_unit_test(a_million_orders_are_permitted_as_the_plain_way_has_it),
    };

    return cmocka_run_group_tests(tests, read_sample, close_sample);
}
