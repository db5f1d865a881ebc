#pragma once

#include "base/out.h"

/**
 * Writes one JSON document (RFC 8259) in a stable layout: two spaces a level, names in the order of
 * the calls.  A name is NULL inside an array.  What is not UTF-8 becomes U+FFFD; characters that a
 * terminal would obey or hide (cp_text_is_unsafe) are escaped.
 */

#define CP_JSON_DEPTH_MAX 64u

typedef enum {
    CP_JSON_LINES, /* a line a member */
    CP_JSON_FLAT,  /* the whole thing on one line */
} cp_json_layout;

struct cp_json {
    struct cp_out *out; /* borrowed; its error sticks */
    uint32_t depth;
    bool filled; /* the innermost thing has a member already */
    char closers[CP_JSON_DEPTH_MAX];
    cp_json_layout layouts[CP_JSON_DEPTH_MAX];
};

struct cp_json cp_json_make(struct cp_out *out);
void cp_json_object(struct cp_json *json, const char *name, cp_json_layout layout);
void cp_json_array(struct cp_json *json, const char *name, cp_json_layout layout);
/** Ends the innermost object or array; the outermost one also ends the line. */
void cp_json_close(struct cp_json *json);

void cp_json_text(struct cp_json *json, const char *name, cp_text value);
void cp_json_str(struct cp_json *json, const char *name, const char *zero_ended);
void cp_json_u64(struct cp_json *json, const char *name, uint64_t value);
/** A number as it shall stand, by the rules of RFC 8259 6: one that was read, or digits of ours. */
void cp_json_number(struct cp_json *json, const char *name, cp_text number);
/** 1234 is written as 12.34. */
void cp_json_hundredths(struct cp_json *json, const char *name, uint32_t value);
void cp_json_bool(struct cp_json *json, const char *name, bool value);
void cp_json_null(struct cp_json *json, const char *name);
