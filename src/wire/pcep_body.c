#include "pcep_inside.h"

/* The bodies of objects, each in and out beside each other; cp_pcep_body_in and _out stand at the end. */

enum { IPV4_TYPE = 1, IPV6_TYPE = 2, HELD_TYPE = 2 };

static void open_in(cp_rd *rd, struct cp_pcep_open *open)
{
    uint8_t first = cp_rd_u8(rd);

    open->version = first >> 5;
    open->flags = first & 31;
    open->keepalive_s = cp_rd_u8(rd);
    open->dead_s = cp_rd_u8(rd);
    open->session_id = cp_rd_u8(rd);
}

static void open_out(struct cp_out *out, const struct cp_pcep_open *open)
{
    cp_wr_u8(out, cp_pcep_out_below(out, open->version, 3) << 5 |
                      cp_pcep_out_below(out, open->flags, 5));
    cp_wr_u8(out, open->keepalive_s);
    cp_wr_u8(out, open->dead_s);
    cp_wr_u8(out, open->session_id);
}

static void rp_in(cp_rd *rd, struct cp_pcep_rp *rp)
{
    rp->flags = cp_rd_u32(rd);
    rp->id = cp_rd_u32(rd);
}

static void no_path_in(cp_rd *rd, struct cp_pcep_no_path *no_path)
{
    no_path->nature = cp_rd_u8(rd);
    no_path->flags = cp_rd_u16(rd);
    (void)cp_rd_u8(rd);
}

static void end_points_in(cp_rd *rd, struct cp_pcep_object *object)
{
    uint8_t family = object->type == IPV4_TYPE ? 4 : 6;

    object->is.end_points.source = cp_pcep_in_ip(rd, family);
    object->is.end_points.destination = cp_pcep_in_ip(rd, family);
}

static void end_points_out(struct cp_out *out, const struct cp_pcep_object *object)
{
    uint8_t family = object->type == IPV4_TYPE ? 4 : 6;

    cp_pcep_out_ip(out, object->is.end_points.source, family);
    cp_pcep_out_ip(out, object->is.end_points.destination, family);
}

static void bps_in(struct cp_pcep_in *in, cp_rd *rd, uint64_t *bps)
{
    uint32_t bits = cp_rd_u32(rd);

    if (!cp_pcep_bps_of_float(bits, bps))
        cp_pcep_in_fault(in, rd, "a bandwidth is negative or no number", CP_PCEP_ERROR_MALFORMED);
}

static void metric_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_metric *metric)
{
    (void)cp_rd_u16(rd);
    metric->flags = cp_rd_u8(rd);
    metric->type = cp_rd_u8(rd);
    if (!cp_pcep_millionths_of_float(cp_rd_u32(rd), &metric->millionths))
        cp_pcep_in_fault(in, rd, "a metric is negative or no number", CP_PCEP_ERROR_MALFORMED);
}

static void metric_out(struct cp_out *out, const struct cp_pcep_metric *metric)
{
    cp_wr_u16(out, 0);
    cp_wr_u8(out, metric->flags);
    cp_wr_u8(out, metric->type);
    cp_wr_u32(out, cp_pcep_float_of_millionths(metric->millionths));
}

static void lspa_in(cp_rd *rd, struct cp_pcep_lspa *lspa)
{
    lspa->exclude_any = cp_rd_u32(rd);
    lspa->include_any = cp_rd_u32(rd);
    lspa->include_all = cp_rd_u32(rd);
    lspa->setup_priority = cp_rd_u8(rd);
    lspa->holding_priority = cp_rd_u8(rd);
    lspa->flags = cp_rd_u8(rd);
    (void)cp_rd_u8(rd);
}

static void lspa_out(struct cp_out *out, const struct cp_pcep_lspa *lspa)
{
    cp_wr_u32(out, lspa->exclude_any);
    cp_wr_u32(out, lspa->include_any);
    cp_wr_u32(out, lspa->include_all);
    cp_wr_u8(out, lspa->setup_priority);
    cp_wr_u8(out, lspa->holding_priority);
    cp_wr_u8(out, lspa->flags);
    cp_wr_u8(out, 0);
}

static void svec_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_svec *svec)
{
    uint32_t count;
    uint32_t *ids;

    (void)cp_rd_u8(rd);
    svec->flags = cp_rd_u24(rd);
    count = (uint32_t)(cp_rd_left(rd) / 4);
    ids = cp_pcep_in_take(in, count, sizeof *ids);
    for (uint32_t i = 0; ids != NULL && i < count; i++)
        ids[i] = cp_rd_u32(rd);
    svec->ids = ids;
    svec->count = ids != NULL ? count : 0;
}

