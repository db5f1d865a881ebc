#include "containerlab.h"

#include "base/num.h"
#include "base/out.h"

/*
 * Names that stand for several: r[1-3], eth[01-12], [1,3,5-7].  A name is cut into ranges and what is before
 * each and behind the last; each range is a list of spans.  The k-th name is found by counting, the last range
 * running fastest, so that nothing is kept of the others.
 */

static cp_err refuse(struct cp_lab *lab, cp_place place, const char *why, cp_text name)
{
    return cp_doc_fail(lab->doc, CP_ERR_MALFORMED, place, why, name);
}

static bool is_number(cp_text text, uint32_t *number)
{
    return cp_num_u32(text, UINT32_MAX - 1, number) == CP_OK;
}

static bool has_zeros(cp_text number)
{
    return number.len > 1 && number.at[0] == '0';
}

/* "5", "1-3" or "01-12"; the reason why it is none, or NULL. */
static const char *parse_span(cp_text text, struct cp_lab_span *span)
{
    size_t dash = cp_text_find(text, '-', 0);
    cp_text first = cp_text_trim(cp_text_sub(text, 0, dash)), last = first;

    if (dash < text.len)
        last = cp_text_trim(cp_text_sub(text, dash + 1, text.len));
    if (!is_number(first, &span->first) || !is_number(last, &span->last))
        return "a range is of numbers: [1-3], [01-12], [1,3,5-7]";
    if (span->last < span->first)
        return "a range that runs backwards";
    if ((has_zeros(first) || has_zeros(last)) && first.len != last.len)
        return "a range with zeros in front is as wide at both ends";
    span->width = has_zeros(first) ? (uint32_t)first.len : 0;
    return NULL;
}

/* What is between brackets. */
static cp_err parse_range(struct cp_lab *lab, cp_text inside, cp_place place, cp_text name,
                          struct cp_lab_names *out)
{
    uint32_t begin = out->span_count;
    uint64_t size = 0;

    for (size_t at = 0; at <= inside.len;) {
        size_t comma = cp_text_find(inside, ',', at);
        struct cp_lab_span *span = &out->spans[out->span_count];
        const char *why;

        if (out->span_count == CP_COUNT(out->spans))
            return cp_doc_fail(lab->doc, CP_ERR_LIMIT, place,
                               "a name has at most 8 ranges, with 32 parts in all", name);
        why = parse_span(cp_text_sub(inside, at, comma - at), span);
        if (why != NULL)
            return refuse(lab, place, why, name);
        for (uint32_t i = begin; i < out->span_count; i++)
            if (span->first <= out->spans[i].last && out->spans[i].first <= span->last)
                return cp_doc_fail(lab->doc, CP_ERR_DUPLICATE, place,
                                   "a range that has a number twice", name);
        size += (uint64_t)span->last - span->first + 1;
        out->span_count++;
        at = comma + 1;
    }
    if (size * out->count > CP_LIMIT_LAB_RANGED)
        return cp_doc_fail(lab->doc, CP_ERR_LIMIT, place, "ranges that stand for too many names",
                           name);
    out->sizes[out->range_count++] = (uint32_t)size;
    out->span_ends[out->range_count - 1] = out->span_count;
    out->count *= (uint32_t)size;
    return CP_OK;
}

cp_err cp_lab_names_parse(struct cp_lab *lab, cp_text name, cp_place place,
                          struct cp_lab_names *out)
{
    size_t at = 0;

    *out = (struct cp_lab_names){.count = 1};
    for (;;) {
        size_t open = cp_text_find(name, '[', at), close = cp_text_find(name, ']', at);

        if (close < open || (open < name.len && close == name.len) ||
            cp_text_find(name, '[', open + 1) < close)
            return refuse(lab, place, "a bracket without the one that it belongs to", name);
        if (open >= name.len)
            break;
        if (out->range_count == CP_COUNT(out->sizes) || name.len > CP_LIMIT_LAB_RANGED_BYTES)
            return cp_doc_fail(lab->doc, CP_ERR_LIMIT, place,
                               "a name has at most 8 ranges, and 256 bytes then", name);
        out->before[out->range_count] = cp_text_sub(name, at, open - at);
        CP_TRY(parse_range(lab, cp_text_sub(name, open + 1, close - open - 1), place, name, out));
        at = close + 1;
    }
    out->tail = cp_text_sub(name, at, name.len);
    return CP_OK;
}

/* The index-th number of a range. */
static void put_number(struct cp_out *out, const struct cp_lab_names *names, uint32_t range,
                       uint32_t index)
{
    uint32_t at = range > 0 ? names->span_ends[range - 1] : 0;
    const struct cp_lab_span *span = &names->spans[at];

    while (index > span->last - span->first) {
        index -= span->last - span->first + 1;
        span++;
    }
    cp_out_format(out, "%0*u", (int)span->width, span->first + index);
}

cp_err cp_lab_names_at(struct cp_lab *lab, const struct cp_lab_names *names, uint32_t index,
                       cp_text *name)
{
    struct cp_out out = cp_out_make(lab->doc->arena);
    uint32_t rest = names->count;

    CP_ASSERT(index < names->count);
    *name = names->tail;
    if (names->range_count == 0)
        return CP_OK;
    for (uint32_t i = 0; i < names->range_count; i++) {
        rest /= names->sizes[i];
        cp_out_text(&out, names->before[i]);
        put_number(&out, names, i, index / rest);
        index %= rest;
    }
    cp_out_text(&out, names->tail);
    return cp_out_done(&out, name);
}

cp_err cp_lab_ranged(struct cp_lab *lab, cp_place place, uint64_t count)
{
    lab->ranged += count > 1 ? count : 0;
    return lab->ranged <= CP_LIMIT_LAB_RANGED
               ? CP_OK
               : cp_doc_fail(lab->doc, CP_ERR_LIMIT, place,
                             "ranges that stand for too many names, all together", CP_TEXT(""));
}
