#include "roles.h"

#include "base/map.h"

/*
 * Policies and roles to texts: what the system cannot take leaves with a warning, the rest is
 * written by node.
 */

/* The lists that the system can take; of the others a warning. */
static cp_err fit_lists(struct steer_work *work, const struct steer_policy *p,
                        const struct cp_candidate *const **lists, uint32_t *count)
{
    const struct steer_system *system = cp_steer_system(work);
    const struct cp_candidate **kept = CP_TAKE(work->arena, *count, const struct cp_candidate *);
    uint32_t kept_count = 0;

    if (kept == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < *count; i++) {
        const char *fault = system->fault(p, (*lists)[i]);

        if (fault == NULL && (*lists)[i]->segments.count > system->list_max)
            fault = "the list has more segments than the system takes: nothing is written for it";
        if (fault == NULL)
            kept[kept_count++] = (*lists)[i];
        else
            CP_TRY(cp_steer_warn(work, p->demands[0], p->headend, STEER_NOTE, fault));
    }
    *lists = kept;
    *count = kept_count;
    return CP_OK;
}

/* Of the weights' sum some is lost with each list that is. */
static cp_err warn_of_loss(struct steer_work *work, const struct steer_policy *p,
                           bool had_primaries, bool lost)
{
    if (p->primary_count == 0 && p->backup_count > 0 && had_primaries)
        return cp_steer_warn(work, p->demands[0], p->headend, STEER_NOTE,
                             "none of its primaries can be written: its traffic takes the backup");
    if (p->primary_count > 0 && lost)
        return cp_steer_warn(work, p->demands[0], p->headend, STEER_NOTE,
                             "one of its primaries cannot be written: the others take its share");
    return CP_OK;
}

/* Two routers with one address: nobody can say which of them a packet to it reaches. */
static cp_err find_shared(struct steer_work *work)
{
    uint32_t nodes = work->answer->net->graph.node_count;
    struct cp_steer_address *of = CP_TAKE(work->arena, nodes, struct cp_steer_address);
    uint8_t *shared = CP_TAKE(work->arena, nodes, uint8_t);
    struct cp_map *first = NULL;

    if (of == NULL || shared == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(work->arena, &first));
    for (uint32_t n = 0; n < nodes; n++) {
        cp_text key = {0};
        cp_err added = CP_OK;

        of[n] = cp_steer_address_of(work, n);
        if (of[n].family == 0)
            continue;
        key = (cp_text){(const char *)of[n].bytes, of[n].family == 6 ? 16 : 4};
        added = cp_map_add(first, key, n);
        if (added == CP_ERR_DUPLICATE)
            shared[n] = shared[cp_map_find(first, key)] = 1;
        else
            CP_TRY(added);
    }
    work->shared = shared;
    return CP_OK;
}

/*
 * What has no list is stopped where that can be; what has some that the system does not take is
 * not its business.
 */
static cp_err fit(struct steer_work *work, struct steer_policy *p, bool *written)
{
    const struct steer_system *system = cp_steer_system(work);
    uint32_t primaries = p->primary_count;
    bool stops = system->stops && !p->ordinary && p->primary_count + p->backup_count == 0;
    steer_weight lost = p->ordinary ? STEER_NOTE : STEER_LEAK;

    if (p->to.family == 0) {
        *written = false;
        return cp_steer_warn(work, p->demands[0], p->endpoint, lost,
                             "no loopback address is stated for the endpoint: nothing is written, "
                             "and its traffic takes the ordinary route");
    }
    if (work->shared[p->endpoint] != 0) {
        *written = false;
        return cp_steer_warn(work, p->demands[0], p->endpoint, lost,
                             "the endpoint's loopback address is stated for another router too: "
                             "nothing is written, and its traffic takes the ordinary route");
    }
    CP_TRY(fit_lists(work, p, &p->primaries, &p->primary_count));
    CP_TRY(fit_lists(work, p, &p->backups, &p->backup_count));
    CP_TRY(warn_of_loss(work, p, primaries > 0, p->primary_count < primaries));
    *written = stops || p->primary_count + p->backup_count > 0;
    if (p->primary_count + p->backup_count > 0)
        return CP_OK;
    if (stops)
        return cp_steer_warn(work, p->demands[0], p->headend, STEER_NOTE,
                             "no list can be written: its traffic is stopped");
    return cp_steer_warn(work, p->demands[0], p->headend, lost,
                         "no list can be written: its traffic takes the ordinary route");
}

