#include "base/row.h"

#include "base/num.h"

/* A line becomes a tree, of which its pattern takes what it asks. */

struct items {
    const struct cp_json_value *next;
    const struct cp_rows *rows;
    struct cp_row *row;
    struct cp_arena *arena;
    uint32_t texts, numbers, lists;
};

static cp_err take_text(struct items *items, const struct cp_json_value *value)
{
    cp_text *text = &items->row->text[items->texts++];

    return value->kind == CP_JSON_TEXT ? cp_text_copy(value->text, items->arena, text)
                                       : CP_ERR_MALFORMED;
}

static cp_err take_number(struct items *items, const struct cp_json_value *value)
{
    uint64_t *number = &items->row->number[items->numbers++];

    return value->kind == CP_JSON_NUMBER ? cp_num_u64(value->text, UINT64_MAX - 1, number)
                                         : CP_ERR_MALFORMED;
}

static cp_err take_list(struct items *items, const struct cp_json_value *value)
{
    uint32_t *at;
    uint32_t i = 0;

    if (value->kind != CP_JSON_ARRAY)
        return CP_ERR_MALFORMED;
    at = CP_TAKE(items->arena, value->count, uint32_t);
    if (at == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_json_value *v = value->first; v != NULL; v = v->next)
        if (v->kind != CP_JSON_NUMBER || cp_num_u32(v->text, UINT32_MAX - 1, &at[i++]) != CP_OK)
            return CP_ERR_MALFORMED;
    items->row->list[items->lists] = at;
    items->row->count[items->lists++] = i;
    return CP_OK;
}

static cp_err take_words(struct items *items, const struct cp_json_value *value)
{
    const struct cp_json_value *v = value->first;

    if (value->kind != CP_JSON_ARRAY)
        return CP_ERR_MALFORMED;
    for (uint32_t w = 0; v != NULL && w < items->rows->word_count; w++)
        if (v->kind == CP_JSON_TEXT && cp_text_is(v->text, items->rows->words[w])) {
            items->row->words |= UINT32_C(1) << w;
            v = v->next;
        }
    return v == NULL ? CP_OK : CP_ERR_MALFORMED; /* a strange word, or in another order */
}

static cp_err take_null(struct items *items, char letter)
{
    if (letter == 'T')
        items->row->text[items->texts++] = (cp_text){NULL, 0};
    else if (letter == 'N')
        items->row->number[items->numbers++] = UINT64_MAX;
    else
        return CP_ERR_MALFORMED;
    return CP_OK;
}

static bool is_ascending(const uint32_t *at, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (at[i] <= at[i - 1])
            return false;
    return true;
}

static cp_err take_ascending(struct items *items, const struct cp_json_value *value)
{
    uint32_t at = items->lists;

    CP_TRY(take_list(items, value));
    return is_ascending(items->row->list[at], items->row->count[at]) ? CP_OK : CP_ERR_MALFORMED;
}

static cp_err take(struct items *items, char letter)
{
    const struct cp_json_value *value = items->next;

    if (value == NULL)
        return CP_ERR_MALFORMED;
    items->next = value->next;
    if (value->kind == CP_JSON_NULL)
        return take_null(items, letter);
    switch (letter) {
    case 'T':
        if (value->text.len == 0)
            return CP_ERR_MALFORMED;
        return take_text(items, value);
    case 't':
        return take_text(items, value);
    case 'n':
    case 'N':
        return take_number(items, value);
    case 'a':
        return take_list(items, value);
    case 's':
        return take_ascending(items, value);
    default:
        CP_ASSERT(letter == 'w');
        return take_words(items, value);
    }
}

/* As cp_json writes flat things: a space after each comma, and no other outside texts. */
static bool is_plain(cp_text line)
{
    bool inside = false;
    char before = '[';

    for (size_t i = 0; i < line.len; before = line.at[i], i++) {
        char c = line.at[i];

        if (!inside && ((c == ' ') != (before == ',') || c == '\t' || c == '\r'))
            return false;
        if (inside && c == '\\')
            i++;
        else if (c == '"')
            inside = !inside;
    }
    return true;
}

static cp_err read_row(struct cp_rows *rows, const struct cp_json_value *line,
                       struct cp_arena *arena, struct cp_row *row, uint32_t *pattern)
{
    struct items items = {.rows = rows, .row = row, .arena = arena};

    if (line->kind != CP_JSON_ARRAY || line->first == NULL || line->first->kind != CP_JSON_TEXT)
        return CP_ERR_MALFORMED;
    *row = (struct cp_row){.words = 0};
    items.next = line->first->next;
    for (*pattern = 0; *pattern < rows->pattern_count; ++*pattern)
        if (cp_text_is(line->first->text, rows->patterns[*pattern].kind))
            break;
    if (*pattern == rows->pattern_count)
        return CP_ERR_MALFORMED;
    for (const char *letter = rows->patterns[*pattern].items; *letter != '\0'; letter++)
        CP_TRY(take(&items, *letter));
    return items.next == NULL ? CP_OK : CP_ERR_MALFORMED;
}

cp_err cp_row_next(struct cp_rows *rows, struct cp_arena *arena, struct cp_row *row,
                   uint32_t *pattern)
{
    cp_arena_mark empty = cp_arena_mark_get(rows->work);
    size_t end = cp_text_find(rows->text, '\n', rows->at);
    cp_text line = cp_text_sub(rows->text, rows->at, end - rows->at);
    const struct cp_json_value *value = NULL;
    cp_err err;

    *pattern = rows->pattern_count;
    if (rows->at == rows->text.len)
        return CP_OK;
    rows->line++;
    if (end == rows->text.len || !is_plain(line))
        return CP_ERR_MALFORMED;
    rows->at = end + 1;
    err = cp_json_in_document(line, 0, rows->work, &value, NULL);
    if (err == CP_OK)
        err = read_row(rows, value, arena, row, pattern);
    cp_arena_reset(rows->work, empty);
    return err == CP_OK || err == CP_ERR_NOMEM ? err : CP_ERR_MALFORMED;
}
