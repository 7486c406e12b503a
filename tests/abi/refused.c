/* The operating system refuses threads, as in a container whose pids limit is reached: that is an error event, and when
 * threads can be had again, the next operation works.
 *
 * usage: refused EMULATOR_URL */
#define _GNU_SOURCE /* setresuid */
#include <sys/resource.h>

#include "support/check.h"

static char text[TEXT];
static char last[TEXT];

static void run(const char *url)
{
    aztoken_operation operation = start_device_code(url, "nowhere.example");
    aztoken_status status;
    while ((status = next_event(operation, text)) == AZTOKEN_STATUS_OK)
        strcpy(last, text);
    CHECK(status == AZTOKEN_STATUS_END);
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    struct rlimit usual, none;
    CHECK(getrlimit(RLIMIT_NPROC, &usual) == 0);
    none = usual;
    none.rlim_cur = 1;
    /* The limit isn't for root. Any other user will do. */
    if (geteuid() == 0)
        CHECK(setresuid(54321, 54321, 54321) == 0);
    CHECK(setrlimit(RLIMIT_NPROC, &none) == 0);
    run(argv[1]);
    CHECK(strstr(last, "\"kind\":\"internal\"") && strstr(last, "refused to start a thread"));
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    CHECK(setrlimit(RLIMIT_NPROC, &usual) == 0);
    run(argv[1]);
    CHECK(strstr(last, "[90002]"));
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    printf("refused: an error event without threads, and the service's answer with them\n");
    return 0;
}
