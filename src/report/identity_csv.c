#include "base/cell.h"

#include "identities.h"

/*
 * A row a device and part.  The first columns are those of the yearly filing about covered equipment
 * (47 CFR 1.50007, FCC Form 5641), in its order; what nothing here knows is left empty for the
 * filer.  Ours follow.
 */

struct writer {
    const struct cp_identity_report *report;
    const struct cp_case *net;
    struct cp_out *out;
    struct cp_shelf shelf;
};

static const char header[] =
    "location_name,location_type,latitude,longitude,address,operational,make,model,date_obtained,"
    "removal_plan,justification,device,part,class,serial,software,software_make,conclusion,grade,"
    "evidence,settle\r\n";

/* Micro-degrees as degrees with six decimals. */
static void next_degrees(struct cp_out *out, int32_t udeg)
{
    int64_t whole = udeg;

    cp_out_char(out, ',');
    if (udeg == CP_COORD_NONE)
        return;
    cp_out_str(out, whole < 0 ? "-" : "");
    whole = whole < 0 ? -whole : whole;
    cp_out_format(out, "%u.%06u", (unsigned)(whole / 1000000), (unsigned)(whole % 1000000));
}

static void next_str(struct cp_out *out, const char *text)
{
    cp_cell_next(out, cp_text_of(text));
}

static void write_location(struct writer *w, uint32_t node)
{
    const struct cp_node_rec *rec = &w->net->nodes[node];
    const struct cp_site *site = rec->site == CP_NONE ? NULL : &w->net->sites[rec->site];
    bool own = rec->lat_udeg != CP_COORD_NONE;

    cp_cell_first(w->out, site == NULL ? CP_TEXT("") : site->name.len > 0 ? site->name : site->id);
    cp_out_char(w->out, ','); /* location_type */
    next_degrees(w->out, own ? rec->lat_udeg : site != NULL ? site->lat_udeg : CP_COORD_NONE);
    next_degrees(w->out, own ? rec->lon_udeg : site != NULL ? site->lon_udeg : CP_COORD_NONE);
    cp_out_str(w->out, ",,"); /* address, operational */
}

/* "facts.csv:12 walk.snmprec:3": where the evidence that counts stands, strongest first */
static cp_err next_places(struct writer *w, const struct cp_identity *identity)
{
    cp_text last = CP_TEXT("");

    cp_out_str(w->out, ",\"");
    for (uint32_t i = 0; i < identity->clues.count; i++) {
        const struct cp_clue *clue = cp_identity_clue(w->report, identity, i);
        cp_text place;

        if (!clue->carries)
            continue;
        CP_TRY(cp_case_place(w->net, w->net->facts[clue->fact].place, w->out->arena, &place));
        if (cp_text_eq(place, last))
            continue;
        cp_out_str(w->out, last.len > 0 ? " " : "");
        cp_cell_inside_quotes(w->out, place);
        last = place;
    }
    cp_out_char(w->out, '"');
    return CP_OK;
}

static cp_text concluded_name(const struct cp_identity *identity)
{
    return identity != NULL && identity->state == CP_IDENTITY_CONCLUDED ? identity->name
                                                                        : CP_TEXT("");
}

/* software: of a device, NULL of its parts */
static cp_err write_row(struct writer *w, const struct cp_identity *identity,
                        const struct cp_identity *software)
{
    cp_text part = identity->part;
    bool device = identity->subject == CP_IDENTITY_BOX;

    write_location(w, identity->object);
    cp_cell_next(w->out, concluded_name(identity));
    cp_cell_next(w->out, cp_shelf_find(&w->shelf, part, "model"));
    cp_cell_next(w->out, cp_shelf_find(&w->shelf, part, "installed"));
    cp_out_str(w->out, ",,"); /* removal_plan, justification */
    cp_cell_next(w->out, w->net->nodes[identity->object].id);
    cp_cell_next(w->out, part);
    cp_cell_next(w->out, cp_shelf_find(&w->shelf, part, "class"));
    cp_cell_next(w->out, cp_shelf_find(&w->shelf, part, "serial"));
    cp_cell_next(w->out, device ? cp_shelf_find(&w->shelf, part, "software") : CP_TEXT(""));
    cp_cell_next(w->out, concluded_name(software));
    next_str(w->out, cp_words_identity(identity->state));
    next_str(w->out,
             identity->state == CP_IDENTITY_CONCLUDED ? cp_grade_name(identity->grade) : NULL);
    CP_TRY(next_places(w, identity));
    next_str(w->out, identity->settle);
    cp_out_str(w->out, "\r\n");
    return w->out->err;
}

static cp_err write_device(struct writer *w, struct cp_subjects subjects)
{
    const struct cp_identity *software = cp_subjects_find(subjects, CP_IDENTITY_SOFTWARE);

    CP_TRY(cp_shelf_fill(&w->shelf, CP_OBJECT_NODE, subjects.at[0].object));
    for (uint32_t i = 0; i < subjects.count; i++) {
        const struct cp_identity *identity = &subjects.at[i];

        if (identity->subject != CP_IDENTITY_SOFTWARE)
            CP_TRY(write_row(w, identity, identity->subject == CP_IDENTITY_BOX ? software : NULL));
    }
    return CP_OK;
}

static cp_err write_all(struct writer *w)
{
    struct cp_subjects subjects;

    cp_out_str(w->out, header);
    for (uint32_t at = 0; cp_subjects_next(w->report->identities, &at, &subjects);) {
        if (subjects.at[0].kind == CP_OBJECT_NODE && cp_subjects_asked(w->report, subjects))
            CP_TRY(write_device(w, subjects));
    }
    return w->out->err;
}

cp_err cp_identity_csv(const struct cp_identity_report *report, struct cp_out *out)
{
    struct writer w = {.report = report, .net = report->net, .out = out};
    cp_err err = cp_shelf_open(report->net, &w.shelf);

    if (err == CP_OK)
        err = write_all(&w);
    cp_shelf_close(&w.shelf);
    return err;
}
