#include "reason.h"

#include "model/limits.h"

/*
 * The verdict keeps no causes, one byte an element being enough for the audit.  A cause is found
 * again when somebody asks: from the element down to whatever is as bad as the element, which at
 * each step must exist, so nothing is searched twice.
 */

struct cause {
    cp_object_kind kind; /* the culprit */
    uint32_t object;
    uint32_t fact; /* CP_NONE: its maker is not stated */
};

/* --- words -------------------------------------------------------------------------------- */

static void write_maker(const struct cp_verdict_of *v, uint32_t fact, struct cp_out *out)
{
    const struct cp_survey *s = v->survey;
    uint32_t maker = s->maker[fact];

    cp_out_str(out, "maker ");
    if (maker == CP_MAKER_UNKNOWN) {
        cp_out_str(out, "unknown");
        if ((s->flags[fact] & CP_FACT_LIKE) != 0) {
            cp_out_str(out, ", called ");
            cp_out_text(out, s->net->facts[fact].value);
        }
    } else if (maker == CP_MAKER_OTHER) {
        cp_out_text(out, s->net->facts[fact].value);
    } else {
        cp_out_text(out, cp_makers_name(s->makers, maker));
        if (v->rule->target[maker] != CP_TARGET_AFFILIATE)
            return;
        uint32_t up = maker;
        while (up != CP_MAKER_OTHER && v->rule->target[up] != CP_TARGET_NAMED)
            up = cp_makers_parent(s->makers, up);
        if (up != CP_MAKER_OTHER) {
            cp_out_str(out, ", affiliate of ");
            cp_out_text(out, cp_makers_name(s->makers, up));
        }
    }
}

static void write_fact(const struct cp_verdict_of *v, uint32_t fact, struct cp_out *out)
{
    const struct cp_survey *s = v->survey;
    const struct cp_fact *f = &s->net->facts[fact];

    if ((s->flags[fact] & CP_FACT_PORT) != 0) {
        cp_out_str(out, "port ");
        cp_out_text(out, f->part);
        cp_out_str(out, " at ");
        cp_out_text(out, s->net->nodes[f->object].id);
        cp_out_str(out, ", ");
    } else if (f->part.len > 0) {
        cp_out_str(out, "part ");
        cp_out_text(out, f->part);
        cp_out_str(out, ", ");
    }
    if ((s->flags[fact] & CP_FACT_SOFTWARE) != 0) {
        cp_out_str(out, "software ");
        cp_out_text(out, f->value);
        cp_out_str(out, ", ");
    }
    write_maker(v, fact, out);
}

static cp_place write_cause(const struct cp_verdict_of *v, struct cause cause, struct cp_out *out)
{
    const struct cp_case *net = v->survey->net;

    if (cause.fact != CP_NONE) {
        write_fact(v, cause.fact, out);
        return net->facts[cause.fact].place;
    }
    if (cause.kind == CP_OBJECT_LINK) {
        cp_out_str(out, "maker unknown, no fact");
        return net->links[cause.object].place;
    }
    cp_out_str(out, "maker not stated");
    return net->nodes[cause.object].place;
}

/* --- own, ports, software ------------------------------------------------------------------- */

