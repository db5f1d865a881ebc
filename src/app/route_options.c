#include "route_options.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "app/message.h"

/* The options of a case, then those of routing. */

enum {
    OPTION_LIARS = CP_CASE_OPTIONS,
    OPTION_METRIC,
    OPTION_DISJOINT,
    OPTION_CO_ROUTED,
    OPTION_MAX_DELAY,
    OPTION_MAX_HOPS,
    OPTION_STRICT,
    OPTION_MSD,
    OPTION_DATA_PLANE,
    OPTION_ASSIGN_SIDS,
    OPTION_CAPACITY,
    OPTION_AFTER_FAILURES,
    OPTION_MOVE,
    OPTION_CONFIG,
    OPTION_CONFIG_DIR,
    OPTION_FORCE,
    OPTION_FLEX_ALGO,
    OPTION_BUNDLE,
};

static const struct cp_option options_of_route[] = {
    CP_CASE_OPTION_LIST,
    {"--json", NULL, "one JSON document instead of text", false},
    {"--liars", NULL, "lists must be clean even if untrusted equipment lies", false},
    {"--metric", "METRIC", "what is least: igp, te or delay (igp)", false},
    {"--disjoint", "KIND", "what a backup must not share: none, link, node, srlg, site", false},
    {"--co-routed", NULL, "the way back is the same path the other way", false},
    {"--max-delay-us", "N", "longest delay of a path", false},
    {"--max-hops", "N", "most links of a path", false},
    {"--strict", NULL, "lists of adjacencies alone", false},
    {"--msd", "N", "SIDs that a headend can push where it does not say", false},
    {"--data-plane", "PLANE", "sr-mpls or srv6 (what the case states)", false},
    {"--assign-sids", NULL, "give out the SIDs that the case does not state", false},
    {"--capacity", "HOW", "ignore, within or balance (within)", false},
    {"--after-failures", "KINDS", "loads after each failure too: link,node,srlg", false},
    {"--move", "N", "ordinary demands that may be moved: none, N or all (none)", false},
    {"--config", "SYSTEM", "configuration for frr, ios-xr, junos, sr-os or linux", false},
    {"--config-dir", "DIR", "the folder for it: a file a router", false},
    {"--force", NULL, "write over what is there", false},
    {"--flex-algo", "N", "Flex-Algo designs too, algorithm N from 128 to 255", false},
    {"--bundle", "DIR", "write what proves the answer", false},
};

const struct cp_command cp_route_command = {
    "route",
    "[CASE-FOLDER] [options]",
    "Which paths are clean, and stay clean?  For each demand a path and a backup without forbidden or\n"
    "unknown elements, the segment lists that keep traffic on them, and where there is none what stands\n"
    "in the way.  What demands and traffic classes ask of their paths goes before these options.\n"
    "exit codes: 0 all are routed as asked; 1 some demand has no clean path; 2 all have one, but\n"
    "something that was asked is lacking",
    options_of_route,
    CP_COUNT(options_of_route),
    1,
};

/* One of a few words. */
struct choice {
    const char *const *words;
    uint32_t count;
};

static cp_exit say_words(const struct cp_arg *arg, struct choice choice)
{
    char words[128] = "";
    size_t len = 0;

    for (uint32_t i = 0; i < choice.count && len < sizeof(words); i++)
        len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s", i == 0 ? "" : ", ",
                                choice.words[i]);
    return cp_say_usage("route", "%s: unknown word '%s'; there are %s",
                        options_of_route[arg->option].name, arg->value, words);
}

static cp_exit read_choice(const struct cp_arg *arg, struct choice choice, uint32_t *out)
{
    const char *option = options_of_route[arg->option].name;
    const char *near;

    for (uint32_t i = 0; i < choice.count; i++) {
        if (strcmp(choice.words[i], arg->value) != 0)
            continue;
        *out = i;
        return CP_EXIT_OK;
    }
    near = cp_nearest_name(arg->value, choice.words, choice.count);
    if (near != NULL)
        return cp_say_usage("route", "%s: unknown word '%s'; did you mean '%s'?", option,
                            arg->value, near);
    return say_words(arg, choice);
}

static cp_exit read_metric(const struct cp_arg *arg, struct cp_route_options *out)
{
    const char *words[CP_METRIC_COUNT];
    uint32_t at = 0;
    cp_exit code;

    for (uint32_t i = 0; i < CP_METRIC_COUNT; i++)
        words[i] = cp_metric_name((cp_metric)i);
    code = read_choice(arg, (struct choice){words, CP_METRIC_COUNT}, &at);
    out->otherwise.metric = (cp_metric)at;
    return code;
}

static cp_exit read_disjoint(const struct cp_arg *arg, struct cp_route_options *out)
{
    const char *words[CP_DISJOINT_COUNT];
    uint32_t at = 0;
    cp_exit code;

    for (uint32_t i = 0; i < CP_DISJOINT_COUNT; i++)
        words[i] = cp_disjoint_name((cp_disjoint)i);
    code = read_choice(arg, (struct choice){words, CP_DISJOINT_COUNT}, &at);
    out->otherwise.disjoint = (cp_disjoint)at;
    out->otherwise.disjoint_asked = true;
    return code;
}

static cp_exit read_plane(const struct cp_arg *arg, struct cp_route_options *out)
{
    static const char *const words[] = {[CP_PLANE_SR_MPLS] = "sr-mpls", [CP_PLANE_SRV6] = "srv6"};
    uint32_t at = 0;
    cp_exit code = read_choice(arg, (struct choice){words, CP_COUNT(words)}, &at);

    out->plane = (cp_plane)at;
    out->plane_given = true;
    return code;
}

