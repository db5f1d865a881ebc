#include "ls_attribute_in.h"

/* The BGP-LS attribute, read: what may stand often in it.  A list grows as its things come. */

cp_ls_taken cp_ls_in_fault(struct cp_ls_in *in, const char *why)
{
    if (in->why == NULL)
        in->why = why;
    return TAKEN;
}

void *cp_ls_list_add(struct cp_ls_in *in, void **at, uint32_t *count, uint32_t *cap,
                     size_t size_bytes)
{
    if (in->err == CP_OK)
        in->err = cp_arena_grow(in->arena, at, *count, cap, size_bytes);
    if (in->err != CP_OK)
        return NULL;
    return (char *)*at + (size_t)(*count)++ * size_bytes;
}

/* RFC 9085 2.1.1: three bytes are a label in the lower 20 bits, four an index. */
uint32_t cp_ls_sid_in(cp_rd *rd, bool *is_label)
{
    *is_label = cp_rd_left(rd) == 3;
    return *is_label ? cp_rd_u24(rd) & 0xfffff : cp_rd_u32(rd);
}

struct cp_ls_structure cp_ls_structure_in(cp_rd *rd)
{
    struct cp_ls_structure structure = {.block = cp_rd_u8(rd)};

    structure.node = cp_rd_u8(rd);
    structure.function = cp_rd_u8(rd);
    structure.argument = cp_rd_u8(rd);
    return structure;
}

/* Sub-TLVs: their lengths add up. */
bool cp_ls_sub_tlvs_fit(cp_text tlvs)
{
    cp_rd rd = cp_rd_make(tlvs);
    struct cp_ls_tlv tlv;

    while (cp_ls_tlv_next(&rd, &tlv))
        continue;
    return !rd.bad;
}

cp_ls_taken cp_ls_router_add(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    bool local = tlv.type == CP_LS_TLV_LOCAL_ROUTER4 || tlv.type == CP_LS_TLV_LOCAL_ROUTER6;
    cp_ip *to = NULL;

    if (local && in->locals.count < CP_LS_LIST_MAX)
        to = LIST_ADD(in, locals, cp_ip);
    else if (!local && in->remotes.count < CP_LS_LIST_MAX)
        to = LIST_ADD(in, remotes, cp_ip);
    else
        return NOT_TAKEN;
    if (to != NULL)
        *to = cp_ls_ip(tlv.value);
    return TAKEN;
}

cp_ls_taken cp_ls_algorithm_add(struct cp_ls_in *in, cp_text value)
{
    cp_rd rd = cp_rd_make(value);
    struct cp_ls_algorithm got = {0};
    struct cp_ls_algorithm *to;

    if (in->algorithms.count == CP_LS_LIST_MAX)
        return NOT_TAKEN;
    got.algorithm = cp_rd_u8(&rd);
    got.metric_type = cp_rd_u8(&rd);
    got.calculation = cp_rd_u8(&rd);
    got.priority = cp_rd_u8(&rd);
    got.tlvs = rd.left;
    if (!cp_ls_sub_tlvs_fit(got.tlvs))
        return cp_ls_in_fault(in, "sub-TLVs of a flexible algorithm do not fit");
    to = LIST_ADD(in, algorithms, struct cp_ls_algorithm);
    if (to != NULL)
        *to = got;
    return TAKEN;
}

cp_ls_taken cp_ls_algorithm_metric_add(struct cp_ls_in *in, cp_text value)
{
    cp_rd rd = cp_rd_make(value);
    struct cp_ls_algorithm_metric *to;

    if (in->metrics.count == CP_LS_LIST_MAX)
        return NOT_TAKEN;
    to = LIST_ADD(in, metrics, struct cp_ls_algorithm_metric);
    if (to == NULL)
        return TAKEN;
    to->algorithm = cp_rd_u8(&rd);
    to->flags = cp_rd_u8(&rd);
    cp_rd_skip(&rd, 2);
    to->metric = cp_rd_u32(&rd);
    return TAKEN;
}

