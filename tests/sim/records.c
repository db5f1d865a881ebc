#include <stdlib.h>
#include <string.h>

#include "sim.h"

/* What the controller has kept: the newest state of each key, and the paths that its newest records say are meant. */

enum { ON_THEIR_WAY_US = 15000000 /* orders of a record before may arrive until then */ };

/* --- what is meant ----------------------------------------------------------------------------------- */

/* "16001", or an address of SRv6. */
static uint32_t label_of(const struct sim *s, cp_text hop)
{
    struct cp_pce_hop at = {.kind = s->srv6 ? CP_PCE_HOP_SRV6 : CP_PCE_HOP_LABEL};
    char text[64] = "";

    if (hop.len >= sizeof text)
        return 0;
    memcpy(text, hop.at, hop.len);
    at.label = (uint32_t)strtoul(text, NULL, 10);
    memcpy(at.srv6, cp_ip_find(hop).bytes, sizeof at.srv6);
    return hop_label(s, &at);
}

/* "after": ["16001", "15002"], or null. */
static void read_after(const struct sim *s, cp_text document, struct meant *out)
{
    cp_text name = CP_TEXT("\"after\": [");
    size_t at = 0, end;

    *out = (struct meant){0};
    while (at < document.len && !cp_text_starts(cp_text_sub(document, at, document.len), name))
        at++;
    end = cp_text_find(document, ']', at);
    for (at += name.len; at < end && out->count < LABELS_MOST; at++) {
        size_t close = cp_text_find(document, '"', at + 1);

        if (document.at[at] != '"')
            continue;
        out->labels[out->count++] = label_of(s, cp_text_sub(document, at + 1, close - at - 1));
        at = close;
    }
}

static void note_after(const struct sim *s, struct record *r, cp_text document)
{
    if (s->plant == PLANT_UNTOLD && r->meant_count > 0)
        return;
    if (r->meant_count > 0)
        r->meant[(r->meant_count - 1) % MEANT_KEPT].until_us = s->now_us;
    read_after(s, document, &r->meant[r->meant_count++ % MEANT_KEPT]);
}

static bool is_meant(const struct sim *s, const struct meant *m, struct cp_pce_path path)
{
    bool same =
        m->count == path.count && (m->until_us == 0 || s->now_us <= m->until_us + ON_THEIR_WAY_US);

    for (uint32_t i = 0; i < path.count && same; i++)
        same = m->labels[i] == hop_label(s, &path.at[i]);
    return same;
}

/* --- keeping ------------------------------------------------------------------------------------------ */

/* Lines of what was seen are lost. */
static void forget_seen(struct record *r)
{
    size_t kept = 0, len;

    for (size_t at = 0; at < r->state_len; at += len) {
        const char *end = memchr(r->state + at, '\n', r->state_len - at);
        bool lost = r->state_len - at > 2 && r->state[at + 1] == ' ' &&
                    memchr("wkx", r->state[at], 3) != NULL;

        len = end == NULL ? r->state_len - at : (size_t)(end - r->state) - at + 1;
        if (lost)
            continue;
        memmove(r->state + kept, r->state + at, len);
        kept += len;
    }
    r->state_len = kept;
}

static uint32_t find(const struct sim *s, cp_text key)
{
    uint32_t i = 0;

    while (i < s->record_count &&
           !cp_text_eq(key, (cp_text){s->records[i].key, s->records[i].key_len}))
        i++;
    return i;
}

void record_keep(struct sim *s, const struct cp_control_step *step)
{
    struct record *r;
    uint32_t i = find(s, step->key);

    if (step->record != CP_RECORD_INTENT && step->record != CP_RECORD_DOWN &&
        step->record != CP_RECORD_HOLD && step->state.len == 0)
        return;
    if (i == s->record_count) {
        if (s->record_count == s->record_cap) {
            s->record_cap = s->record_cap == 0 ? 16 : s->record_cap * 2;
            s->records = room(s->records, s->record_cap, sizeof *s->records);
        }
        s->records[s->record_count++] =
            (struct record){.key = room(NULL, step->key.len + 1, 1), .key_len = step->key.len};
        memcpy(s->records[i].key, step->key.at, step->key.len);
    }
    r = &s->records[i];
    if (step->record == CP_RECORD_INTENT)
        note_after(s, r, step->document);
    if (step->record != CP_RECORD_INTENT && step->record != CP_RECORD_HOLD && step->state.len == 0)
        return;
    r->state = room(r->state, step->state.len + 1, 1);
    r->state_len = step->state.len;
    memcpy(r->state, step->state.at, step->state.len);
    if (s->plant == PLANT_AMNESIA)
        forget_seen(r);
}

bool record_explains(const struct sim *s, cp_text key, struct cp_pce_path path)
{
    uint32_t at = find(s, key);
    const struct record *r = &s->records[at];
    bool found = false;

    for (uint32_t i = 0; at < s->record_count && i < MEANT_KEPT && i < r->meant_count; i++)
        found = found || is_meant(s, &r->meant[i], path);
    return found;
}
