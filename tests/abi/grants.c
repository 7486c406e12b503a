/* Every grant that needs no browser, and the reading of its tokens, called once from C.
 *
 * usage: grants EMULATOR_URL */
#include "support/check.h"

#define CONFIDENTIAL "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93"
#define CONFIDENTIAL_AUTH "\"client_auth\":{\"kind\":\"secret\",\"secret\":\"emulator-only-client-secret\"}"
#define API "e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f"
#define API_AUTH "\"client_auth\":{\"kind\":\"secret\",\"secret\":\"emulator-only-api-secret\"}"
#define PUBLIC "2c6e8f10-94b7-4d35-a1c8-0e5d7b9f3a21"
#define USER "\"username\":\"user@contoso.onmicrosoft.com\",\"password\":\"Emulator-only-1\""

typedef aztoken_status start_function(const uint8_t *, size_t, aztoken_operation *);

static char request[TEXT];
static char text[TEXT];
static char last[TEXT];
static const char *authority;

/* Runs an operation with these options after the authority and these parameters, and leaves its last event in `last`. */
static void run(start_function *start, const char *options, const char *parameters)
{
    aztoken_operation operation = 0;
    int length = snprintf(request, sizeof request,
                          "{\"options\":{\"authority\":\"%s\",\"tenant\":\"contoso.onmicrosoft.com\"%s},\"parameters\":{%s}}",
                          authority, options, parameters);
    CHECK(length > 0 && length < TEXT);
    CHECK(start((const uint8_t *)request, (size_t)length, &operation) == AZTOKEN_STATUS_OK);
    aztoken_status status;
    while ((status = next_event(operation, text)) == AZTOKEN_STATUS_OK)
        strcpy(last, text);
    CHECK(status == AZTOKEN_STATUS_END);
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
}

static void expect_token(const char *grant)
{
    if (!strstr(last, "\"event\":\"token\""))
        fprintf(stderr, "%s: %s\n", grant, last);
    CHECK(strstr(last, "\"event\":\"token\"") && strstr(last, "\"access_token\":\"ey"));
    printf("%s: a token\n", grant);
}

static void expect_error(const char *what, const char *number)
{
    if (!strstr(last, number))
        fprintf(stderr, "%s: %s\n", what, last);
    CHECK(strstr(last, "\"event\":\"error\"") && strstr(last, number));
    printf("%s: refused, %s\n", what, number);
}

/* A copy of a string member of the last event, to be freed. */
static char *copy(const char *name)
{
    size_t length = 0;
    const char *start = member(last, name, &length);
    char *value = malloc(length + 1);
    CHECK(value != NULL);
    memcpy(value, start, length);
    value[length] = 0;
    return value;
}

static void client_credentials(void)
{
    run(aztoken_client_credentials, ",\"client_id\":\"" CONFIDENTIAL "\"", CONFIDENTIAL_AUTH);
    expect_token("client credentials");
    run(aztoken_client_credentials,
        ",\"client_id\":\"" CONFIDENTIAL "\"", "\"client_auth\":{\"kind\":\"secret\",\"secret\":\"wrong\"}");
    expect_error("a wrong secret", "7000215");
}

/* The key is in the file, so that nobody is asked to sign. */
static void certificate(void)
{
    static const char options[] = ",\"client_id\":\"" CONFIDENTIAL "\"";
    static char pem[TEXT], parameters[TEXT];
    read_pem("rust/entra-emulator/keys/PUBLIC-TEST-CLIENT.pkcs8.pem", pem, sizeof pem);
    int length = snprintf(parameters, sizeof parameters, "\"client_auth\":{\"kind\":\"certificate\",\"pem\":\"%s\"}", pem);
    CHECK(length > 0 && length < TEXT);
    run(aztoken_client_credentials, options, parameters);
    expect_token("client credentials by certificate");
    run(aztoken_client_assertion, options, parameters);
    CHECK(strstr(last, "\"event\":\"result\"") && strstr(last, "\"client_assertion\":\"ey"));
    char *assertion = copy("client_assertion");
    length = snprintf(parameters, sizeof parameters, "\"client_auth\":{\"kind\":\"assertion\",\"assertion\":\"%s\"}", assertion);
    CHECK(length > 0 && length < TEXT);
    free(assertion);
    run(aztoken_client_credentials, options, parameters);
    expect_token("client credentials by the assertion that was signed");
}

