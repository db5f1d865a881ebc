#include "pcep_inside.h"

static void prefix_out(struct cp_out *out, const struct cp_pcep_hop *hop, uint8_t class_id)
{
    uint8_t family = hop->kind == CP_PCEP_HOP_IPV4 ? 4 : 6;

    if (hop->prefix_bits > (family == 4 ? 32 : 128))
        cp_pcep_out_refuse(out, CP_ERR_RANGE);
    cp_pcep_out_ip(out, hop->is.address, family);
    cp_wr_u8(out, hop->prefix_bits);
    if (class_id == CP_PCEP_CLASS_XRO)
        cp_wr_u8(out, hop->attribute);
    else
        cp_wr_u8(out, class_id == CP_PCEP_CLASS_RRO ? hop->flags : 0);
}

static void unnumbered_out(struct cp_out *out, const struct cp_pcep_hop *hop, uint8_t class_id)
{
    cp_wr_u8(out, class_id == CP_PCEP_CLASS_RRO ? hop->flags : 0);
    cp_wr_u8(out, class_id == CP_PCEP_CLASS_XRO ? hop->attribute : 0);
    cp_wr_u32(out, hop->is.unnumbered.router);
    cp_wr_u32(out, hop->is.unnumbered.interface);
}

static void label_out(struct cp_out *out, const struct cp_pcep_hop *hop)
{
    if (hop->is.label.bytes.len == 0)
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
    cp_wr_u8(out, hop->flags);
    cp_wr_u8(out, hop->is.label.c_type);
    cp_out_text(out, hop->is.label.bytes);
}

static void nai_out(struct cp_out *out, const struct cp_pcep_nai *nai)
{
    uint8_t family = nai->type == CP_PCEP_NAI_IPV4_NODE ||
                             nai->type == CP_PCEP_NAI_IPV4_ADJACENCY ||
                             nai->type == CP_PCEP_NAI_UNNUMBERED
                         ? 4
                         : 6;

    if (nai->type == CP_PCEP_NAI_NONE || nai->type > CP_PCEP_NAI_IPV6_LINK_LOCAL) {
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
        return;
    }
    cp_pcep_out_ip(out, nai->local, family);
    if (nai->type >= CP_PCEP_NAI_UNNUMBERED)
        cp_wr_u32(out, nai->local_interface);
    if (nai->type >= CP_PCEP_NAI_IPV4_ADJACENCY)
        cp_pcep_out_ip(out, nai->remote, family);
    if (nai->type >= CP_PCEP_NAI_UNNUMBERED)
        cp_wr_u32(out, nai->remote_interface);
}

/* Type of NAI and flags, in one word. */
static void nai_word_out(struct cp_out *out, uint8_t nai_type, uint16_t flags)
{
    cp_wr_u16(out, (uint64_t)cp_pcep_out_below(out, nai_type, 4) << 12 |
                       cp_pcep_out_below(out, flags, 12));
}

static void sr_out(struct cp_out *out, const struct cp_pcep_hop *hop)
{
    bool has_sid = (hop->flags & CP_PCEP_SR_HOP_S) == 0;
    bool has_nai = (hop->flags & CP_PCEP_SR_HOP_F) == 0;
    bool label = (hop->flags & CP_PCEP_SR_HOP_M) != 0;

    if ((!has_sid && (!has_nai || label)) || (!label && (hop->flags & CP_PCEP_SR_HOP_C) != 0))
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
    nai_word_out(out, hop->is.sr.nai.type, hop->flags);
    if (has_sid)
        cp_wr_u32(out, hop->is.sr.sid);
    if (has_nai)
        nai_out(out, &hop->is.sr.nai);
}

