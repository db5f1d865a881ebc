#include "inside.h"

/* What feeds disagree about: who says what, in the alarms; and what is left out of the network for it, which there may be. */

void cp_ted_out_said(struct cp_out *out, const struct cp_ted *ted, uint32_t feed, const char *words)
{
    if (out->len > 0)
        cp_out_str(out, "; ");
    cp_out_text(out, ted->feeds[feed].name);
    cp_out_char(out, ' ');
    cp_out_str(out, words);
}

static void out_blocks(struct cp_out *out, const char *name, const struct cp_label_block *blocks,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        cp_out_format(out, "%s%u-%u", i == 0 ? name : ",", blocks[i].first, blocks[i].last);
}

void cp_ted_out_node(struct cp_out *out, const struct ted_node *n)
{
    if (n->address.family != 0) {
        cp_out_str(out, " address ");
        cp_out_ip(out, n->address);
    }
    if (n->address6.family != 0) {
        cp_out_str(out, " address ");
        cp_out_ip(out, n->address6);
    }
    if (n->msd != CP_NONE)
        cp_out_format(out, " MSD %u", n->msd);
    out_blocks(out, " SRGB ", n->srgb, n->srgb_count);
    out_blocks(out, " SRLB ", n->srlb, n->srlb_count);
}

cp_err cp_ted_disagree(struct ted_making *m, uint32_t feed, cp_text subject, const char *why,
                       cp_text said)
{
    CP_TRY(cp_ted_raise(m, CP_TED_ALARM_DISAGREE, feed, subject, why));
    m->world->alarms[m->world->alarm_count - 1].said = said;
    return CP_OK;
}

cp_err cp_ted_add_doubt(struct ted_making *m, cp_text subject, cp_text said, const uint32_t *nodes,
                        uint32_t count)
{
    struct ted_world *w = m->world;
    cp_text *ends = CP_TAKE(m->arena, count, cp_text);
    void *at = w->doubts;

    if (ends == NULL)
        return CP_ERR_NOMEM;
    if (w->doubt_count == w->doubt_cap) {
        CP_TRY(cp_arena_grow(m->arena, &at, w->doubt_count, &w->doubt_cap, sizeof *w->doubts));
        w->doubts = at;
    }
    for (uint32_t i = 0; i < count; i++)
        ends[i] = w->nodes[nodes[i]].id;
    w->doubts[w->doubt_count++] = (struct cp_ted_doubt){subject, said, ends, count};
    return CP_OK;
}

cp_err cp_ted_copy_doubts(const struct ted_world *w, struct cp_arena *arena,
                          struct cp_ted_view *out)
{
    struct cp_ted_doubt *doubts = CP_TAKE(arena, w->doubt_count, struct cp_ted_doubt);

    if (doubts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < w->doubt_count; i++) {
        const struct cp_ted_doubt *from = &w->doubts[i];
        cp_text *ends = CP_TAKE(arena, from->end_count, cp_text);

        if (ends == NULL)
            return CP_ERR_NOMEM;
        doubts[i] = (struct cp_ted_doubt){.ends = ends, .end_count = from->end_count};
        CP_TRY(cp_text_copy(from->subject, arena, &doubts[i].subject));
        CP_TRY(cp_text_copy(from->said, arena, &doubts[i].said));
        for (uint32_t k = 0; k < from->end_count; k++)
            CP_TRY(cp_text_copy(from->ends[k], arena, &ends[k]));
    }
    out->doubts = doubts;
    out->doubt_count = w->doubt_count;
    return CP_OK;
}
