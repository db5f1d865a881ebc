#include "pcep_trial.h"

/* Random structs within their fields: what is written decodes to the same structs, and is written the same again. */

enum { ROUNDS = 20000, OBJECTS = 12, PARTS = 6 };

struct maker {
    uint64_t seed;
    struct cp_arena *arena;
};

static uint32_t below(struct maker *m, uint32_t limit)
{
    m->seed ^= m->seed << 13;
    m->seed ^= m->seed >> 7;
    m->seed ^= m->seed << 17;
    return limit == 0 ? 0 : (uint32_t)((m->seed >> 11) % limit);
}

static uint32_t bits(struct maker *m, uint32_t count)
{
    uint32_t value = below(m, 1u << 16) << 16 | below(m, 1u << 16);

    return below(m, 4) == 0 ? 0 : value >> (32 - count); /* zeroes are of interest */
}

static cp_ip address(struct maker *m, uint8_t family)
{
    uint8_t at[16];

    for (uint32_t i = 0; i < 16; i++)
        at[i] = (uint8_t)bits(m, 8);
    return family == 4 ? cp_ip_v4(bits(m, 32)) : cp_ip_v6(at);
}

static cp_text bytes_of(struct maker *m, uint32_t least, uint32_t limit)
{
    uint32_t len = least + below(m, limit);
    char *at = CP_TAKE(m->arena, len + 1, char);

    assert_non_null(at);
    for (uint32_t i = 0; i < len; i++)
        at[i] = (char)(unsigned char)bits(m, 8);
    return (cp_text){at, len};
}

static cp_text words_of(struct maker *m, uint32_t extra)
{
    cp_text bytes = bytes_of(m, 12, 1);

    bytes.len = (size_t)below(m, 3) * 4 + extra;
    return bytes;
}

static cp_pcep_sid_structure structure(struct maker *m)
{
    return (cp_pcep_sid_structure){(uint8_t)below(m, 65), (uint8_t)below(m, 33),
                                   (uint8_t)below(m, 17), (uint8_t)below(m, 15)};
}

static void fill_sid(struct maker *m, uint8_t sid[16])
{
    for (uint32_t i = 0; i < 16; i++)
        sid[i] = (uint8_t)bits(m, 8);
}

static struct cp_pcep_nai nai(struct maker *m, bool srv6)
{
    static const uint8_t families[] = {0, 4, 6, 4, 6, 4, 6};
    struct cp_pcep_nai n = {.type = (uint8_t)(srv6 ? 2 + 2 * below(m, 3) : 1 + below(m, 6))};

    n.local = address(m, families[n.type]);
    if (n.type >= CP_PCEP_NAI_IPV4_ADJACENCY)
        n.remote = address(m, families[n.type]);
    if (n.type >= CP_PCEP_NAI_UNNUMBERED) {
        n.local_interface = bits(m, 32);
        n.remote_interface = bits(m, 32);
    }
    return n;
}

/* sort: 0 labels, 1 indices, 2 no SID. */
static struct cp_pcep_hop sr_hop(struct maker *m, uint32_t sort)
{
    struct cp_pcep_hop hop = {.kind = CP_PCEP_HOP_SR, .loose = below(m, 2) == 0};

    hop.flags = (uint16_t)(bits(m, 8) << 4);
    if (sort == 0)
        hop.flags |= (uint16_t)(CP_PCEP_SR_HOP_M | (below(m, 2) == 0 ? CP_PCEP_SR_HOP_C : 0));
    if (sort == 2)
        hop.flags |= CP_PCEP_SR_HOP_S;
    else if (below(m, 2) == 0)
        hop.flags |= CP_PCEP_SR_HOP_F;
    if ((hop.flags & CP_PCEP_SR_HOP_F) == 0)
        hop.is.sr.nai = nai(m, false);
    if ((hop.flags & CP_PCEP_SR_HOP_S) == 0)
        hop.is.sr.sid = bits(m, 32);
    return hop;
}

static struct cp_pcep_hop srv6_hop(struct maker *m)
{
    struct cp_pcep_hop hop = {.kind = CP_PCEP_HOP_SRV6, .flags = (uint16_t)bits(m, 12)};
    struct cp_pcep_srv6_sid *sid = CP_TAKE(m->arena, 1, struct cp_pcep_srv6_sid);

