/*
 * A wrong clock for one program: loaded before libc (LD_PRELOAD), it adds to the time of day the seconds that stand, as
 * a signed 64-bit number of this machine, in the file that $LEAKLAB_CLOCK names.  The monotonic clock is left alone, as a
 * system's is when somebody sets its time.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset_s;

__attribute__((constructor)) static void map(void)
{
    const char *path = getenv("LEAKLAB_CLOCK");
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*offset_s), PROT_READ, MAP_SHARED, fd, 0);

    if (at == MAP_FAILED)
        _exit(74); /* a run with the right clock would prove nothing */
    offset_s = at;
    close(fd);
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's are its own */
int clock_gettime(clockid_t id, struct timespec *at)
{
    int done = (int)syscall(SYS_clock_gettime, id, at);

    if (done == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        at->tv_sec += *offset_s;
    return done;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's are its own */
int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *at = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's are its own */
time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}
