//! What people decide about findings: accept, snooze, dismiss, take up again.
//!
//! Of two people who decide at once one is first; the other hears who that was.

use argosy_kernel::Day;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, DatabaseTransaction, EntityTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Finding, FindingState, NewTask, Result, Task,
    database::Write,
    findings::{from_row, state},
    rows::{finding, finding_history, user},
    values::long_text,
};

/// How far ahead a finding may be put off.
const SNOOZE_DAYS_MAX: i64 = 366;

/// Why a finding is not worked on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DismissReason {
    /// A false alarm.
    NotTrue,
    Known,
    NotWorth,
    /// The facts are wrong, not the business.
    WrongData,
    Other,
}

impl DismissReason {
    pub fn name(self) -> &'static str {
        match self {
            Self::NotTrue => "not_true",
            Self::Known => "known",
            Self::NotWorth => "not_worth",
            Self::WrongData => "wrong_data",
            Self::Other => "other",
        }
    }
}

/// What somebody decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    Snooze {
        until: Day,
    },
    Dismiss {
        reason: DismissReason,
        note: Option<String>,
    },
    /// Back to the queue; an open task of it is dropped.
    Reopen,
}

impl Desk {
    /// Makes a task of a finding. `seen` is the revision the person looked at, when known.
    ///
    /// # Errors
    /// [`DeskError::Clash`] when somebody was faster, and says who; [`DeskError::Wrong`] for a task
    /// that cannot be; [`DeskError::NotFound`].
    pub async fn accept_finding(
        &self,
        id: &str,
        seen: Option<i64>,
        task: &NewTask,
        who: &str,
    ) -> Result<Task> {
        let mut write = self.write().await?;
        let before = write.finding_to_decide(id, seen).await?;
        if !matches!(before.state(), Ok(FindingState::New | FindingState::Snoozed)) {
            return Err(before.not_open(&write.tx).await?);
        }
        let made = write.insert_task(task, Some(id), who).await?;
        let mut row = before.row.clone();
        row.task_id = Some(made.id);
        write.decide(row, FindingState::Accepted, who).await?;
        let detail = json!({ "task": made.id, "owner": made.owner, "due": made.due });
        write.audit(who, "finding_accepted", &format!("finding:{id}"), detail).await?;
        write.commit().await?;
        Ok(made)
    }

    /// Carries out a decision and tells the finding as it is now.
    ///
    /// # Errors
    /// As [`Desk::accept_finding`].
    pub async fn decide_finding(
        &self,
        id: &str,
        seen: Option<i64>,
        decision: &Decision,
        who: &str,
    ) -> Result<Finding> {
        let mut write = self.write().await?;
        let before = write.finding_to_decide(id, seen).await?;
        let mut row = before.row.clone();
        row.snoozed_until = None;
        row.reason = None;
        row.note = None;
        let was = before.state()?;
        let (next, action, detail) = match decision {
            Decision::Snooze { until } => {
                refuse_snooze(*until, write.now.date_naive())?;
                if !matches!(was, FindingState::New | FindingState::Snoozed) {
                    return Err(before.not_open(&write.tx).await?);
                }
                row.snoozed_until = Some(until.to_string());
                (FindingState::Snoozed, "finding_snoozed", json!({ "until": until }))
            }
            Decision::Dismiss { reason, note } => {
                let note = long_text(("the note", "备注"), note.as_deref())?;
                if *reason == DismissReason::Other && note.is_none() {
                    return Err(DeskError::wrong(
                        "say in the note why, when none of the reasons fits",
                        "没有合适的理由时，请在备注中说明原因",
                    ));
                }
                if !matches!(was, FindingState::New | FindingState::Snoozed) {
                    return Err(before.not_open(&write.tx).await?);
                }
                row.reason = Some(reason.name().to_owned());
                row.note = note;
                (FindingState::Dismissed, "finding_dismissed", json!({ "reason": reason }))
            }
            Decision::Reopen => {
                if was == FindingState::New {
                    return Err(DeskError::clash(
                        "this finding is open already",
                        "该发现已是待处理状态",
                    ));
                }
                if let Some(task) = row.task_id.filter(|_| was == FindingState::Accepted) {
                    write.drop_open_task(task, who).await?;
                }
                row.task_id = None;
                (FindingState::New, "finding_reopened", json!({ "was": was }))
            }
        };
        let after = write.decide(row, next, who).await?;
        write.audit(who, action, &format!("finding:{id}"), detail).await?;
        write.commit().await?;
        from_row(after)
    }