    assert_non_null(sid);
    if ((hop.flags & CP_PCEP_SRV6_HOP_S) != 0)
        hop.flags &= (uint16_t) ~(CP_PCEP_SRV6_HOP_F | CP_PCEP_SRV6_HOP_T);
    else
        fill_sid(m, sid->sid);
    if ((hop.flags & CP_PCEP_SRV6_HOP_F) == 0)
        hop.is.srv6.nai = nai(m, true);
    sid->behaviour = (uint16_t)bits(m, 16);
    sid->structured = (hop.flags & CP_PCEP_SRV6_HOP_T) != 0;
    if (sid->structured)
        sid->structure = structure(m);
    hop.is.srv6.sid = sid;
    return hop;
}

static struct cp_pcep_hop plain_hop(struct maker *m, uint8_t class_id)
{
    static const uint8_t kinds[] = {1, 2, 3, 4, 32, 34, 99};
    struct cp_pcep_hop hop = {.kind = kinds[below(m, CP_COUNT(kinds))], .loose = below(m, 2) == 0};
    bool rro = class_id == CP_PCEP_CLASS_RRO, xro = class_id == CP_PCEP_CLASS_XRO;

    if (hop.kind <= 2) {
        hop.is.address = address(m, hop.kind == 1 ? 4 : 6);
        hop.prefix_bits = (uint8_t)below(m, hop.kind == 1 ? 33 : 129);
        hop.flags = rro ? (uint16_t)bits(m, 8) : 0;
        hop.attribute = xro ? (uint8_t)bits(m, 8) : 0;
    } else if (hop.kind == CP_PCEP_HOP_UNNUMBERED) {
        hop.is.unnumbered.router = bits(m, 32);
        hop.is.unnumbered.interface = bits(m, 32);
        hop.flags = rro ? (uint16_t)bits(m, 8) : 0;
        hop.attribute = xro ? (uint8_t)bits(m, 8) : 0;
    } else if (hop.kind == CP_PCEP_HOP_AS) {
        hop.is.number = bits(m, 16);
    } else if (hop.kind == CP_PCEP_HOP_SRLG && xro) {
        hop.is.number = bits(m, 32);
        hop.attribute = (uint8_t)bits(m, 8);
    } else if (hop.kind == CP_PCEP_HOP_LABEL && !xro) {
        hop.flags = (uint16_t)bits(m, 8);
        hop.is.label.c_type = (uint8_t)bits(m, 8);
        hop.is.label.bytes = words_of(m, 4);
    } else {
        hop.is.bytes = words_of(m, 2);
    }
    return hop;
}

static struct cp_pcep_path path(struct maker *m, uint8_t class_id)
{
    uint32_t count = below(m, PARTS), sort = below(m, 5);
    struct cp_pcep_hop *hops = CP_TAKE(m->arena, count, struct cp_pcep_hop);

    for (uint32_t i = 0; i < count; i++) {
        if (class_id == CP_PCEP_CLASS_XRO || sort == 4)
            hops[i] = plain_hop(m, class_id);
        else
            hops[i] = sort == 3 ? srv6_hop(m) : sr_hop(m, sort);
    }
    return (struct cp_pcep_path){
        hops, count, class_id == CP_PCEP_CLASS_XRO ? (uint16_t)bits(m, 16) : (uint16_t)0};
}

static struct cp_pcep_tlvs tlvs(struct maker *m, bool nested);

static struct cp_pcep_setup_capability *setup(struct maker *m)
{
    struct cp_pcep_setup_capability *s = CP_TAKE(m->arena, 1, struct cp_pcep_setup_capability);
    uint8_t *types = CP_TAKE(m->arena, 8, uint8_t);

    s->count = below(m, 8);
    for (uint32_t i = 0; i < s->count; i++)
        types[i] = (uint8_t)bits(m, 8);
    s->types = types;
    s->tlvs = tlvs(m, true);
    return s;
}

static struct cp_pcep_identifiers *identifiers(struct maker *m, uint8_t family)
{
    struct cp_pcep_identifiers *ids = CP_TAKE(m->arena, 1, struct cp_pcep_identifiers);

    *ids = (struct cp_pcep_identifiers){address(m, family), address(m, family), address(m, family),
                                        (uint16_t)bits(m, 16), (uint16_t)bits(m, 16)};
    return ids;
}

