//! Which workers are there.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use datafusion_distributed::GetWorkerInfoRequest;
use futures::future::join_all;
use url::Url;

use super::channels::Channels;

/// A worker that is there is asked again after this, before the next question.
const TRUSTED_FOR: Duration = Duration::from_secs(5);
/// One that is not, after this: asking in vain costs the question up to [`PATIENCE`].
const MISSED_FOR: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(2);

/// Whom to ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Those not asked for a while.
    Due,
    All,
}

/// All workers that are configured, and whether they answered.
#[derive(Debug)]
pub(super) struct Members {
    list: Mutex<Vec<Member>>,
    /// What a worker must answer.
    version: String,
    /// Questions that come together ask once.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug)]
struct Member {
    url: Url,
    present: bool,
    asked: Option<Instant>,
}

impl Member {
    fn is_due(&self) -> bool {
        let trusted = if self.present { TRUSTED_FOR } else { MISSED_FOR };
        self.asked.is_none_or(|asked| asked.elapsed() >= trusted)
    }
}

impl Members {
    pub(super) fn new(urls: Vec<Url>, version: String) -> Self {
        let member = |url| Member { url, present: false, asked: None };
        Self {
            list: Mutex::new(urls.into_iter().map(member).collect()),
            version,
            asking: tokio::sync::Mutex::default(),
        }
    }

    fn list(&self) -> MutexGuard<'_, Vec<Member>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn present(&self) -> Vec<Url> {
        let list = self.list();
        list.iter().filter(|member| member.present).map(|member| member.url.clone()).collect()
    }

    /// Asks workers whether they are there; gives how many went.
    pub(super) async fn check(&self, channels: &Channels, which: Which) -> usize {
        let due = || -> Vec<Url> {
            let list = self.list();
            let due = list.iter().filter(|member| which == Which::All || member.is_due());
            due.map(|member| member.url.clone()).collect()
        };
        if due().is_empty() {
            return 0;
        }
        let _asking = self.asking.lock().await;
        let asked = due();
        let answers = join_all(asked.iter().map(|url| self.ask(channels, url))).await;
        let mut gone = 0;
        for (url, answer) in asked.iter().zip(answers) {
            gone += usize::from(self.note(url, answer));
        }
        gone
    }

    async fn ask(&self, channels: &Channels, url: &Url) -> Result<(), String> {
        let work = async {
            let mut worker = channels.worker(url).map_err(|error| error.to_string())?;
            let info = worker.get_worker_info(GetWorkerInfoRequest {}).await;
            let info = info.map_err(|error| error.to_string())?;
            if info.version == self.version {
                return Ok(());
            }
            Err(format!("it is `{}`, this server is `{}`", info.version, self.version))
        };
        let late = |_| Err(format!("no answer within {} s", PATIENCE.as_secs()));
        tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(late)
    }

    /// Writes down whether a worker answered; says whether it went.
    fn note(&self, url: &Url, answer: Result<(), String>) -> bool {
        let mut list = self.list();
        let Some(member) = list.iter_mut().find(|member| member.url == *url) else { return false };
        let (first, was) = (member.asked.is_none(), member.present);
        member.asked = Some(Instant::now());
        member.present = answer.is_ok();
        match answer {
            Ok(()) if !was => tracing::info!(worker = %url, "a worker helps"),
            Err(error) if was || first => tracing::warn!(worker = %url, error, "a worker is gone"),
            _ => {}
        }
        was && !member.present
    }
}
