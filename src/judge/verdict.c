#include "verdict.h"

#include "model/limits.h"

/*
 * First what each element has of its own, then upwards: badness of managers along managed_by, worst
 * first, each node entered at most twice; then links by what supports them, each once (the links
 * below are done before, by recursion that cp_build_finish has bounded).
 */

enum { NOT_YET = 0xff };

static cp_trust worse(cp_trust a, cp_trust b)
{
    return a > b ? a : b;
}

cp_trust cp_verdict_treated(cp_trust found, cp_unknown unknown)
{
    if (found != CP_UNKNOWN)
        return found;
    switch (unknown) {
    case CP_UNKNOWN_IS_UNTRUSTED:
        return CP_UNTRUSTED;
    case CP_UNKNOWN_IS_UNDECIDED:
        return CP_UNKNOWN;
    case CP_UNKNOWN_IS_TRUSTED:
        return CP_TRUSTED;
    }
    return CP_UNTRUSTED;
}

/* --- of its own --------------------------------------------------------------------------- */

cp_trust cp_verdict_fact(const struct cp_verdict_of *verdict, uint32_t fact)
{
    uint32_t maker = verdict->survey->maker[fact];

    if (maker == CP_MAKER_UNKNOWN)
        return CP_UNKNOWN;
    if (maker == CP_MAKER_OTHER || maker == CP_MAKER_SILENT)
        return CP_TRUSTED;
    return verdict->rule->target[maker] != CP_TARGET_NO ? CP_UNTRUSTED : CP_TRUSTED;
}

bool cp_verdict_counts(const struct cp_rule *rule, cp_layer layer)
{
    return (rule->layers & 1u << layer) != 0;
}

static cp_layer layer_of(const struct cp_case *net, cp_object_kind kind, uint32_t object)
{
    return kind == CP_OBJECT_NODE ? net->nodes[object].layer : net->links[object].layer;
}

bool cp_verdict_is_unstated(const struct cp_verdict_of *verdict, cp_object_kind kind,
                            uint32_t object)
{
    const struct cp_case *net = verdict->survey->net;

    if (!cp_verdict_counts(verdict->rule, layer_of(net, kind, object)))
        return false;
    if (kind == CP_OBJECT_LINK && (!cp_text_is(net->links[object].link_class, "leased-circuit") ||
                                   net->links[object].alternatives.count > 0))
        return false;
    return !cp_survey_is_stated(verdict->survey, kind, object);
}

cp_trust cp_verdict_own(const struct cp_verdict_of *verdict, cp_object_kind kind, uint32_t object)
{
    const struct cp_survey *survey = verdict->survey;
    uint32_t first = 0;
    uint32_t end = 0;

    if (!cp_verdict_counts(verdict->rule, layer_of(survey->net, kind, object)))
        return CP_TRUSTED;
    cp_trust worst = cp_verdict_is_unstated(verdict, kind, object) ? CP_UNKNOWN : CP_TRUSTED;
    cp_survey_facts(survey, kind, object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        if (cp_survey_is_own(survey, fact))
            worst = worse(worst, cp_verdict_fact(verdict, fact));
    }
    return worst;
}

/* --- managers ----------------------------------------------------------------------------- */

/* Raises all that nodes of this badness manage, and what these manage, to it. */
static void raise_managed(const struct cp_verdict_of *v, cp_trust trust, uint32_t *queue)
{
    const struct cp_survey *s = v->survey;
    uint32_t head = 0;
    uint32_t tail = 0;

    for (uint32_t node = 0; node < s->net->node_count; node++) {
        if (v->node_trust[node] == trust)
            queue[tail++] = node;
    }
    while (head < tail) {
        uint32_t manager = queue[head++];
        for (uint32_t i = s->managed_first[manager]; i < s->managed_first[manager + 1]; i++) {
            uint32_t node = s->managed[i];
            if (v->node_trust[node] >= trust)
                continue;
            v->node_trust[node] = (uint8_t)trust;
            queue[tail++] = node;
        }
    }
}

