#pragma once

#include "policy/language.h"

/**
 * A policy's own test: a path, a device or some things in a few words, and what must come of it.
 * Read here; carried out by the room judge.
 */

struct cp_trial_part {
    cp_text slot, maker, software, evidence, installed, product, model, class_word, technology;
    cp_text capability, function;
    cp_place place;
};

/** What `with` says of one thing.  Texts are empty where it says nothing; lists have spaces between. */
struct cp_trial_thing {
    cp_text name;
    cp_place place;
    cp_layer layer;
    bool has_layer;
    bool
        is_link; /* it has ends, or stands between two others on the path and has a class of links */
    cp_text maker, software, model, product, class_word, role, technology, operator_name, country;
    cp_text site, site_tags, tags, managers, evidence, installed, capability, function;
    cp_text premises, capacity, traffic; /* numbers */
    cp_text lat, lon;                    /* degrees */
    struct cp_texts ends; /* of a link: at least two; "unknown" is a far end that nobody knows */
    struct cp_texts over; /* of a link: links of the test that carry it */
    const struct cp_trial_part *parts;
    uint32_t part_count;
};

typedef enum { CP_EXPECT_OK, CP_EXPECT_VIOLATES, CP_EXPECT_UNDECIDED } cp_expect;
typedef enum { CP_BECAUSE_ANY, CP_BECAUSE_UNKNOWN, CP_BECAUSE_EVIDENCE } cp_because_word;

struct cp_trial {
    cp_text says;
    cp_place place;
    cp_date at;
    cp_text traffic_class;   /* empty: selectors decide */
    struct cp_texts through; /* a path; empty: none */
    cp_text device;          /* empty: none.  Without both, the things of `with` are the test */
    const struct cp_trial_thing *things;
    uint32_t thing_count;
    cp_text expect_text;
    cp_expect expect;
    cp_text rule;    /* expected; empty with CP_EXPECT_OK */
    cp_text element; /* "agg-7", "core-9/xcvr-3", "lease-4 far end"; empty: wherever */
    cp_because_word because;
    cp_text licence;       /* of "ok by licence tgl until 2019-11-18"; empty: not said */
    cp_date licence_until; /* CP_DATE_NONE: not said */
};

/** What a test says of an element; NULL where it says nothing. */
const struct cp_trial_thing *cp_trial_thing_find(const struct cp_trial *trial, cp_text name);
