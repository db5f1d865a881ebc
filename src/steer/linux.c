#include "writer.h"

#include <inttypes.h>

#include "base/map.h"

/*
 * Linux: a shell script for one headend.  Each colour has a routing table whose default is
 * `prohibit`; rules send what bears the colour's mark, or goes to an endpoint, into it; there a
 * route of each endpoint encapsulates by a group of nexthops, which is replaced at once when
 * another list is to be used.  A guard of nftables drops what was meant for a policy and leaves
 * without a segment routing header, whatever became of rules and tables.
 *
 * A list's last segment is the endpoint's loopback: the kernel there unpacks what arrives with a
 * routing header whose segments are used up.  Numbers of tables, nexthops and groups are 20000 and
 * more.
 */

#define TABLE_FIRST 20000u
#define GROUP_FIRST 20000u   /* of policy k: GROUP_FIRST + k */
#define NEXTHOP_FIRST 30000u /* of list l, counted over the script */
#define NUMBER_END 40000u    /* the script removes what is below when it is applied again */

static const char *fault(const struct steer_policy *policy, const struct cp_candidate *list)
{
    if (!cp_steer_is_srv6(list))
        return "Linux is written for SRv6 alone: nothing is written for a list of labels";
    if (policy->to.family != 6)
        return "the endpoint's loopback is no IPv6 address, so it cannot unpack SRv6: nothing is "
               "written for the list";
    return NULL;
}

/* What the script calls a policy by. */
struct steer_seat {
    uint32_t table;   /* of its colour */
    uint32_t nexthop; /* the first: of its primaries, then its backups */
    bool first; /* no policy before it has the endpoint's address: traffic without a mark is its */
};

static const struct steer_seat *seat_of(const struct steer_writer *w, const struct steer_policy *p)
{
    return &w->seats[p - w->policies];
}

static uint32_t number_of(const struct steer_writer *w, const struct steer_policy *p)
{
    return (uint32_t)(p - w->policies) + 1;
}

static cp_err take_seats(struct steer_writer *w)
{
    struct steer_seat *seats = CP_TAKE(w->work->arena, w->count, struct steer_seat);
    struct cp_map *addresses = NULL;
    struct steer_seat next = {TABLE_FIRST, NEXTHOP_FIRST, true};

    if (seats == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(w->work->arena, &addresses));
    for (uint32_t i = 0; i < w->count; i++) {
        const struct steer_policy *p = &w->policies[i];
        cp_text address = {(const char *)p->to.bytes, p->to.family == 6 ? 16 : 4};
        cp_err added = cp_map_add(addresses, address, i);

        if (added != CP_OK && added != CP_ERR_DUPLICATE)
            return added;
        next.table += i > 0 && p->colour != p[-1].colour ? 1 : 0;
        seats[i] = next;
        seats[i].first = added == CP_OK;
        next.nexthop += p->primary_count + p->backup_count;
    }
    w->seats = seats;
    return CP_OK;
}

static bool has_new_colour(const struct steer_writer *w, const struct steer_policy *p)
{
    return p == w->policies || p->colour != p[-1].colour;
}

static bool has_list(const struct steer_policy *p)
{
    return p->primary_count + p->backup_count > 0;
}

static void write_settings(struct steer_writer *w)
{
    const struct cp_graph *g = &w->work->answer->net->graph;
    uint32_t node = w->node;
    bool first = true;

    cp_out_str(&w->out, "set -eu\n\n");
    cp_out_str(&w->out, "# What lies behind each policy's endpoint, spaces between.\n");
    for (uint32_t i = 1; i <= w->count; i++)
        cp_out_format(&w->out, "PREFIXES_%" PRIu32 "=${PREFIXES_%" PRIu32 ":-}\n", i, i);
    cp_out_str(
        &w->out,
        "# Interfaces towards the core: they alone may receive routing headers.\nCORE=${CORE:-");
    for (uint32_t e = g->node_end_first[node]; e < g->node_end_first[node + 1]; e++) {
        cp_text port = cp_steer_port(w, g->end_link[g->node_ends[e]]);

        if (port.len == 0 || port.len > 15 || cp_text_find(port, '/', 0) < port.len)
            continue;
        cp_out_str(&w->out, first ? "" : " ");
        cp_out_text(&w->out, port);
        first = false;
    }
    cp_out_str(&w->out,
               "}\nPREFERENCE=${PREFERENCE:-1000} # of the first of its rules\n"
               "DEVICE=${DEVICE:-sr0} # its routes hang on it; it stays up whatever fails\n\n");
}

