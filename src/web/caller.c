#include <sys/socket.h>
#include <unistd.h>

#include "inside.h"

static int socket_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info != NULL ? info->connect_fd : -1;
}

bool cp_caller_of(struct MHD_Connection *connection, struct cp_web_caller *out)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);

    if (getsockopt(socket_of(connection), SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
        return false;
    *out = (struct cp_web_caller){peer.uid, peer.gid, peer.pid};
    return true;
}

static bool is_group_named(const struct cp_web *web, gid_t group)
{
    for (uint32_t i = 0; i < web->group_count; i++) {
        if (web->groups[i] == group)
            return true;
    }
    return false;
}

/* Groups that the peer was in when it connected, beside its first one. */
static bool is_in_named_group(const struct cp_web *web, struct MHD_Connection *connection)
{
    gid_t groups[CP_WEB_GROUPS_MAX];
    socklen_t len = sizeof(groups);

    if (getsockopt(socket_of(connection), SOL_SOCKET, SO_PEERGROUPS, groups, &len) != 0)
        return false;
    for (size_t i = 0; i < len / sizeof(groups[0]); i++) {
        if (is_group_named(web, groups[i]))
            return true;
    }
    return false;
}

bool cp_caller_may_act(const struct cp_web *web, struct MHD_Connection *connection,
                       const struct cp_web_caller *caller)
{
    if (caller->uid == 0 || caller->uid == geteuid())
        return true;
    for (uint32_t i = 0; i < web->user_count; i++) {
        if (web->users[i] == caller->uid)
            return true;
    }
    return is_group_named(web, caller->gid) || is_in_named_group(web, connection);
}
