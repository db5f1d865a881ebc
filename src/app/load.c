#include "app/load.h"

#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"
#include "remarks.h"
#include "vouched.h"

#include "base/out.h"
#include "evidence/evidence.h"
#include "identify/grade.h"

/*
 * Files to rows, policies to rules, rows to a snapshot as of the policies' day.  The bytes of a
 * document are gone when the next one is opened: rows are copies.
 */

cp_exit cp_load_open(const struct cp_load_ask *ask, struct cp_notes *notes,
                     struct cp_loaded *loaded)
{
    *loaded = (struct cp_loaded){.ask = *ask,
                                 .notes = notes,
                                 .kept = cp_arena_open(cp_machine_memory()),
                                 .scratch = cp_arena_open(cp_machine_memory())};
    return loaded->kept != NULL && loaded->scratch != NULL ? CP_EXIT_OK : cp_say_no_memory();
}

void cp_loaded_close(struct cp_loaded *l)
{
    cp_arena_close(l->scratch);
    cp_arena_close(l->kept);
    l->scratch = l->kept = NULL;
}

cp_exit cp_load_find(struct cp_loaded *l)
{
    return cp_sources_find(l->ask.wanted, l->kept, &l->sources);
}

cp_exit cp_load_digest(struct cp_loaded *l)
{
    return cp_sources_read_digests(&l->sources);
}

cp_exit cp_load_note_passed_over(const struct cp_loaded *l, struct cp_notes *notes)
{
    cp_exit code = CP_EXIT_OK;

    for (uint32_t i = 0; code == CP_EXIT_OK && i < l->sources.passed_over_count; i++)
        code = cp_note(notes, CP_NOTE_NAMED, l->sources.passed_over[i]);
    return code;
}

cp_exit cp_loaded_say(const struct cp_loaded *l, const struct cp_diag *diag, cp_err err,
                      const char *fallback, cp_exit otherwise)
{
    const char *path = cp_sources_path(&l->sources, diag->place.file);

    return cp_say_diag(diag, err, path != NULL ? path : fallback, otherwise);
}

/* --- documents -------------------------------------------------------------------------------- */

/* While documents are read. */
struct reading {
    struct cp_loaded *loaded;
    struct cp_build *build;
    struct cp_read *read;
    struct cp_evidence_set *evidence;
    const struct cp_vouching *vouching; /* once the first document of evidence is reached */
    struct cp_arena *bytes;             /* of one document at a time */
};

#define PIECE_BYTES ((size_t)4 << 20)
#define BEGINNING_BYTES ((size_t)64 << 10)

static struct cp_evidence_about about_of(const struct cp_vouched *row)
{
    return (struct cp_evidence_about){
        .node = row->node,
        .evidence = row->evidence.len > 0 ? cp_text_of(cp_grade_name(cp_grade_find(row->evidence)))
                                          : CP_TEXT(""),
        .who = row->who,
        .date = row->date};
}

/*
 * One device's document that is broken, or none at all, is a record that is not understood: all of them
 * are listed, and who is lenient keeps what the others say.
 */
static cp_err remark_broken(struct reading *r, uint32_t at, cp_err err, const struct cp_diag *diag)
{
    cp_place place = diag->place;

    if (err == CP_ERR_NOMEM || diag->why == NULL)
        return err;
    if (place.file == CP_PLACE_NO_FILE)
        place = (cp_place){at, 1, 1};
    return cp_build_remark(r->build, CP_REMARK_NOT_UNDERSTOOD, place, diag->why,
                           cp_text_of(diag->subject), 1);
}

static cp_err read_evidence(struct reading *r, uint32_t at, cp_text bytes, struct cp_diag *diag)
{
    const struct cp_vouched *row = cp_vouching_of(r->vouching, at);
    struct cp_evidence_about about;
    cp_err err;

    if (row != NULL)
        about = about_of(row);
    err = cp_evidence_document(r->evidence, cp_text_of(r->loaded->sources.list[at].name), bytes,
                               row != NULL ? &about : NULL, diag);
    return err == CP_OK ? CP_OK : remark_broken(r, at, err, diag);
}

/* What the user says of a file that is no evidence changes nothing, and is not passed over in silence. */
static cp_err remark_unvouched(struct reading *r, uint32_t at)
{
    const struct cp_vouched *row =
        r->vouching != NULL ? cp_vouching_of_file(r->vouching, at) : NULL;

    return row == NULL ? CP_OK
                       : cp_build_remark(r->build, CP_REMARK_NOT_UNDERSTOOD, row->place,
                                         "the file is a network, and no evidence", row->file, 1);
}

