#include "commands.h"

#include "base/num.h"
#include "report/table.h"

#include "app/files.h"
#include "app/log_text.h"
#include "app/machine.h"
#include "app/message.h"
#include "listed.h"
#include "lists.h"

/*
 * demands, paths, elements: what cleanpathd's API lists, as a table.  It is asked page by page, and nothing of a page but its
 * cells (or, as JSON, its bytes) is kept.
 */

#define ARENA_BYTES ((size_t)1 << 31)

enum { COLUMNS_MAX = 160, WORDS_MOST = 7 };

#define OPTION_SOCKET                                                                 \
    {                                                                                 \
        "--socket", "PATH", "the daemon's; " CP_SOCKET_PATH " where not given", false \
    }
#define OPTION_LIMIT                                             \
    {                                                            \
        "--limit", "N", "at most so many; without it all", false \
    }
#define OPTION_AFTER                                                                  \
    {                                                                                 \
        "--after", "ID", "those behind this one, where an answer before ended", false \
    }
#define OPTION_JSON                                                             \
    {                                                                           \
        "--json", NULL, "one document, as pages of the daemon's API are", false \
    }

static const struct cp_option verdict_options[] = {
    {"--verdict", "WORD", "those with this verdict: ok, violation, undecided, no-path", false},
    OPTION_LIMIT,
    OPTION_AFTER,
    OPTION_SOCKET,
    OPTION_JSON,
};

static const struct cp_option path_options[] = {
    {"--headend", "NODE", "those that begin at this node", false},
    {"--phase", "WORD", "installed, installing, waiting, down, astray, draining, removing", false},
    OPTION_LIMIT,
    OPTION_AFTER,
    OPTION_SOCKET,
    OPTION_JSON,
};

static const struct cp_option element_options[] = {
    {"--verdict", "WORD", "those with this verdict: trusted, unknown, untrusted", false},
    OPTION_LIMIT,
    OPTION_AFTER,
    OPTION_SOCKET,
    OPTION_JSON,
};

static const struct cp_command demands = {
    "demands",
    "[ID...] [--verdict WORD] [--limit N] [--after ID] [--socket PATH] [--json]",
    "The demands of the case with their verdicts now, as cleanpathd knows them, and why.\n"
    "Exit code: of those listed 1 where one is a violation, or no-path, or sensitive and down; else 2\n"
    "where one is undecided; else 0.",
    verdict_options,
    CP_COUNT(verdict_options),
    CP_PLAIN_ANY,
};

static const struct cp_command paths = {
    "paths",
    "[ID...] [--headend NODE] [--phase WORD] [--limit N] [--after ID] [--socket PATH] [--json]",
    "The paths (LSPs) that cleanpathd plans and orders: how far each is, over which nodes it goes, and why.\n"
    "Exit code: of those listed 1 where one is down, or over what is forbidden; else 2 where one is not\n"
    "as intended (one on its way out is); else 0.",
    path_options,
    CP_COUNT(path_options),
    CP_PLAIN_ANY,
};

static const struct cp_command elements = {
    "elements",
    "[ID...] [--verdict WORD] [--limit N] [--after ID] [--socket PATH] [--json]",
    "The nodes and links of the network as cleanpathd has it, with their verdicts and why.\n"
    "An ID is node:ID or link:ID.  Exit code: 0, whatever the verdicts are.",
    element_options,
    CP_COUNT(element_options),
    CP_PLAIN_ANY,
};

struct listing_command {
    const struct cp_command *command;
    const struct cp_list *list;
    const char *target, *id_hint;
};

static const struct listing_command commands[] = {
    {&demands, &cp_list_demands, "/v1/demands", ""},
    {&paths, &cp_list_paths, "/v1/paths", ""},
    {&elements, &cp_list_elements, "/v1/elements", ": an ID is node:ID or link:ID"},
};

struct listing {
    const struct listing_command *is;
    struct cp_listing asked;
    struct cp_arena *arena;
    cp_text *cells; /* [count * list->cells] */
    uint32_t count, cap;
    uint32_t counts[WORDS_MOST];
    struct cp_out json;
    bool as_json;
    int code;
};

/* --- taking ----------------------------------------------------------------------------------- */

