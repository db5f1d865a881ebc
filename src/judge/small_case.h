#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "judge/judge.h"
#include "model/build.h"
#include "policy/policy.h"

enum { ARENA_BYTES = 64 << 20 };

/* Small cases for tests, row by row, and what the judge makes of them. */

/* Files of every case below. */
enum { NODES, LINKS, SITES, DEMANDS, FACTS, FILE_COUNT };

struct world {
    struct cp_arena *arena;
    struct cp_build *build;
    uint32_t lines[FILE_COUNT]; /* the last one written; the header is line 1 */
    const struct cp_case *net;
    const struct cp_policy *policy;
    const struct cp_judge *judge;
    cp_date as_of;
    cp_err err; /* of the first call that failed, with nothing done after it */
    struct cp_diag diag;
};

static inline void step(struct world *w, cp_err err)
{
    if (w->err == CP_OK)
        w->err = err;
}

static inline void open_build(struct world *w)
{
    static const char *const names[] = {"nodes.csv", "links.csv", "sites.csv", "demands.csv",
                                        "facts.csv"};

    step(w, cp_build_open(w->arena, &w->build));
    for (uint32_t i = 0; i < FILE_COUNT && w->err == CP_OK; i++) {
        uint32_t file = 0;
        w->lines[i] = 1;
        step(w, cp_build_input(w->build, cp_text_of(names[i]), CP_TEXT(""), &file));
    }
}

static inline cp_place place(struct world *w, uint32_t file)
{
    return (cp_place){file, ++w->lines[file], 1};
}

static inline void node(struct world *w, const char *id, const char *layer, const char *maker,
                        const char *site, const char *managed_by)
{
    struct cp_node_row row = cp_node_row_make(place(w, NODES), cp_text_of(id));

    row.layer = cp_layer_find(cp_text_of(layer));
    row.maker = cp_text_of(maker);
    row.site = cp_text_of(site);
    row.managed_by = cp_text_of(managed_by);
    if (w->err == CP_OK)
        step(w, cp_build_node(w->build, &row, &w->diag));
}

/* ends: "a b", or "a@port b@port" */
static inline void link(struct world *w, const char *id, const char *layer, const char *class,
                        const char *ends, const char *over)
{
    cp_text rest = cp_text_of(ends);
    cp_text a = CP_TEXT("");
    cp_text b = CP_TEXT("");

    assert_true(cp_text_word(&rest, " ", &a) && cp_text_word(&rest, " ", &b));
    size_t a_cut = cp_text_find(a, '@', 0);
    size_t b_cut = cp_text_find(b, '@', 0);
    struct cp_link_row row =
        cp_link_row_make(place(w, LINKS), cp_text_sub(a, 0, a_cut), cp_text_sub(b, 0, b_cut));
    row.a_port = cp_text_sub(a, a_cut + 1, a.len);
    row.b_port = cp_text_sub(b, b_cut + 1, b.len);
    row.id = cp_text_of(id);
    row.layer = cp_layer_find(cp_text_of(layer));
    row.link_class = cp_text_of(class);
    row.over = cp_text_of(over);
    if (w->err == CP_OK)
        step(w, cp_build_link(w->build, &row, &w->diag));
}

static inline void site(struct world *w, const char *id, const char *tags)
{
    struct cp_site_row row = cp_site_row_make(place(w, SITES), cp_text_of(id));

    row.tags = cp_text_of(tags);
    if (w->err == CP_OK)
        step(w, cp_build_site(w->build, &row, &w->diag));
}

static inline void demand(struct world *w, const char *src, const char *dst, const char *class)
{
    struct cp_demand_row row =
        cp_demand_row_make(place(w, DEMANDS), cp_text_of(src), cp_text_of(dst));

    row.traffic_class = cp_text_of(class);
    if (w->err == CP_OK)
        step(w, cp_build_demand(w->build, &row, &w->diag));
}

static inline struct cp_fact_row fact_row(struct world *w, const char *object,
                                          const char *attribute, const char *value)
{
    return (struct cp_fact_row){.place = place(w, FACTS),
                                .object = cp_text_of(object),
                                .attribute = cp_text_of(attribute),
                                .value = cp_text_of(value),
                                .date = CP_DATE_NONE,
                                .expires = CP_DATE_NONE};
}

static inline void add_fact(struct world *w, const struct cp_fact_row *row)
{
    if (w->err == CP_OK)
        step(w, cp_build_fact(w->build, row, &w->diag));
}

static inline void fact_until(struct world *w, const char *object, const char *attribute,
                              const char *value, cp_date expires)
{
    struct cp_fact_row row = fact_row(w, object, attribute, value);

    row.expires = expires;
    add_fact(w, &row);
}

/* evidence: a grade, "" for none said */
static inline void graded_by(struct world *w, const char *object, const char *attribute,
                             const char *value, const char *evidence, const char *who)
{
    struct cp_fact_row row = fact_row(w, object, attribute, value);

    row.evidence = cp_text_of(evidence);
    row.who = cp_text_of(who);
    add_fact(w, &row);
}

