//! Questions to the facts: sessions kept open per commit, a few questions at a time, none for ever.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use argosy_desk::{Desk, DeskError};
use argosy_facts::{FactStore, FactsError, Session};
use argosy_metrics::{
    Engine, Scope,
    health::{self, ToldDays},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::Error;

/// Idle sessions kept: those of the newest commit, and a few older ones people look back at.
const IDLE_MAX: usize = 8;

/// Why a question has no answer, beside what the question itself says.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Facts(#[from] FactsError),
    #[error("there is no import {0}; the page Data and `argosy imports` list them")]
    NoImport(i64),
    #[error("too many questions at once; try again in a moment")]
    Busy,
    #[error("the question took longer than {0} s; ask for fewer days or rows")]
    Slow(u64),
}

/// The way to the facts for people's questions.
pub struct Analytics {
    facts: FactStore,
    desk: Desk,
    /// Sessions nobody uses at the moment, the last used first. A session serves one question at a
    /// time, because questions register rates and pairings in it.
    idle: Mutex<VecDeque<(i64, Session)>>,
    permits: Semaphore,
    patience: Duration,
    /// What there is to ask about.
    scope: PerCommit<Scope>,
    /// Which days the files tell.
    days: PerCommit<ToldDays>,
}

impl Analytics {
    pub fn new(facts: FactStore, desk: Desk, at_once: usize, patience: Duration) -> Self {
        Self {
            facts,
            desk,
            idle: Mutex::default(),
            permits: Semaphore::new(at_once.max(1)),
            patience,
            scope: PerCommit::default(),
            days: PerCommit::default(),
        }
    }

    /// The commit that `as_of` means: itself, or the newest one.
    ///
    /// # Errors
    /// [`QuestionError::NoImport`], and when the desk cannot be read.
    pub async fn commit(&self, as_of: Option<i64>) -> Result<i64, QuestionError> {
        match as_of {
            // 0 is before the first import.
            Some(0) => Ok(0),
            Some(commit) if self.desk.has_commit(commit).await? => Ok(commit),
            Some(commit) => Err(QuestionError::NoImport(commit)),
            None => Ok(self.desk.latest_commit().await?),
        }
    }

    /// Runs a question over the facts now, or as import `as_of` left them, when it is its turn, and
    /// stops it when it takes too long.
    ///
    /// # Errors
    /// [`QuestionError::Busy`], [`QuestionError::Slow`], and whatever the question itself says.
    pub async fn question<T>(
        &self,
        as_of: Option<i64>,
        question: impl AsyncFnOnce(&Session) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let lease = self.lease(as_of).await?;
        let answer = self.within(question(lease.session())).await?;
        lease.give_back();
        answer
    }

    /// A session of its own for one piece of work, when it is its turn.
    ///
    /// # Errors
    /// [`QuestionError::Busy`], and as [`Analytics::commit`].
    pub(crate) async fn lease(&self, as_of: Option<i64>) -> Result<Lease<'_>, QuestionError> {
        let turn = tokio::time::timeout(self.patience, self.permits.acquire()).await;
        let Ok(Ok(turn)) = turn else { return Err(QuestionError::Busy) };
        let commit = self.commit(as_of).await?;
        let session = self.session(commit).await?;
        Ok(Lease { analytics: self, commit, session, _turn: turn })
    }

    /// What `work` gives, unless it takes longer than people wait.
    ///
    /// # Errors
    /// [`QuestionError::Slow`].
    pub(crate) async fn within<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, QuestionError> {
        let slow = |_| QuestionError::Slow(self.patience.as_secs());
        tokio::time::timeout(self.patience, work).await.map_err(slow)
    }

    /// A session over the files of a commit; they never change, so it may be used again.
    async fn session(&self, commit: i64) -> Result<Session, QuestionError> {
        {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let at = idle.iter().position(|(of, _)| *of == commit);
            if let Some((_, session)) = at.and_then(|at| idle.remove(at)) {
                return Ok(session);
            }
        }
        let files = self.desk.current_files(Some(commit)).await?;
        Ok(self.facts.session(&files)?)
    }

    fn give_back(&self, commit: i64, session: Session) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push_front((commit, session));
        idle.truncate(IDLE_MAX);
    }

    /// What there is to ask about, worked out once per commit.
    ///
    /// # Errors
    /// As [`Analytics::question`].
    pub async fn scope(&self, engine: &Engine, as_of: Option<i64>) -> Result<Arc<Scope>, Error> {
        let work = async |session: &Session| Ok(engine.scope(session).await?);
        self.once(&self.scope, as_of, work).await
    }

    /// Which days the files tell, read once per commit.
    ///
    /// # Errors
    /// As [`Analytics::question`].
    pub async fn told_days(&self) -> Result<Arc<ToldDays>, Error> {
        let work = async |session: &Session| Ok(health::told_days(session).await?);
        self.once(&self.days, None, work).await
    }

    async fn once<T>(
        &self,
        kept: &PerCommit<T>,
        as_of: Option<i64>,
        work: impl AsyncFnOnce(&Session) -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        let commit = self.commit(as_of).await?;
        if let Some(known) = kept.of(commit) {
            return Ok(known);
        }
        let fresh = Arc::new(self.question(Some(commit), work).await?);
        kept.keep(commit, fresh.clone());
        Ok(fresh)
    }
}

/// A session that nobody else uses meanwhile. Dropped, its session is dropped with whatever is still
/// going on in it; [`Lease::give_back`] keeps it for the next question.
pub(crate) struct Lease<'a> {
    analytics: &'a Analytics,
    commit: i64,
    session: Session,
    _turn: SemaphorePermit<'a>,
}

impl Lease<'_> {
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    pub(crate) fn give_back(self) {
        self.analytics.give_back(self.commit, self.session);
    }
}

/// Something worked out for one commit, whose facts never change.
struct PerCommit<T>(Mutex<Option<(i64, Arc<T>)>>);

impl<T> Default for PerCommit<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> PerCommit<T> {
    fn of(&self, commit: i64) -> Option<Arc<T>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(of, _)| *of == commit).map(|(_, known)| known.clone())
    }

    fn keep(&self, commit: i64, fresh: Arc<T>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((commit, fresh));
    }
}
