#include "document.h"
#include "given.h"
#include "state.h"

/* What is kept of each decision and of what routers say: records, and the alarm of an LSP that is down. */

/* --- records of LSPs ---------------------------------------------------------------------------- */

enum { CUT_SHOWN = 32, RULES_SHOWN = 4, DEMANDS_SHOWN = 64, CONCESSIONS_SHOWN = 8 };

/* Whom the LSP carries by the plan, and by which rules. */
static void add_demands(struct document *d, const struct ctl_lsp *l)
{
    const struct cp_plan *plan = d->c->epoch->plan;
    const struct cp_case *net = cp_plan_view(plan)->net;
    const struct cp_plan_lsp *p = cp_plan_lsp(plan, l->in_plan);

    cp_json_text(&d->json, "class", cp_plan_judge(plan)->treatments[p->treatment].traffic_class);
    cp_json_array(&d->json, "demands", CP_JSON_FLAT);
    for (uint32_t i = 0; i < p->demand_count && i < DEMANDS_SHOWN; i++)
        cp_json_text(&d->json, NULL, net->demands[p->demands[i]].id);
    cp_json_close(&d->json);
    cp_json_u64(&d->json, "demand-count", p->demand_count);
}

cp_err cp_ctl_record_intent(struct cp_control *c, uint32_t slot, struct cp_pce_path before,
                            const struct ctl_cause *cause)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct document d;
    cp_text state = CP_TEXT("");

    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, l);
    cp_ctl_doc_path(&d, "before", before);
    cp_ctl_doc_path(&d, "after", cp_ctl_way_path(&l->intended));
    if (c->epoch != NULL)
        cp_ctl_doc_elements(&d, "elements", &l->intended);
    if (c->epoch != NULL && l->in_plan != CP_NONE)
        add_demands(&d, l);
    CP_TRY(cp_ctl_doc_cause(&d, cause));
    /* What was seen of it is kept while it goes, too: it may be taken up again. */
    if (l->aim != AIM_GONE || (l->key.len > 0 && cp_ctl_is_marked(l)))
        CP_TRY(cp_ctl_state_save(c, l, c->work, &state));
    l->saved = state.len > 0;
    return cp_ctl_doc_record(&d, CP_RECORD_INTENT, cp_ctl_doc_key(l), state);
}

static cp_err add_blocker(struct document *d, const struct cp_blocker *b)
{
    const struct cp_case *net = cp_plan_view(d->c->epoch->plan)->net;

    cp_json_object(&d->json, NULL, CP_JSON_FLAT);
    cp_json_str(&d->json, "kind", b->kind == CP_OBJECT_NODE ? "node" : "link");
    cp_json_text(&d->json, "id",
                 b->kind == CP_OBJECT_NODE ? net->nodes[b->object].id : net->links[b->object].id);
    cp_json_array(&d->json, "rules", CP_JSON_FLAT);
    for (uint32_t i = 0; i < b->rule_count && i < RULES_SHOWN; i++) {
        cp_json_object(&d->json, NULL, CP_JSON_FLAT);
        CP_TRY(cp_ctl_doc_rule(d, b->rules[i], b->kind, b->object));
        cp_json_close(&d->json);
    }
    cp_json_close(&d->json);
    cp_json_close(&d->json);
    return CP_OK;
}

static cp_err add_cut(struct document *d, const struct cp_blocking *blocking)
{
    static const char *const words[] = {"rules", "wishes", "no way at all", "not blocked"};
    const struct cp_judge *judge = cp_plan_judge(d->c->epoch->plan);

    cp_json_str(&d->json, "blocked-by", words[blocking->why]);
    cp_json_array(&d->json, "cut", CP_JSON_FLAT);
    for (uint32_t i = 0; i < blocking->smallest_count && i < CUT_SHOWN; i++)
        CP_TRY(add_blocker(d, &blocking->smallest[i]));
    cp_json_close(&d->json);
    if (blocking->concession_count == 0 || judge == NULL)
        return CP_OK;
    cp_json_array(&d->json, "would-do-without", CP_JSON_FLAT);
    for (uint32_t i = 0; i < blocking->concession_count && i < CONCESSIONS_SHOWN; i++)
        cp_json_text(&d->json, NULL, judge->rules[blocking->concessions[i].rule].id);
    cp_json_close(&d->json);
    return CP_OK;
}

/* Over what all feeds have it is blocked by what add_cut tells; over this nobody knows. */
static void add_doubt(struct document *d, const struct cp_plan_lsp *p)
{
    if (p->undoubted)
        cp_json_str(&d->json, "disagree", "not looked at: feeds disagree about too much");
    if (p->doubt == NULL)
        return;
    cp_json_text(&d->json, "disagree", p->doubt->subject);
    cp_json_text(&d->json, "said", p->doubt->said);
}

