#include "bundle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rd.h"
#include "base/sha256.h"
#include "base/wr.h"
#include "check/check.h"

/*
 * 10,000 corruptions of true bundles, all refused.  Some change bytes: the manifest's sums see that.  The
 * harder ones change what is said, and nothing but the checker's arithmetic can see it (no sum is
 * looked at).  Each is false by what it does, never because it was refused: the comment of each says why.
 */

#define CORRUPTIONS 10000u

struct trial {
    struct sample sample;
    struct bundle b;
    struct cp_arena *arena;
    uint64_t numbers;
    uint32_t demand; /* the one that is lied about */
};

static uint32_t pick(struct trial *t, uint32_t count)
{
    return sample_pick(&t->numbers, 0, count - 1);
}

static bool holds(const struct bundle *b)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX), *work = cp_arena_open(SIZE_MAX);
    struct cp_check_report report;
    struct cp_check *check = NULL;

    assert_int_equal(cp_check_open(b->network, b->answer, arena, work, &check), CP_OK);
    for (uint32_t i = 0; i < b->piece_count; i++)
        assert_int_equal(cp_check_piece(check, b->piece[i]), CP_OK);
    cp_check_finish(check, &report);
    cp_arena_close(work);
    cp_arena_close(arena);
    return report.holds;
}

/* ---- answers: the numbers of a result are exact, so any other number is false ---- */

static struct cp_demand_result *result_of(struct trial *t)
{
    return &t->b.results[t->demand];
}

static bool other_verdict(struct trial *t)
{
    result_of(t)->verdict = (cp_verdict)((result_of(t)->verdict + 1 + pick(t, 3)) % 4);
    return true;
}

/* One less, one more, null, or 0. */
static bool change_depth(struct trial *t, uint32_t *depth)
{
    uint32_t was = *depth, most = t->b.request.depth;
    uint32_t choices[] = {was - 1, was + 1, CP_DEPTH_NONE, 0};

    *depth = choices[pick(t, 4)];
    if (*depth != CP_DEPTH_NONE && *depth > most)
        *depth = was == 0 ? CP_DEPTH_NONE : 0;
    return *depth != was;
}

static bool other_steady(struct trial *t)
{
    return change_depth(t, &result_of(t)->state_depth[CP_STATE_STEADY]);
}

static bool other_transition(struct trial *t)
{
    return change_depth(t, &result_of(t)->state_depth[CP_STATE_TRANSITION]);
}

static bool other_liar(struct trial *t)
{
    return change_depth(t, &result_of(t)->state_depth[CP_STATE_LIAR]);
}

static bool other_exposure_depth(struct trial *t)
{
    return change_depth(t, &result_of(t)->exposure_depth);
}

/* The cut keeps to the depth: elements left out, or the first link and so on put in. */
static bool other_cut(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);

    if (!change_depth(t, &r->cut_depth))
        return false;
    for (uint32_t i = 0; r->cut_depth != CP_DEPTH_NONE && i < r->cut_depth; i++)
        if (r->cut[i].kind == 0)
            r->cut[i] = (struct cp_failure){CP_FAIL_LINK, t->sample.case_link[0]};
    return true;
}

static bool other_clean_way(struct trial *t)
{
    result_of(t)->clean_way = !result_of(t)->clean_way;
    return true;
}

static bool other_judged(struct trial *t)
{
    result_of(t)->judged = !result_of(t)->judged;
    return true;
}

/* All that is said against the demand is left out, and the numbers with it. */
static bool whitewash(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);

    if (r->exposure == NULL)
        return false;
    r->exposure = r->violation = r->undecided = NULL;
    r->exposure_depth = CP_DEPTH_NONE;
    r->state_depth[CP_STATE_STEADY] = r->state_depth[CP_STATE_TRANSITION] = CP_DEPTH_NONE;
    r->verdict = r->cut_depth == 0 ? CP_VERDICT_NO_PATH : CP_VERDICT_OK;
    return true;
}

static bool no_lies(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);

    if (r->liar == NULL)
        return false;
    r->liar = NULL;
    r->state_depth[CP_STATE_LIAR] = CP_DEPTH_NONE;
    return true;
}

/* Undecided instead of violated. */
static bool soften(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);

    if (r->verdict != CP_VERDICT_VIOLATION)
        return false;
    r->verdict = r->undecided != NULL ? CP_VERDICT_UNDECIDED : CP_VERDICT_OK;
    r->violation = NULL;
    return true;
}

