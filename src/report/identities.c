#include "identities.h"

#include "model/seen.h"

bool cp_subjects_next(const struct cp_identities *all, uint32_t *from, struct cp_subjects *out)
{
    uint32_t end = *from;

    if (end >= all->count)
        return false;
    while (end < all->count && all->at[end].kind == all->at[*from].kind &&
           all->at[end].object == all->at[*from].object)
        end++;
    *out = (struct cp_subjects){all->at + *from, end - *from};
    *from = end;
    return true;
}

const struct cp_identity *cp_subjects_find(struct cp_subjects subjects, cp_identity_subject sort)
{
    for (uint32_t i = 0; i < subjects.count && subjects.at[i].subject <= sort; i++) {
        if (subjects.at[i].subject == sort)
            return &subjects.at[i];
    }
    return NULL;
}

bool cp_node_asked(const struct cp_identity_report *report, uint32_t node)
{
    for (uint32_t i = 0; i < report->asked_count; i++) {
        if (report->asked[i] == node)
            return true;
    }
    return report->asked == NULL;
}

bool cp_link_asked(const struct cp_identity_report *report, uint32_t link)
{
    cp_range ends = report->net->links[link].ends;

    for (uint32_t i = 0; report->asked != NULL && i < ends.count; i++) {
        if (cp_node_asked(report, report->net->ends[ends.first + i].node.at))
            return true;
    }
    return report->asked == NULL;
}

bool cp_subjects_asked(const struct cp_identity_report *report, struct cp_subjects subjects)
{
    uint32_t object = subjects.at[0].object;

    return subjects.at[0].kind == CP_OBJECT_NODE ? cp_node_asked(report, object)
                                                 : cp_link_asked(report, object);
}

const char *cp_words_identity(cp_identity_state state)
{
    static const char *const words[] = {
        [CP_IDENTITY_UNKNOWN] = "unknown",
        [CP_IDENTITY_CONTRADICTED] = "contradicted",
        [CP_IDENTITY_CONCLUDED] = "concluded",
    };

    return words[state];
}

cp_err cp_shelf_open(const struct cp_case *net, struct cp_shelf *shelf)
{
    *shelf = (struct cp_shelf){.net = net, .arena = cp_arena_open(SIZE_MAX)};
    return shelf->arena != NULL ? CP_OK : CP_ERR_NOMEM;
}

void cp_shelf_close(struct cp_shelf *shelf)
{
    cp_arena_close(shelf->arena);
}

/* Each fact behind the one before it of its part; the second half of `next` holds the last of each. */
static cp_err chain(struct cp_shelf *shelf, uint32_t count)
{
    uint32_t *last = shelf->next + count;

    for (uint32_t i = 0; i < count; i++) {
        cp_text part = shelf->net->facts[shelf->first + i].part;
        uint32_t head = cp_map_find(shelf->heads, part);

        shelf->next[i] = CP_MAP_NONE;
        if (head == CP_MAP_NONE) {
            CP_TRY(cp_map_add(shelf->heads, part, i));
            head = i;
        } else {
            shelf->next[last[head]] = i;
        }
        last[head] = i;
    }
    return CP_OK;
}

cp_err cp_shelf_fill(struct cp_shelf *shelf, cp_object_kind kind, uint32_t object)
{
    const struct cp_case *net = shelf->net;
    const uint32_t *starts = kind == CP_OBJECT_NODE ? net->node_facts : net->link_facts;
    uint32_t first = starts[object], count = starts[object + 1] - first;

    cp_arena_close(shelf->arena);
    *shelf = (struct cp_shelf){.net = net, .arena = cp_arena_open(SIZE_MAX), .first = first};
    if (shelf->arena == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(shelf->arena, &shelf->heads));
    shelf->next = CP_TAKE(shelf->arena, 2 * (size_t)count, uint32_t);
    if (shelf->next == NULL)
        return CP_ERR_NOMEM;
    return chain(shelf, count);
}

