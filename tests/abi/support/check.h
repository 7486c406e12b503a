/* What the C tests share: checks that end the program, events as text, and the person at the browser. */
#ifndef CHECK_H
#define CHECK_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "aztoken.h"

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                \
        }                                                                           \
    } while (0)

enum { TIMEOUT_MS = 20000, TEXT = 1 << 16 };

/* Fetches the next event as a C string in `text`. */
static inline aztoken_status next_event(aztoken_operation operation, char *text)
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

/* Where a string member of a flat JSON object starts, and how long it is; good enough for the members looked at here. */
static inline const char *member(const char *json, const char *name, size_t *length)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":\"", name);
    const char *start = strstr(json, quoted);
    CHECK(start != NULL);
    start += strlen(quoted);
    *length = strcspn(start, "\"");
    CHECK(*length > 0);
    return start;
}

/* Reads a PEM file as the text of a JSON string. The path is relative to the checkout, where these programs are run. No stdio:
 * its buffer would keep a copy. */
static inline void read_pem(const char *path, char *json, size_t size)
{
    int file = open(path, O_RDONLY);
    char byte;
    size_t length = 0;
    CHECK(file >= 0);
    while (read(file, &byte, 1) == 1) {
        CHECK(length + 3 < size);
        if (byte == '\n')
            json[length++] = '\\';
        json[length++] = byte == '\n' ? 'n' : byte;
    }
    json[length] = 0;
    close(file);
}

/* Posts a body to a port of this machine, and reads the answer into `answer`, a C string of at most `size` bytes. */
static inline void post(int port, const char *path, const char *type, const char *body, char *answer, size_t size)
{
    char head[512];
    int length = snprintf(head, sizeof head,
                          "POST %s HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: %s\r\n"
                          "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                          path, port, type, strlen(body));
    CHECK(length > 0 && (size_t)length < sizeof head);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval limit = {.tv_sec = 10};
    int client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(client >= 0 && setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    CHECK(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(write(client, head, (size_t)length) == length);
    CHECK(write(client, body, strlen(body)) == (ssize_t)strlen(body));
    size_t filled = 0;
    ssize_t count;
    while (filled + 1 < size && (count = read(client, answer + filled, size - 1 - filled)) > 0)
        filled += (size_t)count;
    answer[filled] = 0;
    CHECK(strncmp(answer, "HTTP/1.1 2", 10) == 0);
    close(client);
}

/* The port at the end of an address such as http://localhost:4711. */
static inline int port_of(const char *url)
{
    const char *colon = strrchr(url, ':');
    CHECK(colon != NULL);
    return atoi(colon + 1);
}

/* Approves the user code of a message event at the emulator, as the person at the browser would. */
static inline void approve(const char *url, const char *message)
{
    size_t length = 0;
    const char *user_code = member(message, "user_code", &length);
    char body[128], answer[512];
    snprintf(body, sizeof body, "{\"user_code\":\"%.*s\"}", (int)length, user_code);
    post(port_of(url), "/_control/device/approve", "application/json", body, answer, sizeof answer);
}

/* What a browser brings back from a sign-in, and where to. */
struct brought {
    int port;
    const char *path;
    const char *fields;
};

/* Lets the emulator play the person at the page of a message event. What the browser would bring is in `answer`: the query,
 * or the fragment, which the listener's page posts as it is. */
static inline struct brought sign_in(const char *url, const char *message, char *answer, size_t size)
{
    size_t length = 0;
    const char *uri = member(message, "uri", &length);
    char body[4096];
    CHECK(snprintf(body, sizeof body, "{\"uri\":\"%.*s\"}", (int)length, uri) < (int)sizeof body);
    post(port_of(url), "/_control/authorize", "application/json", body, answer, size);
    char *place = (char *)member(answer, "uri", &length);
    place[length] = 0;
    char *fields = strpbrk(place, "?#");
    CHECK(fields != NULL);
    *fields = 0;
    const char *path = strchr(place + strlen("http://"), '/');
    return (struct brought){.port = port_of(place), .path = path ? path : "/", .fields = fields + 1};
}

/* Brings it to the listener, whose page is then in `page`. */
static inline void bring(struct brought brought, char *page, size_t size)
{
    post(brought.port, brought.path, "application/x-www-form-urlencoded", brought.fields, page, size);
    CHECK(strstr(page, "You're signed in") != NULL);
}

/* Starts the device code flow. */
static inline aztoken_operation start_device_code(const char *url, const char *tenant)
{
    char request[512];
    aztoken_operation operation = 0;
    snprintf(request, sizeof request, "{\"options\":{\"authority\":\"%s\",\"tenant\":\"%s\",\"timeout_seconds\":60}}", url, tenant);
    CHECK(aztoken_device_code((const uint8_t *)request, strlen(request), &operation) == AZTOKEN_STATUS_OK);
    CHECK(operation != 0);
    return operation;
}

#endif
