#pragma once

/* Past any of these: CP_ERR_LIMIT. */
#define CP_LIMIT_POLICY_BYTES 1048576u  /* of a policy file */
#define CP_LIMIT_POLICY_THINGS 200000u  /* texts, lists and mappings in it */
#define CP_LIMIT_POLICY_DEPTH 16u       /* of lists and mappings inside each other */
#define CP_LIMIT_POLICY_KEYS 4096u      /* of one mapping */
#define CP_LIMIT_POLICY_NAME_BYTES 255u /* of an id or a name */
#define CP_LIMIT_POLICY_CLASSES 64u
#define CP_LIMIT_POLICY_RULES 1024u
#define CP_LIMIT_POLICY_LICENCES 1024u
#define CP_LIMIT_POLICY_EXTENSIONS 256u /* of one licence */
#define CP_LIMIT_POLICY_EXCEPTS 64u     /* of one rule */
#define CP_LIMIT_POLICY_HOPS 64u
#define CP_LIMIT_POLICY_DELAY_MS 1000000u
#define CP_LIMIT_POLICY_WITHIN_KM 20000u /* no two places of the earth are farther apart */
#define CP_LIMIT_POLICY_SUPPLIERS 1000u
#define CP_LIMIT_POLICY_WARN_DAYS 36500u
#define CP_LIMIT_POLICY_PATH 4096u /* elements of a test */
