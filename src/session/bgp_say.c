#include "bgp_inside.h"

/* What a speaker tells its peer: for simulators and tests, which play routers. */

static void write_announcement(struct cp_out *out, const struct cp_bgp *b, cp_text nlri,
                               cp_text attribute)
{
    static const char origin[] = {0};              /* IGP */
    static const char next_hop[] = {127, 0, 0, 1}; /* means nothing of BGP-LS (RFC 9552 5.5) */
    static const char local_pref[] = {0, 0, 0, 100};
    struct cp_bgp_reach reach = {.there = true,
                                 .afi = CP_LS_AFI,
                                 .safi = CP_LS_SAFI,
                                 .next_hop = {next_hop, sizeof next_hop},
                                 .nlri = nlri};

    cp_bgp_attribute_write(out, CP_BGP_FLAG_TRANSITIVE, CP_BGP_ORIGIN,
                           (cp_text){origin, sizeof origin});
    cp_bgp_attribute_write(out, CP_BGP_FLAG_TRANSITIVE, CP_BGP_AS_PATH, CP_TEXT(""));
    if (b->context.internal)
        cp_bgp_attribute_write(out, CP_BGP_FLAG_TRANSITIVE, CP_BGP_LOCAL_PREF,
                               (cp_text){local_pref, sizeof local_pref});
    cp_bgp_reach_write(out, &reach);
    if (attribute.len > 0)
        cp_bgp_attribute_write(out, CP_BGP_FLAG_OPTIONAL, CP_BGP_LINK_STATE, attribute);
}

/* An UPDATE of these attributes.  What is being told stays: it lies in the same arena. */
static cp_err send_update(struct cp_bgp *b, struct cp_out *attributes, uint64_t now_us)
{
    struct cp_out out = cp_out_make(b->work);
    struct cp_bgp_update update = {0};

    CP_TRY(cp_out_done(attributes, &update.attributes));
    cp_bgp_update_write(&out, &update, b->size_max);
    CP_TRY(cp_bgp_send(b, &out));
    if (b->hold_us > 0)
        b->keepalive_at_us = now_us + b->hold_us / 3;
    return CP_OK;
}

cp_err cp_bgp_announce(struct cp_bgp *b, cp_text nlri, cp_text attribute, uint64_t now_us)
{
    cp_arena_mark mark = cp_arena_mark_get(b->work);
    struct cp_out out = cp_out_make(b->work);
    cp_err err;

    if (b->state != BGP_ESTABLISHED)
        return CP_ERR_CONFLICT;
    write_announcement(&out, b, nlri, attribute);
    err = send_update(b, &out, now_us);
    cp_arena_reset(b->work, mark);
    return err == CP_ERR_RANGE ? CP_ERR_LIMIT : err;
}

cp_err cp_bgp_withdraw(struct cp_bgp *b, cp_text nlri, uint64_t now_us)
{
    cp_arena_mark mark = cp_arena_mark_get(b->work);
    struct cp_out out = cp_out_make(b->work);
    struct cp_bgp_reach unreach = {
        .there = true, .afi = CP_LS_AFI, .safi = CP_LS_SAFI, .nlri = nlri};
    cp_err err;

    if (b->state != BGP_ESTABLISHED)
        return CP_ERR_CONFLICT;
    cp_bgp_unreach_write(&out, &unreach);
    err = send_update(b, &out, now_us);
    cp_arena_reset(b->work, mark);
    return err == CP_ERR_RANGE ? CP_ERR_LIMIT : err;
}

cp_err cp_bgp_end_of_rib(struct cp_bgp *b, uint64_t now_us)
{
    return cp_bgp_withdraw(b, CP_TEXT(""), now_us); /* RFC 4724 2: an empty MP_UNREACH_NLRI */
}
