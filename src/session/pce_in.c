#include "pce_inside.h"

/* Messages of the PCC, told group by group. */

/* --- what it can do ------------------------------------------------------------------------------ */

static void read_sr(struct cp_pce_peer *peer, const struct cp_pcep_tlv *sr)
{
    if (sr == NULL || sr->form != CP_PCEP_TLV_SR)
        return;
    peer->sr = true;
    /* RFC 8664 5.1: with X there is no limit; an MSD of 0 without it leaves nothing to be pushed: taken as not said,
     * as some PCCs send it. */
    if ((sr->is.sr.flags & CP_PCEP_SR_NO_LIMIT) == 0 && sr->is.sr.msd > 0)
        peer->depth_max = sr->is.sr.msd;
}

static void read_srv6(struct cp_pce_peer *peer, const struct cp_pcep_tlv *srv6)
{
    enum { SRH_MAX_H_ENCAPS = 44 /* MSD type (RFC 9352 4.3) */ };

    if (srv6 == NULL || srv6->form != CP_PCEP_TLV_SRV6)
        return;
    peer->srv6 = true;
    for (uint32_t i = 0; i < srv6->is.srv6.msd_count; i++)
        if (srv6->is.srv6.msds[i].type == SRH_MAX_H_ENCAPS && srv6->is.srv6.msds[i].value > 0)
            peer->depth_max = srv6->is.srv6.msds[i].value;
}

void cp_pce_read_peer(struct cp_pce *pce, const struct cp_pcep_object *open)
{
    const struct cp_pcep_tlv *stateful =
        cp_pcep_tlv_find(open->tlvs, CP_PCEP_TLV_STATEFUL_PCE_CAPABILITY);
    const struct cp_pcep_tlv *setup =
        cp_pcep_tlv_find(open->tlvs, CP_PCEP_TLV_PATH_SETUP_TYPE_CAPABILITY);
    struct cp_pce_peer *peer = &pce->peer;

    *peer = (struct cp_pce_peer){.address = pce->address, .depth_max = UINT32_MAX};
    if (stateful != NULL && stateful->form == CP_PCEP_TLV_NUMBER) {
        peer->stateful = peer->syncs = true;
        peer->updates = (stateful->is.number & CP_PCEP_STATEFUL_UPDATE) != 0;
        peer->initiates = (stateful->is.number & CP_PCEP_STATEFUL_INITIATE) != 0;
    }
    read_sr(peer, cp_pcep_tlv_find(open->tlvs, CP_PCEP_TLV_SR_PCE_CAPABILITY));
    if (setup == NULL || setup->form != CP_PCEP_TLV_SETUP)
        return;
    read_sr(peer, cp_pcep_tlv_find(setup->is.setup->tlvs, CP_PCEP_TLV_SR_PCE_CAPABILITY));
    read_srv6(peer, cp_pcep_tlv_find(setup->is.setup->tlvs, CP_PCEP_TLV_SRV6_PCE_CAPABILITY));
}

/* --- reports ------------------------------------------------------------------------------------- */

static uint64_t number_of(struct cp_pcep_tlvs tlvs, uint16_t type, uint64_t otherwise)
{
    const struct cp_pcep_tlv *tlv = cp_pcep_tlv_find(tlvs, (uint16_t)type);

    return tlv != NULL && tlv->form == CP_PCEP_TLV_NUMBER ? tlv->is.number : otherwise;
}

static void read_ends(struct cp_pce_lsp *lsp, const struct cp_pcep_object *object)
{
    const struct cp_pcep_tlv *tlv =
        cp_pcep_tlv_find(object->tlvs, CP_PCEP_TLV_IPV4_LSP_IDENTIFIERS);

    if (tlv == NULL)
        tlv = cp_pcep_tlv_find(object->tlvs, CP_PCEP_TLV_IPV6_LSP_IDENTIFIERS);
    if (tlv == NULL || tlv->form != CP_PCEP_TLV_IDENTIFIERS)
        return;
    lsp->src = tlv->is.identifiers->sender;
    lsp->dst = tlv->is.identifiers->endpoint;
}

