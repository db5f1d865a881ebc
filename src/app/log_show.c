#include "commands.h"

#include <string.h>

#include "base/date.h"
#include "base/moment.h"
#include "base/num.h"

#include "app/files.h"
#include "app/message.h"
#include "log_store.h"

/* log show, log content: what there is. */

enum {
    OPTION_JSON = 1,
    OPTION_SUBJECT,
    OPTION_KIND,
    OPTION_FROM,
    OPTION_UNTIL,
    OPTION_AFTER,
    OPTION_LAST
};

static const struct cp_option show_options[] = {
    CP_LOG_STATE_OPTION,
    {"--json", NULL, "JSON lines, from which the chain can be verified elsewhere", false},
    {"--subject", "NAME", "entries about this LSP, demand or alarm alone", false},
    {"--kind", "KIND",
     "start, stop, inputs, view, plan, step, report, witness, verdict, alarm, reload, "
     "operator or cut alone",
     false},
    {"--from", "TIME", "not before this day or time (UTC)", false},
    {"--until", "TIME", "before this day or time (UTC)", false},
    {"--after", "SEQ", "entries with greater numbers", false},
    {"--last", "N", "the newest N of them", false},
};

static const struct cp_command show_command = {
    "log show",   "[--state DIR] [options]", "Entries of the decision log, oldest first.",
    show_options, CP_COUNT(show_options),    0,
};

static cp_exit read_time(const char *name, const char *value, uint64_t *out)
{
    cp_date day;

    if (value == NULL || cp_moment_parse(cp_text_of(value), out) == CP_OK)
        return CP_EXIT_OK;
    if (cp_date_parse(cp_text_of(value), &day) != CP_OK || day < 0)
        return cp_say_usage(
            "log show",
            "log show: %s: no day or time like 2026-11-28 or 2026-11-28T12:00:00Z: '%s'", name,
            value);
    *out = (uint64_t)day * UINT64_C(86400000000);
    return CP_EXIT_OK;
}

static cp_exit read_number(const char *name, const char *value, uint64_t max, uint64_t *out)
{
    if (value == NULL || cp_num_u64(cp_text_of(value), max, out) == CP_OK)
        return CP_EXIT_OK;
    return cp_say_usage("log show", "log show: %s: no number: '%s'", name, value);
}

static cp_exit read_query(const struct cp_log_arg *arg, struct cp_log_query *query)
{
    uint64_t last = 0;
    cp_log_kind kind;
    cp_exit code = read_time("--from", arg->values[OPTION_FROM], &query->from_us);

    if (code == CP_EXIT_OK)
        code = read_time("--until", arg->values[OPTION_UNTIL], &query->until_us);
    if (code == CP_EXIT_OK)
        code = read_number("--after", arg->values[OPTION_AFTER], INT64_MAX, &query->after);
    if (code == CP_EXIT_OK)
        code = read_number("--last", arg->values[OPTION_LAST], UINT32_MAX, &last);
    if (code != CP_EXIT_OK)
        return code;
    query->limit = (uint32_t)last;
    query->newest_first = last > 0;
    query->subject = cp_text_of(arg->values[OPTION_SUBJECT]);
    if (arg->values[OPTION_KIND] == NULL)
        return CP_EXIT_OK;
    if (!cp_log_kind_of(cp_text_of(arg->values[OPTION_KIND]), &kind))
        return cp_say_usage("log show", "log show: no such kind: '%s'", arg->values[OPTION_KIND]);
    query->kinds = 1u << kind;
    return CP_EXIT_OK;
}

struct showing {
    struct cp_arena *arena;
    bool json, turned; /* turned: only the number of the oldest is wanted */
    uint64_t oldest;
    cp_exit code;
};

static cp_err show_one(void *user, const struct cp_log_entry *entry)
{
    struct showing *s = user;
    cp_arena_mark mark = cp_arena_mark_get(s->arena);
    struct cp_out out = cp_out_make(s->arena);
    struct cp_json json = cp_json_make(&out);
    cp_text text;

    s->oldest = entry->seq;
    if (s->turned)
        return CP_OK;
    if (s->json)
        cp_log_entry_json(entry, &json, NULL);
    else if (cp_log_write_line(&out, entry) != CP_OK)
        out.err = CP_ERR_NOMEM;
    if (cp_out_done(&out, &text) != CP_OK)
        s->code = cp_say_no_memory();
    else
        s->code = cp_stdout_put(text);
    cp_arena_reset(s->arena, mark);
    return s->code == CP_EXIT_OK ? CP_OK : CP_ERR_CONFLICT;
}

static cp_exit show(struct cp_store *store, struct cp_log_query query, struct showing *s)
{
    cp_store_err err;

    if (query.newest_first) { /* where the newest N begin */
        s->turned = true;
        err = cp_log_each(store, &query, show_one, s, NULL);
        if (err != CP_STORE_OK)
            return cp_log_say(store, err);
        s->turned = query.newest_first = false;
        query.after = s->oldest > 0 ? s->oldest - 1 : INT64_MAX;
    }
    err = cp_log_each(store, &query, show_one, s, NULL);
    return err == CP_STORE_OK ? s->code : cp_log_say(store, err);
}

static cp_exit run_show(const struct cp_log_arg *arg, struct cp_arena *arena)
{
    struct showing s = {.arena = arena, .json = arg->values[OPTION_JSON] != NULL};
    struct cp_log_query query = {.after = 0};
    struct cp_store *store;
    cp_exit code = read_query(arg, &query);

    if (code == CP_EXIT_OK)
        code = cp_stdout_check();
    if (code == CP_EXIT_OK)
        code = cp_log_open(arg->state, CP_STORE_READ, &store);
    if (code != CP_EXIT_OK)
        return code;
    code = show(store, query, &s);
    cp_store_close(store);
    return code == CP_EXIT_OK ? cp_stdout_write(CP_TEXT("")) : code;
}

/* --- content ---------------------------------------------------------------------------------- */

static const struct cp_option state_option[] = {CP_LOG_STATE_OPTION};

static const struct cp_command content_command = {
    "log content",
    "DIGEST [--state DIR]",
    "What an entry of the log speaks of by this SHA-256, as it was: a policy, a network's snapshot.",
    state_option,
    1,
    1,
};

static cp_exit run_content(const struct cp_log_arg *arg, struct cp_arena *arena)
{
    struct cp_store *store;
    cp_text bytes;
    bool found;
    cp_store_err err;
    cp_exit code;

    if (arg->plain == NULL)
        return cp_say_usage("log content", "log content: which digest?");
    code = cp_log_open(arg->state, CP_STORE_READ, &store);
    if (code != CP_EXIT_OK)
        return code;
    err = cp_store_content(store, arg->plain, arena, &bytes, &found);
    if (err == CP_STORE_MALFORMED)
        code = cp_say_usage("log content", "log content: no SHA-256: '%s'", arg->plain);
    else if (err != CP_STORE_OK)
        code = cp_log_say(store, err);
    else if (found)
        code = cp_stdout_write(bytes);
    else {
        cp_say("log content: nothing with this digest is kept");
        code = CP_EXIT_MISSING;
    }
    cp_store_close(store);
    return code;
}

/* --- running ---------------------------------------------------------------------------------- */

cp_exit cp_command_log_show(int argc, char *const *argv)
{
    return cp_log_run(&show_command, argc, argv, run_show);
}

cp_exit cp_command_log_content(int argc, char *const *argv)
{
    return cp_log_run(&content_command, argc, argv, run_content);
}