static cp_err fit_all(struct steer_work *work, struct steer_plan *plan)
{
    struct steer_policy *kept = CP_TAKE(work->arena, plan->count, struct steer_policy);
    uint32_t count = 0;

    if (kept == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < plan->count; i++) {
        bool written = false;

        kept[count] = plan->policies[i];
        CP_TRY(fit(work, &kept[count], &written));
        count += written ? 1 : 0;
    }
    *plan = (struct steer_plan){kept, count};
    return CP_OK;
}

static cp_err warn_of_system(struct steer_writer *w)
{
    const struct cp_system_ends *ends = cp_system_ends_get(w->work->request->system);

    if (!cp_steer_has_sensitive(w) || ends->leak == NULL)
        return CP_OK;
    return cp_steer_warn_once(w->work, STEER_SAID_ENDS, STEER_LEAK, ends->leak);
}

static uint32_t most_segments(const struct steer_writer *w)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < w->count; i++) {
        const struct steer_policy *p = &w->policies[i];

        for (uint32_t k = 0; k < p->primary_count + p->backup_count; k++) {
            const struct cp_candidate *c =
                k < p->primary_count ? p->primaries[k] : p->backups[k - p->primary_count];

            most = c->segments.count > most ? c->segments.count : most;
        }
    }
    return most;
}

/*
 * SRv6: an outer header of 40 bytes, 8 of the routing header, 16 a segment (RFC 8754 2); Linux
 * adds one segment.
 */
static void say_size(struct cp_out *out, uint32_t segments)
{
    cp_out_format(out,
                  "SRv6 makes packets up to %u bytes longer: links of the paths must carry %u for "
                  "packets of 1500, else these vanish without a word",
                  48 + 16 * segments, 1548 + 16 * segments);
}

static void remark_size(struct steer_writer *w)
{
    uint32_t segments = most_segments(w);

    if (!cp_steer_has_plane(w, CP_PLANE_SRV6))
        return;
    segments += w->work->request->system == CP_SYSTEM_LINUX ? 1 : 0;
    if (segments > w->work->segments_most)
        w->work->segments_most = segments;
    say_size(cp_steer_remark(w), segments);
    cp_out_char(&w->out, '\n');
}

static cp_err warn_of_size(struct steer_work *work)
{
    struct cp_out sentence = cp_out_make(work->arena);

    if (work->segments_most == 0)
        return CP_OK;
    say_size(&sentence, work->segments_most);
    CP_TRY(cp_steer_warn(work, CP_NONE, CP_NONE, STEER_NOTE, ""));
    return cp_out_done(&sentence, &work->warnings[work->warning_count - 1].sentence);
}

/*
 * A link whose port here is not known is left to the operator.  Uncoloured, an including design
 * leaves it out.
 */
static cp_err warn_of_ports(struct steer_writer *w, const struct steer_role *role)
{
    bool includes = cp_steer_design(w, role)->kind == CP_FLEXALGO_INCLUDE;
    bool unknown = false;

    for (uint32_t i = 0; i < role->link_count; i++) {
        uint32_t link = w->work->answer->net->case_link[role->links[i]];

        if (cp_steer_port(w, role->links[i]).len > 0)
            continue;
        unknown = true;
        cp_out_str(cp_steer_remark(w), "to be coloured ");
        cp_steer_affinity(w, role);
        cp_out_str(&w->out, " by you, as its port here is not known: link ");
        cp_steer_quote(&w->out, w->work->net->links[link].id);
        cp_out_char(&w->out, '\n');
    }
    if (!unknown)
        return CP_OK;
    if (includes)
        return cp_steer_warn_once(
            w->work, STEER_SAID_PORTS, STEER_NOTE,
            "links whose ports are not stated, or are no plain words, are not "
            "coloured, so that Flex-Algo does not use them: the files name them");
    return cp_steer_warn_once(w->work, STEER_SAID_PORTS, STEER_LEAK,
                              "links whose ports are not stated, or are no plain words, are not "
                              "coloured, so that Flex-Algo may use them: the files name them");
}

