//! Shutdown, in a process of its own: it ends every operation of the process.
#![allow(unsafe_code)]

use aztoken_ffi::aztoken_shutdown;
use aztoken_ffi::buffer::{aztoken_buffer_data, aztoken_buffer_free};
use aztoken_ffi::grants::device_code::aztoken_device_code;
use aztoken_ffi::operation::{aztoken_operation_free, aztoken_operation_next};
use aztoken_ffi::status::AztokenStatus as Status;

#[test]
fn shutdown_ends_all_and_the_next_operation_starts_anew() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let request = format!(
        "{{\"options\":{{\"authority\":\"http://{}\"}}}}",
        listener.local_addr().expect("an address")
    );
    assert_eq!(aztoken_shutdown(), Status::Ok, "with nothing started");
    for _ in 0..2 {
        let mut operation = 0;
        // SAFETY: a live slice with its length, and writable places.
        unsafe {
            assert_eq!(aztoken_device_code(request.as_ptr(), request.len(), &raw mut operation), Status::Ok);
            assert_eq!(aztoken_shutdown(), Status::Ok);
            let mut event = 0;
            let mut last = String::new();
            while aztoken_operation_next(operation, 10_000, &raw mut event) == Status::Ok {
                last = text_of(event);
            }
            assert!(last.contains("\"kind\":\"cancelled\""), "{last}");
            assert_eq!(aztoken_operation_next(operation, 0, &raw mut event), Status::End);
        }
        assert_eq!(aztoken_operation_free(operation), Status::Ok);
    }
    let left = threads().into_iter().filter(|name| name.starts_with("aztoken")).count();
    assert_eq!(left, 0, "no thread of the library is left");
}

fn text_of(buffer: u64) -> String {
    let (mut data, mut length) = (std::ptr::null(), 0);
    // SAFETY: writable places; the data is copied before its buffer is freed.
    unsafe {
        assert_eq!(aztoken_buffer_data(buffer, &raw mut data, &raw mut length), Status::Ok);
        let text = String::from_utf8(std::slice::from_raw_parts(data, length).to_vec()).expect("UTF-8");
        assert_eq!(aztoken_buffer_free(buffer), Status::Ok);
        text
    }
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