/* A copy of one of the exposures shown, to be spoilt. */
static struct cp_exposure *spoil(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);
    const struct cp_exposure **shown[] = {&r->exposure, &r->violation, &r->undecided, &r->liar};
    uint32_t first = pick(t, 4);

    for (uint32_t i = 0; i < 4; i++) {
        const struct cp_exposure **at = shown[(first + i) % 4];
        struct cp_exposure *copy = CP_TAKE(t->arena, 1, struct cp_exposure);

        if (*at == NULL || copy == NULL)
            continue;
        *copy = **at;
        *at = copy;
        return copy;
    }
    return NULL;
}

/* A node twice behind itself: no link joins a node to itself. */
static bool path_stutters(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    cp_node *nodes = e == NULL ? NULL : CP_TAKE(t->arena, e->node_count, cp_node);

    if (nodes == NULL || e->node_count < 2)
        return false;
    memcpy(nodes, e->nodes, e->node_count * sizeof *nodes);
    nodes[1] = nodes[0];
    e->nodes = nodes;
    return true;
}

/* It begins in the middle: where no flow of this direction has its source. */
static bool path_begins_late(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    const struct cp_case *c = t->b.judge->net;
    const struct cp_demand *d = &c->demands[t->demand];

    if (e == NULL || e->node_count < 2)
        return false;
    for (uint32_t i = 0; i < d->src.count; i++)
        if (c->demand_ends[d->src.first + i].at == e->nodes[1].at)
            return false;
    for (uint32_t i = 0; i < d->dst.count; i++)
        if (c->demand_ends[d->dst.first + i].at == e->nodes[1].at)
            return false;
    e->nodes++;
    e->links++;
    e->node_count--;
    return true;
}

/* It ends short of the element, which no node or link of what is left is. */
static bool path_ends_early(struct trial *t)
{
    struct cp_exposure *e = spoil(t);

    if (e == NULL || e->node_count < 2 ||
        (e->kind == CP_OBJECT_LINK && e->node_count > 2 &&
         e->links[e->node_count - 3].at == e->element))
        return false;
    e->node_count--;
    return true;
}

/* Of the other kind: then it is at the path's end no more (or of no such name). */
static bool other_element(struct trial *t)
{
    struct cp_exposure *e = spoil(t);

    if (e == NULL)
        return false;
    e->element = e->kind == CP_OBJECT_NODE ? e->nodes[0].at : e->element;
    if (e->kind == CP_OBJECT_NODE && e->node_count > 1)
        return true;
    e->kind = e->kind == CP_OBJECT_NODE ? CP_OBJECT_LINK : CP_OBJECT_NODE;
    e->element = 0;
    return e->kind == CP_OBJECT_NODE ? e->nodes[e->node_count - 1].at != 0
                                     : e->node_count < 2 || e->links[e->node_count - 2].at != 0;
}

/* Its source is no source the other way round. */
static bool other_direction(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    const struct cp_case *c = t->b.judge->net;
    const struct cp_demand *d = &c->demands[t->demand];
    cp_range ends = {0, 0};

    if (e == NULL)
        return false;
    ends = e->direction == CP_FORWARD ? d->dst : d->src;
    for (uint32_t i = 0; i < ends.count; i++)
        if (c->demand_ends[ends.first + i].at == e->nodes[0].at)
            return false;
    e->direction = e->direction == CP_FORWARD ? CP_REVERSE : CP_FORWARD;
    return true;
}

/* Fewer failures than the depth said; a transition has one in any case. */
static bool drop_failure(struct trial *t)
{
    struct cp_exposure *e = spoil(t);

    if (e == NULL || e->failure_count == 0 || e == result_of(t)->violation ||
        e == result_of(t)->undecided)
        return false;
    e->failure_count--;
    return true;
}

/* A demand's own end never fails. */
static bool end_fails(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    const struct cp_case *c = t->b.judge->net;

    if (e == NULL || e->failure_count == 0)
        return false;
    e->failures[e->failure_count - 1] =
        (struct cp_failure){CP_FAIL_NODE, c->demand_ends[c->demands[t->demand].src.first].at};
    return true;
}

/* A steady exposure is no transition's, where what is said to change is the same. */
static bool other_state(struct trial *t)
{
    struct cp_exposure *e = spoil(t);

    if (e == NULL)
        return false;
    e->state = e->state == CP_STATE_LIAR ? CP_STATE_STEADY : CP_STATE_LIAR;
    return true;
}

static bool other_rule(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    const struct cp_judge *judge = t->b.judge;

    if (e == NULL || judge->rule_count < 2)
        return false;
    e->rule = (e->rule + 1 + pick(t, judge->rule_count - 1)) % judge->rule_count;
    return cp_trust_treated(cp_judge_trust(&judge->rules[e->rule], e->kind, e->element),
                            judge->rules[e->rule].unknown) == CP_TRUSTED;
}

/* ---- texts: rows of the network, sums of the answer ---- */

