#include "pcc_inside.h"

/* Messages to the PCE. */

enum { OBJECTS_MAX = 8, METRICS_MAX = 16 };

cp_err cp_pcc_raw(struct cp_pcc *pcc, cp_text bytes)
{
    if (pcc->state == PCE_IDLE)
        return CP_ERR_CONFLICT;
    return cp_buffer_append(&pcc->out, pcc->out_arena, CP_PCE_OUT_BYTES_MAX, bytes) ? CP_OK
                                                                                    : CP_ERR_LIMIT;
}

cp_err cp_pcc_send(struct cp_pcc *pcc, const struct cp_pcep_message *message)
{
    cp_arena_mark mark = cp_arena_mark_get(pcc->work);
    struct cp_out out = cp_out_make(pcc->work);
    cp_text bytes;
    cp_err err;

    cp_pcep_encode(&out, message);
    err = cp_out_done(&out, &bytes);
    if (err == CP_OK)
        err = cp_pcc_raw(pcc, bytes);
    cp_arena_reset(pcc->work, mark);
    if (err == CP_OK && pcc->keepalive_at_us != UINT64_MAX)
        pcc->keepalive_at_us = pcc->now_us + (uint64_t)pcc->config.keepalive_s * 1000000;
    return err;
}

/* A short message that is owed: one that finds no room ends the session. */
static void owe(struct cp_pcc *pcc, const struct cp_pcep_message *message)
{
    if (cp_pcc_send(pcc, message) != CP_OK)
        cp_pcc_over(pcc, "the PCE does not take its bytes");
}

static uint8_t byte_of(uint32_t seconds)
{
    return (uint8_t)(seconds > 255 ? 255 : seconds);
}

static struct cp_pcep_object open_object(const struct cp_pcc *pcc, struct cp_pcep_tlvs tlvs)
{
    return (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_OPEN,
                                   .type = 1,
                                   .tlvs = tlvs,
                                   .is.open = {.version = 1,
                                               .keepalive_s = byte_of(pcc->config.keepalive_s),
                                               .dead_s = byte_of(pcc->config.dead_s),
                                               .session_id = pcc->config.session_id}};
}

void cp_pcc_send_open(struct cp_pcc *pcc)
{
    const struct cp_pcc_config *config = &pcc->config;
    uint8_t types[2];
    struct cp_pcep_tlv kinds[2], tlvs[2];
    struct cp_pcep_setup_capability setup = {types, 0, {kinds, 0}};
    uint32_t count = 0;
    struct cp_pcep_object open;

    if (config->sr) {
        types[setup.count++] = CP_PCEP_SETUP_SR;
        kinds[setup.tlvs.count++] = (struct cp_pcep_tlv){
            .type = CP_PCEP_TLV_SR_PCE_CAPABILITY,
            .form = CP_PCEP_TLV_SR,
            .is.sr = {config->depth_max == 0 ? CP_PCEP_SR_NO_LIMIT : 0, config->depth_max}};
    }
    if (config->srv6) {
        types[setup.count++] = CP_PCEP_SETUP_SRV6;
        kinds[setup.tlvs.count++] =
            (struct cp_pcep_tlv){.type = CP_PCEP_TLV_SRV6_PCE_CAPABILITY, .form = CP_PCEP_TLV_SRV6};
    }
    if (config->stateful)
        tlvs[count++] =
            cp_pcep_tlv_number(CP_PCEP_TLV_STATEFUL_PCE_CAPABILITY,
                               (config->updates ? CP_PCEP_STATEFUL_UPDATE : 0u) |
                                   (config->initiates ? CP_PCEP_STATEFUL_INITIATE : 0u));
    if (setup.count > 0)
        tlvs[count++] = (struct cp_pcep_tlv){.type = CP_PCEP_TLV_PATH_SETUP_TYPE_CAPABILITY,
                                             .form = CP_PCEP_TLV_SETUP,
                                             .is.setup = &setup};
    open = open_object(pcc, (struct cp_pcep_tlvs){tlvs, count});
    owe(pcc, &(struct cp_pcep_message){.type = CP_PCEP_OPEN, .count = 1, .objects = &open});
}

