#include "pcep_inside.h"

/* Two passes: one counts, one reads.  A TLV's value is read from a reader of its own. */

/* How each TLV's value lies on the wire. */
static const struct form_row {
    uint16_t type;
    cp_pcep_tlv_form form;
    uint8_t width; /* NUMBER: bytes at its end; those before it are reserved */
} form_rows[] = {
    {CP_PCEP_TLV_NO_PATH_VECTOR, CP_PCEP_TLV_NUMBER, 4},
    {CP_PCEP_TLV_OVERLOADED_DURATION, CP_PCEP_TLV_NUMBER, 4},
    {CP_PCEP_TLV_REQ_MISSING, CP_PCEP_TLV_NUMBER, 4},
    {CP_PCEP_TLV_OF_LIST, CP_PCEP_TLV_CODES, 0},
    {CP_PCEP_TLV_VENDOR_INFORMATION, CP_PCEP_TLV_VENDOR, 0},
    {CP_PCEP_TLV_STATEFUL_PCE_CAPABILITY, CP_PCEP_TLV_NUMBER, 4},
    {CP_PCEP_TLV_IPV4_LSP_IDENTIFIERS, CP_PCEP_TLV_IDENTIFIERS, 0},
    {CP_PCEP_TLV_IPV6_LSP_IDENTIFIERS, CP_PCEP_TLV_IDENTIFIERS, 0},
    {CP_PCEP_TLV_LSP_ERROR_CODE, CP_PCEP_TLV_NUMBER, 4},
    {CP_PCEP_TLV_LSP_DB_VERSION, CP_PCEP_TLV_NUMBER, 8},
    {CP_PCEP_TLV_SR_PCE_CAPABILITY, CP_PCEP_TLV_SR, 0},
    {CP_PCEP_TLV_SRV6_PCE_CAPABILITY, CP_PCEP_TLV_SRV6, 0},
    {CP_PCEP_TLV_PATH_SETUP_TYPE, CP_PCEP_TLV_NUMBER, 1},
    {CP_PCEP_TLV_ASSOCIATION_RANGE, CP_PCEP_TLV_RANGES, 0},
    {CP_PCEP_TLV_GLOBAL_ASSOCIATION_SOURCE, CP_PCEP_TLV_NUMBER, 4},
    {CP_PCEP_TLV_EXTENDED_ASSOCIATION_ID, CP_PCEP_TLV_EXTENDED, 0},
    {CP_PCEP_TLV_PATH_SETUP_TYPE_CAPABILITY, CP_PCEP_TLV_SETUP, 0},
    {CP_PCEP_TLV_ASSOCIATION_TYPE_LIST, CP_PCEP_TLV_CODES, 0},
    {CP_PCEP_TLV_PATH_BINDING, CP_PCEP_TLV_BINDING, 0},
    {CP_PCEP_TLV_SRPOLICY_CPATH_ID, CP_PCEP_TLV_CANDIDATE, 0},
    {CP_PCEP_TLV_SRPOLICY_CPATH_PREFERENCE, CP_PCEP_TLV_NUMBER, 4},
    {CP_PCEP_TLV_COLOR, CP_PCEP_TLV_NUMBER, 4},
    {CP_PCEP_TLV_COMPUTATION_PRIORITY, CP_PCEP_TLV_NUMBER, 1},
    {CP_PCEP_TLV_SRPOLICY_CAPABILITY, CP_PCEP_TLV_NUMBER, 4},
    {CP_PCEP_TLV_PATH_BINDING_FRR, CP_PCEP_TLV_BINDING, 0},
};

static const struct form_row *row_of(uint16_t type)
{
    for (size_t i = 0; i < CP_COUNT(form_rows); i++)
        if (form_rows[i].type == type)
            return &form_rows[i];
    return NULL;
}

cp_pcep_tlv_form cp_pcep_tlv_form_of(uint16_t type)
{
    const struct form_row *row = row_of(type);

    return row != NULL ? row->form : CP_PCEP_TLV_BYTES;
}

