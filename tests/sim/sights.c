#include <string.h>

#include "sim.h"

/*
 * Packets that somebody saw, and says so: where they are, or elsewhere, at routers that are forbidden, or that nobody
 * knows (whether they were there or not: witnesses lie, too).  And what must hold of LSPs from then on, by this file's own
 * reading of note 0011.
 */

enum {
    SEEDS_PERCENT = 60, /* of seeds have witnesses */
    NOBODY = ROUTERS_MOST,
    NODES_MOST = 40,
    ON_THEIR_WAY_US = 15000000, /* orders of before may arrive until then */
    OVER_US = 30000000          /* what was down for it is up again after this */
};

struct told {
    uint32_t routers[NODES_MOST], count;
    uint32_t kept;   /* the first ones, which are where packets went */
    bool true_whole; /* all of them, to the end */
    uint64_t at_us;  /* in the controller's time */
    bool late;       /* of before something else that was told */
};

/* The LSP as it was before it was told. */
struct before {
    bool planned;  /* in the plan that is kept */
    bool followed; /* installed, clean, and packets go by its labels */
    bool strict;   /* of adjacencies alone: it is known where it leads */
    uint32_t labels[LABELS_MOST], count;
};

struct sighted *sighted_of(struct sim *s, uint32_t from, uint32_t to)
{
    return &s->sighted[colour_of(s, from, to) - COLOUR][from][to];
}

bool is_sighted(struct sim *s, uint32_t from, uint32_t to)
{
    const struct sighted *g = sighted_of(s, from, to);

    return g->marked || g->unsure || g->inexact || g->links != 0 || g->path_count > 0 ||
           (g->over_us != 0 && s->now_us < g->over_us + OVER_US);
}

static void later(struct sim *s, uint64_t in_us, sight_kind kind)
{
    queue_put(&s->queue, (struct event){.at_us = s->now_us + in_us, .kind = EV_SIGHT, .a = kind});
}

void sights_start(struct sim *s)
{
    if (chance_of(&s->chance, SEEDS_PERCENT) && s->demand_count > 0)
        later(s, chance_pick(&s->chance, 1, 20000) * MS, SIGHT_ANY);
}

void sights_calm(struct sim *s)
{
    if (chance_of(&s->chance, 70))
        later(s, 5 * SECOND, SIGHT_ACKNOWLEDGE);
    else
        later(s, 100 * SECOND, SIGHT_AGREE);
}

/* --- where packets go ------------------------------------------------------------------------------- */

/* The link that one packet takes which is for a label, and whether that label is used up; CP_NONE. */
static uint32_t next_link(struct sim *s, uint32_t at, uint32_t label, bool *used)
{
    uint32_t links = 0, count = 0, take;

    *used = label < LABEL_NODE;
    for (uint32_t l = 0; l < s->link_count && *used; l++)
        if ((s->links[l].a == at || s->links[l].b == at) && label_adjacency(s, l, at) == label)
            links |= 1u << l;
    if (!*used && label - LABEL_NODE < s->router_count)
        links = s->routers[at].fib[label - LABEL_NODE];
    for (uint32_t l = 0; l < s->link_count; l++)
        count += links >> l & 1;
    if (count == 0)
        return CP_NONE;
    take = chance_pick(&s->chance, 0, count - 1);
    for (uint32_t l = 0; l < s->link_count; l++)
        if ((links >> l & 1) != 0 && take-- == 0)
            return link_carries(s, l) ? l : CP_NONE;
    return CP_NONE;
}

/* False: it does not arrive. */
static bool follow_one(struct sim *s, const struct before *b, uint32_t from, uint32_t to,
                       struct told *t)
{
    uint32_t at = from, i = 0;

    *t = (struct told){0};
    while (t->count < NODES_MOST) {
        uint32_t link;
        bool used;

        t->routers[t->count++] = at;
        while (i < b->count && b->labels[i] == LABEL_NODE + at)
            i++;
        if (i == b->count && at == to)
            break;
        link = next_link(s, at, i < b->count ? b->labels[i] : LABEL_NODE + to, &used);
        if (link == CP_NONE)
            return false;
        i += used;
        at = link_other(&s->links[link], at);
    }
    t->kept = t->count;
    t->true_whole = true;
    return t->count < NODES_MOST;
}

/* --- what is told ----------------------------------------------------------------------------------- */

static bool is_on(const struct told *t, uint32_t router)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->routers[i] == router)
            return true;
    return false;
}

