#include "netbox_net.h"

#include "base/out.h"

/*
 * Sites, devices and provider networks to rows.  A device's id is its name; NetBox lets a name stand
 * once in each site, so of several with one name the first, by number, keeps it and the k-th is NAME#k.
 */

static cp_err numbered(struct cp_nb_net *net, cp_text name, const char *mark, uint32_t number,
                       cp_text *out)
{
    struct cp_out text = cp_out_make(net->arena);

    cp_out_text(&text, name);
    cp_out_str(&text, mark);
    cp_out_u64(&text, number);
    return cp_out_done(&text, out);
}

cp_err cp_nb_fact(const struct cp_nb_net *net, cp_place place, cp_text part, const char *attribute,
                  cp_text value)
{
    struct cp_fact_row row = {.place = place,
                              .object = part,
                              .attribute = cp_text_of(attribute),
                              .value = value,
                              .source = CP_TEXT("netbox"),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    if (value.len == 0)
        return CP_OK;
    return cp_build_fact_on_last(net->doc->build, &row, net->doc->diag);
}

/* --- names -------------------------------------------------------------------------------- */

/* First every name is given to its first bearer, so that no NAME#k takes one that stands somewhere. */
static cp_err give_first(struct cp_nb_net *net, cp_text *ids, uint32_t at, cp_text wish)
{
    cp_err err = cp_map_add(net->ids, wish, 0);

    if (err == CP_OK)
        ids[at] = wish;
    return err == CP_ERR_DUPLICATE ? CP_OK : err;
}

/* wish_numbers: to the next k of a name, so that many bearers of one take no long search. */
static cp_err give_next(struct cp_nb_net *net, struct cp_map *numbers, uint32_t *next, cp_text wish,
                        cp_text *id)
{
    uint32_t slot = cp_map_find(numbers, wish);
    cp_err err;

    CP_ASSERT(slot != CP_MAP_NONE);
    if (next[slot] < 2)
        next[slot] = 2;
    do {
        CP_TRY(numbered(net, wish, "#", next[slot]++, id));
        err = cp_map_add(net->ids, *id, 0);
    } while (err == CP_ERR_DUPLICATE);
    return err;
}

struct naming {
    cp_text *wishes, *ids;
    cp_place *places;
    uint32_t count;
};

static cp_err name_all(struct cp_nb_net *net, struct naming *n)
{
    uint32_t *next = CP_TAKE(net->arena, n->count, uint32_t);
    struct cp_map *numbers;

    if (next == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(net->arena, &numbers));
    for (uint32_t i = 0; i < n->count; i++) {
        cp_err err = cp_map_add(numbers, n->wishes[i], i);

        if (err != CP_OK && err != CP_ERR_DUPLICATE)
            return err;
        if (err == CP_OK)
            CP_TRY(give_first(net, n->ids, i, n->wishes[i]));
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->ids[i].len > 0)
            continue;
        CP_TRY(give_next(net, numbers, next, n->wishes[i], &n->ids[i]));
        CP_TRY(cp_doc_tally(net->doc, CP_REMARK_FINDING, n->places[i],
                            "a name that stands before: this node's id gets a number",
                            n->wishes[i]));
    }
    return CP_OK;
}

/* A name, or what the thing is and its number. */
static cp_err wish_for(struct cp_nb_net *net, cp_nb_name name, const char *what, uint32_t id,
                       cp_text *out)
{
    *out = cp_nb_text(net->nb, name);
    return out->len > 0 ? CP_OK : numbered(net, CP_TEXT(""), what, id, out);
}

static cp_err make_wishes(struct cp_nb_net *net, struct naming *n)
{
    uint32_t devices = cp_nb_count(net, CP_NB_DEVICE);

    for (uint32_t i = 0; i < n->count; i++) {
        if (i < devices) {
            const struct cp_nb_device *device = cp_nb_at(net->nb, CP_NB_DEVICE, i);

            n->places[i] = device->key.place;
            CP_TRY(wish_for(net, device->name, "device-", device->key.id, &n->wishes[i]));
        } else {
            const struct cp_nb_network *network =
                cp_nb_at(net->nb, CP_NB_PROVIDER_NETWORK, i - devices);

            n->places[i] = network->key.place;
            CP_TRY(
                wish_for(net, network->name, "provider-network-", network->key.id, &n->wishes[i]));
        }
    }
    return CP_OK;
}

