#include "sndlib.h"

#include "base/num.h"

#include "number.h"

cp_err cp_sndlib_open(struct cp_doc *doc, struct cp_sndlib *out)
{
    *out = (struct cp_sndlib){.doc = doc};
    return cp_sketch_open(doc, &out->sketch);
}

cp_err cp_sndlib_demand(struct cp_sndlib *sndlib, const struct cp_sndlib_demand *demand)
{
    void *demands = sndlib->demands;

    CP_TRY(cp_arena_grow(sndlib->doc->arena, &demands, sndlib->demand_count, &sndlib->demand_cap,
                         sizeof(*demand)));
    sndlib->demands = demands;
    sndlib->demands[sndlib->demand_count++] = *demand;
    return CP_OK;
}

cp_err cp_sndlib_capacity(struct cp_sndlib *sndlib, uint32_t edge, cp_text value, cp_place place)
{
    void *capacities = sndlib->capacities;

    CP_TRY(cp_arena_grow(sndlib->doc->arena, &capacities, sndlib->capacity_count,
                         &sndlib->capacity_cap, sizeof(*sndlib->capacities)));
    sndlib->capacities = capacities;
    sndlib->capacities[sndlib->capacity_count++] =
        (struct cp_sndlib_capacity){.value = value, .place = place, .edge = edge};
    return CP_OK;
}

cp_err cp_sndlib_ignore(struct cp_sndlib *sndlib, cp_place place, const char *what)
{
    return cp_doc_tally(sndlib->doc, CP_REMARK_IGNORED, place,
                        "costs, modules and limits for planning are not audited", cp_text_of(what));
}

/* A unit as so many bits (10^places times 1 or 8) in so many seconds. */
struct unit {
    int places;
    uint32_t bits, seconds;
};

static bool take(cp_text *rest, const char *prefix)
{
    cp_text wanted = cp_text_of(prefix);

    if (!cp_text_starts(*rest, wanted))
        return false;
    *rest = cp_text_sub(*rest, wanted.len, rest->len);
    return true;
}

static int take_prefix(cp_text *rest)
{
    static const struct {
        const char *prefix;
        int places;
    } prefixes[] = {{"K", 3}, {"MEGA", 6}, {"M", 6}, {"G", 9}, {"T", 12}};

    for (size_t i = 0; i < CP_COUNT(prefixes); i++)
        if (take(rest, prefixes[i].prefix))
            return prefixes[i].places;
    return 0;
}

static uint32_t seconds_of(cp_text word)
{
    static const struct {
        const char *word;
        uint32_t seconds;
    } times[] = {{"SEC", 1}, {"SECOND", 1}, {"MIN", 60}, {"HOUR", 3600}, {"DAY", 86400}};

    for (size_t i = 0; i < CP_COUNT(times); i++)
        if (cp_text_is(word, times[i].word))
            return times[i].seconds;
    return 0;
}

/* [K|M|G|T](BIT|BYTE)PER(SEC|MIN|HOUR|DAY), as in MBITPERSEC. */
static bool unit_parse(cp_text word, struct unit *out)
{
    out->places = take_prefix(&word);
    if (take(&word, "BIT"))
        out->bits = 1;
    else if (take(&word, "BYTE"))
        out->bits = 8;
    else
        return false;
    if (!take(&word, "PER"))
        return false;
    out->seconds = seconds_of(word);
    return out->seconds > 0;
}

/* *known is false where the file's unit is none that we know: its figures are then left out. */
static cp_err find_unit(struct cp_sndlib *sndlib, struct unit *out, bool *known)
{
    *out = (struct unit){.places = 6, .bits = 1, .seconds = 1};
    *known = true;
    if (sndlib->unit.len == 0) {
        if (sndlib->demand_count + sndlib->capacity_count == 0)
            return CP_OK;
        return cp_build_remark(sndlib->doc->build, CP_REMARK_FINDING, cp_doc_start(sndlib->doc),
                               "no unit: capacities and demands are read as Mbit/s", CP_TEXT(""),
                               1);
    }
    *known = unit_parse(sndlib->unit, out);
    if (*known)
        return CP_OK;
    return cp_build_remark(sndlib->doc->build, CP_REMARK_NOT_UNDERSTOOD, sndlib->unit_place,
                           "unknown unit: capacities and demands have no bandwidth", sndlib->unit,
                           1);
}

static cp_err bad_number(struct cp_sndlib *sndlib, cp_err err, cp_text value, cp_place place)
{
    return cp_doc_fail(sndlib->doc, err, place, "no number from 0 that fits", value);
}

/* value * factor in the unit, as bits a second, rounded to the nearest. */
static cp_err to_bps(struct cp_sndlib *sndlib, const struct unit *unit, cp_text value,
                     uint64_t factor, cp_place place, uint64_t *out)
{
    uint64_t bits = 0;
    cp_err err = cp_number_rounded(value, unit->places, CP_BPS_NONE - 1, &bits);

    if (err == CP_OK)
        err = cp_num_mul(bits, unit->bits, &bits);
    if (err == CP_OK)
        err = cp_num_mul(bits, factor, &bits);
    if (err == CP_OK)
        err = cp_num_add(bits, unit->seconds / 2, &bits);
    if (err == CP_OK && bits / unit->seconds >= CP_BPS_NONE)
        err = CP_ERR_RANGE;
    if (err != CP_OK)
        return bad_number(sndlib, err, value, place);
    *out = bits / unit->seconds;
    return CP_OK;
}

