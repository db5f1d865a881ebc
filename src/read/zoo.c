#include "sketch.h"

#include "base/num.h"

#include "number.h"

/* The keys of the Topology Zoo that have fields of their own here.  What cannot be read stays a
 * fact, with a finding. */

static cp_err apply_place(struct cp_sketch *sketch, struct cp_sketch_node *node)
{
    cp_attr *lat = cp_sketch_find(sketch, node->attrs, "latitude");
    cp_attr *lon = cp_sketch_find(sketch, node->attrs, "longitude");
    int32_t lat_udeg, lon_udeg;

    if (lat == NULL && lon == NULL)
        return CP_OK;
    if (lat == NULL || lon == NULL ||
        cp_number_degrees(cp_text_trim(lat->value), CP_LAT_LIMIT_DEG, &lat_udeg) != CP_OK ||
        cp_number_degrees(cp_text_trim(lon->value), CP_LON_LIMIT_DEG, &lon_udeg) != CP_OK)
        return cp_doc_tally(sketch->doc, CP_REMARK_FINDING, (lat != NULL ? lat : lon)->place,
                            "no pair of a latitude and a longitude: kept as facts", CP_TEXT(""));
    node->lat_udeg = lat_udeg;
    node->lon_udeg = lon_udeg;
    lat->taken = true;
    lon->taken = true;
    return CP_OK;
}

static bool unit_places(cp_text unit, int *places)
{
    static const struct {
        const char *unit;
        int places;
    } units[] = {{"bps", 0}, {"K", 3},    {"Kbps", 3}, {"M", 6},    {"Mbps", 6},
                 {"G", 9},   {"Gbps", 9}, {"T", 12},   {"Tbps", 12}};

    for (size_t i = 0; i < CP_COUNT(units); i++)
        if (cp_text_same_word(unit, cp_text_of(units[i].unit))) {
            *places = units[i].places;
            return true;
        }
    return false;
}

/* Bits a second, above 0. */
static bool speed_bps(cp_text value, int places, uint64_t *out)
{
    return cp_number_rounded(cp_text_trim(value), places, CP_BPS_NONE - 1, out) == CP_OK &&
           *out > 0;
}

/* LinkSpeed "2.5" with LinkSpeedUnits "G". */
static bool speed_with_units(const cp_attr *speed, const cp_attr *units, uint64_t *out)
{
    int places;

    return speed != NULL && units != NULL && unit_places(cp_text_trim(units->value), &places) &&
           speed_bps(speed->value, places, out);
}

static cp_err check_speeds(struct cp_sketch *sketch, uint64_t raw_bps, uint64_t units_bps,
                           cp_place place)
{
    if (raw_bps == units_bps)
        return CP_OK;
    return cp_doc_tally(sketch->doc, CP_REMARK_FINDING, place,
                        "LinkSpeed and LinkSpeedRaw disagree: LinkSpeedRaw is used", CP_TEXT(""));
}

static cp_err apply_speed(struct cp_sketch *sketch, struct cp_sketch_edge *edge)
{
    cp_attr *raw = cp_sketch_find(sketch, edge->attrs, "linkspeedraw");
    cp_attr *speed = cp_sketch_find(sketch, edge->attrs, "linkspeed");
    cp_attr *units = cp_sketch_find(sketch, edge->attrs, "linkspeedunits");
    uint64_t raw_bps, units_bps;
    bool has_units = speed_with_units(speed, units, &units_bps);

    if (raw != NULL && speed_bps(raw->value, 0, &raw_bps)) {
        edge->capacity_bps = raw_bps;
        raw->taken = true;
        return has_units ? check_speeds(sketch, raw_bps, units_bps, raw->place) : CP_OK;
    }
    if (has_units) {
        edge->capacity_bps = units_bps;
        speed->taken = true;
        units->taken = true;
        return CP_OK;
    }
    if (raw == NULL && speed == NULL)
        return CP_OK;
    return cp_doc_tally(sketch->doc, CP_REMARK_FINDING, (raw != NULL ? raw : speed)->place,
                        "no link speed: kept as a fact", (raw != NULL ? raw : speed)->value);
}

/* Metrics are 1 in these formats; a file that means its own must say so in a table. */
static cp_err mention_weight(struct cp_sketch *sketch, const struct cp_sketch_edge *edge)
{
    static const char *const weights[] = {"weight", "metric", "cost"};

    for (size_t i = 0; i < CP_COUNT(weights); i++) {
        const cp_attr *attr = cp_sketch_find(sketch, edge->attrs, weights[i]);

        if (attr != NULL)
            CP_TRY(cp_doc_tally(sketch->doc, CP_REMARK_FINDING, attr->place,
                                "not read as a metric: every metric is 1, this is kept as a fact",
                                cp_text_of(weights[i])));
    }
    return CP_OK;
}

cp_err cp_zoo_apply(struct cp_sketch *sketch)
{
    for (uint32_t i = 0; i < sketch->node_count; i++)
        CP_TRY(apply_place(sketch, &sketch->nodes[i]));
    for (uint32_t i = 0; i < sketch->edge_count; i++) {
        CP_TRY(apply_speed(sketch, &sketch->edges[i]));
        CP_TRY(mention_weight(sketch, &sketch->edges[i]));
    }
    return CP_OK;
}
