#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"
#include "base/sha256.h"
#include "reload_inside.h"
#include "report/explain.h"
#include "report/words.h"
#include "web/documents.h"

enum { LEAVING_NAMED = 5, CHANGED_NAMED = 5, NAME_SHOWN = 100 };

/* --- demands and elements ------------------------------------------------------------------------ */

/* By which rule an element is what it is, and why. */
static cp_err give_reason(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                          uint32_t at, struct cp_arena *arena, struct cp_web_change *to)
{
    struct cp_reason reason;

    CP_TRY(cp_judge_reason(judge, rule, kind, at, arena, &reason));
    to->rule = judge->rules[rule].id;
    to->reason = reason.reason;
    return CP_OK;
}

static cp_err give_demand(struct reload *r, struct cp_counterparts it, struct cp_web_change *to)
{
    const struct reload_side *now = &r->sides[RELOAD_NOW], *then = &r->sides[RELOAD_THEN];
    const struct cp_exposure *decisive;

    *to = (struct cp_web_change){.rule = CP_TEXT(""), .reason = CP_TEXT("")};
    if (it.before != CP_NONE) {
        to->id = now->judge->net->demands[it.before].id;
        to->before = cp_words_verdict(now->results[it.before].verdict);
    }
    if (it.after == CP_NONE)
        return CP_OK;
    to->id = then->judge->net->demands[it.after].id;
    to->after = cp_words_verdict(then->results[it.after].verdict);
    decisive = cp_words_decisive(&then->results[it.after]);
    return decisive == NULL ? CP_OK
                            : give_reason(then->judge, decisive->rule, decisive->kind,
                                          decisive->element, r->arena, to);
}

static cp_err list_demands(struct reload *r, struct cp_web_changes *out)
{
    const struct cp_difference *d = r->difference;
    uint32_t count = d->demand_count < CP_WEB_CHANGES_MAX ? d->demand_count : CP_WEB_CHANGES_MAX;
    struct cp_web_change *list = CP_TAKE(r->arena, count, struct cp_web_change);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(give_demand(r, d->demands[i], &list[i]));
    *out = (struct cp_web_changes){.changed = d->demands_differ.changed,
                                   .added = d->demands_differ.added,
                                   .gone = d->demands_differ.gone,
                                   .list = list,
                                   .count = count};
    return CP_OK;
}

static cp_err give_element(struct reload *r, const struct cp_element_change *change,
                           struct cp_web_change *to)
{
    const struct cp_judge *now = r->sides[RELOAD_NOW].judge, *then = r->sides[RELOAD_THEN].judge;
    struct cp_counterparts it = change->element;

    *to = (struct cp_web_change){.rule = CP_TEXT(""), .reason = CP_TEXT("")};
    if (it.before != CP_NONE)
        to->before = cp_words_element_trust(cp_question_worst(now, change->kind, it.before));
    if (it.after != CP_NONE)
        to->after = cp_words_element_trust(cp_question_worst(then, change->kind, it.after));
    return cp_text_join(change->kind == CP_OBJECT_NODE ? CP_TEXT("node:") : CP_TEXT("link:"),
                        it.after != CP_NONE ? cp_words_element(then->net, change->kind, it.after)
                                            : cp_words_element(now->net, change->kind, it.before),
                        r->arena, &to->id);
}

/* Of several rules that an element has other verdicts by, the first of the worst gives the reason. */
static cp_err list_elements(struct reload *r, struct cp_web_changes *out)
{
    const struct cp_difference *d = r->difference;
    const struct cp_judge *then = r->sides[RELOAD_THEN].judge;
    uint32_t count =
        d->elements_differ.changed + d->elements_differ.added + d->elements_differ.gone;
    struct cp_web_change *list;
    cp_trust worst = CP_TRUSTED;

    *out = (struct cp_web_changes){.changed = d->elements_differ.changed,
                                   .added = d->elements_differ.added,
                                   .gone = d->elements_differ.gone};
    count = count < CP_WEB_CHANGES_MAX ? count : CP_WEB_CHANGES_MAX;
    out->list = list = CP_TAKE(r->arena, count, struct cp_web_change);
    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < d->element_count; i++) {
        const struct cp_element_change *change = &d->elements[i];

        if (cp_difference_is_first(d, i)) {
            if (out->count == count)
                break;
            worst = CP_TRUSTED;
            CP_TRY(give_element(r, change, &list[out->count++]));
        }
        if (change->after <= worst)
            continue;
        worst = change->after;
        CP_TRY(give_reason(then, change->rule_after, change->kind, change->element.after, r->arena,
                           &list[out->count - 1]));
    }
    return CP_OK;
}

