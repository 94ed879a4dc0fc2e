//! What can keep the loop from working at all. A rule that fails is no error: see `RuleRun`.

use argosy_facts::FactsError;
use argosy_kernel::Text;
use argosy_metrics::AskError;

use crate::finding::RunProblem;

/// An operation of the loop that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum LoopError {
    /// There is no such rule; the hint names the nearest.
    #[error("unknown rule `{id}`; {hint}")]
    UnknownRule { id: String, hint: String },
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Facts(#[from] FactsError),
}

/// Why one rule could not be worked out.
#[derive(Debug)]
pub(crate) enum RuleFailure {
    TooSlow { seconds: u64 },
    TooMany { fired: usize, most: usize },
    Ask(AskError),
    Facts(FactsError),
}

impl From<AskError> for RuleFailure {
    fn from(error: AskError) -> Self {
        Self::Ask(error)
    }
}

impl From<FactsError> for RuleFailure {
    fn from(error: FactsError) -> Self {
        Self::Facts(error)
    }
}

impl RuleFailure {
    /// The failure as the run shows it.
    pub(crate) fn told(&self) -> RunProblem {
        let (code, en, zh_cn) = match self {
            Self::TooSlow { seconds } => (
                "too_slow",
                format!("the rule took longer than {seconds} s; look at fewer days or rows"),
                format!("规则运行超过 {seconds} 秒；请减少天数或行数"),
            ),
            Self::TooMany { fired, most } => (
                "too_many",
                format!(
                    "the rule fires {fired} times, more than {most}: it matches nearly everything; \
                     raise its thresholds"
                ),
                format!("规则命中 {fired} 次，超过 {most} 次：几乎匹配所有对象；请提高阈值"),
            ),
            Self::Ask(AskError::Question { message, hint, .. }) => (
                "question",
                format!("the rule asks what cannot be asked: {message}; {hint}"),
                format!("规则的提问无法回答：{message}；{hint}"),
            ),
            Self::Ask(AskError::Facts(error)) | Self::Facts(error) => of_facts(error),
        };
        RunProblem { code: code.to_owned(), text: Text { en, zh_cn } }
    }
}

fn of_facts(error: &FactsError) -> (&'static str, String, String) {
    match error {
        FactsError::Limit(_) => (
            "too_slow",
            format!("the rule needs more time, rows or memory than allowed: {error}"),
            format!("规则超出允许的时间、行数或内存：{error}"),
        ),
        FactsError::Query(_) => (
            "wrong_rule",
            format!("the SQL of the rule cannot be run: {error}"),
            format!("规则的 SQL 无法运行：{error}"),
        ),
        other => (
            "facts",
            format!("the facts cannot be read: {other}"),
            format!("无法读取数据：{other}"),
        ),
    }
}
