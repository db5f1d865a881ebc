#pragma once

/* Past any of these: CP_ERR_LIMIT. */
#define CP_LIMIT_NAME_BYTES 255u       /* of a name of a maker */
#define CP_LIMIT_MAC_PREFIXES 1000000u /* of a registry of MAC addresses */
