#include "frr_lsdb.h"

#include <stdlib.h>
#include <string.h>

/*
 * First those that are listed by system id, then those whose whole name one line of the host names alone has, then those
 * that the links tell.  A name is what a router says of itself: two of one name, or two that would be one router, are
 * nobody, and what they say is not used.
 */

struct addressed {
    cp_ip local, remote;
    const struct ted_half *half;
    uint32_t speaker;
    uint8_t level;
};

struct telling_who {
    struct ted_lsdb *lsdb;
    struct addressed *all;
    uint32_t count;
};

static struct ted_speaker *speaker_at(const struct ted_lsdb *lsdb, uint32_t at)
{
    return &CP_AT(lsdb->speakers, struct ted_speaker)[at];
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool cp_ted_system_id(cp_text text, uint8_t id[6])
{
    if (text.len != 14)
        return false;
    for (size_t i = 0, digit = 0; i < text.len; i++) {
        int value = hex_of(text.at[i]);

        if (i % 5 == 4) {
            if (text.at[i] != '.')
                return false;
            continue;
        }
        if (value < 0)
            return false;
        id[digit / 2] = (uint8_t)(digit % 2 == 0 ? value << 4 : id[digit / 2] | value);
        digit++;
    }
    return true;
}

static void set_router(struct ted_speaker *s, const uint8_t id[6])
{
    s->router.family = TED_ISIS;
    s->router.len = 6;
    memcpy(s->router.id, id, 6);
}

/* --- by name ------------------------------------------------------------------------------------ */

/* An LSP's id begins with the name, cut, where the router that was asked knows it; else with the system id. */
static bool is_listed_by_name(const struct ted_speaker *s)
{
    return s->name.len > 0 && cp_text_eq(cp_text_sub(s->name, 0, TED_NAME_LISTED), s->listed);
}

static int compare_called(const void *a, const void *b)
{
    const struct ted_called *x = a;
    const struct ted_called *y = b;
    int order = cp_text_cmp(x->name, y->name);

    return order != 0 ? order : memcmp(x->id, y->id, sizeof x->id);
}

/* The first line of the name; count: none. */
static uint32_t find_called(const struct ted_lsdb *lsdb, cp_text name)
{
    const struct ted_called *all = CP_AT(lsdb->called, struct ted_called);
    uint32_t low = 0;
    uint32_t high = lsdb->called.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (cp_text_cmp(all[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < lsdb->called.count && cp_text_eq(all[low].name, name) ? low : lsdb->called.count;
}

static void tell_by_name(const struct ted_lsdb *lsdb, struct ted_speaker *s)
{
    const struct ted_called *all = CP_AT(lsdb->called, struct ted_called);
    cp_text name = s->name.len > 0 ? s->name : s->listed;
    uint32_t first = find_called(lsdb, name);

    if (first == lsdb->called.count)
        return;
    for (uint32_t i = first + 1; i < lsdb->called.count && cp_text_eq(all[i].name, name); i++)
        if (memcmp(all[i].id, all[first].id, sizeof all[i].id) != 0)
            return;
    set_router(s, all[first].id);
}

/* --- by links ----------------------------------------------------------------------------------- */

static int compare_addressed(const void *a, const void *b)
{
    const struct addressed *x = a;
    const struct addressed *y = b;
    int order;

    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    order = cp_ip_cmp(x->local, y->local);
    return order != 0 ? order : cp_ip_cmp(x->remote, y->remote);
}

static void add_addressed(struct telling_who *w, const struct ted_spoken_half *spoken, cp_ip local,
                          cp_ip remote)
{
    if (local.family == 0 || remote.family == 0)
        return;
    w->all[w->count++] =
        (struct addressed){.local = local,
                           .remote = remote,
                           .half = spoken->half,
                           .speaker = spoken->speaker,
                           .level = speaker_at(w->lsdb, spoken->speaker)->domain.protocol};
}

/* The one half from the other end of the same link; NULL: none, or several. */
static const struct addressed *find_other(const struct telling_who *w, const struct addressed *a)
{
    struct addressed wanted = {.local = a->remote, .remote = a->local, .level = a->level};
    uint32_t low = 0;
    uint32_t high = w->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare_addressed(&w->all[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == w->count || compare_addressed(&w->all[low], &wanted) != 0)
        return NULL;
    if (low + 1 < w->count && compare_addressed(&w->all[low + 1], &wanted) == 0)
        return NULL;
    return &w->all[low];
}

/* The other end is who this half says that it leads to. */
static void tell_other(struct ted_lsdb *lsdb, const struct addressed *a,
                       const struct addressed *other, const bool *named)
{
    struct ted_speaker *s = speaker_at(lsdb, other->speaker);

    if (a->half->to.len != 6 || named[other->speaker] || other->speaker == a->speaker)
        return;
    if (s->router.len != 0 && memcmp(s->router.id, a->half->to.id, 6) != 0)
        s->unlike = true;
    else
        set_router(s, a->half->to.id);
}

static cp_err tell_by_links(struct ted_lsdb *lsdb, struct cp_arena *arena)
{
    struct telling_who w = {.lsdb = lsdb};
    bool *named = CP_TAKE(arena, lsdb->speakers.count, bool);

    w.all = CP_TAKE(arena, 2 * (size_t)lsdb->halves.count, struct addressed);
    if (w.all == NULL || named == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t s = 0; s < lsdb->speakers.count; s++)
        named[s] = speaker_at(lsdb, s)->router.len != 0;
    for (uint32_t i = 0; i < lsdb->halves.count; i++) {
        const struct ted_spoken_half *spoken = &CP_AT(lsdb->halves, struct ted_spoken_half)[i];

        if (!speaker_at(lsdb, spoken->speaker)->there)
            continue;
        add_addressed(&w, spoken, spoken->half->local, spoken->half->remote);
        add_addressed(&w, spoken, spoken->half->local6, spoken->half->remote6);
    }
    if (w.count > 0)
        qsort(w.all, w.count, sizeof *w.all, compare_addressed);
    for (uint32_t i = 0; i < w.count; i++) {
        const struct addressed *other = find_other(&w, &w.all[i]);

        if (other != NULL)
            tell_other(lsdb, &w.all[i], other, named);
    }
    return CP_OK;
}

/* --- all of them -------------------------------------------------------------------------------- */

static int compare_speakers(const void *a, const void *b)
{
    const struct ted_speaker *x = *(struct ted_speaker *const *)a;
    const struct ted_speaker *y = *(struct ted_speaker *const *)b;

    if (x->domain.protocol != y->domain.protocol)
        return x->domain.protocol < y->domain.protocol ? -1 : 1;
    return cp_ted_router_cmp(&x->router, &y->router);
}

/* Two that would be one router in one level are nobody. */
static cp_err refuse_doubles(struct ted_lsdb *lsdb, struct cp_arena *arena)
{
    struct ted_speaker **order = CP_TAKE(arena, lsdb->speakers.count, struct ted_speaker *);
    uint32_t count = 0;

    if (order == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < lsdb->speakers.count; i++)
        if (speaker_at(lsdb, i)->pseudonode == 0 && speaker_at(lsdb, i)->router.len != 0)
            order[count++] = speaker_at(lsdb, i);
    if (count > 0)
        qsort((void *)order, count, sizeof(void *), compare_speakers);
    for (uint32_t i = 1; i < count; i++)
        if (compare_speakers(&order[i - 1], &order[i]) == 0)
            order[i - 1]->unlike = order[i]->unlike = true;
    return CP_OK;
}

static void tell_pseudonode(const struct ted_lsdb *lsdb, struct ted_speaker *s)
{
    const struct ted_speaker *owner = speaker_at(lsdb, s->owner);

    s->router = owner->router;
    s->unlike = owner->unlike;
    if (s->router.len == 0)
        return;
    s->router.len = 7;
    s->router.id[6] = s->pseudonode;
}

cp_err cp_ted_lsdb_who(struct ted_lsdb *lsdb, struct cp_arena *arena)
{
    uint8_t id[6];

    if (lsdb->called.count > 0)
        qsort(lsdb->called.at, lsdb->called.count, sizeof(struct ted_called), compare_called);
    for (uint32_t i = 0; i < lsdb->speakers.count; i++) {
        struct ted_speaker *s = speaker_at(lsdb, i);

        if (!is_listed_by_name(s) && cp_ted_system_id(s->listed, id))
            set_router(s, id);
        else
            tell_by_name(lsdb, s);
    }
    CP_TRY(tell_by_links(lsdb, arena));
    CP_TRY(refuse_doubles(lsdb, arena));
    for (uint32_t i = 0; i < lsdb->speakers.count; i++)
        if (speaker_at(lsdb, i)->pseudonode != 0)
            tell_pseudonode(lsdb, speaker_at(lsdb, i));
    return CP_OK;
}
