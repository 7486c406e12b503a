//! One function for each operation. It copies the request, starts the work and returns at once: what it does and how its
//! request and events look is in docs/abi.md.

use aztoken::Operation;
use aztoken::grants::{
    AuthorizationCode, ClientCredentials, DeviceCode, Implicit, OnBehalfOf, Password, RefreshToken,
};
use aztoken::operations::{ClientAssertion, OpenIdConfiguration, VerifyToken};
use serde::de::DeserializeOwned;

use crate::guard::{Output, guard, input};
use crate::operation::AztokenOperation;
use crate::status::AztokenStatus;
use crate::stream;

/// Starts the authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636): a sign-in in the browser, or the code of
/// a sign-in elsewhere.
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_authorization_code(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<AuthorizationCode>(request, request_length, operation) })
}

/// Starts signing a client assertion (RFC 7523 section 2.2) for a caller that sends it itself.
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_client_assertion(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<ClientAssertion>(request, request_length, operation) })
}

/// Starts the client credentials grant (RFC 6749 section 4.4).
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_client_credentials(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<ClientCredentials>(request, request_length, operation) })
}

/// Starts the device authorization grant (RFC 8628).
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_device_code(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<DeviceCode>(request, request_length, operation) })
}

/// Starts the implicit grant (RFC 6749 section 4.2) or the hybrid flow (OpenID Connect Core section 3.3).
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_implicit(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<Implicit>(request, request_length, operation) })
}

/// Starts the verification of a token.
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_jwt_verify(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<VerifyToken>(request, request_length, operation) })
}

/// Starts Microsoft's on-behalf-of flow (RFC 7523 section 2.1 with an extension).
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_on_behalf_of(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<OnBehalfOf>(request, request_length, operation) })
}

/// Starts reading the OpenID configuration of an authority (OpenID Connect Discovery section 4).
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_openid_configuration(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<OpenIdConfiguration>(request, request_length, operation) })
}

/// Starts the resource owner password credentials grant (RFC 6749 section 4.3).
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_password(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<Password>(request, request_length, operation) })
}

/// Starts the refresh token grant (RFC 6749 section 6).
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_refresh_token(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    // SAFETY: the caller's promise about `request` and `operation`.
    guard(|| unsafe { start::<RefreshToken>(request, request_length, operation) })
}

/// # Safety
/// As for each of the functions above.
unsafe fn start<O: Operation + DeserializeOwned>(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> Result<(), AztokenStatus> {
    // SAFETY: the caller's promise about `request` and `operation`.
    let (request, operation) = unsafe { (input(request, request_length)?, Output::new(operation)?) };
    operation.set(stream::start::<O>(request));
    Ok(())
}