static cp_err down_document(struct cp_control *c, const struct ctl_lsp *l,
                            const struct ctl_cause *cause, const char *why, struct document *d)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);

    cp_ctl_doc_begin(d, c);
    cp_ctl_doc_who(d, l);
    add_demands(d, l);
    cp_json_str(&d->json, "why", why);
    CP_TRY(cp_ctl_doc_cause(d, cause));
    add_doubt(d, p);
    if (p->doubt == NULL || (p->blocking != NULL && p->blocking->why != CP_BLOCKED_ANYWAY))
        return p->blocking == NULL ? CP_OK : add_cut(d, p->blocking);
    cp_json_str(&d->json, "blocked-by", "feeds that disagree");
    return CP_OK;
}

/* FNV-1a; a text's end counts. */
static uint64_t mix(uint64_t print, cp_text text)
{
    for (size_t i = 0; i < text.len; i++)
        print = (print ^ (unsigned char)text.at[i]) * 0x100000001b3u;
    return (print ^ 0x100u) * 0x100000001b3u;
}

uint64_t cp_ctl_cut_print(const struct cp_control *c, const struct ctl_lsp *l)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);
    const struct cp_blocking *blocking = p->blocking;
    const struct cp_case *net = cp_plan_view(c->epoch->plan)->net;
    uint64_t none = 0xcbf29ce484222325u;
    uint64_t print = p->doubt == NULL ? none : mix(mix(none, p->doubt->subject), p->doubt->said);

    if (blocking == NULL)
        return p->doubt == NULL ? 0 : print | 1;
    print ^= (uint64_t)blocking->why;
    for (uint32_t i = 0; i < blocking->smallest_count && i < CUT_SHOWN; i++) {
        const struct cp_blocker *b = &blocking->smallest[i];

        print = b->kind == CP_OBJECT_NODE ? mix(print, net->nodes[b->object].id)
                                          : mix(~print, net->links[b->object].id);
        for (uint32_t k = 0; k < b->rule_count && k < RULES_SHOWN; k++)
            print = mix(print, cp_plan_judge(c->epoch->plan)->rules[b->rules[k]].id);
    }
    return print != 0 ? print : 1;
}

cp_err cp_ctl_record_down(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause,
                          const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct document d;
    cp_text state = CP_TEXT("");

    l->cut_told = cp_ctl_cut_print(c, l);
    l->cut_told_us = c->now_us;
    if (l->cut_told != 0)
        CP_TRY(cp_ctl_state_save(c, l, c->work, &state));
    CP_TRY(down_document(c, l, cause, why, &d));
    CP_TRY(cp_ctl_doc_record(&d, CP_RECORD_DOWN, l->key, state));
    return cp_ctl_alarm_down(c, slot, cause, why);
}

cp_err cp_ctl_alarm_down(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause,
                         const char *why)
{
    const struct ctl_lsp *l = &c->lsps[slot];
    struct document d;
    cp_text text, id;

    CP_TRY(down_document(c, l, cause, why, &d));
    if (l->back != NULL && l->better_us != UINT64_MAX)
        cp_ctl_doc_moment(&d, "waits-until", l->better_us);
    CP_TRY(cp_ctl_doc_end(&d, &text));
    CP_TRY(cp_text_join(CP_TEXT("down/"), l->key, c->work, &id));
    return cp_ctl_alarm_set(c, id, text);
}

cp_err cp_ctl_record_installed(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause)
{
    const struct ctl_lsp *l = &c->lsps[slot];
    static const char *const kinds[] = {"clean", "forbidden", "broken", "unknown"};
    struct document d;

    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, l);
    cp_json_bool(&d.json, "there", l->known);
    cp_json_bool(&d.json, "up", l->up);
    cp_json_bool(&d.json, "as-intended", l->same);
    if (l->known && !l->same) {
        cp_ctl_doc_path(&d, "reported", cp_ctl_way_path(&l->installed));
        cp_json_str(&d.json, "is", kinds[l->installed_is]);
        if (c->epoch != NULL)
            cp_ctl_doc_elements(&d, "elements", &l->installed);
    }
    CP_TRY(cp_ctl_doc_cause(&d, cause));
    return cp_ctl_doc_record(&d, CP_RECORD_INSTALLED, cp_ctl_doc_key(l), CP_TEXT(""));
}

/* --- other records ------------------------------------------------------------------------------ */

cp_err cp_ctl_record_plan(struct cp_control *c, const struct cp_plan *plan, const char *refused,
                          cp_text reason)
{
    struct document d;

    cp_ctl_doc_begin(&d, c);
    cp_json_bool(&d.json, "adopted", refused == NULL);
    if (refused != NULL)
        cp_json_str(&d.json, "why", refused);
    cp_json_text(&d.json, "reason", reason);
    if (plan != NULL) {
        cp_json_u64(&d.json, "view", cp_plan_view(plan)->version);
        cp_json_u64(&d.json, "lsps", cp_plan_lsp_count(plan));
    }
    return cp_ctl_doc_record(&d, CP_RECORD_PLAN, CP_TEXT(""), CP_TEXT(""));
}