/* The text with `to` in place of `from`, the first time behind `at`; false where it is not there. */
static bool replace(struct trial *t, cp_text *text, const char *from, const char *to)
{
    const char *at = strstr(text->at, from);
    struct cp_out out = cp_out_make(t->arena);
    size_t before;

    if (at == NULL)
        return false;
    before = (size_t)(at - text->at);
    cp_out_text(&out, cp_text_sub(*text, 0, before));
    cp_out_str(&out, to);
    cp_out_text(&out, cp_text_sub(*text, before + strlen(from), text->len));
    return cp_out_done(&out, text) == CP_OK;
}

static bool other_summary(struct trial *t)
{
    static const char *const names[] = {
        "\"ok\": ", "\"undecided\": ", "\"violation\": ", "\"no_path\": ", "\"uncovered\": "};
    const char *name = names[pick(t, 5)];
    char from[40], to[40];

    (void)snprintf(from, sizeof from, "%s", name);
    (void)snprintf(to, sizeof to, "%s1", name); /* one digit more: another number */
    return replace(t, &t->b.answer, from, to);
}

/* Readers of JSON take the last of two: none may stand twice, nor one more that they would believe. */
static bool another_member(struct trial *t)
{
    static const char *const tops[] = {"\n  \"demands\": [],", "\n  \"status\": \"routed\",",
                                       "\n  \"summary\": {},", "\n  \"schema\": \"other\","};
    static const char *const inner[] = {"\n      \"status\": \"ok\",",
                                        "\n      \"verdict\": \"ok\","};
    bool top = pick(t, 2) == 0;
    const char *more = top ? tops[pick(t, 4)] : inner[pick(t, 2)];
    const char *before = top ? "\n  \"demands\": " : "\n      \"judged\": ";
    char to[80];

    (void)snprintf(to, sizeof to, "%s%s", more, before);
    return replace(t, &t->b.answer, before, to);
}

/* An element that the answer shows is unmarked, for the rule that it names. */
static bool unmark(struct trial *t)
{
    const struct cp_exposure *e = result_of(t)->exposure;
    struct cp_out out = cp_out_make(t->arena);
    cp_text rest = t->b.network, line;
    char wanted[40];
    bool found = false;

    if (e == NULL)
        return false;
    for (uint32_t i = 0, nodes = 0, links = 0; i < 1; i++) {
        const struct cp_case *c = t->b.judge->net;

        for (uint32_t v = 0; v < e->element && e->kind == CP_OBJECT_NODE; v++)
            nodes += c->nodes[v].layer == CP_LAYER_IP;
        for (uint32_t l = 0; l < e->element && e->kind == CP_OBJECT_LINK; l++)
            links += c->links[l].layer == CP_LAYER_IP;
        (void)snprintf(wanted, sizeof wanted, "[\"against\", %u, \"%s\", %u,", e->rule,
                       e->kind == CP_OBJECT_NODE ? "node" : "link", nodes + links);
    }
    while (rest.len > 0) {
        size_t end = cp_text_find(rest, '\n', 0) + 1;

        line = cp_text_sub(rest, 0, end);
        rest = cp_text_sub(rest, end, rest.len);
        if (cp_text_starts(line, cp_text_of(wanted)))
            found = true;
        else
            cp_out_text(&out, line);
    }
    return cp_out_done(&out, &t->b.network) == CP_OK && found;
}

/* The network has failures of a kind less, or a state less, than the answer was made with. */
static bool fewer_failures(struct trial *t)
{
    return replace(t, &t->b.network, "\"link\", ", "") ||
           replace(t, &t->b.network, "[\"failures\", 1, [\"node\", ", "[\"failures\", 1, [");
}

/* The network and the answer say different things of what neither can be shown by. */
static bool other_head(struct trial *t)
{
    static const char *const changes[][2] = {
        {"\"as_of\": \"1970-01-02\",\n", "\"as_of\": \"1970-01-03\",\n"},
        {"\"as_of\": \"1970-01-02\",\n", "\"as_of\": \"ok\",\n"},
        {"\"as_of\": \"1970-01-02\",\n", ""},
        {"\"as_of\": \"1970-01-02\", \"path\"", "\"as_of\": \"1970-01-03\", \"path\""},
        {"{\"id\": \"p\"", "{\"id\": \"q\""},
        {"\"says\": null, \"authority\"", "\"says\": \"all is well\", \"authority\""},
        {"\"by\": \"b\"", "\"by\": \"c\""},
        {"\"ref\": null", "\"ref\": \"a law\""},
        {"\"owner\": null", "\"owner\": \"c\""},
        {"\"path\": null", "\"path\": \"p.yaml\""},
        {"\"inputs\": []", "\"inputs\": [{\"path\": \"a\", \"sha256\": \"00\"}]"},
        {"\"warnings\": []", "\"warnings\": [\"beware\"]"},
        {"\"warnings\": [],\n", ""},
        {"\"failures\": {\"depth\"", "\"failures\": {}, \"failures\": {\"depth\""},
        {"\"link\"]},\n", "\"link\", \"link\"]},\n"},
        {"\"srlg\"]},\n", "\"srlg\", \"srlg\"]},\n"},
        {"\"authority\": \"b\"", "\"authority\": \"c\""},
        {"\"authority\": \"b\",", ""},
    };
    uint32_t which = pick(t, CP_COUNT(changes));

    return replace(t, &t->b.answer, changes[which][0], changes[which][1]);
}