static void read_binding(struct cp_pce_lsp *lsp, const struct cp_pcep_object *object)
{
    const struct cp_pcep_tlv *tlv = cp_pcep_tlv_find_binding(object->tlvs);

    if (tlv == NULL || tlv->form != CP_PCEP_TLV_BINDING)
        return;
    lsp->binding_known = true;
    switch (tlv->is.binding.type) {
    case CP_PCEP_BINDING_LABEL:
        lsp->binding_label = tlv->is.binding.label;
        break;
    case CP_PCEP_BINDING_LABEL_ENTRY:
        lsp->binding_label = tlv->is.binding.label >> 12;
        break;
    case CP_PCEP_BINDING_SRV6:
    case CP_PCEP_BINDING_SRV6_STRUCTURE:
        for (uint32_t i = 0; i < sizeof lsp->binding_srv6; i++)
            lsp->binding_srv6[i] = tlv->is.binding.sid[i];
        break;
    default:
        lsp->binding_known = false;
    }
}

/* Colour, in each form that it comes in: the SR policy association, the COLOR TLV, FRR's own. */
static void read_association(struct cp_pce *pce, const struct cp_pcep_group *group,
                             struct cp_pce_lsp *lsp)
{
    uint32_t at = group->first;
    const struct cp_pcep_object *object;

    while ((object = cp_pcep_next(&pce->message, CP_PCEP_CLASS_ASSOCIATION, &at, group->end)) !=
           NULL) {
        const struct cp_pcep_tlv *extended;

        if (object->fault != NULL || object->known != CP_PCEP_KNOWN ||
            object->is.association.type != CP_PCEP_ASSOCIATION_SR_POLICY)
            continue;
        extended = cp_pcep_tlv_find(object->tlvs, CP_PCEP_TLV_EXTENDED_ASSOCIATION_ID);
        if (extended == NULL || extended->form != CP_PCEP_TLV_EXTENDED)
            continue;
        lsp->colour_known = true;
        lsp->colour = extended->is.extended.colour;
        if (lsp->dst.family == 0)
            lsp->dst = extended->is.extended.endpoint;
        lsp->preference = (uint32_t)number_of(object->tlvs, CP_PCEP_TLV_SRPOLICY_CPATH_PREFERENCE,
                                              100); /* RFC 9256 2.7 */
    }
}

static void read_vendor(struct cp_pce *pce, const struct cp_pcep_group *group,
                        struct cp_pce_lsp *lsp)
{
    uint32_t at = group->first;
    const struct cp_pcep_object *object;

    while ((object = cp_pcep_next(&pce->message, CP_PCEP_CLASS_VENDOR, &at, group->end)) != NULL) {
        cp_rd rd;

        if (object->fault != NULL || object->known != CP_PCEP_KNOWN || lsp->colour_known ||
            object->is.vendor.enterprise != 9)
            continue;
        rd = cp_rd_make(object->is.vendor.bytes);
        if (cp_rd_u32(&rd) != 65540) /* 1, and the length 4 */
            continue;
        lsp->colour = cp_rd_u32(&rd);
        lsp->colour_known = cp_rd_done(&rd);
    }
}

static void read_proof(struct cp_pce *pce, const struct cp_pcep_group *group,
                       struct cp_pce_lsp *lsp)
{
    uint32_t at = group->first;
    const struct cp_pcep_object *object;

    while (!lsp->proof.known &&
           (object = cp_pcep_next(&pce->message, CP_PCEP_CLASS_VENDOR, &at, group->end)) != NULL)
        if (object->fault == NULL && object->known == CP_PCEP_KNOWN &&
            object->is.vendor.enterprise == CP_PCE_ENTERPRISE)
            lsp->proof = cp_pce_proof_read(object->is.vendor.bytes);
}

