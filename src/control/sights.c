#include "inside.h"

/*
 * Packets that somebody saw.  On the intended path, from headend to endpoint: proven.  Elsewhere: an alarm.  On
 * something that is forbidden: the path does not keep its packets, whatever the walk says: another one at once.
 */

static bool is_in(const struct ctl_way *way, uint32_t element)
{
    uint32_t low = 0, high = way->touch_count; /* touches are ascending */

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (way->touches[middle] < element)
            low = middle + 1;
        else
            high = middle;
    }
    return low < way->touch_count && way->touches[low] == element;
}

struct seen {
    bool outside, forbidden;
    struct ctl_cause cause;
};

static void look_at(struct cp_control *c, const struct ctl_lsp *l, cp_text node, struct seen *out)
{
    const struct cp_plan *plan = c->epoch->plan;
    const struct cp_net *net = cp_plan_net(plan);
    uint32_t v = cp_case_node(cp_plan_view(plan)->net, node).at;
    uint32_t element, rule;

    if (v == CP_NONE || net->node_of_case[v] == CP_NONE) {
        out->outside = true;
        return;
    }
    element = cp_graph_element_of_node(&net->graph, net->node_of_case[v]);
    if (!out->forbidden &&
        !cp_plan_allows(plan, cp_plan_lsp(plan, l->in_plan)->treatment, CP_OBJECT_NODE, v, &rule)) {
        out->forbidden = out->outside = true;
        out->cause = (struct ctl_cause){"seen", element, rule};
    }
    if (!is_in(&l->intended, element) && !is_in(&l->installed, element) && !out->forbidden) {
        out->outside = true;
        out->cause = (struct ctl_cause){"seen", element, CP_NONE};
    }
}

static bool is_whole(const struct cp_control *c, const struct ctl_lsp *l,
                     const struct cp_control_sight *s)
{
    const struct cp_case *net = cp_plan_view(c->epoch->plan)->net;
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);

    return s->node_count >= 2 && cp_text_eq(s->nodes[0], net->nodes[p->headend].id) &&
           cp_text_eq(s->nodes[s->node_count - 1], net->nodes[p->endpoint].id);
}

static cp_err prove(struct cp_control *c, uint32_t slot, const struct cp_control_sight *sight)
{
    struct ctl_lsp *l = &c->lsps[slot];
    bool fresh = l->proven_us == 0 || sight->at_us - l->proven_us > c->config.proof_valid_us;

    if (sight->at_us <= l->proven_us)
        return CP_OK;
    l->proven_us = sight->at_us;
    l->strayed = false;
    CP_TRY(cp_ctl_alarm_lsp_end(c, "seen", slot));
    return fresh ? cp_ctl_record_proven(c, slot, sight) : CP_OK;
}

static cp_err seen(struct cp_control *c, uint32_t slot, const struct cp_control_sight *sight)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct seen s = {.cause = {"seen", CP_NONE, CP_NONE}};

    for (uint32_t i = 0; i < sight->node_count; i++)
        look_at(c, l, sight->nodes[i], &s);
    if (s.forbidden) {
        l->proven_us = 0;
        CP_TRY(cp_ctl_alarm_lsp(c, "seen", slot, "its packets were seen where they are forbidden",
                                &s.cause));
        /* What was seen before the present path was there says nothing of it. */
        return sight->at_us < l->installed_us || !l->same ? CP_OK
                                                          : cp_ctl_disprove(c, slot, &s.cause);
    }
    if (l->aim != AIM_PATH || !l->same || sight->at_us < l->installed_us)
        return CP_OK;
    if (!s.outside)
        return is_whole(c, l, sight) ? prove(c, slot, sight) : CP_OK;
    l->proven_us = 0;
    l->strayed = true;
    return cp_ctl_alarm_lsp(c, "seen", slot, "its packets were seen outside its path", &s.cause);
}

cp_err cp_control_seen(struct cp_control *c, const struct cp_control_sight *sight, uint64_t now_us)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    uint32_t slot = cp_ctl_find_key(c, sight->key);
    cp_err err;

    c->now_us = now_us;
    if (c->epoch == NULL || slot == CP_NONE || c->lsps[slot].in_plan == CP_NONE ||
        sight->at_us > now_us)
        return CP_OK;
    err = seen(c, slot, sight);
    cp_arena_reset(c->work, mark);
    return err;
}
