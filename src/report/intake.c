#include "report/intake.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"

#include "wrap.h"

/* Remarks of one kind and one sentence are one rule; rules stand in the order of their first remark. */

struct rule {
    const struct cp_remark *first;
    uint64_t count;
};

struct rules {
    struct rule *at;
    uint32_t count, cap;
};

struct sums {
    uint64_t used, ignored, not_understood;
};

static uint32_t count_of(const struct cp_remark *remark)
{
    return remark->count > 0 ? remark->count : 1;
}

static cp_err collect(const struct cp_case *net, cp_remark_kind kind, struct cp_arena *work,
                      struct rules *rules)
{
    struct cp_map *known;

    *rules = (struct rules){.count = 0};
    CP_TRY(cp_map_open(work, &known));
    for (uint32_t i = 0; i < net->remark_count; i++) {
        const struct cp_remark *remark = &net->remarks[i];
        cp_text why = cp_text_of(remark->why);
        uint32_t at;

        if (remark->kind != kind)
            continue;
        at = cp_map_find(known, why);
        if (at == CP_MAP_NONE) {
            void *grown = rules->at;

            at = rules->count;
            CP_TRY(cp_arena_grow(work, &grown, at, &rules->cap, sizeof(*rules->at)));
            rules->at = grown;
            rules->at[rules->count++] = (struct rule){.first = remark};
            CP_TRY(cp_map_add(known, why, at));
        }
        CP_ASSERT(rules->at != NULL);
        rules->at[at].count += count_of(remark);
    }
    return CP_OK;
}

static struct sums sums_of(const struct cp_case *net)
{
    struct sums sums = {0};

    for (uint32_t i = 0; i < net->input_count; i++) {
        sums.used += net->inputs[i].used;
        sums.ignored += net->inputs[i].ignored;
        sums.not_understood += net->inputs[i].not_understood;
    }
    return sums;
}

/* --- text ------------------------------------------------------------------------------------- */

static void text_counts(struct cp_out *out, const struct sums *sums, cp_text name)
{
    cp_out_format(out, "%10" PRIu64 "  %10" PRIu64 "  %14" PRIu64 "  ", sums->used, sums->ignored,
                  sums->not_understood);
    cp_wrap(out, name, (struct cp_wrap){.columns = 0});
}

static cp_err text_rule(const struct cp_case *net, const struct rule *rule, struct cp_arena *work,
                        struct cp_out *out)
{
    struct cp_out line = cp_out_make(work);
    cp_text place, text;

    CP_TRY(cp_case_place(net, rule->first->place, work, &place));
    cp_out_format(&line, "%s", rule->first->why);
    if (place.len > 0 || rule->first->subject.len > 0)
        cp_out_str(&line, rule->count == 1 ? " (" : " (first: ");
    if (rule->first->subject.len > 0) {
        cp_out_char(&line, '\'');
        cp_out_text(&line, rule->first->subject);
        cp_out_str(&line, place.len > 0 ? "' at " : "'");
    }
    cp_out_text(&line, place);
    if (place.len > 0 || rule->first->subject.len > 0)
        cp_out_char(&line, ')');
    CP_TRY(cp_out_done(&line, &text));
    cp_out_format(out, "%10" PRIu64 "  ", rule->count);
    cp_wrap(out, text, (struct cp_wrap){.columns = 0});
    return CP_OK;
}

static cp_err text_rules(const struct cp_intake *intake, cp_remark_kind kind, const char *title,
                         struct cp_arena *work, struct cp_out *out)
{
    struct rules rules;

    CP_TRY(collect(intake->net, kind, work, &rules));
    if (rules.count > 0)
        cp_out_format(out, "\n%s\n", title);
    for (uint32_t i = 0; i < rules.count; i++)
        CP_TRY(text_rule(intake->net, &rules.at[i], work, out));
    return CP_OK;
}

cp_err cp_intake_text(const struct cp_intake *intake, struct cp_arena *work, struct cp_out *out)
{
    struct sums all = sums_of(intake->net);

    cp_out_str(out, "      used     ignored  not understood  input\n");
    for (uint32_t i = 0; i < intake->net->input_count; i++) {
        const struct cp_input *input = &intake->net->inputs[i];
        struct sums sums = {input->used, input->ignored, input->not_understood};

        text_counts(out, &sums, input->path);
    }
    if (intake->net->input_count != 1)
        text_counts(out, &all, CP_TEXT("in all"));
    CP_TRY(text_rules(intake, CP_REMARK_IGNORED, "ignored, by rule:", work, out));
    CP_TRY(text_rules(intake, CP_REMARK_NOT_UNDERSTOOD, "not understood:", work, out));
    CP_TRY(text_rules(intake, CP_REMARK_FINDING, "findings:", work, out));
    if (intake->written_count > 0)
        cp_out_str(out, "\nwritten:\n");
    for (uint32_t i = 0; i < intake->written_count; i++)
        cp_wrap(out, intake->written[i], (struct cp_wrap){.first = 2});
    return out->err;
}

