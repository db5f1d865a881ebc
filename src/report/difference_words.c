#include "difference_parts.h"

#include "report/english.h"

/*
 * A policy in plain English is a sentence a line, in sections with a heading each.  Sections are the
 * same where kind and id are; of two that are the same the sentences are told that only one has.
 */

struct section {
    cp_words_kind kind;
    cp_text id;
    cp_text lines; /* whole ones, each with its end */
};

struct reading {
    const struct cp_policy *policy;
    struct cp_arena *arena;
    struct section *at;
    uint32_t count, cap;
    uint32_t seen[CP_WORDS_KIND_COUNT]; /* sections so far */
};

/* --- sections ----------------------------------------------------------------------------- */

static cp_text next_line(cp_text text, size_t from)
{
    size_t end = cp_text_find(text, '\n', from);

    return cp_text_sub(text, from, end + 1 - from);
}

static cp_err add(struct reading *r, struct section section)
{
    void *at = r->at;

    CP_TRY(cp_arena_grow(r->arena, &at, r->count, &r->cap, sizeof *r->at));
    r->at = at;
    r->at[r->count++] = section;
    return CP_OK;
}

static const struct {
    const char *word; /* that headings begin with */
    cp_words_kind kind;
} headings[] = {
    {"POLICY ", CP_WORDS_POLICY},   {"HOW TO READ IT", CP_WORDS_READING}, {"LIST ", CP_WORDS_LIST},
    {"PRODUCT ", CP_WORDS_PRODUCT}, {"TRAFFIC ", CP_WORDS_CLASS},         {"RULE ", CP_WORDS_RULE},
    {"LICENCE ", CP_WORDS_LICENCE}, {"MAKERS", CP_WORDS_MAKER},
};

/* CP_WORDS_KIND_COUNT: of what no verdict is changed by, or what follows from other sections. */
static cp_words_kind kind_of(cp_text heading)
{
    for (size_t i = 0; i < CP_COUNT(headings); i++) {
        if (cp_text_starts(heading, cp_text_of(headings[i].word)))
            return headings[i].kind;
    }
    return CP_WORDS_KIND_COUNT;
}

/* Sections stand in the order of the file. */
static cp_text id_of(struct reading *r, cp_words_kind kind)
{
    const struct cp_policy *policy = r->policy;
    uint32_t at = r->seen[kind]++;

    switch (kind) {
    case CP_WORDS_LIST:
        return at < policy->list_count ? policy->lists[at].id : CP_TEXT("");
    case CP_WORDS_PRODUCT:
        return at < policy->product_count ? policy->products[at].id : CP_TEXT("");
    case CP_WORDS_CLASS:
        return at < policy->class_count ? policy->classes[at].id : CP_TEXT("");
    case CP_WORDS_RULE:
        return at < policy->rule_count ? policy->rules[at].id : CP_TEXT("");
    case CP_WORDS_LICENCE:
        return at < policy->licence_count ? policy->licences[at].id : CP_TEXT("");
    case CP_WORDS_POLICY:
    case CP_WORDS_READING:
    case CP_WORDS_MAKER:
    case CP_WORDS_KIND_COUNT:
        break;
    }
    return CP_TEXT("");
}

/* A maker is a line, and indented ones that belong to it: "huawei is a maker ..." */
static cp_err read_makers(struct reading *r, cp_text body)
{
    for (size_t at = 0; at < body.len;) {
        cp_text line = next_line(body, at);
        size_t end = at + line.len;
        size_t name = 0;

        while (name < line.len &&
               !cp_text_starts(cp_text_sub(line, name, line.len), CP_TEXT(" is a maker ")))
            name++;
        while (end < body.len && body.at[end] == ' ')
            end += next_line(body, end).len;
        CP_TRY(add(r, (struct section){CP_WORDS_MAKER, cp_text_sub(line, 0, name),
                                       cp_text_sub(body, at, end - at)}));
        at = end;
    }
    return CP_OK;
}

static cp_err read_section(struct reading *r, cp_text heading, cp_text body)
{
    cp_words_kind kind = kind_of(heading);

    if (kind == CP_WORDS_KIND_COUNT)
        return CP_OK;
    if (kind == CP_WORDS_MAKER)
        return read_makers(r, body);
    return add(r, (struct section){kind, id_of(r, kind), body});
}

static cp_err read_policy(struct reading *r)
{
    struct cp_out out = cp_out_make(r->arena);
    cp_text text;

    CP_TRY(cp_english_policy(r->policy, &out));
    CP_TRY(cp_out_done(&out, &text));
    for (size_t at = 0; at < text.len;) {
        cp_text heading = next_line(text, at);
        size_t end = at + heading.len;

        while (end < text.len && text.at[end] != '\n')
            end += next_line(text, end).len;
        CP_TRY(
            read_section(r, heading, cp_text_sub(text, at + heading.len, end - at - heading.len)));
        at = end + 1;
    }
    return CP_OK;
}

