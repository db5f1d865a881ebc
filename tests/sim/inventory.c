#include <stdlib.h>

#include "sim.h"

/* What the operator gives to the controller: the inventory and the policy as texts, read as the daemon reads them. */

const char *const maker_names[MAKERS] = {"", "Huawei", "ZTE", "Juniper", "Nokia"};

static const char *const list_names[MAKERS] = {"", "huawei", "zte", "juniper", "nokia"};

static const char *const classes[COLOURS] = {"secret", "sealed"};

static bool is_node(const struct sim *s, uint32_t r)
{
    return s->routers[r].known && (s->rules.out >> r & 1) == 0;
}

static void write_nodes(const struct sim *s, struct cp_out *out)
{
    cp_out_str(out, "id,maker,loopback\n");
    for (uint32_t r = 0; r < s->router_count; r++)
        if (is_node(s, r))
            cp_out_format(out, "r%u,%s,10.0.0.%u\n", r, maker_names[s->rules.makers[r]], r + 1);
}

static bool is_listed(const struct sim *s, uint32_t l)
{
    const struct link *link = &s->links[l];

    return link->known && !link->lan && is_node(s, link->a) && is_node(s, link->b);
}

static void write_links(const struct sim *s, struct cp_out *out)
{
    uint32_t lan = 0;

    cp_out_str(out, "id,a,b,maker,class\n");
    for (uint32_t l = 0; l < s->link_count; l++)
        if (is_listed(s, l))
            cp_out_format(out, "l%u,r%u,r%u,%s,\n", l, s->links[l].a, s->links[l].b,
                          maker_names[s->links[l].maker]);
    if (s->lan_links == 0)
        return;
    while ((s->lan_links >> lan & 1) == 0)
        lan++;
    cp_out_str(out, "lan,");
    for (uint32_t r = 0; r < s->router_count; r++)
        if ((s->lan_routers >> r & 1) != 0)
            cp_out_format(out, " r%u", r);
    cp_out_format(out, ",,%s,lan\n", maker_names[s->links[lan].maker]);
}

static void write_facts(const struct sim *s, struct cp_out *out)
{
    cp_out_str(out, "object,attribute,value\n");
    for (uint32_t l = 0; l < s->link_count; l++)
        if (is_listed(s, l))
            cp_out_format(out, "l%u,address-a,10.1.%u.1\nl%u,address-b,10.1.%u.2\n", l, l, l, l);
}

static void write_demands(const struct sim *s, struct cp_out *out)
{
    cp_out_str(out, "id,src,dst,class\n");
    for (uint32_t d = 0; d < s->demand_count; d++)
        cp_out_format(out, "d%u,r%u,r%u,%s\n", d, s->demands[d].src, s->demands[d].dst,
                      classes[colour_of(s, s->demands[d].src, s->demands[d].dst) - COLOUR]);
}

/* Days of a calendar of months of 28: all that is needed is that later ones are later. */
static void write_day(struct cp_out *out, uint32_t day)
{
    cp_out_format(out, "%u-%02u-%02u", 2027 + day / 336, 1 + day / 28 % 12, 1 + day % 28);
}

static void write_licence(const struct sim *s, struct cp_out *out, uint32_t m, const char *of)
{
    cp_out_format(out,
                  "  - id: for-%s-%s\n"
                  "    relaxes: no-%s-%s\n"
                  "    says: It may go on for some days.\n"
                  "    covers: { maker: %s }\n"
                  "    granted: { by: us, ref: a letter, on: 2027-01-01 }\n"
                  "    from: 2027-01-01\n"
                  "    until: ",
                  list_names[m], of, list_names[m], of, list_names[m]);
    write_day(out, s->rules.licensed[m] - 1); /* the last day */
    cp_out_str(out, "\n");
}

