#pragma once

#include "json_parts.h"
#include "report/routes.h"

/* Shared by what writes the JSON of routes: routes_json.c (demands) and routes_json_rest.c (the rest). */

struct routes_json {
    const struct cp_routes *routes;
    const struct cp_route_answer *answer;
    struct json_writer w; /* its report has the judge alone */
};

/** "blocking_cut".  Errors: NOMEM. */
CP_MUST_USE cp_err cp_routes_json_blocking(struct routes_json *j,
                                           const struct cp_blocking *blocking);
/** "capacity", "flex_algo". */
void cp_routes_json_capacity(struct routes_json *j);
void cp_routes_json_designs(struct routes_json *j);
/** A ppm as a percentage with all its digits: 812345 is 81.2345. */
void cp_routes_json_percent(struct cp_json *json, const char *name, uint64_t ppm);
