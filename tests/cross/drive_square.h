#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drive_rig.h"

/* What tests of the drive begin with. */

/*
 *      n1 (huawei)
 *     /  \
 *   n0    n3      over n1 it costs 20, over n2 40
 *     \  /
 *      n2
 */
static inline struct rig square(void)
{
    return (struct rig){.routers = 4,
                        .links = 4,
                        .feeds = 1,
                        .link = {{0, 1, 10, false, 0},
                                 {1, 3, 10, false, 0},
                                 {0, 2, 20, false, 0},
                                 {2, 3, 20, false, 0}},
                        .maker = {"Nokia", "Huawei", "Nokia", "Nokia"},
                        .system = "frr-8.4"};
}

static inline void open_and_tell(struct rig *r)
{
    rig_open(r);
    rig_tell(r, 0);
    rig_wait(r, 5 * RIG_SECOND);
}

static inline void open_and_steer(struct rig *r)
{
    open_and_tell(r);
    rig_connect(r, 0);
    rig_connect(r, 1);
    rig_wait(r, 20 * RIG_SECOND);
}

static inline struct cp_pce_request request(const struct rig *r)
{
    return (struct cp_pce_request){.id = 1,
                                   .src = cp_ip_v4(0x0a000001),
                                   .dst = cp_ip_v4(0x0a000000 + r->routers),
                                   .path_setup_type = 1,
                                   .segments_max = UINT32_MAX};
}

static inline void assert_reply(const struct rig *r, const uint32_t *labels, uint32_t count)
{
    const struct rig_pcc *p = &r->pccs[0];

    assert_int_equal(p->no_paths, 0);
    assert_int_equal(p->reply_count, count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(p->reply[i], labels[i]);
}