/* RFC 5440 6.2: PCErr 1/4 with an Open of what would be taken. */
void cp_pcc_send_refusal(struct cp_pcc *pcc)
{
    struct cp_pcep_object objects[] = {
        {.class_id = CP_PCEP_CLASS_ERROR, .type = 1, .is.error = {.type = 1, .value = 4}},
        open_object(pcc, (struct cp_pcep_tlvs){NULL, 0})};

    owe(pcc, &(struct cp_pcep_message){.type = CP_PCEP_PCERR, .count = 2, .objects = objects});
}

void cp_pcc_send_keepalive(struct cp_pcc *pcc)
{
    owe(pcc, &(struct cp_pcep_message){.type = CP_PCEP_KEEPALIVE});
}

/* --- messages in the making ---------------------------------------------------------------------- */

struct writing {
    struct cp_pcc *pcc;
    struct cp_pcep_object objects[OBJECTS_MAX + METRICS_MAX];
    uint32_t count;
    struct cp_pcep_tlv setup, lsp[4], policy[2];
    struct cp_pcep_identifiers ends;
};

static void add(struct writing *w, struct cp_pcep_object object)
{
    CP_ASSERT(w->count < OBJECTS_MAX + METRICS_MAX);
    object.type = object.type == 0 ? 1 : object.type;
    w->objects[w->count++] = object;
}

static cp_err add_path(struct writing *w, uint8_t class_id, struct cp_pce_path path)
{
    struct cp_pcep_object object = {.class_id = class_id};

    CP_TRY(cp_pce_write_path(w->pcc->work, path, &object.is.path));
    add(w, object);
    return CP_OK;
}

static cp_err finish(struct writing *w, uint8_t type, uint64_t now_us)
{
    w->pcc->now_us = now_us;
    return cp_pcc_send(
        w->pcc, &(struct cp_pcep_message){.type = type, .count = w->count, .objects = w->objects});
}

static struct cp_pcep_tlvs say_setup(struct writing *w, uint32_t type)
{
    w->setup = cp_pcep_tlv_number(CP_PCEP_TLV_PATH_SETUP_TYPE, type);
    return (struct cp_pcep_tlvs){&w->setup, type != 0}; /* RFC 8408 4: RSVP-TE needs no word */
}

/* --- reports ------------------------------------------------------------------------------------- */

static uint16_t flags_of(const struct cp_pce_lsp *lsp)
{
    uint32_t flags = CP_PCEP_LSP_OF_STATE((uint32_t)lsp->state);

    flags |= lsp->delegated ? CP_PCEP_LSP_DELEGATE : 0;
    flags |= lsp->syncing ? CP_PCEP_LSP_SYNC : 0;
    flags |= lsp->removed ? CP_PCEP_LSP_REMOVE : 0;
    flags |= lsp->wanted_up ? CP_PCEP_LSP_ADMIN : 0;
    flags |= lsp->created ? CP_PCEP_LSP_CREATE : 0;
    return (uint16_t)flags;
}

static void add_lsp(struct writing *w, const struct cp_pce_lsp *lsp)
{
    bool six = lsp->src.family == 6;
    uint32_t count = 0;

    if (lsp->name.len > 0)
        w->lsp[count++] = cp_pcep_tlv_bytes(CP_PCEP_TLV_SYMBOLIC_PATH_NAME, lsp->name);
    if (lsp->src.family != 0 && lsp->src.family == lsp->dst.family) {
        w->ends =
            (struct cp_pcep_identifiers){lsp->src, lsp->src, lsp->dst, 0, (uint16_t)lsp->plsp_id};
        w->lsp[count++] = (struct cp_pcep_tlv){.type = six ? CP_PCEP_TLV_IPV6_LSP_IDENTIFIERS
                                                           : CP_PCEP_TLV_IPV4_LSP_IDENTIFIERS,
                                               .form = CP_PCEP_TLV_IDENTIFIERS,
                                               .is.identifiers = &w->ends};
    }
    if (lsp->binding_known)
        w->lsp[count++] = (struct cp_pcep_tlv){
            .type = CP_PCEP_TLV_PATH_BINDING,
            .form = CP_PCEP_TLV_BINDING,
            .is.binding = {.type = CP_PCEP_BINDING_LABEL, .label = lsp->binding_label}};
    if (lsp->error != 0)
        w->lsp[count++] = cp_pcep_tlv_number(CP_PCEP_TLV_LSP_ERROR_CODE, lsp->error);
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_LSP,
                                   .tlvs = {w->lsp, count},
                                   .is.lsp = {lsp->plsp_id, flags_of(lsp)}});
}

