#include "netbox_make.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* netbox-make DEVICES INTERFACES lines > FILE;  netbox-make DEVICES INTERFACES pages FOLDER */

static uint32_t number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    struct netbox_make make = {.seed = 1};
    int code = 64;

    if (argc >= 4) {
        make.devices = number(argv[1]);
        make.interfaces = number(argv[2]);
    }
    if (make.devices < 24 || make.interfaces < make.devices) {
        fputs("usage: netbox-make DEVICES INTERFACES lines|pages FOLDER\n", stderr);
        return code;
    }
    if (strcmp(argv[3], "lines") == 0) {
        netbox_make_lines(&make, stdout);
        code = fflush(stdout) == 0 ? 0 : 74;
    } else if (strcmp(argv[3], "pages") == 0 && argc == 5) {
        if (mkdir(argv[4], 0777) != 0 && errno != EEXIST) {
            perror(argv[4]);
            return 74;
        }
        netbox_make_pages(&make, argv[4]);
        code = 0;
    }
    return code;
}
