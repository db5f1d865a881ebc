#include "route/sids.h"

struct cp_sids {
    int x;
};
struct cp_sid cp_sids_of_node(const struct cp_sids *sids, uint32_t headend, uint32_t node)
{
    (void)sids, (void)headend, (void)node;
    return (struct cp_sid){0};
}
struct cp_sid cp_sids_of_adjacency(const struct cp_sids *sids, uint32_t link, uint32_t from,
                                   uint32_t to)
{
    (void)sids, (void)link, (void)from, (void)to;
    return (struct cp_sid){0};
}
uint32_t cp_sids_depth(const struct cp_sids *sids, uint32_t node)
{
    (void)sids, (void)node;
    return CP_NONE;
}
