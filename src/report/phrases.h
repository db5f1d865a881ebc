#pragma once

#include "base/out.h"
#include "report/report.h"

/* Pieces of sentences for people. */

/** "today", "while link a--b fails", "after node r5 failed", "if kt-x lies" */
void cp_phrase_when(struct cp_out *out, const struct cp_case *net,
                    const struct cp_exposure *exposure);
/** "d3, seoul to osan" or, in reverse, "d3, osan to seoul (reverse)" */
void cp_phrase_demand(struct cp_out *out, const struct cp_demand *demand, cp_direction direction);
/** "a > b > c" */
void cp_phrase_way(struct cp_out *out, const struct cp_case *net,
                   const struct cp_exposure *exposure);
/** "link seo-dj: optical node ola-3 under it, maker huawei, facts.csv:12" */
void cp_phrase_element(struct cp_out *out, const struct cp_case *net, cp_object_kind kind,
                       uint32_t at, cp_text sentence);
/** "1 demand", "2 demands" */
void cp_phrase_count(struct cp_out *out, uint64_t count, const char *one, const char *many);
/** 1234 hundredths: "12.34 %"; 3500: "35 %" */
void cp_phrase_percent(struct cp_out *out, uint64_t hundredths);
