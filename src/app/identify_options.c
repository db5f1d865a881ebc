#include "identify_options.h"

#include "base/num.h"
#include "app/message.h"

enum {
    OPTION_NETWORK,
    OPTION_FACTS,
    OPTION_EVIDENCE,
    OPTION_POLICY,
    OPTION_DEVICE,
    OPTION_AS_OF,
    OPTION_LIFE,
    OPTION_REQUIRE,
    OPTION_MAC_REGISTRY,
    OPTION_NO_MAC_REGISTRY,
    OPTION_LENIENT,
    OPTION_VERBOSE,
    OPTION_JSON,
    OPTION_CSV,
    OPTION_COUNT,
};

static const struct cp_option options[OPTION_COUNT] = {
    [OPTION_NETWORK] = {"--network", "PATH", "a network, file or folder of pages", true},
    [OPTION_FACTS] = {"--facts", "FILE", "facts, beside the folder's", true},
    [OPTION_EVIDENCE] = {"--evidence", "PATH", "what devices said, file or folder", true},
    [OPTION_POLICY] = {"--policy", "FILE",
                       "a policy whose makers are known, instead of the folder's", false},
    [OPTION_DEVICE] = {"--device", "ID", "of this device alone, with its evidence", true},
    [OPTION_AS_OF] = {"--as-of", "DATE", "as of YYYY-MM-DD; where absent today", false},
    [OPTION_LIFE] = {"--life", "GRADE=DAYS", "after so many days evidence counts as a claim", true},
    [OPTION_REQUIRE] = {"--require", "GRADE", "code 2 where a maker is not concluded on this grade",
                        false},
    [OPTION_MAC_REGISTRY] = {"--mac-registry", "FILE", "IEEE's list, instead of those installed",
                             true},
    [OPTION_NO_MAC_REGISTRY] = {"--no-mac-registry", NULL, "no list but the built-in table", false},
    [OPTION_LENIENT] = {"--lenient", NULL, "go on without the records that are not understood",
                        false},
    [OPTION_VERBOSE] = {"--verbose", NULL, "the evidence of every device", false},
    [OPTION_JSON] = {"--json", NULL, "one JSON document instead of text", false},
    [OPTION_CSV] = {"--csv", NULL, "a table in the order of the FCC's yearly filing", false},
};

const struct cp_command cp_identify_command = {
    "identify",
    "[PATH...] [options]",
    "Whose equipment is this, and how do we know?  A PATH is a case folder (at most one), a network,\n"
    "evidence from devices (walks, command output, lldpcli's JSON), or a folder of these.\n"
    "Per device and part: the maker or that it is unknown or contradicted, the grade of the evidence,\n"
    "each piece with its place, and what would settle it.",
    options,
    OPTION_COUNT,
    CP_PLAIN_ANY,
};

/* The lists of paths and ids while they are filled. */
struct lists {
    const char **of[OPTION_COUNT + 1]; /* [OPTION_COUNT]: plain arguments */
    uint32_t count[OPTION_COUNT + 1];
};

static cp_exit read_grade(const char *option, cp_text word, cp_grade *out)
{
    const char *near;

    *out = word.len > 0 ? cp_grade_find(word) : CP_GRADE_COUNT;
    if (*out != CP_GRADE_COUNT)
        return CP_EXIT_OK;
    near = cp_grade_nearest(word);
    if (near != NULL)
        return cp_say_usage("identify", "%s: no grade is called '%.*s'; did you mean '%s'?", option,
                            (int)word.len, word.at, near);
    return cp_say_usage("identify", "%s: no grade is called '%.*s'", option, (int)word.len,
                        word.at);
}

/* GRADE=DAYS, or GRADE=forever */
static cp_exit read_life(const char *value, struct cp_identify_ask *out)
{
    cp_text text = cp_text_of(value), days;
    size_t at = cp_text_find(text, '=', 0);
    uint32_t number = UINT32_MAX;
    cp_grade grade = CP_GRADE_COUNT;
    cp_exit code;

    if (at == text.len)
        return cp_say_usage("identify", "--life: '%s' is no GRADE=DAYS", value);
    code = read_grade("--life", cp_text_sub(text, 0, at), &grade);
    days = cp_text_sub(text, at + 1, text.len);
    if (code != CP_EXIT_OK)
        return code;
    if (!cp_text_is(days, "forever") && cp_num_u32(days, UINT32_MAX - 1, &number) != CP_OK)
        return cp_say_usage("identify", "--life: '%.*s' is neither a number of days nor forever",
                            (int)days.len, days.at);
    out->identify.life_days[grade] = number;
    return CP_EXIT_OK;
}