static cp_err write_roles(struct steer_writer *w)
{
    for (uint32_t i = 0; i < w->role_count; i++) {
        const struct steer_role *role = &w->roles[i];

        cp_out_format(
            cp_steer_remark(w),
            "Flex-Algo %u: the router's prefix SIDs or locator of the algorithm are to be "
            "stated beside this\n",
            cp_steer_design(w, role)->algorithm);
        CP_TRY(warn_of_ports(w, role));
        CP_TRY(cp_steer_system(w->work)->design(w, role));
    }
    return CP_OK;
}

static cp_err write_node(struct steer_writer *w, cp_text *text)
{
    cp_steer_head(w);
    CP_TRY(warn_of_system(w));
    remark_size(w);
    if (w->count > 0)
        CP_TRY(cp_steer_system(w->work)->policies(w));
    CP_TRY(write_roles(w));
    return cp_out_done(&w->out, text);
}

static cp_err write_all(struct steer_work *work, const struct steer_plan *plan,
                        const struct steer_roles *roles, struct cp_steer *out)
{
    uint32_t nodes = work->answer->net->graph.node_count;
    struct cp_steer_output *outputs = NULL;
    uint32_t cap = 0;
    uint32_t p = 0;

    *out = (struct cp_steer){0};
    for (uint32_t n = 0; n < nodes; n++) {
        struct steer_writer w = {.work = work,
                                 .out = cp_out_make(work->arena),
                                 .node = n,
                                 .policies = plan->policies + p,
                                 .roles = roles->at + roles->first[n],
                                 .role_count = roles->first[n + 1] - roles->first[n]};

        while (p < plan->count && plan->policies[p].headend == n)
            p++;
        w.count = (uint32_t)(plan->policies + p - w.policies);
        if (w.count == 0 && w.role_count == 0)
            continue;
        CP_TRY(cp_arena_grow(work->arena, (void **)&outputs, out->output_count, &cap,
                             sizeof(*outputs)));
        outputs[out->output_count].node = n;
        CP_TRY(write_node(&w, &outputs[out->output_count].text));
        out->output_count++;
    }
    out->outputs = outputs;
    return CP_OK;
}

static bool is_instance(const struct cp_steer_request *request)
{
    bool number = true;

    for (size_t i = 0; i < request->isis.len; i++)
        number = number && request->isis.at[i] >= '0' && request->isis.at[i] <= '9';
    return request->isis.len == 0 ||
           (cp_steer_is_word(request->isis, "_-", 32) &&
            (request->system != CP_SYSTEM_SR_OS || (number && request->isis.len <= 3)));
}

cp_err cp_steer_make(const struct cp_route_answer *answer, const struct cp_steer_request *request,
                     struct cp_arena *arena, struct cp_steer *out)
{
    struct steer_work work = {
        .answer = answer, .request = request, .net = answer->judge->net, .arena = arena};
    struct steer_plan plan = {0};
    struct steer_roles roles = {0};

    if (!is_instance(request))
        return CP_ERR_MALFORMED;
    CP_TRY(find_shared(&work));
    CP_TRY(cp_steer_plan_make(&work, &plan));
    CP_TRY(fit_all(&work, &plan));
    CP_TRY(cp_steer_warn_of_shares(&work, &plan));
    CP_TRY(cp_steer_roles_make(&work, &roles));
    CP_TRY(write_all(&work, &plan, &roles, out));
    CP_TRY(warn_of_size(&work));
    out->warnings = work.warnings;
    out->warning_count = work.warning_count;
    return CP_OK;
}
