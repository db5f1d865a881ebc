#include "ted_trial.h"

#include <unistd.h>

#include "base/rd.h"
#include "session/bgp.h"
#include "ted/ls.h"

/*
 * What a real router (FRR 10.7 in the lab) tells of the network that tests/ted has as FRR's own documents, heard
 * through the session, packet by packet: eight nodes, ten links; r4--r5 is lost, comes back, and gets another colour.
 */

enum { FILE_BYTES_MAX = 1 << 20, PCAP_HEADER = 24, ETHERNET_HEADER = 14, BGP_PORT = 179 };

struct heard {
    struct trial t;
    struct cp_bgp *bgp;
    uint32_t feed;
    uint32_t speaker; /* the address of who tells; 0: not known yet */
    uint32_t next_sequence;
    bool connected;
    uint32_t announced, withdrawn, most, gone, back, worse;
    uint64_t now_us;
};

static const struct cp_ted_feed both[2] = {{{"bgp", 3}, CP_TED_BGP_LS},
                                           {{"frr", 3}, CP_TED_FRR_ISIS}};
static char root[512];

static void hear_events(struct heard *h)
{
    struct cp_bgp_event event;

    while (cp_bgp_next(h->bgp, &event)) {
        switch (event.kind) {
        case CP_BGP_EV_UP:
            cp_ted_feed_up(h->t.ted, h->feed, h->now_us);
            break;
        case CP_BGP_EV_ANNOUNCED:
            h->announced++;
            assert_int_equal(
                cp_ted_announce(h->t.ted, h->feed, &event.nlri, event.attribute, h->now_us), CP_OK);
            break;
        case CP_BGP_EV_WITHDRAWN:
            h->withdrawn++;
            cp_ted_withdraw(h->t.ted, h->feed, &event.nlri, h->now_us);
            break;
        case CP_BGP_EV_END_OF_RIB:
            cp_ted_feed_full(h->t.ted, h->feed, h->now_us);
            break;
        case CP_BGP_EV_MALFORMED:
            cp_ted_malformed(h->t.ted, h->feed, 1, h->now_us);
            break;
        case CP_BGP_EV_DOWN:
        case CP_BGP_EV_REFRESH:
            break;
        }
    }
}

/* A link that is gone, or came: looked at after each segment. */
static void look(struct heard *h)
{
    struct cp_ted_news news;

    cp_ted_news(h->t.ted, h->now_us, &news);
    h->gone += news.link_gone_count;
    h->worse += news.worse;
    if (news.link_gone_count > 0 || news.better || news.worse)
        trial_view(&h->t, h->now_us);
    if (h->t.view.net != NULL && h->t.view.net->link_count > h->most)
        h->most = h->t.view.net->link_count;
}

static void take_segment(struct heard *h, uint32_t source, cp_rd tcp)
{
    uint32_t ports = cp_rd_u32(&tcp);
    uint32_t sequence = cp_rd_u32(&tcp);
    uint32_t header, flags, old;
    cp_text payload;

    cp_rd_skip(&tcp, 4);
    header = (uint32_t)cp_rd_u8(&tcp) >> 4;
    flags = cp_rd_u8(&tcp);
    cp_rd_skip(&tcp, header * 4 - 14);
    if (tcp.bad || (ports >> 16 != BGP_PORT && (ports & 0xffff) != BGP_PORT))
        return;
    if (source != h->speaker)
        return;
    if ((flags & 2) != 0) {
        h->next_sequence = sequence + 1;
        if (!h->connected)
            cp_bgp_connected(h->bgp, h->now_us);
        h->connected = true;
        return;
    }
    old = h->next_sequence - sequence;
    if (old > tcp.left.len)
        return;
    payload = cp_text_sub(tcp.left, old, tcp.left.len);
    h->next_sequence += (uint32_t)payload.len;
    cp_bgp_take(h->bgp, payload, h->now_us);
    hear_events(h);
    cp_bgp_sent(h->bgp, cp_bgp_out(h->bgp).len);
    if (h->speaker != 0 && payload.len > 0)
        look(h);
}

static void take_packet(struct heard *h, cp_rd packet)
{
    uint32_t first, size, source;
    uint8_t protocol;
    cp_rd ip;

    cp_rd_skip(&packet, ETHERNET_HEADER - 2);
    if (cp_rd_u16(&packet) != 0x0800)
        return;
    ip = packet;
    first = cp_rd_u8(&packet);
    cp_rd_skip(&packet, 1);
    size = cp_rd_u16(&packet);
    ip = cp_rd_sub(&ip, size);
    cp_rd_skip(&ip, 9);
    protocol = cp_rd_u8(&ip);
    cp_rd_skip(&ip, 2);
    source = cp_rd_u32(&ip);
    cp_rd_skip(&ip, 4 + ((first & 15) - 5) * 4);
    if (protocol == 6)
        take_segment(h, source, ip);
}

static uint32_t swapped(uint32_t x)
{
    return x >> 24 | (x >> 8 & 0xff00) | (x << 8 & 0xff0000) | x << 24;
}

