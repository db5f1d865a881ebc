#include "bgp_inside.h"

/*
 * UPDATE.  One pass over the attributes; each that is known is judged by RFC 7606, and the strongest remedy counts.
 *
 * What says where NLRI are (MP_REACH_NLRI, MP_UNREACH_NLRI) cannot be repaired: RESET.  Of the others those that
 * choose routes spoil the routes (withdrawn); those that do not are discarded.
 */

enum {
    SUB_LIST = 1, /* RFC 4271 6.3: malformed attribute list */
    SUB_MISSING = 3,
    SUB_FLAGS = 4,
    SUB_LENGTH = 5,
    SUB_ORIGIN = 6,
    SUB_OPTIONAL = 9,
    SUB_NLRI = 10,
    SUB_AS_PATH = 11,
    ORIGIN_MAX = 2,
    SEGMENT_MAX = 4, /* AS_SET 1, AS_SEQUENCE 2, confederations 3 and 4 (RFC 5065) */
    MAY_BE_ANY = 0xff
};

/** What attributes must be like; what is not here is passed over. */
static const struct rule {
    uint8_t type, flags; /* OPTIONAL and TRANSITIVE */
    uint8_t least, unit; /* bytes; a multiple of it */
    uint8_t most;        /* MAY_BE_ANY: no limit */
    uint8_t remedy;      /* where the length is wrong */
    bool internal_only;  /* RFC 7606 7.5, 7.9, 7.10: from others it is discarded */
} rules[] = {
    {CP_BGP_ORIGIN, CP_BGP_FLAG_TRANSITIVE, 1, 1, 1, CP_BGP_TREAT_AS_WITHDRAW, false},
    {CP_BGP_AS_PATH, CP_BGP_FLAG_TRANSITIVE, 0, 1, MAY_BE_ANY, CP_BGP_TREAT_AS_WITHDRAW, false},
    {CP_BGP_NEXT_HOP, CP_BGP_FLAG_TRANSITIVE, 4, 4, 4, CP_BGP_TREAT_AS_WITHDRAW, false},
    {CP_BGP_MED, CP_BGP_FLAG_OPTIONAL, 4, 4, 4, CP_BGP_TREAT_AS_WITHDRAW, false},
    {CP_BGP_LOCAL_PREF, CP_BGP_FLAG_TRANSITIVE, 4, 4, 4, CP_BGP_TREAT_AS_WITHDRAW, true},
    {CP_BGP_ATOMIC_AGGREGATE, CP_BGP_FLAG_TRANSITIVE, 0, 1, 0, CP_BGP_DISCARD_ATTRIBUTE, false},
    {CP_BGP_AGGREGATOR, CP_BGP_FLAG_OPTIONAL | CP_BGP_FLAG_TRANSITIVE, 6, 1, 8,
     CP_BGP_DISCARD_ATTRIBUTE, false},
    {CP_BGP_COMMUNITIES, CP_BGP_FLAG_OPTIONAL | CP_BGP_FLAG_TRANSITIVE, 4, 4, MAY_BE_ANY,
     CP_BGP_TREAT_AS_WITHDRAW, false},
    {CP_BGP_ORIGINATOR, CP_BGP_FLAG_OPTIONAL, 4, 4, 4, CP_BGP_TREAT_AS_WITHDRAW, true},
    {CP_BGP_CLUSTERS, CP_BGP_FLAG_OPTIONAL, 4, 4, MAY_BE_ANY, CP_BGP_TREAT_AS_WITHDRAW, true},
    {CP_BGP_MP_REACH, CP_BGP_FLAG_OPTIONAL, 5, 1, MAY_BE_ANY, CP_BGP_RESET, false},
    {CP_BGP_MP_UNREACH, CP_BGP_FLAG_OPTIONAL, 3, 1, MAY_BE_ANY, CP_BGP_RESET, false},
    {CP_BGP_EXTENDED_COMMUNITIES, CP_BGP_FLAG_OPTIONAL | CP_BGP_FLAG_TRANSITIVE, 8, 8, MAY_BE_ANY,
     CP_BGP_TREAT_AS_WITHDRAW, false},
    {CP_BGP_LINK_STATE, CP_BGP_FLAG_OPTIONAL, 0, 1, MAY_BE_ANY, CP_BGP_DISCARD_ATTRIBUTE, false},
    {CP_BGP_LARGE_COMMUNITIES, CP_BGP_FLAG_OPTIONAL | CP_BGP_FLAG_TRANSITIVE, 12, 12, MAY_BE_ANY,
     CP_BGP_TREAT_AS_WITHDRAW, false},
};

