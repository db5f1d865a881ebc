#include "pcep_inside.h"

static void number_out(struct cp_out *out, const struct cp_pcep_tlv *tlv)
{
    uint32_t width = cp_pcep_tlv_number_bytes(tlv->type);

    if (width == 8) {
        cp_wr_u64(out, tlv->is.number);
    } else if (width == 4) {
        cp_wr_u32(out, tlv->is.number);
    } else {
        cp_wr_zero(out, 3);
        cp_wr_u8(out, tlv->is.number);
    }
}

static void ranges_out(struct cp_out *out, const struct cp_pcep_tlv *tlv)
{
    for (uint32_t i = 0; i < tlv->is.ranges.count; i++) {
        const cp_pcep_association_range *range = &tlv->is.ranges.at[i];

        cp_wr_u16(out, 0);
        cp_wr_u16(out, range->type);
        cp_wr_u16(out, range->start);
        cp_wr_u16(out, range->count);
    }
}

static void identifiers_out(struct cp_out *out, const struct cp_pcep_tlv *tlv)
{
    const struct cp_pcep_identifiers *ids = tlv->is.identifiers;
    uint8_t family = tlv->type == CP_PCEP_TLV_IPV4_LSP_IDENTIFIERS ? 4 : 6;

    if (ids == NULL) {
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
        return;
    }
    cp_pcep_out_ip(out, ids->sender, family);
    cp_wr_u16(out, ids->lsp);
    cp_wr_u16(out, ids->tunnel);
    cp_pcep_out_ip(out, ids->extended_tunnel, family);
    cp_pcep_out_ip(out, ids->endpoint, family);
}

static void srv6_out(struct cp_out *out, const struct cp_pcep_srv6_capability *srv6)
{
    cp_wr_u16(out, 0);
    cp_wr_u16(out, srv6->flags);
    for (uint32_t i = 0; i < srv6->msd_count; i++) {
        cp_wr_u8(out, srv6->msds[i].type);
        cp_wr_u8(out, srv6->msds[i].value);
    }
}

static void pad(struct cp_out *out, uint32_t from)
{
    cp_wr_zero(out, (4 - (out->len - from) % 4) % 4);
}

static void tlvs_out(struct cp_out *out, struct cp_pcep_tlvs tlvs, bool nested);

static void setup_out(struct cp_out *out, const struct cp_pcep_setup_capability *setup)
{
    uint32_t from = out->len;

    if (setup == NULL) {
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
        return;
    }
    cp_wr_zero(out, 3);
    cp_wr_u8(out, setup->count);
    for (uint32_t i = 0; i < setup->count; i++)
        cp_wr_u8(out, setup->types[i]);
    pad(out, from);
    tlvs_out(out, setup->tlvs, true);
}

static void binding_out(struct cp_out *out, const struct cp_pcep_tlv *tlv)
{
    const struct cp_pcep_binding *binding = &tlv->is.binding;

    cp_wr_u8(out, binding->type);
    cp_wr_u8(out, binding->flags);
    cp_wr_u16(out, 0);
    if (binding->empty)
        return;
    if (binding->type == CP_PCEP_BINDING_LABEL) {
        cp_wr_u24(out, (uint64_t)cp_pcep_out_below(out, binding->label, 20) << 4);
    } else if (binding->type == CP_PCEP_BINDING_LABEL_ENTRY) {
        cp_wr_u32(out, binding->label);
    } else if (binding->type == CP_PCEP_BINDING_SRV6) {
        cp_pcep_out_sid(out, binding->sid);
    } else if (binding->type == CP_PCEP_BINDING_SRV6_STRUCTURE) {
        cp_pcep_out_sid(out, binding->sid);
        cp_wr_u16(out, 0);
        cp_wr_u16(out, binding->behaviour);
        cp_pcep_out_structure(out, binding->structure);
    } else {
        cp_out_text(out, tlv->bytes);
    }
}

static void frr_binding_out(struct cp_out *out, const struct cp_pcep_binding *binding)
{
    if (binding->type != CP_PCEP_BINDING_LABEL || binding->flags != 0 || binding->empty)
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED); /* the early form has neither */
    cp_wr_u16(out, CP_PCEP_BINDING_LABEL);
    cp_wr_u32(out, (uint64_t)cp_pcep_out_below(out, binding->label, 20) << 12);
}

static void candidate_out(struct cp_out *out, const struct cp_pcep_candidate *candidate)
{
    cp_wr_u8(out, candidate->protocol_origin);
    cp_wr_zero(out, 3);
    cp_wr_u32(out, candidate->originator_as);
    cp_pcep_out_sid(out, candidate->originator);
    cp_wr_u32(out, candidate->discriminator);
}

