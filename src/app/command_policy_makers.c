#include "commands.h"

#include "identify/makers.h"
#include "app/message.h"
#include "policies.h"
#include "base/json.h"

/* policy makers [FILE]: the built-in table, and what the policy adds to it. */

static const struct cp_command command = {
    "policy makers",
    "[FILE] [--json]",
    "The makers known: names, countries of control, owners, enterprise numbers.  A policy FILE\n"
    "adds to the built-in table, and overrules it.",
    cp_policy_options,
    1,
    1,
};

static void write_list(struct cp_out *out, const char *what, const cp_text *texts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        cp_out_str(out, i == 0 ? "    " : ", ");
        cp_out_str(out, i == 0 ? what : "");
        cp_out_text(out, texts[i]);
    }
    cp_out_str(out, count > 0 ? "\n" : "");
}

static void write_text(struct cp_out *out, const struct cp_makers *makers, uint32_t maker)
{
    struct cp_maker_about about = cp_makers_about(makers, maker);

    cp_out_text(out, about.name);
    cp_out_str(out, about.country.len > 0 ? ", " : "");
    cp_out_text(out, about.country);
    cp_out_str(out, about.from_policy ? ", of the policy\n" : "\n");
    write_list(out, "names: ", about.names, about.name_count);
    write_list(out, "software: ", about.software, about.software_count);
    write_list(out, "in registries: ", about.registry, about.registry_count);
    if (about.parent != CP_MAKER_OTHER) {
        cp_out_str(out, "    affiliate of: ");
        cp_out_text(out, cp_makers_name(makers, about.parent));
        cp_out_char(out, '\n');
    }
    for (uint32_t i = 0; i < about.owner_count; i++) {
        cp_out_str(out, i == 0 ? "    owned by: " : ", ");
        cp_out_text(out, cp_makers_name(makers, about.owners[i]));
    }
    cp_out_str(out, about.owner_count > 0 ? "\n" : "");
    for (uint32_t i = 0; i < about.pen_count; i++)
        cp_out_format(out, "%s%u", i == 0 ? "    enterprise numbers: " : ", ", about.pens[i]);
    cp_out_str(out, about.pen_count > 0 ? "\n" : "");
}

static void write_text_or_null(struct cp_json *json, const char *name, cp_text text)
{
    if (text.len == 0)
        cp_json_null(json, name);
    else
        cp_json_text(json, name, text);
}

static void write_texts(struct cp_json *json, const char *name, const cp_text *texts,
                        uint32_t count)
{
    cp_json_array(json, name, CP_JSON_FLAT);
    for (uint32_t i = 0; i < count; i++)
        cp_json_text(json, NULL, texts[i]);
    cp_json_close(json);
}

static void write_affiliates(struct cp_json *json, const struct cp_makers *makers, uint32_t maker)
{
    cp_json_array(json, "affiliates", CP_JSON_FLAT);
    for (uint32_t m = 0; m < cp_makers_count(makers); m++) {
        if (cp_makers_parent(makers, m) == maker)
            cp_json_text(json, NULL, cp_makers_name(makers, m));
    }
    cp_json_close(json);
}

static void write_json(struct cp_json *json, const struct cp_makers *makers, uint32_t maker)
{
    struct cp_maker_about about = cp_makers_about(makers, maker);

    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_text(json, "name", about.name);
    write_text_or_null(json, "country", about.country);
    write_texts(json, "names", about.names, about.name_count);
    write_text_or_null(json, "affiliate_of",
                       about.parent == CP_MAKER_OTHER ? CP_TEXT("")
                                                      : cp_makers_name(makers, about.parent));
    write_affiliates(json, makers, maker);
    cp_json_array(json, "owners", CP_JSON_FLAT);
    for (uint32_t i = 0; i < about.owner_count; i++)
        cp_json_text(json, NULL, cp_makers_name(makers, about.owners[i]));
    cp_json_close(json);
    cp_json_array(json, "enterprise_numbers", CP_JSON_FLAT);
    for (uint32_t i = 0; i < about.pen_count; i++)
        cp_json_u64(json, NULL, about.pens[i]);
    cp_json_close(json);
    write_texts(json, "software", about.software, about.software_count);
    write_texts(json, "registry_names", about.registry, about.registry_count);
    cp_json_bool(json, "from_policy", about.from_policy);
    cp_json_close(json);
}

static cp_exit print(struct cp_policy_run *run)
{
    struct cp_json json = cp_json_make(&run->out);
    const struct cp_makers *makers;

    if (run->count > 0)
        makers = run->files[0].policy->makers;
    else if (cp_makers_make(NULL, 0, run->arena, &makers, NULL) != CP_OK)
        return cp_say_no_memory();
    if (run->json) {
        cp_json_object(&json, NULL, CP_JSON_LINES);
        cp_json_str(&json, "schema", "cleanpath.policy-makers/1");
        cp_json_array(&json, "makers", CP_JSON_LINES);
    }
    for (uint32_t m = 0; m < cp_makers_count(makers); m++) {
        if (run->json)
            write_json(&json, makers, m);
        else
            write_text(&run->out, makers, m);
    }
    if (run->json) {
        cp_json_close(&json);
        cp_json_close(&json);
    }
    return cp_policy_answer(run, CP_EXIT_OK);
}

cp_exit cp_command_policy_makers(int argc, char *const *argv)
{
    return cp_policy_run(&command, argc, argv, print);
}
