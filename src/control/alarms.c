#include <string.h>

#include "document.h"
#include "given.h"

/* Alarms by id, in the order in which they began; and the documents of most.  As many as there can be: a few of an LSP, a few of a peer. */

enum { OF_LSP = 5, OF_PEER = 5, OF_GIVEN = 2, OTHERS = 64 };

static uint32_t hash_of(cp_text id)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < id.len; i++)
        h = (h ^ (unsigned char)id.at[i]) * 0x100000001b3u;
    h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

cp_err cp_ctl_alarms_open(struct cp_control *c)
{
    struct ctl_alarms *a = &c->alarms;
    uint32_t heads = 16;

    a->max = c->config.lsp_max * OF_LSP + c->config.peer_count * OF_PEER +
             cp_ctl_given_most(c) * OF_GIVEN + OTHERS;
    while (heads < a->max && heads < 1u << 31)
        heads *= 2;
    a->mask = heads - 1;
    a->at = CP_TAKE(c->arena, a->max, struct ctl_alarm);
    a->heads = CP_TAKE(c->arena, heads, uint32_t);
    a->listed = CP_TAKE(c->arena, a->max, struct cp_control_alarm);
    if (a->at == NULL || a->heads == NULL || a->listed == NULL)
        return CP_ERR_NOMEM;
    memset(a->heads, 0xff, heads * sizeof *a->heads);
    for (uint32_t i = 0; i < a->max; i++)
        a->at[i].after = i + 1 < a->max ? i + 1 : CP_NONE;
    a->free = 0;
    a->first = a->last = CP_NONE;
    return CP_OK;
}

static uint32_t find(const struct ctl_alarms *a, cp_text id)
{
    uint32_t at = a->heads[hash_of(id) & a->mask];

    while (at != CP_NONE && !cp_text_eq(a->at[at].id, id))
        at = a->at[at].next_same;
    return at;
}

static cp_err tell(struct cp_control *c, const struct ctl_alarm *alarm, bool begins)
{
    struct cp_control_step step = {.kind = CP_DO_ALARM,
                                   .key = alarm->id,
                                   .document = alarm->document,
                                   .begins = begins,
                                   .at_us = alarm->since_us};

    return cp_ctl_step(c, &step);
}

static cp_err begin(struct cp_control *c, cp_text id, cp_text document)
{
    struct ctl_alarms *a = &c->alarms;
    uint32_t at = a->free;
    struct ctl_alarm *alarm;
    uint32_t *head;

    if (at == CP_NONE)
        return CP_ERR_LIMIT;
    alarm = &a->at[at];
    a->free = alarm->after;
    *alarm = (struct ctl_alarm){.since_us = c->now_us, .before = a->last, .after = CP_NONE};
    CP_TRY(cp_ctl_text_take(&c->pool, id, &alarm->id));
    CP_TRY(cp_ctl_text_take(&c->pool, document, &alarm->document));
    if (a->last == CP_NONE)
        a->first = at;
    else
        a->at[a->last].after = at;
    a->last = at;
    head = &a->heads[hash_of(id) & a->mask];
    alarm->next_same = *head;
    *head = at;
    a->count++;
    return tell(c, alarm, true);
}

cp_err cp_ctl_alarm_set(struct cp_control *c, cp_text id, cp_text document)
{
    uint32_t at = find(&c->alarms, id);
    struct ctl_alarm *alarm;

    if (at == CP_NONE)
        return begin(c, id, document);
    alarm = &c->alarms.at[at];
    if (cp_text_eq(alarm->document, document))
        return CP_OK;
    cp_ctl_text_give(&c->pool, &alarm->document);
    CP_TRY(cp_ctl_text_take(&c->pool, document, &alarm->document));
    return tell(c, alarm, true);
}

cp_err cp_ctl_alarm_clear(struct cp_control *c, cp_text id)
{
    struct ctl_alarms *a = &c->alarms;
    uint32_t at = find(a, id);
    struct ctl_alarm *alarm;
    uint32_t *head;

    if (at == CP_NONE)
        return CP_OK;
    alarm = &a->at[at];
    head = &a->heads[hash_of(id) & a->mask];
    while (*head != at)
        head = &a->at[*head].next_same;
    *head = alarm->next_same;
    *(alarm->before == CP_NONE ? &a->first : &a->at[alarm->before].after) = alarm->after;
    *(alarm->after == CP_NONE ? &a->last : &a->at[alarm->after].before) = alarm->before;
    CP_TRY(tell(c, alarm, false));
    cp_ctl_text_give(&c->pool, &alarm->id);
    cp_ctl_text_give(&c->pool, &alarm->document);
    alarm->after = a->free;
    a->free = at;
    a->count--;
    return CP_OK;
}