struct in {
    struct cp_bgp_update *is;
    struct cp_bgp_fault *fault;
    cp_bgp_context context;
    uint32_t offset; /* of the attributes in the message */
    uint32_t seen[8];
};

static void blame(struct in *in, cp_bgp_remedy remedy, uint8_t subcode, const char *why,
                  uint32_t offset)
{
    if (in->fault->remedy < remedy)
        *in->fault = (struct cp_bgp_fault){.remedy = remedy,
                                           .why = why,
                                           .offset = offset,
                                           .code = CP_BGP_UPDATE_ERROR,
                                           .subcode = subcode};
}

static const struct rule *rule_of(uint8_t type)
{
    for (size_t i = 0; i < CP_COUNT(rules); i++)
        if (rules[i].type == type)
            return &rules[i];
    return NULL;
}

bool cp_bgp_attribute_next(cp_rd *rd, cp_text attributes, struct cp_bgp_attribute *attribute)
{
    if (cp_rd_left(rd) == 0)
        return false;
    attribute->offset = (uint32_t)(attributes.len - cp_rd_left(rd));
    attribute->flags = cp_rd_u8(rd);
    attribute->type = cp_rd_u8(rd);
    attribute->value = cp_rd_bytes(
        rd, (attribute->flags & CP_BGP_FLAG_EXTENDED) != 0 ? cp_rd_u16(rd) : cp_rd_u8(rd));
    return !rd->bad;
}

static bool as_path_fits(cp_text value, uint32_t as_bytes)
{
    cp_rd rd = cp_rd_make(value);

    while (cp_rd_left(&rd) > 0) {
        uint8_t type = cp_rd_u8(&rd);
        uint8_t count = cp_rd_u8(&rd);

        cp_rd_skip(&rd, (uint64_t)count * as_bytes);
        /* RFC 7606 7.2: no such segment, one that goes past the end, or one of no AS. */
        if (type == 0 || type > SEGMENT_MAX || count == 0)
            return false;
    }
    return !rd.bad;
}

/* RFC 4760 3; 5 bytes are there at least.  False: the next hop goes past the end. */
static bool reach_in(struct cp_bgp_reach *reach, cp_text value)
{
    cp_rd rd = cp_rd_make(value);

    reach->afi = cp_rd_u16(&rd);
    reach->safi = cp_rd_u8(&rd);
    reach->next_hop = cp_rd_bytes(&rd, cp_rd_u8(&rd));
    cp_rd_skip(&rd, 1); /* reserved */
    reach->nlri = rd.left;
    reach->there = !rd.bad;
    return !rd.bad;
}

static void value_in(struct in *in, const struct cp_bgp_attribute *attribute)
{
    cp_rd rd = cp_rd_make(attribute->value);
    struct cp_bgp_update *is = in->is;
    uint32_t offset = in->offset + attribute->offset;

    switch (attribute->type) {
    case CP_BGP_ORIGIN:
        is->origin = cp_rd_u8(&rd);
        if (is->origin > ORIGIN_MAX)
            blame(in, CP_BGP_TREAT_AS_WITHDRAW, SUB_ORIGIN, "no ORIGIN has this value", offset);
        break;
    case CP_BGP_AS_PATH:
        is->as_path = attribute->value;
        if (!as_path_fits(attribute->value, in->context.as4 ? 4 : 2))
            blame(in, CP_BGP_TREAT_AS_WITHDRAW, SUB_AS_PATH, "segments of an AS_PATH do not fit",
                  offset);
        break;
    case CP_BGP_NEXT_HOP:
        is->next_hop = attribute->value;
        break;
    case CP_BGP_MED:
        is->med = cp_rd_u32(&rd);
        is->has_med = true;
        break;
    case CP_BGP_LOCAL_PREF:
        is->local_pref = cp_rd_u32(&rd);
        is->has_local_pref = true;
        break;
    case CP_BGP_MP_REACH:
        if (!reach_in(&is->reach, attribute->value))
            blame(in, CP_BGP_RESET, SUB_OPTIONAL, "the next hop goes past its attribute", offset);
        break;
    case CP_BGP_MP_UNREACH:
        is->unreach.there = true;
        is->unreach.afi = cp_rd_u16(&rd);
        is->unreach.safi = cp_rd_u8(&rd);
        is->unreach.nlri = rd.left;
        break;
    case CP_BGP_LINK_STATE:
        is->link_state = attribute->value;
        is->has_link_state = true;
        break;
    default:
        break;
    }
}

