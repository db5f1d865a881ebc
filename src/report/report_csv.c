#include "report/report.h"

#include "base/cell.h"

#include "reasons.h"
#include "report/words.h"

/*
 * RFC 4180: a row a demand in the order of the file.  A row has room for one exposure: the one that
 * decides the verdict, else the shallowest.  Lists are separated by spaces.
 */

struct writer {
    const struct cp_report *report;
    const struct cp_case *net;
    struct cp_out *out;
    struct cp_reasons *reasons;
};

static const char header[] =
    "id,src,dst,class,bandwidth_bps,verdict,judged,clean_way,exposure_depth,cut_depth,steady,"
    "transition,repair,liar,state,direction,failures,failure_kinds,element,element_kind,path,rule,"
    "reason,policy,authority,says,licence\r\n";

/* Columns from `state` to `says`. */
#define EXPOSURE_COLUMNS 12u

static void next_word(struct cp_out *out, const char *word)
{
    cp_cell_next(out, cp_text_of(word));
}

static void next_depth(struct cp_out *out, uint32_t depth)
{
    cp_out_char(out, ',');
    if (depth != CP_DEPTH_NONE)
        cp_out_u64(out, depth);
}

static void next_failures(struct writer *w, const struct cp_exposure *exposure)
{
    cp_out_str(w->out, ",\"");
    for (uint32_t i = 0; i < exposure->failure_count; i++) {
        cp_out_str(w->out, i == 0 ? "" : " ");
        cp_cell_inside_quotes(w->out, cp_words_failure(w->net, exposure->failures[i]));
    }
    cp_out_str(w->out, "\",\"");
    for (uint32_t i = 0; i < exposure->failure_count; i++) {
        cp_out_str(w->out, i == 0 ? "" : " ");
        cp_out_str(w->out, cp_words_failure_kind(exposure->failures[i].kind));
    }
    cp_out_char(w->out, '"');
}

static void next_way(struct writer *w, const struct cp_exposure *exposure)
{
    cp_out_str(w->out, ",\"");
    for (uint32_t i = 0; i < exposure->node_count; i++) {
        cp_out_str(w->out, i == 0 ? "" : " ");
        cp_cell_inside_quotes(w->out,
                              cp_words_element(w->net, CP_OBJECT_NODE, exposure->nodes[i].at));
    }
    cp_out_char(w->out, '"');
}

static cp_err write_exposure(struct writer *w, const struct cp_exposure *exposure)
{
    const struct cp_judge_rule *rule;
    const struct cp_reason *reason;

    if (exposure == NULL) {
        for (uint32_t i = 0; i < EXPOSURE_COLUMNS; i++)
            cp_out_char(w->out, ',');
        return CP_OK;
    }
    rule = &w->report->judge->rules[exposure->rule];
    CP_TRY(cp_reasons_get(w->reasons, exposure->rule, exposure->kind, exposure->element, &reason));
    next_word(w->out, cp_words_state(exposure->state));
    next_word(w->out, cp_words_direction(exposure->direction));
    next_failures(w, exposure);
    cp_cell_next(w->out, cp_words_element(w->net, exposure->kind, exposure->element));
    next_word(w->out, cp_words_object(exposure->kind));
    next_way(w, exposure);
    cp_cell_next(w->out, rule->id);
    cp_cell_next(w->out, reason->reason);
    cp_cell_next(w->out, cp_words_policy(w->report->judge, exposure->rule)->id);
    cp_cell_next(w->out, cp_words_policy(w->report->judge, exposure->rule)->by);
    cp_cell_next(w->out, rule->says);
    return CP_OK;
}

static cp_err write_demand(struct writer *w, uint32_t at)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_demand *demand = &w->net->demands[at];
    const struct cp_demand_result *result = &w->report->results[at];
    const struct cp_exposure *decisive = cp_words_decisive(result);

    cp_cell_first(w->out, demand->id);
    cp_cell_next(w->out, demand->src_name);
    cp_cell_next(w->out, demand->dst_name);
    cp_cell_next(w->out, judge->treatments[judge->demand_treatment[at]].traffic_class);
    cp_out_char(w->out, ',');
    if (demand->bandwidth_bps != CP_BPS_NONE)
        cp_out_u64(w->out, demand->bandwidth_bps);
    next_word(w->out, cp_words_verdict(result->verdict));
    next_word(w->out, result->judged ? "yes" : "no");
    next_word(w->out, result->clean_way ? "yes" : "no");
    next_depth(w->out, result->exposure_depth);
    next_depth(w->out, result->cut_depth);
    next_depth(w->out, result->state_depth[CP_STATE_STEADY]);
    next_depth(w->out, result->state_depth[CP_STATE_TRANSITION]);
    next_depth(w->out, CP_DEPTH_NONE); /* repair */
    next_depth(w->out, result->state_depth[CP_STATE_LIAR]);
    CP_TRY(write_exposure(w, decisive != NULL ? decisive : result->exposure));
    cp_cell_next(w->out, w->report->licences == NULL || w->report->licences[at].licence == NULL
                             ? CP_TEXT("")
                             : w->report->licences[at].licence->id);
    cp_out_str(w->out, "\r\n");
    return w->out->err;
}

cp_err cp_report_csv(const struct cp_report *report, struct cp_out *out)
{
    struct writer w = {.report = report, .net = report->judge->net, .out = out, .reasons = NULL};

    CP_TRY(cp_reasons_open(report->judge, out->arena, &w.reasons));
    cp_out_str(out, header);
    for (uint32_t d = 0; d < w.net->demand_count; d++)
        CP_TRY(write_demand(&w, d));
    return out->err;
}
