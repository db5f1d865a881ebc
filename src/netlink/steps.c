#include "netlink/step.h"

#include <string.h>

bool cp_nl_steps_full(const struct cp_nl_steps *steps)
{
    return steps->count > CP_NL_STEPS_MANY;
}

struct cp_nl_step *cp_nl_steps_add(struct cp_nl_steps *steps, cp_nl_step_kind kind)
{
    struct cp_nl_step *step = &steps->at[steps->count];

    if (kind == CP_NL_STEP_THEN && steps->count == 0)
        return NULL;
    CP_ASSERT(steps->count < CP_NL_STEPS_MAX);
    memset(step, 0, sizeof *step);
    step->kind = kind;
    steps->count++;
    return step;
}
