#include "networks_parts.h"

#include <inttypes.h>

#include "base/date.h"
#include "cells.h"
#include "stated.h"
#include "uri.h"

void cp_member_open(struct cp_networks *n, const char *container)
{
    if (!n->open)
        cp_json_object(&n->json, container, CP_JSON_FLAT);
    n->open = true;
}

void cp_member_close(struct cp_networks *n)
{
    if (n->open)
        cp_json_close(&n->json);
    n->open = false;
}

void cp_member_text(struct cp_networks *n, const char *container, const char *name, cp_text text)
{
    if (text.len == 0)
        return;
    cp_member_open(n, container);
    cp_json_text(&n->json, name, text);
}

void cp_member_u64(struct cp_networks *n, const char *container, const char *name, uint64_t number,
                   uint64_t none)
{
    n->name.len = 0;
    cp_cell_u64(&n->name, number, none);
    cp_member_text(n, container, name, (cp_text){n->name.at, n->name.len});
}

void cp_member_degrees(struct cp_networks *n, const char *container, const char *name, int32_t udeg)
{
    n->name.len = 0;
    cp_cell_degrees(&n->name, udeg);
    cp_member_text(n, container, name, (cp_text){n->name.at, n->name.len});
}

void cp_member_texts(struct cp_networks *n, const char *container, const char *name,
                     const cp_text *texts, uint32_t count)
{
    if (count == 0)
        return;
    cp_member_open(n, container);
    cp_json_array(&n->json, name, CP_JSON_FLAT);
    for (uint32_t i = 0; i < count; i++)
        cp_json_text(&n->json, NULL, texts[i]);
    cp_json_close(&n->json);
}

cp_text cp_networks_uri(struct cp_networks *n, cp_text name, const char *behind)
{
    n->name.len = 0;
    cp_uri_add(&n->name, name);
    cp_out_str(&n->name, behind);
    return (cp_text){n->name.at, n->name.len};
}

void cp_member_id(struct cp_networks *n, const char *container, const char *name, cp_text id)
{
    if (!cp_text_eq(cp_networks_uri(n, id, ""), id))
        cp_member_text(n, container, name, id);
}

static void write_text(struct cp_json *json, const char *name, cp_text text)
{
    if (text.len > 0)
        cp_json_text(json, name, text);
}

static void write_date(struct cp_json *json, const char *name, cp_date date)
{
    char text[11];

    if (date == CP_DATE_NONE)
        return;
    cp_date_format(date, text);
    cp_json_str(json, name, text);
}

static void write_fact(struct cp_networks *n, uint32_t at, uint32_t number)
{
    const struct cp_fact *fact = &n->c->facts[at];
    struct cp_json *json = &n->json;

    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_u64(json, "number", number);
    write_text(json, "part", fact->part);
    cp_json_text(json, "attribute", fact->attribute);
    cp_json_text(json, "value", fact->value);
    if (fact->evidence != CP_NONE) {
        const struct cp_evidence *evidence = &n->c->evidence[fact->evidence];

        write_text(json, "evidence", evidence->kind);
        write_text(json, "source", evidence->source);
        write_text(json, "who", evidence->who);
    }
    write_date(json, "date", fact->date);
    write_date(json, "expires", fact->expires);
    if (cp_fact_is_foreign(n->c, at))
        cp_json_bool(json, "foreign", true);
    cp_json_close(json);
}

void cp_member_facts(struct cp_networks *n, const char *container, cp_object_kind kind,
                     uint32_t object)
{
    const struct cp_case *c = n->c;
    const uint32_t *facts = kind == CP_OBJECT_NODE   ? c->node_facts
                            : kind == CP_OBJECT_LINK ? c->link_facts
                                                     : c->site_facts;
    uint32_t cells = cp_cells_of(c, kind, object).count;
    uint32_t first = facts[object] + cells;

    if (first == facts[object + 1])
        return;
    cp_member_open(n, container);
    cp_json_array(&n->json, "fact", CP_JSON_FLAT);
    for (uint32_t at = first; at < facts[object + 1]; at++)
        write_fact(n, at, at - first + 1);
    cp_json_close(&n->json);
}
