#include "yaml_tree.h"

#include "limits.h"

cp_err cp_yaml_parse(cp_text bytes, uint32_t file, struct cp_arena *arena,
                     const struct cp_yaml **out, struct cp_diag *diag)
{
    static const struct cp_yaml_rules rules = {
        .bytes_max = CP_LIMIT_POLICY_BYTES,
        .depth_max = CP_LIMIT_POLICY_DEPTH,
        .things_max = CP_LIMIT_POLICY_THINGS,
        .keys_max = CP_LIMIT_POLICY_KEYS,
        .too_long = "a policy file is at most 1 MiB",
        .too_deep = "lists and mappings nest at most 16 deep",
        .too_many = "a policy has at most 200000 texts, lists and mappings",
        .too_many_keys = "a mapping has at most 4096 keys",
        .several = "a policy is one document",
    };

    return cp_yaml_read(bytes, file, &rules, arena, out, diag);
}
