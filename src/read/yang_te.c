#include "yang.h"

#include "base/num.h"
#include "base/out.h"

/* What traffic engineering adds: RFC 8795, with the bandwidths of RFC 8776 and of OTN. */

#define TE "ietf-te-topology"
#define TYPES "ietf-te-types"
#define OTN "ietf-otn-topology"

#define SWITCHING "how signals are switched and labelled says nothing of what a network is made of"
#define TUNNELS "tunnels and their ends are no elements of a network"
#define RESERVED "bandwidth that is reserved or free changes with the traffic"
#define STATISTICS "statistics and states of protocols say nothing of what a network is made of"

/* --- states --------------------------------------------------------------------------------- */

static cp_err take_admin(struct cp_yang *yang, const struct cp_json_value *value, bool *down)
{
    if (value->kind == CP_JSON_TEXT && cp_text_is(cp_yang_bare(value->text), "down"))
        *down = true;
    return cp_yang_note(yang, "x-admin-status", value);
}

static cp_err take_node_admin(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return take_admin(yang, value, &((struct cp_yang_node *)into)->down);
}

static cp_err take_link_admin(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return take_admin(yang, value, &((struct cp_yang_link *)into)->down);
}

/* --- nodes ---------------------------------------------------------------------------------- */

static cp_err take_underlay_network(struct cp_yang *yang, const struct cp_json_value *value,
                                    void *into)
{
    struct cp_yang_ref *ref = into;

    ref->place = value->place;
    return cp_yang_id(yang, value, &ref->network);
}

static cp_err take_underlay(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {TE, "network-ref", take_underlay_network, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules),
                        &((struct cp_yang_node *)into)->underlay);
}

static cp_err take_abstract(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)into;
    CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, value->key_place,
                         "an abstract node or link stands for elements that are not stated here",
                         CP_TEXT("")));
    return cp_yang_note_text(yang, "x-is-abstract", CP_TEXT("true"), value->place);
}

static cp_err take_node_attributes(struct cp_yang *yang, const struct cp_json_value *value,
                                   void *into)
{
    static const struct cp_yang_rule rules[] = {
        {TE, "admin-status", take_node_admin, NULL, NULL},
        {TE, "is-abstract", take_abstract, NULL, NULL},
        {TE, "signaling-address", NULL, "address", NULL},
        {TE, "underlay-topology", take_underlay, NULL, NULL},
        {TE, "connectivity-matrices", NULL, NULL, SWITCHING},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_spot(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_spot spot = {CP_COORD_NONE, CP_COORD_NONE};
    struct cp_yang_node *node = into;

    CP_TRY(cp_yang_spot(yang, value, &spot));
    node->lat_udeg = spot.lat_udeg;
    node->lon_udeg = spot.lon_udeg;
    return CP_OK;
}

cp_err cp_yang_te_node(struct cp_yang *yang, const struct cp_json_value *value, void *node)
{
    static const struct cp_yang_rule rules[] = {
        {TE, "te-node-attributes", take_node_attributes, NULL, NULL},
        {TE, "geolocation", take_spot, NULL, NULL},
        {TE, "tunnel-termination-point", NULL, NULL, TUNNELS},
        {TE, "te-node-template", NULL, NULL, STATISTICS},
        {TE, "information-source", NULL, NULL, STATISTICS},
        {TE, "information-source-instance", NULL, NULL, STATISTICS},
        {TE, "information-source-state", NULL, NULL, STATISTICS},
        {TE, "information-source-entry", NULL, NULL, STATISTICS},
        {TE, "statistics", NULL, NULL, STATISTICS},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), node);
}

/* --- termination points ------------------------------------------------------------------------- */

static cp_err take_plug(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    CP_TRY(cp_yang_text(yang, value, &((struct cp_yang_tp *)into)->plug));
    return cp_yang_note(yang, "x-inter-domain-plug-id", value);
}

cp_err cp_yang_te_tp(struct cp_yang *yang, const struct cp_json_value *value, void *tp)
{
    static const struct cp_yang_rule rules[] = {
        {TE, "inter-domain-plug-id", take_plug, NULL, NULL},
        {TE, "admin-status", NULL, "x-admin-status", NULL},
        {TE, "interface-switching-capability", NULL, NULL, SWITCHING},
        {TE, "inter-layer-lock-id", NULL, NULL, SWITCHING},
        {OTN, "client-svc", NULL, NULL, SWITCHING},
        {TE, "geolocation", NULL, NULL, "a termination point is where its node is"},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), tp);
}

/* --- bandwidth ---------------------------------------------------------------------------------- */

enum { BITS = 8, HEX_POINT_MAX = 32 };

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* 0x1.8p30, 0x5f5e100 or 100000000: bytes a second (RFC 8776; the form of floats is RFC 8294's
 * bandwidth-ieee-float32).  What lies below one byte is cut off. */
