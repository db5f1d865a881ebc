#include <stdio.h>
#include <stdlib.h>

#include "seen_trial.h"

/*
 * Random networks whose cables are known, told by their devices in any order, with words left out and lies
 * between them.  What comes out is held against the cables themselves: a list that is searched plainly.
 */

enum { DEVICES = 10, PORTS = 8, CABLES_MAX = 40, ROUNDS = 500 };

struct rng {
    uint64_t state;
};

static uint32_t below(struct rng *rng, uint32_t n)
{
    rng->state = rng->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rng->state >> 33) % n;
}

struct end {
    uint32_t device, port;
};

struct cable {
    struct end ends[2];
    bool told[2]; /* the end's device tells of it */
    bool in_inventory, with_ports;
};

struct net {
    struct rng rng;
    uint32_t devices, cables;
    struct cable at[CABLES_MAX];
    bool read[DEVICES], liar[DEVICES];
    uint32_t used[DEVICES]; /* ports with a cable */
    bool lies, inventory;
};

static void plug(struct net *n, struct end *end, uint32_t device)
{
    *end = (struct end){device, n->used[device]++};
}

static void make_net(struct net *n, uint64_t seed, bool lies, bool inventory)
{
    *n = (struct net){.rng = {seed * 77 + 5}, .lies = lies, .inventory = inventory};
    n->devices = 2 + below(&n->rng, DEVICES - 1);
    for (uint32_t i = 0; i < n->devices; i++) {
        n->read[i] = below(&n->rng, 5) > 0;
        n->liar[i] = lies && below(&n->rng, 4) == 0;
    }
    for (uint32_t tries = below(&n->rng, CABLES_MAX); tries > 0; tries--) {
        uint32_t a = below(&n->rng, n->devices), b = below(&n->rng, n->devices);
        struct cable *cable = &n->at[n->cables];

        if (a == b || n->used[a] == PORTS || n->used[b] == PORTS)
            continue;
        plug(n, &cable->ends[0], a);
        plug(n, &cable->ends[1], b);
        for (uint32_t i = 0; i < 2; i++)
            cable->told[i] = n->read[cable->ends[i].device] && below(&n->rng, 4) > 0;
        cable->in_inventory = inventory && below(&n->rng, 2) == 0;
        cable->with_ports = below(&n->rng, 3) > 0;
        n->cables++;
    }
}

/* --- what devices are called ----------------------------------------------------------------- */

struct name {
    char at[64];
};

static struct name device_name(uint32_t device)
{
    struct name name;

    (void)snprintf(name.at, sizeof(name.at), "r%u", device);
    return name;
}

static struct name device_mac(uint32_t device)
{
    struct name name;

    (void)snprintf(name.at, sizeof(name.at), "00:00:00:00:%02x:00", device + 1);
    return name;
}

static struct name port_mac(struct end end)
{
    struct name name;

    (void)snprintf(name.at, sizeof(name.at), "00:00:00:00:%02x:%02x", end.device + 1, end.port + 1);
    return name;
}

static struct name port_name(struct end end, uint32_t spelling)
{
    static const struct {
        const char *before, *after;
    } spellings[] = {
        {"GigabitEthernet0/", ""}, {"Gi0/", ""}, {"gigabitethernet 0/", ""}, {"ge-0/", ".0"}};
    struct name name;

    spelling %= (uint32_t)CP_COUNT(spellings);
    (void)snprintf(name.at, sizeof(name.at), "%s%u%s", spellings[spelling].before, end.port + 1,
                   spellings[spelling].after);
    return name;
}

/* --- what they tell -------------------------------------------------------------------------- */

/* Of the port at the other end, in one of the ways that agents have. */
static void tell_port(struct net *n, struct end far, struct name *id, struct cp_sighting *seen)
{
    uint32_t way = below(&n->rng, n->read[far.device] ? 4 : 2);

    switch (way) {
    case 2:
        *id = port_mac(far);
        seen->port_id_kind = CP_TEXT("mac");
        break;
    case 3:
        (void)snprintf(id->at, sizeof(id->at), "%u", 500 + far.port);
        seen->port_id_kind = CP_TEXT("local");
        break;
    default:
        *id = port_name(far, below(&n->rng, 4));
        seen->port_id_kind = CP_TEXT("interface-name");
        break;
    }
    seen->port_id = cp_text_of(id->at);
}

static void tell_cable(struct net *n, struct cp_device_doc *doc, struct end near, struct end far)
{
    struct name port = port_name(near, 0), id, name = device_name(far.device),
                mac = device_mac(far.device), full;
    struct cp_sighting seen = seen_by_name(doc, port.at, "", "");
    uint32_t way = below(&n->rng, 3);

    (void)snprintf(full.at, sizeof(full.at), "%s%s", below(&n->rng, 2) == 0 ? "R" : "r",
                   name.at + 1);
    seen.name = way == 1 ? CP_TEXT("") : cp_text_of(full.at);
    if (way > 0 || !n->read[far.device] || n->lies) {
        seen.chassis_id = cp_text_of(mac.at);
        seen.chassis_id_kind = CP_TEXT("mac");
    }
    if (!n->read[far.device] && seen.name.len == 0)
        seen.name = cp_text_of(full.at);
    tell_port(n, far, &id, &seen);
    seen_add(doc, &seen);
}

