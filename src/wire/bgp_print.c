#include "bgp_inside.h"

#include "pcep_inside.h"
#include "wire/ls.h"

/* BGP messages as text. */

static void names_print(struct cp_out *out, const char *const *names, size_t count, uint8_t code)
{
    if (code < count && names[code] != NULL)
        cp_out_str(out, names[code]);
    else
        cp_out_format(out, "%u", code);
}

void cp_bgp_code_print(struct cp_out *out, uint8_t code, uint8_t subcode)
{
    static const char *const codes[] = {NULL,
                                        "message header error",
                                        "OPEN message error",
                                        "UPDATE message error",
                                        "hold timer expired",
                                        "state machine error",
                                        "cease",
                                        "ROUTE-REFRESH message error"};
    static const char *const ceases[] = {NULL,
                                         "maximum number of prefixes",
                                         "administrative shutdown",
                                         "peer deconfigured",
                                         "administrative reset",
                                         "connection rejected",
                                         "other configuration change",
                                         "connection collision",
                                         "out of resources",
                                         "hard reset",
                                         "BFD down"};

    if (code == 0 || code >= CP_COUNT(codes)) {
        cp_out_format(out, "code %u subcode %u", code, subcode);
        return;
    }
    cp_out_str(out, codes[code]);
    if (code == CP_BGP_CEASE && subcode != 0) {
        cp_out_str(out, ": ");
        names_print(out, ceases, CP_COUNT(ceases), subcode);
    } else if (subcode != 0) {
        cp_out_format(out, ": %u", subcode);
    }
}

static void open_print(struct cp_out *out, const struct cp_bgp_open *open)
{
    cp_out_format(out, "open version %u as %u hold %u id ", open->version, open->as, open->hold_s);
    cp_out_ip(out, cp_ip_v4(open->router_id));
    for (uint32_t i = 0; i < open->family_count; i++)
        cp_out_format(out, " family %u/%u", open->families[i].afi, open->families[i].safi);
    cp_out_format(out, "%s%s%s%s", open->route_refresh ? " refresh" : "",
                  open->enhanced_refresh ? " enhanced-refresh" : "",
                  open->extended_message ? " extended-message" : "", open->as4 ? " as4" : "");
    if (open->graceful_restart)
        cp_out_format(out, " graceful-restart %u%s%s", open->restart_s,
                      open->restarting ? " restarting" : "", open->notifies ? " notifies" : "");
    for (uint32_t i = 0; i < open->kept_count; i++)
        cp_out_format(out, " kept %u/%u%s", open->kept[i].afi, open->kept[i].safi,
                      open->kept[i].forwarding ? "*" : "");
    cp_out_char(out, '\n');
}

static void nlri_print(struct cp_out *out, const char *what, const struct cp_bgp_reach *reach)
{
    struct cp_ls_walk walk = cp_ls_walk_make(reach->nlri, reach->safi);
    struct cp_ls_nlri nlri;
    struct cp_ls_fault fault;
    cp_ls_step step;

    if (reach->afi != CP_LS_AFI || (reach->safi != CP_LS_SAFI && reach->safi != CP_LS_SAFI_VPN)) {
        cp_out_format(out, " %s family %u/%u ", what, reach->afi, reach->safi);
        cp_pcep_print_hex(out, reach->nlri);
        cp_out_char(out, '\n');
        return;
    }
    while ((step = cp_ls_walk_next(&walk, &nlri, &fault)) != CP_LS_END) {
        cp_out_format(out, " %s ", what);
        if (step == CP_LS_GOT)
            cp_ls_nlri_print(out, &nlri);
        else
            cp_out_format(out, "malformed: %s", fault.why);
        cp_out_char(out, '\n');
    }
}

static void link_state_print(struct cp_out *out, cp_text bytes)
{
    struct cp_ls_attribute attribute;
    struct cp_ls_fault fault;

    /* What is decoded stays in the arena, in which the out grows. */
    if (cp_ls_attribute_decode(bytes, out->arena, &attribute, &fault) == CP_OK)
        cp_ls_attribute_print(out, &attribute);
    else
        cp_out_format(out, "  attribute discarded: %s\n", fault.why);
}

