#include "commands.h"

#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "ending.h"
#include "event.h"
#include "app/files.h"
#include "lookout.h"
#include "app/machine.h"
#include "app/message.h"
#include "walk.h"

/*
 * watch: a round of looking, reading and auditing, then waiting for the next.  Of an audit a standing
 * is kept, to set the next one against; the answer itself is gone before the next round begins, so
 * memory holds one at a time.  A round that fails says why and leaves the standing as it is.
 *
 * What is to be read is looked at before it is read: a change in the midst of it makes another round.
 */

struct watch {
    struct cp_audit_options options;
    struct cp_lookout lookout;
    struct cp_standing *standing;  /* of the last good answer; NULL before the first */
    bool doubted;                  /* a round since then has failed */
    bool over;                     /* nothing can be seen or told any more */
    char last_read[65];            /* digest of the files, also where the round failed; "": none */
    cp_date days[CP_POLICIES_MAX]; /* of the standing's policies, that they were read for */
};

/* --- what is looked at ------------------------------------------------------------------------ */

/* The case folder, where a log or a database may grow beside the case, and the folders in it that are walked through. */
static cp_exit look_at_folder(struct watch *w, const char *folder)
{
    static const char *const walked[] = {"evidence", "netbox"};
    cp_exit code = cp_lookout_folder(&w->lookout, folder, cp_sources_may_be);

    for (size_t i = 0; code == CP_EXIT_OK && i < CP_COUNT(walked); i++) {
        const char *path = cp_path_join(folder, walked[i], w->lookout.arena);

        code = path != NULL ? cp_lookout_tree(&w->lookout, path) : cp_say_no_memory();
    }
    return code;
}

static cp_exit look_at_each(struct watch *w, const char *const *paths, uint32_t count)
{
    cp_exit code = CP_EXIT_OK;

    for (uint32_t i = 0; code == CP_EXIT_OK && i < count; i++) {
        if (paths[i] != NULL)
            code = cp_lookout_tree(&w->lookout, paths[i]);
    }
    return code;
}

static cp_exit look_at_wanted(struct watch *w)
{
    const struct cp_sources_wanted *wanted = &w->options.wanted;
    const char *const single[] = {wanted->sites, wanted->demands};
    cp_exit code = cp_lookout_restart(&w->lookout);

    if (code == CP_EXIT_OK && wanted->folder != NULL)
        code = look_at_folder(w, wanted->folder);
    if (code == CP_EXIT_OK)
        code = look_at_each(w, wanted->networks, wanted->network_count);
    if (code == CP_EXIT_OK)
        code = look_at_each(w, wanted->facts, wanted->fact_count);
    if (code == CP_EXIT_OK)
        code = look_at_each(w, wanted->evidence, wanted->evidence_count);
    if (code == CP_EXIT_OK)
        code = look_at_each(w, wanted->policies, wanted->policy_count);
    if (code == CP_EXIT_OK)
        code = look_at_each(w, single, CP_COUNT(single));
    w->over = code != CP_EXIT_OK;
    return code;
}

/* The folder's files may be symbolic links to others elsewhere; those found by a walk are none. */
static cp_exit look_at_found(struct watch *w, const struct cp_sources *sources)
{
    cp_exit code = CP_EXIT_OK;

    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->policy_count; i++)
        code = cp_lookout_file(&w->lookout, sources->policies[i].path);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->count; i++) {
        if (!sources->list[i].walked)
            code = cp_lookout_file(&w->lookout, sources->list[i].path);
    }
    w->over = code != CP_EXIT_OK;
    return code;
}

/* A pipe can be read once only. */
static cp_exit refuse_pipe(const char *path)
{
    struct stat about;

    if (stat(path, &about) != 0 || S_ISREG(about.st_mode) || S_ISDIR(about.st_mode))
        return CP_EXIT_OK; /* what is wrong with these is said when they are read */
    return cp_say_usage("watch", "watch: %s is no file that can be read again", path);
}

