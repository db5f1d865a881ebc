#include "base/json_in.h"

#include "json_token.h"

/* What was entered is a stack in the cursor, so nothing here recurs.  The cursor stands before the
 * comma or the closing bracket when next is called, and before the value when next has returned. */

struct cp_json_in cp_json_in_make(cp_text text, uint32_t file, uint32_t first_line)
{
    struct cp_json_in in = {.text = text, .file = file, .line = first_line};

    if (cp_text_starts(text, CP_TEXT("\xef\xbb\xbf"))) /* RFC 8259 8.1: may be ignored */
        in.at = in.line_start = 3;
    return in;
}

cp_json_kind cp_json_in_peek(struct cp_json_in *in)
{
    cp_json_token_space(in);
    if (in->at >= in->text.len)
        return CP_JSON_NOTHING;
    switch (in->text.at[in->at]) {
    case '{':
        return CP_JSON_OBJECT;
    case '[':
        return CP_JSON_ARRAY;
    case '"':
        return CP_JSON_TEXT;
    case 'n':
        return CP_JSON_NULL;
    case 'f':
        return CP_JSON_FALSE;
    case 't':
        return CP_JSON_TRUE;
    case '-':
        return CP_JSON_NUMBER;
    default:
        return in->text.at[in->at] >= '0' && in->text.at[in->at] <= '9' ? CP_JSON_NUMBER
                                                                        : CP_JSON_NOTHING;
    }
}

cp_place cp_json_in_place(struct cp_json_in *in)
{
    cp_json_token_space(in);
    return cp_json_token_place(in);
}

cp_err cp_json_in_enter(struct cp_json_in *in, cp_json_kind kind, struct cp_diag *diag)
{
    CP_ASSERT(kind == CP_JSON_OBJECT || kind == CP_JSON_ARRAY);
    if (cp_json_in_peek(in) != kind)
        return cp_json_token_refuse(in,
                                    kind == CP_JSON_OBJECT ? "an object ({...}) is expected here"
                                                           : "an array ([...]) is expected here",
                                    diag);
    if (in->depth == CP_JSON_IN_DEPTH_MAX)
        return cp_diag_set(diag, CP_ERR_LIMIT, cp_json_token_place(in),
                           "the JSON is nested too deeply", CP_TEXT(""));
    in->at++;
    in->fresh[in->depth] = true;
    in->closers[in->depth] = kind == CP_JSON_OBJECT ? '}' : ']';
    in->depth++;
    return CP_OK;
}

static bool stands_at(const struct cp_json_in *in, char c)
{
    return in->at < in->text.len && in->text.at[in->at] == c;
}

static cp_err take_name(struct cp_json_in *in, struct cp_json_raw *name, struct cp_diag *diag)
{
    if (!stands_at(in, '"'))
        return cp_json_token_refuse(in, "a name in quotation marks is expected here", diag);
    CP_TRY(cp_json_token_text(in, name, diag));
    cp_json_token_space(in);
    if (!stands_at(in, ':'))
        return cp_json_token_refuse(in, "a colon is expected here", diag);
    in->at++;
    return CP_OK;
}

cp_err cp_json_token_next(struct cp_json_in *in, struct cp_json_raw *name, bool *more,
                          struct cp_diag *diag)
{
    uint32_t top;

    CP_ASSERT(in->depth > 0);
    top = in->depth - 1;
    cp_json_token_space(in);
    *more = !stands_at(in, in->closers[top]);
    if (!*more) {
        in->at++;
        in->depth--;
        return CP_OK;
    }
    if (!in->fresh[top]) {
        if (!stands_at(in, ','))
            return cp_json_token_refuse(in, "a comma or the closing bracket is expected here",
                                        diag);
        in->at++;
        cp_json_token_space(in);
    }
    in->fresh[top] = false;
    return in->closers[top] == '}' ? take_name(in, name, diag) : CP_OK;
}

cp_err cp_json_in_next(struct cp_json_in *in, struct cp_arena *arena, cp_text *key, bool *more,
                       struct cp_diag *diag)
{
    struct cp_json_raw name = {.escaped = false};

    CP_TRY(cp_json_token_next(in, &name, more, diag));
    if (key == NULL)
        return CP_OK;
    return cp_json_token_plain(&name, arena, key);
}

/* One value, or the beginning of an object or array. */
static cp_err pass(struct cp_json_in *in, struct cp_diag *diag)
{
    cp_json_kind kind = cp_json_in_peek(in);
    struct cp_json_raw raw;
    cp_text number;

    switch (kind) {
    case CP_JSON_OBJECT:
    case CP_JSON_ARRAY:
        return cp_json_in_enter(in, kind, diag);
    case CP_JSON_TEXT:
        return cp_json_token_text(in, &raw, diag);
    case CP_JSON_NUMBER:
        return cp_json_token_number(in, &number, diag);
    case CP_JSON_NULL:
    case CP_JSON_FALSE:
    case CP_JSON_TRUE:
        return cp_json_token_word(in, kind, diag);
    case CP_JSON_NOTHING:
        break;
    }
    return cp_json_token_refuse(in, "a value is expected here", diag);
}

cp_err cp_json_in_skip(struct cp_json_in *in, struct cp_diag *diag)
{
    uint32_t outside = in->depth;
    struct cp_json_raw name;
    bool more = true;

    CP_TRY(pass(in, diag));
    while (in->depth > outside) {
        CP_TRY(cp_json_token_next(in, &name, &more, diag));
        if (more)
            CP_TRY(pass(in, diag));
    }
    return CP_OK;
}

cp_err cp_json_in_end(struct cp_json_in *in, struct cp_diag *diag)
{
    cp_json_token_space(in);
    if (in->at < in->text.len)
        return cp_json_token_refuse(in, "nothing is expected after the end of the JSON", diag);
    return CP_OK;
}
