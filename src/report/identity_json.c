#include "identity_json.h"

/* One pass over the subjects in the order of the case, an object a device; then links, then findings. */

static void str_or_null(struct cp_json *json, const char *name, const char *text)
{
    cp_json_text_or_null(json, name, cp_text_of(text));
}

cp_err cp_identity_json_place(struct cp_identity_writer *w, cp_place place)
{
    cp_text text;

    CP_TRY(cp_case_place(w->net, place, w->out->arena, &text));
    cp_json_text_or_null(&w->json, "place", text);
    return CP_OK;
}

/* --- head ------------------------------------------------------------------------------------- */

static void write_registries(struct cp_identity_writer *w)
{
    cp_json_array(&w->json, "mac_registries", CP_JSON_LINES);
    for (uint32_t i = 0; i < w->report->registry_count; i++) {
        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_text(&w->json, "path", w->report->registries[i].path);
        cp_json_str(&w->json, "sha256", w->report->registries[i].sha256);
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
}

/* --- conclusions ------------------------------------------------------------------------------ */

static cp_err write_clue(struct cp_identity_writer *w, const struct cp_identity *identity,
                         const struct cp_clue *clue)
{
    cp_text value;
    const struct cp_fact *fact = &w->net->facts[clue->fact];
    struct cp_evidence none = {.kind = CP_TEXT("")};
    const struct cp_evidence *evidence =
        fact->evidence == CP_NONE ? &none : &w->net->evidence[fact->evidence];

    CP_TRY(cp_identity_value(w->report, identity, clue, w->out->arena, &value));
    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    cp_json_str(&w->json, "kind", cp_clue_kind_name(clue->kind));
    cp_json_text(&w->json, "attribute", fact->attribute);
    cp_json_text(&w->json, "value", value);
    cp_json_text_or_null(&w->json, "says", clue->name);
    cp_json_text_or_null(&w->json, "about", fact->part);
    cp_json_bool(&w->json, "counts", clue->carries);
    str_or_null(&w->json, "why", clue->why);
    cp_json_str(&w->json, "grade", cp_grade_name(clue->grade));
    cp_json_bool(&w->json, "aged", clue->aged);
    CP_TRY(cp_identity_json_place(w, fact->place));
    cp_json_text_or_null(&w->json, "source", evidence->source);
    cp_json_text_or_null(&w->json, "who", evidence->who);
    cp_json_date(&w->json, "date", fact->date);
    cp_json_close(&w->json);
    return w->out->err;
}

static cp_err write_clues(struct cp_identity_writer *w, const struct cp_identity *identity)
{
    cp_json_array(&w->json, "evidence", CP_JSON_LINES);
    for (uint32_t i = 0; i < identity->clues.count; i++)
        CP_TRY(write_clue(w, identity, cp_identity_clue(w->report, identity, i)));
    cp_json_close(&w->json);
    return CP_OK;
}

static void write_conclusion(struct cp_identity_writer *w, const struct cp_identity *identity)
{
    bool concluded = identity->state == CP_IDENTITY_CONCLUDED;

    cp_json_text_or_null(&w->json, "maker", concluded ? identity->name : CP_TEXT(""));
    cp_json_str(&w->json, "conclusion", cp_words_identity(identity->state));
    str_or_null(&w->json, "grade", concluded ? cp_grade_name(identity->grade) : NULL);
}

static void write_fact(struct cp_identity_writer *w, const char *name, cp_text part,
                       const char *attribute)
{
    cp_json_text_or_null(&w->json, name, cp_shelf_find(&w->shelf, part, attribute));
}

static cp_err write_part(struct cp_identity_writer *w, const struct cp_identity *part)
{
    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_text(&w->json, "part", part->part);
    write_fact(w, "class", part->part, "class");
    write_conclusion(w, part);
    write_fact(w, "model", part->part, "model");
    write_fact(w, "serial", part->part, "serial");
    CP_TRY(write_clues(w, part));
    str_or_null(&w->json, "settle", part->settle);
    cp_json_close(&w->json);
    return CP_OK;
}

cp_err cp_identity_json_parts(struct cp_identity_writer *w, struct cp_subjects subjects)
{
    cp_json_array(&w->json, "parts", CP_JSON_LINES);
    for (uint32_t i = 0; i < subjects.count; i++) {
        if (subjects.at[i].subject == CP_IDENTITY_PART)
            CP_TRY(write_part(w, &subjects.at[i]));
    }
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_software(struct cp_identity_writer *w, const struct cp_identity *software)
{
    if (software == NULL) {
        cp_json_null(&w->json, "software");
        return CP_OK;
    }
    cp_json_object(&w->json, "software", CP_JSON_LINES);
    write_fact(w, "name", CP_TEXT(""), "software");
    write_conclusion(w, software);
    CP_TRY(write_clues(w, software));
    str_or_null(&w->json, "settle", software->settle);
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_device(struct cp_identity_writer *w, struct cp_subjects subjects)
{
    static const struct cp_identity nothing = {.state = CP_IDENTITY_UNKNOWN};
    const struct cp_identity *box = cp_subjects_find(subjects, CP_IDENTITY_BOX);

    box = box != NULL ? box : &nothing;
    CP_TRY(cp_shelf_fill(&w->shelf, CP_OBJECT_NODE, subjects.at[0].object));
    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_text(&w->json, "id", w->net->nodes[subjects.at[0].object].id);
    write_conclusion(w, box);
    write_fact(w, "model", CP_TEXT(""), "model");
    write_fact(w, "serial", CP_TEXT(""), "serial");
    CP_TRY(write_software(w, cp_subjects_find(subjects, CP_IDENTITY_SOFTWARE)));
    CP_TRY(write_clues(w, box));
    str_or_null(&w->json, "settle", box->settle);
    CP_TRY(cp_identity_json_parts(w, subjects));
    cp_json_close(&w->json);
    return w->out->err;
}

static cp_err write_devices(struct cp_identity_writer *w)
{
    struct cp_subjects subjects;

    cp_json_array(&w->json, "devices", CP_JSON_LINES);
    for (uint32_t at = 0; cp_subjects_next(w->report->identities, &at, &subjects);) {
        if (subjects.at[0].kind == CP_OBJECT_NODE && cp_subjects_asked(w->report, subjects))
            CP_TRY(write_device(w, subjects));
    }
    cp_json_close(&w->json);
    return CP_OK;
}

/* --- findings --------------------------------------------------------------------------------- */

static cp_err write_makers(struct cp_identity_writer *w, const struct cp_identity *identity)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    const cp_text *names = NULL;
    uint32_t count = 0;
    cp_err err = arena == NULL ? CP_ERR_NOMEM
                               : cp_identity_names(w->report, identity, arena, &names, &count);

    cp_json_array(&w->json, "makers", CP_JSON_FLAT);
    for (uint32_t i = 0; err == CP_OK && i < count; i++)
        cp_json_text(&w->json, NULL, names[i]);
    cp_json_close(&w->json);
    cp_arena_close(arena);
    return err;
}

static cp_err write_contradiction(struct cp_identity_writer *w, const struct cp_identity *identity)
{
    bool node = identity->kind == CP_OBJECT_NODE;

    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    cp_json_str(&w->json, "kind", "contradiction");
    cp_json_text(&w->json, node ? "device" : "link",
                 node ? w->net->nodes[identity->object].id : w->net->links[identity->object].id);
    cp_json_text_or_null(&w->json, "part",
                         identity->subject == CP_IDENTITY_SOFTWARE ? CP_TEXT("software")
                                                                   : identity->part);
    CP_TRY(write_makers(w, identity));
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_remark(struct cp_identity_writer *w, const struct cp_remark *remark)
{
    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    cp_json_str(&w->json, "kind", "remark");
    cp_json_str(&w->json, "why", remark->why);
    cp_json_text_or_null(&w->json, "subject", remark->subject);
    cp_json_u64(&w->json, "count", remark->count > 0 ? remark->count : 1);
    CP_TRY(cp_identity_json_place(w, remark->place));
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_findings(struct cp_identity_writer *w)
{
    struct cp_subjects subjects;

    cp_json_array(&w->json, "findings", CP_JSON_LINES);
    for (uint32_t at = 0; cp_subjects_next(w->report->identities, &at, &subjects);) {
        for (uint32_t i = 0; i < subjects.count && cp_subjects_asked(w->report, subjects); i++) {
            if (subjects.at[i].state == CP_IDENTITY_CONTRADICTED)
                CP_TRY(write_contradiction(w, &subjects.at[i]));
        }
    }
    for (uint32_t i = 0; i < w->net->remark_count; i++) {
        if (w->net->remarks[i].kind == CP_REMARK_FINDING)
            CP_TRY(write_remark(w, &w->net->remarks[i]));
    }
    cp_json_close(&w->json);
    return CP_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void write_counts(struct cp_json *json, const char *name,
                         const struct cp_identity_counts *counts)
{
    cp_json_object(json, name, CP_JSON_FLAT);
    cp_json_u64(json, "concluded", counts->of[CP_IDENTITY_CONCLUDED]);
    cp_json_u64(json, "unknown", counts->of[CP_IDENTITY_UNKNOWN]);
    cp_json_u64(json, "contradicted", counts->of[CP_IDENTITY_CONTRADICTED]);
    cp_json_close(json);
}

static void write_summary(struct cp_identity_writer *w)
{
    struct cp_identity_summary summary = cp_identity_summarize(w->report);

    cp_json_object(&w->json, "summary", CP_JSON_LINES);
    write_counts(&w->json, "devices", &summary.devices);
    write_counts(&w->json, "software", &summary.software);
    write_counts(&w->json, "parts", &summary.parts);
    cp_json_object(&w->json, "links", CP_JSON_FLAT);
    cp_json_u64(&w->json, "seen_by_two_ends", summary.links.by_two_ends);
    cp_json_u64(&w->json, "seen_by_one_end", summary.links.by_one_end);
    cp_json_u64(&w->json, "not_seen", summary.links.unseen);
    cp_json_close(&w->json);
    cp_json_close(&w->json);
}

static cp_err write_all(struct cp_identity_writer *w)
{
    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_str(&w->json, "schema", "cleanpath.identify/1");
    cp_json_date(&w->json, "as_of", w->report->as_of);
    cp_json_inputs(&w->json, w->net);
    write_registries(w);
    CP_TRY(write_devices(w));
    CP_TRY(cp_identity_json_links(w));
    CP_TRY(write_findings(w));
    write_summary(w);
    cp_json_close(&w->json);
    return w->out->err;
}

cp_err cp_identity_json(const struct cp_identity_report *report, struct cp_out *out)
{
    struct cp_identity_writer w = {
        .report = report, .net = report->net, .out = out, .json = cp_json_make(out)};
    cp_err err = cp_shelf_open(report->net, &w.shelf);

    if (err == CP_OK)
        err = write_all(&w);
    cp_shelf_close(&w.shelf);
    return err;
}
