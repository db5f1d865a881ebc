#include "trial.h"

static const cp_role net = CP_ROLE_NETWORK;

static void refused(const char *path, const char *text, cp_err err, uint32_t line, uint32_t column,
                    const char *subject)
{
    cp_role role = CP_ROLE_NETWORK;

    if (strcmp(path, "sites.csv") == 0)
        role = CP_ROLE_SITES;
    if (strcmp(path, "facts.csv") == 0)
        role = CP_ROLE_FACTS;
    if (strcmp(path, "demands.csv") == 0)
        role = CP_ROLE_DEMANDS;
    if (strcmp(path, "evidence.csv") == 0)
        role = CP_ROLE_EVIDENCE_TABLE;
    assert_refused(role, path, cp_text_of(text), err, line, column, subject);
}

static void a_lan_may_list_all_ends_in_a(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c;

    (void)state;
    trial_add(&t, net, "nodes.csv", "id\nr\ns\nt\n");
    trial_add(&t, net, "links.csv", "a,b,class,metric_ab\nr s t,,lan,7\n");
    c = trial_make(&t);
    assert_int_equal(c->links[0].ends.count, 3);
    assert_int_equal(c->ends[c->links[0].ends.first + 2].metric, 7);
    assert_text(c->links[0].id, "r s t");
    trial_close(&t);
    refused("links.csv", "a,b\nr,\n", CP_ERR_MALFORMED, 2, 3, "");
    refused("links.csv", "a,b,class\nr s,,\n", CP_ERR_MALFORMED, 2, 5, "");
    refused("links.csv", "a,b,class\nr,,lan\n", CP_ERR_MALFORMED, 2, 3, "");
    refused("links.csv", "a,b,class\n,s,lan\n", CP_ERR_MALFORMED, 2, 1, "a");
    refused("links.csv", "a,b,class,metric_ba\nr s,,lan,3\n", CP_ERR_CONFLICT, 2, 5, "");
}

static void what_is_vouched_for_outlives_its_table(void **state)
{
    static char text[] = "who,file,evidence,date,x-desk,node\n"
                         "kim,walks/r1.snmprec,authenticated-read,2026-11-02,4,r1\n,walks,,,,\n";
    struct trial t = trial_open();
    const struct cp_vouched *rows;
    uint32_t count;

    (void)state;
    trial_add(&t, CP_ROLE_EVIDENCE_TABLE, "evidence.csv", text);
    memset(text, 'x', sizeof(text) - 1);
    trial_add(&t, CP_ROLE_EVIDENCE_TABLE, "more/evidence.csv", "file\nr2.snmprec\n");
    rows = cp_read_vouched(t.read, &count);
    assert_int_equal(count, 3);
    assert_text(rows[0].file, "walks/r1.snmprec");
    assert_text(rows[0].node, "r1");
    assert_text(rows[0].who, "kim");
    assert_text(rows[0].evidence, "authenticated-read");
    assert_int_equal(rows[0].evidence_place.column, 22);
    assert_int_equal(rows[0].date, (cp_date)20759);
    assert_text(rows[1].file, "walks");
    assert_int_equal(rows[1].evidence.len, 0);
    assert_int_equal(rows[1].date, CP_DATE_NONE);
    assert_int_equal(rows[2].place.file, 1);
    assert_int_equal(trial_make(&t)->inputs[0].used, 2);
    trial_close(&t);
    refused("evidence.csv", "node,who\nr1,kim\n", CP_ERR_MALFORMED, 1, 1, "file");
    refused("evidence.csv", "file,grade\nr1,claim\n", CP_ERR_UNKNOWN_ID, 1, 6, "grade");
    refused("evidence.csv", "file,who\n,kim\n", CP_ERR_MALFORMED, 2, 1, "file");
}

