#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "yang_trial.h"

/* Reads the IETF's own examples in ../shared/data/models (or in the folder in CP_SHARED_DATA) and holds what
 * became of their records against counts made by hand; skipped where there are none. */

enum { PATH_BYTES = 512, FILE_BYTES = 65536 };

static void data_path(const char *name, char path[PATH_BYTES])
{
    const char *data = getenv("CP_SHARED_DATA");
    int len =
        snprintf(path, PATH_BYTES, "%s/models/%s", data != NULL ? data : "../shared/data", name);

    assert_true(len > 0 && len < PATH_BYTES);
}

static cp_text slurp(struct cp_arena *arena, const char *path)
{
    char *bytes = CP_TAKE(arena, FILE_BYTES, char);
    FILE *file = fopen(path, "rb");
    size_t len;

    assert_non_null(bytes);
    assert_non_null(file);
    len = fread(bytes, 1, FILE_BYTES, file);
    assert_true(len < FILE_BYTES);
    assert_int_equal(fclose(file), 0);
    return (cp_text){bytes, len};
}

static void the_examples_of_the_ietf_are_read_whole(void **state)
{
    static const struct {
        const char *name;
        uint32_t used, ignored, nodes, links;
    } files[] = {
        /* 2 nodes, 2 termination points, 1 link */
        {"ivy-inventory/link-type-example.json", 5, 0, 2, 1},
        /* 3 elements, 54 components */
        {"ivy-inventory/multi-chassis-examples.json", 57, 0, 3, 0},
        /* 1 element, 5 components */
        {"ivy-inventory/port-examples.json", 6, 0, 1, 0},
        /* 4 elements, 15 components, 3 locations, 8 racks; ignored: 3 types of locations, 74 members of racks,
         * 4 places in racks with nothing in them */
        {"transport-nbi/inventory-examples.json", 30, 81, 4, 0},
        /* a tunnel and a comment */
        {"transport-nbi/mpi1-odu2-tunnel-config.json", 0, 2, 0, 0},
        /* 1 node, 7 termination points; ignored: 77 comments, 2 names of the network, 1 list of tunnels' ends, 22
         * members on switching, 12 on bandwidth left, 7 links that leave the network */
        {"transport-nbi/mpi1-otn-topology.json", 8, 121, 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(files); i++) {
        struct trial t = trial_open();
        char path[PATH_BYTES];
        const struct cp_case *c;

        data_path(files[i].name, path);
        assert_int_equal(trial_read(&t, CP_ROLE_NETWORK, files[i].name, slurp(t.arena, path)),
                         CP_OK);
        c = trial_make(&t);
        assert_counts(c, 0, files[i].used, files[i].ignored, 0);
        assert_int_equal(c->node_count, files[i].nodes);
        assert_int_equal(c->link_count, files[i].links);
        trial_close(&t);
    }
}

static void an_inventory_joins_the_topology_that_names_its_elements(void **state)
{
    struct trial t = trial_open();
    char path[PATH_BYTES];
    const struct cp_case *c;

    (void)state;
    data_path("ivy-inventory/link-type-example.json", path);
    assert_int_equal(trial_read(&t, CP_ROLE_NETWORK, "topology.json", slurp(t.arena, path)), CP_OK);
    yang_add(
        &t,
        "{'ietf-network-inventory:network-inventory': {'network-elements': {'network-element': ["
        "{'ne-id': 'example:NE-SW1', 'mfg-name': 'Nokia', 'components': {'component': ["
        "{'component-id': 'eth-port-1', 'class': 'iana-hardware:port'}, "
        "{'component-id': 'sfp', 'class': 'iana-hardware:module', 'parent': ['eth-port-1'], "
        "'mfg-name': 'Finisar'}]}}]}}}");
    c = trial_make(&t);
    assert_text(part_fact(c, "example:SW-1", "", "maker", 0), "Nokia");
    assert_text(part_fact(c, "example:SW-1", "example:TP-SW1-P1/sfp", "maker", 0), "Finisar");
    assert_text(link_fact(c, "example:Link-SW1-SW2", "technology"), "fiber");
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_ietf_are_read_whole),
        cmocka_unit_test(an_inventory_joins_the_topology_that_names_its_elements),
    };
    char path[PATH_BYTES];

    data_path("ivy-inventory/port-examples.json", path);
    if (access(path, R_OK) != 0) {
        (void)puts("1..0 # SKIP there is no ../shared/data"); /* of the test protocol */
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
