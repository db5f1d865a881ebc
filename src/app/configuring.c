#include "routing.h"

#include <stdio.h>

#include "made.h"
#include "app/message.h"
#include "written.h"

/* Configuration of routers: a file each, named after the node, and warnings on stderr. */

enum { FIRST_COLOUR = 100 };

/* A node's id as the name of a file: what is not a plain character of one becomes %XX. */
static cp_err name_file(const struct cp_routing *r, const struct cp_steer_output *output,
                        struct cp_arena *arena, cp_text *name)
{
    cp_text id = cp_routes_node(&r->found, output->node);
    struct cp_out out = cp_out_make(arena);

    for (size_t i = 0; i < id.len; i++) {
        unsigned char c = (unsigned char)id.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || (c == '.' && i > 0);

        if (plain)
            cp_out_char(&out, (char)c);
        else
            cp_out_format(&out, "%%%02X", c);
    }
    cp_out_str(&out, r->options->system == CP_SYSTEM_LINUX ? ".sh" : ".conf");
    return cp_out_done(&out, name);
}

static cp_exit write_output(const struct cp_routing *r, const struct cp_steer_output *output,
                            struct cp_made *made, struct cp_written *written)
{
    struct cp_made_file *file;
    cp_text name;
    cp_exit code, ended;

    if (name_file(r, output, made->arena, &name) != CP_OK)
        return cp_say_no_memory();
    code = cp_made_begin(made, name.at, &file);
    if (code != CP_EXIT_OK)
        return code;
    if (cp_made_put(file, output->text) != CP_OK)
        code = CP_EXIT_IO; /* said where the file ends */
    ended = cp_made_end(file);
    code = code == CP_EXIT_OK ? ended : code;
    return code == CP_EXIT_OK ? cp_written_add(written, name.at, output->text) : code;
}

static void say_warning(const struct cp_routing *r, const struct cp_steer_warning *warning)
{
    cp_text demand = warning->demand == CP_NONE ? CP_TEXT("")
                                                : r->answer.loaded.net->demands[warning->demand].id;
    cp_text node =
        warning->node == CP_NONE ? CP_TEXT("") : cp_routes_node(&r->found, warning->node);

    cp_text link =
        warning->link == CP_NONE ? CP_TEXT("") : r->answer.loaded.net->links[warning->link].id;

    cp_say("%s: %s%.*s%s%s%.*s%s%.*s%s%.*s", warning->leak ? "leak" : "warning",
           demand.len > 0 ? "demand " : "", (int)demand.len, demand.at,
           demand.len > 0 && node.len > 0 ? ", " : "", node.len > 0 ? "router " : "", (int)node.len,
           node.at, link.len > 0 ? ", link " : "", (int)link.len, link.at,
           demand.len + node.len > 0 ? ": " : "", (int)warning->sentence.len, warning->sentence.at);
}

static cp_exit write_all(const struct cp_routing *r, const struct cp_steer *steer,
                         struct cp_made *made)
{
    struct cp_written written;
    cp_exit code = cp_written_open(made->folder, made->arena, &written);

    for (uint32_t i = 0; code == CP_EXIT_OK && i < steer->output_count; i++)
        code = write_output(r, &steer->outputs[i], made, &written);
    if (code == CP_EXIT_OK)
        code = cp_written_list(&written, made);
    if (code == CP_EXIT_OK)
        code = cp_made_keep(made);
    if (code == CP_EXIT_OK)
        code = cp_written_clear(&written);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < steer->warning_count; i++)
        say_warning(r, &steer->warnings[i]);
    return code;
}

/* The designs that include: the kind that fails closed. */
static cp_err pick_designs(const struct cp_routing *r, struct cp_arena *arena,
                           struct cp_steer_request *request)
{
    struct cp_flexalgo_design *designs = CP_TAKE(arena, r->design_count, struct cp_flexalgo_design);

    if (designs == NULL)
        return CP_ERR_NOMEM;
    request->designs = designs;
    for (uint32_t i = 0; i < r->design_count; i++)
        if (r->designs[i].design->kind == CP_FLEXALGO_INCLUDE)
            designs[request->design_count++] = *r->designs[i].design;
    return CP_OK;
}

cp_exit cp_routing_configure(const struct cp_routing *r, bool *lacking)
{
    struct cp_arena *arena = r->answer.loaded.kept;
    struct cp_steer_request request = {.system = r->options->system, .colour = FIRST_COLOUR};
    struct cp_steer steer;
    struct cp_made made;
    cp_exit code;

    *lacking = false;
    if (r->options->config_dir == NULL)
        return CP_EXIT_OK;
    if (pick_designs(r, arena, &request) != CP_OK ||
        cp_steer_make(&r->found, &request, arena, &steer) != CP_OK)
        return cp_say_no_memory();
    code = cp_made_folder_open(r->options->config_dir,
                               r->options->force ? CP_MADE_OVER : CP_MADE_NEW, arena, &made);
    if (code == CP_EXIT_OK)
        code = write_all(r, &steer, &made);
    cp_made_close(&made);
    *lacking = steer.output_count == 0 && steer.warning_count > 0;
    if (code == CP_EXIT_OK && *lacking)
        cp_say("--config %s: nothing could be written", cp_system_name(request.system));
    return code;
}
