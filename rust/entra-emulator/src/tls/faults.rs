//! Servers that are wrong before there is TLS.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// RFC 5246 section 7.2: a record of type alert (21), version TLS 1.1 (3, 2), of two bytes: fatal (2),
/// `protocol_version` (70).
const PROTOCOL_VERSION_ALERT: [u8; 7] = [21, 3, 2, 0, 2, 2, 70];

/// Answers the client's first message with the alert, and ends.
pub(crate) async fn refuse_version(mut stream: TcpStream) {
    let mut hello = [0; 4096];
    if !stream.read(&mut hello).await.is_ok_and(|read| read > 0) {
        return;
    }
    let _ = stream.write_all(&PROTOCOL_VERSION_ALERT).await;
    let _ = stream.shutdown().await;
    // Closing with bytes unread would reset the connection, and the alert could be lost.
    drain(stream).await;
}

/// Reads and never answers.
pub(crate) async fn stall(stream: TcpStream) {
    drain(stream).await;
}

/// Reads until the client goes.
async fn drain(mut stream: TcpStream) {
    let mut ignored = [0; 4096];
    while stream.read(&mut ignored).await.is_ok_and(|read| read > 0) {}
}
