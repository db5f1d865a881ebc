#include "web/documents.h"

#include <string.h>

#include "base/moment.h"

/* Names and shapes are those of docs/api/openapi.yaml, which tests hold every answer against. */

#define PEERS_SHOWN 20u

void cp_web_json_time(struct cp_json *json, const char *name, uint64_t at_us)
{
    char at[28];

    if (at_us == 0) {
        cp_json_null(json, name);
        return;
    }
    cp_moment_format(at_us, at);
    cp_json_str(json, name, at);
}

static void text_or_null(struct cp_json *json, const char *name, cp_text text)
{
    if (text.len == 0)
        cp_json_null(json, name);
    else
        cp_json_text(json, name, text);
}

static void word_or_null(struct cp_json *json, const char *name, const char *word)
{
    text_or_null(json, name, cp_text_of(word));
}

static void u64_or_null(struct cp_json *json, const char *name, uint64_t number)
{
    if (number == 0)
        cp_json_null(json, name);
    else
        cp_json_u64(json, name, number);
}

static void write_texts(struct cp_json *json, const char *name, struct cp_web_texts texts)
{
    cp_json_array(json, name, CP_JSON_FLAT);
    for (uint32_t i = 0; i < texts.count; i++)
        text_or_null(json, NULL, texts.list[i]);
    cp_json_close(json);
}

/* --- status ----------------------------------------------------------------------------------- */

static void write_inputs(struct cp_json *json, const struct cp_web_status *s)
{
    cp_json_array(json, "inputs", CP_JSON_LINES);
    for (uint32_t i = 0; i < s->input_count; i++) {
        cp_json_object(json, NULL, CP_JSON_FLAT);
        cp_json_text(json, "path", s->inputs[i].path);
        cp_json_text(json, "sha256", s->inputs[i].sha256);
        cp_json_close(json);
    }
    cp_json_close(json);
    cp_web_json_time(json, "inputs_since", s->inputs_us);
    cp_json_object(json, "view", CP_JSON_FLAT);
    cp_json_u64(json, "version", s->view_version);
    cp_web_json_time(json, "since", s->view_us);
    cp_json_u64(json, "nodes", s->nodes);
    cp_json_u64(json, "links", s->links);
    cp_json_u64(json, "seen", s->seen);
    cp_json_u64(json, "unknown", s->unknown);
    cp_json_close(json);
}

static void write_sums(struct cp_json *json, const struct cp_web_status *s)
{
    cp_json_object(json, "demands", CP_JSON_FLAT);
    cp_json_u64(json, "ok", s->ok);
    cp_json_u64(json, "violation", s->violation);
    cp_json_u64(json, "undecided", s->undecided);
    cp_json_u64(json, "no_path", s->no_path);
    cp_json_u64(json, "sensitive", s->sensitive);
    cp_json_u64(json, "sensitive_down", s->sensitive_down);
    cp_json_close(json);
    cp_json_object(json, "paths", CP_JSON_FLAT);
    cp_json_u64(json, "intended", s->intended);
    cp_json_u64(json, "installed", s->installed);
    cp_json_u64(json, "proven", s->proven);
    cp_json_u64(json, "enforcing", s->enforcing);
    cp_json_u64(json, "down", s->down);
    cp_json_u64(json, "waiting", s->waiting);
    cp_json_u64(json, "installing", s->installing);
    cp_json_u64(json, "astray", s->astray);
    cp_json_u64(json, "draining", s->draining);
    cp_json_u64(json, "removing", s->removing);
    cp_json_close(json);
}

static void write_sources(struct cp_json *json, const struct cp_web_status *s)
{
    uint32_t shown = s->peer_count < PEERS_SHOWN ? s->peer_count : PEERS_SHOWN;

    cp_json_array(json, "feeds", CP_JSON_LINES);
    for (uint32_t i = 0; i < s->feed_count; i++)
        cp_web_feed_json(json, &s->feeds[i]);
    cp_json_close(json);
    cp_json_object(json, "peers", CP_JSON_LINES);
    cp_json_u64(json, "total", s->peer_count);
    cp_json_u64(json, "up", s->peers_up);
    cp_json_array(json, "first", CP_JSON_LINES);
    for (uint32_t i = 0; i < shown; i++)
        cp_web_peer_json(json, &s->peers[i]);
    cp_json_close(json);
    cp_json_close(json);
}