static bool is_before(cp_place a, cp_place b)
{
    if (a.file != b.file)
        return a.file < b.file;
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* The first of an object's own facts that is this bad, software or not. */
static uint32_t find_own(const struct cp_verdict_of *v, cp_object_kind kind, uint32_t object,
                         cp_trust trust, uint32_t software)
{
    const struct cp_survey *s = v->survey;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(s, kind, object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        if (cp_survey_is_own(s, fact) && (s->flags[fact] & CP_FACT_SOFTWARE) == software &&
            cp_verdict_fact(v, fact) == trust)
            return fact;
    }
    return CP_NONE;
}

/* The first in the file of the facts about a link's ports that is this bad. */
static uint32_t find_port(const struct cp_verdict_of *v, uint32_t link, cp_trust trust,
                          uint32_t software)
{
    const struct cp_survey *s = v->survey;
    const struct cp_fact *facts = s->net->facts;
    uint32_t best = CP_NONE;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_ports(s, link, &first, &end);
    for (uint32_t i = first; i < end; i++) {
        uint32_t fact = s->ports[i].fact;
        if ((s->flags[fact] & CP_FACT_SOFTWARE) != software || cp_verdict_fact(v, fact) != trust ||
            !cp_verdict_port_counts(v, fact))
            continue;
        if (best == CP_NONE || is_before(facts[fact].place, facts[best].place))
            best = fact;
    }
    return best;
}

/* What the element has of its own, ports included, that is this bad. */
static bool find_here(const struct cp_verdict_of *v, struct cause *cause, cp_trust trust)
{
    bool link = cause->kind == CP_OBJECT_LINK;
    bool own = cp_verdict_counts(v->rule, link ? v->survey->net->links[cause->object].layer
                                               : v->survey->net->nodes[cause->object].layer);

    cause->fact = CP_NONE;
    if (trust == CP_UNKNOWN && cp_verdict_is_unstated(v, cause->kind, cause->object))
        return true;
    for (uint32_t software = 0; software <= CP_FACT_SOFTWARE; software++) {
        if (own)
            cause->fact = find_own(v, cause->kind, cause->object, trust, software);
        if (cause->fact == CP_NONE && link)
            cause->fact = find_port(v, cause->object, trust, software);
        if (cause->fact != CP_NONE)
            return true;
    }
    return false;
}

/* --- managers ----------------------------------------------------------------------------- */

struct step {
    uint32_t node, first; /* first: the manager that the search went through first */
};

struct search {
    struct step *queue;
    uint32_t head, tail, cap;
    uint8_t *seen; /* [node_count] */
};

static cp_err push_managers(const struct cp_verdict_of *v, struct search *search, struct step from,
                            cp_trust trust, struct cp_arena *arena)
{
    const struct cp_case *net = v->survey->net;
    cp_range by = net->nodes[from.node].managed_by;

    for (uint32_t i = by.first; i < by.first + by.count; i++) {
        uint32_t node = net->managers[i].at;
        void *at = search->queue;
        if (search->seen[node] != 0 || v->node_trust[node] != trust)
            continue;
        search->seen[node] = 1;
        CP_TRY(cp_arena_grow(arena, &at, search->tail, &search->cap, sizeof(struct step)));
        search->queue = at;
        search->queue[search->tail++] =
            (struct step){node, from.first == CP_NONE ? node : from.first};
    }
    return CP_OK;
}

/* The nearest manager that is this bad of its own. */
static cp_err find_manager(const struct cp_verdict_of *v, uint32_t node, cp_trust trust,
                           struct cp_arena *arena, struct step *found)
{
    struct search search = {.seen = CP_TAKE(arena, v->survey->net->node_count, uint8_t)};

    if (search.seen == NULL)
        return CP_ERR_NOMEM;
    search.seen[node] = 1;
    CP_TRY(push_managers(v, &search, (struct step){node, CP_NONE}, trust, arena));
    for (;;) {
        CP_ASSERT(search.head < search.tail); /* a node is as bad as itself or as a manager */
        *found = search.queue[search.head++];
        if (cp_verdict_own(v, CP_OBJECT_NODE, found->node) == trust)
            return CP_OK;
        CP_TRY(push_managers(v, &search, *found, trust, arena));
    }
}

static cp_err explain_node(const struct cp_verdict_of *v, uint32_t node, struct cp_arena *arena,
                           struct cp_out *out, struct cp_because *because)
{
    const struct cp_case *net = v->survey->net;
    cp_trust trust = (cp_trust)v->node_trust[node];
    struct cause cause = {.kind = CP_OBJECT_NODE, .object = node};
    struct step manager = {0, 0};

    if (!find_here(v, &cause, trust)) {
        CP_TRY(find_manager(v, node, trust, arena, &manager));
        cause.object = manager.node;
        bool there = find_here(v, &cause, trust);
        CP_ASSERT(there);
        cp_out_str(out, "managed by ");
        cp_out_text(out, net->nodes[manager.node].id);
        if (manager.first != manager.node) {
            cp_out_str(out, " through ");
            cp_out_text(out, net->nodes[manager.first].id);
        }
        cp_out_str(out, ", ");
    } else if (cause.fact != CP_NONE) {
        because->part = net->facts[cause.fact].part;
    }
    because->place = write_cause(v, cause, out);
    return CP_OK;
}

/* --- below -------------------------------------------------------------------------------- */

struct below {
    cp_object_kind kind;
    uint32_t object;
};

/* Whether the supporting link itself, or a node at its ends, is this bad. */
static bool find_at_support(const struct cp_verdict_of *v, uint32_t link, uint32_t support,
                            cp_trust trust, struct below *found)
{
    const struct cp_case *net = v->survey->net;
    cp_range ends = net->links[support].ends;
    struct cause cause = {.kind = CP_OBJECT_LINK, .object = support};

    *found = (struct below){CP_OBJECT_LINK, support};
    if (find_here(v, &cause, trust))
        return true;
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        cp_node node = net->ends[i].node;
        *found = (struct below){CP_OBJECT_NODE, node.at};
        if (v->node_trust[node.at] == trust && cp_verdict_end_counts(net, link, support, node))
            return true;
    }
    return false;
}

/*
 * One level down: true where the culprit is found, else *link is the support to go on from.
 * Supports in the order of the file; each is as bad as itself, its ends or what is under it.
 */
