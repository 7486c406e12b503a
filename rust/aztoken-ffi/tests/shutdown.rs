//! Shutdown, in a process of its own: it ends every operation of the process.
#![allow(unsafe_code)]

use aztoken_ffi::aztoken_shutdown;
use aztoken_ffi::grants::device_code::aztoken_device_code;
use aztoken_ffi::operation::{aztoken_operation_free, aztoken_operation_next};
use aztoken_ffi::status::AztokenStatus as Status;

#[test]
fn shutdown_ends_all_and_the_next_operation_starts_anew() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let request = format!("{{\"authority\":\"http://{}\"}}", listener.local_addr().expect("an address"));
    assert_eq!(aztoken_shutdown(), Status::Ok, "with nothing started");
    for _ in 0..2 {
        let mut operation = 0;
        // SAFETY: a live slice with its length, and writable places.
        unsafe {
            assert_eq!(aztoken_device_code(request.as_ptr(), request.len(), &raw mut operation), Status::Ok);
            assert_eq!(aztoken_shutdown(), Status::Ok);
            let mut event = 0;
            while aztoken_operation_next(operation, 10_000, &raw mut event) == Status::Ok {}
            assert_eq!(aztoken_operation_next(operation, 0, &raw mut event), Status::End);
        }
        assert_eq!(aztoken_operation_free(operation), Status::Ok);
    }
    let left = threads().into_iter().filter(|name| name.starts_with("aztoken")).count();
    assert_eq!(left, 0, "no thread of the library is left");
}

#[cfg(target_os = "linux")]
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("/proc");
    tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok()).collect()
}

#[cfg(not(target_os = "linux"))]
fn threads() -> Vec<String> {
    Vec::new()
}