static void names_of_nothing_are_shown_at_their_cell(void **state)
{
    static const uint32_t places[][2] = {{3, 3}, {4, 1}, {3, 4}, {2, 3}, {3, 1}};
    struct trial t = trial_open();
    const struct cp_case *c;

    (void)state;
    trial_add(&t, CP_ROLE_SITES, "sites.csv", "id\nx\n");
    trial_add(&t, net, "nodes.csv", "id,x-y,site\nr,,x\ns,,z\n");
    trial_add(&t, net, "links.csv", "a,b\nr,s\ns,zz\nzz,s\n");
    trial_add(&t, CP_ROLE_DEMANDS, "demands.csv", "src,dst\nr,zz\n\"z\",r\nr,s\n");
    c = trial_make(&t);
    assert_int_equal(c->link_count, 1);
    assert_int_equal(c->demand_count, 1);
    for (uint32_t i = 0, k = 0; i < c->remark_count; i++) {
        if (c->remarks[i].kind != CP_REMARK_NOT_UNDERSTOOD)
            continue;
        assert_true(k < CP_COUNT(places));
        assert_int_equal(c->remarks[i].place.line, places[k][0]);
        assert_int_equal(c->remarks[i].place.column, places[k++][1]);
    }
    for (uint32_t i = 1; i < c->input_count; i++)
        assert_true(c->inputs[i].not_understood > 0);
    trial_close(&t);
    t = trial_open();
    trial_add(&t, net, "nodes.csv", "id,managed_by\nr,q\n");
    assert_int_equal(cp_build_finish(t.build, CP_DATE_NONE, &c, &t.diag), CP_ERR_UNKNOWN_ID);
    assert_int_equal(t.diag.place.column, 3);
    trial_close(&t);
}

static void every_column_of_every_table_is_read(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c;
    const struct cp_link_rec *link;

    (void)state;
    trial_add(&t, CP_ROLE_SITES, "sites.csv",
              "id,name,country,lat,lon,tags\nseo,Seoul,KR,37.5665,126.978,capital\n");
    trial_add(
        &t, net, "nodes.csv",
        "tags,managed_by,sid,loopback,lon,lat,software,model,maker,operator,site,role,layer,id\n"
        "x y,m1,16001,10.0.0.1,126.5,-37.25,VRP,NE40E,Huawei,kt,seo,core,ip,r1\n"
        ",,,2001:db8::1/128,,,,,,,,,,r2\n,,,,,,,,,,,,management,m1\n,,,,,,,,,,,,optical,o1\n"
        ",,,,,,,,,,,,optical,o2\n");
    trial_add(
        &t, net, "links.csv",
        "a,b,id,a_port,b_port,layer,class,metric_ab,metric_ba,capacity_bps,delay_us,srlgs,over,"
        "maker,operator,tags\n"
        "r1,r2,L,p1,p2,ip,leased-circuit,10,20,2.5e9,500,s1 s2,U,ZTE,skb,t\n"
        "o1,o2,U,,,optical,,,,,,,,,,\nr2,r1,,,,,,,,,,,,,,\n");
    trial_add(&t, CP_ROLE_DEMANDS, "demands.csv",
              "src,dst,id,class,bandwidth_bps,tags,metric,disjoint,co_routed,max_delay_us,max_hops,"
              "avoid,require\n"
              "r1,r2,d,sensitive,1000.0,u,delay,srlg,yes,900,4,site:seo  r1,L\n"
              "site:seo,r2,,,,,,,no,,,,\n");
    trial_add(&t, CP_ROLE_FACTS, "facts.csv",
              "object,attribute,value,evidence,source,who,date,expires\n"
              "r2,maker,Nokia,survey,visit,kim,2026-01-31,2027-01-31\n");
    c = trial_make(&t);
    assert_int_equal(c->node_count, 5);
    assert_int_equal(c->nodes[0].lat_udeg, -37250000);
    assert_int_equal(c->nodes[0].lon_udeg, 126500000);
    assert_int_equal(c->nodes[0].site, 0);
    assert_int_equal(c->nodes[2].layer, CP_LAYER_MANAGEMENT);
    assert_text(c->nodes[0].loopback, "10.0.0.1");
    assert_text(fact_of(c, c->node_facts, 0, "maker"), "Huawei");
    assert_text(fact_of(c, c->node_facts, 1, "maker"), "Nokia");
    assert_int_equal(c->sites[0].lat_udeg, 37566500);
    link = &c->links[cp_case_link(c, CP_TEXT("L")).at];
    assert_int_equal(c->ends[link->ends.first].metric, 10);
    assert_int_equal(c->ends[link->ends.first + 1].metric, 20);
    assert_true(link->capacity_bps == UINT64_C(2500000000));
    assert_int_equal(link->delay_us, 500);
    assert_int_equal(link->srlgs.count, 2);
    assert_int_equal(link->alternatives.count, 1);
    assert_true(c->links[2].capacity_bps == CP_BPS_NONE);
    assert_int_equal(c->demand_count, 2);
    assert_true(c->demands[0].bandwidth_bps == 1000);
    assert_int_equal(c->demands[0].wished.metric, CP_METRIC_DELAY);
    assert_int_equal(c->demands[0].wished.disjoint, CP_DISJOINT_SRLG);
    assert_int_equal(c->demands[0].wished.co_routed, CP_SAID_YES);
    assert_int_equal(c->demands[0].wished.delay_max_us, 900);
    assert_int_equal(c->demands[0].wished.hops_max, 4);
    assert_text(c->demands[0].avoid, "site:seo  r1");
    assert_text(c->demands[0].require, "L");
    assert_int_equal(c->demands[1].wished.metric, CP_METRIC_COUNT);
    assert_int_equal(c->demands[1].wished.co_routed, CP_SAID_NO);
    trial_close(&t);
}

