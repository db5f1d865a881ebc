#include "ending.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/*
 * The handler ends the process itself: it needs nothing but the code, any thread may be given the
 * signal, and no wait or computation has to look whether it should go on.
 */

#define LINE_S 1u

typedef enum { FREE, HELD, HELD_AND_TOLD } state;

static atomic_int chosen_code = -1;
static atomic_int holding = FREE;

static void end(int signal_number)
{
    int held = HELD;

    (void)signal_number;
    if (!atomic_compare_exchange_strong(&holding, &held, HELD_AND_TOLD))
        _exit(atomic_load(&chosen_code));
    (void)alarm(LINE_S); /* comes here again, if a reader that has stopped reading holds us up */
}

/* A signal that was ignored from the start (nohup, a background job) stays ignored. */
static void catch (int signal_number)
{
    struct sigaction before, action = {.sa_handler = end};

    if (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
        return;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(signal_number, &action, NULL);
}

void cp_ending_set(cp_exit code)
{
    if (atomic_exchange(&chosen_code, (int)code) >= 0)
        return;
    catch (SIGINT);
    catch (SIGTERM);
    catch (SIGALRM);
}

void cp_ending_hold(void)
{
    atomic_store(&holding, HELD);
}

void cp_ending_release(void)
{
    if (atomic_exchange(&holding, FREE) == HELD_AND_TOLD)
        _exit(atomic_load(&chosen_code));
}
