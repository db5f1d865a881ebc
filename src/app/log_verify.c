#include "commands.h"

#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/num.h"

#include "app/files.h"
#include "app/message.h"
#include "log_store.h"

/* log verify, log cut. */

enum { VERIFY_JSON = 1, VERIFY_HEAD, VERIFY_FAST };

static const struct cp_option verify_options[] = {
    CP_LOG_STATE_OPTION,
    {"--json", NULL, "one JSON document instead of text", false},
    {"--anchor", "SEQ:HASH", "an entry's hash that was kept elsewhere must be in the chain", false},
    {"--chain", NULL, "the entries alone, not the contents that they name", false},
};

static const struct cp_command verify_command = {
    "log verify",
    "[--state DIR] [options]",
    "Walks the chain from its first entry to its last, and names the first that does not hold.",
    verify_options,
    CP_COUNT(verify_options),
    0,
};

static void write_json(struct cp_json *json, const struct cp_log_findings *f)
{
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_str(json, "schema", "cleanpath.log-verify/1");
    cp_json_bool(json, "whole", f->broken == 0);
    cp_json_u64(json, "entries", f->entries);
    cp_json_u64(json, "contents", f->contents);
    cp_json_u64(json, "cut_through", f->cut_through);
    cp_json_object(json, "head", CP_JSON_FLAT);
    cp_json_u64(json, "seq", f->head.seq);
    cp_json_str(json, "hash", f->head.hash);
    cp_json_close(json);
    if (f->broken != 0) {
        cp_json_object(json, "broken", CP_JSON_FLAT);
        cp_json_u64(json, "seq", f->broken);
        cp_json_str(json, "why", f->why);
        cp_json_str(json, "content", f->broken_content);
        cp_json_close(json);
    } else {
        cp_json_null(json, "broken");
    }
    cp_json_close(json);
}

static void write_text(struct cp_out *out, const struct cp_log_findings *f)
{
    if (f->broken != 0) {
        cp_out_format(out, "broken: entry %llu: %s", (unsigned long long)f->broken, f->why);
        cp_out_str(out, f->broken_content[0] != '\0' ? ": " : "");
        cp_out_str(out, f->broken_content);
        cp_out_char(out, '\n');
        return;
    }
    cp_out_format(out, "whole: %llu entries, %llu contents", (unsigned long long)f->entries,
                  (unsigned long long)f->contents);
    if (f->cut_through != 0)
        cp_out_format(out, "; cut, signed off, up to entry %llu",
                      (unsigned long long)f->cut_through);
    if (f->head.seq != 0)
        cp_out_format(out, "; head %llu:%s", (unsigned long long)f->head.seq, f->head.hash);
    cp_out_char(out, '\n');
}

static cp_exit write_findings(const struct cp_log_findings *f, bool as_json, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text text;

    if (as_json)
        write_json(&json, f);
    else
        write_text(&out, f);
    return cp_out_done(&out, &text) == CP_OK ? cp_stdout_write(text) : cp_say_no_memory();
}

/* The chain holds the anchored entry, or has been made anew. */
static cp_exit check_anchor(struct cp_store *store, const char *anchor, struct cp_arena *arena,
                            struct cp_log_findings *f)
{
    cp_text text = cp_text_of(anchor);
    size_t colon = cp_text_find(text, ':', 0);
    struct cp_log_entry entry = {.hash = ""};
    cp_store_err err;
    uint64_t seq;
    bool found;

    if (cp_num_u64(cp_text_sub(text, 0, colon), INT64_MAX, &seq) != CP_OK || seq == 0 ||
        text.len != colon + 65)
        return cp_say_usage("log verify", "log verify: --anchor: no SEQ:HASH: '%s'", anchor);
    err = cp_log_get(store, seq, arena, &entry, &found);
    if (err != CP_STORE_OK)
        return cp_log_say(store, err);
    if (f->broken == 0 && (!found || !cp_text_is(cp_text_sub(text, colon + 1, 64), entry.hash))) {
        f->broken = seq;
        f->why = found ? "its hash is not the one that was kept elsewhere"
                       : "it is not there, and was kept elsewhere";
    }
    return CP_EXIT_OK;
}