static void place_of_a_maker_is_its_cell(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "nodes.csv", "id,maker\nr1,\"ZTE\"\n");

    (void)state;
    assert_int_equal(c->facts[0].place.line, 2);
    assert_int_equal(c->facts[0].place.column, 4);
    trial_close(&t);
}

/* RFC 4180 2 TEST */
static void cells_are_quoted_as_rfc_4180_says(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "nodes.csv",
        "\xef\xbb\xbf\"id\",role\r\n\"a,b\",\"say \"\"hi\"\"\"\r\n\"\"\"\",\"two\r\nlines\"\r\n"
        "\r\n");

    (void)state;
    assert_int_equal(c->node_count, 2);
    assert_text(c->nodes[0].id, "a,b");
    assert_text(c->nodes[0].role, "say \"hi\"");
    assert_text(c->nodes[1].id, "\"");
    assert_text(c->nodes[1].role, "two lines");
    assert_int_equal(c->nodes[1].place.line, 3);
    trial_close(&t);
}

static void line_ends_may_be_missing_or_cr(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "nodes.csv", "id\ra\r\rb");

    (void)state;
    assert_int_equal(c->node_count, 2);
    assert_text(c->nodes[1].id, "b");
    trial_close(&t);
}

static void names_keep_their_spaces_and_are_found(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "nodes.csv", "id,role\nLiege 1 , core \n");

    (void)state;
    assert_text(c->nodes[0].id, "Liege 1 ");
    assert_text(c->nodes[0].role, "core");
    assert_int_equal(count_remarks(c, CP_REMARK_FINDING, "a name with spaces around it", NULL), 1);
    trial_close(&t);
}

static void quotes_out_of_place_are_refused(void **state)
{
    (void)state;
    refused("nodes.csv", "id\na\"b\n", CP_ERR_MALFORMED, 2, 2, "");
    refused("nodes.csv", "id\n\"a\"b\n", CP_ERR_MALFORMED, 2, 4, "");
    refused("nodes.csv", "id\n\"a\nb\n", CP_ERR_MALFORMED, 2, 1, "");
}

