#pragma once

/* What a message may hold; past it: LIMIT.  All fit the 65,535 bytes that a message's length can say. */

#define CP_PCEP_OBJECTS_MAX 8192u /* in a message */
#define CP_PCEP_HOPS_MAX 1024u    /* subobjects of an ERO, RRO, IRO or XRO */
#define CP_PCEP_TLVS_MAX 64u      /* in an object, or in a TLV that holds TLVs */
