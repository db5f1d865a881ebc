#include "netbox_lines.h"

/* What a dump holds is not lost: it is used, or it is said why not. */

static struct net net;

static void what_was_given_up_but_leads_to_a_provider_counts(void **state)
{
    (void)state;
    device(&net, 1, "a", "");
    interface(&net, 1, 1);
    add_line(&net, "{\"id\":4," URL("circuits/provider-networks") ",\"name\":\"cloud\"}", 4);
    circuit(&net, 1, "KT-1", ",\"status\":{\"value\":\"decommissioned\"}");
    term(&net, 1, 1, 'A', "");
    term(&net, 2, 1, 'Z',
         ",\"termination_type\":\"circuits.providernetwork\",\"termination_id\":4");
    cable(&net, 1, "i1", "t1", "");
    make(&net);
    ASSERT_LINKS(&net, "KT-1 ip [leased-circuit] by KT <a:p1> <cloud:>");
    close_net(&net);
}

static void a_panel_with_half_a_mapping_is_not_understood(void **state)
{
    (void)state;
    device(&net, 1, "a", "");
    device(&net, 2, "panel", "");
    interface(&net, 1, 1);
    front(&net, 1, 2, 99, 1);
    cable(&net, 1, "i1", "f1", "");
    make(&net);
    assert_remark(&net, CP_REMARK_NOT_UNDERSTOOD,
                  "a port of a panel that is joined with one that is not here");
    close_net(&net);
}

static void a_mac_address_of_nobody_is_not_understood(void **state)
{
    (void)state;
    device(&net, 1, "a", "");
    add_line(&net,
             "{\"id\":%u," URL("dcim/mac-addresses") ",\"mac_address\":\"00:11:22:33:44:55\","
                                                     "\"assigned_object_type\":\"dcim.interface\","
                                                     "\"assigned_object_id\":77}",
             1, 1);
    make(&net);
    assert_remark(&net, CP_REMARK_NOT_UNDERSTOOD, "a MAC address of an interface that is not here");
    close_net(&net);
}

static void a_circuit_without_cables_is_a_finding(void **state)
{
    (void)state;
    device(&net, 1, "a", "");
    circuit(&net, 1, "KT-1", "");
    term(&net, 1, 1, 'A', "");
    term(&net, 2, 1, 'Z', "");
    make(&net);
    assert_remark(
        &net, CP_REMARK_FINDING,
        "a circuit that no cables join to interfaces at both ends: no link is made of it");
    close_net(&net);
}

static const char *part_of(const struct net *n, uint32_t at)
{
    static char line[256];
    const struct cp_fact *fact = &n->c->facts[at];

    (void)snprintf(line, sizeof(line), "%.*s %.*s=%.*s", PICTURE_TEXT(fact->part),
                   PICTURE_TEXT(fact->attribute), PICTURE_TEXT(fact->value));
    return line;
}

static void item(struct net *n, uint32_t id, const char *name, const char *more)
{
    add_line(n,
             "{\"id\":%u," URL("dcim/inventory-items") ",\"device\":{\"id\":1},"
                                                       "\"name\":\"%s\"%s}",
             id, id, name, more);
}

static void an_item_of_which_nothing_is_said_is_a_part_all_the_same(void **state)
{
    (void)state;
    device(&net, 1, "a", "");
    item(&net, 1, "card", "");
    make(&net);
    assert_string_equal(part_of(&net, net.c->node_facts[1] - 1), "card class=inventory-item");
    close_net(&net);
}

static void items_of_one_name_get_numbers_that_no_other_has(void **state)
{
    static const char maker[] = ",\"manufacturer\":{\"name\":\"Acme\"}";
    static const char *const wanted[] = {"x maker=Acme", "x#2 maker=Acme", "x#3 maker=Acme",
                                         "x#2#2 maker=Acme", "x#4 maker=Acme"};
    static const char *const names[] = {"x", "x#2", "x", "x#2", "x"};
    uint32_t first;

    (void)state;
    device(&net, 1, "a", "");
    for (uint32_t i = 0; i < CP_COUNT(names); i++)
        item(&net, i + 1, names[i], maker);
    make(&net);
    first = net.c->node_facts[1] - (uint32_t)CP_COUNT(wanted);
    for (uint32_t i = 0; i < CP_COUNT(wanted); i++)
        assert_string_equal(part_of(&net, first + i), wanted[i]);
    close_net(&net);
}

static void a_link_whose_ways_were_not_all_followed_is_unknown(void **state)
{
    cp_link link;

    (void)state;
    device(&net, 1, "a", "");
    device(&net, 2, "b", "");
    device(&net, 5, "p", "");
    interface(&net, 1, 1);
    interface(&net, 2, 2);
    for (uint32_t i = 1; i <= 70; i++) {
        rear(&net, i, 5, 1);
        front(&net, i, 5, i, 1);
    }
    cable(&net, 1, "i1", "i2 f1", "");
    for (uint32_t i = 1; i < 70; i++) {
        char from[8], to[8];

        (void)snprintf(from, sizeof(from), "r%u", i);
        (void)snprintf(to, sizeof(to), "f%u", i + 1);
        cable(&net, 1 + i, from, to, "");
    }
    make(&net);
    assert_remark(&net, CP_REMARK_NOT_UNDERSTOOD, "a way over too many cables, or too many ways");
    link = cp_case_link(net.c, CP_TEXT("a--b"));
    assert_true(link.at != CP_NONE);
    assert_true(net.c->link_facts[link.at] < net.c->link_facts[link.at + 1]);
    assert_true(cp_text_is(net.c->facts[net.c->link_facts[link.at]].value, "unknown"));
    close_net(&net);
}

static void a_tenant_makes_one_tag(void **state)
{
    (void)state;
    device(&net, 1, "a", ",\"tenant\":{\"slug\":\"x trusted\"}");
    device(&net, 2, "b", ",\"tenant\":{\"slug\":\"x\"}");
    make(&net);
    assert_int_equal(net.c->nodes[0].tags.count, 0);
    assert_int_equal(net.c->nodes[1].tags.count, 1);
    assert_remark(&net, CP_REMARK_NOT_UNDERSTOOD, "a tenant's slug with a space in it");
    close_net(&net);
}

#define CASE(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_was_given_up_but_leads_to_a_provider_counts),
        CASE(a_panel_with_half_a_mapping_is_not_understood),
        CASE(a_mac_address_of_nobody_is_not_understood),
        CASE(a_circuit_without_cables_is_a_finding),
        CASE(an_item_of_which_nothing_is_said_is_a_part_all_the_same),
        CASE(a_link_whose_ways_were_not_all_followed_is_unknown),
        CASE(a_tenant_makes_one_tag),
        CASE(items_of_one_name_get_numbers_that_no_other_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
