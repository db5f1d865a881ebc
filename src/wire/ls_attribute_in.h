#pragma once

#include "ls_attribute_inside.h"

/* What reading the BGP-LS attribute is made of: ls_attribute_in.c has what stands once, ls_attribute_list.c the lists. */

/** Reading one attribute (or one that stands in another, for some applications). */
struct cp_ls_in {
    struct cp_arena *arena;
    struct cp_ls_attribute *is;
    cp_err err;
    const char *why;
    uint32_t depth;
    struct {
        void *at;
        uint32_t count, cap;
    } areas, locals, remotes, sids, srv6, asla, locators, algorithms, metrics, others;
};

typedef enum { TAKEN, NOT_TAKEN } cp_ls_taken;

/** The attribute is malformed; the first reason counts. */
cp_ls_taken cp_ls_in_fault(struct cp_ls_in *in, const char *why);

void *cp_ls_list_add(struct cp_ls_in *in, void **at, uint32_t *count, uint32_t *cap,
                     size_t size_bytes);
/* One more in the reader's list; NULL: no memory. */
#define LIST_ADD(in, list, type) \
    ((type *)cp_ls_list_add((in), &(in)->list.at, &(in)->list.count, &(in)->list.cap, sizeof(type)))

/** A SID at the end of a reader: a label of 20 bits in three bytes, or an index in four (RFC 9085 2.1.1). */
uint32_t cp_ls_sid_in(cp_rd *rd, bool *is_label);
struct cp_ls_structure cp_ls_structure_in(cp_rd *rd);
/** Sub-TLVs: their lengths add up. */
bool cp_ls_sub_tlvs_fit(cp_text tlvs);

/* One more of a TLV that may stand often; NOT_TAKEN where there are too many. */
cp_ls_taken cp_ls_router_add(struct cp_ls_in *in, struct cp_ls_tlv tlv);
cp_ls_taken cp_ls_algorithm_add(struct cp_ls_in *in, cp_text value);
cp_ls_taken cp_ls_algorithm_metric_add(struct cp_ls_in *in, cp_text value);
cp_ls_taken cp_ls_sid_add(struct cp_ls_in *in, struct cp_ls_tlv tlv);
cp_ls_taken cp_ls_srv6_sid_add(struct cp_ls_in *in, struct cp_ls_tlv tlv);
cp_ls_taken cp_ls_locator_add(struct cp_ls_in *in, cp_text value);
