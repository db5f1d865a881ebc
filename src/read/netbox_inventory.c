#include "netbox.h"

#include <string.h>

/* Sites, devices and what is in them. */

/* --- sites -------------------------------------------------------------------------------- */

static const struct cp_nb_ask site_asks[] = {
    CP_NB_ASK1("slug"),
    CP_NB_ASK1("name"),
    CP_NB_ASK1("latitude"),
    CP_NB_ASK1("longitude"),
    CP_NB_ASK1("tags"),
    CP_NB_ASK3("custom_fields", "country", "value"),
    CP_NB_ASK2("status", "value"),
};

static cp_err keep_site(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_site site;

    memset(&site, 0, sizeof(site));
    site.key = o->key;
    CP_TRY(cp_nb_name_of(o, 0, &site.slug));
    CP_TRY(cp_nb_name_of(o, 1, &site.name));
    CP_TRY(cp_nb_degrees_of(o, 2, &site.lat_udeg));
    CP_TRY(cp_nb_degrees_of(o, 3, &site.lon_udeg));
    CP_TRY(cp_nb_tags_of(o, 4, &site.tags));
    CP_TRY(cp_nb_name_of(o, 5, &site.country));
    *kept = site.slug != 0 || site.name != 0;
    if (!*kept)
        return cp_nb_not_understood(o, "a site without slug and name");
    return cp_nb_keep(o->nb, CP_NB_SITE, &site);
}

/* --- types and platforms ------------------------------------------------------------------ */

static const struct cp_nb_ask type_asks[] = {
    CP_NB_ASK2("manufacturer", "name"),
    CP_NB_ASK1("part_number"),
    CP_NB_ASK1("model"),
};

static cp_err keep_type(const struct cp_nb_object *o, cp_nb_table table)
{
    struct cp_nb_type type;

    memset(&type, 0, sizeof(type));
    type.key = o->key;
    CP_TRY(cp_nb_name_of(o, 0, &type.maker));
    CP_TRY(cp_nb_name_of(o, 1, &type.part_number));
    CP_TRY(cp_nb_name_of(o, 2, &type.name));
    return cp_nb_keep(o->nb, table, &type);
}

static cp_err keep_device_type(const struct cp_nb_object *o, bool *kept)
{
    *kept = true;
    return keep_type(o, CP_NB_DEVICE_TYPE);
}

static cp_err keep_module_type(const struct cp_nb_object *o, bool *kept)
{
    *kept = true;
    return keep_type(o, CP_NB_MODULE_TYPE);
}

static const struct cp_nb_ask platform_asks[] = {
    CP_NB_ASK2("manufacturer", "name"),
    CP_NB_ASK1("name"),
};

static cp_err keep_platform(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_type type;

    memset(&type, 0, sizeof(type));
    type.key = o->key;
    CP_TRY(cp_nb_name_of(o, 0, &type.maker));
    CP_TRY(cp_nb_name_of(o, 1, &type.name));
    *kept = true;
    return cp_nb_keep(o->nb, CP_NB_PLATFORM, &type);
}

/* --- devices ------------------------------------------------------------------------------ */

enum {
    DEVICE_NAME,
    DEVICE_TYPE,
    DEVICE_MODEL,
    DEVICE_MAKER,
    DEVICE_ROLE,
    DEVICE_OLD_ROLE,
    DEVICE_TENANT,
    DEVICE_PLATFORM,
    DEVICE_PLATFORM_NAME,
    DEVICE_SERIAL,
    DEVICE_SITE,
    DEVICE_SITE_SLUG,
    DEVICE_STATUS,
    DEVICE_ADDRESS,
    DEVICE_ADDRESS4,
    DEVICE_ADDRESS6,
    DEVICE_CHASSIS,
    DEVICE_LAYER,
    DEVICE_TAGS,
    DEVICE_LAT,
    DEVICE_LON,
};

