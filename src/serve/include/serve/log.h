#pragma once

#include "base/json.h"

/**
 * Lines on stderr for people and machines: what happened, to whom, why.  As text with the time in front, or one JSON
 * object a line; where stderr is the journal's, lines begin with their priority (sd-daemon(3)) and without the time.
 *
 * May be called from any thread.  More than LOG_BURST lines at once, and then LOG_A_SECOND, are counted and left out.
 */
enum { LOG_BURST = 500, LOG_A_SECOND = 50 };

typedef enum { LOG_TEXT, LOG_JSON } log_form;

typedef enum { /* numbers of syslog(3) */
               LOG_ERROR = 3,
               LOG_WARNING = 4,
               LOG_NOTICE = 5,
               LOG_INFO = 6,
               LOG_DETAIL = 7
} log_level;

/**
 * Before the first line; least: what is less important is left out.  Also takes what cp_say says: as errors, since a start ends by
 * it, until log_started; then as warnings.  What begins with "warning: ", after its place, is one at all times.
 */
void log_open(log_form form, log_level least);
/** Writes the words of a record, without a line end; an error: it has none, and the document stands there as it is. */
typedef cp_err (*log_writer)(struct cp_out *out, const char *kind, cp_text about, cp_text document);
void log_writes(log_writer writer); /* of records, in lines of text; NULL: there are none */
void log_started(void);

/** Lines of cp_say that are kept back, until it is known whether they are errors or notes beside what went well. */
enum { CAUGHT_BYTES = 8192 };
struct log_caught {
    char lines[CAUGHT_BYTES]; /* each with its end */
    size_t len;
    uint32_t left_out; /* lines that had no room */
};
/** From here on lines of this thread go there; NULL: no longer. */
void log_catch(struct log_caught *to);
/** The same, behind what was caught already. */
void log_catch_on(struct log_caught *to);
/** Says them. */
void log_say_caught(const struct log_caught *caught, log_level level, const char *kind);

/**
 * kind: a word for machines ("peer", "feed", "plan", ...); about: whose name or id, NULL: nobody's; then the sentence.
 */
void log_say(log_level level, const char *kind, const char *about, const char *format, ...)
    CP_PRINTF(4, 5);
/** What control records: its document (one JSON object on one line) stands in the line as it is. */
void log_record(log_level level, const char *kind, cp_text about, cp_text document);
/** Lines left out so far. */
uint64_t log_left_out(void);
