#include "document.h"
#include "state.h"

/* Records and alarms about packets that somebody saw: what, where and by whom, in words that a person reads. */

enum { NODES_SHOWN = 64 };

static const char *const words_of[] = {
    [SIGHT_NONE] = "its packets were seen on its path",
    [SIGHT_ELSEWHERE] = "its packets were seen outside its path",
    [SIGHT_UNKNOWN] = "its packets were seen at a node that nobody knows: unknown is not trusted",
    [SIGHT_FORBIDDEN] = "its packets were seen where they are forbidden"};

static void add_sight(struct document *d, const struct cp_control_sight *sight)
{
    cp_json_text(&d->json, "witness", sight->witness);
    cp_json_u64(&d->json, "at-us", sight->at_us);
    cp_json_array(&d->json, "nodes", CP_JSON_FLAT);
    for (uint32_t i = 0; i < sight->node_count && i < NODES_SHOWN; i++)
        cp_json_text(&d->json, NULL, sight->nodes[i]);
    cp_json_close(&d->json);
}

/* What is kept of it now; nothing is kept of one that is nowhere. */
static cp_err state_of(struct cp_control *c, uint32_t slot, cp_text *out)
{
    struct ctl_lsp *l = &c->lsps[slot];

    *out = CP_TEXT("");
    if (l->aim == AIM_GONE)
        return CP_OK;
    CP_TRY(cp_ctl_state_save(c, l, c->work, out));
    l->saved = true;
    return CP_OK;
}

cp_err cp_ctl_record_proven(struct cp_control *c, uint32_t slot,
                            const struct cp_control_sight *sight, bool keeps)
{
    cp_text state = CP_TEXT("");
    struct document d;

    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, &c->lsps[slot]);
    if (keeps) {
        cp_json_str(&d.json, "why",
                    "its packets were seen on its path again: what was seen before is over");
        CP_TRY(state_of(c, slot, &state));
    }
    add_sight(&d, sight);
    return cp_ctl_doc_record(&d, CP_RECORD_PROVEN, c->lsps[slot].key, state);
}

/* "after n1 they did not keep to it" */
static cp_err left_words(struct cp_control *c, const struct cp_control_sight *sight,
                         const struct ctl_seen *seen, cp_text *out)
{
    struct cp_out words = cp_out_make(c->work);

    if (seen->left == CP_NONE) {
        cp_out_str(&words, "where they left it was not seen");
    } else {
        cp_out_str(&words, "after ");
        cp_out_text(&words, sight->nodes[seen->left]);
        cp_out_str(&words, " they did not keep to it");
    }
    return cp_out_done(&words, out);
}

static void add_shunned(struct document *d, const struct ctl_lsp *l)
{
    cp_text rest = l->shunned, line;

    if (l->shunned.len == 0)
        return;
    cp_json_array(&d->json, "shunned", CP_JSON_FLAT);
    while (cp_text_word(&rest, "\n", &line)) {
        cp_json_object(&d->json, NULL, CP_JSON_FLAT);
        cp_json_str(&d->json, "kind", line.at[2] == 'n' ? "node" : "link");
        cp_json_text(&d->json, "id", cp_text_sub(line, 4, line.len));
        cp_json_close(&d->json);
    }
    cp_json_close(&d->json);
}

cp_err cp_ctl_record_seen(struct cp_control *c, uint32_t slot, const struct cp_control_sight *sight,
                          const struct ctl_seen *seen, bool counts)
{
    cp_text state = CP_TEXT(""), left;
    struct document d;

    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, &c->lsps[slot]);
    cp_json_str(&d.json, "why", words_of[seen->kind]);
    cp_json_text(&d.json, "seen", sight->nodes[seen->at]);
    CP_TRY(left_words(c, sight, seen, &left));
    cp_json_text(&d.json, "path", left);
    cp_json_str(&d.json, "so",
                counts ? "the path is contradicted until its packets are seen on the path that is "
                         "meant, or a person acknowledges the alarm"
                       : "nothing: other rules held then");
    add_sight(&d, sight);
    if (counts) {
        add_shunned(&d, &c->lsps[slot]);
        CP_TRY(state_of(c, slot, &state));
    }
    CP_TRY(cp_ctl_doc_cause(&d, &seen->cause));
    return cp_ctl_doc_record(&d, CP_RECORD_SEEN, c->lsps[slot].key, state);
}

cp_err cp_ctl_record_acknowledged(struct cp_control *c, uint32_t slot, cp_text who)
{
    struct document d;
    cp_text state;

    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, &c->lsps[slot]);
    cp_json_str(&d.json, "why",
                "a person acknowledged what was seen of it: it is over, and nothing is shunned");
    cp_json_text(&d.json, "who", who);
    if (c->lsps[slot].laid_by) /* nothing is left to be kept */
        return cp_ctl_doc_record(&d, CP_RECORD_INTENT, c->lsps[slot].key, CP_TEXT(""));
    CP_TRY(state_of(c, slot, &state));
    return cp_ctl_doc_record(&d, CP_RECORD_ACKNOWLEDGED, c->lsps[slot].key, state);
}

/* --- alarms ------------------------------------------------------------------------------------- */

cp_err cp_ctl_alarm_seen(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause)
{
    const struct ctl_lsp *l = &c->lsps[slot];
    struct document d;
    cp_text id, text;

    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, l);
    cp_json_str(&d.json, "why", words_of[l->seen]);
    cp_json_text(&d.json, "seen", l->seen_at);
    cp_json_u64(&d.json, "at-us", l->seen_us);
    CP_TRY(cp_ctl_doc_cause(&d, cause));
    CP_TRY(cp_ctl_doc_end(&d, &text));
    CP_TRY(cp_ctl_alarm_id(c, "seen", l->key, &id));
    return cp_ctl_alarm_set(c, id, text);
}

cp_err cp_ctl_alarm_disproven(struct cp_control *c, uint32_t slot)
{
    const struct ctl_lsp *l = &c->lsps[slot];
    struct document d;
    cp_text id, text;

    if (l->shunned.len == 0 && l->disproven_count == 0)
        return cp_ctl_alarm_lsp_end(c, "disproven", slot);
    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, l);
    cp_json_str(&d.json, "why",
                l->disproven_count > DISPROVEN_MOST
                    ? "its packets kept to none of its paths: it stays down until a person "
                      "acknowledges this"
                    : "its packets did not keep to a path: what they left it at is shunned until a "
                      "person acknowledges this");
    add_shunned(&d, l);
    CP_TRY(cp_ctl_doc_end(&d, &text));
    CP_TRY(cp_ctl_alarm_id(c, "disproven", l->key, &id));
    return cp_ctl_alarm_set(c, id, text);
}

cp_err cp_ctl_alarm_forgotten(struct cp_control *c, uint32_t slot)
{
    const struct ctl_lsp *l = &c->lsps[slot];
    struct document d;
    cp_text text;

    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, l);
    cp_json_str(&d.json, "why",
                "too many paths that nobody needs have something seen against them: of this one it "
                "is kept no more, and where its demands come back it may be taken again");
    add_shunned(&d, l);
    CP_TRY(cp_ctl_doc_end(&d, &text));
    return cp_ctl_alarm_set(c, CP_TEXT("forgotten"), text);
}
