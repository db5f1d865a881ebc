#include "base/num.h"

#include "inside.h"

struct place {
    const char *path;
    cp_target_kind kind;
    int what;        /* a cp_web_resource or cp_web_deed */
    bool has_things; /* PATH/ID is one of them */
};

static const struct place places[] = {
    {"/v1/status", CP_TARGET_GET, CP_WEB_STATUS, false},
    {"/v1/demands", CP_TARGET_GET, CP_WEB_DEMANDS, true},
    {"/v1/paths", CP_TARGET_GET, CP_WEB_PATHS, true},
    {"/v1/elements", CP_TARGET_GET, CP_WEB_ELEMENTS, true},
    {"/v1/feeds", CP_TARGET_GET, CP_WEB_FEEDS, false},
    {"/v1/peers", CP_TARGET_GET, CP_WEB_PEERS, false},
    {"/v1/alarms", CP_TARGET_GET, CP_WEB_ALARMS, false},
    {"/v1/log", CP_TARGET_GET, CP_WEB_LOG, false},
    {"/v1/events", CP_TARGET_EVENTS, 0, false},
    {"/v1/openapi.json", CP_TARGET_OPENAPI, 0, false},
    {"/metrics", CP_TARGET_METRICS, 0, false},
    {"/v1/reload", CP_TARGET_ACT, CP_WEB_RELOAD, false},
    {"/v1/freeze", CP_TARGET_ACT, CP_WEB_FREEZE, false},
    {"/v1/thaw", CP_TARGET_ACT, CP_WEB_THAW, false},
    {"/v1/observations", CP_TARGET_ACT, CP_WEB_OBSERVE, false},
};

/* An id comes after the last slash of its list, and may hold slashes itself: LSP keys do. */
static bool is_id(cp_text id)
{
    return id.len > 0 && id.len <= CP_WEB_ID_BYTES_MAX && cp_text_bad_utf8(id) == id.len &&
           cp_text_unsafe(id) == id.len;
}

static struct cp_target target_at(const struct place *place, cp_text id)
{
    struct cp_target target = {.kind = place->kind, .after = UINT64_MAX};

    if (place->kind == CP_TARGET_GET) {
        target.query.resource = (cp_web_resource)place->what;
        target.query.id = id;
        target.query.limit = CP_WEB_PAGE_DEFAULT;
        target.list = id.len == 0 && place->what != CP_WEB_STATUS;
    } else if (place->kind == CP_TARGET_ACT) {
        target.deed = (cp_web_deed)place->what;
    }
    return target;
}

static bool acknowledges(cp_text path, cp_text *id)
{
    static const cp_text before = {"/v1/alarms/", 11}, behind = {"/acknowledge", 12};

    if (!cp_text_starts(path, before) || !cp_text_ends(path, behind) ||
        path.len <= before.len + behind.len)
        return false;
    *id = cp_text_sub(path, before.len, path.len - before.len - behind.len);
    return is_id(*id);
}

struct cp_target cp_target_of(cp_text path)
{
    cp_text id = {"", 0};

    for (size_t i = 0; i < CP_COUNT(places); i++) {
        cp_text base = cp_text_of(places[i].path);

        if (cp_text_eq(path, base))
            return target_at(&places[i], (cp_text){"", 0});
        if (!places[i].has_things || !cp_text_starts(path, base) || path.at[base.len] != '/')
            continue;
        id = cp_text_sub(path, base.len + 1, path.len);
        if (is_id(id))
            return target_at(&places[i], id);
    }
    if (acknowledges(path, &id))
        return (struct cp_target){.kind = CP_TARGET_ACT, .deed = CP_WEB_ACKNOWLEDGE, .id = id};
    return (struct cp_target){.kind = CP_TARGET_NONE};
}

/* --- arguments -------------------------------------------------------------------------------- */

#define NO_PARAMETER "there is no such parameter here"

