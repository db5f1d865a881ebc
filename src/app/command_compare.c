#include "commands.h"

#include "compare/compare.h"
#include "app/files.h"
#include "app/load.h"
#include "app/machine.h"
#include "app/message.h"
#include "remarks.h"
#include "report/comparison.h"

/* compare A B: two cases, each loaded as if it were the only one, set against each other. */

enum { OPTION_ONLY, OPTION_AS_OF, OPTION_LENIENT, OPTION_JSON, OPTION_CSV };

static const struct cp_option options_of_compare[] = {
    {"--only", "KINDS", "only these kinds of difference: device,maker,link,...", true},
    {"--as-of", "DATE", "facts that expired before YYYY-MM-DD do not count (today)", false},
    {"--lenient", NULL, "go on without the records that are not understood", false},
    {"--json", NULL, "one JSON document instead of text", false},
    {"--csv", NULL, "a table with a row a difference instead of text", false},
};

static const struct cp_command command = {
    "compare",
    "A B [options]",
    "Where do two sources disagree: which devices and links only one has, which cables go elsewhere, where\n"
    "maker, model, serial number, software, site, role, ports, class or capacity differ?  A and B are each a\n"
    "case folder, a network (file or folder) or evidence (file or folder).\n"
    "What only one of them can know is no difference.\n"
    "exit codes: 0 no differences; 1 differences; 2 none, but devices that cannot be told apart",
    options_of_compare,
    CP_COUNT(options_of_compare),
    2,
};

enum output { AS_TEXT, AS_JSON, AS_CSV };

struct options {
    const char *sides[CP_SIDES];
    uint32_t side_count;
    uint32_t kinds;
    cp_date as_of;
    enum output output;
    bool lenient;
};

/* --- options ---------------------------------------------------------------------------------- */

static cp_exit read_kinds(const char *value, uint32_t *kinds)
{
    cp_text rest = cp_text_of(value), word;
    cp_text names[CP_DIFFERS_COUNT];
    size_t near;

    for (int i = 0; i < CP_DIFFERS_COUNT; i++)
        names[i] = cp_text_of(cp_differs_name((cp_differs)i));
    while (cp_text_word(&rest, ", ", &word)) {
        cp_differs kind = cp_differs_find(word);

        if (kind < CP_DIFFERS_COUNT) {
            *kinds |= UINT32_C(1) << kind;
            continue;
        }
        near = cp_text_nearest(word, names, CP_DIFFERS_COUNT);
        if (near < CP_DIFFERS_COUNT)
            return cp_say_usage(command.name, "--only: unknown kind '%.*s'; did you mean '%s'?",
                                (int)word.len, word.at, names[near].at);
        return cp_say_usage(command.name, "--only: unknown kind '%.*s'", (int)word.len, word.at);
    }
    return CP_EXIT_OK;
}

static cp_exit read_output(enum output output, struct options *out)
{
    if (out->output != AS_TEXT)
        return cp_say_usage(command.name, "--json and --csv are two answers: choose one");
    out->output = output;
    return CP_EXIT_OK;
}

static cp_exit read_one(const struct cp_arg *arg, struct options *out)
{
    switch (arg->option) {
    case OPTION_ONLY:
        return read_kinds(arg->value, &out->kinds);
    case OPTION_AS_OF:
        if (cp_date_parse(cp_text_of(arg->value), &out->as_of) != CP_OK)
            return cp_say_usage(command.name, "--as-of: '%s' is not a day as YYYY-MM-DD",
                                arg->value);
        return CP_EXIT_OK;
    case OPTION_LENIENT:
        out->lenient = true;
        return CP_EXIT_OK;
    case OPTION_JSON:
        return read_output(AS_JSON, out);
    case OPTION_CSV:
        return read_output(AS_CSV, out);
    default:
        out->sides[out->side_count++] = arg->value;
        return CP_EXIT_OK;
    }
}

static cp_exit read_options(const struct cp_args *args, struct options *out)
{
    cp_exit code = CP_EXIT_OK;

    *out = (struct options){.as_of = CP_DATE_NONE, .output = AS_TEXT};
    for (uint32_t i = 0; code == CP_EXIT_OK && i < args->count; i++)
        code = read_one(&args->list[i], out);
    if (code == CP_EXIT_OK && out->side_count < CP_SIDES)
        code = cp_say_usage(command.name, "compare: which two cases? give A and B");
    if (out->kinds == 0)
        out->kinds = CP_COMPARISON_ALL_KINDS;
    return code;
}

/* --- sides ------------------------------------------------------------------------------------ */

struct side {
    struct cp_sources_wanted wanted;
    struct cp_notes *notes;
    struct cp_loaded loaded;
    bool opened;
};

