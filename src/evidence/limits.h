#pragma once

/* Past any of the first two a text is cut, with a finding; past any of the others what is said is
 * left out, and counted as not understood.  All are of one document. */
#define CP_LIMIT_NAME_SAID_BYTES 512u /* names of parts and ports, ids */
#define CP_LIMIT_TEXT_SAID_BYTES 4096u
#define CP_LIMIT_SAYINGS 4000000u
#define CP_LIMIT_SIGHTINGS 1000000u
#define CP_LIMIT_PORT_NAMES 4000000u
#define CP_LIMIT_OBJECT_VALUES 64u          /* different values of one object of a walk */
#define CP_LIMIT_REASONS 64u                /* kinds of remarks that are counted together */
#define CP_LIMIT_EVIDENCE_BYTES 4294967294u /* lines and columns count in 32 bits */
