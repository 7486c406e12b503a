/* After an operation is freed, none of its secrets is left in the process's writable memory.
 *
 * usage: memory EMULATOR_URL
 * Signs in by the device code flow, keeps the secrets of the answer in a form that isn't theirs, frees everything, and
 * looks for them in /proc/self/mem. Linux only. */
#define _GNU_SOURCE /* pread */
#include <fcntl.h>

#include "support/check.h"

enum { MASK = 0x5a, NEEDLE = 48, NEEDLES = 3, CHUNK = 1 << 20 };

static const char *const NAMES[NEEDLES] = {"access_token", "refresh_token", "id_token"};
static unsigned char needles[NEEDLES][NEEDLE];
static char text[TEXT];
static unsigned char chunk[CHUNK];

static void wipe(void *place, size_t size)
{
    volatile unsigned char *byte = place;
    while (size--)
        *byte++ = 0;
}

/* Keeps the end of a secret, masked so that the copy isn't found. The beginning of a JWT is the same for many. */
static void keep(int index)
{
    size_t length = 0;
    const char *secret = member(text, NAMES[index], &length);
    CHECK(length >= NEEDLE);
    for (int i = 0; i < NEEDLE; i++)
        needles[index][i] = (unsigned char)(secret[length - NEEDLE + i] ^ MASK);
}

static void sign_in(const char *url)
{
    aztoken_operation operation = start_device_code(url, "contoso.onmicrosoft.com");
    int tokens = 0;
    while (next_event(operation, text) == AZTOKEN_STATUS_OK) {
        if (strstr(text, "\"event\":\"message\""))
            approve(url, text);
        if (strstr(text, "\"event\":\"token\"")) {
            tokens++;
            for (int i = 0; i < NEEDLES; i++)
                keep(i);
        }
        wipe(text, sizeof text);
    }
    CHECK(tokens == 1);
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
}

/* How often a masked secret stands in a piece of memory. */
static int count(const unsigned char *needle, size_t size)
{
    int found = 0;
    for (size_t i = 0; i + NEEDLE <= size; i++) {
        int j = 0;
        while (j < NEEDLE && (chunk[i + (size_t)j] ^ MASK) == needle[j])
            j++;
        found += j == NEEDLE;
    }
    return found;
}

static int search(int memory, unsigned long start, unsigned long end, int *found)
{
    int pieces = 0;
    for (unsigned long at = start; at < end; at += CHUNK - NEEDLE) {
        size_t wanted = end - at < CHUNK ? end - at : CHUNK;
        ssize_t size = pread(memory, chunk, wanted, (off_t)at);
        if (size <= 0)
            break;
        pieces++;
        for (int i = 0; i < NEEDLES; i++)
            found[i] += count(needles[i], (size_t)size);
        wipe(chunk, sizeof chunk);
    }
    return pieces;
}

/* Looks through every writable mapping but the one that holds `chunk` itself. */
static int search_all(int *found)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY), pieces = 0;
    CHECK(maps != NULL && memory >= 0);
    char line[512];
    while (fgets(line, sizeof line, maps)) {
        unsigned long start, end;
        char access[5];
        CHECK(sscanf(line, "%lx-%lx %4s", &start, &end, access) == 3);
        unsigned long own = (unsigned long)chunk;
        if (access[0] != 'r' || access[1] != 'w')
            continue;
        if (own >= start && own < end) {
            /* What lies around the chunk is looked at too. */
            pieces += search(memory, start, own, found) + search(memory, own + CHUNK, end, found);
        } else {
            pieces += search(memory, start, end, found);
        }
    }
    fclose(maps);
    close(memory);
    return pieces;
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    sign_in(argv[1]);
    /* The search itself: a secret that is there is found. */
    char *planted = malloc(NEEDLE);
    int found[NEEDLES] = {0};
    for (int i = 0; i < NEEDLE; i++)
        planted[i] = (char)(needles[0][i] ^ MASK);
    CHECK(search_all(found) > 10);
    CHECK(found[0] >= 1);
    int with_planted = found[0];
    wipe(planted, NEEDLE);
    memset(found, 0, sizeof found);
    search_all(found);
    for (int i = 0; i < NEEDLES; i++)
        if (found[i])
            fprintf(stderr, "%s: found %d times after the operation was freed\n", NAMES[i], found[i]);
    CHECK(with_planted == 1 && found[0] == 0 && found[1] == 0 && found[2] == 0);
    free(planted);
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    printf("memory: no secret is left\n");
    return 0;
}
