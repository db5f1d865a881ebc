#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_in.h"
#include "base/moment.h"
#include "base/num.h"

#include "app/files.h"
#include "app/message.h"
#include "log_store.h"
#include "log_why.h"

/*
 * log explain: the entry that is asked about, why the rules let its path pass, what routers and witnesses said of it since
 * and that it was ordered again, and all that it rests on: from entry to entry by `because`, newest first.  Nothing but the
 * log is looked at, and its whole chain is walked first: who forges an entry can hash anew those behind it, up to any of them.
 */

#define ENTRIES_MAX 256u

enum { OPTION_JSON = 1 };

static const struct cp_option options[] = {
    CP_LOG_STATE_OPTION,
    {"--json", NULL, "one JSON document instead of text", false},
};

static const struct cp_command command = {
    "log explain",
    "LSP|SEQ [--state DIR] [--json]",
    "Why a path is what it is: the newest decision about it (or the entry with this number), the elements\n"
    "that it passes, what forced one out with its rule and fact; why each rule lets each element pass, judged\n"
    "again from the inputs and the network that the log keeps; the plan with the checker's verdict, the network\n"
    "and the inputs, each by digest (log content).  An LSP is named HEADEND>ENDPOINT/COLOUR; the id of an\n"
    "alarm or the name of a peer finds the newest entry about that.\n"
    "Exit code: 1 where the chain of the log does not hold, or the rules forbid an element of the path.",
    options,
    CP_COUNT(options),
    1,
};

struct explaining {
    struct cp_store *store;
    struct cp_arena *arena;
    struct cp_log_entry
        since[3]; /* [since_count] the subject's newest order again, report and witness */
    struct cp_log_entry *entries; /* [count] what is asked about, then what it rests on */
    uint64_t wanted[ENTRIES_MAX]; /* [wanted_count] numbers to be looked up, each once */
    struct cp_log_why *why;       /* NULL: there is no path to judge */
    uint32_t since_count, count, wanted_count;
    uint64_t missing; /* a cause that is not in the log; 0: none */
    struct cp_log_findings chain;
};

/* --- gathering -------------------------------------------------------------------------------- */

static void want(struct explaining *e, uint64_t seq)
{
    for (uint32_t i = 0; i < e->wanted_count; i++) {
        if (e->wanted[i] == seq)
            return;
    }
    if (e->wanted_count < ENTRIES_MAX)
        e->wanted[e->wanted_count++] = seq;
}

static cp_exit gather(struct explaining *e, uint64_t seq)
{
    e->entries = CP_TAKE(e->arena, ENTRIES_MAX, struct cp_log_entry);
    if (e->entries == NULL)
        return cp_say_no_memory();
    want(e, seq);
    for (uint32_t next = 0; next < e->wanted_count; next++) {
        struct cp_log_entry *entry = &e->entries[e->count];
        bool found;
        cp_store_err err = cp_log_get(e->store, e->wanted[next], e->arena, entry, &found);

        if (err != CP_STORE_OK)
            return cp_log_say(e->store, err);
        if (!found) {
            e->missing = e->wanted[next];
            continue;
        }
        e->count++;
        for (uint32_t i = 0; i < entry->because_count; i++)
            want(e, entry->because[i]);
    }
    return CP_EXIT_OK;
}

static cp_err take_seq(void *user, const struct cp_log_entry *entry)
{
    *(uint64_t *)user = entry->seq;
    return CP_OK;
}

/* The newest entry of these kinds (bits; 0: any) about a subject, after another; 0: none. */
static cp_exit newest(struct explaining *e, cp_text subject, uint32_t kinds, uint64_t after,
                      uint64_t *seq)
{
    struct cp_log_query query = {
        .subject = subject, .kinds = kinds, .after = after, .limit = 1, .newest_first = true};
    cp_store_err err = cp_log_each(e->store, &query, take_seq, seq, NULL);

    return err == CP_STORE_OK ? CP_EXIT_OK : cp_log_say(e->store, err);
}

/* Steps of a subject: what was told of it last, the newest order of that which was given again, and what was meant last
 * (before a plan told what blocks a path that is down); 0: none. */
struct steps {
    struct cp_arena *arena;
    uint64_t decision, again, intent;
};

