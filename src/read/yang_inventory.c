#include "yang.h"

/* The inventory of draft-ietf-ivy-network-inventory-yang: network elements, each with its components, and where
 * they stand (draft-ietf-ivy-network-inventory-location).  Both say the same of themselves (RFC 8348
 * 3: mfg-name, model-name, serial-num, ...), which is why one list of rules serves them. */

#define NI "ietf-network-inventory"
#define MAP "ietf-network-inventory-topology"
#define LOC "ietf-ni-location"

/* Of an element and of a component: names of RFC 8348, of the draft, and of its earlier versions. */
#define ENTITY_RULES                                                                       \
    {NI, "mfg-name", NULL, "maker", NULL}, {NI, "product-name", NULL, "model", NULL},      \
        {NI, "model-name", NULL, "model", NULL}, {NI, "serial-num", NULL, "serial", NULL}, \
        {NI, "serial-number", NULL, "serial", NULL},                                       \
        {NI, "software-rev", take_software, NULL, NULL},                                   \
    {                                                                                      \
        NI, "part-number", NULL, "part-number", NULL                                       \
    }

/* Revisions of software: a text, or a list of objects with a name and a revision. */
static cp_err take_revision(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NI, "name", NULL, "software", NULL},
        {NI, "revision", NULL, "x-software-revision", NULL},
    };

    if (value->kind == CP_JSON_OBJECT)
        return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
    return cp_yang_note(yang, "software", value);
}

static cp_err take_software(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    if (value->kind == CP_JSON_ARRAY)
        return cp_yang_each(yang, value, take_revision, into);
    return take_revision(yang, value, into);
}

/* --- components ----------------------------------------------------------------------------- */

static cp_err take_component_id(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_component *)into)->id);
}

static cp_err take_component_name(struct cp_yang *yang, const struct cp_json_value *value,
                                  void *into)
{
    CP_TRY(cp_yang_text(yang, value, &((struct cp_yang_component *)into)->name));
    return cp_yang_note(yang, "x-name", value);
}

static cp_err take_class(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_component *component = into;

    CP_TRY(cp_yang_text(yang, value, &component->class_name));
    component->class_name = cp_yang_bare(component->class_name);
    return cp_yang_note_text(yang, "class", component->class_name, value->place);
}

/* A component stands in one other; where several are named the first counts for its name here. */
static cp_err take_parent(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    if (value->kind == CP_JSON_OBJECT || (value->kind == CP_JSON_ARRAY && value->count == 0))
        return CP_OK;
    CP_TRY(cp_yang_id(yang, value, &((struct cp_yang_component *)into)->parent));
    return cp_yang_note(yang, "x-parent", value);
}

static cp_err take_component(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NI, "component-id", take_component_id, NULL, NULL},
        {NI, "name", take_component_name, NULL, NULL},
        {NI, "class", take_class, NULL, NULL},
        {NI, "parent", take_parent, NULL, NULL},
        {NI, "parent-component-ref", take_parent, NULL, NULL},
        ENTITY_RULES,
    };
    struct cp_yang_component component = {.place = value->place, .attrs.first = yang->attrs.count};

    (void)into;
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &component));
    if (component.id.len == 0)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a component without component-id", CP_TEXT(""));
    component.attrs.count = yang->attrs.count - component.attrs.first;
    return CP_YANG_ADD(yang, &yang->components, &component);
}

static cp_err take_component_list(struct cp_yang *yang, const struct cp_json_value *value,
                                  void *into)
{
    return cp_yang_each(yang, value, take_component, into);
}

static cp_err take_components(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NI, "component", take_component_list, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

/* --- elements --------------------------------------------------------------------------------- */

static cp_err take_element_id(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_element *)into)->id);
}

static cp_err take_node_ref(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_element *element = into;

    element->node.place = value->place;
    return cp_yang_id(yang, value, &element->node.name);
}

static cp_err take_network_ref(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_element *)into)->node.network);
}

static cp_err take_location(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_element *)into)->site);
}

/* The components come after what the element says of itself, wherever they stand in it: each has its
 * own attributes, in a row. */
static cp_err take_later(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)yang;
    (void)value;
    (void)into;
    return CP_OK;
}

static cp_err take_all_components(struct cp_yang *yang, const struct cp_json_value *value,
                                  struct cp_yang_element *element)
{
    element->components.first = yang->components.count;
    for (const struct cp_json_value *m = value->first; m != NULL; m = m->next)
        if (cp_yang_is(m->key, NI, "components"))
            CP_TRY(take_components(yang, m, NULL));
    element->components.count = yang->components.count - element->components.first;
    return CP_OK;
}

static cp_err take_element(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NI, "ne-id", take_element_id, NULL, NULL},
        {NI, "components", take_later, NULL, NULL},
        {MAP, "node-ref", take_node_ref, NULL, NULL},
        {MAP, "network-ref", take_network_ref, NULL, NULL},
        {LOC, "location-ref", take_location, NULL, NULL},
        ENTITY_RULES,
    };
    struct cp_yang_element element = {.place = value->place, .attrs.first = yang->attrs.count};

    (void)into;
    yang->notes = true;
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &element));
    element.attrs.count = yang->attrs.count - element.attrs.first;
    if (element.id.len == 0)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a network element without ne-id", CP_TEXT(""));
    CP_TRY(take_all_components(yang, value, &element));
    yang->notes = false;
    return CP_YANG_ADD(yang, &yang->elements, &element);
}

