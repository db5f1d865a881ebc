#include "event.h"

/* The next pair of two rolls, whether it differs or not. */
static bool next_pair(const struct cp_roll *before, const struct cp_roll *now, uint32_t *at,
                      struct cp_pair *pair)
{
    if (*at < now->count) {
        pair->now = (*at)++;
        pair->before = cp_roll_find(before, now->keys[pair->now]);
        return true;
    }
    while (*at - now->count < before->count) {
        uint32_t was = (*at)++ - now->count;

        if (cp_roll_find(now, before->keys[was]) != CP_NONE)
            continue;
        *pair = (struct cp_pair){.before = was, .now = CP_NONE};
        return true;
    }
    return false;
}

static bool is_in_both(struct cp_pair pair)
{
    return pair.before != CP_NONE && pair.now != CP_NONE;
}

bool cp_event_demand(const struct cp_event *event, uint32_t *at, struct cp_pair *pair)
{
    const struct cp_standing *before = event->before, *now = event->now;

    while (next_pair(&before->demands, &now->demands, at, pair)) {
        if (!is_in_both(*pair) ||
            cp_demand_standing_differs(&before->demand[pair->before], &now->demand[pair->now]))
            return true;
    }
    return false;
}

bool cp_event_finding(const struct cp_event *event, uint32_t *at, struct cp_pair *pair)
{
    const struct cp_standing *before = event->before, *now = event->now;

    while (next_pair(&before->findings, &now->findings, at, pair)) {
        if (!is_in_both(*pair) ||
            before->finding[pair->before].violation != now->finding[pair->now].violation)
            return true;
    }
    return false;
}

bool cp_event_input(const struct cp_event *event, uint32_t *at, cp_text *path)
{
    const struct cp_standing *before = event->before, *now = event->now;
    struct cp_pair pair;

    while (next_pair(&before->inputs, &now->inputs, at, &pair)) {
        if (pair.now == CP_NONE)
            *path = before->input[pair.before].path;
        else if (cp_standing_input_changed(before, now, pair.now))
            *path = now->input[pair.now].path;
        else
            continue;
        return true;
    }
    return false;
}
