#include "names.h"

const char *cp_name_verdict(cp_verdict verdict)
{
    static const char *const words[] = {"ok", "undecided", "violation", "no-path"};

    CP_ASSERT(verdict < CP_COUNT(words));
    return words[verdict];
}

const char *cp_name_state(cp_state state)
{
    static const char *const words[CP_STATE_COUNT] = {"steady", "transition", "liar"};

    CP_ASSERT(state < CP_STATE_COUNT);
    return words[state];
}

const char *cp_name_direction(cp_direction direction)
{
    return direction == CP_FORWARD ? "forward" : "reverse";
}

const char *cp_name_kind(cp_object_kind kind)
{
    static const char *const words[] = {"node", "link", "site"};

    CP_ASSERT(kind < CP_COUNT(words));
    return words[kind];
}

const char *cp_name_failure_kind(uint32_t kind)
{
    if (kind == CP_FAIL_SRLG)
        return "srlg";
    return kind == CP_FAIL_LINK ? "link" : "node";
}

cp_text cp_name_object(const struct cp_case *net, cp_object_kind kind, uint32_t at)
{
    switch (kind) {
    case CP_OBJECT_NODE:
        return net->nodes[at].id;
    case CP_OBJECT_LINK:
        return net->links[at].id;
    case CP_OBJECT_SITE:
        return net->sites[at].id;
    }
    return CP_TEXT("");
}

cp_text cp_name_failure(const struct cp_case *net, struct cp_failure failure)
{
    if (failure.kind == CP_FAIL_SRLG)
        return net->srlgs[failure.at];
    return cp_name_object(net, failure.kind == CP_FAIL_LINK ? CP_OBJECT_LINK : CP_OBJECT_NODE,
                          failure.at);
}