static cp_exit read_output(cp_output output, struct cp_identify_ask *out)
{
    if (out->output != CP_OUTPUT_TEXT)
        return cp_say_usage("identify", "--json and --csv are two answers: choose one");
    out->output = output;
    return CP_EXIT_OK;
}

static cp_exit read_date(const char *value, cp_date *out)
{
    if (cp_date_parse(cp_text_of(value), out) != CP_OK)
        return cp_say_usage("identify", "--as-of: '%s' is not a day as YYYY-MM-DD", value);
    return CP_EXIT_OK;
}

static cp_exit keep(struct lists *lists, uint32_t which, const char *value)
{
    lists->of[which][lists->count[which]++] = value;
    return CP_EXIT_OK;
}

static cp_exit read_one(const struct cp_arg *arg, struct lists *lists, struct cp_identify_ask *out)
{
    switch (arg->option) {
    case OPTION_AS_OF:
        return read_date(arg->value, &out->as_of);
    case OPTION_LIFE:
        return read_life(arg->value, out);
    case OPTION_REQUIRE:
        return read_grade("--require", cp_text_of(arg->value), &out->required);
    case OPTION_NO_MAC_REGISTRY:
        out->no_registry = true;
        return CP_EXIT_OK;
    case OPTION_LENIENT:
        out->lenient = true;
        return CP_EXIT_OK;
    case OPTION_VERBOSE:
        out->verbose = true;
        return CP_EXIT_OK;
    case OPTION_JSON:
        return read_output(CP_OUTPUT_JSON, out);
    case OPTION_CSV:
        return read_output(CP_OUTPUT_CSV, out);
    default:
        return keep(lists, arg->option == CP_ARG_PLAIN ? OPTION_COUNT : arg->option, arg->value);
    }
}

static void take_lists(const struct lists *lists, struct cp_identify_ask *out)
{
    struct cp_sources_wanted *wanted = &out->wanted;

    wanted->networks = lists->of[OPTION_NETWORK];
    wanted->network_count = lists->count[OPTION_NETWORK];
    wanted->facts = lists->of[OPTION_FACTS];
    wanted->fact_count = lists->count[OPTION_FACTS];
    wanted->evidence = lists->of[OPTION_EVIDENCE];
    wanted->evidence_count = lists->count[OPTION_EVIDENCE];
    wanted->policies = lists->of[OPTION_POLICY];
    wanted->policy_count = lists->count[OPTION_POLICY];
    wanted->any = lists->of[OPTION_COUNT];
    wanted->any_count = lists->count[OPTION_COUNT];
    wanted->policies_wanted = CP_POLICIES_TAKEN;
    out->devices = lists->of[OPTION_DEVICE];
    out->device_count = lists->count[OPTION_DEVICE];
    out->registries = lists->of[OPTION_MAC_REGISTRY];
    out->registry_count = lists->count[OPTION_MAC_REGISTRY];
}

static cp_exit check(const struct cp_identify_ask *ask)
{
    const struct cp_sources_wanted *wanted = &ask->wanted;

    if (wanted->any_count + wanted->network_count + wanted->evidence_count == 0)
        return cp_say_usage("identify", "identify: whose makers? give a PATH");
    if (ask->no_registry && ask->registry_count > 0)
        return cp_say_usage("identify", "--mac-registry and --no-mac-registry: choose one");
    return CP_EXIT_OK;
}

static cp_exit read_all(const struct cp_args *args, struct cp_arena *arena,
                        struct cp_identify_ask *out)
{
    struct lists lists = {.count = {0}};
    cp_exit code = CP_EXIT_OK;

    for (uint32_t i = 0; i <= OPTION_COUNT; i++) {
        lists.of[i] = (const char **)cp_arena_take(arena, args->count, sizeof(char *));
        if (lists.of[i] == NULL)
            return cp_say_no_memory();
    }
    for (uint32_t i = 0; code == CP_EXIT_OK && i < args->count; i++)
        code = read_one(&args->list[i], &lists, out);
    take_lists(&lists, out);
    return code == CP_EXIT_OK ? check(out) : code;
}

cp_exit cp_identify_ask_read(int argc, char *const *argv, struct cp_arena *arena,
                             struct cp_identify_ask *out, bool *help)
{
    struct cp_args args;
    cp_exit code = cp_args_parse(&cp_identify_command, argc, argv, arena, &args);

    *out = (struct cp_identify_ask){.identify = cp_identify_defaults(),
                                    .as_of = CP_DATE_NONE,
                                    .required = CP_GRADE_COUNT,
                                    .output = CP_OUTPUT_TEXT};
    if (code != CP_EXIT_OK)
        return code;
    *help = args.help;
    return args.help ? CP_EXIT_OK : read_all(&args, arena, out);
}
