#include "identity_json.h"

#include "model/seen.h"

/* All links in the order of the case; the subjects of links, which come in that order too, beside them. */

static void write_ends(struct cp_identity_writer *w, const struct cp_link_rec *link)
{
    cp_json_array(&w->json, "ends", CP_JSON_FLAT);
    for (uint32_t i = 0; i < link->ends.count; i++) {
        const struct cp_end *end = &w->net->ends[link->ends.first + i];

        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_text(&w->json, "node", w->net->nodes[end->node.at].id);
        cp_json_text_or_null(&w->json, "port", end->port);
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
}

static cp_err write_sighting(struct cp_identity_writer *w, uint32_t at, uint32_t end)
{
    const struct cp_fact *fact = &w->net->facts[at];
    cp_range ends = w->net->links[fact->object].ends;
    struct cp_evidence none = {.kind = CP_TEXT("")};
    const struct cp_evidence *evidence =
        fact->evidence == CP_NONE ? &none : &w->net->evidence[fact->evidence];

    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    cp_json_text(&w->json, "node", w->net->nodes[w->net->ends[ends.first + end].node.at].id);
    cp_json_text(&w->json, "value", fact->value);
    cp_json_text_or_null(&w->json, "grade", evidence->kind);
    cp_json_text_or_null(&w->json, "source", evidence->source);
    CP_TRY(cp_identity_json_place(w, fact->place));
    cp_json_close(&w->json);
    return w->out->err;
}

static cp_err write_sightings(struct cp_identity_writer *w, uint32_t link)
{
    cp_json_array(&w->json, "seen_by", CP_JSON_FLAT);
    for (uint32_t i = w->net->link_facts[link]; i < w->net->link_facts[link + 1]; i++) {
        uint32_t end = cp_link_seen_end(w->net, (cp_link){link}, &w->net->facts[i]);

        if (end != CP_NONE)
            CP_TRY(write_sighting(w, i, end));
    }
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_link(struct cp_identity_writer *w, uint32_t at, struct cp_subjects parts)
{
    const struct cp_link_rec *link = &w->net->links[at];
    struct cp_link_seen seen = cp_link_seen(w->net, (cp_link){at});

    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_text(&w->json, "id", link->id);
    write_ends(w, link);
    cp_json_str(&w->json, "layer", cp_layer_name(link->layer));
    cp_json_bool(&w->json, "stated", seen.stated);
    cp_json_u64(&w->json, "seen_ends", seen.ends);
    cp_json_u64(&w->json, "sources", seen.sources);
    CP_TRY(write_sightings(w, at));
    if (parts.count > 0)
        CP_TRY(cp_shelf_fill(&w->shelf, CP_OBJECT_LINK, at));
    CP_TRY(cp_identity_json_parts(w, parts));
    cp_json_close(&w->json);
    return w->out->err;
}

/* The subjects of a link, where the next ones are its; else none. */
static struct cp_subjects take_parts(const struct cp_identity_report *report, uint32_t *from,
                                     uint32_t link)
{
    const struct cp_identities *all = report->identities;
    struct cp_subjects subjects = {NULL, 0};

    while (*from < all->count && all->at[*from].kind == CP_OBJECT_NODE)
        ++*from;
    if (*from < all->count && all->at[*from].object == link)
        (void)cp_subjects_next(all, from, &subjects);
    return subjects;
}

cp_err cp_identity_json_links(struct cp_identity_writer *w)
{
    uint32_t from = 0;

    cp_json_array(&w->json, "links", CP_JSON_LINES);
    for (uint32_t i = 0; i < w->net->link_count; i++) {
        struct cp_subjects parts = take_parts(w->report, &from, i);

        if (cp_link_asked(w->report, i))
            CP_TRY(write_link(w, i, parts));
    }
    cp_json_close(&w->json);
    return CP_OK;
}
