#pragma once

#include "base/out.h"
#include "policy/trial.h"
#include "report/english.h"

/* Pieces of a policy as plain English. */

/** Before item `at` of `count`: nothing, ", ", or before the last one the word: " or ", " and ". */
void cp_english_join(struct cp_out *out, uint32_t at, uint32_t count, const char *word);
/** A sentence of the file's own, always in quotes. */
void cp_english_quote(struct cp_out *out, cp_text text);
/** A name or word of the file: in quotes where it could be taken for words of ours. */
void cp_english_word(struct cp_out *out, cp_text word);
/** "a", "a or b", "a, b or c" */
void cp_english_words(struct cp_out *out, struct cp_texts words, const char *join);
void cp_english_date(struct cp_out *out, cp_date date);
/** " from 2014-02-14 on", " until ..., that last day included"; nothing where both are open. */
void cp_english_window(struct cp_out *out, struct cp_window window);
/** "the layer ip", "the layers ip or radio"; mask: bits 1 << cp_layer */
void cp_english_layers(struct cp_out *out, uint32_t mask);
/** Whether such a mask leaves no layer out. */
bool cp_english_all_layers(uint32_t mask);
/** "It says: ..."; nothing where it says nothing. */
void cp_english_says(struct cp_out *out, cp_text says);
/** A blank line and "RULE kr-1". */
void cp_english_heading(struct cp_out *out, const char *heading, cp_text id);

/** aim: what it says of makers under several countries of control.
 * "is made by huawei or one of its affiliates, and has the role core" */
void cp_english_select(struct cp_out *out, const struct cp_policy *policy,
                       const struct cp_select *select, cp_aim aim);
/** noun: "anything", "everything": alone, or with " that is made by ..." */
void cp_english_things(struct cp_out *out, const struct cp_policy *policy, const char *noun,
                       const struct cp_select *select, cp_aim aim);

/** The sections.  Errors: NOMEM, beside those that stick in out. */
CP_MUST_USE cp_err cp_english_makers(struct cp_out *out, const struct cp_policy *policy);
void cp_english_trial(struct cp_out *out, const struct cp_trial *trial);
