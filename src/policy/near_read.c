#include "select_read.h"

#include "amount.h"

static cp_err read_reach(const struct cp_yaml *map, struct cp_near *near, struct cp_diag *diag)
{
    const struct cp_yaml *hops = cp_value_find(map, "hops");
    const struct cp_yaml *within = cp_value_find(map, "within");

    if (hops == NULL && within == NULL)
        return cp_diag_set(diag, CP_ERR_MALFORMED, map->place, "near needs hops or within",
                           map->key);
    if (hops != NULL && within != NULL)
        return cp_diag_set(diag, CP_ERR_MALFORMED, within->key_place,
                           "near has hops or within, not both", within->key);
    return hops != NULL ? cp_amount_hops(hops, &near->hops, diag)
                        : cp_amount_distance(within, &near->within_m, diag);
}

static cp_err read_look_through(const struct cp_yaml *map, struct cp_reading *reading,
                                struct cp_near *near)
{
    const struct cp_yaml *value = cp_value_find(map, "look-through");

    if (value == NULL)
        return CP_OK;
    if (near->hops == 0)
        return cp_diag_set(reading->diag, CP_ERR_MALFORMED, value->key_place,
                           "does not go with within", value->key);
    return cp_select_read_words(value, reading, &near->look_through);
}

cp_err cp_near_read(const struct cp_yaml *map, struct cp_reading *reading, struct cp_near *out)
{
    struct cp_near got = {.layers = (1u << CP_LAYER_COUNT) - 1};

    CP_TRY(cp_select_read(map, CP_KEYS_NEAR, "near needs a place such as site-tag", reading,
                          &got.from));
    CP_TRY(read_reach(map, &got, reading->diag));
    CP_TRY(cp_vocabulary_bits_at(CP_WORDS_LAYER, map, "layers", &got.layers, reading->diag));
    CP_TRY(read_look_through(map, reading, &got));
    *out = got;
    return CP_OK;
}
