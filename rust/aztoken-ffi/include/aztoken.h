/* The C ABI of aztoken. Generated from rust/aztoken-ffi/src by `cargo xtask header`; docs/abi.md is its contract. */

#ifndef AZTOKEN_H
#define AZTOKEN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// Number of this ABI. A caller that was built for another one must not go on.
#define AZTOKEN_ABI_VERSION 2

// The outcome of a call.
enum aztoken_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Done.
  AZTOKEN_STATUS_OK = 0,
  // Nothing happened within the time given; call again.
  AZTOKEN_STATUS_TIMEOUT = 1,
  // The stream of events has ended.
  AZTOKEN_STATUS_END = 2,
  // A pointer that must not be null is null.
  AZTOKEN_STATUS_NULL_POINTER = 3,
  // No such operation or buffer, or not any more.
  AZTOKEN_STATUS_INVALID_HANDLE = 4,
  // An argument is out of its range.
  AZTOKEN_STATUS_INVALID_ARGUMENT = 5,
  // A defect in the library; the process goes on.
  AZTOKEN_STATUS_PANIC = 6,
  // Shutdown is incomplete: a thread of the library is still in a call that can't be interrupted.
  AZTOKEN_STATUS_BUSY = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum aztoken_status aztoken_status;
#else
typedef uint32_t aztoken_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Bytes that the library handed out. 0 is none.
typedef uint64_t aztoken_buffer;

// A running or ended operation. 0 is none.
typedef uint64_t aztoken_operation;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Makes the URL of the authorization endpoint for an app that receives the answer elsewhere (RFC 6749 section 4.1.1).
//
// The buffer holds one event in JSON, a `result` or an `error`; request and result are described in docs/abi.md.
// Owner: the buffer is the caller's. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `event` must be null or writable.
aztoken_status aztoken_authorization_uri(const uint8_t *request,
                                         size_t request_length,
                                         aztoken_buffer *event);

// Makes a code verifier and its challenge (RFC 7636).
//
// The buffer holds one event in JSON, a `result` or an `error`; request and result are described in docs/abi.md.
// Owner: the buffer is the caller's. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `event` must be null or writable.
aztoken_status aztoken_pkce_new(const uint8_t *request,
                                size_t request_length,
                                aztoken_buffer *event);

// Gives the bytes of a buffer.
//
// Owner: the library; the bytes are valid until `aztoken_buffer_free`. Thread: any. Null: not allowed.
//
// # Safety
// `data` and `length` must be null or writable.
aztoken_status aztoken_buffer_data(aztoken_buffer buffer, const uint8_t **data, size_t *length);

// Frees a buffer and overwrites its bytes.
//
// Owner: the caller gives it back. Thread: any. Freeing twice gives `AZTOKEN_STATUS_INVALID_HANDLE`.
aztoken_status aztoken_buffer_free(aztoken_buffer buffer);

// Cancels every operation and stops the library's threads. The next operation starts them again.
//
// For hosts that unload the library, and for tests. Gives `AZTOKEN_STATUS_BUSY` if a thread is still in a call that can't be
// interrupted after 5 seconds (a DNS lookup, a file on a share that hangs). Every stream has ended then too, but the library
// must not be unloaded; a second call waits again. Operations that other threads start meanwhile begin after the shutdown.
// Owner: handles stay the caller's to free. Thread: any.
aztoken_status aztoken_shutdown(void);

// Decodes a token: its header and claims, unverified. Uses no network.
//
// The buffer holds, without gaps: a kind (`uint32_t`), then three times a length (`uint32_t`) and as many bytes of UTF-8:
// the header and the claims as they stand in the token (JSON), and a message. All numbers are little-endian. Kinds: 0 the
// text can't be decoded, and the message is an `error` event; 1 access token v1.0; 2 access token v2.0; 3 ID token;
// 4 encrypted, without claims, and the message says so; 5 another signed token.
// Owner: the buffer is the caller's. Thread: any. Null: `token` with length 0 only.
//
// # Safety
// `token` must be null or point to `token_length` bytes; `record` must be null or writable.
aztoken_status aztoken_jwt_decode(const uint8_t *token,
                                  size_t token_length,
                                  aztoken_buffer *record);

