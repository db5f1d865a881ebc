#include "app/machine.h"

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
#define SECONDS_A_DAY 86400

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

static void put_back_zone(const char *before)
{
    if (before != NULL)
        (void)setenv("TZ", before, 1);
    else
        (void)unsetenv("TZ");
    tzset();
}

/* A moment, and what the clocks of a place show then. */
struct wall {
    time_t now, midnight; /* midnight: the next one */
    struct tm local;
    bool shows; /* false: the system cannot tell */
};

static struct wall look_at_clock(void)
{
    struct wall wall = {.now = time(NULL)};
    struct tm tomorrow;

    tzset(); /* localtime_r need not look at TZ again */
    wall.shows = localtime_r(&wall.now, &wall.local) != NULL;
    tomorrow = (struct tm){.tm_year = wall.local.tm_year,
                           .tm_mon = wall.local.tm_mon,
                           .tm_mday = wall.local.tm_mday + 1,
                           .tm_isdst = -1};
    wall.midnight = mktime(&tomorrow);
    return wall;
}

/* Clocks in the zone; where the machine stands if it is empty or not known. */
static struct wall look_at_clock_in(cp_text zone, bool *known)
{
    const char *set = getenv("TZ");
    char name[ZONE_PATH_BYTES];
    struct wall wall;
    char *before;

    *known = zone.len == 0;
    if (zone.len == 0 || zone.len >= sizeof(name))
        return look_at_clock();
    memcpy(name, zone.at, zone.len);
    name[zone.len] = '\0';
    before = set != NULL ? strdup(set) : NULL;
    *known = (set == NULL || before != NULL) && knows_zone(name) && setenv("TZ", name, 1) == 0;
    wall = look_at_clock();
    if (*known)
        put_back_zone(before);
    free(before);
    return wall;
}

cp_date cp_machine_today(cp_text zone, bool *known)
{
    struct wall wall = look_at_clock_in(zone, known);
    char text[11];
    cp_date date;

    if (!wall.shows || strftime(text, sizeof(text), "%Y-%m-%d", &wall.local) == 0 ||
        cp_date_parse(cp_text_of(text), &date) != CP_OK)
        return (cp_date)(wall.now / SECONDS_A_DAY);
    return date;
}

/* Where the system cannot tell, days are those of UTC, as above. */
int64_t cp_machine_midnight(cp_text zone)
{
    bool known;
    struct wall wall = look_at_clock_in(zone, &known);

    if (!wall.shows || wall.midnight <= wall.now)
        return (wall.now / SECONDS_A_DAY + 1) * SECONDS_A_DAY;
    return wall.midnight;
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
