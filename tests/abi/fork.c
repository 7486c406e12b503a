/* A forked child has none of the library's threads: its first operation starts them again, and the parent goes on.
 *
 * usage: fork EMULATOR_URL */
#include <sys/wait.h>

#include "support/check.h"

static char text[TEXT];
static char last[TEXT];

static void names_an_unknown_tenant(const char *url)
{
    aztoken_operation operation = start_device_code(url, "nowhere.example");
    while (next_event(operation, text) == AZTOKEN_STATUS_OK)
        strcpy(last, text);
    CHECK(strstr(last, "\"event\":\"error\"") && strstr(last, "[90002]"));
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    names_an_unknown_tenant(argv[1]);
    pid_t child = fork();
    CHECK(child >= 0);
    names_an_unknown_tenant(argv[1]);
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    if (child == 0)
        _exit(0);
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    printf("fork: both go on\n");
    return 0;
}
