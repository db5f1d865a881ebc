#include "evidence/evidence.h"

#include "clean.h"
#include "set.h"

static const struct cp_evidence_form forms[CP_EVIDENCE_COUNT] = {
    [CP_EVIDENCE_SNMPREC] =
        {"snmprec", "snmp", cp_snmprec_looks, cp_evidence_read_snmprec, {".snmprec"}},
    [CP_EVIDENCE_SNMPWALK] =
        {"snmpwalk", "snmp", cp_snmpwalk_looks, cp_evidence_read_snmpwalk, {".snmpwalk", ".walk"}},
    [CP_EVIDENCE_LLDPCLI] =
        {"lldpcli", "lldp", cp_lldpcli_looks, cp_evidence_read_lldpcli, {".lldp"}},
    [CP_EVIDENCE_CLI] =
        {"cli", "cli", cp_cli_looks, cp_evidence_read_cli, {".cli", ".log", ".txt", ".raw"}},
};

const char *cp_evidence_format_name(cp_evidence_format format)
{
    return format < CP_EVIDENCE_COUNT ? forms[format].name : "unknown";
}

static bool has_ending(const struct cp_evidence_form *form, cp_text path)
{
    for (size_t i = 0; i < CP_COUNT(form->endings) && form->endings[i] != NULL; i++)
        if (cp_text_ends(path, cp_text_of(form->endings[i])))
            return true;
    return false;
}

cp_evidence_format cp_evidence_guess(cp_text path, cp_text bytes)
{
    cp_evidence_format format = 0;

    for (; format < CP_EVIDENCE_COUNT; format++)
        if (forms[format].looks != NULL && forms[format].looks(bytes))
            return format;
    for (format = 0; format < CP_EVIDENCE_COUNT; format++)
        if (forms[format].read != NULL && has_ending(&forms[format], path))
            return format;
    return CP_EVIDENCE_COUNT;
}

cp_err cp_evidence_open(struct cp_build *build, struct cp_arena *arena,
                        struct cp_evidence_set **out)
{
    struct cp_evidence_set *set = CP_TAKE(arena, 1, struct cp_evidence_set);

    if (set == NULL)
        return CP_ERR_NOMEM;
    set->build = build;
    set->arena = arena;
    *out = set;
    return CP_OK;
}

/* The path's last name without its last ending; the name where nothing would be left. */
static cp_text stem_of(cp_text path)
{
    size_t from = 0, end;

    for (size_t i = 0; i < path.len; i++)
        if (path.at[i] == '/' && i + 1 < path.len)
            from = i + 1;
    path = cp_text_sub(path, from, path.len);
    for (end = path.len; end > 1 && path.at[end - 1] != '.'; end--)
        continue;
    return end > 1 ? cp_text_sub(path, 0, end - 1) : path;
}

/* The last name of the path before the document's own; empty where there is none. */
static cp_text folder_of(cp_text path)
{
    size_t from = 0, end = path.len;

    while (end > 0 && path.at[end - 1] != '/')
        end--;
    while (end > 0 && path.at[end - 1] == '/')
        end--;
    for (from = end; from > 0 && path.at[from - 1] != '/';)
        from--;
    path = cp_text_sub(path, from, end - from);
    return cp_text_is(path, ".") || cp_text_is(path, "..") ? CP_TEXT("") : path;
}

/* The word as the set's callers give it: a grade's own name. */
static bool is_authenticated(cp_text evidence)
{
    static const char *const words[] = {"authenticated-read", "device-identity", "attested"};

    for (size_t i = 0; i < CP_COUNT(words); i++)
        if (cp_text_is(evidence, words[i]))
            return true;
    return false;
}

static cp_err keep_about(struct cp_evidence_set *set, const struct cp_evidence_about *about,
                         struct cp_device *device)
{
    device->about = (struct cp_evidence_about){.date = CP_DATE_NONE};
    if (about != NULL) {
        device->about.date = about->date;
        CP_TRY(cp_text_copy(about->node, set->arena, &device->about.node));
        CP_TRY(cp_text_copy(about->evidence, set->arena, &device->about.evidence));
        CP_TRY(cp_text_copy(about->who, set->arena, &device->about.who));
    }
    device->authenticated = is_authenticated(device->about.evidence);
    if (device->about.evidence.len == 0)
        device->about.evidence = CP_TEXT("unauthenticated-read");
    return CP_OK;
}

