#pragma once

/* What a PCEP message may hold; past it: LIMIT.  All fit the 65,535 bytes that a message's length can say. */

#define CP_PCEP_OBJECTS_MAX 8192u /* in a message */
#define CP_PCEP_HOPS_MAX 1024u    /* subobjects of an ERO, RRO, IRO or XRO */
#define CP_PCEP_TLVS_MAX 64u      /* in an object, or in a TLV that holds TLVs */

/* What an OPEN or a BGP-LS attribute may hold. */
#define CP_BGP_FAMILIES_MAX 32u /* families beyond are left out: no speaker here has so many */
#define CP_LS_LIST_MAX \
    1024u /* things of one kind in an attribute; further ones are kept as bytes */
#define CP_LS_ASLA_MAX 16u
