#include "cli.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

cp_text cp_cli_at(const struct cp_cli_section *section, uint32_t line)
{
    return line < section->count ? cp_text_trim(section->lines[line].text) : (cp_text){"", 0};
}

cp_place cp_cli_place(const struct cp_cli_section *section, uint32_t line, cp_text inside)
{
    const struct cp_cli_line *at = &section->lines[line];
    size_t column = 0;

    for (size_t i = 0; i < at->text.len && inside.at != NULL; i++)
        if (at->text.at + i == inside.at)
            column = i + 1;
    return (cp_place){section->doc->file, at->number, column == 0 ? 1 : (uint32_t)column};
}

size_t cp_cli_index(cp_text text, const char *words)
{
    size_t len = strlen(words);

    for (size_t i = 0; i + len <= text.len; i++)
        if (same(text.at + i, words, len))
            return i;
    return text.len;
}

bool cp_cli_after(cp_text text, const char *beginning, cp_text *rest)
{
    size_t len = strlen(beginning);

    if (text.len < len || !same(text.at, beginning, len))
        return false;
    *rest = cp_text_trim(cp_text_sub(text, len, text.len));
    return true;
}

bool cp_cli_split(cp_text text, const char *words, cp_text *before, cp_text *after)
{
    size_t at = cp_cli_index(text, words);

    if (at == text.len)
        return false;
    *before = cp_text_trim(cp_text_sub(text, 0, at));
    *after = cp_text_trim(cp_text_sub(text, at + strlen(words), text.len));
    return true;
}

uint32_t cp_cli_find(const struct cp_cli_section *section, uint32_t from, const char *beginning)
{
    cp_text rest;

    for (uint32_t i = from; i < section->count; i++)
        if (cp_cli_after(cp_cli_at(section, i), beginning, &rest))
            return i;
    return section->count;
}

uint32_t cp_cli_find_in(const struct cp_cli_section *section, uint32_t from, const char *inside)
{
    for (uint32_t i = from; i < section->count; i++)
        if (cp_cli_index(section->lines[i].text, inside) < section->lines[i].text.len)
            return i;
    return section->count;
}

bool cp_cli_is_top(const struct cp_cli_section *section, uint32_t line)
{
    uint32_t before = 0;

    for (uint32_t i = 0; i < line && i < section->count; i++)
        before += cp_cli_at(section, i).len > 0 ? 1 : 0;
    return line < section->count && before <= 2;
}

bool cp_cli_has(const struct cp_cli_section *section, const char *beginning)
{
    return cp_cli_find(section, 0, beginning) < section->count;
}

/* Dots that lead to the value are no part of the key, nor what lists stand behind. */
static cp_text bare_key(cp_text key)
{
    key = cp_text_trim(key);
    while (key.len > 0 && (key.at[key.len - 1] == '.' || key.at[key.len - 1] == ' '))
        key.len--;
    if (cp_text_starts(key, CP_TEXT("- ")))
        key = cp_text_trim(cp_text_sub(key, 2, key.len));
    return key;
}

bool cp_cli_pair(cp_text line, char separator, cp_text *key, cp_text *value)
{
    size_t at = separator == '.' ? cp_cli_index(line, "..") : cp_text_find(line, separator, 0);

    if (at == line.len)
        return false;
    *key = bare_key(cp_text_sub(line, 0, at));
    for (at++; separator == '.' && at < line.len && (line.at[at] == '.' || line.at[at] == ' ');
         at++)
        continue;
    *value = cp_text_trim(cp_text_sub(line, at, line.len));
    return key->len > 0;
}

uint32_t cp_cli_find_key(const struct cp_cli_section *section, uint32_t from, const char *key,
                         char separator, cp_text *value)
{
    cp_text here;

    for (uint32_t i = from; i < section->count; i++)
        if (cp_cli_pair(cp_cli_at(section, i), separator, &here, value) &&
            cp_text_same_word(here, cp_text_of(key)))
            return i;
    return section->count;
}

cp_text cp_cli_word(cp_text *rest)
{
    cp_text word;

    return cp_text_word(rest, " \t", &word) ? word : (cp_text){"", 0};
}

bool cp_cli_is_number(cp_text text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    return text.len > 0;
}

