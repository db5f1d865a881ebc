#include <string.h>

#include "evidence/evidence.h"
#include "model/case.h"

/*
 * Documents of lldpcli, a byte 0x1e between them, beside an inventory: whatever they say the case is made,
 * and what the inventory says of its own things is still said of them, and of nothing else.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 28 };

static cp_place place(uint32_t line)
{
    return (cp_place){0, line, 1};
}

static void add_node(struct cp_build *build, const char *id)
{
    struct cp_node_row row = cp_node_row_make(place(2), cp_text_of(id));

    CP_ASSERT(cp_build_node(build, &row, NULL) == CP_OK);
}

static void add_link(struct cp_build *build, const char *id, const char *a, const char *b,
                     const char *link_class)
{
    struct cp_link_row row = cp_link_row_make(place(3), cp_text_of(a), cp_text_of(b));

    row.id = cp_text_of(id);
    row.link_class = cp_text_of(link_class);
    if (link_class[0] == '\0')
        row.a_port = row.b_port = CP_TEXT("Gi0/1");
    CP_ASSERT(cp_build_link(build, &row, NULL) == CP_OK);
}

static const char *const objects[] = {"a", "a/slot 1", "cable", "cable/optic", "a--c", "site:s"};

static void add_facts(struct cp_build *build)
{
    for (size_t i = 0; i < CP_COUNT(objects); i++) {
        bool site = i + 1 == CP_COUNT(objects);
        struct cp_fact_row row = {.place = place(10 + (uint32_t)i),
                                  .object = cp_text_of(objects[i]),
                                  .attribute = site ? CP_TEXT("country") : CP_TEXT("maker"),
                                  .value = CP_TEXT("zte"),
                                  .date = CP_DATE_NONE,
                                  .expires = CP_DATE_NONE};

        CP_ASSERT(cp_build_fact(build, &row, NULL) == CP_OK);
    }
}

static void add_inventory(struct cp_build *build)
{
    struct cp_site_row site = cp_site_row_make(place(1), CP_TEXT("s"));
    uint32_t file;

    CP_ASSERT(cp_build_input(build, CP_TEXT("nodes.csv"), CP_TEXT(""), &file) == CP_OK);
    CP_ASSERT(cp_build_site(build, &site, NULL) == CP_OK);
    add_node(build, "a");
    add_node(build, "b");
    add_node(build, "c");
    add_link(build, "cable", "a", "b", "");
    add_link(build, "", "a", "c", "");
    add_link(build, "lan", "a b", "c", "lan");
    add_facts(build);
}

/* Facts of the inventory about the thing: so many, each in its place. */
static void check_facts(const struct cp_case *c, uint32_t first, uint32_t end, uint32_t expected)
{
    uint32_t count = 0;

    for (uint32_t i = first; i < end; i++)
        count += c->facts[i].place.file == 0;
    CP_ASSERT(count == expected);
}

static void check(const struct cp_case *c)
{
    uint32_t a = cp_case_node(c, CP_TEXT("a")).at, cable = cp_case_link(c, CP_TEXT("cable")).at,
             bare = cp_case_link(c, CP_TEXT("a--c")).at, all = 0;

    CP_ASSERT(a == 0 && cable == 0 && bare == 1);
    CP_ASSERT(c->links[2].lan && c->links[2].ends.count == 3);
    check_facts(c, c->node_facts[a], c->node_facts[a + 1], 2);
    check_facts(c, c->link_facts[cable], c->link_facts[cable + 1], 2);
    check_facts(c, c->link_facts[bare], c->link_facts[bare + 1], 1);
    for (uint32_t i = 0; i < c->fact_count; i++)
        all += c->facts[i].place.file == 0;
    CP_ASSERT(all == CP_COUNT(objects));
    CP_ASSERT(cp_text_is(c->sites[0].country, "zte"));
}

static bool read_all(struct cp_evidence_set *set, cp_text text)
{
    static const char *const names[] = {"a.lldp", "b.lldp", "x.lldp", "y.lldp"};
    cp_text document;

    for (size_t i = 0; i < CP_COUNT(names) && cp_text_word(&text, "\x1e", &document); i++) {
        struct cp_diag diag;

        if (cp_evidence_document(set, cp_text_of(names[i]), document, NULL, &diag) != CP_OK)
            return false;
    }
    return true;
}

static void run(struct cp_arena *arena, cp_text text)
{
    struct cp_evidence_set *set;
    const struct cp_case *made;
    struct cp_build *build;
    struct cp_diag diag;

    CP_ASSERT(cp_build_open(arena, &build) == CP_OK);
    add_inventory(build);
    CP_ASSERT(cp_evidence_open(build, arena, &set) == CP_OK);
    if (!read_all(set, text))
        return;
    CP_ASSERT(cp_evidence_finish(set, &diag) == CP_OK);
    CP_ASSERT(cp_build_finish(build, CP_DATE_NONE, &made, &diag) == CP_OK);
    check(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);

    CP_ASSERT(arena != NULL);
    run(arena, (cp_text){(const char *)data, size});
    cp_arena_close(arena);
    return 0;
}