static const struct cp_nb_ask device_asks[] = {
    [DEVICE_NAME] = CP_NB_ASK1("name"),
    [DEVICE_TYPE] = CP_NB_ASK2("device_type", "id"),
    [DEVICE_MODEL] = CP_NB_ASK2("device_type", "model"),
    [DEVICE_MAKER] = CP_NB_ASK3("device_type", "manufacturer", "name"),
    [DEVICE_ROLE] = CP_NB_ASK2("role", "slug"),
    [DEVICE_OLD_ROLE] = CP_NB_ASK2("device_role", "slug"), /* before 3.6; both up to 4.0 */
    [DEVICE_TENANT] = CP_NB_ASK2("tenant", "slug"),
    [DEVICE_PLATFORM] = CP_NB_ASK2("platform", "id"),
    [DEVICE_PLATFORM_NAME] = CP_NB_ASK2("platform", "name"),
    [DEVICE_SERIAL] = CP_NB_ASK1("serial"),
    [DEVICE_SITE] = CP_NB_ASK2("site", "id"),
    [DEVICE_SITE_SLUG] = CP_NB_ASK2("site", "slug"),
    [DEVICE_STATUS] = CP_NB_ASK2("status", "value"),
    [DEVICE_ADDRESS] = CP_NB_ASK2("primary_ip", "address"),
    [DEVICE_ADDRESS4] = CP_NB_ASK2("primary_ip4", "address"),
    [DEVICE_ADDRESS6] = CP_NB_ASK2("primary_ip6", "address"),
    [DEVICE_CHASSIS] = CP_NB_ASK2("virtual_chassis", "id"),
    [DEVICE_LAYER] = CP_NB_ASK3("custom_fields", "layer", "value"),
    [DEVICE_TAGS] = CP_NB_ASK1("tags"),
    [DEVICE_LAT] = CP_NB_ASK1("latitude"),
    [DEVICE_LON] = CP_NB_ASK1("longitude"),
};

/* Without the length of its prefix. */
static cp_err keep_address(const struct cp_nb_object *o, cp_nb_name *out)
{
    static const uint32_t asks[] = {DEVICE_ADDRESS, DEVICE_ADDRESS4, DEVICE_ADDRESS6};
    cp_text text = CP_TEXT("");

    for (size_t i = 0; i < CP_COUNT(asks) && text.len == 0; i++)
        CP_TRY(cp_nb_text_of(o, asks[i], &text));
    text = cp_text_sub(text, 0, cp_text_find(text, '/', 0));
    if (text.len > 64)
        return cp_nb_not_understood(o, "an address that is too long");
    return cp_nb_intern(o->nb, text, out);
}

static cp_err keep_layer(const struct cp_nb_object *o, uint8_t *layer)
{
    cp_text word;

    *layer = CP_LAYER_COUNT;
    CP_TRY(cp_nb_text_of(o, DEVICE_LAYER, &word));
    if (word.len == 0)
        return CP_OK;
    *layer = (uint8_t)cp_layer_find(word);
    if (*layer == CP_LAYER_COUNT)
        return cp_doc_tally(o->doc, CP_REMARK_FINDING, o->key.place,
                            "a custom field layer that names no layer here: it is left out",
                            cp_text_of(o->kind));
    return CP_OK;
}

static cp_err keep_standing(const struct cp_nb_object *o, uint32_t ask, uint8_t *standing)
{
    cp_text word;

    CP_TRY(cp_nb_text_of(o, ask, &word));
    *standing = cp_text_is(word, "planned") ? CP_NB_PLANNED : CP_NB_THERE;
    return CP_OK;
}

/* It becomes a tag, and tags are words. */
static cp_err keep_tenant(const struct cp_nb_object *o, cp_nb_name *tenant)
{
    cp_text slug;

    CP_TRY(cp_nb_name_of(o, DEVICE_TENANT, tenant));
    slug = cp_nb_text(o->nb, *tenant);
    if (cp_text_find(slug, ' ', 0) == slug.len)
        return CP_OK;
    *tenant = 0;
    return cp_nb_not_understood(o, "a tenant's slug with a space in it");
}

static cp_err keep_what_it_is(const struct cp_nb_object *o, struct cp_nb_device *device)
{
    CP_TRY(cp_nb_ref_of(o, DEVICE_TYPE, &device->type));
    CP_TRY(cp_nb_name_of(o, DEVICE_MODEL, &device->model));
    CP_TRY(cp_nb_name_of(o, DEVICE_MAKER, &device->maker));
    CP_TRY(cp_nb_ref_of(o, DEVICE_PLATFORM, &device->platform));
    CP_TRY(cp_nb_name_of(o, DEVICE_PLATFORM_NAME, &device->platform_name));
    CP_TRY(cp_nb_name_of(o, DEVICE_SERIAL, &device->serial));
    CP_TRY(cp_nb_name_of(o, DEVICE_ROLE, &device->role));
    if (device->role == 0)
        CP_TRY(cp_nb_name_of(o, DEVICE_OLD_ROLE, &device->role));
    CP_TRY(keep_layer(o, &device->layer));
    return keep_standing(o, DEVICE_STATUS, &device->standing);
}

