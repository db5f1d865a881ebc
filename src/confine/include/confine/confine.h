#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * A program takes from itself what it does not need, for good: what it opens later (files and TCP, by Landlock) and what
 * it may ask of the kernel (system calls, by seccomp).  What is open stays open.  Nobody gives it back, and it holds for all that
 * the process would start.  So much is left as the program does later: reads its files again, writes its state, calls others.
 *
 * In programs that are built with a sanitizer, which does much else itself, none of it is done.
 */

typedef enum {
    CONFINE_WHOLE,
    CONFINE_NO_LANDLOCK, /* the kernel has none: files and TCP are left as they were */
    CONFINE_NO_TCP,      /* the kernel's is older than its rules for TCP (Linux 6.7): files alone */
    CONFINE_SANITIZED,   /* nothing was done */
    CONFINE_FAILED       /* errno says why; the program must not go on */
} confine_how;

/* --- files and TCP ---------------------------------------------------------------------------------- */

struct confine {
    int rules; /* -1: none */
    int version;
    int error; /* the first one; 0: none */
};

/**
 * Begins with nothing: what is not named until confine_files cannot be opened, made, removed or called.  (To connect to Unix sockets
 * is no matter of this.)  What cannot be found is passed over; any other error is confine_files' to tell.
 */
void confine_open(struct confine *c);
/**
 * A file may be read, also another one that is put in its place: all of its folder, and of that which it leads to where it is a
 * symbolic link.  Of a folder: all below it.
 */
void confine_read(struct confine *c, const char *path);
/** The file alone, as long as it is this one. */
void confine_read_one(struct confine *c, const char *path);
/** Files in the folder may be read, written, made, replaced and removed. */
void confine_write(struct confine *c, const char *folder);
/** A Unix socket may be made there, and removed. */
void confine_socket(struct confine *c, const char *path);
void confine_connect(struct confine *c, uint32_t port);
void confine_bind(struct confine *c, uint32_t port); /* 0: one that the kernel takes */
/** From here on.  Before there is another thread; c is closed. */
confine_how confine_files(struct confine *c);

/* --- system calls ----------------------------------------------------------------------------------- */

/** Beside reading files, Unix sockets, what is open, memory without code in it, time, waiting and its own end. */
typedef enum {
    CONFINE_MAY_WRITE = 1, /* files: open for writing, lock, sync, rename, remove */
    CONFINE_MAY_TCP = 2,   /* sockets of it */
    CONFINE_MAY_UDP = 4,
    CONFINE_MAY_THREAD = 8 /* threads, and their priority */
} confine_may;

/**
 * From here on, of all threads.  may: any of them, or 0.  Anything else is answered with EPERM; calls of another architecture
 * (32 bits) end the process.  No socket of another family, no raw one; nothing is executed, no process is made, no other one is
 * touched; no memory becomes code.
 */
confine_how confine_calls(unsigned may);
