#include "inside.h"

#include <stdlib.h>
#include <string.h>

/*
 * Lower bounds of costs, and what points from each to the next.  Nothing is believed of a label but what its
 * ways out say: label(v) <= metric + label(u) on each makes it a lower bound; a chain of ways where
 * both are equal, down to the destination, makes it the cost.
 */

struct entry {
    cp_failures set;       /* first: what is sought by */
    uint32_t first, count; /* in raises */
};

struct raise {
    uint64_t label;
    uint32_t node;
};

struct frame {
    const hop *at;
    uint32_t node;
    bool good;
};

cp_err cp_check_labels_open(struct cp_check *c, struct labels *l)
{
    uint32_t nodes = c->net.node_count;

    l->c = c;
    l->base = &c->potentials;
    l->tables[0] = &c->plain_table;
    c->stack = c->stack == NULL ? CP_TAKE(c->arena, nodes, struct frame) : c->stack;
    CP_TRY(cp_stamped_make(c->arena, nodes, &l->over));
    CP_TRY(cp_stamped_make(c->arena, nodes, &l->exact));
    CP_TRY(cp_stamped_make(c->arena, c->links + nodes, &l->failed));
    return c->stack == NULL ? CP_ERR_NOMEM : CP_OK;
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
    if (cp_stamped_has(&l->failed, l->c->links + v))
        return INF;
    if (is_last(l, v))
        return is_target(l, v) ? 0 : INF;
    return cp_stamped_get(&l->over, v, cp_stamped_get(&l->base->at, v, l->base->fallback));
}

bool cp_usable(const struct labels *l, const hop *h)
{
    return !cp_stamped_has(&l->failed, h->link) && !cp_stamped_has(&l->failed, l->c->links + h->to);
}

bool cp_tight(const struct labels *l, uint32_t v, const hop *h)
{
    uint64_t far = cp_label(l, h->to);

    return far != INF && !is_last(l, v) && cp_usable(l, h) &&
           cp_label(l, v) == cp_num_plus(far, h->out);
}

/* Every way out that is up; into: and every way in. */
static bool are_bounds(struct cp_check *c, const struct labels *l, uint32_t v, bool into)
{
    uint64_t label = is_last(l, v) ? 0 : cp_label(l, v);

    for (const hop *h = first_hop(c, v); h < first_hop(c, v + 1); h++) {
        uint64_t far = cp_label(l, h->to);

        if (cp_usable(l, h) &&
            (label > cp_num_plus(far, h->out) ||
             (into && !is_last(l, h->to) && far > cp_num_plus(cp_label(l, v), h->in))))
            return cp_refuse(c, "a label is no lower bound of the cost", c->links + v);
    }
    return true;
}

bool cp_read_potentials(struct cp_check *c, cp_rd *rd, struct labels *l, struct bounds *into)
{
    uint32_t v = NIL, count;

    cp_stamped_clear(&into->at);
    l->base = into;
    l->composed = false;
    cp_compose(l, &(cp_failures){0});
    into->fallback = cp_rd_number(rd) - 1; /* 0 is INF */
    count = cp_rd_below(rd, c->net.node_count + 1);
    for (uint32_t i = 0; i < count && !rd->bad; i++) {
        v = cp_rd_ascending(rd, v, c->net.node_count);
        cp_stamped_put(&into->at, v, cp_rd_number(rd) - 1);
        if (is_last(l, v) || into->at.at[v] == into->fallback)
            return cp_refuse(c, "a potential is not written in the one way", c->links + v);
    }
    for (v = 0; v < c->net.node_count; v++)
        if ((cp_stamped_has(&into->at, v) || is_target(l, v)) && !are_bounds(c, l, v, true))
            return false;
    return !rd->bad || cp_refuse(c, "potentials break off", NIL);
}

static void raise_by(struct labels *l, const struct table *table, const cp_failures *set)
{
    const struct entry *entry = NULL;

    if (table->entries.count > 0)
        entry = bsearch(set, table->entries.at, table->entries.count, sizeof *entry,
                        cp_failures_compare);
    for (uint32_t i = 0; entry != NULL && i < entry->count; i++) {
        const struct raise *raise = &CP_AT(table->raises, struct raise)[entry->first + i];

        if (cp_label(l, raise->node) < raise->label)
            cp_stamped_put(&l->over, raise->node, raise->label);
    }
}

static void fail(struct labels *l, uint32_t element)
{
    const struct cp_bundle_net *net = &l->c->net;
    uint32_t group = element - net->link_count - net->node_count;

    if (cp_bundle_kind(net, element) != CP_BUNDLE_SRLG)
        cp_stamped_put(&l->failed, element, 1);
    else
        for (uint32_t i = net->srlg_first[group]; i < net->srlg_first[group + 1]; i++)
            cp_stamped_put(&l->failed, net->srlg_links[i], 1);
}

/* With more failures costs only grow: what holds of a set holds of every set that it is part of. */
void cp_compose(struct labels *l, const cp_failures *set)
{
    if (l->composed && cp_failures_compare(&l->set, set) == 0)
        return;
    cp_stamped_clear(&l->over);
    cp_stamped_clear(&l->exact);
    cp_stamped_clear(&l->failed);
    l->set = *set;
    l->composed = true;
    for (uint32_t i = 0; i < set->count; i++)
        fail(l, set->at[i]);
    for (uint32_t parts = 0; parts >> set->count == 0; parts++) {
        cp_failures some = {.count = 0};

        for (uint32_t i = 0; i < set->count; i++)
            if ((parts >> i & 1u) != 0)
                some.at[some.count++] = set->at[i];
        for (uint32_t t = 0; t < 2 && l->tables[t] != NULL; t++)
            raise_by(l, l->tables[t], &some);
    }
}

