#include <string.h>

#include "inside.h"

/*
 * What the view made last had, and the world has no more.  Known things are told by their index in the inventory, others by
 * their id; each is told once when it goes, and again only if it came back between.
 */

struct thing {
    cp_text id;
    uint32_t known; /* of the inventory; CP_NONE */
    bool ours;      /* a node that the inventory had when that view was made */
    bool there;     /* in that view at all: a node that was seen, a link of layer ip */
    bool told;      /* that it is gone */
    bool goes;      /* just now */
    /* A SID of it that the view has is another one by now, until there is a new view: a link is as good as gone. */
    bool other, other_told;
    bool left;   /* a router left a LAN that is there still, and may be on it in the view */
    bool untold; /* a SID of it that the view has is told by nobody now, since a feed was let go */
};

struct ted_last {
    struct cp_arena *arena;
    struct thing *nodes, *links; /* [..] as in the view's case */
    uint32_t node_count, link_count;
};

void cp_ted_last_close(struct ted_last *last)
{
    if (last != NULL)
        cp_arena_close(last->arena);
}

static cp_err fill(struct ted_last *last, const struct cp_ted *ted, const struct cp_ted_view *view,
                   const cp_link *placed)
{
    const struct ted_world *w = ted->world;
    uint32_t known = ted->inventory->node_count;

    last->node_count = view->net->node_count;
    last->link_count = view->net->link_count;
    last->nodes = CP_TAKE(last->arena, last->node_count, struct thing);
    last->links = CP_TAKE(last->arena, last->link_count, struct thing);
    if (last->nodes == NULL || last->links == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < last->node_count; v++) {
        last->nodes[v] = (struct thing){
            .known = v < known ? v : CP_NONE, .ours = v < known, .there = view->nodes[v].seen};
        CP_TRY(cp_text_copy(view->net->nodes[v].id, last->arena, &last->nodes[v].id));
    }
    for (uint32_t l = 0; l < w->link_count; l++) {
        struct thing *t = &last->links[placed[l].at];

        *t = (struct thing){.known = w->links[l].link, .there = true};
        CP_TRY(cp_text_copy(w->links[l].id, last->arena, &t->id));
    }
    return CP_OK;
}

cp_err cp_ted_last_set(struct cp_ted *ted, const struct cp_ted_view *view, const cp_link *placed)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct ted_last *last = arena == NULL ? NULL : CP_TAKE(arena, 1, struct ted_last);
    cp_err err = CP_ERR_NOMEM;

    if (last != NULL) {
        last->arena = arena;
        err = fill(last, ted, view, placed);
    }
    if (err != CP_OK) {
        cp_arena_close(arena);
        return err;
    }
    cp_ted_last_close(ted->last);
    ted->last = last;
    return CP_OK;
}

void cp_ted_last_move(struct ted_last *last, const struct cp_case *inventory)
{
    for (uint32_t v = 0; last != NULL && v < last->node_count; v++)
        last->nodes[v].known = cp_case_node(inventory, last->nodes[v].id).at;
    for (uint32_t l = 0; last != NULL && l < last->link_count; l++)
        last->links[l].known =
            last->links[l].there ? cp_case_link(inventory, last->links[l].id).at : CP_NONE;
}

/* --- two worlds --------------------------------------------------------------------------------- */

static bool same_node(const struct ted_world_node *a, const struct ted_world_node *b)
{
    return a->msd == b->msd && cp_ip_eq(a->address, b->address) &&
           cp_ip_eq(a->address6, b->address6) && cp_text_eq(a->srgb, b->srgb) &&
           cp_text_eq(a->srlb, b->srlb) && cp_text_eq(a->sid, b->sid) &&
           cp_text_eq(a->locator, b->locator) && a->sr_told == b->sr_told;
}

static bool same_lists(const struct ted_world_end *a, const struct ted_world_end *b)
{
    if (a->srlg_count != b->srlg_count || a->lan_sid_count != b->lan_sid_count)
        return false;
    return (a->srlg_count == 0 ||
            memcmp(a->srlgs, b->srlgs, a->srlg_count * sizeof *a->srlgs) == 0) &&
           (a->lan_sid_count == 0 ||
            memcmp(a->lan_sids, b->lan_sids, a->lan_sid_count * sizeof *a->lan_sids) == 0);
}

static bool same_end(const struct ted_world_end *a, const struct ted_world_end *b)
{
    return a->metric == b->metric && a->te_metric == b->te_metric && a->delay_us == b->delay_us &&
           a->colour == b->colour && a->bandwidth_bps == b->bandwidth_bps &&
           cp_ip_eq(a->address, b->address) && cp_ip_eq(a->address6, b->address6) &&
           a->sid.kind == b->sid.kind &&
           (a->sid.kind == TED_SID_NONE || a->sid.number == b->sid.number) &&
           a->srv6_known == b->srv6_known &&
           (a->srv6_known == 0 || memcmp(a->srv6, b->srv6, sizeof a->srv6) == 0) &&
           same_lists(a, b);
}