/* The network alone says otherwise what the answer says, too. */
static bool other_rows(struct trial *t)
{
    static const char *const changes[][2] = {
        {"[\"as_of\", \"1970-01-02\"]", "[\"as_of\", \"1970-01-03\"]"},
        {"[\"as_of\", \"1970-01-02\"]", "[\"as_of\", null]"},
        {"[\"as_of\", \"1970-01-02\"]", "[\"as_of\", \"ok\"]"},
        {"\"p\", null, \"b\"", "\"q\", null, \"b\""},
        {"\"p\", null, \"b\"", "\"p\", \"\", \"b\""},
        {"\"p\", null, \"b\"", "\"p\", null, \"c\""},
        {"\"1970-01-02\", null]\n", "\"1970-01-02\", \"p.yaml\"]\n"},
        {"[\"node\", \"n0\"]", "[\"input\", \"a\", 0, 0, 0]\n[\"node\", \"n0\"]"},
        {"[\"node\", \"n0\"]", "[\"warning\", \"beware\"]\n[\"node\", \"n0\"]"},
        {"[\"node\", \"n0\"]", "[\"node\", \"\"]"},
        {"\"tag:from0\"", "\"from0\""}, /* no node, and neither site nor tag */
        {"\"tag:to0\"", "\"\""},
    };
    uint32_t which = pick(t, CP_COUNT(changes));

    return replace(t, &t->b.network, changes[which][0], changes[which][1]);
}

/* A row of the network stands twice: none of these kinds may. */
static bool double_row(struct trial *t)
{
    static const char *const kinds[] = {
        "\n[\"policy\"",    "\n[\"node\"",    "\n[\"srlg\"",   "\n[\"link\"",     "\n[\"rule\"",
        "\n[\"treatment\"", "\n[\"against\"", "\n[\"demand\"", "\n[\"failures\"", "\n[\"as_of\""};
    const char *last = NULL, *at = t->b.network.at;
    const char *kind = kinds[pick(t, CP_COUNT(kinds))];
    struct cp_out out = cp_out_make(t->arena);
    cp_text before, line;

    while ((at = strstr(at, kind)) != NULL)
        last = ++at;
    if (last == NULL)
        return false;
    before = cp_text_sub(t->b.network, 0, (size_t)(last - t->b.network.at));
    line = cp_text_sub(t->b.network, before.len, t->b.network.len);
    line.len = cp_text_find(line, '\n', 0) + 1;
    cp_out_text(&out, before);
    cp_out_text(&out, line);
    cp_out_text(&out, line);
    cp_out_text(&out, cp_text_sub(t->b.network, before.len + line.len, t->b.network.len));
    return cp_out_done(&out, &t->b.network) == CP_OK;
}

/* A demand's end is called by the id of a node, of which it is not just that one. */
static bool other_name(struct trial *t)
{
    const struct cp_case *c = t->b.judge->net;
    const struct cp_demand *d = &c->demands[t->demand];
    uint32_t v = pick(t, c->node_count);
    char from[40], to[40];

    if (c->nodes[v].layer != CP_LAYER_IP ||
        (d->src.count == 1 && c->demand_ends[d->src.first].at == v))
        return false;
    (void)snprintf(from, sizeof from, "\"tag:from%u\"", t->demand);
    (void)snprintf(to, sizeof to, "\"n%u\"", v);
    return replace(t, &t->b.network, from, to) && replace(t, &t->b.answer, from, to);
}

static bool fewer_nodes_asked(struct trial *t)
{
    return replace(t, &t->b.network, "\n[\"node\", ", "\n[\"nude\", ");
}

/* ---- certificates ---- */

static bool drop_piece(struct trial *t)
{
    uint32_t at = pick(t, t->b.piece_count);

    memmove(&t->b.piece[at], &t->b.piece[at + 1], (--t->b.piece_count - at) * sizeof *t->b.piece);
    return true;
}

static bool swap_pieces(struct trial *t)
{
    uint32_t at = t->b.piece_count < 2 ? 0 : pick(t, t->b.piece_count - 1);
    cp_text piece = t->b.piece[at];

    if (t->b.piece_count < 2)
        return false;
    t->b.piece[at] = t->b.piece[at + 1];
    t->b.piece[at + 1] = piece;
    return true;
}

