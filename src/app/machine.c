#include "machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"

#define MEMORY_UNKNOWN_BYTES ((size_t)4 << 30)
#define COLUMNS_UNKNOWN 100 /* of a terminal that does not tell */
#define ZONE_FOLDER "/usr/share/zoneinfo"
#define ZONE_PATH_BYTES 1024

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

/* Whether there is a file for the zone (tzset itself takes an unknown one for UTC in silence). */
static bool knows_zone(const char *zone)
{
    const char *folder = getenv("TZDIR");
    char path[ZONE_PATH_BYTES];
    int len = snprintf(path, sizeof(path), "%s/%s",
                       folder == NULL || folder[0] == '\0' ? ZONE_FOLDER : folder, zone);
    struct stat file;

    return len > 0 && (size_t)len < sizeof(path) && stat(path, &file) == 0 && S_ISREG(file.st_mode);
}

static bool use_zone(cp_text zone)
{
    char name[ZONE_PATH_BYTES];

    if (zone.len >= sizeof(name))
        return false;
    memcpy(name, zone.at, zone.len);
    name[zone.len] = '\0';
    if (!knows_zone(name) || setenv("TZ", name, 1) != 0)
        return false;
    tzset();
    return true;
}

cp_date cp_machine_today(cp_text zone, bool *known)
{
    time_t now = time(NULL);
    struct tm local;
    char text[11];
    cp_date date;

    *known = zone.len == 0 || use_zone(zone);
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

uint32_t cp_machine_columns(void)
{
    struct winsize size;

    if (isatty(STDOUT_FILENO) != 1)
        return 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS_UNKNOWN;
    return size.ws_col;
}
