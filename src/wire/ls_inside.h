#pragma once

#include "base/rd.h"
#include "base/wr.h"
#include "wire/ls.h"

/* What the sources of the BGP-LS half share. */

/** A TLV (two bytes of type, two of length; RFC 9552 5.1) from the reader; false: none is left, or the reader is bad. */
bool cp_ls_tlv_next(cp_rd *rd, struct cp_ls_tlv *tlv);
void cp_ls_tlv_write(struct cp_out *out, uint16_t type, cp_text value);
cp_wr_length cp_ls_tlv_open(struct cp_out *out, uint16_t type);

/** A TLV with fields of its own: its type, and the bit that says that they are there. */
struct cp_ls_field {
    uint16_t type;
    uint64_t bit;
};

/** What the writer of merged TLVs needs: fields in ascending order of types, and who writes one. */
struct cp_ls_fields {
    const struct cp_ls_field *at; /* [count] */
    uint32_t count;
    uint64_t has;
    const void *of;
    void (*write)(struct cp_out *out, const void *of, uint16_t type);
};

/** The fields that are there and, at their places, those of `others` that have no field, or repeat one. */
void cp_ls_merged_write(struct cp_out *out, const struct cp_ls_fields *fields, cp_text others);
/** Prints those of `others` that have no field, or repeat one: " tlv 1234 00ff". */
void cp_ls_others_print(struct cp_out *out, const struct cp_ls_fields *fields, cp_text others);

/** As many bits as the wire has; a family 0 of 4 or 16 bytes is RANGE. */
void cp_ls_ip_write(struct cp_out *out, cp_ip address, uint8_t family);
cp_ip cp_ls_ip(cp_text bytes);
/** "0000.0000.0001", "0000.0000.0001.02", "10.0.0.1", "10.0.0.1:10.1.2.3"; of other lengths hex. */
void cp_ls_router_print(struct cp_out *out, cp_text router);