static bool same_link(const struct ted_world *before, const struct ted_world_link *a,
                      const struct ted_world *now, const struct ted_world_link *b)
{
    if (a->end_count != b->end_count || a->lan != b->lan)
        return false;
    for (uint32_t i = 0; i < a->end_count; i++)
        if (!same_end(&a->ends[i], &b->ends[i]) ||
            !cp_text_eq(before->nodes[a->ends[i].node].id, now->nodes[b->ends[i].node].id))
            return false;
    return true;
}

/* A SID that the view may have, and that leads elsewhere now, or nowhere.  lacks: who told of it may be gone, and none now is
 * no news. */
static bool lost_sid(const struct ted_world_end *a, const struct ted_world_end *b, bool lacks)
{
    bool label = a->sid.kind != TED_SID_NONE &&
                 (b->sid.kind == TED_SID_NONE
                      ? !lacks
                      : a->sid.kind != b->sid.kind || a->sid.number != b->sid.number);
    bool srv6 = a->srv6_known != 0 &&
                (b->srv6_known == 0 ? !lacks : memcmp(a->srv6, b->srv6, sizeof a->srv6) != 0);

    return label || srv6;
}

/* The end of a link at the router of this id; NULL. */
static const struct ted_world_end *end_at(const struct ted_world *w,
                                          const struct ted_world_link *link, cp_text id)
{
    for (uint32_t i = 0; i < link->end_count; i++)
        if (cp_text_eq(w->nodes[link->ends[i].node].id, id))
            return &link->ends[i];
    return NULL;
}

static bool has_lan_sid(const struct ted_world *w, const struct ted_world_end *end, cp_text to,
                        uint32_t label)
{
    for (uint32_t i = 0; i < end->lan_sid_count; i++)
        if (end->lan_sids[i].label == label && cp_text_eq(w->nodes[end->lan_sids[i].to].id, to))
            return true;
    return false;
}

/* On a LAN: that of an end towards another one that is on it still. */
static bool lost_lan_sids(const struct ted_world *x, const struct ted_world_end *a,
                          const struct ted_world *y, const struct ted_world_end *b,
                          const struct ted_world_link *now, bool lacks)
{
    if (lacks && b->lan_sid_count == 0)
        return false;
    for (uint32_t i = 0; i < a->lan_sid_count; i++) {
        cp_text to = x->nodes[a->lan_sids[i].to].id;

        if (end_at(y, now, to) != NULL && !has_lan_sid(y, b, to, a->lan_sids[i].label))
            return true;
    }
    return false;
}

static bool lost_sids(const struct ted_world *x, const struct ted_world_link *before,
                      const struct ted_world *y, const struct ted_world_link *now, bool lacks)
{
    for (uint32_t i = 0; i < before->end_count; i++) {
        const struct ted_world_end *a = &before->ends[i];
        const struct ted_world_end *b = end_at(y, now, x->nodes[a->node].id);

        if (b != NULL && (lost_sid(a, b, lacks) || lost_lan_sids(x, a, y, b, now, lacks)))
            return true;
    }
    return false;
}

static bool is_other(cp_text a, cp_text b, bool lacks)
{
    return a.len > 0 && !cp_text_eq(a, b) && !(lacks && b.len == 0);
}

/* What a list says of a node, or lets it read, may lead elsewhere. */
static bool lost_own_sids(const struct ted_world_node *a, const struct ted_world_node *b,
                          bool lacks)
{
    return is_other(a->sid, b->sid, lacks) || is_other(a->srgb, b->srgb, lacks) ||
           is_other(a->locator, b->locator, lacks) ||
           (a->sr_told != b->sr_told && !(lacks && a->sr_told));
}

static void mark_other_node(struct ted_last *last, const struct ted_world_node *node)
{
    for (uint32_t v = 0; last != NULL && v < last->node_count; v++) {
        struct thing *t = &last->nodes[v];

        if (t->there && t->known == node->node &&
            (node->node != CP_NONE || cp_text_eq(t->id, node->id)))
            t->other = true;
    }
}

static struct thing *link_in(struct ted_last *last, const struct ted_world_link *link)
{
    for (uint32_t l = 0; last != NULL && l < last->link_count; l++) {
        struct thing *t = &last->links[l];

        if (t->there && t->known == link->link &&
            (link->link != CP_NONE || cp_text_eq(t->id, link->id)))
            return t;
    }
    return NULL;
}