static void write_standstill(struct cp_json *json, const struct cp_web_status *s)
{
    cp_json_object(json, "alarms", CP_JSON_FLAT);
    cp_json_u64(json, "standing", s->alarms);
    cp_json_u64(json, "unacknowledged", s->unacknowledged);
    cp_json_close(json);
    cp_json_array(json, "holds", CP_JSON_LINES);
    for (uint32_t i = 0; i < s->hold_count; i++) {
        cp_json_object(json, NULL, CP_JSON_FLAT);
        cp_json_str(json, "kind", s->holds[i].kind);
        cp_web_json_time(json, "since", s->holds[i].since_us);
        text_or_null(json, "by", s->holds[i].by);
        text_or_null(json, "reason", s->holds[i].reason);
        cp_json_close(json);
    }
    cp_json_close(json);
}

static void write_counts(struct cp_json *json, const struct cp_web_status *s)
{
    cp_json_object(json, "since_start", CP_JSON_FLAT);
    cp_json_u64(json, "moves", s->moves);
    cp_json_u64(json, "orders", s->orders);
    cp_json_u64(json, "refused_plans", s->refused_plans);
    cp_json_u64(json, "requests", s->requests);
    cp_json_u64(json, "no_paths", s->no_paths);
    cp_json_close(json);
    cp_json_object(json, "observations", CP_JSON_FLAT);
    cp_json_u64(json, "agreeing", s->agreeing);
    cp_json_u64(json, "contradicting", s->contradicting);
    cp_json_u64(json, "not_placed", s->not_placed);
    cp_web_json_time(json, "last", s->observed_us);
    cp_json_close(json);
    cp_json_object(json, "log", CP_JSON_FLAT);
    cp_json_u64(json, "seq", s->log_seq);
    text_or_null(json, "hash", s->log_hash);
    cp_json_close(json);
}

/* There are feeds, and none of them is heard. */
static bool is_blind(const struct cp_web_status *s)
{
    for (uint32_t i = 0; i < s->feed_count; i++)
        if (strcmp(s->feeds[i].state, "up") == 0)
            return false;
    return s->feed_count > 0;
}

/* What nobody looked at is not good: sums of nothing are zero, too. */
static uint64_t exit_code(const struct cp_web_status *s)
{
    if (s->violation > 0 || s->no_path > 0 || s->sensitive_down > 0)
        return 1;
    return s->undecided > 0 || s->critical > 0 || s->view_version == 0 || is_blind(s) ? 2 : 0;
}

void cp_web_status_json(struct cp_json *json, const struct cp_web_status *status)
{
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_str(json, "schema", "cleanpath.status/1");
    cp_json_text(json, "version", status->version);
    cp_web_json_time(json, "now", status->now_us);
    cp_web_json_time(json, "started", status->started_us);
    write_inputs(json, status);
    write_sums(json, status);
    write_sources(json, status);
    write_standstill(json, status);
    write_counts(json, status);
    cp_json_u64(json, "exit_code", exit_code(status));
    cp_json_close(json);
}

void cp_web_feed_json(struct cp_json *json, const struct cp_web_feed *feed)
{
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_text(json, "name", feed->name);
    cp_json_str(json, "kind", feed->kind);
    cp_json_str(json, "state", feed->state);
    cp_web_json_time(json, "since", feed->since_us);
    cp_web_json_time(json, "updated", feed->updated_us);
    cp_json_u64(json, "nodes", feed->nodes);
    cp_json_u64(json, "links", feed->links);
    cp_json_u64(json, "half_links", feed->half_links);
    cp_json_u64(json, "prefixes", feed->prefixes);
    cp_json_u64(json, "srv6_sids", feed->srv6_sids);
    cp_json_u64(json, "statements", feed->statements);
    cp_json_u64(json, "malformed", feed->malformed);
    cp_json_bool(json, "disagrees", feed->disagrees);
    text_or_null(json, "last_error", feed->last_error);
    cp_web_json_time(json, "last_error_at", feed->failed_us);
    cp_json_close(json);
}

