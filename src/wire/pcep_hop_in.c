#include "pcep_inside.h"

/*
 * Subobjects: a byte with the loose bit and the kind, a byte with the length (of all of it), a body.  Two passes:
 * one counts, one reads each body from a reader of its own.
 */

enum { HEADER_BYTES = 2, BOTH_ABSENT_ERO = 6, BOTH_ABSENT_RRO = 7, NAI_UNSUPPORTED = 13 };
enum { SRV6_BOTH_ABSENT_RRO = 35, SRV6_BAD_STRUCTURE = 37 };
enum { SRV6_NAI_UNSUPPORTED = 40, SRV6_BOTH_ABSENT_ERO = 41 };

static void prefix_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_hop *hop, uint8_t class_id)
{
    uint8_t family = hop->kind == CP_PCEP_HOP_IPV4 ? 4 : 6;
    uint8_t last;

    hop->is.address = cp_pcep_in_ip(rd, family);
    hop->prefix_bits = cp_rd_u8(rd);
    last = cp_rd_u8(rd);
    if (class_id == CP_PCEP_CLASS_XRO)
        hop->attribute = last;
    else if (class_id == CP_PCEP_CLASS_RRO)
        hop->flags = last;
    if (hop->prefix_bits > (family == 4 ? 32 : 128))
        cp_pcep_in_fault(in, rd, "a prefix is longer than its address", CP_PCEP_ERROR_MALFORMED);
}

/* Two bytes stand first: of an XRO reserved and attribute (RFC 5521 2.1.1), of an RRO flags and reserved (RFC 3477 5). */
static void unnumbered_in(cp_rd *rd, struct cp_pcep_hop *hop, uint8_t class_id)
{
    uint8_t first = cp_rd_u8(rd);
    uint8_t second = cp_rd_u8(rd);

    if (class_id == CP_PCEP_CLASS_XRO)
        hop->attribute = second;
    else if (class_id == CP_PCEP_CLASS_RRO)
        hop->flags = first;
    hop->is.unnumbered.router = cp_rd_u32(rd);
    hop->is.unnumbered.interface = cp_rd_u32(rd);
}

static void label_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_hop *hop)
{
    hop->flags = cp_rd_u8(rd);
    hop->is.label.c_type = cp_rd_u8(rd);
    hop->is.label.bytes = cp_rd_bytes(rd, cp_rd_left(rd));
    if (hop->is.label.bytes.len == 0)
        cp_pcep_in_fault(in, rd, "a label subobject has no label", CP_PCEP_ERROR_MALFORMED);
}

/* RFC 8664 4.3.2.  False: a type that has no format here. */
static bool nai_in(cp_rd *rd, struct cp_pcep_nai *nai)
{
    switch (nai->type) {
    case CP_PCEP_NAI_IPV4_NODE:
        nai->local = cp_pcep_in_ip(rd, 4);
        return true;
    case CP_PCEP_NAI_IPV6_NODE:
        nai->local = cp_pcep_in_ip(rd, 6);
        return true;
    case CP_PCEP_NAI_IPV4_ADJACENCY:
        nai->local = cp_pcep_in_ip(rd, 4);
        nai->remote = cp_pcep_in_ip(rd, 4);
        return true;
    case CP_PCEP_NAI_IPV6_ADJACENCY:
        nai->local = cp_pcep_in_ip(rd, 6);
        nai->remote = cp_pcep_in_ip(rd, 6);
        return true;
    case CP_PCEP_NAI_UNNUMBERED:
    case CP_PCEP_NAI_IPV6_LINK_LOCAL:
        nai->local = cp_pcep_in_ip(rd, nai->type == CP_PCEP_NAI_UNNUMBERED ? 4 : 6);
        nai->local_interface = cp_rd_u32(rd);
        nai->remote = cp_pcep_in_ip(rd, nai->type == CP_PCEP_NAI_UNNUMBERED ? 4 : 6);
        nai->remote_interface = cp_rd_u32(rd);
        return true;
    default:
        return false;
    }
}

/* RFC 8664 5.2.1: no SID, then no label; C is said of labels alone. */
static void check_sr_flags(struct cp_pcep_in *in, cp_rd *rd, uint16_t flags, uint8_t class_id)
{
    bool no_sid = (flags & CP_PCEP_SR_HOP_S) != 0;
    bool label = (flags & CP_PCEP_SR_HOP_M) != 0, with_rest = (flags & CP_PCEP_SR_HOP_C) != 0;

    if (no_sid && (flags & CP_PCEP_SR_HOP_F) != 0)
        cp_pcep_in_fault(in, rd, "an SR hop has neither SID nor NAI",
                         class_id == CP_PCEP_CLASS_RRO ? BOTH_ABSENT_RRO : BOTH_ABSENT_ERO);
    else if ((no_sid && label) || (with_rest && !label))
        cp_pcep_in_fault(in, rd, "the flags of an SR hop contradict each other",
                         CP_PCEP_ERROR_MALFORMED);
}

