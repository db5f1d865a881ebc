#include "base/out.h"
#include "inside.h"

/*
 * Nodes at which LSPs of the plan begin and for which no router session is configured: there nobody steers anything.  Where none
 * is configured at all, nothing is meant to be steered.
 */

enum { NODES_TOLD = 8 };

/* Each once, in the order of the plan's LSPs. */
static cp_err name_them(const struct cp_control *c, struct cp_out *text, uint32_t *count)
{
    const struct ctl_epoch *e = c->epoch;
    const struct cp_case *net = cp_plan_view(e->plan)->net;
    uint8_t *told = CP_TAKE(c->work, net->node_count, uint8_t);

    if (told == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < cp_plan_lsp_count(e->plan); i++) {
        uint32_t node = cp_plan_lsp(e->plan, i)->headend;

        if (e->peer_of_node[node] != CP_NONE || told[node] != 0)
            continue;
        told[node] = 1;
        if ((*count)++ >= NODES_TOLD)
            continue;
        cp_out_str(text, *count > 1 ? ", " : "");
        cp_out_text(text, net->nodes[node].id);
    }
    return CP_OK;
}

cp_err cp_ctl_tell_peerless(struct cp_control *c)
{
    struct cp_out text = cp_out_make(c->work);
    uint32_t count = 0;
    cp_text why;

    cp_out_str(&text, "no router session is configured for nodes at which paths begin: ");
    CP_TRY(name_them(c, &text, &count));
    if (count == 0 || c->config.peer_count == 0)
        return cp_ctl_alarm_about_end(c, "no-peer", CP_TEXT(""));
    if (count > NODES_TOLD)
        cp_out_format(&text, " and %u more", count - NODES_TOLD);
    CP_TRY(cp_out_done(&text, &why));
    return cp_ctl_alarm_about(c, "no-peer", CP_TEXT(""), why.at);
}
