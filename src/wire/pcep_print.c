#include "pcep_inside.h"

/* Text of messages and objects.  Flags with known names are named, and the number with them: nothing is lost. */

static const char *const type_names[] = {
    [CP_PCEP_OPEN] = "Open",         [CP_PCEP_KEEPALIVE] = "Keepalive",
    [CP_PCEP_PCREQ] = "PCReq",       [CP_PCEP_PCREP] = "PCRep",
    [CP_PCEP_PCNTF] = "PCNtf",       [CP_PCEP_PCERR] = "PCErr",
    [CP_PCEP_CLOSE] = "Close",       [CP_PCEP_PCMONREQ] = "PCMonReq",
    [CP_PCEP_PCMONREP] = "PCMonRep", [CP_PCEP_PCRPT] = "PCRpt",
    [CP_PCEP_PCUPD] = "PCUpd",       [CP_PCEP_PCINITIATE] = "PCInitiate",
    [CP_PCEP_STARTTLS] = "StartTLS",
};

const char *cp_pcep_type_name(uint8_t type)
{
    return type < CP_COUNT(type_names) ? type_names[type] : NULL;
}

void cp_pcep_print_type(struct cp_out *out, uint8_t type)
{
    if (cp_pcep_type_name(type) != NULL)
        cp_out_str(out, type_names[type]);
    else
        cp_out_format(out, "type %u", type);
}

/* "0x089 DAC": the letters of the flags, lowest bit first; '.' are bits without one. */
static void flags_print(struct cp_out *out, uint32_t flags, const char *letters)
{
    bool first = true;

    cp_out_format(out, " flags 0x%x", flags);
    for (uint32_t bit = 0; letters[bit] != '\0'; bit++) {
        if (letters[bit] == '.' || (flags >> bit & 1) == 0)
            continue;
        cp_out_str(out, first ? " " : "");
        cp_out_char(out, letters[bit]);
        first = false;
    }
}

static void lsp_print(struct cp_out *out, const struct cp_pcep_lsp *lsp)
{
    static const char *const states[] = {"down", "up", "active", "going-down", "going-up"};
    uint32_t state = CP_PCEP_LSP_STATE(lsp->flags);

    cp_out_format(out, " plsp-id %u", lsp->plsp_id);
    flags_print(out, lsp->flags, "DSRA...C");
    if (state < CP_COUNT(states))
        cp_out_format(out, " %s", states[state]);
}

static void millionths_print(struct cp_out *out, uint64_t millionths)
{
    cp_out_u64(out, millionths / CP_PCEP_METRIC_UNIT);
    if (millionths % CP_PCEP_METRIC_UNIT != 0)
        cp_out_format(out, ".%06u", (unsigned)(millionths % CP_PCEP_METRIC_UNIT));
}

static void lspa_print(struct cp_out *out, const struct cp_pcep_lspa *lspa)
{
    cp_out_format(out, " exclude-any 0x%x include-any 0x%x include-all 0x%x", lspa->exclude_any,
                  lspa->include_any, lspa->include_all);
    cp_out_format(out, " setup %u holding %u", lspa->setup_priority, lspa->holding_priority);
    flags_print(out, lspa->flags, "L");
}

static void end_points_print(struct cp_out *out, const struct cp_pcep_end_points *ends)
{
    cp_out_char(out, ' ');
    cp_out_ip(out, ends->source);
    cp_out_char(out, ' ');
    cp_out_ip(out, ends->destination);
}

static void association_print(struct cp_out *out, const struct cp_pcep_association *association)
{
    cp_out_format(out, " type %u id %u source ", association->type, association->id);
    cp_out_ip(out, association->source);
    flags_print(out, association->flags, "R");
}

static void open_print(struct cp_out *out, const struct cp_pcep_open *open)
{
    cp_out_format(out, " version %u flags 0x%x keepalive %u dead %u session %u", open->version,
                  open->flags, open->keepalive_s, open->dead_s, open->session_id);
}

static void later_print(struct cp_out *out, const struct cp_pcep_object *object)
{
    switch (object->class_id) {
    case CP_PCEP_CLASS_OF:
        cp_out_format(out, " %u", object->is.of);
        break;
    case CP_PCEP_CLASS_LSP:
        lsp_print(out, &object->is.lsp);
        break;
    case CP_PCEP_CLASS_SRP:
        cp_out_format(out, " id %u", object->is.srp.id);
        flags_print(out, object->is.srp.flags, "R");
        break;
    case CP_PCEP_CLASS_VENDOR:
        cp_out_format(out, " enterprise %u ", object->is.vendor.enterprise);
        cp_pcep_print_hex(out, object->is.vendor.bytes);
        break;
    default:
        association_print(out, &object->is.association);
        break;
    }
}

