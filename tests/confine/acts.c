#include "acts.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define N(value)            \
    {                       \
        NUMBER, value, NULL \
    }
#define T(text)       \
    {                 \
        TEXT, 0, text \
    }
#define B(bytes)                        \
    {                                   \
        BYTES, sizeof(bytes) - 1, bytes \
    }
#define O(behind)          \
    {                      \
        OUTSIDE, 0, behind \
    }
#define R             \
    {                 \
        ROOM, 0, NULL \
    }
#define F              \
    {                  \
        FIRST, 0, NULL \
    }
#define W                \
    {                    \
        WITNESS, 0, NULL \
    }

#define NOWHERE "/cleanpath-nowhere"
/* struct sockaddr_in of 127.0.0.1: port 9, 81, 40001 */
#define PORT_9 "\x02\x00\x00\x09\x7f\x00\x00\x01\0\0\0\0\0\0\0\0"
#define PORT_81 "\x02\x00\x00\x51\x7f\x00\x00\x01\0\0\0\0\0\0\0\0"
#define PORT_40001 "\x02\x00\x9c\x41\x7f\x00\x00\x01\0\0\0\0\0\0\0\0"

#define CALL(number, ...) \
    {                     \
        number,           \
        {                 \
            __VA_ARGS__   \
        }                 \
    }
#define ACT(name, ...)               \
    {                                \
        name, {0}, CALL(__VA_ARGS__) \
    }
#define OPEN(name, path, flags) ACT(name, SYS_openat, N(AT_FDCWD), path, N(flags), N(0600))
#define SOCKET(name, family, type, protocol) ACT(name, SYS_socket, N(family), N(type), N(protocol))
#define TCP CALL(SYS_socket, N(AF_INET), N(SOCK_STREAM), N(0))
#define SPOILT \
    N(-1) /* a pointer to nowhere: the kernel asks for it after it has permitted the act */