/* A router that the packets do not pass, of those that are forbidden or not; NOBODY: there is none. */
static uint32_t other_router(struct sim *s, const struct told *t, bool forbidden)
{
    uint32_t first = chance_pick(&s->chance, 0, s->router_count - 1);

    for (uint32_t i = 0; i < s->router_count; i++) {
        uint32_t r = (first + i) % s->router_count;

        if (!is_on(t, r) && is_forbidden_router(&s->rules, s, r) == forbidden)
            return r;
    }
    return NOBODY;
}

/* They were, it is said, somewhere else after one of the first routers. */
static void twist(struct sim *s, struct told *t)
{
    uint32_t what = chance_pick(&s->chance, 0, 99);
    uint32_t last = t->routers[t->count - 1], odd = NOBODY;

    if (what < 35)
        return;
    if (what < 60 || what >= 80)
        odd = other_router(s, t, what >= 80);
    t->true_whole = false;
    t->count = t->kept = chance_of(&s->chance, 10) ? 0 : chance_pick(&s->chance, 1, t->count - 1);
    t->routers[t->count++] = odd;
    if (chance_of(&s->chance, 50))
        t->routers[t->count++] = last;
}

static void look_before(const struct sim *s, uint32_t from, uint32_t to, struct before *b)
{
    const struct policy *p = policy_of(s, from, to);
    struct cp_control_lsp lsp;

    *b = (struct before){.strict = true};
    if (p == NULL || !find_lsp(s, from, to, &lsp))
        return;
    b->planned = lsp.in_plan != CP_NONE && cp_control_plan_kept(cp_drive_control(s->drive)) != NULL;
    b->followed = lsp.phase == CP_LSP_INSTALLED && lsp.upheld &&
                  is_same_path(s, p, lsp.installed) && is_same_path(s, p, lsp.intended);
    b->count = p->label_count;
    memcpy(b->labels, p->labels, sizeof b->labels);
    for (uint32_t i = 0; i < b->count; i++)
        b->strict = b->strict && b->labels[i] < LABEL_NODE;
}

/* --- what must come of it --------------------------------------------------------------------------- */

static void shun(struct sim *s, struct sighted *g, const struct told *t, const struct before *b)
{
    uint32_t at = t->kept > 0 ? t->routers[t->kept - 1] : NOBODY;
    bool exact = b->strict && b->followed && t->kept > 0 && t->kept <= b->count && !t->true_whole;

    g->shunned_us = s->now_us;
    for (uint32_t l = 0; l < s->link_count && exact; l++)
        if ((s->links[l].a == at || s->links[l].b == at) &&
            label_adjacency(s, l, at) == b->labels[t->kept - 1])
            g->links |= s->links[l].lan ? s->lan_links : 1u << l;
    g->inexact = g->inexact || !exact || g->path_count == PATHS_SEEN;
    if (!b->followed || g->path_count == PATHS_SEEN)
        return;
    for (uint32_t i = 0; i < g->path_count; i++)
        if (g->counts[i] == b->count &&
            memcmp(g->paths[i], b->labels, b->count * sizeof *b->labels) == 0)
            return;
    g->counts[g->path_count] = b->count;
    memcpy(g->paths[g->path_count++], b->labels, sizeof b->labels);
}

/* Whether one of them is known to nobody; whether one is, by all rules that may be in force, forbidden. */
static void read_told(const struct sim *s, const struct told *t, bool *unknown, bool *forbidden)
{
    uint32_t routers = 0;

    *unknown = false;
    for (uint32_t i = 0; i < t->count; i++) {
        bool named = t->routers[i] < ROUTERS_MOST;

        *unknown = *unknown || !named || !s->routers[t->routers[i]].known;
        if (named)
            routers |= 1u << t->routers[i];
    }
    *forbidden = s->planned_us >= s->rules_us && forbidden_now(s, routers, 0) != CP_NONE;
}

static void contradicted(struct sim *s, struct sighted *g, const struct told *t,
                         const struct before *b)
{
    bool unknown, forbidden;

    read_told(s, t, &unknown, &forbidden);
    s->contradictions++;
    if (t->late) { /* or not, when other rules have come since */
        g->unsure = g->inexact = true;
        return;
    }
    g->marked = true;
    g->seen_us = t->at_us > g->seen_us ? t->at_us : g->seen_us;
    if (unknown || forbidden)
        shun(s, g, t, b);
    else if (t->true_whole || s->planned_us < s->rules_us || s->now_us < s->rules_us + 10 * SECOND)
        g->inexact = true;
}

