#include "commands.h"

#include "app/files.h"
#include "app/log_text.h"
#include "app/message.h"
#include "app/peer.h"
#include "told.h"

/*
 * reload: cleanpathd reads the case and the policies again; what differs, in full, for whoever signs it.  The daemon
 * audits both cases and makes a plan before it answers, so the answer is waited for as long as it takes; that it is alive is
 * seen by its status, which is asked first and says since when what is in force is so.
 */

#define ARENA_BYTES ((size_t)1 << 30)

enum { OPTION_SOCKET, OPTION_DRY_RUN, OPTION_ACCEPT_LOSS, OPTION_JSON };

static const struct cp_option options[] = {
    {"--socket", "PATH", "the daemon's; " CP_SOCKET_PATH " where not given", false},
    {"--dry-run", NULL, "only say what would change, and whether that would be taken", false},
    {"--accept-loss", NULL, "also where carried demands lose their last clean path or leave",
     false},
    {"--json", NULL, "the daemon's own answer instead of text", false},
};

static const struct cp_command command = {
    "reload",
    "[--dry-run] [--accept-loss] [--socket PATH] [--json]",
    "Has cleanpathd read the case and the policies again and go on with them, if they hold: what differs,\n"
    "and what becomes of the paths that routers carry.\n"
    "Exit code: 0 done; 78 refused (of a dry run: it would be), and what was in force stays.",
    options,
    CP_COUNT(options),
    0,
};

struct asked {
    const char *path;
    bool dry_run, accept_loss, json, help;
};

/* --- text ------------------------------------------------------------------------------------- */

static void write_head(struct cp_out *out, value_at status)
{
    cp_out_str(out, "cleanpathd");
    cp_told_text(out, status, " ", "version");
    cp_out_str(out, " at ");
    cp_told_time(out, status, "now");
    cp_out_str(out, ": the files, against what was in force since ");
    cp_told_time(out, status, "inputs_since");
    cp_out_char(out, '\n');
}

static void write_result(struct cp_out *out, value_at r)
{
    cp_out_str(out, "result   ");
    if (!cp_told_yes(r, "changed")) {
        cp_out_str(out, "nothing is different\n");
    } else if (!cp_told_yes(r, "dry_run")) {
        cp_out_str(out, "taken: entry ");
        cp_told_number(out, r, "log_seq", " of the log\n");
    } else {
        cp_out_str(out, "a dry run: nothing is taken; ");
        cp_out_str(out, cp_told_yes(r, "needs_accept_loss")
                            ? "it would be with --accept-loss alone\n"
                            : "it would be\n");
    }
}

/* A new day comes without files that differ. */
static void write_files(struct cp_out *out, value_at r)
{
    value_at files = cp_json_member(r, "files");

    cp_out_str(out, "files    ");
    if (cp_told_first(files) == NULL)
        cp_out_str(out, "the same ones, as of another day\n");
    for (value_at v = cp_told_first(files); v != NULL; v = v->next) {
        cp_told_text(out, v, v == files->first ? "" : "         ", "path");
        cp_told_text(out, v, "\n           before: ", "before");
        cp_told_text(out, v, "\n           after:  ", "after");
        cp_out_char(out, '\n');
    }
}

static void write_audit(struct cp_out *out, value_at r)
{
    static const char *const names[] = {"before", "after"};
    static const char *const starts[] = {"audit    before: ", "         after:  "};

    for (size_t i = 0; i < CP_COUNT(names); i++) {
        value_at counts = cp_json_member(r, names[i]);

        cp_out_str(out, starts[i]);
        cp_told_number(out, counts, "ok", " ok, ");
        cp_told_number(out, counts, "violation", " violation, ");
        cp_told_number(out, counts, "undecided", " undecided, ");
        cp_told_number(out, counts, "no_path", " no-path\n");
    }
}

static void write_verdict(struct cp_out *out, value_at change, const char *name)
{
    cp_text verdict = cp_json_member_text(change, name);

    cp_log_write_safe(out, verdict.len > 0 ? verdict : CP_TEXT("not there"));
}

/* The daemon lists so many, and no more. */
static void write_rest(struct cp_out *out, uint64_t all, value_at list)
{
    uint64_t listed = list != NULL ? list->count : 0;

    if (all > listed)
        cp_out_format(out, "         and %llu more\n", (unsigned long long)(all - listed));
}

struct kind {
    const char *start, *list, *name, *changed, *added, *gone;
};

static void write_changes(struct cp_out *out, value_at r, const struct kind *kind)
{
    value_at list = cp_json_member(r, kind->list);

    cp_out_str(out, kind->start);
    cp_told_number(out, r, kind->changed, " changed, ");
    cp_told_number(out, r, kind->added, " added, ");
    cp_told_number(out, r, kind->gone, " gone\n");
    for (value_at v = cp_told_first(list); v != NULL; v = v->next) {
        cp_told_text(out, v, "         ", kind->name);
        cp_out_str(out, ": ");
        write_verdict(out, v, "before");
        cp_out_str(out, " -> ");
        write_verdict(out, v, "after");
        cp_told_text(out, v, "; rule ", "rule");
        cp_told_text(out, v, ": ", "reason");
        cp_out_char(out, '\n');
    }
    write_rest(out,
               cp_told_count(r, kind->changed) + cp_told_count(r, kind->added) +
                   cp_told_count(r, kind->gone),
               list);
}

