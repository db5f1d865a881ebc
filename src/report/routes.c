#include "report/routes.h"

#include "base/address.h"
#include "report/words.h"

/* The words and sums that both forms of the answer share. */

bool cp_routes_is_asked(const struct cp_route_result *result)
{
    return result->covered || result->candidate_count > 0 || result->blocking != NULL;
}

uint32_t cp_routes_survived(const struct cp_judge *judge)
{
    uint32_t kinds = 0;

    for (uint32_t t = 0; t < judge->treatment_count; t++)
        for (uint32_t i = 0; i < judge->treatments[t].class_count; i++)
            kinds |= judge->treatments[t].classes[i]->survive;
    return kinds;
}

struct cp_routes_summary cp_routes_summarize(const struct cp_route_answer *answer)
{
    struct cp_routes_summary sums = {0};
    for (uint32_t d = 0; d < answer->judge->net->demand_count; d++) {
        const struct cp_route_result *result = &answer->results[d];

        sums.uncovered += !result->covered;
        if (!cp_routes_is_asked(result))
            continue;
        sums.routed += result->status == CP_ROUTED;
        sums.partial += result->status == CP_PARTIAL;
        sums.no_path += result->status == CP_NO_WAY;
    }
    sums.does_not_survive = answer->capacity != NULL && answer->capacity->any_capacity &&
                            !answer->capacity->fits_failed &&
                            cp_routes_survived(answer->judge) != 0;
    return sums;
}

int cp_routes_exit_code(const struct cp_routes_summary *summary)
{
    if (summary->no_path > 0)
        return 1;
    return summary->partial > 0 || summary->does_not_survive ? 2 : 0;
}

const char *cp_words_route_status(cp_route_status status)
{
    static const char *const words[] = {
        [CP_ROUTED] = "routed", [CP_PARTIAL] = "partial", [CP_NO_WAY] = "no-path"};

    CP_ASSERT(status < CP_COUNT(words));
    return words[status];
}

const char *cp_words_role(cp_path_role role)
{
    return role == CP_ROLE_PRIMARY ? "primary" : "backup";
}

const char *cp_words_lack(uint32_t bit)
{
    switch (bit) {
    case CP_LACKS_BACKUP:
        return "backup";
    case CP_LACKS_DISJOINT:
        return "disjointness";
    case CP_LACKS_DEPTH:
        return "headend-depth";
    case CP_LACKS_CAPACITY:
        return "capacity";
    case CP_LACKS_BACKUP_DEPTH:
        return "headend-depth-of-backup";
    case CP_LACKS_WAY_BACK:
        return "way-back";
    case CP_LACKS_CERTAINTY:
        return "certainty";
    default:
        return "something-else";
    }
}

const char *cp_words_wish(uint32_t bit)
{
    switch (bit) {
    case CP_WISH_HOPS:
        return "max_hops";
    case CP_WISH_DELAY:
        return "max_delay_us";
    case CP_WISH_AVOID:
        return "avoid";
    case CP_WISH_REQUIRE:
        return "require";
    default:
        CP_ASSERT(bit == CP_WISH_METRIC);
        return "metric";
    }
}

cp_text cp_routes_node(const struct cp_route_answer *answer, uint32_t node)
{
    CP_ASSERT(node < answer->net->graph.node_count);
    return cp_words_element(answer->judge->net, CP_OBJECT_NODE, answer->net->case_node[node]);
}

cp_text cp_routes_link(const struct cp_route_answer *answer, uint32_t link)
{
    CP_ASSERT(link < answer->net->graph.link_count);
    return cp_words_element(answer->judge->net, CP_OBJECT_LINK, answer->net->case_link[link]);
}

void cp_phrase_sid(struct cp_out *out, const struct cp_sid *sid)
{
    if (sid->plane == CP_PLANE_SRV6)
        cp_out_ipv6(out, sid->srv6);
    else
        cp_out_u64(out, sid->label);
}

/* The request lists them as cp_route_open does: elements of the kinds asked, in the order of elements. */
struct cp_failure cp_routes_load_failure(const struct cp_route_answer *answer,
                                         const struct cp_link_load *load)
{
    uint32_t seen = 0;

    for (uint32_t e = 0;
         load->failure != CP_NONE && e < cp_graph_element_count(&answer->net->graph); e++) {
        struct cp_failure failure = cp_net_failure(answer->net, e);

        if ((failure.kind & answer->request->capacity_failures) != 0 && seen++ == load->failure)
            return failure;
    }
    return (struct cp_failure){.kind = 0};
}
