#pragma once

/* Past any of these: CP_ERR_LIMIT, or where it says so, not used. */
#define CP_TED_FEEDS_MAX 256u
#define CP_TED_THINGS_MAX 4000000u /* statements of one feed, where the config says nothing */
#define CP_TED_KEY_BYTES_MAX 4096u /* of one statement's key */
#define CP_TED_DOCUMENT_BYTES_MAX 268435456u
#define CP_TED_SRLGS_MAX 64u     /* of one half link; more are not used, and counted as malformed */
#define CP_TED_LAN_SIDS_MAX 512u /* the same */
#define CP_TED_NAME_BYTES_MAX 255u /* RFC 5301 3, RFC 9552 5.3.1.3 */
#define CP_TED_BETWEEN_MAX 256u /* half links between two routers; with more none of them is used */
#define CP_TED_DOMAINS_MAX \
    256u /* areas and levels in which a feed tells of one router; with more it covers the router in none */