static const char functions[] =
    "family() { case $1 in *:*) echo -6 ;; *) echo -4 ;; esac; }\n"
    "\n"
    "setup() {\n"
    "    sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv6.conf.all.seg6_enabled=1\n"
    "    for port in $CORE; do\n"
    "        sysctl -qw \"net.ipv6.conf.$(echo \"$port\" | tr . /).seg6_enabled=1\"\n"
    "    done\n"
    "    ip link show \"$DEVICE\" >/dev/null 2>&1 || ip link add \"$DEVICE\" type dummy 2>/dev/null ||\n"
    "        ip link add \"$DEVICE\" type bridge\n"
    "    ip link set \"$DEVICE\" up\n"
    "}\n"
    "\n"
    "# Whatever is meant for a policy leaves with a segment routing header or not at all.\n"
    "drop_marked() {\n"
    "    echo \"meta mark $1 meta nfproto ipv4 counter drop\"\n"
    "    echo \"meta mark $1 exthdr rt missing counter drop\"\n"
    "}\n"
    "drop_to() {\n"
    "    for prefix; do\n"
    "        case $prefix in\n"
    "        *:*) echo \"ip6 daddr $prefix exthdr rt missing counter drop\" ;;\n"
    "        *) echo \"ip daddr $prefix counter drop\" ;;\n"
    "        esac\n"
    "    done\n"
    "}\n"
    "\n"
    "# Their groups go with them, and with these the routes, which `ip route flush` refuses.\n"
    "no_nexthops() {\n"
    "    ip nexthop show | while read -r word id rest; do\n"
    "        if [ \"$word\" = id ] && [ \"$id\" -ge 20000 ] && [ \"$id\" -lt 40000 ]; then\n"
    "            ip nexthop del id \"$id\" 2>/dev/null || :\n"
    "        fi\n"
    "    done\n"
    "}\n"
    "\n"
    "# empty TABLE: but for the backstop; the guard holds while there is none\n"
    "empty() {\n"
    "    for f in -6 -4; do\n"
    "        ip $f route flush table \"$1\" 2>/dev/null || :\n"
    "        ip $f route replace prohibit default table \"$1\" metric 4294967295\n"
    "    done\n"
    "}\n"
    "\n"
    "# routes TABLE KIND PREFIX...\n"
    "routes() {\n"
    "    table=$1 kind=$2\n"
    "    shift 2\n"
    "    for prefix; do\n"
    "        case $kind in\n"
    "        prohibit) ip \"$(family \"$prefix\")\" route replace prohibit \"$prefix\" table \"$table\" ;;\n"
    "        *) ip \"$(family \"$prefix\")\" route replace \"$prefix\" table \"$table\" nhid \"$kind\" ;;\n"
    "        esac\n"
    "    done\n"
    "}\n"
    "\n"
    "# rule PREFERENCE FAMILY SELECTOR...\n"
    "rule() {\n"
    "    preference=$1 f=$2\n"
    "    shift 2\n"
    "    ip \"$f\" rule add preference \"$preference\" \"$@\"\n"
    "}\n"
    "\n";

/*
 * The guard's rules: in `forward` for what passes through, in `postrouting` for what bears a mark.
 */
static void write_guard(struct steer_writer *w)
{
    cp_out_str(&w->out, "guard() {\n    echo 'table inet cleanpath'\n    echo 'delete table inet "
                        "cleanpath'\n    echo 'table inet cleanpath {'\n    echo 'chain forward { "
                        "type filter hook forward priority 10; policy accept;'\n");
    for (uint32_t i = 0; i < w->count; i++) {
        const struct steer_policy *p = &w->policies[i];

        if (has_new_colour(w, p))
            cp_out_format(&w->out, "    drop_marked %" PRIu32 "\n", p->colour);
        cp_out_str(&w->out, "    drop_to ");
        if (seat_of(w, p)->first) {
            cp_steer_address_write(&w->out, &p->to);
            cp_out_char(&w->out, ' ');
        }
        cp_out_format(&w->out, "$PREFIXES_%" PRIu32 "\n", i + 1);
    }
    cp_out_str(&w->out, "    echo '}'\n    echo 'chain postrouting { type filter hook postrouting "
                        "priority 10; policy accept;'\n");
    for (uint32_t i = 0; i < w->count; i++) {
        if (has_new_colour(w, &w->policies[i]))
            cp_out_format(&w->out, "    drop_marked %" PRIu32 "\n", w->policies[i].colour);
    }
    cp_out_str(&w->out, "    echo '}'\n    echo '}'\n}\n\n");
}