static bool has_sid(const struct ted_world_link *link)
{
    for (uint32_t i = 0; i < link->end_count; i++)
        if (link->ends[i].sid.kind != TED_SID_NONE || link->ends[i].srv6_known != 0 ||
            link->ends[i].lan_sid_count > 0)
            return true;
    return false;
}

static bool lost_end(const struct ted_world *x, const struct ted_world_link *before,
                     const struct ted_world *y, const struct ted_world_link *now)
{
    for (uint32_t i = 0; i < before->end_count; i++)
        if (end_at(y, now, x->nodes[before->ends[i].node].id) == NULL)
            return true;
    return false;
}

/* What is told again, of a SID that was told by nobody, may be another one than the view has. */
static void compare_link(struct cp_ted *ted, const struct ted_world *x,
                         const struct ted_world_link *before, const struct ted_world *y,
                         const struct ted_world_link *now)
{
    struct thing *t = link_in(ted->last, before);

    if (t == NULL)
        return;
    t->left = t->left || lost_end(x, before, y, now);
    if (lost_sids(x, before, y, now, cp_ted_lacks(ted)) || (t->untold && has_sid(now)))
        t->other = true;
    else if (lost_sids(x, before, y, now, false))
        t->untold = true;
}

/* The order in which both worlds have things. */
static int order_of(uint32_t a_known, cp_text a, uint32_t b_known, cp_text b)
{
    if (a_known != b_known)
        return a_known < b_known ? -1 : 1;
    return a_known != CP_NONE ? 0 : cp_text_cmp(a, b);
}

static void compare_nodes(struct cp_ted *ted, const struct ted_world *x, const struct ted_world *y)
{
    uint32_t i = 0;
    uint32_t k = 0;

    while (i < x->node_count || k < y->node_count) {
        int order = i == x->node_count   ? 1
                    : k == y->node_count ? -1
                                         : order_of(x->nodes[i].node, x->nodes[i].id,
                                                    y->nodes[k].node, y->nodes[k].id);

        if (order == 0 && !same_node(&x->nodes[i], &y->nodes[k])) {
            ted->worse = true;
            if (lost_own_sids(&x->nodes[i], &y->nodes[k], cp_ted_lacks(ted)))
                mark_other_node(ted->last, &x->nodes[i]);
        }
        ted->better = ted->better || order > 0;
        i += order <= 0;
        k += order >= 0;
    }
}

static void compare_links(struct cp_ted *ted, const struct ted_world *x, const struct ted_world *y)
{
    uint32_t i = 0;
    uint32_t k = 0;

    while (i < x->link_count || k < y->link_count) {
        int order = i == x->link_count   ? 1
                    : k == y->link_count ? -1
                                         : order_of(x->links[i].link, x->links[i].id,
                                                    y->links[k].link, y->links[k].id);

        if (order == 0 && !same_link(x, &x->links[i], y, &y->links[k])) {
            ted->worse = true;
            compare_link(ted, x, &x->links[i], y, &y->links[k]);
        }
        ted->better = ted->better || order > 0;
        i += order <= 0;
        k += order >= 0;
    }
}

void cp_ted_compare(struct cp_ted *ted, const struct ted_world *before, const struct ted_world *now)
{
    if (before == NULL) {
        ted->better = ted->better || now->node_count > 0;
        return;
    }
    compare_nodes(ted, before, now);
    compare_links(ted, before, now);
    if (before->srv6 != now->srv6 && now->node_count > 0 && before->node_count > 0)
        ted->worse = true;
}

/* --- what is gone ------------------------------------------------------------------------------- */

