#include "model/case.h"

#include "base/out.h"
#include "unnamed.h"

static const char *const layer_names[CP_LAYER_COUNT] = {
    [CP_LAYER_IP] = "ip",
    [CP_LAYER_ETHERNET] = "ethernet",
    [CP_LAYER_OPTICAL] = "optical",
    [CP_LAYER_RADIO] = "radio",
    [CP_LAYER_MANAGEMENT] = "management",
};

const char *cp_layer_name(cp_layer layer)
{
    CP_ASSERT(layer < CP_LAYER_COUNT);
    return layer_names[layer];
}

cp_layer cp_layer_find(cp_text word)
{
    cp_layer layer = CP_LAYER_IP;

    while (layer < CP_LAYER_COUNT && !cp_text_is(word, layer_names[layer]))
        layer++;
    return layer;
}

_Static_assert(CP_NONE == CP_MAP_NONE, "absent in a map is an index of nothing");

cp_node cp_case_node(const struct cp_case *c, cp_text id)
{
    return (cp_node){cp_map_find(c->node_ids, id)};
}

cp_link cp_case_link(const struct cp_case *c, cp_text id)
{
    return (cp_link){cp_unnamed_find(c->link_ids, c->unnamed_links, id)};
}

uint32_t cp_case_site(const struct cp_case *c, cp_text id)
{
    return cp_map_find(c->site_ids, id);
}

bool cp_case_has_tag(const struct cp_case *c, cp_range tags, cp_text tag)
{
    for (uint32_t i = 0; i < tags.count; i++)
        if (cp_text_eq(c->tags[tags.first + i], tag))
            return true;
    return false;
}

cp_err cp_case_place(const struct cp_case *c, cp_place place, struct cp_arena *arena, cp_text *out)
{
    struct cp_out text = cp_out_make(arena);

    if (place.file < c->input_count) {
        cp_out_text(&text, c->inputs[place.file].path);
        if (place.line > 0) {
            cp_out_char(&text, ':');
            cp_out_u64(&text, place.line);
        }
    }
    return cp_out_done(&text, out);
}
