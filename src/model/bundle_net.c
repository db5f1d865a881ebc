#include "model/bundle.h"

#include "base/date.h"
#include "base/list.h"
#include "base/row.h"
#include "model/limits.h"

/*
 * The file `network`: all that a row refers to is looked at when it is read, and the ways out of nodes
 * are laid out at the end.
 */

enum {
    BEGIN,
    AS_OF,
    FAILURES,
    STATES,
    POLICY,
    INPUT,
    WARNING,
    NODE,
    SRLG,
    LINK,
    RULE,
    TREATMENT,
    AGAINST,
    DEMAND,
    METRIC,
    SID,
    END,
    ROWS
};

static const struct cp_row_pattern patterns[ROWS] = {{"cleanpath-network", "n"},
                                                     {"as_of", "T"},
                                                     {"failures", "nw"},
                                                     {"states", "w"},
                                                     {"policy", "tTTTTTT"},
                                                     {"input", "tnnn"},
                                                     {"warning", "t"},
                                                     {"node", "t"},
                                                     {"srlg", "t"},
                                                     {"link", "tas"},
                                                     {"rule", "nttnw"},
                                                     {"treatment", "Ts"},
                                                     {"against", "ntntt"},
                                                     {"demand", "tttnNss"},
                                                     {"metric", "ta"},
                                                     {"sid", "nNnt"},
                                                     {"end", ""}};
static const char *const words[] = {"link", "node", "srlg", "steady", "transition", "liar"};

struct reading {
    struct cp_bundle_net *net;
    struct cp_arena *arena;
    struct cp_map *known; /* rows of kinds of which none stands twice */
    struct cp_list policies, inputs, warnings;
    struct cp_list ids[3], links, rules, against, treatments, demands, sids;
    uint32_t spare;             /* treatments that stand twice and are no demand's so far */
    const uint32_t *metrics[2]; /* te, delay: [ends, link by link]; NULL */
};

/* Room for one more thing at the end. */
static cp_err grow(struct reading *r, struct cp_list *list, size_t size, void *at)
{
    void *room = cp_list_more(list, r->arena, size);

    *(void **)at = room;
    return room == NULL ? CP_ERR_NOMEM : CP_OK;
}

static bool all_below(const struct cp_row *row, uint32_t list, uint32_t limit)
{
    return row->count[list] == 0 || row->list[list][row->count[list] - 1] < limit;
}

static cp_err need(bool truth)
{
    return truth ? CP_OK : CP_ERR_MALFORMED;
}

static bool is_day(cp_text text)
{
    cp_date day;

    return text.at == NULL || cp_date_parse(text, &day) == CP_OK;
}

static cp_err take_policy(struct reading *r, const struct cp_row *row)
{
    const cp_text *text = row->text;
    struct cp_bundle_policy *policy = NULL;

    CP_TRY(grow(r, &r->policies, sizeof *policy, &policy));
    *policy = (struct cp_bundle_policy){.id = text[0],
                                        .says = text[1],
                                        .by = text[2],
                                        .ref = text[3],
                                        .owner = text[4],
                                        .as_of = text[5],
                                        .path = text[6]};
    return need(is_day(policy->as_of));
}

static cp_err take_input(struct reading *r, const struct cp_row *row)
{
    struct cp_bundle_read *input = NULL;

    CP_TRY(grow(r, &r->inputs, sizeof *input, &input));
    *input = (struct cp_bundle_read){row->text[0], row->number[0], row->number[1], row->number[2]};
    return CP_OK;
}

static cp_err take_warning(struct reading *r, const struct cp_row *row)
{
    cp_text *warning = NULL;

    CP_TRY(grow(r, &r->warnings, sizeof *warning, &warning));
    *warning = row->text[0];
    return CP_OK;
}

static cp_err take_id(struct reading *r, uint32_t kind, cp_text id)
{
    cp_text *at = NULL;

    CP_TRY(need(id.len > 0));
    CP_TRY(grow(r, &r->ids[kind], sizeof *at, &at));
    *at = id;
    if (r->ids[kind].count > CP_LIMIT_LINKS)
        return CP_ERR_LIMIT;
    return cp_map_add(r->net->find[kind], id, r->ids[kind].count - 1);
}