cp_ls_taken cp_ls_sid_add(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    cp_rd rd = cp_rd_make(tlv.value);
    struct cp_ls_sid got = {.type = tlv.type, .flags = cp_rd_u8(&rd)};
    struct cp_ls_sid *to;

    if (in->sids.count == CP_LS_LIST_MAX)
        return NOT_TAKEN;
    if (tlv.type == CP_LS_TLV_PREFIX_SID)
        got.algorithm = cp_rd_u8(&rd);
    else
        got.weight = cp_rd_u8(&rd);
    cp_rd_skip(&rd, 2);
    if (tlv.type == CP_LS_TLV_LAN_ADJACENCY) /* RFC 9085 2.2.2: 11, 12 OSPF; 13, 14 IS-IS */
        got.neighbour = cp_rd_bytes(&rd, tlv.value.len < 13 ? 4 : 6);
    got.value = cp_ls_sid_in(&rd, &got.is_label);
    to = LIST_ADD(in, sids, struct cp_ls_sid);
    if (to != NULL)
        *to = got;
    return TAKEN;
}

/* The structure among an SRv6 SID's sub-TLVs; false: they do not fit. */
static bool structure_find(struct cp_ls_srv6_sid *sid)
{
    cp_rd rd = cp_rd_make(sid->tlvs);
    struct cp_ls_tlv tlv;

    while (cp_ls_tlv_next(&rd, &tlv)) {
        cp_rd value = cp_rd_make(tlv.value);

        if (tlv.type != CP_LS_TLV_STRUCTURE || sid->structured)
            continue;
        sid->structured = true;
        sid->structure = cp_ls_structure_in(&value);
        if (!cp_rd_done(&value))
            return false;
    }
    return !rd.bad;
}

cp_ls_taken cp_ls_srv6_sid_add(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    cp_rd rd = cp_rd_make(tlv.value);
    struct cp_ls_srv6_sid got = {.type = tlv.type, .behaviour = cp_rd_u16(&rd)};
    struct cp_ls_srv6_sid *to;

    if (in->srv6.count == CP_LS_LIST_MAX)
        return NOT_TAKEN;
    got.flags = cp_rd_u8(&rd);
    got.algorithm = cp_rd_u8(&rd);
    got.weight = cp_rd_u8(&rd);
    cp_rd_skip(&rd, 1);
    if (tlv.type != CP_LS_TLV_END_X)
        got.neighbour = cp_rd_bytes(&rd, tlv.type == CP_LS_TLV_ISIS_LAN_END_X ? 6 : 4);
    cp_pcep_in_sid(&rd, got.sid);
    got.tlvs = rd.left;
    if (!structure_find(&got))
        return cp_ls_in_fault(in, "sub-TLVs of an SRv6 SID do not fit");
    to = LIST_ADD(in, srv6, struct cp_ls_srv6_sid);
    if (to != NULL)
        *to = got;
    return TAKEN;
}

cp_ls_taken cp_ls_locator_add(struct cp_ls_in *in, cp_text value)
{
    cp_rd rd = cp_rd_make(value);
    struct cp_ls_locator got = {.flags = cp_rd_u8(&rd)};
    struct cp_ls_locator *to;

    if (in->locators.count == CP_LS_LIST_MAX)
        return NOT_TAKEN;
    got.algorithm = cp_rd_u8(&rd);
    cp_rd_skip(&rd, 2);
    got.metric = cp_rd_u32(&rd);
    got.tlvs = rd.left;
    if (!cp_ls_sub_tlvs_fit(got.tlvs))
        return cp_ls_in_fault(in, "sub-TLVs of a locator do not fit");
    to = LIST_ADD(in, locators, struct cp_ls_locator);
    if (to != NULL)
        *to = got;
    return TAKEN;
}
