#pragma once

/* Past these a request is refused with a problem document, or a connection closed. */

#define CP_WEB_CONNECTIONS_MAX 64u
#define CP_WEB_READERS_MAX 32u /* of events, among these */
#define CP_WEB_BODY_BYTES_MAX (1u << 20)
#define CP_WEB_ANSWER_BYTES_MAX ((size_t)64 << 20)
#define CP_WEB_IDLE_S 30u /* a request that does not come, an answer that is not fetched */
#define CP_WEB_ID_BYTES_MAX 1024u
#define CP_WEB_PAGE_DEFAULT 100u
#define CP_WEB_PAGE_MAX 1000u
#define CP_WEB_EVENTS_BYTES_MAX (256u << 10) /* queued for one reader of events */
#define CP_WEB_STALL_S 10u /* in which a reader of events takes nothing of what waits for it */
#define CP_WEB_HEARTBEAT_S 15u
#define CP_WEB_SIGHTS_MAX 1000u /* observations of one request */
#define CP_WEB_SIGHT_NODES_MAX 256u
#define CP_WEB_GROUPS_MAX 256u /* of a peer; more are not looked at */
