#pragma once

/* Past any of these: CP_ERR_LIMIT. */
#define CP_LIMIT_DOCUMENT_BYTES 4294967294u /* lines and columns count in 32 bits */
#define CP_LIMIT_COLUMNS 256u
#define CP_LIMIT_NESTING 64u
#define CP_LIMIT_LAB_BYTES 67108864u /* of a containerlab file */
#define CP_LIMIT_LAB_THINGS 2000000u /* texts, lists and mappings in it, with what aliases repeat */
#define CP_LIMIT_LAB_KEYS 1000000u   /* of one mapping */
#define CP_LIMIT_LAB_PROPERTIES 128u /* of one node, kind or group, or of the defaults */
#define CP_LIMIT_LAB_HOMES 64u       /* nodes that share each other's network in a row */
#define CP_LIMIT_LAB_LABELS 1024u    /* of one node or link */
#define CP_LIMIT_LAB_FACTS 4000000u  /* with those that defaults, kinds and groups repeat */
#define CP_LIMIT_LAB_RANGED 250000u  /* names that ranges stand for, all together */
#define CP_LIMIT_LAB_RANGED_BYTES 256u /* of a name with ranges */
#define CP_LIMIT_ATTRIBUTES 8000000u   /* of all nodes and edges of a document */
#define CP_LIMIT_DEFAULTS 1000000u     /* of these, such as no node or edge states itself */
#define CP_LIMIT_ATTRIBUTES_EACH 1024u /* of one node or edge */
#define CP_LIMIT_TALLIES 64u      /* kinds of remarks of one document that are counted together */
#define CP_LIMIT_NETBOXES 256u    /* whose objects stand in one case */
#define CP_LIMIT_CABLE_ENDS 255u  /* of one side of a cable: both together make a LAN */
#define CP_LIMIT_WAY_CABLES 64u   /* from interface to interface */
#define CP_LIMIT_WAY_STEPS 65536u /* that are tried from one interface */
#define CP_LIMIT_WAYS_STEPS 268435456u        /* from all of them */
#define CP_LIMIT_WAY_SUPPORTS 960u            /* of all ways between two interfaces */
#define CP_LIMIT_PART_DEPTH 16u               /* of parts within parts */
#define CP_LIMIT_VIRTUAL_ENDS 256u            /* of a virtual circuit or chassis */
#define CP_LIMIT_NETBOX_TEXT_BYTES 1000u      /* a name, a serial number */
#define CP_LIMIT_NETBOX_TAGS 512u             /* of one object */
#define CP_LIMIT_TREE_BYTES ((size_t)8 << 30) /* memory of one document of JSON as a tree */
#define CP_LIMIT_ELEMENT_NODES 256u           /* that one network element of an inventory is */