static cp_exit refuse_pipes(const struct cp_sources *sources)
{
    cp_exit code = CP_EXIT_OK;

    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->policy_count; i++)
        code = refuse_pipe(sources->policies[i].path);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->count; i++)
        code = refuse_pipe(sources->list[i].path);
    return code;
}

/* --- a round ---------------------------------------------------------------------------------- */

/*
 * The days that a round is for, as far as they are known before the policies are read: one for each
 * of the standing's.  Whether one of them is another than that of the last round.
 */
static bool look_at_days(struct watch *w)
{
    bool changed = false, known;

    if (w->options.as_of != CP_DATE_NONE || w->standing == NULL)
        return false;
    for (uint32_t i = 0; i < w->standing->policy_count; i++) {
        cp_date day = cp_machine_today(w->standing->policy[i].zone, &known);

        changed = changed || day != w->days[i];
        w->days[i] = day;
    }
    return changed;
}

/* *fresh: the files are not those of the last round, or a day is another. */
static cp_exit look_at_files(struct watch *w, struct cp_answer *answer, bool *fresh)
{
    struct cp_loaded *loaded = &answer->loaded;
    bool other_day = look_at_days(w);
    char digest[65];
    cp_exit code = cp_answer_find(answer);

    if (code == CP_EXIT_OK)
        code = refuse_pipes(&loaded->sources);
    if (code == CP_EXIT_OK)
        code = look_at_found(w, &loaded->sources);
    if (code == CP_EXIT_OK)
        code = cp_load_digest(loaded);
    if (code != CP_EXIT_OK)
        return code;
    if (cp_sources_digest(&loaded->sources, loaded->scratch, digest) != CP_OK)
        return cp_say_no_memory();
    *fresh = strcmp(digest, w->last_read) != 0 || other_day;
    return CP_EXIT_OK;
}

