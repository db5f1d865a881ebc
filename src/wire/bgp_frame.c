#include "bgp_inside.h"

/* Where messages begin and end, and those of few fields. */

enum {
    MARKER_BYTES = 16,
    OPEN_BYTES_MIN = 29,
    UPDATE_BYTES_MIN = 23,
    NOTIFICATION_BYTES_MIN = 21,
    REFRESH_BYTES = 23,
    BAD_MARKER = 1,
    BAD_LENGTH = 2,
    BAD_TYPE = 3,
    BAD_REFRESH_LENGTH = 1
};

static struct cp_bgp_frame bad(cp_text data, uint8_t subcode, const char *why)
{
    return (struct cp_bgp_frame){.kind = CP_BGP_FRAME_BAD,
                                 .fault = {.remedy = CP_BGP_RESET,
                                           .why = why,
                                           .code = CP_BGP_HEADER_ERROR,
                                           .subcode = subcode,
                                           .data = data}};
}

/* RFC 4271 6.1, RFC 8654 4: what sizes a type may have. */
static bool size_fits(uint32_t type, uint32_t size, uint32_t size_max)
{
    switch (type) {
    case CP_BGP_OPEN:
        return size >= OPEN_BYTES_MIN && size <= CP_BGP_MESSAGE_MAX;
    case CP_BGP_UPDATE:
        return size >= UPDATE_BYTES_MIN && size <= size_max;
    case CP_BGP_NOTIFICATION:
        return size >= NOTIFICATION_BYTES_MIN && size <= size_max;
    case CP_BGP_KEEPALIVE:
        return size == CP_BGP_HEADER_BYTES;
    default: /* RFC 7313 5: of a ROUTE-REFRESH the length is not the header's matter */
        return size >= CP_BGP_HEADER_BYTES && size <= size_max;
    }
}

struct cp_bgp_frame cp_bgp_frame(cp_text stream, uint32_t size_max)
{
    cp_rd rd = cp_rd_make(stream);
    cp_text marker = cp_text_sub(stream, 0, MARKER_BYTES);
    struct cp_bgp_frame frame = {.kind = CP_BGP_FRAME_SHORT};
    uint32_t size, type;

    for (size_t i = 0; i < marker.len; i++)
        if ((unsigned char)marker.at[i] != 0xff)
            return bad((cp_text){NULL, 0}, BAD_MARKER, "the marker of a message is not all ones");
    cp_rd_skip(&rd, MARKER_BYTES);
    size = cp_rd_u16(&rd);
    type = cp_rd_u8(&rd);
    if (rd.bad)
        return frame;
    if (type < CP_BGP_OPEN || type > CP_BGP_ROUTE_REFRESH)
        return bad(cp_text_sub(stream, MARKER_BYTES + 2, 1), BAD_TYPE, "no message has this type");
    if (!size_fits(type, size, size_max))
        return bad(cp_text_sub(stream, MARKER_BYTES, 2), BAD_LENGTH,
                   "a message has not the length of its type");
    frame.size = size;
    if (stream.len >= size) {
        frame.kind = CP_BGP_FRAME_WHOLE;
        frame.type = (uint8_t)type;
    }
    return frame;
}

cp_rd cp_bgp_body(cp_text message)
{
    cp_rd rd = cp_rd_make(message);

    cp_rd_skip(&rd, CP_BGP_HEADER_BYTES);
    return rd;
}

cp_wr_length cp_bgp_message_open(struct cp_out *out, uint8_t type)
{
    cp_wr_length length;

    for (uint32_t i = 0; i < MARKER_BYTES; i++)
        cp_wr_u8(out, 0xff);
    length = cp_wr_open_length(out, 2);
    cp_wr_u8(out, type);
    return length;
}

void cp_bgp_message_close(struct cp_out *out, cp_wr_length length, uint32_t size_max)
{
    cp_wr_close_length(out, length, MARKER_BYTES + 2);
    if (out->err == CP_OK && out->len - length.at + MARKER_BYTES > size_max)
        out->err = CP_ERR_RANGE;
}

cp_err cp_bgp_notification_decode(cp_text message, struct cp_bgp_notification *notification)
{
    cp_rd rd = cp_bgp_body(message);
    struct cp_bgp_notification got = {.code = cp_rd_u8(&rd)};

    got.subcode = cp_rd_u8(&rd);
    got.data = rd.left;
    if (rd.bad)
        return CP_ERR_MALFORMED;
    *notification = got;
    return CP_OK;
}

cp_text cp_bgp_notification_words(const struct cp_bgp_notification *notification)
{
    cp_rd rd = cp_rd_make(notification->data);
    cp_text words;

    if (notification->code != CP_BGP_CEASE || (notification->subcode != CP_BGP_CEASE_SHUTDOWN &&
                                               notification->subcode != CP_BGP_CEASE_RESET))
        return (cp_text){NULL, 0};
    words = cp_rd_bytes(&rd, cp_rd_u8(&rd));
    return cp_text_bad_utf8(words) == words.len ? words : (cp_text){NULL, 0};
}

cp_err cp_bgp_refresh_decode(cp_text message, struct cp_bgp_refresh *refresh,
                             struct cp_bgp_fault *fault)
{
    cp_rd rd = cp_bgp_body(message);
    struct cp_bgp_refresh got = {.afi = cp_rd_u16(&rd)};

    got.subtype = cp_rd_u8(&rd);
    got.safi = cp_rd_u8(&rd);
    *fault = (struct cp_bgp_fault){0};
    /* RFC 7313 5; with ORF (RFC 5291), which is never offered here, more would follow. */
    if (!cp_rd_done(&rd)) {
        *fault = (struct cp_bgp_fault){.remedy = CP_BGP_RESET,
                                       .why = "a ROUTE-REFRESH has not its length",
                                       .code = CP_BGP_REFRESH_ERROR,
                                       .subcode = BAD_REFRESH_LENGTH,
                                       .data = message};
        return CP_ERR_MALFORMED;
    }
    *refresh = got;
    return CP_OK;
}

void cp_bgp_keepalive_write(struct cp_out *out)
{
    cp_bgp_message_close(out, cp_bgp_message_open(out, CP_BGP_KEEPALIVE), CP_BGP_MESSAGE_MAX);
}

void cp_bgp_notification_write(struct cp_out *out, const struct cp_bgp_notification *notification)
{
    cp_wr_length length = cp_bgp_message_open(out, CP_BGP_NOTIFICATION);

    cp_wr_u8(out, notification->code);
    cp_wr_u8(out, notification->subcode);
    cp_out_text(out, notification->data);
    cp_bgp_message_close(out, length, CP_BGP_EXTENDED_MESSAGE_MAX);
}

void cp_bgp_refresh_write(struct cp_out *out, const struct cp_bgp_refresh *refresh)
{
    cp_wr_length length = cp_bgp_message_open(out, CP_BGP_ROUTE_REFRESH);

    cp_wr_u16(out, refresh->afi);
    cp_wr_u8(out, refresh->subtype);
    cp_wr_u8(out, refresh->safi);
    cp_bgp_message_close(out, length, CP_BGP_MESSAGE_MAX);
}
