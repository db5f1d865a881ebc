#include "ted_target.h"

#include "base/rd.h"
#include "ted/ls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One statement: what to do (announce, announce bare, withdraw, feed up, down, whole), a feed, lengths, bytes. */
static void take_step(struct ted_target *t, cp_rd *rd, struct cp_arena *work, uint64_t now_us)
{
    uint8_t what = cp_rd_u8(rd);
    uint32_t feed = (what >> 4) & 1;
    cp_text nlri_bytes, attribute_bytes;
    struct cp_ls_attribute attribute;
    struct cp_ls_fault fault;
    struct cp_ls_nlri nlri;
    struct cp_ls_walk walk;
    bool has;

    if ((what & 7) == 5)
        cp_ted_feed_up(t->ted, feed, now_us);
    if ((what & 7) == 6)
        cp_ted_feed_down(t->ted, feed, now_us);
    if ((what & 7) == 7)
        cp_ted_feed_full(t->ted, feed, now_us);
    if ((what & 7) >= 5)
        return;
    nlri_bytes = cp_rd_bytes(rd, cp_rd_u8(rd));
    attribute_bytes = cp_rd_bytes(rd, cp_rd_u8(rd));
    has = cp_ls_attribute_decode(attribute_bytes, work, &attribute, &fault) == CP_OK;
    walk = cp_ls_walk_make(nlri_bytes, CP_LS_SAFI);
    for (cp_ls_step step; (step = cp_ls_walk_next(&walk, &nlri, &fault)) != CP_LS_END;) {
        cp_err err = CP_OK;

        if (step != CP_LS_GOT)
            cp_ted_malformed(t->ted, feed, 1, now_us);
        else if ((what & 7) == 4)
            cp_ted_withdraw(t->ted, feed, &nlri, now_us);
        else
            err = cp_ted_announce(t->ted, feed, &nlri, has ? &attribute : NULL, now_us);
        CP_ASSERT(err == CP_OK || err == CP_ERR_LIMIT);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct cp_ted_feed feeds[2] = {{{"a", 1}, CP_TED_BGP_LS},
                                                {{"b", 1}, CP_TED_BGP_LS}};
    struct ted_target t = ted_target_open(feeds, 2);
    struct cp_arena *work = cp_arena_open((size_t)1 << 20);
    cp_rd rd = cp_rd_make((cp_text){(const char *)data, size});
    struct cp_ted_news news;
    uint64_t now_us = 1;

    CP_ASSERT(work != NULL);
    while (cp_rd_left(&rd) > 0) {
        cp_arena_mark mark = cp_arena_mark_get(work);

        take_step(&t, &rd, work, now_us);
        cp_arena_reset(work, mark);
        if (now_us++ % 8 == 0)
            ted_target_check(&t, now_us);
    }
    ted_target_check(&t, now_us);
    cp_ted_news(t.ted, now_us, &news);
    CP_ASSERT(news.node_gone_count + news.link_gone_count == 0 && !news.better && !news.worse);
    cp_arena_close(work);
    ted_target_close(&t);
    return 0;
}
