#include "judge/judge.h"

#include "small_case.h"

/* Memory that runs out, anywhere: an error each time, and never half an answer. */

static const char policy[] = HEAD
    "makers: { acme: { country: CN } }\n"
    "maker-lists: { l: { version: \"1\", makers: [zte], country-of-control: CN } }\n"
    "products: { p: { model: [\"m*\"], maker: huawei } }\n"
    "traffic: { gov: { both-ends: { site-tag: gov } }, mil: { any-end: { tag: mil } } }\n"
    "rules:\n"
    "  - { id: a, says: x, forbid-transit: { maker: huawei }, of: gov,\n"
    "      except: [{ class: panel }, { technology: fibre }] }\n"
    "  - { id: b, says: x, forbid-transit: { maker-list: l }, scope: site, unstated: unknown }\n"
    "  - { id: c, says: x, forbid-transit: { product: p }, where: { tag: mil },\n"
    "      enough-evidence: attested }\n"
    "  - { id: d, says: x, require: { maker: nokia }, of: mil, scope: operator }\n"
    "  - { id: e, says: x, forbid-presence: { maker: huawei }, at: { site-tag: gov } }\n"
    "  - { id: f, says: x, forbid-presence: { maker: huawei },\n"
    "      near: { site-tag: gov, hops: 2, look-through: [leased-circuit] } }\n"
    "  - { id: g, says: x, forbid-presence: { function: control },\n"
    "      near: { country: KR, within: 5 km } }\n"
    "  - { id: h, says: x, forbid-install: { maker: huawei }, from: 2014-02-14 }\n"
    "  - { id: i, says: x, cap: { what: { maker: huawei }, among: { layer: ip },\n"
    "      counted-in: sites, at-most: 10% } }\n"
    "  - { id: j, says: x, require: { at-least: 2 suppliers, among: { layer: ip } } }\n"
    "licences:\n"
    "  - { id: k, says: x, relaxes: [a, e], covers: { installed-before: 2014-01-01 } }\n"
    "  - { id: m, says: x, relaxes: e, covers: { technology: microwave } }\n";

static void fill(void)
{
    site(&world, "s", "gov");
    site(&world, "t", "");
    fact(&world, "s", "country", "KR");
    fact(&world, "t", "country", "unknown");
    fact(&world, "t", "lat", "37");
    fact(&world, "t", "lon", "127");
    node(&world, "r1", "ip", "nokia", "s", "ems");
    node(&world, "r2", "ip", "Acme", "t", "");
    node(&world, "r3", "ip", "huawei", "s", "");
    node(&world, "ems", "management", "", "", "nms");
    node(&world, "nms", "management", "huawei", "", "");
    node(&world, "x", "optical", "Beijing Huawei", "s", "");
    link(&world, "o", "optical", "leased-circuit", "r1@p x", "");
    link(&world, "l", "ip", "", "r1@p r2", "o");
    link(&world, "m", "ip", "", "r2 r3", "");
    demand(&world, "r1", "r2", "");
    demand(&world, "r1", "r3", "gov");
    fact(&world, "r1/p", "maker", "zte");
    graded(&world, "r1/p", "maker", "cisco", "nonsense");
    fact(&world, "r1/p", "class", "panel");
    fact(&world, "r2", "tags", "mil");
    fact(&world, "r2", "model", "m1");
    fact(&world, "r2", "product", "p");
    graded(&world, "r3", "installed", "2013-01-01", "attested");
    fact(&world, "r3", "technology", "microwave");
    fact(&world, "r3", "technology", "fibre");
    fact(&world, "r3", "operator", "kt");
    fact(&world, "r2", "operator", "KT");
    fact(&world, "x", "function", "control");
    fact_until(&world, "r2", "software", "VRP 8", day("2019-01-01"));
}

static cp_err ask(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind, uint32_t object,
                  struct cp_arena *arena)
{
    struct cp_steps steps = {.at = NULL};
    struct cp_reason reason;
    struct cp_relief relief;

