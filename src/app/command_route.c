#include "commands.h"

#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"
#include "routing.h"

/* route: clean paths, their lists, what blocks the rest; configuration beside the answer where asked. */

#define TEXT_COLUMNS_MAX 100u /* on a wider terminal too: longer lines are hard to read */

static cp_exit report_routes(const struct cp_routing *r, bool lacking)
{
    bool text = r->options->audit.output == CP_OUTPUT_TEXT;
    struct cp_routes routes = cp_routing_report(r);
    struct cp_routes_summary summary = cp_routes_summarize(&r->found);
    struct cp_out out = cp_out_make(r->answer.loaded.kept);
    uint32_t columns = cp_machine_columns();
    cp_text written;
    cp_err err;
    cp_exit code;

    routes.colour = text && cp_machine_colour();
    routes.columns = columns > TEXT_COLUMNS_MAX ? TEXT_COLUMNS_MAX : columns;
    err = text ? cp_routes_text(&routes, &out) : cp_routes_json(&routes, &out);
    if (err != CP_OK || cp_out_done(&out, &written) != CP_OK)
        return cp_say_no_memory();
    code = cp_stdout_write(written);
    if (code == CP_EXIT_OK)
        code = (cp_exit)cp_routes_exit_code(&summary);
    return code == CP_EXIT_OK && lacking ? CP_EXIT_UNDECIDED : code;
}

static cp_exit run_case(const struct cp_route_options *options, struct cp_arena *arena)
{
    struct cp_notes *notes;
    struct cp_routing routing;
    bool lacking = false;
    cp_exit code;

    if (cp_notes_open(NULL, arena, &notes) != CP_OK)
        return cp_say_no_memory();
    code = cp_routing_open(options, notes, &routing);
    if (code == CP_EXIT_OK)
        code = cp_routing_make(&routing);
    if (code == CP_EXIT_OK)
        code = cp_routing_uphold(&routing);
    if (code == CP_EXIT_OK)
        code = cp_routing_configure(&routing, &lacking);
    if (code == CP_EXIT_OK)
        code = report_routes(&routing, lacking);
    cp_routing_close(&routing);
    return code;
}

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    struct cp_route_options options;
    bool help = false;
    cp_exit code = cp_route_options_read(argc, argv, arena, &options, &help);

    if (code != CP_EXIT_OK)
        return code;
    return help ? cp_help_command(&cp_route_command) : run_case(&options, arena);
}

cp_exit cp_command_route(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