static bool has_node(const struct ted_world *w, const struct thing *t)
{
    uint32_t from = 0;
    uint32_t to = w->node_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int order = order_of(w->nodes[middle].node, w->nodes[middle].id, t->known, t->id);

        if (order == 0)
            return true;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

static bool has_link(const struct ted_world *w, const struct thing *t)
{
    uint32_t from = 0;
    uint32_t to = w->link_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int order = order_of(w->links[middle].link, w->links[middle].id, t->known, t->id);

        if (order == 0)
            return true;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

/* Whether it is news that the thing is gone. */
static bool is_news(struct thing *t, bool there)
{
    bool news = t->there && !there && !t->told;

    t->told = t->there && !there;
    return news;
}

static void list_gone(struct cp_ted *ted, struct cp_ted_news *out)
{
    struct ted_last *last = ted->last;
    cp_node *nodes = CP_TAKE(ted->news_arena, last->node_count, cp_node);
    cp_node *others = CP_TAKE(ted->news_arena, last->node_count, cp_node);
    cp_node *taken = CP_TAKE(ted->news_arena, last->node_count, cp_node);
    cp_link *links = CP_TAKE(ted->news_arena, last->link_count, cp_link);

    if (nodes == NULL || others == NULL || taken == NULL || links == NULL) {
        out->worse = true; /* a new view will show it */
        return;
    }
    for (uint32_t v = 0; v < last->node_count; v++) {
        struct thing *t = &last->nodes[v];

        if (is_news(t, has_node(ted->world, t)))
            nodes[out->node_gone_count++].at = v;
        if (t->other && !t->other_told)
            others[out->node_other_count++].at = v;
        t->other_told = t->other;
        if (t->ours && t->known == CP_NONE)
            taken[out->node_taken_count++].at = v;
    }
    for (uint32_t l = 0; l < last->link_count; l++) {
        if (is_news(&last->links[l],
                    !last->links[l].other && has_link(ted->world, &last->links[l])))
            links[out->link_gone_count++].at = l;
        out->left = out->left || last->links[l].left;
    }
    out->nodes_gone = nodes;
    out->nodes_other = others;
    out->nodes_taken = taken;
    out->links_gone = links;
}

static void set_gone(void *to, uint32_t known, cp_text id)
{
    struct ted_last *last = to;

    for (uint32_t l = 0; l < last->link_count; l++) {
        struct thing *t = &last->links[l];

        if (t->there && t->known == known && (known != CP_NONE || cp_text_eq(t->id, id)))
            t->goes = !t->told;
    }
}

/* What is gone of a few links, told before a world is made; false: that must be done first. */
static bool look(struct cp_ted *ted, struct cp_ted_news *out)
{
    struct ted_last *last = ted->last;
    cp_link *links;
    bool known;

    if (!ted->dirty || ted->dirty_whole || ted->looked || ted->broken || last == NULL ||
        ted->world == NULL || ted->moved)
        return false;
    for (uint32_t l = 0; l < last->link_count; l++)
        last->links[l].goes = false;
    if (cp_ted_look(ted, &known, set_gone, last) != CP_OK || !known)
        return false;
    cp_arena_close(ted->news_arena);
    ted->news_arena = cp_arena_open(SIZE_MAX);
    links = ted->news_arena == NULL ? NULL : CP_TAKE(ted->news_arena, last->link_count, cp_link);
    if (links == NULL)
        return false;
    for (uint32_t l = 0; l < last->link_count; l++) {
        if (!last->links[l].goes)
            continue;
        last->links[l].told = true;
        links[out->link_gone_count++].at = l;
    }
    out->links_gone = links;
    ted->looked = true;
    return out->link_gone_count > 0;
}

void cp_ted_news(struct cp_ted *ted, uint64_t now_us, struct cp_ted_news *out)
{
    *out = (struct cp_ted_news){0};
    cp_ted_let_go(ted, now_us);
    if (look(ted, out))
        return;
    *out = (struct cp_ted_news){0};
    cp_ted_settle(ted, now_us);
    if (ted->last != NULL && ted->world != NULL && ted->moved) {
        cp_arena_close(ted->news_arena);
        ted->news_arena = cp_arena_open(SIZE_MAX);
        if (ted->news_arena != NULL)
            list_gone(ted, out);
        else
            ted->worse = true;
        ted->moved = ted->news_arena == NULL;
    }
    out->better = ted->better;
    out->worse = out->worse || ted->worse;
    ted->better = ted->worse = false;
}

static void forget_told(struct thing *things, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        things[i].told = things[i].other_told = false;
}

void cp_ted_tell_again(struct cp_ted *ted)
{
    if (ted->last == NULL)
        return;
    forget_told(ted->last->nodes, ted->last->node_count);
    forget_told(ted->last->links, ted->last->link_count);
    ted->moved = true;
}

/* --- as it is ------------------------------------------------------------------------------------- */

cp_err cp_ted_steps(const struct cp_ted *ted, struct cp_arena *arena,
                    const struct cp_ted_step **out, uint32_t *count)
{
    const struct ted_world *w = ted->world;
    struct cp_ted_step *steps;
    size_t most = 0;

    *count = 0;
    for (uint32_t l = 0; w != NULL && l < w->link_count; l++)
        most += (size_t)w->links[l].end_count * w->links[l].end_count;
    steps = CP_TAKE(arena, most, struct cp_ted_step);
    if (steps == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; w != NULL && l < w->link_count; l++) {
        const struct ted_world_link *link = &w->links[l];

        for (uint32_t a = 0; a < link->end_count; a++)
            for (uint32_t b = 0; b < link->end_count; b++)
                if (link->ends[a].node != link->ends[b].node)
                    steps[(*count)++] = (struct cp_ted_step){w->nodes[link->ends[a].node].id,
                                                             w->nodes[link->ends[b].node].id,
                                                             link->id, link->ends[a].metric};
    }
    *out = steps;
    return CP_OK;
}
