#include "pcep_inside.h"

/* Text of what stands in objects: hops and TLVs, a line each. */

void cp_pcep_print_escaped(struct cp_out *out, cp_text bytes)
{
    cp_out_char(out, '"');
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.at[i];

        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
            cp_out_char(out, (char)c);
        else
            cp_out_format(out, "\\x%02x", c);
    }
    cp_out_char(out, '"');
}

void cp_pcep_print_hex(struct cp_out *out, cp_text bytes)
{
    if (bytes.len == 0)
        cp_out_str(out, "-");
    for (size_t i = 0; i < bytes.len; i++)
        cp_out_format(out, "%02x", (unsigned char)bytes.at[i]);
}

static void nai_print(struct cp_out *out, const struct cp_pcep_nai *nai, bool present)
{
    cp_out_format(out, " nai %u", nai->type);
    if (!present)
        return;
    cp_out_char(out, ' ');
    cp_out_ip(out, nai->local);
    if (nai->type >= CP_PCEP_NAI_UNNUMBERED)
        cp_out_format(out, "%%%u", nai->local_interface);
    if (nai->type < CP_PCEP_NAI_IPV4_ADJACENCY)
        return;
    cp_out_char(out, ' ');
    cp_out_ip(out, nai->remote);
    if (nai->type >= CP_PCEP_NAI_UNNUMBERED)
        cp_out_format(out, "%%%u", nai->remote_interface);
}

static void structure_print(struct cp_out *out, cp_pcep_sid_structure s)
{
    cp_out_format(out, " structure %u/%u/%u/%u", s.block, s.node, s.function, s.argument);
}

static void sr_print(struct cp_out *out, const struct cp_pcep_hop *hop)
{
    bool has_nai = (hop->flags & CP_PCEP_SR_HOP_F) == 0;

    if ((hop->flags & CP_PCEP_SR_HOP_S) != 0)
        cp_out_str(out, "sr no sid");
    else if ((hop->flags & CP_PCEP_SR_HOP_M) != 0)
        cp_out_format(out, "sr label %u rest 0x%03x", hop->is.sr.sid >> 12, hop->is.sr.sid & 0xfff);
    else
        cp_out_format(out, "sr index %u", hop->is.sr.sid);
    nai_print(out, &hop->is.sr.nai, has_nai);
}

static void srv6_print(struct cp_out *out, const struct cp_pcep_hop *hop)
{
    const struct cp_pcep_srv6_sid *sid = hop->is.srv6.sid;

    cp_out_str(out, "srv6 ");
    if (sid != NULL && (hop->flags & CP_PCEP_SRV6_HOP_S) == 0)
        cp_out_ipv6(out, sid->sid);
    else
        cp_out_str(out, "no sid");
    if (sid != NULL)
        cp_out_format(out, " behaviour %u", sid->behaviour);
    if (sid != NULL && sid->structured)
        structure_print(out, sid->structure);
    nai_print(out, &hop->is.srv6.nai, (hop->flags & CP_PCEP_SRV6_HOP_F) == 0);
}

static void known_hop_print(struct cp_out *out, const struct cp_pcep_hop *hop)
{
    switch ((cp_pcep_hop_kind)hop->kind) {
    case CP_PCEP_HOP_IPV4:
    case CP_PCEP_HOP_IPV6:
        cp_out_ip(out, hop->is.address);
        cp_out_format(out, "/%u", hop->prefix_bits);
        break;
    case CP_PCEP_HOP_LABEL:
        cp_out_format(out, "label type %u ", hop->is.label.c_type);
        cp_pcep_print_hex(out, hop->is.label.bytes);
        break;
    case CP_PCEP_HOP_UNNUMBERED:
        cp_out_str(out, "unnumbered ");
        cp_out_ip(out, cp_ip_v4(hop->is.unnumbered.router));
        cp_out_format(out, "%%%u", hop->is.unnumbered.interface);
        break;
    case CP_PCEP_HOP_AS:
        cp_out_format(out, "as %u", hop->is.number);
        break;
    case CP_PCEP_HOP_SRLG:
        cp_out_format(out, "srlg %u", hop->is.number);
        break;
    case CP_PCEP_HOP_SR:
        sr_print(out, hop);
        break;
    case CP_PCEP_HOP_SRV6:
        srv6_print(out, hop);
        break;
    }
}

