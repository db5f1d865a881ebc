#include "maker_table.h"

#include "base/macro.h"

/* Who stands earlier has the first claim on a name; the table's own test allows no two claims. */
static const struct cp_maker_group *const groups[] = {
    &cp_makers_of_covered,    &cp_makers_of_routers,  &cp_makers_of_optical,
    &cp_makers_of_radio,      &cp_makers_of_access,   &cp_makers_of_fibre,
    &cp_makers_of_software,   &cp_makers_of_networks, &cp_makers_of_field,
    &cp_makers_of_security,   &cp_makers_of_power,    &cp_makers_of_servers,
    &cp_makers_of_printers,   &cp_makers_of_cameras,  &cp_makers_of_voice,
    &cp_makers_of_industrial,
};

size_t cp_maker_table_count(void)
{
    size_t count = 0;

    for (size_t i = 0; i < CP_COUNT(groups); i++)
        count += groups[i]->count;
    return count;
}

const struct cp_maker_entry *cp_maker_table_at(size_t index)
{
    size_t group = 0;

    for (; group < CP_COUNT(groups) && index >= groups[group]->count; group++)
        index -= groups[group]->count;
    CP_ASSERT(group < CP_COUNT(groups));
    return &groups[group]->at[index];
}
