#include "views.h"

/*
 * What devices see to links.  Each sighting becomes a view from a port of a node; then it is asked which
 * node it shows (resolve.c), which of its ports (remote.c), and which views are one link (joins.c).
 * Each step looks at all views before it decides any, so the order of documents means nothing; and
 * no step takes anything away that another device said: what contradicts stays side by side, with a finding.
 */

static const char *const tally_why[CP_TALLIES] = {
    [CP_TALLY_AMBIGUOUS] = "a neighbour that several nodes may be: it is taken for none of them",
    [CP_TALLY_CONFLICT] =
        "a neighbour whose name and address are of different nodes: it is taken for none of them",
    [CP_TALLY_OTHER_MAC] =
        "a neighbour that bears a node's name and another address: it is taken for another",
    [CP_TALLY_SELF] = "a device that sees itself: a loop, or a copy of it",
    [CP_TALLY_SEVERAL] =
        "several neighbours at one port: something between them does not show itself",
    [CP_TALLY_DISAGREE] = "two devices disagree about what a port is connected to",
    [CP_TALLY_MOVED] = "a port sees another neighbour than the inventory has there",
    [CP_TALLY_NAMELESS] = "a neighbour that says neither who it is nor where",
};

void cp_views_tell(struct cp_views *v, const struct cp_view *view, cp_tally_of what)
{
    struct cp_tally *tally = &v->tallies[(size_t)view->device * CP_TALLIES + what];
    cp_place place = view->seen->place;

    if (tally->count++ > 0 &&
        (tally->place.line < place.line ||
         (tally->place.line == place.line && tally->place.column <= place.column)))
        return;
    tally->place = place;
    tally->subject = view->seen->name.len > 0 ? view->seen->name : view->seen->chassis_id;
}

cp_err cp_views_remark(struct cp_views *v)
{
    for (uint32_t i = 0; i < v->known->set->device_count; i++)
        for (int what = 0; what < CP_TALLIES; what++) {
            const struct cp_tally *tally = &v->tallies[(size_t)i * CP_TALLIES + (size_t)what];

            if (tally->count > 0)
                CP_TRY(cp_build_remark(v->known->set->build, CP_REMARK_FINDING, tally->place,
                                       tally_why[what], tally->subject, tally->count));
        }
    return CP_OK;
}

struct cp_fact_row cp_view_fact(const struct cp_views *v, const struct cp_view *view,
                                const char *attribute, cp_text value)
{
    const struct cp_device *device = &v->known->set->devices[view->device];

    return (struct cp_fact_row){
        .place = view->seen->place,
        .attribute = cp_text_of(attribute),
        .value = value,
        .evidence = cp_text_of(device->authenticated ? "neighbour-view" : "unauthenticated-read"),
        .source = cp_text_of(view->seen->protocol),
        .who = device->about.who,
        .date = device->about.date,
        .expires = CP_DATE_NONE};
}

static cp_err view_device(struct cp_views *v, uint32_t at)
{
    const struct cp_evidence_set *set = v->known->set;
    const struct cp_device *device = &set->devices[at];
    uint32_t near = cp_known_node_find(v->known, device->node);

    for (uint32_t i = 0; near != CP_NONE && i < device->seen.count; i++) {
        struct cp_view view = {.seen = &set->seen[device->seen.first + i],
                               .device = at,
                               .near = near,
                               .far = CP_NONE,
                               .far_port = CP_NONE};

        view.near_port = cp_known_port_find(v->known, near, view.seen->port);
        v->at[v->count++] = view;
    }
    return CP_OK;
}

static cp_err join(struct cp_evidence_set *set, struct cp_arena *work, struct cp_diag *diag)
{
    struct cp_known known;
    struct cp_views v = {.known = &known, .work = work};

    CP_TRY(cp_known_make(set, work, &known));
    v.at = CP_TAKE(work, set->seen_count, struct cp_view);
    v.tallies = CP_TAKE(work, (size_t)set->device_count * CP_TALLIES, struct cp_tally);
    if (v.at == NULL || v.tallies == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < set->device_count; i++)
        CP_TRY(view_device(&v, i));
    CP_TRY(cp_views_resolve(&v, diag));
    CP_TRY(cp_views_ports(&v));
    CP_TRY(cp_views_join(&v, diag));
    CP_TRY(cp_views_facts(&v, diag));
    return cp_views_remark(&v);
}

cp_err cp_evidence_neighbours(struct cp_evidence_set *set, struct cp_diag *diag)
{
    struct cp_arena *work;
    cp_err err;

    if (set->seen_count == 0)
        return CP_OK;
    work = cp_arena_open(SIZE_MAX);
    if (work == NULL)
        return CP_ERR_NOMEM;
    err = join(set, work, diag);
    cp_arena_close(work);
    return err;
}
