#include <string.h>

#include "alarms.h"
#include "api.h"
#include "base/json_in.h"
#include "licences.h"

/*
 * Alarms that stand: those of control, those of the network as feeds tell it, licences that end soon, one of the day,
 * and one of files that were refused.
 * How many a feed brings about is its own to say: the worst of them are told one by one, the rest is counted.
 */

enum { CUT_SHOWN = 10, SEVERITIES = 3 };

static const char *const severities[SEVERITIES] = {"critical", "warning", "info"};

struct severity {
    const char *kind, *severity;
};

static const char *severity_of(cp_text kind)
{
    static const struct severity table[] = {
        {"down", "critical"},         {"seen", "critical"},     {"astray", "critical"},
        {"plan-refused", "critical"}, {"hold", "critical"},     {"frozen", "critical"},
        {"disagree", "critical"},     {"identity", "critical"}, {"broken", "critical"},
        {"half-link", "info"},        {"new-day", "critical"},  {"delegated-dirty", "critical"}};

    for (size_t i = 0; i < CP_COUNT(table); i++)
        if (cp_text_is(kind, table[i].kind))
            return table[i].severity;
    return "warning";
}

const char *api_alarm_severity(cp_text id)
{
    return severity_of(cp_text_sub(id, 0, cp_text_find(id, '/', 0)));
}

static cp_err add_doubt(const struct view *v, const struct cp_ted_doubt *doubt, cp_text *what)
{
    struct cp_out out = cp_out_make(v->arena);

    cp_out_text(&out, *what);
    cp_out_str(&out, "; feeds disagree about ");
    cp_out_text(&out, doubt->subject);
    cp_out_str(&out, ", over which there may be a way: ");
    cp_out_text(&out, doubt->said);
    return cp_out_done(&out, what);
}

static cp_err add_cut(const struct view *v, const struct cp_blocking *blocking, cp_text *what)
{
    struct cp_out out = cp_out_make(v->arena);
    struct cp_web_texts cut;

    if (blocking == NULL)
        return CP_OK;
    CP_TRY(api_cut(v, blocking, &cut));
    cp_out_text(&out, *what);
    if (blocking->why == CP_BLOCKED_ANYWAY)
        cp_out_str(&out, "; the network has no way at all");
    for (uint32_t i = 0; i < cut.count && i < CUT_SHOWN; i++) {
        const struct cp_blocker *b = &blocking->smallest[i];

        cp_out_str(&out, i == 0 ? "; blocked by " : ", ");
        cp_out_text(&out, cut.list[i]);
        if (b->rule_count == 0)
            continue;
        cp_out_str(&out, " (rule ");
        cp_out_text(&out, cp_plan_judge(v->plan)->rules[b->rules[0]].id);
        cp_out_char(&out, ')');
    }
    if (cut.count > CUT_SHOWN)
        cp_out_format(&out, " and %u more", cut.count - CUT_SHOWN);
    return cp_out_done(&out, what);
}

/* By the plan in force, of what was lost since the one before, too: what blocks it, and what may help. */
static cp_err add_hindrance(const struct view *v, cp_text key, cp_text *what)
{
    uint32_t at = v->plan == NULL ? CP_NONE : cp_plan_find(v->plan, key);
    const struct cp_plan_lsp *lsp = at == CP_NONE ? NULL : cp_plan_lsp(v->plan, at);

    if (lsp == NULL)
        return CP_OK;
    if (lsp->doubt == NULL || (lsp->blocking != NULL && lsp->blocking->why != CP_BLOCKED_ANYWAY))
        CP_TRY(add_cut(v, lsp->blocking, what));
    return lsp->doubt == NULL ? CP_OK : add_doubt(v, lsp->doubt, what);
}

cp_text api_alarm_what(cp_text document, struct cp_arena *arena)
{
    const struct cp_json_value *root;
    struct cp_out out = cp_out_make(arena);
    cp_text why, until, what;

    if (cp_json_in_document(document, CP_PLACE_NO_FILE, arena, &root, NULL) != CP_OK)
        return document;
    why = cp_json_member_text(root, cp_json_member(root, "why") != NULL ? "why" : "reason");
    until = cp_json_member_text(root, "waits-until");
    if (why.len == 0)
        return document;
    cp_out_text(&out, why);
    if (until.len > 0) {
        cp_out_str(&out, ": ");
        cp_out_text(&out, until);
    }
    return cp_out_done(&out, &what) == CP_OK ? what : why;
}