static cp_err name_nodes(struct cp_nb_net *net)
{
    uint32_t devices = cp_nb_count(net, CP_NB_DEVICE);
    struct naming n = {.count = devices + cp_nb_count(net, CP_NB_PROVIDER_NETWORK)};

    n.wishes = CP_TAKE(net->arena, n.count, cp_text);
    n.ids = CP_TAKE(net->arena, n.count, cp_text);
    n.places = CP_TAKE(net->arena, n.count, cp_place);
    if (n.wishes == NULL || n.ids == NULL || n.places == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(net->arena, &net->ids));
    CP_TRY(make_wishes(net, &n));
    CP_TRY(name_all(net, &n));
    net->node_ids = n.ids;
    net->network_ids = n.ids + devices;
    return CP_OK;
}

/* --- sites -------------------------------------------------------------------------------- */

static cp_err joined_tags(struct cp_nb_net *net, cp_range tags, cp_nb_name tenant, cp_text *out)
{
    struct cp_out text = cp_out_make(net->arena);

    *out = CP_TEXT("");
    if (tags.count == 0 && tenant == 0)
        return CP_OK;
    for (uint32_t i = 0; i < tags.count; i++) {
        cp_out_text(&text, cp_nb_text(net->nb, net->nb->tags[tags.first + i]));
        if (i + 1 < tags.count || tenant != 0)
            cp_out_char(&text, ' ');
    }
    if (tenant != 0) {
        cp_out_str(&text, "tenant:");
        cp_out_text(&text, cp_nb_text(net->nb, tenant));
    }
    return cp_out_done(&text, out);
}

static cp_nb_name site_id(const struct cp_nb_site *site)
{
    return site->slug != 0 ? site->slug : site->name;
}

/* A fact about a site that another document made. */
static cp_err site_fact(struct cp_nb_net *net, const struct cp_nb_site *site, const char *attribute,
                        cp_text value)
{
    struct cp_fact_row row = {.place = site->key.place,
                              .attribute = cp_text_of(attribute),
                              .value = value,
                              .source = CP_TEXT("netbox"),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    if (value.len == 0)
        return CP_OK;
    CP_TRY(cp_text_join(CP_TEXT("site:"), cp_nb_text(net->nb, site_id(site)), net->arena,
                        &row.object));
    return cp_build_fact(net->doc->build, &row, net->doc->diag);
}

static cp_err site_facts(struct cp_nb_net *net, const struct cp_nb_site *site, cp_text tags)
{
    CP_TRY(site_fact(net, site, "name", cp_nb_text(net->nb, site->name)));
    CP_TRY(site_fact(net, site, "country", cp_nb_text(net->nb, site->country)));
    return site_fact(net, site, "tags", tags);
}

static cp_err row_site(struct cp_nb_net *net, const struct cp_nb_site *site)
{
    cp_text id = cp_nb_text(net->nb, site_id(site));
    struct cp_site_row row = cp_site_row_make(site->key.place, id);

    row.name = cp_nb_text(net->nb, site->name);
    row.country = cp_nb_text(net->nb, site->country);
    row.lat_udeg = site->lat_udeg;
    row.lon_udeg = site->lon_udeg;
    CP_TRY(joined_tags(net, site->tags, 0, &row.tags));
    if (cp_build_has_site(net->doc->build, id))
        return site_facts(net, site, row.tags);
    CP_TRY(cp_build_site(net->doc->build, &row, net->doc->diag));
    /* A record counts where it is read; this row is the same record. */
    return CP_OK;
}

static cp_err rows_sites(struct cp_nb_net *net)
{
    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_SITE); i++)
        CP_TRY(row_site(net, cp_nb_at(net->nb, CP_NB_SITE, i)));
    return CP_OK;
}

/* The id of a device's site, whose row is made where nobody else makes one. */
static cp_err site_of(struct cp_nb_net *net, const struct cp_nb_device *device, cp_text *id)
{
    uint32_t at = cp_nb_find(net->nb, CP_NB_SITE, device->key.source, device->site);
    struct cp_site_row row;

    *id = at == CP_NONE ? cp_nb_text(net->nb, device->site_slug)
                        : cp_nb_text(net->nb, site_id(cp_nb_at(net->nb, CP_NB_SITE, at)));
    if (id->len == 0 || cp_build_has_site(net->doc->build, *id))
        return CP_OK;
    row = cp_site_row_make(device->key.place, *id);
    return cp_build_site(net->doc->build, &row, net->doc->diag);
}