static bool is_to_node(const struct steer_policy *p, const struct cp_candidate *c)
{
    const struct cp_segment *last = &c->segments.at[c->segments.count - 1];

    return last->kind == CP_SEGMENT_NODE && last->to == p->endpoint;
}

/*
 * An End of the endpoint itself would hand nothing to its own loopback, so that alone stands for
 * it.
 */
static void write_nexthop(struct steer_writer *w, const struct steer_policy *p,
                          const struct cp_candidate *c, uint32_t id)
{
    uint32_t count = c->segments.count - (is_to_node(p, c) ? 1 : 0);

    cp_out_format(&w->out, "    ip -6 nexthop replace id %" PRIu32 " encap seg6 mode encap segs ",
                  id);
    for (uint32_t i = 0; i < count; i++) {
        cp_steer_sid(w, &c->segments.at[i].sid);
        cp_out_char(&w->out, ',');
    }
    cp_steer_address_write(&w->out, &p->to);
    cp_out_str(&w->out, " dev \"$DEVICE\"\n");
}

/* "    use_1 30000,7/30001,3" */
static cp_err write_use(struct steer_writer *w, const struct steer_policy *p, cp_path_role role)
{
    const struct cp_candidate *const *lists = role == CP_ROLE_PRIMARY ? p->primaries : p->backups;
    uint32_t count = role == CP_ROLE_PRIMARY ? p->primary_count : p->backup_count;
    uint32_t id = seat_of(w, p)->nexthop + (role == CP_ROLE_PRIMARY ? 0 : p->primary_count);
    uint32_t *weight = CP_TAKE(w->work->arena, count, uint32_t);

    if (weight == NULL)
        return CP_ERR_NOMEM;
    cp_steer_weigh(w->work, lists, count, weight);
    cp_out_format(&w->out, "    use_%" PRIu32 " ", number_of(w, p));
    for (uint32_t i = 0; i < count; i++)
        cp_out_format(&w->out, "%s%" PRIu32 ",%" PRIu32, i == 0 ? "" : "/", id + i, weight[i]);
    cp_out_char(&w->out, '\n');
    return CP_OK;
}

/* use_1 GROUP: all its routes at once; stop_1: none. */
static void write_functions(struct steer_writer *w, const struct steer_policy *p)
{
    uint32_t n = number_of(w, p);
    uint32_t table = seat_of(w, p)->table;

    if (!has_list(p))
        return;
    cp_out_format(&w->out,
                  "use_%" PRIu32 "() {\n    ip nexthop replace id %" PRIu32
                  " group \"$1\"\n    routes %" PRIu32 " %" PRIu32 " ",
                  n, GROUP_FIRST + n, table, GROUP_FIRST + n);
    cp_steer_address_write(&w->out, &p->to);
    cp_out_format(&w->out,
                  " $PREFIXES_%" PRIu32 "\n}\nstop_%" PRIu32 "() { routes %" PRIu32 " prohibit ", n,
                  n, table);
    cp_steer_address_write(&w->out, &p->to);
    cp_out_format(&w->out, " $PREFIXES_%" PRIu32 "; }\n\n", n);
}

static cp_err write_routes(struct steer_writer *w, const struct steer_policy *p)
{
    uint32_t id = seat_of(w, p)->nexthop;

    if (!has_list(p))
        return CP_OK;
    for (uint32_t i = 0; i < p->primary_count; i++)
        write_nexthop(w, p, p->primaries[i], id++);
    for (uint32_t i = 0; i < p->backup_count; i++)
        write_nexthop(w, p, p->backups[i], id++);
    return write_use(w, p, p->primary_count > 0 ? CP_ROLE_PRIMARY : CP_ROLE_BACKUP);
}

/*
 * Of a colour: a packet in a packet has been encapsulated here and goes on by its segments.  Rules
 * see its protocol as 41 or 4, and an End.X of the router's own as 43; the guard drops one that
 * has no routing header.
 */
