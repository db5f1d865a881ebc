#pragma once

#include <stddef.h>
#include <stdint.h>

/** A function of loops over lanes, compiled for each width of registers and chosen when it is loaded. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define LANES_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define LANES_WIDE
#endif

enum { LANES_MAX = 16 };

/** A row of 16 lanes, which compilers keep in one register only where they are told to. */
typedef uint32_t lanes_sixteen __attribute__((vector_size(64), aligned(4), may_alias));

/** Adds to each lane's sum the masked values of all rows: table [rows * lanes], sums [LANES_MAX]. */
void lanes_sum(const void *table, size_t rows, size_t lanes, uint32_t mask, uint32_t *sums);
