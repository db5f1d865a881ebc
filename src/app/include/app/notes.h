#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "app/exit.h"

/**
 * What is said on stderr about a case that is read all the same: findings, warnings, records left out.
 * Where a case is audited again and again, what was said of it the last time is not said again.
 */
struct cp_notes;

typedef enum {
    CP_NOTE_NAMED,  /* "cleanpath: ..." */
    CP_NOTE_PLACED, /* begins with the place that it is about */
} cp_note_form;

/** before: said of the same case the last time; NULL: nothing.  Both borrowed.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_notes_open(const struct cp_notes *before, struct cp_arena *arena,
                                 struct cp_notes **out);

/** Says the line, once, unless it was said before.  line: copied.  notes NULL: says nothing.  OK, or SYSTEM. */
cp_exit cp_note(struct cp_notes *notes, cp_note_form form, cp_text line);

/** Nothing before these was noted: what was is given back by its owner. */
void cp_notes_forget(struct cp_notes *notes);
