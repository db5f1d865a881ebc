#include "inside.h"

/* LSPs that no router has any more, and nobody intends. */

enum { LAID_BY_SHARE = 8 /* of the table */ };

/* What was seen of it outlives it, for when its demand comes back: only a person ends that. */
static cp_err lay_by(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    l->laid_by = true;
    c->laid_by_count++;
    l->aim = AIM_NOTHING;
    cp_ctl_forget_session(c, slot);
    cp_ctl_way_clear(c, &l->intended);
    cp_ctl_way_clear(c, &l->installed);
    cp_ctl_way_clear(c, &l->left);
    cp_ctl_text_give(&c->pool, &l->touched);
    l->known = l->ordered = l->up = l->same = l->wanted_up = l->dirty = l->doubted = false;
    l->installed_us = l->proven_us = 0;
    l->refused_count = 0;
    l->better_us = l->drain_us = UINT64_MAX;
    cp_ctl_set_peer(c, slot, CP_NONE);
    cp_ctl_phase(c, slot, CP_LSP_REMOVING, "nobody needs it; what was seen of it stands");
    CP_TRY(cp_ctl_alarm_lsp_end(c, "astray", slot));
    CP_TRY(cp_ctl_alarm_lsp_end(c, "down", slot));
    CP_TRY(cp_ctl_alarm_lsp_end(c, "refused", slot));
    return cp_ctl_record_intent(c, slot, (struct cp_pce_path){0}, CTL_CAUSE("no longer intended"));
}

cp_err cp_ctl_forget(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->carrier != CP_NONE)
        c->carriers[l->carrier].lsp = CP_NONE;
    l->carrier = CP_NONE;
    if (l->key.len > 0 && cp_ctl_is_marked(l)) {
        if (c->laid_by_count <= c->config.lsp_max / LAID_BY_SHARE)
            return lay_by(c, slot);
        CP_TRY(cp_ctl_alarm_forgotten(c, slot));
        l->seen = SIGHT_NONE;
        l->disproven_count = 0;
        CP_TRY(cp_ctl_shun_set(c, slot, CP_TEXT("")));
    }
    if (l->saved)
        CP_TRY(cp_ctl_record_intent(c, slot, (struct cp_pce_path){0},
                                    CTL_CAUSE("no longer intended")));
    CP_TRY(cp_ctl_alarm_lsp_end(c, "astray", slot));
    CP_TRY(cp_ctl_alarm_lsp_end(c, "down", slot));
    CP_TRY(cp_ctl_alarm_lsp_end(c, "refused", slot));
    CP_TRY(cp_ctl_alarm_lsp_end(c, "seen", slot));
    CP_TRY(cp_ctl_alarm_lsp_end(c, "disproven", slot));
    cp_ctl_lsp_free(c, slot);
    return CP_OK;
}
