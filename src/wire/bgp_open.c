#include "bgp_inside.h"

#include "pcep_inside.h"

/* OPEN and its capabilities. */

enum {
    VERSION = 4,
    AS_TRANS = 23456, /* RFC 6793 9 */
    PARAMETER_CAPABILITIES = 2,
    PARAMETERS_EXTENDED = 255, /* RFC 9072 2 */
    RESTARTING = 0x8,          /* R, of the four flags before the restart time (RFC 4724 3) */
    NOTIFIES = 0x4,            /* N (RFC 8538 2) */
    FORWARDING = 0x80,         /* F (RFC 4724 3) */
    BAD_VERSION = 1,
    BAD_PEER_AS = 2,
    BAD_ROUTER_ID = 3,
    BAD_HOLD = 6
};

static cp_err refuse(struct cp_bgp_fault *fault, uint8_t subcode, const char *why)
{
    *fault = (struct cp_bgp_fault){
        .remedy = CP_BGP_RESET, .why = why, .code = CP_BGP_OPEN_ERROR, .subcode = subcode};
    return CP_ERR_MALFORMED;
}

bool cp_bgp_open_has(const struct cp_bgp_open *open, uint16_t afi, uint8_t safi)
{
    for (uint32_t i = 0; i < open->family_count; i++)
        if (open->families[i].afi == afi && open->families[i].safi == safi)
            return true;
    return false;
}

static bool multiprotocol_in(struct cp_bgp_open *open, cp_rd *rd)
{
    uint16_t afi = cp_rd_u16(rd);
    uint8_t safi;

    cp_rd_skip(rd, 1);
    safi = cp_rd_u8(rd);
    if (!cp_rd_done(rd))
        return false;
    if (!cp_bgp_open_has(open, afi, safi) && open->family_count < CP_BGP_FAMILIES_MAX)
        open->families[open->family_count++] = (struct cp_bgp_family){afi, safi, false};
    return true;
}

static bool graceful_in(struct cp_bgp_open *open, cp_rd *rd)
{
    uint32_t word = cp_rd_u16(rd);

    if (rd->bad || cp_rd_left(rd) % 4 != 0)
        return false;
    open->graceful_restart = true;
    open->restarting = (word >> 12 & RESTARTING) != 0;
    open->notifies = (word >> 12 & NOTIFIES) != 0;
    open->restart_s = word & 0xfff;
    open->kept_count = 0; /* RFC 4724 3: of several the last counts */
    while (cp_rd_left(rd) > 0) {
        struct cp_bgp_family family = {.afi = cp_rd_u16(rd)};

        family.safi = cp_rd_u8(rd);
        family.forwarding = (cp_rd_u8(rd) & FORWARDING) != 0;
        if (open->kept_count < CP_BGP_FAMILIES_MAX)
            open->kept[open->kept_count++] = family;
    }
    return true;
}

/* False: its length is not right.  RFC 5492 5: such a capability, as an unknown one, is passed over. */
static bool capability_in(struct cp_bgp_open *open, uint8_t code, cp_rd rd)
{
    switch (code) {
    case CP_BGP_CAP_MULTIPROTOCOL:
        return multiprotocol_in(open, &rd);
    case CP_BGP_CAP_GRACEFUL_RESTART:
        return graceful_in(open, &rd);
    case CP_BGP_CAP_ROUTE_REFRESH:
        open->route_refresh = true;
        break;
    case CP_BGP_CAP_ENHANCED_REFRESH:
        open->enhanced_refresh = true;
        break;
    case CP_BGP_CAP_EXTENDED_MESSAGE:
        open->extended_message = true;
        break;
    case CP_BGP_CAP_AS4:
        if (cp_rd_left(&rd) != 4)
            return false;
        open->as = cp_rd_u32(&rd);
        open->as4 = true;
        break;
    default:
        break;
    }
    return true;
}

static bool capabilities_in(struct cp_bgp_open *open, cp_rd rd)
{
    while (cp_rd_left(&rd) > 0) {
        uint8_t code = cp_rd_u8(&rd);
        cp_rd value = cp_rd_sub(&rd, cp_rd_u8(&rd));

        if (!rd.bad)
            (void)capability_in(open, code, value);
    }
    return !rd.bad;
}

/* RFC 9072 2: 255 as the first parameter type means that all lengths have two bytes. */
static cp_rd parameters_of(cp_rd *rd, bool *extended)
{
    uint8_t len = cp_rd_u8(rd);
    cp_rd ahead = *rd;

    *extended = len != 0 && cp_rd_u8(&ahead) == PARAMETERS_EXTENDED;
    if (!*extended)
        return cp_rd_sub(rd, len);
    *rd = ahead;
    return cp_rd_sub(rd, cp_rd_u16(rd));
}

