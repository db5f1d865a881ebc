#include "identities.h"

#include "model/seen.h"
#include "wrap.h"

/*
 * First a table, a line a device; then what is contradicted, and what would settle what is open, each
 * way with the devices that it would help; then the evidence, of those asked for by name or of all.
 */

#define CELL_COLUMNS_MAX 28u /* a longer cell pushes those after it to the right */
#define NAMED_MAX 8u /* of makers of a contradiction, devices of a way; of the rest the number */

struct writer {
    const struct cp_identity_report *report;
    const struct cp_case *net;
    struct cp_out *out;
    struct cp_out line;
    struct cp_arena *arena; /* for what is gathered on the way */
};

static void paragraph(struct writer *w, uint32_t first, uint32_t rest)
{
    cp_text text;

    if (cp_out_done(&w->line, &text) != CP_OK)
        w->out->err = CP_ERR_NOMEM;
    else
        cp_wrap(w->out, text, (struct cp_wrap){w->report->columns, first, rest});
    w->line.len = 0;
}

static void count_of(struct cp_out *out, uint64_t count, const char *one, const char *many)
{
    cp_out_u64(out, count);
    cp_out_char(out, ' ');
    cp_out_str(out, count == 1 ? one : many);
}

static cp_text node_id(const struct writer *w, uint32_t node)
{
    return w->net->nodes[node].id;
}

/* --- the table -------------------------------------------------------------------------------- */

#define TABLE_CELLS 4u

struct table_row {
    cp_text cells[TABLE_CELLS]; /* device, maker, grade, software */
};

static cp_text maker_of(const struct cp_identity *identity)
{
    return identity->state == CP_IDENTITY_CONCLUDED
               ? identity->name
               : cp_text_of(cp_words_identity(identity->state));
}

static struct table_row make_row(const struct writer *w, struct cp_subjects subjects)
{
    const struct cp_identity *box = cp_subjects_find(subjects, CP_IDENTITY_BOX);
    const struct cp_identity *software = cp_subjects_find(subjects, CP_IDENTITY_SOFTWARE);
    bool concluded = box != NULL && box->state == CP_IDENTITY_CONCLUDED;

    return (struct table_row){
        {node_id(w, subjects.at[0].object), box != NULL ? maker_of(box) : CP_TEXT("unknown"),
         concluded ? cp_text_of(cp_grade_name(box->grade)) : CP_TEXT("-"),
         software != NULL && software->clues.count > 0 ? maker_of(software) : CP_TEXT("-")}};
}

/* In characters: a table of wide ones is ragged. */
static uint32_t width_of(cp_text cell)
{
    uint32_t width = 0, code;

    for (size_t at = 0; at < cell.len; width++)
        at += cp_text_char(cell, at, &code);
    return width;
}

static void widen(uint32_t *widths, const struct table_row *row)
{
    for (uint32_t i = 0; i < TABLE_CELLS; i++) {
        uint32_t width = width_of(row->cells[i]);

        if (width > widths[i] && width <= CELL_COLUMNS_MAX)
            widths[i] = width;
    }
}

static void write_cell(struct writer *w, cp_text cell)
{
    uint32_t code;

    for (size_t at = 0; at < cell.len;) {
        size_t len = cp_text_char(cell, at, &code);

        cp_out_text(w->out, cp_text_is_unsafe(code) ? CP_TEXT("?") : cp_text_sub(cell, at, len));
        at += len;
    }
}

/* Between cells are two spaces at least; behind a cell that is too long its row catches up with the
 * columns as soon as others leave room. */
static void write_row(struct writer *w, const uint32_t *widths, const struct table_row *row)
{
    uint32_t last = TABLE_CELLS, at = 0, column = 0;

    while (last > 1 && row->cells[last - 1].len == 0)
        last--;
    for (uint32_t i = 0; i < last; i++) {
        write_cell(w, row->cells[i]);
        at += width_of(row->cells[i]);
        column += widths[i] + 2;
        for (uint32_t gap = 0; i + 1 < last && (gap < 2 || at < column); gap++, at++)
            cp_out_char(w->out, ' ');
    }
    cp_out_char(w->out, '\n');
}

/* Calls for each device asked for. */
static cp_err each_device(struct writer *w,
                          cp_err (*work)(struct writer *w, void *state,
                                         struct cp_subjects subjects),
                          void *state)
{
    struct cp_subjects subjects;

    for (uint32_t at = 0; cp_subjects_next(w->report->identities, &at, &subjects);) {
        if (subjects.at[0].kind == CP_OBJECT_NODE && cp_subjects_asked(w->report, subjects))
            CP_TRY(work(w, state, subjects));
    }
    return w->out->err;
}

