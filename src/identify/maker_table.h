#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * The makers of the field.  Lists are separated by '|'; names, software, affiliates and owners in
 * lower case.  All but the canonical name may be left out.
 *
 * affiliate_of: counts as that maker wherever that maker is named.  owners: who owns or controls it,
 * each an entry too (a company that is bought keeps its own name here).  country: where it is
 * controlled from, from public fact only; left out where it has no answer.
 */
struct cp_maker_entry {
    const char *name;
    const char *names;    /* beside the canonical one */
    const char *registry; /* as the registries of IANA and IEEE, and MIBs, write it; their case */
    const char *software; /* first words of the names of its software */
    const char *affiliate_of;
    const char *owners;
    const char *country; /* ISO 3166-1 alpha-2, in capitals */
    uint32_t pens[14];   /* IANA private enterprise numbers, up to the first 0 */
};

/** The entries of one part of the field: a file maker_table_PART.c each. */
struct cp_maker_group {
    const struct cp_maker_entry *at;
    size_t count;
};

extern const struct cp_maker_group cp_makers_of_covered;
extern const struct cp_maker_group cp_makers_of_routers;
extern const struct cp_maker_group cp_makers_of_optical;
extern const struct cp_maker_group cp_makers_of_radio;
extern const struct cp_maker_group cp_makers_of_access;
extern const struct cp_maker_group cp_makers_of_fibre;
extern const struct cp_maker_group cp_makers_of_software;
extern const struct cp_maker_group cp_makers_of_networks;
extern const struct cp_maker_group cp_makers_of_field;
extern const struct cp_maker_group cp_makers_of_security;
extern const struct cp_maker_group cp_makers_of_power;
extern const struct cp_maker_group cp_makers_of_servers;
extern const struct cp_maker_group cp_makers_of_printers;
extern const struct cp_maker_group cp_makers_of_cameras;
extern const struct cp_maker_group cp_makers_of_voice;
extern const struct cp_maker_group cp_makers_of_industrial;

/** All entries, one group after the other.  index < cp_maker_table_count(). */
size_t cp_maker_table_count(void);
const struct cp_maker_entry *cp_maker_table_at(size_t index);
