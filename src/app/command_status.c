#include "commands.h"

#include "app/files.h"
#include "app/log_text.h"
#include "app/message.h"
#include "app/peer.h"
#include "told.h"

/* status: what cleanpathd says of itself, on one screen. */

#define ARENA_BYTES ((size_t)1 << 30)

enum { OPTION_SOCKET, OPTION_JSON };

static const struct cp_option options[] = {
    {"--socket", "PATH", "the daemon's; " CP_SOCKET_PATH " where not given", false},
    {"--json", NULL, "the daemon's own document instead of text", false},
};

static const struct cp_command command = {
    "status",
    "[--socket PATH] [--json]",
    "What cleanpathd knows, means and does: feeds, peers, demands, paths, alarms, holds.\n"
    "Exit code: 0 all comply; 1 a violation, a demand that is no-path, or a sensitive one is down;\n"
    "2 something is undecided, a critical alarm stands, or nothing is known (no plan yet, no feed).",
    options,
    CP_COUNT(options),
    0,
};

/* --- text ------------------------------------------------------------------------------------- */

enum { ALARMS_SHOWN = 10 };

/* Parts that are zero are left out. */
static void write_parts(struct cp_out *out, value_at value, const char *const *names, size_t count)
{
    const char *before = "; ";

    for (size_t i = 0; i < count; i++) {
        uint64_t n = cp_told_count(value, names[i]);

        if (n == 0)
            continue;
        cp_out_format(out, "%s%llu %s", before, (unsigned long long)n, names[i]);
        before = ", ";
    }
}

static void write_head(struct cp_out *out, value_at s)
{
    cp_out_str(out, "cleanpathd");
    cp_told_text(out, s, " ", "version");
    cp_out_str(out, ", since ");
    cp_told_time(out, s, "started");
    cp_out_str(out, "; now ");
    cp_told_time(out, s, "now");
    cp_out_str(out, "\nnetwork  ");
    if (cp_told_count(s, "view.version") == 0) {
        cp_out_str(out, "no plan yet");
    } else {
        cp_told_number(out, s, "view.links", " links, ");
        cp_told_number(out, s, "view.seen", " of ");
        cp_told_number(out, s, "view.nodes", " routers seen, of these unknown: ");
        cp_told_number(out, s, "view.unknown", "; so since ");
        cp_told_time(out, cp_json_member(s, "view"), "since");
    }
    cp_out_str(out, "\ninputs   since ");
    cp_told_time(out, s, "inputs_since");
    for (value_at v = cp_told_first(cp_json_member(s, "inputs")); v != NULL; v = v->next) {
        cp_told_text(out, v, v == cp_json_member(s, "inputs")->first ? ": " : ", ", "path");
        cp_out_char(out, ' ');
        cp_log_write_safe(out, cp_text_sub(cp_json_member_text(v, "sha256"), 0, 8));
    }
    cp_out_char(out, '\n');
}

/* Nothing where nobody observes. */
static void write_observations(struct cp_out *out, value_at s)
{
    value_at seen = cp_json_member(s, "observations");

    if (cp_told_count(seen, "agreeing") + cp_told_count(seen, "contradicting") +
            cp_told_count(seen, "not_placed") ==
        0)
        return;
    cp_out_str(out, "seen     ");
    cp_told_number(out, seen, "agreeing", " observations agree, ");
    cp_told_number(out, seen, "contradicting", " contradict, ");
    cp_told_number(out, seen, "not_placed", " of no path or time that is known; newest of ");
    cp_told_time(out, seen, "last");
    cp_out_char(out, '\n');
}

static void write_sums(struct cp_out *out, value_at s)
{
    static const char *const phases[] = {"down",   "waiting",  "installing",
                                         "astray", "draining", "removing"};

    cp_out_str(out, "demands  ");
    cp_told_number(out, s, "demands.ok", " ok, ");
    cp_told_number(out, s, "demands.violation", " violation, ");
    cp_told_number(out, s, "demands.undecided", " undecided, ");
    cp_told_number(out, s, "demands.no_path", " no-path; ");
    cp_told_number(out, s, "demands.sensitive", " sensitive, of these down: ");
    cp_told_number(out, s, "demands.sensitive_down", "\npaths    ");
    cp_told_number(out, s, "paths.intended", " intended, ");
    cp_told_number(out, s, "paths.installed", " installed, ");
    cp_told_number(out, s, "paths.proven", " proven, ");
    cp_told_number(out, s, "paths.enforcing", " enforcing");
    write_parts(out, cp_json_member(s, "paths"), phases, CP_COUNT(phases));
    cp_out_char(out, '\n');
    write_observations(out, s);
}

/* The last failure of a peer or feed. */
static void write_error(struct cp_out *out, value_at of)
{
    if (cp_json_member_text(of, "last_error").len == 0)
        return;
    cp_out_str(out, "; last error ");
    cp_told_time(out, of, "last_error_at");
    cp_told_text(out, of, ": ", "last_error");
}

static void write_feeds(struct cp_out *out, value_at s)
{
    for (value_at v = cp_told_first(cp_json_member(s, "feeds")); v != NULL; v = v->next) {
        cp_told_text(out, v, "feed     ", "name");
        cp_told_text(out, v, ", ", "kind");
        cp_told_text(out, v, ": ", "state");
        cp_out_str(out, " since ");
        cp_told_time(out, v, "since");
        cp_out_str(out, "; ");
        cp_told_number(out, v, "nodes", " nodes, ");
        cp_told_number(out, v, "links", " links, each direction one");
        if (cp_told_count(v, "half_links") > 0)
            cp_out_format(out, ", %llu half", (unsigned long long)cp_told_count(v, "half_links"));
        if (cp_told_count(v, "malformed") > 0)
            cp_out_format(out, ", %llu not understood",
                          (unsigned long long)cp_told_count(v, "malformed"));
        cp_out_str(out, cp_told_yes(v, "disagrees") ? "; disagrees with another" : "");
        write_error(out, v);
        cp_out_char(out, '\n');
    }
}