static cp_err keep_device(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_device device;

    *kept = true;
    memset(&device, 0, sizeof(device));
    device.key = o->key;
    CP_TRY(cp_nb_name_of(o, DEVICE_NAME, &device.name));
    CP_TRY(keep_what_it_is(o, &device));
    CP_TRY(cp_nb_ref_of(o, DEVICE_SITE, &device.site));
    CP_TRY(cp_nb_name_of(o, DEVICE_SITE_SLUG, &device.site_slug));
    CP_TRY(keep_tenant(o, &device.tenant));
    CP_TRY(cp_nb_ref_of(o, DEVICE_CHASSIS, &device.chassis));
    CP_TRY(keep_address(o, &device.address));
    CP_TRY(cp_nb_tags_of(o, DEVICE_TAGS, &device.tags));
    CP_TRY(cp_nb_degrees_of(o, DEVICE_LAT, &device.lat_udeg));
    CP_TRY(cp_nb_degrees_of(o, DEVICE_LON, &device.lon_udeg));
    return cp_nb_keep(o->nb, CP_NB_DEVICE, &device);
}

static const struct cp_nb_ask chassis_asks[] = {CP_NB_ASK1("name")};

static cp_err keep_chassis(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_chassis chassis;

    *kept = true;
    memset(&chassis, 0, sizeof(chassis));
    chassis.key = o->key;
    CP_TRY(cp_nb_name_of(o, 0, &chassis.name));
    return cp_nb_keep(o->nb, CP_NB_CHASSIS, &chassis);
}

/* --- modules and items -------------------------------------------------------------------- */

static const struct cp_nb_ask module_asks[] = {
    CP_NB_ASK2("device", "id"),
    CP_NB_ASK2("module_bay", "id"),
    CP_NB_ASK2("module_bay", "name"),
    CP_NB_ASK2("module_type", "id"),
    CP_NB_ASK2("module_type", "model"),
    CP_NB_ASK3("module_type", "manufacturer", "name"),
    CP_NB_ASK1("serial"),
    CP_NB_ASK2("status", "value"),
};

static cp_err keep_module(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_module module;
    uint8_t standing;

    memset(&module, 0, sizeof(module));
    module.key = o->key;
    CP_TRY(cp_nb_ref_of(o, 0, &module.device));
    CP_TRY(cp_nb_ref_of(o, 1, &module.bay));
    CP_TRY(cp_nb_name_of(o, 2, &module.bay_name));
    CP_TRY(cp_nb_ref_of(o, 3, &module.type));
    CP_TRY(cp_nb_name_of(o, 4, &module.model));
    CP_TRY(cp_nb_name_of(o, 5, &module.maker));
    CP_TRY(cp_nb_name_of(o, 6, &module.serial));
    CP_TRY(keep_standing(o, 7, &standing));
    *kept = module.device != 0 && standing == CP_NB_THERE;
    if (module.device == 0)
        return cp_nb_not_understood(o, "a module without device");
    if (!*kept)
        return cp_doc_tally(o->doc, CP_REMARK_IGNORED, o->key.place,
                            "what is planned is not there yet", cp_text_of(o->kind));
    return cp_nb_keep(o->nb, CP_NB_MODULE, &module);
}

static const struct cp_nb_ask bay_asks[] = {
    CP_NB_ASK2("device", "id"),
    CP_NB_ASK1("name"),
    CP_NB_ASK2("module", "id"),
};

static cp_err keep_bay(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_bay bay;

    *kept = true;
    memset(&bay, 0, sizeof(bay));
    bay.key = o->key;
    CP_TRY(cp_nb_ref_of(o, 0, &bay.device));
    CP_TRY(cp_nb_name_of(o, 1, &bay.name));
    CP_TRY(cp_nb_ref_of(o, 2, &bay.module));
    return cp_nb_keep(o->nb, CP_NB_MODULE_BAY, &bay);
}

