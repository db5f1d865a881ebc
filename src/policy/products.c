#include "reading.h"

#include "select_read.h"

/* `products`: named selectors of things. */

static cp_err read_product(const struct cp_yaml *map, struct cp_reading *reading,
                           struct cp_product *product)
{
    CP_TRY(cp_names_add(&reading->products, map->key, map->key_place, reading->diag));
    *product = (struct cp_product){.id = map->key, .place = map->key_place};
    CP_TRY(cp_select_read(map, CP_KEYS_PRODUCT, "a product needs a key such as class", reading,
                          &product->select));
    return cp_value_text_at(map, "says", &product->says, reading->diag);
}

cp_err cp_products_read(const struct cp_yaml *map, struct cp_reading *reading)
{
    CP_TRY(cp_value_kind(map, CP_YAML_MAP, reading->diag));
    CP_TRY(cp_names_open(&reading->products, map->count, reading->arena));
    struct cp_product *products = CP_TAKE(reading->arena, map->count, struct cp_product);
    if (products == NULL)
        return CP_ERR_NOMEM;
    reading->policy->products = products;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(read_product(at, reading, &products[reading->policy->product_count++]));
    return CP_OK;
}
