#pragma once

#include "base/diag.h"
#include "base/text.h"

/**
 * Reads JSON (RFC 8259) from untrusted bytes, with the place of every value.
 *
 * Two ways that mix: step through the document with enter and next, and take whole values (a record of
 * a page) as a tree where that is more legible.  Documents of any size are read in the memory of their
 * largest taken value.  Strict: no comments, no trailing commas, no NaN, one name once in an object;
 * UTF-8 throughout; escapes of surrogates in pairs.  Nesting is bounded (CP_JSON_IN_DEPTH_MAX).
 * A text may hold any character, U+0000 too, by its escape: who makes names of texts looks at them
 * (cp_text_unsafe).  A number stays as it is written.
 */

#define CP_JSON_IN_DEPTH_MAX 64u

typedef enum {
    CP_JSON_NULL,
    CP_JSON_FALSE,
    CP_JSON_TRUE,
    CP_JSON_NUMBER,
    CP_JSON_TEXT,
    CP_JSON_ARRAY,
    CP_JSON_OBJECT,
    CP_JSON_NOTHING, /* the end of the document, or no value at all */
} cp_json_kind;

/** A value as a tree.  Lies in the arena of the call that made it; texts may borrow the document. */
struct cp_json_value {
    cp_json_kind kind;
    uint32_t count; /* of items or members */
    cp_text text;   /* TEXT: without escapes; NUMBER: as it is written; else empty */
    cp_text key;    /* its name, where it is a member */
    cp_place place; /* of its first byte */
    cp_place key_place;
    const struct cp_json_value *first, *next; /* items or members in their order; NULL: no more */
};

/** A cursor: copy freely while nothing fails. */
struct cp_json_in {
    cp_text text;
    size_t at;
    uint32_t file, line;
    size_t line_start;
    uint32_t depth;
    bool fresh[CP_JSON_IN_DEPTH_MAX]; /* nothing of the thing at this depth was taken yet */
    char closers[CP_JSON_IN_DEPTH_MAX];
};

/** first_line: of the text in its file, 1 for a whole file.  A byte order mark is skipped. */
struct cp_json_in cp_json_in_make(cp_text text, uint32_t file, uint32_t first_line);

/**
 * Of the value that comes next here; NOTHING where none does: at the end of the text, and before a
 * comma or a closing bracket (call next first), and where something else stands, which take refuses.
 */
cp_json_kind cp_json_in_peek(struct cp_json_in *in);
/** Where the cursor stands, after white space. */
cp_place cp_json_in_place(struct cp_json_in *in);

/* All below.  Errors: MALFORMED (with the place and what was expected), LIMIT (depth), NOMEM.
 * After an error the cursor is of no more use. */

/** Takes the bracket that begins an object or array. */
CP_MUST_USE cp_err cp_json_in_enter(struct cp_json_in *in, cp_json_kind kind, struct cp_diag *diag);
/**
 * Goes to the next item or member of what was entered last; *more false: its end was taken, and the
 * cursor stands after it.  key (may be NULL in arrays): in the arena where it has escapes.
 * The value must then be taken, skipped or entered.  Names met twice are found in taken trees only
 * (DUPLICATE): who steps through an object of known members sees to its own.
 */
CP_MUST_USE cp_err cp_json_in_next(struct cp_json_in *in, struct cp_arena *arena, cp_text *key,
                                   bool *more, struct cp_diag *diag);
/** Takes the whole value that comes next.  Errors also: DUPLICATE (a name twice in one object). */
CP_MUST_USE cp_err cp_json_in_take(struct cp_json_in *in, struct cp_arena *arena,
                                   const struct cp_json_value **out, struct cp_diag *diag);
/** Passes over it, checking it all the same. */
CP_MUST_USE cp_err cp_json_in_skip(struct cp_json_in *in, struct cp_diag *diag);
/** Nothing but white space may be left. */
CP_MUST_USE cp_err cp_json_in_end(struct cp_json_in *in, struct cp_diag *diag);

/** One whole document as a tree. */
CP_MUST_USE cp_err cp_json_in_document(cp_text text, uint32_t file, struct cp_arena *arena,
                                       const struct cp_json_value **out, struct cp_diag *diag);

/* Of trees.  value may be NULL: nothing is found in it. */

/** The member of this name; NULL where there is none, or the value is no object. */
const struct cp_json_value *cp_json_member(const struct cp_json_value *value, const char *key);
/** The same, along names that are separated by dots: "device_type.manufacturer.name". */
const struct cp_json_value *cp_json_path(const struct cp_json_value *value, const char *path);
/** The text of a member that is a text; empty where it is none or null. */
cp_text cp_json_member_text(const struct cp_json_value *value, const char *key);
/** Whether it is a whole number (10 or 10.0) that fits; *number is 0 where it is not. */
bool cp_json_u64_of(const struct cp_json_value *value, uint64_t *number);