/* --- files --------------------------------------------------------------------------------------- */

static const struct cp_input *find_input(const struct cp_case *net, cp_text path)
{
    for (uint32_t i = 0; i < net->input_count; i++)
        if (cp_text_eq(net->inputs[i].path, path))
            return &net->inputs[i];
    return NULL;
}

static cp_text digest_of(const struct cp_input *input)
{
    return input != NULL ? cp_text_of(input->sha256) : CP_TEXT("");
}

/* Those that are others or new, then those that are gone. */
static cp_err list_files(struct reload *r, struct cp_web_reload *answer)
{
    const struct cp_case *old = r->old->net, *new = r->new->net;
    struct cp_web_file *list =
        CP_TAKE(r->arena, (size_t)old->input_count + new->input_count, struct cp_web_file);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < new->input_count; i++) {
        const struct cp_input *is = &new->inputs[i], *was = find_input(old, is->path);

        if (was == NULL || strcmp(was->sha256, is->sha256) != 0)
            list[answer->file_count++] =
                (struct cp_web_file){is->path, digest_of(was), digest_of(is)};
    }
    for (uint32_t i = 0; i < old->input_count; i++)
        if (find_input(new, old->inputs[i].path) == NULL)
            list[answer->file_count++] =
                (struct cp_web_file){old->inputs[i].path, digest_of(&old->inputs[i]), CP_TEXT("")};
    answer->files = list;
    return CP_OK;
}

static bool is_changed(const struct reload *r, uint32_t file, const char *path)
{
    const struct cp_input *was = &r->old->net->inputs[file], *is;
    struct cp_arena *arena;
    char digest[65] = "";
    struct stat found;
    cp_text bytes;

    if (r->new != NULL) {
        is = find_input(r->new->net, was->path);
        return is == NULL || strcmp(is->sha256, was->sha256) != 0;
    }
    if (stat(path, &found) != 0 || !S_ISREG(found.st_mode))
        return false; /* that was said */
    arena = cp_arena_open(cp_machine_memory());
    if (arena != NULL && cp_file_read(path, arena, &bytes) == CP_EXIT_OK)
        cp_sha256_hex(bytes, digest);
    cp_arena_close(arena);
    return digest[0] != '\0' && strcmp(digest, was->sha256) != 0;
}

void reload_say_changed(const struct reload *r)
{
    const struct cp_case *old = r->old->net;
    uint32_t count = 0, shown = 0;
    const char *first[CHANGED_NAMED];

    for (uint32_t i = 0; i < old->input_count; i++) {
        const char *path = cp_sources_path(&r->old->sources, i);

        if (path == NULL || !is_changed(r, i, path))
            continue;
        if (strstr(r->caught.lines, path) != NULL)
            return;
        if (count++ < CHANGED_NAMED)
            first[shown++] = path;
    }
    for (uint32_t i = 0; i < shown; i++)
        cp_say_plain("%s: this file is not as it was read for what is in force", first[i]);
    if (count > shown)
        cp_say_plain("and %u more files are not", count - shown);
}

/* --- those that are steered ---------------------------------------------------------------------- */

static cp_err list_losses(struct reload *r, struct cp_web_reload *answer)
{
    const struct cp_drive_losses *losses = &r->losses;
    cp_text *list = CP_TAKE(r->arena, losses->count, cp_text);
    cp_text *leaving = CP_TAKE(r->arena, losses->leaving_count, cp_text);

    if (list == NULL || leaving == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < losses->leaving_count; i++)
        leaving[i] = losses->leaving[i].demand;
    for (uint32_t i = 0; i < losses->count; i++)
        list[i] = cp_plan_view(r->plan)->net->demands[losses->list[i].demand].id;
    answer->planned = r->plan != NULL;
    answer->carried = losses->carried;
    answer->steered_before = losses->before.demands;
    answer->without_before = losses->before.without_path;
    answer->steered_after = losses->after.demands;
    answer->without_after = losses->after.without_path;
    answer->losing = (struct cp_web_texts){list, losses->count};
    answer->leaving = (struct cp_web_texts){leaving, losses->leaving_count};
    answer->paths =
        (struct cp_web_outlook){.carried = losses->paths.carried,
                                .kept = losses->paths.kept,
                                .at_once = losses->paths.at_once,
                                .down = losses->paths.down,
                                .removed = losses->paths.removed,
                                .installed = losses->paths.installed,
                                .moving = {losses->paths.moving, losses->paths.moving_count}};
    answer->holds = losses->paths.holds;
    answer->held = losses->paths.held;
    answer->missed = (struct cp_web_texts){losses->paths.missed, losses->paths.missed_count};
    return CP_OK;
}

