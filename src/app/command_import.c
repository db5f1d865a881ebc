#include "commands.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/files.h"
#include "app/load.h"
#include "app/machine.h"
#include "made.h"
#include "app/message.h"
#include "report/intake.h"
#include "write/networks.h"
#include "write/tables.h"

/* import: sources of any kind to one of our two own forms, and what became of their records. */

enum {
    OPTION_TO,
    OPTION_OUT,
    OPTION_FORCE,
    OPTION_NETWORK,
    OPTION_SITES,
    OPTION_FACTS,
    OPTION_EVIDENCE,
    OPTION_DEMANDS,
    OPTION_LENIENT,
    OPTION_JSON,
};

static const struct cp_option options_of_import[] = {
    {"--to", "FORM", "csv: a case folder; rfc8345: one file of networks in JSON", false},
    {"--out", "PATH", "the folder or file to make (rfc8345: stdout)", false},
    {"--force", NULL, "write over what is there", false},
    {"--network", "PATH", "a network, file or folder of pages", true},
    {"--sites", "FILE", "sites", false},
    {"--facts", "FILE", "facts", true},
    {"--evidence", "PATH", "what devices said, file or folder", true},
    {"--demands", "FILE", "demands", false},
    {"--lenient", NULL, "go on without the records that are not understood", false},
    {"--json", NULL, "one JSON document about the records instead of text", false},
};

static const struct cp_command command = {
    "import",
    "SOURCE... --to FORM [--out PATH] [options]",
    "Converts a case from whatever it is kept in to one of the two forms of our own, without loss, and\n"
    "says how many records were used, ignored (by which rule) and not understood.  A SOURCE is a case\n"
    "folder, a network (file or folder) or evidence (file or folder).  Facts that have expired are\n"
    "kept: what is made says on every day what the sources do.",
    options_of_import,
    CP_COUNT(options_of_import),
    CP_PLAIN_ANY,
};

typedef enum { FORM_NONE, FORM_CSV, FORM_RFC8345 } form;

static const char *const form_names[] = {
    [FORM_NONE] = "", [FORM_CSV] = "csv", [FORM_RFC8345] = "rfc8345"};

struct options {
    struct cp_sources_wanted wanted;
    const char **networks, **facts, **evidence, **any;
    form to;
    const char *out; /* NULL: stdout */
    bool force, lenient, json;
};

/* --- options ---------------------------------------------------------------------------------- */

static cp_exit read_form(const char *value, struct options *o)
{
    const char *near;

    for (form f = FORM_CSV; f <= FORM_RFC8345; f++)
        if (strcmp(value, form_names[f]) == 0)
            o->to = f;
    if (o->to != FORM_NONE)
        return CP_EXIT_OK;
    near = cp_nearest_name(value, &form_names[FORM_CSV], FORM_RFC8345);
    if (near != NULL)
        return cp_say_usage(command.name, "--to: unknown form '%s'; did you mean '%s'?", value,
                            near);
    return cp_say_usage(command.name, "--to: unknown form '%s'; there are csv and rfc8345", value);
}

static cp_exit read_one(const struct cp_arg *arg, struct options *o)
{
    struct cp_sources_wanted *wanted = &o->wanted;

    switch (arg->option) {
    case OPTION_TO:
        return read_form(arg->value, o);
    case OPTION_OUT:
        o->out = strcmp(arg->value, "-") == 0 ? NULL : arg->value;
        break;
    case OPTION_FORCE:
        o->force = true;
        break;
    case OPTION_NETWORK:
        o->networks[wanted->network_count++] = arg->value;
        break;
    case OPTION_SITES:
        wanted->sites = arg->value;
        break;
    case OPTION_FACTS:
        o->facts[wanted->fact_count++] = arg->value;
        break;
    case OPTION_EVIDENCE:
        o->evidence[wanted->evidence_count++] = arg->value;
        break;
    case OPTION_DEMANDS:
        wanted->demands = arg->value;
        break;
    case OPTION_LENIENT:
        o->lenient = true;
        break;
    case OPTION_JSON:
        o->json = true;
        break;
    default:
        o->any[wanted->any_count++] = arg->value;
        break;
    }
    return CP_EXIT_OK;
}

static cp_exit check_options(const struct options *o)
{
    const struct cp_sources_wanted *wanted = &o->wanted;

    if (wanted->any_count + wanted->network_count + wanted->evidence_count == 0)
        return cp_say_usage(command.name, "import: what? give a SOURCE");
    if (o->to == FORM_NONE)
        return cp_say_usage(command.name, "import: --to which form? csv or rfc8345");
    if (o->to == FORM_CSV && o->out == NULL)
        return cp_say_usage(command.name, "--to csv makes a folder: --out says which");
    if (o->json && o->out == NULL)
        return cp_say_usage(
            command.name,
            "--json and the networks are two documents: --out names a file for these");
    return CP_EXIT_OK;
}

