#include "device.h"

#include "clean.h"
#include "set.h"

cp_err cp_device_fail(struct cp_device_doc *doc, cp_err err, cp_place place, const char *why,
                      cp_text subject)
{
    return cp_diag_set(doc->diag, err, place, why, subject);
}

cp_err cp_device_used(struct cp_device_doc *doc, uint32_t count)
{
    cp_build_used(doc->set->build, doc->file, count);
    return CP_OK;
}

static cp_err make_remark(struct cp_device_doc *doc, const struct cp_reason *reason)
{
    cp_text subject;
    unsigned changed;

    CP_TRY(cp_clean(reason->subject, CP_DIAG_SUBJECT_MAX, doc->set->arena, &subject, &changed));
    return cp_build_remark(doc->set->build, reason->kind, reason->place, reason->why, subject,
                           reason->count);
}

cp_err cp_device_remark(struct cp_device_doc *doc, cp_remark_kind kind, cp_place place,
                        const char *why, cp_text subject)
{
    return cp_device_remarks(doc, kind, place, why, subject, 1);
}

cp_err cp_device_remarks(struct cp_device_doc *doc, cp_remark_kind kind, cp_place place,
                         const char *why, cp_text subject, uint32_t count)
{
    struct cp_reason reason = {kind, place, why, subject, count};
    struct cp_evidence_set *set = doc->set;

    if (count == 0)
        return CP_OK;
    for (uint32_t i = 0; i < set->reason_count; i++) {
        if (set->reasons[i].kind == kind && set->reasons[i].why == why) {
            set->reasons[i].count += count;
            return CP_OK;
        }
    }
    if (set->reason_count == CP_LIMIT_REASONS)
        return make_remark(doc, &reason);
    subject = cp_text_sub(subject, 0, CP_DIAG_SUBJECT_MAX);
    CP_TRY(cp_text_copy(subject, doc->scratch, &reason.subject));
    set->reasons[set->reason_count++] = reason;
    return CP_OK;
}

cp_err cp_device_flush(struct cp_device_doc *doc)
{
    for (uint32_t i = 0; i < doc->set->reason_count; i++)
        CP_TRY(make_remark(doc, &doc->set->reasons[i]));
    doc->set->reason_count = 0;
    return CP_OK;
}

/* A clean copy; what had to be changed is a finding. */
static cp_err keep_text(struct cp_device_doc *doc, cp_place place, size_t limit_bytes,
                        cp_text *text)
{
    static const struct {
        unsigned change;
        const char *why;
    } changes[] = {
        {CP_CLEAN_LATIN1, "bytes that are not UTF-8 are read as ISO 8859-1"},
        {CP_CLEAN_CONTROL, "control characters are read as spaces"},
        {CP_CLEAN_HIDDEN, "characters that are not seen are left out"},
        {CP_CLEAN_CUT, "a text that is too long is cut"},
    };
    cp_text raw = *text;
    unsigned changed;

    CP_TRY(cp_clean(raw, limit_bytes, doc->set->arena, text, &changed));
    for (size_t i = 0; changed != 0 && i < CP_COUNT(changes); i++)
        if ((changed & changes[i].change) != 0)
            CP_TRY(
                cp_device_remark(doc, CP_REMARK_FINDING, place, changes[i].why, cp_text_trim(raw)));
    return CP_OK;
}

static cp_err keep_name(struct cp_device_doc *doc, cp_place place, cp_text *name)
{
    return keep_text(doc, place, CP_LIMIT_NAME_SAID_BYTES, name);
}

static cp_err too_many(struct cp_device_doc *doc, cp_place place, const char *why)
{
    return cp_device_remark(doc, CP_REMARK_NOT_UNDERSTOOD, place, why, CP_TEXT(""));
}

cp_err cp_device_says(struct cp_device_doc *doc, cp_place place, cp_text part,
                      const char *attribute, cp_text value)
{
    struct cp_evidence_set *set = doc->set;
    struct cp_device *device = doc->device;
    struct cp_said said = {place, attribute, part, value};
    void *at = set->said;

    if (device->said.count == CP_LIMIT_SAYINGS)
        return too_many(doc, place, "more than a document may say of its device");
    CP_TRY(keep_name(doc, place, &said.part));
    CP_TRY(keep_text(doc, place, CP_LIMIT_TEXT_SAID_BYTES, &said.value));
    if (said.value.len == 0)
        return CP_OK;
    if (said.part.len == 0 && device->sys_name.len == 0 &&
        cp_text_is(cp_text_of(attribute), "sys-name")) {
        device->sys_name = said.value;
        device->sys_name_place = place;
    }
    CP_TRY(cp_arena_grow(set->arena, &at, set->said_count, &set->said_cap, sizeof(*set->said)));
    set->said = at;
    set->said[set->said_count++] = said;
    device->said.count++;
    return CP_OK;
}

cp_err cp_device_sees(struct cp_device_doc *doc, const struct cp_sighting *sighting)
{
    struct cp_evidence_set *set = doc->set;
    struct cp_sighting seen = *sighting;
    cp_text *names[] = {&seen.port,         &seen.chassis_id, &seen.chassis_id_kind, &seen.port_id,
                        &seen.port_id_kind, &seen.name,       &seen.address,         &seen.serial};
    cp_text *texts[] = {&seen.port_descr, &seen.descr, &seen.platform,
                        &seen.maker,      &seen.model, &seen.software};
    void *at = set->seen;

    if (doc->device->seen.count == CP_LIMIT_SIGHTINGS)
        return too_many(doc, seen.place, "more neighbours than a document may have");
    for (size_t i = 0; i < CP_COUNT(names); i++)
        CP_TRY(keep_name(doc, seen.place, names[i]));
    for (size_t i = 0; i < CP_COUNT(texts); i++)
        CP_TRY(keep_text(doc, seen.place, CP_LIMIT_TEXT_SAID_BYTES, texts[i]));
    CP_TRY(cp_arena_grow(set->arena, &at, set->seen_count, &set->seen_cap, sizeof(*set->seen)));
    set->seen = at;
    set->seen[set->seen_count++] = seen;
    doc->device->seen.count++;
    return CP_OK;
}

cp_err cp_device_port_also(struct cp_device_doc *doc, cp_text port, cp_text also)
{
    struct cp_evidence_set *set = doc->set;
    struct cp_also names = {port, also};
    cp_place start = {doc->file, 1, 1};
    void *at = set->also;

    if (doc->device->also.count == CP_LIMIT_PORT_NAMES)
        return too_many(doc, start, "more names of ports than a document may have");
    CP_TRY(keep_name(doc, start, &names.port));
    CP_TRY(keep_name(doc, start, &names.also));
    if (names.also.len == 0 || cp_text_eq(names.port, names.also))
        return CP_OK;
    CP_TRY(cp_arena_grow(set->arena, &at, set->also_count, &set->also_cap, sizeof(*set->also)));
    set->also = at;
    set->also[set->also_count++] = names;
    doc->device->also.count++;
    return CP_OK;
}
