#include "ask.h"

#include <errno.h>
#include <string.h>

#include <sys/socket.h>

static void exchange(struct ask *ask, struct cp_nl_count *counts)
{
    size_t len = ask->steps.count * sizeof *ask->steps.at,
           told = offsetof(struct cp_nl_stepped, counts) + ask->steps.count * sizeof *counts;
    struct cp_nl_stepped answer;
    ssize_t got;

    if (send(ask->fd, ask->steps.at, len, MSG_NOSIGNAL) != (ssize_t)len) {
        ask->gone = true;
        return;
    }
    do
        got = recv(ask->fd, &answer, sizeof answer, 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)told && got != (ssize_t)offsetof(struct cp_nl_stepped, counts)) {
        ask->gone = true;
        return;
    }
    if (ask->error == 0)
        ask->error =
            (int)
                answer.error; /* EINVAL, and nothing behind it: of an interface that is gone, say */
    if (counts != NULL && got == (ssize_t)told)
        memcpy(counts, answer.counts, ask->steps.count * sizeof *counts);
}

static void send_all(struct ask *ask, struct cp_nl_count *counts)
{
    for (uint32_t i = 0; counts != NULL && i < ask->steps.count; i++)
        counts[i] = (struct cp_nl_count){UINT64_MAX, 0};
    if (ask->words != NULL)
        ask->words(&ask->steps);
    else if (ask->steps.count > 0 && !ask->gone)
        exchange(ask, counts);
    if (ask->gone)
        ask->error = EPIPE;
    ask->steps.count = 0;
}

int ask_commit(struct ask *ask, struct cp_nl_count *counts)
{
    int error;

    send_all(ask, counts);
    error = ask->error;
    ask->error = 0;
    return error;
}

void ask_relieve(struct ask *ask)
{
    if (cp_nl_steps_full(&ask->steps))
        send_all(ask, NULL);
}
