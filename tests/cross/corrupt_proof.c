/* Corruptions of certificates. */
#include "corrupt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rd.h"
#include "base/wr.h"

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

const struct corrupt corrupt_proofs[CORRUPT_PROOFS] = {
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
