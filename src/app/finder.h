#pragma once

#include "base/map.h"
#include "base/out.h"
#include "app/sources.h"

/** The files of a case while they are looked for: see sources.c. */
struct cp_finder {
    const struct cp_sources_wanted *wanted;
    struct cp_arena *arena;
    const char *folder; /* the case's; NULL: none */
    const char **names; /* [name_count] in the folder, in byte order */
    uint32_t name_count;
    struct cp_source *list;
    struct cp_source *documents; /* evidence and ANY: they come last */
    struct cp_policy_source *policies;
    cp_text *passed_over;
    uint32_t count, cap, document_count, document_cap, policy_count;
    uint32_t passed_over_count, passed_over_cap;
    struct cp_map *wheres; /* of the sources that have one */
};

bool cp_finder_has(const struct cp_finder *f, const char *name);
/** folder/name; NULL where memory is out */
const char *cp_finder_path(const struct cp_finder *f, const char *name);
/** Adds to the list or, where it is no READ, to the documents, unless its `where` is there already. */
cp_exit cp_finder_add(struct cp_finder *f, const struct cp_source *source);
cp_exit cp_finder_add_line(struct cp_finder *f, cp_text line);

/** What files of evidence there are, and their tables; networks in folders; paths of any kind. */
cp_exit cp_finder_evidence(struct cp_finder *f);
cp_exit cp_finder_network_folder(struct cp_finder *f, const char *path, const char *name);
cp_exit cp_finder_any(struct cp_finder *f);

/** Names what of the case folder is not read. */
cp_exit cp_finder_name_passed_over(struct cp_finder *f);
