#pragma once

#include "report/routes.h"
#include "text.h"

/* Shared by what writes the text of routes: routes_text.c (paths) and routes_text_rest.c (the rest). */

struct routes_text {
    const struct cp_routes *routes;
    const struct cp_route_answer *answer;
    struct text_writer w; /* its report has the judge and the layout alone */
    struct cp_routes_summary sums;
};

/** What blocks a demand.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_routes_text_blocking(struct routes_text *t,
                                           const struct cp_blocking *blocking);
/** How full links are, where that was asked. */
void cp_routes_text_capacity(struct routes_text *t);
/** The section of Flex-Algo designs, where there are any. */
void cp_routes_text_designs(struct routes_text *t);