static void fill_binding(struct maker *m, struct cp_pcep_tlv *tlv)
{
    struct cp_pcep_binding *b = &tlv->is.binding;

    if (tlv->type == CP_PCEP_TLV_PATH_BINDING_FRR) {
        b->label = bits(m, 20);
        return;
    }
    b->type = (uint8_t)below(m, 5);
    b->flags = (uint8_t)bits(m, 8);
    b->empty = below(m, 4) == 0;
    if (b->empty)
        return;
    if (b->type == CP_PCEP_BINDING_LABEL)
        b->label = bits(m, 20);
    else if (b->type == CP_PCEP_BINDING_LABEL_ENTRY)
        b->label = bits(m, 32);
    else if (b->type == 4)
        tlv->bytes = bytes_of(m, 1, 9);
    else
        fill_sid(m, b->sid);
    if (b->type == CP_PCEP_BINDING_SRV6_STRUCTURE) {
        b->behaviour = (uint16_t)bits(m, 16);
        b->structure = structure(m);
    }
}

static void fill_lists(struct maker *m, struct cp_pcep_tlv *tlv)
{
    uint16_t *codes = CP_TAKE(m->arena, PARTS, uint16_t);
    cp_pcep_association_range *ranges = CP_TAKE(m->arena, PARTS, cp_pcep_association_range);
    cp_pcep_msd *msds = CP_TAKE(m->arena, PARTS, cp_pcep_msd);
    uint32_t count = below(m, PARTS);

    for (uint32_t i = 0; i < count; i++) {
        codes[i] = (uint16_t)bits(m, 16);
        ranges[i] =
            (cp_pcep_association_range){(uint16_t)bits(m, 16), (uint16_t)bits(m, 16), codes[i]};
        msds[i] = (cp_pcep_msd){(uint8_t)bits(m, 8), (uint8_t)bits(m, 8)};
    }
    if (tlv->form == CP_PCEP_TLV_CODES) {
        tlv->is.codes.at = codes;
        tlv->is.codes.count = count;
    } else if (tlv->form == CP_PCEP_TLV_RANGES) {
        tlv->is.ranges.at = ranges;
        tlv->is.ranges.count = count;
    } else {
        tlv->is.srv6 = (struct cp_pcep_srv6_capability){(uint16_t)bits(m, 16), count, msds};
    }
}

static uint64_t number_of(struct maker *m, uint16_t type)
{
    if (type == CP_PCEP_TLV_LSP_DB_VERSION)
        return (uint64_t)bits(m, 32) << 32 | bits(m, 32);
    return type == CP_PCEP_TLV_PATH_SETUP_TYPE || type == CP_PCEP_TLV_COMPUTATION_PRIORITY
               ? bits(m, 8)
               : bits(m, 32);
}

static struct cp_pcep_tlv tlv_of(struct maker *m, uint16_t type)
{
    struct cp_pcep_tlv tlv = {.type = type, .form = cp_pcep_tlv_form_of(type)};

    switch (tlv.form) {
    case CP_PCEP_TLV_BYTES:
        tlv.bytes = bytes_of(m, 1, 9);
        break;
    case CP_PCEP_TLV_NUMBER:
        tlv.is.number = number_of(m, type);
        break;
    case CP_PCEP_TLV_CODES:
    case CP_PCEP_TLV_RANGES:
    case CP_PCEP_TLV_SRV6:
        fill_lists(m, &tlv);
        break;
    case CP_PCEP_TLV_VENDOR:
        tlv.is.enterprise = bits(m, 32);
        tlv.bytes = bytes_of(m, 0, 9);
        break;
    case CP_PCEP_TLV_IDENTIFIERS:
        tlv.is.identifiers = identifiers(m, type == CP_PCEP_TLV_IPV4_LSP_IDENTIFIERS ? 4 : 6);
        break;
    case CP_PCEP_TLV_SR:
        tlv.is.sr.flags = (uint8_t)bits(m, 8);
        tlv.is.sr.msd = (uint8_t)bits(m, 8);
        break;
    case CP_PCEP_TLV_SETUP:
        tlv.is.setup = setup(m);
        break;
    case CP_PCEP_TLV_BINDING:
        fill_binding(m, &tlv);
        break;
    case CP_PCEP_TLV_CANDIDATE:
        tlv.is.candidate = (struct cp_pcep_candidate){.protocol_origin = (uint8_t)bits(m, 8),
                                                      .originator_as = bits(m, 32),
                                                      .discriminator = bits(m, 32)};
        fill_sid(m, tlv.is.candidate.originator);
        break;
    case CP_PCEP_TLV_EXTENDED:
        tlv.is.extended =
            (struct cp_pcep_extended){bits(m, 32), address(m, below(m, 2) == 0 ? 4 : 6)};
        break;
    }
    return tlv;
}

