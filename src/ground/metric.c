#include "ground/metric.h"

static const char *const names[] = {
    [CP_METRIC_IGP] = "igp", [CP_METRIC_TE] = "te", [CP_METRIC_DELAY] = "delay"};

const char *cp_metric_name(cp_metric metric)
{
    CP_ASSERT(metric < CP_METRIC_COUNT);
    return names[metric];
}

cp_metric cp_metric_find(cp_text word)
{
    uint32_t i = 0;

    while (i < CP_METRIC_COUNT && !cp_text_is(word, names[i]))
        i++;
    return (cp_metric)i;
}
