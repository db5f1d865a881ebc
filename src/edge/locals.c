#include "inside.h"

/*
 * The SIDs of our own, which the far edges' packets end at.  The agent is asked to put them where they are not, each second:
 * nothing tells us when somebody takes one away, and a path to us is dead as long as it is gone.  Far edges
 * are told in probes whether it could, for a probe is not unpacked and so does not prove it.
 */

enum { EVERY_US = SECOND_US, FRESH_US = 3 * SECOND_US };

void cp_edge_locals_open(struct cp_edge *e)
{
    for (uint32_t i = 0; i < e->config.policy->sid_count; i++)
        if (e->config.policy->sids[i].kind >= CP_EDGE_LOCAL_ADJACENCY)
            e->has_locals = true;
}

void cp_edge_locals_begin(struct cp_edge *e)
{
    e->locals_busy = false;
    e->locals_at_us = e->has_locals ? e->now_us : UINT64_MAX;
}

bool cp_edge_locals_next(struct cp_edge *e, struct cp_edge_act *out)
{
    struct cp_agent_request request = {.kind = CP_AGENT_LOCALS};

    if (!e->agent_there || e->locals_busy || e->now_us < e->locals_at_us ||
        e->ask_count >= CP_EDGE_ASKS_MAX)
        return false;
    request.number = ++e->number;
    e->locals_busy = true;
    e->asks[(e->ask_first + e->ask_count++) % CP_EDGE_ASKS_MAX] = NONE;
    *out = (struct cp_edge_act){.kind = CP_EDGE_ASK, .request = request};
    return true;
}

void cp_edge_locals_answered(struct cp_edge *e, uint32_t result)
{
    bool done = result == CP_AGENT_DONE;

    e->locals_busy = false;
    e->locals_at_us = e->now_us + EVERY_US;
    if (!done && !e->locals_failed)
        cp_edge_say(e, CP_EDGE_SAYS_WARNING, "our own SIDs are not all there: %s",
                    cp_edge_result_words(result));
    e->locals_failed = !done;
    e->locals_us = done ? e->now_us : 0;
}

uint64_t cp_edge_locals_deadline(const struct cp_edge *e)
{
    return e->agent_there && !e->locals_busy ? e->locals_at_us : UINT64_MAX;
}

bool cp_edge_locals_are_there(const struct cp_edge *e)
{
    return !e->has_locals || (e->locals_us != 0 && e->now_us - e->locals_us <= FRESH_US);
}
