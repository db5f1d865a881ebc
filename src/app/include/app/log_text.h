#pragma once

#include "store/log.h"

/* Entries of the log of decisions for people: on a terminal, and in the daemon's own log. */

/** Text from the log for a terminal: what it would obey or hide becomes '?'. */
void cp_log_write_safe(struct cp_out *out, cp_text text);
/** "step a>b/1"; of an alarm also whether it begins or ends: "alarm hold ends".  MALFORMED: the document is no JSON. */
cp_err cp_log_write_head(struct cp_out *out, cp_log_kind kind, cp_text subject, cp_text document);
/** That, and what the document says behind it, without a line end; of an alarm that ends: what it was. */
cp_err cp_log_write_words(struct cp_out *out, cp_log_kind kind, cp_text subject, cp_text document);
/** "2026-11-28T12:00:00.000000Z #6 step a>b/1: " and what the document says, in one line with its end. */
cp_err cp_log_write_line(struct cp_out *out, const struct cp_log_entry *entry);
/** Its members but one, one a line, those that people ask for first in front; indent: spaces before each. */
cp_err cp_log_write_members(struct cp_out *out, const struct cp_log_entry *entry, uint32_t indent,
                            const char *without);