void cp_web_peer_json(struct cp_json *json, const struct cp_web_peer *peer)
{
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_text(json, "name", peer->name);
    cp_json_str(json, "kind", peer->kind);
    cp_json_str(json, "state", peer->state);
    text_or_null(json, "address", peer->address);
    text_or_null(json, "node", peer->node);
    text_or_null(json, "system", peer->system);
    cp_json_str(json, "security", peer->security);
    cp_web_json_time(json, "since", peer->since_us);
    cp_json_bool(json, "enforcing", peer->enforcing);
    cp_json_bool(json, "guarded", peer->guarded);
    cp_json_u64(json, "lsps", peer->lsps);
    cp_json_u64(json, "received_bytes", peer->received_bytes);
    cp_json_u64(json, "sent_bytes", peer->sent_bytes);
    text_or_null(json, "last_error", peer->last_error);
    cp_web_json_time(json, "last_error_at", peer->failed_us);
    cp_json_close(json);
}

/* --- things ----------------------------------------------------------------------------------- */

void cp_web_demand_json(struct cp_json *json, const struct cp_web_demand *demand)
{
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_text(json, "id", demand->id);
    cp_json_text(json, "src", demand->src);
    cp_json_text(json, "dst", demand->dst);
    text_or_null(json, "class", demand->traffic_class);
    cp_json_str(json, "verdict", demand->verdict);
    cp_json_bool(json, "sensitive", demand->sensitive);
    cp_json_bool(json, "down", demand->down);
    cp_web_json_time(json, "since", demand->since_us);
    write_texts(json, "paths", demand->paths);
    write_texts(json, "intended_nodes", demand->intended);
    write_texts(json, "proven_nodes", demand->proven);
    text_or_null(json, "element", demand->element);
    word_or_null(json, "element_kind", demand->element_kind);
    text_or_null(json, "rule", demand->rule);
    text_or_null(json, "policy", demand->policy);
    text_or_null(json, "reason", demand->reason);
    write_texts(json, "blocking_cut", demand->blocking_cut);
    cp_json_close(json);
}

static void write_way(struct cp_json *json, const char *name, const struct cp_web_way *way,
                      bool segments)
{
    if (way->at_us == 0) {
        cp_json_null(json, name);
        return;
    }
    cp_json_object(json, name, CP_JSON_FLAT);
    cp_web_json_time(json, "since", way->at_us);
    write_texts(json, "nodes", way->nodes);
    if (segments)
        write_texts(json, "segments", way->segments);
    write_texts(json, "branches", way->branches);
    if (segments)
        write_texts(json, "gone", way->gone);
    cp_json_close(json);
}

void cp_web_path_json(struct cp_json *json, const struct cp_web_path *path)
{
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_text(json, "id", path->key);
    text_or_null(json, "name", path->name);
    cp_json_text(json, "headend", path->headend);
    cp_json_text(json, "endpoint", path->endpoint);
    cp_json_u64(json, "colour", path->colour);
    write_texts(json, "demands", path->demands);
    cp_json_str(json, "phase", path->phase);
    word_or_null(json, "why", path->why);
    cp_json_bool(json, "delegated", path->delegated);
    cp_json_bool(json, "listed", path->listed);
    cp_json_bool(json, "enforcing", path->enforcing);
    text_or_null(json, "peer", path->peer);
    text_or_null(json, "system", path->system);
    write_way(json, "intended", &path->intended, true);
    write_way(json, "installed", &path->installed, true);
    write_way(json, "proven", &path->proven, false);
    cp_json_object(json, "observations", CP_JSON_FLAT);
    cp_json_u64(json, "agreeing", path->agreeing);
    cp_json_u64(json, "contradicting", path->contradicting);
    cp_web_json_time(json, "last", path->observed_us);
    cp_json_close(json);
    word_or_null(json, "installed_is", path->installed_is);
    text_or_null(json, "rule", path->rule);
    text_or_null(json, "reason", path->reason);
    u64_or_null(json, "log_seq", path->log_seq);
    cp_json_close(json);
}