uint32_t cp_control_alarms(const struct cp_control *control, const struct cp_control_alarm **out)
{
    const struct ctl_alarms *a = &control->alarms;
    uint32_t count = 0;

    for (uint32_t at = a->first; at != CP_NONE; at = a->at[at].after)
        a->listed[count++] =
            (struct cp_control_alarm){a->at[at].id, a->at[at].document, a->at[at].since_us};
    *out = a->listed;
    return count;
}

/* --- documents of alarms --------------------------------------------------------------------------- */

cp_err cp_ctl_alarm_id(struct cp_control *c, const char *kind, cp_text name, cp_text *out)
{
    if (name.len == 0)
        return cp_text_copy(cp_text_of(kind), c->work, out);
    CP_TRY(cp_text_join(cp_text_of(kind), CP_TEXT("/"), c->work, out));
    return cp_text_join(*out, name, c->work, out);
}

cp_err cp_ctl_alarm_lsp(struct cp_control *c, const char *kind, uint32_t slot, const char *why,
                        const struct ctl_cause *cause)
{
    const struct ctl_lsp *l = &c->lsps[slot];
    struct document d;
    cp_text id, text;

    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, l);
    cp_json_str(&d.json, "why", why);
    if (l->known && !l->same)
        cp_ctl_doc_path(&d, "reported", cp_ctl_way_path(&l->installed));
    CP_TRY(cp_ctl_doc_cause(&d, cause));
    CP_TRY(cp_ctl_doc_end(&d, &text));
    CP_TRY(cp_ctl_alarm_id(c, kind, cp_ctl_doc_key(l), &id));
    return cp_ctl_alarm_set(c, id, text);
}

cp_err cp_ctl_alarm_lsp_end(struct cp_control *c, const char *kind, uint32_t slot)
{
    cp_text id;

    CP_TRY(cp_ctl_alarm_id(c, kind, cp_ctl_doc_key(&c->lsps[slot]), &id));
    return cp_ctl_alarm_clear(c, id);
}

cp_err cp_ctl_alarm_about(struct cp_control *c, const char *kind, cp_text name, const char *why)
{
    struct document d;
    cp_text id, text;

    cp_ctl_doc_begin(&d, c);
    if (name.len > 0)
        cp_json_text(&d.json, "name", name);
    cp_json_str(&d.json, "why", why);
    CP_TRY(cp_ctl_doc_end(&d, &text));
    CP_TRY(cp_ctl_alarm_id(c, kind, name, &id));
    return cp_ctl_alarm_set(c, id, text);
}

cp_err cp_ctl_alarm_about_end(struct cp_control *c, const char *kind, cp_text name)
{
    cp_text id;

    CP_TRY(cp_ctl_alarm_id(c, kind, name, &id));
    return cp_ctl_alarm_clear(c, id);
}

/* "WHY: ELEMENT (rule RULE)" */
static cp_err why_at(struct cp_control *c, const char *why, const struct ctl_cause *cause,
                     cp_text *out)
{
    const struct cp_plan *plan = c->epoch->plan;
    struct cp_out text = cp_out_make(c->work);
    cp_object_kind kind;
    uint32_t object;

    cp_out_str(&text, why);
    if (cause->element != CP_NONE) {
        cp_out_str(&text, ": ");
        cp_out_text(&text, cp_ctl_doc_element(plan, cause->element, &kind, &object));
    }
    if (cause->rule != CP_NONE) {
        cp_out_str(&text, " (rule ");
        cp_out_text(&text, cp_plan_judge(plan)->rules[cause->rule].id);
        cp_out_char(&text, ')');
    }
    return cp_out_done(&text, out);
}

cp_err cp_ctl_alarm_given(struct cp_control *c, const struct ctl_given *g, const char *why,
                          const struct ctl_cause *cause)
{
    struct document d;
    cp_text id, text, said;

    CP_TRY(why_at(c, why, cause, &said));
    cp_ctl_doc_begin(&d, c);
    cp_json_text(&d.json, "name", g->name);
    cp_json_text(&d.json, "why", said);
    cp_ctl_doc_path(&d, "reported", cp_ctl_given_path(g));
    CP_TRY(cp_ctl_doc_cause(&d, cause));
    CP_TRY(cp_ctl_doc_end(&d, &text));
    CP_TRY(cp_ctl_alarm_id(c, "delegated-dirty", g->name, &id));
    return cp_ctl_alarm_set(c, id, text);
}