cp_err cp_bgp_open_decode(cp_text message, struct cp_bgp_open *open, struct cp_bgp_fault *fault)
{
    cp_rd rd = cp_bgp_body(message);
    struct cp_bgp_open *got = open;
    cp_rd parameters;
    bool extended;

    *fault = (struct cp_bgp_fault){0};
    *got = (struct cp_bgp_open){.version = cp_rd_u8(&rd)};
    got->as2 = cp_rd_u16(&rd);
    got->as = got->as2;
    got->hold_s = cp_rd_u16(&rd);
    got->router_id = cp_rd_u32(&rd);
    if (got->version != VERSION) {
        (void)refuse(fault, BAD_VERSION, "the version of BGP is not 4");
        fault->data = CP_TEXT("\0\4");
        return CP_ERR_MALFORMED;
    }
    parameters = parameters_of(&rd, &extended);
    if (!cp_rd_done(&rd))
        return refuse(fault, 0, "an OPEN has not its length");
    got->parameters = parameters.left;
    while (cp_rd_left(&parameters) > 0) {
        uint8_t type = cp_rd_u8(&parameters);
        cp_rd value =
            cp_rd_sub(&parameters, extended ? cp_rd_u16(&parameters) : cp_rd_u8(&parameters));

        if (parameters.bad || (type == PARAMETER_CAPABILITIES && !capabilities_in(got, value)))
            return refuse(fault, 0, "parameters of an OPEN do not fit");
        /* RFC 4271 6.2 DEVIATION: an unknown parameter is passed over, for nothing depends on it. */
    }
    if (got->as == 0) /* RFC 7607 2 */
        return refuse(fault, BAD_PEER_AS, "the peer has AS 0");
    if (got->router_id == 0) /* RFC 6286 2.2 */
        return refuse(fault, BAD_ROUTER_ID, "the peer has no identifier");
    if (got->hold_s == 1 || got->hold_s == 2) /* RFC 4271 6.2 */
        return refuse(fault, BAD_HOLD, "the hold time is 1 or 2 seconds");
    return CP_OK;
}

static void flag_write(struct cp_out *out, bool there, uint8_t code)
{
    if (!there)
        return;
    cp_wr_u8(out, code);
    cp_wr_u8(out, 0);
}

static void graceful_write(struct cp_out *out, const struct cp_bgp_open *open)
{
    cp_wr_length length;
    uint32_t flags = (open->restarting ? RESTARTING : 0u) | (open->notifies ? NOTIFIES : 0u);

    cp_wr_u8(out, CP_BGP_CAP_GRACEFUL_RESTART);
    length = cp_wr_open_length(out, 1);
    cp_wr_u16(out, flags << 12 | cp_pcep_out_below(out, open->restart_s, 12));
    for (uint32_t i = 0; i < open->kept_count; i++) {
        cp_wr_u16(out, open->kept[i].afi);
        cp_wr_u8(out, open->kept[i].safi);
        cp_wr_u8(out, open->kept[i].forwarding ? FORWARDING : 0);
    }
    cp_wr_close_length(out, length, 0);
}

static void capabilities_write(struct cp_out *out, const struct cp_bgp_open *open)
{
    for (uint32_t i = 0; i < open->family_count; i++) {
        cp_wr_u8(out, CP_BGP_CAP_MULTIPROTOCOL);
        cp_wr_u8(out, 4);
        cp_wr_u16(out, open->families[i].afi);
        cp_wr_u8(out, 0);
        cp_wr_u8(out, open->families[i].safi);
    }
    flag_write(out, open->route_refresh, CP_BGP_CAP_ROUTE_REFRESH);
    flag_write(out, open->extended_message, CP_BGP_CAP_EXTENDED_MESSAGE);
    if (open->graceful_restart)
        graceful_write(out, open);
    if (open->as4) {
        cp_wr_u8(out, CP_BGP_CAP_AS4);
        cp_wr_u8(out, 4);
        cp_wr_u32(out, open->as);
    }
    flag_write(out, open->enhanced_refresh, CP_BGP_CAP_ENHANCED_REFRESH);
}

void cp_bgp_open_write(struct cp_out *out, const struct cp_bgp_open *open)
{
    cp_wr_length length = cp_bgp_message_open(out, CP_BGP_OPEN);
    cp_wr_length parameters, capabilities;

    cp_wr_u8(out, open->version);
    cp_wr_u16(out, open->as > UINT16_MAX ? AS_TRANS : open->as);
    cp_wr_u16(out, open->hold_s);
    cp_wr_u32(out, open->router_id);
    /* RFC 9072 2: the long form, always, would be legal, but old speakers do not know it. */
    parameters = cp_wr_open_length(out, 1);
    cp_wr_u8(out, PARAMETER_CAPABILITIES);
    capabilities = cp_wr_open_length(out, 1);
    capabilities_write(out, open);
    cp_wr_close_length(out, capabilities, 0);
    cp_wr_close_length(out, parameters, 0);
    cp_bgp_message_close(out, length, CP_BGP_MESSAGE_MAX);
}