static struct cp_pcep_tlvs tlvs(struct maker *m, bool nested)
{
    uint32_t count = below(m, PARTS);
    struct cp_pcep_tlv *at = CP_TAKE(m->arena, count, struct cp_pcep_tlv);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t type = below(m, 75);

        if (type == CP_PCEP_TLV_PATH_SETUP_TYPE_CAPABILITY && nested)
            type = 0;
        at[i] = tlv_of(m, type == 74 ? (uint16_t)CP_PCEP_TLV_PATH_BINDING_FRR : (uint16_t)type);
    }
    return (struct cp_pcep_tlvs){at, count};
}

static uint64_t bps(struct maker *m)
{
    return (uint64_t)bits(m, 24) << below(m, 40); /* what a float holds */
}

static void fill_small(struct maker *m, struct cp_pcep_object *o)
{
    uint8_t a = (uint8_t)bits(m, 8), b = (uint8_t)bits(m, 8), c = (uint8_t)bits(m, 8);

    if (o->class_id == CP_PCEP_CLASS_OPEN)
        o->is.open = (struct cp_pcep_open){a & 7, b & 31, c, a, b};
    else if (o->class_id == CP_PCEP_CLASS_NO_PATH)
        o->is.no_path = (struct cp_pcep_no_path){a, (uint16_t)bits(m, 16)};
    else if (o->class_id == CP_PCEP_CLASS_METRIC)
        o->is.metric = (struct cp_pcep_metric){a, b, (uint64_t)bits(m, 24) * CP_PCEP_METRIC_UNIT};
    else if (o->class_id == CP_PCEP_CLASS_NOTIFICATION)
        o->is.notification = (struct cp_pcep_notification){a, b, c};
    else if (o->class_id == CP_PCEP_CLASS_ERROR)
        o->is.error = (struct cp_pcep_error){a, b, c};
    else if (o->class_id == CP_PCEP_CLASS_CLOSE)
        o->is.close = (struct cp_pcep_close){a, b};
    else if (o->class_id == CP_PCEP_CLASS_LOAD_BALANCING)
        o->is.load_balancing = (struct cp_pcep_load_balancing){a, b, bps(m)};
    else
        o->is.lspa = (struct cp_pcep_lspa){bits(m, 32), bits(m, 32), bits(m, 32), a, b, c};
}

static void fill(struct maker *m, struct cp_pcep_object *o)
{
    uint8_t family = o->type == 1 ? 4 : 6;
    uint32_t *ids = CP_TAKE(m->arena, PARTS, uint32_t);

    for (uint32_t i = 0; i < PARTS; i++)
        ids[i] = bits(m, 32);
    switch (o->class_id) {
    case CP_PCEP_CLASS_RP:
        o->is.rp = (struct cp_pcep_rp){ids[0], ids[1]};
        break;
    case CP_PCEP_CLASS_END_POINTS:
        o->is.end_points = (struct cp_pcep_end_points){address(m, family), address(m, family)};
        break;
    case CP_PCEP_CLASS_BANDWIDTH:
        o->is.bandwidth_bps = bps(m);
        break;
    case CP_PCEP_CLASS_ERO:
    case CP_PCEP_CLASS_RRO:
    case CP_PCEP_CLASS_IRO:
    case CP_PCEP_CLASS_XRO:
        o->is.path = path(m, o->class_id);
        break;
    case CP_PCEP_CLASS_SVEC:
        o->is.svec = (struct cp_pcep_svec){bits(m, 24), below(m, PARTS), ids};
        break;
    case CP_PCEP_CLASS_OF:
        o->is.of = (uint16_t)bits(m, 16);
        break;
    case CP_PCEP_CLASS_LSP:
        o->is.lsp = (struct cp_pcep_lsp){bits(m, 20), (uint16_t)bits(m, 12)};
        break;
    case CP_PCEP_CLASS_SRP:
        o->is.srp = (struct cp_pcep_srp){ids[0], ids[1]};
        break;
    case CP_PCEP_CLASS_VENDOR:
        o->is.vendor = (struct cp_pcep_vendor){ids[0], words_of(m, 0)};
        break;
    case CP_PCEP_CLASS_ASSOCIATION:
        o->is.association =
            (struct cp_pcep_association){(uint16_t)bits(m, 16), (uint16_t)bits(m, 16),
                                         (uint16_t)bits(m, 16), address(m, family)};
        break;
    case CP_PCEP_CLASS_PATH_KEY:
        o->is.bytes = words_of(m, 0);
        break;
    default:
        fill_small(m, o);
        break;
    }
}

