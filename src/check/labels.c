#include "inside.h"

#include <stdlib.h>
#include <string.h>

/*
 * Lower bounds of costs, and what points from each to the next.  Nothing is believed of a label but what its
 * ways out say: label(v) <= metric + label(u) on each makes it a lower bound; a chain of ways where
 * both are equal, down to the destination, makes it the cost.
 */

struct entry {
    struct cp_bundle_set set; /* first: what is sought by */
    uint32_t first, count;    /* in raises */
};

struct raise {
    uint64_t label;
    uint32_t node;
};

struct frame {
    uint32_t node, hop;
    bool good;
};

uint64_t cp_plus(uint64_t a, uint64_t b)
{
    return a > INF - b ? INF : a + b;
}

bool cp_read_set(struct cp_check *c, cp_rd *rd, struct cp_bundle_set *set)
{
    uint32_t elements = c->net.link_count + c->net.node_count + c->net.srlg_count;

    memset(set, 0xff, sizeof *set);
    set->count = cp_rd_below(rd, c->net.depth + 1);
    for (uint32_t i = 0; i < set->count; i++)
        set->at[i] = cp_rd_ascending(rd, i == 0 ? NIL : set->at[i - 1], elements);
    return !rd->bad || cp_refuse(c, "a set of failures breaks off", NIL);
}

bool cp_check_labels_open(struct cp_check *c, struct labels *l)
{
    uint32_t nodes = c->net.node_count;

    *l = (struct labels){.c = c};
    c->stack = CP_TAKE(c->arena, nodes, struct frame);
    return (c->stack != NULL && cp_stamped_make(c->arena, nodes, &l->over) == CP_OK &&
            cp_stamped_make(c->arena, nodes, &l->exact) == CP_OK &&
            cp_stamped_make(c->arena, c->net.link_count + nodes, &l->failed) == CP_OK) ||
           cp_no_memory(c);
}

static bool is_target(const struct labels *l, uint32_t v)
{
    return l->target == NIL ? l->liars[v] != 0 : l->target == v;
}

/* No way goes on from here: it is where ways end, or a liar. */
static bool is_last(const struct labels *l, uint32_t v)
{
    return is_target(l, v) || (l->liars != NULL && l->liars[v] != 0);
}

uint64_t cp_label(const struct labels *l, uint32_t v)
{
    if (cp_stamped_has(&l->failed, l->c->net.link_count + v))
        return INF;
    if (is_last(l, v))
        return is_target(l, v) ? 0 : INF;
    return cp_stamped_get(&l->over, v, cp_stamped_get(l->base, v, l->fallback));
}

bool cp_usable(const struct labels *l, const struct cp_bundle_hop *hop)
{
    return !cp_stamped_has(&l->failed, hop->link) &&
           !cp_stamped_has(&l->failed, l->c->net.link_count + hop->to);
}

bool cp_tight(const struct labels *l, uint32_t v, const struct cp_bundle_hop *hop)
{
    uint64_t far = cp_label(l, hop->to);

    return far != INF && !is_last(l, v) && cp_usable(l, hop) &&
           cp_label(l, v) == cp_plus(far, hop->out);
}

static bool is_bound(const struct labels *l, uint32_t v, uint32_t metric, uint32_t u)
{
    return is_last(l, v) || cp_label(l, v) <= cp_plus(cp_label(l, u), metric);
}

/* Every way out of v and into it, without failures. */
static bool check_around(struct cp_check *c, const struct labels *l, uint32_t v)
{
    for (uint32_t i = c->net.hop_first[v]; i < c->net.hop_first[v + 1]; i++)
        if (!is_bound(l, v, c->net.hops[i].out, c->net.hops[i].to) ||
            !is_bound(l, c->net.hops[i].to, c->net.hops[i].in, v))
            return cp_refuse(c, "a label is no lower bound of the cost", c->net.link_count + v);
    return true;
}