static cp_exit read_options(const struct cp_args *args, struct cp_arena *arena, struct options *o)
{
    cp_exit code = CP_EXIT_OK;

    *o = (struct options){
        .wanted = {.policies_wanted = CP_POLICIES_LEFT},
        .networks = (const char **)cp_arena_take(arena, args->count, sizeof(char *)),
        .facts = (const char **)cp_arena_take(arena, args->count, sizeof(char *)),
        .evidence = (const char **)cp_arena_take(arena, args->count, sizeof(char *)),
        .any = (const char **)cp_arena_take(arena, args->count, sizeof(char *)),
    };
    if (o->networks == NULL || o->facts == NULL || o->evidence == NULL || o->any == NULL)
        return cp_say_no_memory();
    o->wanted.networks = o->networks;
    o->wanted.facts = o->facts;
    o->wanted.evidence = o->evidence;
    o->wanted.any = o->any;
    for (uint32_t i = 0; code == CP_EXIT_OK && i < args->count; i++)
        code = read_one(&args->list[i], o);
    return code == CP_EXIT_OK ? check_options(o) : code;
}

/* --- writing ---------------------------------------------------------------------------------- */

struct writing {
    const struct options *options;
    struct cp_loaded *loaded;
    struct cp_made made;
    cp_text written[CP_TABLE_COUNT]; /* paths, as they are in the end */
    uint32_t written_count;
};

/* What went wrong: with the file, or with the case. */
static cp_exit say_failed(struct writing *w, const struct cp_made_file *file, cp_err err,
                          const struct cp_diag *diag)
{
    if (file != NULL && file->error != 0)
        return CP_EXIT_OK; /* said where the file ends */
    if (err == CP_ERR_NOMEM)
        return cp_say_no_memory();
    return cp_loaded_say(w->loaded, diag, err, NULL, CP_EXIT_INPUT);
}

static cp_exit note_written(struct writing *w, const char *name)
{
    struct cp_out path = cp_out_make(w->loaded->kept);

    cp_out_str(&path, w->options->out);
    if (name != NULL && !cp_text_ends(cp_text_of(w->options->out), CP_TEXT("/")))
        cp_out_char(&path, '/');
    if (name != NULL)
        cp_out_str(&path, name);
    if (cp_out_done(&path, &w->written[w->written_count]) != CP_OK)
        return cp_say_no_memory();
    w->written_count++;
    return CP_EXIT_OK;
}

static cp_exit write_table(struct writing *w, cp_table table)
{
    struct cp_loaded *l = w->loaded;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_made_file *file;
    struct cp_out out;
    cp_text rest;
    cp_exit code = cp_made_begin(&w->made, cp_table_file(table), &file), ended;
    cp_err err;

    if (code != CP_EXIT_OK)
        return code;
    out = cp_out_to(l->kept, cp_made_put, file);
    err = cp_write_table(l->net, table, l->scratch, &out, &diag);
    if (err == CP_OK)
        err = cp_out_done(&out, &rest);
    if (err != CP_OK)
        code = say_failed(w, file, err, &diag);
    ended = cp_made_end(file);
    if (code == CP_EXIT_OK)
        code = ended;
    return code == CP_EXIT_OK ? note_written(w, cp_table_file(table)) : code;
}

/* Tables that an earlier case left in the folder and this one has not. */
static cp_exit remove_table(const struct writing *w, cp_table table)
{
    struct cp_out path = cp_out_make(w->loaded->scratch);
    cp_text name;

    cp_out_str(&path, w->made.folder);
    cp_out_char(&path, '/');
    cp_out_str(&path, cp_table_file(table));
    if (cp_out_done(&path, &name) != CP_OK)
        return cp_say_no_memory();
    (void)unlink(name.at); /* mostly it is not there */
    return CP_EXIT_OK;
}

static bool is_needed(const struct cp_case *net, cp_table table)
{
    return table == CP_TABLE_NODES || table == CP_TABLE_LINKS || cp_table_has_rows(net, table);
}

static cp_exit write_csv(struct writing *w)
{
    cp_exit code = CP_EXIT_OK;

    for (cp_table t = 0; code == CP_EXIT_OK && t < CP_TABLE_COUNT; t++)
        if (is_needed(w->loaded->net, t))
            code = write_table(w, t);
    for (cp_table t = 0; code == CP_EXIT_OK && t < CP_TABLE_COUNT; t++)
        if (!is_needed(w->loaded->net, t) && w->made.working == NULL)
            code = remove_table(w, t);
    return code == CP_EXIT_OK ? cp_made_keep(&w->made) : code;
}

static cp_err put_stdout(void *code, cp_text piece)
{
    *(cp_exit *)code = cp_stdout_put(piece);
    return *(cp_exit *)code == CP_EXIT_OK ? CP_OK : CP_ERR_LIMIT;
}

static cp_exit write_stdout(struct writing *w)
{
    cp_exit code = CP_EXIT_OK;
    struct cp_out out = cp_out_to(w->loaded->kept, put_stdout, &code);
    cp_text rest;
    cp_err err = cp_write_networks(w->loaded->net, w->loaded->scratch, &out);

    if (err == CP_OK)
        err = cp_out_done(&out, &rest);
    if (code == CP_EXIT_OK && err != CP_OK)
        code = cp_say_no_memory();
    return code;
}

