#include "web/body.h"

#include "base/json_in.h"
#include "base/moment.h"

/* What comes with an act: nothing, {"reason": "..."}, or a list of observations. */

static const char *read_reason(const struct cp_json_value *value, struct cp_web_act *act)
{
    const struct cp_json_value *reason = cp_json_member(value, "reason");

    if (value->kind != CP_JSON_OBJECT || value->count != (reason != NULL))
        return "the body is no object with a reason alone";
    if (reason == NULL)
        return NULL;
    if (reason->kind != CP_JSON_TEXT || reason->text.len > CP_WEB_ID_BYTES_MAX ||
        cp_text_unsafe(reason->text) != reason->text.len)
        return "the reason is no text of one line";
    act->reason = reason->text;
    return NULL;
}

static bool is_name(const struct cp_json_value *value)
{
    return value != NULL && value->kind == CP_JSON_TEXT && value->text.len > 0 &&
           value->text.len <= CP_WEB_ID_BYTES_MAX && cp_text_unsafe(value->text) == value->text.len;
}

static const char *read_nodes(const struct cp_json_value *nodes, struct cp_arena *arena,
                              struct cp_web_sight *out)
{
    cp_text *list;

    if (nodes == NULL || nodes->kind != CP_JSON_ARRAY || nodes->count == 0 ||
        nodes->count > CP_WEB_SIGHT_NODES_MAX)
        return "nodes are no list of 1 to 256 ids";
    list = CP_TAKE(arena, nodes->count, cp_text);
    if (list == NULL)
        return "out of memory";
    for (const struct cp_json_value *v = nodes->first; v != NULL; v = v->next) {
        if (!is_name(v))
            return "a node is no id";
        list[out->node_count++] = v->text;
    }
    out->nodes = list;
    return NULL;
}

static const char *read_sight(const struct cp_json_value *value, struct cp_arena *arena,
                              struct cp_web_sight *out)
{
    const struct cp_json_value *path = cp_json_member(value, "path");
    const struct cp_json_value *witness = cp_json_member(value, "witness");

    if (value->kind != CP_JSON_OBJECT || value->count != 3u + (witness != NULL))
        return "an observation is an object of path, nodes, at, and witness where there is one";
    if (!is_name(path) || (witness != NULL && !is_name(witness)))
        return "path or witness is no name";
    if (cp_moment_parse(cp_json_member_text(value, "at"), &out->at_us) != CP_OK)
        return "at is no time like 2026-11-28T12:00:00Z";
    out->path = path->text;
    out->witness = witness != NULL ? witness->text : (cp_text){"", 0};
    return read_nodes(cp_json_member(value, "nodes"), arena, out);
}

static const char *read_sights(const struct cp_json_value *value, struct cp_arena *arena,
                               struct cp_web_act *act)
{
    struct cp_web_sight *sights;

    if (value->kind != CP_JSON_ARRAY || value->count > CP_WEB_SIGHTS_MAX)
        return "the body is no list of at most 1000 observations";
    sights = CP_TAKE(arena, value->count, struct cp_web_sight);
    if (sights == NULL)
        return "out of memory";
    for (const struct cp_json_value *v = value->first; v != NULL; v = v->next) {
        const char *wrong = read_sight(v, arena, &sights[act->sight_count]);

        if (wrong != NULL)
            return wrong;
        act->sight_count++;
    }
    act->sights = sights;
    return NULL;
}

const char *cp_web_body_read(cp_text body, struct cp_arena *arena, struct cp_web_act *act,
                             struct cp_diag *diag)
{
    const struct cp_json_value *value = NULL;
    bool optional = act->deed != CP_WEB_OBSERVE;

    if (body.len == 0)
        return optional ? NULL : "observations come in the body";
    if (act->deed == CP_WEB_RELOAD || act->deed == CP_WEB_RELOAD_DRY)
        return "a reload takes no body";
    if (cp_json_in_document(body, CP_PLACE_NO_FILE, arena, &value, diag) != CP_OK)
        return diag->why;
    return optional ? read_reason(value, act) : read_sights(value, arena, act);
}
