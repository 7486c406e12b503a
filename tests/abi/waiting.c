/* One thread waits for thousands of operations at once: each asks a question, is answered, and ends.
 *
 * usage: waiting EMULATOR_URL [COUNT]
 * COUNT (4000) operations, all of them in each call of aztoken_operation_wait. Nothing is sent: the time is the library's
 * own, and printed. */
#define _GNU_SOURCE /* clock_gettime */
#include <time.h>

#include "support/check.h"

enum { COUNT = 4000, MOST = 65536, LIMIT_S = 60 };

static aztoken_operation running[MOST];
static char text[TEXT];

static double seconds(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Handles the events that are there; whether the last one was among them. */
static int drain(aztoken_operation operation, int *asked, int *refused)
{
    static const char reply[] = "{\"error\":\"There is none today.\"}";
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
        CHECK(aztoken_buffer_free(event) == AZTOKEN_STATUS_OK);
        *refused += strstr(text, "\"error\":\"callback_failed\"") != NULL;
        if (strstr(text, "\"event\":\"assertion_request\"")) {
            ++*asked;
            CHECK(aztoken_operation_reply(operation, (const uint8_t *)reply, strlen(reply)) == AZTOKEN_STATUS_OK);
        }
    }
}

int main(int argc, char **argv)
{
    CHECK(argc == 2 || argc == 3);
    int count = argc == 3 ? atoi(argv[2]) : COUNT, asked = 0, refused = 0;
    CHECK(count > 0 && count <= MOST);
    static char request[TEXT];
    snprintf(request, sizeof request,
             "{\"options\":{\"authority\":\"%s\",\"tenant\":\"contoso.onmicrosoft.com\",\"client_id\":\"app\",\"timeout_seconds\":600},"
             "\"parameters\":{\"client_auth\":{\"kind\":\"assertion_request\"}}}", argv[1]);
    double started = seconds();
    for (int i = 0; i < count; i++)
        CHECK(aztoken_client_credentials((const uint8_t *)request, strlen(request), &running[i]) == AZTOKEN_STATUS_OK);
    for (int left = count; left > 0;) {
        size_t ready = MOST;
        CHECK(aztoken_operation_wait(running, (size_t)left, TIMEOUT_MS, &ready) == AZTOKEN_STATUS_OK);
        CHECK(ready < (size_t)left);
        if (drain(running[ready], &asked, &refused)) {
            CHECK(aztoken_operation_free(running[ready]) == AZTOKEN_STATUS_OK);
            running[ready] = running[--left];
        }
    }
    double took = seconds() - started;
    CHECK(asked == count && refused == count);
    printf("waiting: %d operations at once, in %.2f s\n", count, took);
    /* A wait that looks at each operation for each event takes minutes. */
    CHECK(argc == 3 || took < LIMIT_S);
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    return 0;
}
