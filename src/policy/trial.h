#pragma once

#include "model/case.h"

#include "value.h"

struct cp_policy;

/**
 * A policy's own test: a path or a device in a few words, and what must come of it.
 *
 * Each trial becomes a small case of its own, which is judged by the same code as an audit's case.
 * In it, an element that the test does not describe, or of which it says no more than where it
 * stands (site-tag, tag, role), has a trusted maker: it is not what the test is about.
 */
struct cp_trial_part {
    cp_text slot, maker, software;
};

struct cp_trial_thing {
    cp_text name;
    cp_place place;
    cp_layer layer;
    bool has_layer;
    cp_text maker, software, link_class, site_tags, tags, role, managers, evidence, installed;
    const struct cp_trial_part *parts;
    uint32_t part_count;
};

typedef enum { CP_EXPECT_OK, CP_EXPECT_VIOLATES, CP_EXPECT_UNDECIDED } cp_expect;

struct cp_trial {
    cp_text says;
    cp_place place;
    cp_date at;
    cp_text traffic_class;   /* empty: selectors decide */
    struct cp_texts through; /* empty: a test of a device */
    cp_text device;
    const struct cp_trial_thing *things;
    uint32_t thing_count;
    cp_text expect_text;
    cp_expect expect;
    cp_text rule, element; /* expected; empty with CP_EXPECT_OK */
    bool because_unknown;  /* expected to be so for want of knowledge */
};

/** The section `tests`, when all else of the policy is read. */
CP_MUST_USE cp_err cp_trials_read(const struct cp_yaml *list, struct cp_policy *policy,
                                  struct cp_diag *diag);

/** What a test says of an element; NULL where it says nothing. */
const struct cp_trial_thing *cp_trial_thing_find(const struct cp_trial *trial, cp_text name);
/** Whether the name is an element of the test's path, or its device. */
bool cp_trial_passes(const struct cp_trial *trial, cp_text name);
