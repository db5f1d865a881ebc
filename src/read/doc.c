#include "doc.h"

#include "base/out.h"
#include "base/scan.h"

cp_err cp_doc_fail(struct cp_doc *doc, cp_err err, cp_place place, const char *why, cp_text subject)
{
    return cp_diag_set(doc->diag, err, place, why, subject);
}

cp_place cp_doc_start(const struct cp_doc *doc)
{
    return (cp_place){.file = doc->file, .line = 1, .column = 1};
}

cp_err cp_doc_tally(struct cp_doc *doc, cp_remark_kind kind, cp_place place, const char *why,
                    cp_text subject)
{
    for (uint32_t i = 0; i < doc->tally_count; i++) {
        struct cp_tally *tally = &doc->tallies[i];

        if (tally->kind == kind && tally->why == why && cp_text_eq(tally->subject, subject)) {
            tally->count++;
            return CP_OK;
        }
    }
    if (doc->tally_count == CP_LIMIT_TALLIES)
        return cp_build_remark(doc->build, kind, place, why, subject, 1);
    doc->tallies[doc->tally_count++] = (struct cp_tally){kind, place, why, subject, 1};
    return CP_OK;
}

cp_err cp_doc_flush(struct cp_doc *doc)
{
    for (uint32_t i = 0; i < doc->tally_count; i++) {
        const struct cp_tally *tally = &doc->tallies[i];

        CP_TRY(cp_build_remark(doc->build, tally->kind, tally->place, tally->why, tally->subject,
                               tally->count));
    }
    doc->tally_count = 0;
    return CP_OK;
}

static cp_place place_of(const struct cp_doc *doc, size_t offset)
{
    cp_scan scan = cp_scan_make(doc->text, doc->file);

    while (scan.at < offset && !cp_scan_at_end(&scan))
        (void)cp_scan_next(&scan);
    return scan.place;
}

static bool is_break(char c)
{
    return c == '\t' || c == '\n' || c == '\r';
}

/* A mark of the byte order may begin the text. */
static cp_err check_characters(struct cp_doc *doc)
{
    uint32_t codepoint;

    for (size_t at = 0; at < doc->text.len;) {
        if (doc->text.at[at] >= ' ' && doc->text.at[at] < '\x7f') {
            at++; /* most are plain */
            continue;
        }
        size_t len = cp_text_char(doc->text, at, &codepoint);
        bool allowed = is_break(doc->text.at[at]) || (at == 0 && codepoint == 0xfeff);

        if (!allowed && cp_text_is_unsafe(codepoint))
            return cp_doc_fail(doc, CP_ERR_MALFORMED, place_of(doc, at),
                               "control or invisible character", CP_TEXT(""));
        at += len;
    }
    return CP_OK;
}

cp_err cp_doc_check_text(struct cp_doc *doc)
{
    size_t bad = cp_text_bad_utf8(doc->text);

    if (bad < doc->text.len)
        return cp_doc_fail(doc, CP_ERR_MALFORMED, place_of(doc, bad), "bytes that are not UTF-8",
                           CP_TEXT(""));
    return check_characters(doc);
}

/* ISO 8859-1 is the first 256 characters of Unicode: two bytes of UTF-8 from 0x80 on. */
static cp_err latin1_to_utf8(struct cp_doc *doc)
{
    char *to = cp_arena_take(doc->arena, doc->text.len, 2);
    size_t len = 0;

    if (to == NULL)
        return CP_ERR_NOMEM;
    for (size_t i = 0; i < doc->text.len; i++) {
        unsigned char c = (unsigned char)doc->text.at[i];

        if (c >= 0x80)
            to[len++] = (char)(0xc0 | c >> 6);
        to[len++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
    }
    doc->text = (cp_text){to, len};
    return CP_OK;
}

cp_err cp_doc_accept_latin1(struct cp_doc *doc)
{
    size_t bad = cp_text_bad_utf8(doc->text);

    if (bad < doc->text.len) {
        CP_TRY(cp_doc_tally(doc, CP_REMARK_FINDING, place_of(doc, bad),
                            "not UTF-8: the file is read as ISO 8859-1", CP_TEXT("")));
        CP_TRY(latin1_to_utf8(doc));
    }
    return check_characters(doc);
}

static bool has_break(cp_text text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_break(text.at[i]))
            return true;
    return false;
}

/* Length of the white space at offset `from`, and whether some of it is more than a plain space. */
static size_t white_len(cp_text text, size_t from, bool *breaks)
{
    size_t at = from;

    *breaks = false;
    for (; at < text.len && (text.at[at] == ' ' || is_break(text.at[at])); at++)
        *breaks = *breaks || is_break(text.at[at]);
    return at - from;
}

cp_err cp_doc_one_line(struct cp_doc *doc, cp_place place, cp_text text, cp_text *out)
{
    struct cp_out line;

    *out = text;
    if (!has_break(text))
        return CP_OK;
    CP_TRY(cp_doc_tally(doc, CP_REMARK_FINDING, place, "line breaks and tabs are read as one space",
                        CP_TEXT("")));
    text = cp_text_trim(text);
    line = cp_out_make(doc->arena);
    for (size_t at = 0; at < text.len;) {
        bool breaks;
        size_t white = white_len(text, at, &breaks);

        if (breaks)
            cp_out_char(&line, ' ');
        else
            cp_out_text(&line, cp_text_sub(text, at, white));
        at += white;
        if (at < text.len)
            cp_out_char(&line, text.at[at++]);
    }
    return cp_out_done(&line, out);
}

cp_err cp_doc_demand(struct cp_doc *doc, struct cp_demand_row *row)
{
    cp_err err = cp_build_demand(doc->build, row, doc->diag);

    if (err != CP_ERR_DUPLICATE)
        return err;
    *doc->diag = (struct cp_diag){.place = CP_PLACE_NONE};
    row->id = CP_TEXT("");
    CP_TRY(cp_doc_tally(doc, CP_REMARK_FINDING, row->place,
                        "a demand's id that is used before: its id is its number", CP_TEXT("")));
    return cp_build_demand(doc->build, row, doc->diag);
}
