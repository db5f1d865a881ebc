#pragma once

#include "model/port.h"
#include "model/seen.h"
#include "trial.h"

/** What the tests of neighbours share: documents made by hand, and links in one line each. */

enum { DOCUMENTS_MAX = 64 };

/** A document of this name is begun; what is said from now on is said in it. */
static inline struct cp_device_doc seen_document(struct trial *t, const char *stem,
                                                 bool authenticated)
{
    struct cp_device_doc doc = {.set = t->set, .scratch = t->arena, .diag = &t->diag};
    struct cp_evidence_set *set = t->set;
    void *devices = set->devices;
    cp_text name;

    assert_int_equal(cp_text_copy(cp_text_of(stem), t->arena, &name), CP_OK);
    assert_int_equal(cp_build_input(set->build, cp_text_of(stem), CP_TEXT(""), &doc.file), CP_OK);
    assert_int_equal(cp_arena_grow(set->arena, &devices, set->device_count, &set->device_cap,
                                   sizeof(*set->devices)),
                     CP_OK);
    set->devices = devices;
    doc.device = &set->devices[set->device_count++];
    *doc.device =
        (struct cp_device){.path = name,
                           .stem = name,
                           .file = doc.file,
                           .source = "snmp",
                           .authenticated = authenticated,
                           .about = {.evidence = cp_text_of(authenticated ? "authenticated-read"
                                                                          : "unauthenticated-read"),
                                     .date = CP_DATE_NONE},
                           .said.first = set->said_count,
                           .seen.first = set->seen_count,
                           .also.first = set->also_count};
    return doc;
}

static inline void seen_says(struct cp_device_doc *doc, const char *part, const char *attribute,
                             const char *value)
{
    assert_int_equal(cp_device_says(doc, (cp_place){doc->file, 1, 1}, cp_text_of(part), attribute,
                                    cp_text_of(value)),
                     CP_OK);
}

static inline void seen_also(struct cp_device_doc *doc, const char *port, const char *also)
{
    assert_int_equal(cp_device_port_also(doc, cp_text_of(port), cp_text_of(also)), CP_OK);
}

/** At a port a neighbour by its name, which names its port. */
static inline struct cp_sighting seen_by_name(struct cp_device_doc *doc, const char *port,
                                              const char *name, const char *far_port)
{
    return (struct cp_sighting){.place = {doc->file, doc->device->seen.count + 1, 1},
                                .protocol = "lldp",
                                .port = cp_text_of(port),
                                .name = cp_text_of(name),
                                .port_id = cp_text_of(far_port),
                                .port_id_kind = CP_TEXT("interface-name")};
}

static inline void seen_add(struct cp_device_doc *doc, const struct cp_sighting *seen)
{
    assert_int_equal(cp_device_sees(doc, seen), CP_OK);
}

static inline void seen_sees(struct cp_device_doc *doc, const char *port, const char *name,
                             const char *far_port)
{
    struct cp_sighting seen = seen_by_name(doc, port, name, far_port);

    seen_add(doc, &seen);
}

/** The same with a chassis id. */
static inline void seen_sees_mac(struct cp_device_doc *doc, const char *port, const char *mac,
                                 const char *name, const char *far_port)
{
    struct cp_sighting seen = seen_by_name(doc, port, name, far_port);

    seen.chassis_id = cp_text_of(mac);
    seen.chassis_id_kind = CP_TEXT("mac");
    seen_add(doc, &seen);
}

static inline void seen_link(struct trial *t, const char *id, const char *a, const char *a_port,
                             const char *b, const char *b_port)
{
    struct cp_link_row row =
        cp_link_row_make((cp_place){t->inventory, 3, 1}, cp_text_of(a), cp_text_of(b));

    row.id = cp_text_of(id);
    row.a_port = cp_text_of(a_port);
    row.b_port = cp_text_of(b_port);
    assert_int_equal(cp_build_link(t->build, &row, &t->diag), CP_OK);
}

/** "a 1 - b 2 [a 1 lldp, b 2 lldp]": ends, and who saw it by what, in the order of the case. */
static inline void seen_write(const struct trial *t, uint32_t link, char *out, size_t size)
{
    const struct cp_case *c = t->made;
    size_t len = 0;

    for (uint32_t i = 0; i < c->links[link].ends.count; i++) {
        const struct cp_end *end = &c->ends[c->links[link].ends.first + i];
        cp_text id = c->nodes[end->node.at].id;

        len += (size_t)snprintf(out + len, size - len, "%s%.*s %.*s", i == 0 ? "" : " - ",
                                (int)id.len, id.at, (int)end->port.len, end->port.at);
    }
    len += (size_t)snprintf(out + len, size - len, " [");
    for (uint32_t i = c->link_facts[link]; i < c->link_facts[link + 1]; i++) {
        const struct cp_fact *fact = &c->facts[i];
        cp_text source = c->evidence[fact->evidence].source;

        len += (size_t)snprintf(out + len, size - len, "%s%.*s %.*s",
                                i == c->link_facts[link] ? "" : ", ", (int)fact->value.len,
                                fact->value.at, (int)source.len, source.at);
    }
    len += (size_t)snprintf(out + len, size - len, "]");
    assert_true(len < size);
}

/** The case has these links, in this order; NULL ends the list. */
static inline void assert_links(const struct trial *t, const char *const *expected)
{
    char got[1024] = "";
    uint32_t at = 0;

    for (; at < t->made->link_count && expected[at] != NULL; at++) {
        seen_write(t, at, got, sizeof(got));
        assert_string_equal(got, expected[at]);
    }
    for (; at < t->made->link_count; at++) {
        seen_write(t, at, got, sizeof(got));
        print_error("too many: %s\n", got);
    }
    assert_null(expected[at]);
    assert_int_equal(at, t->made->link_count);
}

#define ASSERT_LINKS(t, ...) assert_links((t), (const char *const[]){__VA_ARGS__, NULL})