// Waits for the next event of an operation: UTF-8 JSON in a buffer that the caller frees.
//
// `timeout_ms` 0 doesn't wait, `UINT32_MAX` waits without limit. Gives `AZTOKEN_STATUS_TIMEOUT` if no event came in time and
// `AZTOKEN_STATUS_END` after the last one. Owner: the buffer is the caller's. Thread: any. Null: not allowed.
//
// # Safety
// `event` must be null or writable.
aztoken_status aztoken_operation_next(aztoken_operation operation,
                                      uint32_t timeout_ms,
                                      aztoken_buffer *event);

// Waits for the first of several operations that has an event or has ended, and gives its index.
//
// At most 65,536 operations; `timeout_ms` as for `aztoken_operation_next`. Owner: nothing changes hands. Thread: any. Null: not allowed.
//
// # Safety
// `operations` must be null or point to `count` handles; `ready` must be null or writable.
aztoken_status aztoken_operation_wait(const aztoken_operation *operations,
                                      size_t count,
                                      uint32_t timeout_ms,
                                      size_t *ready);

// Answers the last question of an operation (docs/abi.md, "Questions") with JSON in UTF-8.
//
// Gives `AZTOKEN_STATUS_INVALID_ARGUMENT` when nothing was asked. Owner: the reply is copied. Thread: any. Null: `reply`
// with length 0 only.
//
// # Safety
// `reply` must be null or point to `reply_length` bytes.
aztoken_status aztoken_operation_reply(aztoken_operation operation,
                                       const uint8_t *reply,
                                       size_t reply_length);

// Ends an operation: its stream ends with an error of kind `cancelled`, and a waiting `aztoken_operation_next` wakes.
//
// Does nothing to one that has ended. Thread: any, also while another one waits or frees.
aztoken_status aztoken_operation_cancel(aztoken_operation operation);

// Frees an operation; one that still runs is cancelled, and events not yet fetched are lost.
//
// Owner: the caller gives it back. Thread: any. Freeing twice gives `AZTOKEN_STATUS_INVALID_HANDLE`.
aztoken_status aztoken_operation_free(aztoken_operation operation);

// Starts the authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636): a sign-in in the browser, or the code of
// a sign-in elsewhere.
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_authorization_code(const uint8_t *request,
                                          size_t request_length,
                                          aztoken_operation *operation);

// Starts signing a client assertion (RFC 7523 section 2.2) for a caller that sends it itself.
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_client_assertion(const uint8_t *request,
                                        size_t request_length,
                                        aztoken_operation *operation);

// Starts the client credentials grant (RFC 6749 section 4.4).
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_client_credentials(const uint8_t *request,
                                          size_t request_length,
                                          aztoken_operation *operation);

// Starts the device authorization grant (RFC 8628).
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_device_code(const uint8_t *request,
                                   size_t request_length,
                                   aztoken_operation *operation);

// Starts the implicit grant (RFC 6749 section 4.2) or the hybrid flow (OpenID Connect Core section 3.3).
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_implicit(const uint8_t *request,
                                size_t request_length,
                                aztoken_operation *operation);

// Starts the verification of a token.
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_jwt_verify(const uint8_t *request,
                                  size_t request_length,
                                  aztoken_operation *operation);

// Starts Microsoft's on-behalf-of flow (RFC 7523 section 2.1 with an extension).
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_on_behalf_of(const uint8_t *request,
                                    size_t request_length,
                                    aztoken_operation *operation);

// Starts reading the OpenID configuration of an authority (OpenID Connect Discovery section 4).
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_openid_configuration(const uint8_t *request,
                                            size_t request_length,
                                            aztoken_operation *operation);

// Starts the resource owner password credentials grant (RFC 6749 section 4.3).
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_password(const uint8_t *request,
                                size_t request_length,
                                aztoken_operation *operation);

// Starts the refresh token grant (RFC 6749 section 6).
//
// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
//
// # Safety
// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
aztoken_status aztoken_refresh_token(const uint8_t *request,
                                     size_t request_length,
                                     aztoken_operation *operation);

// The ABI's number, `AZTOKEN_ABI_VERSION` of the header that fits.
//
// Thread: any.
uint32_t aztoken_abi_version(void);

// The library's version as a C string, such as `0.1.0`.
//
// Owner: the library; valid for ever. Thread: any.
const char *aztoken_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* AZTOKEN_H */