static void password_then_refresh_token(void)
{
    run(aztoken_password, ",\"client_id\":\"" PUBLIC "\"", USER);
    expect_token("password");
    char *refresh_token = copy("refresh_token");
    static char parameters[TEXT];
    snprintf(parameters, sizeof parameters, "\"refresh_token\":\"%s\"", refresh_token);
    run(aztoken_refresh_token, ",\"client_id\":\"" PUBLIC "\",\"resource\":\"https://management.azure.com\"", parameters);
    expect_token("refresh token");
    free(refresh_token);
    run(aztoken_refresh_token, ",\"client_id\":\"" PUBLIC "\"", "\"refresh_token\":\"1.not-a-token\"");
    expect_error("a made-up refresh token", "\"error\":\"invalid_grant\"");
}

static void on_behalf_of(void)
{
    run(aztoken_password, ",\"client_id\":\"" PUBLIC "\",\"resource\":\"api://" API "\"", USER);
    expect_token("a token for the API");
    char *user_assertion = copy("access_token");
    static char parameters[TEXT];
    snprintf(parameters, sizeof parameters, API_AUTH ",\"user_assertion\":\"%s\"", user_assertion);
    run(aztoken_on_behalf_of, ",\"client_id\":\"" API "\"", parameters);
    expect_token("on-behalf-of");
    free(user_assertion);
}

/* A question is answered by a reply: here, with what is no assertion. */
static void asks_the_caller(void)
{
    aztoken_operation operation = 0;
    int length = snprintf(request, sizeof request,
                          "{\"options\":{\"authority\":\"%s\",\"tenant\":\"contoso.onmicrosoft.com\",\"client_id\":\"" CONFIDENTIAL "\"},"
                          "\"parameters\":{\"client_auth\":{\"kind\":\"assertion_request\"}}}", authority);
    CHECK(aztoken_client_credentials((const uint8_t *)request, (size_t)length, &operation) == AZTOKEN_STATUS_OK);
    static const char reply[] = "{\"error\":\"There is none today.\"}";
    int asked = 0;
    while (next_event(operation, text) == AZTOKEN_STATUS_OK) {
        if (strstr(text, "\"event\":\"assertion_request\"")) {
            asked++;
            CHECK(aztoken_operation_reply(operation, (const uint8_t *)reply, strlen(reply)) == AZTOKEN_STATUS_OK);
            CHECK(aztoken_operation_reply(operation, (const uint8_t *)reply, strlen(reply)) == AZTOKEN_STATUS_INVALID_ARGUMENT);
        }
        strcpy(last, text);
    }
    CHECK(asked == 1);
    expect_error("an assertion that the caller hasn't", "There is none today.");
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
}

static void reads_a_token(void)
{
    run(aztoken_client_credentials, ",\"client_id\":\"" CONFIDENTIAL "\"", CONFIDENTIAL_AUTH);
    char *token = copy("access_token");
    aztoken_buffer record = 0;
    const uint8_t *data = NULL;
    size_t length = 0;
    CHECK(aztoken_jwt_decode((const uint8_t *)token, strlen(token), &record) == AZTOKEN_STATUS_OK);
    CHECK(aztoken_buffer_data(record, &data, &length) == AZTOKEN_STATUS_OK);
    CHECK(length > 16 && data[0] >= 1 && data[0] <= 5);
    CHECK(aztoken_buffer_free(record) == AZTOKEN_STATUS_OK);
    static char parameters[TEXT];
    snprintf(parameters, sizeof parameters, "\"audience\":[\"https://graph.microsoft.com\"],\"token\":\"%s\"", token);
    run(aztoken_jwt_verify, "", parameters);
    if (!strstr(last, "\"valid\":true"))
        fprintf(stderr, "%s\n", last);
    CHECK(strstr(last, "\"event\":\"result\"") && strstr(last, "\"valid\":true"));
    /* One character of the signature. */
    char *changed = strrchr(parameters, '.') + 10;
    *changed = *changed == 'A' ? 'B' : 'A';
    run(aztoken_jwt_verify, "", parameters);
    CHECK(strstr(last, "\"event\":\"result\"") && strstr(last, "\"valid\":false"));
    free(token);
    run(aztoken_openid_configuration, "", "");
    CHECK(strstr(last, "\"event\":\"result\"") && strstr(last, "\"token_endpoint\""));
    printf("a token: decoded, verified, and refused when changed\n");
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    authority = argv[1];
    client_credentials();
    certificate();
    password_then_refresh_token();
    on_behalf_of();
    asks_the_caller();
    reads_a_token();
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    return 0;
}
