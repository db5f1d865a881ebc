#include "counted.h"

struct list {
    const struct cp_judge *judge;
    cp_object_kind kind;
    uint32_t at;
    struct cp_arena *arena;
    struct cp_counted_entry *entries;
    uint32_t count;
};

/* What it comes to, and the licence that keeps it from being broken. */
static void write_lift(struct cp_out *sum, const struct cp_lift *lift)
{
    char date[11];

    if (lift->licence == NULL)
        return;
    cp_out_str(sum, "; by licence ");
    cp_out_text(sum, lift->licence->id);
    if (lift->until == CP_DATE_NONE)
        return;
    cp_date_format(lift->until, date);
    cp_out_format(sum, " until %s", date);
}

static cp_err add(struct list *list, struct cp_counted_entry entry, struct cp_out *sum)
{
    struct cp_counting_ask ask = {entry.rule, entry.policy, list->kind, list->at};

    CP_TRY(cp_judge_counting(list->judge, &ask, list->arena, &entry.counting));
    CP_TRY(cp_out_done(sum, &entry.sum));
    if (entry.counting.among != CP_COUNTS_NOT)
        list->entries[list->count++] = entry;
    return CP_OK;
}

static cp_err add_all(struct list *list)
{
    for (uint32_t i = 0; i < list->judge->cap_count; i++) {
        const struct cp_cap *cap = &list->judge->caps[i];
        struct cp_counted_entry entry = {
            .rule = cap->rule, .policy = cap->policy, .verdict = cp_cap_verdict(cap)};
        struct cp_lift lift = cp_cap_lift(cap);
        struct cp_out sum = cp_out_make(list->arena);

        cp_phrase_cap(&sum, cap);
        write_lift(&sum, &lift);
        CP_TRY(add(list, entry, &sum));
    }
    for (uint32_t i = 0; i < list->judge->supplier_count; i++) {
        const struct cp_suppliers *of = &list->judge->suppliers[i];
        struct cp_counted_entry entry = {
            .rule = of->rule, .policy = of->policy, .verdict = cp_suppliers_verdict(of)};
        struct cp_lift lift = cp_suppliers_lift(of);
        struct cp_out sum = cp_out_make(list->arena);

        cp_phrase_suppliers(&sum, of);
        write_lift(&sum, &lift);
        CP_TRY(add(list, entry, &sum));
    }
    return CP_OK;
}

cp_err cp_counted_collect(const struct cp_judge *judge, cp_object_kind kind, uint32_t at,
                          struct cp_arena *arena, const struct cp_counted_entry **out,
                          uint32_t *count)
{
    size_t most = (size_t)judge->cap_count + judge->supplier_count;
    struct list list = {.judge = judge,
                        .kind = kind,
                        .at = at,
                        .arena = arena,
                        .entries = CP_TAKE(arena, most, struct cp_counted_entry)};

    if (list.entries == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(add_all(&list));
    *out = list.entries;
    *count = list.count;
    return CP_OK;
}

void cp_phrase_counting(struct cp_out *out, const struct cp_counted_entry *entry)
{
    const struct cp_counting *counting = &entry->counting;
    bool surely = counting->among == CP_COUNTS;

    if (entry->rule->effect == CP_EFFECT_SUPPLIERS) {
        cp_out_str(out, surely ? "counted, its maker " : "perhaps counted, its maker ");
        cp_out_text(out, counting->supplier.len > 0 ? counting->supplier : CP_TEXT("unknown"));
    } else if (counting->counted == CP_COUNTS_NOT) {
        cp_out_str(out, surely ? "among, but not counted" : "perhaps among, but not counted");
    } else {
        cp_out_str(out, surely && counting->counted == CP_COUNTS ? "counted" : "perhaps counted");
    }
}

const char *cp_words_counts(cp_counts counts)
{
    switch (counts) {
    case CP_COUNTS_NOT:
        return "no";
    case CP_COUNTS_PERHAPS:
        return "perhaps";
    case CP_COUNTS:
        return "yes";
    }
    return "no";
}
