//! The one error envelope of the API: a stable code, a sentence, and the problems of the input.

use argosy_chapter::kind::FieldProblem;
use argosy_desk::DeskError;
use argosy_facts::FactsError;
use argosy_intake::IntakeError;
use argosy_kernel::{Problem, Text};
use argosy_metrics::AskError;
use axum::{
    Json,
    extract::{
        multipart::{MultipartError, MultipartRejection},
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    analytics::QuestionError,
    error::{Error, records_text},
    http::{
        dto::{ProblemDto, TextDto},
        plain_words,
        records::shapes::FieldProblemShape,
    },
};

/// What went wrong, as programs may rely on it. The names never change once released.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    /// The body or the query cannot be read.
    BadRequest,
    /// The body is JSON of another shape than expected, or none at all.
    BadJson,
    /// Readable, but it does not make sense: an unknown metric, an impossible period.
    Invalid,
    /// Records or forms that cannot be taken so: `fields` says what is wrong where.
    InvalidRecords,
    NotSignedIn,
    WrongCredentials,
    NotAllowed,
    /// A state-changing request without the header and origin that our own pages send.
    CrossSite,
    NotFound,
    /// No such address in this API.
    UnknownRoute,
    MethodNotAllowed,
    UnsupportedMediaType,
    TooLarge,
    Conflict,
    /// The owner exists already.
    SetupDone,
    TooManyAttempts,
    /// Too many questions at once.
    Busy,
    /// The question needs more time, memory or rows than allowed.
    TooCostly,
    /// Our fault: logged with the incident id, never explained to the outside.
    Internal,
}

impl Code {
    pub const ALL: [Self; 19] = [
        Self::BadRequest,
        Self::BadJson,
        Self::Invalid,
        Self::InvalidRecords,
        Self::NotSignedIn,
        Self::WrongCredentials,
        Self::NotAllowed,
        Self::CrossSite,
        Self::NotFound,
        Self::UnknownRoute,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::TooLarge,
        Self::Conflict,
        Self::SetupDone,
        Self::TooManyAttempts,
        Self::Busy,
        Self::TooCostly,
        Self::Internal,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::BadJson => "bad_json",
            Self::Invalid => "invalid",
            Self::InvalidRecords => "invalid_records",
            Self::NotSignedIn => "not_signed_in",
            Self::WrongCredentials => "wrong_credentials",
            Self::NotAllowed => "not_allowed",
            Self::CrossSite => "cross_site",
            Self::NotFound => "not_found",
            Self::UnknownRoute => "unknown_route",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::TooLarge => "too_large",
            Self::Conflict => "conflict",
            Self::SetupDone => "setup_done",
            Self::TooManyAttempts => "too_many_attempts",
            Self::Busy => "busy",
            Self::TooCostly => "too_costly",
            Self::Internal => "internal",
        }
    }

    pub fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::BadJson | Self::Invalid | Self::InvalidRecords | Self::TooCostly => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::NotSignedIn | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::NotAllowed | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound | Self::UnknownRoute => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict | Self::SetupDone => StatusCode::CONFLICT,
            Self::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// An answer that is not the one asked for.
#[derive(Debug)]
pub struct ApiError {
    code: Code,
    status: StatusCode,
    detail: String,
    /// Boxed, as it is rare and errors travel by value.
    says: Option<Box<TextDto>>,
    problems: Vec<Problem>,
    /// Boxed, as `says`.
    fields: Box<[FieldProblem]>,
    incident: Option<String>,
    retry_after_seconds: Option<u64>,
}

impl ApiError {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            status: code.status(),
            detail: detail.into(),
            problems: Vec::new(),
            fields: Box::default(),
            says: None,
            incident: None,
            retry_after_seconds: None,
        }
    }

    pub fn with_problems(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Our own fault: the cause goes to the log under an incident id, the caller gets the id.
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        let incident = crate::ids::random();
        let mut chain = cause.to_string();
        let mut source = cause.source();
        while let Some(inner) = source {
            chain.push_str(": ");
            chain.push_str(&inner.to_string());
            source = inner.source();
        }
        tracing::error!(incident, cause = chain, "a request failed");
        Self::incident(incident)
    }

    /// The answer for a failure already logged under `incident`.
    pub fn incident(incident: String) -> Self {
        let detail = format!("something went wrong here; the log tells more under {incident}");
        Self { incident: Some(incident), ..Self::new(Code::Internal, detail) }
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no {what}"))
    }

    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Code::Invalid, detail)
    }

    /// Readable, but it does not make sense, told in both languages.
    pub fn told(en: impl Into<String>, zh: impl Into<String>) -> Self {
        let text = Text { en: en.into(), zh_cn: zh.into() };
        Self::new(Code::Invalid, text.en.clone()).says(&text)
    }

    /// The same sentence in both languages.
    pub fn says(mut self, text: &Text) -> Self {
        self.says = Some(Box::new(TextDto::from(text)));
        self
    }

    /// The same sentence about something that is not there.
    pub fn as_not_found(mut self) -> Self {
        self.code = Code::NotFound;
        self.status = self.code.status();
        self
    }

    /// What it says, in both languages where there are words for it.
    pub fn sentence(&self) -> TextDto {
        let plain = || TextDto { en: self.detail.clone(), zh_cn: self.detail.clone() };
        self.says.as_deref().cloned().unwrap_or_else(plain)
    }

    pub fn code(&self) -> Code {
        self.code
    }
}

/// What is sent when a request fails.
#[derive(Serialize, ToSchema)]
pub struct ErrorBody {
    pub error: ErrorInfo,
}

