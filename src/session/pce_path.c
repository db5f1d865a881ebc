#include <string.h>

#include "pce_inside.h"

/* Paths between the wire's form and the session's. */

static void read_nai(const struct cp_pcep_nai *nai, struct cp_pce_hop *hop)
{
    if (nai->type == CP_PCEP_NAI_NONE)
        return;
    hop->local = nai->local;
    hop->remote = nai->remote;
}

/* A label with the C flag carries TC, S and TTL: the label alone is the segment. */
static void read_sr(const struct cp_pcep_hop *from, struct cp_pce_hop *hop)
{
    uint32_t label = cp_pcep_hop_label(from);

    read_nai(&from->is.sr.nai, hop);
    if (label != UINT32_MAX) {
        hop->kind = CP_PCE_HOP_LABEL;
        hop->label = label;
    } else if ((from->flags & CP_PCEP_SR_HOP_S) != 0 && hop->local.family != 0)
        hop->kind = CP_PCE_HOP_ADDRESS;
}

static void read_hop(const struct cp_pcep_hop *from, struct cp_pce_hop *hop)
{
    *hop = (struct cp_pce_hop){.kind = CP_PCE_HOP_OTHER};
    switch (from->kind) {
    case CP_PCEP_HOP_IPV4:
    case CP_PCEP_HOP_IPV6:
        hop->kind = CP_PCE_HOP_ADDRESS;
        hop->local = from->is.address;
        break;
    case CP_PCEP_HOP_SR:
        read_sr(from, hop);
        break;
    case CP_PCEP_HOP_SRV6:
        read_nai(&from->is.srv6.nai, hop);
        if (from->is.srv6.sid != NULL) {
            hop->kind = CP_PCE_HOP_SRV6;
            memcpy(hop->srv6, from->is.srv6.sid->sid, sizeof hop->srv6);
        } else if (hop->local.family != 0)
            hop->kind = CP_PCE_HOP_ADDRESS;
        break;
    default:
        break;
    }
    if (from->loose)
        hop->kind = CP_PCE_HOP_OTHER; /* a loose hop is no segment that anybody could walk */
}

cp_err cp_pce_read_path(struct cp_arena *work, const struct cp_pcep_object *object,
                        struct cp_pce_path *out)
{
    struct cp_pce_hop *hops;

    *out = (struct cp_pce_path){0};
    if (object == NULL || object->fault != NULL || object->known != CP_PCEP_KNOWN)
        return CP_OK;
    hops = CP_TAKE(work, object->is.path.count, struct cp_pce_hop);
    if (hops == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < object->is.path.count; i++)
        read_hop(&object->is.path.at[i], &hops[i]);
    *out = (struct cp_pce_path){hops, object->is.path.count};
    return CP_OK;
}

static cp_err write_hop(struct cp_arena *work, const struct cp_pce_hop *from,
                        struct cp_pcep_hop *hop)
{
    struct cp_pcep_srv6_sid *sid;

    if (from->kind == CP_PCE_HOP_LABEL) {
        if (from->label >> 20 != 0)
            return CP_ERR_RANGE;
        *hop = cp_pcep_hop_of_label(from->label);
        return CP_OK;
    }
    if (from->kind == CP_PCE_HOP_ADDRESS && from->local.family != 0) {
        bool six = from->local.family == 6;

        *hop = (struct cp_pcep_hop){.kind = six ? CP_PCEP_HOP_IPV6 : CP_PCEP_HOP_IPV4,
                                    .prefix_bits = six ? 128 : 32,
                                    .is.address = from->local};
        return CP_OK;
    }
    if (from->kind != CP_PCE_HOP_SRV6)
        return CP_ERR_RANGE;
    sid = CP_TAKE(work, 1, struct cp_pcep_srv6_sid);
    if (sid == NULL)
        return CP_ERR_NOMEM;
    memcpy(sid->sid, from->srv6, sizeof sid->sid);
    *hop = cp_pcep_hop_of_srv6(sid);
    return CP_OK;
}

cp_err cp_pce_write_path(struct cp_arena *work, struct cp_pce_path path, struct cp_pcep_path *out)
{
    struct cp_pcep_hop *hops = CP_TAKE(work, path.count, struct cp_pcep_hop);

    if (hops == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < path.count; i++)
        CP_TRY(write_hop(work, &path.at[i], &hops[i]));
    *out = (struct cp_pcep_path){.at = hops, .count = path.count};
    return CP_OK;
}