static cp_err take_link(struct reading *r, const struct cp_row *row)
{
    struct cp_bundle_link *link = NULL;

    CP_TRY(take_id(r, 0, row->text[0]));
    CP_TRY(grow(r, &r->links, sizeof *link, &link));
    *link = (struct cp_bundle_link){row->list[0], row->list[1], row->count[0] / 2, row->count[1]};
    CP_TRY(need(row->count[0] % 2 == 0 && link->end_count >= 2));
    CP_TRY(need(link->end_count <= CP_LIMIT_LAN_ENDS && all_below(row, 1, r->ids[2].count)));
    for (uint32_t i = 0; i < row->count[0]; i += 2) {
        CP_TRY(need(link->ends[i] < r->ids[1].count && link->ends[i + 1] > 0));
        for (uint32_t k = 0; k < i; k += 2)
            CP_TRY(need(link->ends[k] != link->ends[i]));
    }
    return CP_OK;
}

/* Rules that judge alike have one profile. */
static cp_err take_rule(struct reading *r, const struct cp_row *row)
{
    struct cp_bundle_net *net = r->net;
    struct cp_bundle_rule *rule = NULL;
    uint32_t depth = (uint32_t)row->number[1], p = 0;

    CP_TRY(need(row->number[0] < r->policies.count && row->number[1] < CP_BUNDLE_NONE));
    CP_TRY(need(row->words < CP_BUNDLE_STEADY));
    while (p < net->profile_count &&
           (net->profile_depth[p] != depth || net->profile_kinds[p] != row->words))
        p++;
    if (p == CP_BUNDLE_PROFILES_MAX)
        return CP_ERR_LIMIT;
    net->profile_depth[p] = depth;
    net->profile_kinds[p] = row->words;
    net->profile_count = p == net->profile_count ? p + 1 : net->profile_count;
    CP_TRY(grow(r, &r->rules, sizeof *rule, &rule));
    *rule = (struct cp_bundle_rule){
        .policy = &((struct cp_bundle_policy *)r->policies.at)[row->number[0]],
        .id = row->text[0],
        .says = row->text[1],
        .depth = depth,
        .kinds = row->words,
        .profile = p};
    return CP_OK;
}

static cp_err take_treatment(struct reading *r, const struct cp_row *row)
{
    struct cp_bundle_treatment *t = NULL;

    CP_TRY(grow(r, &r->treatments, sizeof *t, &t));
    *t = (struct cp_bundle_treatment){
        .name = row->text[0],
        .rules = row->list[0],
        .rule_count = row->count[0],
        .marks = CP_TAKE(r->arena, r->ids[0].count + r->ids[1].count, uint64_t),
        .liars = CP_TAKE(r->arena, r->ids[1].count, uint8_t)};
    if (t->marks == NULL || t->liars == NULL)
        return CP_ERR_NOMEM;
    return need(all_below(row, 0, r->rules.count));
}

static bool has_rule(const struct cp_bundle_treatment *t, uint32_t rule)
{
    for (uint32_t i = 0; i < t->rule_count; i++)
        if (t->rules[i] == rule)
            return true;
    return false;
}

static void mark(const struct reading *r, struct cp_bundle_treatment *t,
                 const struct cp_bundle_against *a)
{
    const struct cp_bundle_rule *rule = &((struct cp_bundle_rule *)r->rules.at)[a->rule];
    uint64_t bit = UINT64_C(1) << (rule->profile + (a->undecided ? CP_BUNDLE_PROFILES_MAX : 0));

    t->marks[a->element] |= bit;
    t->all |= bit;
    t->deepest = rule->depth > t->deepest ? rule->depth : t->deepest;
    if (a->undecided || a->element < r->links.count || t->liars[a->element - r->links.count] != 0)
        return;
    t->liars[a->element - r->links.count] = 1;
    t->liar_count++;
}

static cp_err take_against(struct reading *r, const struct cp_row *row)
{
    struct cp_bundle_treatment *t = r->treatments.at;
    struct cp_bundle_against *a = NULL;
    bool node = cp_text_is(row->text[0], "node");
    bool undecided = cp_text_is(row->text[1], "undecided");

    CP_TRY(need(node || cp_text_is(row->text[0], "link")));
    CP_TRY(need(undecided || cp_text_is(row->text[1], "forbidden")));
    CP_TRY(need(row->number[0] < r->rules.count && row->number[1] < r->ids[node ? 1 : 0].count));
    CP_TRY(grow(r, &r->against, sizeof *a, &a));
    *a = (struct cp_bundle_against){.reason = row->text[2],
                                    .rule = (uint32_t)row->number[0],
                                    .element =
                                        (uint32_t)row->number[1] + (node ? r->links.count : 0),
                                    .undecided = undecided};
    for (uint32_t i = 0; i < r->treatments.count; i++)
        if (has_rule(&t[i], a->rule))
            mark(r, &t[i], a);
    return need(r->against.count == 1 || a[-1].rule < a->rule ||
                (a[-1].rule == a->rule && a[-1].element < a->element));
}

