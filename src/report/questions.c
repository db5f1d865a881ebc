#include "questions.h"

#include "report/words.h"

cp_trust cp_question_trust(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                           uint32_t at)
{
    const struct cp_judge_rule *of = &judge->rules[rule];

    return cp_trust_treated(cp_judge_trust(of, kind, at), of->unknown);
}

cp_trust cp_question_worst(const struct cp_judge *judge, cp_object_kind kind, uint32_t at)
{
    cp_trust worst = CP_TRUSTED;

    for (uint32_t r = 0; r < judge->rule_count && worst != CP_UNTRUSTED; r++) {
        cp_trust trust = cp_question_trust(judge, r, kind, at);

        worst = trust > worst ? trust : worst;
    }
    return worst;
}

static bool is_at_site(const struct cp_case *net, cp_object_kind kind, uint32_t at, uint32_t site)
{
    const struct cp_link_rec *link;

    if (kind == CP_OBJECT_NODE)
        return net->nodes[at].site == site;
    link = &net->links[at];
    for (uint32_t e = 0; e < link->ends.count; e++) {
        if (net->nodes[net->ends[link->ends.first + e].node.at].site == site)
            return true;
    }
    return false;
}

struct list {
    const struct cp_judge *judge;
    uint32_t site; /* CP_NONE: anywhere */
    struct cp_question *at;
    uint32_t count;
};

static void add_bad_ones(struct list *list, cp_object_kind kind, uint32_t count)
{
    for (uint32_t at = 0; at < count; at++) {
        if (list->site != CP_NONE && !is_at_site(list->judge->net, kind, at, list->site))
            continue;
        if (cp_question_worst(list->judge, kind, at) != CP_TRUSTED)
            list->at[list->count++] = (struct cp_question){.kind = kind, .at = at};
    }
}

cp_err cp_questions_make(const struct cp_judge *judge, const struct cp_asked *asked,
                         struct cp_arena *arena, const struct cp_question **out, uint32_t *count)
{
    const struct cp_case *net = judge->net;
    bool one = asked != NULL && asked->kind != CP_ASKED_SITE;
    size_t most = one ? 1 : (size_t)net->node_count + net->link_count;
    struct list list = {.judge = judge,
                        .site = asked == NULL ? CP_NONE : asked->at,
                        .at = CP_TAKE(arena, most, struct cp_question)};

    if (list.at == NULL)
        return CP_ERR_NOMEM;
    if (!one) {
        add_bad_ones(&list, CP_OBJECT_NODE, net->node_count);
        add_bad_ones(&list, CP_OBJECT_LINK, net->link_count);
    } else if (asked->kind != CP_ASKED_DEMAND) {
        list.at[list.count++] = (struct cp_question){
            .kind = asked->kind == CP_ASKED_NODE ? CP_OBJECT_NODE : CP_OBJECT_LINK,
            .at = asked->at,
            .all_rules = true};
    }
    *out = list.at;
    *count = list.count;
    return CP_OK;
}

const struct cp_exposure *cp_question_exposure(const struct cp_demand_result *result)
{
    const struct cp_exposure *decisive = cp_words_decisive(result);

    if (decisive != NULL)
        return decisive;
    return result->exposure != NULL ? result->exposure : result->liar;
}

const char *cp_words_step(cp_step_kind kind)
{
    static const char *const words[CP_STEP_COUNT] = {
        [CP_STEP_ELEMENT] = "element", [CP_STEP_SCOPE] = "scope", [CP_STEP_MANAGER] = "manager",
        [CP_STEP_BELOW] = "below",     [CP_STEP_PART] = "part",   [CP_STEP_FACT] = "fact",
        [CP_STEP_LICENCE] = "licence"};

    CP_ASSERT(kind < CP_STEP_COUNT);
    return words[kind];
}
