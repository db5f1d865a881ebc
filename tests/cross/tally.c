#include "tally.h"

#include <stddef.h>
#include <stdio.h>

void tally_print(const struct tally *t)
{
    const struct {
        const char *what;
        uint64_t count;
    } all[] = {{"nets", t->nets},
               {"with a core", t->cored},
               {"with closed nodes", t->closed},
               {"too long for rows", t->unfit},
               {"events", t->events},
               {"undone", t->undone},
               {"looks", t->looks},
               {"nodes searched", t->asked},
               {"ties", t->ties},
               {"without way", t->unreachable},
               {"answers", t->answers},
               {"rows", t->rows},
               {"repairs", t->repairs},
               {"rows changed", t->rows_changed},
               {"answers followed that changed", t->follow_changes},
               {"arcs", t->arcs}};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        (void)fprintf(stderr, "%s%llu %s", i == 0 ? "compared: " : ", ",
                      (unsigned long long)all[i].count, all[i].what);
    (void)fprintf(stderr, "\n");
}
