#include "audit_options.h"

#include "base/num.h"
#include "app/jobs.h"
#include "app/machine.h"
#include "app/message.h"

/* In the order of all lists of options; the last two are an audit's alone. */
enum {
    OPTION_NETWORK,
    OPTION_SITES,
    OPTION_FACTS,
    OPTION_EVIDENCE,
    OPTION_POLICY,
    OPTION_DEMANDS,
    OPTION_AS_OF,
    OPTION_FAILURES,
    OPTION_FAIL,
    OPTION_JOBS,
    OPTION_LENIENT,
    OPTION_JSON,
    OPTION_CSV,
    OPTION_BUNDLE,
    OPTION_ROUTES,
};

_Static_assert(OPTION_CSV == CP_CASE_OPTIONS, "options of all stand in front of those of one");

static const struct cp_option audit_options[] = {
    CP_CASE_OPTION_LIST,
    {"--json", NULL, "one JSON document instead of text", false},
    {"--csv", NULL, "a table with a row a demand instead of text", false},
    {"--bundle", "DIR", "write the answer and what proves it into a new folder", false},
    {"--routes", "FILE", "judge demands by the segment lists that route --json found", false},
};

static const struct cp_option watch_options[] = {
    CP_CASE_OPTION_LIST,
    {"--json", NULL, "JSON lines, a document for each change, instead of text", false},
};

static const struct cp_option other_options[] = {
    CP_CASE_OPTION_LIST,
    {"--json", NULL, "one JSON document instead of text", false},
};

const struct cp_command cp_audit_command = {
    "audit",
    "[CASE-FOLDER] [options]",
    "Which sensitive flows touch equipment that the policy forbids: today, while the network heals,\n"
    "after failures?  A case folder holds network.*, netbox/ or nodes.csv and links.csv, and may hold\n"
    "sites.csv, facts*.csv, evidence/, evidence.csv, policy.yaml, demands.csv or demands.*.",
    audit_options,
    CP_COUNT(audit_options),
    1,
};

const struct cp_command cp_watch_command = {
    "watch",
    "[CASE-FOLDER] [options]",
    "Audits a case, and again whenever one of its files changes: which verdicts changed?\n"
    "Ends when it is told to (Ctrl-C), with the exit code of the last good audit.\n"
    "With --socket PATH it follows cleanpathd instead, and --json is its only other option.",
    watch_options,
    CP_COUNT(watch_options),
    1,
};

const struct cp_command cp_explain_command = {
    "explain",
    "[CASE-FOLDER] [NAME...] [options]",
    "Why is an element or a demand what it is: each rule in force, its verdict, and the chain from the\n"
    "element down to the fact that decides.  A NAME is the id of a node, link, site or demand; where\n"
    "several things bear it: node:ID, link:ID, site:ID, demand:ID.  Without a NAME: every element that\n"
    "some rule is against or in doubt of.",
    other_options,
    CP_COUNT(other_options),
    CP_PLAIN_ANY,
};

const struct cp_command cp_policy_diff_command = {
    "policy diff",
    "OLD NEW [CASE-FOLDER] [options]",
    "What changes for a case if the policy file NEW takes the place of OLD: which rules, which\n"
    "elements, which demands, and why?  Policies given by --policy apply beside both.\n"
    "exit codes: 0 nothing gets worse; 1 something becomes a violation that was none",
    other_options,
    CP_COUNT(other_options),
    3,
};

cp_exit cp_options_number(const struct cp_command *command, const struct cp_arg *arg,
                          struct cp_option_range range, uint32_t *out)
{
    if (cp_num_u32(cp_text_of(arg->value), range.max, out) != CP_OK || *out < range.min)
        return cp_say_usage(command->name, "%s: '%s' is not a whole number from %u to %u",
                            command->options[arg->option].name, arg->value, range.min, range.max);
    return CP_EXIT_OK;
}

static cp_exit read_date(const struct cp_command *command, const char *value, cp_date *out)
{
    if (cp_date_parse(cp_text_of(value), out) != CP_OK)
        return cp_say_usage(command->name, "--as-of: '%s' is not a day as YYYY-MM-DD", value);
    return CP_EXIT_OK;
}

cp_exit cp_options_kinds(const struct cp_command *command, const struct cp_arg *arg, uint32_t *out)
{
    static const cp_text names[] = {
        {"link", sizeof("link") - 1}, {"node", sizeof("node") - 1}, {"srlg", sizeof("srlg") - 1}};
    static const uint32_t bits[] = {CP_FAIL_LINK, CP_FAIL_NODE, CP_FAIL_SRLG};
    const char *option = command->options[arg->option].name;
    cp_text rest = cp_text_of(arg->value), word;
    uint32_t kinds = 0;

    while (cp_text_word(&rest, ",", &word)) {
        size_t at = 0;

        while (at < CP_COUNT(names) && !cp_text_eq(names[at], word))
            at++;
        if (at < CP_COUNT(names)) {
            kinds |= bits[at];
            continue;
        }
        at = cp_text_nearest(word, names, CP_COUNT(names));
        if (at < CP_COUNT(names))
            return cp_say_usage(command->name, "%s: unknown kind '%.*s'; did you mean '%s'?",
                                option, (int)word.len, word.at, names[at].at);
        return cp_say_usage(command->name, "%s: unknown kind '%.*s'; there are link, node, srlg",
                            option, (int)word.len, word.at);
    }
    if (kinds == 0)
        return cp_say_usage(command->name, "%s: name at least one of link, node, srlg", option);
    *out = kinds;
    return CP_EXIT_OK;
}

static cp_exit read_output(cp_output output, struct cp_audit_options *out)
{
    if (out->output != CP_OUTPUT_TEXT)
        return cp_say_usage(out->command->name, "--json and --csv are two answers: choose one");
    out->output = output;
    return CP_EXIT_OK;
}