/* How many, and which. */
static void write_names(struct cp_out *out, value_at of, const char *says, const char *count,
                        const char *first)
{
    value_at list = cp_json_path(of, first);

    if (cp_told_count(of, count) == 0)
        return;
    cp_out_str(out, says);
    cp_told_number(out, of, count, "\n");
    for (value_at v = cp_told_first(list); v != NULL; v = v->next) {
        cp_out_str(out, "           ");
        cp_log_write_safe(out, v->text);
        cp_out_char(out, '\n');
    }
    write_rest(out, cp_told_count(of, count), list);
}

/* What is foretold of paths comes once a hold ends: one that stands, or begins. */
static bool delayed(value_at s)
{
    value_at hold = cp_json_member(s, "hold");

    return cp_told_yes(hold, "stands") || cp_told_yes(hold, "begins");
}

/* Whether it begins, or stands, and for whom. */
static void write_hold(struct cp_out *out, value_at s)
{
    if (cp_told_yes(cp_json_member(s, "hold"), "begins"))
        cp_out_str(
            out,
            "hold     begins: nothing moves but what is dirty, till a person thaws or they are back\n");
    if (cp_told_yes(cp_json_member(s, "hold"), "stands"))
        cp_out_str(out,
                   "hold     stands: until it ends all of these paths stay but what is dirty\n");
    write_names(out, s, "         trusted nodes that the inventory has, and nobody sees any more: ",
                "hold.missed", "hold.missed_first");
}

static void write_steered(struct cp_out *out, value_at r)
{
    value_at s = cp_json_member(r, "steered");

    if (cp_told_first(s) == NULL) {
        cp_out_str(out, "steered  not known: there is no plan yet\n");
        return;
    }
    cp_out_str(out, "steered  demands that routers carry: ");
    cp_told_number(out, s, "carried", "; of those planned for, without a clean path:\n");
    cp_out_str(out, "         before: ");
    cp_told_number(out, s, "before.without_path", " of ");
    cp_told_number(out, s, "before.demands", ", after: ");
    cp_told_number(out, s, "after.without_path", " of ");
    cp_told_number(out, s, "after.demands", "\n");
    write_names(out, s, "         lose their last clean path: ", "losing", "losing_first");
    write_names(out, s, "         are steered no more: ", "leaving", "leaving_first");
    cp_out_str(out, "paths    carried by routers: ");
    cp_told_number(out, s, "paths.carried", "; of these ");
    cp_told_number(out, s, "paths.kept", " kept, ");
    cp_told_number(out, s, "paths.moving", " moving (");
    cp_told_number(out, s, "paths.at_once", " at once), ");
    cp_told_number(out, s, "paths.down", " down, ");
    cp_told_number(out, s, "paths.removed", " removed; besides ");
    cp_told_number(out, s, "paths.installed",
                   delayed(s) ? " installed: once the hold ends\n" : " installed\n");
    write_names(out, s, "         moving: ", "paths.moving", "paths.moving_first");
    write_hold(out, s);
}

static void write_text(struct cp_out *out, value_at status, value_at r)
{
    static const struct kind demands = {"demands  ",       "demands",       "demand",
                                        "demands_changed", "demands_added", "demands_gone"};
    static const struct kind elements = {"elements ",        "elements",       "element",
                                         "elements_changed", "elements_added", "elements_gone"};

    write_head(out, status);
    write_result(out, r);
    if (!cp_told_yes(r, "changed"))
        return;
    write_files(out, r);
    write_audit(out, r);
    write_changes(out, r, &demands);
    write_changes(out, r, &elements);
    write_steered(out, r);
}

/* --- running ---------------------------------------------------------------------------------- */

static const char *target_of(const struct asked *a)
{
    if (a->dry_run)
        return a->accept_loss ? "/v1/reload?dry-run&accept-loss" : "/v1/reload?dry-run";
    return a->accept_loss ? "/v1/reload?accept-loss" : "/v1/reload";
}

static cp_exit reload(const struct asked *a, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_peer_request request = {.target = target_of(a), .acts = true, .patient = true};
    value_at status, answer;
    cp_text text;
    cp_exit unused, code = cp_peer_get_status(a->path, arena, &text, &status, &unused);

    if (code == CP_EXIT_OK)
        code = cp_peer_ask(a->path, &request, arena, &text, &answer);
    if (code != CP_EXIT_OK)
        return code;
    if (!a->json) {
        write_text(&out, status, answer);
        if (cp_out_done(&out, &text) != CP_OK)
            return cp_say_no_memory();
    }
    code = cp_stdout_write(text);
    if (code == CP_EXIT_OK && a->dry_run && !a->accept_loss &&
        cp_told_yes(answer, "needs_accept_loss"))
        return CP_EXIT_POLICY;
    return code;
}

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    struct asked a = {.path = CP_SOCKET_PATH};
    struct cp_args args;
    cp_exit code = cp_args_parse(&command, argc, argv, arena, &args);

    if (code != CP_EXIT_OK)
        return code;
    if (args.help)
        return cp_help_command(&command);
    for (uint32_t i = 0; i < args.count; i++) {
        uint32_t option = args.list[i].option;

        if (option == OPTION_SOCKET)
            a.path = args.list[i].value;
        a.dry_run = a.dry_run || option == OPTION_DRY_RUN;
        a.accept_loss = a.accept_loss || option == OPTION_ACCEPT_LOSS;
        a.json = a.json || option == OPTION_JSON;
    }
    return reload(&a, arena);
}

cp_exit cp_command_reload(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
