#include "machine.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"

#define MEMORY_UNKNOWN_BYTES ((size_t)4 << 30)

uint32_t cp_machine_cores(void)
{
    cpu_set_t cores;
    int count;

    if (sched_getaffinity(0, sizeof(cores), &cores) != 0)
        return 1;
    count = CPU_COUNT(&cores);
    return count < 1 ? 1 : (uint32_t)count;
}

size_t cp_machine_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    uint64_t bytes;

    if (pages <= 0 || page_bytes <= 0 ||
        cp_num_mul((uint64_t)pages, (uint64_t)page_bytes, &bytes) != CP_OK || bytes > SIZE_MAX)
        return MEMORY_UNKNOWN_BYTES;
    return (size_t)bytes;
}

cp_date cp_machine_today(void)
{
    time_t now = time(NULL);
    struct tm local;
    char text[11];
    cp_date date;

    if (localtime_r(&now, &local) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%d", &local) == 0 ||
        cp_date_parse(cp_text_of(text), &date) != CP_OK)
        return (cp_date)(now / 86400);
    return date;
}

/* https://no-color.org: present and not empty means no. */
bool cp_machine_colour(void)
{
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

    if (no != NULL && no[0] != '\0')
        return false;
    if (terminal != NULL && strcmp(terminal, "dumb") == 0)
        return false;
    return isatty(STDOUT_FILENO) == 1;
}
