#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "app/load.h"
#include "app/machine.h"
#include "app/message.h"
#include "daemon.h"

/*
 * The case and its policies, read as every command reads them; or those of others, which live as long as somebody points to
 * them, as of another day.
 */

struct inputs {
    struct cp_arena *arena; /* of the notes; of what is not the other's */
    struct cp_loaded loaded;
    const struct cp_case *stated; /* what the files say, before anything was concluded of it */
    int64_t midnight_s;
    struct inputs *of;  /* whose files these are as of another day; NULL: its own */
    atomic_uint others; /* that are of it; one more for its owner */
};

/*
 * The next one in any of the policies' zones; now where a day has passed since it was settled.  The zone is set for a
 * moment: this is done where files are read, for which it was set as well.
 */
static int64_t next_midnight(const struct cp_loaded *l)
{
    int64_t soonest = INT64_MAX;

    for (uint32_t i = 0; i < l->sources.policy_count; i++) {
        cp_text zone = l->policies[i].policy->timezone;
        int64_t at = cp_machine_midnight(zone);
        bool known;

        if (cp_machine_today(zone, &known) != l->policies[i].as_of)
            at = (int64_t)time(NULL);
        soonest = at < soonest ? at : soonest;
    }
    return soonest;
}

static cp_exit read_case(const struct daemon_config *config, struct inputs *in)
{
    struct cp_load_ask ask = {.wanted = &config->wanted,
                              .as_of = CP_DATE_NONE,
                              .never_lenient = true,
                              .policies_kept = config->wanted.policy_count};
    struct cp_notes *notes;
    cp_exit code;

    in->arena = cp_arena_open(cp_machine_memory());
    if (in->arena == NULL || cp_notes_open(NULL, in->arena, &notes) != CP_OK)
        return cp_say_no_memory();
    code = cp_load(&ask, notes, &in->loaded);
    in->stated = in->loaded.net;
    return code == CP_EXIT_OK ? cp_loaded_conclude(&in->loaded) : code;
}

static bool is_named(const struct cp_sources_wanted *wanted, const char *path)
{
    struct stat own, named;

    for (uint32_t i = 0; i < wanted->policy_count; i++)
        if (stat(path, &own) == 0 && stat(wanted->policies[i], &named) == 0 &&
            own.st_dev == named.st_dev && own.st_ino == named.st_ino)
            return true;
    return false;
}

/*
 * Files of policies that are named are those in force, and no other: what lies in the folder beside them would be in force
 * in its owner's mind alone.
 */
static cp_exit look_for_unnamed(const struct daemon_config *config)
{
    const struct cp_sources_wanted *wanted = &config->wanted;
    char path[4096];
    struct stat is;
    int len;

    if (wanted->folder == NULL || wanted->policy_count == 0)
        return CP_EXIT_OK;
    len = snprintf(path, sizeof path, "%s/policy.yaml", wanted->folder);
    if (len < 0 || (size_t)len >= sizeof path || (lstat(path, &is) != 0 && errno == ENOENT) ||
        is_named(wanted, path))
        return CP_EXIT_OK;
    cp_placed_say(&config->file, &wanted->policies,
                  "'%s' is a policy in the case's folder, and not one of these, so that it "
                  "would not be in force: name it here, too, or take it out of the folder",
                  path);
    return CP_EXIT_POLICY;
}

cp_exit daemon_inputs_read(const struct daemon_config *config, struct inputs **out)
{
    struct inputs *in = calloc(1, sizeof *in);
    cp_exit unnamed = look_for_unnamed(config), code;

    *out = NULL;
    if (in == NULL)
        return cp_say_no_memory();
    atomic_init(&in->others, 1);
    code = read_case(config, in);
    if (unnamed != CP_EXIT_OK)
        code = unnamed;
    if (code != CP_EXIT_OK) {
        daemon_inputs_free(in);
        return code;
    }
    in->midnight_s = next_midnight(&in->loaded);
    *out = in;
    return code;
}

/* A case of its own by its address, for by that it is known; what it points to is the other's, but for what is concluded. */
static cp_err settle_days(struct inputs *in)
{
    struct cp_loaded *l = &in->loaded;
    struct cp_judge_policy *policies =
        CP_TAKE(in->arena, l->sources.policy_count, struct cp_judge_policy);
    struct cp_case *net = CP_TAKE(in->arena, 1, struct cp_case);
    bool known;

    if (policies == NULL || net == NULL)
        return CP_ERR_NOMEM;
    *net = *in->of->stated;
    l->net = net;
    l->kept = in->arena;
    l->as_of = CP_DATE_NONE;
    for (uint32_t i = 0; i < l->sources.policy_count; i++) {
        policies[i] = l->policies[i];
        policies[i].as_of = cp_machine_today(policies[i].policy->timezone, &known);
        if (policies[i].as_of > l->as_of)
            l->as_of = policies[i].as_of;
    }
    l->policies = policies;
    return CP_OK;
}

cp_exit daemon_inputs_today(struct inputs *old, struct inputs **out)
{
    struct inputs *in = calloc(1, sizeof *in), *of = old->of != NULL ? old->of : old;
    cp_exit code;

    *out = NULL;
    if (in == NULL)
        return cp_say_no_memory();
    atomic_init(&in->others, 1);
    atomic_fetch_add(&of->others, 1);
    in->of = of;
    in->loaded = of->loaded;
    in->arena = cp_arena_open(cp_machine_memory());
    code = in->arena == NULL || settle_days(in) != CP_OK ? cp_say_no_memory()
                                                         : cp_loaded_conclude(&in->loaded);
    if (code != CP_EXIT_OK) {
        daemon_inputs_free(in);
        return code;
    }
    in->midnight_s = next_midnight(&in->loaded);
    *out = in;
    return code;
}

cp_date daemon_inputs_read_on(const struct inputs *in)
{
    return in->of != NULL ? in->of->loaded.as_of : in->loaded.as_of;
}

/* What an expired fact filled in is as it was when the files were read. */
bool daemon_inputs_are_whole(const struct inputs *in)
{
    const struct cp_case *c = in->loaded.net;

    for (uint32_t f = 0; in->of != NULL && f < c->fact_count; f++)
        if (c->facts[f].expires != CP_DATE_NONE && c->facts[f].expires >= in->of->loaded.as_of &&
            c->facts[f].expires < in->loaded.as_of)
            return false;
    return true;
}

int64_t daemon_inputs_midnight(const struct inputs *in)
{
    return in->midnight_s;
}

cp_exit daemon_inputs_judged(const struct inputs *in, struct cp_arena *arena)
{
    const struct cp_loaded *l = &in->loaded;
    struct cp_judge_ask ask = {l->policies, l->sources.policy_count, l->net, l->as_of, 0, NULL};
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    const struct cp_judge *judge;
    cp_err err = cp_judge_make(&ask, arena, &judge, &diag);

    return err == CP_OK ? CP_EXIT_OK : cp_loaded_say(l, &diag, err, NULL, CP_EXIT_POLICY);
}

void daemon_inputs_free(struct inputs *in)
{
    if (in == NULL || atomic_fetch_sub(&in->others, 1) > 1)
        return;
    if (in->of == NULL)
        cp_loaded_close(&in->loaded);
    daemon_inputs_free(in->of);
    cp_arena_close(in->arena);
    free(in);
}

const struct cp_loaded *daemon_inputs_loaded(const struct inputs *in)
{
    return &in->loaded;
}
