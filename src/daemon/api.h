#pragma once

#include "daemon.h"
#include "drive/verdict.h"
#include "web/documents.h"
#include "web/web.h"

/** What the API says (docs/api/openapi.yaml), from control, the ted and the plan that is in force. */

/** Opens the socket, where the configuration names one, and what runs it. */
cp_exit api_open(struct daemon *d);
void api_close(struct daemon *d);
/** The log has new entries. */
void api_log_head(struct daemon *d, uint64_t seq);

/** Answers an act that was to be answered later; ticket 0: nobody waits. */
void api_settle(struct daemon *d, uint64_t ticket, cp_web_result result, cp_text json,
                const struct cp_web_problem *problem);
void api_is_due(uv_timer_t *timer);

/* --- a request's scratch (api_things.c, api_paths.c) ------------------------------------------------------------ */

struct view {
    struct daemon *d;
    struct cp_arena *arena;
    const struct cp_control *control;
    const struct cp_plan *plan; /* NULL: none yet */
    const struct cp_case *net;  /* of the plan's view; NULL */
    struct cp_drive_verdicts verdicts;
};
CP_MUST_USE cp_err view_open(struct daemon *d, struct cp_arena *arena, struct view *out);

/** A page of things by kind and id: those with the least ids behind `after`. */
struct chosen {
    uint32_t kind, at;
    cp_text id;
};
struct page {
    struct chosen *list; /* [limit + 1] */
    uint32_t count, limit;
    struct chosen after;
};
CP_MUST_USE cp_err page_open(struct page *page, uint32_t limit, struct cp_arena *arena);
void page_offer(struct page *page, uint32_t kind, cp_text id, uint32_t at);

/** "node:ID", "link:ID" of the least that would have to be otherwise. */
CP_MUST_USE cp_err api_cut(const struct view *v, const struct cp_blocking *blocking,
                           struct cp_web_texts *out);
CP_MUST_USE cp_err api_demand(const struct view *v, uint32_t demand, struct cp_web_demand *out);
CP_MUST_USE cp_err api_path(const struct view *v, uint32_t lsp, struct cp_web_path *out);
/** Of control's LSPs that routers delegate and nobody listed: their id is that of their alarm. */
CP_MUST_USE cp_err api_given(const struct view *v, uint32_t at, struct cp_web_path *out);
CP_MUST_USE cp_err api_given_id(const struct view *v, const struct cp_control_given *given,
                                cp_text *out);
/** A node's id; where none is known its router's name. */
cp_text api_given_headend(const struct view *v, const struct cp_control_given *given);
CP_MUST_USE cp_err api_element(const struct view *v, cp_object_kind kind, uint32_t object,
                               struct cp_web_element *out);
/** Worst of all transit rules, unknown as each has it. */
cp_trust api_trust(const struct view *v, cp_object_kind kind, uint32_t object);
const char *api_trust_word(cp_trust trust);
const char *api_phase_word(cp_lsp_phase phase);

/** Ids that are gathered, and then in their order, each once. */
struct api_ids {
    cp_text *list; /* [count] */
    uint32_t count, cap;
    struct cp_arena *arena;
};
CP_MUST_USE cp_err api_ids_add(struct api_ids *ids, cp_text id);
struct cp_web_texts api_ids_settle(struct api_ids *ids);

/* api_kept.c: of a path that is held to although a part of it is gone.  There is a plan, and it has the path. */
/** In the place of nodes that its hops do not tell any more: those that it was ordered over, where that is sure. */
CP_MUST_USE cp_err api_kept_nodes(const struct view *v, const struct cp_control_lsp *lsp,
                                  struct cp_web_texts *nodes);
/** The nodes that it touched when all of it was known. */
CP_MUST_USE cp_err api_kept_add(const struct cp_control_lsp *lsp, struct api_ids *ids);
/** touches [count]: of the plan's graph, those that are gone since; and of what is kept, what the network does not have. */
CP_MUST_USE cp_err api_gone(const struct view *v, const uint32_t *touches, uint32_t count,
                            cp_text touched, struct cp_web_texts *out);

/* api_ways.c: which nodes packets may meet, and which they were seen at. */
CP_MUST_USE cp_err api_ways(const struct view *v, const struct cp_control_lsp *lsp,
                            struct cp_web_path *out);
/** The nodes among elements of the plan's graph, by id. */
CP_MUST_USE cp_err api_touched(const struct view *v, const uint32_t *touches, uint32_t count,
                               struct cp_web_texts *out);
CP_MUST_USE cp_err api_demand_ways(const struct view *v, uint32_t demand,
                                   struct cp_web_demand *out);

/* api_acts.c; user: the daemon */
cp_web_result api_act(void *user, const struct cp_web_act *act, struct cp_json *json,
                      struct cp_web_problem *problem);

/* api_alarms.c */
/** "critical", "warning" or "info". */
const char *api_alarm_severity(cp_text id);
/** What an alarm of control tells, in words. */
cp_text api_alarm_what(cp_text document, struct cp_arena *arena);
CP_MUST_USE cp_err api_alarms(const struct view *v, const struct cp_web_alarm **out,
                              uint32_t *count);
/**
 * The worst of the network's, at most ALARMS_OF_NETWORK_MAX, of like ones those that the ted has first; where there are
 * more, "more-alarms", which counts the rest, too.  Cost: O(total).
 *
 * out  [ALARMS_OF_NETWORK_MAX + 1]
 */
CP_MUST_USE cp_err api_worst_alarms(struct daemon *d, const struct cp_ted_alarm *alarms,
                                    uint32_t total, struct cp_arena *arena,
                                    struct cp_web_alarm *out, uint32_t *count);
/** These, those of licences that end soon, and one of the day, without whether anybody acknowledged them. */
CP_MUST_USE cp_err api_ted_alarms(struct daemon *d, struct cp_arena *arena,
                                  struct cp_web_alarm **out, uint32_t *count);
/** Those that stand, by severity.  Cost: O(alarms). */
struct api_alarm_sums {
    uint64_t critical, warning, info;
};
struct api_alarm_sums api_alarm_sums(struct daemon *d);

/* api_status.c */
void api_feed(struct daemon *d, uint32_t peer, uint32_t feed, struct cp_web_feed *out);
void api_peer(struct daemon *d, uint32_t peer, struct cp_web_peer *out);
CP_MUST_USE cp_err api_status(const struct view *v, struct cp_json *json);
/** Writes who a caller is: "root", a name, or a number. */
cp_text api_who(const struct cp_web_caller *caller, struct cp_arena *arena);