static cp_exit read_capacity(const struct cp_arg *arg, struct cp_route_options *out)
{
    static const char *const words[] = {[CP_CAPACITY_IGNORE] = "ignore",
                                        [CP_CAPACITY_WITHIN] = "within",
                                        [CP_CAPACITY_BALANCE] = "balance"};
    uint32_t at = 0;
    cp_exit code = read_choice(arg, (struct choice){words, CP_COUNT(words)}, &at);

    out->capacity = (cp_capacity_use)at;
    return code;
}

static cp_exit read_system(const struct cp_arg *arg, struct cp_route_options *out)
{
    const char *words[CP_SYSTEM_COUNT];
    uint32_t at = 0;
    cp_exit code;

    for (uint32_t i = 0; i < CP_SYSTEM_COUNT; i++)
        words[i] = cp_system_name((cp_system)i);
    code = read_choice(arg, (struct choice){words, CP_SYSTEM_COUNT}, &at);
    out->system = (cp_system)at;
    return code;
}

static cp_exit read_move(const struct cp_arg *arg, struct cp_route_options *out)
{
    out->move = CP_MOVE_SOME;
    if (strcmp(arg->value, "none") == 0)
        out->move = CP_MOVE_NONE;
    else if (strcmp(arg->value, "all") == 0)
        out->move = CP_MOVE_ALL;
    else if (cp_num_u32(cp_text_of(arg->value), UINT32_MAX, &out->moves_max) != CP_OK)
        return cp_say_usage("route", "--move: '%s' is neither none, all nor a whole number",
                            arg->value);
    return CP_EXIT_OK;
}

static cp_exit read_number(const struct cp_arg *arg, uint32_t min, uint32_t max, uint32_t *out)
{
    return cp_options_number(&cp_route_command, arg, (struct cp_option_range){min, max}, out);
}

static cp_exit read_delay(const struct cp_arg *arg, struct cp_route_options *out)
{
    uint32_t delay_us = 0;
    cp_exit code = read_number(arg, 1, UINT32_MAX - 1, &delay_us);

    out->otherwise.delay_max_us = delay_us;
    return code;
}

static void read_flag(uint32_t option, struct cp_route_options *out)
{
    out->liars = out->liars || option == OPTION_LIARS;
    out->otherwise.co_routed = out->otherwise.co_routed || option == OPTION_CO_ROUTED;
    out->strict = out->strict || option == OPTION_STRICT;
    out->assign_sids = out->assign_sids || option == OPTION_ASSIGN_SIDS;
    out->force = out->force || option == OPTION_FORCE;
}

static cp_exit read_one(const struct cp_arg *arg, struct cp_route_options *out)
{
    switch (arg->option) {
    case OPTION_METRIC:
        return read_metric(arg, out);
    case OPTION_DISJOINT:
        return read_disjoint(arg, out);
    case OPTION_MAX_DELAY:
        return read_delay(arg, out);
    case OPTION_MAX_HOPS:
        return read_number(arg, 1, UINT32_MAX - 1, &out->otherwise.hops_max);
    case OPTION_MSD:
        return read_number(arg, 0, UINT8_MAX, &out->depth_max);
    case OPTION_DATA_PLANE:
        return read_plane(arg, out);
    case OPTION_CAPACITY:
        return read_capacity(arg, out);
    case OPTION_AFTER_FAILURES:
        return cp_options_kinds(&cp_route_command, arg, &out->capacity_failures);
    case OPTION_MOVE:
        return read_move(arg, out);
    case OPTION_CONFIG:
        return read_system(arg, out);
    case OPTION_CONFIG_DIR:
        out->config_dir = arg->value;
        return CP_EXIT_OK;
    case OPTION_FLEX_ALGO:
        return read_number(arg, 128, 255, &out->algorithm);
    case OPTION_BUNDLE:
        out->bundle = arg->value;
        return CP_EXIT_OK;
    default:
        read_flag(arg->option, out);
        return CP_EXIT_OK;
    }
}

static cp_exit check(const struct cp_route_options *o)
{
    if ((o->system == CP_SYSTEM_COUNT) != (o->config_dir == NULL))
        return cp_say_usage("route", "--config and --config-dir stand together or not at all");
    if (o->force && o->config_dir == NULL && o->bundle == NULL)
        return cp_say_usage("route", "--force: nothing is written");
    if (o->capacity == CP_CAPACITY_IGNORE && (o->capacity_failures != 0 || o->move != CP_MOVE_NONE))
        return cp_say_usage("route", "--capacity ignore: no load to look at, and nothing to move");
    return CP_EXIT_OK;
}

cp_exit cp_route_options_read(int argc, char *const *argv, struct cp_arena *arena,
                              struct cp_route_options *out, bool *help)
{
    struct cp_args args;
    cp_exit code = cp_args_parse(&cp_route_command, argc, argv, arena, &args);

    *out = (struct cp_route_options){.otherwise = {.metric = CP_METRIC_IGP,
                                                   .disjoint = CP_DISJOINT_NODE,
                                                   .hops_max = CP_NONE,
                                                   .delay_max_us = CP_PATH_DELAY_NONE},
                                     .depth_max = CP_NONE,
                                     .capacity = CP_CAPACITY_WITHIN,
                                     .system = CP_SYSTEM_COUNT};
    if (code != CP_EXIT_OK)
        return code;
    *help = args.help;
    if (args.help)
        return CP_EXIT_OK;
    code = cp_audit_options_take(&cp_route_command, &args, arena, &out->audit);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < args.count; i++)
        if (args.list[i].option >= CP_CASE_OPTIONS && args.list[i].option != CP_ARG_PLAIN)
            code = read_one(&args.list[i], out);
    if (code == CP_EXIT_OK)
        code = check(out);
    return code == CP_EXIT_OK ? cp_audit_options_take_folder(&out->audit) : code;
}
