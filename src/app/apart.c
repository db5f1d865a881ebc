#include "answer.h"

#include "app/machine.h"
#include "app/message.h"

/*
 * Each policy as if it were the only one: the same verdicts on elements, but of the rules that a
 * demand falls under only its own.  Nothing is judged again: each rule stands for itself.
 */

/* All treatments with the rules of one policy. */
static cp_err treat_alone(const struct cp_judge *judge, uint32_t policy, struct cp_arena *arena,
                          struct cp_judge *out)
{
    struct cp_treatment *treatments = CP_TAKE(arena, judge->treatment_count, struct cp_treatment);

    if (treatments == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t t = 0; t < judge->treatment_count; t++) {
        const struct cp_treatment *all = &judge->treatments[t];
        uint32_t *rules = CP_TAKE(arena, all->rule_count, uint32_t);

        if (rules == NULL)
            return CP_ERR_NOMEM;
        treatments[t] = (struct cp_treatment){.traffic_class = all->traffic_class, .rules = rules};
        for (uint32_t i = 0; i < all->rule_count; i++) {
            if (judge->rules[all->rules[i]].policy == policy)
                rules[treatments[t].rule_count++] = all->rules[i];
        }
    }
    *out = *judge;
    out->treatments = treatments;
    return CP_OK;
}

static cp_exit audit_alone(struct cp_answer *a, uint32_t policy)
{
    struct cp_judge *judge = CP_TAKE(a->loaded.kept, 1, struct cp_judge);
    cp_exit code;

    if (judge == NULL || treat_alone(a->judge, policy, a->loaded.kept, judge) != CP_OK)
        return cp_say_no_memory();
    code = cp_answer_audit(a, judge, a->loaded.kept,
                           &a->alone_workers[(size_t)policy * a->options->jobs], &a->alone[policy]);
    if (code != CP_EXIT_OK)
        return code;
    return cp_answer_check(
        &(struct cp_report){
            .judge = judge, .request = &a->request, .results = a->alone[policy], .held = a->held},
        a->options->jobs, NULL);
}

cp_exit cp_answer_apart(struct cp_answer *a)
{
    uint32_t count = a->loaded.sources.policy_count;
    uint32_t jobs = a->options->jobs;
    cp_exit code = CP_EXIT_OK;

    if (count < 2 || a->loaded.net->demand_count == 0)
        return CP_EXIT_OK;
    a->alone_workers = (struct cp_arena **)cp_arena_take(a->loaded.scratch, (size_t)count * jobs,
                                                         sizeof(struct cp_arena *));
    a->alone = (const struct cp_demand_result **)cp_arena_take(a->loaded.kept, count,
                                                               sizeof(struct cp_demand_result *));
    if (a->alone_workers == NULL || a->alone == NULL)
        return cp_say_no_memory();
    for (uint32_t policy = 0; code == CP_EXIT_OK && policy < count; policy++)
        code = audit_alone(a, policy);
    return code;
}
