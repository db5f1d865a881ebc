#include "app/log_text.h"

#include "base/json_in.h"
#include "base/moment.h"

/* Entries of the log of decisions in words: for terminals, and for the daemon's own log. */

void cp_log_write_safe(struct cp_out *out, cp_text text)
{
    for (size_t at = 0, len; at < text.len; at += len) {
        uint32_t c;

        len = cp_text_char(text, at, &c);
        if (cp_text_is_unsafe(c) || c == 0xfffd)
            cp_out_char(out, '?');
        else
            cp_out_text(out, cp_text_sub(text, at, len));
    }
}

/* "node r6": what begins with the kind and the id of an element; the member behind them.  NULL: it does not. */
static const struct cp_json_value *write_element(struct cp_out *out,
                                                 const struct cp_json_value *value)
{
    const struct cp_json_value *kind = value->kind == CP_JSON_OBJECT ? value->first : NULL;
    const struct cp_json_value *id = kind != NULL ? kind->next : NULL;

    if (id == NULL || !cp_text_is(kind->key, "kind") || !cp_text_is(id->key, "id") ||
        kind->kind != CP_JSON_TEXT || id->kind != CP_JSON_TEXT)
        return NULL;
    cp_log_write_safe(out, kind->text);
    cp_out_char(out, ' ');
    cp_log_write_safe(out, id->text);
    return id;
}

/* Lists as a, b, c; what is deeper in brackets. */
static void write_value(struct cp_out *out, const struct cp_json_value *value)
{
    const struct cp_json_value *element;

    switch (value->kind) {
    case CP_JSON_TEXT:
    case CP_JSON_NUMBER:
        cp_log_write_safe(out, value->text);
        return;
    case CP_JSON_TRUE:
        cp_out_str(out, "yes");
        return;
    case CP_JSON_FALSE:
        cp_out_str(out, "no");
        return;
    case CP_JSON_NULL:
    case CP_JSON_NOTHING:
        cp_out_str(out, "none");
        return;
    case CP_JSON_ARRAY:
    case CP_JSON_OBJECT:
        break;
    }
    element = write_element(out, value);
    for (const struct cp_json_value *v = element != NULL ? element->next : value->first; v != NULL;
         v = v->next) {
        bool deep = v->kind == CP_JSON_ARRAY || v->kind == CP_JSON_OBJECT;

        cp_out_str(out, v == value->first ? "" : ", ");
        if (value->kind == CP_JSON_OBJECT) {
            cp_log_write_safe(out, v->key);
            cp_out_char(out, ' ');
        }
        cp_out_str(out, deep ? "(" : "");
        write_value(out, v); /* as deep as the reader of JSON lets through */
        cp_out_str(out, deep ? ")" : "");
    }
    if (value->count == 0)
        cp_out_str(out, "none");
}

static const char *const first_members[] = {"headend", "endpoint", "colour", "before", "after",
                                            "reason",  "policy",   "rule",   "fact",   "verdict"};

static bool is_first_member(cp_text key)
{
    for (size_t i = 0; i < CP_COUNT(first_members); i++) {
        if (cp_text_is(key, first_members[i]))
            return true;
    }
    return false;
}

static void write_member(struct cp_out *out, cp_text key, const struct cp_json_value *value,
                         uint32_t indent)
{
    for (uint32_t i = 0; i < indent; i++)
        cp_out_char(out, ' ');
    cp_log_write_safe(out, key);
    cp_out_str(out, ": ");
    write_value(out, value);
    cp_out_char(out, '\n');
}

static cp_err read_document(struct cp_out *out, cp_text document,
                            const struct cp_json_value **value)
{
    return cp_json_in_document(document, CP_PLACE_NO_FILE, out->arena, value, NULL);
}

/* "begins", "acknowledged" and "severity" of an alarm's document are said in words, in the head. */
static bool is_in_head(cp_log_kind kind, const struct cp_json_value *member)
{
    bool flag = member->kind == CP_JSON_TRUE || member->kind == CP_JSON_FALSE;

    if (kind != CP_LOG_ALARM)
        return false;
    return (flag &&
            (cp_text_is(member->key, "begins") || cp_text_is(member->key, "acknowledged"))) ||
           (member->kind == CP_JSON_TEXT && cp_text_is(member->key, "severity"));
}

