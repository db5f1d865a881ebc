#include "drive/verdict.h"

#include <string.h>

#include "control/headend.h"

#include "inside.h"

/*
 * A demand is as bad as the worst of its ways.  A way that an LSP carries, up and as intended, is ok; one that its router does
 * not have, or has down and then lets go, is what the audit of the learned network says of it; and where it cannot be known
 * which of the two holds it is undecided, but for a router of which it must be thought that it lets go.
 */

/* --- the whole ------------------------------------------------------------------------------------- */

/* Counted, summed, filled: the LSPs of each demand in the plan's order. */
static cp_err index_carriers(struct cp_drive_verdicts *v, struct cp_arena *arena)
{
    uint32_t count = cp_plan_lsp_count(v->plan);
    uint32_t demands = cp_plan_view(v->plan)->net->demand_count, sum = 0;

    v->first_lsp = CP_TAKE(arena, (size_t)demands + 2, uint32_t);
    if (v->first_lsp == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < cp_plan_lsp(v->plan, i)->demand_count; k++, sum++)
            v->first_lsp[cp_plan_lsp(v->plan, i)->demands[k] + 2]++;
    for (uint32_t i = 1; i < demands + 2; i++)
        v->first_lsp[i] += v->first_lsp[i - 1];
    v->carriers = CP_TAKE(arena, sum, uint32_t);
    if (v->carriers == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < cp_plan_lsp(v->plan, i)->demand_count; k++)
            v->carriers[v->first_lsp[cp_plan_lsp(v->plan, i)->demands[k] + 1]++] = i;
    return CP_OK;
}

/* Every feed has told all that it has, and there is one. */
static bool is_whole(const struct cp_drive *d)
{
    bool any = false;

    for (uint32_t i = 0; i < d->config.peer_count; i++) {
        if (d->peers[i].feed == CP_NONE)
            continue;
        if (!d->peers[i].full)
            return false;
        any = true;
    }
    return any;
}

/* Whether the plan's view is the network as it is, as far as anybody can know. */
bool cp_drive_is_current(const struct cp_drive *d, const struct cp_plan *plan)
{
    return !cp_control_doubted(d->control) && !d->frozen && !d->blind && d->job == NULL &&
           d->plan_at_us == UINT64_MAX && cp_plan_view(plan) == &d->latest->view && is_whole(d);
}

cp_err cp_drive_verdicts_open(const struct cp_drive *d, uint64_t now_us, struct cp_arena *arena,
                              struct cp_drive_verdicts *out)
{
    *out = (struct cp_drive_verdicts){.drive = d,
                                      .now_us = now_us,
                                      .control = d->control,
                                      .plan = cp_control_plan_kept(d->control)};
    if (out->plan == NULL)
        return CP_OK;
    out->current = cp_drive_is_current(d, out->plan);
    return index_carriers(out, arena);
}

/* --- one way ---------------------------------------------------------------------------------------- */

struct asked {
    const struct cp_drive_verdicts *v;
    uint32_t demand;
    struct cp_drive_verdict *worst;
};

static int rank(cp_verdict verdict)
{
    static const int ranks[] = {[CP_VERDICT_OK] = 0,
                                [CP_VERDICT_UNDECIDED] = 1,
                                [CP_VERDICT_NO_PATH] = 2,
                                [CP_VERDICT_VIOLATION] = 3};

    return ranks[verdict];
}

bool cp_drive_verdict_is_worse(cp_verdict verdict, cp_verdict than)
{
    return rank(verdict) > rank(than);
}

/* The first of the worst is told; an ok with a reason before one without, and what a plan that is to come will not settle first. */
static void say(struct asked *a, const struct cp_drive_verdict *said)
{
    struct cp_drive_verdict *w = a->worst;
    bool down = w->down || said->down;
    bool first =
        rank(said->verdict) > rank(w->verdict) ||
        (said->verdict == w->verdict && (w->why == NULL || (w->outdated && !said->outdated)));

    if (first)
        *w = *said;
    w->down = down;
    w->sensitive = true;
}

static void undecided(struct asked *a, const char *why)
{
    say(a, &(struct cp_drive_verdict){.verdict = CP_VERDICT_UNDECIDED, .why = why});
}

/* It goes as the network routes it.  way NULL: nothing that it could meet is forbidden. */
static void unsteered(struct asked *a, const struct cp_audit_way *way, const char *why,
                      const struct cp_blocking *blocking)
{
    struct cp_drive_verdict said = {.verdict = way == NULL ? CP_VERDICT_OK : way->verdict,
                                    .why = why,
                                    .unsteered = true,
                                    .exposure = way == NULL ? NULL : way->exposure,
                                    .blocking = blocking};

    if (cp_plan_unsteered(a->v->plan)[a->demand].verdict == CP_VERDICT_NO_PATH) {
        said.verdict = CP_VERDICT_NO_PATH;
        said.exposure = NULL;
        said.why = "nobody steers it, and the network has no way for it";
    }
    if ((said.verdict == CP_VERDICT_OK || said.verdict == CP_VERDICT_NO_PATH) && !a->v->current) {
        said.outdated = true;
        said.verdict = CP_VERDICT_UNDECIDED;
        said.why = "nobody steers it, and the network, or a rule, has changed since it was looked "
                   "at, or is not known whole";
    }
    say(a, &said);
}