static cp_err of_control(const struct view *v, const struct cp_control_alarm *alarm,
                         struct cp_web_alarm *out)
{
    size_t slash = cp_text_find(alarm->id, '/', 0);

    *out = (struct cp_web_alarm){.id = alarm->id,
                                 .kind = cp_text_sub(alarm->id, 0, slash),
                                 .object = cp_text_sub(alarm->id, slash + 1, alarm->id.len),
                                 .what = api_alarm_what(alarm->document, v->arena),
                                 .since_us = alarm->since_us};
    out->severity = severity_of(out->kind);
    return cp_text_is(out->kind, "down") ? add_hindrance(v, out->object, &out->what) : CP_OK;
}

/* The name of the feed of this number. */
static cp_text feed_name(const struct daemon *d, uint32_t feed)
{
    const struct cp_drive_config *c = &d->config->drive;

    for (uint32_t i = 0; i < c->peer_count; i++)
        if (c->peers[i].kind != CP_PEER_PCEP && feed-- == 0)
            return c->peers[i].name;
    return CP_TEXT("");
}

static const char *const ted_kinds[] = {[CP_TED_ALARM_FEED_LOST] = "feed-lost",
                                        [CP_TED_ALARM_FEED_STALE] = "feed-stale",
                                        [CP_TED_ALARM_DISAGREE] = "disagree",
                                        [CP_TED_ALARM_IDENTITY] = "identity",
                                        [CP_TED_ALARM_UNKNOWN_NODE] = "unknown-node",
                                        [CP_TED_ALARM_UNKNOWN_LINK] = "unknown-link",
                                        [CP_TED_ALARM_HALF_LINK] = "half-link",
                                        [CP_TED_ALARM_SID] = "sid",
                                        [CP_TED_ALARM_NOT_UNDERSTOOD] = "not-understood",
                                        [CP_TED_ALARM_OVERLOAD] = "overload"};

static cp_err of_ted(const struct daemon *d, const struct cp_ted_alarm *alarm,
                     struct cp_arena *arena, struct cp_web_alarm *out)
{
    struct cp_out id = cp_out_make(arena), what = cp_out_make(arena);
    cp_text feed = alarm->feed != CP_NONE ? feed_name(d, alarm->feed) : CP_TEXT("");

    cp_out_str(&id, ted_kinds[alarm->kind]);
    if (feed.len > 0) {
        cp_out_char(&id, '/');
        cp_out_text(&id, feed);
    }
    if (alarm->subject.len > 0 && !cp_text_eq(alarm->subject, feed)) {
        cp_out_char(&id, '/');
        cp_out_text(&id, alarm->subject);
    }
    cp_out_str(&what, alarm->why != NULL ? alarm->why : ted_kinds[alarm->kind]);
    if (alarm->count > 1)
        cp_out_format(&what, " (%u times)", alarm->count);
    if (alarm->said.len > 0) {
        cp_out_str(&what, ": ");
        cp_out_text(&what, alarm->said);
    }
    *out = (struct cp_web_alarm){.kind = cp_text_of(ted_kinds[alarm->kind]),
                                 .object = alarm->subject.len > 0 ? alarm->subject : feed,
                                 .since_us = alarm->since_us};
    out->severity = severity_of(out->kind);
    CP_TRY(cp_out_done(&id, &out->id));
    return cp_out_done(&what, &out->what);
}

static void acknowledge(const struct view *v, struct cp_web_alarm *alarm)
{
    const struct cp_json_value *document;
    cp_text text;
    bool found = false;

    if (cp_store_get(v->d->store, "acknowledged", alarm->id, v->arena, &text, &found) !=
            CP_STORE_OK ||
        !found || cp_json_in_document(text, 0, v->arena, &document, NULL) != CP_OK)
        return;
    (void)cp_json_u64_of(cp_json_member(document, "at"), &alarm->acknowledged_us);
    alarm->acknowledged_by = cp_json_member_text(document, "by");
    if (alarm->acknowledged_us < alarm->since_us) { /* of one that ended */
        alarm->acknowledged_us = 0;
        alarm->acknowledged_by = CP_TEXT("");
    }
}

