#include <stdlib.h>

#include "app/load.h"
#include "app/machine.h"
#include "app/message.h"
#include "daemon.h"

/* The case and its policies, read as every command reads them. */

struct inputs {
    struct cp_arena *arena; /* of the notes */
    struct cp_loaded loaded;
};

static cp_exit read_case(const struct daemon_config *config, struct inputs *in)
{
    struct cp_load_ask ask = {.wanted = &config->wanted,
                              .as_of = CP_DATE_NONE,
                              .policies_kept = config->wanted.policy_count};
    struct cp_notes *notes;
    cp_exit code;

    in->arena = cp_arena_open(cp_machine_memory());
    if (in->arena == NULL || cp_notes_open(NULL, in->arena, &notes) != CP_OK)
        return cp_say_no_memory();
    code = cp_load(&ask, notes, &in->loaded);
    return code == CP_EXIT_OK ? cp_loaded_conclude(&in->loaded) : code;
}

cp_exit daemon_inputs_read(const struct daemon_config *config, struct inputs **out)
{
    struct inputs *in = calloc(1, sizeof *in);
    cp_exit code;

    *out = NULL;
    if (in == NULL)
        return cp_say_no_memory();
    code = read_case(config, in);
    if (code != CP_EXIT_OK)
        daemon_inputs_free(in);
    else
        *out = in;
    return code;
}

void daemon_inputs_free(struct inputs *in)
{
    if (in == NULL)
        return;
    cp_loaded_close(&in->loaded);
    cp_arena_close(in->arena);
    free(in);
}

const struct cp_loaded *daemon_inputs_loaded(const struct inputs *in)
{
    return &in->loaded;
}