static bool find_one_below(const struct cp_verdict_of *v, uint32_t *link, cp_trust trust,
                           struct below *found)
{
    const struct cp_case *net = v->survey->net;
    cp_range alternatives = net->links[*link].alternatives;
    uint32_t next = CP_NONE;

    for (uint32_t a = 0; a < alternatives.count && next == CP_NONE; a++) {
        cp_range supports = net->alternatives[alternatives.first + a];
        for (uint32_t i = 0; i < supports.count && next == CP_NONE; i++) {
            uint32_t support = net->supports[supports.first + i].at;
            if (find_at_support(v, *link, support, trust, found))
                return true;
            if (v->link_trust[support] == trust)
                next = support;
        }
    }
    CP_ASSERT(next != CP_NONE); /* a link is as bad as itself or as what is under it */
    *link = next;
    return false;
}

static void write_below(const struct cp_case *net, struct below below, struct cp_out *out)
{
    bool node = below.kind == CP_OBJECT_NODE;

    cp_out_str(
        out, cp_layer_name(node ? net->nodes[below.object].layer : net->links[below.object].layer));
    cp_out_str(out, node ? " node " : " link ");
    cp_out_text(out, node ? net->nodes[below.object].id : net->links[below.object].id);
    cp_out_str(out, " under it, ");
}

/* The place counts; the part is not one of the link's. */
static cp_err explain_lower_node(const struct cp_verdict_of *v, uint32_t node,
                                 struct cp_arena *arena, struct cp_out *out,
                                 struct cp_because *because)
{
    CP_TRY(explain_node(v, node, arena, out, because));
    because->part = CP_TEXT("");
    return CP_OK;
}

static cp_err explain_link(const struct cp_verdict_of *v, uint32_t link, struct cp_arena *arena,
                           struct cp_out *out, struct cp_because *because)
{
    const struct cp_case *net = v->survey->net;
    cp_trust trust = (cp_trust)v->link_trust[link];
    struct cause cause = {.kind = CP_OBJECT_LINK, .object = link};
    struct below below = {CP_OBJECT_LINK, link};

    if (find_here(v, &cause, trust)) {
        if (cause.fact != CP_NONE && (v->survey->flags[cause.fact] & CP_FACT_PORT) == 0)
            because->part = net->facts[cause.fact].part;
        because->place = write_cause(v, cause, out);
        return CP_OK;
    }
    for (uint32_t depth = 0; !find_one_below(v, &link, trust, &below); depth++)
        CP_ASSERT(depth <= CP_LIMIT_OVER_DEPTH);
    write_below(net, below, out);
    if (below.kind == CP_OBJECT_NODE)
        return explain_lower_node(v, below.object, arena, out, because);
    cause.object = below.object;
    bool there = find_here(v, &cause, trust);
    CP_ASSERT(there);
    because->place = write_cause(v, cause, out);
    return CP_OK;
}

/* ------------------------------------------------------------------------------------------ */

cp_err cp_because_find(const struct cp_verdict_of *verdict, cp_object_kind kind, uint32_t object,
                       struct cp_arena *arena, struct cp_because *out)
{
    bool node = kind == CP_OBJECT_NODE;
    struct cp_because because = {.place = CP_PLACE_NONE};
    struct cp_out words = cp_out_make(arena);

    if ((node ? verdict->node_trust : verdict->link_trust)[object] != CP_TRUSTED)
        CP_TRY((node ? explain_node : explain_link)(verdict, object, arena, &words, &because));
    CP_TRY(cp_out_done(&words, &because.what));
    *out = because;
    return CP_OK;
}

cp_err cp_because_fact(const struct cp_verdict_of *verdict, uint32_t fact, struct cp_arena *arena,
                       struct cp_because *out)
{
    const struct cp_fact *f = &verdict->survey->net->facts[fact];
    struct cp_because because = {.place = f->place, .part = f->part};
    struct cp_out words = cp_out_make(arena);

    write_fact(verdict, fact, &words);
    CP_TRY(cp_out_done(&words, &because.what));
    *out = because;
    return CP_OK;
}

static cp_err write_with(const struct cp_because *because, cp_text place, const char *between,
                         struct cp_arena *arena, cp_text *text)
{
    struct cp_out out = cp_out_make(arena);

    cp_out_text(&out, because->what);
    if (because->what.len > 0 && place.len > 0)
        cp_out_str(&out, between);
    cp_out_text(&out, place);
    return cp_out_done(&out, text);
}

cp_err cp_because_write(const struct cp_because *because, const struct cp_case *net,
                        struct cp_arena *arena, cp_text *sentence, cp_text *reason)
{
    cp_text place = CP_TEXT("");

    if (because->what.len > 0)
        CP_TRY(cp_case_place(net, because->place, arena, &place));
    CP_TRY(write_with(because, place, ", ", arena, sentence));
    return write_with(because, place, "; ", arena, reason);
}
