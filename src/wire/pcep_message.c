#include "pcep_inside.h"

/*
 * A message is a header and objects.  Decoding runs over the headers of the objects twice: once to count and to see
 * that they fill the message, once to read each body from a reader of its own.  What is wrong inside a body stays
 * with that object.
 */

enum { MESSAGE_HEADER_BYTES = 4, OBJECT_HEADER_BYTES = 4 };

static cp_err refused(struct cp_pcep_fault *fault, cp_err err, size_t offset, const char *why)
{
    *fault = (struct cp_pcep_fault){.offset = (uint32_t)offset, .why = why};
    return err;
}

/* Counts objects. */
static cp_err survey(cp_text bytes, struct cp_pcep_fault *fault, uint32_t *count)
{
    cp_rd rd = cp_rd_make(bytes);

    *count = 0;
    cp_rd_skip(&rd, MESSAGE_HEADER_BYTES);
    while (cp_rd_left(&rd) > 0) {
        size_t offset = bytes.len - cp_rd_left(&rd);
        uint32_t len;

        (void)cp_rd_u16(&rd);
        len = cp_rd_u16(&rd);
        /* RFC 5440 7.2: with its header, at least 4, a multiple of 4. */
        if (len < OBJECT_HEADER_BYTES || len % 4 != 0)
            return refused(fault, CP_ERR_MALFORMED, offset, "the length of an object cannot be");
        cp_rd_skip(&rd, len - OBJECT_HEADER_BYTES);
        if (rd.bad)
            return refused(fault, CP_ERR_MALFORMED, offset, "an object is longer than its message");
        if (++*count > CP_PCEP_OBJECTS_MAX)
            return refused(fault, CP_ERR_LIMIT, offset, "too many objects in a message");
    }
    return CP_OK;
}

/* The object is kept as bytes, with what is wrong with it. */
static void keep_faulty(struct cp_pcep_in *in, struct cp_pcep_object *object, cp_text body)
{
    struct cp_pcep_fault *fault = cp_pcep_in_take(in, 1, sizeof *fault);

    object->tlvs = (struct cp_pcep_tlvs){NULL, 0};
    object->is.bytes = body;
    if (fault != NULL)
        *fault = in->fault;
    object->fault = fault;
}

/* RFC 5440 7.2: class, type with flags, length, body. */
static void object_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_object *object)
{
    uint8_t second;
    uint32_t len;
    cp_rd body;
    cp_text bytes;

    object->offset = cp_pcep_in_place(in, rd);
    in->part = object->offset;
    object->class_id = cp_rd_u8(rd);
    second = cp_rd_u8(rd);
    object->type = second >> 4;
    object->must = (second & 2) != 0;
    object->ignored = (second & 1) != 0;
    len = cp_rd_u16(rd);
    body = cp_rd_sub(rd, len - OBJECT_HEADER_BYTES);
    bytes = body.left;
    object->known = cp_pcep_known_of(object->class_id, object->type);
    in->fault = (struct cp_pcep_fault){.why = NULL};
    if (object->known != CP_PCEP_KNOWN) {
        object->is.bytes = bytes;
        return;
    }
    cp_pcep_body_in(in, &body, object);
    if (in->fault.why != NULL)
        keep_faulty(in, object, bytes);
}

cp_err cp_pcep_decode(cp_text bytes, struct cp_arena *arena, struct cp_pcep_message *out,
                      struct cp_pcep_fault *fault)
{
    struct cp_pcep_frame frame = cp_pcep_frame(bytes);
    struct cp_pcep_in in = {.arena = arena};
    struct cp_pcep_message got = {.type = frame.type};
    struct cp_pcep_object *objects;
    uint32_t count;
    cp_rd rd;

    *fault = (struct cp_pcep_fault){.why = NULL};
    if (frame.kind != CP_PCEP_FRAME_WHOLE || frame.size != bytes.len)
        return refused(fault, CP_ERR_MALFORMED, 0,
                       frame.why != NULL ? frame.why : "the bytes are not one message");
    CP_TRY(survey(bytes, fault, &count));
    CP_TRY(cp_text_copy(bytes, arena, &in.whole));
    objects = cp_pcep_in_take(&in, count, sizeof *objects);
    rd = cp_rd_make(in.whole);
    got.flags = cp_rd_u8(&rd) & 31;
    cp_rd_skip(&rd, MESSAGE_HEADER_BYTES - 1);
    for (uint32_t i = 0; i < count && in.err == CP_OK; i++) {
        object_in(&in, &rd, &objects[i]);
        got.fault_count += objects[i].fault != NULL;
    }
    CP_TRY(in.err);
    got.count = count;
    got.objects = objects;
    *out = got;
    return CP_OK;
}

static void object_out(struct cp_out *out, const struct cp_pcep_object *object)
{
    uint32_t from = out->len;
    cp_wr_length length;

    cp_wr_u8(out, object->class_id);
    cp_wr_u8(out, cp_pcep_out_below(out, object->type, 4) << 4 | (object->must ? 2u : 0) |
                      (object->ignored ? 1u : 0));
    length = cp_wr_open_length(out, 2);
    if (object->fault != NULL ||
        cp_pcep_known_of(object->class_id, object->type) != CP_PCEP_KNOWN) {
        cp_out_text(out, object->is.bytes);
    } else {
        cp_pcep_body_out(out, object);
    }
    cp_wr_close_length(out, length, OBJECT_HEADER_BYTES);
    if (out->err == CP_OK && (out->len - from) % 4 != 0)
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
}

void cp_pcep_encode(struct cp_out *out, const struct cp_pcep_message *message)
{
    cp_wr_length length;

    if (message->count > CP_PCEP_OBJECTS_MAX)
        cp_pcep_out_refuse(out, CP_ERR_LIMIT);
    cp_wr_u8(out, 1u << 5 | cp_pcep_out_below(out, message->flags, 5));
    cp_wr_u8(out, message->type);
    length = cp_wr_open_length(out, 2);
    for (uint32_t i = 0; i < message->count && out->err == CP_OK; i++)
        object_out(out, &message->objects[i]);
    cp_wr_close_length(out, length, MESSAGE_HEADER_BYTES);
}

const struct cp_pcep_object *cp_pcep_next(const struct cp_pcep_message *message, uint8_t class_id,
                                          uint32_t *at, uint32_t end)
{
    while (*at < end && *at < message->count) {
        const struct cp_pcep_object *object = &message->objects[(*at)++];

        if (object->class_id == class_id)
            return object;
    }
    return NULL;
}