/* --- differences -------------------------------------------------------------------------- */

struct list {
    struct cp_words_change *at;
    uint32_t count, cap;
    struct cp_arena *arena;
};

static bool has_line(cp_text lines, cp_text line)
{
    for (size_t at = 0; at < lines.len; at += next_line(lines, at).len) {
        if (cp_text_eq(next_line(lines, at), line))
            return true;
    }
    return false;
}

static uint32_t line_count(cp_text lines)
{
    uint32_t count = 0;

    for (size_t at = 0; at < lines.len; at++)
        count += lines.at[at] == '\n';
    return count;
}

/* Sentences of one that the other has not. */
static cp_err sentences(cp_text of, cp_text other, struct cp_arena *arena, const cp_text **out,
                        uint32_t *count)
{
    cp_text *at = CP_TAKE(arena, line_count(of), cp_text);

    if (at == NULL)
        return CP_ERR_NOMEM;
    *count = 0;
    for (size_t from = 0; from < of.len; from += next_line(of, from).len) {
        cp_text line = next_line(of, from);

        if (!has_line(other, line))
            at[(*count)++] = cp_text_trim(line);
    }
    *out = at;
    return CP_OK;
}

static const struct section *find(const struct reading *r, const struct section *wanted)
{
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->at[i].kind == wanted->kind && cp_text_eq(r->at[i].id, wanted->id))
            return &r->at[i];
    }
    return NULL;
}

/* The table's makers come and go with what a policy names: that is no change of theirs. */
static bool is_of_the_table(const struct section *section)
{
    return section->kind == CP_WORDS_MAKER &&
           !cp_text_ends(next_line(section->lines, 0), CP_TEXT(" that this policy names.\n"));
}

static cp_err add_change(struct list *list, struct cp_words_change change, cp_text before,
                         cp_text after)
{
    void *at = list->at;

    CP_TRY(sentences(before, after, list->arena, &change.gone, &change.gone_count));
    CP_TRY(sentences(after, before, list->arena, &change.added, &change.added_count));
    if (change.gone_count + change.added_count == 0)
        return CP_OK;
    CP_TRY(cp_arena_grow(list->arena, &at, list->count, &list->cap, sizeof *list->at));
    list->at = at;
    list->at[list->count++] = change;
    return CP_OK;
}

static cp_err compare(const struct reading *before, const struct reading *after, uint32_t policy,
                      struct list *list)
{
    for (uint32_t i = 0; i < after->count; i++) {
        const struct section *now = &after->at[i];
        const struct section *was = find(before, now);
        struct cp_words_change change = {
            .change = CP_CHANGE_CHANGED, .kind = now->kind, .policy = policy, .id = now->id};

        if (was == NULL && is_of_the_table(now))
            continue;
        if (was == NULL)
            change.change = CP_CHANGE_ADDED;
        CP_TRY(add_change(list, change, was == NULL ? CP_TEXT("") : was->lines, now->lines));
    }
    for (uint32_t i = 0; i < before->count; i++) {
        const struct section *was = &before->at[i];

        if (find(after, was) == NULL && !is_of_the_table(was))
            CP_TRY(add_change(
                list,
                (struct cp_words_change){
                    .change = CP_CHANGE_GONE, .kind = was->kind, .policy = policy, .id = was->id},
                was->lines, CP_TEXT("")));
    }
    return CP_OK;
}

cp_err cp_difference_words(const struct cp_judge *before, const struct cp_judge *after,
                           struct cp_arena *arena, const struct cp_words_change **out,
                           uint32_t *count)
{
    struct list list = {.arena = arena};

    for (uint32_t p = 0; p < before->policy_count; p++) {
        struct reading then = {.policy = before->policies[p].policy, .arena = arena};
        struct reading now = {.policy = after->policies[p].policy, .arena = arena};

        CP_TRY(read_policy(&then));
        CP_TRY(read_policy(&now));
        CP_TRY(compare(&then, &now, p, &list));
    }
    *out = list.at;
    *count = list.count;
    return CP_OK;
}

const char *cp_words_kind_name(cp_words_kind kind)
{
    static const char *const names[CP_WORDS_KIND_COUNT] = {
        [CP_WORDS_POLICY] = "policy",   [CP_WORDS_READING] = "reading", [CP_WORDS_LIST] = "list",
        [CP_WORDS_PRODUCT] = "product", [CP_WORDS_CLASS] = "class",     [CP_WORDS_RULE] = "rule",
        [CP_WORDS_LICENCE] = "licence", [CP_WORDS_MAKER] = "maker"};

    CP_ASSERT(kind < CP_WORDS_KIND_COUNT);
    return names[kind];
}

const char *cp_words_change_name(cp_change change)
{
    switch (change) {
    case CP_CHANGE_ADDED:
        return "added";
    case CP_CHANGE_GONE:
        return "gone";
    case CP_CHANGE_CHANGED:
        return "changed";
    }
    return "changed";
}