/* --- JSON ------------------------------------------------------------------------------------- */

static cp_err json_place(struct cp_json *json, const struct cp_case *net, cp_place place,
                         struct cp_arena *work)
{
    cp_text text;

    CP_TRY(cp_case_place(net, place, work, &text));
    if (text.len > 0)
        cp_json_text(json, "place", text);
    else
        cp_json_null(json, "place");
    return CP_OK;
}

static cp_err json_rules(struct cp_json *json, const struct cp_intake *intake, cp_remark_kind kind,
                         const char *name, struct cp_arena *work)
{
    struct rules rules;

    CP_TRY(collect(intake->net, kind, work, &rules));
    cp_json_array(json, name, CP_JSON_LINES);
    for (uint32_t i = 0; i < rules.count; i++) {
        cp_json_object(json, NULL, CP_JSON_FLAT);
        cp_json_str(json, "why", rules.at[i].first->why);
        cp_json_u64(json, "count", rules.at[i].count);
        cp_json_text(json, "first", rules.at[i].first->subject);
        CP_TRY(json_place(json, intake->net, rules.at[i].first->place, work));
        cp_json_close(json);
    }
    cp_json_close(json);
    return CP_OK;
}

static cp_err json_not_understood(struct cp_json *json, const struct cp_intake *intake,
                                  struct cp_arena *work)
{
    cp_json_array(json, "not_understood", CP_JSON_LINES);
    for (uint32_t i = 0; i < intake->net->remark_count; i++) {
        const struct cp_remark *remark = &intake->net->remarks[i];

        if (remark->kind != CP_REMARK_NOT_UNDERSTOOD)
            continue;
        cp_json_object(json, NULL, CP_JSON_FLAT);
        CP_TRY(json_place(json, intake->net, remark->place, work));
        cp_json_str(json, "why", remark->why);
        cp_json_text(json, "subject", remark->subject);
        if (remark->hint.len > 0)
            cp_json_text(json, "hint", remark->hint);
        cp_json_u64(json, "count", count_of(remark));
        cp_json_close(json);
    }
    cp_json_close(json);
    return CP_OK;
}

static void json_inputs(struct cp_json *json, const struct cp_case *net)
{
    cp_json_array(json, "inputs", CP_JSON_LINES);
    for (uint32_t i = 0; i < net->input_count; i++) {
        const struct cp_input *input = &net->inputs[i];

        cp_json_object(json, NULL, CP_JSON_FLAT);
        cp_json_text(json, "path", input->path);
        cp_json_str(json, "sha256", input->sha256);
        cp_json_u64(json, "used", input->used);
        cp_json_u64(json, "ignored", input->ignored);
        cp_json_u64(json, "not_understood", input->not_understood);
        cp_json_close(json);
    }
    cp_json_close(json);
}

static void json_case(struct cp_json *json, const struct cp_case *net)
{
    cp_json_object(json, "case", CP_JSON_FLAT);
    cp_json_u64(json, "nodes", net->node_count);
    cp_json_u64(json, "links", net->link_count);
    cp_json_u64(json, "sites", net->site_count);
    cp_json_u64(json, "demands", net->demand_count);
    cp_json_u64(json, "facts", net->fact_count);
    cp_json_close(json);
}

cp_err cp_intake_json(const struct cp_intake *intake, struct cp_arena *work, struct cp_out *out)
{
    struct cp_json json = cp_json_make(out);
    struct sums all = sums_of(intake->net);

    cp_json_object(&json, NULL, CP_JSON_LINES);
    cp_json_str(&json, "schema", "cleanpath.import/1");
    json_inputs(&json, intake->net);
    cp_json_object(&json, "all", CP_JSON_FLAT);
    cp_json_u64(&json, "used", all.used);
    cp_json_u64(&json, "ignored", all.ignored);
    cp_json_u64(&json, "not_understood", all.not_understood);
    cp_json_close(&json);
    json_case(&json, intake->net);
    CP_TRY(json_rules(&json, intake, CP_REMARK_IGNORED, "ignored", work));
    CP_TRY(json_not_understood(&json, intake, work));
    CP_TRY(json_rules(&json, intake, CP_REMARK_FINDING, "findings", work));
    cp_json_object(&json, "written", CP_JSON_FLAT);
    cp_json_text(&json, "form", intake->form);
    cp_json_array(&json, "files", CP_JSON_FLAT);
    for (uint32_t i = 0; i < intake->written_count; i++)
        cp_json_text(&json, NULL, intake->written[i]);
    cp_json_close(&json);
    cp_json_close(&json);
    cp_json_close(&json);
    return out->err;
}