/* The place of its verdict or phase among the words; where there is none it is not understood. */
static bool find_word(const struct cp_list *list, value_at thing, uint32_t *at)
{
    cp_text word = cp_json_member_text(thing, list->word);

    for (*at = 0; list->words[*at] != NULL; ++*at)
        if (cp_text_is(word, list->words[*at]))
            return true;
    return false;
}

static cp_err take_row(struct listing *l, value_at thing)
{
    const struct cp_list *list = l->is->list;
    void *at = l->cells;
    cp_text *cells;

    CP_TRY(cp_arena_grow(l->arena, &at, l->count, &l->cap, list->cells * sizeof *l->cells));
    l->cells = at;
    cells = l->cells + (size_t)l->count * list->cells;
    for (uint32_t i = 0; i < list->cells; i++) {
        struct cp_out cell = cp_out_make(l->arena);

        list->write(&cell, thing, i);
        CP_TRY(cp_out_done(&cell, &cells[i]));
    }
    l->count++;
    return CP_OK;
}

/* One that was asked for alone stands at the margin: its line ends are not within texts, which have none. */
static void write_item(struct listing *l, cp_text json)
{
    bool alone = l->asked.thing_count > 0;

    cp_out_str(&l->json, l->count++ == 0 ? "\n    " : ",\n    ");
    for (size_t i = 0; alone && i < json.len; i++) {
        cp_out_char(&l->json, json.at[i]);
        if (json.at[i] == '\n')
            cp_out_str(&l->json, "    ");
    }
    if (!alone)
        cp_out_text(&l->json, json);
}

static cp_exit take(void *user, value_at thing, cp_text json)
{
    struct listing *l = user;
    uint32_t word = 0;
    int code = l->is->list->code(thing);

    if (cp_json_member_text(thing, "id").len == 0 || !find_word(l->is->list, thing, &word))
        return cp_listed_odd(&l->asked);
    l->counts[word]++;
    if (code == 1 || l->code == 0)
        l->code = code;
    if (!l->as_json)
        return take_row(l, thing) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
    write_item(l, json);
    return CP_EXIT_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* "3 demands: 2 ok, 1 violation; more behind d9: --after d9" */
static void write_sum(struct cp_out *out, const struct listing *l, cp_text next)
{
    const struct cp_list *list = l->is->list;
    cp_text name = cp_text_of(list->name);
    const char *before = ": ";

    cp_out_format(out, "%u ", l->count);
    cp_out_text(out, l->count == 1 ? cp_text_sub(name, 0, name.len - 1) : name);
    for (uint32_t i = 0; list->words[i] != NULL; i++) {
        if (l->counts[i] == 0)
            continue;
        cp_out_format(out, "%s%u %s", before, l->counts[i], list->words[i]);
        before = ", ";
    }
    if (next.len > 0) {
        cp_out_str(out, "; there are more: --after ");
        cp_log_write_safe(out, next);
    }
    cp_out_char(out, '\n');
}

static cp_err write_table(struct listing *l, cp_text next, cp_text *text)
{
    struct cp_out out = cp_out_make(l->arena);
    const struct cp_list *list = l->is->list;
    uint32_t columns = cp_machine_columns();
    struct cp_table table = {.heads = list->heads,
                             .rows = l->cells,
                             .cells = list->cells,
                             .row_count = l->count,
                             .columns = columns > COLUMNS_MAX ? COLUMNS_MAX : columns};

    if (l->count > 0)
        cp_table_write(&out, &table);
    write_sum(&out, l, next);
    return cp_out_done(&out, text);
}

static cp_err write_json(struct listing *l, cp_text next, cp_text *text)
{
    struct cp_out out = cp_out_make(l->arena);
    struct cp_json json = cp_json_make(&out);
    cp_text items;

    CP_TRY(cp_out_done(&l->json, &items));
    cp_out_str(&out, "{\n  \"items\": [");
    cp_out_text(&out, items);
    cp_out_str(&out, l->count > 0 ? "\n  ],\n  \"next\": " : "],\n  \"next\": ");
    if (next.len > 0)
        cp_json_text(&json, NULL, next);
    else
        cp_json_null(&json, NULL);
    cp_out_str(&out, "\n}\n");
    return cp_out_done(&out, text);
}

/* --- running ---------------------------------------------------------------------------------- */

static cp_exit take_limit(struct listing *l, const char *value)
{
    if (cp_num_u32(cp_text_of(value), CP_LISTED_MOST, &l->asked.limit) != CP_OK ||
        l->asked.limit == 0)
        return cp_say_usage(l->is->command->name, "--limit: no number from 1 to %u: '%s'",
                            CP_LISTED_MOST, value);
    return CP_EXIT_OK;
}

static cp_exit take_word(struct listing *l, const char *option, const char *value)
{
    const char *const *words = l->is->list->words;
    const char *near;
    size_t count = 0;

    for (; words[count] != NULL; count++)
        if (cp_text_is(cp_text_of(value), words[count]))
            return CP_EXIT_OK;
    near = cp_nearest_name(value, words, count);
    return near == NULL
               ? cp_say_usage(l->is->command->name, "%s: no such word: '%s'", option, value)
               : cp_say_usage(l->is->command->name, "%s: no such word: '%s'; did you mean '%s'?",
                              option, value, near);
}

static cp_exit take_option(struct listing *l, const char *name, const char *value)
{
    cp_text option = cp_text_of(name);

    if (cp_text_is(option, "--socket")) {
        l->asked.socket = value;
    } else if (cp_text_is(option, "--after")) {
        l->asked.after = value;
    } else if (cp_text_is(option, "--limit")) {
        return take_limit(l, value);
    } else if (cp_text_is(option, "--headend")) {
        l->asked.filter_2 = "headend";
        l->asked.value_2 = value;
    } else if (cp_text_is(option, "--json")) {
        l->as_json = true;
    } else {
        l->asked.filter = name + 2; /* --verdict, --phase */
        l->asked.value = value;
        return take_word(l, name, value);
    }
    return CP_EXIT_OK;
}

static cp_exit take_args(struct listing *l, const struct cp_args *args)
{
    const struct cp_command *command = l->is->command;
    bool narrowed;

    l->asked.things = CP_TAKE(l->arena, args->count, const char *);
    if (l->asked.things == NULL)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < args->count; i++) {
        const struct cp_arg *arg = &args->list[i];
        cp_exit code = CP_EXIT_OK;

        if (arg->option == CP_ARG_PLAIN)
            l->asked.things[l->asked.thing_count++] = arg->value;
        else
            code = take_option(l, command->options[arg->option].name, arg->value);
        if (code != CP_EXIT_OK)
            return code;
    }
    narrowed = l->asked.filter != NULL || l->asked.filter_2 != NULL || l->asked.after != NULL ||
               l->asked.limit != CP_LISTED_MOST;
    if (l->asked.thing_count > 0 && narrowed)
        return cp_say_usage(command->name,
                            "%s: where an ID is given, only --socket and --json may be",
                            command->name);
    return CP_EXIT_OK;
}

