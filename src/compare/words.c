#include "compare/compare.h"

static const char *const match_names[CP_MATCH_COUNT] = {
    [CP_MATCH_ID] = "id",         [CP_MATCH_NAME] = "name",       [CP_MATCH_LABEL] = "label",
    [CP_MATCH_SERIAL] = "serial", [CP_MATCH_ADDRESS] = "address", [CP_MATCH_MAC] = "mac",
};

const char *cp_match_by_name(cp_match_by by)
{
    CP_ASSERT(by < CP_MATCH_COUNT);
    return match_names[by];
}

static const char *const names[CP_DIFFERS_COUNT] = {
    [CP_DIFFERS_DEVICE] = "device",     [CP_DIFFERS_NAME] = "name",
    [CP_DIFFERS_MAKER] = "maker",       [CP_DIFFERS_MODEL] = "model",
    [CP_DIFFERS_SERIAL] = "serial",     [CP_DIFFERS_PART_NUMBER] = "part-number",
    [CP_DIFFERS_SOFTWARE] = "software", [CP_DIFFERS_SITE] = "site",
    [CP_DIFFERS_ROLE] = "role",         [CP_DIFFERS_OPERATOR] = "operator",
    [CP_DIFFERS_LOOPBACK] = "loopback", [CP_DIFFERS_SID] = "sid",
    [CP_DIFFERS_LINK] = "link",         [CP_DIFFERS_END] = "end",
    [CP_DIFFERS_PORT] = "port",         [CP_DIFFERS_CLASS] = "class",
    [CP_DIFFERS_METRIC] = "metric",     [CP_DIFFERS_CAPACITY] = "capacity",
    [CP_DIFFERS_DELAY] = "delay",       [CP_DIFFERS_SRLGS] = "srlgs",
    [CP_DIFFERS_COUNTRY] = "country",
};

const char *cp_differs_name(cp_differs kind)
{
    CP_ASSERT(kind < CP_DIFFERS_COUNT);
    return names[kind];
}

cp_differs cp_differs_find(cp_text word)
{
    int kind = 0;

    while (kind < CP_DIFFERS_COUNT && !cp_text_is(word, names[kind]))
        kind++;
    return (cp_differs)kind;
}
