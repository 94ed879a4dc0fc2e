//! Shapes that many answers share.

use std::collections::BTreeMap;

use argosy_kernel::{Currency, Money, MoneyError, Origin, Problem, Severity, Text};
use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{download::Kind, http::error::ApiError, lang::Lang};

/// An amount in the natural unit of its currency, as a decimal text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Money)]
#[serde(deny_unknown_fields)]
pub struct MoneyDto {
    #[schema(example = "-12.34")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
}

impl From<Money> for MoneyDto {
    fn from(money: Money) -> Self {
        Self { amount: plain(money.amount), currency: money.currency.code().to_owned() }
    }
}

impl MoneyDto {
    /// The amount as a value.
    pub fn read(&self) -> Result<Money, ApiError> {
        Ok(Money::new(decimal(&self.amount)?, currency(&self.currency)?))
    }
}

/// A decimal without the zeros that storage adds, but with the cents people expect of money.
pub fn plain(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

/// An ISO 4217 code of a request.
pub fn currency(code: &str) -> Result<Currency, ApiError> {
    code.parse().map_err(|error: MoneyError| ApiError::invalid(error.to_string()))
}

/// A decimal text of a request.
pub fn decimal(text: &str) -> Result<Decimal, ApiError> {
    text.trim()
        .parse()
        .map_err(|_| ApiError::invalid(format!("`{text}` is not a decimal number such as -12.34")))
}

/// Who wrote a knowledge file.
pub fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::BuiltIn => "built_in",
        Origin::Company => "company",
    }
}

/// An instant as the API writes it.
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Text)]
pub struct TextDto {
    pub en: String,
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
}

impl From<&Text> for TextDto {
    fn from(text: &Text) -> Self {
        Self { en: text.en.clone(), zh_cn: text.zh_cn.clone() }
    }
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Severity)]
pub enum SeverityDto {
    /// Worth knowing; nothing was lost.
    Note,
    /// Loaded, but should be looked at.
    Warning,
    /// This row, cell or file was not loaded.
    Error,
}

impl From<Severity> for SeverityDto {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Note => Self::Note,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

/// One thing wrong with the input: what, where, what was expected, what to do next.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDto {
    /// Stable name of the kind of problem.
    pub code: String,
    pub severity: SeverityDto,
    pub file: String,
    /// From 1.
    pub line: Option<u64>,
    /// Name of the column in the header.
    pub column: Option<String>,
    pub found: String,
    pub expected: String,
    pub hint: String,
    /// The whole sentence, for people.
    pub message: TextDto,
}

impl ProblemDto {
    /// A problem whose sentence is the same in both languages.
    pub fn plain(problem: &Problem) -> Self {
        let sentence = problem.to_string();
        Self::with_message(problem, TextDto { en: sentence.clone(), zh_cn: sentence })
    }

    /// A problem with its sentence from the texts of the knowledge folder.
    pub fn with_message(problem: &Problem, message: TextDto) -> Self {
        Self {
            code: problem.code.clone(),
            severity: problem.severity.into(),
            file: problem.place.file.clone(),
            line: problem.place.line,
            column: problem.place.column.clone(),
            found: problem.found.clone(),
            expected: problem.expected.clone(),
            hint: problem.hint.clone(),
            message,
        }
    }
}

/// When the facts are looked at.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// The facts as they were after this import.
    pub as_of: Option<i64>,
}

/// Where the next page begins; absent on the last one.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageMeta {
    /// Give this as `cursor` to read on.
    pub next: Option<String>,
}

/// What to look at: each named dimension must have one of the values; an empty text means "none".
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(value_type = BTreeMap<String, Vec<String>>)]
#[serde(transparent)]
pub struct Filters(pub BTreeMap<String, Vec<String>>);

/// How money is looked at; what is left out is as the company has decided.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = ViewShape)]
pub struct ViewDto(pub argosy_metrics::View);

/// The shape of [`ViewDto`].
#[derive(ToSchema)]
#[schema(as = View)]
pub struct ViewShape {
    /// `as_told`, `exclusive` or `inclusive` of value added tax.
    pub vat: Option<String>,
    /// `settlement` (default) or `order`: which day money belongs to.
    pub basis: Option<String>,
    /// Whether exchange gains and losses are lines of the account.
    pub fx_results: Option<bool>,
}

/// Which period to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// As many days, ending the day before.
    Previous,
    /// The same days a year earlier.
    LastYear,
}

/// The form of a download.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Json,
    Csv,
    Xlsx,
}

/// How to send the answer.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    /// `json` (default), or `csv` / `xlsx` to download a file.
    #[serde(default)]
    #[param(inline)]
    pub format: Format,
    /// Language of the headings in a downloaded file: `en` or `zh-CN`.
    pub lang: Option<String>,
}

impl FormatQuery {
    /// The kind of file asked for; none means JSON.
    pub fn kind(&self) -> Option<Kind> {
        match self.format {
            Format::Json => None,
            Format::Csv => Some(Kind::Csv),
            Format::Xlsx => Some(Kind::Xlsx),
        }
    }

    /// Language of headings.
    pub fn language(&self) -> Lang {
        self.lang.as_deref().and_then(|lang| lang.parse().ok()).unwrap_or(Lang::En)
    }
}