/* Whether its name ends as evidence does. */
static bool ends_as_evidence(const struct cp_source *source)
{
    return cp_evidence_guess(cp_text_of(source->name), CP_TEXT("")) != CP_EVIDENCE_COUNT;
}

/*
 * Of a document of any kind: whether it is evidence.  Bytes say it before the ending of a name does; but what a device
 * printed makes itself no network, which states facts of any grade: of files that nobody named their ending decides.
 */
static bool is_evidence(const struct cp_source *source, cp_text bytes)
{
    cp_text name = cp_text_of(source->name), nameless = CP_TEXT("");

    if (source->kind != CP_SOURCE_ANY)
        return source->kind == CP_SOURCE_EVIDENCE;
    if (cp_evidence_guess(nameless, bytes) != CP_EVIDENCE_COUNT ||
        (source->walked && ends_as_evidence(source)))
        return true;
    if (cp_read_guess(CP_ROLE_NETWORK, nameless, bytes) != CP_FORMAT_COUNT)
        return false;
    return ends_as_evidence(source) ||
           cp_read_guess(CP_ROLE_NETWORK, name, bytes) == CP_FORMAT_COUNT;
}

static cp_err read_bytes(struct reading *r, uint32_t at, cp_text bytes, struct cp_diag *diag)
{
    const struct cp_source *source = &r->loaded->sources.list[at];
    cp_role role = source->kind == CP_SOURCE_READ ? source->role : CP_ROLE_NETWORK;

    if (is_evidence(source, bytes))
        return read_evidence(r, at, bytes, diag);
    CP_TRY(cp_read_document(r->read, role, cp_text_of(source->name), bytes, diag));
    return remark_unvouched(r, at);
}

/* Piece by piece; what is read of the file is given to the reader at once. */
static cp_exit read_lines(struct reading *r, struct cp_file *file, struct cp_diag *diag,
                          cp_err *err)
{
    cp_exit code = CP_EXIT_OK;

    *err = CP_OK;
    while (code == CP_EXIT_OK && *err == CP_OK && !cp_file_at_end(file)) {
        cp_text lines;

        code = cp_file_lines(file, PIECE_BYTES, &lines);
        if (code == CP_EXIT_OK)
            *err = cp_read_more(r->read, lines, diag);
    }
    return code;
}

static cp_exit read_pieces(struct reading *r, uint32_t at, struct cp_file *file)
{
    const struct cp_source *source = &r->loaded->sources.list[at];
    struct cp_diag diag = {.place = CP_PLACE_NONE}, late = diag;
    cp_exit code = CP_EXIT_OK;
    cp_err err = cp_read_begin(r->read, CP_ROLE_NETWORK, cp_text_of(source->name), &diag);

    if (err == CP_OK) {
        code = read_lines(r, file, &diag, &err);
        cp_err ended = cp_read_end(r->read, &late);

        if (err == CP_OK && ended != CP_OK) {
            err = ended;
            diag = late;
        }
    }
    if (code == CP_EXIT_OK && err == CP_OK)
        err = remark_unvouched(r, at);
    if (code == CP_EXIT_OK && err != CP_OK)
        code = cp_loaded_say(r->loaded, &diag, err, source->path, CP_EXIT_INPUT);
    return code;
}

static cp_exit read_text(struct reading *r, uint32_t at, cp_text bytes)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = read_bytes(r, at, bytes, &diag);

    if (err != CP_OK)
        return cp_loaded_say(r->loaded, &diag, err, r->loaded->sources.list[at].path,
                             CP_EXIT_INPUT);
    return CP_EXIT_OK;
}

static cp_exit read_whole(struct reading *r, uint32_t at, struct cp_file *file)
{
    cp_exit code = cp_file_fill(file, SIZE_MAX);

    return code == CP_EXIT_OK ? read_text(r, at, cp_file_text(file)) : code;
}

/* Whether the file is too large to be read whole where that can be helped. */
static bool takes_pieces(const struct cp_source *source, const struct cp_file *file)
{
    bool network =
        source->kind == CP_SOURCE_READ
            ? source->role == CP_ROLE_NETWORK
            : source->kind == CP_SOURCE_ANY && !(source->walked && ends_as_evidence(source));

    return network && !cp_file_is_read(file) &&
           cp_read_takes_pieces(CP_ROLE_NETWORK, cp_text_of(source->name),
                                cp_text_sub(cp_file_text(file), 0, BEGINNING_BYTES));
}