bool cp_read_potentials(struct cp_check *c, cp_rd *rd, struct labels *l, struct cp_stamped *into)
{
    uint32_t v = NIL, count;

    cp_stamped_clear(into);
    l->base = into;
    l->composed = false;
    cp_compose(l, &(struct cp_bundle_set){0});
    l->fallback = cp_rd_number(rd) - 1; /* 0 is INF */
    count = cp_rd_below(rd, c->net.node_count + 1);
    for (uint32_t i = 0; i < count && !rd->bad; i++) {
        v = cp_rd_ascending(rd, v, c->net.node_count);
        cp_stamped_put(into, v, cp_rd_number(rd) - 1);
        if (is_last(l, v) || into->at[v] == l->fallback)
            return cp_refuse(c, "potentials are not written in the one way", c->net.link_count + v);
    }
    for (v = 0; v < c->net.node_count; v++)
        if ((cp_stamped_has(into, v) || is_target(l, v)) && !check_around(c, l, v))
            return false;
    return !rd->bad || cp_refuse(c, "potentials break off", NIL);
}

static void raise_by(struct labels *l, const struct table *table, const struct cp_bundle_set *set)
{
    const struct entry *entry = table->entries.count == 0
                                    ? NULL
                                    : bsearch(set, table->entries.at, table->entries.count,
                                              sizeof *entry, cp_bundle_set_compare);

    for (uint32_t i = 0; entry != NULL && i < entry->count; i++) {
        const struct raise *raise = &AT(table->raises, struct raise)[entry->first + i];

        if (cp_label(l, raise->node) < raise->label)
            cp_stamped_put(&l->over, raise->node, raise->label);
    }
}

static void fail(struct labels *l, uint32_t element)
{
    const struct cp_check *c = l->c;

    if (cp_bundle_kind(&c->net, element) != CP_BUNDLE_SRLG) {
        cp_stamped_put(&l->failed, element, 1);
        return;
    }
    element -= c->net.link_count + c->net.node_count;
    for (uint32_t i = c->net.srlg_first[element]; i < c->net.srlg_first[element + 1]; i++)
        cp_stamped_put(&l->failed, c->net.srlg_links[i], 1);
}

/* With more failures costs only grow: what holds of a set holds of every set that it is part of. */
void cp_compose(struct labels *l, const struct cp_bundle_set *set)
{
    if (l->composed && cp_bundle_set_compare(&l->set, set) == 0)
        return;
    cp_stamped_clear(&l->over);
    cp_stamped_clear(&l->exact);
    cp_stamped_clear(&l->failed);
    l->set = *set;
    l->composed = true;
    for (uint32_t i = 0; i < set->count; i++)
        fail(l, set->at[i]);
    for (uint32_t parts = 0; parts >> set->count == 0; parts++) {
        struct cp_bundle_set some;

        memset(&some, 0xff, sizeof some);
        some.count = 0;
        for (uint32_t i = 0; i < set->count; i++)
            if ((parts >> i & 1u) != 0)
                some.at[some.count++] = set->at[i];
        for (uint32_t t = 0; t < 2 && l->tables[t] != NULL; t++)
            raise_by(l, l->tables[t], &some);
    }
}

static bool check_raised(struct cp_check *c, const struct labels *l, uint32_t v)
{
    for (uint32_t i = c->net.hop_first[v]; i < c->net.hop_first[v + 1]; i++)
        if (cp_usable(l, &c->net.hops[i]) && !is_bound(l, v, c->net.hops[i].out, c->net.hops[i].to))
            return cp_refuse(c, "a label after failures is no lower bound of the cost",
                             c->net.link_count + v);
    return true;
}

static bool read_raises(struct cp_check *c, cp_rd *rd, struct labels *l, struct table *table)
{
    uint32_t first = table->raises.count, count = cp_rd_below(rd, c->net.node_count + 1), v = NIL;

    for (uint32_t i = 0; i < count && !rd->bad; i++) {
        struct raise *raise = cp_more(c, &table->raises, sizeof *raise);
        uint64_t old, more;

        if (raise == NULL)
            return false;
        v = cp_rd_ascending(rd, v, c->net.node_count);
        old = cp_label(l, v);
        more = cp_rd_number(rd);
        *raise = (struct raise){.node = v, .label = more == 0 ? INF : cp_plus(old, more)};
        if (rd->bad || old == INF || is_last(l, v) || (more != 0 && raise->label == INF))
            return cp_refuse(c, "a raise is not written in the one way", c->net.link_count + v);
        cp_stamped_put(&l->over, v, raise->label);
    }
    if (rd->bad || count == 0)
        return cp_refuse(c, "labels after failures break off or raise nothing", NIL);
    for (uint32_t i = first; i < table->raises.count; i++)
        if (!check_raised(c, l, AT(table->raises, struct raise)[i].node))
            return false;
    return true;
}