static bool length_fits(const struct rule *rule, size_t len)
{
    if (rule->type == CP_BGP_AGGREGATOR)
        return len == 6 || len == 8;
    return len >= rule->least && len % rule->unit == 0 &&
           (rule->most == MAY_BE_ANY || len <= rule->most);
}

static void attribute_in(struct in *in, const struct cp_bgp_attribute *attribute)
{
    const struct rule *rule = rule_of(attribute->type);
    uint32_t bit = 1u << (attribute->type % 32);
    uint32_t *seen = &in->seen[attribute->type / 32];
    uint32_t offset = in->offset + attribute->offset;

    if ((*seen & bit) != 0) {
        /* RFC 7606 3 (g): of MP_REACH_NLRI or MP_UNREACH_NLRI twice nobody can tell; else the first counts. */
        bool fatal = attribute->type == CP_BGP_MP_REACH || attribute->type == CP_BGP_MP_UNREACH;

        blame(in, fatal ? CP_BGP_RESET : CP_BGP_DISCARD_ATTRIBUTE, SUB_LIST,
              "an attribute stands twice", offset);
        return;
    }
    *seen |= bit;
    if (rule == NULL)
        return;
    if (rule->internal_only && !in->context.internal) {
        blame(in, CP_BGP_DISCARD_ATTRIBUTE, SUB_LIST, "an attribute of internal peers alone",
              offset);
        return;
    }
    /* RFC 7606 3 (c) */
    if (((attribute->flags ^ rule->flags) & (CP_BGP_FLAG_OPTIONAL | CP_BGP_FLAG_TRANSITIVE)) != 0)
        blame(in, CP_BGP_TREAT_AS_WITHDRAW, SUB_FLAGS, "flags of an attribute are not its own",
              offset);
    if (!length_fits(rule, attribute->value.len))
        blame(in, (cp_bgp_remedy)rule->remedy, SUB_LENGTH, "an attribute has not its length",
              offset);
    else
        value_in(in, attribute);
}

static bool in_seen(const struct in *in, uint8_t type)
{
    return (in->seen[type / 32] >> (type % 32) & 1) != 0;
}

/* RFC 7606 3 (d): what must be there where something is announced. */
static void missing_find(struct in *in)
{
    const struct cp_bgp_update *is = in->is;

    if (is->nlri.len == 0 && (!is->reach.there || is->reach.nlri.len == 0))
        return;
    if (!in_seen(in, CP_BGP_ORIGIN) || !in_seen(in, CP_BGP_AS_PATH) ||
        (is->nlri.len > 0 && !in_seen(in, CP_BGP_NEXT_HOP)))
        blame(in, CP_BGP_TREAT_AS_WITHDRAW, SUB_MISSING, "an attribute that must be there is not",
              in->offset);
}

/* Prefixes, whole ones, of at most 32 bits (RFC 7606 5.3). */
static bool prefixes_fit(cp_text bytes)
{
    cp_rd rd = cp_rd_make(bytes);

    while (cp_rd_left(&rd) > 0) {
        uint32_t bits = cp_rd_u8(&rd);

        if (bits > 32)
            return false;
        cp_rd_skip(&rd, (bits + 7) / 8);
    }
    return !rd.bad;
}

static void attributes_in(struct in *in)
{
    cp_text all = in->is->attributes;
    cp_rd rd = cp_rd_make(all);
    struct cp_bgp_attribute attribute = {0};

    while (cp_bgp_attribute_next(&rd, all, &attribute))
        attribute_in(in, &attribute);
    /* RFC 7606 4: the total length holds; what of the last attribute lies beyond it is not there. */
    if (rd.bad)
        blame(in, CP_BGP_TREAT_AS_WITHDRAW, SUB_LIST, "attributes do not fit their total length",
              in->offset + attribute.offset);
    missing_find(in);
    /* RFC 7606 5.2: with nothing announced that could be withdrawn, who knows what was lost. */
    if (in->fault->remedy == CP_BGP_TREAT_AS_WITHDRAW && in->is->nlri.len == 0 &&
        (!in->is->reach.there || in->is->reach.nlri.len == 0))
        in->fault->remedy = CP_BGP_RESET;
}