static void write_reasons(struct cp_json *json, const struct cp_web_element *element)
{
    cp_json_array(json, "reasons", CP_JSON_LINES);
    for (uint32_t i = 0; i < element->reason_count; i++) {
        const struct cp_web_reason *reason = &element->reasons[i];

        cp_json_object(json, NULL, CP_JSON_FLAT);
        text_or_null(json, "class", reason->traffic_class);
        cp_json_str(json, "verdict", reason->verdict);
        text_or_null(json, "rule", reason->rule);
        text_or_null(json, "policy", reason->policy);
        text_or_null(json, "reason", reason->reason);
        text_or_null(json, "licence", reason->licence);
        text_or_null(json, "until", reason->until);
        cp_json_close(json);
    }
    cp_json_close(json);
}

void cp_web_element_json(struct cp_json *json, const struct cp_web_element *element)
{
    struct cp_out *out = json->out;
    struct cp_out id = cp_out_make(out->arena);
    cp_text text = {"", 0};

    cp_out_str(&id, element->kind);
    cp_out_char(&id, ':');
    cp_out_text(&id, element->id);
    if (cp_out_done(&id, &text) != CP_OK)
        out->err = CP_ERR_NOMEM;
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_text(json, "id", text);
    cp_json_str(json, "kind", element->kind);
    cp_json_text(json, "name", element->id);
    cp_json_str(json, "verdict", element->verdict);
    cp_json_bool(json, "known", element->known);
    cp_json_bool(json, "seen", element->seen);
    text_or_null(json, "maker", element->maker);
    text_or_null(json, "system", element->system);
    write_texts(json, "ends", element->ends);
    write_reasons(json, element);
    cp_json_close(json);
}

void cp_web_alarm_json(struct cp_json *json, const struct cp_web_alarm *alarm)
{
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_text(json, "id", alarm->id);
    cp_json_text(json, "kind", alarm->kind);
    cp_json_str(json, "severity", alarm->severity);
    text_or_null(json, "object", alarm->object);
    cp_json_text(json, "what", alarm->what);
    cp_web_json_time(json, "since", alarm->since_us);
    cp_web_json_time(json, "acknowledged", alarm->acknowledged_us);
    text_or_null(json, "acknowledged_by", alarm->acknowledged_by);
    cp_json_close(json);
}

/* --- answers to acts -------------------------------------------------------------------------- */

static void write_verdicts(struct cp_json *json, const char *name, struct cp_web_verdicts verdicts)
{
    cp_json_object(json, name, CP_JSON_FLAT);
    cp_json_u64(json, "ok", verdicts.ok);
    cp_json_u64(json, "violation", verdicts.violation);
    cp_json_u64(json, "undecided", verdicts.undecided);
    cp_json_u64(json, "no_path", verdicts.no_path);
    cp_json_close(json);
}

static void write_changes(struct cp_json *json, const char *what, const char *name,
                          const struct cp_web_changes *changes)
{
    cp_json_array(json, name, CP_JSON_LINES);
    for (uint32_t i = 0; i < changes->count; i++) {
        const struct cp_web_change *change = &changes->list[i];

        cp_json_object(json, NULL, CP_JSON_FLAT);
        cp_json_text(json, what, change->id);
        word_or_null(json, "before", change->before);
        word_or_null(json, "after", change->after);
        text_or_null(json, "rule", change->rule);
        text_or_null(json, "reason", change->reason);
        cp_json_close(json);
    }
    cp_json_close(json);
}

static void write_first(struct cp_json *json, const char *name, struct cp_web_texts texts)
{
    if (texts.count > CP_WEB_CHANGES_MAX)
        texts.count = CP_WEB_CHANGES_MAX;
    write_texts(json, name, texts);
}

