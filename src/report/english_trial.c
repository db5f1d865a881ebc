#include "english_parts.h"

/* A test of the policy as an example that a reader can check by hand. */

struct about {
    struct cp_out *out;
    bool begun;
};

static void begin(struct about *about, const char *label)
{
    cp_out_str(about->out, about->begun ? ", " : "");
    cp_out_str(about->out, label);
    about->begun = true;
}

static void say(struct about *about, const char *label, cp_text value)
{
    if (value.len == 0)
        return;
    begin(about, label);
    cp_english_word(about->out, value);
}

static void say_part(struct about *about, const struct cp_trial_part *part)
{
    struct about inside = {.out = about->out};

    begin(about, "with the part ");
    cp_english_word(about->out, part->slot);
    cp_out_str(about->out, " (");
    say(&inside, "made by ", part->maker);
    say(&inside, "software ", part->software);
    say(&inside, "model ", part->model);
    say(&inside, "product ", part->product);
    say(&inside, "class ", part->class_word);
    say(&inside, "technology ", part->technology);
    say(&inside, "capability ", part->capability);
    say(&inside, "function ", part->function);
    say(&inside, "installed on ", part->installed);
    say(&inside, "evidence ", part->evidence);
    cp_out_char(about->out, ')');
}

static void say_texts(struct about *about, const char *label, struct cp_texts texts)
{
    if (texts.count == 0)
        return;
    begin(about, label);
    cp_english_words(about->out, texts, " and ");
}

static void say_origin(struct about *about, const struct cp_trial_thing *thing)
{
    say(about, "made by ", thing->maker);
    say(about, "software ", thing->software);
    say(about, "model ", thing->model);
    say(about, "product ", thing->product);
    say(about, "class ", thing->class_word);
    say(about, "role ", thing->role);
    say(about, "technology ", thing->technology);
    say(about, "capability ", thing->capability);
    say(about, "function ", thing->function);
    say(about, "installed on ", thing->installed);
    say(about, "evidence ", thing->evidence);
}

static void say_surroundings(struct about *about, const struct cp_trial_thing *thing)
{
    if (thing->has_layer) {
        begin(about, "layer ");
        cp_out_str(about->out, cp_layer_name(thing->layer));
    }
    say(about, "operator ", thing->operator_name);
    say(about, "site ", thing->site);
    say(about, "site tagged ", thing->site_tags);
    say(about, "tagged ", thing->tags);
    say(about, "country ", thing->country);
    say(about, "managed by ", thing->managers);
    say(about, "premises ", thing->premises);
    say(about, "capacity ", thing->capacity);
    say(about, "traffic ", thing->traffic);
    say(about, "latitude ", thing->lat);
    say(about, "longitude ", thing->lon);
    say_texts(about, "link between ", thing->ends);
    say_texts(about, "carried by ", thing->over);
}

static void say_things(struct cp_out *out, const struct cp_trial *trial)
{
    for (uint32_t i = 0; i < trial->thing_count; i++) {
        const struct cp_trial_thing *thing = &trial->things[i];
        struct about about = {.out = out};

        cp_out_str(out, i == 0 ? ", with " : "; and ");
        cp_english_word(out, thing->name);
        cp_out_str(out, " (");
        say_origin(&about, thing);
        say_surroundings(&about, thing);
        for (uint32_t p = 0; p < thing->part_count; p++)
            say_part(&about, &thing->parts[p]);
        cp_out_char(out, ')');
    }
}

void cp_english_trial(struct cp_out *out, const struct cp_trial *trial)
{
    cp_english_quote(out, trial->says);
    cp_out_str(out, ": on ");
    cp_english_date(out, trial->at);
    cp_out_str(out, ", ");
    if (trial->through.count > 0) {
        cp_out_str(out, "traffic through ");
        cp_english_words(out, trial->through, " and ");
    } else if (trial->device.len > 0) {
        cp_out_str(out, "the device ");
        cp_english_word(out, trial->device);
    } else {
        cp_out_str(out, "a network");
    }
    if (trial->traffic_class.len > 0) {
        cp_out_str(out, " of the class ");
        cp_english_word(out, trial->traffic_class);
    }
    say_things(out, trial);
    cp_out_str(out, ": the answer must be: ");
    cp_out_text(out, trial->expect_text);
    cp_out_str(out, ".\n");
}