void cp_pcep_hops_print(struct cp_out *out, const struct cp_pcep_path *path, uint8_t class_id)
{
    for (uint32_t i = 0; i < path->count; i++) {
        const struct cp_pcep_hop *hop = &path->at[i];

        cp_out_format(out, "    %s ", hop->loose ? "loose" : "strict");
        if (cp_pcep_hop_kept_as_bytes(hop->kind, class_id)) {
            cp_out_format(out, "kind %u ", hop->kind);
            cp_pcep_print_hex(out, hop->is.bytes);
        } else {
            known_hop_print(out, hop);
        }
        if (hop->flags != 0)
            cp_out_format(out, " flags 0x%x", hop->flags);
        if (class_id == CP_PCEP_CLASS_XRO)
            cp_out_format(out, " attribute %u", hop->attribute);
        cp_out_char(out, '\n');
    }
}

static const struct {
    uint16_t type;
    const char *name;
} tlv_names[] = {
    {CP_PCEP_TLV_NO_PATH_VECTOR, "NO-PATH-VECTOR"},
    {CP_PCEP_TLV_OVERLOADED_DURATION, "OVERLOADED-DURATION"},
    {CP_PCEP_TLV_REQ_MISSING, "REQ-MISSING"},
    {CP_PCEP_TLV_OF_LIST, "OF-LIST"},
    {CP_PCEP_TLV_VENDOR_INFORMATION, "VENDOR-INFORMATION-TLV"},
    {CP_PCEP_TLV_STATEFUL_PCE_CAPABILITY, "STATEFUL-PCE-CAPABILITY"},
    {CP_PCEP_TLV_SYMBOLIC_PATH_NAME, "SYMBOLIC-PATH-NAME"},
    {CP_PCEP_TLV_IPV4_LSP_IDENTIFIERS, "IPV4-LSP-IDENTIFIERS"},
    {CP_PCEP_TLV_IPV6_LSP_IDENTIFIERS, "IPV6-LSP-IDENTIFIERS"},
    {CP_PCEP_TLV_LSP_ERROR_CODE, "LSP-ERROR-CODE"},
    {CP_PCEP_TLV_RSVP_ERROR_SPEC, "RSVP-ERROR-SPEC"},
    {CP_PCEP_TLV_LSP_DB_VERSION, "LSP-DB-VERSION"},
    {CP_PCEP_TLV_SPEAKER_ENTITY_ID, "SPEAKER-ENTITY-ID"},
    {CP_PCEP_TLV_SR_PCE_CAPABILITY, "SR-PCE-CAPABILITY"},
    {CP_PCEP_TLV_SRV6_PCE_CAPABILITY, "SRV6-PCE-CAPABILITY"},
    {CP_PCEP_TLV_PATH_SETUP_TYPE, "PATH-SETUP-TYPE"},
    {CP_PCEP_TLV_ASSOCIATION_RANGE, "OPERATOR-CONFIGURED-ASSOCIATION-RANGE"},
    {CP_PCEP_TLV_GLOBAL_ASSOCIATION_SOURCE, "GLOBAL-ASSOCIATION-SOURCE"},
    {CP_PCEP_TLV_EXTENDED_ASSOCIATION_ID, "EXTENDED-ASSOCIATION-ID"},
    {CP_PCEP_TLV_PATH_SETUP_TYPE_CAPABILITY, "PATH-SETUP-TYPE-CAPABILITY"},
    {CP_PCEP_TLV_ASSOCIATION_TYPE_LIST, "ASSOC-TYPE-LIST"},
    {CP_PCEP_TLV_PATH_BINDING, "TE-PATH-BINDING"},
    {CP_PCEP_TLV_SRPOLICY_POL_NAME, "SRPOLICY-POL-NAME"},
    {CP_PCEP_TLV_SRPOLICY_CPATH_ID, "SRPOLICY-CPATH-ID"},
    {CP_PCEP_TLV_SRPOLICY_CPATH_NAME, "SRPOLICY-CPATH-NAME"},
    {CP_PCEP_TLV_SRPOLICY_CPATH_PREFERENCE, "SRPOLICY-CPATH-PREFERENCE"},
    {CP_PCEP_TLV_COLOR, "COLOR"},
    {CP_PCEP_TLV_COMPUTATION_PRIORITY, "COMPUTATION-PRIORITY"},
    {CP_PCEP_TLV_SRPOLICY_CAPABILITY, "SRPOLICY-CAPABILITY"},
    {CP_PCEP_TLV_PATH_BINDING_FRR, "TE-PATH-BINDING-FRR"},
};

