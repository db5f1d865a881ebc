#pragma once

#include "model/case.h"

/**
 * A small case by a seed, made to be hard to write down: ids with spaces, slashes, quotes and the words
 * that mean something (node:, site:, a--b#2), LANs, links over links with alternatives, facts about
 * things and parts that fill, disagree, have expired, or are a foreign format's own.
 * NULL where the seed's rows make no case (a circle below a link, an id taken).  Dies with the arena.
 */
const struct cp_case *odd_case_make(uint64_t seed, cp_date as_of, struct cp_arena *arena);
