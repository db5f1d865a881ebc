#pragma once

#include "base/diag.h"
#include "app/exit.h"

/* Messages for people, on stderr, one line each: "cleanpath: ...". */

/** The program's name in messages, constant; "cleanpath" where none is given. */
void cp_message_program(const char *name);

/**
 * Every message goes to this instead of stderr, one line without its end, from whichever thread says it: a daemon's
 * log.  NULL: stderr.  Set it while no other thread runs.
 */
void cp_message_to(void (*sink)(const char *line));

/** Puts '?' for what a terminal would obey or hide (cp_text_is_unsafe): names come from outside. */
void cp_message_disarm(char *message);

void cp_say(const char *format, ...) CP_PRINTF(1, 2);

/** The same without the program's name in front: the line begins with a place. */
void cp_say_plain(const char *format, ...) CP_PRINTF(1, 2);

/** Says what is wrong with an option or argument and where help is; CP_EXIT_USAGE. */
cp_exit cp_say_usage(const char *command, const char *format, ...) CP_PRINTF(2, 3);

/** "did you mean" among names; NULL where none is near. */
const char *cp_nearest_name(const char *word, const char *const *names, size_t count);

/**
 * "FILE:LINE:COLUMN: why: 'subject'; did you mean 'hint'?"
 * path: of the file that the diag is about; NULL: none.
 * The exit code is `otherwise`, or CP_EXIT_SYSTEM where memory ran out.
 */
cp_exit cp_say_diag(const struct cp_diag *diag, cp_err err, const char *path, cp_exit otherwise);

cp_exit cp_say_no_memory(void);
