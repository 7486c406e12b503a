//! Versions.

use libc::c_char;

/// Number of this ABI. A caller that was built for another one must not go on.
pub const AZTOKEN_ABI_VERSION: u32 = 2;

/// The ABI's number, `AZTOKEN_ABI_VERSION` of the header that fits.
///
/// Thread: any.
#[unsafe(no_mangle)]
pub extern "C" fn aztoken_abi_version() -> u32 {
    AZTOKEN_ABI_VERSION
}

/// The library's version as a C string, such as `0.1.0`.
///
/// Owner: the library; valid for ever. Thread: any.
#[unsafe(no_mangle)]
pub extern "C" fn aztoken_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