uint32_t cp_pcep_tlv_number_bytes(uint16_t type)
{
    const struct form_row *row = row_of(type);

    return row != NULL ? row->width : 0;
}

static void number_in(cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    uint32_t width = cp_pcep_tlv_number_bytes(tlv->type);

    if (width == 8) {
        tlv->is.number = cp_rd_u64(rd);
    } else if (width == 4) {
        tlv->is.number = cp_rd_u32(rd);
    } else {
        (void)cp_rd_u24(rd);
        tlv->is.number = cp_rd_u8(rd);
    }
}

static void codes_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    uint32_t count = (uint32_t)(cp_rd_left(rd) / 2);
    uint16_t *codes = cp_pcep_in_take(in, count, sizeof *codes);

    for (uint32_t i = 0; codes != NULL && i < count; i++)
        codes[i] = cp_rd_u16(rd);
    tlv->is.codes.at = codes;
    tlv->is.codes.count = codes != NULL ? count : 0;
}

/* RFC 8697 5: reserved, type, first id, how many; any number of times. */
static void ranges_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    uint32_t count = (uint32_t)(cp_rd_left(rd) / 8);
    cp_pcep_association_range *ranges = cp_pcep_in_take(in, count, sizeof *ranges);

    for (uint32_t i = 0; ranges != NULL && i < count; i++) {
        (void)cp_rd_u16(rd);
        ranges[i].type = cp_rd_u16(rd);
        ranges[i].start = cp_rd_u16(rd);
        ranges[i].count = cp_rd_u16(rd);
    }
    tlv->is.ranges.at = ranges;
    tlv->is.ranges.count = ranges != NULL ? count : 0;
}

static void identifiers_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    uint8_t family = tlv->type == CP_PCEP_TLV_IPV4_LSP_IDENTIFIERS ? 4 : 6;
    struct cp_pcep_identifiers *ids = cp_pcep_in_take(in, 1, sizeof *ids);

    if (ids == NULL)
        return;
    ids->sender = cp_pcep_in_ip(rd, family);
    ids->lsp = cp_rd_u16(rd);
    ids->tunnel = cp_rd_u16(rd);
    ids->extended_tunnel = cp_pcep_in_ip(rd, family);
    ids->endpoint = cp_pcep_in_ip(rd, family);
    tlv->is.identifiers = ids;
}

static void sr_in(cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    (void)cp_rd_u16(rd);
    tlv->is.sr.flags = cp_rd_u8(rd);
    tlv->is.sr.msd = cp_rd_u8(rd);
}

static void srv6_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    uint32_t count;
    cp_pcep_msd *msds;

    (void)cp_rd_u16(rd);
    tlv->is.srv6.flags = cp_rd_u16(rd);
    count = (uint32_t)(cp_rd_left(rd) / 2);
    msds = cp_pcep_in_take(in, count, sizeof *msds);
    for (uint32_t i = 0; msds != NULL && i < count; i++) {
        msds[i].type = cp_rd_u8(rd);
        msds[i].value = cp_rd_u8(rd);
    }
    tlv->is.srv6.msds = msds;
    tlv->is.srv6.msd_count = msds != NULL ? count : 0;
}

static uint32_t padding(uint32_t len)
{
    return (4 - len % 4) % 4;
}

static struct cp_pcep_tlvs tlvs_in(struct cp_pcep_in *in, cp_rd *rd, bool nested);

/* RFC 8408 3: how many path setup types, each a byte, padding, then sub-TLVs. */
static void setup_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    struct cp_pcep_setup_capability *setup = cp_pcep_in_take(in, 1, sizeof *setup);
    uint8_t *types;
    uint32_t count;

    if (setup == NULL)
        return;
    (void)cp_rd_u24(rd);
    count = cp_rd_u8(rd);
    types = cp_pcep_in_take(in, count, sizeof *types);
    for (uint32_t i = 0; types != NULL && i < count; i++)
        types[i] = cp_rd_u8(rd);
    cp_rd_skip(rd, padding(count));
    setup->types = types;
    setup->count = types != NULL ? count : 0;
    setup->tlvs = tlvs_in(in, rd, true);
    tlv->is.setup = setup;
}

