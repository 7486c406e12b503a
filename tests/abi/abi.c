/* A C program that signs in by the device code flow, the way a caller from another language would.
 *
 * usage: abi EMULATOR_URL
 * Exit code 0 when everything was as docs/abi.md says. */
#include "support/check.h"

static void signs_in(const char *url, char *text)
{
    aztoken_operation operation = start_device_code(url, "contoso.onmicrosoft.com");
    static char last[TEXT];
    int messages = 0;
    aztoken_status status;
    while ((status = next_event(operation, text)) == AZTOKEN_STATUS_OK) {
        if (strstr(text, "\"event\":\"message\"")) {
            messages++;
            approve(url, text);
        }
        strcpy(last, text);
    }
    CHECK(status == AZTOKEN_STATUS_END);
    CHECK(messages == 1);
    CHECK(strstr(last, "\"event\":\"token\"") && strstr(last, "\"access_token\":\"ey"));
    CHECK(strstr(last, "\"token_type\":\"Bearer\""));
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_INVALID_HANDLE);
    printf("device code: signed in\n");
}

static void names_an_unknown_tenant(const char *url, char *text)
{
    aztoken_operation operation = start_device_code(url, "nowhere.example");
    static char last[TEXT];
    while (next_event(operation, text) == AZTOKEN_STATUS_OK)
        strcpy(last, text);
    CHECK(strstr(last, "\"event\":\"error\"") && strstr(last, "[90002]"));
    CHECK(aztoken_operation_free(operation) == AZTOKEN_STATUS_OK);
    printf("unknown tenant: AADSTS90002\n");
}

static void cancels(const char *url, char *text)
{
    aztoken_operation operation = start_device_code(url, "contoso.onmicrosoft.com");
    static char last[TEXT];
    aztoken_status status;
    while ((status = next_event(operation, text)) == AZTOKEN_STATUS_OK) {
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
    CHECK(aztoken_abi_version() == AZTOKEN_ABI_VERSION);
    CHECK(strlen(aztoken_version()) >= 5);
    answers_misuse();
    signs_in(argv[1], text);
    names_an_unknown_tenant(argv[1], text);
    cancels(argv[1], text);
    CHECK(aztoken_shutdown() == AZTOKEN_STATUS_OK);
    printf("aztoken %s, ABI %u: all as documented\n", aztoken_version(), (unsigned)aztoken_abi_version());
    return 0;
}
