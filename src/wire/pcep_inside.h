#pragma once

#include "base/rd.h"
#include "base/wr.h"
#include "wire/pcep.h"

/*
 * What the sources of the PCEP half share.
 *
 * A decoder of a part reads from a reader that cannot see past the part, and reports what is wrong by
 * cp_pcep_in_fault; the first report counts.  It need not stop then: a failed reader ends each loop.
 */

/** Taking a message apart: where its bytes lie, where its parts go, and what is wrong with the object at hand. */
struct cp_pcep_in {
    cp_text whole;
    struct cp_arena *arena;
    uint32_t part;              /* where the object, TLV or subobject at hand begins */
    struct cp_pcep_fault fault; /* of the object at hand; why NULL: none yet */
    cp_err err;                 /* NOMEM */
};

/** The place of the reader in the message; of the part at hand where the reader has none (it is at its end). */
uint32_t cp_pcep_in_place(const struct cp_pcep_in *in, const cp_rd *rd);
/** The object at hand is malformed where the reader stands; the reader ends.  PCErr 10, "invalid object". */
void cp_pcep_in_fault(struct cp_pcep_in *in, cp_rd *rd, const char *why, uint8_t error_value);
/** Zeroed memory for `count` things; NULL (and in->err is NOMEM) past the arena's limit, and for none. */
void *cp_pcep_in_take(struct cp_pcep_in *in, uint32_t count, size_t size_bytes);
/** The next 4 or 16 bytes. */
cp_ip cp_pcep_in_ip(cp_rd *rd, uint8_t family);
void cp_pcep_in_sid(cp_rd *rd, uint8_t sid[16]);
/** False: its parts are longer than a SID. */
bool cp_pcep_in_structure(cp_rd *rd, cp_pcep_sid_structure *structure);

enum {
    CP_PCEP_ERROR_INVALID_OBJECT = 10,
    CP_PCEP_ERROR_MALFORMED = 11 /* RFC 8408 6: value of 10 */
};

/** What of an out cannot be written sticks to it, as cp_wr's own errors do. */
void cp_pcep_out_refuse(struct cp_out *out, cp_err err);
/** MALFORMED where the address is of another family. */
void cp_pcep_out_ip(struct cp_out *out, cp_ip address, uint8_t family);
void cp_pcep_out_sid(struct cp_out *out, const uint8_t sid[16]);
void cp_pcep_out_structure(struct cp_out *out, cp_pcep_sid_structure structure);
/** The value, which has at most `bits` bits (else RANGE). */
uint32_t cp_pcep_out_below(struct cp_out *out, uint32_t value, uint32_t bits);

/** TLVs to the end of the reader; those of a TLV that holds TLVs likewise. */
struct cp_pcep_tlvs cp_pcep_tlvs_in(struct cp_pcep_in *in, cp_rd *rd);
void cp_pcep_tlvs_out(struct cp_out *out, struct cp_pcep_tlvs tlvs);
void cp_pcep_tlvs_print(struct cp_out *out, struct cp_pcep_tlvs tlvs);
/** NUMBER TLVs: how many bytes the number has (1, 4, 8); others 0. */
uint32_t cp_pcep_tlv_number_bytes(uint16_t type);

/** Subobjects to the end of the reader; class_id: of the object that they are in. */
void cp_pcep_hops_in(struct cp_pcep_in *in, cp_rd *rd, uint8_t class_id, struct cp_pcep_path *path);
void cp_pcep_hops_out(struct cp_out *out, const struct cp_pcep_path *path, uint8_t class_id);
void cp_pcep_hops_print(struct cp_out *out, const struct cp_pcep_path *path, uint8_t class_id);
/** Whether a subobject of this kind has no fields here: the kind is unknown, or not defined for such an object. */
bool cp_pcep_hop_kept_as_bytes(uint8_t kind, uint8_t class_id);

/** Whether this class and type has a struct of its own, and its name ("LSP"; NULL where the class is unknown). */
cp_pcep_known cp_pcep_known_of(uint8_t class_id, uint8_t type);
const char *cp_pcep_class_name(uint8_t class_id);

/** The body of a known object; cp_pcep_in_fault where it is malformed. */
void cp_pcep_body_in(struct cp_pcep_in *in, cp_rd *rd, struct cp_pcep_object *object);
void cp_pcep_body_out(struct cp_out *out, const struct cp_pcep_object *object);

/** Bytes from outside: printable ASCII as it is, the rest as \xNN. */
void cp_pcep_print_escaped(struct cp_out *out, cp_text bytes);
void cp_pcep_print_hex(struct cp_out *out, cp_text bytes);

/*
 * The edge where floats end: IEEE 754 of 32 bits as a whole number and back, without floating point.
 */

/** False: NaN, infinite or negative.  Bytes a second to bits a second, upwards; UINT64_MAX: more than fits. */
bool cp_pcep_bps_of_float(uint32_t bits, uint64_t *bps);
uint32_t cp_pcep_float_of_bps(uint64_t bps); /* upwards */
/** The same for millionths of a unit, to the nearest (halves upwards). */
bool cp_pcep_millionths_of_float(uint32_t bits, uint64_t *millionths);
uint32_t cp_pcep_float_of_millionths(uint64_t millionths);