static bool bytes_per_second(cp_text text, uint64_t *out)
{
    uint64_t whole = 0, exponent = 0;
    uint32_t fraction = 0;
    bool point = false;
    size_t at = 2;

    if (!cp_text_starts(text, CP_TEXT("0x")) && !cp_text_starts(text, CP_TEXT("0X")))
        return cp_num_u64(text, UINT64_MAX, out) == CP_OK;
    for (; at < text.len && text.at[at] != 'p' && text.at[at] != 'P'; at++) {
        int digit = hex_digit(text.at[at]);

        if (text.at[at] == '.' && !point) {
            point = true;
            continue;
        }
        if (digit < 0 || whole >> 60 != 0 || fraction == HEX_POINT_MAX)
            return false;
        whole = whole << 4 | (uint64_t)digit;
        fraction += point ? 4 : 0;
    }
    if (at == 2)
        return false;
    if (at < text.len) {
        at += at + 1 < text.len && text.at[at + 1] == '+' ? 2 : 1;
        if (cp_num_u64(cp_text_sub(text, at, text.len), 127, &exponent) != CP_OK)
            return false;
    }
    if (exponent < fraction) {
        *out = whole >> (fraction - exponent);
        return true;
    }
    exponent -= fraction;
    if (whole != 0 && (exponent >= 64 || whole > UINT64_MAX >> exponent))
        return false;
    *out = exponent >= 64 ? 0 : whole << exponent;
    return true;
}

/* ITU-T G.709 table 7-2: bit rates of ODUs, rounded down to kbit/s. */
static const struct {
    const char *name;
    uint64_t kbps;
} odus[] = {
    {"ODU0", 1244160},   {"ODU1", 2498775},  {"ODU2", 10037273},
    {"ODU2e", 10399525}, {"ODU3", 40319218}, {"ODU4", 104794445},
};

/* An entry of an odulist: so many of one size fit.  Sizes are alternatives, so the largest sum counts. */
static void take_odus(const struct cp_json_value *entry, uint64_t *bps)
{
    cp_text type = CP_TEXT("");
    uint64_t number = 0;

    for (const struct cp_json_value *m = entry->first; m != NULL; m = m->next) {
        if (cp_yang_is(m->key, OTN, "odu-type") && m->kind == CP_JSON_TEXT)
            type = cp_yang_bare(m->text);
        if (cp_yang_is(m->key, OTN, "number") && !cp_yang_number(m, UINT16_MAX, &number))
            number = 0;
    }
    if (cp_text_starts(type, CP_TEXT("prot-")))
        type = cp_text_sub(type, 5, type.len);
    for (size_t i = 0; i < CP_COUNT(odus); i++)
        if (cp_text_is(type, odus[i].name) && odus[i].kbps * 1000 * number > *bps)
            *bps = odus[i].kbps * 1000 * number;
}

static cp_err take_odulist(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_link *link = into;
    uint64_t bps = 0;

    for (const struct cp_json_value *entry = value->first; entry != NULL; entry = entry->next)
        if (entry->kind == CP_JSON_OBJECT)
            take_odus(entry, &bps);
    if (bps == 0)
        return cp_yang_tally(yang, CP_REMARK_FINDING, value->place,
                             "a bandwidth in units that are not read: the link has no limit",
                             CP_TEXT(""));
    link->capacity_bps = bps;
    return CP_OK;
}

static cp_err take_generic(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_link *link = into;
    uint64_t bytes;

    if ((value->kind == CP_JSON_TEXT || value->kind == CP_JSON_NUMBER) &&
        bytes_per_second(cp_text_trim(value->text), &bytes) && bytes < CP_BPS_NONE / BITS) {
        link->capacity_bps = bytes * BITS;
        return CP_OK;
    }
    return cp_yang_tally(yang, CP_REMARK_FINDING, value->place,
                         "a bandwidth in units that are not read: the link has no limit",
                         CP_TEXT(""));
}