static void name_print(struct cp_out *out, uint16_t type)
{
    for (size_t i = 0; i < CP_COUNT(tlv_names); i++)
        if (tlv_names[i].type == type) {
            cp_out_str(out, tlv_names[i].name);
            return;
        }
    cp_out_format(out, "tlv %u", type);
}

static bool is_name(uint16_t type)
{
    return type == CP_PCEP_TLV_SYMBOLIC_PATH_NAME || type == CP_PCEP_TLV_SPEAKER_ENTITY_ID ||
           type == CP_PCEP_TLV_SRPOLICY_POL_NAME || type == CP_PCEP_TLV_SRPOLICY_CPATH_NAME;
}

static void identifiers_print(struct cp_out *out, const struct cp_pcep_identifiers *ids)
{
    if (ids == NULL)
        return;
    cp_out_ip(out, ids->sender);
    cp_out_format(out, " lsp %u tunnel %u extended ", ids->lsp, ids->tunnel);
    cp_out_ip(out, ids->extended_tunnel);
    cp_out_str(out, " endpoint ");
    cp_out_ip(out, ids->endpoint);
}

static void binding_print(struct cp_out *out, const struct cp_pcep_tlv *tlv)
{
    const struct cp_pcep_binding *binding = &tlv->is.binding;

    cp_out_format(out, "type %u flags 0x%x ", binding->type, binding->flags);
    if (binding->empty) {
        cp_out_str(out, "empty");
        return;
    }
    if (binding->type == CP_PCEP_BINDING_LABEL)
        cp_out_format(out, "label %u", binding->label);
    else if (binding->type == CP_PCEP_BINDING_LABEL_ENTRY)
        cp_out_format(out, "entry 0x%08x", binding->label);
    else if (binding->type <= CP_PCEP_BINDING_SRV6_STRUCTURE)
        cp_out_ipv6(out, binding->sid);
    else
        cp_pcep_print_hex(out, tlv->bytes);
    if (binding->type == CP_PCEP_BINDING_SRV6_STRUCTURE) {
        cp_out_format(out, " behaviour %u", binding->behaviour);
        structure_print(out, binding->structure);
    }
}

static void candidate_print(struct cp_out *out, const struct cp_pcep_candidate *candidate)
{
    cp_out_format(out, "origin %u as %u originator ", candidate->protocol_origin,
                  candidate->originator_as);
    cp_out_ipv6(out, candidate->originator);
    cp_out_format(out, " discriminator %u", candidate->discriminator);
}

static void srv6_capability_print(struct cp_out *out, const struct cp_pcep_srv6_capability *srv6)
{
    cp_out_format(out, "flags 0x%x", srv6->flags);
    for (uint32_t i = 0; i < srv6->msd_count; i++)
        cp_out_format(out, " msd %u:%u", srv6->msds[i].type, srv6->msds[i].value);
}