static void add_association(struct writing *w, const struct cp_pce_lsp *lsp)
{
    w->policy[0] = (struct cp_pcep_tlv){.type = CP_PCEP_TLV_EXTENDED_ASSOCIATION_ID,
                                        .form = CP_PCEP_TLV_EXTENDED,
                                        .is.extended = {lsp->colour, lsp->dst}};
    w->policy[1] = cp_pcep_tlv_number(CP_PCEP_TLV_SRPOLICY_CPATH_PREFERENCE, lsp->preference);
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_ASSOCIATION,
                                   .type = lsp->src.family == 4 ? 1 : 2,
                                   .tlvs = {w->policy, 2},
                                   .is.association = {.type = CP_PCEP_ASSOCIATION_SR_POLICY,
                                                      .id = 1,
                                                      .source = lsp->src}});
}

/* RFC 9752 3: a PCRpt may hold VENDOR-INFORMATION objects. */
static cp_err add_proof(struct writing *w, const struct cp_pce_proof *proof)
{
    struct cp_pcep_object object = {.class_id = CP_PCEP_CLASS_VENDOR,
                                    .is.vendor.enterprise = CP_PCE_ENTERPRISE};

    CP_TRY(cp_pce_proof_write(proof, w->pcc->work, &object.is.vendor.bytes));
    add(w, object);
    return CP_OK;
}

static cp_err write_report(struct writing *w, const struct cp_pce_lsp *lsp)
{
    uint32_t forms = w->pcc->config.colour_forms;

    if (lsp->srp_id != 0 || lsp->path_setup_type != 0)
        add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_SRP,
                                       .tlvs = say_setup(w, lsp->path_setup_type),
                                       .is.srp = {.id = lsp->srp_id}});
    add_lsp(w, lsp);
    if (lsp->colour_known && (forms & CP_PCE_COLOUR_ASSOCIATION) != 0 && lsp->src.family != 0 &&
        lsp->src.family == lsp->dst.family)
        add_association(w, lsp);
    CP_TRY(add_path(w, CP_PCEP_CLASS_ERO, lsp->intended));
    if (lsp->actual.count > 0)
        CP_TRY(add_path(w, CP_PCEP_CLASS_RRO, lsp->actual));
    return lsp->proof.known ? add_proof(w, &lsp->proof) : CP_OK;
}

cp_err cp_pcc_report(struct cp_pcc *pcc, const struct cp_pce_lsp *lsp, uint64_t now_us)
{
    struct writing w = {.pcc = pcc};
    cp_arena_mark mark = cp_arena_mark_get(pcc->work);
    cp_err err;

    if (pcc->state != PCE_UP)
        return CP_ERR_CONFLICT;
    err = write_report(&w, lsp);
    if (err == CP_OK)
        err = finish(&w, CP_PCEP_PCRPT, now_us);
    cp_arena_reset(pcc->work, mark);
    return err;
}

cp_err cp_pcc_synced(struct cp_pcc *pcc, uint64_t now_us)
{
    struct cp_pce_lsp end = {.plsp_id = 0};

    return cp_pcc_report(pcc, &end, now_us);
}

/* --- requests and errors -------------------------------------------------------------------------- */

static uint64_t millionths_of(uint64_t value)
{
    return value > UINT64_MAX / CP_PCEP_METRIC_UNIT ? UINT64_MAX : value * CP_PCEP_METRIC_UNIT;
}

static void add_metric(struct writing *w, uint32_t type, uint32_t flags, uint64_t value)
{
    add(w, (struct cp_pcep_object){
               .class_id = CP_PCEP_CLASS_METRIC,
               .must = true,
               .is.metric = {(uint8_t)type, (uint8_t)flags, millionths_of(value)}});
}

static void add_metrics(struct writing *w, const struct cp_pce_request *request)
{
    for (uint32_t i = 0; i < request->metric_count; i++) {
        const struct cp_pce_metric *m = &request->metrics[i];
        uint32_t flags =
            (m->bound ? CP_PCEP_METRIC_BOUND : 0u) | (m->computed ? CP_PCEP_METRIC_COMPUTED : 0u);

        add_metric(w, m->type, flags, m->value);
    }
    if (request->segments_max != UINT32_MAX)
        add_metric(w, CP_PCEP_METRIC_MSD, CP_PCEP_METRIC_BOUND, request->segments_max);
}