/* RFC 8664 4.3.1, 5.2.1. */
static void sr_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_hop *hop, uint8_t class_id)
{
    uint16_t word = cp_rd_u16(rd);
    struct cp_pcep_nai *nai = &hop->is.sr.nai;

    nai->type = (uint8_t)(word >> 12);
    hop->flags = word & 0xfff;
    check_sr_flags(in, rd, hop->flags, class_id);
    if ((hop->flags & CP_PCEP_SR_HOP_S) == 0)
        hop->is.sr.sid = cp_rd_u32(rd);
    if ((hop->flags & CP_PCEP_SR_HOP_F) != 0)
        return; /* the NAI type then means nothing */
    if (nai->type == CP_PCEP_NAI_NONE)
        cp_pcep_in_fault(in, rd, "an SR hop has an NAI without a type", CP_PCEP_ERROR_MALFORMED);
    else if (!nai_in(rd, nai))
        cp_pcep_in_fault(in, rd, "an SR hop has an NAI of an unknown type", NAI_UNSUPPORTED);
}

static void structure_in(struct cp_pcep_in *in, cp_rd *rd, cp_pcep_sid_structure *structure)
{
    bool fits = cp_pcep_in_structure(rd, structure);

    (void)cp_rd_u32(rd);
    if (!fits)
        cp_pcep_in_fault(in, rd, "the parts of an SRv6 SID are longer than the SID",
                         SRV6_BAD_STRUCTURE);
}

static void srv6_nai_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_nai *nai)
{
    if (nai->type == CP_PCEP_NAI_NONE) {
        cp_pcep_in_fault(in, rd, "an SRv6 hop has an NAI without a type", CP_PCEP_ERROR_MALFORMED);
        return;
    }
    /* RFC 9603 4.3.1: the types of SR-MPLS alone (1, 3, 5) are not valid. */
    if (nai->type % 2 != 0 || !nai_in(rd, nai))
        cp_pcep_in_fault(in, rd, "an SRv6 hop has an NAI of an unknown type", SRV6_NAI_UNSUPPORTED);
}

/* RFC 9603 4.3.1: SID, NAI and structure, each where its flag says so. */
static void srv6_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_hop *hop, uint8_t class_id)
{
    uint16_t word = cp_rd_u16(rd);
    bool has_sid = (word & CP_PCEP_SRV6_HOP_S) == 0;
    bool has_nai = (word & CP_PCEP_SRV6_HOP_F) == 0;
    struct cp_pcep_srv6_sid *sid = cp_pcep_in_take(in, 1, sizeof *sid);

    if (sid == NULL)
        return;
    hop->is.srv6.sid = sid;
    hop->is.srv6.nai.type = (uint8_t)(word >> 12);
    hop->flags = word & 0xfff;
    (void)cp_rd_u16(rd);
    sid->behaviour = cp_rd_u16(rd);
    if (!has_sid && !has_nai) {
        cp_pcep_in_fault(in, rd, "an SRv6 hop has neither SID nor NAI",
                         class_id == CP_PCEP_CLASS_RRO ? SRV6_BOTH_ABSENT_RRO
                                                       : SRV6_BOTH_ABSENT_ERO);
        return;
    }
    if (has_sid)
        cp_pcep_in_sid(rd, sid->sid);
    if (has_nai)
        srv6_nai_in(in, rd, &hop->is.srv6.nai);
    /* RFC 9603 4.3.1: T is ignored with S. */
    sid->structured = has_sid && (word & CP_PCEP_SRV6_HOP_T) != 0;
    if (sid->structured)
        structure_in(in, rd, &sid->structure);
}

bool cp_pcep_hop_kept_as_bytes(uint8_t kind, uint8_t class_id)
{
    switch (kind) {
    case CP_PCEP_HOP_IPV4:
    case CP_PCEP_HOP_IPV6:
    case CP_PCEP_HOP_UNNUMBERED:
    case CP_PCEP_HOP_AS:
        return false;
    case CP_PCEP_HOP_LABEL:
    case CP_PCEP_HOP_SR:
    case CP_PCEP_HOP_SRV6:
        return class_id == CP_PCEP_CLASS_XRO;
    case CP_PCEP_HOP_SRLG:
        return class_id != CP_PCEP_CLASS_XRO;
    default:
        return true;
    }
}