/* A node's id is that node; what else there is cannot be told from the network. */
static bool are_named(const struct reading *r, cp_text name, const uint32_t *nodes, uint32_t count)
{
    uint32_t node = cp_map_find(r->net->find[1], name);

    if (node != CP_MAP_NONE)
        return count == 1 && nodes[0] == node;
    return cp_text_starts(name, CP_TEXT("site:")) || cp_text_starts(name, CP_TEXT("tag:"));
}

static cp_err take_demand(struct reading *r, const struct cp_row *row)
{
    struct cp_bundle_treatment *treatments = r->treatments.at;
    struct cp_bundle_demand *d = NULL;

    CP_TRY(need(row->number[0] < r->treatments.count && row->count[0] > 0 && row->count[1] > 0));
    CP_TRY(need(all_below(row, 0, r->ids[1].count) && all_below(row, 1, r->ids[1].count)));
    CP_TRY(need(are_named(r, row->text[1], row->list[0], row->count[0])));
    CP_TRY(need(are_named(r, row->text[2], row->list[1], row->count[1])));
    r->spare -= treatments[row->number[0]].spare;
    treatments[row->number[0]].spare = false;
    CP_TRY(grow(r, &r->demands, sizeof *d, &d));
    *d = (struct cp_bundle_demand){.id = row->text[0],
                                   .src_name = row->text[1],
                                   .dst_name = row->text[2],
                                   .src = row->list[0],
                                   .dst = row->list[1],
                                   .bandwidth = row->number[1],
                                   .treatment = (uint32_t)row->number[0],
                                   .src_count = row->count[0],
                                   .dst_count = row->count[1]};
    return CP_OK;
}

/* te before delay, each once; a cost for each end of each link, in their order. */
static cp_err take_metric(struct reading *r, const struct cp_row *row)
{
    uint32_t at = cp_text_is(row->text[0], "te") ? 0 : 1;
    const struct cp_bundle_link *links = r->links.at;
    uint32_t ends = 0;

    for (uint32_t l = 0; l < r->links.count; l++)
        ends += links[l].end_count;
    CP_TRY(need((at == 0 || cp_text_is(row->text[0], "delay")) && row->count[0] == ends));
    CP_TRY(need(r->metrics[at] == NULL && r->metrics[1] == NULL));
    r->metrics[at] = row->list[0];
    return CP_OK;
}

/* Ascending: by where it begins and ends, node segments first. */
static cp_err take_sid(struct reading *r, const struct cp_row *row)
{
    struct cp_bundle_sid *sid = NULL;

    CP_TRY(need(row->number[0] < r->ids[1].count && row->number[2] < r->ids[1].count));
    CP_TRY(need(row->number[1] == UINT64_MAX || row->number[1] < r->links.count));
    CP_TRY(grow(r, &r->sids, sizeof *sid, &sid));
    *sid = (struct cp_bundle_sid){(uint32_t)row->number[0], (uint32_t)row->number[2],
                                  (uint32_t)row->number[1], row->text[0]};
    return need(r->sids.count == 1 || cp_bundle_sid_compare(sid - 1, sid) < 0);
}

static cp_err take_row(struct reading *r, uint32_t kind, const struct cp_row *row)
{
    switch (kind) {
    case BEGIN:
        return need(row->number[0] == 1);
    case FAILURES:
        r->net->depth = (uint32_t)row->number[0];
        r->net->kinds = row->words;
        return need(row->number[0] <= CP_BUNDLE_DEPTH_MAX && row->words < CP_BUNDLE_STEADY);
    case STATES:
        r->net->states = row->words;
        return need(row->words % CP_BUNDLE_STEADY == 0);
    case AS_OF:
        r->net->as_of = row->text[0];
        return need(is_day(row->text[0]));
    case POLICY:
        return take_policy(r, row);
    case INPUT:
        return take_input(r, row);
    case WARNING:
        return take_warning(r, row);
    case NODE:
        return take_id(r, 1, row->text[0]);
    case SRLG:
        return take_id(r, 2, row->text[0]);
    case LINK:
        return take_link(r, row);
    case RULE:
        return take_rule(r, row);
    case TREATMENT:
        return take_treatment(r, row);
    case AGAINST:
        return take_against(r, row);
    case DEMAND:
        return take_demand(r, row);
    case METRIC:
        return take_metric(r, row);
    case SID:
        return take_sid(r, row);
    default:
        return CP_OK;
    }
}

