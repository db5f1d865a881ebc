#include "pcep_trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "base/rd.h"

/*
 * PCEP between FRR 8.4.4 and a PCE, as captured in the lab: TCP put together, each message read and written as it was,
 * and what tshark sees of the same file seen here too.  Skipped where the capture (or tshark) is not there.
 */

enum { FILE_BYTES_MAX = 1 << 20, STREAMS_MAX = 16, STREAM_BYTES_MAX = 1 << 16, WORDS_BYTES = 8192 };
enum { PCAP_HEADER = 24, ETHERNET_HEADER = 14, PCEP_PORT = 4189, TYPES = 16 };

static const char *capture;
static char answer[64]; /* a file for what tshark says */

/* One direction of one connection. */
struct stream {
    uint32_t source, destination, ports, next_sequence;
    size_t len;
    char at[STREAM_BYTES_MAX];
};

/* Lists as tshark prints them, all messages in a row. */
struct lists {
    char types[WORDS_BYTES], classes[WORDS_BYTES], flags[WORDS_BYTES], labels[WORDS_BYTES];
    char hop_flags[WORDS_BYTES], plsp_ids[WORDS_BYTES], lsp_flags[WORDS_BYTES];
    char srp_ids[WORDS_BYTES], names[WORDS_BYTES], colours[WORDS_BYTES];
};

static struct {
    struct stream streams[STREAMS_MAX];
    uint32_t stream_count, message_count, type_count[TYPES];
    struct lists lists;
} seen;

/* A number: decimal, or with so many hexadecimal digits. */
static void add(char *list, int digits, uint32_t number)
{
    size_t len = strlen(list);

    if (digits == 0)
        (void)snprintf(list + len, WORDS_BYTES - len, "%s%u", len > 0 ? "," : "", number);
    else
        (void)snprintf(list + len, WORDS_BYTES - len, "%s0x%0*x", len > 0 ? "," : "", digits,
                       number);
}

static void add_text(char *list, cp_text text)
{
    size_t len = strlen(list);

    (void)snprintf(list + len, WORDS_BYTES - len, "%s%.*s", len > 0 ? "," : "", (int)text.len,
                   text.at);
}

static void list_tlvs(const struct cp_pcep_object *object)
{
    const struct cp_pcep_tlv *name = cp_pcep_tlv_find(object->tlvs, CP_PCEP_TLV_SYMBOLIC_PATH_NAME);
    const struct cp_pcep_tlv *id =
        cp_pcep_tlv_find(object->tlvs, CP_PCEP_TLV_EXTENDED_ASSOCIATION_ID);

    if (name != NULL)
        add_text(seen.lists.names, name->bytes);
    if (id != NULL)
        add(seen.lists.colours, 0, id->is.extended.colour);
}

static void list_object(const struct cp_pcep_object *object)
{
    add(seen.lists.classes, 0, object->class_id);
    add(seen.lists.flags, 2, (object->must ? 2u : 0) | (object->ignored ? 1u : 0));
    if (object->class_id == CP_PCEP_CLASS_LSP) {
        add(seen.lists.plsp_ids, 0, object->is.lsp.plsp_id);
        /* tshark 4.0 shows the lower 24 bits of the word: 12 of the PLSP-ID, then the flags. */
        add(seen.lists.lsp_flags, 6,
            (object->is.lsp.plsp_id << 12 | object->is.lsp.flags) & 0xffffff);
    }
    if (object->class_id == CP_PCEP_CLASS_SRP)
        add(seen.lists.srp_ids, 0, object->is.srp.id);
    if (object->class_id == CP_PCEP_CLASS_ERO)
        for (uint32_t i = 0; i < object->is.path.count; i++) {
            add(seen.lists.labels, 0, cp_pcep_hop_label(&object->is.path.at[i]));
            add(seen.lists.hop_flags, 4, object->is.path.at[i].flags);
        }
    list_tlvs(object);
}