static void svec_out(struct cp_out *out, const struct cp_pcep_svec *svec)
{
    cp_wr_u8(out, 0);
    cp_wr_u24(out, svec->flags);
    for (uint32_t i = 0; i < svec->count; i++)
        cp_wr_u32(out, svec->ids[i]);
}

/* Reserved, then three bytes: as NOTIFICATION and PCEP-ERROR have them. */
static void three_in(cp_rd *rd, uint8_t *first, uint8_t *second, uint8_t *third)
{
    (void)cp_rd_u8(rd);
    *first = cp_rd_u8(rd);
    *second = cp_rd_u8(rd);
    *third = cp_rd_u8(rd);
}

static void three_out(struct cp_out *out, uint8_t first, uint8_t second, uint8_t third)
{
    cp_wr_u8(out, 0);
    cp_wr_u8(out, first);
    cp_wr_u8(out, second);
    cp_wr_u8(out, third);
}

static void association_in(cp_rd *rd, struct cp_pcep_object *object)
{
    (void)cp_rd_u16(rd);
    object->is.association.flags = cp_rd_u16(rd);
    object->is.association.type = cp_rd_u16(rd);
    object->is.association.id = cp_rd_u16(rd);
    object->is.association.source = cp_pcep_in_ip(rd, object->type == IPV4_TYPE ? 4 : 6);
}

static void association_out(struct cp_out *out, const struct cp_pcep_object *object)
{
    cp_wr_u16(out, 0);
    cp_wr_u16(out, object->is.association.flags);
    cp_wr_u16(out, object->is.association.type);
    cp_wr_u16(out, object->is.association.id);
    cp_pcep_out_ip(out, object->is.association.source, object->type == IPV4_TYPE ? 4 : 6);
}

static void lsp_in(cp_rd *rd, struct cp_pcep_lsp *lsp)
{
    uint32_t word = cp_rd_u32(rd);

    lsp->plsp_id = word >> 12;
    lsp->flags = word & 0xfff;
}

static void load_balancing_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_object *object)
{
    (void)cp_rd_u16(rd);
    object->is.load_balancing.flags = cp_rd_u8(rd);
    object->is.load_balancing.lsps_max = cp_rd_u8(rd);
    bps_in(in, rd, &object->is.load_balancing.least_bps);
}

/* An XRO begins with reserved and flags (RFC 5521 2.1). */
static void xro_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_path *path)
{
    (void)cp_rd_u16(rd);
    path->flags = cp_rd_u16(rd);
    cp_pcep_hops_in(in, rd, CP_PCEP_CLASS_XRO, path);
}

static const struct class_row {
    uint8_t class_id;
    uint8_t types; /* the highest type with a struct; they begin at 1.  0: none */
    bool tlvs;     /* TLVs stand behind the fields */
    const char *name;
} class_rows[] = {
    {CP_PCEP_CLASS_OPEN, 1, true, "OPEN"},
    {CP_PCEP_CLASS_RP, 1, true, "RP"},
    {CP_PCEP_CLASS_NO_PATH, 1, true, "NO-PATH"},
    {CP_PCEP_CLASS_END_POINTS, IPV6_TYPE, false, "END-POINTS"},
    {CP_PCEP_CLASS_BANDWIDTH, HELD_TYPE, false, "BANDWIDTH"},
    {CP_PCEP_CLASS_METRIC, 1, false, "METRIC"},
    {CP_PCEP_CLASS_ERO, 1, false, "ERO"},
    {CP_PCEP_CLASS_RRO, 1, false, "RRO"},
    {CP_PCEP_CLASS_LSPA, 1, true, "LSPA"},
    {CP_PCEP_CLASS_IRO, 1, false, "IRO"},
    {CP_PCEP_CLASS_SVEC, 1, false, "SVEC"},
    {CP_PCEP_CLASS_NOTIFICATION, 1, true, "NOTIFICATION"},
    {CP_PCEP_CLASS_ERROR, 1, true, "PCEP-ERROR"},
    {CP_PCEP_CLASS_LOAD_BALANCING, 1, true, "LOAD-BALANCING"},
    {CP_PCEP_CLASS_CLOSE, 1, true, "CLOSE"},
    {CP_PCEP_CLASS_PATH_KEY, 0, false, "PATH-KEY"},
    {CP_PCEP_CLASS_XRO, 1, false, "XRO"},
    {CP_PCEP_CLASS_MONITORING, 0, false, "MONITORING"},
    {CP_PCEP_CLASS_PCC_REQ_ID, 0, false, "PCC-REQ-ID"},
    {CP_PCEP_CLASS_OF, 1, true, "OF"},
    {CP_PCEP_CLASS_LSP, 1, true, "LSP"},
    {CP_PCEP_CLASS_SRP, 1, true, "SRP"},
    {CP_PCEP_CLASS_VENDOR, 1, false, "VENDOR-INFORMATION"},
    {CP_PCEP_CLASS_ASSOCIATION, IPV6_TYPE, true, "ASSOCIATION"},
};

