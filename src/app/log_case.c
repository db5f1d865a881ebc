#include "log_case.h"

#include <string.h>

#include "app/message.h"
#include "base/json_in.h"
#include "model/topology.h"

/*
 * The loader of every command reads the kept bytes under the names that they were read by, so that places are those of
 * the day.  The plan's network then takes the place of the IP layer, as it did when the plan was made: what nobody saw is no
 * way, and what the inventory does not have is of a maker that nobody knows.
 */

static cp_exit cannot(struct cp_log_case *c, const char *why, const char *what)
{
    if (c->why == NULL) {
        c->why = why;
        c->what = what;
    }
    return CP_EXIT_MISSING;
}

static cp_exit read_kept(struct cp_log_case *c, const char *sha256, const char *name,
                         struct cp_arena *arena, cp_text *bytes)
{
    bool found = false;
    cp_store_err err = cp_store_content(c->store, sha256, arena, bytes, &found);

    if (err == CP_STORE_NOMEM)
        return cp_say_no_memory();
    if (err != CP_STORE_OK)
        return cannot(c, "what the log keeps of it is damaged", name);
    return found ? CP_EXIT_OK : cannot(c, "it is not kept, or not any more", name);
}

/* What the loader asks for. */
static cp_exit read_input(void *of, uint32_t input, struct cp_arena *arena, cp_text *bytes)
{
    struct cp_log_case *c = of;
    const struct cp_sources *s = &c->loaded.sources;

    if (input < s->count)
        return read_kept(c, s->list[input].sha256, s->list[input].name, arena, bytes);
    return read_kept(c, s->policies[input - s->count].sha256, s->policies[input - s->count].name,
                     arena, bytes);
}

/* --- what was read ---------------------------------------------------------------------------- */

static cp_err keep_text(struct cp_log_case *c, const struct cp_json_value *file, const char *member,
                        const char **out)
{
    cp_text text = cp_json_member_text(file, member);
    char *copy = CP_TAKE(c->loaded.kept, text.len + 1, char);

    if (copy == NULL)
        return CP_ERR_NOMEM;
    if (text.len > 0)
        memcpy(copy, text.at, text.len);
    *out = copy;
    return CP_OK;
}

static void copy_digest(const struct cp_json_value *file, char to[65])
{
    cp_text digest = cp_json_member_text(file, "sha256");

    if (digest.len == 64)
        memcpy(to, digest.at, 64);
}

static cp_err take_source(struct cp_log_case *c, const struct cp_json_value *file)
{
    struct cp_source *source = &c->loaded.sources.list[c->loaded.sources.count];

    if (cp_json_member(file, "as") == NULL)
        return CP_OK; /* a policy, which stands among the inputs too */
    CP_TRY(keep_text(c, file, "path", &source->name));
    if (!cp_source_of_word(cp_json_member_text(file, "as"), source)) {
        (void)cannot(c, "it was read as what this release does not know", source->name);
        return CP_OK;
    }
    source->path = source->name;
    if (cp_json_member(file, "where") != NULL)
        CP_TRY(keep_text(c, file, "where", &source->where));
    source->walked = cp_json_member(file, "walked") != NULL;
    copy_digest(file, source->sha256);
    c->loaded.sources.count++;
    return CP_OK;
}

static cp_err take_policy(struct cp_log_case *c, const struct cp_json_value *file, cp_date *day)
{
    struct cp_policy_source *source = &c->loaded.sources.policies[c->loaded.sources.policy_count++];

    CP_TRY(keep_text(c, file, "path", &source->name));
    source->path = source->name;
    copy_digest(file, source->sha256);
    if (cp_date_parse(cp_json_member_text(file, "as_of"), day) != CP_OK)
        *day = CP_DATE_NONE;
    return CP_OK;
}