static void ragged_rows_are_refused(void **state)
{
    (void)state;
    refused("nodes.csv", "id,role\na\n", CP_ERR_MALFORMED, 2, 1, "a");
    refused("nodes.csv", "id,role\na,b\nc,d,e\n", CP_ERR_MALFORMED, 3, 5, "e");
}

static void headers_are_checked(void **state)
{
    struct trial t = trial_open();

    (void)state;
    refused("nodes.csv", "", CP_ERR_MALFORMED, 1, 1, "");
    refused("links.csv", "id,a\n", CP_ERR_MALFORMED, 1, 1, "b");
    refused("nodes.csv", "id,role,id\n", CP_ERR_DUPLICATE, 1, 9, "id");
    refused("nodes.csv", "id,colour\n", CP_ERR_UNKNOWN_ID, 1, 4, "colour");
    assert_int_equal(trial_read(&t, net, "nodes.csv", CP_TEXT("id,makr\n")), CP_ERR_UNKNOWN_ID);
    assert_string_equal(t.diag.hint, "maker");
    assert_int_equal(trial_read(&t, net, "nodes.csv", CP_TEXT("ID\n")), CP_ERR_UNKNOWN_ID);
    assert_string_equal(t.diag.hint, "id");
    trial_close(&t);
}

static void own_columns_are_ignored_with_a_remark(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "nodes.csv", "id,x-a,x-a\nr,1,\"\n\"\n");

    (void)state;
    assert_int_equal(c->inputs[0].used, 1);
    assert_int_equal(c->inputs[0].ignored, 2);
    assert_int_equal(c->remarks[0].count, 2);
    assert_text(c->remarks[0].subject, "x-a");
    trial_close(&t);
}

static void empty_rows_are_ignored_with_a_remark(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "nodes.csv", "id,role\n,\nr,\n  \n,\n");

    (void)state;
    assert_int_equal(c->node_count, 1);
    assert_int_equal(c->inputs[0].ignored, 3);
    assert_int_equal(c->remark_count, 1);
    assert_int_equal(c->remarks[0].count, 3);
    assert_int_equal(c->remarks[0].place.line, 2);
    trial_close(&t);
}

static void each_bad_cell_is_refused_in_its_place(void **state)
{
    (void)state;
    refused("nodes.csv", "id,layer\nr,optcal\n", CP_ERR_UNKNOWN_ID, 2, 3, "optcal");
    refused("nodes.csv", "layer,id\nip,\n", CP_ERR_MALFORMED, 2, 4, "id");
    refused("nodes.csv", "id,lat,lon\nr,90.0000005,0\n", CP_ERR_RANGE, 2, 3, "90.0000005");
    refused("nodes.csv", "id,lat,lon\nr,1,180.1\n", CP_ERR_RANGE, 2, 5, "180.1");
    refused("nodes.csv", "id,lat\nr,1\n", CP_ERR_MALFORMED, 2, 1, "");
    refused("nodes.csv", "id,loopback\nr,10.0.0.256\n", CP_ERR_MALFORMED, 2, 3, "10.0.0.256");
    refused("nodes.csv", "id,sid\nr,abc\n", CP_ERR_MALFORMED, 2, 3, "abc");
    refused("nodes.csv", "id\nr\xff\n", CP_ERR_MALFORMED, 2, 2, "");
    refused("nodes.csv", "id\nr\x01\n", CP_ERR_MALFORMED, 2, 2, "");
    refused("nodes.csv", "id,role\nr,a\nr,b\n", CP_ERR_DUPLICATE, 3, 1, "r");
    refused("links.csv", "a,b,metric_ab\nr,s,0\n", CP_ERR_RANGE, 2, 5, "0");
    refused("links.csv", "a,b,metric_ba\nr,s,4294967296\n", CP_ERR_RANGE, 2, 5, "4294967296");
    refused("links.csv", "a,b,metric_ab\nr,s,1.5\n", CP_ERR_RANGE, 2, 5, "1.5");
    refused("links.csv", "a,b,capacity_bps\nr,s,10G\n", CP_ERR_MALFORMED, 2, 5, "10G");
    refused("links.csv", "a,b,capacity_bps\nr,s,-1\n", CP_ERR_RANGE, 2, 5, "-1");
    refused("links.csv", "a,b,delay_us\nr,s,4294967295\n", CP_ERR_RANGE, 2, 5, "4294967295");
    refused("facts.csv", "object,attribute,value,date\nr,maker,x,2026-02-30\n", CP_ERR_RANGE, 2, 11,
            "2026-02-30");
    refused("facts.csv", "object,attribute,value\nr,maker,\n", CP_ERR_MALFORMED, 2, 9, "value");
    refused("demands.csv", "src,dst\nr,\n", CP_ERR_MALFORMED, 2, 3, "dst");
    refused("nodes.csv", "id,sid\nr,index:x\n", CP_ERR_MALFORMED, 2, 3, "index:x");
    refused("demands.csv", "src,dst,metric\nr,s,cost\n", CP_ERR_UNKNOWN_ID, 2, 5, "cost");
    refused("demands.csv", "src,dst,disjoint\nr,s,nodes\n", CP_ERR_UNKNOWN_ID, 2, 5, "nodes");
    refused("demands.csv", "src,dst,co_routed\nr,s,1\n", CP_ERR_UNKNOWN_ID, 2, 5, "1");
    refused("demands.csv", "src,dst,max_hops\nr,s,0\n", CP_ERR_RANGE, 2, 5, "0");
    refused("demands.csv", "src,dst,max_delay_us\nr,s,4294967296\n", CP_ERR_RANGE, 2, 5,
            "4294967296");
    refused("sites.csv", "id,lon,lat\ns,x,1\n", CP_ERR_MALFORMED, 2, 3, "x");
}