/* What its headend is to do where no policy carries its packets. */
struct habit {
    bool drops;   /* an order to take it down is enough */
    bool guarded; /* it never lets anything go */
    bool keeps;   /* what it has stays, as long as its controller is away by now */
};

/* A session that this life has not seen is lost since its start, at the latest. */
static bool keeps(const struct cp_drive_verdicts *v, const struct cp_control_lsp *lsp,
                  const struct cp_headend *headend)
{
    uint64_t for_us = cp_headend_keeps_us(headend);
    uint64_t lost_us = lsp->lost_us != 0 ? lsp->lost_us : v->drive->began_us;
    uint64_t away_us = v->now_us > lost_us ? v->now_us - lost_us : 0;

    return for_us == UINT64_MAX || away_us < for_us;
}

static struct habit habit_of(const struct cp_drive_verdicts *v, const struct cp_control_lsp *lsp)
{
    const struct cp_drive *d = v->drive;
    const struct cp_drive_peer *peer =
        lsp->peer == CP_NONE ? NULL : &d->config.peers[d->peer_of_pcc[lsp->peer]];
    const struct cp_headend *headend = peer == NULL ? NULL : cp_headend_find(peer->system);

    if (peer == NULL)
        return (struct habit){0};
    return (struct habit){.drops = peer->guarded || cp_headend_fails_closed(headend),
                          .guarded = peer->guarded,
                          .keeps = peer->guarded || keeps(v, lsp, headend)};
}

static const char *const let_go =
    "nobody steers it, or one way of it: that goes as the network routes it";
static const char *const not_carried =
    "its router has it and does not report it up: another path of its own may carry it";
static const char *const guard_only =
    "nobody steers it yet; a guard beside its headend is to drop it";
static const char *const down_open =
    "no clean path is left, and its headend lets it go as the network routes it";

static cp_verdict ordinary(const struct asked *a, const struct cp_audit_way *way)
{
    if (cp_plan_unsteered(a->v->plan)[a->demand].verdict == CP_VERDICT_NO_PATH)
        return CP_VERDICT_NO_PATH;
    return way == NULL ? CP_VERDICT_OK : way->verdict;
}

/* Its router has it not, or not up, and says so.  One that has it and not up may send its packets by another candidate path. */
static void not_up(struct asked *a, const struct cp_control_lsp *lsp,
                   const struct cp_audit_way *way)
{
    struct habit habit = habit_of(a->v, lsp);
    const struct cp_blocking *blocking = cp_plan_lsp(a->v->plan, lsp->in_plan)->blocking;

    if (lsp->phase == CP_LSP_DOWN && habit.drops)
        say(a, &(struct cp_drive_verdict){
                   .verdict = CP_VERDICT_NO_PATH,
                   .down = true,
                   .why = lsp->why != NULL ? lsp->why : "no clean path is left: it is down",
                   .blocking = blocking});
    else if (lsp->phase == CP_LSP_DOWN)
        unsteered(a, way, lsp->back != NULL ? lsp->back : down_open, blocking);
    else if (habit.guarded || (habit.drops && lsp->reported))
        undecided(a, lsp->why != NULL ? lsp->why : guard_only);
    else if (lsp->reported && ordinary(a, way) == CP_VERDICT_OK)
        undecided(a, lsp->why != NULL ? lsp->why : not_carried);
    else
        unsteered(a, way, let_go, NULL);
}

/* It is told to leave a path that it had as intended for another one, and may have either. */
static void on_the_move(struct asked *a, const struct cp_control_lsp *lsp)
{
    if (lsp->left_is == CP_TRACE_FORBIDDEN)
        say(a, &(struct cp_drive_verdict){.verdict = CP_VERDICT_VIOLATION,
                                          .why = "its router is told to leave a path that is "
                                                 "forbidden, and has not done so yet"});
    else if (lsp->up && lsp->left_is == CP_TRACE_CLEAN && lsp->upheld)
        say(a, &(struct cp_drive_verdict){.verdict = CP_VERDICT_OK,
                                          .why = "its router is told to move it from one clean "
                                                 "path to another"});
    else
        undecided(a, lsp->up ? "its router is told to move it, and has not done so yet"
                             : "its router moves it, and does not report it up meanwhile");
}

static bool was_violation(const struct asked *a)
{
    return cp_drive_was_violation(a->v->drive,
                                  cp_plan_view(a->v->plan)->net->demands[a->demand].id);
}

