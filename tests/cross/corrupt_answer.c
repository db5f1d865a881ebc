/* Corruptions of answers: the numbers of a result are exact, so any other number is false. */
#include "corrupt.h"

#include <string.h>

static bool other_verdict(struct trial *t)
{
    result_of(t)->verdict = (cp_verdict)((result_of(t)->verdict + 1 + pick(t, 3)) % 4);
    return true;
}

/* One less, one more, null, or 0. */
static bool change_depth(struct trial *t, uint32_t *depth)
{
    uint32_t was = *depth, most = t->b.request.depth;
    uint32_t choices[] = {was - 1, was + 1, CP_DEPTH_NONE, 0};

    *depth = choices[pick(t, 4)];
    if (*depth != CP_DEPTH_NONE && *depth > most)
        *depth = was == 0 ? CP_DEPTH_NONE : 0;
    return *depth != was;
}

static bool other_steady(struct trial *t)
{
    return change_depth(t, &result_of(t)->state_depth[CP_STATE_STEADY]);
}

static bool other_transition(struct trial *t)
{
    return change_depth(t, &result_of(t)->state_depth[CP_STATE_TRANSITION]);
}

static bool other_liar(struct trial *t)
{
    return change_depth(t, &result_of(t)->state_depth[CP_STATE_LIAR]);
}

static bool other_exposure_depth(struct trial *t)
{
    return change_depth(t, &result_of(t)->exposure_depth);
}

/* The cut keeps to the depth: elements left out, or the first link and so on put in. */
static bool other_cut(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);

    if (!change_depth(t, &r->cut_depth))
        return false;
    for (uint32_t i = 0; r->cut_depth != CP_DEPTH_NONE && i < r->cut_depth; i++)
        if (r->cut[i].kind == 0)
            r->cut[i] = (struct cp_failure){CP_FAIL_LINK, t->sample.case_link[0]};
    return true;
}

static bool other_clean_way(struct trial *t)
{
    result_of(t)->clean_way = !result_of(t)->clean_way;
    return true;
}

static bool other_judged(struct trial *t)
{
    result_of(t)->judged = !result_of(t)->judged;
    return true;
}

/* All that is said against the demand is left out, and the numbers with it. */
static bool whitewash(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);

    if (r->exposure == NULL)
        return false;
    r->exposure = r->violation = r->undecided = NULL;
    r->exposure_depth = CP_DEPTH_NONE;
    r->state_depth[CP_STATE_STEADY] = r->state_depth[CP_STATE_TRANSITION] = CP_DEPTH_NONE;
    r->verdict = r->cut_depth == 0 ? CP_VERDICT_NO_PATH : CP_VERDICT_OK;
    return true;
}

static bool no_lies(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);

    if (r->liar == NULL)
        return false;
    r->liar = NULL;
    r->state_depth[CP_STATE_LIAR] = CP_DEPTH_NONE;
    return true;
}

/* Undecided instead of violated. */
static bool soften(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);

    if (r->verdict != CP_VERDICT_VIOLATION)
        return false;
    r->verdict = r->undecided != NULL ? CP_VERDICT_UNDECIDED : CP_VERDICT_OK;
    r->violation = NULL;
    return true;
}

/* A copy of one of the exposures shown, to be spoilt. */
static struct cp_exposure *spoil(struct trial *t)
{
    struct cp_demand_result *r = result_of(t);
    const struct cp_exposure **shown[] = {&r->exposure, &r->violation, &r->undecided, &r->liar};
    uint32_t first = pick(t, 4);

    for (uint32_t i = 0; i < 4; i++) {
        const struct cp_exposure **at = shown[(first + i) % 4];
        struct cp_exposure *copy = CP_TAKE(t->arena, 1, struct cp_exposure);

        if (*at == NULL || copy == NULL)
            continue;
        *copy = **at;
        *at = copy;
        return copy;
    }
    return NULL;
}

/* A node twice behind itself: no link joins a node to itself. */
static bool path_stutters(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    cp_node *nodes = e == NULL ? NULL : CP_TAKE(t->arena, e->node_count, cp_node);

    if (nodes == NULL || e->node_count < 2)
        return false;
    memcpy(nodes, e->nodes, e->node_count * sizeof *nodes);
    nodes[1] = nodes[0];
    e->nodes = nodes;
    return true;
}

/* It begins in the middle: where no flow of this direction has its source. */
static bool path_begins_late(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    const struct cp_case *c = t->b.judge->net;
    const struct cp_demand *d = &c->demands[t->demand];

    if (e == NULL || e->node_count < 2)
        return false;
    for (uint32_t i = 0; i < d->src.count; i++)
        if (c->demand_ends[d->src.first + i].at == e->nodes[1].at)
            return false;
    for (uint32_t i = 0; i < d->dst.count; i++)
        if (c->demand_ends[d->dst.first + i].at == e->nodes[1].at)
            return false;
    e->nodes++;
    e->links++;
    e->node_count--;
    return true;
}

