#include <string.h>

#include "pce_inside.h"

/* Messages to the PCC. */

/* --- bytes -------------------------------------------------------------------------------------- */

cp_err cp_pce_send(struct cp_pce *pce, const struct cp_pcep_message *message)
{
    struct cp_out out = cp_out_make(pce->work);
    cp_text bytes;

    cp_pcep_encode(&out, message);
    CP_TRY(cp_out_done(&out, &bytes));
    if (!cp_buffer_append(&pce->out, pce->out_arena, CP_PCE_OUT_BYTES_MAX, bytes))
        return CP_ERR_LIMIT;
    return CP_OK;
}

/* A short message that the session owes: one that finds no room ends the session. */
static void owe(struct cp_pce *pce, const struct cp_pcep_message *message)
{
    if (cp_pce_send(pce, message) != CP_OK)
        cp_pce_end(pce, "the peer does not take its bytes");
}

/* --- short messages ----------------------------------------------------------------------------- */

/* RFC 7470 3: in any object that has TLVs. */
static cp_err say_speaker(struct cp_pce *pce, struct cp_pcep_tlv *tlv)
{
    *tlv = (struct cp_pcep_tlv){.type = CP_PCEP_TLV_VENDOR_INFORMATION,
                                .form = CP_PCEP_TLV_VENDOR,
                                .is.enterprise = CP_PCE_ENTERPRISE};
    return cp_pce_speaker_write(&pce->config.speaker, pce->work, &tlv->bytes);
}

void cp_pce_send_open(struct cp_pce *pce)
{
    static const uint8_t types[] = {CP_PCEP_SETUP_SR, CP_PCEP_SETUP_SRV6};
    static const uint16_t associations[] = {CP_PCEP_ASSOCIATION_SR_POLICY};
    /* RFC 8664 5.1: the MSD of a PCE means nothing: 0, with X (no limit) as its PCCs have it. */
    struct cp_pcep_tlv kinds[] = {
        {.type = CP_PCEP_TLV_SR_PCE_CAPABILITY, .form = CP_PCEP_TLV_SR},
        {.type = CP_PCEP_TLV_SRV6_PCE_CAPABILITY, .form = CP_PCEP_TLV_SRV6}};
    struct cp_pcep_setup_capability setup = {types, CP_COUNT(types), {kinds, CP_COUNT(kinds)}};
    struct cp_pcep_tlv tlvs[] = {
        cp_pcep_tlv_number(CP_PCEP_TLV_STATEFUL_PCE_CAPABILITY,
                           CP_PCEP_STATEFUL_UPDATE | CP_PCEP_STATEFUL_INITIATE),
        {.type = CP_PCEP_TLV_PATH_SETUP_TYPE_CAPABILITY,
         .form = CP_PCEP_TLV_SETUP,
         .is.setup = &setup},
        {.type = CP_PCEP_TLV_ASSOCIATION_TYPE_LIST,
         .form = CP_PCEP_TLV_CODES,
         .is.codes = {associations, CP_COUNT(associations)}}};
    struct cp_pcep_tlv all[CP_COUNT(tlvs) + 1];
    bool says_associations = (pce->config.colour_forms & CP_PCE_COLOUR_ASSOCIATION) != 0;
    uint32_t count = says_associations ? 3 : 2;
    struct cp_pcep_object open = {.class_id = CP_PCEP_CLASS_OPEN,
                                  .type = 1,
                                  .tlvs = {all, 0},
                                  .is.open = {.version = 1,
                                              .keepalive_s = pce->keepalive_s,
                                              .dead_s = pce->our_dead_s,
                                              .session_id = pce->config.session_id}};

    memcpy(all, tlvs, sizeof tlvs);
    if (pce->config.speaker.known && say_speaker(pce, &all[count]) == CP_OK)
        count++;
    open.tlvs.count = count;
    owe(pce, &(struct cp_pcep_message){.type = CP_PCEP_OPEN, .count = 1, .objects = &open});
}