/* Its router's session is not there: what it was told it may have, or not. */
static void not_there(struct asked *a, const struct cp_control_lsp *lsp,
                      const struct cp_audit_way *way)
{
    struct habit habit = habit_of(a->v, lsp);

    if (!lsp->ordered && habit.guarded)
        undecided(a, guard_only);
    else if (!lsp->ordered)
        unsteered(a, way, let_go, cp_plan_lsp(a->v->plan, lsp->in_plan)->blocking);
    else if (!habit.keeps && way != NULL && way->verdict == CP_VERDICT_VIOLATION)
        unsteered(a, way,
                  "its router is not there for longer than it is known to keep its orders, and "
                  "may let it go as the network routes it",
                  NULL);
    else if (lsp->lost_us == 0 && way != NULL && was_violation(a))
        say(a, &(struct cp_drive_verdict){
                   .verdict = CP_VERDICT_VIOLATION,
                   .why = "a violation before the restart, and its router has not come back: "
                          "nothing better is known"});
    else if (lsp->lost_us == 0)
        undecided(a, "unknown since the restart: its router has not come back, and may have what "
                     "it was told, or not");
    else
        undecided(a, "its router is not there: it may have what it was told, or not");
}

static void of_lsp(struct asked *a, uint32_t in_plan, const struct cp_audit_way *way)
{
    struct cp_control_lsp lsp;

    cp_control_lsp_of(a->v->control, in_plan, &lsp);
    if (lsp.up && lsp.installed_is == CP_TRACE_FORBIDDEN)
        say(a, &(struct cp_drive_verdict){.verdict = CP_VERDICT_VIOLATION,
                                          .why = "its router reports a path that is forbidden"});
    else if (lsp.up && lsp.seen_forbidden)
        say(a,
            &(struct cp_drive_verdict){
                .verdict = CP_VERDICT_VIOLATION,
                .why =
                    "its packets were seen where they are forbidden, and not on its path since"});
    else if (lsp.phase == CP_LSP_INSTALLED && lsp.upheld)
        say(a, &(struct cp_drive_verdict){.verdict = CP_VERDICT_OK});
    else if (lsp.phase == CP_LSP_INSTALLED)
        undecided(a, lsp.why != NULL ? lsp.why
                                     : "its path is not known to be clean by what is in force");
    else if (!lsp.synced)
        not_there(a, &lsp, way);
    else if (lsp.moving)
        on_the_move(a, &lsp);
    else if (lsp.up)
        undecided(a, lsp.why != NULL ? lsp.why : "its path is not reported as installed");
    else
        not_up(a, &lsp, way);
}

/* --- one demand -------------------------------------------------------------------------------------- */

/* The LSP of the demand that carries this way; CP_NONE. */
static uint32_t carrier_of(const struct cp_drive_verdicts *v, uint32_t demand, cp_node from,
                           cp_node to)
{
    for (uint32_t i = v->first_lsp[demand]; i < v->first_lsp[demand + 1]; i++) {
        const struct cp_plan_lsp *lsp = cp_plan_lsp(v->plan, v->carriers[i]);

        if (lsp->headend == from.at && lsp->endpoint == to.at)
            return v->carriers[i];
    }
    return CP_NONE;
}

/* Both ways between each two of its nodes. */
static uint64_t count_ways(const struct cp_case *net, const struct cp_demand *demand)
{
    uint64_t ways = 0;

    for (uint32_t s = 0; s < demand->src.count; s++)
        for (uint32_t t = 0; t < demand->dst.count; t++)
            ways += net->demand_ends[demand->src.first + s].at !=
                            net->demand_ends[demand->dst.first + t].at
                        ? 2u
                        : 0u;
    return ways;
}

static const char *const others =
    "of several nodes at an end only the best are steered: what enters or leaves at another goes "
    "as the network routes it";

static void of_ways(struct asked *a)
{
    const struct cp_audit *audit = cp_plan_audit(a->v->plan);
    bool steered = a->v->first_lsp[a->demand] < a->v->first_lsp[a->demand + 1];

    for (uint32_t i = 0; i < cp_audit_way_count(audit, a->demand); i++) {
        struct cp_audit_way way;
        uint32_t carrier;

        cp_audit_way(audit, a->demand, i, &way);
        carrier = carrier_of(a->v, a->demand, way.from, way.to);
        if (carrier == CP_NONE)
            unsteered(a, &way, steered ? others : let_go, NULL);
        else
            of_lsp(a, carrier, &way);
    }
}

/* Nothing that it could meet is forbidden. */
static void of_carriers(struct asked *a)
{
    const struct cp_case *net = cp_plan_view(a->v->plan)->net;
    uint32_t first = a->v->first_lsp[a->demand], end = a->v->first_lsp[a->demand + 1];

    for (uint32_t i = first; i < end; i++)
        of_lsp(a, a->v->carriers[i], NULL);
    if (count_ways(net, &net->demands[a->demand]) > end - first)
        unsteered(a, NULL, first < end ? others : let_go, NULL);
}

void cp_drive_verdict(const struct cp_drive_verdicts *v, uint32_t demand,
                      struct cp_drive_verdict *out)
{
    const struct cp_judge *judge = cp_plan_judge(v->plan);
    struct asked asked = {.v = v, .demand = demand, .worst = out};

    *out = (struct cp_drive_verdict){
        .verdict = CP_VERDICT_OK,
        .sensitive = judge->treatments[judge->demand_treatment[demand]].rule_count > 0};
    if (!out->sensitive)
        return;
    if (cp_audit_way_count(cp_plan_audit(v->plan), demand) > 0)
        of_ways(&asked);
    else
        of_carriers(&asked);
}