static void update_print(struct cp_out *out, const struct cp_bgp_update *update)
{
    cp_rd rd = cp_rd_make(update->attributes);
    struct cp_bgp_attribute attribute;

    cp_out_str(out, update->end_of_rib ? "update end-of-rib" : "update");
    if (update->withdrawn.len > 0) {
        cp_out_str(out, " withdrawn ");
        cp_pcep_print_hex(out, update->withdrawn);
    }
    if (update->nlri.len > 0) {
        cp_out_str(out, " nlri ");
        cp_pcep_print_hex(out, update->nlri);
    }
    cp_out_char(out, '\n');
    while (cp_bgp_attribute_next(&rd, update->attributes, &attribute)) {
        if (attribute.type == CP_BGP_MP_REACH || attribute.type == CP_BGP_MP_UNREACH ||
            attribute.type == CP_BGP_LINK_STATE)
            continue;
        cp_out_format(out, " attribute %u flags 0x%02x ", attribute.type, attribute.flags);
        cp_pcep_print_hex(out, attribute.value);
        cp_out_char(out, '\n');
    }
    if (update->reach.there)
        nlri_print(out, "announced", &update->reach);
    if (update->unreach.there)
        nlri_print(out, "withdrawn", &update->unreach);
    if (update->has_link_state)
        link_state_print(out, update->link_state);
}

static void fault_print(struct cp_out *out, const struct cp_bgp_fault *fault)
{
    static const char *const remedies[] = {"nothing", "discard attribute", "treat as withdraw",
                                           "reset"};

    if (fault->why != NULL)
        cp_out_format(out, " %s: %s at %u\n", remedies[fault->remedy], fault->why, fault->offset);
}

static void typed_print(struct cp_out *out, uint8_t type, cp_text message, cp_bgp_context context)
{
    struct cp_bgp_open open;
    struct cp_bgp_update update;
    struct cp_bgp_notification notification = {0};
    struct cp_bgp_refresh refresh = {0};
    struct cp_bgp_fault fault = {0};
    cp_err err = CP_OK;

    switch ((cp_bgp_type)type) {
    case CP_BGP_OPEN:
        err = cp_bgp_open_decode(message, &open, &fault);
        open_print(out, &open);
        break;
    case CP_BGP_UPDATE:
        err = cp_bgp_update_decode(message, context, &update, &fault);
        update_print(out, &update);
        break;
    case CP_BGP_NOTIFICATION:
        err = cp_bgp_notification_decode(message, &notification);
        cp_out_str(out, "notification ");
        cp_bgp_code_print(out, notification.code, notification.subcode);
        cp_out_char(out, ' ');
        cp_pcep_print_hex(out, notification.data);
        cp_out_char(out, '\n');
        break;
    case CP_BGP_KEEPALIVE:
        cp_out_str(out, "keepalive\n");
        break;
    case CP_BGP_ROUTE_REFRESH:
        err = cp_bgp_refresh_decode(message, &refresh, &fault);
        cp_out_format(out, "route-refresh %u/%u subtype %u\n", refresh.afi, refresh.safi,
                      refresh.subtype);
        break;
    }
    if (err != CP_OK && fault.why == NULL)
        cp_out_str(out, " malformed\n");
    fault_print(out, &fault);
}

void cp_bgp_print(struct cp_out *out, cp_text message, cp_bgp_context context)
{
    struct cp_bgp_frame frame = cp_bgp_frame(message, CP_BGP_EXTENDED_MESSAGE_MAX);

    if (frame.kind == CP_BGP_FRAME_WHOLE)
        typed_print(out, frame.type, cp_text_sub(message, 0, frame.size), context);
    else
        cp_out_format(out, "no message: %s\n",
                      frame.kind == CP_BGP_FRAME_BAD ? frame.fault.why : "not whole");
}
