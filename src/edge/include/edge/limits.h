#pragma once

#define CP_EDGE_CONTROLLERS_MAX 8u
#define CP_EDGE_LSPS_MAX 20000u
#define CP_EDGE_LSP_NAME_MAX 255u
/* Of an order: one may be a local adjacency of ours, and one the endpoint's unpack SID, which the agent is not asked for. */
#define CP_EDGE_HOPS_MAX 14u
#define CP_EDGE_ASKS_MAX 32u    /* requests to the agent that wait for its answers */
#define CP_EDGE_SAYINGS_MAX 64u /* lines for the log that wait; more are counted and left out */
#define CP_EDGE_SAYING_BYTES 192u
#define CP_EDGE_PEERS_MAX 4096u /* far edges that are probed */
#define CP_EDGE_PROBE_BYTES_MAX 9216u
#define CP_EDGE_WINDOW_MAX 32u /* probes of a path that are looked back at */