static void write_peers(struct cp_out *out, value_at s)
{
    cp_out_str(out, "peers    ");
    cp_told_number(out, s, "peers.up", " of ");
    cp_told_number(out, s, "peers.total", " up\n");
    for (value_at v = cp_told_first(cp_json_path(s, "peers.first")); v != NULL; v = v->next) {
        if (cp_text_is(cp_json_member_text(v, "state"), "up"))
            continue;
        cp_told_text(out, v, "         ", "name");
        cp_told_text(out, v, ", ", "kind");
        cp_told_text(out, v, ": ", "state");
        cp_out_str(out, " since ");
        cp_told_time(out, v, "since");
        write_error(out, v);
        cp_out_char(out, '\n');
    }
}

static void write_holds(struct cp_out *out, value_at s)
{
    for (value_at v = cp_told_first(cp_json_member(s, "holds")); v != NULL; v = v->next) {
        cp_out_str(out, "hold     ");
        cp_told_hold(out, v);
        cp_out_char(out, '\n');
    }
}

static bool is_text(value_at value, const char *name, const char *text)
{
    return cp_text_is(cp_json_member_text(value, name), text);
}

/* What to look at first: what nobody has acknowledged, what is critical, what is new. */
static bool comes_first(value_at a, value_at b)
{
    bool seen_a = cp_json_member_text(a, "acknowledged_by").len > 0;
    bool seen_b = cp_json_member_text(b, "acknowledged_by").len > 0;
    bool critical_a = is_text(a, "severity", "critical");
    bool critical_b = is_text(b, "severity", "critical");

    if (seen_a != seen_b)
        return seen_b;
    if (critical_a != critical_b)
        return critical_a;
    return cp_text_cmp(cp_json_member_text(a, "since"), cp_json_member_text(b, "since")) > 0;
}

/* The first ones, in their order; returns how many. */
static uint32_t choose_alarms(value_at alarms, value_at first[ALARMS_SHOWN])
{
    uint32_t count = 0;

    for (value_at v = cp_told_first(cp_json_member(alarms, "items")); v != NULL; v = v->next) {
        uint32_t at = count < ALARMS_SHOWN ? count++ : ALARMS_SHOWN;

        for (; at > 0 && comes_first(v, first[at - 1]); at--)
            if (at < ALARMS_SHOWN)
                first[at] = first[at - 1];
        if (at < ALARMS_SHOWN)
            first[at] = v;
    }
    return count;
}

static void write_alarms(struct cp_out *out, value_at s, value_at alarms)
{
    value_at first[ALARMS_SHOWN];
    uint32_t count = choose_alarms(alarms, first);
    uint64_t standing = cp_told_count(s, "alarms.standing");

    cp_out_str(out, "alarms   ");
    cp_told_number(out, s, "alarms.standing", ", not acknowledged: ");
    cp_told_number(out, s, "alarms.unacknowledged", "\n");
    for (uint32_t i = 0; i < count; i++) {
        value_at v = first[i];

        cp_out_str(out, "         ");
        cp_told_alarm(out, v);
        cp_out_char(out, '\n');
    }
    if (standing > count)
        cp_out_format(out, "         and %llu more\n", (unsigned long long)(standing - count));
}

static void write_log(struct cp_out *out, value_at s)
{
    cp_out_str(out, "log      ");
    cp_told_number(out, s, "log.seq", " entries");
    cp_told_text(out, cp_json_member(s, "log"), "; head ", "hash");
    cp_out_char(out, '\n');
}

static void write_text(struct cp_out *out, value_at s, value_at alarms)
{
    write_head(out, s);
    write_sums(out, s);
    write_feeds(out, s);
    write_peers(out, s);
    write_holds(out, s);
    write_alarms(out, s, alarms);
    write_log(out, s);
}

/* --- running ---------------------------------------------------------------------------------- */

static cp_exit write_screen(const char *path, value_at status, struct cp_arena *arena,
                            cp_text *text)
{
    struct cp_out out = cp_out_make(arena);
    value_at alarms;
    cp_exit code = cp_peer_ask(path, &(struct cp_peer_request){.target = "/v1/alarms?limit=1000"},
                               arena, text, &alarms);

    if (code != CP_EXIT_OK)
        return code;
    write_text(&out, status, alarms);
    return cp_out_done(&out, text) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
}

static cp_exit show(const char *path, bool as_json, struct cp_arena *arena)
{
    value_at status;
    cp_text text;
    cp_exit answer = CP_EXIT_OK, code = cp_peer_get_status(path, arena, &text, &status, &answer);

    if (code == CP_EXIT_OK && !as_json)
        code = write_screen(path, status, arena, &text);
    if (code == CP_EXIT_OK)
        code = cp_stdout_write(text);
    return code == CP_EXIT_OK ? answer : code;
}

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    const char *path = CP_SOCKET_PATH;
    struct cp_args args;
    bool as_json = false;
    cp_exit code = cp_args_parse(&command, argc, argv, arena, &args);

    if (code != CP_EXIT_OK)
        return code;
    if (args.help)
        return cp_help_command(&command);
    for (uint32_t i = 0; i < args.count; i++) {
        if (args.list[i].option == OPTION_SOCKET)
            path = args.list[i].value;
        as_json = as_json || args.list[i].option == OPTION_JSON;
    }
    return show(path, as_json, arena);
}

cp_exit cp_command_status(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
