#include "judge/judge.h"
#include "read_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Up to six tables of one case, a line of two percent signs between them: nodes, links, sites,
 * demands, facts, evidence.  What makes a case is judged.  Without such a line: as every table alone. */

#define SEPARATOR "%%\n"

static const struct {
    cp_role role;
    const char *path;
} tables[] = {
    {CP_ROLE_NETWORK, "nodes.csv"}, {CP_ROLE_NETWORK, "links.csv"},
    {CP_ROLE_SITES, "sites.csv"},   {CP_ROLE_DEMANDS, "demands.csv"},
    {CP_ROLE_FACTS, "facts.csv"},   {CP_ROLE_EVIDENCE_TABLE, "evidence.csv"},
};

static const char policy_text[] =
    "cleanpath-policy: 1\n"
    "id: p\n"
    "says: A policy.\n"
    "makers:\n"
    "  huawei: { names: [Huawei, \xed\x99\x94\xec\x9b\xa8\xec\x9d\xb4], affiliates: [HiSilicon] }\n"
    "traffic:\n"
    "  sensitive: { says: Between places., both-ends: { site-tag: [gov] } }\n"
    "rules:\n"
    "  - id: transit\n"
    "    says: No transit.\n"
    "    forbid-transit: { maker: huawei }\n"
    "    of: sensitive\n"
    "    unknown: untrusted\n"
    "  - id: presence\n"
    "    says: No presence.\n"
    "    forbid-presence: { maker: huawei }\n"
    "    at: { site-tag: gov }\n"
    "  - id: near\n"
    "    says: Nothing beside it.\n"
    "    forbid-presence: { country-of-control: CN }\n"
    "    near: { site-tag: gov, hops: 1, look-through: [patch-panel] }\n"
    "  - id: install\n"
    "    says: No new ones.\n"
    "    from: 2024-01-01\n"
    "    forbid-install: { role: core, capability: can-route }\n"
    "    unstated: unknown\n"
    "  - id: share\n"
    "    says: No more than a third.\n"
    "    cap: { what: { maker: huawei }, among: { layer: ip }, counted-in: capacity,\n"
    "      at-most: 33.3% }\n"
    "  - id: two\n"
    "    says: Two suppliers.\n"
    "    require: { at-least: 2 suppliers, among: { layer: ip } }\n"
    "licences:\n"
    "  - id: old\n"
    "    says: What stood there may stay.\n"
    "    relaxes: [transit, presence]\n"
    "    covers: { installed-before: 2020-01-01 }\n"
    "    granted: { by: office, ref: \"1\", on: 2024-01-01 }\n"
    "    until: 2030-01-01\n";

enum { AS_OF = 20000, ASKED_MAX = 16 };

/* The text before the next separator; false at the end. */
static bool next_table(cp_text *rest, cp_text *table)
{
    size_t at = 0;

    if (rest->at == NULL)
        return false;
    while (at < rest->len && !cp_text_starts(cp_text_sub(*rest, at, rest->len), CP_TEXT(SEPARATOR)))
        at = cp_text_find(*rest, '\n', at) + 1;
    *table = cp_text_sub(*rest, 0, at);
    *rest = cp_text_sub(*rest, at + sizeof(SEPARATOR) - 1, rest->len);
    return true;
}

static cp_err read_tables(struct cp_read *read, cp_text bytes, struct cp_diag *diag)
{
    for (size_t i = 0; i < CP_COUNT(tables); i++) {
        cp_text table;
        cp_err err;

        if (!next_table(&bytes, &table))
            break;
        if (table.len == 0)
            continue;
        err = cp_read_document(read, tables[i].role, cp_text_of(tables[i].path), table, diag);
        read_target_check(err, diag);
        if (err != CP_OK)
            return err;
    }
    return CP_OK;
}

/* Reason and chain of the first elements of a kind. */
static void ask(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind, uint32_t count,
                struct cp_arena *arena)
{
    struct cp_steps steps;
    struct cp_reason reason;

    for (uint32_t i = 0; i < count && i < ASKED_MAX; i++) {
        if (cp_judge_reason(judge, rule, kind, i, arena, &reason) != CP_OK ||
            cp_judge_chain(judge, rule, kind, i, arena, &steps) != CP_OK)
            return;
        CP_ASSERT(steps.count > 0);
    }
}

static void judge(const struct cp_case *made, struct cp_arena *arena, struct cp_diag *diag)
{
    const struct cp_policy *policy;
    const struct cp_judge *judge;
    cp_err err = cp_policy_read(cp_text_of(policy_text), CP_PLACE_NO_FILE, arena, &policy, diag);

    CP_ASSERT(err == CP_OK || err == CP_ERR_NOMEM);
    if (err != CP_OK)
        return;
    struct cp_judge_policy asked = {.policy = policy, .as_of = AS_OF};

    err =
        cp_judge_make(&(struct cp_judge_ask){&asked, 1, made, AS_OF, 0, NULL}, arena, &judge, diag);
    read_target_check(err, diag);
    if (err != CP_OK)
        return;
    for (uint32_t r = 0; r < judge->rule_count; r++) {
        ask(judge, r, CP_OBJECT_NODE, made->node_count, arena);
        ask(judge, r, CP_OBJECT_LINK, made->link_count, arena);
    }
}

static void run_case(cp_text bytes)
{
    struct cp_arena *arena = cp_arena_open(READ_TARGET_BYTES);
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    const struct cp_case *made;
    struct cp_build *build;
    struct cp_read *read;

    if (cp_build_open(arena, &build) == CP_OK && cp_read_open(build, arena, &read) == CP_OK &&
        read_tables(read, bytes, &diag) == CP_OK) {
        cp_err err = cp_build_finish(build, AS_OF, &made, &diag);

        read_target_check(err, &diag);
        if (err == CP_OK)
            judge(made, arena, &diag);
    }
    cp_arena_close(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cp_text bytes = {(const char *)data, size};
    cp_text rest = bytes, table;

    if (next_table(&rest, &table) && table.len < size) {
        run_case(bytes);
        return 0;
    }
    for (size_t i = 0; i < CP_COUNT(tables); i++)
        read_target_run(tables[i].role, tables[i].path, bytes);
    return 0;
}