cp_err cp_ctl_record_peer(struct cp_control *c, uint32_t peer, const char *state, const char *why)
{
    struct document d;

    cp_ctl_doc_begin(&d, c);
    cp_json_text(&d.json, "peer", c->config.peers[peer].name);
    cp_json_str(&d.json, "state", state);
    if (why != NULL)
        cp_json_str(&d.json, "why", why);
    return cp_ctl_doc_record(&d, CP_RECORD_PEER, c->config.peers[peer].name, CP_TEXT(""));
}

cp_err cp_ctl_record_hold(struct cp_control *c, bool held, cp_text who, const char *why)
{
    struct document d;
    cp_text state = CP_TEXT("");

    cp_ctl_doc_begin(&d, c);
    cp_json_bool(&d.json, "held", held);
    cp_json_text(&d.json, "who", who);
    cp_json_str(&d.json, "why", why);
    cp_json_array(&d.json, "vanished", CP_JSON_FLAT);
    for (uint32_t i = 0; i < c->vanished_count && i < DEMANDS_SHOWN; i++)
        cp_json_text(&d.json, NULL, c->vanished[i].id);
    cp_json_close(&d.json);
    if (held && !c->held_by_hand)
        CP_TRY(cp_ctl_hold_save(c, c->work, &state));
    return cp_ctl_doc_record(&d, CP_RECORD_HOLD, CP_TEXT(CTL_HOLD_KEY), state);
}

static void add_ip(struct document *d, const char *name, cp_ip address)
{
    d->part.len = 0;
    cp_out_ip(&d->part, address);
    cp_json_text(&d->json, name, (cp_text){d->part.at, d->part.len});
    if (d->part.err != CP_OK)
        d->out.err = d->part.err;
}

cp_err cp_ctl_record_request(struct cp_control *c, uint32_t peer,
                             const struct cp_pce_request *request,
                             const struct cp_plan_reply *reply, const char *why)
{
    static const char *const hindered[] = {[CP_HINDERED_NOT_KNOWN] = "not known",
                                           [CP_HINDERED_NO_WAY] = "no way",
                                           [CP_HINDERED_RULES] = "rules",
                                           [CP_HINDERED_CAPACITY] = "capacity",
                                           [CP_HINDERED_LEFT_OUT] = "left out by it",
                                           [CP_HINDERED_BOUNDS] = "its bounds",
                                           [CP_HINDERED_LIST] = "its segments"};
    struct document d;

    cp_ctl_doc_begin(&d, c);
    cp_json_text(&d.json, "peer", c->config.peers[peer].name);
    cp_json_u64(&d.json, "request", request->id);
    if (request->name.len > 0)
        cp_json_text(&d.json, "lsp", request->name);
    add_ip(&d, "from", request->src);
    add_ip(&d, "to", request->dst);
    cp_ctl_doc_path(&d, "path", why == NULL ? reply->hops : (struct cp_pce_path){0});
    if (why != NULL) {
        cp_json_str(&d.json, "why", why);
        CP_TRY(cp_ctl_doc_cause(
            &d, &(struct ctl_cause){hindered[reply->hindered], reply->element, reply->rule}));
    }
    return cp_ctl_doc_record(&d, CP_RECORD_REQUEST, c->config.peers[peer].name, CP_TEXT(""));
}

struct cp_pce_path cp_ctl_given_path(const struct ctl_given *g)
{
    const struct cp_pce_lsp *lsp = &g->said.lsp;

    for (uint32_t i = 0; i < lsp->actual.count; i++)
        if (lsp->actual.at[i].kind != CP_PCE_HOP_ADDRESS)
            return lsp->actual;
    return lsp->intended;
}

cp_err cp_ctl_record_given(struct cp_control *c, uint32_t peer, const struct ctl_given *g,
                           const struct cp_plan_reply *reply, const struct ctl_cause *cause)
{
    struct document d;

    cp_ctl_doc_begin(&d, c);
    cp_json_text(&d.json, "peer", c->config.peers[peer].name);
    cp_json_text(&d.json, "delegated", g->name);
    cp_ctl_doc_path(&d, "before", cp_ctl_given_path(g));
    cp_ctl_doc_path(&d, "path", reply->hops);
    if (!reply->found)
        cp_json_str(&d.json, "why", reply->why != NULL ? reply->why : "no path");
    CP_TRY(cp_ctl_doc_cause(&d, cause));
    return cp_ctl_doc_record(&d, CP_RECORD_REQUEST, c->config.peers[peer].name, CP_TEXT(""));
}
