#pragma once

#include "base/json.h"
#include "identities.h"
#include "json_parts.h"

/** Shared by what writes the JSON answer: devices (identity_json.c), links (identity_json_links.c). */
struct cp_identity_writer {
    const struct cp_identity_report *report;
    const struct cp_case *net;
    struct cp_out *out;
    struct cp_json json;
    struct cp_shelf shelf;
};

CP_MUST_USE cp_err cp_identity_json_place(struct cp_identity_writer *w, cp_place place);
/** The parts among the subjects, of whose object the shelf is full. */
CP_MUST_USE cp_err cp_identity_json_parts(struct cp_identity_writer *w,
                                          struct cp_subjects subjects);
CP_MUST_USE cp_err cp_identity_json_links(struct cp_identity_writer *w);