cp_text cp_shelf_find(const struct cp_shelf *shelf, cp_text part, const char *attribute)
{
    uint32_t at = cp_map_find(shelf->heads, part);

    for (; at != CP_MAP_NONE; at = shelf->next[at]) {
        const struct cp_fact *fact = &shelf->net->facts[shelf->first + at];

        if (cp_text_is(fact->attribute, attribute))
            return fact->value;
    }
    return CP_TEXT("");
}

cp_err cp_identity_value(const struct cp_identity_report *report,
                         const struct cp_identity *identity, const struct cp_clue *clue,
                         struct cp_arena *arena, cp_text *out)
{
    size_t end = CP_VALUE_SHOWN_BYTES;

    *out = report->net->facts[clue->fact].value;
    if (identity->clues.count <= CP_FEW_CLUES || out->len <= end)
        return CP_OK;
    while (end > 0 && ((unsigned char)out->at[end] & 0xc0) == 0x80)
        end--; /* the beginning of a character */
    return cp_text_join(cp_text_sub(*out, 0, end), CP_TEXT("..."), arena, out);
}

cp_err cp_identity_names(const struct cp_identity_report *report,
                         const struct cp_identity *identity, struct cp_arena *arena,
                         const cp_text **out, uint32_t *count)
{
    cp_text *names = CP_TAKE(arena, identity->clues.count, cp_text);
    struct cp_map *seen;

    *count = 0;
    if (names == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(arena, &seen));
    for (uint32_t i = 0; i < identity->clues.count; i++) {
        const struct cp_clue *clue = cp_identity_clue(report, identity, i);

        if (!clue->carries || cp_map_find(seen, clue->name) != CP_MAP_NONE)
            continue;
        CP_TRY(cp_map_add(seen, clue->name, *count));
        names[(*count)++] = clue->name;
    }
    *out = names;
    return CP_OK;
}

static void count(struct cp_identity_summary *summary, const struct cp_identity *identity)
{
    switch (identity->subject) {
    case CP_IDENTITY_BOX:
        summary->devices.of[identity->state]++;
        return;
    case CP_IDENTITY_SOFTWARE:
        summary->software.of[identity->state]++;
        return;
    case CP_IDENTITY_PART:
        summary->parts.of[identity->state]++;
        return;
    }
}

static void count_link(struct cp_identity_summary *summary, uint32_t ends)
{
    if (ends >= 2)
        summary->links.by_two_ends++;
    else if (ends == 1)
        summary->links.by_one_end++;
    else
        summary->links.unseen++;
}

struct cp_identity_summary cp_identity_summarize(const struct cp_identity_report *report)
{
    struct cp_identity_summary summary = {.devices.of = {0}};
    struct cp_subjects subjects;

    for (uint32_t at = 0; cp_subjects_next(report->identities, &at, &subjects);) {
        if (!cp_subjects_asked(report, subjects))
            continue;
        for (uint32_t i = 0; i < subjects.count; i++)
            count(&summary, &subjects.at[i]);
    }
    for (uint32_t i = 0; i < report->net->link_count; i++) {
        if (cp_link_asked(report, i))
            count_link(&summary, cp_link_seen(report->net, (cp_link){i}).ends);
    }
    return summary;
}

static bool meets(const struct cp_identity *identity, cp_grade grade)
{
    if (identity->subject == CP_IDENTITY_SOFTWARE && identity->clues.count == 0)
        return true; /* nobody says that it has any */
    return identity->state == CP_IDENTITY_CONCLUDED && identity->grade >= grade;
}

bool cp_identity_meets(const struct cp_identity_report *report, cp_grade grade)
{
    struct cp_subjects subjects;

    for (uint32_t at = 0; cp_subjects_next(report->identities, &at, &subjects);) {
        for (uint32_t i = 0; i < subjects.count && cp_subjects_asked(report, subjects); i++) {
            if (!meets(&subjects.at[i], grade))
                return false;
        }
    }
    return true;
}
