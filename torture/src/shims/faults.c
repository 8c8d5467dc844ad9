/*
 * A disk that fails now and then: preloaded into the simulation, below SQLite and so below the store trait.
 *
 * The file FAULTS_CONTROL holds three numbers of 64 bits, as this machine has them: the state of a generator (SplitMix64), one in how many
 * writes and syncs below DISK_LIVE fails (0: none), and how many have failed. What fails does so as disks do: with EIO, with ENOSPC, or after half of it
 * was written. Nothing is synced: the simulation is not about power, and a million lives are many.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

static struct control { uint64_t state, rate, failed; } *control;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS_CONTROL");
    find_next();
    if (!path || !live) return;
    int file = next_open(path, O_RDWR);
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) fail("FAULTS_CONTROL cannot be read");
    next_close(file);
    control = page;
}

static short opened(const char *name) {
    (void)name;
    return control != NULL;
}

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

ssize_t write(int fd, const void *bytes, size_t length) {
    uint64_t how = is_of(fd) ? fails() : 0;
    if (!how) return next_write(fd, bytes, length);
    if (how % 3 == 0 && length > 1) next_write(fd, bytes, length / 2);
    errno = how % 3 == 1 ? ENOSPC : EIO;
    return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    uint64_t how = is_of(fd) ? fails() : 0;
    if (!how) return next_pwrite(fd, bytes, length, at);
    if (how % 3 == 0 && length > 1) next_pwrite(fd, bytes, length / 2, at);
    errno = how % 3 == 1 ? ENOSPC : EIO;
    return -1;
}

static int synced(short which, int fd) {
    (void)which, (void)fd;
    if (!fails()) return 0;
    errno = EIO;
    return -1;
}
