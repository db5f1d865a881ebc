#pragma once

/* The usual quotas of one peer; a config may set others. */

#define CP_PCE_LSPS_MAX 4096u
#define CP_PCE_MESSAGE_BYTES_MAX 65535u
#define CP_PCE_IN_BYTES_MAX 131072u   /* bytes of the peer that wait to be read */
#define CP_PCE_OUT_BYTES_MAX 8388608u /* bytes for it that wait to be sent */
#define CP_PCE_NAME_BYTES_MAX 255u
#define CP_PCE_UNKNOWN_MESSAGES_MAX 5u /* a minute (RFC 5440 6.9) */
#define CP_PCE_FINISH_US 60000000u     /* for the rest of a message that began */
#define CP_PCE_SYNC_US 300000000u      /* for all of its state */
