#include "metrics.h"

#include <string.h>

#include "api.h"
#include "serve/log.h"
#include "sights.h"

/* Names are cleanpath_*, with their unit last; counters end in _total. */

const uint64_t daemon_spans_us[SPAN_COUNT] = {100,   500,   1000,   2500,   5000,    10000,
                                              25000, 50000, 100000, 500000, 1000000, 10000000};

void daemon_span_add(struct daemon_span *span, uint64_t us)
{
    for (uint32_t i = 0; i < SPAN_COUNT; i++)
        span->at_most[i] += us <= daemon_spans_us[i];
    span->count++;
    span->sum_us += us;
}

static void head(struct cp_out *out, const char *name, const char *type, const char *help)
{
    cp_out_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct cp_out *out, const char *name, const char *type, const char *help,
                uint64_t value)
{
    head(out, name, type, help);
    cp_out_format(out, "%s %llu\n", name, (unsigned long long)value);
}

static void seconds(struct cp_out *out, uint64_t us)
{
    cp_out_format(out, "%llu.%06llu", (unsigned long long)(us / 1000000),
                  (unsigned long long)(us % 1000000));
}

static void spans(struct cp_out *out, const char *name, const char *help,
                  const struct daemon_span *span)
{
    head(out, name, "histogram", help);
    for (uint32_t i = 0; i < SPAN_COUNT; i++) {
        cp_out_format(out, "%s_bucket{le=\"", name);
        seconds(out, daemon_spans_us[i]);
        cp_out_format(out, "\"} %llu\n", (unsigned long long)span->at_most[i]);
    }
    cp_out_format(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum ", name,
                  (unsigned long long)span->count, name);
    seconds(out, span->sum_us);
    cp_out_format(out, "\n%s_count %llu\n", name, (unsigned long long)span->count);
}

/* Of labels: backslash, quote and line end are escaped; names hold no others that would break the line. */
static void label(struct cp_out *out, cp_text value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] == '\\' || value.at[i] == '"')
            cp_out_char(out, '\\');
        if (value.at[i] == '\n')
            cp_out_str(out, "\\n");
        else
            cp_out_char(out, value.at[i]);
    }
}

static void write_paths(const struct cp_control_status *c, struct sights_sum seen,
                        struct cp_out *out)
{
    head(out, "cleanpath_paths", "gauge", "Paths (LSPs) by phase.");
    for (uint32_t i = 0; i <= CP_LSP_REMOVING; i++)
        cp_out_format(out, "cleanpath_paths{phase=\"%s\"} %u\n", api_phase_word((cp_lsp_phase)i),
                      c->by_phase[i]);
    one(out, "cleanpath_paths_proven", "gauge", "Paths seen in the data plane.", c->proven);
    one(out, "cleanpath_paths_enforcing", "gauge",
        "Paths whose headend drops what they cannot carry.", c->enforcing);
    one(out, "cleanpath_moves_total", "counter", "Paths moved.", c->moves);
    one(out, "cleanpath_downs_total", "counter", "Paths taken down for want of a clean way.",
        c->downs);
    one(out, "cleanpath_orders_total", "counter", "Orders sent to routers.", c->orders);
    one(out, "cleanpath_plans_refused_total", "counter", "Plans that the checker did not uphold.",
        c->refused_plans);
    one(out, "cleanpath_requests_total", "counter", "Path requests of routers.", c->requests);
    one(out, "cleanpath_requests_without_path_total", "counter", "Path requests that got no path.",
        c->no_paths);
    head(out, "cleanpath_observations_total", "counter",
         "Observations of packets, by what they say of their path.");
    cp_out_format(out,
                  "cleanpath_observations_total{says=\"agrees\"} %llu\n"
                  "cleanpath_observations_total{says=\"contradicts\"} %llu\n"
                  "cleanpath_observations_total{says=\"not-placed\"} %llu\n",
                  (unsigned long long)seen.agreeing, (unsigned long long)seen.contradicting,
                  (unsigned long long)seen.not_placed);
    one(out, "cleanpath_frozen", "gauge",
        "Whether feeds disagree, so that nothing moves for good news.", c->frozen);
    one(out, "cleanpath_held", "gauge", "Whether all is held, by a person or after a mass loss.",
        c->held);
}

static void write_demands(const struct view *v, struct cp_out *out)
{
    static const char *const words[] = {"ok", "violation", "undecided", "no-path"};
    uint64_t counts[CP_COUNT(words)] = {0}, down = 0;

    for (uint32_t i = 0; v->plan != NULL && i < v->net->demand_count; i++) {
        struct cp_web_demand demand;

        if (api_demand(v, i, &demand) != CP_OK)
            continue;
        for (size_t k = 0; k < CP_COUNT(words); k++)
            counts[k] += strcmp(demand.verdict, words[k]) == 0;
        down += demand.down;
    }
    head(out, "cleanpath_demands", "gauge", "Demands by verdict.");
    for (size_t k = 0; k < CP_COUNT(words); k++)
        cp_out_format(out, "cleanpath_demands{verdict=\"%s\"} %llu\n", words[k],
                      (unsigned long long)counts[k]);
    one(out, "cleanpath_demands_down", "gauge", "Sensitive demands without a clean way.", down);
}