/* What blocks the first of them, and the line of the policy that says so. */
void reload_say_losses(struct reload *r)
{
    const struct cp_drive_loss *first = &r->losses.list[0];
    const struct cp_plan_lsp *lsp = cp_plan_lsp(r->plan, first->lsp);
    const struct cp_judge *judge = cp_plan_judge(r->plan);
    const struct cp_case *net = cp_plan_view(r->plan)->net;
    const struct cp_blocker *b = lsp->blocking != NULL && lsp->blocking->smallest_count > 0
                                     ? &lsp->blocking->smallest[0]
                                     : NULL;
    const struct cp_judge_rule *rule =
        b != NULL && b->rule_count > 0 ? &judge->rules[b->rules[0]] : NULL;
    const char *path = NULL;
    struct cp_reason reason = {.reason = CP_TEXT("")};
    cp_text id = net->demands[first->demand].id, element = CP_TEXT("");
    char place[64] = "";

    if (rule != NULL && rule->rule != NULL) {
        cp_place at = rule->rule->place;

        path = cp_sources_path(&r->new->sources, at.file);
        (void)snprintf(place, sizeof place, ":%u:%u: ", at.line, at.column);
        element = b->kind == CP_OBJECT_NODE ? net->nodes[b->object].id : net->links[b->object].id;
        if (cp_judge_reason(judge, b->rules[0], b->kind, b->object, r->arena, &reason) != CP_OK)
            reason.reason = CP_TEXT("");
    }
    cp_say_plain("%s%s%u of %u demands that routers carry would lose their last clean path, first "
                 "'%.*s'%s%.*s%s%.*s%s%.*s",
                 path != NULL ? path : "", path != NULL ? place : "", r->losses.count,
                 r->losses.carried, (int)id.len, id.at, rule != NULL ? " by rule '" : "",
                 rule != NULL ? (int)rule->id.len : 0, rule != NULL ? rule->id.at : "",
                 rule != NULL ? "': " : "", (int)element.len, element.at,
                 reason.reason.len > 0 ? ": " : "", (int)reason.reason.len, reason.reason.at);
}

void reload_say_leaving(const struct reload *r)
{
    const struct cp_drive_losses *losses = &r->losses;
    char names[1024] = "";
    size_t len = 0;

    for (uint32_t i = 0; i < losses->leaving_count && i < LEAVING_NAMED; i++) {
        const struct cp_drive_leaving *l = &losses->leaving[i];
        int id_len = l->demand.len < NAME_SHOWN ? (int)l->demand.len : NAME_SHOWN;
        int more = snprintf(names + len, sizeof names - len, "%s'%.*s' (%s)", i > 0 ? ", " : "",
                            id_len, l->demand.at,
                            l->deleted ? "the case does not have it any more"
                                       : "no rule is for it any more");

        CP_ASSERT(more > 0 && (size_t)more < sizeof names - len);
        len += (size_t)more;
    }
    cp_say_plain("%u of %u demands that routers carry would be steered no more, their traffic goes "
                 "as the network routes it: %s%s",
                 losses->leaving_count, losses->carried, names,
                 losses->leaving_count > LEAVING_NAMED ? " and others" : "");
}

/* --- the whole ----------------------------------------------------------------------------------- */

static struct cp_web_verdicts verdicts_of(const struct reload_side *side)
{
    const struct cp_report_summary *s = &side->summary;

    return (struct cp_web_verdicts){s->ok, s->violation, s->undecided, s->no_path};
}

/* A day that the rules in force name is no mistake of anybody. */
bool reload_needs_accept_loss(const struct reload *r)
{
    return (r->losses.count > 0 || r->losses.leaving_count > 0) && r->other_files;
}

