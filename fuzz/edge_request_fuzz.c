#include "permit/request.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A datagram to the agent, by a policy of four nodes.  What is permitted is in the one form, and permitted again. */

static const char policy_text[] = "cleanpath-edge-policy 1\n"
                                  "serial 1\n"
                                  "issued 2026-11-29T10:00:00Z\n"
                                  "head 1 r1\n"
                                  "node 4 r4\n"
                                  "node 5 r5\n"
                                  "node 8 r8\n"
                                  "source fcff:1::1\n"
                                  "class 100 sensitive\n"
                                  "first 1 e-r4 fc01:1::2 4 100\n"
                                  "adjacency fcbb:4::45 4 5 100 until 2027-01-01T00:00:00Z\n"
                                  "adjacency fcbb:5::58 5 8 100\n"
                                  "node-sid fcbb:5::e 5 100\n"
                                  "unpack4 fcbb:8::d4 8\n"
                                  "unpack6 fcbb:8::d6 8\n"
                                  "behind 100 8 10.2.2.0/24\n"
                                  "local-adjacency fcbb:1::14 fc01:1::2 e-r4\n"
                                  "hmac 17 sha256\n"
                                  "mtu 1280\n"
                                  "signature x\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    const struct cp_edge_policy *policy;
    struct cp_agent_request out, again;
    cp_err err = cp_edge_policy_read(cp_text_of(policy_text), (cp_text){0}, arena, &policy, NULL);

    CP_ASSERT(err == CP_OK);
    if (cp_agent_check(policy, 0, (cp_text){(const char *)data, size}, &out) == CP_AGENT_DONE) {
        CP_ASSERT(cp_agent_check(policy, 0, (cp_text){(const char *)&out, sizeof out}, &again) ==
                  CP_AGENT_DONE);
        CP_ASSERT(memcmp(&out, &again, sizeof out) == 0);
    }
    cp_arena_close(arena);
    return 0;
}
