#include "identify/fold.h"
#include "inside.h"

/* When two values of an attribute say the same. */

static cp_text without_length(cp_text address)
{
    return cp_text_sub(address, 0, cp_text_find(address, '/', 0));
}

static cp_err fold_value(struct cp_comparing *c, struct cp_stated *s, bool *states)
{
    struct cp_folded buffer, squeezed;
    cp_text folded;

    /* What no table can hold is compared as it is written. */
    if (!cp_fold(s->value.value, &buffer, &folded)) {
        s->folded = s->value.value;
        return CP_OK;
    }
    *states = !cp_makers_means_unknown(folded);
    if (s->kind == CP_DIFFERS_SERIAL || s->kind == CP_DIFFERS_PART_NUMBER) {
        cp_text tight = cp_fold_squeeze(folded, &squeezed);

        folded = tight.len > 0 ? tight : folded;
    }
    if (s->kind == CP_DIFFERS_LOOPBACK)
        folded = without_length(folded);
    if (s->kind == CP_DIFFERS_ROLE && cp_fold_word(s->value.value, &squeezed, &folded) == false)
        return CP_OK;
    return cp_text_copy(folded, c->work, &s->folded);
}

cp_err cp_stated_fold(struct cp_comparing *c, struct cp_stated *s, bool *states)
{
    *states = s->value.value.len > 0;
    if (!*states)
        return CP_OK;
    if (s->kind == CP_DIFFERS_MAKER) {
        s->maker = cp_makers_find(c->makers, s->value.value);
        if (s->maker == CP_MAKER_UNKNOWN)
            *states = false;
    }
    return *states ? fold_value(c, s, states) : CP_OK;
}

static bool ends_word(cp_text text, size_t at)
{
    char c = at < text.len ? text.at[at] : ' ';

    return c == ' ' || c == ',' || c == ';' || c == ':' || c == '(' || c == ')' || c == '"' ||
           c == '\'';
}

/* Whether one text is some whole words of the other: "8.2" of "vrp 8.2 (ne40e)". */
static bool has_words(cp_text text, cp_text words)
{
    for (size_t at = 0; at + words.len <= text.len; at++)
        if (cp_text_starts(cp_text_sub(text, at, words.len), words) &&
            (at == 0 || ends_word(text, at - 1)) && ends_word(text, at + words.len))
            return true;
    return false;
}

bool cp_stated_agree(const struct cp_stated *a, const struct cp_stated *b)
{
    if (a->kind == CP_DIFFERS_MAKER && (a->maker != CP_MAKER_OTHER || b->maker != CP_MAKER_OTHER))
        return a->maker == b->maker;
    if (cp_text_eq(a->folded, b->folded))
        return true;
    if (a->kind != CP_DIFFERS_MODEL && a->kind != CP_DIFFERS_SOFTWARE)
        return false;
    return has_words(a->folded, b->folded) || has_words(b->folded, a->folded);
}

static uint32_t head(const struct cp_makers *makers, uint32_t maker)
{
    uint32_t parent = maker < CP_MAKER_OTHER ? cp_makers_parent(makers, maker) : CP_MAKER_OTHER;

    return parent == CP_MAKER_OTHER ? maker : parent;
}

bool cp_stated_belong(const struct cp_makers *makers, const struct cp_stated *a,
                      const struct cp_stated *b)
{
    return a->kind == CP_DIFFERS_MAKER && head(makers, a->maker) < CP_MAKER_OTHER &&
           head(makers, a->maker) == head(makers, b->maker);
}