enum {
    ITEM_DEVICE,
    ITEM_PARENT,
    ITEM_NAME,
    ITEM_ROLE,
    ITEM_MAKER,
    ITEM_PART,
    ITEM_SERIAL,
    ITEM_TYPE,
    ITEM_COMPONENT,
    ITEM_STATUS,
};

static const struct cp_nb_ask item_asks[] = {
    [ITEM_DEVICE] = CP_NB_ASK2("device", "id"),
    [ITEM_PARENT] = CP_NB_ASK2("parent", "id"),
    [ITEM_NAME] = CP_NB_ASK1("name"),
    [ITEM_ROLE] = CP_NB_ASK2("role", "slug"),
    [ITEM_MAKER] = CP_NB_ASK2("manufacturer", "name"),
    [ITEM_PART] = CP_NB_ASK1("part_id"),
    [ITEM_SERIAL] = CP_NB_ASK1("serial"),
    [ITEM_TYPE] = CP_NB_ASK1("component_type"),
    [ITEM_COMPONENT] = CP_NB_ASK1("component_id"),
    [ITEM_STATUS] = CP_NB_ASK2("status", "value"),
};

static cp_err keep_component(const struct cp_nb_object *o, struct cp_nb_item *item)
{
    cp_text type;

    CP_TRY(cp_nb_text_of(o, ITEM_TYPE, &type));
    CP_TRY(cp_nb_ref_of(o, ITEM_COMPONENT, &item->component));
    item->component_table = CP_NB_TABLES;
    if (cp_text_is(type, "dcim.interface"))
        item->component_table = CP_NB_INTERFACE;
    if (cp_text_is(type, "dcim.frontport"))
        item->component_table = CP_NB_FRONT_PORT;
    if (cp_text_is(type, "dcim.rearport"))
        item->component_table = CP_NB_REAR_PORT;
    return CP_OK;
}

static cp_err keep_item(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_item item;
    uint8_t standing;

    memset(&item, 0, sizeof(item));
    item.key = o->key;
    CP_TRY(cp_nb_ref_of(o, ITEM_DEVICE, &item.device));
    CP_TRY(cp_nb_ref_of(o, ITEM_PARENT, &item.parent));
    CP_TRY(cp_nb_name_of(o, ITEM_NAME, &item.name));
    CP_TRY(cp_nb_name_of(o, ITEM_ROLE, &item.role));
    CP_TRY(cp_nb_name_of(o, ITEM_MAKER, &item.maker));
    CP_TRY(cp_nb_name_of(o, ITEM_PART, &item.part_number));
    CP_TRY(cp_nb_name_of(o, ITEM_SERIAL, &item.serial));
    CP_TRY(keep_component(o, &item));
    CP_TRY(keep_standing(o, ITEM_STATUS, &standing));
    *kept = item.device != 0 && standing == CP_NB_THERE;
    if (item.device == 0)
        return cp_nb_not_understood(o, "an inventory item without device");
    if (!*kept)
        return cp_doc_tally(o->doc, CP_REMARK_IGNORED, o->key.place,
                            "what is planned is not there yet", cp_text_of(o->kind));
    return cp_nb_keep(o->nb, CP_NB_ITEM, &item);
}

const struct cp_nb_kind cp_nb_inventory_kinds[] = {
    {"dcim/devices", device_asks, CP_COUNT(device_asks), keep_device},
    {"dcim/inventory-items", item_asks, CP_COUNT(item_asks), keep_item},
    {"dcim/modules", module_asks, CP_COUNT(module_asks), keep_module},
    {"dcim/module-bays", bay_asks, CP_COUNT(bay_asks), keep_bay},
    {"dcim/sites", site_asks, CP_COUNT(site_asks), keep_site},
    {"dcim/device-types", type_asks, CP_COUNT(type_asks), keep_device_type},
    {"dcim/module-types", type_asks, CP_COUNT(type_asks), keep_module_type},
    {"dcim/platforms", platform_asks, CP_COUNT(platform_asks), keep_platform},
    {"dcim/virtual-chassis", chassis_asks, CP_COUNT(chassis_asks), keep_chassis},
};
const uint32_t cp_nb_inventory_kind_count = CP_COUNT(cp_nb_inventory_kinds);
