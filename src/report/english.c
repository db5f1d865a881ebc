#include "report/english.h"

#include "english_parts.h"

/* Sections in the order in which a reader needs them: who, words, what is asked, what is let off. */

static void say_quoted(struct cp_out *out, const char *before, cp_text text)
{
    if (text.len == 0)
        return;
    cp_out_str(out, before);
    cp_english_quote(out, text);
    cp_out_str(out, ".\n");
}

static void say_authority(struct cp_out *out, const struct cp_policy *policy)
{
    cp_out_str(out, "POLICY ");
    cp_english_word(out, policy->id);
    cp_out_char(out, '\n');
    cp_english_says(out, policy->says);
    say_quoted(out, "Its version is ", policy->version);
    say_quoted(out, "Its authority is ", policy->by);
    say_quoted(out, "It refers to ", policy->ref);
    say_quoted(out, "Its owner, who answers for it, is ", policy->owner);
}

static void say_reading(struct cp_out *out, const struct cp_policy *policy)
{
    cp_english_heading(out, "HOW TO READ IT", CP_TEXT(""));
    if (policy->timezone.len > 0) {
        cp_out_str(out, "A day is a day of the time zone ");
        cp_english_word(out, policy->timezone);
        cp_out_str(out, "; first and last days are included.\n");
    } else {
        cp_out_str(out, "A day is a day of whoever asks, for it names no time zone; first and last "
                        "days are included.\n");
    }
    cp_out_str(
        out,
        "Every rule stands for itself: what one is against is a violation, whatever another or "
        "another policy says; the order of rules means nothing.\n"
        "An element is a node or a link.\n"
        "A node is as bad as the worst of its parts that can route or see traffic, its software, "
        "and what manages it.\n"
        "A link is as bad as the worst of its own parts, the ports and pluggables at its ends, and "
        "all that may carry it on the layers below.\n"
        "Software whose maker is not said is taken to be of the maker of its node; a maker that no "
        "table knows is some other maker, unless its name resembles a known one: then it is "
        "unknown.\n"
        "A link of which no maker is said has nothing of its own to judge, but for a leased circuit "
        "of which nothing below is said: its inside is unknown.\n"
        "What was installed later than the day asked counts as if it stood there already, but for a "
        "rule about what is installed.\n"
        "What is said to be unknown, and a node of which no maker is said, is unknown; where sources disagree the worst counts.\n"
        "A link for which no operator, role, technology or function is stated has those of its "
        "ends; it stands at the sites and in the countries of its ends: at any of them for what a "
        "rule is against, at all of them for an exception or a licence.\n"
        "A part has what is said of its node or link; where an exception or a licence asks for "
        "class, product, model or capability, the part's own must meet it.\n"
        "What states no capability can both route and see traffic.\n");
}

static void say_list(struct cp_out *out, const struct cp_policy *policy,
                     const struct cp_maker_list *list)
{
    cp_english_heading(out, "LIST", list->id);
    cp_english_says(out, list->says);
    say_quoted(out, "Its version is ", list->version);
    for (uint32_t i = 0; i < list->count; i++) {
        cp_out_str(out, "On it is ");
        cp_english_word(out, cp_makers_name(policy->makers, list->makers[i].maker));
        cp_english_window(out, list->makers[i].window);
        cp_out_str(out, ".\n");
    }
    if (list->countries.count > 0) {
        cp_out_str(out, "On it is every maker under the control of ");
        cp_english_words(out, list->countries, " or ");
        cp_out_str(out, ".\n");
    }
    cp_out_str(out, list->affiliates ? "An affiliate of a maker on it is on it as well.\n"
                                     : "An affiliate of a maker on it is not on it for that.\n");
}

static void say_product(struct cp_out *out, const struct cp_policy *policy,
                        const struct cp_product *product)
{
    cp_english_heading(out, "PRODUCT", product->id);
    cp_english_says(out, product->says);
    cp_out_str(out, "It means ");
    cp_english_things(out, policy, "everything", &product->select, CP_AIM_ANY);
    cp_out_str(out, ".\n");
}

/* "a link, a node or a shared risk group" */
static void say_kinds(struct cp_out *out, uint32_t kinds)
{
    static const char *const names[] = {"link", "node", "shared risk group"};
    uint32_t count = 0, at = 0;

    for (uint32_t k = 0; k < CP_COUNT(names); k++)
        count += (kinds >> k) & 1u;
    for (uint32_t k = 0; k < CP_COUNT(names); k++) {
        if (((kinds >> k) & 1u) == 0)
            continue;
        cp_english_join(out, at++, count, " or ");
        cp_out_str(out, "a ");
        cp_out_str(out, names[k]);
    }
}