static void agreed(struct sim *s, struct sighted *g, const struct told *t, bool whole,
                   cp_sight_says says)
{
    if (whole || says == CP_SIGHT_PROVES) /* of another branch, perhaps */
        g->proofs_us[g->proof_count++ % PROOFS_MOST] = t->at_us;
    if (says != CP_SIGHT_PROVES)
        return;
    s->proofs++;
    if (t->at_us > g->seen_us)
        g->marked = g->unsure = false;
}

static void judge(struct sim *s, const struct told *t, const struct before *b, cp_sight_says says,
                  const char *key)
{
    bool agrees = says == CP_SIGHT_PROVES || says == CP_SIGHT_REPEATS;
    bool unknown, forbidden;

    read_told(s, t, &unknown, &forbidden);
    if (unknown && agrees)
        fail(s, "packets seen at a node that nobody knows count as seen on their path", "%s", key);
    else if (forbidden && agrees)
        fail(s, "packets seen at a forbidden router count as seen on their path", "%s", key);
    else if (unknown && b->planned && !t->late && says != CP_SIGHT_CONTRADICTS)
        fail(s, "packets seen where nobody knows contradict nothing", "%s", key);
    else if (says == CP_SIGHT_PROVES && !t->true_whole && b->strict && b->followed)
        fail(s, "an LSP is proven by packets that were seen elsewhere", "%s", key);
    else if (!b->strict || !b->followed || t->late || unknown || forbidden)
        return;
    else if (t->true_whole && says == CP_SIGHT_CONTRADICTS)
        fail(s, "packets seen on their path contradict it", "%s", key);
    else if (!t->true_whole && says != CP_SIGHT_CONTRADICTS)
        fail(s, "packets seen outside their path do not contradict it", "%s", key);
}

/* --- telling ---------------------------------------------------------------------------------------- */

static uint32_t name_nodes(const struct sim *s, const struct told *t, char names[][16],
                           cp_text *nodes)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < t->count; i++) {
        if (t->routers[i] == NOBODY && s->plant == PLANT_SKIPPED)
            continue;
        if (t->routers[i] == NOBODY)
            (void)snprintf(names[i], 16, "nobody");
        else
            (void)snprintf(names[i], 16, "r%u", t->routers[i]);
        nodes[count++] = cp_text_of(names[i]);
    }
    return count;
}

static void tell(struct sim *s, uint32_t from, uint32_t to, const struct told *t,
                 const struct before *b)
{
    struct sighted *g = sighted_of(s, from, to);
    char key[32], names[NODES_MOST][16];
    cp_text nodes[NODES_MOST];
    cp_sight_says says = CP_SIGHT_CONTRADICTS;
    struct cp_control_sight sight = {.nodes = nodes,
                                     .node_count = name_nodes(s, t, names, nodes),
                                     .witness = CP_TEXT("somebody"),
                                     .at_us = t->at_us};

    (void)snprintf(key, sizeof key, "r%u>r%u/%u", from, to, (unsigned)colour_of(s, from, to));
    sight.key = cp_text_of(key);
    s->sights++;
    if (s->plant != PLANT_UNSEEN || t->true_whole)
        controller_pump(s, cp_drive_seen(s->drive, &sight, controller_now(s), &says));
    trace(s, "packets of %s are seen: %u routers, the first %u on their way%s: it says %d", key,
          t->count, t->kept, t->late ? ", some time ago" : "", (int)says);
    if (says != CP_SIGHT_NOT_PLACED && s->drive == NULL) {
        *g = (struct sighted){.unsure = true, .inexact = true};
        return;
    }
    if (s->drive != NULL)
        judge(s, t, b, says, key);
    if (says == CP_SIGHT_CONTRADICTS)
        contradicted(s, g, t, b);
    else if (says != CP_SIGHT_NOT_PLACED)
        agreed(s, g, t, t->true_whole || (!b->strict && t->routers[t->count - 1] == to), says);
}

static void acknowledge(struct sim *s, uint32_t from, uint32_t to)
{
    struct sighted *g = sighted_of(s, from, to);
    bool changed = false;
    char id[40];

    (void)snprintf(id, sizeof id, "seen/r%u>r%u/%u", from, to, (unsigned)colour_of(s, from, to));
    controller_pump(s, cp_drive_acknowledge(s->drive, cp_text_of(id), CP_TEXT("somebody"),
                                            controller_now(s), &changed));
    trace(s, "somebody acknowledges %s%s", id, changed ? "" : ": nothing changes");
    if (!changed && g->marked && !g->unsure)
        fail(s, "what was seen of packets is forgotten", "%s", id);
    g->marked = g->unsure = g->inexact = s->drive == NULL;
    g->links = g->path_count = 0;
    g->over_us = s->now_us;
}

