#include "app/load.h"

#include "app/message.h"
#include "identify/identity.h"

/* What is concluded of makers, as facts of the case.  The table alone says it, and no registry that this
 * machine may have or not: an audit is the same everywhere. */
static cp_err add_conclusions(struct cp_loaded *l, const struct cp_makers *makers)
{
    struct cp_identify_options options = cp_identify_defaults();
    const struct cp_identities *identities;

    options.as_of = l->as_of;
    CP_TRY(cp_identify(l->net, makers, &options, l->kept, &identities));
    return cp_identities_case(identities, l->net, l->kept, &l->net);
}

/* By the makers of each policy that knows some of its own; of none: by those that all know. */
cp_exit cp_loaded_conclude(struct cp_loaded *l)
{
    bool concluded = false;

    if (l->net->fact_count == 0)
        return CP_EXIT_OK;
    for (uint32_t i = 0; i < l->sources.policy_count; i++) {
        const struct cp_policy *policy = l->policies[i].policy;
        bool last = i + 1 == l->sources.policy_count;

        if (policy->policy_maker_count == 0 && (concluded || !last))
            continue;
        if (add_conclusions(l, policy->makers) != CP_OK)
            return cp_say_no_memory();
        concluded = true;
    }
    return CP_EXIT_OK;
}
