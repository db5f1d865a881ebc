#include "warnings.h"

/* Each selector marks what it names; what is left unmarked is used by nothing. */

struct used {
    bool *lists, *products, *classes;
};

static void mark_select(const struct cp_select *select, struct used *used)
{
    for (uint32_t i = 0; i < select->maker_list_count; i++)
        used->lists[select->maker_lists[i]] = true;
    for (uint32_t i = 0; i < select->product_count; i++)
        used->products[select->products[i]] = true;
}

static void mark_rule(const struct cp_rule *rule, struct used *used)
{
    mark_select(&rule->target, used);
    mark_select(&rule->among, used);
    mark_select(&rule->where, used);
    for (uint32_t i = 0; i < rule->except_count; i++)
        mark_select(&rule->excepts[i], used);
    if (rule->traffic_class != CP_NONE)
        used->classes[rule->traffic_class] = true;
}

static void mark_all(const struct cp_policy *policy, struct used *used)
{
    for (uint32_t i = 0; i < policy->rule_count; i++)
        mark_rule(&policy->rules[i], used);
    for (uint32_t i = 0; i < policy->licence_count; i++)
        mark_select(&policy->licences[i].covers, used);
    for (uint32_t i = 0; i < policy->product_count; i++)
        mark_select(&policy->products[i].select, used); /* an unused product has its own warning */
}

cp_err cp_warn_of_unused(struct cp_warnings *warnings)
{
    static const char why[] = "is used by no rule or licence";
    const struct cp_policy *policy = warnings->policy;
    struct used used = {
        .lists = CP_TAKE(warnings->arena, policy->list_count, bool),
        .products = CP_TAKE(warnings->arena, policy->product_count, bool),
        .classes = CP_TAKE(warnings->arena, policy->class_count, bool),
    };

    if (used.lists == NULL || used.products == NULL || used.classes == NULL)
        return CP_ERR_NOMEM;
    mark_all(policy, &used);
    for (uint32_t i = 0; i < policy->list_count; i++) {
        const struct cp_maker_list *list = &policy->lists[i];
        if (!used.lists[i])
            CP_TRY(cp_warnings_add(warnings, list->place, "maker list", list->id, why));
    }
    for (uint32_t i = 0; i < policy->product_count; i++) {
        const struct cp_product *product = &policy->products[i];
        if (!used.products[i])
            CP_TRY(cp_warnings_add(warnings, product->place, "product", product->id, why));
    }
    for (uint32_t i = 0; i < policy->class_count; i++) {
        const struct cp_traffic *class = &policy->classes[i];
        if (!used.classes[i])
            CP_TRY(cp_warnings_add(warnings, class->place, "traffic class", class->id,
                                   "is used by no rule"));
    }
    return CP_OK;
}
