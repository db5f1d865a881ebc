#include "document.h"

#include <string.h>

#include "base/moment.h"

/* Steps as they wait, and the documents that explain them: elements and rules by their ids. */

/* --- the queue ---------------------------------------------------------------------------------- */

static cp_err copy_path(struct cp_control *c, struct cp_pce_path *path)
{
    struct cp_pce_hop *hops = CP_TAKE(c->out, path->count, struct cp_pce_hop);

    if (hops == NULL)
        return CP_ERR_NOMEM;
    if (path->count > 0)
        memcpy(hops, path->at, path->count * sizeof *hops);
    path->at = hops;
    return CP_OK;
}

cp_err cp_ctl_step(struct cp_control *c, const struct cp_control_step *step)
{
    struct ctl_queued *q = CP_TAKE(c->out, 1, struct ctl_queued);

    if (q == NULL)
        return CP_ERR_NOMEM;
    q->step = *step;
    CP_TRY(cp_text_copy(step->key, c->out, &q->step.key));
    CP_TRY(cp_text_copy(step->document, c->out, &q->step.document));
    CP_TRY(cp_text_copy(step->state, c->out, &q->step.state));
    CP_TRY(cp_text_copy(step->order.name, c->out, &q->step.order.name));
    CP_TRY(copy_path(c, &q->step.order.path));
    if (c->last == NULL)
        c->first = q;
    else
        c->last->next = q;
    c->last = q;
    return CP_OK;
}

bool cp_control_next(struct cp_control *c, struct cp_control_step *out)
{
    if (c->first == NULL) {
        cp_arena_reset(c->out, c->out_empty);
        return false;
    }
    *out = c->first->step;
    c->first = c->first->next;
    if (c->first == NULL)
        c->last = NULL;
    return true;
}

/* --- documents ---------------------------------------------------------------------------------- */

void cp_ctl_doc_begin(struct document *d, struct cp_control *c)
{
    d->c = c;
    d->out = cp_out_make(c->work);
    d->part = cp_out_make(c->work);
    d->json = cp_json_make(&d->out);
    cp_json_object(&d->json, NULL, CP_JSON_FLAT);
}

cp_err cp_ctl_doc_end(struct document *d, cp_text *out)
{
    cp_json_close(&d->json);
    CP_TRY(cp_out_done(&d->out, out));
    *out = cp_text_trim(*out);
    return CP_OK;
}

cp_err cp_ctl_doc_record(struct document *d, cp_record_kind kind, cp_text key, cp_text state)
{
    struct cp_control_step step = {
        .kind = CP_DO_RECORD, .record = kind, .key = key, .state = state};

    CP_TRY(cp_ctl_doc_end(d, &step.document));
    return cp_ctl_step(d->c, &step);
}

static void add_hop(struct cp_out *out, const struct cp_pce_hop *hop)
{
    switch (hop->kind) {
    case CP_PCE_HOP_LABEL:
        cp_out_u64(out, hop->label);
        break;
    case CP_PCE_HOP_SRV6:
        cp_out_ipv6(out, hop->srv6);
        break;
    case CP_PCE_HOP_ADDRESS:
        cp_out_ip(out, hop->local);
        if (hop->remote.family != 0) {
            cp_out_str(out, "-");
            cp_out_ip(out, hop->remote);
        }
        break;
    case CP_PCE_HOP_OTHER:
        cp_out_str(out, "?");
        break;
    }
}

void cp_ctl_doc_path(struct document *d, const char *name, struct cp_pce_path path)
{
    if (path.count == 0) {
        cp_json_null(&d->json, name);
        return;
    }
    cp_json_array(&d->json, name, CP_JSON_FLAT);
    for (uint32_t i = 0; i < path.count; i++) {
        d->part.len = 0;
        add_hop(&d->part, &path.at[i]);
        cp_json_text(&d->json, NULL, (cp_text){d->part.at, d->part.len});
        if (d->part.err != CP_OK)
            d->out.err = d->part.err;
    }
    cp_json_close(&d->json);
}

cp_text cp_ctl_doc_element(const struct cp_plan *plan, uint32_t element, cp_object_kind *kind,
                           uint32_t *object)
{
    const struct cp_net *net = cp_plan_net(plan);
    const struct cp_case *c = cp_plan_view(plan)->net;

    if (element < net->graph.link_count) {
        *kind = CP_OBJECT_LINK;
        *object = net->case_link[element];
        return c->links[*object].id;
    }
    *kind = CP_OBJECT_NODE;
    *object = net->case_node[element - net->graph.link_count];
    return c->nodes[*object].id;
}

void cp_ctl_doc_elements(struct document *d, const char *name, const struct ctl_way *way)
{
    const struct cp_plan *plan = d->c->epoch->plan;

    if (way->touch_count == 0)
        return;
    cp_json_array(&d->json, name, CP_JSON_FLAT);
    for (uint32_t i = 0; i < way->touch_count; i++) {
        cp_object_kind kind;
        uint32_t object;

        cp_json_text(&d->json, NULL, cp_ctl_doc_element(plan, way->touches[i], &kind, &object));
    }
    cp_json_close(&d->json);
}

cp_err cp_ctl_doc_rule(struct document *d, uint32_t rule, cp_object_kind kind, uint32_t object)
{
    const struct cp_judge *judge = cp_plan_judge(d->c->epoch->plan);
    struct cp_reason reason = {0};

    if (judge == NULL || rule == CP_NONE || rule >= judge->rule_count)
        return CP_OK;
    cp_json_text(&d->json, "rule", judge->rules[rule].id);
    if (judge->inside != NULL)
        CP_TRY(cp_judge_reason(judge, rule, kind, object, d->c->work, &reason));
    if (reason.reason.len > 0)
        cp_json_text(&d->json, "fact", reason.reason);
    return CP_OK;
}

/* "element": {"kind": "node", "id": "r1", "rule": "no-x", "fact": "maker x; nodes.csv:3"} */
cp_err cp_ctl_doc_cause(struct document *d, const struct ctl_cause *cause)
{
    cp_object_kind kind;
    uint32_t object;
    cp_text id;

    cp_json_str(&d->json, "reason", cause->reason);
    if (cause->element == CP_NONE || d->c->epoch == NULL ||
        cause->element >= d->c->epoch->element_count)
        return CP_OK;
    id = cp_ctl_doc_element(d->c->epoch->plan, cause->element, &kind, &object);
    cp_json_object(&d->json, "element", CP_JSON_FLAT);
    cp_json_str(&d->json, "kind", kind == CP_OBJECT_NODE ? "node" : "link");
    cp_json_text(&d->json, "id", id);
    CP_TRY(cp_ctl_doc_rule(d, cause->rule, kind, object));
    cp_json_close(&d->json);
    return CP_OK;
}

void cp_ctl_doc_who(struct document *d, const struct ctl_lsp *l)
{
    cp_json_text(&d->json, "key", l->key);
    cp_json_text(&d->json, "lsp", l->name);
    if (l->peer != CP_NONE)
        cp_json_text(&d->json, "peer", d->c->config.peers[l->peer].name);
}

cp_text cp_ctl_doc_key(const struct ctl_lsp *l)
{
    return l->key.len > 0 ? l->key : l->name;
}

void cp_ctl_doc_moment(struct document *d, const char *name, uint64_t at_us)
{
    char at[28];

    cp_moment_format(at_us, at);
    cp_json_str(&d->json, name, at);
}
