/*
 * The main function of a fuzz driver that is not linked with libFuzzer: feeds it the
 * files named as arguments or, without any, every file of its corpus folder.
 * Each input goes into an allocation of exactly its size, so that the address sanitizer
 * sees a read past the end. It stands in an archive: a program with a main of its own
 * never takes it in.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/mem.h"

enum { MAX_INPUT_BYTES = 16 * 1024 * 1024, MAX_PATH_BYTES = 4096 };

/* Feeds one file to the driver; false, with a line on standard error, if it cannot. */
static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (file == NULL || fstat(fileno(file), &info) != 0 ||
        info.st_size > MAX_INPUT_BYTES) {
        fprintf(stderr, "cannot read the input %s\n", path);
        if (file != NULL)
            fclose(file);
        return false;
    }
    const size_t size = (size_t)info.st_size;
    uint8_t *data = mem_alloc(size);
    const bool is_read = fread(data, 1, size, file) == size;
    fclose(file);
    if (is_read)
        LLVMFuzzerTestOneInput(data, size);
    else
        fprintf(stderr, "cannot read all of the input %s\n", path);
    mem_free(data);
    return is_read;
}

/* Feeds every file of `folder`; false if one cannot be read or there is none. */
static bool replay_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        fprintf(stderr, "cannot open the corpus folder %s\n", folder);
        return false;
    }
    bool is_good = true;
    size_t count = 0;
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] == '.')
            continue;
        char path[MAX_PATH_BYTES];
        const int len = snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        is_good = len > 0 && len < MAX_PATH_BYTES && replay_file(path) && is_good;
        count++;
    }
    closedir(dir);
    printf("%zu inputs replayed from %s\n", count, folder);
    return is_good && count > 0;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        bool is_good = true;
        for (int i = 1; i < argc; i++)
            is_good = replay_file(argv[i]) && is_good;
        return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    const char *slash = strrchr(argv[0], '/');
    const char *program = slash != NULL ? slash + 1 : argv[0];
    const char *name = strncmp(program, "fuzz_", 5) == 0 ? program + 5 : program;
    const char *root = getenv("MOTET_SRCDIR");
    char folder[MAX_PATH_BYTES];
    const int len = snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s",
                             root != NULL ? root : ".", name);
    if (len < 0 || len >= MAX_PATH_BYTES)
        return EXIT_FAILURE;
    return replay_folder(folder) ? EXIT_SUCCESS : EXIT_FAILURE;
}