static cp_err judge_nodes(const struct cp_verdict_of *v, struct cp_arena *arena)
{
    uint32_t node_count = v->survey->net->node_count;

    for (uint32_t node = 0; node < node_count; node++)
        v->node_trust[node] = (uint8_t)cp_verdict_own(v, CP_OBJECT_NODE, node);
    if (v->survey->managed_first == NULL)
        return CP_OK;
    cp_arena_mark mark = cp_arena_mark_get(arena);
    uint32_t *queue = CP_TAKE(arena, node_count, uint32_t);
    if (queue == NULL)
        return CP_ERR_NOMEM;
    raise_managed(v, CP_UNTRUSTED, queue);
    raise_managed(v, CP_UNKNOWN, queue);
    cp_arena_reset(arena, mark);
    return CP_OK;
}

/* --- links -------------------------------------------------------------------------------- */

bool cp_verdict_port_counts(const struct cp_verdict_of *verdict, uint32_t fact)
{
    const struct cp_case *net = verdict->survey->net;

    return cp_verdict_counts(verdict->rule, net->nodes[net->facts[fact].object].layer);
}

cp_trust cp_verdict_ports(const struct cp_verdict_of *verdict, uint32_t link)
{
    const struct cp_survey *survey = verdict->survey;
    cp_trust worst = CP_TRUSTED;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_ports(survey, link, &first, &end);
    for (uint32_t i = first; i < end; i++) {
        if (cp_verdict_port_counts(verdict, survey->ports[i].fact))
            worst = worse(worst, cp_verdict_fact(verdict, survey->ports[i].fact));
    }
    return worst;
}

bool cp_verdict_end_counts(const struct cp_case *net, uint32_t link, uint32_t support, cp_node end)
{
    cp_range own = net->links[link].ends;

    if (net->links[support].lan && net->nodes[end.at].layer == CP_LAYER_IP)
        return false;
    for (uint32_t i = own.first; i < own.first + own.count; i++) {
        if (net->ends[i].node.at == end.at)
            return false;
    }
    return true;
}

static cp_trust judge_link(const struct cp_verdict_of *v, uint32_t link, uint32_t depth);

/* A supporting link and the nodes at its ends, as far as they count. */
static cp_trust judge_support(const struct cp_verdict_of *v, uint32_t link, uint32_t support,
                              uint32_t depth)
{
    const struct cp_case *net = v->survey->net;
    cp_range ends = net->links[support].ends;
    cp_trust worst = judge_link(v, support, depth + 1);

    for (uint32_t i = ends.first; i < ends.first + ends.count && worst < CP_UNTRUSTED; i++) {
        cp_node node = net->ends[i].node;
        cp_trust trust = (cp_trust)v->node_trust[node.at];
        if (trust > worst && cp_verdict_end_counts(net, link, support, node))
            worst = trust;
    }
    return worst;
}

static cp_trust judge_link(const struct cp_verdict_of *v, uint32_t link, uint32_t depth)
{
    const struct cp_case *net = v->survey->net;
    cp_range alternatives = net->links[link].alternatives;

    CP_ASSERT(depth <= CP_LIMIT_OVER_DEPTH + 1);
    if (v->link_trust[link] != NOT_YET)
        return (cp_trust)v->link_trust[link];
    cp_trust worst = worse(cp_verdict_own(v, CP_OBJECT_LINK, link), cp_verdict_ports(v, link));
    for (uint32_t a = alternatives.first; a < alternatives.first + alternatives.count; a++) {
        cp_range supports = net->alternatives[a];
        for (uint32_t i = supports.first; i < supports.first + supports.count; i++)
            worst = worse(worst, judge_support(v, link, net->supports[i].at, depth));
    }
    v->link_trust[link] = (uint8_t)worst;
    return worst;
}

cp_err cp_verdict_make(const struct cp_survey *survey, const struct cp_rule *rule,
                       struct cp_arena *arena, struct cp_verdict_of *out)
{
    const struct cp_case *net = survey->net;
    struct cp_verdict_of v = {.survey = survey, .rule = rule};

    v.node_trust = CP_TAKE(arena, net->node_count, uint8_t);
    v.link_trust = CP_TAKE(arena, net->link_count, uint8_t);
    if (v.node_trust == NULL || v.link_trust == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(judge_nodes(&v, arena));
    for (uint32_t link = 0; link < net->link_count; link++)
        v.link_trust[link] = NOT_YET;
    for (uint32_t link = 0; link < net->link_count; link++)
        (void)judge_link(&v, link, 0);
    *out = v;
    return CP_OK;
}
