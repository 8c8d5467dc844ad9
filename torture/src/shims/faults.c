/*
 * A disk that fails now and then: preloaded into the simulation, below SQLite and so below the store trait.
 *
 * The file FAULTS_CONTROL holds three numbers of 64 bits, as this machine has them: the state of a generator (SplitMix64), one in how many
 * writes and syncs below FAULTS_LIVE fails (0: none), and how many have failed. What fails does so as disks do: with EIO, with ENOSPC, or after half of it
 * was written. Nothing is synced: the simulation is not about power, and a million lives are many.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DESCRIPTORS 4096

static struct control { uint64_t state, rate, failed; } *control;
static const char *live;
static char is_ours[DESCRIPTORS];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static int (*next_open)(const char *, int, ...);
static int (*next_close)(int);
static ssize_t (*next_write)(int, const void *, size_t);
static ssize_t (*next_pwrite)(int, const void *, size_t, off_t);
static int (*next_fsync)(int);
static int (*next_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS_CONTROL");
    live = getenv("FAULTS_LIVE");
    next_open = dlsym(RTLD_NEXT, "open");
    next_close = dlsym(RTLD_NEXT, "close");
    next_write = dlsym(RTLD_NEXT, "write");
    next_pwrite = dlsym(RTLD_NEXT, "pwrite");
    next_fsync = dlsym(RTLD_NEXT, "fsync");
    next_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    if (!path || !live) return;
    int file = next_open(path, O_RDWR);
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) {
        fprintf(stderr, "faults: %s cannot be read\n", path);
        _exit(70);
    }
    next_close(file);
    control = page;
}

static void opened(const char *path, int fd) {
    size_t length = live ? strlen(live) : 0, all = strlen(path);
    if (fd < 0 || fd >= DESCRIPTORS) return;
    /* The shared memory of a log is none of the disk's business. */
    is_ours[fd] = length && !strncmp(path, live, length) && !(all > 4 && !strcmp(path + all - 4, "-shm"));
}

static int ours(int fd) { return control && fd >= 0 && fd < DESCRIPTORS && is_ours[fd]; }

/* 0: nothing happens. Else how: by the lowest bits. */
static uint64_t fails(void) {
    uint64_t drawn = 0;
    pthread_mutex_lock(&turn);
    if (control->rate) {
        control->state += 0x9e3779b97f4a7c15u;
        drawn = control->state;
        drawn = (drawn ^ (drawn >> 30)) * 0xbf58476d1ce4e5b9u;
        drawn = (drawn ^ (drawn >> 27)) * 0x94d049bb133111ebu;
        drawn ^= drawn >> 31;
        if (drawn % control->rate) drawn = 0;
        else {
            control->failed++;
            drawn = drawn / control->rate | 1u << 31;
        }
    }
    pthread_mutex_unlock(&turn);
    return drawn;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int fd = next_open(path, flags, va_arg(more, int));
    va_end(more);
    opened(path, fd);
    return fd;
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int fd = next_open(path, flags | O_LARGEFILE, va_arg(more, int));
    va_end(more);
    opened(path, fd);
    return fd;
}

int close(int fd) {
    if (fd >= 0 && fd < DESCRIPTORS) is_ours[fd] = 0;
    return next_close(fd);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    uint64_t how = ours(fd) ? fails() : 0;
    if (!how) return next_write(fd, bytes, length);
    if (how % 3 == 0 && length > 1) next_write(fd, bytes, length / 2);
    errno = how % 3 == 1 ? ENOSPC : EIO;
    return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    uint64_t how = ours(fd) ? fails() : 0;
    if (!how) return next_pwrite(fd, bytes, length, at);
    if (how % 3 == 0 && length > 1) next_pwrite(fd, bytes, length / 2, at);
    errno = how % 3 == 1 ? ENOSPC : EIO;
    return -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) { return pwrite(fd, bytes, length, at); }

static int synced(int fd, int (*next)(int)) {
    if (!ours(fd)) return next(fd);
    if (!fails()) return 0;
    errno = EIO;
    return -1;
}

int fsync(int fd) { return synced(fd, next_fsync); }

int fdatasync(int fd) { return synced(fd, next_fdatasync); }