static uint32_t setup_of(const struct cp_pcep_group *group, const struct cp_pce_path *path)
{
    if (group->srp != NULL && group->srp->fault == NULL &&
        cp_pcep_tlv_find(group->srp->tlvs, CP_PCEP_TLV_PATH_SETUP_TYPE) != NULL)
        return (uint32_t)number_of(group->srp->tlvs, CP_PCEP_TLV_PATH_SETUP_TYPE, 0);
    if (path->count > 0 && path->at[0].kind == CP_PCE_HOP_SRV6)
        return CP_PCEP_SETUP_SRV6;
    return path->count > 0 && path->at[0].kind == CP_PCE_HOP_LABEL ? CP_PCEP_SETUP_SR
                                                                   : CP_PCEP_SETUP_RSVP;
}

static cp_pce_lsp_state state_of(uint32_t flags)
{
    uint32_t state = CP_PCEP_LSP_STATE(flags);

    return state > CP_PCEP_STATE_GOING_UP ? CP_PCE_LSP_STATE_UNKNOWN : (cp_pce_lsp_state)state;
}

static cp_err read_lsp(struct cp_pce *pce, const struct cp_pcep_group *group,
                       struct cp_pce_lsp *lsp)
{
    const struct cp_pcep_object *object = group->lsp;
    const struct cp_pcep_tlv *name = cp_pcep_tlv_find(object->tlvs, CP_PCEP_TLV_SYMBOLIC_PATH_NAME);
    uint32_t flags = object->is.lsp.flags;

    *lsp = (struct cp_pce_lsp){
        .plsp_id = object->is.lsp.plsp_id,
        .srp_id = group->srp != NULL ? group->srp->is.srp.id : 0,
        .delegated = (flags & CP_PCEP_LSP_DELEGATE) != 0,
        .created = (flags & CP_PCEP_LSP_CREATE) != 0,
        .removed = (flags & CP_PCEP_LSP_REMOVE) != 0,
        .wanted_up = (flags & CP_PCEP_LSP_ADMIN) != 0,
        .syncing = (flags & CP_PCEP_LSP_SYNC) != 0,
        .state = state_of(flags),
        .error = (uint32_t)number_of(object->tlvs, CP_PCEP_TLV_LSP_ERROR_CODE, 0)};
    if (name != NULL && name->form == CP_PCEP_TLV_BYTES)
        CP_TRY(cp_pce_name_show(name->bytes, pce->work, &lsp->name));
    read_ends(lsp, object);
    read_binding(lsp, object);
    lsp->colour_known = cp_pcep_tlv_find(object->tlvs, CP_PCEP_TLV_COLOR) != NULL;
    lsp->colour = (uint32_t)number_of(object->tlvs, CP_PCEP_TLV_COLOR, 0);
    read_association(pce, group, lsp);
    read_vendor(pce, group, lsp);
    read_proof(pce, group, lsp);
    CP_TRY(cp_pce_read_path(pce->work, group->ero, &lsp->intended));
    CP_TRY(cp_pce_read_path(pce->work, group->rro, &lsp->actual));
    lsp->path_setup_type = setup_of(group, &lsp->intended);
    return CP_OK;
}

/* It is told with its name a last time; another LSP may have its number from now on. */
static void forget(struct cp_pce *pce, struct cp_pce_lsp *lsp)
{
    cp_text name = lsp->name.len > 0 ? lsp->name : cp_pce_name_get(pce, lsp->plsp_id);

    if (cp_text_copy(name, pce->work, &lsp->name) != CP_OK)
        lsp->name = CP_TEXT("");
    cp_pce_name_drop(pce, lsp->plsp_id);
}