static void metric_print(struct cp_out *out, const struct cp_pcep_metric *metric)
{
    cp_out_format(out, " type %u ", metric->type);
    millionths_print(out, metric->millionths);
    flags_print(out, metric->flags, "BC");
}

static void fields_print(struct cp_out *out, const struct cp_pcep_object *object)
{
    switch (object->class_id) {
    case CP_PCEP_CLASS_OPEN:
        open_print(out, &object->is.open);
        break;
    case CP_PCEP_CLASS_RP:
        cp_out_format(out, " id %u", object->is.rp.id);
        flags_print(out, object->is.rp.flags, "...RBO");
        break;
    case CP_PCEP_CLASS_NO_PATH:
        cp_out_format(out, " nature %u flags 0x%x", object->is.no_path.nature,
                      object->is.no_path.flags);
        break;
    case CP_PCEP_CLASS_END_POINTS:
        end_points_print(out, &object->is.end_points);
        break;
    case CP_PCEP_CLASS_BANDWIDTH:
        cp_out_char(out, ' ');
        cp_out_u64(out, object->is.bandwidth_bps);
        cp_out_str(out, " bps");
        break;
    case CP_PCEP_CLASS_METRIC:
        metric_print(out, &object->is.metric);
        break;
    case CP_PCEP_CLASS_ERO:
    case CP_PCEP_CLASS_RRO:
    case CP_PCEP_CLASS_IRO:
    case CP_PCEP_CLASS_XRO:
        cp_out_format(out, " %u hops", object->is.path.count);
        if (object->class_id == CP_PCEP_CLASS_XRO)
            flags_print(out, object->is.path.flags, "F");
        break;
    case CP_PCEP_CLASS_LSPA:
        lspa_print(out, &object->is.lspa);
        break;
    case CP_PCEP_CLASS_SVEC:
        cp_out_format(out, " flags 0x%x ids", object->is.svec.flags);
        for (uint32_t i = 0; i < object->is.svec.count; i++)
            cp_out_format(out, " %u", object->is.svec.ids[i]);
        break;
    case CP_PCEP_CLASS_NOTIFICATION:
        cp_out_format(out, " flags 0x%x type %u value %u", object->is.notification.flags,
                      object->is.notification.type, object->is.notification.value);
        break;
    case CP_PCEP_CLASS_ERROR:
        cp_out_format(out, " flags 0x%x type %u value %u", object->is.error.flags,
                      object->is.error.type, object->is.error.value);
        break;
    case CP_PCEP_CLASS_LOAD_BALANCING:
        cp_out_format(out, " flags 0x%x lsps %u of ", object->is.load_balancing.flags,
                      object->is.load_balancing.lsps_max);
        cp_out_u64(out, object->is.load_balancing.least_bps);
        cp_out_str(out, " bps");
        break;
    case CP_PCEP_CLASS_CLOSE:
        cp_out_format(out, " flags 0x%x reason %u", object->is.close.flags,
                      object->is.close.reason);
        break;
    default:
        later_print(out, object);
        break;
    }
}

static bool has_hops(uint8_t class_id)
{
    return class_id == CP_PCEP_CLASS_ERO || class_id == CP_PCEP_CLASS_RRO ||
           class_id == CP_PCEP_CLASS_IRO || class_id == CP_PCEP_CLASS_XRO;
}

static void object_print(struct cp_out *out, const struct cp_pcep_object *object)
{
    const char *name = cp_pcep_class_name(object->class_id);
    bool known = cp_pcep_known_of(object->class_id, object->type) == CP_PCEP_KNOWN;

    if (name != NULL)
        cp_out_format(out, "  %s", name);
    else
        cp_out_format(out, "  class %u", object->class_id);
    if (object->type != 1 || !known)
        cp_out_format(out, " type %u", object->type);
    cp_out_str(out, object->must ? " P" : "");
    cp_out_str(out, object->ignored ? " I" : "");
    if (!known || object->fault != NULL) {
        cp_out_str(out, object->fault != NULL ? " malformed " : " bytes ");
        cp_pcep_print_hex(out, object->is.bytes);
        if (object->fault != NULL)
            cp_out_format(out, ": %s (%u/%u)", object->fault->why, object->fault->error_type,
                          object->fault->error_value);
        cp_out_char(out, '\n');
        return;
    }
    fields_print(out, object);
    cp_out_char(out, '\n');
    if (has_hops(object->class_id))
        cp_pcep_hops_print(out, &object->is.path, object->class_id);
    cp_pcep_tlvs_print(out, object->tlvs);
}

void cp_pcep_print(struct cp_out *out, const struct cp_pcep_message *message)
{
    cp_pcep_print_type(out, message->type);
    if (message->flags != 0)
        cp_out_format(out, " flags 0x%x", message->flags);
    cp_out_format(out, ", %u objects\n", message->count);
    for (uint32_t i = 0; i < message->count; i++)
        object_print(out, &message->objects[i]);
}
