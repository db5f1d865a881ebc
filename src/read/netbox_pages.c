#include "netbox.h"

#include <stdlib.h>

#include "base/num.h"
#include "base/out.h"

/*
 * Whether all pages of a list are here.  A page says how many objects its list has (count) or, where it does
 * not count, at which one the next page begins (next); once all are read, at least as many different objects of
 * that kind must have been read, from whatever file.  Of a list that several queries filtered the largest
 * number counts.  Numbers of objects are kept as runs: pages are in their order, so that a list is a few of them.
 */

struct run {
    uint32_t first, last;
};

struct cp_nb_list {
    const char *kind; /* NULL: nothing of it was read */
    uint64_t least;   /* objects that it has at least, as the page at `place` says */
    cp_place place;
    cp_place open_place; /* of a `next` that does not say at which object it begins */
    bool open, closed;   /* closed: a page that has no next was read */
    struct run *runs;
    uint32_t run_count, run_cap;
};

static cp_err list_at(struct cp_netbox *nb, uint32_t source, uint32_t number, const char *kind,
                      struct cp_nb_list **list)
{
    uint32_t at = source * CP_NB_KINDS_MAX + number;
    void *lists = nb->lists;

    CP_ASSERT(number < CP_NB_KINDS_MAX);
    while (at >= nb->list_count) {
        if (nb->list_count == nb->list_cap)
            CP_TRY(cp_arena_grow(nb->arena, &lists, nb->list_count, &nb->list_cap, sizeof(**list)));
        nb->lists = lists;
        nb->lists[nb->list_count++] = (struct cp_nb_list){0};
    }
    *list = &nb->lists[at];
    (*list)->kind = kind;
    return CP_OK;
}

cp_err cp_nb_list_read(struct cp_netbox *nb, const struct cp_nb_kind *kind, uint32_t number,
                       const struct cp_nb_key *key)
{
    struct cp_nb_list *list;
    void *runs;

    CP_TRY(list_at(nb, key->source, number, kind->name, &list));
    if (list->run_count > 0 && list->runs[list->run_count - 1].last + 1 == key->id) {
        list->runs[list->run_count - 1].last = key->id;
        return CP_OK;
    }
    runs = list->runs;
    if (list->run_count == list->run_cap)
        CP_TRY(
            cp_arena_grow(nb->arena, &runs, list->run_count, &list->run_cap, sizeof(struct run)));
    list->runs = runs;
    list->runs[list->run_count++] = (struct run){key->id, key->id};
    return CP_OK;
}

/* --- what a page says ------------------------------------------------------------------------- */

static cp_err take_count(struct cp_doc *doc, struct cp_json_in *in, struct cp_nb_page *page)
{
    const struct cp_json_value *value;
    uint64_t count;

    CP_TRY(cp_json_in_take(in, doc->arena, &value, doc->diag));
    if (!cp_json_u64_of(value, &count))
        return cp_doc_tally(doc, CP_REMARK_NOT_UNDERSTOOD, value->place,
                            "a count of a page that is no number", CP_TEXT(""));
    if (!page->counts || count > page->count)
        page->place = value->place;
    page->count = page->counts && page->count > count ? page->count : count;
    page->counts = true;
    return CP_OK;
}

cp_err cp_nb_page_member(struct cp_doc *doc, struct cp_json_in *in, cp_text key,
                         struct cp_nb_page *page)
{
    const struct cp_json_value *value;
    cp_json_kind kind = cp_json_in_peek(in);
    bool next = cp_text_is(key, "next");

    if (cp_text_is(key, "count") && kind == CP_JSON_NUMBER)
        return take_count(doc, in, page);
    if ((next || cp_text_is(key, "previous")) && kind == CP_JSON_TEXT) {
        CP_TRY(cp_json_in_take(in, doc->arena, &value, doc->diag));
        *(next ? &page->next : &page->previous) = value->text;
        if (next)
            page->next_place = value->place;
        return CP_OK;
    }
    if ((next || cp_text_is(key, "count")) && kind != CP_JSON_NULL)
        CP_TRY(cp_doc_tally(doc, CP_REMARK_NOT_UNDERSTOOD, cp_json_in_place(in),
                            "a count or next of a page that is none", CP_TEXT("")));
    return cp_json_in_skip(in, doc->diag);
}

/* ...&offset=50: at which object, from 0, a page begins. */
static bool offset_of(cp_text url, uint64_t *offset)
{
    cp_text query = cp_text_sub(url, cp_text_find(url, '?', 0) + 1, url.len), part;

    while (cp_text_word(&query, "&", &part))
        if (cp_text_starts(part, CP_TEXT("offset=")))
            return cp_num_u64(cp_text_sub(part, 7, part.len), UINT64_MAX - 1, offset) == CP_OK;
    return false;
}

cp_err cp_nb_page_read(struct cp_netbox *nb, const struct cp_nb_kind *kind, uint32_t number,
                       uint32_t source, const struct cp_nb_page *page)
{
    uint64_t least = page->count, offset;
    cp_place place = page->place;
    struct cp_nb_list *list;

    CP_TRY(list_at(nb, source, number, kind->name, &list));
    if (!page->counts && page->next.len > 0 && offset_of(page->next, &offset)) {
        least = offset + 1;
        place = page->next_place;
    } else if (!page->counts && page->next.len > 0 && !list->open) {
        list->open = true;
        list->open_place = page->next_place;
    }
    list->closed = list->closed || page->next.len == 0;
    if (least > list->least) {
        list->least = least;
        list->place = place;
    }
    return CP_OK;
}

/* --- once all are read ------------------------------------------------------------------------ */

static int run_order(const void *a, const void *b)
{
    const struct run *one = a, *other = b;

    if (one->first != other->first)
        return one->first < other->first ? -1 : 1;
    return one->last < other->last ? -1 : one->last > other->last;
}

/* How many different objects were read. */
static uint64_t count_objects(struct cp_nb_list *list)
{
    uint64_t count = 0, from = 0; /* from: the first number that was not counted yet */

    if (list->run_count > 0)
        qsort(list->runs, list->run_count, sizeof(*list->runs), run_order);
    for (uint32_t i = 0; i < list->run_count; i++) {
        uint64_t first = list->runs[i].first > from ? list->runs[i].first : from;
        uint64_t end = (uint64_t)list->runs[i].last + 1;

        if (end <= first)
            continue;
        count += end - first;
        from = end;
    }
    return count;
}

static cp_err weigh(struct cp_netbox *nb, struct cp_doc *doc, struct cp_nb_list *list)
{
    struct cp_out out = cp_out_make(nb->arena);
    uint64_t count = count_objects(list);
    cp_text why;

    if (count < list->least) {
        cp_out_format(&out, "a page is missing: %llu of %llu records are here%c",
                      (unsigned long long)count, (unsigned long long)list->least, '\0');
        CP_TRY(cp_out_done(&out, &why));
        return cp_build_remark(doc->build, CP_REMARK_NOT_UNDERSTOOD, list->place, why.at,
                               cp_text_of(list->kind), 1);
    }
    if (list->open && !list->closed)
        return cp_build_remark(doc->build, CP_REMARK_NOT_UNDERSTOOD, list->open_place,
                               "a page is missing: the next one is not here",
                               cp_text_of(list->kind), 1);
    return CP_OK;
}

cp_err cp_nb_lists_weigh(struct cp_netbox *nb, struct cp_doc *doc)
{
    for (uint32_t i = 0; i < nb->list_count; i++)
        CP_TRY(weigh(nb, doc, &nb->lists[i]));
    return CP_OK;
}
