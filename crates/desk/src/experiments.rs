//! Experiments: planned before they start, with who is in which arm when.

use argosy_kernel::Day;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::{NotSet, Set},
    EntityTrait, QueryOrder,
};
use serde_json::{Value, json};

use crate::{
    Desk, DeskError, Result,
    rows::experiment,
    values::{day, instant, json as read_json, title},
};

/// An experiment about to be planned.
#[derive(Clone, PartialEq, Debug)]
pub struct NewExperiment {
    pub title: String,
    /// `switchback`, `groups`, `geo` or `holdout`.
    pub kind: String,
    pub start: Day,
    pub end: Day,
    pub plan: Value,
    /// What it can tell, and who is in which arm when.
    pub power: Value,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Experiment {
    pub id: i64,
    pub title: String,
    pub kind: String,
    pub start: Day,
    pub end: Day,
    pub who: String,
    pub at: DateTime<Utc>,
    pub plan: Value,
    pub power: Value,
    pub result: Option<Value>,
}

impl Desk {
    /// All experiments, the newest first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn experiments(&self) -> Result<Vec<Experiment>> {
        let rows =
            experiment::Entity::find().order_by_desc(experiment::Column::Id).all(&self.db).await?;
        rows.into_iter().map(from_row).collect()
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn experiment(&self, id: i64) -> Result<Experiment> {
        let row = experiment::Entity::find_by_id(id).one(&self.db).await?;
        row.map(from_row).transpose()?.ok_or_else(|| DeskError::not_found("experiment", id))
    }

    /// Keeps a plan; from here on its arms stay as they are.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] without a title, or when it would have started already.
    pub async fn plan_experiment(&self, new: &NewExperiment, who: &str) -> Result<Experiment> {
        let title = title(("the title of the experiment", "实验标题"), &new.title)?;
        let mut write = self.write().await?;
        if new.start < write.now.date_naive() {
            return Err(DeskError::wrong(
                format!("{} has passed; an experiment is planned before it starts", new.start),
                format!("{} 已经过去；实验须在开始前计划", new.start),
            ));
        }
        let row = experiment::ActiveModel {
            id: NotSet,
            title: Set(title.clone()),
            kind: Set(new.kind.clone()),
            start_day: Set(new.start.to_string()),
            end_day: Set(new.end.to_string()),
            who: Set(who.to_owned()),
            at_us: Set(write.now_us()),
            stopped_us: Set(None),
            plan: Set(new.plan.to_string()),
            power: Set(new.power.to_string()),
            result: Set(None),
        };
        let id = experiment::Entity::insert(row).exec(&write.tx).await?.last_insert_id;
        let detail = json!({ "title": title, "kind": new.kind, "start": new.start });
        write.audit(who, "experiment_planned", &format!("experiment:{id}"), detail).await?;
        write.commit().await?;
        self.experiment(id).await
    }

    /// Keeps what an experiment has told.
    ///
    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn save_experiment_result(&self, id: i64, result: &Value, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let row = experiment::Entity::find_by_id(id).one(&write.tx).await?;
        let mut row = row.ok_or_else(|| DeskError::not_found("experiment", id))?;
        row.result = Some(result.to_string());
        let changed = experiment::ActiveModel::from(row).reset_all();
        experiment::Entity::update(changed).exec_without_returning(&write.tx).await?;
        write.audit(who, "experiment_analysed", &format!("experiment:{id}"), json!({})).await?;
        write.commit().await
    }
}

fn from_row(row: experiment::Model) -> Result<Experiment> {
    Ok(Experiment {
        id: row.id,
        title: row.title,
        kind: row.kind,
        start: day(&row.start_day)?,
        end: day(&row.end_day)?,
        who: row.who,
        at: instant(row.at_us)?,
        plan: read_json(&row.plan)?,
        power: read_json(&row.power)?,
        result: row.result.as_deref().map(read_json).transpose()?,
    })
}