static cp_exit load_side(struct side *side, const struct options *options, const char *const *path,
                         struct cp_arena *arena)
{
    struct cp_load_ask ask = {
        .wanted = &side->wanted, .as_of = options->as_of, .lenient = options->lenient};
    cp_exit code;

    side->wanted = (struct cp_sources_wanted){
        .any = path, .any_count = 1, .policies_wanted = CP_POLICIES_TAKEN};
    if (cp_notes_open(NULL, arena, &side->notes) != CP_OK)
        return cp_say_no_memory();
    side->opened = true;
    code = cp_load(&ask, side->notes, &side->loaded);
    if (code != CP_EXIT_OK)
        return code;
    return cp_remarks_summarize(side->loaded.net, NULL, side->notes, side->loaded.scratch);
}

/* Names of makers: as the first policy beside A knows them, else beside B, else the table. */
static cp_err find_makers(const struct side *sides, struct cp_arena *arena,
                          const struct cp_makers **out)
{
    struct cp_diag diag;

    for (int i = CP_SIDE_A; i < CP_SIDES; i++) {
        const struct cp_loaded *loaded = &sides[i].loaded;

        if (loaded->sources.policy_count > 0) {
            *out = loaded->policies[0].policy->makers;
            return CP_OK;
        }
    }
    return cp_makers_make(NULL, 0, arena, out, &diag);
}

/* A side with what is concluded of its makers: an inventory names them, walks do not. */
static cp_err conclude(const struct cp_loaded *loaded, const struct cp_makers *makers,
                       struct cp_compare_side *out)
{
    struct cp_identify_options options = cp_identify_defaults();
    const struct cp_identities *identities;

    *out = (struct cp_compare_side){.net = loaded->net, .as_of = loaded->as_of};
    options.as_of = loaded->as_of;
    CP_TRY(cp_identify(loaded->net, makers, &options, loaded->kept, &identities));
    return cp_identities_facts(identities, loaded->net, loaded->kept, &out->derived,
                               &out->derived_count);
}

static cp_err compare_loaded(const struct side *sides, struct cp_arena *arena,
                             const struct cp_comparison **out)
{
    struct cp_compare_side compared[CP_SIDES];
    const struct cp_makers *makers;

    CP_TRY(find_makers(sides, arena, &makers));
    for (int i = CP_SIDE_A; i < CP_SIDES; i++)
        CP_TRY(conclude(&sides[i].loaded, makers, &compared[i]));
    return cp_compare(&compared[CP_SIDE_A], &compared[CP_SIDE_B], makers, arena,
                      sides[CP_SIDE_A].loaded.scratch, out);
}

static cp_err write_answer(const struct cp_comparison_report *report, const struct options *options,
                           struct cp_out *out)
{
    switch (options->output) {
    case AS_JSON:
        return cp_comparison_json(report, out);
    case AS_CSV:
        return cp_comparison_csv(report, out);
    case AS_TEXT:
        break;
    }
    return cp_comparison_text(report, out);
}

static cp_exit compare_sides(const struct side *sides, const struct options *options)
{
    struct cp_arena *arena = sides[CP_SIDE_B].loaded.kept;
    struct cp_out out = cp_out_make(arena);
    struct cp_comparison_report report = {.kinds = options->kinds,
                                          .as_of = sides[CP_SIDE_A].loaded.as_of};
    cp_text text;
    cp_exit code;

    for (int i = CP_SIDE_A; i < CP_SIDES; i++)
        report.names[i] = cp_text_of(options->sides[i]);
    if (compare_loaded(sides, arena, &report.comparison) != CP_OK ||
        write_answer(&report, options, &out) != CP_OK || cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    code = cp_stdout_write(text);
    return code == CP_EXIT_OK ? (cp_exit)cp_comparison_exit_code(&report) : code;
}

static cp_exit compare(const struct options *options, struct cp_arena *arena)
{
    struct side sides[CP_SIDES] = {{.opened = false}, {.opened = false}};
    cp_exit code = CP_EXIT_OK;

    for (int i = CP_SIDE_A; code == CP_EXIT_OK && i < CP_SIDES; i++)
        code = load_side(&sides[i], options, &options->sides[i], arena);
    if (code == CP_EXIT_OK)
        code = compare_sides(sides, options);
    for (int i = CP_SIDE_A; i < CP_SIDES; i++)
        if (sides[i].opened)
            cp_loaded_close(&sides[i].loaded);
    return code;
}

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    struct options options;
    struct cp_args args;
    cp_exit code = cp_args_parse(&command, argc, argv, arena, &args);

    if (code == CP_EXIT_OK && args.help)
        return cp_help_command(&command);
    if (code == CP_EXIT_OK)
        code = read_options(&args, &options);
    return code == CP_EXIT_OK ? compare(&options, arena) : code;
}

cp_exit cp_command_compare(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
