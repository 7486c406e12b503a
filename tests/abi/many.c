/* Many operations in one process: their memory stays what it was, and threads may cancel and free what another waits for.
 *
 * usage: many EMULATOR_URL [COUNT]
 * COUNT (10000) operations end with the emulator's error for an unknown tenant, some at once, like the module runs them:
 * one wait for all of them, then the events of the one that is ready. A few are cancelled or freed while they run. With
 * a COUNT of its own the memory isn't measured: under valgrind it would be valgrind's. */
#include <pthread.h>

#include "support/check.h"

enum { AT_ONCE = 16, COUNT = 10000, RACES = 200, GROWTH_KB = 1024 };

static char text[TEXT];
static const char *emulator_url;

static long resident_kb(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    long size = -1;
    CHECK(status != NULL);
    while (fgets(line, sizeof line, status))
        if (sscanf(line, "VmRSS: %ld kB", &size) == 1)
            break;
    fclose(status);
    CHECK(size > 0);
    return size;
}

/* Handles the events of one operation that are there; whether the last one was among them. */
static int drain(aztoken_operation operation, int *refused, int *cancelled)
{
    for (;;) {
        aztoken_buffer event = 0;
        const uint8_t *data = NULL;
        size_t length = 0;
        aztoken_status status = aztoken_operation_next(operation, 0, &event);
        if (status == AZTOKEN_STATUS_TIMEOUT)
            return 0;
        if (status == AZTOKEN_STATUS_END)
            return 1;
        CHECK(status == AZTOKEN_STATUS_OK);
        CHECK(aztoken_buffer_data(event, &data, &length) == AZTOKEN_STATUS_OK && length < TEXT);
        memcpy(text, data, length);
        text[length] = 0;
        *refused += strstr(text, "[90002]") != NULL;
        *cancelled += strstr(text, "\"kind\":\"cancelled\"") != NULL;
        CHECK(aztoken_buffer_free(event) == AZTOKEN_STATUS_OK);
    }
}

/* Starts and ends `count` operations, and checks that each came to the end that was meant for it. */
static void run(int count)
{
    aztoken_operation running[AT_ONCE];
    int started = 0, in_flight = 0, refused = 0, cancelled = 0, freed = 0, to_cancel = 0;
    while (started < count || in_flight > 0) {
        while (started < count && in_flight < AT_ONCE) {
            aztoken_operation operation = start_device_code(emulator_url, "nowhere.example");
            started++;
            if (started % 50 == 0) {
                CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
                freed++;
                continue;
            }
            if (started % 50 == 25) {
                CHECK(aztoken_operation_cancel(operation) == AZTOKEN_STATUS_OK);
                to_cancel++;
            }
            running[in_flight++] = operation;
        }
        size_t ready = AT_ONCE;
        if (in_flight == 0)
            break;
        CHECK(aztoken_operation_wait(running, (size_t)in_flight, TIMEOUT_MS, &ready) == AZTOKEN_STATUS_OK);
        CHECK(ready < (size_t)in_flight);
        if (drain(running[ready], &refused, &cancelled)) {
            CHECK(aztoken_operation_free(running[ready]) == AZTOKEN_STATUS_OK);
            running[ready] = running[--in_flight];
        }
    }
    CHECK(refused + cancelled + freed == count);
    /* An operation may have ended by itself before it was cancelled, hardly ever. */
    CHECK(cancelled <= to_cancel && (to_cancel == 0 || cancelled > 0));
}

static void *cancel_again_and_again(void *argument)
{
    aztoken_operation operation = *(aztoken_operation *)argument;
    while (aztoken_operation_cancel(operation) == AZTOKEN_STATUS_OK)
        ;
    return NULL;
}

static void *wait_for_the_end(void *argument)
{
    aztoken_operation operation = *(aztoken_operation *)argument;
    aztoken_buffer event;
    aztoken_status status;
    while ((status = aztoken_operation_next(operation, TIMEOUT_MS, &event)) == AZTOKEN_STATUS_OK)
        CHECK(aztoken_buffer_free(event) == AZTOKEN_STATUS_OK);
    CHECK(status == AZTOKEN_STATUS_END || status == AZTOKEN_STATUS_INVALID_HANDLE);
    return NULL;
}

/* One thread waits, one cancels until the handle is gone, and this one frees. */
static void race(int rounds)
{
    for (int round = 0; round < rounds; round++) {
        aztoken_operation operation = start_device_code(emulator_url, "contoso.onmicrosoft.com");
        pthread_t waiting, cancelling;
        CHECK(pthread_create(&waiting, NULL, wait_for_the_end, &operation) == 0);
        CHECK(pthread_create(&cancelling, NULL, cancel_again_and_again, &operation) == 0);
        if (round % 2 == 0)
            CHECK(pthread_join(waiting, NULL) == 0);
        CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
        if (round % 2 != 0)
            CHECK(pthread_join(waiting, NULL) == 0);
        CHECK(pthread_join(cancelling, NULL) == 0);
        CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_INVALID_HANDLE);
    }
}

int main(int argc, char **argv)
{
    CHECK(argc == 2 || argc == 3);
    emulator_url = argv[1];
    int is_measured = argc == 2;
    int count = is_measured ? COUNT : atoi(argv[2]);
    CHECK(count > 0);
    run(is_measured ? COUNT / 4 : count);
    if (is_measured) {
        long before = resident_kb();
        run(count);
        long after = resident_kb();
        printf("many: %d operations, from %ld to %ld kB\n", count, before, after);
        CHECK(after - before < GROWTH_KB);
    }
    race(is_measured ? RACES : RACES / 10);
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    /* The library starts again, and ends again. */
    run(AT_ONCE);
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    printf("many: waited for, cancelled and freed by several threads\n");
    return 0;
}
