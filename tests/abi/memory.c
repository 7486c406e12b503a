/* Some seconds after the last operation has ended, no secret is left in the process's writable memory: neither one that was
 * sent nor one that came. Until then connections are kept, and with them the buffers that secrets went through.
 *
 * usage: memory EMULATOR_URL
 * AZTOKEN_EMULATOR_HTTPS and AZTOKEN_EMULATOR_CA name its other address. Gets tokens by several grants over HTTP and HTTPS,
 * keeps the secrets in a form that isn't theirs, frees everything, and looks for them in /proc/self/mem until none is left.
 * Linux only. */
#define _GNU_SOURCE /* pread */
#include "support/check.h"

/* Seconds after which nothing may be left: the library keeps connections for 3. */
enum { LIMIT = 10 };

enum { MASK = 0x5a, LONGEST = 48, MOST = 64, CHUNK = 1 << 20 };

#define CLIENT ",\"client_id\":\"8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93\""
#define CLIENT_SECRET "emulator-only-client-secret"
#define PASSWORD "Emulator-only-1"
#define PROXY_PASSWORD "a-password-for-the-proxy"
/* user: and the password. */
#define PROXY_BASIC "dXNlcjphLXBhc3N3b3JkLWZvci10aGUtcHJveHk="
#define SECRET_AUTH "\"client_auth\":{\"kind\":\"secret\",\"secret\":\"" CLIENT_SECRET "\"}"
#define KEY_FILE "rust/entra-emulator/keys/PUBLIC-TEST-CLIENT.pkcs8.pem"

typedef aztoken_status start_function(const uint8_t *, size_t, aztoken_operation *);

struct secret {
    const char *name;
    unsigned char masked[LONGEST];
    size_t length;
    int found;
};

static struct secret secrets[MOST];
static int secret_count;
/* The whole of the last refresh token, masked. */
static unsigned char refresh_token[4096];
static size_t refresh_token_length;

static char request[TEXT];
static char text[TEXT];
static char pem[TEXT];
static char answer[TEXT];
static unsigned char chunk[CHUNK];

static void wipe(void *place, size_t size)
{
    volatile unsigned char *byte = place;
    while (size--)
        *byte++ = 0;
}

/* Keeps the end of a secret, masked so that the copy isn't found. The beginning of a JWT is the same for many. */
static void keep(const char *name, const char *secret, size_t length)
{
    struct secret *kept = &secrets[secret_count++];
    CHECK(secret_count <= MOST && length >= 12);
    kept->name = name;
    kept->length = length < LONGEST ? length : LONGEST;
    for (size_t i = 0; i < kept->length; i++)
        kept->masked[i] = (unsigned char)(secret[length - kept->length + i] ^ MASK);
}

static void keep_member(const char *name)
{
    size_t length = 0;
    char none[64];
    snprintf(none, sizeof none, "\"%s\":null", name);
    if (strstr(text, none))
        return;
    const char *secret = member(text, name, &length);
    keep(name, secret, length);
    if (strcmp(name, "refresh_token") == 0) {
        CHECK(length <= sizeof refresh_token);
        refresh_token_length = length;
        for (size_t i = 0; i < length; i++)
            refresh_token[i] = (unsigned char)(secret[i] ^ MASK);
    }
}

static void add(const char *part)
{
    CHECK(strlen(request) + strlen(part) < sizeof request);
    strcat(request, part);
}

static void add_refresh_token(void)
{
    size_t end = strlen(request);
    CHECK(end + refresh_token_length < sizeof request);
    for (size_t i = 0; i < refresh_token_length; i++)
        request[end + i] = (char)(refresh_token[i] ^ MASK);
}

/* Begins a request with these options after the authority; its parameters are then added. */
static void begin(const char *authority, const char *options)
{
    const char *ca = getenv("AZTOKEN_EMULATOR_CA");
    wipe(request, sizeof request);
    snprintf(request, sizeof request,
             "{\"options\":{\"tenant\":\"contoso.onmicrosoft.com\",\"timeout_seconds\":60,\"authority\":\"%s\","
             "\"environment\":{\"AZTOKEN_CA_BUNDLE\":\"%s\"}%s},\"parameters\":{", authority, ca ? ca : "", options);
}

/* Plays person and browser for the page of the message in `text`. */
static void sign_in_and_keep_the_code(const char *url)
{
    struct brought brought = sign_in(url, text, answer, sizeof answer);
    const char *code = strstr(brought.fields, "code=");
    CHECK(code != NULL);
    code += strlen("code=");
    keep("code", code, strcspn(code, "&"));
    bring(brought, text, sizeof text);
    wipe(answer, sizeof answer);
}

/* Ends the request, sends it, and keeps the secrets of the token that it must give. */
static void get(start_function *start, const char *url)
{
    aztoken_operation operation = 0;
    int tokens = 0;
    add("}}");
    CHECK(start((const uint8_t *)request, strlen(request), &operation) == AZTOKEN_STATUS_OK);
    wipe(request, sizeof request);
    while (next_event(operation, text) == AZTOKEN_STATUS_OK) {
        if (strstr(text, "\"user_code\""))
            approve(url, text);
        if (strstr(text, "\"authorization_uri\""))
            sign_in_and_keep_the_code(url);
        if (strstr(text, "\"event\":\"error\""))
            fprintf(stderr, "%s\n", text);
        if (strstr(text, "\"event\":\"token\"")) {
            tokens++;
            keep_member("access_token");
            keep_member("refresh_token");
            keep_member("id_token");
        }
        wipe(text, sizeof text);
    }
    CHECK(tokens == 1);
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
}