static bool double_piece(struct trial *t)
{
    uint32_t at = pick(t, t->b.piece_count);

    memmove(&t->b.piece[at + 1], &t->b.piece[at], (t->b.piece_count++ - at) * sizeof *t->b.piece);
    return t->b.piece_count < BUNDLE_PIECES;
}

static bool cut_piece(struct trial *t)
{
    cp_text *piece = &t->b.piece[pick(t, t->b.piece_count)];

    piece->len = pick(t, (uint32_t)piece->len);
    return true;
}

static bool longer_piece(struct trial *t)
{
    cp_text *piece = &t->b.piece[pick(t, t->b.piece_count)];

    return cp_text_join(*piece, CP_TEXT("\1"), t->arena, piece) == CP_OK;
}

/* Kind 2: its head, its potentials and its plain table in parts, so that they can be put otherwise. */
struct destination {
    uint64_t node, fallback, count;
    cp_rd entries; /* potentials */
    cp_rd rest;    /* behind them */
};

static bool open_destination(struct trial *t, uint32_t *at, struct destination *d)
{
    uint32_t first = pick(t, t->b.piece_count);

    for (uint32_t i = 0; i < t->b.piece_count; i++) {
        cp_rd rd;

        *at = (first + i) % t->b.piece_count;
        rd = cp_rd_make(t->b.piece[*at]);
        if (cp_rd_number(&rd) != 2)
            continue;
        d->node = cp_rd_number(&rd);
        d->fallback = cp_rd_number(&rd);
        d->count = cp_rd_number(&rd);
        d->entries = rd;
        for (uint64_t k = 0; k < 2 * d->count; k++)
            (void)cp_rd_number(&rd);
        d->rest = rd;
        return true;
    }
    return false;
}

static void begin_destination(struct cp_out *out, const struct destination *d)
{
    cp_wr_number(out, 2);
    cp_wr_number(out, d->node);
    cp_wr_number(out, d->fallback);
    cp_wr_number(out, d->count);
}

/* A flow to the destination that is followed: it has a way, by one of the demand's two directions. */
static bool is_source(struct trial *t, uint64_t destination, uint64_t source)
{
    const struct oracle_net *net = &t->sample.net;
    uint32_t seen = 1u << source, before = 0;

    while (seen != before) { /* what hangs together with the source */
        before = seen;
        for (uint32_t l = 0; l < net->link_count; l++) {
            uint32_t ends = 0;

            for (uint32_t e = 0; e < net->links[l].end_count; e++)
                ends |= 1u << net->links[l].node[e];
            seen |= (ends & seen) != 0 ? ends : 0;
        }
    }
    for (uint32_t d = 0; (seen >> destination & 1u) != 0 && d < t->sample.demand_count; d++) {
        const struct cp_judge *judge = t->b.judge;
        uint32_t src = t->sample.demands[d].src, dst = t->sample.demands[d].dst;
        bool marked = strstr(t->b.network.at, "\"against\"") != NULL;

        if (judge->treatments[judge->demand_treatment[d]].rule_count == 0 || !marked)
            continue;
        if (((src >> source & 1u) != 0 && (dst >> destination & 1u) != 0) ||
            ((dst >> source & 1u) != 0 && (src >> destination & 1u) != 0))
            return true;
    }
    return false;
}

/* The first listed label of a source, which was its cost, is another one. */
static bool change_label(struct trial *t, int by)
{
    struct cp_out out = cp_out_make(t->arena);
    struct destination d;
    bool done = false;
    uint32_t at;

    if (!open_destination(t, &at, &d))
        return false;
    begin_destination(&out, &d);
    for (uint64_t k = 0, node = 0; k < d.count; k++) {
        uint64_t step = cp_rd_number(&d.entries), label = cp_rd_number(&d.entries);

        node += step;
        if (!done && label > 2 && label + (uint64_t)by != d.fallback &&
            is_source(t, d.node, node)) {
            label += (uint64_t)by;
            done = true;
        }
        cp_wr_number(&out, step);
        cp_wr_number(&out, label);
    }
    cp_out_text(&out, d.rest.left);
    return cp_out_done(&out, &t->b.piece[at]) == CP_OK && done;
}

/* More than the cost is no lower bound. */
static bool greater_label(struct trial *t)
{
    return change_label(t, 1 + (int)pick(t, 5));
}

/* Less than the cost points nowhere. */
static bool lesser_label(struct trial *t)
{
    return change_label(t, -1);
}