/* RFC 8231 5.6: the end of synchronisation is a report of PLSP-ID 0 without the S flag. */
static bool tell_report(struct cp_pce *pce, const struct cp_pcep_group *group,
                        struct cp_pce_event *event)
{
    *event = (struct cp_pce_event){.kind = CP_PCE_EV_LSP};
    if (read_lsp(pce, group, &event->lsp) != CP_OK) {
        cp_pce_end(pce, "no memory for what it reports");
        return false;
    }
    if (event->lsp.plsp_id == 0) {
        if (event->lsp.syncing || !pce->syncing)
            return false;
        pce->syncing = false;
        pce->sync_by_us = UINT64_MAX;
        event->kind = CP_PCE_EV_SYNCED;
        return true;
    }
    if (event->lsp.removed) {
        forget(pce, &event->lsp);
        return true;
    }
    if (!cp_pce_name_put(pce, &event->lsp)) {
        cp_pce_send_error(pce, 19, 4,
                          NULL); /* RFC 8231 8.5: the resources for its state are used */
        cp_pce_send_close(pce, CP_PCEP_CLOSE_NONE);
        cp_pce_end(pce, "more LSPs than are kept of one peer");
        return false;
    }
    if (event->lsp.name.len == 0)
        event->lsp.name = cp_pce_name_get(pce, event->lsp.plsp_id);
    return true;
}

/* --- requests ------------------------------------------------------------------------------------ */

static void read_exclusion(const struct cp_pcep_hop *hop, struct cp_pce_exclusion *out)
{
    static const cp_pce_out_of of[] = {CP_PCE_OF_INTERFACE, CP_PCE_OF_NODE, CP_PCE_OF_SRLG};

    *out = (struct cp_pce_exclusion){.kind = CP_PCE_OUT_OTHER, .mandatory = !hop->loose};
    switch (hop->kind) {
    case CP_PCEP_HOP_IPV4:
    case CP_PCEP_HOP_IPV6:
        if (hop->attribute >= CP_COUNT(of))
            return;
        out->kind = CP_PCE_OUT_ADDRESS;
        out->of = of[hop->attribute];
        out->address = hop->is.address;
        out->prefix_bits = hop->prefix_bits;
        return;
    case CP_PCEP_HOP_AS:
    case CP_PCEP_HOP_SRLG:
        out->kind = hop->kind == CP_PCEP_HOP_AS ? CP_PCE_OUT_AS : CP_PCE_OUT_SRLG;
        out->number = hop->is.number;
        return;
    default:
        return;
    }
}

/* The XRO's hops; its F flag (of a path that failed) needs nothing more here. */
static cp_err read_exclusions(struct cp_pce *pce, const struct cp_pcep_object *xro,
                              struct cp_pce_request *request)
{
    struct cp_pce_exclusion *out;

    if (xro == NULL)
        return CP_OK;
    out = CP_TAKE(pce->work, xro->is.path.count, struct cp_pce_exclusion);
    if (out == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < xro->is.path.count; i++)
        read_exclusion(&xro->is.path.at[i], &out[i]);
    request->exclusions = out;
    request->exclusion_count = xro->is.path.count;
    return CP_OK;
}

/* Microseconds and costs are whole: a bound is rounded down, so that nothing passes it. */
static cp_err read_metrics(struct cp_pce *pce, const struct cp_pcep_group *group,
                           struct cp_pce_request *request)
{
    struct cp_pce_metric *out = CP_TAKE(pce->work, group->end - group->first, struct cp_pce_metric);
    uint32_t at = group->first;
    const struct cp_pcep_object *o;

    if (out == NULL)
        return CP_ERR_NOMEM;
    request->metrics = out;
    while ((o = cp_pcep_next(&pce->message, CP_PCEP_CLASS_METRIC, &at, group->end)) != NULL) {
        const struct cp_pcep_metric *m = &o->is.metric;
        bool bound = (m->flags & CP_PCEP_METRIC_BOUND) != 0;
        uint64_t value = m->millionths / CP_PCEP_METRIC_UNIT;

        if (m->type == CP_PCEP_METRIC_MSD && bound)
            request->segments_max = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
        else
            out[request->metric_count++] = (struct cp_pce_metric){
                m->type, bound, (m->flags & CP_PCEP_METRIC_COMPUTED) != 0, value};
    }
    return CP_OK;
}