bool cp_cli_is_nothing(cp_text value)
{
    static const char *const fillers[] = {
        "-",
        "--",
        "---",
        "n/a",
        "na",
        "none",
        "null",
        "unknown",
        "(unknown)",
        "not advertised",
        "nil",
        "not available",
        "<unknown>",
        "unspecified",
        "not set",
        "not specified",
        "\"\"",
        "not present",
        "[not advertised]",
        "- not advertised",
        "builtin",
    };

    value = cp_text_trim(value);
    for (size_t i = 0; i < CP_COUNT(fillers); i++)
        if (cp_text_same_word(value, cp_text_of(fillers[i])))
            return true;
    return value.len == 0;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The length of the groups of digits between equal separators; 0: no such groups. */
static size_t group_len(cp_text text)
{
    size_t len = 0, here = 0;
    char separator = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (digit(text.at[i]) >= 0) {
            here++;
            continue;
        }
        if (memchr(":-. ", text.at[i], 4) == NULL || (separator != 0 && separator != text.at[i]))
            return 0;
        separator = text.at[i];
        if (len != 0 && here != len)
            return 0;
        len = here;
        here = 0;
    }
    return len == 0 || len == here ? here : 0;
}

cp_err cp_cli_mac(struct cp_cli_section *section, cp_text text, cp_text *out, bool *is_mac)
{
    static const char digits[] = "0123456789abcdef";
    size_t group = group_len(text), at = 0;
    char *mac;

    *out = text;
    *is_mac = false;
    if (!((group == 2 && text.len == 17) || (group == 4 && text.len == 14) ||
          (group == 6 && text.len == 13) || (group == 12 && text.len == 12)))
        return CP_OK;
    mac = CP_TAKE(section->doc->scratch, 17, char);
    if (mac == NULL)
        return CP_ERR_NOMEM;
    for (size_t i = 0; i < text.len; i++) {
        if (digit(text.at[i]) < 0)
            continue;
        if (at % 3 == 2)
            mac[at++] = ':';
        mac[at++] = digits[digit(text.at[i])];
    }
    *out = (cp_text){mac, at};
    *is_mac = true;
    return CP_OK;
}

cp_err cp_cli_join(struct cp_cli_section *section, uint32_t from, uint32_t to, cp_text *out)
{
    char *joined = CP_TAKE(section->doc->scratch, CP_CLI_DESCR_BYTES, char);
    size_t at = 0;

    if (joined == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = from; i < to && i < section->count; i++) {
        cp_text line = cp_cli_at(section, i), word;

        while ((word = cp_cli_word(&line)).len > 0) {
            if (at + word.len + 1 > CP_CLI_DESCR_BYTES)
                break;
            if (at > 0)
                joined[at++] = ' ';
            memcpy(joined + at, word.at, word.len);
            at += word.len;
        }
    }
    *out = (cp_text){joined, at};
    return CP_OK;
}

cp_err cp_cli_glue(struct cp_cli_section *section, cp_text a, const char *between, cp_text b,
                   cp_text *out)
{
    CP_TRY(cp_text_join(a, cp_text_of(between), section->doc->scratch, out));
    return cp_text_join(*out, b, section->doc->scratch, out);
}

cp_err cp_cli_says(struct cp_cli_section *section, uint32_t line, cp_text part,
                   const char *attribute, cp_text value)
{
    cp_cli_mark(section, line, CP_CLI_USED);
    if (cp_cli_is_nothing(value))
        return CP_OK;
    return cp_device_says(section->doc, cp_cli_place(section, line, value), part, attribute, value);
}

cp_err cp_cli_says_keys(struct cp_cli_section *section, char separator,
                        const struct cp_cli_fact *facts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cp_text value;
        uint32_t line = cp_cli_find_key(section, 0, facts[i].key, separator, &value);

        if (line < section->count)
            CP_TRY(cp_cli_says(section, line, CP_TEXT(""), facts[i].attribute, value));
    }
    return CP_OK;
}

void cp_cli_mark(struct cp_cli_section *section, uint32_t line, cp_cli_fate fate)
{
    if (line < section->count && section->lines[line].fate == CP_CLI_OPEN)
        section->lines[line].fate = fate;
}

void cp_cli_mark_range(struct cp_cli_section *section, uint32_t from, uint32_t to, cp_cli_fate fate)
{
    for (uint32_t i = from; i < to && i < section->count; i++)
        cp_cli_mark(section, i, fate);
}