static bool read_raises(struct cp_check *c, cp_rd *rd, struct labels *l, struct cp_list *raises)
{
    uint32_t first = raises->count, count = cp_rd_below(rd, c->net.node_count + 1), v = NIL;

    for (uint32_t i = 0; i < count && !rd->bad; i++) {
        struct raise *raise = cp_more(c, raises, sizeof *raise);
        uint64_t old, more;

        if (raise == NULL)
            return false;
        v = cp_rd_ascending(rd, v, c->net.node_count);
        old = cp_label(l, v);
        more = cp_rd_number(rd);
        *raise = (struct raise){.node = v, .label = more == 0 ? INF : cp_num_plus(old, more)};
        if (old == INF || is_last(l, v) || (more != 0 && raise->label == INF))
            return cp_refuse(c, "a raise is not written in the one way", c->links + v);
        cp_stamped_put(&l->over, v, raise->label);
    }
    if (rd->bad || count == 0)
        return cp_refuse(c, "labels after failures break off, or raise nothing", NIL);
    for (uint32_t i = first; i < raises->count; i++)
        if (!are_bounds(c, l, CP_AT(*raises, struct raise)[i].node, false))
            return false;
    return true;
}

/* The table is one of those of l: each of its sets is read on top of those before it. */
bool cp_check_read_table(struct cp_check *c, cp_rd *rd, struct labels *l, struct table *table)
{
    uint64_t count = cp_rd_number(rd);

    table->entries.count = table->raises.count = 0;
    for (uint64_t i = 0; i < count && !rd->bad; i++) {
        struct entry entry = {.first = table->raises.count}, *at = table->entries.at;

        entry.set = cp_failures_read(&c->net, rd);
        if (rd->bad || (i > 0 && cp_failures_compare(&at[i - 1].set, &entry.set) >= 0))
            return cp_refuse(c, "sets of failures are not in order", NIL);
        l->composed = false;
        cp_compose(l, &entry.set);
        if (!read_raises(c, rd, l, &table->raises))
            return false;
        at = cp_more(c, &table->entries, sizeof *at);
        if (at == NULL)
            return false;
        entry.count = table->raises.count - entry.first;
        *at = entry;
    }
    l->composed = false;
    return !rd->bad || cp_refuse(c, "a table of labels breaks off", NIL);
}

/*
 * Down the tight ways with a stack of our own: labels get less with every step, so no node is below
 * itself.  A node is exact if ways end there, or if it leads to an exact one.
 */
bool cp_exact(struct labels *l, uint32_t from)
{
    const struct cp_check *c = l->c;
    struct frame *top = c->stack;

    if (cp_stamped_has(&l->exact, from))
        return l->exact.at[from] != 0;
    *top = (struct frame){.node = from, .at = first_hop(c, from)};
    for (;;) {
        if (is_last(l, top->node) || top->at == first_hop(c, top->node + 1)) {
            top->good = top->good || (is_last(l, top->node) && cp_label(l, top->node) == 0);
            cp_stamped_put(&l->exact, top->node, top->good);
            if (top-- == c->stack)
                return l->exact.at[from] != 0;
        } else if (!cp_tight(l, top->node, top->at)) {
            top->at++;
        } else if (cp_stamped_has(&l->exact, top->at->to)) {
            top->good = top->good || l->exact.at[top->at->to] != 0;
            top->at++;
        } else {
            top[1] = (struct frame){.node = top->at->to, .at = first_hop(c, top->at->to)};
            top++;
        }
    }
}

static void meet(struct cp_check *c, uint32_t element)
{
    if (cp_stamped_add(&c->met, element, 1))
        cp_push(c, &c->reached, element);
}

bool cp_follow(struct cp_check *c, struct labels *a, struct labels *b, uint32_t source)
{
    cp_stamped_clear(&c->met);
    c->reached.count = 0;
    if (cp_label(a, source) != INF)
        meet(c, c->links + source);
    for (uint64_t i = 0; i < UINT64_C(2) * c->reached.count; i++) {
        uint32_t element = CP_AT(c->reached, uint32_t)[i / 2], v = element - c->links;
        struct labels *by = i % 2 == 0 ? a : b;

        if (element < c->links || by == NULL || cp_label(by, v) == INF)
            continue;
        if (!cp_exact(by, v))
            return cp_refuse(c, "labels do not lead from a node to where ways end", element);
        for (const hop *h = first_hop(c, v); h < first_hop(c, v + 1); h++)
            if (cp_tight(by, v, h) && cp_exact(by, h->to)) {
                meet(c, h->link);
                meet(c, c->links + h->to);
            }
    }
    return c->err == CP_OK;
}

void cp_touch(struct cp_check *c, uint32_t demand, struct cp_list *list)
{
    uint32_t groups = c->links + c->net.node_count;

    for (uint32_t i = 0; i < c->reached.count; i++) {
        uint32_t element = CP_AT(c->reached, uint32_t)[i];
        const struct cp_bundle_link *link = element < c->links ? &c->net.links[element] : NULL;

        if (cp_bundle_may_fail(&c->net, demand, element))
            cp_push(c, list, element);
        for (uint32_t k = 0; link != NULL && k < link->srlg_count; k++)
            if (cp_bundle_may_fail(&c->net, demand, groups + link->srlgs[k]))
                cp_push(c, list, groups + link->srlgs[k]);
    }
}
