//! The ABI's functions called as a careless C program might: every misuse is answered, none crashes.
#![allow(unsafe_code)]

use std::io::Read;
use std::sync::{Arc, Barrier};
use std::time::Duration;
use std::{ptr, slice, thread};

use aztoken_ffi::buffer::{aztoken_buffer_data, aztoken_buffer_free};
use aztoken_ffi::operation::{
    aztoken_operation_cancel, aztoken_operation_free, aztoken_operation_next, aztoken_operation_wait,
};
use aztoken_ffi::operations::aztoken_device_code;
use aztoken_ffi::status::AztokenStatus as Status;

/// Listens and never accepts: an operation on it runs until it is ended.
fn silent_server() -> (std::net::TcpListener, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, format!("{{\"options\":{{\"authority\":\"{url}\",\"tenant\":\"contoso.com\"}}}}"))
}

fn start(request: &[u8]) -> u64 {
    let mut operation = 0;
    // SAFETY: a live slice with its length, and a writable place.
    let status = unsafe { aztoken_device_code(request.as_ptr(), request.len(), &raw mut operation) };
    assert_eq!(status, Status::Ok);
    operation
}

fn next(operation: u64, timeout_ms: u32) -> Result<String, Status> {
    let (mut event, mut data, mut length) = (0, ptr::null(), 0);
    // SAFETY: writable places; the data is read before its buffer is freed.
    unsafe {
        match aztoken_operation_next(operation, timeout_ms, &raw mut event) {
            Status::Ok => {}
            status => return Err(status),
        }
        assert_eq!(aztoken_buffer_data(event, &raw mut data, &raw mut length), Status::Ok);
        let text = String::from_utf8(slice::from_raw_parts(data, length).to_vec()).expect("UTF-8");
        assert_eq!(aztoken_buffer_free(event), Status::Ok);
        assert_eq!(aztoken_buffer_free(event), Status::InvalidHandle, "freed twice");
        assert_eq!(aztoken_buffer_data(event, &raw mut data, &raw mut length), Status::InvalidHandle);
        Ok(text)
    }
}

/// The last event of an operation, which must be followed by the end, again and again.
fn last(operation: u64) -> String {
    let mut last = String::new();
    loop {
        match next(operation, 10_000) {
            Ok(event) => last = event,
            Err(status) => {
                assert_eq!(status, Status::End);
                assert_eq!(next(operation, 0), Err(Status::End));
                return last;
            }
        }
    }
}

#[test]
fn null_pointers_are_answered() {
    let (mut operation, mut place) = (77, 0_usize);
    // SAFETY: null, or live places.
    unsafe {
        assert_eq!(aztoken_device_code(ptr::null(), 5, &raw mut operation), Status::NullPointer);
        assert_eq!(aztoken_device_code(b"{}".as_ptr(), 2, ptr::null_mut()), Status::NullPointer);
        assert_eq!(
            aztoken_device_code(b"{}".as_ptr(), usize::MAX, &raw mut operation),
            Status::InvalidArgument
        );
        assert_eq!(aztoken_operation_next(1, 0, ptr::null_mut()), Status::NullPointer);
        assert_eq!(aztoken_operation_wait(ptr::null(), 1, 0, &raw mut place), Status::NullPointer);
        assert_eq!(aztoken_operation_wait([1].as_ptr(), 0, 0, &raw mut place), Status::InvalidArgument);
        assert_eq!(aztoken_operation_wait([1].as_ptr(), 1, 0, ptr::null_mut()), Status::NullPointer);
        assert_eq!(aztoken_buffer_data(1, ptr::null_mut(), &raw mut place), Status::NullPointer);
    }
    assert_eq!(operation, 77, "no partial success");
}

#[test]
fn handles_that_never_were_are_answered() {
    for handle in [0, u64::MAX] {
        let (mut event, mut ready) = (0, 0);
        // SAFETY: live places.
        unsafe {
            assert_eq!(aztoken_operation_next(handle, 0, &raw mut event), Status::InvalidHandle);
            assert_eq!(
                aztoken_operation_wait(&raw const handle, 1, 0, &raw mut ready),
                Status::InvalidHandle
            );
        }
        assert_eq!(aztoken_operation_cancel(handle), Status::InvalidHandle);
        assert_eq!(aztoken_operation_free(handle), Status::InvalidHandle);
        assert_eq!(aztoken_buffer_free(handle), Status::InvalidHandle);
    }
}

#[test]
fn a_handle_of_one_kind_is_none_of_the_other() {
    let operation = start(b"{");
    let (mut event, mut data, mut length) = (0, ptr::null(), 0);
    // SAFETY: writable places.
    unsafe {
        assert_eq!(aztoken_operation_next(operation, 10_000, &raw mut event), Status::Ok);
        assert_eq!(aztoken_operation_next(event, 0, &raw mut event), Status::InvalidHandle);
        assert_eq!(aztoken_buffer_data(operation, &raw mut data, &raw mut length), Status::InvalidHandle);
    }
    assert_eq!(aztoken_operation_cancel(event), Status::InvalidHandle);
    assert_eq!(aztoken_operation_free(event), Status::InvalidHandle);
    assert_eq!(aztoken_buffer_free(operation), Status::InvalidHandle);
    // Both are still there.
    assert_eq!(aztoken_buffer_free(event), Status::Ok);
    assert_eq!(aztoken_operation_free(operation), Status::Ok);
}