static const char *take_limit(struct cp_target *target, cp_text value)
{
    if (cp_num_u32(value, CP_WEB_PAGE_MAX, &target->query.limit) != CP_OK ||
        target->query.limit == 0)
        return "limit is no number from 1 to 1000";
    return NULL;
}

static const char *take_verdict(struct cp_target *target, cp_text value)
{
    static const char *const words[2][4] = {{"ok", "violation", "undecided", "no-path"},
                                            {"trusted", "unknown", "untrusted", "untrusted"}};
    bool elements = target->query.resource == CP_WEB_ELEMENTS;

    for (size_t i = 0; i < 4; i++) {
        if (!cp_text_is(value, words[elements][i]))
            continue;
        target->query.verdict = value;
        return NULL;
    }
    return "no such verdict";
}

/* Of paths.  NULL: it is one. */
static const char *take_path(struct cp_target *target, cp_text key, cp_text value)
{
    static const char *const phases[] = {"down",   "waiting",  "installing", "installed",
                                         "astray", "draining", "removing"};

    if (cp_text_is(key, "headend")) {
        target->query.headend = value;
        return is_id(value) ? NULL : "headend is no id";
    }
    if (!cp_text_is(key, "phase"))
        return NO_PARAMETER;
    target->query.phase = value;
    for (size_t i = 0; i < CP_COUNT(phases); i++)
        if (cp_text_is(value, phases[i]))
            return NULL;
    return "no such phase";
}

/* from=N: the number of the first entry. */
static const char *take_from(struct cp_target *target, cp_text value)
{
    uint64_t number;

    if (cp_num_u64(value, INT64_MAX, &number) != CP_OK)
        return "from is no number of an entry";
    target->query.after_seq = number > 0 ? number - 1 : 0;
    return NULL;
}

static const char *take_after(struct cp_target *target, cp_text value)
{
    if (target->kind == CP_TARGET_EVENTS)
        return cp_num_u64(value, INT64_MAX, &target->after) == CP_OK
                   ? NULL
                   : "after is no number of an entry";
    if (target->query.resource == CP_WEB_LOG)
        return cp_num_u64(value, INT64_MAX, &target->query.after_seq) == CP_OK
                   ? NULL
                   : "after is no number of an entry";
    if (!is_id(value))
        return "after is no id";
    target->query.after = value;
    return NULL;
}

/* Of a reload: those that are there or not.  NULL: it is one. */
static const char *take_reload(struct cp_target *target, cp_text key, cp_text value)
{
    bool dry = cp_text_is(key, "dry-run");

    if (!dry && !cp_text_is(key, "accept-loss"))
        return NO_PARAMETER;
    if (value.len > 0 && !cp_text_is(value, "true"))
        return dry ? "dry-run takes no value but 'true'" : "accept-loss takes no value but 'true'";
    if (dry)
        target->deed = CP_WEB_RELOAD_DRY;
    else
        target->accept_loss = true;
    return NULL;
}

const char *cp_target_argument(struct cp_target *target, cp_text key, const char *value)
{
    bool reload = target->kind == CP_TARGET_ACT &&
                  (target->deed == CP_WEB_RELOAD || target->deed == CP_WEB_RELOAD_DRY);
    bool list = target->kind == CP_TARGET_GET && target->list;
    cp_text text = cp_text_of(value);

    if (reload)
        return take_reload(target, key, text);
    if (list && cp_text_is(key, "limit"))
        return take_limit(target, text);
    if ((list || target->kind == CP_TARGET_EVENTS) && cp_text_is(key, "after"))
        return take_after(target, text);
    if (list && target->query.resource == CP_WEB_LOG && cp_text_is(key, "from"))
        return take_from(target, text);
    if (list && cp_text_is(key, "verdict") &&
        (target->query.resource == CP_WEB_ELEMENTS || target->query.resource == CP_WEB_DEMANDS))
        return take_verdict(target, text);
    return list && target->query.resource == CP_WEB_PATHS ? take_path(target, key, text)
                                                          : NO_PARAMETER;
}
