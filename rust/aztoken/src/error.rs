//! One error type for everything that can go wrong, with the service's own fields where it gave them.

use std::fmt;

use serde::Serialize;

use crate::hints;

/// What sort of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request is wrong; nothing was sent.
    InvalidParameter,
    /// The service refused.
    Server,
    /// No answer could be had.
    Network,
    /// No secure connection could be made.
    Tls,
    /// A time limit passed.
    Timeout,
    /// The answer can't be understood.
    Protocol,
    /// This machine lacks what the grant needs: a browser, a port.
    Unavailable,
    /// The caller ended the operation.
    Cancelled,
    /// A defect in this library.
    Internal,
}

/// What is wrong with a request member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is required, and absent or empty.
    Missing,
    /// Its value can't be used.
    Invalid,
    /// It can't be combined with another member.
    Conflict,
    /// Its value would be right elsewhere, but isn't supported here.
    Unsupported,
    /// The file or thing that it names isn't there.
    NotFound,
    /// The file or thing that it names is there and can't be read.
    Unreadable,
}

/// The result of every fallible function here.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure. Dereferences to its [`ErrorDetails`].
#[derive(Clone)]
pub struct Error(Box<ErrorDetails>);

/// The fields of an [`Error`], serialized as they stand in an `error` event.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorDetails {
    /// What sort of failure it was.
    pub kind: ErrorKind,
    /// The OAuth error code of the service (RFC 6749 section 5.2), or a name of ours for local failures.
    pub error: String,
    /// A whole sentence for a person.
    pub message: String,
    /// `error_description` as the service sent it. May hold names of users: never logged.
    pub error_description: Option<String>,
    /// The AADSTS numbers.
    pub error_codes: Vec<u64>,
    /// Entra's finer classification, such as `basic_action`.
    pub suberror: Option<String>,
    /// A claims challenge to send back as `claims`.
    pub claims: Option<String>,
    /// Page that describes the error.
    pub error_uri: Option<String>,
    /// GUID of the request, as support asks for it.
    pub correlation_id: Option<String>,
    /// GUID that the service gave the request.
    pub trace_id: Option<String>,
    /// The service's time, as it wrote it.
    pub timestamp: Option<String>,
    /// Status of the HTTP answer.
    pub http_status: Option<u16>,
    /// The request member that is wrong.
    pub parameter: Option<&'static str>,
    /// What is wrong with it.
    pub reason: Option<Reason>,
    /// `message` without the member's name in front. Other members stand in backquotes.
    pub problem: Option<String>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// What to do about it, in plain words.
    pub hint: Option<&'static str>,
    /// How long the service asks to wait, in seconds.
    pub retry_after: Option<u64>,
    /// Whether there was a connection, so that the request may have been received.
    #[serde(skip)]
    pub(crate) connected: bool,
}

impl Error {
    /// A failure with a kind, a short code and a sentence.
    pub fn new(kind: ErrorKind, error: &str, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorDetails {
            kind,
            error: error.to_owned(),
            message: message.into(),
            error_description: None,
            error_codes: Vec::new(),
            suberror: None,
            claims: None,
            error_uri: None,
            correlation_id: None,
            trace_id: None,
            timestamp: None,
            http_status: None,
            parameter: None,
            reason: None,
            problem: None,
            retryable: matches!(kind, ErrorKind::Network | ErrorKind::Timeout),
            hint: hints::for_local(error),
            retry_after: None,
            connected: false,
        }))
    }

    /// A request member with a value that can't be used; `problem` says what to do.
    pub fn invalid_parameter(parameter: &'static str, problem: impl fmt::Display) -> Self {
        Self::of_parameter(parameter, Reason::Invalid, problem)
    }

    /// A request member that is required and absent or empty.
    pub fn missing_parameter(parameter: &'static str, problem: impl fmt::Display) -> Self {
        Self::of_parameter(parameter, Reason::Missing, problem)
    }

    /// A request member that can't be combined with another one.
    pub fn conflicting_parameter(parameter: &'static str, problem: impl fmt::Display) -> Self {
        Self::of_parameter(parameter, Reason::Conflict, problem)
    }

    /// A request member that can't be used for a reason; `problem` continues a sentence that its name begins.
    pub fn of_parameter(parameter: &'static str, reason: Reason, problem: impl fmt::Display) -> Self {
        let problem = problem.to_string();
        let message = format!("{parameter}: {problem}");
        let mut error = Self::new(ErrorKind::InvalidParameter, "invalid_parameter", message);
        error.parameter = Some(parameter);
        error.reason = Some(reason);
        error.problem = Some(problem);
        error
    }

    /// A port that can't be listened on; `problem` says what to do.
    pub(crate) fn port_unavailable(parameter: &'static str, problem: &str) -> Self {
        let message = format!("{parameter}: {problem}");
        let mut error = Self::new(ErrorKind::Unavailable, "port_unavailable", message);
        error.parameter = Some(parameter);
        error.problem = Some(problem.to_owned());
        error
    }

    /// An answer that can't be understood.
    pub fn invalid_response(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Protocol, "invalid_response", message)
    }

    /// A defect in this library.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, "internal_error", message)
    }

    /// The caller ended the operation.
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "cancelled", "The operation was cancelled.")
    }

    /// Adds the status of the HTTP answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// Adds the correlation ID where the service gave none.
    #[must_use]
    pub fn with_correlation_id(mut self, correlation_id: &str) -> Self {
        self.correlation_id.get_or_insert_with(|| correlation_id.to_owned());
        self
    }
}

impl std::ops::Deref for Error {
    type Target = ErrorDetails;
    fn deref(&self) -> &ErrorDetails {
        &self.0
    }
}

impl std::ops::DerefMut for Error {
    fn deref_mut(&mut self) -> &mut ErrorDetails {
        &mut self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Short on purpose: `error_description` may name a user.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}/{} {:?}: {}", self.kind, self.error, self.error_codes, self.message)
    }
}

impl std::error::Error for Error {}

impl Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
