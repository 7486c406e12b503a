/* A C program that signs in by the device code flow, the way a caller from another language would.
 *
 * usage: abi EMULATOR_URL
 * Prints what it did; exit code 0 when everything was as docs/abi.md says. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "aztoken.h"

#define CHECK(condition)                                                     \
    do {                                                                     \
        if (!(condition)) {                                                  \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                         \
        }                                                                    \
    } while (0)

enum { TIMEOUT_MS = 20000, TEXT = 1 << 16 };

/* Fetches the next event as a C string in `text`. */
static aztoken_status next(aztoken_operation operation, char *text)
{
    aztoken_buffer event = 0;
    aztoken_status status = aztoken_operation_next(operation, TIMEOUT_MS, &event);
    if (status != AZTOKEN_STATUS_OK)
        return status;
    const uint8_t *data = NULL;
    size_t length = 0;
    CHECK(aztoken_buffer_data(event, &data, &length) == AZTOKEN_STATUS_OK);
    CHECK(length < TEXT);
    memcpy(text, data, length);
    text[length] = 0;
    CHECK(aztoken_buffer_free(event) == AZTOKEN_STATUS_OK);
    CHECK(aztoken_buffer_free(event) == AZTOKEN_STATUS_INVALID_HANDLE);
    return AZTOKEN_STATUS_OK;
}

/* The text of a string member of a flat JSON object; good enough for the members looked at here. */
static void member(const char *json, const char *name, char *value, size_t size)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":\"", name);
    const char *start = strstr(json, quoted);
    CHECK(start != NULL);
    start += strlen(quoted);
    size_t length = strcspn(start, "\"");
    CHECK(length > 0 && length < size);
    memcpy(value, start, length);
    value[length] = 0;
}

/* Approves a user code at the emulator, as the person at the browser would. */
static void approve(int port, const char *user_code)
{
    char body[128], request[512], answer[64] = {0};
    snprintf(body, sizeof body, "{\"user_code\":\"%s\"}", user_code);
    snprintf(request, sizeof request,
             "POST /_control/device/approve HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\nConnection: close\r\n\r\n%s", port, strlen(body), body);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval limit = {.tv_sec = 10};
    int client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(client >= 0 && setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    CHECK(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(write(client, request, strlen(request)) == (ssize_t)strlen(request));
    CHECK(read(client, answer, sizeof answer - 1) > 12);
    CHECK(strncmp(answer, "HTTP/1.1 2", 10) == 0);
    close(client);
}

static aztoken_operation start(const char *url, const char *tenant)
{
    char request[512];
    aztoken_operation operation = 0;
    snprintf(request, sizeof request, "{\"authority\":\"%s\",\"tenant\":\"%s\",\"timeout_seconds\":60}", url, tenant);
    CHECK(aztoken_device_code((const uint8_t *)request, strlen(request), &operation) == AZTOKEN_STATUS_OK);
    CHECK(operation != 0);
    return operation;
}

static void signs_in(const char *url, int port, char *text)
{
    aztoken_operation operation = start(url, "contoso.onmicrosoft.com");
    char last[TEXT] = "", user_code[64];
    int messages = 0;
    aztoken_status status;
    while ((status = next(operation, text)) == AZTOKEN_STATUS_OK) {
        if (strstr(text, "\"event\":\"message\"")) {
            messages++;
            member(text, "user_code", user_code, sizeof user_code);
            approve(port, user_code);
        }
        strcpy(last, text);
    }
    CHECK(status == AZTOKEN_STATUS_END);
    CHECK(messages == 1);
    CHECK(strstr(last, "\"event\":\"token\"") && strstr(last, "\"access_token\":\"ey"));
    CHECK(strstr(last, "\"token_type\":\"Bearer\""));
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_INVALID_HANDLE);
    memset(last, 0, sizeof last);
    printf("device code: signed in\n");
}

static void names_an_unknown_tenant(const char *url, char *text)
{
    aztoken_operation operation = start(url, "nowhere.example");
    char last[TEXT] = "";
    while (next(operation, text) == AZTOKEN_STATUS_OK)
        strcpy(last, text);
    CHECK(strstr(last, "\"event\":\"error\"") && strstr(last, "[90002]"));
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
    printf("unknown tenant: AADSTS90002\n");
}

static void cancels(const char *url, char *text)
{
    aztoken_operation operation = start(url, "contoso.onmicrosoft.com");
    char last[TEXT] = "";
    aztoken_status status;
    while ((status = next(operation, text)) == AZTOKEN_STATUS_OK) {
        if (strstr(text, "\"event\":\"message\""))
            CHECK(aztoken_operation_cancel(operation) == AZTOKEN_STATUS_OK);
        strcpy(last, text);
    }
    CHECK(status == AZTOKEN_STATUS_END);
    CHECK(strstr(last, "\"kind\":\"cancelled\""));
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
    printf("cancel: ended at once\n");
}

static void answers_misuse(void)
{
    aztoken_operation operation = 7;
    CHECK(aztoken_device_code(NULL, 3, &operation) == AZTOKEN_STATUS_NULL_POINTER && operation == 7);
    CHECK(aztoken_device_code(NULL, 0, NULL) == AZTOKEN_STATUS_NULL_POINTER);
    CHECK(aztoken_operation_next(0, 0, &operation) == AZTOKEN_STATUS_INVALID_HANDLE && operation == 7);
    CHECK(aztoken_operation_cancel(12345678) == AZTOKEN_STATUS_INVALID_HANDLE);
    printf("misuse: answered\n");
}

int main(int argc, char **argv)
{
    static char text[TEXT];
    CHECK(argc == 2);
    const char *colon = strrchr(argv[1], ':');
    CHECK(colon != NULL);
    CHECK(aztoken_abi_version() == AZTOKEN_ABI_VERSION);
    CHECK(strlen(aztoken_version()) >= 5);
    answers_misuse();
    signs_in(argv[1], atoi(colon + 1), text);
    names_an_unknown_tenant(argv[1], text);
    cancels(argv[1], text);
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    printf("aztoken %s, ABI %u: all as documented\n", aztoken_version(), (unsigned)aztoken_abi_version());
    return 0;
}