static void numbers_may_be_decimals_that_are_whole(void **state)
{
    static const char *const whole[] = {"2500000000", "2.5e9",   "2500000000.000",
                                        "25E+8",      "0.25e10", "25000000000e-1"};
    static const char *const broken[] = {"2.5", "25e-1", "1e-1", "0.1", "1e99", "e9", "."};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(whole) + CP_COUNT(broken); i++) {
        struct trial t = trial_open();
        bool good = i < CP_COUNT(whole);
        char text[80] = "a,b,capacity_bps\nr,s,";

        append(text, sizeof(text), good ? whole[i] : broken[i - CP_COUNT(whole)]);
        assert_int_equal(trial_read(&t, net, "links.csv", cp_text_of(text)) == CP_OK, good);
        trial_close(&t);
    }
}

static void addresses_are_ipv4_or_ipv6(void **state)
{
    static const char *const good[] = {"0.0.0.0",
                                       "255.255.255.255/32",
                                       "::",
                                       "::1",
                                       "2001:db8::/32",
                                       "1:2:3:4:5:6:7:8",
                                       "::ffff:10.0.0.1",
                                       "1:2:3:4:5:6:7::",
                                       "10.0.0.1 fe80::1"};
    static const char *const bad[] = {
        "1.2.3",   "1.2.3.4.5", "1.2.3.4/33",        ":::", "1:2:3:4:5:6:7", "1::2::3",
        "12345::", "::/129",    "1:2:3:4:5:6:7:8::", "g::", "1.2.3.4/",      ":1"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(good) + CP_COUNT(bad); i++) {
        struct trial t = trial_open();
        bool is_good = i < CP_COUNT(good);
        char text[80] = "id,loopback\nr,";

        append(text, sizeof(text), is_good ? good[i] : bad[i - CP_COUNT(good)]);
        assert_int_equal(trial_read(&t, net, "nodes.csv", cp_text_of(text)) == CP_OK, is_good);
        trial_close(&t);
    }
}

static const char all_nodes[] = "id,layer,role,lat,lon,x-n\n\"r \"\"1\"\"\",ip,\"a\nb\",1.5,2,\n"
                                "r2,optical,,,,z\n\n,,,,,\n";

