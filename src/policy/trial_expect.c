#include "trial_read.h"

/* The one line of a test that says what must come of it. */

static cp_err bad_expectation(struct cp_trial_reader *r, const struct cp_yaml *value)
{
    return cp_diag_set(r->diag, CP_ERR_MALFORMED, value->place,
                       "expected ok, ok by licence ID until DATE, or violates RULE at ELEMENT "
                       "because unknown",
                       value->text);
}

static cp_text next_word(cp_text *rest)
{
    cp_text word = CP_TEXT("");

    return cp_text_word(rest, " ", &word) ? word : CP_TEXT("");
}

/* "by licence tgl until 2019-11-18" */
static cp_err read_licence(struct cp_trial_reader *r, const struct cp_yaml *value, cp_text rest)
{
    struct cp_trial *trial = r->trial;

    if (!cp_text_is(next_word(&rest), "by") || !cp_text_is(next_word(&rest), "licence"))
        return bad_expectation(r, value);
    trial->licence = next_word(&rest);
    if (trial->licence.len == 0)
        return bad_expectation(r, value);
    CP_TRY(cp_trial_id(r, CP_IDS_LICENCES, trial->licence, value->place, NULL));
    cp_text until = next_word(&rest);
    if (until.len == 0)
        return CP_OK;
    cp_text day = next_word(&rest);
    if (!cp_text_is(until, "until") || next_word(&rest).len > 0)
        return bad_expectation(r, value);
    cp_err err = cp_date_parse(day, &trial->licence_until);
    if (err != CP_OK)
        return cp_diag_set(r->diag, err, value->place, "expected a date, YYYY-MM-DD", day);
    return CP_OK;
}

/* Takes " because unknown" off the end. */
static cp_err take_because(struct cp_trial_reader *r, const struct cp_yaml *value, cp_text *rest)
{
    static const struct {
        const char *word;
        cp_because_word because;
    } words[] = {{"unknown", CP_BECAUSE_UNKNOWN}, {"evidence", CP_BECAUSE_EVIDENCE}};
    cp_text before = *rest;
    cp_text last = CP_TEXT("");
    cp_text left = *rest;
    cp_text word = CP_TEXT("");

    while (cp_text_word(&left, " ", &word)) {
        if (cp_text_is(word, "because")) {
            before = cp_text_sub(*rest, 0, (size_t)(word.at - rest->at));
            last = cp_text_trim(left);
        }
    }
    if (before.len == rest->len)
        return CP_OK;
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (cp_text_is(last, words[i].word))
            r->trial->because = words[i].because;
    }
    *rest = before;
    return r->trial->because != CP_BECAUSE_ANY ? CP_OK : bad_expectation(r, value);
}

/* What can never come of it is a mistake in the test. */
static cp_err check_possible(struct cp_trial_reader *r, const struct cp_yaml *value,
                             const struct cp_rule *rule)
{
    bool counts = rule->effect == CP_EFFECT_CAP || rule->effect == CP_EFFECT_SUPPLIERS;

    if (rule->effect == CP_EFFECT_FORBID_TRANSIT && r->trial->through.count == 0)
        return cp_diag_set(r->diag, CP_ERR_CONFLICT, value->place,
                           "the rule is about traffic, and the test has no path (through)",
                           rule->id);
    if (counts && r->trial->element.len > 0)
        return cp_diag_set(r->diag, CP_ERR_CONFLICT, value->place,
                           "the rule counts: it is not violated at an element", rule->id);
    if (counts && r->trial->because == CP_BECAUSE_EVIDENCE)
        return cp_diag_set(r->diag, CP_ERR_CONFLICT, value->place,
                           "the rule counts: no single evidence decides it", rule->id);
    return CP_OK;
}

/* "kr-1 at agg-7 because unknown" */
static cp_err read_breach(struct cp_trial_reader *r, const struct cp_yaml *value, cp_text rest)
{
    struct cp_trial *trial = r->trial;
    uint32_t rule = 0;

    trial->rule = next_word(&rest);
    if (trial->rule.len == 0)
        return bad_expectation(r, value);
    CP_TRY(cp_trial_id(r, CP_IDS_RULES, trial->rule, value->place, &rule));
    CP_TRY(take_because(r, value, &rest));
    cp_text at = next_word(&rest);
    if (at.len > 0) {
        trial->element = cp_text_trim(rest);
        if (!cp_text_is(at, "at") || trial->element.len == 0)
            return bad_expectation(r, value);
        if (cp_trial_ties(r, trial->element) == 0)
            return cp_trial_stranger(r, trial->element, UINT32_MAX, value->place);
    }
    return check_possible(r, value, &r->policy->rules[rule]);
}

cp_err cp_trial_expect_read(struct cp_trial_reader *r, const struct cp_yaml *value)
{
    struct cp_trial *trial = r->trial;

    trial->licence_until = CP_DATE_NONE;
    CP_TRY(cp_value_text(value, &trial->expect_text, r->diag));
    cp_text rest = trial->expect_text;
    cp_text word = next_word(&rest);
    if (cp_text_is(word, "ok")) {
        rest = cp_text_trim(rest);
        return rest.len == 0 ? CP_OK : read_licence(r, value, rest);
    }
    if (!cp_text_is(word, "violates") && !cp_text_is(word, "undecided"))
        return bad_expectation(r, value);
    trial->expect = cp_text_is(word, "undecided") ? CP_EXPECT_UNDECIDED : CP_EXPECT_VIOLATES;
    return read_breach(r, value, rest);
}
