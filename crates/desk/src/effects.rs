//! Effects: declared before anybody looks, measured when their window is complete, looked at between.

use std::collections::HashMap;

use argosy_kernel::Day;
use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Change, Desk, DeskError, NewChange, Result, Task, TaskChange, TaskState,
    database::Write,
    rows::{change, effect, effect_look},
    tasks,
    values::{day, instant, json as read_json, to_json, unsigned},
};

/// Days a window may have.
const WINDOW_DAYS_MAX: u32 = 400;
/// With fewer days before or after nothing can be told.
const WINDOW_DAYS_MIN: u32 = 7;

/// Whether an effect can be told yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    Waiting,
    Measured,
}

impl EffectState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Measured => "measured",
        }
    }
}

/// How the effect of a change will be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEffect {
    pub metric: String,
    /// Days before the change, after it, and left out in between.
    pub before: u32,
    pub after: u32,
    pub wait: u32,
    /// Seller SKUs to compare with; `None` lets the data choose.
    pub controls: Option<Vec<String>>,
    pub task: Option<i64>,
    pub play: Option<String>,
    pub rule: Option<String>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Effect {
    pub id: i64,
    pub change: Change,
    pub task: Option<i64>,
    pub play: Option<String>,
    pub rule: Option<String>,
    pub metric: String,
    pub before: u32,
    pub after: u32,
    pub wait: u32,
    pub controls: Option<Vec<String>>,
    /// The first day on which its window is complete.
    pub ready_on: Day,
    pub declared: DateTime<Utc>,
    pub declared_by: String,
    pub state: EffectState,
    pub verdict: Option<String>,
    pub measured: Option<DateTime<Utc>>,
    pub looked_on: Option<Day>,
    /// The measurement.
    pub body: Option<Value>,
}

/// A look before the window is complete; decimals as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EffectLook {
    pub day: Day,
    pub estimate: String,
    pub low: String,
    pub high: String,
}

/// What a measurement says.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    pub day: Day,
    /// `None` while its window is not complete: the effect goes on waiting.
    pub verdict: Option<String>,
    pub body: Value,
    /// What was seen before the window is complete.
    pub look: Option<EffectLook>,
}

impl Desk {
    /// Effects, the newest first, or those before effect `before`.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn effects(
        &self,
        state: Option<EffectState>,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<Effect>> {
        let mut query = effect::Entity::find().order_by_desc(effect::Column::Id).limit(limit);
        if let Some(state) = state {
            query = query.filter(effect::Column::State.eq(state.name()));
        }
        if let Some(before) = before {
            query = query.filter(effect::Column::Id.lt(before));
        }
        self.with_changes(query.all(&self.db).await?).await
    }

    /// The effects of these changes.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn effects_of_changes(&self, changes: &[i64]) -> Result<Vec<Effect>> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let rows = effect::Entity::find()
            .filter(effect::Column::ChangeId.is_in(changes.iter().copied()))
            .order_by_desc(effect::Column::Id)
            .all(&self.db)
            .await?;
        self.with_changes(rows).await
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn effect(&self, id: i64) -> Result<Effect> {
        let row = effect::Entity::find_by_id(id).one(&self.db).await?;
        let row = row.ok_or_else(|| DeskError::not_found("effect", id))?;
        let found = self.with_changes(vec![row]).await?.pop();
        found.ok_or_else(|| DeskError::not_found("effect", id))
    }

