#include "evidence/evidence.h"
#include "identify/identity.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"

/*
 * Walks of made-up devices to conclusions: documents to facts, facts to a case, the case's devices to makers.  The walks are
 * made from a seed: the system's texts and numbers, forty ports with addresses, a chassis with cards and pluggables, two
 * neighbours.  No other program concludes makers so; one that looks walks up in a list of rules answers
 * another question, so there is no peer.
 */

enum { WALK_BYTES = 1 << 15, WALKS = 10000, PORTS = 40, PARTS = 12 };

struct kind {
    const char *descr, *maker, *model;
    unsigned number, prefix;
};

static const struct kind kinds[] = {
    {"Cisco IOS XR Software (ASR9K), Version 7.3.2", "Cisco Systems, Inc.", "ASR-9901", 9,
     0x00000c},
    {"Juniper Networks, Inc. mx480 internet router, kernel JUNOS 20.4R3", "Juniper Networks",
     "MX480", 2636, 0x000585},
    {"Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180 (NE40E V800R010)",
     "Huawei", "NE40E-X8", 2011, 0x00e0fc},
    {"TiMOS-C-20.10.R3 cpm/hops64 Nokia 7750 SR", "Nokia", "7750 SR-12", 6527, 0x001d4c},
    {"Linux gw 5.10.0-8-amd64 #1 SMP Debian x86_64", "N/A", "", 8072, 0x001b21},
    {"Hardware Model:UFI_S9500-30XS, Software version: OcNOS,6.4.1", "", "S9500-30XS", 36673,
     0xe8c57a},
};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

struct text {
    char *at;
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *to, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int len = vsnprintf(to->at + to->len, WALK_BYTES - to->len, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= WALK_BYTES - to->len)
        abort();
    to->len += (size_t)len;
}

static void put_parts(struct text *to, const struct kind *kind)
{
    static const char *const columns[] = {"5", "7", "12", "13"};

    for (size_t column = 0; column < CP_COUNT(columns); column++) {
        for (unsigned part = 1; part <= PARTS; part++) {
            put(to, "1.3.6.1.2.1.47.1.1.1.1.%s.%u|", columns[column], part);
            if (column == 0)
                put(to, "2|%u\n", part == 1 ? 3 : 9);
            else if (column == 1)
                put(to, "4|part %u\n", part);
            else
                put(to, "4|%s\n", column == 2 ? kind->maker : kind->model);
        }
    }
}

static void put_walk(struct text *to, unsigned device)
{
    uint32_t seed = device + 1;
    const struct kind *kind = &kinds[next_random(&seed) % CP_COUNT(kinds)];

    put(to, "1.3.6.1.2.1.1.1.0|4|%s\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.%u.1.%u\n", kind->descr,
        kind->number, next_random(&seed) % 1000);
    put(to, "1.3.6.1.2.1.1.5.0|4|r%u.example.net\n", device);
    for (unsigned port = 1; port <= PORTS; port++)
        put(to, "1.3.6.1.2.1.2.2.1.2.%u|4|port-%u\n", port, port);
    for (unsigned port = 1; port <= PORTS; port++)
        put(to, "1.3.6.1.2.1.2.2.1.6.%u|4x|%06x%06x\n", port, kind->prefix,
            next_random(&seed) & 0xffffff);
    put_parts(to, kind);
    for (unsigned i = 1; i <= 2; i++)
        put(to,
            "1.0.8802.1.1.2.1.4.1.1.5.0.%u.1|4|r%u\n1.0.8802.1.1.2.1.4.1.1.7.0.%u.1|4|port-%u\n"
            "1.0.8802.1.1.2.1.4.1.1.9.0.%u.1|4|r%u.example.net\n",
            i, (device + i) % WALKS, i, i, i, (device + i) % WALKS);
}

struct job {
    struct text *walks;
    uint64_t bytes;
};

static void make_walks(struct job *job)
{
    job->walks = need(calloc(WALKS, sizeof(struct text)));
    for (unsigned i = 0; i < WALKS; i++) {
        struct text walk = {need(malloc(WALK_BYTES)), 0};
        put_walk(&walk, i);
        walk.at = need(realloc(walk.at, walk.len));
        job->walks[i] = walk;
        job->bytes += walk.len;
    }
}

static const struct cp_case *read_walks(const struct job *job, struct cp_arena *kept,
                                        struct cp_arena *work)
{
    struct cp_evidence_set *set = NULL;
    struct cp_build *build = NULL;
    const struct cp_case *net = NULL;
    struct cp_diag diag;

    check(cp_build_open(kept, &build));
    check(cp_evidence_open(build, work, &set));
    for (unsigned i = 0; i < WALKS; i++) {
        char path[32];
        (void)snprintf(path, sizeof(path), "r%u.snmprec", i);
        check(cp_evidence_document(set, cp_text_of(path),
                                   (cp_text){job->walks[i].at, job->walks[i].len}, NULL, &diag));
    }
    check(cp_evidence_finish(set, &diag));
    check(cp_build_finish(build, CP_DATE_NONE, &net, &diag));
    return net;
}

int main(void)
{
    struct job job = {NULL, 0};
    struct cp_arena *kept = need(cp_arena_open(SIZE_MAX));
    struct cp_arena *work = need(cp_arena_open(SIZE_MAX));
    struct cp_identify_options options = cp_identify_defaults();
    const struct cp_identities *all = NULL;
    const struct cp_makers *makers = NULL;
    uint32_t concluded = 0;

    figures_begin(getenv("BENCH_ROWS"), NULL);
    if (!figures_wanted("identify_10k"))
        return figures_end();
    make_walks(&job);
    double start = now_s();
    const struct cp_case *net = read_walks(&job, kept, work);
    double read = now_s();
    check(cp_makers_make(NULL, 0, kept, &makers, NULL));
    check(cp_identify(net, makers, &options, kept, &all));
    double end = now_s();
    for (uint32_t i = 0; i < all->count; i++)
        concluded += all->at[i].state == CP_IDENTITY_CONCLUDED;
    (void)fprintf(stderr, "  %u nodes, %u facts, %u conclusions of %u, %.1f MB of walks\n",
                  net->node_count, net->fact_count, concluded, all->count, (double)job.bytes / 1e6);
    figures_put("identify_10k_walks", end - start, "s");
    figures_put("identify_10k_conclusions", end - read, "s");
    figures_put("identify_10k_memory", (double)cp_arena_used(kept) / 1e6, "MB");
    return figures_end();
}