/* days: [policies] out */
static cp_err take_files(struct cp_log_case *c, const struct cp_json_value *root, cp_date **days)
{
    const struct cp_json_value *inputs = cp_json_member(root, "inputs");
    const struct cp_json_value *policies = cp_json_member(root, "policies");
    uint32_t input_count = inputs == NULL ? 0 : inputs->count;
    uint32_t policy_count = policies == NULL ? 0 : policies->count;
    struct cp_sources *s = &c->loaded.sources;

    s->list = CP_TAKE(c->loaded.kept, input_count, struct cp_source);
    s->policies = CP_TAKE(c->loaded.kept, policy_count, struct cp_policy_source);
    *days = CP_TAKE(c->loaded.kept, policy_count, cp_date);
    if (s->list == NULL || s->policies == NULL || *days == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_json_value *v = input_count == 0 ? NULL : inputs->first; v != NULL;
         v = v->next)
        CP_TRY(take_source(c, v));
    for (const struct cp_json_value *v = policy_count == 0 ? NULL : policies->first; v != NULL;
         v = v->next)
        CP_TRY(take_policy(c, v, &(*days)[s->policy_count]));
    c->loaded.ask.policies_kept = s->policy_count;
    return CP_OK;
}

/* As the daemon has it: what facts filled in is as of the day when they were read, all else as of the policies' days. */
static cp_exit settle_days(struct cp_log_case *c, const cp_date *days)
{
    struct cp_loaded *l = &c->loaded;

    l->as_of = CP_DATE_NONE;
    for (uint32_t i = 0; i < l->sources.policy_count; i++) {
        if (days[i] == CP_DATE_NONE)
            return cannot(c, "the log does not say as of which day it was judged",
                          l->sources.policies[i].name);
        l->policies[i].as_of = days[i];
        l->as_of = days[i] > l->as_of ? days[i] : l->as_of;
    }
    return CP_EXIT_OK;
}

static cp_exit load(struct cp_log_case *c, const struct cp_log_entry *inputs)
{
    struct cp_loaded *l = &c->loaded;
    const struct cp_json_value *root;
    cp_date *days = NULL;
    cp_exit code;

    if (cp_json_in_document(inputs->document, CP_PLACE_NO_FILE, l->kept, &root, NULL) != CP_OK)
        return cannot(c, "the entry about its inputs cannot be read", "");
    if (take_files(c, root, &days) != CP_OK)
        return cp_say_no_memory();
    if (c->why != NULL)
        return CP_EXIT_MISSING;
    if (l->sources.count == 0 ||
        cp_date_parse(cp_json_member_text(root, "read_on"), &l->ask.as_of) != CP_OK)
        return cannot(c, "the log does not say how its inputs were read: an older release wrote it",
                      "");
    code = cp_load_make(l);
    if (code == CP_EXIT_OK)
        code = settle_days(c, days);
    return code == CP_EXIT_OK ? cp_loaded_conclude(l) : code;
}

/* --- the network as the plan saw it ------------------------------------------------------------- */

struct laying {
    const struct cp_bundle_net *view;
    const struct cp_case *c;
    struct cp_topology t;
    struct cp_topology_node *nodes;
    struct cp_topology_link *links;
    struct cp_case_addition *facts;
    uint32_t *at; /* [nodes of the view] in the case that comes of it */
    struct cp_arena *work;
};

static cp_err lay_nodes(struct laying *y)
{
    const struct cp_bundle_net *v = y->view;

    y->nodes = CP_TAKE(y->work, (size_t)y->c->node_count + v->node_count, struct cp_topology_node);
    y->at = CP_TAKE(y->work, v->node_count, uint32_t);
    if (y->nodes == NULL || y->at == NULL)
        return CP_ERR_NOMEM;
    y->t.node_count = y->c->node_count;
    for (uint32_t i = 0; i < v->node_count; i++) {
        y->at[i] = cp_case_node(y->c, v->ids[1][i]).at;
        if (y->at[i] != CP_NONE)
            continue;
        y->at[i] = y->t.node_count++;
        y->nodes[y->at[i]].id = v->ids[1][i];
    }
    y->t.nodes = y->nodes;
    return CP_OK;
}

