//! What can go wrong at the desk; each variant is something the caller can do differently.

use std::{path::PathBuf, time::Duration};

use argosy_kernel::Text;

pub type Result<T, E = DeskError> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The database is away, full or locked for too long. Nothing was written.
    #[error("the desk's database did not do as asked, nothing was written: {0}")]
    Database(#[from] sea_orm::DbErr),

    /// A newer Argosy has already changed the tables.
    #[error(
        "this desk has schema {found}, this Argosy knows schemas up to {known}; start the newer \
         Argosy that wrote it, or restore the backup made before the upgrade"
    )]
    NewerSchema { found: i64, known: i64 },

    /// Somebody else was faster. Reading again and repeating is right.
    #[error("{0}")]
    Conflict(String),

    /// The input cannot be taken as it is; the text says what to change.
    #[error("{0}")]
    Refused(String),

    /// As [`DeskError::Conflict`], told in both languages.
    #[error("{}", .0.en)]
    Clash(Text),

    /// As [`DeskError::Refused`], told in both languages.
    #[error("{}", .0.en)]
    Wrong(Text),

    #[error("there is no {what} `{id}`; look at the list, it may have been removed")]
    NotFound { what: &'static str, id: String },

    /// The same for an unknown login, a wrong password and a disabled user.
    #[error("login or password is wrong")]
    WrongSignIn,

    #[error("too many wrong sign-ins; wait {} minutes and try again", .retry_after.as_secs().div_ceil(60))]
    TooMany { retry_after: Duration },

    /// Stored data is not what was written: bit rot, a foreign hand, or the wrong key.
    #[error("{0}")]
    Damaged(String),

    #[error("{}: {source}", .path.display())]
    File { path: PathBuf, source: std::io::Error },
}

impl DeskError {
    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }

    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::Refused(text.into())
    }

    pub(crate) fn clash(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::Clash(Text { en: en.into(), zh_cn: zh.into() })
    }

    pub(crate) fn wrong(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::Wrong(Text { en: en.into(), zh_cn: zh.into() })
    }
}
