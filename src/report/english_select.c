#include "english_parts.h"

void cp_english_join(struct cp_out *out, uint32_t at, uint32_t count, const char *word)
{
    if (at > 0)
        cp_out_str(out, at + 1 == count ? word : ", ");
}

void cp_english_quote(struct cp_out *out, cp_text text)
{
    cp_out_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"' || text.at[i] == '\\')
            cp_out_char(out, '\\');
        cp_out_char(out, text.at[i]);
    }
    cp_out_char(out, '"');
}

/* Letters, digits, other scripts, and what stands inside names without ending a sentence. */
static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;

    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte >= 0x80 || byte == '-' || byte == '_' ||
           byte == '/' || byte == '+';
}

void cp_english_word(struct cp_out *out, cp_text word)
{
    bool plain = word.len > 0 && !cp_text_is(word, "or") && !cp_text_is(word, "and");

    for (size_t i = 0; i < word.len; i++)
        plain = plain && is_plain(word.at[i]);
    if (plain)
        cp_out_text(out, word);
    else
        cp_english_quote(out, word);
}

/* As the file has it: a folded word is not what was signed. */
static cp_text written(struct cp_texts words, uint32_t at)
{
    return words.written != NULL ? words.written[at] : words.at[at];
}

void cp_english_words(struct cp_out *out, struct cp_texts words, const char *join)
{
    for (uint32_t i = 0; i < words.count; i++) {
        cp_english_join(out, i, words.count, join);
        cp_english_word(out, written(words, i));
    }
}

void cp_english_date(struct cp_out *out, cp_date date)
{
    char text[11];

    cp_date_format(date, text);
    cp_out_str(out, text);
}

void cp_english_window(struct cp_out *out, struct cp_window window)
{
    if (window.from != CP_DATE_NONE) {
        cp_out_str(out, " from ");
        cp_english_date(out, window.from);
        cp_out_str(out, " on");
    }
    if (window.from != CP_DATE_NONE && window.until != CP_DATE_NONE)
        cp_out_str(out, " and");
    if (window.until != CP_DATE_NONE) {
        cp_out_str(out, " until ");
        cp_english_date(out, window.until);
        cp_out_str(out, ", that last day included");
    }
}

static uint32_t bits_in(uint32_t mask)
{
    uint32_t count = 0;

    for (; mask != 0; mask &= mask - 1)
        count++;
    return count;
}

bool cp_english_all_layers(uint32_t mask)
{
    const uint32_t all = (1u << CP_LAYER_COUNT) - 1;

    return (mask & all) == 0 || (mask & all) == all;
}

void cp_english_layers(struct cp_out *out, uint32_t mask)
{
    uint32_t count = bits_in(mask), at = 0;

    cp_out_str(out, count == 1 ? "the layer " : "the layers ");
    for (uint32_t layer = 0; layer < CP_LAYER_COUNT; layer++) {
        if ((mask & (1u << layer)) == 0)
            continue;
        cp_english_join(out, at++, count, " or ");
        cp_out_str(out, cp_layer_name((cp_layer)layer));
    }
}

void cp_english_says(struct cp_out *out, cp_text says)
{
    if (says.len == 0)
        return;
    cp_out_str(out, "It says: ");
    cp_english_quote(out, says);
    cp_out_str(out, "\n");
}

void cp_english_heading(struct cp_out *out, const char *heading, cp_text id)
{
    cp_out_char(out, '\n');
    cp_out_str(out, heading);
    if (id.len > 0) {
        cp_out_char(out, ' ');
        cp_english_word(out, id);
    }
    cp_out_char(out, '\n');
}

/* Conditions of a selector, one after the other. */
struct phrase {
    struct cp_out *out;
    bool begun;
};

static void begin(struct phrase *phrase, const char *words)
{
    cp_out_str(phrase->out, phrase->begun ? ", and " : "");
    cp_out_str(phrase->out, words);
    phrase->begun = true;
}

static void say_words(struct phrase *phrase, const char *before, struct cp_texts words)
{
    if (words.count == 0)
        return;
    begin(phrase, before);
    cp_english_words(phrase->out, words, " or ");
}

static void say_makers(struct phrase *phrase, const struct cp_policy *policy,
                       const struct cp_select *select)
{
    struct cp_out *out = phrase->out;

    if (!select->has_makers)
        return;
    begin(phrase, "is made by ");
    for (uint32_t i = 0; i < select->maker_count; i++) {
        cp_english_join(out, i, select->maker_count, " or ");
        cp_english_word(out, cp_makers_name(policy->makers, select->makers[i]));
    }
    if (select->maker_count > 0)
        cp_out_str(out, select->maker_count == 1 ? " or an affiliate of it"
                                                 : " or an affiliate of one of these");
    if (select->maker_count > 0 && select->maker_list_count > 0)
        cp_out_str(out, " or by ");
    if (select->maker_list_count > 0)
        cp_out_str(out, "a maker on the list ");
    for (uint32_t i = 0; i < select->maker_list_count; i++) {
        cp_english_join(out, i, select->maker_list_count, " or ");
        cp_english_word(out, policy->lists[select->maker_lists[i]].id);
    }
}

