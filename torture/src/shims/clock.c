/*
 * A clock that can be set from outside: preloaded into an office, for the campaign `clock`.
 *
 * The file CLOCK_OFFSET holds a number of nanoseconds, 64 bits as this machine has them, by which the clock of the day is ahead; it
 * may be changed at any time. The monotonic clock runs on as it does when somebody sets the other one.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int (*next_gettime)(clockid_t, struct timespec *);
static const volatile int64_t *ahead;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CLOCK_OFFSET");
    if (ahead) return;
    next_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    static const int64_t none = 0;
    ahead = &none;
    if (!path) return;
    int file = open(path, O_RDONLY);
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) {
        fprintf(stderr, "clock: %s cannot be read\n", path);
        _exit(70);
    }
    close(file);
    ahead = page;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    if (!ahead) begin();
    int done = next_gettime(which, now);
    if (done || (which != CLOCK_REALTIME && which != CLOCK_REALTIME_COARSE)) return done;
    int64_t all = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + *ahead;
    now->tv_sec = all / 1000000000;
    now->tv_nsec = all % 1000000000;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now) {
    struct timespec precise;
    if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
    if (now) *now = precise.tv_sec;
    return precise.tv_sec;
}
