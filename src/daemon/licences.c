#include "licences.h"

#include <stdlib.h>

#include "app/machine.h"

/*
 * A plan has what each licence lets pass; on which days that is an alarm is looked up by the day of the rules in force, for
 * where all feeds are lost no plan comes with the new day.
 *
 * A path is by a licence where the rules of its demands would be against an element of it on the day after the licence's
 * last one, for want of that licence: judged once for each end that is near.
 */

struct ending {
    cp_text id, what, policy;
    cp_date from, until;
    uint64_t since_us; /* 0: it does not stand yet */
};

struct licences {
    struct cp_arena *arena;
    struct ending *list; /* [count] */
    uint32_t count;
};

struct counting {
    const struct cp_plan *plan;
    const struct cp_judge *judge, *after;
    const struct cp_licence *licence;
    struct cp_arena *work;
};

/* It lets something pass; not only would it, if something were there. */
static bool is_used(const struct cp_judge *judge, const struct cp_licence_use *use)
{
    bool used = use->nodes + use->links > 0;

    for (uint32_t i = 0; i < judge->cap_count && !used; i++)
        used = judge->caps[i].licence == use->licence;
    for (uint32_t i = 0; i < judge->supplier_count && !used; i++)
        used = judge->suppliers[i].licence == use->licence;
    return used;
}

static cp_trust treated(const struct cp_judge_rule *rule, const struct cp_lapse *of)
{
    return cp_trust_treated(cp_judge_trust(rule, of->kind, of->object), rule->unknown);
}

static cp_err rests(const struct counting *c, uint32_t treatment, cp_object_kind kind,
                    uint32_t object, bool *out)
{
    const struct cp_treatment *t = &c->judge->treatments[treatment];

    for (uint32_t i = 0; i < t->rule_count && !*out; i++) {
        const struct cp_lapse of = {t->rules[i], kind, object};
        struct cp_relief relief;

        if (treated(&c->after->rules[of.rule], &of) <= treated(&c->judge->rules[of.rule], &of))
            continue;
        CP_TRY(cp_judge_lapsed(c->judge, c->after, &of, c->work, &relief));
        *out = relief.licence == c->licence;
    }
    return CP_OK;
}

/* The path that the plan takes first. */
static cp_err count_path(const struct counting *c, const struct cp_plan_lsp *lsp, uint32_t *count)
{
    const struct cp_net *net = cp_plan_net(c->plan);
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    bool by_it = false;

    for (uint32_t i = 0; i < lsp->options[0].touch_count && !by_it; i++) {
        uint32_t element = lsp->options[0].touches[i], links = net->graph.link_count;

        CP_TRY(element < links
                   ? rests(c, lsp->treatment, CP_OBJECT_LINK, net->case_link[element], &by_it)
                   : rests(c, lsp->treatment, CP_OBJECT_NODE, net->case_node[element - links],
                           &by_it));
    }
    *count += by_it;
    cp_arena_reset(c->work, mark);
    return CP_OK;
}

static cp_err count_paths(const struct cp_plan *plan, const struct cp_licence_use *use,
                          uint32_t *count, uint32_t *paths)
{
    struct counting c = {.plan = plan,
                         .judge = cp_plan_judge(plan),
                         .licence = use->licence,
                         .work = cp_arena_open(cp_machine_memory())};
    cp_err err =
        c.work == NULL ? CP_ERR_NOMEM : cp_judge_after(c.judge, &use->until, c.work, &c.after);

    *count = *paths = 0;
    for (uint32_t i = 0; i < cp_plan_lsp_count(plan) && err == CP_OK; i++) {
        const struct cp_plan_lsp *lsp = cp_plan_lsp(plan, i);

        if (lsp->option_count == 0)
            continue;
        ++*paths;
        err = count_path(&c, lsp, count);
    }
    cp_arena_close(c.work);
    return err;
}

static cp_err describe(const struct cp_plan *plan, const struct cp_licence_use *use,
                       struct cp_arena *arena, struct ending *out)
{
    struct cp_out id = cp_out_make(arena), what = cp_out_make(arena);
    uint32_t count, paths, elements = use->nodes + use->links;
    char until[11];