static cp_text port_of(const struct cp_case *c, cp_link link, uint32_t node)
{
    cp_range ends = link.at == CP_NONE ? (cp_range){0} : c->links[link.at].ends;

    for (uint32_t i = ends.first; i < ends.first + ends.count; i++)
        if (c->ends[i].node.at == node)
            return c->ends[i].port;
    return CP_TEXT("");
}

/* A link that the inventory does not have is of who knows which maker. */
static void add_unknown(struct laying *y, uint32_t link)
{
    y->facts[y->t.fact_count++] = (struct cp_case_addition){.fact = {.attribute = CP_TEXT("maker"),
                                                                     .value = CP_TEXT("unknown"),
                                                                     .kind = CP_OBJECT_LINK,
                                                                     .object = link,
                                                                     .date = CP_DATE_NONE,
                                                                     .expires = CP_DATE_NONE,
                                                                     .place = CP_PLACE_NONE}};
}

static cp_err lay_link(struct laying *y, uint32_t l)
{
    const struct cp_bundle_link *from = &y->view->links[l];
    struct cp_end *ends = CP_TAKE(y->work, from->end_count, struct cp_end);
    cp_link link = cp_case_link(y->c, y->view->ids[0][l]);

    if (ends == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < from->end_count; i++) {
        uint32_t node = y->at[from->ends[2 * (size_t)i]];

        ends[i] = (struct cp_end){.port = port_of(y->c, link, node),
                                  .node = {node},
                                  .metric = from->ends[2 * (size_t)i + 1]};
    }
    y->links[l] = (struct cp_topology_link){.link = link,
                                            .id = y->view->ids[0][l],
                                            .ends = ends,
                                            .end_count = from->end_count,
                                            .capacity_bps = CP_BPS_NONE,
                                            .delay_us = CP_DELAY_NONE,
                                            .lan = from->end_count > 2};
    if (link.at == CP_NONE)
        add_unknown(y, l);
    return CP_OK;
}

static cp_err lay(struct laying *y)
{
    uint32_t count = y->view->link_count;

    CP_TRY(lay_nodes(y));
    y->links = CP_TAKE(y->work, count, struct cp_topology_link);
    y->facts = CP_TAKE(y->work, count, struct cp_case_addition);
    if (y->links == NULL || y->facts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < count; l++)
        CP_TRY(lay_link(y, l));
    y->t.links = y->links;
    y->t.link_count = count;
    y->t.facts = y->facts;
    return CP_OK;
}

static cp_exit see(struct cp_log_case *c, const struct cp_log_entry *view)
{
    struct cp_loaded *l = &c->loaded;
    struct laying y = {.view = &c->view, .c = l->net, .work = l->scratch};
    cp_text network;
    cp_link *placed;
    cp_err err;
    cp_exit code = view->content_count == 0
                       ? cannot(c, "the log does not have it", "the network as it was planned on")
                       : read_kept(c, view->contents[0], "the network as it was planned on",
                                   l->kept, &network);

    if (code != CP_EXIT_OK)
        return code;
    err = cp_bundle_net_read(network, l->kept, l->scratch, &c->view, NULL);
    if (err == CP_OK)
        err = lay(&y);
    placed = CP_TAKE(l->scratch, y.t.link_count, cp_link);
    if (err == CP_OK && placed != NULL)
        err = cp_case_with_topology(y.c, &y.t, l->kept, placed, &l->net);
    if (placed == NULL || err == CP_ERR_NOMEM)
        return cp_say_no_memory();
    return err == CP_OK
               ? CP_EXIT_OK
               : cannot(c, "it cannot be read any more", "the network as it was planned on");
}

/* --- then and now ------------------------------------------------------------------------------- */