/* It ends short of the element, which no node or link of what is left is. */
static bool path_ends_early(struct trial *t)
{
    struct cp_exposure *e = spoil(t);

    if (e == NULL || e->node_count < 2 ||
        (e->kind == CP_OBJECT_LINK && e->node_count > 2 &&
         e->links[e->node_count - 3].at == e->element))
        return false;
    e->node_count--;
    return true;
}

/* Of the other kind: then it is at the path's end no more (or of no such name). */
static bool other_element(struct trial *t)
{
    struct cp_exposure *e = spoil(t);

    if (e == NULL)
        return false;
    e->element = e->kind == CP_OBJECT_NODE ? e->nodes[0].at : e->element;
    if (e->kind == CP_OBJECT_NODE && e->node_count > 1)
        return true;
    e->kind = e->kind == CP_OBJECT_NODE ? CP_OBJECT_LINK : CP_OBJECT_NODE;
    e->element = 0;
    return e->kind == CP_OBJECT_NODE ? e->nodes[e->node_count - 1].at != 0
                                     : e->node_count < 2 || e->links[e->node_count - 2].at != 0;
}

/* Its source is no source the other way round. */
static bool other_direction(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    const struct cp_case *c = t->b.judge->net;
    const struct cp_demand *d = &c->demands[t->demand];
    cp_range ends = {0, 0};

    if (e == NULL)
        return false;
    ends = e->direction == CP_FORWARD ? d->dst : d->src;
    for (uint32_t i = 0; i < ends.count; i++)
        if (c->demand_ends[ends.first + i].at == e->nodes[0].at)
            return false;
    e->direction = e->direction == CP_FORWARD ? CP_REVERSE : CP_FORWARD;
    return true;
}

/* Fewer failures than the depth said; a transition has one in any case. */
static bool drop_failure(struct trial *t)
{
    struct cp_exposure *e = spoil(t);

    if (e == NULL || e->failure_count == 0 || e == result_of(t)->violation ||
        e == result_of(t)->undecided)
        return false;
    e->failure_count--;
    return true;
}

/* A demand's own end never fails. */
static bool end_fails(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    const struct cp_case *c = t->b.judge->net;

    if (e == NULL || e->failure_count == 0)
        return false;
    e->failures[e->failure_count - 1] =
        (struct cp_failure){CP_FAIL_NODE, c->demand_ends[c->demands[t->demand].src.first].at};
    return true;
}

/* A steady exposure is no transition's, where what is said to change is the same. */
static bool other_state(struct trial *t)
{
    struct cp_exposure *e = spoil(t);

    if (e == NULL)
        return false;
    e->state = e->state == CP_STATE_LIAR ? CP_STATE_STEADY : CP_STATE_LIAR;
    return true;
}

static bool other_rule(struct trial *t)
{
    struct cp_exposure *e = spoil(t);
    const struct cp_judge *judge = t->b.judge;

    if (e == NULL || judge->rule_count < 2)
        return false;
    e->rule = (e->rule + 1 + pick(t, judge->rule_count - 1)) % judge->rule_count;
    return cp_trust_treated(cp_judge_trust(&judge->rules[e->rule], e->kind, e->element),
                            judge->rules[e->rule].unknown) == CP_TRUSTED;
}

const struct corrupt corrupt_answers[CORRUPT_ANSWERS] = {
    {"verdict", other_verdict, OF_ANSWER_PROVEN},
    {"steady depth", other_steady, OF_ANSWER_PROVEN},
    {"transition depth", other_transition, OF_ANSWER_PROVEN},
    {"liar depth", other_liar, OF_ANSWER_PROVEN},
    {"exposure depth", other_exposure_depth, OF_ANSWER_PROVEN},
    {"cut", other_cut, OF_ANSWER},
    {"clean_way", other_clean_way, OF_ANSWER_PROVEN},
    {"judged", other_judged, OF_ANSWER_PROVEN},
    {"all exposures", whitewash, OF_ANSWER_PROVEN},
    {"all lies", no_lies, OF_ANSWER_PROVEN},
    {"violation", soften, OF_ANSWER_PROVEN},
    {"path stutters", path_stutters, OF_ANSWER},
    {"path begins late", path_begins_late, OF_ANSWER},
    {"path ends early", path_ends_early, OF_ANSWER},
    {"element", other_element, OF_ANSWER},
    {"direction", other_direction, OF_ANSWER},
    {"failure", drop_failure, OF_ANSWER},
    {"end fails", end_fails, OF_ANSWER},
    {"state", other_state, OF_ANSWER},
    {"rule", other_rule, OF_ANSWER},
};
