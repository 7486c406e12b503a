//! Shutdown, in a process of its own: it ends every operation of the process.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use aztoken_ffi::aztoken_shutdown;
use aztoken_ffi::buffer::{aztoken_buffer_data, aztoken_buffer_free};
use aztoken_ffi::operation::{aztoken_operation_free, aztoken_operation_next};
use aztoken_ffi::operations::{aztoken_client_credentials, aztoken_device_code};
use aztoken_ffi::status::AztokenStatus as Status;

/// Each test shuts down what another one would have started.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks its caller for an assertion, and waits for the reply.
const WAITING: &str = r#"{"options":{"tenant":"contoso.com","client_id":"app"},"parameters":{"client_auth":{"kind":"assertion_request"}}}"#;

type Start = unsafe extern "C" fn(*const u8, usize, *mut u64) -> Status;

fn start(start: Start, request: &str) -> u64 {
    let mut operation = 0;
    // SAFETY: a live slice with its length, and a writable place.
    let status = unsafe { start(request.as_ptr(), request.len(), &raw mut operation) };
    assert_eq!(status, Status::Ok);
    operation
}

/// The last event of an operation that has ended.
fn last_event(operation: u64) -> String {
    let (mut event, mut last) = (0, String::new());
    // SAFETY: a writable place.
    while unsafe { aztoken_operation_next(operation, 10_000, &raw mut event) } == Status::Ok {
        last = text_of(event);
    }
    // SAFETY: as above.
    assert_eq!(unsafe { aztoken_operation_next(operation, 0, &raw mut event) }, Status::End, "{last}");
    assert_eq!(aztoken_operation_free(operation), Status::Ok);
    last
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

#[test]
fn shutdown_ends_all_and_the_next_operation_starts_anew() {
    let _alone = alone();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let request = format!("{{\"options\":{{\"authority\":\"http://{address}\"}}}}");
    assert_eq!(aztoken_shutdown(), Status::Ok, "with nothing started");
    for _ in 0..2 {
        let operation = start(aztoken_device_code, &request);
        assert_eq!(aztoken_shutdown(), Status::Ok);
        let last = last_event(operation);
        assert!(last.contains("\"kind\":\"cancelled\""), "{last}");
    }
    let left = threads().into_iter().filter(|name| name.starts_with("aztoken")).count();
    assert_eq!(left, 0, "no thread of the library is left");
}

/// A start that races with a shutdown belongs to the time before it or after it. Either way its stream ends as cancelled.
#[test]
fn operations_that_start_while_others_shut_down_end_as_cancelled() {
    const STARTERS: usize = 8;
    const EACH: usize = 400;
    let _alone = alone();
    let (started, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let operations: Vec<u64> = thread::scope(|scope| {
        let starters: Vec<_> = (0..STARTERS)
            .map(|_| {
                scope.spawn(|| {
                    let each = (0..EACH).map(|_| {
                        started.fetch_add(1, Ordering::Relaxed);
                        start(aztoken_client_credentials, WAITING)
                    });
                    each.collect::<Vec<_>>()
                })
            })
            .collect();
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    assert_eq!(aztoken_shutdown(), Status::Ok);
                }
            });
        }
        let operations = starters.into_iter().flat_map(|starter| starter.join().expect("no panic")).collect();
        done.store(true, Ordering::Relaxed);
        operations
    });
    assert_eq!(aztoken_shutdown(), Status::Ok);
    assert_eq!(operations.len(), started.load(Ordering::Relaxed));
    for operation in operations {
        let last = last_event(operation);
        assert!(last.contains("\"kind\":\"cancelled\""), "{last}");
    }
}

/// A file that can't be read to its end holds a thread, which nothing can interrupt.
#[cfg(unix)]
#[test]
fn shutdown_says_when_a_thread_is_left() {
    let _alone = alone();
    let fifo = std::env::temp_dir().join(format!("aztoken-shutdown-{}", std::process::id()));
    let path = std::ffi::CString::new(fifo.to_str().expect("UTF-8")).expect("no NUL");
    // SAFETY: a C string.
    assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
    let request = format!(
        r#"{{"options":{{"authority":"https://127.0.0.1:1","environment":{{"SSL_CERT_FILE":"{}"}}}}}}"#,
        fifo.display()
    );
    let operation = start(aztoken_device_code, &request);
    // Succeeds once somebody reads: the library does now.
    let writer = std::fs::OpenOptions::new().write(true).open(&fifo).expect("a reader");
    assert_eq!(aztoken_shutdown(), Status::Busy);
    let last = last_event(operation);
    assert!(last.contains("\"kind\":\"cancelled\""), "{last}");
    drop(writer);
    assert_eq!(aztoken_shutdown(), Status::Ok, "the file has ended");
    std::fs::remove_file(&fifo).expect("removable");
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
