#include "yang.h"

#include "base/out.h"

/* Links: RFC 8345 4.2, with what RFC 8346 and 8944 say of them. */

#define NW "ietf-network"
#define NT "ietf-network-topology"
#define L2 "ietf-l2-topology"
#define L3 "ietf-l3-unicast-topology"
#define TE "ietf-te-topology"
#define MAPPED "ietf-network-inventory-topology"

enum { KBPS = 1000 };

static cp_err take_link_id(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_link *)into)->file_id);
}

static cp_err take_source_node(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_link *link = into;

    link->source_place = value->place;
    return cp_yang_id(yang, value, &link->source);
}

static cp_err take_source_tp(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_link *)into)->source_tp);
}

static cp_err take_target_node(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_link *link = into;

    link->target_place = value->place;
    return cp_yang_id(yang, value, &link->target);
}

static cp_err take_target_tp(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_link *)into)->target_tp);
}

static cp_err take_source(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NT, "source-node", take_source_node, NULL, NULL},
        {NT, "source-tp", take_source_tp, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_target(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NT, "dest-node", take_target_node, NULL, NULL},
        {NT, "dest-tp", take_target_tp, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_supports(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)into;
    return cp_yang_each(yang, value, cp_yang_ref_take, &yang->refs);
}

static cp_err take_metric(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    if (cp_yang_number(value, CP_METRIC_MAX, &((struct cp_yang_link *)into)->metric) &&
        ((struct cp_yang_link *)into)->metric > 0)
        return CP_OK;
    return cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, value->place,
                         "a metric that is no whole number from 1 to 4294967294", CP_TEXT(""));
}

static cp_err take_l3(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {{L3, "metric1", take_metric, NULL, NULL}};

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_rate(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_link *link = into;
    uint64_t kbps;

    if (!cp_yang_number(value, (CP_BPS_NONE - 1) / KBPS, &kbps))
        return cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, value->place,
                             "a rate that is no whole number of kbit/s", CP_TEXT(""));
    link->capacity_bps = kbps * KBPS; /* RFC 8944 4: rate is in kbit/s */
    return CP_OK;
}

static cp_err take_delay(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_link *link = into;
    uint64_t delay_us;

    if (!cp_yang_number(value, CP_DELAY_NONE - 1, &delay_us))
        return cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, value->place,
                             "a delay that is no whole number of microseconds", CP_TEXT(""));
    link->delay_us = (uint32_t)delay_us;
    return CP_OK;
}

static cp_err take_l2(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {L2, "rate", take_rate, NULL, NULL},
        {L2, "delay", take_delay, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_mapping(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {MAPPED, "link-type", NULL, "technology", NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

cp_err cp_yang_link_take(struct cp_yang *yang, const struct cp_json_value *value, void *nothing)
{
    static const struct cp_yang_rule rules[] = {
        {NT, "link-id", take_link_id, NULL, NULL},
        {NT, "source", take_source, NULL, NULL},
        {NT, "destination", take_target, NULL, NULL},
        {NT, "supporting-link", take_supports, NULL, NULL},
        {L2, "l2-link-attributes", take_l2, NULL, NULL},
        {L3, "l3-link-attributes", take_l3, NULL, NULL},
        {TE, "te", cp_yang_te_link, NULL, NULL},
        {MAPPED, "inventory-mapping-attributes", take_mapping, NULL, NULL},
    };
    struct cp_yang_link link = {.network = yang->network,
                                .place = value->place,
                                .source_place = value->place,
                                .target_place = value->place,
                                .capacity_bps = CP_BPS_NONE,
                                .delay_us = CP_DELAY_NONE,
                                .attrs.first = yang->attrs.count,
                                .supports.first = yang->refs.count,
                                .a = CP_NONE,
                                .b = CP_NONE,
                                .partner = CP_NONE,
                                .next = CP_NONE};

    (void)nothing;
    yang->notes = true;
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &link));
    yang->notes = false;
    if (link.file_id.len == 0 || link.source.len == 0)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a link without link-id or source-node", link.file_id);
    link.attrs.count = yang->attrs.count - link.attrs.first;
    link.supports.count = yang->refs.count - link.supports.first;
    return CP_YANG_ADD(yang, &yang->links, &link);
}