/* A day that came while other files lie about, or that could not come; false: all is well. */
static bool of_day(const struct daemon *d, struct cp_web_alarm *out)
{
    static const char *const whys[] = {
        [DAY_IN_MEMORY] = "the files are not those in force, or do not hold: those in force are "
                          "judged as of today, and the others wait for a reload",
        [DAY_NOT_WHOLE] =
            "the files are not those in force, or do not hold, and facts have expired "
            "since: what they filled in is as it was till a reload",
        [DAY_REFUSED] = "a new day has come, and its rules could not be put in force: those of the "
                        "day before hold"};
    cp_text kind = d->day == DAY_IN_MEMORY ? CP_TEXT("other-files") : CP_TEXT("new-day");

    if (d->day == DAY_FINE)
        return false;
    *out = (struct cp_web_alarm){.id = kind,
                                 .kind = kind,
                                 .object = CP_TEXT(""),
                                 .severity = severity_of(kind),
                                 .what = cp_text_of(whys[d->day]),
                                 .since_us = d->day_us};
    return true;
}

/* Files that changed and were refused; false: none are. */
static bool of_refusal(const struct daemon *d, struct cp_web_alarm *out)
{
    cp_text kind = CP_TEXT("reload-refused");

    if (d->refused_us == 0)
        return false;
    *out = (struct cp_web_alarm){.id = kind,
                                 .kind = kind,
                                 .object = CP_TEXT(""),
                                 .severity = severity_of(kind),
                                 .what = cp_text_of(d->refused_why),
                                 .since_us = d->refused_us};
    return true;
}

/* Of each severity how many there are, and the first of them. */
struct sorted {
    uint32_t count[SEVERITIES];
    uint32_t first[SEVERITIES][ALARMS_OF_NETWORK_MAX];
};

static size_t rank_of(cp_text kind)
{
    const char *severity = severity_of(kind);
    size_t rank = 0;

    while (rank < SEVERITIES - 1 && strcmp(severities[rank], severity) != 0)
        rank++;
    return rank;
}

static void sort(const struct cp_ted_alarm *alarms, uint32_t count, struct sorted *out)
{
    size_t ranks[CP_COUNT(ted_kinds)];

    for (size_t kind = 0; kind < CP_COUNT(ted_kinds); kind++)
        ranks[kind] = rank_of(cp_text_of(ted_kinds[kind]));
    memset(out->count, 0, sizeof out->count);
    for (uint32_t i = 0; i < count; i++) {
        size_t rank = ranks[alarms[i].kind];

        if (out->count[rank]++ < ALARMS_OF_NETWORK_MAX)
            out->first[rank][out->count[rank] - 1] = i;
    }
}

static cp_err of_rest(const struct daemon *d, const uint32_t *left, struct cp_arena *arena,
                      struct cp_web_alarm *alarm)
{
    struct cp_out what = cp_out_make(arena);
    cp_text kind = CP_TEXT("more-alarms");

    cp_out_str(&what, "of the network more alarms stand than are told one by one:");
    for (size_t rank = 0, shown = 0; rank < SEVERITIES; rank++)
        if (left[rank] > 0)
            cp_out_format(&what, "%s %u %s", shown++ > 0 ? "," : "", left[rank], severities[rank]);
    *alarm = (struct cp_web_alarm){.id = kind,
                                   .kind = kind,
                                   .object = CP_TEXT(""),
                                   .severity = severity_of(kind),
                                   .since_us = d->more_us};
    return cp_out_done(&what, &alarm->what);
}

cp_err api_worst_alarms(struct daemon *d, const struct cp_ted_alarm *alarms, uint32_t total,
                        struct cp_arena *arena, struct cp_web_alarm *out, uint32_t *count)
{
    struct sorted *sorted = CP_TAKE(arena, 1, struct sorted);
    uint32_t left[SEVERITIES];

