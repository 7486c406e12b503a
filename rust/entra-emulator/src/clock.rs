//! Where the emulator gets the time from, so that tests expire codes and tokens without waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> u64;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// A clock that shows `now` seconds since 1970.
    pub fn new(now: u64) -> Self {
        Self(AtomicU64::new(now))
    }

    /// Moves the clock forward.
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A clock that runs ahead of another one, or behind: the control API sets by how much.
pub(crate) struct OffsetClock {
    source: Arc<dyn Clock>,
    offset: AtomicI64,
}

impl OffsetClock {
    pub(crate) fn new(source: Arc<dyn Clock>) -> Self {
        Self { source, offset: AtomicI64::new(0) }
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.source.now().saturating_add_signed(self.offset.load(Ordering::SeqCst))
    }

    /// Puts the clock ahead of its source by so many seconds.
    pub(crate) fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::SeqCst);
    }
}

/// `yyyy-MM-dd HH:mm:ssZ`, as in the `timestamp` of Entra's errors.
pub(crate) fn entra_timestamp(now: u64) -> String {
    let (date, time) = date_and_time(now);
    format!("{date} {time}Z")
}

/// `yyyy-MM-ddTHH:mm:ss`, as in the `innerError.date` of Graph's errors.
pub(crate) fn graph_timestamp(now: u64) -> String {
    let (date, time) = date_and_time(now);
    format!("{date}T{time}")
}

fn date_and_time(now: u64) -> (String, String) {
    let seconds = i64::try_from(now).unwrap_or(0);
    let t = time::OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    (
        format!("{:04}-{:02}-{:02}", t.year(), u8::from(t.month()), t.day()),
        format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second()),
    )
}

#[cfg(test)]
mod tests {
    use super::{entra_timestamp, graph_timestamp};

    #[test]
    fn timestamps_have_the_services_forms() {
        assert_eq!(entra_timestamp(1_709_210_096), "2024-02-29 12:34:56Z");
        assert_eq!(graph_timestamp(1_709_210_096), "2024-02-29T12:34:56");
    }
}