static void say_bounds(struct cp_out *out, const struct cp_wished *paths)
{
    bool whole = paths->delay_max_us % 1000 == 0;

    if (paths->delay_max_us != 0)
        cp_out_format(out,
                      "A path has a delay of at most %u %s in each direction; a link that states "
                      "none is not used.\n",
                      paths->delay_max_us / (whole ? 1000u : 1u), whole ? "ms" : "us");
    if (paths->hops_max != 0)
        cp_out_format(out, "A path has at most %u hop%s.\n", paths->hops_max,
                      paths->hops_max == 1 ? "" : "s");
}

/* What its demands want of their paths. */
static void say_paths(struct cp_out *out, const struct cp_traffic *traffic)
{
    static const char *const metrics[] = {[CP_METRIC_IGP] = "in the metrics of the links",
                                          [CP_METRIC_TE] = "in the TE metrics of the links",
                                          [CP_METRIC_DELAY] = "in delay"};
    static const char *const apart[] = {
        [CP_DISJOINT_NONE] = "No second path is asked for.\n",
        [CP_DISJOINT_LINK] = "A second path shares no link with the first.\n",
        [CP_DISJOINT_NODE] = "A second path shares no link and no node with the first, but for the "
                             "ends.\n",
        [CP_DISJOINT_SRLG] = "A second path shares no link, no node and no shared risk group with "
                             "the first, but for the ends.\n",
        [CP_DISJOINT_SITE] =
            "A second path shares no link, no node and no site with the first, but "
            "for the ends.\n"};
    const struct cp_wished *paths = &traffic->paths;

    if (paths->metric != CP_METRIC_COUNT)
        cp_out_format(out, "Its paths are those least %s.\n", metrics[paths->metric]);
    if (paths->disjoint != CP_DISJOINT_COUNT)
        cp_out_str(out, apart[paths->disjoint]);
    if (paths->co_routed != CP_SAID_NOTHING)
        cp_out_str(out, paths->co_routed == CP_SAID_YES
                            ? "The way back is the same path the other way.\n"
                            : "The way back may be another path.\n");
    say_bounds(out, paths);
    if (traffic->survive != 0) {
        cp_out_str(out, "What it loads must fit into the links also after any one failure of ");
        say_kinds(out, traffic->survive);
        cp_out_str(out, ".\n");
    }
}

static void say_ends(struct cp_out *out, const struct cp_policy *policy,
                     const struct cp_traffic *traffic)
{
    if (traffic->ends == CP_ENDS_NONE)
        return;
    cp_out_str(out, "To it belongs each demand that names no class and of which ");
    cp_out_str(out,
               traffic->ends == CP_ENDS_BOTH ? "each of both ends is " : "at least one end is ");
    cp_english_things(out, policy, "a node", &traffic->select, CP_AIM_ANY);
    cp_out_str(out, ".\n");
}

static void say_class(struct cp_out *out, const struct cp_policy *policy,
                      const struct cp_traffic *traffic)
{
    cp_english_heading(out, "TRAFFIC", traffic->id);
    cp_english_says(out, traffic->says);
    cp_out_str(out, "To it belongs each demand that names this class.\n");
    say_ends(out, policy, traffic);
    say_paths(out, traffic);
}

static void say_definitions(struct cp_out *out, const struct cp_policy *policy)
{
    for (uint32_t i = 0; i < policy->list_count; i++)
        say_list(out, policy, &policy->lists[i]);
    for (uint32_t i = 0; i < policy->product_count; i++)
        say_product(out, policy, &policy->products[i]);
    for (uint32_t i = 0; i < policy->class_count; i++)
        say_class(out, policy, &policy->classes[i]);
}

static void say_examples(struct cp_out *out, const struct cp_policy *policy)
{
    if (policy->trial_count == 0)
        return;
    cp_english_heading(out, "EXAMPLES", CP_TEXT(""));
    cp_out_str(out, "What an example does not say of a thing is no fault of it.\n");
    for (uint32_t i = 0; i < policy->trial_count; i++)
        cp_english_trial(out, &policy->trials[i]);
}

cp_err cp_english_policy(const struct cp_policy *policy, struct cp_out *out)
{
    say_authority(out, policy);
    say_reading(out, policy);
    say_definitions(out, policy);
    for (uint32_t i = 0; i < policy->rule_count; i++)
        cp_english_rule(out, policy, &policy->rules[i]);
    for (uint32_t i = 0; i < policy->licence_count; i++)
        cp_english_licence(out, policy, &policy->licences[i]);
    say_examples(out, policy);
    CP_TRY(cp_english_makers(out, policy)); /* the longest, and last: rules are what is signed */
    return out->err;
}