static cp_err widen_for(struct writer *w, void *state, struct cp_subjects subjects)
{
    struct table_row row = make_row(w, subjects);

    widen(state, &row);
    return CP_OK;
}

static cp_err write_row_of(struct writer *w, void *state, struct cp_subjects subjects)
{
    struct table_row row = make_row(w, subjects);

    write_row(w, state, &row);
    return w->out->err;
}

static cp_err write_table(struct writer *w)
{
    const struct table_row head = {
        {CP_TEXT("device"), CP_TEXT("maker"), CP_TEXT("grade"), CP_TEXT("maker of its software")}};
    uint32_t widths[TABLE_CELLS] = {0};

    widen(widths, &head);
    CP_TRY(each_device(w, widen_for, widths));
    write_row(w, widths, &head);
    return each_device(w, write_row_of, widths);
}

/* --- contradictions --------------------------------------------------------------------------- */

static void write_subject(struct writer *w, const struct cp_identity *identity)
{
    bool node = identity->kind == CP_OBJECT_NODE;

    cp_out_text(&w->line, node ? node_id(w, identity->object) : w->net->links[identity->object].id);
    if (identity->subject == CP_IDENTITY_SOFTWARE)
        cp_out_str(&w->line, ", its software");
    if (identity->part.len > 0) {
        cp_out_str(&w->line, ", part ");
        cp_out_text(&w->line, identity->part);
    }
}

static cp_err write_place(struct writer *w, cp_place place)
{
    cp_text text;

    CP_TRY(cp_case_place(w->net, place, w->out->arena, &text));
    cp_out_str(&w->line, text.len > 0 ? ", " : "");
    cp_out_text(&w->line, text);
    return CP_OK;
}

/* The first clue of the list that names this maker, with its place. */
static cp_err write_first_of(struct writer *w, const struct cp_identity *identity, cp_text name)
{
    for (uint32_t i = 0; i < identity->clues.count; i++) {
        const struct cp_clue *clue = cp_identity_clue(w->report, identity, i);

        if (!clue->carries || !cp_text_eq(clue->name, name))
            continue;
        cp_out_text(&w->line, name);
        cp_out_str(&w->line, " (");
        cp_out_str(&w->line, cp_grade_name(clue->grade));
        CP_TRY(write_place(w, w->net->facts[clue->fact].place));
        cp_out_char(&w->line, ')');
        return CP_OK;
    }
    return CP_OK;
}

static cp_err write_contradiction(struct writer *w, const struct cp_identity *identity)
{
    const cp_text *names;
    uint32_t count;

    CP_TRY(cp_identity_names(w->report, identity, w->arena, &names, &count));
    write_subject(w, identity);
    cp_out_str(&w->line, ": ");
    for (uint32_t i = 0; i < count && i < NAMED_MAX; i++) {
        cp_out_str(&w->line, i == 0 ? "" : i + 1 == count ? " and " : ", ");
        CP_TRY(write_first_of(w, identity, names[i]));
    }
    if (count > NAMED_MAX)
        cp_out_format(&w->line, " and %u more", count - NAMED_MAX);
    paragraph(w, 2, 4);
    return w->out->err;
}

static cp_err write_contradictions(struct writer *w, uint32_t count)
{
    struct cp_subjects subjects;

    if (count == 0)
        return CP_OK;
    cp_out_format(w->out, "\nCONTRADICTED (%u)\n", count);
    for (uint32_t at = 0; cp_subjects_next(w->report->identities, &at, &subjects);) {
        for (uint32_t i = 0; i < subjects.count && cp_subjects_asked(w->report, subjects); i++) {
            if (subjects.at[i].state == CP_IDENTITY_CONTRADICTED)
                CP_TRY(write_contradiction(w, &subjects.at[i]));
        }
    }
    return w->out->err;
}

/* --- what would settle it --------------------------------------------------------------------- */

/* There are as many ways as constant sentences of identify: few. */
#define WAYS_MAX 32u

struct ways {
    cp_text settle[WAYS_MAX];
    struct cp_out names[WAYS_MAX];
    uint32_t devices[WAYS_MAX];
    uint32_t count;
};

