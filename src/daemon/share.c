#include "share.h"

struct share share_make(uint32_t parts, uint64_t now_ns)
{
    return (struct share){.credit_ns = SHARE_BURST_NS, .counted_ns = now_ns, .parts = parts};
}

void share_charge(struct share *s, uint64_t took_ns, uint64_t now_ns)
{
    uint64_t earned_ns = (now_ns - s->counted_ns) / s->parts;
    const int64_t most_ns = (int64_t)2 * SHARE_BURST_NS;

    s->credit_ns += earned_ns < (uint64_t)most_ns ? (int64_t)earned_ns : most_ns;
    if (s->credit_ns > SHARE_BURST_NS)
        s->credit_ns = SHARE_BURST_NS;
    s->credit_ns -= (int64_t)took_ns;
    s->counted_ns = now_ns;
}

uint64_t share_rest_ms(const struct share *s)
{
    return s->credit_ns >= 0 ? 0 : (uint64_t)(-s->credit_ns) * s->parts / 1000000 + 1;
}
