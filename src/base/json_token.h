#pragma once

#include "base/json_in.h"

/** The words of JSON, for json_in.c and json_tree.c.  All stand at the first byte of theirs. */

/** A text as it is written, between its quotation marks, checked. */
struct cp_json_raw {
    cp_text text;
    bool escaped;
    cp_place place; /* of the quotation mark */
};

/** MALFORMED at the cursor, with the word that stands there; another reason where the text ends. */
CP_MUST_USE cp_err cp_json_token_refuse(struct cp_json_in *in, const char *why,
                                        struct cp_diag *diag);
CP_MUST_USE cp_err cp_json_token_text(struct cp_json_in *in, struct cp_json_raw *raw,
                                      struct cp_diag *diag);
CP_MUST_USE cp_err cp_json_token_number(struct cp_json_in *in, cp_text *number,
                                        struct cp_diag *diag);
/** null, false, true. */
CP_MUST_USE cp_err cp_json_token_word(struct cp_json_in *in, cp_json_kind kind,
                                      struct cp_diag *diag);
/** Without escapes: borrowed where there are none, else in the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_json_token_plain(const struct cp_json_raw *raw, struct cp_arena *arena,
                                       cp_text *out);

/** Passes over white space. */
void cp_json_token_space(struct cp_json_in *in);
/** Where the cursor stands now, white space or not. */
cp_place cp_json_token_place(const struct cp_json_in *in);

/** Goes to the next item or member; name is filled in objects.  As cp_json_in_next. */
CP_MUST_USE cp_err cp_json_token_next(struct cp_json_in *in, struct cp_json_raw *name, bool *more,
                                      struct cp_diag *diag);
