#include "remarks.h"

#include <string.h>

#include "base/out.h"
#include "app/message.h"

/* There are as many kinds of remark as constant sentences in the readers: few. */
#define KINDS_MAX 128u

struct kind {
    const struct cp_remark *first;
    uint32_t count;
};

struct tally {
    struct kind kinds[KINDS_MAX];
    uint32_t count, others; /* others: remarks of kinds past the limit */
};

/* How many like ones it stands for. */
static uint32_t count_of(const struct cp_remark *remark)
{
    return remark->count > 0 ? remark->count : 1;
}

static void write_subject(struct cp_out *out, cp_text subject)
{
    if (subject.len == 0)
        return;
    cp_out_char(out, '\'');
    cp_out_text(out, subject);
    cp_out_char(out, '\'');
}

/* "case/facts.csv:12:5: " as far as it is known */
static void write_place(struct cp_out *out, const struct cp_sources *sources, cp_place place)
{
    const char *path = cp_sources_path(sources, place.file);

    if (path == NULL)
        return;
    cp_out_str(out, path);
    if (place.line > 0)
        cp_out_format(out, ":%u", place.line);
    if (place.line > 0 && place.column > 1) /* 1: the record itself */
        cp_out_format(out, ":%u", place.column);
    cp_out_str(out, ": ");
}

/* "case/facts.csv:12:5: not understood: no such thing: 'xy-1'; did you mean 'xy1'? (3 times)" */
static cp_exit say_refused(const struct cp_sources *sources, const struct cp_remark *remark,
                           struct cp_notes *notes, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text line;

    write_place(&out, sources, remark->place);
    cp_out_str(&out, "not understood: ");
    cp_out_str(&out, remark->why);
    cp_out_str(&out, remark->subject.len > 0 ? ": " : "");
    write_subject(&out, remark->subject);
    if (remark->hint.len > 0) {
        cp_out_str(&out, "; did you mean ");
        write_subject(&out, remark->hint);
        cp_out_char(&out, '?');
    }
    if (count_of(remark) > 1)
        cp_out_format(&out, " (%u times)", count_of(remark));
    if (cp_out_done(&out, &line) != CP_OK)
        return cp_say_no_memory();
    return cp_note(notes, CP_NOTE_PLACED, line);
}

cp_exit cp_remarks_refuse(const struct cp_case *net, const struct cp_sources *sources,
                          cp_lenience lenient, struct cp_notes *notes, struct cp_arena *arena)
{
    cp_arena_mark mark = cp_arena_mark_get(arena);
    uint32_t count = 0;

    for (uint32_t i = 0; i < net->remark_count; i++) {
        cp_exit code;

        if (net->remarks[i].kind != CP_REMARK_NOT_UNDERSTOOD)
            continue;
        code = say_refused(sources, &net->remarks[i], notes, arena);
        if (code != CP_EXIT_OK)
            return code;
        cp_arena_reset(arena, mark);
        count += count_of(&net->remarks[i]);
    }
    if (count == 0 || lenient == CP_LENIENT)
        return CP_EXIT_OK;
    if (lenient == CP_LENIENT_NEVER)
        cp_say("%u record%s not understood", count, count == 1 ? " was" : "s were");
    else
        cp_say("%u record%s not understood; --lenient goes on without %s", count,
               count == 1 ? " was" : "s were", count == 1 ? "it" : "them");
    return CP_EXIT_INPUT;
}

static bool same_kind(const struct cp_remark *a, const struct cp_remark *b)
{
    return a->kind == b->kind && strcmp(a->why, b->why) == 0;
}

static void count_remark(struct tally *tally, const struct cp_remark *remark)
{
    uint32_t at = 0;

    while (at < tally->count && !same_kind(tally->kinds[at].first, remark))
        at++;
    if (at < tally->count) {
        tally->kinds[at].count += count_of(remark);
    } else if (tally->count < KINDS_MAX) {
        tally->kinds[tally->count++] = (struct kind){remark, count_of(remark)};
    } else {
        tally->others += count_of(remark);
    }
}

static void count_remarks(struct tally *tally, const struct cp_remark *remarks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (remarks[i].kind != CP_REMARK_NOT_UNDERSTOOD)
            count_remark(tally, &remarks[i]);
    }
}

/* "3 findings: two sources disagree (first: 'kt-1' at facts.csv:12)" */
static cp_exit say_kind(const struct kind *kind, const struct cp_case *net, struct cp_notes *notes,
                        struct cp_arena *arena)
{
    const struct cp_remark *first = kind->first;
    bool ignored = first->kind == CP_REMARK_IGNORED;
    struct cp_out out = cp_out_make(arena);
    cp_text place, line;

    if (cp_case_place(net, first->place, arena, &place) != CP_OK)
        return cp_say_no_memory();
    cp_out_u64(&out, kind->count);
    cp_out_str(&out, ignored ? " ignored" : kind->count == 1 ? " finding" : " findings");
    cp_out_str(&out, ": ");
    cp_out_str(&out, first->why);
    if (first->subject.len > 0 || place.len > 0)
        cp_out_str(&out, kind->count == 1 ? " (" : " (first: ");
    write_subject(&out, first->subject);
    cp_out_str(&out, first->subject.len > 0 && place.len > 0 ? " at " : "");
    cp_out_text(&out, place);
    if (first->subject.len > 0 || place.len > 0)
        cp_out_char(&out, ')');
    if (cp_out_done(&out, &line) != CP_OK)
        return cp_say_no_memory();
    return cp_note(notes, CP_NOTE_NAMED, line);
}

static cp_exit say_others(uint32_t count, struct cp_notes *notes, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text line;

    cp_out_format(&out, "%u more remarks of other kinds", count);
    if (cp_out_done(&out, &line) != CP_OK)
        return cp_say_no_memory();
    return cp_note(notes, CP_NOTE_NAMED, line);
}

cp_exit cp_remarks_summarize(const struct cp_case *net, const struct cp_judge *judge,
                             struct cp_notes *notes, struct cp_arena *arena)
{
    struct tally tally = {.count = 0};

    count_remarks(&tally, net->remarks, net->remark_count);
    if (judge != NULL)
        count_remarks(&tally, judge->remarks, judge->remark_count);
    for (uint32_t i = 0; i < tally.count; i++) {
        cp_exit code = say_kind(&tally.kinds[i], net, notes, arena);

        if (code != CP_EXIT_OK)
            return code;
    }
    return tally.others > 0 ? say_others(tally.others, notes, arena) : CP_EXIT_OK;
}
