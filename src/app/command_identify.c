#include "commands.h"

#include "app/files.h"
#include "identify_options.h"
#include "app/load.h"
#include "app/machine.h"
#include "app/message.h"
#include "names.h"
#include "registries.h"
#include "remarks.h"
#include "report/identity.h"

/* identify: whose equipment is this, and how do we know?  No policy judges; its makers are known. */

#define TEXT_COLUMNS_MAX 100u

static cp_exit find_makers(const struct cp_loaded *loaded, const struct cp_makers **out)
{
    struct cp_diag diag;

    if (loaded->sources.policy_count > 0) {
        *out = loaded->policies[0].policy->makers;
        return CP_EXIT_OK;
    }
    return cp_makers_make(NULL, 0, loaded->kept, out, &diag) == CP_OK ? CP_EXIT_OK
                                                                      : cp_say_no_memory();
}

static cp_exit find_devices(const struct cp_identify_ask *ask, const struct cp_loaded *loaded,
                            struct cp_identity_report *report)
{
    cp_exit code = CP_EXIT_OK;
    uint32_t *asked;

    if (ask->device_count == 0)
        return CP_EXIT_OK;
    asked = CP_TAKE(loaded->kept, ask->device_count, uint32_t);
    if (asked == NULL)
        return cp_say_no_memory();
    for (uint32_t i = 0; code == CP_EXIT_OK && i < ask->device_count; i++)
        code = cp_name_find_node(loaded->net, ask->devices[i], loaded->kept, &asked[i]);
    report->asked = asked;
    report->asked_count = ask->device_count;
    return code;
}

static cp_err write_report(const struct cp_identity_report *report, cp_output output,
                           struct cp_out *out)
{
    switch (output) {
    case CP_OUTPUT_TEXT:
        return cp_identity_text(report, out);
    case CP_OUTPUT_JSON:
        return cp_identity_json(report, out);
    case CP_OUTPUT_CSV:
        return cp_identity_csv(report, out);
    }
    return CP_OK;
}

static cp_exit answer(const struct cp_identify_ask *ask, const struct cp_loaded *loaded,
                      const struct cp_identity_report *report)
{
    struct cp_out out = cp_out_make(loaded->kept);
    cp_text text;
    cp_exit code;

    if (write_report(report, ask->output, &out) != CP_OK || cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    code = cp_stdout_write(text);
    if (code != CP_EXIT_OK || ask->required == CP_GRADE_COUNT)
        return code;
    return cp_identity_meets(report, ask->required) ? CP_EXIT_OK : CP_EXIT_UNDECIDED;
}

static cp_exit identify_loaded(const struct cp_identify_ask *ask, const struct cp_loaded *loaded)
{
    struct cp_identify_options options = ask->identify;
    struct cp_identity_report report = {
        .net = loaded->net, .as_of = loaded->as_of, .verbose = ask->verbose};
    struct cp_registries registries = {.registry = NULL};
    uint32_t columns = cp_machine_columns();
    cp_exit code = find_makers(loaded, &report.makers);

    report.columns = columns > TEXT_COLUMNS_MAX ? TEXT_COLUMNS_MAX : columns;
    if (code == CP_EXIT_OK && !ask->no_registry)
        code = cp_registries_read(ask->registries, ask->registry_count, report.makers, loaded->kept,
                                  &registries);
    if (code == CP_EXIT_OK)
        code = find_devices(ask, loaded, &report);
    if (code != CP_EXIT_OK)
        return code;
    report.registries = registries.list;
    report.registry_count = registries.count;
    options.as_of = loaded->as_of;
    options.registry = registries.registry;
    if (cp_identify(loaded->net, report.makers, &options, loaded->kept, &report.identities) !=
        CP_OK)
        return cp_say_no_memory();
    return answer(ask, loaded, &report);
}

static cp_exit identify(const struct cp_identify_ask *ask, struct cp_arena *arena)
{
    struct cp_load_ask load = {
        .wanted = &ask->wanted, .as_of = ask->as_of, .lenient = ask->lenient};
    struct cp_loaded loaded;
    struct cp_notes *notes;
    cp_exit code;

    if (cp_notes_open(NULL, arena, &notes) != CP_OK)
        return cp_say_no_memory();
    code = cp_load(&load, notes, &loaded);
    if (code == CP_EXIT_OK)
        code = cp_remarks_summarize(loaded.net, NULL, notes, loaded.scratch);
    if (code == CP_EXIT_OK)
        code = identify_loaded(ask, &loaded);
    cp_loaded_close(&loaded);
    return code;
}

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    struct cp_identify_ask ask;
    bool help = false;
    cp_exit code = cp_identify_ask_read(argc, argv, arena, &ask, &help);

    if (code != CP_EXIT_OK)
        return code;
    return help ? cp_help_command(&cp_identify_command) : identify(&ask, arena);
}

cp_exit cp_command_identify(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