/* RFC 9604 4: binding type, flags, reserved, value. */
static void binding_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    struct cp_pcep_binding *binding = &tlv->is.binding;

    binding->type = cp_rd_u8(rd);
    binding->flags = cp_rd_u8(rd);
    (void)cp_rd_u16(rd);
    binding->empty = cp_rd_left(rd) == 0 && !rd->bad;
    if (binding->empty)
        return;
    if (binding->type == CP_PCEP_BINDING_LABEL) {
        binding->label = cp_rd_u24(rd) >> 4; /* the first 20 bits */
    } else if (binding->type == CP_PCEP_BINDING_LABEL_ENTRY) {
        binding->label = cp_rd_u32(rd);
    } else if (binding->type == CP_PCEP_BINDING_SRV6) {
        cp_pcep_in_sid(rd, binding->sid);
    } else if (binding->type == CP_PCEP_BINDING_SRV6_STRUCTURE) {
        cp_pcep_in_sid(rd, binding->sid);
        (void)cp_rd_u16(rd);
        binding->behaviour = cp_rd_u16(rd);
        if (!cp_pcep_in_structure(rd, &binding->structure))
            cp_pcep_in_fault(in, rd, "the parts of an SRv6 SID are longer than the SID",
                             CP_PCEP_ERROR_MALFORMED);
    } else {
        tlv->bytes = cp_rd_bytes(rd, cp_rd_left(rd));
    }
}

/*
 * As FRR 8.4.4 sends it (an early draft of RFC 9604): a type of 16 bits, then a label in the upper 20 of 32
 * bits.  What looks otherwise is kept as bytes: the number is nobody's.
 */
static void frr_binding_in(cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    cp_rd look = *rd;
    uint16_t type = cp_rd_u16(&look);
    uint32_t entry = cp_rd_u32(&look);

    if (cp_rd_done(&look) && type == CP_PCEP_BINDING_LABEL && (entry & 0xfff) == 0) {
        *rd = look;
        tlv->is.binding.type = CP_PCEP_BINDING_LABEL;
        tlv->is.binding.label = entry >> 12;
        return;
    }
    tlv->form = CP_PCEP_TLV_BYTES;
    tlv->bytes = cp_rd_bytes(rd, cp_rd_left(rd));
}

static void candidate_in(cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    struct cp_pcep_candidate *candidate = &tlv->is.candidate;

    candidate->protocol_origin = cp_rd_u8(rd);
    (void)cp_rd_u24(rd);
    candidate->originator_as = cp_rd_u32(rd);
    cp_pcep_in_sid(rd, candidate->originator);
    candidate->discriminator = cp_rd_u32(rd);
}

/* RFC 8697 6.1.2 leaves the form to the type of association; of an SR policy: colour and endpoint (RFC 9862). */
static void extended_in(cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    size_t len = cp_rd_left(rd);

    if (len == 8 || len == 20) {
        tlv->is.extended.colour = cp_rd_u32(rd);
        tlv->is.extended.endpoint = cp_pcep_in_ip(rd, len == 8 ? 4 : 6);
        return;
    }
    tlv->form = CP_PCEP_TLV_BYTES;
    tlv->bytes = cp_rd_bytes(rd, len);
}

/* RFC 8231 7.3.2, RFC 9862 4.5.1, 4.5.3: a name has at least a byte.  RFC 5440 7.1: the unknown is no error. */
static void bytes_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    tlv->bytes = cp_rd_bytes(rd, cp_rd_left(rd));
    if (tlv->bytes.len == 0 && (tlv->type == CP_PCEP_TLV_SYMBOLIC_PATH_NAME ||
                                tlv->type == CP_PCEP_TLV_SRPOLICY_POL_NAME ||
                                tlv->type == CP_PCEP_TLV_SRPOLICY_CPATH_NAME))
        cp_pcep_in_fault(in, rd, "a name is empty", CP_PCEP_ERROR_MALFORMED);
}

