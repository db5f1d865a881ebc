#include "model/bundle.h"

#include "base/row.h"
#include "base/sha256.h"

enum { BEGIN, PROGRAM, ANSWER, NETWORK, CERTIFICATE, INPUT, SUM, ROWS };

static const struct cp_row_pattern patterns[ROWS] = {
    {"cleanpath-bundle", "n"}, {"program", "t"}, {"answer", "t"}, {"network", "t"},
    {"certificate", "t"},      {"input", "tt"},  {"sum", "t"}};

static cp_err add_input(struct cp_bundle_manifest *m, const struct cp_row *row,
                        struct cp_arena *arena, uint32_t *cap)
{
    void *at = m->inputs;

    if (m->input_count == *cap) {
        CP_TRY(cp_arena_grow(arena, &at, m->input_count, cap, sizeof *m->inputs));
        m->inputs = at;
    }
    m->inputs[m->input_count++] = (struct cp_bundle_input){row->text[0], row->text[1]};
    return CP_OK;
}

bool cp_bundle_same_inputs(const struct cp_bundle_manifest *manifest,
                           const struct cp_bundle_answer *answer)
{
    bool same = manifest->input_count > 0 && manifest->input_count == answer->input_count;

    for (uint32_t i = 0; same && i < answer->input_count; i++)
        same = cp_text_eq(manifest->inputs[i].path, answer->inputs[i].path) &&
               cp_text_eq(manifest->inputs[i].sha256, answer->inputs[i].sha256);
    return same;
}

bool cp_bundle_is_of(const struct cp_bundle_manifest *manifest, const char *answer,
                     const char *network, const char *certificate)
{
    return cp_text_is(manifest->answer, answer) && cp_text_is(manifest->network, network) &&
           cp_text_is(manifest->certificate, certificate);
}

/* Each once, inputs any number of times, in order. */
static bool may_follow(uint32_t kind, uint32_t line, uint32_t last)
{
    return line <= INPUT ? kind == line - 1 : (kind == INPUT || kind == SUM) && last < SUM;
}

cp_err cp_bundle_manifest_read(cp_text text, struct cp_arena *arena, struct cp_arena *work,
                               struct cp_bundle_manifest *out)
{
    struct cp_rows rows = {.text = text, .patterns = patterns, .pattern_count = ROWS, .work = work};
    uint32_t kind = BEGIN, last = BEGIN, cap = 0;
    struct cp_row row;
    char sum[65] = "";

    *out = (struct cp_bundle_manifest){.input_count = 0};
    for (;; last = kind) {
        size_t before = rows.at;

        CP_TRY(cp_row_next(&rows, arena, &row, &kind));
        if (kind == ROWS)
            return last == SUM ? CP_OK : CP_ERR_MALFORMED;
        if (!may_follow(kind, rows.line, last) || (kind == BEGIN && row.number[0] != 1))
            return CP_ERR_MALFORMED;
        if (kind == INPUT)
            CP_TRY(add_input(out, &row, arena, &cap));
        if (kind >= ANSWER && kind <= CERTIFICATE)
            *(kind == ANSWER    ? &out->answer
              : kind == NETWORK ? &out->network
                                : &out->certificate) = row.text[0];
        if (kind != SUM)
            continue;
        cp_sha256_hex(cp_text_sub(text, 0, before), sum);
        if (!cp_text_is(row.text[0], sum))
            return CP_ERR_CONFLICT;
    }
}
