#include "phrases.h"

#include <inttypes.h>

#include "report/words.h"

static void write_failure(struct cp_out *out, const struct cp_case *net, struct cp_failure failure)
{
    cp_out_str(out, cp_words_failure_kind(failure.kind));
    cp_out_char(out, ' ');
    cp_out_text(out, cp_words_failure(net, failure));
}

/* "after link a--b and node c failed", for the first `count` failures */
static void write_failed(struct cp_out *out, const struct cp_case *net,
                         const struct cp_exposure *exposure, uint32_t count)
{
    cp_out_str(out, "after ");
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_out_str(out, i + 1 == count ? " and " : ", ");
        write_failure(out, net, exposure->failures[i]);
    }
    cp_out_str(out, " failed");
}

static void write_lie(struct cp_out *out, const struct cp_case *net,
                      const struct cp_exposure *exposure)
{
    if (exposure->failure_count > 0)
        cp_out_str(out, ", ");
    if (exposure->kind == CP_OBJECT_NODE) {
        cp_out_str(out, "if ");
        cp_out_text(out, cp_words_element(net, CP_OBJECT_NODE, exposure->element));
        cp_out_str(out, " lies");
    } else {
        cp_out_str(out, "if untrusted equipment lies");
    }
}

void cp_phrase_when(struct cp_out *out, const struct cp_case *net,
                    const struct cp_exposure *exposure)
{
    uint32_t failed = exposure->failure_count;

    if (exposure->state == CP_STATE_TRANSITION && failed > 0) {
        failed--;
        cp_out_str(out, "while ");
        write_failure(out, net, exposure->failures[failed]);
        cp_out_str(out, failed > 0 ? " fails, " : " fails");
    }
    if (failed > 0)
        write_failed(out, net, exposure, failed);
    if (exposure->state == CP_STATE_LIAR)
        write_lie(out, net, exposure);
    else if (exposure->failure_count == 0)
        cp_out_str(out, "today");
}

void cp_phrase_demand(struct cp_out *out, const struct cp_demand *demand, cp_direction direction)
{
    bool forward = direction == CP_FORWARD;

    cp_out_text(out, demand->id);
    cp_out_str(out, ", ");
    cp_out_text(out, forward ? demand->src_name : demand->dst_name);
    cp_out_str(out, " to ");
    cp_out_text(out, forward ? demand->dst_name : demand->src_name);
    if (!forward)
        cp_out_str(out, " (reverse)");
}

void cp_phrase_way(struct cp_out *out, const struct cp_case *net,
                   const struct cp_exposure *exposure)
{
    for (uint32_t i = 0; i < exposure->node_count; i++) {
        cp_out_str(out, i == 0 ? "" : " > ");
        cp_out_text(out, cp_words_element(net, CP_OBJECT_NODE, exposure->nodes[i].at));
    }
}

void cp_phrase_element(struct cp_out *out, const struct cp_case *net, cp_object_kind kind,
                       uint32_t at, cp_text sentence)
{
    cp_out_str(out, cp_words_object(kind));
    cp_out_char(out, ' ');
    cp_out_text(out, cp_words_element(net, kind, at));
    cp_out_str(out, ": ");
    cp_out_text(out, sentence);
}

void cp_phrase_rule(struct cp_out *out, const struct cp_judge *judge, uint32_t policy, cp_text rule)
{
    cp_out_text(out, rule);
    if (judge->policy_count < 2)
        return;
    cp_out_str(out, " of ");
    cp_out_text(out, judge->policies[policy].policy->id);
}

static void write_date(struct cp_out *out, cp_date date)
{
    char text[11];

    cp_date_format(date, text);
    cp_out_str(out, text);
}

static bool share_a_day(const struct cp_judge *judge)
{
    for (uint32_t p = 1; p < judge->policy_count; p++) {
        if (judge->policies[p].as_of != judge->policies[0].as_of)
            return false;
    }
    return true;
}

void cp_phrase_policies(struct cp_out *out, const struct cp_judge *judge)
{
    bool one_day = share_a_day(judge);

    cp_out_str(out, judge->policy_count == 1 ? "policy " : "policies ");
    for (uint32_t p = 0; p < judge->policy_count; p++) {
        if (p > 0)
            cp_out_str(out, p + 1 == judge->policy_count ? " and " : ", ");
        cp_out_text(out, judge->policies[p].policy->id);
        if (one_day)
            continue;
        cp_out_str(out, " (");
        write_date(out, judge->policies[p].as_of);
        cp_out_char(out, ')');
    }
    if (!one_day)
        return;
    cp_out_str(out, " on ");
    write_date(out, judge->as_of);
}

void cp_phrase_count(struct cp_out *out, uint64_t count, const char *one, const char *many)
{
    cp_out_u64(out, count);
    cp_out_char(out, ' ');
    cp_out_str(out, count == 1 ? one : many);
}

void cp_phrase_percent(struct cp_out *out, uint64_t hundredths)
{
    if (hundredths % 100 == 0)
        cp_out_format(out, "%" PRIu64 " %%", hundredths / 100);
    else
        cp_out_format(out, "%" PRIu64 ".%02u %%", hundredths / 100, (uint32_t)(hundredths % 100));
}
