#pragma once

#include "ours.h"
#include "peer.h"
#include "repair.h"

/** Each runs the rows of its kind that are wanted. */
void bench_one_source(void);
void bench_all_sources(void);
void bench_bad_inputs(void);
void bench_first_audit(void);
void bench_single_failures(void);
void bench_double_failures(void);
void bench_every_pair(void);
void bench_events(void);

/** "boost", or with the size of the sample; NULL as a run where Boost is absent. */
#define PEER_RUN(run) (peer_present() ? (run) : NULL)