/* RFC 5440 7.3: four times the Keepalive is what is recommended. */
void cp_pce_send_refusal(struct cp_pce *pce, const struct cp_pcep_open *theirs)
{
    uint32_t dead_s = 4u * theirs->keepalive_s;
    struct cp_pcep_object objects[] = {
        {.class_id = CP_PCEP_CLASS_ERROR, .type = 1, .is.error = {.type = 1, .value = 4}},
        {.class_id = CP_PCEP_CLASS_OPEN, .type = 1, .is.open = *theirs}};

    objects[1].is.open.dead_s = (uint8_t)(dead_s > 255 ? 255 : dead_s);
    owe(pce, &(struct cp_pcep_message){.type = CP_PCEP_PCERR, .count = 2, .objects = objects});
    cp_session_note(&pce->notices, true, 1, 4);
}

void cp_pce_send_keepalive(struct cp_pce *pce)
{
    owe(pce, &(struct cp_pcep_message){.type = CP_PCEP_KEEPALIVE});
}

/* about: the object that opens the group that it is about (RFC 5440 6.7); NULL: about none. */
void cp_pce_send_error(struct cp_pce *pce, uint8_t type, uint8_t value,
                       const struct cp_pcep_object *about)
{
    struct cp_pcep_object objects[2] = {{0}};
    uint32_t count = 0;

    if (about != NULL)
        objects[count++] = *about;
    objects[count++] = (struct cp_pcep_object){
        .class_id = CP_PCEP_CLASS_ERROR, .type = 1, .is.error = {.type = type, .value = value}};
    owe(pce, &(struct cp_pcep_message){.type = CP_PCEP_PCERR, .count = count, .objects = objects});
    cp_session_note(&pce->notices, true, type, value);
}

void cp_pce_send_close(struct cp_pce *pce, uint8_t reason)
{
    struct cp_pcep_object close = {
        .class_id = CP_PCEP_CLASS_CLOSE, .type = 1, .is.close = {.reason = reason}};

    /* what does not fit is not sent: the connection is closed all the same */
    if (cp_pce_send(pce, &(struct cp_pcep_message){
                             .type = CP_PCEP_CLOSE, .count = 1, .objects = &close}) != CP_OK)
        return;
}

/* --- orders ------------------------------------------------------------------------------------- */

enum { OBJECTS_MAX = 6, TLVS_MAX = 5 };

/* A message in the making. */
struct writing {
    struct cp_pce *pce;
    struct cp_pcep_object objects[OBJECTS_MAX];
    uint32_t count;
    struct cp_pcep_tlv setup, lsp_tlvs[1], policy[TLVS_MAX];
};

static void add(struct writing *w, struct cp_pcep_object object)
{
    CP_ASSERT(w->count < OBJECTS_MAX);
    object.type = object.type == 0 ? 1 : object.type;
    w->objects[w->count++] = object;
}

/* RFC 8408 4: what is not RSVP-TE says so; where an order has no path, as its LSP was reported. */
static struct cp_pcep_tlvs say_setup(struct writing *w, const struct cp_pce_order *order)
{
    uint32_t type = CP_PCEP_SETUP_SR;

    if (order->path.count > 0 && order->path.at[0].kind == CP_PCE_HOP_SRV6)
        type = CP_PCEP_SETUP_SRV6;
    if (order->path.count == 0 && (order->kind == CP_PCE_UPDATE || order->kind == CP_PCE_REMOVE))
        type = cp_pce_setup_get(w->pce, order->plsp_id);
    w->setup = cp_pcep_tlv_number(CP_PCEP_TLV_PATH_SETUP_TYPE, type);
    return (struct cp_pcep_tlvs){&w->setup, 1};
}

static void add_srp(struct writing *w, const struct cp_pce_order *order)
{
    bool remove = order->kind == CP_PCE_REMOVE;

    add(w, (struct cp_pcep_object){
               .class_id = CP_PCEP_CLASS_SRP,
               .tlvs = say_setup(w, order),
               .is.srp = {.flags = remove ? CP_PCEP_SRP_REMOVE : 0, .id = order->srp_id}});
}

static void add_lsp(struct writing *w, const struct cp_pce_order *order)
{
    bool fresh = order->kind == CP_PCE_INITIATE;
    uint32_t flags = CP_PCEP_LSP_DELEGATE;

    if (order->up || fresh)
        flags |= CP_PCEP_LSP_ADMIN;
    if (fresh) {
        flags |= CP_PCEP_LSP_CREATE;
        w->lsp_tlvs[0] = cp_pcep_tlv_bytes(CP_PCEP_TLV_SYMBOLIC_PATH_NAME, order->name);
    }
    add(w, (struct cp_pcep_object){
               .class_id = CP_PCEP_CLASS_LSP,
               .tlvs = {w->lsp_tlvs, fresh},
               .is.lsp = {.plsp_id = fresh ? 0 : order->plsp_id, .flags = (uint16_t)flags}});
}