static void write_outlook(struct cp_json *json, const struct cp_web_outlook *paths)
{
    cp_json_object(json, "paths", CP_JSON_LINES);
    cp_json_u64(json, "carried", paths->carried);
    cp_json_u64(json, "kept", paths->kept);
    cp_json_u64(json, "moving", paths->moving.count);
    cp_json_u64(json, "at_once", paths->at_once);
    cp_json_u64(json, "down", paths->down);
    cp_json_u64(json, "removed", paths->removed);
    cp_json_u64(json, "installed", paths->installed);
    write_first(json, "moving_first", paths->moving);
    cp_json_close(json);
}

static void write_steered(struct cp_json *json, const char *name, uint32_t demands,
                          uint32_t without)
{
    cp_json_object(json, name, CP_JSON_FLAT);
    cp_json_u64(json, "demands", demands);
    cp_json_u64(json, "without_path", without);
    cp_json_close(json);
}

static void write_losses(struct cp_json *json, const struct cp_web_reload *r)
{
    if (!r->planned) {
        cp_json_null(json, "steered");
        return;
    }
    cp_json_object(json, "steered", CP_JSON_LINES);
    cp_json_u64(json, "carried", r->carried);
    write_steered(json, "before", r->steered_before, r->without_before);
    write_steered(json, "after", r->steered_after, r->without_after);
    cp_json_u64(json, "losing", r->losing.count);
    write_first(json, "losing_first", r->losing);
    cp_json_u64(json, "leaving", r->leaving.count);
    write_first(json, "leaving_first", r->leaving);
    write_outlook(json, &r->paths);
    cp_json_object(json, "hold", CP_JSON_FLAT);
    cp_json_bool(json, "begins", r->holds);
    cp_json_bool(json, "stands", r->held);
    cp_json_u64(json, "missed", r->missed.count);
    write_first(json, "missed_first", r->missed);
    cp_json_close(json);
    cp_json_close(json);
}

static void write_files(struct cp_json *json, const struct cp_web_reload *r)
{
    cp_json_array(json, "inputs", CP_JSON_FLAT);
    for (uint32_t i = 0; i < r->file_count; i++)
        cp_json_text(json, NULL, r->files[i].path);
    cp_json_close(json);
    cp_json_array(json, "files", CP_JSON_LINES);
    for (uint32_t i = 0; i < r->file_count; i++) {
        cp_json_object(json, NULL, CP_JSON_FLAT);
        cp_json_text(json, "path", r->files[i].path);
        text_or_null(json, "before", r->files[i].before);
        text_or_null(json, "after", r->files[i].after);
        cp_json_close(json);
    }
    cp_json_close(json);
}

void cp_web_reload_json(struct cp_json *json, const struct cp_web_reload *r)
{
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_bool(json, "dry_run", r->dry_run);
    cp_json_bool(json, "changed", r->changed);
    cp_json_bool(json, "needs_accept_loss", r->needs_accept_loss);
    write_files(json, r);
    write_verdicts(json, "before", r->before);
    write_verdicts(json, "after", r->after);
    cp_json_u64(json, "demands_changed", r->demands.changed);
    cp_json_u64(json, "demands_added", r->demands.added);
    cp_json_u64(json, "demands_gone", r->demands.gone);
    write_changes(json, "demand", "demands", &r->demands);
    cp_json_u64(json, "elements_changed", r->elements.changed);
    cp_json_u64(json, "elements_added", r->elements.added);
    cp_json_u64(json, "elements_gone", r->elements.gone);
    write_changes(json, "element", "elements", &r->elements);
    write_losses(json, r);
    u64_or_null(json, "log_seq", r->log_seq);
    cp_json_close(json);
}

void cp_web_done_json(struct cp_json *json, bool changed, uint64_t log_seq)
{
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_bool(json, "changed", changed);
    u64_or_null(json, "log_seq", log_seq);
    cp_json_close(json);
}

void cp_web_observed_json(struct cp_json *json, const struct cp_web_observed *observed)
{
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_u64(json, "proven", observed->proven);
    cp_json_u64(json, "repeated", observed->repeated);
    cp_json_u64(json, "contradicting", observed->contradicting);
    cp_json_u64(json, "not_placed", observed->not_placed);
    cp_json_close(json);
}