/* A liar bears names and addresses of others, towards its neighbours and to who reads it. */
static void tell_lie(struct net *n, struct cp_device_doc *doc, struct end near)
{
    uint32_t as = below(&n->rng, n->devices), as_mac = below(&n->rng, n->devices);
    struct name port = port_name(near, 0), name = device_name(as), mac = device_mac(as_mac), id;
    struct cp_sighting seen = seen_by_name(doc, port.at, name.at, "");

    seen.chassis_id = cp_text_of(mac.at);
    seen.chassis_id_kind = CP_TEXT("mac");
    id = port_name((struct end){as, below(&n->rng, PORTS)}, 1);
    seen.port_id = cp_text_of(id.at);
    if (as == near.device) /* it would be the viewer itself */
        return;
    seen_add(doc, &seen);
}

static void tell_end(struct net *n, struct cp_device_doc *doc, const struct cable *cable,
                     uint32_t end)
{
    struct end near = cable->ends[end], far = cable->ends[1 - end];

    if (n->liar[near.device] || n->liar[far.device])
        tell_lie(n, doc, near);
    else
        tell_cable(n, doc, near, far);
}

static void tell_device(struct net *n, struct trial *t, uint32_t device)
{
    struct name name = device_name(device), mac = device_mac(device);
    struct cp_device_doc doc = seen_document(t, name.at, true);

    if (n->liar[device]) {
        name = device_name(below(&n->rng, n->devices));
        mac = device_mac(below(&n->rng, n->devices));
    }
    seen_says(&doc, "", "sys-name", name.at);
    if (!n->liar[device])
        seen_says(&doc, "", "mac", mac.at);
    for (uint32_t i = 0; i < PORTS; i++) {
        struct end end = {device, i};
        struct name port = port_name(end, 0), address = port_mac(end), number;

        (void)snprintf(number.at, sizeof(number.at), "%u", 500 + i);
        if (n->liar[device])
            address = port_mac((struct end){below(&n->rng, n->devices), i});
        seen_says(&doc, port.at, "mac", address.at);
        seen_also(&doc, port.at, number.at);
    }
    for (uint32_t i = 0; i < n->cables; i++)
        for (uint32_t end = 0; end < 2; end++)
            if (n->at[i].told[end] && n->at[i].ends[end].device == device)
                tell_end(n, &doc, &n->at[i], end);
}

static void tell_inventory(struct net *n, struct trial *t)
{
    for (uint32_t i = 0; n->inventory && i < n->devices; i++)
        trial_node(t, device_name(i).at);
    for (uint32_t i = 0; i < n->cables; i++) {
        const struct cable *cable = &n->at[i];
        struct name a = device_name(cable->ends[0].device), b = device_name(cable->ends[1].device);
        struct name p = port_name(cable->ends[0], 1), q = port_name(cable->ends[1], 2), id;

        if (!cable->in_inventory)
            continue;
        (void)snprintf(id.at, sizeof(id.at), "cable %u", i);
        seen_link(t, id.at, a.at, cable->with_ports ? p.at : "", b.at,
                  cable->with_ports ? q.at : "");
    }
}

/* The case that comes of it; devices are told in the order of a step. */
static struct trial tell(const struct net *net, uint32_t step)
{
    struct trial t = trial_open();
    struct net n = *net;
    struct rng kept = n.rng;

    tell_inventory(&n, &t);
    for (uint32_t i = 0; i < n.devices; i++) {
        uint32_t device = i * step % n.devices;

        n.rng.state = kept.state + device; /* the same words in any order */
        if (n.read[device])
            tell_device(&n, &t, device);
    }
    (void)trial_make(&t);
    return t;
}

/* --- the plain answer ------------------------------------------------------------------------ */

static cp_text link_end_id(const struct cp_case *c, uint32_t link, uint32_t end)
{
    return c->nodes[c->ends[c->links[link].ends.first + end].node.at].id;
}

/* Whether a link's end is a cable's. */
static bool is_end(const struct cp_case *c, uint32_t link, uint32_t i, struct end end)
{
    cp_text port = c->ends[c->links[link].ends.first + i].port;
    struct name name = device_name(end.device), expected = port_name(end, 0);
    cp_text id = link_end_id(c, link, i);

    return cp_text_same_word(id, cp_text_of(name.at)) &&
           (port.len == 0 || cp_port_same(port, cp_text_of(expected.at)));
}

static bool is_of(const struct cp_case *c, uint32_t link, const struct cable *cable)
{
    return (is_end(c, link, 0, cable->ends[0]) && is_end(c, link, 1, cable->ends[1])) ||
           (is_end(c, link, 0, cable->ends[1]) && is_end(c, link, 1, cable->ends[0]));
}

