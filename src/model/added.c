#include "builder.h"

/* A walk over the rows for who joins to what was added: see build.h. */

static bool give_fact(struct cp_build_walk *walk, cp_row_kind kind, cp_row packed,
                      struct cp_added *out)
{
    cp_rows_unpack(kind, packed, &out->fact);
    out->kind = CP_ADDED_NODE_FACT;
    if (kind == CP_ROW_LAST_FACT || kind == CP_ROW_LAST_RECORD)
        out->fact.node = walk->last;
    if (kind == CP_ROW_FACT && out->fact.node.len == 0 &&
        cp_build_has_node(walk->build, out->fact.object)) {
        out->fact.node = out->fact.object;
        out->fact.object = out->fact.part;
    }
    return out->fact.node.len > 0;
}

static bool give_link(struct cp_build_walk *walk, cp_row_kind kind, cp_row packed,
                      struct cp_added *out)
{
    cp_rows_unpack(kind, packed, &out->link);
    out->kind = CP_ADDED_LINK;
    out->link_number =
        kind == CP_ROW_LINK ? walk->links++ : cp_map_find(walk->build->lan_ids, out->link.id);
    walk->last = CP_TEXT("");
    return true;
}

/* Whether this row is one to give. */
static bool give(struct cp_build_walk *walk, cp_row_kind kind, cp_row packed, struct cp_added *out)
{
    switch (kind) {
    case CP_ROW_NODE:
        cp_rows_unpack(kind, packed, &out->node);
        out->kind = CP_ADDED_NODE;
        walk->last = out->node.id;
        return true;
    case CP_ROW_LINK:
    case CP_ROW_LAN_MORE:
        return give_link(walk, kind, packed, out);
    case CP_ROW_FACT:
    case CP_ROW_LAST_FACT:
    case CP_ROW_LAST_RECORD:
        return give_fact(walk, kind, packed, out);
    case CP_ROW_SITE:
        walk->last = CP_TEXT("");
        break;
    case CP_ROW_DEMAND:
    case CP_ROW_LINK_FACT:
    case CP_ROW_LEFT_OUT:
        break;
    }
    return false;
}

bool cp_build_next(struct cp_build_walk *walk, struct cp_added *out)
{
    cp_row_walk rows = {.chunk = walk->chunk, .at = walk->at};
    cp_row_kind kind;
    cp_row packed;

    if (!walk->begun)
        rows = (cp_row_walk){walk->build->rows.first, 0};
    walk->begun = true;
    while (cp_rows_next(&rows, &kind, &packed)) {
        walk->chunk = rows.chunk;
        walk->at = rows.at;
        if (give(walk, kind, packed, out))
            return true;
    }
    walk->chunk = NULL;
    return false;
}
