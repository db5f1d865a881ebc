#pragma once

#include "app/message.h"
#include "base/address.h"
#include "base/yaml.h"
#include "serve/placed.h"

/** Mappings of closed vocabulary, and values with the place of what is wrong. */

struct reading {
    struct cp_arena *arena;
    struct cp_placed_file *file;
    struct cp_diag *diag;
    void *own; /* of whoever reads */
    uint32_t
        wrong; /* values that were refused; each was said, but those past the first KEYS_TOLD */
};

enum { KEYS_TOLD = 20 };

/** Says what the diag has, which is empty then: what follows is read on.  NOMEM is handed back. */
CP_MUST_USE cp_err key_wrong(struct reading *r, cp_err err);

/** Reads a file through read; says all that is wrong with it.  Exit codes: of cp_file_read; POLICY: something is. */
CP_MUST_USE cp_exit key_file(struct reading *r, const char *path,
                             cp_err (*read)(struct reading *r, cp_text bytes));

typedef cp_err (*key_read)(struct reading *r, const struct cp_yaml *value, void *to);

struct key {
    const char *name;
    key_read read;
    void *to;
    bool needed;
};

/** A mapping of these keys and no others.  What is wrong with one of them is said (key_wrong).  MALFORMED: no mapping. */
CP_MUST_USE cp_err key_map(struct reading *r, const struct cp_yaml *map, const struct key *keys,
                           size_t count);
/** Each item of a list through one function; likewise. */
CP_MUST_USE cp_err key_each(struct reading *r, const struct cp_yaml *list, key_read read, void *to);
/** MALFORMED: what was expected is not there. */
CP_MUST_USE cp_err key_bad(struct reading *r, const struct cp_yaml *value, const char *expected);

/** Keeps where the value stands that is read to this address: for what is found wrong with it later. */
CP_MUST_USE cp_err key_placed(struct reading *r, const void *to, cp_place place);

CP_MUST_USE cp_err key_text(struct reading *r, const struct cp_yaml *value, cp_text *to);
CP_MUST_USE cp_err key_zero_ended(struct reading *r, const struct cp_yaml *value, const char **to);
CP_MUST_USE cp_err key_number(struct reading *r, const struct cp_yaml *value, uint32_t most,
                              uint32_t *to);
/** One of the words, NULL at the end; *at: its place among them. */
CP_MUST_USE cp_err key_word(struct reading *r, const struct cp_yaml *value,
                            const char *const *words, uint32_t *at);

/** to of key_paths: a list of texts, NULL after the last. */
struct key_list {
    const char *const **at;
    uint32_t *count;
};
CP_MUST_USE cp_err key_paths(struct reading *r, const struct cp_yaml *value, void *to);

/* values.c: each is a key_read. */
/** "30 s": microseconds, a uint64_t. */
cp_err key_time(struct reading *r, const struct cp_yaml *value, void *to);
/** "10 %": millionths, a uint32_t. */
cp_err key_share(struct reading *r, const struct cp_yaml *value, void *to);
/** A cp_ip. */
cp_err key_address(struct reading *r, const struct cp_yaml *value, void *to);
/** "192.0.2.1": a uint32_t. */
cp_err key_router_id(struct reading *r, const struct cp_yaml *value, void *to);