/* The newest first: the walk ends with what was meant, which is before all that was told of it. */
static cp_err take_step(void *user, const struct cp_log_entry *entry)
{
    struct steps *s = user;
    cp_arena_mark mark = cp_arena_mark_get(s->arena);
    const struct cp_json_value *root = NULL;
    bool known =
        cp_json_in_document(entry->document, CP_PLACE_NO_FILE, s->arena, &root, NULL) == CP_OK;
    bool again = known && cp_json_member(root, "ordered_again") != NULL;
    bool intent = known && cp_json_member(root, "after") != NULL;

    cp_arena_reset(s->arena, mark);
    if (!again && s->decision == 0)
        s->decision = entry->seq;
    if (again && s->decision == 0 && s->again == 0)
        s->again = entry->seq;
    if (intent)
        s->intent = entry->seq;
    return intent || !known ? CP_ERR_DUPLICATE : CP_OK;
}

static cp_exit find_steps(struct explaining *e, cp_text subject, struct steps *steps)
{
    struct cp_log_query query = {
        .subject = subject, .kinds = 1u << CP_LOG_STEP, .newest_first = true};
    cp_err stopped;
    cp_store_err err;

    *steps = (struct steps){.arena = e->arena};
    err = cp_log_each(e->store, &query, take_step, steps, &stopped);
    if (steps->decision == 0) { /* a cut took it */
        steps->decision = steps->again;
        steps->again = 0;
    }
    return err == CP_STORE_OK ? CP_EXIT_OK : cp_log_say(e->store, err);
}

static cp_exit add_since(struct explaining *e, uint64_t seq)
{
    bool found = false;

    if (seq != 0 &&
        cp_log_get(e->store, seq, e->arena, &e->since[e->since_count], &found) != CP_STORE_OK)
        return cp_log_say(e->store, CP_STORE_IO);
    e->since_count += found;
    return CP_EXIT_OK;
}

static cp_exit gather_since(struct explaining *e, cp_text subject, const struct steps *steps)
{
    static const cp_log_kind kinds[] = {CP_LOG_REPORT, CP_LOG_WITNESS};
    cp_exit code = add_since(e, steps->again);

    for (size_t i = 0; i < CP_COUNT(kinds) && code == CP_EXIT_OK; i++) {
        uint64_t seq = 0;

        code = newest(e, subject, 1u << kinds[i], steps->decision, &seq);
        if (code == CP_EXIT_OK)
            code = add_since(e, seq);
    }
    return code;
}

