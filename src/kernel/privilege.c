#include "kernel/privilege.h"

#include <stdint.h>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NET_ADMIN (1u << CAP_NET_ADMIN)

bool privilege_drop(bool keep, bool hand_on)
{
    uint32_t kept = keep ? NET_ADMIN : 0, handed_on = hand_on ? NET_ADMIN : 0;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{kept, kept, handed_on}, {0, 0, 0}};

    for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
        if (capability >= 32 || (kept >> capability & 1) == 0)
            (void)prctl(PR_CAPBSET_DROP, capability); /* who may not has none to lose */
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_capset, &header, data) == 0 &&
           (!hand_on || prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0) == 0);
}
