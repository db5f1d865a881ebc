/* Gives a fuzz target the empty input and then each file of its corpus folder, in order of name. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <dirent.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads one file and gives it to the target; false where it cannot be read. */
static bool replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    long size = -1;

    if (file == NULL)
        return false;
    if (fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size >= 0)
        bytes = malloc(size > 0 ? (size_t)size : 1); /* no spare byte: a read past the end shows */
    rewind(file);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        free(bytes);
        (void)fclose(file);
        return false;
    }
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    return true;
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool replay_all(const char *folder, struct dirent **entries, int count)
{
    bool good = true;

    for (int i = 0; i < count; i++) {
        char path[4096];
        int len = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);

        if (len < 0 || (size_t)len >= sizeof(path) || !replay(path)) {
            fprintf(stderr, "replay: cannot read %s/%s\n", folder, entries[i]->d_name);
            good = false;
        }
        free(entries[i]);
    }
    return good;
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    int count = argc == 2 ? scandir(argv[1], &entries, is_input, alphasort) : -1;

    if (count <= 0) {
        fprintf(stderr, "replay: no inputs in %s\n", argc == 2 ? argv[1] : "the folder named");
        free(entries);
        return 1;
    }
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    bool good = replay_all(argv[1], entries, count);
    free(entries);
    printf("%d inputs\n", count);
    return good ? 0 : 1;
}
