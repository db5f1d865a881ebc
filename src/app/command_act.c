#include "commands.h"

#include "base/json.h"

#include "app/files.h"
#include "app/log_text.h"
#include "app/message.h"
#include "app/peer.h"
#include "told.h"

/*
 * hold, thaw, acknowledge: a word to cleanpathd.  Who says it, the daemon is told by the kernel.  What is shown is asked for
 * afterwards: it is what is so now, and not what was asked for.
 */

#define ARENA_BYTES ((size_t)1 << 30)

enum { OPTION_SOCKET, OPTION_REASON, OPTION_JSON };

static const struct cp_option options[] = {
    {"--socket", "PATH", "the daemon's; " CP_SOCKET_PATH " where not given", false},
    {"--reason", "TEXT", "why, in one line, for the log of decisions", false},
    {"--json", NULL, "the daemon's own answer instead of a line", false},
};

static const struct cp_command hold = {
    "hold",
    "--reason TEXT [--socket PATH] [--json]",
    "Has cleanpathd move nothing but what the rules forbid, until 'cleanpath thaw', over restarts, too.\n"
    "Prints why nothing moves now.",
    options,
    CP_COUNT(options),
    0,
};

static const struct cp_command thaw = {
    "thaw",
    "[--reason TEXT] [--socket PATH] [--json]",
    "Ends a hold, a person's or that of trusted nodes which vanished at once.\n"
    "Prints whether anything else holds.",
    options,
    CP_COUNT(options),
    0,
};

static const struct cp_command acknowledge = {
    "acknowledge",
    "ALARM [--reason TEXT] [--socket PATH] [--json]",
    "Tells cleanpathd that a person has seen an alarm, by its id as 'cleanpath status' shows it.\n"
    "Of seen/PATH and disproven/PATH that ends what packets said against the path.",
    options,
    CP_COUNT(options),
    1,
};

struct asked {
    const char *path, *reason; /* reason: "": none */
    cp_text alarm;
    bool json, help;
};

/* --- asking ----------------------------------------------------------------------------------- */

static cp_err make_target(const char *before, cp_text id, const char *behind,
                          struct cp_arena *arena, const char **target)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_out_str(&out, before);
    cp_peer_write_id(&out, id);
    cp_out_str(&out, behind);
    cp_out_char(&out, '\0');
    CP_TRY(cp_out_done(&out, &text));
    *target = text.at;
    return CP_OK;
}

static cp_err write_body(const char *reason, struct cp_arena *arena, cp_text *body)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    if (reason[0] != '\0')
        cp_json_str(&json, "reason", reason);
    cp_json_close(&json);
    return cp_out_done(&out, body);
}

static cp_exit ask(const struct cp_command *command, const struct asked *a, struct cp_arena *arena,
                   cp_text *text, value_at *done)
{
    struct cp_peer_request request = {.acts = true};
    const char *target = command == &hold ? "/v1/freeze" : "/v1/thaw";

    if (command == &acknowledge &&
        make_target("/v1/alarms/", a->alarm, "/acknowledge", arena, &target) != CP_OK)
        return cp_say_no_memory();
    if (write_body(a->reason, arena, &request.body) != CP_OK)
        return cp_say_no_memory();
    request.target = target;
    return cp_peer_ask(a->path, &request, arena, text, done);
}

/* --- what is so now --------------------------------------------------------------------------- */

static cp_exit write_holds(const struct asked *a, struct cp_arena *arena, struct cp_out *out)
{
    value_at status;
    cp_text text;
    cp_exit unused, code = cp_peer_get_status(a->path, arena, &text, &status, &unused);

    if (code != CP_EXIT_OK)
        return code;
    if (cp_told_first(cp_json_member(status, "holds")) == NULL)
        cp_out_str(out, "nothing holds");
    for (value_at v = cp_told_first(cp_json_member(status, "holds")); v != NULL; v = v->next) {
        cp_out_str(out, v == cp_json_member(status, "holds")->first ? "hold: " : "; hold: ");
        cp_told_hold(out, v);
    }
    return CP_EXIT_OK;
}

static value_at find_alarm(value_at page, cp_text id)
{
    for (value_at v = cp_told_first(cp_json_member(page, "items")); v != NULL; v = v->next)
        if (cp_text_eq(cp_json_member_text(v, "id"), id))
            return v;
    return NULL;
}

