//! Why a command or the server could not go on.

use std::{io, path::PathBuf};

use argosy_chapter::kind::FieldProblem;
use argosy_kernel::{Diagnostic, MoneyError, Text};

/// An operation of the binary that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "there is no Argosy home at {0}; make one with `argosy init`, or name another with --home"
    )]
    NoHome(PathBuf),
    #[error("{file}: {message}", file = file.display())]
    Config { file: PathBuf, message: String },
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{} knowledge file(s) are wrong; `argosy check` shows where", .0.len())]
    Knowledge(Vec<Diagnostic>),
    #[error(transparent)]
    Desk(#[from] argosy_desk::DeskError),
    #[error(transparent)]
    Facts(#[from] argosy_facts::FactsError),
    #[error(transparent)]
    Intake(#[from] argosy_intake::IntakeError),
    #[error(transparent)]
    Ask(#[from] argosy_metrics::AskError),
    #[error(transparent)]
    Question(#[from] crate::analytics::QuestionError),
    /// What was asked for makes no sense as it stands; the sentence says what to do.
    #[error("{0}")]
    Usage(String),
    /// The same, in both languages: what people meet often.
    #[error("{}", .0.en)]
    Told(Text),
    /// Records or forms that cannot be taken so, field by field.
    #[error("{}", records_text(.0).en)]
    Records(Vec<FieldProblem>),
}

/// What is wrong with records, in one sentence: the first problem, and how many more there are.
pub(crate) fn records_text(problems: &[FieldProblem]) -> Text {
    let Some(first) = problems.first() else {
        return Text { en: "the record is wrong".to_owned(), zh_cn: "记录有误".to_owned() };
    };
    // The sentence names the field itself.
    let place = first
        .row
        .map_or_else(Default::default, |row| (format!("row {row}: "), format!("第 {row} 行：")));
    let more = match problems.len() - 1 {
        0 => (String::new(), String::new()),
        more => (format!(" (and {more} more)"), format!("（另有 {more} 处）")),
    };
    Text {
        en: format!("{}{}{}", place.0, first.says.en, more.0),
        zh_cn: format!("{}{}{}", place.1, first.says.zh_cn, more.1),
    }
}

impl Error {
    /// What makes no sense as it stands, and what to do about it, in both languages.
    pub fn told(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::Told(Text { en: en.into(), zh_cn: zh.into() })
    }

    /// What happened, in the language of the reader where there are words for it.
    pub fn sentence(&self, lang: crate::lang::Lang) -> String {
        use argosy_desk::DeskError;

        use crate::analytics::QuestionError;
        let zh = match self {
            Self::NoHome(path) => format!(
                "{} 没有 Argosy 数据目录；请用 `argosy init` 新建，或用 --home 指定",
                path.display()
            ),
            Self::Knowledge(wrong) => {
                format!("{} 个知识文件有错；用 `argosy check` 查看位置", wrong.len())
            }
            Self::Io { path, source } => format!("{}：{source}", path.display()),
            Self::Config { file, message } => format!("设置文件 {}：{message}", file.display()),
            Self::Question(QuestionError::Busy) => "同时提问过多，请稍后再试".to_owned(),
            Self::Question(QuestionError::Slow(seconds)) => {
                format!("查询超过 {seconds} 秒；请缩短日期范围或减少行数")
            }
            Self::Question(QuestionError::NoImport(import)) => {
                format!("没有编号为 {import} 的导入；用 `argosy imports` 查看列表")
            }
            Self::Told(text) => text.zh_cn.clone(),
            Self::Records(problems) => records_text(problems).zh_cn,
            Self::Desk(DeskError::Clash(text) | DeskError::Wrong(text)) => text.zh_cn.clone(),
            Self::Desk(DeskError::WrongSignIn) => "登录名或密码错误".to_owned(),
            Self::Desk(DeskError::NotFound { .. }) => format!("找不到：{self}"),
            other => other.to_string(),
        };
        lang.pick(&self.to_string(), &zh).to_owned()
    }
}

impl From<MoneyError> for Error {
    fn from(error: MoneyError) -> Self {
        match &error {
            MoneyError::UnknownCurrency(code) => {
                let zh = format!("`{code}` 不是 ISO 4217 货币代码；请用三个字母，如 EUR、USD、CNY");
                Self::told(error.to_string(), zh)
            }
            _ => Self::Usage(error.to_string()),
        }
    }
}