cp_err reload_answer(struct reload *r, uint64_t seq, cp_text *text)
{
    struct cp_web_reload answer = {.dry_run = r->ask.dry_run,
                                   .changed = r->changed,
                                   .needs_accept_loss = reload_needs_accept_loss(r),
                                   .before = verdicts_of(&r->sides[RELOAD_NOW]),
                                   .after = verdicts_of(&r->sides[RELOAD_THEN]),
                                   .log_seq = seq};
    struct cp_out out = cp_out_make(r->arena);
    struct cp_json json = cp_json_make(&out);

    CP_TRY(list_demands(r, &answer.demands));
    CP_TRY(list_elements(r, &answer.elements));
    CP_TRY(list_files(r, &answer));
    CP_TRY(list_losses(r, &answer));
    cp_web_reload_json(&json, &answer);
    return cp_out_done(&out, text);
}

static void write_losses(const struct cp_drive_losses *losses, struct cp_json *json)
{
    cp_json_u64(json, "carried", losses->carried);
    cp_json_u64(json, "without_path_before", losses->before.without_path);
    cp_json_u64(json, "without_path_after", losses->after.without_path);
    cp_json_u64(json, "losing_their_last_path", losses->count);
    cp_json_u64(json, "steered_no_more", losses->leaving_count);
    cp_json_u64(json, "paths_carried", losses->paths.carried);
    cp_json_u64(json, "paths_moving", losses->paths.moving_count);
    cp_json_u64(json, "paths_moving_at_once", losses->paths.at_once);
    cp_json_u64(json, "paths_down", losses->paths.down);
    cp_json_u64(json, "paths_removed", losses->paths.removed);
    cp_json_u64(json, "paths_installed", losses->paths.installed);
    cp_json_u64(json, "nodes_missed", losses->paths.missed_count);
    cp_json_bool(json, "hold_begins", losses->paths.holds);
    cp_json_bool(json, "hold_stands", losses->paths.held);
}

/* Why it was read, who asked for it, and what they said to it. */
static void write_ask(const struct reload_ask *ask, struct cp_json *json)
{
    static const char *const causes[] = {[RELOAD_ASKED] = "asked",
                                         [RELOAD_SIGNAL] = "signal",
                                         [RELOAD_CHANGE] = "on-change",
                                         [RELOAD_NEW_DAY] = "new-day"};

    cp_json_str(json, "cause", causes[ask->cause]);
    if (ask->by[0] != '\0')
        cp_json_str(json, "by", ask->by);
    else
        cp_json_null(json, "by");
    cp_json_bool(json, "accept_loss", ask->accept_loss);
}

cp_err reload_refused_entry(struct reload *r, cp_text *text)
{
    struct cp_out out = cp_out_make(r->arena);
    struct cp_json json = cp_json_make(&out);
    const char *lines = r->caught.lines;

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_bool(&json, "refused", true);
    write_ask(&r->ask, &json);
    cp_json_text(&json, "why", (cp_text){lines, strcspn(lines, "\n")});
    cp_json_array(&json, "errors", CP_JSON_FLAT);
    for (const char *at = lines; *at != '\0'; at += strcspn(at, "\n") + 1)
        cp_json_text(&json, NULL, (cp_text){at, strcspn(at, "\n")});
    cp_json_close(&json);
    cp_json_u64(&json, "errors_left_out", r->caught.left_out);
    cp_json_close(&json);
    CP_TRY(cp_out_done(&out, text));
    *text = cp_text_trim(*text);
    return CP_OK;
}

cp_err reload_entry(struct reload *r, cp_text *text)
{
    struct cp_out out = cp_out_make(r->arena);
    struct cp_json json = cp_json_make(&out);
    const struct cp_difference *d = r->difference;

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_bool(&json, "changed", r->changed);
    write_ask(&r->ask, &json);
    cp_json_u64(&json, "demands_changed", d->demands_differ.changed);
    cp_json_u64(&json, "demands_added", d->demands_differ.added);
    cp_json_u64(&json, "demands_gone", d->demands_differ.gone);
    cp_json_u64(&json, "elements_changed", d->elements_differ.changed);
    cp_json_u64(&json, "elements_added", d->elements_differ.added);
    cp_json_u64(&json, "elements_gone", d->elements_differ.gone);
    cp_json_u64(&json, "worse_demands", d->worse.demands);
    cp_json_u64(&json, "violations_before", r->sides[RELOAD_NOW].summary.violation);
    cp_json_u64(&json, "violations_after", r->sides[RELOAD_THEN].summary.violation);
    if (r->plan != NULL)
        write_losses(&r->losses, &json);
    cp_json_close(&json);
    CP_TRY(cp_out_done(&out, text));
    *text = cp_text_trim(*text);
    return CP_OK;
}