/* Whether a cable's end is among those that saw the link. */
static bool was_seen_by(const struct cp_case *c, uint32_t link, struct end end)
{
    struct name name = device_name(end.device), port = port_name(end, 0);

    for (uint32_t i = c->link_facts[link]; i < c->link_facts[link + 1]; i++) {
        cp_text value = c->facts[i].value;
        size_t space = cp_text_find(value, ' ', 0);

        if (cp_text_is(cp_text_sub(value, 0, space), name.at) &&
            cp_port_same(cp_text_sub(value, space + 1, value.len), cp_text_of(port.at)))
            return true;
    }
    return false;
}

/* Somebody vouches for it: a liar may well bear the name of a device that nobody knows. */
static bool is_vouched(const struct net *n, uint32_t device)
{
    return !n->lies || (!n->liar[device] && (n->read[device] || n->inventory));
}

static bool is_honest(const struct net *n, const struct cable *cable)
{
    return is_vouched(n, cable->ends[0].device) && is_vouched(n, cable->ends[1].device);
}

/* Exactly one link is the cable, and those of its ends saw it that told of it. */
static void assert_cable(const struct cp_case *c, const struct cable *cable)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < c->link_count; i++) {
        bool seen[2] = {was_seen_by(c, i, cable->ends[0]), was_seen_by(c, i, cable->ends[1])};

        if (!is_of(c, i, cable) || (!seen[0] && !seen[1]))
            continue;
        found++;
        assert_int_equal(seen[0], cable->told[0]);
        assert_int_equal(seen[1], cable->told[1]);
        assert_int_equal(cp_link_seen(c, (cp_link){i}).ends, (int)seen[0] + (int)seen[1]);
    }
    assert_int_equal(found, 1);
}

static void assert_cables(const struct net *n, const struct cp_case *c)
{
    for (uint32_t i = 0; i < n->cables; i++)
        if (is_honest(n, &n->at[i]) && (n->at[i].told[0] || n->at[i].told[1]))
            assert_cable(c, &n->at[i]);
}

static bool is_between(const struct cable *cable, uint32_t a, uint32_t b)
{
    return (cable->ends[0].device == a && cable->ends[1].device == b) ||
           (cable->ends[0].device == b && cable->ends[1].device == a);
}

/* Between two devices: links with ports are cables; those without take up what else was told. */
static uint32_t count_between(const struct net *n, uint32_t a, uint32_t b)
{
    uint32_t with_ports = 0, bare = 0, told = 0;

    for (uint32_t i = 0; i < n->cables; i++) {
        const struct cable *cable = &n->at[i];
        bool exact = cable->in_inventory && cable->with_ports;

        if (!is_between(cable, a, b))
            continue;
        with_ports += exact;
        bare += cable->in_inventory && !exact;
        told += !exact && (cable->told[0] || cable->told[1]);
    }
    return with_ports + (bare > told ? bare : told);
}

static uint32_t count_expected(const struct net *n)
{
    uint32_t count = 0;

    for (uint32_t a = 0; a < n->devices; a++)
        for (uint32_t b = a + 1; b < n->devices; b++)
            count += count_between(n, a, b);
    return count;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* All links as lines, sorted. */
static void write_all(const struct trial *t, char lines[][512], uint32_t *count)
{
    *count = t->made->link_count;
    for (uint32_t i = 0; i < *count; i++)
        seen_write(t, i, lines[i], 512);
    qsort(lines, *count, 512, by_text);
}

static void assert_same_in_any_order(const struct net *n, const struct trial *t)
{
    static char one[256][512], other[256][512];
    uint32_t one_count, other_count;
    struct trial turned = tell(n, n->devices - 1);

    write_all(t, one, &one_count);
    write_all(&turned, other, &other_count);
    assert_int_equal(one_count, other_count);
    for (uint32_t i = 0; i < one_count; i++)
        assert_string_equal(one[i], other[i]);
    assert_int_equal(t->made->remark_count, turned.made->remark_count);
    trial_close(&turned);
}

static void run(bool lies, bool inventory)
{
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        struct net n;
        struct trial t;

        make_net(&n, seed, lies, inventory);
        t = tell(&n, 1);
        assert_cables(&n, t.made);
        if (!lies)
            assert_int_equal(t.made->link_count, count_expected(&n));
        assert_same_in_any_order(&n, &t);
        trial_close(&t);
    }
}

static void cables_are_found_as_their_ends_tell(void **state)
{
    (void)state;
    run(false, false);
}

static void cables_of_an_inventory_are_not_found_twice(void **state)
{
    (void)state;
    run(false, true);
}

static void liars_take_no_cable_from_others(void **state)
{
    (void)state;
    run(true, false);
}

static void liars_take_no_cable_from_an_inventory(void **state)
{
    (void)state;
    run(true, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cables_are_found_as_their_ends_tell),
        cmocka_unit_test(cables_of_an_inventory_are_not_found_twice),
        cmocka_unit_test(liars_take_no_cable_from_others),
        cmocka_unit_test(liars_take_no_cable_from_an_inventory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