struct lists {
    const char **networks, **facts, **evidence, **policies, **plain;
};

static cp_exit read_file_option(const struct cp_arg *arg, struct lists *lists,
                                struct cp_audit_options *out)
{
    struct cp_sources_wanted *wanted = &out->wanted;

    switch (arg->option) {
    case OPTION_NETWORK:
        lists->networks[wanted->network_count++] = arg->value;
        break;
    case OPTION_FACTS:
        lists->facts[wanted->fact_count++] = arg->value;
        break;
    case OPTION_EVIDENCE:
        lists->evidence[wanted->evidence_count++] = arg->value;
        break;
    case OPTION_SITES:
        wanted->sites = arg->value;
        break;
    case OPTION_POLICY:
        if (wanted->policy_count == CP_POLICIES_MAX)
            return cp_say_usage(out->command->name, "--policy: more than %u policies",
                                CP_POLICIES_MAX);
        lists->policies[wanted->policy_count++] = arg->value;
        break;
    case OPTION_DEMANDS:
        wanted->demands = arg->value;
        break;
    default:
        CP_ASSERT(arg->option == CP_ARG_PLAIN);
        lists->plain[out->plain_count++] = arg->value;
        break;
    }
    return CP_EXIT_OK;
}

static cp_exit read_one(const struct cp_arg *arg, struct lists *lists, struct cp_audit_options *out)
{
    switch (arg->option) {
    case OPTION_AS_OF:
        return read_date(out->command, arg->value, &out->as_of);
    case OPTION_FAILURES:
        out->depth_given = true;
        return cp_options_number(out->command, arg, (struct cp_option_range){0, CP_AUDIT_DEPTH_MAX},
                                 &out->depth);
    case OPTION_FAIL:
        return cp_options_kinds(out->command, arg, &out->failure_kinds);
    case OPTION_JSON:
        return read_output(CP_OUTPUT_JSON, out);
    case OPTION_CSV:
        return read_output(CP_OUTPUT_CSV, out);
    case OPTION_ROUTES:
        out->routes = arg->value;
        return CP_EXIT_OK;
    case OPTION_JOBS:
        return cp_options_number(out->command, arg, (struct cp_option_range){1, CP_JOBS_MAX},
                                 &out->jobs);
    case OPTION_BUNDLE:
        out->bundle = arg->value;
        return CP_EXIT_OK;
    case OPTION_LENIENT:
        out->lenient = true;
        return CP_EXIT_OK;
    default:
        return read_file_option(arg, lists, out);
    }
}

static uint32_t default_jobs(void)
{
    uint32_t cores = cp_machine_cores();

    return cores > CP_JOBS_MAX ? CP_JOBS_MAX : cores;
}

/* NULL where memory is out */
static const char **take_list(struct cp_arena *arena, uint32_t most)
{
    return (const char **)cp_arena_take(arena, most, sizeof(char *));
}

/* own: the first option that is left alone. */
static cp_exit read_all(const struct cp_args *args, uint32_t own, struct cp_arena *arena,
                        struct cp_audit_options *out)
{
    struct lists lists = {take_list(arena, args->count), take_list(arena, args->count),
                          take_list(arena, args->count), take_list(arena, args->count),
                          take_list(arena, args->count)};
    cp_exit code = CP_EXIT_OK;

    if (lists.networks == NULL || lists.facts == NULL || lists.evidence == NULL ||
        lists.policies == NULL || lists.plain == NULL)
        return cp_say_no_memory();
    out->wanted.networks = lists.networks;
    out->wanted.facts = lists.facts;
    out->wanted.evidence = lists.evidence;
    out->wanted.policies = lists.policies;
    out->plain = lists.plain;
    for (uint32_t i = 0; code == CP_EXIT_OK && i < args->count; i++)
        if (args->list[i].option < own || args->list[i].option == CP_ARG_PLAIN)
            code = read_one(&args->list[i], &lists, out);
    return code;
}

cp_exit cp_audit_options_take_folder(struct cp_audit_options *options)
{
    const char *name = options->command->name;

    if (options->plain_count > 0) {
        options->wanted.folder = options->plain[0];
        options->plain++;
        options->plain_count--;
    }
    if (options->routes != NULL && options->bundle != NULL)
        return cp_say_usage(name, "--bundle proves what the network does by itself: not with "
                                  "--routes");
    if (options->wanted.folder == NULL && options->wanted.network_count == 0 &&
        options->wanted.evidence_count == 0)
        return cp_say_usage(name, "%s: which case? give a CASE-FOLDER or --network PATH", name);
    return CP_EXIT_OK;
}

static struct cp_audit_options defaults(const struct cp_command *command)
{
    return (struct cp_audit_options){.command = command,
                                     .as_of = CP_DATE_NONE,
                                     .depth = 1,
                                     .jobs = default_jobs(),
                                     .output = CP_OUTPUT_TEXT};
}

cp_exit cp_audit_options_take(const struct cp_command *command, const struct cp_args *args,
                              struct cp_arena *arena, struct cp_audit_options *out)
{
    *out = defaults(command);
    return read_all(args, CP_CASE_OPTIONS, arena, out);
}

cp_exit cp_audit_options_read(const struct cp_command *command, int argc, char *const *argv,
                              struct cp_arena *arena, struct cp_audit_options *out, bool *help)
{
    struct cp_args args;
    cp_exit code = cp_args_parse(command, argc, argv, arena, &args);

    *out = defaults(command);
    if (code != CP_EXIT_OK)
        return code;
    *help = args.help;
    return args.help ? CP_EXIT_OK : read_all(&args, CP_PLAIN_ANY, arena, out);
}