static cp_exit list(struct listing *l)
{
    cp_text next = {"", 0}, text = {"", 0};
    cp_exit code = cp_listed_each(&l->asked, l->arena, take, l, &next);

    if (code != CP_EXIT_OK)
        return code;
    if ((l->as_json ? write_json(l, next, &text) : write_table(l, next, &text)) != CP_OK)
        return cp_say_no_memory();
    code = cp_stdout_write(text);
    return code == CP_EXIT_OK ? (cp_exit)l->code : code;
}

static cp_exit run(const struct listing_command *is, int argc, char *const *argv,
                   struct cp_arena *arena)
{
    struct listing l = {.is = is,
                        .arena = arena,
                        .asked = {.socket = CP_SOCKET_PATH,
                                  .list = is->target,
                                  .id_hint = is->id_hint,
                                  .limit = CP_LISTED_MOST},
                        .json = cp_out_make(arena)};
    struct cp_args args;
    cp_exit code = cp_args_parse(is->command, argc, argv, arena, &args);

    if (code != CP_EXIT_OK)
        return code;
    if (args.help)
        return cp_help_command(is->command);
    code = take_args(&l, &args);
    return code == CP_EXIT_OK ? list(&l) : code;
}

static cp_exit run_in_arena(const struct listing_command *is, int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_exit code = arena != NULL ? run(is, argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}

cp_exit cp_command_demands(int argc, char *const *argv)
{
    return run_in_arena(&commands[0], argc, argv);
}

cp_exit cp_command_paths(int argc, char *const *argv)
{
    return run_in_arena(&commands[1], argc, argv);
}

cp_exit cp_command_elements(int argc, char *const *argv)
{
    return run_in_arena(&commands[2], argc, argv);
}
