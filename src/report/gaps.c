#include "gaps.h"

struct list {
    struct cp_gap_line *at;
    uint32_t count;
};

/* Of a cap or a rule about suppliers. */
static void add_count(struct list *list, const struct cp_rule *rule, uint32_t policy,
                      uint32_t lacking, const char *key)
{
    if (lacking == 0)
        return;
    list->at[list->count++] = (struct cp_gap_line){.policy = policy,
                                                   .rule = rule->id,
                                                   .key = key != NULL ? key : "product",
                                                   .elements = lacking,
                                                   .counts = true};
}

cp_err cp_gaps_collect(const struct cp_judge *judge, struct cp_arena *arena,
                       const struct cp_gap_line **out, uint32_t *count)
{
    size_t most = (size_t)judge->gap_count + judge->cap_count + judge->supplier_count;
    struct list list = {.at = CP_TAKE(arena, most, struct cp_gap_line)};

    if (list.at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < judge->gap_count; i++) {
        const struct cp_gap *gap = &judge->gaps[i];
        const struct cp_judge_rule *rule = &judge->rules[gap->rule];

        list.at[list.count++] = (struct cp_gap_line){.policy = rule->policy,
                                                     .rule = rule->id,
                                                     .key = gap->key,
                                                     .elements = gap->elements,
                                                     .kind = gap->kind,
                                                     .object = gap->object};
    }
    for (uint32_t i = 0; i < judge->cap_count; i++)
        add_count(&list, judge->caps[i].rule, judge->caps[i].policy, judge->caps[i].lacking,
                  judge->caps[i].lacking_key);
    for (uint32_t i = 0; i < judge->supplier_count; i++)
        add_count(&list, judge->suppliers[i].rule, judge->suppliers[i].policy,
                  judge->suppliers[i].lacking, judge->suppliers[i].lacking_key);
    *out = list.at;
    *count = list.count;
    return CP_OK;
}

const char *cp_words_key(const char *key)
{
    static const struct {
        const char *key, *words;
    } words[] = {{"product", "class or model"}, {"installed", "date of installation"}};

    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (cp_text_is(cp_text_of(key), words[i].key))
            return words[i].words;
    }
    return key;
}
