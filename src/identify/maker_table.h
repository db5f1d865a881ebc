#pragma once

#include <stddef.h>

/**
 * The makers of the field.  Lists are separated by '|', names in lower case.
 *
 * affiliate_of: counts as that maker wherever that maker is named.  owner: who owns it, recorded so
 * that a person may ask; a company that is bought keeps its own name here.
 */
struct cp_maker_entry {
    const char *name;
    const char *names;    /* beside the canonical one; may be NULL, as all below */
    const char *software; /* first words of the names of its software */
    const char *affiliate_of;
    const char *owner;
    const char *pens; /* IANA private enterprise numbers */
};

extern const struct cp_maker_entry cp_maker_table[];
extern const size_t cp_maker_table_len;
