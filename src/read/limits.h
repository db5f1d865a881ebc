#pragma once

/* Past any of these: CP_ERR_LIMIT. */
#define CP_LIMIT_DOCUMENT_BYTES 4294967294u /* lines and columns count in 32 bits */
#define CP_LIMIT_COLUMNS 256u
#define CP_LIMIT_NESTING 64u
#define CP_LIMIT_ATTRIBUTES 8000000u   /* of all nodes and edges of a document */
#define CP_LIMIT_DEFAULTS 1000000u     /* of these, such as no node or edge states itself */
#define CP_LIMIT_ATTRIBUTES_EACH 1024u /* of one node or edge */
#define CP_LIMIT_TALLIES 64u /* kinds of remarks of one document that are counted together */