/* One packet of it is seen; odd: and perhaps not where it is. */
static void see(struct sim *s, uint32_t from, uint32_t to, bool odd)
{
    const struct sighted *g = sighted_of(s, from, to);
    struct before b;
    struct told t;

    look_before(s, from, to, &b);
    if (b.count == 0 || !follow_one(s, &b, from, to, &t))
        return;
    if (odd)
        twist(s, &t);
    t.at_us = controller_now(s);
    t.late = odd && t.true_whole && g->marked && g->seen_us > 0 && chance_of(&s->chance, 25);
    if (t.late)
        t.at_us = g->seen_us - 1;
    tell(s, from, to, &t, &b);
}

static void any_sight(struct sim *s)
{
    const struct demand *d = &s->demands[chance_pick(&s->chance, 0, s->demand_count - 1)];
    bool back = chance_of(&s->chance, 50);
    uint32_t from = back ? d->dst : d->src, to = back ? d->src : d->dst;
    uint64_t pause_us = chance_pick(&s->chance, 100, 4000) * MS;

    if (s->now_us + pause_us < s->calm_us)
        later(s, pause_us, SIGHT_ANY);
    if (s->drive == NULL)
        return;
    if (chance_of(&s->chance, 8))
        acknowledge(s, from, to);
    else
        see(s, from, to, true);
}

void sights_event(struct sim *s, const struct event *event)
{
    if (event->a == SIGHT_ANY) {
        any_sight(s);
        return;
    }
    if (s->drive == NULL) {
        later(s, SECOND, (sight_kind)event->a);
        return;
    }
    for (uint32_t d = 0; d < 2 * s->demand_count && s->broken == NULL; d++) {
        const struct demand *of = &s->demands[d / 2];
        uint32_t from = d % 2 == 0 ? of->src : of->dst, to = d % 2 == 0 ? of->dst : of->src;

        if (event->a == SIGHT_ACKNOWLEDGE)
            acknowledge(s, from, to);
        else
            see(s, from, to, false);
    }
}

/* --- at every step ---------------------------------------------------------------------------------- */

static bool has_alarm(const struct sim *s, cp_text key)
{
    const struct cp_control_alarm *at;
    uint32_t count = cp_control_alarms(cp_drive_control(s->drive), &at);

    for (uint32_t i = 0; i < count; i++)
        if (cp_text_starts(at[i].id, CP_TEXT("seen/")) &&
            cp_text_eq(cp_text_sub(at[i].id, 5, at[i].id.len), key))
            return true;
    return false;
}

void sights_check(struct sim *s, const struct cp_control_lsp *lsp, const struct ends *ends)
{
    const struct sighted *g = &s->sighted[ends->colour - COLOUR][ends->from][ends->to];
    bool proven = lsp->proven_us == 0;

    if (g->marked && !g->unsure && lsp->enforcing)
        fail(s, "an LSP is called enforcing whose packets were seen elsewhere", "%.*s",
             (int)lsp->key.len, lsp->key.at);
    if (g->marked && !g->unsure && !has_alarm(s, lsp->key))
        fail(s, "of packets that were seen elsewhere no alarm tells", "%.*s", (int)lsp->key.len,
             lsp->key.at);
    for (uint32_t i = 0; i < PROOFS_MOST; i++)
        proven = proven || lsp->proven_us == g->proofs_us[i];
    if (!proven)
        fail(s, "an LSP is called proven that nobody saw", "%.*s", (int)lsp->key.len, lsp->key.at);
}

void sights_order(struct sim *s, const struct ends *ends, struct cp_pce_path path, uint32_t links)
{
    const struct sighted *g = &s->sighted[ends->colour - COLOUR][ends->from][ends->to];

    if (s->now_us < g->shunned_us + ON_THEIR_WAY_US)
        return;
    if ((links & g->links) != 0)
        fail(s, "a path is ordered over what packets did not keep to", "to r%u for r%u", ends->to,
             ends->from);
    for (uint32_t i = 0; i < g->path_count; i++) {
        bool same = g->counts[i] == path.count;

        for (uint32_t k = 0; k < path.count && same; k++)
            same = hop_label(s, &path.at[k]) == g->paths[i][k];
        if (same)
            fail(s, "a path is ordered that packets did not keep to", "to r%u for r%u", ends->to,
                 ends->from);
    }
}