static cp_exit read_file(struct reading *r, uint32_t at)
{
    const struct cp_source *source = &r->loaded->sources.list[at];
    struct cp_file file;
    cp_exit code = cp_file_open(source->path, r->bytes, &file);

    if (code == CP_EXIT_OK)
        code = cp_file_fill(&file, PIECE_BYTES);
    if (code == CP_EXIT_OK)
        code = takes_pieces(source, &file) ? read_pieces(r, at, &file) : read_whole(r, at, &file);
    cp_file_close(&file);
    return code;
}

static cp_exit read_elsewhere(struct reading *r, uint32_t at)
{
    const struct cp_load_ask *ask = &r->loaded->ask;
    cp_text bytes;
    cp_exit code = ask->read(ask->read_of, at, r->bytes, &bytes);

    return code == CP_EXIT_OK ? read_text(r, at, bytes) : code;
}

static cp_exit read_document(struct reading *r, uint32_t at)
{
    cp_exit code = r->loaded->ask.read != NULL ? read_elsewhere(r, at) : read_file(r, at);

    cp_build_input_digest(r->build, at, r->loaded->sources.list[at].sha256);
    return code;
}

/* Tables stand before the evidence that they vouch for. */
static cp_exit look_at_tables(struct reading *r, uint32_t at)
{
    const struct cp_vouched *rows;
    uint32_t count;

    if (r->vouching != NULL || r->loaded->sources.list[at].kind == CP_SOURCE_READ)
        return CP_EXIT_OK;
    rows = cp_read_vouched(r->read, &count);
    return cp_vouching_make(r->loaded, rows, count, &r->vouching);
}

static cp_exit finish_documents(struct reading *r)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    const struct cp_vouched *rows;
    uint32_t count;
    cp_err err = cp_read_finish(r->read, &diag);

    rows = cp_read_vouched(r->read, &count);
    if (err == CP_OK && r->vouching == NULL) /* no evidence at all */
        return count == 0 ? CP_EXIT_OK : cp_vouching_make(r->loaded, rows, count, &r->vouching);
    if (err == CP_OK)
        err = cp_evidence_finish(r->evidence, &diag);
    return err == CP_OK ? CP_EXIT_OK : cp_loaded_say(r->loaded, &diag, err, NULL, CP_EXIT_INPUT);
}

/* Of two that are read whatever became of the other: that of the first that is wrong. */
static cp_exit first_of(cp_exit first, cp_exit second)
{
    return first != CP_EXIT_OK ? first : second;
}

/* Each says what is wrong with it. */
static cp_exit read_documents(struct reading *r)
{
    struct cp_sources *sources = &r->loaded->sources;
    cp_arena_mark empty = cp_arena_mark_get(r->bytes);
    cp_exit code = CP_EXIT_OK;

    for (uint32_t i = 0; i < sources->count; i++)
        if (sources->list[i].kind == CP_SOURCE_READ && sources->list[i].role == CP_ROLE_DEMANDS)
            cp_read_leave_demands(r->read);
    for (uint32_t i = 0; code != CP_EXIT_SYSTEM && i < sources->count; i++) {
        cp_exit tables = look_at_tables(r, i);

        if (tables != CP_EXIT_OK)
            return first_of(code, tables);
        code = first_of(code, read_document(r, i));
        cp_arena_reset(r->bytes, empty);
    }
    return code == CP_EXIT_OK ? finish_documents(r) : code;
}

/* --- policies --------------------------------------------------------------------------------- */

static cp_exit read_policy(struct reading *r, uint32_t at, const struct cp_policy **policy)
{
    struct cp_loaded *l = r->loaded;
    struct cp_policy_source *source = &l->sources.policies[at];
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text bytes; /* its texts point into it */
    uint32_t file;
    cp_exit code = l->ask.read != NULL
                       ? l->ask.read(l->ask.read_of, l->sources.count + at, l->kept, &bytes)
                       : cp_file_read(source->path, l->kept, &bytes);
    cp_err err;

    if (code != CP_EXIT_OK)
        return code;
    err = cp_build_input(r->build, cp_text_of(source->name), bytes, &file);
    if (err != CP_OK)
        return cp_say_diag(&diag, err, source->path, CP_EXIT_INPUT);
    cp_build_input_digest(r->build, file, source->sha256);
    err = cp_policy_read(bytes, file, l->kept, policy, &diag);
    if (err != CP_OK)
        return cp_loaded_say(l, &diag, err, source->path, CP_EXIT_POLICY);
    cp_build_used(r->build, file, (*policy)->rule_count + (*policy)->trial_count);
    return CP_EXIT_OK;
}