static void hear_file(struct heard *h, const char *name)
{
    char path[700];
    cp_rd file;

    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    file = cp_rd_make(trial_file(&h->t, path));
    cp_rd_skip(&file, PCAP_HEADER);
    while (cp_rd_left(&file) > 0) {
        uint32_t seconds = swapped(cp_rd_u32(&file));
        uint32_t micros = swapped(cp_rd_u32(&file));
        uint32_t len = swapped(cp_rd_u32(&file));

        cp_rd_skip(&file, 4);
        h->now_us = (uint64_t)seconds * 1000000 + micros;
        take_packet(h, cp_rd_sub(&file, len));
    }
    assert_false(file.bad);
    cp_ted_feed_full(h->t.ted, h->feed, h->now_us);
    look(h);
    trial_view(&h->t, h->now_us);
}

static void open_heard(struct heard *h, const struct cp_ted_feed *feeds, uint32_t count)
{
    struct cp_bgp_config config = {.local_as = 65000, .router_id = 77};

    *h = (struct heard){.speaker = 0x0a020101}; /* r1's side of the wire to h1 */
    trial_planes8(&h->t);
    trial_open(&h->t, feeds, count);
    assert_int_equal(cp_bgp_open(&config, h->t.arena, &h->bgp), CP_OK);
}

static void close_heard(struct heard *h)
{
    cp_bgp_close(h->bgp);
    trial_close(&h->t);
}

static void a_real_router_tells_the_network_and_its_changes(void **state)
{
    const struct cp_ted_alarm *alarms;
    struct heard h;
    uint32_t at;

    (void)state;
    open_heard(&h, both, 1);
    hear_file(&h, "bgpls-frr10.7-isis.pcap");
    assert_int_equal(cp_ted_count(h.t.ted, 0).nodes, 8);
    assert_int_equal(cp_ted_count(h.t.ted, 0).links, 20);
    assert_int_equal(cp_ted_count(h.t.ted, 0).prefixes, 84);
    assert_int_equal(h.most, 10);
    assert_int_equal(h.withdrawn, 2); /* 112 to 110, and back */
    assert_int_equal(h.gone, 1);
    assert_int_equal(h.t.view.net->link_count, 10);
    assert_int_equal(h.t.view.net->node_count, 8);
    assert_int_equal(cp_ted_alarms(h.t.ted, h.now_us, &alarms), 0);
    for (uint32_t v = 0; v < 8; v++) {
        char sid[16];

        (void)snprintf(sid, sizeof sid, "index:%u", v + 1);
        assert_true(h.t.view.nodes[v].seen);
        assert_text(h.t.view.net->nodes[v].sid, sid);
    }
    at = cp_case_link(h.t.view.net, CP_TEXT("r4--r5")).at;
    assert_text(trial_fact_of(h.t.view.net, CP_OBJECT_LINK, at, "te-metric-ab"), "20");
    assert_true(h.worse > 0);
    close_heard(&h);
}

static void bgp_and_documents_of_one_network_agree(void **state)
{
    const struct cp_ted_alarm *alarms;
    uint32_t count;
    struct heard h;

    (void)state;
    open_heard(&h, both, 2);
    hear_file(&h, "bgpls-frr10.7-isis.pcap");
    assert_int_equal(cp_ted_document(h.t.ted, 1, trial_file(&h.t, "tests/ted/frr8.4.4-isis.json"),
                                     h.now_us, &h.t.diag),
                     CP_OK);
    trial_view(&h.t, h.now_us);
    assert_int_equal(h.t.view.net->node_count, 8);
    assert_int_equal(h.t.view.net->link_count, 10);
    count = cp_ted_alarms(h.t.ted, h.now_us, &alarms);
    for (uint32_t i = 0; i < count; i++)
        if (alarms[i].kind != CP_TED_ALARM_SID) /* FRR 8.4's JSON: IPv6 adjacencies alone */
            fail_msg("%d %.*s: %s", alarms[i].kind, (int)alarms[i].subject.len,
                     alarms[i].subject.at, alarms[i].why);
    close_heard(&h);
}

static void srv6_sids_become_those_of_the_view(void **state)
{
    struct heard h;
    uint32_t ends = 0;

    (void)state;
    open_heard(&h, both, 1);
    hear_file(&h, "bgpls-frr10.7-isis-srv6-flexalgo.pcap");
    assert_int_equal(cp_ted_count(h.t.ted, 0).nodes, 4);
    assert_int_equal(cp_ted_count(h.t.ted, 0).srv6_sids, 4);
    for (uint32_t v = 0; v < h.t.view.net->node_count; v++)
        ends += h.t.view.net->nodes[v].sid.len > 0;
    assert_int_equal(ends, 4);
    close_heard(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_router_tells_the_network_and_its_changes),
        cmocka_unit_test(bgp_and_documents_of_one_network_agree),
        cmocka_unit_test(srv6_sids_become_those_of_the_view),
    };
    const char *shared = getenv("CP_SHARED_LAB");
    char probe[600];

    (void)snprintf(root, sizeof root, "%s/captures", shared != NULL ? shared : "../shared/lab");
    (void)snprintf(probe, sizeof probe, "%s/bgpls-frr10.7-isis.pcap", root);
    if (access(probe, R_OK) != 0) {
        (void)printf("1..0 # SKIP no captures of the lab\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