static void say_control(struct phrase *phrase, struct cp_texts countries, cp_aim aim)
{
    if (countries.count == 0)
        return;
    begin(phrase, aim == CP_AIM_ALL ? "is made by a maker under the control of no country but "
                                    : "is made by a maker under the control of ");
    cp_english_words(phrase->out, countries, " or ");
}

/* As ISO 3166-1 writes them: "no" is a word too. */
static void say_countries(struct phrase *phrase, struct cp_texts countries)
{
    if (countries.count == 0)
        return;
    begin(phrase, "stands in the country ");
    for (uint32_t i = 0; i < countries.count; i++) {
        cp_text word = written(countries, i);
        char capitals[2];

        cp_english_join(phrase->out, i, countries.count, " or ");
        for (size_t k = 0; k < word.len && word.len == sizeof(capitals); k++) {
            char c = word.at[k];
            capitals[k] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        }
        cp_english_word(phrase->out,
                        word.len == sizeof(capitals) ? (cp_text){capitals, word.len} : word);
    }
}

static void say_products(struct phrase *phrase, const struct cp_policy *policy,
                         const struct cp_select *select)
{
    if (select->product_count == 0)
        return;
    begin(phrase, "is of the product ");
    for (uint32_t i = 0; i < select->product_count; i++) {
        cp_english_join(phrase->out, i, select->product_count, " or ");
        cp_english_word(phrase->out, policy->products[select->products[i]].id);
    }
}

static void say_models(struct phrase *phrase, struct cp_texts models)
{
    if (models.count == 0)
        return;
    begin(phrase, "is of a model that ");
    for (uint32_t i = 0; i < models.count; i++) {
        cp_text model = written(models, i);
        bool any_ending = cp_text_ends(model, CP_TEXT("*"));

        cp_english_join(phrase->out, i, models.count, " or ");
        cp_out_str(phrase->out, any_ending ? "begins with " : "is ");
        cp_english_word(phrase->out, cp_text_sub(model, 0, model.len - any_ending));
    }
}

/* names [count]: of the bits, lowest first */
static void say_bits(struct phrase *phrase, const char *before, uint32_t mask,
                     const char *const *names, uint32_t name_count)
{
    uint32_t count = bits_in(mask), at = 0;

    if (count == 0)
        return;
    begin(phrase, before);
    for (uint32_t bit = 0; bit < name_count; bit++) {
        if ((mask & (1u << bit)) == 0)
            continue;
        cp_english_join(phrase->out, at++, count, " or ");
        cp_out_str(phrase->out, names[bit]);
    }
}

static void say_abilities(struct phrase *phrase, const struct cp_select *select)
{
    static const char *const abilities[] = {"can route traffic", "can see traffic",
                                            "can neither route nor see traffic"};
    static const char *const functions[] = {"transmission", "control", "management", "computing",
                                            "storage"};

    say_bits(phrase, "", select->capabilities, abilities, CP_COUNT(abilities));
    say_bits(phrase, "has the function ", select->functions, functions, CP_COUNT(functions));
}

static void say_installed(struct phrase *phrase, const struct cp_select *select)
{
    if (select->installed_before != CP_DATE_NONE) {
        begin(phrase, "was installed earlier than ");
        cp_english_date(phrase->out, select->installed_before);
    }
    if (select->installed_after != CP_DATE_NONE) {
        begin(phrase, "was installed later than ");
        cp_english_date(phrase->out, select->installed_after);
    }
}

void cp_english_select(struct cp_out *out, const struct cp_policy *policy,
                       const struct cp_select *select, cp_aim aim)
{
    struct phrase phrase = {.out = out};

    say_makers(&phrase, policy, select);
    say_control(&phrase, select->control, aim);
    say_products(&phrase, policy, select);
    say_models(&phrase, select->models);
    say_words(&phrase, "is of the class ", select->classes);
    say_words(&phrase, "has the role ", select->roles);
    say_words(&phrase, "is of the technology ", select->technologies);
    if (select->layers != 0) {
        begin(&phrase, "is on ");
        cp_english_layers(out, select->layers);
    }
    say_words(&phrase, "is run by the operator ", select->operators);
    say_words(&phrase, "stands at the site ", select->sites);
    say_words(&phrase, "stands at a site tagged ", select->site_tags);
    say_words(&phrase, "is itself tagged ", select->tags);
    say_countries(&phrase, select->countries);
    say_installed(&phrase, select);
    say_abilities(&phrase, select);
}

void cp_english_things(struct cp_out *out, const struct cp_policy *policy, const char *noun,
                       const struct cp_select *select, cp_aim aim)
{
    cp_out_str(out, noun);
    if (!select->given)
        return;
    cp_out_str(out, " that ");
    cp_english_select(out, policy, select, aim);
}