static inline void graded(struct world *w, const char *object, const char *attribute,
                          const char *value, const char *evidence)
{
    graded_by(w, object, attribute, value, evidence, "");
}

static inline void fact(struct world *w, const char *object, const char *attribute,
                        const char *value)
{
    graded(w, object, attribute, value, "");
}

static inline void judge(struct world *w, const char *policy)
{
    if (w->err == CP_OK)
        step(w, cp_build_finish(w->build, w->as_of, &w->net, &w->diag));
    if (w->err == CP_OK)
        step(w, cp_policy_read(cp_text_of(policy), 0, w->arena, &w->policy, &w->diag));
    if (w->err == CP_OK)
        step(w, cp_judge_make(&(struct cp_judge_ask){&(struct cp_judge_policy){w->policy, w->as_of},
                                                     1, w->net, w->as_of, 0, NULL},
                              w->arena, &w->judge, &w->diag));
}

static inline cp_date day(const char *text)
{
    cp_date date = CP_DATE_NONE;

    assert_int_equal(cp_date_parse(cp_text_of(text), &date), CP_OK);
    return date;
}

/* --- running ------------------------------------------------------------------------------ */

static struct world world;

static inline int open_world(void **state)
{
    (void)state;
    world = (struct world){.arena = cp_arena_open(ARENA_BYTES), .as_of = day("2020-01-01")};
    open_build(&world);
    return world.err != CP_OK;
}

static inline int close_world(void **state)
{
    (void)state;
    cp_arena_close(world.arena);
    return 0;
}

static inline void judged(const char *policy)
{
    judge(&world, policy);
    if (world.err != CP_OK)
        fail_msg("%s: %s: '%s'", cp_err_name(world.err), world.diag.why, world.diag.subject);
}

#define HEAD "cleanpath-policy: 1\nid: p\n"
#define RULE HEAD "rules:\n  - id: r\n    says: s\n    forbid-transit: { maker: huawei }\n"

static inline struct cp_reason reason_of(uint32_t rule, const char *id)
{
    struct cp_reason reason = {0};
    cp_node at = cp_case_node(world.net, cp_text_of(id));
    cp_link under = cp_case_link(world.net, cp_text_of(id));

    if (at.at != CP_NONE)
        assert_int_equal(
            cp_judge_reason(world.judge, rule, CP_OBJECT_NODE, at.at, world.arena, &reason), CP_OK);
    else
        assert_int_equal(
            cp_judge_reason(world.judge, rule, CP_OBJECT_LINK, under.at, world.arena, &reason),
            CP_OK);
    return reason;
}

static inline void assert_reason(const char *id, cp_trust trust, const char *sentence)
{
    struct cp_reason reason = reason_of(0, id);

    if (reason.trust != trust || !cp_text_is(reason.sentence, sentence))
        fail_msg("%s: %d: %.*s", id, (int)reason.trust, (int)reason.sentence.len,
                 reason.sentence.at);
}

/* --- rules by name ------------------------------------------------------------------------ */

#define RULES HEAD "rules:\n"

static inline uint32_t rule_named(const char *id)
{
    for (uint32_t i = 0; i < world.judge->rule_count; i++) {
        if (cp_text_is(world.judge->rules[i].id, id))
            return i;
    }
    fail_msg("no rule %s is in force", id);
    return CP_NONE;
}

/* As found, of a node or else of a link. */
static inline cp_trust trust_of(const char *rule, const char *id)
{
    const struct cp_judge_rule *of = &world.judge->rules[rule_named(rule)];
    cp_node at = cp_case_node(world.net, cp_text_of(id));

    if (at.at != CP_NONE)
        return cp_judge_trust(of, CP_OBJECT_NODE, at.at);
    return cp_judge_trust(of, CP_OBJECT_LINK, cp_case_link(world.net, cp_text_of(id)).at);
}

static inline void assert_trust(const char *rule, const char *id, cp_trust trust)
{
    cp_trust got = trust_of(rule, id);

    if (got != trust)
        fail_msg("%s under %s: %d and not %d", id, rule, (int)got, (int)trust);
}

static inline void assert_sentence(const char *rule, const char *id, const char *sentence)
{
    cp_text got = reason_of(rule_named(rule), id).sentence;

    if (!cp_text_is(got, sentence))
        fail_msg("%s under %s: %.*s", id, rule, (int)got.len, got.at);
}

static inline void assert_finding(uint32_t at, const char *sentence)
{
    struct cp_reason reason = {0};

    assert_true(at < world.judge->presence_count);
    assert_int_equal(
        cp_judge_presence_reason(world.judge, &world.judge->presences[at], world.arena, &reason),
        CP_OK);
    if (!cp_text_is(reason.sentence, sentence))
        fail_msg("%u: %.*s", at, (int)reason.sentence.len, reason.sentence.at);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
