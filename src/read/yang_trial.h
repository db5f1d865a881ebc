#pragma once

#include "trial.h"

/** What the tests of topologies and inventories share.  JSON is written with ' for ", to be legible in C. */

static inline cp_text yang_json(struct cp_arena *arena, const char *text)
{
    cp_text copy;
    char *at;

    at = CP_TAKE(arena, strlen(text) + 1, char);
    assert_non_null(at);
    for (size_t i = 0; text[i] != '\0'; i++)
        at[i] = text[i];
    for (size_t i = 0; at[i] != '\0'; i++)
        if (at[i] == '\'')
            at[i] = '"';
    copy = cp_text_of(at);
    return copy;
}

static inline void yang_add(struct trial *t, const char *text)
{
    cp_err err = trial_read(t, CP_ROLE_NETWORK, "network.json", yang_json(t->arena, text));

    if (err != CP_OK)
        print_error("%u:%u: %s '%s'\n", t->diag.place.line, t->diag.place.column, t->diag.why,
                    t->diag.subject);
    assert_int_equal(err, CP_OK);
}

static inline const struct cp_case *yang_case(struct trial *t, const char *text)
{
    yang_add(t, text);
    return trial_make(t);
}

/** That reading or joining it fails so. */
static inline void yang_refused(const char *text, cp_err wanted, const char *why)
{
    struct trial t = trial_open();
    cp_err err = trial_read(&t, CP_ROLE_NETWORK, "network.json", yang_json(t.arena, text));

    if (err == CP_OK)
        err = cp_read_finish(t.read, &t.diag);
    assert_int_equal(err, wanted);
    assert_string_equal(t.diag.why, why);
    assert_true(t.diag.place.line > 0);
    trial_close(&t);
}

static inline const struct cp_node_rec *node_of(const struct cp_case *c, const char *id)
{
    cp_node node = cp_case_node(c, cp_text_of(id));

    if (node.at == CP_NONE)
        print_error("no node %s\n", id);
    assert_true(node.at != CP_NONE);
    return &c->nodes[node.at];
}

static inline const struct cp_link_rec *link_of(const struct cp_case *c, const char *id)
{
    cp_link link = cp_case_link(c, cp_text_of(id));

    if (link.at == CP_NONE)
        print_error("no link %s\n", id);
    assert_true(link.at != CP_NONE);
    return &c->links[link.at];
}

/** The k-th value of an attribute of a part of a node; empty where there are fewer. */
static inline cp_text part_fact(const struct cp_case *c, const char *id, const char *part,
                                const char *attribute, uint32_t k)
{
    uint32_t at = cp_case_node(c, cp_text_of(id)).at;

    assert_true(at != CP_NONE);
    for (uint32_t i = c->node_facts[at]; i < c->node_facts[at + 1]; i++)
        if (cp_text_is(c->facts[i].part, part) && cp_text_is(c->facts[i].attribute, attribute) &&
            k-- == 0)
            return c->facts[i].value;
    return CP_TEXT("");
}

static inline cp_text link_fact(const struct cp_case *c, const char *id, const char *attribute)
{
    return fact_of(c, c->link_facts, cp_case_link(c, cp_text_of(id)).at, attribute);
}

static inline void assert_counts(const struct cp_case *c, uint32_t input, uint32_t used,
                                 uint32_t ignored, uint32_t not_understood)
{
    assert_int_equal(c->inputs[input].used, used);
    assert_int_equal(c->inputs[input].ignored, ignored);
    assert_int_equal(c->inputs[input].not_understood, not_understood);
}