    /// Proposes a finding to somebody.
    ///
    /// # Errors
    /// [`DeskError::NotFound`], [`DeskError::Wrong`] for an unknown login.
    pub async fn assign_finding(&self, id: &str, login: &str, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let mut row = write.finding_to_decide(id, None).await?.row;
        row.owner = Some(known_login(&write.tx, login).await?);
        row.revision += 1;
        let changed = finding::ActiveModel::from(row).reset_all();
        finding::Entity::update(changed).exec_without_returning(&write.tx).await?;
        let detail = json!({ "owner": login });
        write.audit(who, "finding_assigned", &format!("finding:{id}"), detail).await?;
        write.commit().await
    }
}

/// A finding somebody is about to decide on.
struct Candidate {
    row: finding::Model,
}

impl Candidate {
    fn state(&self) -> Result<FindingState> {
        state(&self.row.state)
    }

    /// Why it cannot be decided on any more, and whose decision stands.
    async fn not_open(&self, tx: &DatabaseTransaction) -> Result<DeskError> {
        let by = match &self.row.decided_by {
            Some(who) => login_of(tx, who).await?,
            None => "Argosy".to_owned(),
        };
        let task = self.row.task_id.map_or_else(String::new, |task| format!(" (#{task})"));
        Ok(match self.state()? {
            FindingState::Accepted => DeskError::clash(
                format!("{by} has accepted this finding already{task}"),
                format!("{by} 已接受该发现{task}"),
            ),
            FindingState::Dismissed => DeskError::clash(
                format!("{by} has dismissed this finding; reopen it first"),
                format!("{by} 已忽略该发现，请先重新打开"),
            ),
            _ => DeskError::clash(
                "this finding has resolved by itself; reopen it first if it matters still",
                "该发现已自行消失；如仍需处理，请先重新打开",
            ),
        })
    }
}

impl Write {
    async fn finding_to_decide(&self, id: &str, seen: Option<i64>) -> Result<Candidate> {
        let row = finding::Entity::find_by_id(id).one(&self.tx).await?;
        let candidate = Candidate { row: row.ok_or_else(|| DeskError::not_found("finding", id))? };
        let open = matches!(candidate.state()?, FindingState::New | FindingState::Snoozed);
        if open && seen.is_some_and(|seen| seen != candidate.row.revision) {
            let by = match &candidate.row.decided_by {
                Some(who) => login_of(&self.tx, who).await?,
                None => "Argosy".to_owned(),
            };
            return Err(DeskError::clash(
                format!("{by} has changed this finding meanwhile; look at it again"),
                format!("{by} 刚刚修改了该发现，请重新查看"),
            ));
        }
        Ok(candidate)
    }

    async fn decide(
        &self,
        mut row: finding::Model,
        next: FindingState,
        who: &str,
    ) -> Result<finding::Model> {
        next.name().clone_into(&mut row.state);
        row.decided_by = Some(who.to_owned());
        row.decided_us = Some(self.now_us());
        row.decided_monthly = Some(row.monthly);
        row.revision += 1;
        let changed = finding::ActiveModel::from(row.clone()).reset_all();
        finding::Entity::update(changed).exec_without_returning(&self.tx).await?;
        let history = finding_history::ActiveModel {
            finding_id: Set(row.id.clone()),
            day: Set(self.now.date_naive().max(crate::values::day(&row.last_day)?).to_string()),
            monthly: Set(row.monthly),
            state: Set(next.name().to_owned()),
        };
        self.put_history(vec![history]).await?;
        Ok(row)
    }
}

fn refuse_snooze(until: Day, today: Day) -> Result<()> {
    let days = (until - today).num_days();
    if days <= 0 {
        return Err(DeskError::wrong(
            format!("{until} is not in the future; choose a later day"),
            format!("{until} 不是将来的日期，请选择更晚的日期"),
        ));
    }
    if days > SNOOZE_DAYS_MAX {
        return Err(DeskError::wrong(
            format!("{until} is more than a year ahead; dismiss it instead"),
            format!("{until} 超过一年之后；请改为忽略"),
        ));
    }
    Ok(())
}

/// The login behind the id that records are signed with.
pub(crate) async fn login_of(tx: &DatabaseTransaction, who: &str) -> Result<String> {
    let Ok(id) = who.parse::<i64>() else { return Ok(who.to_owned()) };
    let row = user::Entity::find_by_id(id).one(tx).await?;
    Ok(row.map_or_else(|| who.to_owned(), |row| row.login))
}

/// A login that can sign in, as it is stored.
pub(crate) async fn known_login(tx: &DatabaseTransaction, login: &str) -> Result<String> {
    let wanted = login.trim().to_lowercase();
    let users = user::Entity::find().all(tx).await?;
    let found = users.into_iter().find(|user| user.active && user.login == wanted);
    found.map(|user| user.login).ok_or_else(|| {
        DeskError::wrong(
            format!("there is nobody with the login `{wanted}` who may sign in"),
            format!("没有可登录的用户 `{wanted}`"),
        )
    })
}