static void take_message(cp_text bytes)
{
    struct trial t = trial_open();
    struct cp_pcep_groups groups;
    cp_text again;

    assert_int_equal(trial_decode(&t, bytes), CP_OK);
    assert_int_equal(t.message.fault_count, 0);
    assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
    assert_string_equal(trial_hex(&t, again).at, trial_hex(&t, bytes).at);
    assert_int_equal(cp_pcep_group(&t.message, t.arena, &groups), CP_OK);
    for (uint32_t i = 0; i < groups.count; i++)
        if (groups.at[i].fault.why !=
            NULL) /* removals of the lab's PCE have no ERO, and are none */
            fail_msg("%s\n%s", groups.at[i].fault.why, trial_print(&t, &t.message));
    seen.message_count++;
    seen.type_count[t.message.type % TYPES]++;
    add(seen.lists.types, 0, t.message.type);
    for (uint32_t i = 0; i < t.message.count; i++)
        list_object(&t.message.objects[i]);
    trial_close(&t);
}

static struct stream *stream_of(uint32_t source, uint32_t destination, uint32_t ports)
{
    struct stream *stream;

    for (uint32_t i = 0; i < seen.stream_count; i++) {
        stream = &seen.streams[i];
        if (stream->source == source && stream->destination == destination &&
            stream->ports == ports)
            return stream;
    }
    assert_true(seen.stream_count < STREAMS_MAX);
    stream = &seen.streams[seen.stream_count++];
    stream->source = source;
    stream->destination = destination;
    stream->ports = ports;
    return stream;
}

/* Bytes that came before are passed over; bytes that are missing do not happen in the capture. */
static void take_payload(struct stream *stream, uint32_t sequence, cp_text payload)
{
    uint32_t old = stream->next_sequence - sequence;
    struct cp_pcep_frame frame;
    size_t at = 0;

    assert_true(old < STREAM_BYTES_MAX);
    payload = cp_text_sub(payload, old, payload.len);
    assert_true(stream->len + payload.len <= STREAM_BYTES_MAX);
    for (size_t i = 0; i < payload.len; i++)
        stream->at[stream->len++] = payload.at[i];
    stream->next_sequence += (uint32_t)payload.len;
    while (frame = cp_pcep_frame((cp_text){stream->at + at, stream->len - at}),
           frame.kind == CP_PCEP_FRAME_WHOLE) {
        take_message((cp_text){stream->at + at, frame.size});
        at += frame.size;
    }
    assert_int_not_equal(frame.kind, CP_PCEP_FRAME_BAD);
    for (size_t i = at; i < stream->len; i++)
        stream->at[i - at] = stream->at[i];
    stream->len -= at;
}

static void take_segment(uint32_t source, uint32_t destination, cp_rd tcp)
{
    uint32_t ports = cp_rd_u32(&tcp);
    uint32_t sequence = cp_rd_u32(&tcp);
    uint32_t header, flags;
    struct stream *stream;

    cp_rd_skip(&tcp, 4);
    header = (uint32_t)cp_rd_u8(&tcp) >> 4;
    flags = cp_rd_u8(&tcp);
    cp_rd_skip(&tcp, header * 4 - 14);
    assert_false(tcp.bad);
    if (ports >> 16 != PCEP_PORT && (ports & 0xffff) != PCEP_PORT)
        return;
    stream = stream_of(source, destination, ports);
    if ((flags & 2) != 0) { /* SYN: a new connection */
        stream->next_sequence = sequence + 1;
        stream->len = 0;
    } else if (cp_rd_left(&tcp) > 0) {
        take_payload(stream, sequence, tcp.left);
    }
}

static void take_packet(cp_rd packet)
{
    uint32_t first, size, source, destination;
    uint8_t protocol;
    cp_rd ip;

    cp_rd_skip(&packet, ETHERNET_HEADER - 2);
    if (cp_rd_u16(&packet) != 0x0800)
        return;
    ip = packet;
    first = cp_rd_u8(&packet);
    cp_rd_skip(&packet, 1);
    size = cp_rd_u16(&packet);
    ip = cp_rd_sub(&ip, size); /* Ethernet pads short packets */
    cp_rd_skip(&ip, 9);
    protocol = cp_rd_u8(&ip);
    cp_rd_skip(&ip, 2);
    source = cp_rd_u32(&ip);
    destination = cp_rd_u32(&ip);
    cp_rd_skip(&ip, (first & 15) * 4 - 20);
    if (protocol == 6)
        take_segment(source, destination, ip);
}

static uint32_t little(cp_rd *rd)
{
    uint32_t a = cp_rd_u8(rd), b = cp_rd_u8(rd), c = cp_rd_u8(rd), d = cp_rd_u8(rd);

    return a | b << 8 | c << 16 | d << 24;
}

