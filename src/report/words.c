#include "report/words.h"

#include "report/report.h"

const char *cp_words_state(cp_state state)
{
    static const char *const words[CP_STATE_COUNT] = {"steady", "transition", "liar"};

    CP_ASSERT(state < CP_STATE_COUNT);
    return words[state];
}

const char *cp_words_verdict(cp_verdict verdict)
{
    static const char *const words[] = {"ok", "undecided", "violation", "no-path"};

    CP_ASSERT(verdict < CP_COUNT(words));
    return words[verdict];
}

const char *cp_words_direction(cp_direction direction)
{
    return direction == CP_FORWARD ? "forward" : "reverse";
}

const char *cp_words_holder(cp_holder holder)
{
    static const char *const words[] = {[CP_HELD_BY_NETWORK] = "network",
                                        [CP_HELD_IN_PART] = "primary-in-part",
                                        [CP_HELD_BY_BACKUP] = "backup",
                                        [CP_HELD_BY_PRIMARY] = "primary"};

    CP_ASSERT(holder < CP_COUNT(words));
    return words[holder];
}

const char *cp_words_object(cp_object_kind kind)
{
    static const char *const words[] = {"node", "link", "site"};

    CP_ASSERT(kind < CP_COUNT(words));
    return words[kind];
}

const char *cp_words_failure_kind(uint32_t kind)
{
    CP_ASSERT(kind == CP_FAIL_LINK || kind == CP_FAIL_NODE || kind == CP_FAIL_SRLG);
    if (kind == CP_FAIL_LINK)
        return "link";
    return kind == CP_FAIL_NODE ? "node" : "srlg";
}

const char *cp_words_remark(cp_remark_kind kind)
{
    static const char *const words[] = {"ignored", "not-understood", "finding"};

    CP_ASSERT(kind < CP_COUNT(words));
    return words[kind];
}

const char *cp_words_trust(cp_trust trust)
{
    static const char *const words[] = {
        [CP_TRUSTED] = "ok", [CP_UNKNOWN] = "undecided", [CP_UNTRUSTED] = "violation"};

    CP_ASSERT(trust < CP_COUNT(words));
    return words[trust];
}

const char *cp_words_element_trust(cp_trust trust)
{
    static const char *const words[] = {
        [CP_TRUSTED] = "trusted", [CP_UNKNOWN] = "unknown", [CP_UNTRUSTED] = "untrusted"};

    CP_ASSERT(trust < CP_COUNT(words));
    return words[trust];
}

const char *cp_words_effect(const struct cp_rule *rule)
{
    static const char *const words[CP_EFFECT_COUNT] = {
        [CP_EFFECT_FORBID_TRANSIT] = "forbid-transit",
        [CP_EFFECT_FORBID_PRESENCE] = "forbid-presence",
        [CP_EFFECT_FORBID_INSTALL] = "forbid-install",
        [CP_EFFECT_CAP] = "cap",
        [CP_EFFECT_SUPPLIERS] = "require"};

    CP_ASSERT(rule->effect < CP_EFFECT_COUNT);
    return rule->require ? "require" : words[rule->effect];
}

const char *cp_words_counted(cp_counted counted)
{
    static const char *const words[] = {"devices", "sites", "premises", "capacity", "traffic"};

    CP_ASSERT(counted < CP_COUNT(words));
    return words[counted];
}

const struct cp_policy *cp_words_policy(const struct cp_judge *judge, uint32_t rule)
{
    CP_ASSERT(rule < judge->rule_count && judge->rules[rule].policy < judge->policy_count);
    return judge->policies[judge->rules[rule].policy].policy;
}

cp_text cp_words_element(const struct cp_case *net, cp_object_kind kind, uint32_t at)
{
    switch (kind) {
    case CP_OBJECT_NODE:
        CP_ASSERT(at < net->node_count);
        return net->nodes[at].id;
    case CP_OBJECT_LINK:
        CP_ASSERT(at < net->link_count);
        return net->links[at].id;
    case CP_OBJECT_SITE:
        CP_ASSERT(at < net->site_count);
        return net->sites[at].id;
    }
    return CP_TEXT("");
}

cp_text cp_words_failure(const struct cp_case *net, struct cp_failure failure)
{
    if (failure.kind == CP_FAIL_LINK)
        return cp_words_element(net, CP_OBJECT_LINK, failure.at);
    if (failure.kind == CP_FAIL_NODE)
        return cp_words_element(net, CP_OBJECT_NODE, failure.at);
    CP_ASSERT(failure.kind == CP_FAIL_SRLG && failure.at < net->srlg_count);
    return net->srlgs[failure.at];
}

const struct cp_exposure *cp_words_decisive(const struct cp_demand_result *result)
{
    switch (result->verdict) {
    case CP_VERDICT_VIOLATION:
        return result->violation != NULL ? result->violation : result->exposure;
    case CP_VERDICT_UNDECIDED:
        return result->undecided;
    case CP_VERDICT_OK:
    case CP_VERDICT_NO_PATH:
        return NULL;
    }
    return NULL;
}