static cp_err apply_capacities(struct cp_sndlib *sndlib, const struct unit *unit)
{
    for (uint32_t i = 0; i < sndlib->capacity_count; i++) {
        const struct cp_sndlib_capacity *capacity = &sndlib->capacities[i];
        uint64_t *to = &sndlib->sketch.edges[capacity->edge].capacity_bps;
        uint64_t more_bps = 0, sum_bps = 0;

        CP_TRY(to_bps(sndlib, unit, capacity->value, 1, capacity->place, &more_bps));
        if (more_bps == 0)
            continue;
        if (cp_num_add(*to == CP_BPS_NONE ? 0 : *to, more_bps, &sum_bps) != CP_OK ||
            sum_bps == CP_BPS_NONE)
            return bad_number(sndlib, CP_ERR_RANGE, capacity->value, capacity->place);
        *to = sum_bps;
    }
    return CP_OK;
}

static cp_err routing_factor(struct cp_sndlib *sndlib, const struct cp_sndlib_demand *demand,
                             uint64_t *out)
{
    cp_err err;

    *out = 1;
    if (demand->routing_unit.len == 0)
        return CP_OK;
    err = cp_number_whole(demand->routing_unit, 0, UINT32_MAX, out);
    return err == CP_OK ? CP_OK
                        : bad_number(sndlib, err, demand->routing_unit, demand->routing_unit_place);
}

/* A demand's end under its file id is the node's id here. */
static cp_err find_end(struct cp_sndlib *sndlib, cp_text file_id, cp_place place, cp_text *id)
{
    uint32_t node = cp_map_find(sndlib->sketch.by_file_id, file_id);

    if (node == CP_MAP_NONE)
        return cp_doc_fail(sndlib->doc, CP_ERR_UNKNOWN_ID, place,
                           "demand of a node that is not there", file_id);
    *id = sndlib->sketch.nodes[node].id;
    return CP_OK;
}

static cp_err add_demand(struct cp_sndlib *sndlib, const struct unit *unit, bool known,
                         const struct cp_sndlib_demand *demand)
{
    struct cp_doc *doc = sndlib->doc;
    struct cp_demand_row row = cp_demand_row_make(demand->place, CP_TEXT(""), CP_TEXT(""));
    uint64_t factor = 1;

    CP_TRY(find_end(sndlib, demand->source, demand->source_place, &row.src));
    CP_TRY(find_end(sndlib, demand->target, demand->target_place, &row.dst));
    if (cp_text_eq(row.src, row.dst))
        return cp_doc_tally(doc, CP_REMARK_IGNORED, demand->place,
                            "a demand from a node to itself crosses nothing", CP_TEXT(""));
    CP_TRY(routing_factor(sndlib, demand, &factor));
    if (known)
        CP_TRY(
            to_bps(sndlib, unit, demand->value, factor, demand->value_place, &row.bandwidth_bps));
    CP_TRY(cp_doc_one_line(doc, demand->place, demand->id, &row.id));
    return cp_doc_demand(doc, &row);
}

/* A file given for its demands: its network is compared with the one that was read. */
static cp_err compare_network(struct cp_sndlib *sndlib)
{
    const struct cp_sketch *sketch = &sndlib->sketch;
    uint32_t records = sketch->node_count + sketch->edge_count;
    struct cp_doc *doc = sndlib->doc;

    for (uint32_t i = 0; i < sketch->node_count; i++)
        if (!cp_build_has_node(doc->build, sketch->nodes[i].id))
            CP_TRY(cp_build_remark(doc->build, CP_REMARK_FINDING, sketch->nodes[i].place,
                                   "a node of the demand file that the network lacks",
                                   sketch->nodes[i].id, 1));
    if (records == 0)
        return CP_OK;
    return cp_build_remark(doc->build, CP_REMARK_IGNORED, cp_doc_start(doc),
                           "the network in a demand file is compared, not added", CP_TEXT(""),
                           records);
}

static cp_err add_demands(struct cp_sndlib *sndlib, const struct unit *unit, bool known)
{
    const struct cp_doc *doc = sndlib->doc;
    bool leave = doc->role == CP_ROLE_NETWORK && doc->read->leave_demands;

    for (uint32_t i = 0; i < sndlib->demand_count; i++) {
        const struct cp_sndlib_demand *demand = &sndlib->demands[i];

        if (leave)
            CP_TRY(cp_doc_tally(sndlib->doc, CP_REMARK_IGNORED, demand->place,
                                "demands in a network file give way to files of demands",
                                CP_TEXT("")));
        else
            CP_TRY(add_demand(sndlib, unit, known, demand));
    }
    return CP_OK;
}

cp_err cp_sndlib_finish(struct cp_sndlib *sndlib)
{
    struct unit unit;
    bool known;

    CP_TRY(find_unit(sndlib, &unit, &known));
    if (known)
        CP_TRY(apply_capacities(sndlib, &unit));
    if (sndlib->doc->role == CP_ROLE_DEMANDS) {
        CP_TRY(cp_sketch_resolve(&sndlib->sketch));
        CP_TRY(compare_network(sndlib));
    } else {
        CP_TRY(cp_sketch_finish(&sndlib->sketch));
    }
    return add_demands(sndlib, &unit, known);
}
