#include "commands.h"

#include "base/json_in.h"

#include "app/files.h"
#include "app/message.h"
#include "log_store.h"
#include "app/peer.h"

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
    "Exit code: 0 all comply; 1 a violation, or a sensitive demand is down; 2 something is undecided,\n"
    "a critical alarm stands, or nothing is known (no plan yet, no feed).",
    options,
    CP_COUNT(options),
    0,
};

/* --- text ------------------------------------------------------------------------------------- */

typedef const struct cp_json_value *value_at;

enum { ALARMS_SHOWN = 10 };

static uint64_t number(value_at value, const char *path)
{
    uint64_t n = 0;

    return cp_json_u64_of(cp_json_path(value, path), &n) ? n : 0;
}

/* Without the fraction of a second; "never" where it is null. */
static void write_time(struct cp_out *out, value_at value, const char *name)
{
    cp_text at = cp_json_member_text(value, name);

    if (at.len < 20) {
        cp_out_str(out, "never");
        return;
    }
    cp_log_write_safe(out, cp_text_sub(at, 0, 19));
    cp_out_char(out, 'Z');
}

static void write_member(struct cp_out *out, value_at value, const char *before, const char *name)
{
    cp_text text = cp_json_member_text(value, name);

    if (text.len == 0)
        return;
    cp_out_str(out, before);
    cp_log_write_safe(out, text);
}

static void write_number(struct cp_out *out, value_at value, const char *path, const char *behind)
{
    cp_out_u64(out, number(value, path));
    cp_out_str(out, behind);
}

/* Parts that are zero are left out. */
static void write_parts(struct cp_out *out, value_at value, const char *const *names, size_t count)
{
    const char *before = "; ";

    for (size_t i = 0; i < count; i++) {
        uint64_t n = number(value, names[i]);

        if (n == 0)
            continue;
        cp_out_format(out, "%s%llu %s", before, (unsigned long long)n, names[i]);
        before = ", ";
    }
}

static void write_head(struct cp_out *out, value_at s)
{
    cp_out_str(out, "cleanpathd");
    write_member(out, s, " ", "version");
    cp_out_str(out, ", since ");
    write_time(out, s, "started");
    cp_out_str(out, "; now ");
    write_time(out, s, "now");
    cp_out_str(out, "\nnetwork  ");
    if (number(s, "view.version") == 0) {
        cp_out_str(out, "no plan yet");
    } else {
        write_number(out, s, "view.links", " links, ");
        write_number(out, s, "view.seen", " of ");
        write_number(out, s, "view.nodes", " routers seen, of these unknown: ");
        write_number(out, s, "view.unknown", "; so since ");
        write_time(out, cp_json_member(s, "view"), "since");
    }
    cp_out_str(out, "\ninputs   since ");
    write_time(out, s, "inputs_since");
    for (value_at v = cp_json_member(s, "inputs") != NULL ? cp_json_member(s, "inputs")->first
                                                          : NULL;
         v != NULL; v = v->next) {
        write_member(out, v, v == cp_json_member(s, "inputs")->first ? ": " : ", ", "path");
        cp_out_char(out, ' ');
        cp_log_write_safe(out, cp_text_sub(cp_json_member_text(v, "sha256"), 0, 8));
    }
    cp_out_char(out, '\n');
}

/* Nothing where nobody observes. */
static void write_observations(struct cp_out *out, value_at s)
{
    value_at seen = cp_json_member(s, "observations");

    if (number(seen, "agreeing") + number(seen, "contradicting") + number(seen, "not_placed") == 0)
        return;
    cp_out_str(out, "seen     ");
    write_number(out, seen, "agreeing", " observations agree, ");
    write_number(out, seen, "contradicting", " contradict, ");
    write_number(out, seen, "not_placed", " of no path or time that is known; newest of ");
    write_time(out, seen, "last");
    cp_out_char(out, '\n');
}

static void write_sums(struct cp_out *out, value_at s)
{
    static const char *const phases[] = {"down",   "waiting",  "installing",
                                         "astray", "draining", "removing"};

    cp_out_str(out, "demands  ");
    write_number(out, s, "demands.ok", " ok, ");
    write_number(out, s, "demands.violation", " violation, ");
    write_number(out, s, "demands.undecided", " undecided, ");
    write_number(out, s, "demands.no_path", " no-path; ");
    write_number(out, s, "demands.sensitive", " sensitive, of these down: ");
    write_number(out, s, "demands.sensitive_down", "\npaths    ");
    write_number(out, s, "paths.intended", " intended, ");
    write_number(out, s, "paths.installed", " installed, ");
    write_number(out, s, "paths.proven", " proven, ");
    write_number(out, s, "paths.enforcing", " enforcing");
    write_parts(out, cp_json_member(s, "paths"), phases, CP_COUNT(phases));
    cp_out_char(out, '\n');
    write_observations(out, s);
}

static value_at first_of(value_at value)
{
    return value != NULL ? value->first : NULL;
}

/* The last failure of a peer or feed. */
static void write_error(struct cp_out *out, value_at of)
{
    if (cp_json_member_text(of, "last_error").len == 0)
        return;
    cp_out_str(out, "; last error ");
    write_time(out, of, "last_error_at");
    write_member(out, of, ": ", "last_error");
}