/* NULL: it is no alarm's, or does not say. */
static const struct cp_json_value *find_begins(cp_log_kind kind, const struct cp_json_value *root)
{
    const struct cp_json_value *begins =
        kind == CP_LOG_ALARM ? cp_json_member(root, "begins") : NULL;

    if (begins != NULL && begins->kind != CP_JSON_TRUE && begins->kind != CP_JSON_FALSE)
        return NULL;
    return begins;
}

cp_err cp_log_write_head(struct cp_out *out, cp_log_kind kind, cp_text subject, cp_text document)
{
    const struct cp_json_value *root, *begins, *acknowledged, *severity;

    CP_TRY(read_document(out, document, &root));
    begins = find_begins(kind, root);
    acknowledged = cp_json_member(root, "acknowledged");
    severity = cp_json_member(root, "severity");
    cp_out_str(out, cp_log_kind_name(kind));
    cp_out_str(out, subject.len > 0 ? " " : "");
    cp_log_write_safe(out, subject);
    if (begins != NULL)
        cp_out_str(out, begins->kind == CP_JSON_TRUE ? " begins" : " ends");
    if (acknowledged != NULL && is_in_head(kind, acknowledged))
        cp_out_str(out, acknowledged->kind == CP_JSON_TRUE ? " acknowledged" : "");
    if (severity != NULL && is_in_head(kind, severity)) {
        cp_out_str(out, " (");
        cp_log_write_safe(out, severity->text);
        cp_out_char(out, ')');
    }
    return out->err;
}

cp_err cp_log_write_members(struct cp_out *out, const struct cp_log_entry *entry, uint32_t indent,
                            const char *without)
{
    const struct cp_json_value *root;

    CP_TRY(read_document(out, entry->document, &root));
    for (size_t i = 0; i < CP_COUNT(first_members); i++) {
        const struct cp_json_value *member = cp_json_member(root, first_members[i]);

        if (member != NULL)
            write_member(out, member->key, member, indent);
    }
    for (const struct cp_json_value *v = root->first; v != NULL; v = v->next) {
        if (!is_in_head(entry->kind, v) && !cp_text_is(v->key, without) && !is_first_member(v->key))
            write_member(out, v->key, v, indent);
    }
    return out->err;
}

/* What the head says already: whom it is about, also as an alarm's "down/KEY" and as the name that we give an LSP. */
static bool is_said(cp_text subject, const struct cp_json_value *value)
{
    static const cp_text ours = {"cp:", 3};
    cp_text text = value->text;

    if (value->kind != CP_JSON_TEXT)
        return false;
    if (text.len == 0)
        return true;
    if (cp_text_starts(text, ours) && cp_text_is(value->key, "lsp"))
        text = cp_text_sub(text, ours.len, text.len - ours.len);
    if (!cp_text_ends(subject, text))
        return false;
    return subject.len == text.len || subject.at[subject.len - text.len - 1] == '/';
}

static void write_word(struct cp_out *out, const struct cp_json_value *v)
{
    uint64_t us;
    char at[28];

    if (cp_text_is(v->key, "at-us") && cp_json_u64_of(v, &us)) {
        cp_moment_format(us, at);
        cp_out_str(out, "at ");
        cp_out_str(out, at);
        return;
    }
    cp_log_write_safe(out, v->key);
    cp_out_char(out, ' ');
    write_value(out, v);
}

cp_err cp_log_write_words(struct cp_out *out, cp_log_kind kind, cp_text subject, cp_text document)
{
    const struct cp_json_value *root, *begins, *why;
    const char *before = ": ";

    CP_TRY(cp_log_write_head(out, kind, subject, document));
    CP_TRY(read_document(out, document, &root));
    begins = find_begins(kind, root);
    if (begins != NULL && begins->kind == CP_JSON_FALSE)
        before = "; it was: ";
    why = begins != NULL ? cp_json_member(root, "why") : NULL;
    if (why != NULL) { /* what an alarm says is what people look for */
        cp_out_str(out, before);
        before = "; ";
        write_value(out, why);
    }
    for (const struct cp_json_value *v = root->first; v != NULL; v = v->next) {
        if (v == why || is_in_head(kind, v) || is_said(subject, v))
            continue;
        cp_out_str(out, before);
        before = "; ";
        write_word(out, v);
    }
    return out->err;
}

cp_err cp_log_write_line(struct cp_out *out, const struct cp_log_entry *entry)
{
    char at[28];

    cp_moment_format(entry->at_us, at);
    cp_out_format(out, "%s #%llu ", at, (unsigned long long)entry->seq);
    CP_TRY(cp_log_write_words(out, entry->kind, entry->subject, entry->document));
    cp_out_char(out, '\n');
    return out->err;
}