/* The first four and the last stand once each, in order; the others any number of times. */
static bool may_follow(uint32_t kind, uint32_t last, uint32_t line)
{
    if (line <= POLICY)
        return kind == line - 1;
    return kind > last || (kind == last && kind < END && kind >= POLICY);
}

/* first [count + 2] holds how many of each, two places up: now where each begins, one place up. */
static void add_up(uint32_t *first, uint32_t count)
{
    for (uint32_t i = 2; i < count + 2; i++)
        first[i] += first[i - 1];
}

static cp_err make_hops(struct reading *r)
{
    uint32_t nodes = r->ids[1].count;
    uint32_t *first = CP_TAKE(r->arena, (size_t)nodes + 2, uint32_t);
    const struct cp_bundle_link *links = r->links.at;
    struct cp_bundle_hop *hops;
    uint64_t total = 0;

    for (uint32_t l = 0; first != NULL && l < r->links.count; l++) {
        total += (uint64_t)links[l].end_count * (links[l].end_count - 1);
        if (total >= UINT32_MAX)
            return CP_ERR_LIMIT;
        for (uint32_t i = 0; i < links[l].end_count; i++)
            first[links[l].ends[(size_t)2 * i] + 2] += links[l].end_count - 1;
    }
    hops = CP_TAKE(r->arena, total, struct cp_bundle_hop);
    if (first == NULL || hops == NULL)
        return CP_ERR_NOMEM;
    add_up(first, nodes);
    for (uint32_t l = 0; l < r->links.count; l++)
        for (uint32_t i = 0, count = 2 * links[l].end_count; i < count; i += 2)
            for (uint32_t k = 0; k < count; k += 2)
                if (i != k)
                    hops[first[links[l].ends[i] + 1]++] = (struct cp_bundle_hop){
                        links[l].ends[k], l, links[l].ends[i + 1], links[l].ends[k + 1]};
    r->net->hop_first = first;
    r->net->hops = hops;
    return CP_OK;
}

/* Ways out in the order in which make_hops lays them. */
static cp_err make_costs(struct reading *r, uint32_t metric)
{
    const struct cp_bundle_link *links = r->links.at;
    uint32_t nodes = r->ids[1].count;
    uint32_t *next = CP_TAKE(r->arena, nodes, uint32_t);
    uint32_t *costs = CP_TAKE(r->arena, r->net->hop_first[nodes], uint32_t);
    uint32_t end = 0;

    if (next == NULL || costs == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < nodes; v++)
        next[v] = r->net->hop_first[v];
    for (uint32_t l = 0; l < r->links.count; l++)
        for (uint32_t i = 0; i < links[l].end_count; i++, end++)
            for (uint32_t k = 1; k < links[l].end_count; k++)
                costs[next[links[l].ends[(size_t)2 * i]]++] = r->metrics[metric][end];
    r->net->hop_costs[metric] = costs;
    return CP_OK;
}

static cp_err make_srlgs(struct reading *r)
{
    uint32_t *first = CP_TAKE(r->arena, (size_t)r->ids[2].count + 2, uint32_t);
    const struct cp_bundle_link *links = r->links.at;
    uint32_t *members;
    uint64_t total = 0;

    for (uint32_t l = 0; first != NULL && l < r->links.count; l++) {
        total += links[l].srlg_count;
        for (uint32_t i = 0; i < links[l].srlg_count; i++)
            first[links[l].srlgs[i] + 2]++;
    }
    members = CP_TAKE(r->arena, total, uint32_t);
    if (first == NULL || members == NULL || total >= UINT32_MAX)
        return CP_ERR_NOMEM;
    add_up(first, r->ids[2].count);
    for (uint32_t l = 0; l < r->links.count; l++)
        for (uint32_t i = 0; i < links[l].srlg_count; i++)
            members[first[links[l].srlgs[i] + 1]++] = l;
    r->net->srlg_first = first;
    r->net->srlg_links = members;
    return CP_OK;
}