/* Every grant, at one of the emulator's addresses. `url` is the plain one. */
static void get_all(const char *authority, const char *url)
{
    begin(authority, ",\"resource\":\"https://graph.microsoft.com\"");
    get(aztoken_device_code, url);

    begin(authority, "");
    add("\"open_browser\":false,\"response_mode\":\"query\"");
    get(aztoken_authorization_code, url);

    begin(authority, CLIENT);
    add(SECRET_AUTH ",\"username\":\"user@contoso.onmicrosoft.com\",\"password\":\"" PASSWORD "\"");
    get(aztoken_password, url);

    begin(authority, CLIENT);
    add(SECRET_AUTH ",\"refresh_token\":\"");
    add_refresh_token();
    add("\"");
    get(aztoken_refresh_token, url);

    begin(authority, CLIENT);
    add("\"client_auth\":{\"kind\":\"certificate\",\"pem\":\"");
    read_pem(KEY_FILE, pem, sizeof pem);
    add(pem);
    wipe(pem, sizeof pem);
    add("\"}");
    get(aztoken_client_credentials, url);
}

/* The emulator plays the proxy: over HTTP that gets the whole request, and nothing listens at the authority. */
static void get_by_proxy(const char *url)
{
    static char options[1024];
    snprintf(options, sizeof options,
             CLIENT ",\"proxy\":{\"username\":\"user\",\"password\":\"" PROXY_PASSWORD "\",\"url\":\"%s\"}", url);
    begin("http://localhost:1", options);
    wipe(options, sizeof options);
    add(SECRET_AUTH);
    get(aztoken_client_credentials, url);
}

/* How often a masked secret stands in a piece of memory. */
static int count(const struct secret *secret, size_t size)
{
    int found = 0;
    unsigned char first = secret->masked[0] ^ MASK;
    const unsigned char *end = chunk + size;
    for (const unsigned char *at = chunk; (at = memchr(at, first, (size_t)(end - at))) != NULL; at++) {
        size_t i = 0;
        if ((size_t)(end - at) < secret->length)
            break;
        while (i < secret->length && (at[i] ^ MASK) == secret->masked[i])
            i++;
        found += i == secret->length;
    }
    return found;
}

static int search(int memory, unsigned long start, unsigned long end)
{
    int pieces = 0;
    for (unsigned long at = start; at < end; at += CHUNK - LONGEST) {
        size_t wanted = end - at < CHUNK ? end - at : CHUNK;
        ssize_t size = pread(memory, chunk, wanted, (off_t)at);
        if (size <= 0)
            break;
        pieces++;
        for (int i = 0; i < secret_count; i++)
            secrets[i].found += count(&secrets[i], (size_t)size);
        wipe(chunk, sizeof chunk);
    }
    return pieces;
}

/* Looks through every writable mapping but the part that `chunk` itself takes. */
static int search_all(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY), pieces = 0;
    CHECK(maps != NULL && memory >= 0);
    for (int i = 0; i < secret_count; i++)
        secrets[i].found = 0;
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
            pieces += search(memory, start, own) + search(memory, own + CHUNK, end);
        } else {
            pieces += search(memory, start, end);
        }
    }
    fclose(maps);
    close(memory);
    return pieces;
}

/* How often any secret is found. */
static int search_for_secrets(void)
{
    int left = 0;
    CHECK(search_all() > 10);
    for (int i = 0; i < secret_count; i++)
        left += secrets[i].found;
    return left;
}

/* The search itself: a secret that is there is found, and only as often as it is. */
static void find_what_is_there(int index)
{
    struct secret *secret = &secrets[index];
    char *planted = malloc(LONGEST);
    CHECK(planted != NULL && search_all() > 10);
    int before = secret->found;
    for (size_t i = 0; i < secret->length; i++)
        planted[i] = (char)(secret->masked[i] ^ MASK);
    search_all();
    CHECK(secret->found == before + 1);
    wipe(planted, LONGEST);
    free(planted);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    const char *https = getenv("AZTOKEN_EMULATOR_HTTPS");
    keep("client_secret", CLIENT_SECRET, strlen(CLIENT_SECRET));
    keep("password", PASSWORD, strlen(PASSWORD));
    keep("password of the proxy", PROXY_PASSWORD, strlen(PROXY_PASSWORD));
    keep("header for the proxy", PROXY_BASIC, strlen(PROXY_BASIC));
    read_pem(KEY_FILE, pem, sizeof pem);
    const char *key = strstr(pem, "PRIVATE KEY-----\\n");
    CHECK(key != NULL && strlen(key) > 200);
    keep("private key", key + 32, LONGEST);
    wipe(pem, sizeof pem);

    get_all(argv[1], argv[1]);
    get_by_proxy(argv[1]);
    if (https)
        get_all(https, argv[1]);

    int left = 1;
    for (int searches = 0; left && searches < LIMIT * 10; searches++) {
        left = search_for_secrets();
        if (left)
            usleep(100000);
    }
    for (int i = 0; i < secret_count; i++)
        if (secrets[i].found)
            fprintf(stderr, "%s (%d): found %d times, %d s after the last operation\n", secrets[i].name, i, secrets[i].found, LIMIT);
    CHECK(left == 0);
    find_what_is_there(0);
    find_what_is_there(secret_count - 1);
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    printf("memory: of %d secrets, none is left%s\n", secret_count, https ? "" : " (HTTP alone)");
    return 0;
}
