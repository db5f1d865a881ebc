#include "base/text.h"

#include <string.h>

cp_text cp_text_of(const char *zero_ended)
{
    return (cp_text){zero_ended, zero_ended == NULL ? 0 : strlen(zero_ended)};
}

bool cp_text_eq(cp_text a, cp_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool cp_text_is(cp_text a, const char *zero_ended)
{
    return cp_text_eq(a, cp_text_of(zero_ended));
}

bool cp_text_starts(cp_text a, cp_text prefix)
{
    return a.len >= prefix.len && cp_text_eq(cp_text_sub(a, 0, prefix.len), prefix);
}

bool cp_text_ends(cp_text a, cp_text suffix)
{
    return a.len >= suffix.len &&
           cp_text_eq(cp_text_sub(a, a.len - suffix.len, suffix.len), suffix);
}

int cp_text_cmp(cp_text a, cp_text b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.at, b.at, shorter);

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

cp_text cp_text_trim(cp_text a)
{
    while (a.len > 0 && is_blank(a.at[0])) {
        a.at++;
        a.len--;
    }
    while (a.len > 0 && is_blank(a.at[a.len - 1]))
        a.len--;
    return a;
}

cp_text cp_text_sub(cp_text a, size_t from, size_t len)
{
    if (from >= a.len)
        return (cp_text){NULL, 0};
    return (cp_text){a.at + from, len < a.len - from ? len : a.len - from};
}

size_t cp_text_find(cp_text a, char c, size_t from)
{
    const char *found;

    if (from >= a.len)
        return a.len;
    found = memchr(a.at + from, c, a.len - from);
    return found == NULL ? a.len : (size_t)(found - a.at);
}

bool cp_text_word(cp_text *rest, const char *separators, cp_text *word)
{
    size_t count = strlen(separators);
    size_t from = 0, to;

    while (from < rest->len && memchr(separators, rest->at[from], count) != NULL)
        from++;
    for (to = from; to < rest->len && memchr(separators, rest->at[to], count) == NULL; to++)
        ;
    *word = cp_text_sub(*rest, from, to - from);
    *rest = cp_text_sub(*rest, to, rest->len - to);
    return to > from;
}

cp_err cp_text_copy(cp_text a, struct cp_arena *arena, cp_text *out)
{
    return cp_text_join(a, (cp_text){NULL, 0}, arena, out);
}

cp_err cp_text_join(cp_text a, cp_text b, struct cp_arena *arena, cp_text *out)
{
    char *copy = CP_TAKE(arena, a.len + b.len + 1, char);

    if (copy == NULL)
        return CP_ERR_NOMEM;
    if (a.len > 0)
        memcpy(copy, a.at, a.len);
    if (b.len > 0)
        memcpy(copy + a.len, b.at, b.len);
    *out = (cp_text){copy, a.len + b.len};
    return CP_OK;
}

/* The well-formed sequences of RFC 3629 section 4, by lead byte. */
static const struct utf8_form {
    unsigned char lead_from, lead_to;
    unsigned char second_from, second_to;
    unsigned char len;
} utf8_forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/* Length of the character at the start of at least one byte; 0 where it is none. */
static size_t utf8_len(const unsigned char *at, size_t left)
{
    if (at[0] < 0x80)
        return 1;
    for (size_t i = 0; i < CP_COUNT(utf8_forms); i++) {
        const struct utf8_form *form = &utf8_forms[i];

        if (at[0] < form->lead_from || at[0] > form->lead_to)
            continue;
        if (left < form->len || at[1] < form->second_from || at[1] > form->second_to)
            return 0;
        for (size_t k = 2; k < form->len; k++)
            if (at[k] < 0x80 || at[k] > 0xbf)
                return 0;
        return form->len;
    }
    return 0;
}

size_t cp_text_bad_utf8(cp_text a)
{
    const unsigned char *at = (const unsigned char *)a.at;
    size_t done = 0;

    while (done < a.len) {
        size_t len = utf8_len(at + done, a.len - done);

        if (len == 0)
            return done;
        done += len;
    }
    return done;
}

size_t cp_text_char(cp_text a, size_t at, uint32_t *codepoint)
{
    static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    const unsigned char *from;
    size_t len;

    CP_ASSERT(at < a.len);
    from = (const unsigned char *)a.at + at;
    len = utf8_len(from, a.len - at);
    if (len == 0) {
        *codepoint = 0xfffd;
        return 1;
    }
    CP_ASSERT(len < CP_COUNT(lead_bits));
    *codepoint = from[0] & lead_bits[len];
    for (size_t i = 1; i < len; i++)
        *codepoint = *codepoint << 6 | (from[i] & 0x3f);
    return len;
}

/* Ascending.  Unicode 15, DerivedCoreProperties: Default_Ignorable_Code_Point; and what acts. */
static const struct {
    uint32_t from, to;
} unsafe[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},     {0x61c, 0x61c},
    {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f}, {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
    {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool cp_text_is_unsafe(uint32_t codepoint)
{
    if (codepoint >= 0x20 && codepoint < 0x7f)
        return false;
    for (size_t i = 0; i < CP_COUNT(unsafe) && unsafe[i].from <= codepoint; i++)
        if (codepoint <= unsafe[i].to)
            return true;
    return false;
}

size_t cp_text_unsafe(cp_text a)
{
    uint32_t codepoint;

    for (size_t at = 0; at < a.len;) {
        size_t len = cp_text_char(a, at, &codepoint);

        if (cp_text_is_unsafe(codepoint))
            return at;
        at += len;
    }
    return a.len;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

cp_err cp_text_lower(cp_text a, struct cp_arena *arena, cp_text *out)
{
    char *copy = CP_TAKE(arena, a.len + 1, char);

    if (copy == NULL)
        return CP_ERR_NOMEM;
    for (size_t i = 0; i < a.len; i++)
        copy[i] = lower(a.at[i]);
    *out = (cp_text){copy, a.len};
    return CP_OK;
}

bool cp_text_same_word(cp_text a, cp_text b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

enum { NEAR_WORD_BYTES = 64, NEAR_DISTANCE = 3, SWAPPED_LEAST = 4 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein distance of words of at most 64 bytes; above `most`, just something above it. */
static size_t distance(cp_text a, cp_text b, size_t most)
{
    size_t row[NEAR_WORD_BYTES + 1];

    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];
        size_t best = row[0] = i;

        for (size_t j = 1; j <= b.len; j++) {
            size_t swap = corner + (a.at[i - 1] != b.at[j - 1]);

            corner = row[j];
            row[j] = least(swap, least(row[j], row[j - 1]) + 1);
            best = least(best, row[j]);
        }
        if (best > most)
            return best;
    }
    return row[b.len];
}

/* Whether two letters beside each other have changed places, and nothing else.  In short words it is the
 * commonest slip, and two by the distance above. */
static bool is_swapped(cp_text a, cp_text b)
{
    size_t at = 0;

    if (a.len != b.len || a.len < SWAPPED_LEAST)
        return false;
    while (at + 1 < a.len && a.at[at] == b.at[at])
        at++;
    return at + 1 < a.len && a.at[at] == b.at[at + 1] && a.at[at + 1] == b.at[at] &&
           memcmp(a.at + at + 2, b.at + at + 2, a.len - at - 2) == 0;
}

size_t cp_text_nearest(cp_text word, const cp_text *candidates, size_t count)
{
    size_t near = count;
    size_t bound = least(word.len / 3, NEAR_DISTANCE) + 1; /* to be undercut */

    if (word.len > NEAR_WORD_BYTES)
        return count;
    for (size_t i = 0; i < count && bound > 0; i++) {
        cp_text one = candidates[i];
        size_t apart = one.len > word.len ? one.len - word.len : word.len - one.len;
        size_t found;

        if (one.len > NEAR_WORD_BYTES || apart >= bound)
            continue;
        found = is_swapped(word, one) ? 1 : distance(word, one, bound - 1);
        if (found < bound) {
            bound = found;
            near = i;
        }
    }
    return near;
}