static void write_licences(const struct sim *s, struct cp_out *out)
{
    bool first = true;

    for (uint32_t m = 1; m < MAKERS; m++) {
        if (s->rules.licensed[m] == 0 || (s->rules.forbidden >> m & 1) == 0 ||
            s->plant == PLANT_DIRTY)
            continue;
        cp_out_str(out, first ? "licences:\n" : "");
        for (uint32_t c = 0; c < COLOURS; c++)
            write_licence(s, out, m, classes[c]);
        first = false;
    }
}

static void write_rule(struct cp_out *out, const char *maker, const char *of, const char *unknown)
{
    cp_out_format(out,
                  "  - id: no-%s-%s\n"
                  "    says: This traffic does not pass it.\n"
                  "    forbid-transit: { maker: %s }\n"
                  "    of: %s\n"
                  "    unknown: %s\n",
                  maker, of, maker, of, unknown);
}

/* Both classes have the same rules. */
static void write_policy(const struct sim *s, struct cp_out *out)
{
    cp_out_str(out, "cleanpath-policy: 1\n"
                    "id: sim\n"
                    "says: Secret traffic does not pass some equipment.\n"
                    "authority: { by: us, owner: us@example.org }\n"
                    "traffic:\n"
                    "  secret: { says: Any flow that is named so. }\n"
                    "  sealed: { says: Any flow that is named so. }\n"
                    "rules:\n");
    for (uint32_t m = 1; m < MAKERS; m++)
        for (uint32_t c = 0; c < COLOURS; c++)
            if ((s->rules.forbidden >> m & 1) != 0 && s->plant != PLANT_DIRTY)
                write_rule(out, list_names[m], classes[c], "untrusted");
            else if (m == 1)
                write_rule(out, "zte", classes[c], "trusted");
    write_licences(s, out);
}

static cp_text today(const struct sim *s, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    write_day(&out, s->rules.day);
    must(cp_out_done(&out, &text));
    return text;
}

static void read_table(struct cp_read *read, cp_role role, const char *path,
                       void (*write)(const struct sim *s, struct cp_out *out), const struct sim *s,
                       struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_diag diag = {0};
    cp_text text;

    write(s, &out);
    must(cp_out_done(&out, &text));
    must(cp_read_document(read, role, cp_text_of(path), text, &diag));
}

struct inventory *inventory_make(struct sim *s)
{
    struct inventory *inventory = room(NULL, 1, sizeof *inventory);
    struct cp_arena *arena = cp_arena_open((size_t)1 << 28);
    struct cp_out out = cp_out_make(arena);
    struct cp_diag diag = {0};
    struct cp_build *build;
    struct cp_read *read;
    cp_text text;

    *inventory = (struct inventory){.arena = arena, .next = s->inventories};
    s->inventories = inventory;
    must(cp_build_open(arena, &build));
    must(cp_read_open(build, arena, &read));
    read_table(read, CP_ROLE_NETWORK, "nodes.csv", write_nodes, s, arena);
    read_table(read, CP_ROLE_NETWORK, "links.csv", write_links, s, arena);
    read_table(read, CP_ROLE_FACTS, "facts.csv", write_facts, s, arena);
    read_table(read, CP_ROLE_DEMANDS, "demands.csv", write_demands, s, arena);
    must(cp_read_finish(read, &diag));
    must(cp_build_finish(build, CP_DATE_NONE, &inventory->net, &diag));
    write_policy(s, &out);
    must(cp_out_done(&out, &text));
    must(cp_policy_read(text, 0, arena, &inventory->policy.policy, &diag));
    must(cp_date_parse(today(s, arena), &inventory->policy.as_of));
    return inventory;
}

void inventory_let_go(struct sim *s, const struct cp_case *net)
{
    for (struct inventory **at = &s->inventories; *at != NULL; at = &(*at)->next) {
        struct inventory *gone = *at;

        if (gone->net != net)
            continue;
        *at = gone->next;
        cp_arena_close(gone->arena);
        free(gone);
        return;
    }
    fail(s, "an inventory let go that is not there", "-");
}

void inventories_close(struct sim *s)
{
    while (s->inventories != NULL)
        inventory_let_go(s, s->inventories->net);
}