/* A number is an entry's; what else is given names an LSP, or whatever entries are about: an alarm, a peer. */
static cp_exit gather_all(struct explaining *e, const char *plain)
{
    cp_text name = cp_text_of(plain);
    struct steps steps;
    uint64_t seq = 0;
    cp_exit code = CP_EXIT_OK;

    if (cp_num_u64(name, INT64_MAX, &seq) == CP_OK)
        return gather(e, seq);
    code = find_steps(e, name, &steps);
    seq = steps.decision;
    if (steps.intent != 0 && steps.intent != seq)
        want(e, steps.intent);
    if (code == CP_EXIT_OK && seq != 0)
        code = gather_since(e, name, &steps);
    else if (code == CP_EXIT_OK)
        code = newest(e, name, 0, 0, &seq);
    if (code == CP_EXIT_OK && seq == 0)
        return CP_EXIT_OK;
    return code == CP_EXIT_OK ? gather(e, seq) : code;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* The file that had this digest, as an entry about inputs has it; "" where none does. */
static cp_text path_of(const struct cp_json_value *root, const char *digest)
{
    const struct cp_json_value *list = cp_json_member(root, "inputs");

    for (const struct cp_json_value *v = list == NULL ? NULL : list->first; v != NULL; v = v->next)
        if (cp_text_is(cp_json_member_text(v, "sha256"), digest))
            return cp_json_member_text(v, "path");
    return CP_TEXT("");
}

static bool is_repeated(const struct cp_log_entry *entry, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (strcmp(entry->contents[i], entry->contents[at]) == 0)
            return true;
    return false;
}

static void write_content(struct explaining *e, struct cp_out *out, const char *digest,
                          cp_text path)
{
    cp_arena_mark mark = cp_arena_mark_get(e->arena);
    cp_text bytes;
    bool found;
    cp_store_err err = cp_store_content(e->store, digest, e->arena, &bytes, &found);
    const char *state = err != CP_STORE_OK ? "damaged" : found ? "kept" : "not kept";
    size_t len = bytes.len;

    cp_arena_reset(e->arena, mark);
    cp_out_str(out, "    content ");
    cp_log_write_safe(out, path);
    cp_out_format(out, "%s%s (%s, %zu bytes)\n", path.len > 0 ? ": " : "", digest, state, len);
}

static cp_err write_contents(struct explaining *e, struct cp_out *out,
                             const struct cp_log_entry *entry)
{
    const struct cp_json_value *root;

    CP_TRY(cp_json_in_document(entry->document, CP_PLACE_NO_FILE, e->arena, &root, NULL));
    for (uint32_t i = 0; i < entry->content_count; i++)
        if (!is_repeated(entry, i))
            write_content(e, out, entry->contents[i], path_of(root, entry->contents[i]));
    return out->err;
}

static cp_err write_entry(struct explaining *e, struct cp_out *out,
                          const struct cp_log_entry *entry)
{
    char at[28];

    cp_moment_format(entry->at_us, at);
    cp_out_format(out, "  #%llu ", (unsigned long long)entry->seq);
    CP_TRY(cp_log_write_head(out, entry->kind, entry->subject, entry->document));
    cp_out_format(out, ", %s", at);
    for (uint32_t i = 0; i < entry->because_count; i++)
        cp_out_format(out, "%s#%llu", i == 0 ? ", because of " : ", ",
                      (unsigned long long)entry->because[i]);
    cp_out_char(out, '\n');
    CP_TRY(cp_log_write_members(out, entry, 4, entry->content_count > 0 ? "inputs" : ""));
    return write_contents(e, out, entry);
}

/* The newest entry that is told. */
static uint64_t newest_told(const struct explaining *e)
{
    uint64_t seq = e->entries[0].seq;

    for (uint32_t i = 0; i < e->since_count; i++)
        seq = e->since[i].seq > seq ? e->since[i].seq : seq;
    return seq;
}

/* "entry 14: its hash is not that of its contents; what is told here may be forged" */
static void write_broken(const struct explaining *e, struct cp_out *out)
{
    cp_out_format(out, "entry %llu: %s; ", (unsigned long long)e->chain.broken, e->chain.why);
    if (e->count == 0)
        cp_out_str(out, "what was asked about may have been taken out");
    else
        cp_out_str(out, e->chain.broken <= newest_told(e)
                            ? "what is told here may be forged"
                            : "what is told here stands before it, and may be forged, too");
}

static cp_exit say_broken(const struct explaining *e)
{
    struct cp_out out = cp_out_make(e->arena);
    cp_text text;

    if (e->chain.broken == 0)
        return CP_EXIT_OK;
    write_broken(e, &out);
    if (cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    cp_say("log explain: the chain of the log does not hold: %.*s", (int)text.len, text.at);
    return CP_EXIT_OK;
}

static void write_chain(const struct explaining *e, struct cp_out *out)
{
    const struct cp_log_findings *f = &e->chain;

    if (f->broken == 0) {
        cp_out_format(out, "the chain of the log holds: %llu entries; head %llu:%s\n",
                      (unsigned long long)f->entries, (unsigned long long)f->head.seq,
                      f->head.hash);
        return;
    }
    cp_out_str(out, "THE CHAIN OF THE LOG DOES NOT HOLD: ");
    write_broken(e, out);
    cp_out_char(out, '\n');
}

static void write_chain_json(const struct cp_log_findings *f, struct cp_json *json)
{
    cp_json_object(json, "chain", CP_JSON_LINES);
    cp_json_bool(json, "whole", f->broken == 0);
    cp_json_u64(json, "entries", f->entries);
    cp_json_object(json, "head", CP_JSON_FLAT);
    cp_json_u64(json, "seq", f->head.seq);
    cp_json_str(json, "hash", f->head.hash);
    cp_json_close(json);
    if (f->broken == 0) {
        cp_json_null(json, "broken");
    } else {
        cp_json_object(json, "broken", CP_JSON_FLAT);
        cp_json_u64(json, "seq", f->broken);
        cp_json_str(json, "why", f->why);
        cp_json_close(json);
    }
    cp_json_close(json);
}

/* Of a chain that does not hold nobody knows what a cut took. */
static bool is_cut(const struct explaining *e, uint64_t seq)
{
    return e->chain.broken == 0 && seq <= e->chain.cut_through;
}

static cp_err write_text(struct explaining *e, struct cp_out *out)
{
    if (e->chain.broken != 0)
        write_chain(e, out);
    cp_out_str(out, e->entries[0].kind == CP_LOG_STEP ? "newest decision\n" : "entry\n");
    CP_TRY(write_entry(e, out, &e->entries[0]));
    CP_TRY(cp_log_why_text(e->why, out));
    for (uint32_t i = 0; i < e->since_count; i++) {
        cp_out_str(out, i == 0 ? "since then\n" : "");
        CP_TRY(write_entry(e, out, &e->since[i]));
    }
    for (uint32_t i = 1; i < e->count; i++) {
        cp_out_str(out, i == 1 ? "it rests on\n" : "");
        CP_TRY(write_entry(e, out, &e->entries[i]));
    }
    if (e->missing != 0)
        cp_out_format(out, "entry #%llu is not in the log%s\n", (unsigned long long)e->missing,
                      is_cut(e, e->missing)  ? " any more: a cut took it"
                      : e->chain.broken == 0 ? ", and no cut took it"
                                             : "");
    if (e->chain.broken == 0)
        write_chain(e, out);
    return out->err;
}

static cp_err write_json(const struct explaining *e, struct cp_json *json)
{
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_str(json, "schema", "cleanpath.log-explain/1");
    write_chain_json(&e->chain, json);
    cp_log_entry_json(&e->entries[0], json, "entry");
    CP_TRY(cp_log_why_json(e->why, json));
    cp_json_array(json, "since", CP_JSON_LINES);
    for (uint32_t i = 0; i < e->since_count; i++)
        cp_log_entry_json(&e->since[i], json, NULL);
    cp_json_close(json);
    cp_json_array(json, "rests_on", CP_JSON_LINES);
    for (uint32_t i = 1; i < e->count; i++)
        cp_log_entry_json(&e->entries[i], json, NULL);
    cp_json_close(json);
    cp_json_bool(json, "complete", e->missing == 0);
    cp_json_close(json);
    return CP_OK;
}

/* By number, the newest first; the one that is asked about stays in front: it has the greatest. */
static int by_number(const void *a, const void *b)
{
    const struct cp_log_entry *x = a, *y = b;

    return (x->seq < y->seq) - (x->seq > y->seq);
}

static cp_exit write_answer(struct explaining *e, bool as_json)
{
    struct cp_out out = cp_out_make(e->arena);
    struct cp_json json = cp_json_make(&out);
    cp_err err = as_json ? write_json(e, &json) : write_text(e, &out);
    cp_text text;

    if (err == CP_ERR_MALFORMED) {
        cp_say("log explain: the document of an entry that is told is no JSON");
        return CP_EXIT_INPUT;
    }
    if (err != CP_OK || cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    return cp_stdout_write(text);
}

/* That the chain holds is said too: else somebody has taken out what was asked about. */
static cp_exit say_nothing(const struct explaining *e, const char *plain)
{
    const struct cp_log_findings *f = &e->chain;

    if (f->broken != 0) {
        cp_say("log explain: the log has nothing about this: '%s'", plain);
        return CP_EXIT_VIOLATION;
    }
    if (f->cut_through == 0)
        cp_say("log explain: the log has nothing about this: '%s'; its chain holds: %llu entries, "
               "and no cut took any",
               plain, (unsigned long long)f->entries);
    else
        cp_say("log explain: the log has nothing about this: '%s'; its chain holds: %llu entries, "
               "and a cut took what it did not keep up to entry %llu",
               plain, (unsigned long long)f->entries, (unsigned long long)f->cut_through);
    return CP_EXIT_MISSING;
}

static cp_exit write_all(struct explaining *e, bool as_json)
{
    cp_exit code;

    qsort(e->entries, e->count, sizeof(*e->entries), by_number);
    code = cp_log_why_open(e->store, e->entries, e->count, e->arena, &e->why);
    if (code == CP_EXIT_OK)
        code = write_answer(e, as_json);
    if (code == CP_EXIT_OK)
        code = cp_log_why_code(e->why);
    if (e->chain.broken != 0 && code < CP_EXIT_USAGE)
        code = CP_EXIT_VIOLATION;
    cp_log_why_close(e->why);
    return code;
}

static cp_exit explain(struct explaining *e, const struct cp_log_arg *arg)
{
    cp_store_err err = cp_log_verify(e->store, CP_LOG_CHAIN, &e->chain);
    cp_exit code, told;

    if (err != CP_STORE_OK)
        return cp_log_say(e->store, err);
    code = gather_all(e, arg->plain);
    told = say_broken(e);
    if (code == CP_EXIT_OK)
        code = told;
    if (code != CP_EXIT_OK)
        return code;
    return e->count == 0 ? say_nothing(e, arg->plain)
                         : write_all(e, arg->values[OPTION_JSON] != NULL);
}

static cp_exit run(const struct cp_log_arg *arg, struct cp_arena *arena)
{
    struct explaining e = {.arena = arena};
    cp_exit code;

    if (arg->plain == NULL)
        return cp_say_usage("log explain", "log explain: which LSP, or which entry's number?");
    code = cp_log_open(arg->state, CP_STORE_READ, &e.store);
    if (code != CP_EXIT_OK)
        return code;
    code = explain(&e, arg);
    cp_store_close(e.store);
    return code;
}

cp_exit cp_command_log_explain(int argc, char *const *argv)
{
    return cp_log_run(&command, argc, argv, run);
}
