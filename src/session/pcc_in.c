#include "pcc_inside.h"

/* Orders of the PCE, told group by group. */

static uint64_t number_of(struct cp_pcep_tlvs tlvs, uint16_t type)
{
    const struct cp_pcep_tlv *tlv = cp_pcep_tlv_find(tlvs, (uint16_t)type);

    return tlv != NULL && tlv->form == CP_PCEP_TLV_NUMBER ? tlv->is.number : 0;
}

static const struct cp_pcep_object *find(const struct cp_pcc *pcc,
                                         const struct cp_pcep_group *group, uint8_t class_id)
{
    uint32_t at = group->first;
    const struct cp_pcep_object *o = cp_pcep_next(&pcc->message, class_id, &at, group->end);

    return o == NULL || o->fault != NULL || o->known != CP_PCEP_KNOWN ? NULL : o;
}

static void read_association(const struct cp_pcep_object *o, struct cp_pcc_event *event)
{
    const struct cp_pcep_tlv *tlv;

    if (o == NULL || o->is.association.type != CP_PCEP_ASSOCIATION_SR_POLICY)
        return;
    tlv = cp_pcep_tlv_find(o->tlvs, CP_PCEP_TLV_EXTENDED_ASSOCIATION_ID);
    if (tlv == NULL || tlv->form != CP_PCEP_TLV_EXTENDED)
        return;
    event->colour_known = true;
    event->order.colour = tlv->is.extended.colour;
    event->order.preference = (uint32_t)number_of(o->tlvs, CP_PCEP_TLV_SRPOLICY_CPATH_PREFERENCE);
}

/* FRR 8: enterprise 9, its number 65540 (1, then length 4), the colour. */
static void read_vendor(const struct cp_pcep_object *o, struct cp_pcc_event *event)
{
    cp_rd rd;

    if (o == NULL || o->is.vendor.enterprise != 9)
        return;
    rd = cp_rd_make(o->is.vendor.bytes);
    if (cp_rd_u32(&rd) != 65540)
        return;
    event->order.colour = cp_rd_u32(&rd);
    event->colour_known = cp_rd_done(&rd);
}

static bool tell_order(struct cp_pcc *pcc, const struct cp_pcep_group *group,
                       struct cp_pcc_event *event)
{
    struct cp_pce_order *order = &event->order;
    const struct cp_pcep_tlv *name =
        cp_pcep_tlv_find(group->lsp->tlvs, CP_PCEP_TLV_SYMBOLIC_PATH_NAME);

    order->kind = CP_PCE_UPDATE;
    if (pcc->message.type == CP_PCEP_PCINITIATE)
        order->kind =
            group->srp->is.srp.flags & CP_PCEP_SRP_REMOVE ? CP_PCE_REMOVE : CP_PCE_INITIATE;
    order->srp_id = group->srp->is.srp.id;
    order->plsp_id = group->lsp->is.lsp.plsp_id;
    order->up = (group->lsp->is.lsp.flags & CP_PCEP_LSP_ADMIN) != 0;
    if (name != NULL && name->form == CP_PCEP_TLV_BYTES)
        order->name = name->bytes;
    if (group->end_points != NULL) {
        order->src = group->end_points->is.end_points.source;
        order->dst = group->end_points->is.end_points.destination;
    }
    event->path_setup_type = (uint32_t)number_of(group->srp->tlvs, CP_PCEP_TLV_PATH_SETUP_TYPE);
    if ((pcc->config.colour_forms & CP_PCE_COLOUR_ASSOCIATION) != 0)
        read_association(find(pcc, group, CP_PCEP_CLASS_ASSOCIATION), event);
    if ((pcc->config.colour_forms & CP_PCE_COLOUR_VENDOR) != 0)
        read_vendor(find(pcc, group, CP_PCEP_CLASS_VENDOR), event);
    return cp_pce_read_path(pcc->work, group->ero, &order->path) == CP_OK;
}

static bool tell_reply(struct cp_pcc *pcc, const struct cp_pcep_group *group,
                       struct cp_pcc_event *event)
{
    uint64_t why = 0;

    event->order.kind = group->no_path != NULL ? CP_PCE_NO_PATH : CP_PCE_REPLY;
    event->order.request_id = group->rp->is.rp.id;
    event->path_setup_type = (uint32_t)number_of(group->rp->tlvs, CP_PCEP_TLV_PATH_SETUP_TYPE);
    if (group->no_path != NULL)
        why = number_of(group->no_path->tlvs, CP_PCEP_TLV_NO_PATH_VECTOR);
    event->order.unknown_src = (why & CP_PCEP_NO_PATH_UNKNOWN_SOURCE) != 0;
    event->order.unknown_dst = (why & CP_PCEP_NO_PATH_UNKNOWN_DESTINATION) != 0;
    return cp_pce_read_path(pcc->work, group->ero, &event->order.path) == CP_OK;
}

static bool tell_error(const struct cp_pcep_group *group, struct cp_pcc_event *event)
{
    if (group->error == NULL)
        return false;
    event->kind = CP_PCC_EV_ERROR;
    event->srp_id = group->srp != NULL ? group->srp->is.srp.id : 0;
    event->request_id = group->rp != NULL ? group->rp->is.rp.id : 0;
    event->error_type = group->error->is.error.type;
    event->error_value = group->error->is.error.value;
    return true;
}

static bool tell_group(struct cp_pcc *pcc, const struct cp_pcep_group *group,
                       struct cp_pcc_event *event)
{
    *event = (struct cp_pcc_event){.kind = CP_PCC_EV_ORDER};
    if (pcc->message.type == CP_PCEP_PCERR)
        return tell_error(group, event);
    if (group->fault.why != NULL) {
        uint32_t srp_id = group->srp != NULL ? group->srp->is.srp.id : 0;

        if (group->fault.error_type != 0 &&
            cp_pcc_refuse(pcc, srp_id, group->fault.error_type, group->fault.error_value,
                          pcc->now_us) != CP_OK)
            cp_pcc_over(pcc, "the PCE does not take its bytes");
        return false;
    }
    return pcc->message.type == CP_PCEP_PCREP ? tell_reply(pcc, group, event)
                                              : tell_order(pcc, group, event);
}

bool cp_pcc_tell(struct cp_pcc *pcc, struct cp_pcc_event *event)
{
    while (pcc->telling && pcc->state == PCE_UP && pcc->next_group < pcc->groups.count)
        if (tell_group(pcc, &pcc->groups.at[pcc->next_group++], event))
            return true;
    pcc->telling = false;
    return false;
}