static void hop_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_hop *hop, uint8_t class_id)
{
    if (cp_pcep_hop_kept_as_bytes(hop->kind, class_id)) {
        hop->is.bytes = cp_rd_bytes(rd, cp_rd_left(rd));
        return;
    }
    switch ((cp_pcep_hop_kind)hop->kind) {
    case CP_PCEP_HOP_IPV4:
    case CP_PCEP_HOP_IPV6:
        prefix_in(in, rd, hop, class_id);
        break;
    case CP_PCEP_HOP_LABEL:
        label_in(in, rd, hop);
        break;
    case CP_PCEP_HOP_UNNUMBERED:
        unnumbered_in(rd, hop, class_id);
        break;
    case CP_PCEP_HOP_AS:
        hop->is.number = cp_rd_u16(rd);
        break;
    case CP_PCEP_HOP_SRLG: /* RFC 5521 2.1.1 */
        hop->is.number = cp_rd_u32(rd);
        (void)cp_rd_u8(rd);
        hop->attribute = cp_rd_u8(rd);
        break;
    case CP_PCEP_HOP_SR:
        sr_in(in, rd, hop, class_id);
        break;
    case CP_PCEP_HOP_SRV6:
        srv6_in(in, rd, hop, class_id);
        break;
    }
}

static uint32_t count_of(struct cp_pcep_in *in, cp_rd *rd)
{
    cp_rd look = *rd;
    uint32_t count = 0;

    while (cp_rd_left(&look) > 0) {
        cp_rd at = look;
        uint32_t len;

        (void)cp_rd_u8(&look);
        len = cp_rd_u8(&look);
        /* RFC 3209 4.3.3: at least 4 bytes, and whole words. */
        if (len < 4 || len % 4 != 0)
            cp_rd_fail(&look);
        cp_rd_skip(&look, len - HEADER_BYTES);
        if (look.bad) {
            *rd = at;
            cp_pcep_in_fault(in, rd, "the length of a subobject cannot be",
                             CP_PCEP_ERROR_MALFORMED);
            return 0;
        }
        count++;
    }
    return count;
}

/* RFC 8664 5.2.1: labels, indices and hops without SID do not stand in one path. */
static bool sids_differ(const struct cp_pcep_path *path)
{
    uint16_t mask = CP_PCEP_SR_HOP_M | CP_PCEP_SR_HOP_S;

    for (uint32_t i = 1; i < path->count; i++)
        if (((path->at[i].flags ^ path->at[0].flags) & mask) != 0)
            return true;
    return false;
}

/* What a path may not mix with hops of other kinds: SR (RFC 8664 5.2.1, 5.3), SRv6 (RFC 9603 5.2.1, 5.3). */
static void check_mixture(struct cp_pcep_in *in, cp_rd *rd, const struct cp_pcep_path *path,
                          uint8_t class_id)
{
    bool rro = class_id == CP_PCEP_CLASS_RRO;
    uint32_t sr = 0, srv6 = 0;

    if (!rro && class_id != CP_PCEP_CLASS_ERO)
        return;
    for (uint32_t i = 0; i < path->count; i++) {
        sr += path->at[i].kind == CP_PCEP_HOP_SR;
        srv6 += path->at[i].kind == CP_PCEP_HOP_SRV6;
    }
    if (sr != 0 && sr != path->count)
        cp_pcep_in_fault(in, rd, "SR hops stand beside others", rro ? 10 : 5);
    else if (srv6 != 0 && srv6 != path->count)
        cp_pcep_in_fault(in, rd, "SRv6 hops stand beside others", rro ? 36 : 42);
    else if (sr != 0 && sids_differ(path))
        cp_pcep_in_fault(in, rd, "labels, indices and hops without SID are mixed", 20);
}

void cp_pcep_hops_in(struct cp_pcep_in *in, cp_rd *rd, uint8_t class_id, struct cp_pcep_path *path)
{
    uint32_t count = rd->bad ? 0 : count_of(in, rd);
    struct cp_pcep_hop *hops;

    if (count > CP_PCEP_HOPS_MAX) {
        cp_pcep_in_fault(in, rd, "too many subobjects", 3); /* RFC 8664 8.4: unsupported number */
        return;
    }
    hops = cp_pcep_in_take(in, count, sizeof *hops);
    for (uint32_t i = 0; hops != NULL && i < count; i++) {
        uint32_t place = cp_pcep_in_place(in, rd);
        uint8_t first = cp_rd_u8(rd);
        uint8_t len = cp_rd_u8(rd);
        cp_rd body = cp_rd_sub(rd, (uint64_t)len - HEADER_BYTES);

        in->part = place;
        hops[i].kind = first & 0x7f;
        hops[i].loose = first >> 7 != 0;
        hop_in(in, &body, &hops[i], class_id);
        if (!cp_rd_done(&body) && in->err == CP_OK)
            cp_pcep_in_fault(in, &body, "the length of a subobject does not fit its kind",
                             CP_PCEP_ERROR_MALFORMED);
    }
    path->at = hops;
    path->count = hops != NULL ? count : 0;
    check_mixture(in, rd, path, class_id);
}