const struct act acts[] = {
    /* files */
    OPEN("read-shadow", T("/etc/shadow"), O_RDONLY),
    OPEN("read-own-environment", T("/proc/self/environ"), O_RDONLY),
    OPEN("read-kernel-log", T("/dev/kmsg"), O_RDONLY | O_NONBLOCK),
    OPEN("read-outside", O(""), O_RDONLY),
    OPEN("list-etc", T("/etc"), O_RDONLY | O_DIRECTORY),
    OPEN("write-etc", T("/etc/passwd"), O_WRONLY),
    OPEN("write-usr", T("/usr/lib/os-release"), O_WRONLY),
    OPEN("write-proc-sys", T("/proc/sys/kernel/hostname"), O_WRONLY),
    OPEN("write-own-memory", T("/proc/self/mem"), O_RDWR),
    OPEN("write-outside", O(""), O_WRONLY),
    OPEN("make-outside", O(".made"), O_WRONLY | O_CREAT | O_EXCL),
    OPEN("make-nameless", T("/tmp"), O_WRONLY | O_TMPFILE),
    ACT("truncate", SYS_truncate, O(""), N(0)),
    ACT("chmod", SYS_chmod, O(""), N(0600)),
    ACT("fchmodat", SYS_fchmodat, N(AT_FDCWD), O(""), N(0600)),
    ACT("chown", SYS_chown, O(""), N(-1), N(-1)),
    ACT("utimensat", SYS_utimensat, N(AT_FDCWD), O(""), N(0), N(0)),
    ACT("setxattr", SYS_setxattr, O(""), T("user.x"), R, N(1), N(0)),
    ACT("symlink", SYS_symlink, T("/etc/shadow"), O(".symlink")),
    ACT("link", SYS_link, O(""), O(".link")),
    ACT("mkdir", SYS_mkdir, O(".folder"), N(0700)),
    ACT("make-device", SYS_mknod, O(".device"), N(S_IFCHR | 0600), N(0x103)),
    ACT("make-fifo", SYS_mknodat, N(AT_FDCWD), O(".fifo"), N(S_IFIFO | 0600), N(0)),
    ACT("unlink", SYS_unlink, O(".2")),
    ACT("rename", SYS_rename, O(""), O(".moved")),
    ACT("name-to-handle", SYS_name_to_handle_at, N(AT_FDCWD), T("/"), R, R, N(0)),
    ACT("open-by-handle", SYS_open_by_handle_at, N(AT_FDCWD), SPOILT, N(O_RDONLY)),
    ACT("memfd-create", SYS_memfd_create, T("x"), N(0)),
    ACT("quotactl", SYS_quotactl, N(0x80000700), T(NOWHERE), N(0), R),
    ACT("acct", SYS_acct, T(NOWHERE)),
    ACT("fanotify-init", SYS_fanotify_init, N(0), N(0)),
    /* the tree of files */
    ACT("mount", SYS_mount, T("none"), T(NOWHERE), T("tmpfs"), N(0), N(0)),
    ACT("umount", SYS_umount2, T(NOWHERE), N(0)),
    ACT("chroot", SYS_chroot, T("/")),
    ACT("pivot-root", SYS_pivot_root, T(NOWHERE), T(NOWHERE)),
    ACT("fsopen", SYS_fsopen, T("tmpfs"), N(0)),
    ACT("open-tree", SYS_open_tree, N(AT_FDCWD), T("/"), N(1)),
    ACT("move-mount", SYS_move_mount, N(-1), T(NOWHERE), N(-1), T(NOWHERE), N(0)),
    ACT("swapon", SYS_swapon, T(NOWHERE), N(0)),
    ACT("swapoff", SYS_swapoff, T(NOWHERE)),
    /* sockets */
    SOCKET("socket-packet", AF_PACKET, SOCK_RAW, 0),
    SOCKET("socket-udp", AF_INET, SOCK_DGRAM, 0),
    SOCKET("socket-raw", AF_INET, SOCK_RAW, 1),
    SOCKET("socket-raw-any", AF_INET, SOCK_RAW, 0),
    SOCKET("socket-raw-6", AF_INET6, SOCK_RAW, 58),
    SOCKET("socket-netlink-audit", AF_NETLINK, SOCK_RAW, 9),
    SOCKET("socket-netlink-uevent", AF_NETLINK, SOCK_RAW, 15),
    SOCKET("socket-netlink-generic", AF_NETLINK, SOCK_RAW, 16),
    SOCKET("socket-netlink-crypto", AF_NETLINK, SOCK_RAW, 21),
    SOCKET("socket-vsock", AF_VSOCK, SOCK_STREAM, 0),
    SOCKET("socket-alg", AF_ALG, SOCK_SEQPACKET, 0),
    SOCKET("socket-mptcp", AF_INET, SOCK_STREAM, 262),
    {"connect-unlisted", TCP, CALL(SYS_connect, F, B(PORT_9), N(16))},
    {"bind-privileged", TCP, CALL(SYS_bind, F, B(PORT_81), N(16))},
    {"bind-unlisted", TCP, CALL(SYS_bind, F, B(PORT_40001), N(16))},
    /* programs and processes */
    ACT("execve", SYS_execve, T(NOWHERE), N(0), N(0)),
    ACT("execveat", SYS_execveat, N(AT_FDCWD), T(NOWHERE), N(0), N(0), N(0)),
    ACT("fork", SYS_fork, N(0)),
    ACT("clone-process", SYS_clone, N(CLONE_SIGHAND), N(0)),
    ACT("unshare", SYS_unshare, N(CLONE_NEWUTS)),
    ACT("setns", SYS_setns, N(-1), N(0)),
    ACT("ptrace", SYS_ptrace, N(PTRACE_SEIZE), W, N(0), N(0)),
    ACT("read-other-memory", SYS_process_vm_readv, W, R, N(1), R, N(1), N(0)),
    ACT("write-other-memory", SYS_process_vm_writev, W, R, N(1), R, N(1), N(0)),
    ACT("kill", SYS_kill, W, N(0)),
    ACT("tgkill", SYS_tgkill, W, W, N(0)),
    ACT("pidfd-open", SYS_pidfd_open, W, N(0)),
    ACT("pidfd-getfd", SYS_pidfd_getfd, N(-1), N(0), N(0)),
    ACT("kcmp", SYS_kcmp, W, W, N(1), N(0), N(0)),
    ACT("limits-of-others", SYS_prlimit64, W, N(7), N(0), R),
    ACT("set-limit", SYS_setrlimit, N(4), R),
    ACT("renice-others", SYS_setpriority, N(0), W, N(0)),
    ACT("set-affinity", SYS_sched_setaffinity, W, N(8), R),
    ACT("set-scheduler", SYS_sched_setscheduler, N(0), N(1), R),
    /* memory that is code */
    ACT("map-code", SYS_mmap, N(0), N(4096), N(PROT_READ | PROT_EXEC),
        N(MAP_PRIVATE | MAP_ANONYMOUS), N(-1), N(0)),
    ACT("make-code", SYS_mprotect, R, N(4096), N(PROT_READ | PROT_WRITE | PROT_EXEC)),
    ACT("make-code-with-key", SYS_pkey_mprotect, R, N(4096), N(PROT_READ | PROT_WRITE | PROT_EXEC),
        N(-1)),
    ACT("userfaultfd", SYS_userfaultfd, N(0)),
    /* who it is */
    ACT("setuid", SYS_setuid, N(0)),
    ACT("setresuid", SYS_setresuid, N(-1), N(-1), N(-1)),
    ACT("setresgid", SYS_setresgid, N(-1), N(-1), N(-1)),
    ACT("setgroups", SYS_setgroups, N(0), N(0)),
    ACT("capset", SYS_capset, SPOILT, SPOILT),
    ACT("personality", SYS_personality, N(0xffffffff)),
    ACT("keyctl", SYS_keyctl, N(0), N(-3), N(0)),
    ACT("add-key", SYS_add_key, SPOILT, SPOILT, N(0), N(0), N(-3)),
    ACT("request-key", SYS_request_key, SPOILT, SPOILT, N(0), N(-3)),
    /* the kernel and the machine */
    ACT("bpf", SYS_bpf, N(-1), N(0), N(0)),
    ACT("perf-event-open", SYS_perf_event_open, SPOILT, N(0), N(-1), N(-1), N(0)),
    ACT("io-uring-setup", SYS_io_uring_setup, N(1), SPOILT),
    ACT("init-module", SYS_init_module, N(0), N(0), T("")),
    ACT("finit-module", SYS_finit_module, N(-1), T(""), N(0)),
    ACT("delete-module", SYS_delete_module, T("cleanpath_nothing"), N(O_NONBLOCK)),
    ACT("kexec-load", SYS_kexec_load, N(0), N(0), N(0), N(0x4000)),
    ACT("reboot", SYS_reboot, N(0), N(0), N(0), N(0)),
    ACT("syslog", SYS_syslog, N(10), N(0), N(0)),
    ACT("settimeofday", SYS_settimeofday, SPOILT, N(0)),
    ACT("clock-settime", SYS_clock_settime, N(0), SPOILT),
    ACT("adjtimex", SYS_adjtimex, SPOILT),
    ACT("sethostname", SYS_sethostname, R, N(-1)),
    ACT("setdomainname", SYS_setdomainname, R, N(-1)),
    ACT("iopl", SYS_iopl, N(0)),
    ACT("ioperm", SYS_ioperm, N(0x80), N(1), N(0)),
    ACT("modify-ldt", SYS_modify_ldt, N(0), R, N(8)),
    ACT("shmget", SYS_shmget, N(0), N(4096), N(0600)),
    ACT("landlock-more", SYS_landlock_create_ruleset, N(0), N(0), N(1)),
};

const size_t act_count = sizeof acts / sizeof *acts;
