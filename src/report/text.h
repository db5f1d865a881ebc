#pragma once

#include "reasons.h"
#include "report/report.h"

/*
 * Shared by what writes the text answer: report_text.c (demands) and text_findings.c (the rest).
 * Each paragraph is put together in `line` and laid out from there.
 */

typedef enum { COLOUR_PLAIN, COLOUR_GOOD, COLOUR_DOUBT, COLOUR_BAD } colour;

struct text_writer {
    const struct cp_report *report;
    const struct cp_case *net;
    struct cp_report_summary summary;
    const cp_text *warnings; /* [warning_count] */
    uint32_t warning_count;
    const struct cp_finding *findings; /* [finding_count] */
    uint32_t finding_count;
    struct cp_out *out;
    struct cp_out line;
    struct cp_reasons *reasons;
    bool *said; /* [rule_count]: the rule's sentence stands above already */
};

/** Lays `line` out and empties it. */
void cp_text_paragraph(struct text_writer *w, uint32_t first, uint32_t rest);
/** A paragraph that catches the eye. */
void cp_text_loud_paragraph(struct text_writer *w, colour how);
void cp_text_section(struct text_writer *w, const char *title, uint32_t count, colour how);

/** Violations beside the demands, or what is undecided of it: a section for each kind. */
void cp_text_findings(struct text_writer *w, cp_trust trust);
/** Licences that hold, those that end soon apart; and the demands that owe them their verdict. */
void cp_text_licences(struct text_writer *w);