static cp_err take_element_list(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_each(yang, value, take_element, into);
}

static cp_err take_elements(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NI, "network-element", take_element_list, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

cp_err cp_yang_inventory(struct cp_yang *yang, const struct cp_json_value *value, void *nothing)
{
    static const struct cp_yang_rule rules[] = {
        {NI, "network-elements", take_elements, NULL, NULL},
        {LOC, "locations", cp_yang_locations, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), nothing);
}

/* --- locations ---------------------------------------------------------------------------------- */

static cp_err take_site_id(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_site *)into)->id);
}

static cp_err take_site_name(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_text(yang, value, &((struct cp_yang_site *)into)->name);
}

static cp_err take_country(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_text(yang, value, &((struct cp_yang_site *)into)->country);
}

static cp_err take_address(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {{LOC, "country-code", take_country, NULL, NULL}};

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_spot(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_spot spot = {CP_COORD_NONE, CP_COORD_NONE};
    struct cp_yang_site *site = into;

    CP_TRY(cp_yang_spot(yang, value, &spot));
    site->lat_udeg = spot.lat_udeg;
    site->lon_udeg = spot.lon_udeg;
    return CP_OK;
}

static cp_err take_site(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const char inside[] = "of a location, its id, name, country and coordinates are read";
    static const struct cp_yang_rule rules[] = {
        {LOC, "id", take_site_id, NULL, NULL},
        {LOC, "name", take_site_name, NULL, NULL},
        {LOC, "physical-address", take_address, NULL, NULL},
        {LOC, "country-code", take_country, NULL, NULL},
        {"ietf-geo-location", "geo-location", take_spot, NULL, NULL},
        {LOC, "location-type", NULL, NULL, inside},
        {LOC, "description", NULL, NULL, inside},
        {LOC, "alias", NULL, NULL, inside},
        {LOC, "parent", NULL, NULL, inside},
    };
    struct cp_yang_site site = {
        .place = value->place, .lat_udeg = CP_COORD_NONE, .lon_udeg = CP_COORD_NONE};

    (void)into;
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &site));
    if (site.id.len == 0)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place, "a location without id",
                              CP_TEXT(""));
    return CP_YANG_ADD(yang, &yang->sites, &site);
}

static cp_err take_sites(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_each(yang, value, take_site, into);
}

/* --- racks -------------------------------------------------------------------------------------- */

struct rack {
    cp_text site;
    const struct cp_json_value *contained;
};

static cp_err take_rack_site(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct rack *)into)->site);
}

#define RACK "of a rack, its location and what it contains are read"

static cp_err take_rack_location(struct cp_yang *yang, const struct cp_json_value *value,
                                 void *into)
{
    static const struct cp_yang_rule rules[] = {
        {LOC, "location-ref", take_rack_site, NULL, NULL},
        {LOC, "row-number", NULL, NULL, RACK},
        {LOC, "column-number", NULL, NULL, RACK},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_contained_list(struct cp_yang *yang, const struct cp_json_value *value,
                                  void *into)
{
    (void)yang;
    ((struct rack *)into)->contained = value;
    return CP_OK;
}

static cp_err take_contained_element(struct cp_yang *yang, const struct cp_json_value *value,
                                     void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_stand *)into)->element);
}

static cp_err take_contained(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {LOC, "ne-ref", take_contained_element, NULL, NULL},
        {LOC, "component-ref", NULL, NULL, RACK},
        {LOC, "relative-position", NULL, NULL, RACK},
    };
    const struct rack *rack = into;
    struct cp_yang_stand stand = {.site = rack->site, .place = value->place};

    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &stand));
    if (stand.element.len == 0 || stand.site.len == 0)
        return cp_yang_tally(yang, CP_REMARK_IGNORED, value->place,
                             "a chassis in a rack of which no element or location is named",
                             CP_TEXT(""));
    return CP_YANG_ADD(yang, &yang->stands, &stand);
}

static cp_err take_rack(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {LOC, "rack-location", take_rack_location, NULL, NULL},
        {LOC, "contained-chassis", take_contained_list, NULL, NULL},
        {LOC, "id", NULL, NULL, RACK},
        {LOC, "name", NULL, NULL, RACK},
        {LOC, "description", NULL, NULL, RACK},
        {LOC, "height", NULL, NULL, RACK},
        {LOC, "width", NULL, NULL, RACK},
        {LOC, "depth", NULL, NULL, RACK},
        {LOC, "max-voltage", NULL, NULL, RACK},
    };
    struct rack rack = {.contained = NULL};

    (void)into;
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &rack));
    cp_build_used(yang->doc->build, yang->doc->file, 1);
    return rack.contained == NULL ? CP_OK
                                  : cp_yang_each(yang, rack.contained, take_contained, &rack);
}

static cp_err take_rack_list(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_each(yang, value, take_rack, into);
}

static cp_err take_racks(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {{LOC, "rack", take_rack_list, NULL, NULL}};

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

cp_err cp_yang_locations(struct cp_yang *yang, const struct cp_json_value *value, void *nothing)
{
    static const struct cp_yang_rule rules[] = {
        {LOC, "location", take_sites, NULL, NULL},
        {LOC, "racks", take_racks, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), nothing);
}