static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    assert_prefixes(net, "nodes.csv", CP_TEXT(all_nodes));
    assert_prefixes(CP_ROLE_FACTS, "facts.csv",
                    CP_TEXT("object,attribute,value,date\nr,maker,\"x\",2026-01-31\n"));
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    assert_survives_no_memory(net, "nodes.csv", CP_TEXT(all_nodes));
}

static void columns_have_a_limit(void **state)
{
    char header[4 * 258 + 8] = "id";

    (void)state;
    for (int i = 0; i < 255; i++)
        append(header, sizeof(header), ",x-");
    {
        struct trial t = trial_open();

        assert_int_equal(trial_read(&t, net, "nodes.csv", cp_text_of(header)), CP_OK);
        trial_close(&t);
    }
    append(header, sizeof(header), ",x-");
    assert_refused(net, "nodes.csv", cp_text_of(header), CP_ERR_LIMIT, 1, 769, "");
}

static void characters_that_are_not_seen_are_refused_in_their_place(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, net, "nodes.csv",
              "\xef\xbb\xbfid,maker\nr,\xed\x99\x94\xec\x9b\xa8\xec\x9d\xb4\n");
    trial_close(&t);
    assert_refused(net, "nodes.csv", CP_TEXT("id,maker\nr,Hua\xe2\x80\x8bwei\n"), CP_ERR_MALFORMED,
                   2, 6, "");
    assert_refused(net, "nodes.csv", CP_TEXT("id,maker\nr,\xe2\x80\xaeiewauH\n"), CP_ERR_MALFORMED,
                   2, 3, "");
}

static void facts_may_have_a_part_apart_and_be_foreign(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, net, "nodes.csv", "id\na\na/1\n");
    trial_add(
        &t, CP_ROLE_FACTS, "facts.csv",
        "object,attribute,value,part,foreign\na,serial,x,1,\na,vendor,y,,yes\na,serial,z,,no\n");
    (void)trial_make(&t);
    assert_int_equal(t.made->fact_count, 3);
    assert_int_equal(t.made->remark_count, 0);
    assert_true(cp_text_is(t.made->facts[0].part, "1"));
    assert_int_equal(t.made->fact_fills[1], 0);
    assert_int_equal(t.made->fact_fills[2], 1);
    trial_close(&t);
    assert_refused(CP_ROLE_FACTS, "facts.csv",
                   CP_TEXT("object,attribute,value,foreign\na,serial,x,maybe\n"), CP_ERR_MALFORMED,
                   2, 12, "maybe");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lan_may_list_all_ends_in_a),
        cmocka_unit_test(what_is_vouched_for_outlives_its_table),
        cmocka_unit_test(names_of_nothing_are_shown_at_their_cell),
        cmocka_unit_test(every_column_of_every_table_is_read),
        cmocka_unit_test(place_of_a_maker_is_its_cell),
        cmocka_unit_test(cells_are_quoted_as_rfc_4180_says),
        cmocka_unit_test(line_ends_may_be_missing_or_cr),
        cmocka_unit_test(names_keep_their_spaces_and_are_found),
        cmocka_unit_test(quotes_out_of_place_are_refused),
        cmocka_unit_test(ragged_rows_are_refused),
        cmocka_unit_test(headers_are_checked),
        cmocka_unit_test(own_columns_are_ignored_with_a_remark),
        cmocka_unit_test(empty_rows_are_ignored_with_a_remark),
        cmocka_unit_test(each_bad_cell_is_refused_in_its_place),
        cmocka_unit_test(numbers_may_be_decimals_that_are_whole),
        cmocka_unit_test(addresses_are_ipv4_or_ipv6),
        cmocka_unit_test(every_prefix_is_read_or_refused),
        cmocka_unit_test(no_memory_is_an_error),
        cmocka_unit_test(columns_have_a_limit),
        cmocka_unit_test(facts_may_have_a_part_apart_and_be_foreign),
        cmocka_unit_test(characters_that_are_not_seen_are_refused_in_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