static const struct class_row *row_of(uint8_t class_id)
{
    for (size_t i = 0; i < CP_COUNT(class_rows); i++)
        if (class_rows[i].class_id == class_id)
            return &class_rows[i];
    return NULL;
}

cp_pcep_known cp_pcep_known_of(uint8_t class_id, uint8_t type)
{
    const struct class_row *row = row_of(class_id);

    if (row == NULL || row->types == 0)
        return CP_PCEP_UNKNOWN_CLASS;
    return type >= 1 && type <= row->types ? CP_PCEP_KNOWN : CP_PCEP_UNKNOWN_TYPE;
}

const char *cp_pcep_class_name(uint8_t class_id)
{
    const struct class_row *row = row_of(class_id);

    return row != NULL ? row->name : NULL;
}

static void srp_in(cp_rd *rd, struct cp_pcep_srp *srp)
{
    srp->flags = cp_rd_u32(rd);
    srp->id = cp_rd_u32(rd);
}

/* Bodies of classes 1 to 17; those of later RFCs in later_in. */
static void later_in(cp_rd *rd, struct cp_pcep_object *object)
{
    switch (object->class_id) {
    case CP_PCEP_CLASS_OF:
        object->is.of = cp_rd_u16(rd);
        (void)cp_rd_u16(rd);
        break;
    case CP_PCEP_CLASS_LSP:
        lsp_in(rd, &object->is.lsp);
        break;
    case CP_PCEP_CLASS_SRP:
        srp_in(rd, &object->is.srp);
        break;
    case CP_PCEP_CLASS_VENDOR:
        object->is.vendor.enterprise = cp_rd_u32(rd);
        object->is.vendor.bytes = cp_rd_bytes(rd, cp_rd_left(rd));
        break;
    default:
        association_in(rd, object);
        break;
    }
}

static void fields_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_object *object)
{
    switch (object->class_id) {
    case CP_PCEP_CLASS_OPEN:
        open_in(rd, &object->is.open);
        break;
    case CP_PCEP_CLASS_RP:
        rp_in(rd, &object->is.rp);
        break;
    case CP_PCEP_CLASS_NO_PATH:
        no_path_in(rd, &object->is.no_path);
        break;
    case CP_PCEP_CLASS_END_POINTS:
        end_points_in(rd, object);
        break;
    case CP_PCEP_CLASS_BANDWIDTH:
        bps_in(in, rd, &object->is.bandwidth_bps);
        break;
    case CP_PCEP_CLASS_METRIC:
        metric_in(in, rd, &object->is.metric);
        break;
    case CP_PCEP_CLASS_ERO:
    case CP_PCEP_CLASS_RRO:
    case CP_PCEP_CLASS_IRO:
        cp_pcep_hops_in(in, rd, object->class_id, &object->is.path);
        break;
    case CP_PCEP_CLASS_LSPA:
        lspa_in(rd, &object->is.lspa);
        break;
    case CP_PCEP_CLASS_SVEC:
        svec_in(in, rd, &object->is.svec);
        break;
    case CP_PCEP_CLASS_NOTIFICATION:
        three_in(rd, &object->is.notification.flags, &object->is.notification.type,
                 &object->is.notification.value);
        break;
    case CP_PCEP_CLASS_ERROR:
        three_in(rd, &object->is.error.flags, &object->is.error.type, &object->is.error.value);
        break;
    case CP_PCEP_CLASS_LOAD_BALANCING:
        load_balancing_in(in, rd, object);
        break;
    case CP_PCEP_CLASS_CLOSE:
        (void)cp_rd_u16(rd);
        object->is.close.flags = cp_rd_u8(rd);
        object->is.close.reason = cp_rd_u8(rd);
        break;
    case CP_PCEP_CLASS_XRO:
        xro_in(in, rd, &object->is.path);
        break;
    default:
        later_in(rd, object);
        break;
    }
}