/* The plan's number of a rule; CP_NONE: it did not have it. */
static uint32_t rule_then(const struct cp_log_case *c, uint32_t rule)
{
    const struct cp_judge_rule *r = &c->judge->rules[rule];
    cp_text policy = c->judge->policies[r->policy].policy->id;

    for (uint32_t i = 0; i < c->view.rule_count; i++)
        if (cp_text_eq(c->view.rules[i].id, r->id) &&
            cp_text_eq(c->view.rules[i].policy->id, policy))
            return i;
    return CP_NONE;
}

static cp_trust trust_then(const struct cp_log_case *c, uint32_t rule, uint32_t element)
{
    const struct cp_bundle_against *against =
        rule == CP_NONE ? NULL : cp_bundle_find_against(&c->view, rule, element);

    if (against == NULL)
        return CP_TRUSTED;
    return against->undecided ? CP_UNKNOWN : CP_UNTRUSTED;
}

cp_log_planned cp_log_case_planned(const struct cp_log_case *c, uint32_t rule, cp_object_kind kind,
                                   cp_text id)
{
    bool node = kind == CP_OBJECT_NODE;
    uint32_t at = cp_map_find(c->view.find[node], id), then = rule_then(c, rule);

    if (at == CP_MAP_NONE || then == CP_NONE)
        return CP_PLANNED_NOT;
    return trust_then(c, then, node ? c->view.link_count + at : at) == CP_TRUSTED
               ? CP_PLANNED_ALLOWED
               : CP_PLANNED_AGAINST;
}

static uint32_t others_of(const struct cp_log_case *c, uint32_t rule)
{
    const struct cp_judge_rule *r = &c->judge->rules[rule];
    const struct cp_bundle_net *v = &c->view;
    uint32_t then = rule_then(c, rule), count = 0;

    for (uint32_t l = 0; l < v->link_count; l++)
        count += trust_then(c, then, l) !=
                 cp_trust_treated(cp_judge_trust(r, CP_OBJECT_LINK,
                                                 cp_case_link(c->judge->net, v->ids[0][l]).at),
                                  r->unknown);
    for (uint32_t n = 0; n < v->node_count; n++)
        count += trust_then(c, then, v->link_count + n) !=
                 cp_trust_treated(cp_judge_trust(r, CP_OBJECT_NODE,
                                                 cp_case_node(c->judge->net, v->ids[1][n]).at),
                                  r->unknown);
    return count;
}

uint32_t cp_log_case_others(const struct cp_log_case *c)
{
    uint32_t count = 0;

    for (uint32_t r = 0; r < c->judge->transit_count; r++)
        count += others_of(c, r);
    return count;
}

/* --- all of it ---------------------------------------------------------------------------------- */

static cp_exit judge(struct cp_log_case *c)
{
    const struct cp_loaded *l = &c->loaded;
    struct cp_judge_ask ask = {l->policies, l->sources.policy_count, l->net, l->as_of, 0, NULL};
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_judge_make(&ask, l->kept, &c->judge, &diag);

    if (err == CP_OK)
        return CP_EXIT_OK;
    c->judge = NULL;
    return cp_loaded_say(l, &diag, err, NULL, CP_EXIT_POLICY);
}

cp_exit cp_log_case_open(struct cp_store *store, const struct cp_log_entry *inputs,
                         const struct cp_log_entry *view, struct cp_log_case *out)
{
    struct cp_load_ask ask = {.read = read_input, .read_of = out};
    cp_exit code;

    *out = (struct cp_log_case){.store = store};
    code = cp_load_open(&ask, NULL, &out->loaded);
    if (code == CP_EXIT_OK)
        code = load(out, inputs);
    if (code == CP_EXIT_OK)
        code = see(out, view);
    if (code == CP_EXIT_OK)
        code = judge(out);
    if (code == CP_EXIT_OK || code == CP_EXIT_SYSTEM)
        return code;
    (void)cannot(out, "the code of today does not read what the log keeps of its inputs", "");
    return CP_EXIT_OK;
}

void cp_log_case_close(struct cp_log_case *c)
{
    cp_loaded_close(&c->loaded);
}
