#pragma once

/* Past any of these: CP_ERR_LIMIT. */
#define CP_LIMIT_INPUTS 262144u
#define CP_LIMIT_NODES 16000000u
#define CP_LIMIT_LINKS 16000000u
#define CP_LIMIT_DEMANDS 100000000u
#define CP_LIMIT_FACTS 100000000u
#define CP_LIMIT_LAN_ENDS 512u
#define CP_LIMIT_LIST_ITEMS 1024u /* tags, srlgs, managers, alternatives or supports of one thing */
#define CP_LIMIT_OVER_DEPTH 32u
#define CP_LIMIT_PART_SLASHES 32u /* of a fact's object, beyond which no id is looked for */
#define CP_LIMIT_REMARKS 1000000u
#define CP_LIMIT_HINTS 64u /* remarks with the nearest name, past which no name is looked for */
#define CP_LIMIT_ID_BYTES 1024u
#define CP_LIMIT_LINK_ID_BYTES 2064u /* a link's default id holds those of two nodes */
#define CP_LIMIT_TEXT_BYTES 1048576u /* any single text of a row */
