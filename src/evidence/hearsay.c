#include "views.h"

/* What neighbours say of nodes: facts of these, as weak as what a neighbour saw. */

static cp_err say(struct cp_views *v, const struct cp_view *view, const char *attribute,
                  cp_text value, struct cp_diag *diag)
{
    struct cp_fact_row row = cp_view_fact(v, view, attribute, value);

    if (value.len == 0)
        return CP_OK;
    row.node = v->known->nodes[view->far].id;
    return cp_build_fact(v->known->set->build, &row, diag);
}

static cp_err say_all(struct cp_views *v, const struct cp_view *view, struct cp_diag *diag)
{
    const struct cp_sighting *seen = view->seen;
    bool mac = cp_text_is(seen->chassis_id_kind, "mac");

    CP_TRY(say(v, view, "sys-name", seen->name, diag));
    CP_TRY(say(v, view, "sys-descr", seen->descr, diag));
    CP_TRY(say(v, view, "mac", mac ? seen->chassis_id : CP_TEXT(""), diag));
    CP_TRY(say(v, view, "address", seen->address, diag));
    CP_TRY(say(v, view, "maker", seen->maker, diag));
    CP_TRY(say(v, view, "model", seen->model.len > 0 ? seen->model : seen->platform, diag));
    CP_TRY(say(v, view, "serial", seen->serial, diag));
    return say(v, view, "software", seen->software, diag);
}

static uint32_t text_number(struct cp_map *texts, cp_text text, uint32_t *count, cp_err *err)
{
    uint32_t number = cp_map_find(texts, text);

    if (text.len == 0)
        return 0;
    if (number == CP_MAP_NONE) {
        number = ++*count;
        *err = cp_map_add(texts, text, number);
    }
    return number;
}

/* Whether this document said all of that already, at another port. */
static cp_err is_said(struct cp_pairs *said, struct cp_map *texts, uint32_t *count,
                      const struct cp_view *view, bool *was)
{
    const struct cp_sighting *seen = view->seen;
    const cp_text all[] = {seen->name,     seen->descr,  seen->chassis_id,
                           seen->address,  seen->maker,  seen->model,
                           seen->platform, seen->serial, seen->software};
    cp_err err = CP_OK;
    uint32_t chain = 0;

    for (size_t i = 0; err == CP_OK && i < CP_COUNT(all); i++) {
        uint32_t key[4] = {chain, text_number(texts, all[i], count, &err), (uint32_t)i, 1};
        uint32_t next = cp_pairs_get(said, key);

        if (err == CP_OK && next == CP_NONE) {
            next = ++*count;
            err = cp_pairs_put(said, key, next);
        }
        chain = next;
    }
    CP_TRY(err);
    *was = cp_pairs_get(said, (uint32_t[4]){chain, view->device, view->far, 2}) != CP_NONE;
    return *was ? CP_OK : cp_pairs_put(said, (uint32_t[4]){chain, view->device, view->far, 2}, 0);
}

cp_err cp_views_facts(struct cp_views *v, struct cp_diag *diag)
{
    struct cp_pairs *said;
    struct cp_map *texts;
    uint32_t count = 0;

    CP_TRY(cp_pairs_open(v->work, &said));
    CP_TRY(cp_map_open(v->work, &texts));
    for (uint32_t i = 0; i < v->count; i++) {
        const struct cp_view *view = &v->at[i];
        bool was = true;

        if (view->out || view->far == CP_NONE)
            continue;
        CP_TRY(is_said(said, texts, &count, view, &was));
        if (!was)
            CP_TRY(say_all(v, view, diag));
    }
    return CP_OK;
}