/* Segments of one kind alone are ordered: what an address would become is the router's choice. */
static cp_err check_path(const struct cp_pce_path *path)
{
    for (uint32_t i = 0; i < path->count; i++) {
        cp_pce_hop_kind kind = path->at[i].kind;

        if ((kind != CP_PCE_HOP_LABEL && kind != CP_PCE_HOP_SRV6) || kind != path->at[0].kind)
            return CP_ERR_RANGE;
    }
    return CP_OK;
}

static cp_err add_ero(struct writing *w, const struct cp_pce_order *order)
{
    struct cp_pcep_object ero = {.class_id = CP_PCEP_CLASS_ERO};

    CP_TRY(check_path(&order->path));
    CP_TRY(cp_pce_write_path(w->pce->work, order->path, &ero.is.path));
    add(w, ero);
    return CP_OK;
}

static void add_ends(struct writing *w, const struct cp_pce_order *order)
{
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_END_POINTS,
                                   .type = order->dst.family == 4 ? 1 : 2,
                                   .is.end_points = {order->src, order->dst}});
}

/* FRR 8: enterprise 9, its number 65540, four bytes of colour. */
static cp_err add_vendor_colour(struct writing *w, const struct cp_pce_order *order)
{
    struct cp_out out = cp_out_make(w->pce->work);
    cp_text bytes;

    cp_wr_u16(&out, 1);
    cp_wr_u16(&out, 4);
    cp_wr_u32(&out, order->colour);
    CP_TRY(cp_out_done(&out, &bytes));
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_VENDOR,
                                   .is.vendor = {.enterprise = 9, .bytes = bytes}});
    return CP_OK;
}

/* RFC 9862: colour and endpoint stand in the extended id, what makes the candidate path one in its own TLV; the
 * protocol is PCEP (10 of RFC 9256 2.3), and we are the originator. */
static void add_policy(struct writing *w, const struct cp_pce_order *order)
{
    struct cp_pcep_candidate candidate = {.protocol_origin = 10, .discriminator = 1};

    w->policy[0] = (struct cp_pcep_tlv){.type = CP_PCEP_TLV_EXTENDED_ASSOCIATION_ID,
                                        .form = CP_PCEP_TLV_EXTENDED,
                                        .is.extended = {order->colour, order->dst}};
    w->policy[1] = (struct cp_pcep_tlv){.type = CP_PCEP_TLV_SRPOLICY_CPATH_ID,
                                        .form = CP_PCEP_TLV_CANDIDATE,
                                        .is.candidate = candidate};
    w->policy[2] = cp_pcep_tlv_bytes(CP_PCEP_TLV_SRPOLICY_CPATH_NAME, order->name);
    w->policy[3] = cp_pcep_tlv_number(CP_PCEP_TLV_SRPOLICY_CPATH_PREFERENCE, order->preference);
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_ASSOCIATION,
                                   .type = order->src.family == 4 ? 1 : 2,
                                   .tlvs = {w->policy, 4},
                                   .is.association = {.type = CP_PCEP_ASSOCIATION_SR_POLICY,
                                                      .id = 1,
                                                      .source = order->src}});
}

static cp_err write_initiate(struct writing *w, const struct cp_pce_order *order)
{
    uint32_t forms = w->pce->config.colour_forms;

    add_srp(w, order);
    add_lsp(w, order);
    add_ends(w, order);
    CP_TRY(add_ero(w, order));
    if ((forms & CP_PCE_COLOUR_ASSOCIATION) != 0)
        add_policy(w, order);
    return (forms & CP_PCE_COLOUR_VENDOR) != 0 ? add_vendor_colour(w, order) : CP_OK;
}

