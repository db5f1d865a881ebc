#include "inside.h"

/* Paths that routers ask for: a verified one, or none; never one that heeds less than what was asked. */

cp_err cp_ctl_request(struct cp_control *c, uint32_t peer, const struct cp_pce_request *request)
{
    struct cp_control_step step = {.kind = CP_DO_ORDER, .peer = peer};
    struct cp_plan_reply reply = {.element = CP_NONE, .rule = CP_NONE};
    const char *why = NULL;

    if (c->epoch == NULL)
        why = "no plan yet";
    else if (c->partial)
        why = "a feed has not told all yet";
    else if (c->plan_doubted)
        why = "rules that are in force by now have no plan yet";
    else if (request->not_understood)
        why = "a constraint is not understood";
    else
        CP_TRY(cp_plan_reply(c->epoch->picker, request, &c->epoch->gone, c->work, &reply));
    if (why == NULL && !reply.found)
        why = reply.why != NULL ? reply.why : "no path";
    c->status.requests++;
    c->status.no_paths += why != NULL;
    step.order = (struct cp_pce_order){.kind = why == NULL ? CP_PCE_REPLY : CP_PCE_NO_PATH,
                                       .request_id = request->id,
                                       .unknown_src = reply.unknown_src,
                                       .unknown_dst = reply.unknown_dst};
    if (why == NULL)
        step.order.path = reply.hops;
    CP_TRY(cp_ctl_record_request(c, peer, request, &reply, why));
    return cp_ctl_step(c, &step);
}
