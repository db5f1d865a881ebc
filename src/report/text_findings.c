#include "text.h"

#include "phrases.h"
#include "report/words.h"

/* What stands beside the demands: presence, installations, caps, suppliers, licences. */

/* A finding is of the rule of the one before: its head stands above already. */
static bool same_rule(const struct cp_finding *a, const struct cp_finding *b)
{
    return a->policy == b->policy && cp_text_eq(a->rule_id, b->rule_id);
}

static void write_rule(struct text_writer *w, const struct cp_finding *finding)
{
    cp_phrase_rule(&w->line, w->report->judge, finding->policy, finding->rule_id);
    cp_out_str(&w->line, ": ");
    cp_out_text(&w->line, finding->says);
    cp_text_paragraph(w, 0, 4);
}

static void write_finding(struct text_writer *w, const struct cp_finding *finding)
{
    if (finding->has_object) {
        cp_out_str(&w->line, cp_words_object(finding->object_kind));
        cp_out_char(&w->line, ' ');
        cp_out_text(&w->line, cp_words_element(w->net, finding->object_kind, finding->object));
        cp_out_str(&w->line, finding->part.len > 0 ? "/" : "");
        cp_out_text(&w->line, finding->part);
        cp_out_str(&w->line, finding->site.len > 0 ? " at " : "");
        cp_out_text(&w->line, finding->site);
        cp_out_str(&w->line, ": ");
    }
    cp_out_text(&w->line, finding->sentence);
    cp_text_paragraph(w, 2, 6);
}

static void write_kind(struct text_writer *w, cp_finding_kind kind, cp_trust trust,
                       const char *title)
{
    bool bad = trust == CP_UNTRUSTED;
    uint32_t count = bad ? w->summary.found[kind].violations : w->summary.found[kind].undecided;
    const struct cp_finding *last = NULL;

    if (count > 0)
        cp_text_section(w, title, count, bad ? COLOUR_BAD : COLOUR_DOUBT);
    for (uint32_t i = 0; count > 0 && i < w->finding_count; i++) {
        const struct cp_finding *finding = &w->findings[i];

        if (finding->kind != kind || finding->trust != trust)
            continue;
        if (last == NULL || !same_rule(last, finding))
            write_rule(w, finding);
        write_finding(w, finding);
        last = finding;
    }
}

void cp_text_findings(struct text_writer *w, cp_trust trust)
{
    static const char *const bad[CP_FINDING_COUNT] = {"VIOLATIONS BY PRESENCE",
                                                      "VIOLATIONS BY INSTALLATION", "CAPS EXCEEDED",
                                                      "TOO FEW SUPPLIERS"};
    static const char *const unsure[CP_FINDING_COUNT] = {
        "UNDECIDED PRESENCE", "UNDECIDED INSTALLATIONS", "UNDECIDED CAPS", "UNDECIDED SUPPLIERS"};

    for (int kind = 0; kind < CP_FINDING_COUNT; kind++)
        write_kind(w, (cp_finding_kind)kind, trust,
                   trust == CP_UNTRUSTED ? bad[kind] : unsure[kind]);
}

/* ---- licences ---- */

static void write_until(struct cp_out *out, cp_date until)
{
    char date[11];

    if (until == CP_DATE_NONE) {
        cp_out_str(out, " without an end");
        return;
    }
    cp_date_format(until, date);
    cp_out_format(out, " until %s", date);
}

/* ", relaxes kr-1, kr-2" */
static void write_relaxed(struct text_writer *w, const struct cp_licence_use *use)
{
    const struct cp_policy *policy = w->report->judge->policies[use->policy].policy;

    for (uint32_t i = 0; i < use->licence->relax_count; i++) {
        cp_out_str(&w->line, i == 0 ? ", relaxes " : ", ");
        cp_out_text(&w->line, policy->rules[use->licence->relaxes[i]].id);
    }
}

/* "tgl: What it says; by Commerce, until 2026-12-31 (40 days left), relaxes us-1; 3 nodes, 1 link" */
static void write_licence(struct text_writer *w, const struct cp_licence_use *use)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_licence *licence = use->licence;

    cp_phrase_rule(&w->line, judge, use->policy, licence->id);
    cp_out_str(&w->line, ": ");
    cp_out_text(&w->line, licence->says);
    cp_text_paragraph(w, 0, 4);
    cp_out_str(&w->line, licence->by.len > 0 ? "by " : "holds");
    cp_out_text(&w->line, licence->by);
    write_until(&w->line, use->until);
    if (use->until != CP_DATE_NONE) {
        cp_out_str(&w->line, " (");
        cp_phrase_count(&w->line,
                        (uint64_t)((int64_t)use->until - judge->policies[use->policy].as_of),
                        "day left)", "days left)");
    }
    write_relaxed(w, use);
    cp_out_str(&w->line, "; ");
    cp_phrase_count(&w->line, use->nodes, "node", "nodes");
    cp_out_str(&w->line, ", ");
    cp_phrase_count(&w->line, use->links, "link", "links");
    cp_text_paragraph(w, 2, 6);
}