/* No demand of the sample is exposed or cut off today: all flows are followed after each single failure. */
static bool is_all_well(const struct trial *t)
{
    for (uint32_t d = 0; d < t->sample.demand_count; d++) {
        const struct cp_demand_result *r = &t->b.results[d];

        if (r->exposure != NULL || r->verdict == CP_VERDICT_NO_PATH)
            return false;
    }
    return true;
}

static bool is_end_of_any(const struct trial *t, uint64_t node)
{
    for (uint32_t d = 0; d < t->sample.demand_count; d++)
        if (((t->sample.demands[d].src | t->sample.demands[d].dst) >> node & 1u) != 0)
            return true;
    return false;
}

/* Copies an entry of a table; whether it is of one failure, that makes a source's cost greater. */
static bool copy_entry(struct trial *t, uint64_t destination, cp_rd *rd, struct cp_out *out)
{
    uint64_t size = cp_rd_number(rd), links = t->sample.net.link_count, first = 0, count;
    bool matters = size == 1;

    cp_wr_number(out, size);
    for (uint64_t k = 0; k < size; k++) {
        uint64_t step = cp_rd_number(rd);

        first = k == 0 ? step : first;
        cp_wr_number(out, step);
    }
    if (first >= links && first - links < t->sample.net.node_count)
        matters = matters && !is_end_of_any(t, first - links);
    count = cp_rd_number(rd);
    cp_wr_number(out, count);
    bool of_source = false;

    for (uint64_t k = 0, node = 0; k < count; k++) {
        uint64_t step = cp_rd_number(rd);

        node += step;
        of_source = of_source || is_source(t, destination, node);
        cp_wr_number(out, step);
        cp_wr_number(out, cp_rd_number(rd));
    }
    return matters && of_source;
}

/* A set of failures that makes a source's cost greater: without it the source's label is too small. */
static bool drop_set(struct trial *t)
{
    struct cp_out out = cp_out_make(t->arena), rest = cp_out_make(t->arena);
    struct destination d;
    uint64_t count, kept = 0;
    bool dropped = false;
    cp_text text;
    uint32_t at;

    if (!is_all_well(t) || !open_destination(t, &at, &d))
        return false;
    count = cp_rd_number(&d.rest);
    for (uint64_t i = 0; i < count; i++) {
        struct cp_out entry = cp_out_make(t->arena);
        bool matters = copy_entry(t, d.node, &d.rest, &entry);

        if (matters && !dropped) {
            dropped = true;
            continue;
        }
        assert_int_equal(cp_out_done(&entry, &text), CP_OK);
        cp_out_text(&rest, text);
        kept++;
    }
    assert_int_equal(cp_out_done(&rest, &text), CP_OK);
    begin_destination(&out, &d);
    for (uint64_t k = 0; k < 2 * d.count; k++)
        cp_wr_number(&out, cp_rd_number(&d.entries));
    cp_wr_number(&out, kept);
    cp_out_text(&out, text);
    cp_out_text(&out, d.rest.left);
    return cp_out_done(&out, &t->b.piece[at]) == CP_OK && dropped;
}

/* No ways for a demand that has one, or no closed set for one that is cut. */
static bool no_ways(struct trial *t)
{
    for (uint32_t i = 0; i < t->b.piece_count; i++) {
        struct cp_out out = cp_out_make(t->arena);
        cp_rd rd = cp_rd_make(t->b.piece[i]);

        if (cp_rd_number(&rd) != 3 || cp_rd_number(&rd) != t->demand || cp_rd_number(&rd) == 0)
            continue;
        cp_wr_number(&out, 3);
        cp_wr_number(&out, t->demand);
        cp_wr_number(&out, 0);
        cp_wr_number(&out, 0);
        return cp_out_done(&out, &t->b.piece[i]) == CP_OK;
    }
    return false;
}

static bool no_closed_set(struct trial *t)
{
    uint32_t depth = result_of(t)->cut_depth;

    if (depth == 0 || depth == CP_DEPTH_NONE)
        return false;
    for (uint32_t i = 0; i < t->b.piece_count; i++) {
        struct cp_out out = cp_out_make(t->arena);
        cp_rd rd = cp_rd_make(t->b.piece[i]);

        if (cp_rd_number(&rd) != 3 || cp_rd_number(&rd) != t->demand)
            continue;
        for (uint64_t ways = cp_rd_number(&rd); ways > 0; ways--) {
            (void)cp_rd_number(&rd);
            for (uint64_t hops = cp_rd_number(&rd); hops > 0; hops--)
                (void)cp_rd_number(&rd);
        }
        cp_out_text(&out, cp_text_sub(t->b.piece[i], 0, t->b.piece[i].len - rd.left.len));
        cp_wr_number(&out, 0);
        return cp_out_done(&out, &t->b.piece[i]) == CP_OK;
    }
    return false;
}

/* ---- the list ---- */

