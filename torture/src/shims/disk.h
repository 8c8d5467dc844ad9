/*
 * What the shims of disks have in common: which descriptors are of files below DISK_LIVE, and the calls by which they come and go.
 * Whoever is compiled with it says what a file of ours is for him (`opened`, above 0, and he finds it in `of`).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DESCRIPTORS 4096

static const char *live;
static short of[DESCRIPTORS]; /* 0: none of ours */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static int (*next_open)(const char *, int, ...);
static int (*next_close)(int);
static ssize_t (*next_write)(int, const void *, size_t);
static ssize_t (*next_pwrite)(int, const void *, size_t, off_t);
static int (*next_fsync)(int);

/* What the file of this name below DISK_LIVE is from now on. */
static short opened(const char *name);

static void find_next(void) {
    live = getenv("DISK_LIVE");
    next_open = dlsym(RTLD_NEXT, "open");
    next_close = dlsym(RTLD_NEXT, "close");
    next_write = dlsym(RTLD_NEXT, "write");
    next_pwrite = dlsym(RTLD_NEXT, "pwrite");
    next_fsync = dlsym(RTLD_NEXT, "fsync");
}

/* Whoever cannot keep the books must not go on as if he could. */
static void fail(const char *what) {
    fprintf(stderr, "disk: %s\n", what);
    _exit(70);
}

/* The name below DISK_LIVE; NULL: it is none of ours. The shared memory of a log is not a file that outlives anything. */
static const char *ours(const char *path) {
    size_t length = live ? strlen(live) : 0, all = strlen(path);
    if (!length || strncmp(path, live, length) || path[length] != '/') return NULL;
    if (all > 4 && !strcmp(path + all - 4, "-shm")) return NULL;
    return path + length + 1;
}

static short is_of(int fd) { return fd >= 0 && fd < DESCRIPTORS ? of[fd] : 0; }

static int came(const char *path, int fd) {
    const char *name = ours(path);
    if (fd < 0 || !name) return fd;
    if (fd >= DESCRIPTORS) fail("a descriptor is too large");
    pthread_mutex_lock(&turn);
    of[fd] = opened(name);
    pthread_mutex_unlock(&turn);
    return fd;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int fd = next_open(path, flags, va_arg(more, int));
    va_end(more);
    return came(path, fd);
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int fd = next_open(path, flags | O_LARGEFILE, va_arg(more, int));
    va_end(more);
    return came(path, fd);
}

int close(int fd) {
    if (is_of(fd)) of[fd] = 0;
    return next_close(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) { return pwrite(fd, bytes, length, at); }

/* A sync of a file that is ours. */
static int synced(short which, int fd);

int fsync(int fd) { return is_of(fd) ? synced(is_of(fd), fd) : next_fsync(fd); }

int fdatasync(int fd) { return fsync(fd); }