static void give(const struct reading *r)
{
    struct cp_bundle_net *net = r->net;

    for (uint32_t kind = 0; kind < 3; kind++)
        net->ids[kind] = r->ids[kind].at;
    net->policies = r->policies.at;
    net->policy_count = r->policies.count;
    net->inputs = r->inputs.at;
    net->input_count = r->inputs.count;
    net->warnings = r->warnings.at;
    net->warning_count = r->warnings.count;
    net->link_count = r->ids[0].count;
    net->node_count = r->ids[1].count;
    net->srlg_count = r->ids[2].count;
    net->rule_count = r->rules.count;
    net->against_count = r->against.count;
    net->treatment_count = r->treatments.count;
    net->demand_count = r->demands.count;
    net->links = r->links.at;
    net->rules = r->rules.at;
    net->against = r->against.at;
    net->treatments = r->treatments.at;
    net->demands = r->demands.at;
    net->sids = r->sids.at;
    net->sid_count = r->sids.count;
}

/*
 * No policy, rule or demand stands twice.  Treatments may read alike, as classes of two policies may
 * have one name: a second one is some demand's, then.
 */
static cp_err note(struct reading *r, uint32_t kind, cp_text line)
{
    struct cp_bundle_treatment *treatments = r->treatments.at;
    cp_err err = CP_OK;

    if (kind == POLICY || kind == RULE || kind == TREATMENT || kind == DEMAND)
        err = cp_map_add(r->known, line, 0);
    if (err != CP_ERR_DUPLICATE || kind != TREATMENT)
        return err;
    treatments[r->treatments.count - 1].spare = true;
    r->spare++;
    return CP_OK;
}

static cp_err read_rows(struct reading *r, struct cp_rows *rows)
{
    uint32_t last = BEGIN, kind = BEGIN;
    struct cp_row row;

    for (;; last = kind) {
        size_t before = rows->at;

        CP_TRY(cp_row_next(rows, r->arena, &row, &kind));
        if (kind == ROWS)
            return need(last == END && r->spare == 0);
        CP_TRY(need(may_follow(kind, last, rows->line)));
        CP_TRY(take_row(r, kind, &row));
        CP_TRY(note(r, kind, cp_text_sub(rows->text, before, rows->at - before)));
    }
}

cp_err cp_bundle_net_read(cp_text text, struct cp_arena *arena, struct cp_arena *work,
                          struct cp_bundle_net *out, struct cp_diag *diag)
{
    struct reading r = {.net = out, .arena = arena};
    struct cp_rows rows = {.text = text,
                           .patterns = patterns,
                           .words = words,
                           .pattern_count = ROWS,
                           .word_count = CP_COUNT(words),
                           .work = work};
    cp_arena_mark empty = cp_arena_mark_get(work);
    cp_err err;

    *out = (struct cp_bundle_net){.depth = 0};
    for (uint32_t kind = 0; kind < 3; kind++)
        CP_TRY(cp_map_open(arena, &out->find[kind]));
    CP_TRY(cp_map_open(work, &r.known));
    err = read_rows(&r, &rows);
    cp_arena_reset(work, empty);
    if (err != CP_OK)
        return cp_diag_set(diag, err, (cp_place){0, rows.line, 1},
                           "a row of the network is not what it may be", CP_TEXT(""));
    give(&r);
    CP_TRY(make_hops(&r));
    for (uint32_t m = 0; m < CP_COUNT(r.metrics); m++)
        if (r.metrics[m] != NULL)
            CP_TRY(make_costs(&r, m));
    return make_srlgs(&r);
}

uint32_t cp_bundle_kind(const struct cp_bundle_net *net, uint32_t element)
{
    if (element < net->link_count)
        return CP_BUNDLE_LINK;
    return element < net->link_count + net->node_count ? CP_BUNDLE_NODE : CP_BUNDLE_SRLG;
}

cp_text cp_bundle_id(const struct cp_bundle_net *net, uint32_t element)
{
    if (element < net->link_count)
        return net->ids[0][element];
    element -= net->link_count;
    return element < net->node_count ? net->ids[1][element]
                                     : net->ids[2][element - net->node_count];
}

int cp_bundle_sid_compare(const void *a, const void *b)
{
    const struct cp_bundle_sid *x = a;
    const struct cp_bundle_sid *y = b;
    /* the link of a node segment is none, and comes first */
    const uint32_t mine[] = {x->from, x->to, x->link + 1};
    const uint32_t other[] = {y->from, y->to, y->link + 1};

    for (size_t i = 0; i < CP_COUNT(mine); i++)
        if (mine[i] != other[i])
            return mine[i] < other[i] ? -1 : 1;
    return 0;
}
