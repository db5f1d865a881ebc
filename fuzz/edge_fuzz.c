#include "edge_target.h"

/*
 * What a controller that is obeyed sends, whatever it is: the agent is asked for the one demand there is and our own SIDs alone, and
 * what the edge has stays within its room.  The first byte: into how large pieces the rest is cut.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An Open with epoch 1 of "c" (VENDOR-INFORMATION, RFC 7470), and a Keepalive. */
static const uint8_t opening[] = {
    0x20, 1,    0,   48,                                     /* Open */
    1,    0x10, 0,   44,  0x20, 30, 120, 1,                  /* OPEN: 30 s, 120 s */
    0,    16,   0,   4,   0,    0,  0,   5,                  /* STATEFUL-PCE-CAPABILITY */
    0,    7,    0,   21,  0,    0,  126, 0xd9,               /* VENDOR-INFORMATION, 32473 */
    'c',  'l',  'p', 'a', 0,    1,  0,   0,                  /* who speaks */
    0,    0,    0,   0,   0,    0,  0,   1,    'c', 0, 0, 0, /* epoch and name */
};

static void answer(struct target *t, const struct cp_agent_request *asked)
{
    struct cp_agent_request checked;
    struct cp_agent_answer said = {.kind = asked->kind,
                                   .number = asked->number,
                                   .class = asked->class,
                                   .endpoint = asked->endpoint,
                                   .serial = 1,
                                   .state = CP_AGENT_STATE_STOPPED};

    if (asked->kind != CP_AGENT_LOCALS && (asked->class != 100 || asked->endpoint != 8))
        abort();
    said.result = cp_agent_check(t->config.policy, 1, (cp_text){(const char *)asked, sizeof *asked},
                                 &checked);
    if (said.result == CP_AGENT_MALFORMED || said.result == CP_AGENT_UNKNOWN)
        abort();
    if (said.result == CP_AGENT_DONE && asked->kind == CP_AGENT_ORDER) {
        said.state = CP_AGENT_STATE_INSTALLED;
        said.path_count = checked.path_count;
        memcpy(said.paths, checked.paths, sizeof said.paths);
    }
    cp_edge_answered(t->edge, &said, 1000000);
}

static void act(struct target *t)
{
    struct cp_edge_act a;

    for (unsigned i = 0; cp_edge_next(t->edge, &a) && i < 100000; i++) {
        if (a.kind == CP_EDGE_ASK) {
            struct cp_agent_request asked = a.request;

            answer(t, &asked);
        } else if (a.kind == CP_EDGE_KEEP) {
            cp_edge_kept(t->edge, true, 1000000);
        } else if (a.kind == CP_EDGE_HANG_UP) {
            cp_edge_closed(t->edge, 0, 1000000);
        }
    }
    if (cp_edge_lsp_end(t->edge) > 8)
        abort();
}

static void begin(struct target *t)
{
    static const uint8_t keepalive[] = {0x20, 2, 0, 4};

    cp_edge_agent_there(t->edge, 1000000);
    act(t);
    cp_edge_connected(t->edge, 0, 1000000);
    cp_edge_bytes(t->edge, 0, (cp_text){(const char *)opening, sizeof opening}, 1000000);
    cp_edge_bytes(t->edge, 0, (cp_text){(const char *)keepalive, sizeof keepalive}, 1000000);
    act(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t piece = size == 0 ? 1 : (size_t)data[0] * 16 + 1;
    struct target t;

    target_open(&t);
    begin(&t);
    for (size_t at = 1; at < size; at += piece) {
        cp_text bytes = {(const char *)data + at, size - at < piece ? size - at : piece};

        cp_edge_bytes(t.edge, 0, bytes, 1000000);
        act(&t);
        cp_edge_probed(t.edge, bytes, 1000000);
    }
    cp_edge_tick(t.edge, 3000000);
    act(&t);
    target_close(&t);
    return 0;
}