/*
 * Of an answer: with the certificate of the true one, and, where the false one is such that one can be
 * made for it, with the best that there is.  Of files: as they were made.
 */
typedef enum { OF_ANSWER, OF_ANSWER_PROVEN, OF_FILES } corruption;

static const struct {
    const char *name;
    bool (*corrupt)(struct trial *t);
    corruption of;
} corruptions[] = {
    {"verdict", other_verdict, OF_ANSWER_PROVEN},
    {"steady depth", other_steady, OF_ANSWER_PROVEN},
    {"transition depth", other_transition, OF_ANSWER_PROVEN},
    {"liar depth", other_liar, OF_ANSWER_PROVEN},
    {"exposure depth", other_exposure_depth, OF_ANSWER_PROVEN},
    {"cut", other_cut, OF_ANSWER},
    {"clean_way", other_clean_way, OF_ANSWER_PROVEN},
    {"judged", other_judged, OF_ANSWER_PROVEN},
    {"all exposures", whitewash, OF_ANSWER_PROVEN},
    {"all lies", no_lies, OF_ANSWER_PROVEN},
    {"violation", soften, OF_ANSWER_PROVEN},
    {"path stutters", path_stutters, OF_ANSWER},
    {"path begins late", path_begins_late, OF_ANSWER},
    {"path ends early", path_ends_early, OF_ANSWER},
    {"element", other_element, OF_ANSWER},
    {"direction", other_direction, OF_ANSWER},
    {"failure", drop_failure, OF_ANSWER},
    {"end fails", end_fails, OF_ANSWER},
    {"state", other_state, OF_ANSWER},
    {"rule", other_rule, OF_ANSWER},
    {"summary", other_summary, OF_FILES},
    {"one member more", another_member, OF_FILES},
    {"unmarked", unmark, OF_FILES},
    {"failures asked", fewer_failures, OF_FILES},
    {"rows", fewer_nodes_asked, OF_FILES},
    {"head", other_head, OF_FILES},
    {"head of the network", other_rows, OF_FILES},
    {"row twice", double_row, OF_FILES},
    {"name of an end", other_name, OF_FILES},
    {"piece dropped", drop_piece, OF_FILES},
    {"pieces swapped", swap_pieces, OF_FILES},
    {"piece doubled", double_piece, OF_FILES},
    {"piece cut", cut_piece, OF_FILES},
    {"piece longer", longer_piece, OF_FILES},
    {"label greater", greater_label, OF_FILES},
    {"label lesser", lesser_label, OF_FILES},
    {"set of failures", drop_set, OF_FILES},
    {"ways", no_ways, OF_FILES},
    {"closed sets", no_closed_set, OF_FILES},
};

static bool make(struct trial *t, uint64_t seed, uint32_t which, bool reproven)
{
    bool of_files = corruptions[which].of == OF_FILES;

    t->numbers = seed ^ (uint64_t)which << 40;
    sample_make(seed, 1 + (uint32_t)(seed % 2), &t->sample);
    bundle_audit(&t->sample, t->arena, &t->b);
    t->demand = pick(t, t->sample.demand_count);
    if (!reproven)
        bundle_write(&t->b, t->arena);
    if (of_files)
        return corruptions[which].corrupt(t);
    if (!corruptions[which].corrupt(t))
        return false;
    if (reproven)
        bundle_write(&t->b, t->arena);
    else
        t->b.answer = bundle_answer(&t->b, t->arena);
    return true;
}

static void every_false_answer_and_proof_is_refused(void **state)
{
    uint32_t counts[CP_COUNT(corruptions)] = {0}, total = 0;

    (void)state;
    for (uint64_t seed = 0; total < CORRUPTIONS; seed++)
        for (uint32_t which = 0; which < CP_COUNT(corruptions) && total < CORRUPTIONS; which++) {
            struct trial t = {.arena = cp_arena_open(SIZE_MAX)};
            bool reproven = corruptions[which].of == OF_ANSWER_PROVEN && seed % 2 == 1;

            if (make(&t, seed, which, reproven)) {
                if (holds(&t.b)) {
                    fprintf(stderr, "seed %llu, %s%s: held\n", (unsigned long long)seed,
                            corruptions[which].name, reproven ? ", proven anew" : "");
                    fprintf(stderr, "%s%s", t.b.network.at, t.b.answer.at);
                    fail();
                }
                counts[which]++;
                total++;
            }
            cp_arena_close(t.arena);
        }
    for (uint32_t i = 0; i < CP_COUNT(corruptions); i++)
        assert_true(counts[i] >= 20);
}

/* ---- bytes ---- */

enum { ANSWER, NETWORK, CERTIFICATE, MANIFEST, FILES };

struct files {
    cp_text at[FILES];
};