static void write_mark_rules(struct steer_writer *w, const struct steer_policy *p)
{
    cp_out_format(
        &w->out,
        "    for inner in 43 41 4; do rule \"$PREFERENCE\" -6 ipproto $inner fwmark %" PRIu32
        " lookup main; done\n"
        "    for f in -6 -4; do rule $((PREFERENCE + 1)) $f fwmark %" PRIu32 " lookup %" PRIu32
        "; done\n",
        p->colour, p->colour, seat_of(w, p)->table);
}

/* "    rule $((PREFERENCE + 4)) -6 iif lo to fcff:3::1 lookup main" */
static void write_rule_to(struct steer_writer *w, const struct steer_policy *p, uint32_t preference,
                          const char *also)
{
    cp_out_format(&w->out, "    rule $((PREFERENCE + %" PRIu32 ")) -%" PRIu32 " %sto ", preference,
                  p->to.family, also);
    cp_steer_address_write(&w->out, &p->to);
    cp_out_str(&w->out, " lookup ");
}

/*
 * Whether some list is the endpoint's loopback alone: then what is encapsulated goes there by
 * ordinary routing.  No other list may: a packet that comes back from a router beyond a broken
 * link would.
 */
static bool begins_at_endpoint(const struct steer_policy *p)
{
    bool begins = false;

    for (uint32_t i = 0; i < p->primary_count && !begins; i++)
        begins = p->primaries[i]->segments.count == 1 && is_to_node(p, p->primaries[i]);
    for (uint32_t i = 0; i < p->backup_count && !begins; i++)
        begins = p->backups[i]->segments.count == 1 && is_to_node(p, p->backups[i]);
    return begins;
}

/*
 * Marks come first; then what goes to prefixes and endpoints, but for what the router itself sends
 * to these.
 */
static void write_rules(struct steer_writer *w, const struct steer_policy *p)
{
    uint32_t table = seat_of(w, p)->table;

    if (has_new_colour(w, p))
        write_mark_rules(w, p);
    cp_out_format(&w->out,
                  "    for prefix in $PREFIXES_%" PRIu32
                  "; do rule $((PREFERENCE + 2)) \"$(family \"$prefix\")\" to \"$prefix\" lookup "
                  "%" PRIu32 "; done\n",
                  number_of(w, p), table);
    if (!seat_of(w, p)->first)
        return;
    if (begins_at_endpoint(p)) {
        cp_out_str(&w->out, "    for inner in 43 41 4; do\n    ");
        write_rule_to(w, p, 3, "ipproto $inner ");
        cp_out_str(&w->out, "main\n    done\n");
    }
    write_rule_to(w, p, 3, "iif lo ");
    cp_out_str(&w->out, "main\n");
    write_rule_to(w, p, 4, "");
    cp_out_format(&w->out, "%" PRIu32 "\n", table);
}

static void write_source(struct steer_writer *w)
{
    struct cp_steer_address own = cp_steer_address_of(w->work, w->node);

    if (own.family != 6)
        return;
    cp_out_str(&w->out, "    ip sr tunsrc set ");
    cp_steer_address_write(&w->out, &own);
    cp_out_char(&w->out, '\n');
}

/*
 * The guard stands first: no packet escapes while rules and routes change, or if a command fails.
 */
static cp_err write_apply(struct steer_writer *w)
{
    cp_out_str(&w->out,
               "no_rules() {\n    for f in -6 -4; do\n"
               "        for more in 0 1 2 3 4; do\n"
               "            while ip $f rule del preference $((PREFERENCE + more)) "
               "2>/dev/null; do :; done\n"
               "        done\n    done\n}\n\napply() {\n    guard | nft -f -\n    setup\n");
    write_source(w);
    cp_out_str(&w->out, "    no_nexthops\n");
    for (uint32_t i = 0; i < w->count; i++) {
        if (has_new_colour(w, &w->policies[i]))
            cp_out_format(&w->out, "    empty %" PRIu32 "\n", w->seats[i].table);
    }
    for (uint32_t i = 0; i < w->count; i++)
        CP_TRY(write_routes(w, &w->policies[i]));
    cp_out_str(&w->out, "    no_rules\n");
    for (uint32_t i = 0; i < w->count; i++)
        write_rules(w, &w->policies[i]);
    cp_out_str(&w->out, "}\n\n");
    return CP_OK;
}