static void value_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_tlv *tlv)
{
    switch (tlv->form) {
    case CP_PCEP_TLV_BYTES:
        bytes_in(in, rd, tlv);
        break;
    case CP_PCEP_TLV_NUMBER:
        number_in(rd, tlv);
        break;
    case CP_PCEP_TLV_CODES:
        codes_in(in, rd, tlv);
        break;
    case CP_PCEP_TLV_RANGES:
        ranges_in(in, rd, tlv);
        break;
    case CP_PCEP_TLV_VENDOR:
        tlv->is.enterprise = cp_rd_u32(rd);
        tlv->bytes = cp_rd_bytes(rd, cp_rd_left(rd));
        break;
    case CP_PCEP_TLV_IDENTIFIERS:
        identifiers_in(in, rd, tlv);
        break;
    case CP_PCEP_TLV_SR:
        sr_in(rd, tlv);
        break;
    case CP_PCEP_TLV_SRV6:
        srv6_in(in, rd, tlv);
        break;
    case CP_PCEP_TLV_SETUP:
        setup_in(in, rd, tlv);
        break;
    case CP_PCEP_TLV_BINDING:
        if (tlv->type == CP_PCEP_TLV_PATH_BINDING_FRR)
            frr_binding_in(rd, tlv);
        else
            binding_in(in, rd, tlv);
        break;
    case CP_PCEP_TLV_CANDIDATE:
        candidate_in(rd, tlv);
        break;
    case CP_PCEP_TLV_EXTENDED:
        extended_in(rd, tlv);
        break;
    }
}

/* The number of TLVs; 0 and a fault where they do not fill the reader. */
static uint32_t count_of(struct cp_pcep_in *in, cp_rd *rd)
{
    cp_rd look = *rd;
    uint32_t count = 0;

    while (cp_rd_left(&look) > 0) {
        cp_rd at = look;
        uint32_t len;

        (void)cp_rd_u16(&look);
        len = cp_rd_u16(&look);
        cp_rd_skip(&look, len + padding(len)); /* RFC 5440 7.1: the length leaves out the padding */
        if (look.bad) {
            *rd = at;
            cp_pcep_in_fault(in, rd, "a TLV is longer than its place", CP_PCEP_ERROR_MALFORMED);
            return 0;
        }
        count++;
    }
    if (count > CP_PCEP_TLVS_MAX) {
        cp_pcep_in_fault(in, rd, "too many TLVs", CP_PCEP_ERROR_MALFORMED);
        return 0;
    }
    return count;
}

/* Of what stands in a TLV none holds TLVs again (no RFC has that): such a one is bytes, and depth has an end. */
static struct cp_pcep_tlvs tlvs_in(struct cp_pcep_in *in, cp_rd *rd, bool nested)
{
    uint32_t count = rd->bad ? 0 : count_of(in, rd);
    struct cp_pcep_tlv *tlvs = cp_pcep_in_take(in, count, sizeof *tlvs);

    for (uint32_t i = 0; tlvs != NULL && i < count; i++) {
        uint32_t len;
        cp_rd value;

        in->part = cp_pcep_in_place(in, rd);
        tlvs[i].type = cp_rd_u16(rd);
        tlvs[i].form = cp_pcep_tlv_form_of(tlvs[i].type);
        if (nested && tlvs[i].form == CP_PCEP_TLV_SETUP)
            tlvs[i].form = CP_PCEP_TLV_BYTES;
        len = cp_rd_u16(rd);
        value = cp_rd_sub(rd, len);
        value_in(in, &value, &tlvs[i]);
        if (!cp_rd_done(&value) && in->err == CP_OK)
            cp_pcep_in_fault(in, &value, "the length of a TLV does not fit its type",
                             CP_PCEP_ERROR_MALFORMED);
        cp_rd_skip(rd, padding(len));
    }
    return (struct cp_pcep_tlvs){tlvs, tlvs != NULL ? count : 0};
}

struct cp_pcep_tlvs cp_pcep_tlvs_in(struct cp_pcep_in *in, cp_rd *rd)
{
    return tlvs_in(in, rd, false);
}