static bool is_end_of_rib(const struct cp_bgp_update *is, uint32_t attribute_count)
{
    if (is->withdrawn.len > 0 || is->nlri.len > 0)
        return false;
    if (is->attributes.len == 0)
        return true;
    return attribute_count == 1 && is->unreach.there && is->unreach.nlri.len == 0;
}

static uint32_t seen_count(const struct in *in)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < 256; i++)
        count += in->seen[i / 32] >> (i % 32) & 1;
    return count;
}

cp_err cp_bgp_update_decode(cp_text message, cp_bgp_context context, struct cp_bgp_update *update,
                            struct cp_bgp_fault *fault)
{
    cp_rd rd = cp_bgp_body(message);
    struct in in = {.is = update, .fault = fault, .context = context};

    *fault = (struct cp_bgp_fault){0};
    *update = (struct cp_bgp_update){.withdrawn = cp_rd_bytes(&rd, cp_rd_u16(&rd))};
    update->attributes = cp_rd_bytes(&rd, cp_rd_u16(&rd));
    in.offset = (uint32_t)(message.len - cp_rd_left(&rd) - update->attributes.len);
    update->nlri = rd.left;
    if (rd.bad)
        blame(&in, CP_BGP_RESET, SUB_LIST, "parts of an UPDATE do not fit", CP_BGP_HEADER_BYTES);
    else if (!prefixes_fit(update->withdrawn) || !prefixes_fit(update->nlri))
        blame(&in, CP_BGP_RESET, SUB_NLRI, "prefixes of an UPDATE do not fit", CP_BGP_HEADER_BYTES);
    else
        attributes_in(&in);
    update->end_of_rib = fault->remedy == CP_BGP_NOTHING && is_end_of_rib(update, seen_count(&in));
    return fault->remedy == CP_BGP_RESET ? CP_ERR_MALFORMED : CP_OK;
}

void cp_bgp_attribute_write(struct cp_out *out, uint8_t flags, uint8_t type, cp_text value)
{
    bool extended = value.len > 255 || (flags & CP_BGP_FLAG_EXTENDED) != 0;

    cp_wr_u8(out, extended ? flags | CP_BGP_FLAG_EXTENDED : flags);
    cp_wr_u8(out, type);
    if (extended)
        cp_wr_u16(out, value.len);
    else
        cp_wr_u8(out, value.len);
    cp_out_text(out, value);
}

void cp_bgp_reach_write(struct cp_out *out, const struct cp_bgp_reach *reach)
{
    cp_wr_length length;

    cp_wr_u8(out, CP_BGP_FLAG_OPTIONAL | CP_BGP_FLAG_EXTENDED);
    cp_wr_u8(out, CP_BGP_MP_REACH);
    length = cp_wr_open_length(out, 2);
    cp_wr_u16(out, reach->afi);
    cp_wr_u8(out, reach->safi);
    cp_wr_u8(out, reach->next_hop.len);
    cp_out_text(out, reach->next_hop);
    cp_wr_zero(out, 1);
    cp_out_text(out, reach->nlri);
    cp_wr_close_length(out, length, 0);
}

void cp_bgp_unreach_write(struct cp_out *out, const struct cp_bgp_reach *unreach)
{
    cp_wr_length length;

    cp_wr_u8(out, CP_BGP_FLAG_OPTIONAL | CP_BGP_FLAG_EXTENDED);
    cp_wr_u8(out, CP_BGP_MP_UNREACH);
    length = cp_wr_open_length(out, 2);
    cp_wr_u16(out, unreach->afi);
    cp_wr_u8(out, unreach->safi);
    cp_out_text(out, unreach->nlri);
    cp_wr_close_length(out, length, 0);
}

void cp_bgp_update_write(struct cp_out *out, const struct cp_bgp_update *update, uint32_t size_max)
{
    cp_wr_length length = cp_bgp_message_open(out, CP_BGP_UPDATE);

    cp_wr_u16(out, update->withdrawn.len);
    cp_out_text(out, update->withdrawn);
    cp_wr_u16(out, update->attributes.len);
    cp_out_text(out, update->attributes);
    cp_out_text(out, update->nlri);
    cp_bgp_message_close(out, length, size_max);
}
