#include "steer/steer.h"

static const char *const names[] = {[CP_SYSTEM_FRR] = "frr",
                                    [CP_SYSTEM_IOS_XR] = "ios-xr",
                                    [CP_SYSTEM_JUNOS] = "junos",
                                    [CP_SYSTEM_SR_OS] = "sr-os",
                                    [CP_SYSTEM_LINUX] = "linux"};

const char *cp_system_name(cp_system system)
{
    CP_ASSERT(system < CP_SYSTEM_COUNT);
    return names[system];
}

cp_system cp_system_find(cp_text word)
{
    uint32_t i = 0;

    while (i < CP_SYSTEM_COUNT && !cp_text_is(word, names[i]))
        i++;
    return (cp_system)i;
}