static struct cp_pcep_hop hop_out(const struct cp_pce_exclusion *x)
{
    struct cp_pcep_hop hop = {
        .loose = !x->mandatory, .prefix_bits = x->prefix_bits, .attribute = (uint8_t)x->of};

    switch (x->kind) {
    case CP_PCE_OUT_AS:
        hop.kind = CP_PCEP_HOP_AS;
        hop.is.number = x->number;
        break;
    case CP_PCE_OUT_SRLG:
        hop.kind = CP_PCEP_HOP_SRLG;
        hop.attribute = CP_PCEP_EXCLUDE_SRLG;
        hop.is.number = x->number;
        break;
    case CP_PCE_OUT_ADDRESS:
    case CP_PCE_OUT_OTHER:
        hop.kind = x->address.family == 6 ? CP_PCEP_HOP_IPV6 : CP_PCEP_HOP_IPV4;
        hop.is.address = x->address;
        break;
    }
    return hop;
}

static cp_err add_exclusions(struct writing *w, const struct cp_pce_request *request)
{
    struct cp_pcep_hop *hops = CP_TAKE(w->pcc->work, request->exclusion_count, struct cp_pcep_hop);

    if (hops == NULL)
        return CP_ERR_NOMEM;
    if (request->exclusion_count == 0)
        return CP_OK;
    for (uint32_t i = 0; i < request->exclusion_count; i++)
        hops[i] = hop_out(&request->exclusions[i]);
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_XRO,
                                   .must = true,
                                   .is.path = {.at = hops, .count = request->exclusion_count}});
    return CP_OK;
}

static cp_err write_request(struct writing *w, const struct cp_pce_request *request)
{
    if (request->metric_count > METRICS_MAX - 1)
        return CP_ERR_RANGE;
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_RP,
                                   .must = true,
                                   .tlvs = say_setup(w, request->path_setup_type),
                                   .is.rp = {.id = request->id}});
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_END_POINTS,
                                   .type = request->src.family == 4 ? 1 : 2,
                                   .must = true,
                                   .is.end_points = {request->src, request->dst}});
    if (request->plsp_id != 0)
        add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_LSP,
                                       .is.lsp = {.plsp_id = request->plsp_id}});
    if ((request->exclude_any | request->include_any | request->include_all) != 0)
        add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_LSPA,
                                       .must = true,
                                       .is.lspa = {.exclude_any = request->exclude_any,
                                                   .include_any = request->include_any,
                                                   .include_all = request->include_all}});
    if (request->bandwidth_bps != 0)
        add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_BANDWIDTH,
                                       .must = true,
                                       .is.bandwidth_bps = request->bandwidth_bps});
    add_metrics(w, request);
    if (request->include.count > 0) {
        CP_TRY(add_path(w, CP_PCEP_CLASS_IRO, request->include));
        w->objects[w->count - 1].must = true;
    }
    return add_exclusions(w, request);
}

cp_err cp_pcc_ask(struct cp_pcc *pcc, const struct cp_pce_request *request, uint64_t now_us)
{
    struct writing w = {.pcc = pcc};
    cp_arena_mark mark = cp_arena_mark_get(pcc->work);
    cp_err err;

    if (pcc->state != PCE_UP)
        return CP_ERR_CONFLICT;
    err = write_request(&w, request);
    if (err == CP_OK)
        err = finish(&w, CP_PCEP_PCREQ, now_us);
    cp_arena_reset(pcc->work, mark);
    return err;
}

cp_err cp_pcc_refuse(struct cp_pcc *pcc, uint32_t srp_id, uint8_t error_type, uint8_t error_value,
                     uint64_t now_us)
{
    struct writing w = {.pcc = pcc};

    if (pcc->state != PCE_UP)
        return CP_ERR_CONFLICT;
    if (srp_id != 0)
        add(&w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_SRP, .is.srp = {.id = srp_id}});
    add(&w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_ERROR,
                                    .is.error = {.type = error_type, .value = error_value}});
    return finish(&w, CP_PCEP_PCERR, now_us);
}