static cp_err write_choice(struct steer_writer *w, const struct steer_policy *p)
{
    uint32_t n = number_of(w, p);

    if (p->primary_count > 0) {
        cp_out_format(&w->out, "\"primary %" PRIu32 "\")\n", n);
        CP_TRY(write_use(w, p, CP_ROLE_PRIMARY));
        cp_out_str(&w->out, "    ;;\n");
    }
    if (p->backup_count > 0) {
        cp_out_format(&w->out, "\"backup %" PRIu32 "\")\n", n);
        CP_TRY(write_use(w, p, CP_ROLE_BACKUP));
        cp_out_str(&w->out, "    ;;\n");
    }
    if (has_list(p))
        cp_out_format(&w->out, "\"stop %" PRIu32 "\")\n    stop_%" PRIu32 "\n    ;;\n", n, n);
    return CP_OK;
}

static cp_err write_choices(struct steer_writer *w)
{
    cp_out_str(&w->out, "case \"${1:-apply} ${2:-}\" in\n\"apply \")\n    apply\n    ;;\n");
    for (uint32_t i = 0; i < w->count; i++)
        CP_TRY(write_choice(w, &w->policies[i]));
    cp_out_str(&w->out, "\"remove \") # its traffic takes the ordinary route from here on\n"
                        "    no_rules\n    no_nexthops\n");
    for (uint32_t i = 0; i < w->count; i++) {
        if (has_new_colour(w, &w->policies[i]))
            cp_out_format(&w->out,
                          "    for f in -6 -4; do ip $f route flush table %" PRIu32
                          " 2>/dev/null || :; done\n",
                          w->seats[i].table);
    }
    cp_out_str(&w->out, "    nft delete table inet cleanpath 2>/dev/null || :\n    ;;\n*)\n"
                        "    echo \"usage: $0 [apply | primary n | backup n | stop n | remove]\" "
                        ">&2\n    exit 64\n    ;;\nesac\n");
    return CP_OK;
}

static cp_err warn_of_marks(struct steer_writer *w)
{
    bool shared = false;

    for (uint32_t i = 0; i < w->count && !shared; i++)
        shared = !w->seats[i].first;
    if (!shared)
        return CP_OK;
    return cp_steer_warn(
        w->work, CP_NONE, w->node, STEER_LEAK,
        "several colours share an endpoint: traffic to its loopback without a mark "
        "takes the first colour's path, which need not be clean for the others");
}

/* Groups and nexthops are of one range of numbers: one that is given twice would steer by another policy. */
static bool has_numbers(const struct steer_writer *w)
{
    const struct steer_policy *last = &w->policies[w->count - 1];
    uint64_t nexthops = seat_of(w, last)->nexthop;

    nexthops += last->primary_count + last->backup_count;
    return GROUP_FIRST + w->count < NEXTHOP_FIRST && nexthops <= NUMBER_END;
}

static cp_err refuse(struct steer_writer *w)
{
    cp_out_str(&w->out, "echo \"$0: more policies than there are numbers for\" >&2\nexit 1\n");
    return cp_steer_warn(w->work, CP_NONE, w->node, STEER_LEAK,
                         "more policies or lists at one router than its script has numbers for: "
                         "none is written, and their traffic takes the ordinary route");
}

static cp_err policies(struct steer_writer *w)
{
    CP_TRY(take_seats(w));
    if (!has_numbers(w))
        return refuse(w);
    CP_TRY(warn_of_marks(w));
    cp_out_str(cp_steer_remark(w), "usage: sh FILE [apply | primary n | backup n | stop n | "
                                   "remove]; n is the policy's number\n");
    write_settings(w);
    cp_out_str(&w->out, functions);
    write_guard(w);
    for (uint32_t i = 0; i < w->count; i++)
        write_functions(w, &w->policies[i]);
    CP_TRY(write_apply(w));
    return write_choices(w);
}

const struct steer_system cp_steer_linux = {.start = "#!/bin/sh\n",
                                            .comment = "# ",
                                            .list_max = 120, /* a routing header has 127 */
                                            .weight_max = 255,
                                            .sharing_max = UINT32_MAX,
                                            .stops = true,
                                            .fault = fault,
                                            .policies = policies};