static cp_exit write_event(const struct watch *w, const struct cp_event *event,
                           struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    bool json = w->options.output == CP_OUTPUT_JSON;
    cp_err err = json ? cp_event_json(event, &out) : cp_event_text(event, &out);
    cp_text text;
    cp_exit code;

    if (err != CP_OK || cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    cp_ending_hold();
    code = cp_stdout_put(text);
    cp_ending_release();
    return code;
}

/* Where a good round follows a bad one and changes nothing, that is news only to who saw the bad one. */
static cp_exit tell(struct watch *w, const struct cp_answer *answer, const struct cp_standing *now)
{
    struct cp_event event = {answer, w->standing, now};
    cp_exit code;

    if (w->standing != NULL && cp_standing_same_case(w->standing, now)) {
        if (w->doubted)
            cp_say("watch: the case is again as it was");
        return CP_EXIT_OK;
    }
    code = write_event(w, &event, answer->loaded.scratch);
    w->over = code == CP_EXIT_IO;
    return code;
}

/* The new standing takes the place of the old one. */
static cp_exit adopt(struct watch *w, const struct cp_answer *answer, struct cp_standing *now)
{
    cp_exit code;

    if (cp_standing_take(now, answer) != CP_OK)
        return cp_say_no_memory();
    cp_ending_set((cp_exit)cp_report_exit_code(&now->summary));
    code = tell(w, answer, now);
    if (code != CP_EXIT_OK)
        return code;
    cp_standing_settle(now);
    cp_standing_close(w->standing);
    w->standing = now;
    for (uint32_t i = 0; i < now->policy_count; i++)
        w->days[i] = now->policy[i].as_of;
    w->doubted = false;
    return CP_EXIT_OK;
}

/* What was read, even if it makes no case, need not be read again until it changes. */
static cp_exit remember_files(struct watch *w, const struct cp_answer *answer, cp_exit code)
{
    const struct cp_loaded *loaded = &answer->loaded;

    if (cp_sources_digest(&loaded->sources, loaded->scratch, w->last_read) == CP_OK)
        return code;
    return code == CP_EXIT_OK ? cp_say_no_memory() : code;
}

static cp_exit audit(struct watch *w, struct cp_answer *answer, struct cp_standing *now)
{
    bool fresh = true;
    cp_exit code = look_at_files(w, answer, &fresh);

    if (code == CP_EXIT_OK && !fresh) /* other files of the folder may have come */
        return cp_load_note_passed_over(&answer->loaded, w->standing->notes);
    w->last_read[0] = '\0';
    if (code == CP_EXIT_OK)
        code = remember_files(w, answer, cp_answer_make(answer));
    return code == CP_EXIT_OK ? adopt(w, answer, now) : code;
}

static cp_exit run_round(struct watch *w)
{
    struct cp_standing *now;
    struct cp_answer answer;
    cp_exit code = look_at_wanted(w);

    if (code != CP_EXIT_OK)
        return code;
    if (cp_standing_open(w->standing, &now) != CP_OK)
        return cp_say_no_memory();
    code = cp_answer_open(&w->options, now->notes, &answer);
    if (code == CP_EXIT_OK)
        code = audit(w, &answer, now);
    cp_answer_close(&answer);
    if (w->standing != now)
        cp_standing_close(now);
    (void)malloc_trim(0); /* the wait may be long: what the audit had goes back to the system */
    return code;
}

/* --- rounds ----------------------------------------------------------------------------------- */

/* When the first of the standing's days ends. */
static int64_t next_midnight(const struct watch *w)
{
    int64_t first = INT64_MAX;

    for (uint32_t i = 0; i < w->standing->policy_count; i++) {
        int64_t at = cp_machine_midnight(w->standing->policy[i].zone);

        first = at < first ? at : first;
    }
    return first;
}

static cp_exit wait_for_change(struct watch *w)
{
    cp_exit code = CP_EXIT_OK;
    cp_sight seen;

    if (w->options.as_of == CP_DATE_NONE)
        code = cp_lookout_alarm(&w->lookout, next_midnight(w));
    if (code == CP_EXIT_OK)
        code = cp_lookout_wait(&w->lookout, &seen);
    if (code == CP_EXIT_OK && seen == CP_SEEN_NO_READER) {
        cp_say("watch: nobody reads the answers any more");
        code = CP_EXIT_IO;
    }
    w->over = code != CP_EXIT_OK;
    return code;
}

/* Ends when the first round fails, or nothing can be seen or told any more; or by a signal. */
static cp_exit run_rounds(struct watch *w)
{
    cp_exit code = run_round(w);

    while (w->standing != NULL && !w->over) {
        if (code != CP_EXIT_OK) {
            w->doubted = true;
            if (code == CP_EXIT_SYSTEM)
                w->last_read[0] = '\0'; /* memory may be there the next time */
            cp_say("watch: the last good answers stay in force");
        }
        code = wait_for_change(w);
        if (code == CP_EXIT_OK)
            code = run_round(w);
    }
    return code;
}

static cp_exit watch(struct watch *w)
{
    cp_exit code = cp_stdout_check();

    if (code != CP_EXIT_OK)
        return code;
    (void)signal(SIGPIPE, SIG_IGN); /* a reader that has gone is an error like any other */
    code = cp_lookout_open(&w->lookout);
    if (code == CP_EXIT_OK)
        code = run_rounds(w);
    cp_lookout_close(&w->lookout);
    cp_standing_close(w->standing);
    return code;
}

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    struct watch w = {.standing = NULL};
    bool help = false;
    cp_exit code = cp_audit_options_read(&cp_watch_command, argc, argv, arena, &w.options, &help);

    if (code == CP_EXIT_OK && !help)
        code = cp_audit_options_take_folder(&w.options);
    if (code != CP_EXIT_OK)
        return code;
    return help ? cp_help_command(&cp_watch_command) : watch(&w);
}

cp_exit cp_command_watch(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