static void write_feeds(struct cp_out *out, value_at s)
{
    for (value_at v = first_of(cp_json_member(s, "feeds")); v != NULL; v = v->next) {
        value_at disagrees = cp_json_member(v, "disagrees");

        write_member(out, v, "feed     ", "name");
        write_member(out, v, ", ", "kind");
        write_member(out, v, ": ", "state");
        cp_out_str(out, " since ");
        write_time(out, v, "since");
        cp_out_str(out, "; ");
        write_number(out, v, "nodes", " nodes, ");
        write_number(out, v, "links", " links, each direction one");
        if (number(v, "half_links") > 0)
            cp_out_format(out, ", %llu half", (unsigned long long)number(v, "half_links"));
        if (number(v, "malformed") > 0)
            cp_out_format(out, ", %llu not understood", (unsigned long long)number(v, "malformed"));
        cp_out_str(out, disagrees != NULL && disagrees->kind == CP_JSON_TRUE
                            ? "; disagrees with another"
                            : "");
        write_error(out, v);
        cp_out_char(out, '\n');
    }
}

static void write_peers(struct cp_out *out, value_at s)
{
    cp_out_str(out, "peers    ");
    write_number(out, s, "peers.up", " of ");
    write_number(out, s, "peers.total", " up\n");
    for (value_at v = first_of(cp_json_path(s, "peers.first")); v != NULL; v = v->next) {
        if (cp_text_is(cp_json_member_text(v, "state"), "up"))
            continue;
        write_member(out, v, "         ", "name");
        write_member(out, v, ", ", "kind");
        write_member(out, v, ": ", "state");
        cp_out_str(out, " since ");
        write_time(out, v, "since");
        write_error(out, v);
        cp_out_char(out, '\n');
    }
}

static void write_holds(struct cp_out *out, value_at s)
{
    for (value_at v = first_of(cp_json_member(s, "holds")); v != NULL; v = v->next) {
        write_member(out, v, "hold     ", "kind");
        if (cp_json_member_text(v, "since").len > 0) {
            cp_out_str(out, " since ");
            write_time(out, v, "since");
        }
        write_member(out, v, ", by ", "by");
        write_member(out, v, ": ", "reason");
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

    for (value_at v = first_of(cp_json_member(alarms, "items")); v != NULL; v = v->next) {
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
    uint64_t standing = number(s, "alarms.standing");

    cp_out_str(out, "alarms   ");
    write_number(out, s, "alarms.standing", ", not acknowledged: ");
    write_number(out, s, "alarms.unacknowledged", "\n");
    for (uint32_t i = 0; i < count; i++) {
        value_at v = first[i];

        write_member(out, v, "         ", "severity");
        write_member(out, v, " ", "id");
        cp_out_str(out, " since ");
        write_time(out, v, "since");
        write_member(out, v, ": ", "what");
        write_member(out, v, "; acknowledged by ", "acknowledged_by");
        cp_out_char(out, '\n');
    }
    if (standing > count)
        cp_out_format(out, "         and %llu more\n", (unsigned long long)(standing - count));
}

static void write_log(struct cp_out *out, value_at s)
{
    cp_out_str(out, "log      ");
    write_number(out, s, "log.seq", " entries");
    write_member(out, cp_json_member(s, "log"), "; head ", "hash");
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

static cp_exit not_understood(const char *path)
{
    cp_say("%s: the answer is not understood", path);
    return CP_EXIT_INPUT;
}

/* The document that a target answers with; its text, too. */
static cp_exit get(const char *path, const char *target, struct cp_arena *arena, cp_text *text,
                   value_at *document)
{
    cp_exit code = cp_peer_get(path, target, arena, text);

    if (code != CP_EXIT_OK)
        return code;
    return cp_json_in_document(*text, CP_PLACE_NO_FILE, arena, document, NULL) == CP_OK
               ? CP_EXIT_OK
               : not_understood(path);
}

cp_exit cp_status_code(const char *path, struct cp_arena *arena, cp_exit *answer)
{
    value_at status;
    cp_text text;
    uint64_t n = 0;
    cp_exit code = get(path, "/v1/status", arena, &text, &status);

    if (code != CP_EXIT_OK)
        return code;
    if (!cp_json_u64_of(cp_json_member(status, "exit_code"), &n) || n > CP_EXIT_UNDECIDED)
        return not_understood(path);
    *answer = (cp_exit)n;
    return CP_EXIT_OK;
}

static cp_exit show(const char *path, bool as_json, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    value_at status, alarms;
    cp_text text, more;
    uint64_t answer = 0;
    cp_exit code = get(path, "/v1/status", arena, &text, &status);

    if (code == CP_EXIT_OK &&
        (!cp_text_is(cp_json_member_text(status, "schema"), "cleanpath.status/1") ||
         !cp_json_u64_of(cp_json_member(status, "exit_code"), &answer) ||
         answer > CP_EXIT_UNDECIDED))
        return not_understood(path);
    if (code == CP_EXIT_OK && !as_json) {
        code = get(path, "/v1/alarms?limit=1000", arena, &more, &alarms);
        if (code != CP_EXIT_OK)
            return code;
        write_text(&out, status, alarms);
        if (cp_out_done(&out, &text) != CP_OK)
            return cp_say_no_memory();
    }
    if (code == CP_EXIT_OK)
        code = cp_stdout_write(text);
    return code == CP_EXIT_OK ? (cp_exit)answer : code;
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