    /// The looks at an effect, the first one first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn effect_looks(&self, id: i64) -> Result<Vec<EffectLook>> {
        let rows = effect_look::Entity::find()
            .filter(effect_look::Column::EffectId.eq(id))
            .order_by_asc(effect_look::Column::Day)
            .all(&self.db)
            .await?;
        let told = |row: effect_look::Model| {
            Ok(EffectLook {
                day: day(&row.day)?,
                estimate: row.estimate,
                low: row.low,
                high: row.high,
            })
        };
        rows.into_iter().map(told).collect()
    }

    /// Declares how the effect of a change will be told.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] for windows too short or too long, [`DeskError::Clash`] when the change
    /// has an effect declared, [`DeskError::NotFound`].
    pub async fn declare_effect(&self, change: i64, new: &NewEffect, who: &str) -> Result<Effect> {
        let mut write = self.write().await?;
        let row = change::Entity::find_by_id(change).one(&write.tx).await?;
        let row = row.ok_or_else(|| DeskError::not_found("change", change))?;
        let of = crate::changes::from_row(row)?;
        let id = write.insert_effect(&of, new, who).await?;
        write.commit().await?;
        self.effect(id).await
    }

    /// Ends a task; what was changed by it and how the effect will be told come with it or not at all.
    ///
    /// # Errors
    /// As [`Desk::change_task`], [`Desk::record_change`] and [`Desk::declare_effect`].
    pub async fn finish_task(
        &self,
        id: i64,
        seen: Option<i64>,
        record: Option<(&NewChange, Option<&NewEffect>)>,
        who: &str,
    ) -> Result<(Task, Option<Change>, Option<i64>)> {
        let mut write = self.write().await?;
        let done = TaskChange { state: Some(TaskState::Done), seen, ..TaskChange::default() };
        write.apply_task(id, &done, who).await?;
        let mut made = (None, None);
        if let Some((new, effect)) = record {
            let new =
                NewChange { task: Some(id), source: crate::ChangeSource::Task, ..new.clone() };
            let change = write.insert_change(&new, who).await?;
            if let Some(effect) = effect {
                let effect = NewEffect { task: Some(id), ..effect.clone() };
                made.1 = Some(write.insert_effect(&change, &effect, who).await?);
            }
            made.0 = Some(change);
        }
        let task = tasks::read(&write.tx, id).await?;
        write.commit().await?;
        Ok((task, made.0, made.1))
    }

    /// Keeps what a measurement or a look says.
    ///
    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn save_measurement(&self, id: i64, told: &Measured, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let ended = told.verdict.is_some();
        let state = if ended { EffectState::Measured } else { EffectState::Waiting };
        let measured_us = ended.then(|| write.now_us());
        let changed = effect::Entity::update_many()
            .col_expr(effect::Column::State, Expr::value(state.name()))
            .col_expr(effect::Column::Verdict, Expr::value(told.verdict.clone()))
            .col_expr(effect::Column::MeasuredUs, Expr::value(measured_us))
            .col_expr(effect::Column::LookedOn, Expr::value(told.day.to_string()))
            .col_expr(effect::Column::Body, Expr::value(told.body.to_string()))
            .filter(effect::Column::Id.eq(id))
            .exec(&write.tx)
            .await?;
        if changed.rows_affected == 0 {
            return Err(DeskError::not_found("effect", id));
        }
        if let Some(look) = &told.look {
            let row = effect_look::ActiveModel {
                effect_id: Set(id),
                day: Set(look.day.to_string()),
                estimate: Set(look.estimate.clone()),
                low: Set(look.low.clone()),
                high: Set(look.high.clone()),
            };
            // What was seen on a day stays: a look is not taken twice.
            let known =
                OnConflict::columns([effect_look::Column::EffectId, effect_look::Column::Day])
                    .do_nothing()
                    .to_owned();
            effect_look::Entity::insert(row)
                .on_conflict(known)
                .exec_without_returning(&write.tx)
                .await?;
        }
        let detail = json!({ "verdict": told.verdict, "day": told.day, "state": state });
        write.audit(who, "effect_measured", &format!("effect:{id}"), detail).await?;
        write.commit().await
    }

    async fn with_changes(&self, rows: Vec<effect::Model>) -> Result<Vec<Effect>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids = rows.iter().map(|row| row.change_id);
        let found =
            change::Entity::find().filter(change::Column::Id.is_in(ids)).all(&self.db).await?;
        let mut changes = HashMap::new();
        for row in found {
            changes.insert(row.id, crate::changes::from_row(row)?);
        }
        rows.into_iter().map(|row| from_row(row, &changes)).collect()
    }
}