static void extended_out(struct cp_out *out, const struct cp_pcep_extended *extended)
{
    cp_wr_u32(out, extended->colour);
    cp_pcep_out_ip(out, extended->endpoint, extended->endpoint.family == 6 ? 6 : 4);
}

static void value_out(struct cp_out *out, const struct cp_pcep_tlv *tlv)
{
    switch (tlv->form) {
    case CP_PCEP_TLV_BYTES:
        cp_out_text(out, tlv->bytes);
        break;
    case CP_PCEP_TLV_NUMBER:
        number_out(out, tlv);
        break;
    case CP_PCEP_TLV_CODES:
        for (uint32_t i = 0; i < tlv->is.codes.count; i++)
            cp_wr_u16(out, tlv->is.codes.at[i]);
        break;
    case CP_PCEP_TLV_RANGES:
        ranges_out(out, tlv);
        break;
    case CP_PCEP_TLV_VENDOR:
        cp_wr_u32(out, tlv->is.enterprise);
        cp_out_text(out, tlv->bytes);
        break;
    case CP_PCEP_TLV_IDENTIFIERS:
        identifiers_out(out, tlv);
        break;
    case CP_PCEP_TLV_SR:
        cp_wr_u16(out, 0);
        cp_wr_u8(out, tlv->is.sr.flags);
        cp_wr_u8(out, tlv->is.sr.msd);
        break;
    case CP_PCEP_TLV_SRV6:
        srv6_out(out, &tlv->is.srv6);
        break;
    case CP_PCEP_TLV_SETUP:
        setup_out(out, tlv->is.setup);
        break;
    case CP_PCEP_TLV_BINDING:
        if (tlv->type == CP_PCEP_TLV_PATH_BINDING_FRR)
            frr_binding_out(out, &tlv->is.binding);
        else
            binding_out(out, tlv);
        break;
    case CP_PCEP_TLV_CANDIDATE:
        candidate_out(out, &tlv->is.candidate);
        break;
    case CP_PCEP_TLV_EXTENDED:
        extended_out(out, &tlv->is.extended);
        break;
    }
}

static void tlvs_out(struct cp_out *out, struct cp_pcep_tlvs tlvs, bool nested)
{
    if (tlvs.count > CP_PCEP_TLVS_MAX)
        cp_pcep_out_refuse(out, CP_ERR_LIMIT);
    for (uint32_t i = 0; i < tlvs.count && out->err == CP_OK; i++) {
        const struct cp_pcep_tlv *tlv = &tlvs.at[i];
        cp_wr_length length;
        uint32_t from;

        /* A value in a form that its type does not have would come back as another, or not at all. */
        if (tlv->form != CP_PCEP_TLV_BYTES && tlv->form != cp_pcep_tlv_form_of(tlv->type))
            cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
        if (nested && tlv->form == CP_PCEP_TLV_SETUP)
            cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
        cp_wr_u16(out, tlv->type);
        length = cp_wr_open_length(out, 2);
        from = out->len;
        value_out(out, tlv);
        cp_wr_close_length(out, length, 0);
        pad(out, from);
    }
}

void cp_pcep_tlvs_out(struct cp_out *out, struct cp_pcep_tlvs tlvs)
{
    tlvs_out(out, tlvs, false);
}

const struct cp_pcep_tlv *cp_pcep_tlv_find(struct cp_pcep_tlvs tlvs, uint16_t type)
{
    for (uint32_t i = 0; i < tlvs.count; i++)
        if (tlvs.at[i].type == type)
            return &tlvs.at[i];
    return NULL;
}

const struct cp_pcep_tlv *cp_pcep_tlv_find_binding(struct cp_pcep_tlvs tlvs)
{
    for (uint32_t i = 0; i < tlvs.count; i++)
        if (tlvs.at[i].form == CP_PCEP_TLV_BINDING)
            return &tlvs.at[i];
    return NULL;
}

struct cp_pcep_tlv cp_pcep_tlv_number(cp_pcep_tlv_type type, uint64_t number)
{
    return (struct cp_pcep_tlv){
        .type = (uint16_t)type, .form = CP_PCEP_TLV_NUMBER, .is = {.number = number}};
}

struct cp_pcep_tlv cp_pcep_tlv_bytes(cp_pcep_tlv_type type, cp_text bytes)
{
    return (struct cp_pcep_tlv){.type = (uint16_t)type, .form = CP_PCEP_TLV_BYTES, .bytes = bytes};
}
