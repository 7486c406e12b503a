/* The grants with a browser, called once from C; the emulator plays the person, and this program the browser.
 *
 * usage: sign_in EMULATOR_URL */
#include "support/check.h"

#define PUBLIC "2c6e8f10-94b7-4d35-a1c8-0e5d7b9f3a21"
#define WEB_APP "d5a91c37-604e-4f8b-92b3-7c1e0d6f4a58"
/* RFC 7636 appendix B. */
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

typedef aztoken_status make_function(const uint8_t *, size_t, aztoken_buffer *);
typedef aztoken_status start_function(const uint8_t *, size_t, aztoken_operation *);

static char request[TEXT];
static char text[TEXT];
static char last[TEXT];
static char answer[TEXT];
static const char *authority;

/* Calls a function that answers at once, and leaves its event in `text`. */
static void make(make_function *function, const char *json)
{
    aztoken_buffer event = 0;
    const uint8_t *data = NULL;
    size_t length = 0;
    CHECK(function((const uint8_t *)json, strlen(json), &event) == AZTOKEN_STATUS_OK);
    CHECK(aztoken_buffer_data(event, &data, &length) == AZTOKEN_STATUS_OK && length < TEXT);
    memcpy(text, data, length);
    text[length] = 0;
    CHECK(aztoken_buffer_free(event) == AZTOKEN_STATUS_OK);
    CHECK(function(NULL, 1, &event) == AZTOKEN_STATUS_NULL_POINTER);
    CHECK(function((const uint8_t *)json, strlen(json), NULL) == AZTOKEN_STATUS_NULL_POINTER);
}

static void at_once(void)
{
    make(aztoken_pkce_new, "{\"parameters\":{\"code_verifier\":\"" VERIFIER "\"}}");
    CHECK(strstr(text, "\"event\":\"result\"") && strstr(text, CHALLENGE));
    make(aztoken_pkce_new, "{\"parameters\":{\"code_verifier\":\"secret123\"}}");
    CHECK(strstr(text, "\"event\":\"error\"") && !strstr(text, "secret123"));
    make(aztoken_authorization_uri,
         "{\"parameters\":{\"redirect_uri\":\"https://app.contoso.example/signin\",\"code_verifier\":\"" VERIFIER "\"}}");
    CHECK(strstr(text, "\"event\":\"result\"") && strstr(text, "code_challenge=" CHALLENGE));
    make(aztoken_authorization_uri, "{");
    CHECK(strstr(text, "\"event\":\"error\""));
    printf("a challenge and an address: made at once\n");
}

static void grant(start_function *start, const char *client_id, const char *response_mode, const char *name)
{
    aztoken_operation operation = 0;
    snprintf(request, sizeof request,
             "{\"options\":{\"authority\":\"%s\",\"tenant\":\"contoso.onmicrosoft.com\",\"timeout_seconds\":60,\"client_id\":\"%s\"},"
             "\"parameters\":{\"open_browser\":false,\"response_mode\":\"%s\"}}",
             authority, client_id, response_mode);
    CHECK(start((const uint8_t *)request, strlen(request), &operation) == AZTOKEN_STATUS_OK);
    while (next_event(operation, last) == AZTOKEN_STATUS_OK)
        if (strstr(last, "\"event\":\"message\""))
            bring(sign_in(authority, last, answer, sizeof answer), text, sizeof text);
    if (!strstr(last, "\"event\":\"token\""))
        fprintf(stderr, "%s: %s\n", name, last);
    CHECK(strstr(last, "\"event\":\"token\"") && strstr(last, "\"access_token\":\"ey"));
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
    printf("%s: a token\n", name);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    authority = argv[1];
    at_once();
    grant(aztoken_authorization_code, PUBLIC, "query", "authorization code");
    grant(aztoken_implicit, WEB_APP, "fragment", "implicit");
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    return 0;
}