    CP_TRY(
        cp_text_copy(cp_plan_judge(plan)->policies[use->policy].policy->id, arena, &out->policy));
    out->until = use->until;
    out->from = (int64_t)use->until - use->licence->warn_before_days < INT32_MIN
                    ? INT32_MIN
                    : (cp_date)((int64_t)use->until - use->licence->warn_before_days);
    cp_out_str(&id, "licence/");
    cp_out_text(&id, out->policy);
    cp_out_char(&id, '/');
    cp_out_text(&id, use->licence->id);
    cp_date_format(use->until, until);
    cp_out_format(&what, "it ends with %s; %u element%s", until, elements,
                  elements == 1 ? "" : "s");
    if (use->warn) { /* the paths are counted where somebody is told of them */
        CP_TRY(count_paths(plan, use, &count, &paths));
        cp_out_format(&what, " and %u of %u path%s of the plan", count, paths,
                      paths == 1 ? "" : "s");
    }
    cp_out_str(&what, use->warn || elements != 1 ? " are by it" : " is by it");
    CP_TRY(cp_out_done(&id, &out->id));
    return cp_out_done(&what, &out->what);
}

static cp_err find(struct licences *l, const struct cp_plan *plan)
{
    const struct cp_judge *judge = cp_plan_judge(plan);

    l->list = CP_TAKE(l->arena, judge->licence_count, struct ending);
    if (l->list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < judge->licence_count; i++) {
        const struct cp_licence_use *use = &judge->licences[i];

        if (use->holds && use->until != CP_DATE_NONE && use->licence->warn_before_days > 0 &&
            is_used(judge, use))
            CP_TRY(describe(plan, use, l->arena, &l->list[l->count++]));
    }
    return CP_OK;
}

struct licences *daemon_licences_of(const struct cp_plan *plan)
{
    struct licences *l = calloc(1, sizeof *l);

    if (l == NULL)
        return NULL;
    l->arena = cp_arena_open(cp_machine_memory());
    if (l->arena != NULL && find(l, plan) == CP_OK)
        return l;
    daemon_licences_close(l);
    return NULL;
}

void daemon_licences_close(struct licences *l)
{
    if (l == NULL)
        return;
    cp_arena_close(l->arena);
    free(l);
}

static uint64_t since(const struct licences *l, cp_text id)
{
    for (uint32_t i = 0; l != NULL && i < l->count; i++)
        if (cp_text_eq(l->list[i].id, id))
            return l->list[i].since_us;
    return 0;
}

void daemon_licences_take(struct daemon *d, struct licences *now)
{
    if (now == NULL)
        return;
    for (uint32_t i = 0; i < now->count; i++)
        now->list[i].since_us = since(d->licences, now->list[i].id);
    daemon_licences_close(d->licences);
    d->licences = now;
}

/* By the day of its policy in force. */
static bool stands(const struct daemon *d, const struct ending *e)
{
    const struct cp_loaded *l = daemon_inputs_loaded(d->inputs[d->inputs_count - 1]);

    for (uint32_t i = 0; i < l->sources.policy_count; i++)
        if (cp_text_eq(l->policies[i].policy->id, e->policy))
            return l->policies[i].as_of >= e->from && l->policies[i].as_of <= e->until;
    return false;
}

uint32_t daemon_licences_most(const struct daemon *d)
{
    return d->licences == NULL ? 0 : d->licences->count;
}

uint32_t daemon_licences_alarms(struct daemon *d, struct cp_web_alarm *out)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < daemon_licences_most(d); i++) {
        struct ending *e = &d->licences->list[i];
        size_t slash = cp_text_find(e->id, '/', 0);

        if (!stands(d, e))
            continue;
        count++;
        if (out == NULL)
            continue;
        if (e->since_us == 0)
            e->since_us = daemon_now_us(d);
        out[count - 1] = (struct cp_web_alarm){.id = e->id,
                                               .kind = cp_text_sub(e->id, 0, slash),
                                               .object = cp_text_sub(e->id, slash + 1, e->id.len),
                                               .what = e->what,
                                               .since_us = e->since_us};
    }
    return count;
}