static cp_err add_way(struct writer *w, void *state, struct cp_subjects subjects)
{
    const struct cp_identity *box = cp_subjects_find(subjects, CP_IDENTITY_BOX);
    struct ways *ways = state;
    uint32_t at = 0;

    if (box == NULL || box->settle == NULL)
        return CP_OK;
    while (at < ways->count && !cp_text_is(ways->settle[at], box->settle))
        at++;
    if (at == WAYS_MAX)
        return CP_OK;
    if (at == ways->count) {
        ways->settle[ways->count++] = cp_text_of(box->settle);
        ways->names[at] = cp_out_make(w->arena);
    }
    if (ways->devices[at]++ < NAMED_MAX) {
        cp_out_str(&ways->names[at], ways->devices[at] > 1 ? ", " : "");
        cp_out_text(&ways->names[at], node_id(w, box->object));
    }
    return CP_OK;
}

static cp_err write_ways(struct writer *w)
{
    struct ways *ways = CP_TAKE(w->arena, 1, struct ways);

    if (ways == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(each_device(w, add_way, ways));
    if (ways->count > 0)
        cp_out_str(w->out, "\nWHAT WOULD SETTLE IT\n");
    for (uint32_t i = 0; i < ways->count; i++) {
        cp_text names;

        CP_TRY(cp_out_done(&ways->names[i], &names));
        cp_out_text(&w->line, ways->settle[i]);
        cp_out_str(&w->line, ": ");
        cp_out_text(&w->line, names);
        if (ways->devices[i] > NAMED_MAX)
            cp_out_format(&w->line, " and %u more", ways->devices[i] - NAMED_MAX);
        paragraph(w, 2, 4);
    }
    return w->out->err;
}

/* --- evidence --------------------------------------------------------------------------------- */

/* "counts: maker huawei, authenticated-read, facts.csv:3 (maker 'Huawei')" */
static cp_err write_clue(struct writer *w, const struct cp_identity *identity,
                         const struct cp_clue *clue)
{
    cp_text value;
    const struct cp_fact *fact = &w->net->facts[clue->fact];

    cp_out_str(&w->line, clue->carries ? "counts: " : "does not count: ");
    cp_out_str(&w->line, cp_clue_kind_name(clue->kind));
    if (clue->name.len > 0) {
        cp_out_str(&w->line, " says ");
        cp_out_text(&w->line, clue->name);
    }
    cp_out_str(&w->line, ", ");
    cp_out_str(&w->line, cp_grade_name(clue->grade));
    cp_out_str(&w->line, clue->aged ? " (aged)" : "");
    CP_TRY(write_place(w, fact->place));
    cp_out_str(&w->line, ": ");
    cp_out_text(&w->line, fact->attribute);
    cp_out_str(&w->line, " '");
    CP_TRY(cp_identity_value(w->report, identity, clue, w->out->arena, &value));
    cp_out_text(&w->line, value);
    cp_out_char(&w->line, '\'');
    if (clue->why != NULL) {
        cp_out_str(&w->line, "; ");
        cp_out_str(&w->line, clue->why);
    }
    paragraph(w, 4, 8);
    return w->out->err;
}

static void write_heading(struct writer *w, const struct cp_identity *identity)
{
    switch (identity->subject) {
    case CP_IDENTITY_BOX:
        cp_out_str(&w->line, "box");
        break;
    case CP_IDENTITY_SOFTWARE:
        cp_out_str(&w->line, "software");
        break;
    case CP_IDENTITY_PART:
        cp_out_str(&w->line, "part ");
        cp_out_text(&w->line, identity->part);
        break;
    }
    cp_out_str(&w->line, ": ");
    cp_out_text(&w->line, maker_of(identity));
    if (identity->state == CP_IDENTITY_CONCLUDED) {
        cp_out_str(&w->line, ", ");
        cp_out_str(&w->line, cp_grade_name(identity->grade));
    }
    paragraph(w, 2, 4);
}

static cp_err write_evidence(struct writer *w, void *state, struct cp_subjects subjects)
{
    (void)state;
    cp_out_char(w->out, '\n');
    cp_out_text(&w->line, node_id(w, subjects.at[0].object));
    paragraph(w, 0, 2);
    for (uint32_t i = 0; i < subjects.count; i++) {
        const struct cp_identity *identity = &subjects.at[i];

        write_heading(w, identity);
        for (uint32_t k = 0; k < identity->clues.count; k++)
            CP_TRY(write_clue(w, identity, cp_identity_clue(w->report, identity, k)));
        if (identity->settle == NULL)
            continue;
        cp_out_str(&w->line, "what would settle it: ");
        cp_out_str(&w->line, identity->settle);
        paragraph(w, 4, 8);
    }
    return w->out->err;
}

/* --- links ------------------------------------------------------------------------------------ */

/* "r1--r2: seen by one end, not stated: r1 Gi0/1, walk.snmprec:44" */
static cp_err write_link(struct writer *w, uint32_t at, struct cp_link_seen seen)
{
    bool any = false;

    cp_out_text(&w->line, w->net->links[at].id);
    cp_out_str(&w->line, ": ");
    cp_out_str(&w->line, seen.ends >= 2   ? "seen by both ends"
                         : seen.ends == 1 ? "seen by one end"
                                          : "seen by no end");
    cp_out_str(&w->line, seen.stated ? "" : ", not stated");
    for (uint32_t i = w->net->link_facts[at]; i < w->net->link_facts[at + 1]; i++) {
        const struct cp_fact *fact = &w->net->facts[i];

        if (cp_link_seen_end(w->net, (cp_link){at}, fact) == CP_NONE)
            continue;
        cp_out_str(&w->line, any ? "; " : ": ");
        cp_out_text(&w->line, fact->value);
        CP_TRY(write_place(w, fact->place));
        any = true;
    }
    paragraph(w, 2, 4);
    return w->out->err;
}

static cp_err write_links(struct writer *w)
{
    bool headed = false;

    for (uint32_t i = 0; i < w->net->link_count; i++) {
        if (!cp_link_asked(w->report, i))
            continue;
        if (!headed)
            cp_out_str(w->out, "\nLINKS\n");
        headed = true;
        CP_TRY(write_link(w, i, cp_link_seen(w->net, (cp_link){i})));
    }
    return CP_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* "; 3 parts: 1 concluded, 2 unknown"; nothing where there are none of them */
static void write_counts(struct writer *w, const char *before,
                         const struct cp_identity_counts *counts, const char *one, const char *many)
{
    static const char *const words[] = {[CP_IDENTITY_CONCLUDED] = "concluded",
                                        [CP_IDENTITY_UNKNOWN] = "unknown",
                                        [CP_IDENTITY_CONTRADICTED] = "contradicted"};
    uint32_t all = 0;
    bool any = false;

    for (size_t i = 0; i < CP_COUNT(counts->of); i++)
        all += counts->of[i];
    if (all == 0)
        return;
    cp_out_str(&w->line, before);
    count_of(&w->line, all, one, many);
    for (size_t i = CP_COUNT(counts->of); i-- > 0;) {
        if (counts->of[i] == 0)
            continue;
        cp_out_format(&w->line, "%s%u %s", any ? ", " : ": ", counts->of[i], words[i]);
        any = true;
    }
}

/* "; 4 links: 2 seen by both ends, 2 not seen"; nothing where none was seen: nobody looked */
static void write_link_counts(struct writer *w, const struct cp_identity_summary *summary)
{
    uint32_t both = summary->links.by_two_ends, one = summary->links.by_one_end;

    if (both + one == 0)
        return;
    cp_out_str(&w->line, "; ");
    count_of(&w->line, (uint64_t)both + one + summary->links.unseen, "link", "links");
    cp_out_format(&w->line, ": %u seen by both ends, %u by one, %u by none", both, one,
                  summary->links.unseen);
}

static void write_summary(struct writer *w, const struct cp_identity_summary *summary)
{
    char date[11];

    cp_date_format(w->report->as_of, date);
    cp_out_char(w->out, '\n');
    cp_out_format(&w->line, "Summary as of %s: ", date);
    write_counts(w, "", &summary->devices, "device", "devices");
    write_counts(w, "; ", &summary->software, "software", "software");
    write_counts(w, "; ", &summary->parts, "part", "parts");
    write_link_counts(w, summary);
    cp_out_char(&w->line, '.');
    paragraph(w, 0, 2);
}

static cp_err write_all(struct writer *w)
{
    struct cp_identity_summary summary = cp_identity_summarize(w->report);

    CP_TRY(write_table(w));
    CP_TRY(write_contradictions(w, summary.devices.of[CP_IDENTITY_CONTRADICTED] +
                                       summary.software.of[CP_IDENTITY_CONTRADICTED] +
                                       summary.parts.of[CP_IDENTITY_CONTRADICTED]));
    CP_TRY(write_ways(w));
    if (w->report->verbose || w->report->asked != NULL) {
        CP_TRY(each_device(w, write_evidence, NULL));
        if (summary.links.by_two_ends + summary.links.by_one_end > 0)
            CP_TRY(write_links(w));
    }
    write_summary(w, &summary);
    return w->out->err;
}

cp_err cp_identity_text(const struct cp_identity_report *report, struct cp_out *out)
{
    struct writer w = {.report = report, .net = report->net, .out = out};
    cp_err err;

    w.arena = cp_arena_open(SIZE_MAX);
    if (w.arena == NULL)
        return CP_ERR_NOMEM;
    w.line = cp_out_make(w.arena);
    err = write_all(&w);
    cp_arena_close(w.arena);
    return err;
}