/* The alarm as it stands; NULL: it does not.  Pages end: each goes on behind the one before. */
static cp_exit get_alarm(const struct asked *a, struct cp_arena *arena, value_at *alarm)
{
    const char *target = "/v1/alarms?limit=1000";
    cp_text next;

    do {
        value_at page;
        cp_text text;
        cp_exit code =
            cp_peer_ask(a->path, &(struct cp_peer_request){.target = target}, arena, &text, &page);

        if (code != CP_EXIT_OK)
            return code;
        *alarm = find_alarm(page, a->alarm);
        next = cp_json_member_text(page, "next");
        if (make_target("/v1/alarms?limit=1000&after=", next, "", arena, &target) != CP_OK)
            return cp_say_no_memory();
    } while (*alarm == NULL && next.len > 0);
    return CP_EXIT_OK;
}

static cp_exit write_alarm(const struct asked *a, struct cp_arena *arena, struct cp_out *out)
{
    value_at alarm = NULL;
    cp_exit code = get_alarm(a, arena, &alarm);

    if (code != CP_EXIT_OK)
        return code;
    if (alarm == NULL) {
        cp_log_write_safe(out, a->alarm);
        cp_out_str(out, " stands no more");
        return CP_EXIT_OK;
    }
    cp_told_alarm(out, alarm);
    return CP_EXIT_OK;
}

/* One line, with the entry of the log where it has one. */
static cp_exit write_line(const struct cp_command *command, const struct asked *a, value_at done,
                          struct cp_arena *arena, cp_text *text)
{
    struct cp_out out = cp_out_make(arena);
    cp_exit code =
        command == &acknowledge ? write_alarm(a, arena, &out) : write_holds(a, arena, &out);

    if (code != CP_EXIT_OK) {
        cp_say("%s: that is done; what is so now could not be asked for", command->name);
        return code;
    }
    if (!cp_told_yes(done, "changed"))
        cp_out_str(&out, "; it was so already");
    if (cp_told_count(done, "log_seq") > 0) {
        cp_out_str(&out, "; entry ");
        cp_told_number(&out, done, "log_seq", " of the log");
    }
    cp_out_char(&out, '\n');
    return cp_out_done(&out, text) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
}

/* --- running ---------------------------------------------------------------------------------- */

static cp_exit read_args(const struct cp_command *command, int argc, char *const *argv,
                         struct cp_arena *arena, struct asked *a)
{
    struct cp_args args;
    cp_exit code = cp_args_parse(command, argc, argv, arena, &args);

    *a = (struct asked){.path = CP_SOCKET_PATH, .reason = ""};
    if (code != CP_EXIT_OK)
        return code;
    a->help = args.help;
    for (uint32_t i = 0; i < args.count; i++) {
        if (args.list[i].option == OPTION_SOCKET)
            a->path = args.list[i].value;
        else if (args.list[i].option == OPTION_REASON)
            a->reason = args.list[i].value;
        else if (args.list[i].option == CP_ARG_PLAIN)
            a->alarm = cp_text_of(args.list[i].value);
        a->json = a->json || args.list[i].option == OPTION_JSON;
    }
    if (!a->help && command == &hold && a->reason[0] == '\0')
        return cp_say_usage(command->name, "hold: why? give --reason TEXT");
    if (!a->help && command == &acknowledge && a->alarm.len == 0)
        return cp_say_usage(command->name, "acknowledge: what? give an ALARM");
    return CP_EXIT_OK;
}

static cp_exit run(const struct cp_command *command, int argc, char *const *argv,
                   struct cp_arena *arena)
{
    struct asked a;
    value_at done = NULL;
    cp_text text = {"", 0};
    cp_exit code = read_args(command, argc, argv, arena, &a);

    if (code != CP_EXIT_OK)
        return code;
    if (a.help)
        return cp_help_command(command);
    code = ask(command, &a, arena, &text, &done);
    if (code == CP_EXIT_OK && !a.json)
        code = write_line(command, &a, done, arena, &text);
    return code == CP_EXIT_OK ? cp_stdout_write(text) : code;
}

static cp_exit run_in_arena(const struct cp_command *command, int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_exit code = arena != NULL ? run(command, argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}

cp_exit cp_command_hold(int argc, char *const *argv)
{
    return run_in_arena(&hold, argc, argv);
}

cp_exit cp_command_thaw(int argc, char *const *argv)
{
    return run_in_arena(&thaw, argc, argv);
}

cp_exit cp_command_acknowledge(int argc, char *const *argv)
{
    return run_in_arena(&acknowledge, argc, argv);
}
