#include "pcep_inside.h"

enum { HEADER_BYTES = 4, VERSION = 1 };

struct cp_pcep_frame cp_pcep_frame(cp_text stream)
{
    struct cp_pcep_frame frame = {.kind = CP_PCEP_FRAME_SHORT};
    cp_rd rd = cp_rd_make(stream);
    uint8_t first = cp_rd_u8(&rd);
    uint8_t type = cp_rd_u8(&rd);
    uint32_t size = cp_rd_u16(&rd);

    if (stream.len > 0 && first >> 5 != VERSION) {
        frame.kind = CP_PCEP_FRAME_BAD;
        frame.why = "the version of PCEP is not 1";
        return frame;
    }
    if (stream.len < HEADER_BYTES)
        return frame;
    /* RFC 5440 6.1: the length counts the header; objects and so messages are whole words (7.2). */
    if (size < HEADER_BYTES || size % 4 != 0) {
        frame.kind = CP_PCEP_FRAME_BAD;
        frame.why = "the length of a message is below 4 or no multiple of 4";
        return frame;
    }
    frame.size = size;
    if (stream.len >= size) {
        frame.kind = CP_PCEP_FRAME_WHOLE;
        frame.type = type;
    }
    return frame;
}