/* By id, so that the order in which they are given changes no answer; ids may yet be the same. */
static void order_policies(struct cp_judge_policy *policies, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct cp_judge_policy one = policies[i];
        uint32_t at = i;

        for (; at > 0 && cp_text_cmp(one.policy->id, policies[at - 1].policy->id) < 0; at--)
            policies[at] = policies[at - 1];
        policies[at] = one;
    }
}

static cp_exit read_policies(struct reading *r)
{
    struct cp_loaded *l = r->loaded;
    uint32_t count = l->sources.policy_count, kept = l->ask.policies_kept;
    cp_exit code = CP_EXIT_OK;

    l->policies = CP_TAKE(l->kept, count, struct cp_judge_policy);
    if (l->policies == NULL)
        return cp_say_no_memory();
    for (uint32_t i = 0; code != CP_EXIT_SYSTEM && i < count; i++)
        code = first_of(code, read_policy(r, i, &l->policies[i].policy));
    if (code == CP_EXIT_OK)
        order_policies(l->policies + kept, count - kept);
    return code;
}

static cp_exit warn_of_zone(struct cp_loaded *l, cp_text zone)
{
    struct cp_out out = cp_out_make(l->scratch);
    cp_text line;

    cp_out_str(&out, "warning: this machine does not know the policy's time zone ");
    cp_out_text(&out, zone);
    cp_out_str(&out, ": the day is its own");
    if (cp_out_done(&out, &line) != CP_OK)
        return cp_say_no_memory();
    return cp_note(l->notes, CP_NOTE_NAMED, line);
}

/* The day is today where none is given: in the zone that the policy means, if it names one. */
static cp_exit settle_day(struct cp_loaded *l, cp_text zone, cp_date *as_of)
{
    bool known = true;

    *as_of = l->ask.as_of;
    if (*as_of == CP_DATE_NONE)
        *as_of = cp_machine_today(zone, &known);
    return known ? CP_EXIT_OK : warn_of_zone(l, zone);
}

/* The case's own day is the latest of theirs. */
static cp_exit settle_days(struct cp_loaded *l)
{
    cp_exit code = CP_EXIT_OK;

    l->as_of = CP_DATE_NONE;
    if (l->ask.undated)
        return CP_EXIT_OK;
    if (l->sources.policy_count == 0)
        return settle_day(l, CP_TEXT(""), &l->as_of);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < l->sources.policy_count; i++) {
        code = settle_day(l, l->policies[i].policy->timezone, &l->policies[i].as_of);
        if (l->policies[i].as_of > l->as_of)
            l->as_of = l->policies[i].as_of;
    }
    return code;
}

/* --- the case --------------------------------------------------------------------------------- */

static cp_exit read_all(struct reading *r)
{
    cp_exit code = read_documents(r);

    if (code != CP_EXIT_SYSTEM)
        code = first_of(code, read_policies(r));
    return code == CP_EXIT_OK ? settle_days(r->loaded) : code;
}

static cp_exit make_case(struct cp_loaded *l, struct cp_build *build)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_build_finish(build, l->as_of, &l->net, &diag);

    if (err != CP_OK)
        return cp_loaded_say(l, &diag, err, NULL, CP_EXIT_INPUT);
    return cp_remarks_refuse(l->net, &l->sources,
                             l->ask.lenient         ? CP_LENIENT
                             : l->ask.never_lenient ? CP_LENIENT_NEVER
                                                    : CP_LENIENT_NOT,
                             l->notes, l->scratch);
}

cp_exit cp_load_make(struct cp_loaded *l)
{
    cp_exit code = cp_load_note_passed_over(l, l->notes);
    cp_arena_mark before = cp_arena_mark_get(l->scratch);
    struct reading r = {.loaded = l};

    if (code != CP_EXIT_OK)
        return code;
    r.bytes = cp_arena_open(cp_machine_memory());
    if (r.bytes == NULL || cp_build_open(l->kept, &r.build) != CP_OK ||
        cp_read_open(r.build, l->scratch, &r.read) != CP_OK ||
        cp_evidence_open(r.build, l->scratch, &r.evidence) != CP_OK)
        code = cp_say_no_memory();
    else
        code = read_all(&r);
    cp_arena_close(r.bytes);
    cp_arena_reset(l->scratch, before); /* what readers held between documents */
    return code == CP_EXIT_OK ? make_case(l, r.build) : code;
}

cp_exit cp_load(const struct cp_load_ask *ask, struct cp_notes *notes, struct cp_loaded *out)
{
    cp_exit code = cp_load_open(ask, notes, out);

    if (code == CP_EXIT_OK)
        code = cp_load_find(out);
    return code == CP_EXIT_OK ? cp_load_make(out) : code;
}
