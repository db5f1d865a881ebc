#include "ted_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A document of FRR, and the same again: nothing changes, and each link of the view has two ends or more. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct cp_ted_feed feed = {{"frr", 3}, CP_TED_FRR_ISIS};
    struct ted_target t = ted_target_open(&feed, 1);
    cp_text bytes = {(const char *)data, size};
    cp_err err = cp_ted_document(t.ted, 0, bytes, 1, &t.diag);
    struct cp_ted_news news;

    ted_target_check(&t, 2);
    CP_ASSERT(cp_ted_document(t.ted, 0, bytes, 3, &t.diag) == err);
    cp_ted_news(t.ted, 3, &news);
    CP_ASSERT(news.node_gone_count + news.link_gone_count == 0 && !news.better && !news.worse);
    ted_target_close(&t);
    return 0;
}