static bool has_tlvs(uint8_t class_id)
{
    return class_id == CP_PCEP_CLASS_OPEN || class_id == CP_PCEP_CLASS_RP ||
           class_id == CP_PCEP_CLASS_NO_PATH || class_id == CP_PCEP_CLASS_LSPA ||
           class_id == CP_PCEP_CLASS_NOTIFICATION || class_id == CP_PCEP_CLASS_ERROR ||
           class_id == CP_PCEP_CLASS_LOAD_BALANCING || class_id == CP_PCEP_CLASS_CLOSE ||
           class_id == CP_PCEP_CLASS_OF || class_id == CP_PCEP_CLASS_LSP ||
           class_id == CP_PCEP_CLASS_SRP || class_id == CP_PCEP_CLASS_ASSOCIATION;
}

static struct cp_pcep_message message(struct maker *m)
{
    static const uint8_t classes[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                                      12, 13, 14, 15, 16, 17, 21, 32, 33, 34, 40};
    uint32_t count = below(m, OBJECTS);
    struct cp_pcep_object *objects = CP_TAKE(m->arena, count, struct cp_pcep_object);

    for (uint32_t i = 0; i < count; i++) {
        struct cp_pcep_object *o = &objects[i];

        o->class_id = classes[below(m, CP_COUNT(classes))];
        o->type = 1;
        if (o->class_id == CP_PCEP_CLASS_END_POINTS || o->class_id == CP_PCEP_CLASS_BANDWIDTH ||
            o->class_id == CP_PCEP_CLASS_ASSOCIATION)
            o->type = (uint8_t)(1 + below(m, 2));
        o->must = below(m, 2) == 0;
        o->ignored = below(m, 2) == 0;
        fill(m, o);
        if (has_tlvs(o->class_id))
            o->tlvs = tlvs(m, false);
    }
    return (struct cp_pcep_message){.type = (uint8_t)bits(m, 8),
                                    .flags = (uint8_t)bits(m, 5),
                                    .count = count,
                                    .objects = objects};
}

static void what_is_written_decodes_to_the_same(void **state)
{
    struct maker m = {.seed = 5440};

    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct trial t = trial_open();
        struct cp_pcep_message made;
        cp_text bytes, again;

        m.arena = t.arena;
        made = message(&m);
        assert_int_equal(trial_encode(&t, &made, &bytes), CP_OK);
        assert_int_equal(trial_decode(&t, bytes), CP_OK);
        assert_int_equal(t.message.fault_count, 0);
        assert_string_equal(trial_print(&t, &t.message), trial_print(&t, &made));
        assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
        assert_true(cp_text_eq(bytes, again));
        trial_close(&t);
    }
}

/* A byte changed anywhere: an answer, never a crash; what decodes is written, and reads the same. */
static void damaged_messages_are_answered(void **state)
{
    struct maker m = {.seed = 8231};

    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct trial t = trial_open();
        struct cp_pcep_message made;
        const char *text;
        cp_text bytes, copy, again;
        char *at;

        m.arena = t.arena;
        made = message(&m);
        assert_int_equal(trial_encode(&t, &made, &bytes), CP_OK);
        at = CP_TAKE(t.arena, bytes.len, char);
        for (size_t i = 0; i < bytes.len; i++)
            at[i] = bytes.at[i];
        at[below(&m, (uint32_t)bytes.len)] = (char)(unsigned char)bits(&m, 8);
        copy = (cp_text){at, bytes.len};
        if (trial_decode(&t, copy) == CP_OK) {
            text = trial_print(&t, &t.message);
            assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
            assert_int_equal(trial_decode(&t, again), CP_OK);
            assert_string_equal(trial_print(&t, &t.message), text);
        } else {
            assert_non_null(t.fault.why);
        }
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_decodes_to_the_same),
        cmocka_unit_test(damaged_messages_are_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
