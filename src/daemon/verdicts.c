#include <stdio.h>
#include <stdlib.h>

#include "api.h"
#include "base/json_in.h"
#include "serve/log.h"

/*
 * Changes of demands' verdicts go into the log of decisions, one entry each as long as they are few of a demand (drive/verdict.h), and what was told last of each into the state's
 * table "verdicts".  So many are told with one turn of the loop that it goes on turning whatever changes; the rest follows with
 * the next ones, in batches of the store like all else.
 */

#define VERDICTS "verdicts"

enum {
    LOOKS = 2000,  /* demands looked at with one turn: less than a millisecond */
    CHANGES = 200, /* told with one turn */
    LINES = 20,    /* of them one by one on stderr in a second */
    ARENA_BYTES = 16 << 20
};

/* --- documents ------------------------------------------------------------------------------------- */

static void add_met(const struct cp_plan *plan, const struct cp_exposure *met, struct cp_json *json)
{
    const struct cp_case *net = cp_plan_view(plan)->net;

    cp_json_text(json, "element",
                 met->kind == CP_OBJECT_NODE ? net->nodes[met->element].id
                                             : net->links[met->element].id);
    cp_json_text(json, "rule", cp_plan_judge(plan)->rules[met->rule].id);
}

static cp_err write_change(struct daemon *d, const struct cp_drive_change *change,
                           struct cp_arena *arena, cp_text *out)
{
    struct cp_out text = cp_out_make(arena);
    struct cp_json json = cp_json_make(&text);

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_text(&json, "demand", change->demand);
    if (change->had)
        cp_json_str(&json, "from", cp_drive_verdict_word(change->from));
    else
        cp_json_null(&json, "from");
    if (change->gone) {
        cp_json_null(&json, "to");
        cp_json_str(&json, "why", "the case does not have it any more");
    } else {
        cp_json_str(&json, "to", cp_drive_verdict_word(change->to.verdict));
        cp_json_str(&json, "why",
                    !change->to.sensitive
                        ? "no rule holds for it any more: its protection has ended"
                    : change->to.why == NULL ? "each way of it is carried as intended"
                                             : change->to.why);
        if (change->to.exposure != NULL)
            add_met(cp_control_plan_kept(cp_drive_control(d->drive)), change->to.exposure, &json);
    }
    if (change->changes > 1) {
        cp_json_u64(&json, "changes", change->changes);
        cp_json_str(&json, "worst", cp_drive_verdict_word(change->worst));
    }
    cp_json_close(&json);
    CP_TRY(cp_out_done(&text, out));
    *out = cp_text_trim(*out);
    return CP_OK;
}

static cp_err put(struct daemon *d, const struct cp_drive_change *change, struct cp_arena *arena)
{
    struct cp_out text = cp_out_make(arena);
    struct cp_json json = cp_json_make(&text);
    cp_text document;

    if (change->gone ||
        !change->to.sensitive) { /* nothing is told of it until a rule holds for it again */
        cp_store_drop(d->batch, VERDICTS, change->demand);
        return CP_OK;
    }
    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_str(&json, "verdict", cp_drive_verdict_word(change->to.verdict));
    cp_json_u64(&json, "since", daemon_now_us(d));
    cp_json_close(&json);
    CP_TRY(cp_out_done(&text, &document));
    cp_store_put(d->batch, VERDICTS, change->demand, cp_text_trim(document));
    return CP_OK;
}

/* --- telling --------------------------------------------------------------------------------------- */

static bool is_bad(const struct cp_drive_change *change)
{
    return !change->gone && (!change->to.sensitive || change->worst == CP_VERDICT_VIOLATION ||
                             change->worst == CP_VERDICT_NO_PATH);
}

/* Thousands at once would leave no room for other lines: their number is said once a second, and the log of decisions has all. */
static void say(struct daemon *d, const struct cp_drive_change *change, cp_text document)
{
    if (d->verdicts_said < LINES)
        log_record(is_bad(change) ? LOG_WARNING : LOG_INFO, "verdict", change->demand, document);
    else
        d->verdicts_unsaid++;
    d->verdicts_said++;
}

void daemon_verdicts_second(struct daemon *d)
{
    if (d->verdicts_unsaid > 0)
        log_say(
            LOG_WARNING, "verdict", NULL,
            "%llu more demands changed their verdict within a second: `cleanpath log show --kind "
            "verdict` has them",
            (unsigned long long)d->verdicts_unsaid);
    d->verdicts_said = d->verdicts_unsaid = 0;
    daemon_verdicts_look(d);
    daemon_keep_on(d);
}

static cp_err tell(struct daemon *d, const struct cp_drive_change *change)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_text document;
    cp_err err = arena != NULL && daemon_state_batch(d) != NULL ? CP_OK : CP_ERR_NOMEM;

    if (err == CP_OK)
        err = write_change(d, change, arena, &document);
    if (err == CP_OK) {
        (void)daemon_state_entry(d, CP_LOG_VERDICT, change->demand, document);
        say(d, change, document);
        err = put(d, change, arena);
    }
    cp_arena_close(arena);
    return err;
}

static void look_on(uv_timer_t *timer)
{
    struct daemon *d = timer->data;

    daemon_verdicts_look(d);
    daemon_keep_on(d);
}

void daemon_verdicts_look(struct daemon *d)
{
    uint32_t looks = LOOKS, told = 0;
    cp_change_more more = CP_CHANGE_ONE;

    if (d->stopping || daemon_keep_is_full(d))
        return; /* the next second comes to it */
    while (more == CP_CHANGE_ONE && told++ < CHANGES) {
        struct cp_drive_change change;
        cp_err err = cp_drive_change(d->drive, daemon_now_us(d), &looks, &change, &more);

        if (err == CP_OK && more == CP_CHANGE_ONE)
            err = tell(d, &change);
        daemon_check(d, err);
        if (err != CP_OK)
            return;
    }
    d->counts.verdict_changes = cp_drive_changes_seen(d->drive);
    if (more != CP_CHANGE_NONE)
        (void)uv_timer_start(&d->verdicts, look_on, 0, 0);
}

/* --- beginning ------------------------------------------------------------------------------------- */

static cp_err take_before(void *user, cp_text demand, cp_text state)
{
    struct daemon *d = user;
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    const struct cp_json_value *document;
    cp_verdict verdict;
    cp_err err = arena == NULL
                     ? CP_ERR_NOMEM
                     : cp_json_in_document(state, CP_PLACE_NO_FILE, arena, &document, NULL);

    if (err == CP_OK)
        err = cp_drive_verdict_of(cp_json_member_text(document, "verdict"), &verdict)
                  ? cp_drive_told(d->drive, demand, verdict)
                  : CP_ERR_MALFORMED;
    cp_arena_close(arena);
    return err;
}

cp_err daemon_verdicts_restore(struct daemon *d, cp_store_err *err)
{
    cp_err stopped = CP_OK;

    *err = cp_store_each(d->store, VERDICTS, take_before, d, &stopped);
    return stopped;
}
