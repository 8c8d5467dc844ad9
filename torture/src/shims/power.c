/*
 * What a disk has promised, kept apart from what was only written: preloaded into an office, for the campaign `power`.
 *
 * Everything is written where it belongs, so that reading goes on as ever. Besides, for every file below DISK_LIVE there is a twin
 * below POWER_KEPT, and fsync or fdatasync brings it up to date, with what was written since the last time and nothing else. When the
 * power fails, the twins are what is left; the campaign adds some of the writes that were not promised, as a disk may.
 *
 * Kept simpler than a disk, in favour of the disk: names are durable with the first fsync of a file, and removing a file is at once.
 *
 * With POWER_LAZY a log (`-wal`) is promised only when the file that it belongs to is written again, at a checkpoint: what SQLite
 * does with synchronous=NORMAL. It is the control that has to lose something.
 */
#include <sys/stat.h>

#define FILES 64

struct range { off_t from, to; };

/* A file below DISK_LIVE, known by its name there. */
struct file {
    char name[256];
    int kept;              /* its twin, or -1: not made yet */
    int lazy;              /* a sync that was asked for and not done (POWER_LAZY) */
    size_t ranges, room;
    struct range *dirty;
};

static struct file files[FILES];
static int known;
static const char *kept;
static int is_lazy;

static int (*next_ftruncate)(int, off_t);
static int (*next_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
    kept = getenv("POWER_KEPT");
    is_lazy = getenv("POWER_LAZY") != NULL;
    find_next();
    next_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    next_unlink = dlsym(RTLD_NEXT, "unlink");
}

static struct file *find(const char *name) {
    for (int at = 0; at < known; at++)
        if (!strcmp(files[at].name, name)) return &files[at];
    return NULL;
}

/* What `of` holds is an index in `files`, counted from 1. */
static struct file *named(int fd) {
    short which = is_of(fd);
    return which ? &files[which - 1] : NULL;
}

static short opened(const char *name) {
    if (strlen(name) >= sizeof files[0].name) fail("a name is too long");
    struct file *file = find(name);
    if (!file) {
        if (known == FILES) fail("too many files");
        file = &files[known++];
        strcpy(file->name, name);
        file->kept = -1;
    }
    return (short)(file - files + 1);
}

static void twin(const struct file *file, char *path, size_t room) {
    snprintf(path, room, "%s/%s", kept, file->name);
}

/* Brings the twin up to date. */
static void promise(struct file *file, int fd) {
    char path[1024], block[1 << 16];
    struct stat size;
    file->lazy = 0;
    if (file->kept < 0) {
        twin(file, path, sizeof path);
        file->kept = next_open(path, O_RDWR | O_CREAT, 0600);
        if (file->kept < 0) fail("a twin cannot be made");
    }
    for (size_t at = 0; at < file->ranges; at++) {
        for (off_t from = file->dirty[at].from; from < file->dirty[at].to;) {
            size_t left = (size_t)(file->dirty[at].to - from);
            ssize_t read = pread(fd, block, left < sizeof block ? left : sizeof block, from);
            if (read < 0) fail("what was written cannot be read");
            if (read == 0) break; /* it was cut off since */
            if (next_pwrite(file->kept, block, (size_t)read, from) != read) fail("a twin cannot be written");
            from += read;
        }
    }
    file->ranges = 0;
    if (fstat(fd, &size) || next_ftruncate(file->kept, size.st_size)) fail("a twin cannot be cut");
}

/* Notes what is about to be written. Called with the turn, which is kept while it is written: no promise in between. */
static void dirty(struct file *file, off_t from, size_t length) {
    if (is_lazy) {
        /* A checkpoint begins: only now the log is synced. */
        char log[300];
        snprintf(log, sizeof log, "%s-wal", file->name);
        struct file *lazy = find(log);
        if (lazy && lazy->lazy) {
            char path[1024];
            snprintf(path, sizeof path, "%s/%s", live, lazy->name);
            int fd = next_open(path, O_RDONLY);
            if (fd < 0) fail("a log cannot be read");
            promise(lazy, fd);
            next_close(fd);
        }
    }
    struct range *last = file->ranges ? &file->dirty[file->ranges - 1] : NULL;
    off_t to = from + (off_t)length;
    if (last && from <= last->to && from >= last->from) {
        if (to > last->to) last->to = to;
        return;
    }
    if (file->ranges == file->room) {
        file->room = file->room ? file->room * 2 : 64;
        file->dirty = realloc(file->dirty, file->room * sizeof *file->dirty);
        if (!file->dirty) fail("no memory");
    }
    file->dirty[file->ranges++] = (struct range){from, to};
}

/* Whoever ends by himself has lost nothing, and the next process knows nothing of what was written here. */
__attribute__((destructor)) static void end(void) {
    char path[1024];
    for (int at = 0; at < known; at++) {
        if (snprintf(path, sizeof path, "%s/%s", live, files[at].name) >= (int)sizeof path) continue;
        int fd = files[at].ranges ? next_open(path, O_RDONLY) : -1;
        if (fd < 0) continue;
        promise(&files[at], fd);
        next_close(fd);
    }
}

ssize_t write(int fd, const void *bytes, size_t length) {
    struct file *file = named(fd);
    if (!file) return next_write(fd, bytes, length);
    pthread_mutex_lock(&turn);
    off_t at = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    dirty(file, at, length);
    ssize_t written = next_write(fd, bytes, length);
    pthread_mutex_unlock(&turn);
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    struct file *file = named(fd);
    if (!file) return next_pwrite(fd, bytes, length, at);
    pthread_mutex_lock(&turn);
    dirty(file, at, length);
    ssize_t written = next_pwrite(fd, bytes, length, at);
    pthread_mutex_unlock(&turn);
    return written;
}

int ftruncate(int fd, off_t length) {
    struct file *file = named(fd);
    if (!file) return next_ftruncate(fd, length);
    struct stat size;
    pthread_mutex_lock(&turn);
    /* What is cut off and written again was written. */
    if (!fstat(fd, &size) && length > size.st_size) dirty(file, size.st_size, (size_t)(length - size.st_size));
    int done = next_ftruncate(fd, length);
    pthread_mutex_unlock(&turn);
    return done;
}

int ftruncate64(int fd, off_t length) {
    return ftruncate(fd, length);
}

static int synced(short which, int fd) {
    struct file *file = &files[which - 1];
    size_t length = strlen(file->name);
    pthread_mutex_lock(&turn);
    if (is_lazy && length > 4 && !strcmp(file->name + length - 4, "-wal")) file->lazy = 1;
    else promise(file, fd);
    pthread_mutex_unlock(&turn);
    return 0; /* what the real disk does is not what is looked at */
}

int unlink(const char *path) {
    const char *name = ours(path);
    if (name) {
        pthread_mutex_lock(&turn);
        struct file *file = find(name);
        char gone[1024];
        snprintf(gone, sizeof gone, "%s/%s", kept, name);
        next_unlink(gone);
        if (file) {
            if (file->kept >= 0) next_close(file->kept);
            file->kept = -1;
            file->ranges = 0;
            file->lazy = 0;
        }
        pthread_mutex_unlock(&turn);
    }
    return next_unlink(path);
}
