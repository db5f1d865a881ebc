#include "document.h"

/* Each order follows from an entry of the log: one that is given again has an entry of its own. */

static const char *order_word(const struct ctl_lsp *l, cp_pce_order_kind kind)
{
    if (kind == CP_PCE_REMOVE)
        return "remove";
    return l->aim == AIM_DOWN ? "down" : "path";
}

/* What the router reports, against what it was told. */
static const char *why(const struct ctl_lsp *l)
{
    if (l->given == GIVEN_PERHAPS)
        return "whether it was ordered before the start is not known, and its router does not "
               "report that it is done";
    if (l->known && l->up && l->aim == AIM_PATH && !l->same)
        return "its router reports another path than the intended one";
    if (l->known && (l->up || l->wanted_up) && l->aim == AIM_DOWN)
        return "its router has it up, or means to";
    return "its router has not reported that it is done";
}

cp_err cp_ctl_record_again(struct cp_control *c, uint32_t slot, cp_pce_order_kind kind)
{
    struct ctl_lsp *l = &c->lsps[slot];
    bool goes = kind == CP_PCE_REMOVE && l->aim == AIM_GONE && l->order != CP_PCE_REMOVE;
    struct cp_control_step step = {
        .kind = CP_DO_RECORD, .record = CP_RECORD_AGAIN, .key = l->key, .at_us = l->intended_us};
    struct document d;

    if (l->given == GIVEN_NOT || goes) { /* what led to it is an entry already */
        l->given = GIVEN;
        return CP_OK;
    }
    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, l);
    cp_json_str(&d.json, "ordered_again", order_word(l, kind));
    cp_json_str(&d.json, "why", why(l));
    l->given = GIVEN;
    CP_TRY(cp_ctl_doc_end(&d, &step.document));
    return cp_ctl_step(c, &step);
}