    CP_TRY(cp_judge_reason(judge, rule, kind, object, arena, &reason));
    CP_TRY(cp_judge_licence(judge, rule, kind, object, arena, &relief));
    return cp_judge_chain(judge, rule, kind, object, arena, &steps);
}

/* All that can be asked. */
static cp_err ask_all(const struct cp_judge *judge, struct cp_arena *arena)
{
    for (uint32_t rule = 0; rule < judge->rule_count; rule++) {
        for (uint32_t i = 0; i < judge->net->node_count; i++)
            CP_TRY(ask(judge, rule, CP_OBJECT_NODE, i, arena));
        for (uint32_t i = 0; i < judge->net->link_count; i++)
            CP_TRY(ask(judge, rule, CP_OBJECT_LINK, i, arena));
    }
    for (uint32_t i = 0; i < judge->presence_count; i++) {
        struct cp_reason reason;
        CP_TRY(cp_judge_presence_reason(judge, &judge->presences[i], arena, &reason));
    }
    return CP_OK;
}

static void assert_same(const struct cp_judge *a, const struct cp_judge *b)
{
    assert_int_equal(a->rule_count, b->rule_count);
    for (uint32_t rule = 0; rule < a->rule_count; rule++) {
        for (uint32_t i = 0; i < a->net->node_count; i++)
            assert_int_equal(cp_judge_trust(&a->rules[rule], CP_OBJECT_NODE, i),
                             cp_judge_trust(&b->rules[rule], CP_OBJECT_NODE, i));
        for (uint32_t i = 0; i < a->net->link_count; i++)
            assert_int_equal(cp_judge_trust(&a->rules[rule], CP_OBJECT_LINK, i),
                             cp_judge_trust(&b->rules[rule], CP_OBJECT_LINK, i));
    }
    assert_int_equal(a->presence_count, b->presence_count);
    assert_int_equal(a->remark_count, b->remark_count);
    assert_int_equal(a->gap_count, b->gap_count);
    assert_int_equal(a->unmet_count, b->unmet_count);
    assert_int_equal(a->treatment_count, b->treatment_count);
}

static void each_take_of_a_judge_that_fails_is_reported(void **state)
{
    struct cp_judge_policy asked;
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    fill();
    judged(policy);
    asked = (struct cp_judge_policy){world.policy, world.as_of};
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
        const struct cp_judge *got = NULL;
        assert_non_null(tight);
        cp_arena_fail_after(tight, takes);
        err = cp_judge_make(&(struct cp_judge_ask){&asked, 1, world.net, world.as_of, 0, NULL},
                            tight, &got, &world.diag);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        if (err == CP_OK)
            assert_same(got, world.judge);
        else
            assert_null(got);
        cp_arena_close(tight);
    }
}

static void each_take_of_an_answer_that_fails_is_reported(void **state)
{
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    fill();
    judged(policy);
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
        assert_non_null(tight);
        cp_arena_fail_after(tight, takes);
        err = ask_all(world.judge, tight);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(tight);
    }
}

static void a_judge_fits_its_limit_or_says_that_it_does_not(void **state)
{
    struct cp_judge_policy asked;
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    fill();
    judged(policy);
    asked = (struct cp_judge_policy){world.policy, world.as_of};
    for (size_t bytes = 1024; err != CP_OK; bytes += 97) {
        struct cp_arena *tight = cp_arena_open(bytes);
        const struct cp_judge *got = NULL;
        assert_non_null(tight);
        err = cp_judge_make(&(struct cp_judge_ask){&asked, 1, world.net, world.as_of, 0, NULL},
                            tight, &got, &world.diag);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        if (err == CP_OK)
            assert_same(got, world.judge);
        cp_arena_close(tight);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_take_of_a_judge_that_fails_is_reported),
        CASE(each_take_of_an_answer_that_fails_is_reported),
        CASE(a_judge_fits_its_limit_or_says_that_it_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