static void put_sum(struct cp_out *out, const char *name, cp_text bytes)
{
    char sum[65];

    cp_sha256_hex(bytes, sum);
    cp_out_format(out, "[\"%s\", \"%s\"]\n", name, sum);
}

static struct files write_files(const struct bundle *b, struct cp_arena *arena)
{
    struct files f = {{b->answer, b->network, {0}, {0}}};
    struct cp_out out = cp_out_make(arena), manifest = cp_out_make(arena);
    cp_text so_far;

    cp_out_str(&out, CP_PROVE_HEAD);
    for (uint32_t i = 0; i < b->piece_count; i++) {
        cp_wr_number(&out, b->piece[i].len);
        cp_out_text(&out, b->piece[i]);
    }
    assert_int_equal(cp_out_done(&out, &f.at[CERTIFICATE]), CP_OK);
    cp_out_str(&manifest, "[\"cleanpath-bundle\", 1]\n[\"program\", \"cleanpath 0\"]\n");
    put_sum(&manifest, "answer", f.at[ANSWER]);
    put_sum(&manifest, "network", f.at[NETWORK]);
    put_sum(&manifest, "certificate", f.at[CERTIFICATE]);
    cp_out_str(&manifest, "[\"input\", \"all\", \"00\"]\n");
    assert_int_equal(cp_out_done(&manifest, &so_far), CP_OK);
    put_sum(&manifest, "sum", so_far);
    assert_int_equal(cp_out_done(&manifest, &f.at[MANIFEST]), CP_OK);
    return f;
}

/* As main() of cleanpath-check has it. */
static bool files_hold(const struct files *f)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX), *work = cp_arena_open(SIZE_MAX);
    struct cp_bundle_manifest m;
    struct cp_check_report report = {.holds = false};
    struct cp_check *check = NULL;
    char sums[FILES][65];

    for (uint32_t i = 0; i < FILES; i++)
        cp_sha256_hex(f->at[i], sums[i]);
    if (cp_bundle_manifest_read(f->at[MANIFEST], arena, work, &m) == CP_OK &&
        cp_text_is(m.answer, sums[ANSWER]) && cp_text_is(m.network, sums[NETWORK]) &&
        cp_text_is(m.certificate, sums[CERTIFICATE])) {
        assert_int_equal(cp_check_open(f->at[NETWORK], f->at[ANSWER], arena, work, &check), CP_OK);
        assert_int_equal(cp_check_certificate(check, f->at[CERTIFICATE]), CP_OK);
        cp_check_inputs(check, &m);
        cp_check_finish(check, &report);
    }
    cp_arena_close(work);
    cp_arena_close(arena);
    return report.holds;
}

/* The file otherwise, by a byte or a line; false where it is as before. */
static bool spoil_file(uint64_t *numbers, cp_text *file, struct cp_arena *arena)
{
    uint32_t len = (uint32_t)file->len, at = sample_pick(numbers, 0, len - 1);
    struct cp_out out = cp_out_make(arena);
    cp_text was = *file;
    char *bytes;

    switch (sample_pick(numbers, 0, 3)) {
    case 0: /* a byte changes */
        assert_int_equal(cp_text_copy(*file, arena, file), CP_OK);
        bytes = memchr(file->at + at, file->at[at], 1);
        *bytes = (char)(*bytes ^ (1 << sample_pick(numbers, 0, 7)));
        return true;
    case 1: /* the end is cut */
        file->len = at;
        return true;
    case 2: /* a byte is left out */
        cp_out_text(&out, cp_text_sub(was, 0, at));
        cp_out_text(&out, cp_text_sub(was, at + 1, len));
        break;
    default: /* a line stands twice */
        at = (uint32_t)cp_text_find(was, '\n', at);
        cp_out_text(&out, cp_text_sub(was, 0, at));
        cp_out_text(&out, cp_text_sub(was, at / 2, len));
        break;
    }
    return cp_out_done(&out, file) == CP_OK && !cp_text_eq(*file, was);
}

static void every_other_byte_is_refused(void **state)
{
    uint64_t numbers = 7;
    uint32_t total = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct trial t = {.arena = cp_arena_open(SIZE_MAX)};
        struct files f;

        sample_make(seed, 1, &t.sample);
        bundle_audit(&t.sample, t.arena, &t.b);
        bundle_write(&t.b, t.arena);
        f = write_files(&t.b, t.arena);
        assert_true(files_hold(&f));
        for (uint32_t i = 0; i < 100; i++) {
            struct files spoilt = f;

            if (!spoil_file(&numbers, &spoilt.at[i % FILES], t.arena))
                continue;
            assert_false(files_hold(&spoilt));
            total++;
        }
        cp_arena_close(t.arena);
    }
    assert_true(total > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_false_answer_and_proof_is_refused),
        cmocka_unit_test(every_other_byte_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
