#include <string.h>

#include "alarms.h"
#include "api.h"
#include "serve/log.h"
#include "reload.h"
#include "sights.h"
#include "store/log.h"

/* What people and their programs do by the API; kept before it is answered. */

static void keep_words(char *to, size_t room, cp_text text)
{
    size_t len = text.len < room - 1 ? text.len : room - 1;

    if (len > 0)
        memcpy(to, text.at, len);
    to[len] = '\0';
}

static uint64_t put_operator(struct daemon *d, const char *deed, cp_text id, cp_text by,
                             cp_text reason, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text document;

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_str(&json, "deed", deed);
    cp_json_text(&json, "by", by);
    cp_json_text(&json, "reason", reason);
    if (id.len > 0)
        cp_json_text(&json, "alarm", id);
    cp_json_close(&json);
    if (cp_out_done(&out, &document) != CP_OK)
        return 0;
    log_record(LOG_NOTICE, "operator", by, document);
    return daemon_state_entry(d, CP_LOG_OPERATOR, id, cp_text_trim(document));
}

static cp_web_result hold(struct daemon *d, const struct cp_web_act *act, struct cp_json *json)
{
    bool held = act->deed == CP_WEB_FREEZE;
    cp_text by = api_who(&act->caller, json->out->arena);
    bool changed = held != (d->held_us != 0);
    uint64_t seq = 0;
    struct cp_control_status status;

    cp_control_status(cp_drive_control(d->drive), &status);
    changed = changed || (!held && status.held);
    if (changed) {
        d->held_us = held ? daemon_now_us(d) : 0;
        keep_words(d->held_by, sizeof d->held_by, held ? by : CP_TEXT(""));
        keep_words(d->held_why, sizeof d->held_why, held ? act->reason : CP_TEXT(""));
        seq = put_operator(d, held ? "freeze" : "thaw", CP_TEXT(""), by, act->reason,
                           json->out->arena);
        daemon_check(d, cp_drive_hold(d->drive, held, by, daemon_now_us(d)));
        daemon_state_held(d);
        daemon_pump(d);
        if (!daemon_keep_all(d)) /* before it is answered */
            return CP_WEB_FAILED;
    }
    cp_web_done_json(json, changed, seq);
    return CP_WEB_OK;
}

/* The LSP that it is of, as it is now; false: none. */
static bool find_lsp(const struct view *v, cp_text key, struct cp_control_lsp *out)
{
    uint32_t at = v->plan == NULL ? CP_NONE : cp_plan_find(v->plan, key);

    if (at == CP_NONE)
        return false;
    cp_control_lsp_of(v->control, at, out);
    return cp_text_eq(out->key, key);
}

static cp_web_result observe(struct daemon *d, const struct cp_web_act *act, struct cp_json *json)
{
    uint32_t counts[CP_SIGHT_NOT_PLACED + 1] = {0};
    struct view v;

    if (view_open(d, json->out->arena, &v) != CP_OK)
        return CP_WEB_FAILED;
    for (uint32_t i = 0; i < act->sight_count; i++) {
        const struct cp_web_sight *from = &act->sights[i];
        struct cp_control_sight sight = {.key = from->path,
                                         .nodes = from->nodes,
                                         .node_count = from->node_count,
                                         .witness = from->witness,
                                         .at_us = from->at_us};
        struct cp_control_lsp lsp;
        cp_sight_says says;
        cp_err err = cp_drive_seen(d->drive, &sight, daemon_now_us(d), &says);

        if (err != CP_OK) {
            daemon_check(d, err);
            return CP_WEB_FAILED;
        }
        counts[says]++;
        daemon_sights_add(d, &sight, says, find_lsp(&v, sight.key, &lsp) ? &lsp : NULL);
    }
    daemon_pump(d);
    if (!daemon_keep_all(d)) /* before it is answered */
        return CP_WEB_FAILED;
    cp_web_observed_json(json,
                         &(struct cp_web_observed){.proven = counts[CP_SIGHT_PROVES],
                                                   .repeated = counts[CP_SIGHT_REPEATS],
                                                   .contradicting = counts[CP_SIGHT_CONTRADICTS],
                                                   .not_placed = counts[CP_SIGHT_NOT_PLACED]});
    return CP_WEB_OK;
}

static cp_web_result acknowledge(struct daemon *d, const struct cp_web_act *act,
                                 struct cp_json *json, struct cp_web_problem *problem)
{
    struct cp_arena *arena = json->out->arena;
    const struct cp_web_alarm *alarms;
    uint32_t count;
    struct view v;

    daemon_alarms_look(d); /* since when it stands is kept with who has seen it */
    if (view_open(d, arena, &v) != CP_OK || api_alarms(&v, &alarms, &count) != CP_OK)
        return CP_WEB_FAILED;
    for (uint32_t i = 0; i < count; i++) {
        cp_text by = api_who(&act->caller, arena);
        uint64_t seq = 0;

        if (!cp_text_eq(alarms[i].id, act->id))
            continue;
        if (alarms[i].acknowledged_us == 0) {
            bool changed;

            seq = put_operator(d, "acknowledge", act->id, by, act->reason, arena);
            daemon_state_acknowledge(d, act->id, by);
            daemon_alarms_acknowledged(d, act->id, by, act->reason, arena);
            daemon_check(d,
                         cp_drive_acknowledge(d->drive, act->id, by, daemon_now_us(d), &changed));
            daemon_pump(d);
            if (!daemon_keep_all(d))
                return CP_WEB_FAILED;
        }
        cp_web_done_json(json, alarms[i].acknowledged_us == 0, seq);
        return CP_WEB_OK;
    }
    cp_web_problem_set(problem, "no alarm of this id stands");
    return CP_WEB_NOT_FOUND;
}

static cp_web_result reload(struct daemon *d, const struct cp_web_act *act, struct cp_arena *arena,
                            struct cp_web_problem *problem)
{
    struct reload_ask ask = {.cause = RELOAD_ASKED,
                             .dry_run = act->deed == CP_WEB_RELOAD_DRY,
                             .accept_loss = act->accept_loss,
                             .ticket = act->ticket};

    keep_words(ask.by, sizeof ask.by, api_who(&act->caller, arena));
    if (reload_start(d, ask))
        return CP_WEB_LATER;
    cp_web_problem_set(problem, "another reload is under way");
    return CP_WEB_BUSY;
}

cp_web_result api_act(void *user, const struct cp_web_act *act, struct cp_json *json,
                      struct cp_web_problem *problem)
{
    struct daemon *d = user;

    switch (act->deed) {
    case CP_WEB_RELOAD:
    case CP_WEB_RELOAD_DRY:
        return reload(d, act, json->out->arena, problem);
    case CP_WEB_FREEZE:
    case CP_WEB_THAW:
        return hold(d, act, json);
    case CP_WEB_OBSERVE:
        return observe(d, act, json);
    case CP_WEB_ACKNOWLEDGE:
        return acknowledge(d, act, json, problem);
    }
    return CP_WEB_FAILED;
}