/// The failure itself.
#[derive(Serialize, ToSchema)]
pub struct ErrorInfo {
    /// Stable name of the failure.
    #[schema(example = "not_found")]
    pub code: String,
    /// A sentence for people, in English.
    pub detail: String,
    /// The same in both languages, where there are words for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<TextDto>,
    /// What is wrong with the input, place by place.
    pub problems: Vec<ProblemDto>,
    /// What is wrong with records or forms, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<FieldProblemShape>, required = false)]
    pub fields: Vec<FieldProblem>,
    /// Where the log tells more about an internal failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            error: ErrorInfo {
                code: self.code.name().to_owned(),
                detail: self.detail,
                says: self.says.map(|says| *says),
                problems: self.problems.iter().map(ProblemDto::plain).collect(),
                fields: self.fields.into_vec(),
                incident: self.incident,
            },
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match &rejection {
            JsonRejection::JsonDataError(error) => {
                Self::new(Code::BadJson, plain_words::of_json(error))
            }
            JsonRejection::JsonSyntaxError(error) => {
                let broken = Self::new(Code::BadJson, plain_words::of_syntax(error));
                Self { status: StatusCode::BAD_REQUEST, ..broken }
            }
            JsonRejection::MissingJsonContentType(_) => {
                let detail = "send the body as JSON, with the header `Content-Type: \
                              application/json`";
                Self::new(Code::UnsupportedMediaType, detail)
            }
            other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(Code::TooLarge, "the body is larger than this API takes")
            }
            _ => Self::new(Code::BadRequest, "the body could not be received"),
        }
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(Code::BadRequest, plain_words::of_query(&rejection.body_text()))
    }
}

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        let detail = match &rejection {
            PathRejection::FailedToDeserializePathParams(error) => {
                plain_words::of_path(error.kind())
            }
            _ => "the address cannot be read".to_owned(),
        };
        Self::new(Code::BadRequest, detail)
    }
}

impl From<MultipartRejection> for ApiError {
    fn from(rejection: MultipartRejection) -> Self {
        let detail = format!("files are sent as multipart/form-data: {}", rejection.body_text());
        Self::new(Code::UnsupportedMediaType, detail)
    }
}

impl From<MultipartError> for ApiError {
    fn from(error: MultipartError) -> Self {
        let too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
        let code = if too_large { Code::TooLarge } else { Code::BadRequest };
        Self::new(code, error.body_text())
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        let code = match &error {
            DeskError::Clash(text) => {
                return Self::new(Code::Conflict, text.en.clone()).says(text);
            }
            DeskError::Wrong(text) => {
                return Self::new(Code::Invalid, text.en.clone()).says(text);
            }
            DeskError::NotFound { id, .. } => {
                let zh_cn = format!("找不到 `{id}`，可能已被删除；请查看列表");
                let text = Text { en: error.to_string(), zh_cn };
                return Self::new(Code::NotFound, text.en.clone()).says(&text);
            }
            DeskError::Conflict(_) => Code::Conflict,
            DeskError::Refused(_) => Code::Invalid,
            DeskError::WrongSignIn => Code::WrongCredentials,
            DeskError::TooMany { retry_after } => {
                let seconds = retry_after.as_secs();
                return Self::new(Code::TooManyAttempts, error.to_string()).retry_after(seconds);
            }
            DeskError::Database(_)
            | DeskError::NewerSchema { .. }
            | DeskError::Damaged(_)
            | DeskError::File { .. } => return Self::internal(&error),
        };
        Self::new(code, error.to_string())
    }
}

impl From<FactsError> for ApiError {
    fn from(error: FactsError) -> Self {
        match error {
            FactsError::Query(text) => {
                Self::new(Code::Invalid, plain_words::of_query_engine(&text))
            }
            FactsError::Limit(text) => Self::new(Code::TooCostly, text),
            other => Self::internal(&other),
        }
    }
}

impl From<QuestionError> for ApiError {
    fn from(error: QuestionError) -> Self {
        match error {
            QuestionError::Desk(error) => error.into(),
            QuestionError::Facts(error) => error.into(),
            QuestionError::NoImport(_) => Self::new(Code::NotFound, error.to_string()),
            QuestionError::Busy => Self::new(Code::Busy, error.to_string()).retry_after(5),
            QuestionError::Slow(_) => Self::new(Code::TooCostly, error.to_string()),
        }
    }
}

impl From<IntakeError> for ApiError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Desk(error) => error.into(),
            IntakeError::Facts(error) => error.into(),
            IntakeError::Refused(text) => Self::new(Code::Conflict, text),
            IntakeError::NotFound(text) => Self::new(Code::NotFound, text),
            IntakeError::File { .. } | IntakeError::Damaged(_) | IntakeError::Stopped(_) => {
                Self::internal(&error)
            }
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Desk(error) => error.into(),
            Error::Facts(error) => error.into(),
            Error::Intake(error) => error.into(),
            Error::Question(error) => error.into(),
            Error::Ask(error) => error.into(),
            Error::Usage(text) => Self::new(Code::Invalid, text),
            Error::Told(text) => {
                let says = Some(Box::new(TextDto::from(&text)));
                Self { says, ..Self::new(Code::Invalid, text.en) }
            }
            Error::Records(fields) => {
                let text = records_text(&fields);
                let wrong = Self::new(Code::InvalidRecords, text.en.clone()).says(&text);
                Self { fields: fields.into_boxed_slice(), ..wrong }
            }
            Error::NoHome(_) | Error::Config { .. } | Error::Io { .. } | Error::Knowledge(_) => {
                Self::internal(&error)
            }
        }
    }
}

impl From<AskError> for ApiError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Facts(error) => error.into(),
            AskError::Question { code, ref hint, .. } => {
                let problem = Problem::error(code).hint(hint.clone());
                Self::new(Code::Invalid, error.to_string()).with_problems(vec![problem])
            }
        }
    }
}