static void write_up(struct daemon *d, const char *name, const char *of, bool feeds,
                     struct cp_out *out)
{
    const struct cp_drive_config *c = &d->config->drive;

    for (uint32_t i = 0; i < c->peer_count; i++) {
        if (c->peers[i].kind == (feeds ? CP_PEER_PCEP : CP_PEER_DOCUMENTS))
            continue;
        cp_out_format(out, "%s{%s=\"", name, of);
        label(out, c->peers[i].name);
        cp_out_format(out, "\"} %d\n", strcmp(d->facts[i].state, "up") == 0);
    }
}

static void write_peers(struct daemon *d, struct cp_out *out)
{
    const struct cp_drive_config *c = &d->config->drive;

    head(out, "cleanpath_peer_up", "gauge",
         "Whether a session of PCEP or BGP is up and synchronised.");
    write_up(d, "cleanpath_peer_up", "peer", false, out);
    head(out, "cleanpath_feed_up", "gauge", "Whether a feed is up and its whole table is in.");
    write_up(d, "cleanpath_feed_up", "feed", true, out);
    head(out, "cleanpath_feed_links", "gauge", "Links that a feed describes, each direction one.");
    for (uint32_t i = 0, feed = 0; i < c->peer_count; i++) {
        struct cp_ted_count count;

        if (c->peers[i].kind == CP_PEER_PCEP)
            continue;
        count = cp_ted_count(cp_drive_ted(d->drive), feed++);
        cp_out_str(out, "cleanpath_feed_links{feed=\"");
        label(out, c->peers[i].name);
        cp_out_format(out, "\"} %llu\n", (unsigned long long)count.links);
    }
}

static void write_own(struct daemon *d, struct cp_out *out)
{
    const struct daemon_counts *n = &d->counts;

    head(out, "cleanpath_build_info", "gauge", "The version that runs.");
    cp_out_str(out, "cleanpath_build_info{version=\"" CP_VERSION "\"} 1\n");
    one(out, "cleanpath_received_bytes_total", "counter", "Bytes of protocol messages received.",
        n->bytes_in);
    one(out, "cleanpath_sent_bytes_total", "counter", "Bytes sent to peers.", n->bytes_out);
    one(out, "cleanpath_connections_refused_total", "counter", "Connections of strangers.",
        n->refused_connections);
    one(out, "cleanpath_tls_refused_total", "counter", "Connections that TLS or its lack ended.",
        n->tls_refused);
    one(out, "cleanpath_documents_total", "counter", "Documents of feeds that were read.",
        n->documents);
    one(out, "cleanpath_documents_refused_total", "counter",
        "Documents, or their programs, that failed.", n->documents_refused);
    one(out, "cleanpath_plans_total", "counter", "Plans made.", n->plans);
    one(out, "cleanpath_plans_failed_total", "counter", "Plans that could not be made.",
        n->plans_failed);
    one(out, "cleanpath_reloads_total", "counter", "Reloads of case and policies.", n->reloads);
    one(out, "cleanpath_reloads_refused_total", "counter", "Reloads that were refused.",
        n->reloads_refused);
    one(out, "cleanpath_verdict_changes_total", "counter",
        "Changes of demands' verdicts, recorded one by one or together.", n->verdict_changes);
    one(out, "cleanpath_commits_total", "counter", "Batches kept in the state folder.", n->commits);
    one(out, "cleanpath_log_lines_left_out_total", "counter",
        "Lines that the log's limit left out.", log_left_out());
    one(out, "cleanpath_network_bytes", "gauge", "Memory of what feeds said.",
        cp_ted_bytes(cp_drive_ted(d->drive)));
    one(out, "cleanpath_control_bytes", "gauge", "Memory of what control keeps.",
        cp_control_memory(cp_drive_control(d->drive)));
    spans(out, "cleanpath_reaction_seconds", "From bytes or a document in to the orders out.",
          &d->reaction);
    spans(out, "cleanpath_plan_seconds", "Making a plan and checking it.", &d->planning_time);
    spans(out, "cleanpath_commit_seconds", "Keeping a batch.", &d->commit_time);
}

static void write_alarms(struct daemon *d, struct cp_out *out)
{
    struct api_alarm_sums sums = api_alarm_sums(d);

    head(out, "cleanpath_alarms", "gauge", "Alarms that stand, by severity.");
    cp_out_format(out,
                  "cleanpath_alarms{severity=\"critical\"} %llu\n"
                  "cleanpath_alarms{severity=\"warning\"} %llu\n"
                  "cleanpath_alarms{severity=\"info\"} %llu\n",
                  (unsigned long long)sums.critical, (unsigned long long)sums.warning,
                  (unsigned long long)sums.info);
}

cp_err metrics_write(struct daemon *d, struct cp_out *out)
{
    struct cp_control_status status;
    struct view v;

    CP_TRY(view_open(d, out->arena, &v));
    cp_control_status(v.control, &status);
    write_paths(&status, daemon_sights_sum(d), out);
    write_alarms(d, out);
    write_demands(&v, out);
    write_peers(d, out);
    write_own(d, out);
    return out->err;
}