    *count = 0;
    if (sorted == NULL)
        return CP_ERR_NOMEM;
    sort(alarms, total, sorted);
    for (size_t rank = 0; rank < SEVERITIES; rank++) {
        for (left[rank] = sorted->count[rank]; left[rank] > 0 && *count < ALARMS_OF_NETWORK_MAX;
             left[rank]--) {
            uint32_t at = sorted->first[rank][sorted->count[rank] - left[rank]];

            CP_TRY(of_ted(d, &alarms[at], arena, &out[(*count)++]));
        }
    }
    if (total == *count)
        d->more_us = 0;
    else if (d->more_us == 0)
        d->more_us = daemon_now_us(d);
    return total == *count ? CP_OK : of_rest(d, left, arena, &out[(*count)++]);
}

cp_err api_ted_alarms(struct daemon *d, struct cp_arena *arena, struct cp_web_alarm **out,
                      uint32_t *count)
{
    const struct cp_ted_alarm *alarms;
    uint32_t licences = daemon_licences_most(d);
    uint32_t total = cp_ted_alarms(cp_drive_ted(d->drive), daemon_now_us(d), &alarms);

    *out = CP_TAKE(arena, (size_t)ALARMS_OF_NETWORK_MAX + 1 + licences + 2, struct cp_web_alarm);
    if (*out == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(api_worst_alarms(d, alarms, total, arena, *out, count));
    for (licences = daemon_licences_alarms(d, &(*out)[*count]); licences > 0; licences--, ++*count)
        (*out)[*count].severity = severity_of((*out)[*count].kind);
    *count += of_day(d, &(*out)[*count]);
    *count += of_refusal(d, &(*out)[*count]);
    return CP_OK;
}

cp_err api_alarms(const struct view *v, const struct cp_web_alarm **out, uint32_t *count)
{
    const struct cp_control_alarm *controls;
    uint32_t control_count = cp_control_alarms(v->control, &controls), ted_count;
    struct cp_web_alarm *teds, *list;

    CP_TRY(api_ted_alarms(v->d, v->arena, &teds, &ted_count));
    *count = control_count + ted_count;
    list = CP_TAKE(v->arena, *count, struct cp_web_alarm);
    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < control_count; i++)
        CP_TRY(of_control(v, &controls[i], &list[i]));
    for (uint32_t i = 0; i < ted_count; i++)
        list[control_count + i] = teds[i];
    for (uint32_t i = 0; i < *count; i++) {
        list[i].since_us = daemon_alarms_since(v->d, list[i].id, list[i].since_us);
        acknowledge(v, &list[i]);
    }
    *out = list;
    return CP_OK;
}

static void add(struct api_alarm_sums *sums, cp_text kind, uint32_t count)
{
    const char *severity = severity_of(kind);

    sums->critical += strcmp(severity, "critical") == 0 ? count : 0;
    sums->warning += strcmp(severity, "warning") == 0 ? count : 0;
    sums->info += strcmp(severity, "info") == 0 ? count : 0;
}

struct api_alarm_sums api_alarm_sums(struct daemon *d)
{
    struct api_alarm_sums sums = {0};
    struct cp_web_alarm day, refusal;
    const struct cp_control_alarm *controls;
    const struct cp_ted_alarm *teds;
    uint32_t control_count = cp_control_alarms(cp_drive_control(d->drive), &controls);
    uint32_t ted_count = cp_ted_alarms(cp_drive_ted(d->drive), daemon_now_us(d), &teds);
    uint32_t by_kind[CP_COUNT(ted_kinds)] = {0};

    for (uint32_t i = 0; i < control_count; i++)
        add(&sums, cp_text_sub(controls[i].id, 0, cp_text_find(controls[i].id, '/', 0)), 1);
    for (uint32_t i = 0; i < ted_count; i++)
        by_kind[teds[i].kind]++;
    for (size_t kind = 0; kind < CP_COUNT(ted_kinds); kind++)
        add(&sums, cp_text_of(ted_kinds[kind]), by_kind[kind]);
    add(&sums, CP_TEXT("licence"), daemon_licences_alarms(d, NULL));
    if (of_day(d, &day))
        add(&sums, day.kind, 1);
    if (of_refusal(d, &refusal))
        add(&sums, refusal.kind, 1);
    return sums;
}