/* --- devices ------------------------------------------------------------------------------ */

static cp_err device_facts(struct cp_nb_net *net, const struct cp_nb_device *device, bool passive)
{
    const struct cp_netbox *nb = net->nb;
    uint32_t type_at = cp_nb_find(nb, CP_NB_DEVICE_TYPE, device->key.source, device->type);
    uint32_t platform_at = cp_nb_find(nb, CP_NB_PLATFORM, device->key.source, device->platform);
    struct cp_nb_type type = {0}, platform = {0};
    cp_place place = device->key.place;
    cp_text none = CP_TEXT("");

    if (type_at != CP_NONE)
        type = *(const struct cp_nb_type *)cp_nb_at(nb, CP_NB_DEVICE_TYPE, type_at);
    if (platform_at != CP_NONE)
        platform = *(const struct cp_nb_type *)cp_nb_at(nb, CP_NB_PLATFORM, platform_at);
    CP_TRY(cp_nb_fact(net, place, none, "maker",
                      cp_nb_text(nb, device->maker != 0 ? device->maker : type.maker)));
    CP_TRY(cp_nb_fact(net, place, none, "model",
                      cp_nb_text(nb, device->model != 0 ? device->model : type.name)));
    CP_TRY(cp_nb_fact(net, place, none, "part-number", cp_nb_text(nb, type.part_number)));
    CP_TRY(cp_nb_fact(net, place, none, "serial", cp_nb_text(nb, device->serial)));
    CP_TRY(cp_nb_fact(net, place, none, "address", cp_nb_text(nb, device->address)));
    CP_TRY(cp_nb_fact(
        net, place, none, "software",
        cp_nb_text(nb, device->platform_name != 0 ? device->platform_name : platform.name)));
    if (passive)
        CP_TRY(cp_nb_fact(net, place, none, "class", CP_TEXT("patch-panel")));
    return cp_nb_fact(net, place, CP_TEXT("software"), "maker", cp_nb_text(nb, platform.maker));
}

static cp_err row_device(struct cp_nb_net *net, struct cp_nb_parts *parts, uint32_t at)
{
    const struct cp_nb_device *device = cp_nb_at(net->nb, CP_NB_DEVICE, at);
    struct cp_node_row row = cp_node_row_make(device->key.place, net->node_ids[at]);

    if (net->device_left_out[at])
        return CP_OK;
    row.layer = (cp_layer)net->device_layer[at];
    row.role = cp_nb_text(net->nb, device->role);
    row.lat_udeg = device->lat_udeg;
    row.lon_udeg = device->lon_udeg;
    CP_TRY(site_of(net, device, &row.site));
    CP_TRY(joined_tags(net, device->tags, device->tenant, &row.tags));
    CP_TRY(cp_build_node(net->doc->build, &row, net->doc->diag));
    CP_TRY(device_facts(net, device, net->device_passive[at] != 0));
    return cp_nb_rows_parts(parts, at);
}

static cp_err row_network(struct cp_nb_net *net, uint32_t at)
{
    const struct cp_nb_network *network = cp_nb_at(net->nb, CP_NB_PROVIDER_NETWORK, at);
    struct cp_node_row row = cp_node_row_make(network->key.place, net->network_ids[at]);

    row.role = CP_TEXT("provider-network");
    row.operator_name = cp_nb_text(net->nb, network->provider);
    return cp_build_node(net->doc->build, &row, net->doc->diag);
}

cp_err cp_nb_rows_nodes(struct cp_nb_net *net)
{
    struct cp_nb_parts *parts;

    CP_TRY(name_nodes(net));
    CP_TRY(rows_sites(net));
    CP_TRY(cp_nb_parts_open(net, &parts));
    cp_build_expect(net->doc->build, cp_nb_count(net, CP_NB_DEVICE), 0);
    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_DEVICE); i++)
        CP_TRY(row_device(net, parts, i));
    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_PROVIDER_NETWORK); i++)
        CP_TRY(row_network(net, i));
    return CP_OK;
}