static cp_exit verify(struct cp_store *store, const struct cp_log_arg *arg, struct cp_arena *arena)
{
    struct cp_log_findings f;
    cp_log_depth depth = arg->values[VERIFY_FAST] != NULL ? CP_LOG_CHAIN : CP_LOG_CONTENTS;
    cp_store_err err = cp_log_verify(store, depth, &f);
    cp_exit code = CP_EXIT_OK;

    if (err != CP_STORE_OK)
        return cp_log_say(store, err);
    if (arg->values[VERIFY_HEAD] != NULL)
        code = check_anchor(store, arg->values[VERIFY_HEAD], arena, &f);
    if (code == CP_EXIT_OK)
        code = write_findings(&f, arg->values[VERIFY_JSON] != NULL, arena);
    return code == CP_EXIT_OK && f.broken != 0 ? CP_EXIT_VIOLATION : code;
}

static cp_exit run_verify(const struct cp_log_arg *arg, struct cp_arena *arena)
{
    struct cp_store *store;
    cp_exit code = cp_log_open(arg->state, CP_STORE_READ, &store);

    if (code != CP_EXIT_OK)
        return code;
    code = verify(store, arg, arena);
    cp_store_close(store);
    return code;
}

/* --- cut -------------------------------------------------------------------------------------- */

enum { CUT_BEFORE = 1, CUT_BY, CUT_WHY };

static const struct cp_option cut_options[] = {
    CP_LOG_STATE_OPTION,
    {"--before", "DATE", "what is older than this day (UTC) goes", false},
    {"--by", "NAME", "who signs this off", false},
    {"--why", "TEXT", "and why", false},
};

static const struct cp_command cut_command = {
    "log cut",
    "--before DATE --by NAME --why TEXT [--state DIR]",
    "Lets old entries of the decision log go, but those that explain paths that are intended now.  An\n"
    "entry stays that says who signed it off, and the chain goes on.  The daemon must not run.",
    cut_options,
    CP_COUNT(cut_options),
    0,
};

static cp_exit cut(struct cp_store *store, const struct cp_log_arg *arg, cp_date before)
{
    struct timespec now = {.tv_sec = 0};
    struct cp_log_cut request = {.before_us = (uint64_t)before * UINT64_C(86400000000),
                                 .by = cp_text_of(arg->values[CUT_BY]),
                                 .why = cp_text_of(arg->values[CUT_WHY]),
                                 .live_table = "intended",
                                 .repeats = "ordered_again"};
    struct cp_log_cut_done done;
    cp_store_err err;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    request.at_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    if (request.before_us > request.at_us)
        return cp_say_usage("log cut", "log cut: --before: that day has not come: '%s'",
                            arg->values[CUT_BEFORE]);
    err = cp_log_cut(store, &request, &done);
    if (err != CP_STORE_OK)
        return cp_log_say(store, err);
    if (done.through == 0)
        cp_say("log cut: nothing is that old");
    else
        cp_say("log cut: %llu entries and %llu contents went, up to entry %llu; %llu of these stay",
               (unsigned long long)done.entries, (unsigned long long)done.contents,
               (unsigned long long)done.through, (unsigned long long)done.kept);
    return CP_EXIT_OK;
}

static cp_exit run_cut(const struct cp_log_arg *arg, struct cp_arena *arena)
{
    struct cp_store *store;
    cp_date before;
    cp_exit code;

    (void)arena;
    for (int i = CUT_BEFORE; i <= CUT_WHY; i++) {
        if (arg->values[i] == NULL || arg->values[i][0] == '\0')
            return cp_say_usage("log cut", "log cut: %s is needed", cut_options[i].name);
    }
    if (cp_date_parse(cp_text_of(arg->values[CUT_BEFORE]), &before) != CP_OK || before < 0)
        return cp_say_usage("log cut", "log cut: --before: no day like 2026-11-28: '%s'",
                            arg->values[CUT_BEFORE]);
    code = cp_log_open(arg->state, CP_STORE_WRITE, &store);
    if (code != CP_EXIT_OK)
        return code;
    code = cut(store, arg, before);
    cp_store_close(store);
    return code;
}

/* --- running ---------------------------------------------------------------------------------- */

cp_exit cp_command_log_verify(int argc, char *const *argv)
{
    return cp_log_run(&verify_command, argc, argv, run_verify);
}

cp_exit cp_command_log_cut(int argc, char *const *argv)
{
    return cp_log_run(&cut_command, argc, argv, run_cut);
}