/// Several threads fetch the events of one operation: each event goes to one of them, and all see the end.
#[test]
fn threads_share_the_events_of_an_operation() {
    const THREADS: usize = 8;
    let (_listener, request) = silent_server();
    let operation = start(request.as_bytes());
    let waiting: Vec<_> = (0..THREADS)
        .map(|_| {
            thread::spawn(move || {
                let mut events = Vec::new();
                loop {
                    match next(operation, u32::MAX) {
                        Ok(event) => events.push(event),
                        Err(status) => return (events, status),
                    }
                }
            })
        })
        .collect();
    assert_eq!(aztoken_operation_cancel(operation), Status::Ok);
    let mut last = 0;
    for thread in waiting {
        let (events, status) = thread.join().expect("no panic");
        assert_eq!(status, Status::End);
        last += events.iter().filter(|event| event.contains("\"event\":\"error\"")).count();
    }
    assert_eq!(last, 1);
    assert_eq!(aztoken_operation_free(operation), Status::Ok);
}

#[test]
fn requests_that_make_no_sense_are_error_events() {
    let huge = format!("{{\"options\":{{\"tenant\":\"{}\"}}}}", "a".repeat(1 << 20));
    for request in [
        &b""[..],
        b"{",
        b"[]",
        b"\xff\xfe",
        b"{\"tenant\":\"contoso.com\"}",
        b"{\"options\":{\"tenant\":5}}",
        b"{\"options\":{\"x\":\"\\ud800\"}}",
        b"{\"parameters\":{\"tenant\":\"contoso.com\"}}",
        huge.as_bytes(),
    ] {
        let operation = start(request);
        let event = last(operation);
        assert!(event.contains("\"event\":\"error\"") && event.contains("invalid_parameter"), "{event}");
        assert_eq!(aztoken_operation_free(operation), Status::Ok);
        assert_eq!(aztoken_operation_free(operation), Status::InvalidHandle);
    }
}

#[test]
fn cancel_wakes_a_waiting_thread() {
    let (_listener, request) = silent_server();
    let operation = start(request.as_bytes());
    let waiter = thread::spawn(move || last(operation));
    assert_eq!(aztoken_operation_cancel(operation), Status::Ok);
    assert_eq!(aztoken_operation_cancel(operation), Status::Ok, "again");
    let event = waiter.join().expect("no panic");
    assert!(event.contains("\"kind\":\"cancelled\""), "{event}");
    assert_eq!(aztoken_operation_free(operation), Status::Ok);
}

#[test]
fn cancel_and_free_close_the_connection() {
    for end in [aztoken_operation_cancel, aztoken_operation_free] {
        let (listener, request) = silent_server();
        let operation = start(request.as_bytes());
        let (mut stream, _) = listener.accept().expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a limit");
        // It is asked something, and says nothing.
        assert!(stream.read(&mut [0; 16]).is_ok_and(|count| count > 0));
        assert_eq!(end(operation), Status::Ok);
        stream.read_to_end(&mut Vec::new()).expect("closed, and not by the limit");
        // Nobody comes again.
        listener.set_nonblocking(true).expect("a setting");
        assert_eq!(listener.accept().expect_err("nobody").kind(), std::io::ErrorKind::WouldBlock);
        aztoken_operation_free(operation);
    }
}

#[test]
fn free_ends_what_another_thread_waits_for() {
    let (_listener, request) = silent_server();
    let operation = start(request.as_bytes());
    let waiter = thread::spawn(move || {
        // Until the handle is gone or the stream has ended, whichever this thread sees first.
        loop {
            match next(operation, 10_000) {
                Ok(_) => {}
                Err(status) => return status,
            }
        }
    });
    assert_eq!(aztoken_operation_free(operation), Status::Ok);
    let status = waiter.join().expect("no panic");
    assert!(matches!(status, Status::End | Status::InvalidHandle), "{status:?}");
}

#[test]
fn wait_names_the_one_that_is_ready() {
    let (_listener, request) = silent_server();
    let running = start(request.as_bytes());
    // Take what it says at first, until it has nothing more to say.
    while next(running, 200).is_ok() {}
    let wrong = start(b"{");
    let handles = [running, wrong];
    let mut ready = 9;
    // SAFETY: live places.
    let status = unsafe { aztoken_operation_wait(handles.as_ptr(), 2, 10_000, &raw mut ready) };
    assert_eq!((status, ready), (Status::Ok, 1));
    last(wrong);
    // SAFETY: as above.
    let status = unsafe { aztoken_operation_wait(handles.as_ptr(), 1, 0, &raw mut ready) };
    assert_eq!((status, ready), (Status::Timeout, 1), "no partial success");
    for handle in handles {
        assert_eq!(aztoken_operation_free(handle), Status::Ok);
    }
}

#[test]
fn cancel_free_and_next_may_race() {
    let (_listener, request) = silent_server();
    for _ in 0..200 {
        let operation = start(request.as_bytes());
        let gate = Arc::new(Barrier::new(4));
        let race = |action: fn(u64)| {
            let gate = gate.clone();
            thread::spawn(move || {
                gate.wait();
                action(operation);
            })
        };
        let threads = [
            race(|operation| drop(next(operation, 10))),
            race(|operation| _ = aztoken_operation_cancel(operation)),
            race(|operation| _ = aztoken_operation_free(operation)),
            race(|operation| _ = aztoken_operation_free(operation)),
        ];
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert_eq!(aztoken_operation_free(operation), Status::InvalidHandle);
    }
}