/* The table is one of those of l: each of its sets is read on top of those before it. */
bool cp_check_read_table(struct cp_check *c, cp_rd *rd, struct labels *l, struct table *table)
{
    uint64_t count = cp_rd_number(rd);

    table->entries.count = 0;
    table->raises.count = 0;
    for (uint64_t i = 0; i < count && !rd->bad; i++) {
        struct entry entry = {.first = table->raises.count}, *at;

        if (!cp_read_set(c, rd, &entry.set))
            return false;
        if (i > 0 &&
            cp_bundle_set_compare(&AT(table->entries, struct entry)[i - 1].set, &entry.set) >= 0)
            return cp_refuse(c, "sets of failures are not in order", NIL);
        l->composed = false;
        cp_compose(l, &entry.set);
        if (!read_raises(c, rd, l, table))
            return false;
        at = cp_more(c, &table->entries, sizeof *at);
        if (at == NULL)
            return false;
        entry.count = table->raises.count - entry.first;
        *at = entry;
    }
    l->composed = false;
    return !rd->bad || cp_refuse(c, "the certificate breaks off in a table of labels", NIL);
}

/*
 * Down the tight ways with a stack of our own: labels get less with every step, so no node is below
 * itself.  A node is exact if ways end there, or if it leads to an exact one.
 */
bool cp_exact(struct labels *l, uint32_t from)
{
    const struct cp_check *c = l->c;
    uint32_t depth = 0;

    if (!cp_stamped_has(&l->exact, from))
        c->stack[depth++] = (struct frame){.node = from, .hop = c->net.hop_first[from]};
    while (depth > 0) {
        struct frame *top = &c->stack[depth - 1];
        const struct cp_bundle_hop *hop = &c->net.hops[top->hop];

        if (is_last(l, top->node) || top->hop == c->net.hop_first[top->node + 1]) {
            top->good = top->good || (is_last(l, top->node) && cp_label(l, top->node) == 0);
            cp_stamped_put(&l->exact, top->node, top->good);
            depth--;
        } else if (!cp_tight(l, top->node, hop)) {
            top->hop++;
        } else if (cp_stamped_has(&l->exact, hop->to)) {
            top->good = top->good || l->exact.at[hop->to] != 0;
            top->hop++;
        } else {
            c->stack[depth++] = (struct frame){.node = hop->to, .hop = c->net.hop_first[hop->to]};
        }
    }
    return l->exact.at[from] != 0;
}

static bool meet(struct cp_check *c, uint32_t element)
{
    uint32_t *at;

    if (!cp_stamped_add(&c->met, element, 1))
        return true;
    at = cp_more(c, &c->reached, sizeof *at);
    if (at != NULL)
        *at = element;
    return at != NULL;
}

bool cp_follow(struct cp_check *c, struct labels *const *l, uint32_t count, uint32_t source)
{
    uint32_t links = c->net.link_count;

    cp_stamped_clear(&c->met);
    c->reached.count = 0;
    if (cp_label(l[0], source) != INF && !meet(c, links + source))
        return false;
    for (uint32_t at = 0; at < c->reached.count * count; at++) {
        struct labels *by = l[at % count];
        uint32_t v = AT(c->reached, uint32_t)[at / count] - links;

        if (AT(c->reached, uint32_t)[at / count] < links || cp_label(by, v) == INF)
            continue;
        if (!cp_exact(by, v))
            return cp_refuse(c, "labels do not lead from a node to the destination", links + v);
        for (uint32_t i = c->net.hop_first[v]; i < c->net.hop_first[v + 1]; i++) {
            const struct cp_bundle_hop *hop = &c->net.hops[i];

            if (cp_tight(by, v, hop) && cp_exact(by, hop->to) &&
                (!meet(c, hop->link) || !meet(c, links + hop->to)))
                return false;
        }
    }
    return true;
}
