#include "sim.h"

/*
 * Policies whose demands are of another colour by now: nobody calls them anything, and they are on their way out.  Over what
 * is forbidden they go at once, held or not; when all is quiet none is left.
 */

enum { GOES_US = 10000000 /* planned with, ordered, ordered again, done */ };

static bool is_over(const struct sim *s, uint32_t router, const struct policy *p)
{
    return p->used && p->endpoint < s->router_count &&
           p->colour != colour_of(s, router, p->endpoint);
}

/* Whether the controller knows what it must, and has this router's ear. */
static bool is_asked_for(const struct sim *s, uint32_t router, const struct policy *p)
{
    const struct router *r = &s->routers[router];

    return r->up && r->odd == 0 && p->delegated && p->installed && !p->wanted_removal &&
           s->wires[router].at_drive != 0 && cp_pcc_is_up(r->pcc) && s->given_us == s->rules_us &&
           s->planned_us >= s->rules_us && s->now_us >= s->deaf_until_us && is_told(s);
}

static void check_policy(struct sim *s, uint32_t router, struct policy *p)
{
    struct walk seen;

    if (!is_over(s, router, p) || !is_asked_for(s, router, p)) {
        p->dirty_since_us = 0;
        return;
    }
    walk(s, router, p->labels, p->label_count, p->endpoint, &seen);
    if (forbidden_now(s, seen.routers & ~(1u << router | 1u << p->endpoint), seen.links) ==
        CP_NONE) {
        p->dirty_since_us = 0;
        return;
    }
    if (p->dirty_since_us == 0)
        p->dirty_since_us = s->now_us;
    if (s->now_us - p->dirty_since_us > GOES_US)
        fail(s, "what no demand is of any more stays over what is forbidden", "%.*s at r%u",
             (int)p->name_len, p->name, router);
}

void leaving_check(struct sim *s)
{
    for (uint32_t r = 0; r < s->router_count; r++)
        for (uint32_t i = 0; i < POLICIES_MOST && s->broken == NULL; i++)
            check_policy(s, r, &s->routers[r].policies[i]);
}

void leaving_check_quiet(struct sim *s)
{
    for (uint32_t r = 0; r < s->router_count; r++)
        for (uint32_t i = 0; i < POLICIES_MOST && s->broken == NULL; i++)
            if (s->routers[r].up && is_over(s, r, &s->routers[r].policies[i]))
                fail(s, "what no demand is of any more is there when all is quiet", "%.*s at r%u",
                     (int)s->routers[r].policies[i].name_len, s->routers[r].policies[i].name, r);
}