static void write_licences(struct text_writer *w, const char *title, bool ending)
{
    const struct cp_judge *judge = w->report->judge;
    uint32_t count = 0;

    for (uint32_t i = 0; i < judge->licence_count; i++)
        count += judge->licences[i].holds && judge->licences[i].warn == ending;
    if (count == 0)
        return;
    cp_text_section(w, title, count, ending ? COLOUR_DOUBT : COLOUR_PLAIN);
    for (uint32_t i = 0; i < judge->licence_count; i++) {
        if (judge->licences[i].holds && judge->licences[i].warn == ending)
            write_licence(w, &judge->licences[i]);
    }
}

/* "d1, seoul to osan: ok by licence tgl until 2026-12-31; without it violation, by node r5, rule us-1" */
static void write_licensed(struct text_writer *w, uint32_t demand)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_demand_licence *owed = &w->report->licences[demand];
    const struct cp_judge_rule *rule = &judge->rules[owed->rule];

    cp_phrase_demand(&w->line, &w->net->demands[demand], CP_FORWARD);
    cp_out_format(&w->line, ": %s by licence ",
                  cp_words_verdict(w->report->results[demand].verdict));
    cp_phrase_rule(&w->line, judge, owed->policy, owed->licence->id);
    write_until(&w->line, owed->until);
    cp_out_format(&w->line, "; without it %s, by %s ", cp_words_verdict(owed->without),
                  cp_words_object(owed->kind));
    cp_out_text(&w->line, cp_words_element(w->net, owed->kind, owed->element));
    cp_out_str(&w->line, ", rule ");
    cp_phrase_rule(&w->line, judge, rule->policy, rule->id);
    cp_text_paragraph(w, 2, 6);
}

/* "share: ok by licence tgl until 2026-12-31; without it violation: 50 % of sites, at most 33 %" */
static void write_lifted(struct text_writer *w, const struct cp_rule *rule,
                         const struct cp_lift *lift)
{
    cp_phrase_rule(&w->line, w->report->judge, lift->policy, rule->id);
    cp_out_str(&w->line, ": ok by licence ");
    cp_phrase_rule(&w->line, w->report->judge, lift->policy, lift->licence->id);
    write_until(&w->line, lift->until);
    cp_out_format(&w->line, "; without it %s: ", cp_words_trust(lift->without));
}

static void write_lifts(struct text_writer *w)
{
    const struct cp_judge *judge = w->report->judge;

    for (uint32_t i = 0; i < judge->cap_count; i++) {
        struct cp_lift lift = cp_cap_lift(&judge->caps[i]);

        if (lift.licence == NULL)
            continue;
        write_lifted(w, judge->caps[i].rule, &lift);
        cp_phrase_cap(&w->line, &judge->caps[i]);
        cp_text_paragraph(w, 2, 6);
    }
    for (uint32_t i = 0; i < judge->supplier_count; i++) {
        struct cp_lift lift = cp_suppliers_lift(&judge->suppliers[i]);

        if (lift.licence == NULL)
            continue;
        write_lifted(w, judge->suppliers[i].rule, &lift);
        cp_phrase_suppliers(&w->line, &judge->suppliers[i]);
        cp_text_paragraph(w, 2, 6);
    }
}

static uint32_t lift_count(const struct cp_judge *judge)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < judge->cap_count; i++)
        count += cp_cap_lift(&judge->caps[i]).licence != NULL;
    for (uint32_t i = 0; i < judge->supplier_count; i++)
        count += cp_suppliers_lift(&judge->suppliers[i]).licence != NULL;
    return count;
}

void cp_text_licences(struct text_writer *w)
{
    uint32_t count = w->summary.by_licence + lift_count(w->report->judge);

    if (count > 0)
        cp_text_section(w, "OK BY LICENCE", count, COLOUR_DOUBT);
    for (uint32_t d = 0; w->summary.by_licence > 0 && d < w->net->demand_count; d++) {
        if (w->report->licences[d].licence != NULL)
            write_licensed(w, d);
    }
    write_lifts(w);
    write_licences(w, "LICENCES ABOUT TO END", true);
    write_licences(w, "LICENCES IN FORCE", false);
}