static void srv6_out(struct cp_out *out, const struct cp_pcep_hop *hop)
{
    static const struct cp_pcep_srv6_sid none;
    const struct cp_pcep_srv6_sid *sid = hop->is.srv6.sid != NULL ? hop->is.srv6.sid : &none;
    bool has_sid = (hop->flags & CP_PCEP_SRV6_HOP_S) == 0;
    bool has_nai = (hop->flags & CP_PCEP_SRV6_HOP_F) == 0;
    bool structured = has_sid && (hop->flags & CP_PCEP_SRV6_HOP_T) != 0;

    if ((!has_sid && !has_nai) || (has_sid && hop->is.srv6.sid == NULL) ||
        structured != sid->structured || (has_nai && hop->is.srv6.nai.type % 2 != 0))
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
    nai_word_out(out, hop->is.srv6.nai.type, hop->flags);
    cp_wr_u16(out, 0);
    cp_wr_u16(out, sid->behaviour);
    if (has_sid)
        cp_pcep_out_sid(out, sid->sid);
    if (has_nai)
        nai_out(out, &hop->is.srv6.nai);
    if (structured) {
        cp_pcep_out_structure(out, sid->structure);
        cp_wr_u32(out, 0);
    }
}

static void body_out(struct cp_out *out, const struct cp_pcep_hop *hop, uint8_t class_id)
{
    if (cp_pcep_hop_kept_as_bytes(hop->kind, class_id)) {
        cp_out_text(out, hop->is.bytes);
        return;
    }
    switch ((cp_pcep_hop_kind)hop->kind) {
    case CP_PCEP_HOP_IPV4:
    case CP_PCEP_HOP_IPV6:
        prefix_out(out, hop, class_id);
        break;
    case CP_PCEP_HOP_LABEL:
        label_out(out, hop);
        break;
    case CP_PCEP_HOP_UNNUMBERED:
        unnumbered_out(out, hop, class_id);
        break;
    case CP_PCEP_HOP_AS:
        cp_wr_u16(out, hop->is.number);
        break;
    case CP_PCEP_HOP_SRLG:
        cp_wr_u32(out, hop->is.number);
        cp_wr_u8(out, 0);
        cp_wr_u8(out, hop->attribute);
        break;
    case CP_PCEP_HOP_SR:
        sr_out(out, hop);
        break;
    case CP_PCEP_HOP_SRV6:
        srv6_out(out, hop);
        break;
    }
}

void cp_pcep_hops_out(struct cp_out *out, const struct cp_pcep_path *path, uint8_t class_id)
{
    if (path->count > CP_PCEP_HOPS_MAX)
        cp_pcep_out_refuse(out, CP_ERR_LIMIT);
    for (uint32_t i = 0; i < path->count && out->err == CP_OK; i++) {
        const struct cp_pcep_hop *hop = &path->at[i];
        uint32_t from = out->len;
        cp_wr_length length;

        cp_wr_u8(out, cp_pcep_out_below(out, hop->kind, 7) | (hop->loose ? 0x80u : 0));
        length = cp_wr_open_length(out, 1);
        body_out(out, hop, class_id);
        cp_wr_close_length(out, length, 2);
        if (out->err == CP_OK && (out->len - from) % 4 != 0)
            cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
    }
}

uint32_t cp_pcep_hop_label(const struct cp_pcep_hop *hop)
{
    if (hop->kind != CP_PCEP_HOP_SR || (hop->flags & CP_PCEP_SR_HOP_S) != 0 ||
        (hop->flags & CP_PCEP_SR_HOP_M) == 0)
        return UINT32_MAX;
    return hop->is.sr.sid >> 12;
}

struct cp_pcep_hop cp_pcep_hop_of_label(uint32_t label)
{
    CP_ASSERT(label >> 20 == 0);
    return (struct cp_pcep_hop){.kind = CP_PCEP_HOP_SR,
                                .flags = CP_PCEP_SR_HOP_M | CP_PCEP_SR_HOP_F,
                                .is = {.sr = {.sid = label << 12}}};
}

struct cp_pcep_hop cp_pcep_hop_of_srv6(const struct cp_pcep_srv6_sid *sid)
{
    return (struct cp_pcep_hop){
        .kind = CP_PCEP_HOP_SRV6,
        .flags = (uint16_t)(CP_PCEP_SRV6_HOP_F | (sid->structured ? CP_PCEP_SRV6_HOP_T : 0)),
        .is = {.srv6 = {.sid = sid}}};
}