static cp_err add_device(struct cp_evidence_set *set, cp_text path,
                         const struct cp_evidence_about *about, struct cp_device **out)
{
    void *devices = set->devices;
    struct cp_device *device;
    unsigned changed;

    CP_TRY(cp_arena_grow(set->arena, &devices, set->device_count, &set->device_cap,
                         sizeof(*set->devices)));
    set->devices = devices;
    device = &set->devices[set->device_count];
    *device = (struct cp_device){.said.first = set->said_count,
                                 .seen.first = set->seen_count,
                                 .also.first = set->also_count};
    CP_TRY(cp_clean(path, CP_LIMIT_TEXT_SAID_BYTES, set->arena, &device->path, &changed));
    CP_TRY(cp_clean(stem_of(path), CP_LIMIT_NAME_SAID_BYTES, set->arena, &device->stem, &changed));
    CP_TRY(
        cp_clean(folder_of(path), CP_LIMIT_NAME_SAID_BYTES, set->arena, &device->folder, &changed));
    CP_TRY(keep_about(set, about, device));
    set->device_count++;
    *out = device;
    return CP_OK;
}

static cp_err read_device(struct cp_device_doc *doc)
{
    struct cp_device *device = doc->device;
    cp_place start = {doc->file, 1, 1};
    cp_err err;

    if (doc->text.len > CP_LIMIT_EVIDENCE_BYTES)
        return cp_device_fail(doc, CP_ERR_LIMIT, start, "a document this large", CP_TEXT(""));
    device->format = cp_evidence_guess(device->path, doc->text);
    if (device->format == CP_EVIDENCE_COUNT)
        return cp_device_fail(doc, CP_ERR_MALFORMED, start, "none of the formats of evidence",
                              CP_TEXT(""));
    if (device->stem.len == 0)
        return cp_device_fail(doc, CP_ERR_MALFORMED, start, "a document without a name",
                              CP_TEXT(""));
    device->source = forms[device->format].source;
    err = forms[device->format].read(doc);
    if (err != CP_OK && doc->diag != NULL && doc->diag->why == NULL)
        return cp_device_fail(doc, err, start, "there is no room for the document", CP_TEXT(""));
    CP_TRY(err);
    if (device->said.count + device->seen.count == 0)
        CP_TRY(cp_device_remark(doc, CP_REMARK_FINDING, start,
                                "a document that says nothing of its device", CP_TEXT("")));
    return cp_device_flush(doc);
}

cp_err cp_evidence_document(struct cp_evidence_set *set, cp_text path, cp_text bytes,
                            const struct cp_evidence_about *about, struct cp_diag *diag)
{
    struct cp_device_doc doc = {.set = set, .diag = diag, .text = bytes};
    cp_err err;

    if (diag != NULL)
        *diag = (struct cp_diag){.place = CP_PLACE_NONE};
    CP_TRY(cp_build_input(set->build, path, bytes, &doc.file));
    CP_TRY(add_device(set, path, about, &doc.device));
    doc.device->file = doc.file;
    doc.scratch = cp_arena_open(SIZE_MAX);
    if (doc.scratch == NULL)
        return CP_ERR_NOMEM;
    set->reason_count = 0;
    err = read_device(&doc);
    cp_arena_close(doc.scratch);
    return err;
}

cp_err cp_evidence_finish(struct cp_evidence_set *set, struct cp_diag *diag)
{
    cp_err err;

    if (diag != NULL)
        *diag = (struct cp_diag){.place = CP_PLACE_NONE};
    cp_build_counting(set->build, CP_COUNT_NO_ROWS); /* readers counted their records */
    err = cp_evidence_nodes(set, diag);
    if (err == CP_OK)
        err = cp_evidence_facts(set, diag);
    if (err == CP_OK)
        err = cp_evidence_neighbours(set, diag);
    cp_build_counting(set->build, CP_COUNT_ROWS);
    return err;
}