static void numbers_print(struct cp_out *out, const struct cp_pcep_tlv *tlv)
{
    if (tlv->form == CP_PCEP_TLV_CODES)
        for (uint32_t i = 0; i < tlv->is.codes.count; i++)
            cp_out_format(out, i > 0 ? " %u" : "%u", tlv->is.codes.at[i]);
    else
        for (uint32_t i = 0; i < tlv->is.ranges.count; i++)
            cp_out_format(out, "%stype %u: %u+%u", i > 0 ? ", " : "", tlv->is.ranges.at[i].type,
                          tlv->is.ranges.at[i].start, tlv->is.ranges.at[i].count);
}

static void setup_print(struct cp_out *out, const struct cp_pcep_setup_capability *setup)
{
    for (uint32_t i = 0; setup != NULL && i < setup->count; i++)
        cp_out_format(out, i > 0 ? " %u" : "%u", setup->types[i]);
}

static void value_print(struct cp_out *out, const struct cp_pcep_tlv *tlv)
{
    switch (tlv->form) {
    case CP_PCEP_TLV_BYTES:
        if (is_name(tlv->type))
            cp_pcep_print_escaped(out, tlv->bytes);
        else
            cp_pcep_print_hex(out, tlv->bytes);
        break;
    case CP_PCEP_TLV_NUMBER:
        cp_out_u64(out, tlv->is.number);
        break;
    case CP_PCEP_TLV_CODES:
    case CP_PCEP_TLV_RANGES:
        numbers_print(out, tlv);
        break;
    case CP_PCEP_TLV_VENDOR:
        cp_out_format(out, "enterprise %u ", tlv->is.enterprise);
        cp_pcep_print_hex(out, tlv->bytes);
        break;
    case CP_PCEP_TLV_IDENTIFIERS:
        identifiers_print(out, tlv->is.identifiers);
        break;
    case CP_PCEP_TLV_SR:
        cp_out_format(out, "flags 0x%x msd %u", tlv->is.sr.flags, tlv->is.sr.msd);
        break;
    case CP_PCEP_TLV_SRV6:
        srv6_capability_print(out, &tlv->is.srv6);
        break;
    case CP_PCEP_TLV_SETUP:
        setup_print(out, tlv->is.setup);
        break;
    case CP_PCEP_TLV_BINDING:
        binding_print(out, tlv);
        break;
    case CP_PCEP_TLV_CANDIDATE:
        candidate_print(out, &tlv->is.candidate);
        break;
    case CP_PCEP_TLV_EXTENDED:
        cp_out_format(out, "colour %u endpoint ", tlv->is.extended.colour);
        cp_out_ip(out, tlv->is.extended.endpoint);
        break;
    }
}

static void tlv_print(struct cp_out *out, const struct cp_pcep_tlv *tlv, bool nested)
{
    cp_out_str(out, nested ? "      " : "    ");
    name_print(out, tlv->type);
    /* A known TLV kept as bytes (65505, 31: pcep_tlv_in.c says when) reads otherwise than one understood. */
    cp_out_str(out,
               tlv->form == CP_PCEP_TLV_BYTES && cp_pcep_tlv_form_of(tlv->type) != CP_PCEP_TLV_BYTES
                   ? " bytes "
                   : " ");
    value_print(out, tlv);
    cp_out_char(out, '\n');
}

void cp_pcep_tlvs_print(struct cp_out *out, struct cp_pcep_tlvs tlvs)
{
    for (uint32_t i = 0; i < tlvs.count; i++) {
        const struct cp_pcep_tlv *tlv = &tlvs.at[i];

        tlv_print(out, tlv, false);
        for (uint32_t k = 0; tlv->form == CP_PCEP_TLV_SETUP && tlv->is.setup != NULL &&
                             k < tlv->is.setup->tlvs.count;
             k++)
            tlv_print(out, &tlv->is.setup->tlvs.at[k], true);
    }
}