static cp_exit write_file(struct writing *w)
{
    struct cp_made_file *file;
    struct cp_out out;
    cp_text rest;
    cp_exit code = cp_made_begin(&w->made, NULL, &file), ended;
    cp_err err;

    if (code != CP_EXIT_OK)
        return code;
    out = cp_out_to(w->loaded->kept, cp_made_put, file);
    err = cp_write_networks(w->loaded->net, w->loaded->scratch, &out);
    if (err == CP_OK)
        err = cp_out_done(&out, &rest);
    if (err != CP_OK)
        code = say_failed(w, file, err, NULL);
    ended = cp_made_end(file);
    if (code == CP_EXIT_OK)
        code = ended;
    if (code == CP_EXIT_OK)
        code = cp_made_keep(&w->made);
    return code == CP_EXIT_OK ? note_written(w, NULL) : code;
}

/* --- the answer ------------------------------------------------------------------------------- */

/* Beside a document on stdout the counts are no answer: they go where messages go. */
static cp_exit say_intake(cp_text text)
{
    cp_text line;

    while (cp_text_word(&text, "\n", &line))
        cp_say_plain("%.*s", (int)line.len, line.at);
    return CP_EXIT_OK;
}

static cp_exit write_intake(const struct writing *w)
{
    const struct options *o = w->options;
    struct cp_loaded *l = w->loaded;
    struct cp_intake intake = {.net = l->net,
                               .written = w->written,
                               .written_count = w->written_count,
                               .form = cp_text_of(form_names[o->to])};
    struct cp_out out = cp_out_make(l->kept);
    cp_text text;
    cp_err err = o->json ? cp_intake_json(&intake, l->scratch, &out)
                         : cp_intake_text(&intake, l->scratch, &out);

    if (err != CP_OK || cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    return o->out == NULL ? say_intake(text) : cp_stdout_write(text);
}

/* What is read with the tables of a case is no part of what was written. */
static cp_exit check_folder(const struct options *o, struct cp_arena *arena)
{
    struct cp_sources_wanted wanted = {.folder = o->out, .policies_wanted = CP_POLICIES_LEFT};
    struct cp_sources sources;
    struct stat about;

    if (!o->force || stat(o->out, &about) != 0 || !S_ISDIR(about.st_mode) ||
        cp_sources_find(&wanted, arena, &sources) != CP_EXIT_OK)
        return CP_EXIT_OK;
    for (uint32_t i = 0; i < sources.count; i++) {
        bool ours = false;

        for (cp_table t = 0; t < CP_TABLE_COUNT; t++)
            ours = ours || strcmp(sources.list[i].name, cp_table_file(t)) == 0;
        if (!ours) {
            cp_say("%s: its file %s would be part of the case too; name another folder", o->out,
                   sources.list[i].name);
            return CP_EXIT_USAGE;
        }
    }
    return CP_EXIT_OK;
}

static cp_exit open_place(struct writing *w, struct cp_arena *arena)
{
    const struct options *o = w->options;
    cp_made_how how = o->force ? CP_MADE_OVER : CP_MADE_NEW;
    cp_exit code;

    if (o->out == NULL)
        return CP_EXIT_OK;
    if (o->to == FORM_RFC8345)
        return cp_made_file_open(o->out, how, arena, &w->made);
    code = check_folder(o, arena);
    return code == CP_EXIT_OK ? cp_made_folder_open(o->out, how, arena, &w->made) : code;
}

static cp_exit write_case(struct writing *w)
{
    if (w->options->to == FORM_CSV)
        return write_csv(w);
    return w->options->out == NULL ? write_stdout(w) : write_file(w);
}

/* Where records were not understood the counts are the answer all the same. */
static cp_exit convert(struct writing *w, struct cp_notes *notes)
{
    struct cp_load_ask ask = {
        .wanted = &w->options->wanted, .undated = true, .lenient = w->options->lenient};
    struct cp_loaded loaded;
    cp_exit code = cp_load(&ask, notes, &loaded), said = CP_EXIT_OK;

    w->loaded = &loaded;
    if (code == CP_EXIT_OK)
        code = write_case(w);
    if (loaded.net != NULL && (code == CP_EXIT_OK || code == CP_EXIT_INPUT))
        said = write_intake(w);
    cp_loaded_close(&loaded);
    w->loaded = NULL;
    return code == CP_EXIT_OK ? said : code;
}

static cp_exit import(const struct options *options, struct cp_arena *arena)
{
    struct writing w = {.options = options};
    struct cp_notes *notes;
    cp_exit code;

    if (cp_notes_open(NULL, arena, &notes) != CP_OK)
        return cp_say_no_memory();
    code = open_place(&w, arena);
    if (code == CP_EXIT_OK)
        code = convert(&w, notes);
    cp_made_close(&w.made);
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
        code = read_options(&args, arena, &options);
    return code == CP_EXIT_OK ? import(&options, arena) : code;
}

cp_exit cp_command_import(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