/* Understood as bytes, and nobody here decides by it: with P it must be heeded, and cannot. */
static bool is_foreign(const struct cp_pcep_object *o)
{
    switch (o->class_id) {
    case CP_PCEP_CLASS_SVEC: /* what depends on other requests: said in any case, for it is no wish of this one */
        return true;
    case CP_PCEP_CLASS_LOAD_BALANCING:
    case CP_PCEP_CLASS_OF:
    case CP_PCEP_CLASS_PATH_KEY:
    case CP_PCEP_CLASS_VENDOR: /* RFC 7470 2 */
        return o->must;
    case CP_PCEP_CLASS_ASSOCIATION:
        return o->must && o->known == CP_PCEP_KNOWN && o->fault == NULL &&
               o->is.association.type != CP_PCEP_ASSOCIATION_SR_POLICY;
    default:
        return false;
    }
}

/* Of what may stand once the first counts; a second one is no less a constraint, and nobody would heed it. */
static bool is_repeat(const struct cp_pcep_group *group, const struct cp_pcep_object *o)
{
    switch (o->class_id) {
    case CP_PCEP_CLASS_XRO:
        return o != group->xro;
    case CP_PCEP_CLASS_IRO:
        return o != group->iro;
    case CP_PCEP_CLASS_LSPA:
        return o != group->lspa;
    case CP_PCEP_CLASS_BANDWIDTH:
        return o != group->bandwidth && o != group->bandwidth_held;
    default:
        return false;
    }
}

/* An SVEC, and whatever else stands ahead of all requests, is about each of them that it may be about. */
static bool has_foreign(const struct cp_pce *pce, const struct cp_pcep_group *group)
{
    for (uint32_t i = 0; i < pce->groups.before_end; i++)
        if (is_foreign(&pce->message.objects[i]))
            return true;
    for (uint32_t i = group->first; i < group->end; i++)
        if (is_foreign(&pce->message.objects[i]) || is_repeat(group, &pce->message.objects[i]))
            return true;
    return false;
}

static bool is_loose_or_odd(const struct cp_pce_path *path)
{
    for (uint32_t i = 0; i < path->count; i++)
        if (path->at[i].local.family == 0)
            return true;
    return false;
}

/* Hops of an IRO are addresses whether they are loose or not (RFC 7896). */
static cp_err read_include(struct cp_pce *pce, const struct cp_pcep_object *iro,
                           struct cp_pce_request *request)
{
    struct cp_pce_hop *hops;

    if (iro == NULL)
        return CP_OK;
    hops = CP_TAKE(pce->work, iro->is.path.count, struct cp_pce_hop);
    if (hops == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < iro->is.path.count; i++) {
        const struct cp_pcep_hop *hop = &iro->is.path.at[i];
        bool whole = (hop->kind == CP_PCEP_HOP_IPV4 && hop->prefix_bits == 32) ||
                     (hop->kind == CP_PCEP_HOP_IPV6 && hop->prefix_bits == 128);

        hops[i].kind = CP_PCE_HOP_ADDRESS;
        if (whole)
            hops[i].local = hop->is.address;
    }
    request->include = (struct cp_pce_path){hops, iro->is.path.count};
    request->not_understood = request->not_understood || is_loose_or_odd(&request->include);
    return CP_OK;
}