impl Write {
    pub(crate) async fn insert_effect(
        &mut self,
        of: &Change,
        new: &NewEffect,
        who: &str,
    ) -> Result<i64> {
        for (days, what, zh) in [(new.before, "before", "之前"), (new.after, "after", "之后")] {
            if !(WINDOW_DAYS_MIN..=WINDOW_DAYS_MAX).contains(&days) {
                return Err(DeskError::wrong(
                    format!(
                        "{days} days {what} the change tell nothing; choose {WINDOW_DAYS_MIN} to \
                         {WINDOW_DAYS_MAX}"
                    ),
                    format!(
                        "变更{zh} {days} 天无法判断效果；请选择 {WINDOW_DAYS_MIN} 到 {WINDOW_DAYS_MAX} 天"
                    ),
                ));
            }
        }
        if new.wait > WINDOW_DAYS_MAX {
            return Err(DeskError::wrong(
                "the days left out after the change are too many",
                "变更后的等待天数过长",
            ));
        }
        let declared = effect::Entity::find()
            .filter(effect::Column::ChangeId.eq(of.id))
            .filter(effect::Column::Metric.eq(new.metric.as_str()))
            .one(&self.tx)
            .await?;
        if let Some(declared) = declared {
            // A second declaration after looking would be a choice among results.
            return Err(DeskError::clash(
                format!("its effect on {} is declared already (#{})", new.metric, declared.id),
                format!("已声明其对 {} 的效果（#{}）", new.metric, declared.id),
            ));
        }
        let ready = of.day + Duration::days(i64::from(new.wait) + i64::from(new.after));
        let row = effect::ActiveModel {
            id: NotSet,
            change_id: Set(of.id),
            task_id: Set(new.task),
            play: Set(new.play.clone()),
            rule: Set(new.rule.clone()),
            metric: Set(new.metric.clone()),
            before_days: Set(i64::from(new.before)),
            after_days: Set(i64::from(new.after)),
            wait_days: Set(i64::from(new.wait)),
            controls: Set(new.controls.as_ref().map(to_json)),
            ready_on: Set(ready.to_string()),
            declared_us: Set(self.now_us()),
            declared_by: Set(who.to_owned()),
            state: Set(EffectState::Waiting.name().to_owned()),
            verdict: Set(None),
            measured_us: Set(None),
            looked_on: Set(None),
            body: Set(None),
        };
        let id = effect::Entity::insert(row).exec(&self.tx).await?.last_insert_id;
        let detail = json!({
            "change": of.id, "metric": new.metric, "before": new.before, "after": new.after,
        });
        self.audit(who, "effect_declared", &format!("effect:{id}"), detail).await?;
        Ok(id)
    }
}

fn from_row(row: effect::Model, changes: &HashMap<i64, Change>) -> Result<Effect> {
    let change = changes.get(&row.change_id).cloned().ok_or_else(|| {
        DeskError::Damaged(format!("effect {} is of a change that is missing", row.id))
    })?;
    let days = |count: i64| u32::try_from(unsigned(count)).unwrap_or(WINDOW_DAYS_MAX);
    Ok(Effect {
        id: row.id,
        change,
        task: row.task_id,
        play: row.play,
        rule: row.rule,
        metric: row.metric,
        before: days(row.before_days),
        after: days(row.after_days),
        wait: days(row.wait_days),
        controls: row.controls.as_deref().map(read_json).transpose()?,
        ready_on: day(&row.ready_on)?,
        declared: instant(row.declared_us)?,
        declared_by: row.declared_by,
        state: match row.state.as_str() {
            "measured" => EffectState::Measured,
            _ => EffectState::Waiting,
        },
        verdict: row.verdict,
        measured: row.measured_us.map(instant).transpose()?,
        looked_on: row.looked_on.as_deref().map(day).transpose()?,
        body: row.body.as_deref().map(read_json).transpose()?,
    })
}