static void messages_of_a_real_router_are_read_and_written_as_they_were(void **state)
{
    static char file_bytes[FILE_BYTES_MAX];
    FILE *file = fopen(capture, "rb");
    cp_rd rd;

    (void)state;
    assert_non_null(file);
    rd = cp_rd_make((cp_text){file_bytes, fread(file_bytes, 1, sizeof file_bytes, file)});
    (void)fclose(file);
    assert_int_equal(little(&rd), 0xa1b2c3d4);
    cp_rd_skip(&rd, PCAP_HEADER - 4);
    while (cp_rd_left(&rd) > 0) {
        cp_rd_skip(&rd, 8);
        uint32_t size = little(&rd);

        cp_rd_skip(&rd, 4);
        take_packet(cp_rd_sub(&rd, size));
    }
    assert_true(cp_rd_done(&rd));
    assert_true(seen.message_count > 30);
    assert_int_equal(seen.type_count[CP_PCEP_OPEN], 4);
    assert_int_equal(seen.type_count[CP_PCEP_PCREQ], 1);
    assert_int_equal(seen.type_count[CP_PCEP_PCREP], 1);
    assert_int_equal(seen.type_count[CP_PCEP_PCUPD], 1);
    assert_int_equal(seen.type_count[CP_PCEP_PCINITIATE], 4);
}

/* One field of all messages, as tshark has it; its commas and line ends all become commas. */
static void tshark_field(const char *field, char *list, size_t cap)
{
    char command[1024];
    FILE *file;
    size_t len = 0;
    int c;

    (void)snprintf(command, sizeof command,
                   "tshark -r '%s' -d tcp.port==4189,pcep -Y pcep -T fields -E occurrence=a "
                   "-E aggregator=, -e %s 2>/dev/null >%s",
                   capture, field, answer);
    assert_int_equal(system(command), 0);
    file = fopen(answer, "r");
    assert_non_null(file);
    while ((c = fgetc(file)) != EOF && len + 1 < cap) {
        bool separates = c == '\n' || c == ',';

        if (!separates)
            list[len++] = (char)c;
        else if (len > 0 && list[len - 1] != ',')
            list[len++] = ',';
    }
    (void)fclose(file);
    (void)remove(answer);
    if (len > 0 && list[len - 1] == ',')
        len--;
    list[len] = '\0';
}

static void tshark_sees_the_same(void **state)
{
    static const struct {
        const char *field;
        const char *ours;
    } rows[] = {
        {"pcep.msg", seen.lists.types},
        {"pcep.object", seen.lists.classes},
        {"pcep.obj.hdr.flags", seen.lists.flags},
        {"pcep.subobj.sr.sid.label", seen.lists.labels},
        {"pcep.subobj.sr.flags", seen.lists.hop_flags},
        {"pcep.obj.lsp.plsp-id", seen.lists.plsp_ids},
        {"pcep.obj.lsp.flags", seen.lists.lsp_flags},
        {"pcep.obj.srp.id-number", seen.lists.srp_ids},
        {"pcep.tlv.symbolic-path-name", seen.lists.names},
        {"pcep.tlv.extended_association_id.color", seen.lists.colours},
    };
    static char theirs[WORDS_BYTES];

    (void)state;
    if (system("tshark --version >/dev/null 2>&1") != 0) {
        print_message("tshark is not installed\n");
        skip();
    }
    for (size_t i = 0; i < CP_COUNT(rows); i++) {
        tshark_field(rows[i].field, theirs, sizeof theirs);
        assert_string_equal(theirs, rows[i].ours);
    }
}

int main(void)
{
    const char *lab = getenv("CP_SHARED_LAB");
    static char path[512];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_a_real_router_are_read_and_written_as_they_were),
        cmocka_unit_test(tshark_sees_the_same),
    };

    (void)snprintf(path, sizeof path, "%s/captures/pcep-frr8.4.4.pcap",
                   lab != NULL ? lab : "../shared/lab");
    (void)snprintf(answer, sizeof answer, "/tmp/cp_pcep_tshark.%ld", (long)getpid());
    capture = path;
    if (access(path, R_OK) != 0) {
        printf("1..0 # SKIP no capture of the lab\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