void cp_pcep_body_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_object *object)
{
    const struct class_row *row = row_of(object->class_id);

    CP_ASSERT(row != NULL);
    fields_in(in, rd, object);
    if (row->tlvs && in->fault.why == NULL)
        object->tlvs = cp_pcep_tlvs_in(in, rd);
    if (!cp_rd_done(rd) && in->err == CP_OK)
        cp_pcep_in_fault(in, rd, "the length of an object does not fit its class",
                         CP_PCEP_ERROR_MALFORMED);
}

static void later_out(struct cp_out *out, const struct cp_pcep_object *object)
{
    switch (object->class_id) {
    case CP_PCEP_CLASS_OF:
        cp_wr_u16(out, object->is.of);
        cp_wr_u16(out, 0);
        break;
    case CP_PCEP_CLASS_LSP:
        cp_wr_u32(out, (uint64_t)cp_pcep_out_below(out, object->is.lsp.plsp_id, 20) << 12 |
                           cp_pcep_out_below(out, object->is.lsp.flags, 12));
        break;
    case CP_PCEP_CLASS_SRP:
        cp_wr_u32(out, object->is.srp.flags);
        cp_wr_u32(out, object->is.srp.id);
        break;
    case CP_PCEP_CLASS_VENDOR:
        cp_wr_u32(out, object->is.vendor.enterprise);
        cp_out_text(out, object->is.vendor.bytes);
        break;
    default:
        association_out(out, object);
        break;
    }
}

static void fields_out(struct cp_out *out, const struct cp_pcep_object *object)
{
    switch (object->class_id) {
    case CP_PCEP_CLASS_OPEN:
        open_out(out, &object->is.open);
        break;
    case CP_PCEP_CLASS_RP:
        cp_wr_u32(out, object->is.rp.flags);
        cp_wr_u32(out, object->is.rp.id);
        break;
    case CP_PCEP_CLASS_NO_PATH:
        cp_wr_u8(out, object->is.no_path.nature);
        cp_wr_u16(out, object->is.no_path.flags);
        cp_wr_u8(out, 0);
        break;
    case CP_PCEP_CLASS_END_POINTS:
        end_points_out(out, object);
        break;
    case CP_PCEP_CLASS_BANDWIDTH:
        cp_wr_u32(out, cp_pcep_float_of_bps(object->is.bandwidth_bps));
        break;
    case CP_PCEP_CLASS_METRIC:
        metric_out(out, &object->is.metric);
        break;
    case CP_PCEP_CLASS_ERO:
    case CP_PCEP_CLASS_RRO:
    case CP_PCEP_CLASS_IRO:
        cp_pcep_hops_out(out, &object->is.path, object->class_id);
        break;
    case CP_PCEP_CLASS_LSPA:
        lspa_out(out, &object->is.lspa);
        break;
    case CP_PCEP_CLASS_SVEC:
        svec_out(out, &object->is.svec);
        break;
    case CP_PCEP_CLASS_NOTIFICATION:
        three_out(out, object->is.notification.flags, object->is.notification.type,
                  object->is.notification.value);
        break;
    case CP_PCEP_CLASS_ERROR:
        three_out(out, object->is.error.flags, object->is.error.type, object->is.error.value);
        break;
    case CP_PCEP_CLASS_LOAD_BALANCING:
        cp_wr_u16(out, 0);
        cp_wr_u8(out, object->is.load_balancing.flags);
        cp_wr_u8(out, object->is.load_balancing.lsps_max);
        cp_wr_u32(out, cp_pcep_float_of_bps(object->is.load_balancing.least_bps));
        break;
    case CP_PCEP_CLASS_CLOSE:
        cp_wr_u16(out, 0);
        cp_wr_u8(out, object->is.close.flags);
        cp_wr_u8(out, object->is.close.reason);
        break;
    case CP_PCEP_CLASS_XRO:
        cp_wr_u16(out, 0);
        cp_wr_u16(out, object->is.path.flags);
        cp_pcep_hops_out(out, &object->is.path, object->class_id);
        break;
    default:
        later_out(out, object);
        break;
    }
}

void cp_pcep_body_out(struct cp_out *out, const struct cp_pcep_object *object)
{
    const struct class_row *row = row_of(object->class_id);

    CP_ASSERT(row != NULL);
    fields_out(out, object);
    if (row->tlvs)
        cp_pcep_tlvs_out(out, object->tlvs);
    else if (object->tlvs.count != 0)
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
}