static cp_err take_te_bandwidth(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {TE, "generic", take_generic, NULL, NULL},
        {OTN, "odulist", take_odulist, NULL, NULL},
        {OTN, "otn", NULL, NULL, SWITCHING},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_bandwidth(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {TE, "te-bandwidth", take_te_bandwidth, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

/* --- links -------------------------------------------------------------------------------------- */

static cp_err take_te_metric(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    uint64_t metric;

    if (cp_yang_number(value, CP_METRIC_MAX, &metric) && metric > 0)
        ((struct cp_yang_link *)into)->te_metric = metric;
    return cp_yang_note(yang, "x-te-default-metric", value);
}

static cp_err take_igp_metric(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    uint64_t metric;

    if (!cp_yang_number(value, CP_METRIC_MAX, &metric) || metric == 0)
        return cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, value->place,
                             "a metric that is no whole number from 1 to 4294967294", CP_TEXT(""));
    if (((struct cp_yang_link *)into)->metric == 0)
        ((struct cp_yang_link *)into)->metric = metric;
    return CP_OK;
}

/* RFC 7471 4.1: microseconds. */
static cp_err take_te_delay(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    uint64_t delay_us;

    if (!cp_yang_number(value, CP_DELAY_NONE - 1, &delay_us))
        return cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, value->place,
                             "a delay that is no whole number of microseconds", CP_TEXT(""));
    ((struct cp_yang_link *)into)->delay_us = (uint32_t)delay_us;
    return CP_OK;
}

static cp_err take_srlg_values(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_link *link = into;
    struct cp_out out = cp_out_make(yang->doc->arena);

    if (value->kind != CP_JSON_ARRAY)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "an array ([...]) is expected here", value->key);
    for (const struct cp_json_value *item = value->first; item != NULL; item = item->next) {
        uint64_t srlg;

        if (!cp_yang_number(item, UINT32_MAX, &srlg))
            return cp_yang_refuse(yang, CP_ERR_MALFORMED, item->place,
                                  "an SRLG is a whole number of 32 bits", item->text);
        cp_out_char(&out, ' ');
        cp_out_u64(&out, srlg);
    }
    return cp_out_done(&out, &link->srlgs);
}

static cp_err take_srlgs(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {{TE, "value", take_srlg_values, NULL, NULL}};

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_link_underlay(struct cp_yang *yang, const struct cp_json_value *value,
                                 void *into)
{
    static const char why[] = "an underlay path is not read: what carries the link is not known";

    ((struct cp_yang_link *)into)->unsupported = true;
    return cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, value->key_place, why, CP_TEXT(""));
}

static cp_err take_link_attributes(struct cp_yang *yang, const struct cp_json_value *value,
                                   void *into)
{
    static const struct cp_yang_rule rules[] = {
        {TE, "admin-status", take_link_admin, NULL, NULL},
        {TE, "is-abstract", take_abstract, NULL, NULL},
        {TE, "max-link-bandwidth", take_bandwidth, NULL, NULL},
        {TE, "te-default-metric", take_te_metric, NULL, NULL},
        {TE, "te-igp-metric", take_igp_metric, NULL, NULL},
        {TE, "te-delay-metric", take_te_delay, NULL, NULL},
        {TE, "te-srlgs", take_srlgs, NULL, NULL},
        {TE, "underlay", take_link_underlay, NULL, NULL},
        {TE, "external-domain", NULL, NULL, "what is beyond the network has its own"},
        {TE, "max-resv-link-bandwidth", NULL, NULL, RESERVED},
        {TE, "unreserved-bandwidth", NULL, NULL, RESERVED},
        {TE, "te-nsrlgs", NULL, NULL, TUNNELS},
        {TE, "interface-switching-capability", NULL, NULL, SWITCHING},
        {TE, "label-restrictions", NULL, NULL, SWITCHING},
        {TE, "link-index", NULL, NULL, STATISTICS},
        {OTN, "tsg", NULL, NULL, SWITCHING},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_bundled_tp(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_names(yang, value, &((struct cp_yang_link *)into)->bundled);
}

static cp_err take_bundled(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const char both[] = "a bundled link is known by its termination point at the source";
    static const struct cp_yang_rule rules[] = {
        {TE, "src-tp-ref", take_bundled_tp, NULL, NULL},
        {TE, "src-interface-ref", take_bundled_tp, NULL, NULL},
        {TE, "des-tp-ref", NULL, NULL, both},
        {TE, "des-interface-ref", NULL, NULL, both},
        {TE, "sequence", NULL, NULL, both},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_bundled_list(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_each(yang, value, take_bundled, into);
}

static cp_err take_bundle(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {TE, "bundled-link", take_bundled_list, NULL, NULL},
        {TE, "component-link", take_bundled_list, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

cp_err cp_yang_te_link(struct cp_yang *yang, const struct cp_json_value *value, void *link)
{
    static const struct cp_yang_rule rules[] = {
        {TE, "te-link-attributes", take_link_attributes, NULL, NULL},
        {TE, "bundled-links", take_bundle, NULL, NULL},
        {TE, "component-links", take_bundle, NULL, NULL},
        {TE, "te-link-template", NULL, NULL, STATISTICS},
        {TE, "is-transitional", NULL, NULL, SWITCHING},
        {TE, "information-source", NULL, NULL, STATISTICS},
        {TE, "information-source-instance", NULL, NULL, STATISTICS},
        {TE, "information-source-state", NULL, NULL, STATISTICS},
        {TE, "information-source-entry", NULL, NULL, STATISTICS},
        {TE, "recovery", NULL, NULL, STATISTICS},
        {TE, "underlay", NULL, NULL, STATISTICS},
        {TE, "statistics", NULL, NULL, STATISTICS},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), link);
}
