#include "fits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/message.h"

/* A case of two nodes and one demand, by hand; what is said is kept. */

static char said[4096];

static void keep(const char *line)
{
    size_t len = strlen(said);

    (void)snprintf(said + len, sizeof said - len, "%s\n", line);
}

static struct cp_node_rec nodes[] = {{.id = {"seoul-1", 7}, .layer = CP_LAYER_IP},
                                     {.id = {"fibre", 5}, .layer = CP_LAYER_OPTICAL}};
static struct cp_demand demands[] = {{.id = {"d1", 2}}};
static struct cp_case net = {
    .nodes = nodes, .node_count = 2, .demands = demands, .demand_count = 1};
static struct cp_loaded loaded = {.net = &net};

static struct cp_drive_peer peers[3];
static struct cp_control_delegated delegated[1];
static struct cp_ted_identity identities[1];
static struct daemon_config config;
static struct cp_placed placed[2];

static int set_up(void **state)
{
    said[0] = '\0';
    cp_message_to(keep);
    peers[0] = (struct cp_drive_peer){.kind = CP_PEER_PCEP,
                                      .name = CP_TEXT("one"),
                                      .node = CP_TEXT("seoul-1"),
                                      .address = cp_ip_find(CP_TEXT("10.0.0.1"))};
    peers[1] = (struct cp_drive_peer){
        .kind = CP_PEER_PCEP, .name = CP_TEXT("two"), .address = cp_ip_find(CP_TEXT("10.0.0.2"))};
    peers[2] = (struct cp_drive_peer){.kind = CP_PEER_DOCUMENTS, .name = CP_TEXT("isis")};
    delegated[0] = (struct cp_control_delegated){CP_TEXT("one"), CP_TEXT("secret"), CP_TEXT("d1")};
    identities[0] = (struct cp_ted_identity){CP_TEXT("0000.0000.0001"), CP_TEXT("seoul-1")};
    config = (struct daemon_config){
        .file.path = "c.yaml",
        .drive = {.peers = peers,
                  .peer_count = 3,
                  .identities = identities,
                  .identity_count = 1,
                  .keepalive_s = 30,
                  .dead_s = 120,
                  .control = {.delegated = delegated, .delegated_count = 1}}};
    *state = cp_arena_open((size_t)1 << 20);
    return *state == NULL;
}

static int tear_down(void **state)
{
    cp_message_to(NULL);
    cp_arena_close(*state);
    return 0;
}

static void what_is_there_fits(void **state)
{
    assert_int_equal(daemon_config_fits(&config, &loaded, *state), CP_EXIT_OK);
    assert_string_equal(said, "");
}

static void what_is_not_there_is_said_with_its_place(void **state)
{
    peers[1].node = CP_TEXT("seoul-2");
    placed[0] = (struct cp_placed){&peers[1].node, {0, 7, 13}, NULL};
    config.file.placed = &placed[0];
    assert_int_equal(daemon_config_fits(&config, &loaded, *state), CP_EXIT_POLICY);
    assert_string_equal(
        said, "c.yaml:7:13: the node of 'two' is not there: 'seoul-2'; did you mean 'seoul-1'?\n");
}

/* A mapping and its first value have one address: the value was placed later. */
static void the_newest_place_counts(void **state)
{
    peers[1].address = peers[0].address;
    placed[0] = (struct cp_placed){&peers[1].address, {0, 7, 13}, NULL};
    placed[1] = (struct cp_placed){&peers[1].address, {0, 8, 3}, &placed[0]};
    config.file.placed = &placed[1];
    assert_int_equal(daemon_config_fits(&config, &loaded, *state), CP_EXIT_POLICY);
    assert_string_equal(said, "c.yaml:8:3: the address of 'two' is that of 'one', too: a peer is "
                              "known by its address\n");
}

static void a_node_has_one_session(void **state)
{
    peers[1].node = CP_TEXT("seoul-1");
    placed[0] = (struct cp_placed){&peers[1].node, {0, 7, 13}, NULL};
    config.file.placed = &placed[0];
    assert_int_equal(daemon_config_fits(&config, &loaded, *state), CP_EXIT_POLICY);
    assert_string_equal(said, "c.yaml:7:13: the node of 'two' is that of 'one', too: a node has "
                              "one session\n");
}

static void that_nothing_is_learned_is_a_warning(void **state)
{
    config.drive.peer_count = 2;
    assert_int_equal(daemon_config_fits(&config, &loaded, *state), CP_EXIT_OK);
    assert_string_equal(said, "c.yaml: warning: there is no feed and no BGP peer: nothing is "
                              "learned of the network, and nothing is steered\n");
}

static void nodes_of_other_layers_are_no_routers(void **state)
{
    identities[0].node = CP_TEXT("fibre");
    assert_int_equal(daemon_config_fits(&config, &loaded, *state), CP_EXIT_POLICY);
    assert_string_equal(said, "c.yaml: the node of '0000.0000.0001' is not there: 'fibre'\n");
}

/* Both ends: paths run both ways. */
static void ends_of_demands_without_a_peer_are_told_and_no_error(void **state)
{
    cp_node ends[] = {{0}, {1}};
    struct cp_demand demand = {
        .id = CP_TEXT("d1"), .traffic_class = CP_TEXT("secret"), .src = {0, 1}, .dst = {1, 1}};
    struct cp_case ended = net;

    ended.demands = &demand;
    ended.demand_ends = ends;
    loaded.net = &ended;
    assert_int_equal(daemon_config_headends(&config, &loaded, *state), CP_EXIT_OK);
    assert_string_equal(said, ""); /* "two" may be the other end, as far as anybody knows */
    config.drive.peer_count = 1;
    assert_int_equal(daemon_config_headends(&config, &loaded, *state), CP_EXIT_OK);
    assert_string_equal(said, "c.yaml: warning: no peer of pcep is the router of 'fibre', where "
                              "demands begin or end: nobody steers them there\n");
    loaded.net = &net;
}

/* Whichever take fails: what could not be looked at is not called good. */
static void want_of_memory_is_an_error(void **state)
{
    struct cp_arena *arena = *state;
    cp_exit code = CP_EXIT_SYSTEM;
    uint64_t takes = 0;

    peers[1].node = CP_TEXT("seoul-2");
    for (; code == CP_EXIT_SYSTEM; takes++) {
        said[0] = '\0';
        cp_arena_fail_after(arena, takes);
        code = daemon_config_fits(&config, &loaded, arena);
        if (code == CP_EXIT_SYSTEM)
            assert_non_null(strstr(said, "out of memory"));
    }
    assert_int_equal(code, CP_EXIT_POLICY);
    assert_true(takes > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_there_fits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_said_with_its_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_newest_place_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_node_has_one_session, set_up, tear_down),
        cmocka_unit_test_setup_teardown(that_nothing_is_learned_is_a_warning, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nodes_of_other_layers_are_no_routers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ends_of_demands_without_a_peer_are_told_and_no_error,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(want_of_memory_is_an_error, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