static cp_err read_request(struct cp_pce *pce, const struct cp_pcep_group *group,
                           struct cp_pce_request *q)
{
    *q = (struct cp_pce_request){.id = group->rp->is.rp.id,
                                 .src = group->end_points->is.end_points.source,
                                 .dst = group->end_points->is.end_points.destination,
                                 .segments_max = UINT32_MAX};
    q->path_setup_type = (uint32_t)number_of(group->rp->tlvs, CP_PCEP_TLV_PATH_SETUP_TYPE, 0);
    q->not_understood = has_foreign(pce, group);
    if (group->bandwidth != NULL)
        q->bandwidth_bps = group->bandwidth->is.bandwidth_bps;
    if (group->lspa != NULL) {
        q->exclude_any = group->lspa->is.lspa.exclude_any;
        q->include_any = group->lspa->is.lspa.include_any;
        q->include_all = group->lspa->is.lspa.include_all;
    }
    if (group->lsp != NULL) {
        q->plsp_id = group->lsp->is.lsp.plsp_id;
        q->name = cp_pce_name_get(pce, q->plsp_id);
    }
    CP_TRY(read_metrics(pce, group, q));
    CP_TRY(read_exclusions(pce, group->xro, q));
    return read_include(pce, group->iro, q);
}

static bool tell_request(struct cp_pce *pce, const struct cp_pcep_group *group,
                         struct cp_pce_event *event)
{
    *event = (struct cp_pce_event){.kind = CP_PCE_EV_REQUEST};
    if (read_request(pce, group, &event->request) == CP_OK)
        return true;
    cp_pce_end(pce, "no memory for what it asks");
    return false;
}

/* --- groups -------------------------------------------------------------------------------------- */

/* What is wrong is said back (RFC 5440 7.2, 9.12), about its own request or report alone; the session stays. */
static void refuse(struct cp_pce *pce, const struct cp_pcep_group *group)
{
    const struct cp_pcep_object *about = group->rp != NULL ? group->rp : group->srp;

    if (about != NULL && about->fault != NULL)
        about = NULL;
    if (group->fault.error_type != 0)
        cp_pce_send_error(pce, group->fault.error_type, group->fault.error_value, about);
}

static bool tell_error(struct cp_pce *pce, const struct cp_pcep_group *group,
                       struct cp_pce_event *event)
{
    if (group->error == NULL || group->error->fault != NULL)
        return false;
    cp_session_note(&pce->notices, false, group->error->is.error.type,
                    group->error->is.error.value);
    *event = (struct cp_pce_event){
        .kind = CP_PCE_EV_ERROR,
        .srp_id = group->srp != NULL && group->srp->fault == NULL ? group->srp->is.srp.id : 0,
        .error_type = group->error->is.error.type,
        .error_value = group->error->is.error.value};
    return true;
}

/*
 * A report of which a part cannot be read is refused, and told all the same where its LSP is known: what that LSP
 * does now is not what it did before.  Its path is one that nobody intends.
 */
static bool tell_broken(struct cp_pce *pce, const struct cp_pcep_group *group,
                        struct cp_pce_event *event)
{
    static const struct cp_pce_hop unknown = {.kind = CP_PCE_HOP_OTHER};

    if (group->lsp == NULL || group->lsp->is.lsp.plsp_id == 0 || !tell_report(pce, group, event))
        return false;
    event->lsp.intended = (struct cp_pce_path){&unknown, 1};
    event->lsp.actual = (struct cp_pce_path){0};
    return true;
}

static bool tell_group(struct cp_pce *pce, const struct cp_pcep_group *group,
                       struct cp_pce_event *event)
{
    if (pce->message.type != CP_PCEP_PCERR && group->fault.why != NULL) {
        refuse(pce, group);
        return pce->message.type == CP_PCEP_PCRPT && tell_broken(pce, group, event);
    }
    switch (pce->message.type) {
    case CP_PCEP_PCRPT:
        return tell_report(pce, group, event);
    case CP_PCEP_PCREQ:
        return tell_request(pce, group, event);
    case CP_PCEP_PCERR:
        return tell_error(pce, group, event);
    default:
        return false;
    }
}

bool cp_pce_tell(struct cp_pce *pce, struct cp_pce_event *event)
{
    while (pce->telling && pce->state == PCE_UP && pce->next_group < pce->groups.count)
        if (tell_group(pce, &pce->groups.at[pce->next_group++], event))
            return true;
    pce->telling = false;
    return false;
}