static cp_err write_reply(struct writing *w, const struct cp_pce_order *order)
{
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_RP,
                                   .must = true,
                                   .tlvs = say_setup(w, order),
                                   .is.rp = {.id = order->request_id}});
    if (order->kind == CP_PCE_REPLY)
        return add_ero(w, order);
    w->policy[0] =
        cp_pcep_tlv_number(CP_PCEP_TLV_NO_PATH_VECTOR,
                           (order->unknown_dst ? CP_PCEP_NO_PATH_UNKNOWN_DESTINATION : 0u) |
                               (order->unknown_src ? CP_PCEP_NO_PATH_UNKNOWN_SOURCE : 0u));
    add(w, (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_NO_PATH,
                                   .tlvs = {w->policy, order->unknown_src || order->unknown_dst}});
    return CP_OK;
}

static cp_err write(struct writing *w, const struct cp_pce_order *order, uint8_t *type)
{
    switch (order->kind) {
    case CP_PCE_UPDATE:
        *type = CP_PCEP_PCUPD;
        add_srp(w, order);
        add_lsp(w, order);
        return add_ero(w, order);
    case CP_PCE_INITIATE:
        *type = CP_PCEP_PCINITIATE;
        return write_initiate(w, order);
    case CP_PCE_REMOVE:
        *type = CP_PCEP_PCINITIATE;
        add_srp(w, order);
        add_lsp(w, order);
        return CP_OK;
    case CP_PCE_REPLY:
    case CP_PCE_NO_PATH:
        break;
    }
    *type = CP_PCEP_PCREP;
    return write_reply(w, order);
}

/* RFC 8281 5.3: a name of its own, ends of one family; SRP and PLSP-ID 0 are nobody's (RFC 8231 7.2, 7.3). */
static cp_err check_new(const struct cp_pce_order *order)
{
    if (order->name.len == 0 || order->name.len > CP_PCE_NAME_BYTES_MAX || order->dst.family == 0 ||
        order->src.family != order->dst.family)
        return CP_ERR_RANGE;
    return CP_OK;
}

/*
 * RFC 8231 8.5 (19/1, 19/3): what the peer did not report it does not know, and what it did not delegate is not ours to
 * update.  FRR 8.4.4 does not answer an update of an LSP that it does not know: an assertion ends its pathd.
 */
static cp_err check_held(const struct cp_pce *pce, const struct cp_pce_order *order)
{
    enum { PLSP_ID_BITS = 20 };
    bool delegated;

    if (order->plsp_id == 0 || order->plsp_id >> PLSP_ID_BITS != 0)
        return CP_ERR_RANGE;
    if (!cp_pce_is_there(pce, order->plsp_id, &delegated))
        return CP_ERR_UNKNOWN_ID;
    return delegated || order->kind == CP_PCE_REMOVE ? CP_OK : CP_ERR_CONFLICT;
}

static cp_err check_order(const struct cp_pce *pce, const struct cp_pce_order *order)
{
    switch (order->kind) {
    case CP_PCE_REPLY:
    case CP_PCE_NO_PATH:
        return order->request_id != 0 ? CP_OK : CP_ERR_RANGE;
    case CP_PCE_INITIATE:
    case CP_PCE_REMOVE:
        if (!pce->peer.initiates)
            return CP_ERR_CONFLICT;
        break;
    case CP_PCE_UPDATE:
        if (!pce->peer.updates)
            return CP_ERR_CONFLICT;
        break;
    }
    if (order->srp_id == 0)
        return CP_ERR_RANGE;
    return order->kind == CP_PCE_INITIATE ? check_new(order) : check_held(pce, order);
}

cp_err cp_pce_order(struct cp_pce *pce, const struct cp_pce_order *order, uint64_t now_us)
{
    struct writing w = {.pce = pce};
    cp_arena_mark mark = cp_arena_mark_get(pce->work);
    uint8_t type = 0;
    cp_err err;

    if (pce->state != PCE_UP)
        return CP_ERR_CONFLICT;
    err = check_order(pce, order);
    if (err == CP_OK)
        err = write(&w, order, &type);
    if (err == CP_OK)
        err = cp_pce_send(
            pce, &(struct cp_pcep_message){.type = type, .count = w.count, .objects = w.objects});
    cp_arena_reset(pce->work, mark);
    if (err == CP_OK && pce->keepalive_s > 0)
        pce->keepalive_at_us = now_us + (uint64_t)pce->keepalive_s * 1000000;
    return err;
}
