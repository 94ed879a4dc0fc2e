//! Shapes of tasks, changes, owners and decisions.

use std::collections::BTreeMap;

use argosy_desk::{Attachment, Change, CheckItem, Comment, Promise, Scope, Task};
use argosy_kernel::Text;
use argosy_loop::rules::Rules;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::Logins,
    http::{
        dto::{PageMeta, TextDto, currency, decimal, rfc3339},
        error::ApiError,
    },
    looping,
};

/// What a threshold or an owner holds for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScopeDto {
    /// `sku`, `product`, `category`, `store`, `global` or (as told only) `rule`.
    pub scope: String,
    /// Of a seller SKU; all stores when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Of a category or a store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl From<Scope> for ScopeDto {
    fn from(scope: Scope) -> Self {
        let of = |kind: &str| Self { scope: kind.to_owned(), ..Self::default() };
        match scope {
            Scope::Sku { store, sku } => Self { store, sku: Some(sku), ..of("sku") },
            Scope::Product { sku } => Self { sku: Some(sku), ..of("product") },
            Scope::Category { category } => Self { name: Some(category), ..of("category") },
            Scope::Store { store } => Self { name: Some(store), ..of("store") },
            Scope::Global => of("global"),
        }
    }
}

impl ScopeDto {
    pub(super) fn read(&self) -> Result<Scope, ApiError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let missing = |what: &str, zh: &str| {
            ApiError::told(format!("say which {what} it holds for"), format!("请指明{zh}"))
        };
        let name = |what: &str, zh: &str| given(&self.name).ok_or_else(|| missing(what, zh));
        let sku = || given(&self.sku).ok_or_else(|| missing("SKU", "SKU"));
        match self.scope.as_str() {
            "sku" => Ok(Scope::Sku { store: given(&self.store), sku: sku()? }),
            "product" => Ok(Scope::Product { sku: sku()? }),
            "category" => Ok(Scope::Category { category: name("category", "类目")? }),
            "store" => Ok(Scope::Store { store: name("store", "店铺")? }),
            "global" => Ok(Scope::Global),
            other => Err(ApiError::told(
                format!("`{other}` is no scope; use sku, product, category, store or global"),
                format!("`{other}` 不是有效范围；请使用 sku、product、category、store 或 global"),
            )),
        }
    }
}

/// What whoever accepts a task expects of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Promise)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromiseDto {
    pub metric: String,
    pub amount: String,
    /// Of amounts of money.
    pub currency: Option<String>,
    pub date: NaiveDate,
}

impl PromiseDto {
    pub(super) fn read(&self) -> Result<Promise, ApiError> {
        Ok(Promise {
            metric: self.metric.clone(),
            amount: decimal(&self.amount)?,
            currency: self.currency.as_deref().map(currency).transpose()?,
            date: self.date,
        })
    }
}

impl From<Promise> for PromiseDto {
    fn from(promise: Promise) -> Self {
        Self {
            metric: promise.metric,
            amount: promise.amount.to_string(),
            currency: promise.currency.map(|currency| currency.code().to_owned()),
            date: promise.date,
        }
    }
}

/// How a finding is accepted.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptRequest {
    /// Login; whom it is proposed to, or oneself, when left out.
    pub owner: Option<String>,
    /// As the play says when left out.
    pub due: Option<NaiveDate>,
    /// One of the finding's plays; the first when left out.
    pub play: Option<String>,
    pub promise: Option<PromiseDto>,
    pub note: Option<String>,
    /// Of the finding as it was looked at.
    pub revision: Option<i64>,
}

/// Why a finding is not worked on.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DismissReason {
    NotTrue,
    Known,
    NotWorth,
    WrongData,
    Other,
}

impl From<DismissReason> for argosy_desk::DismissReason {
    fn from(reason: DismissReason) -> Self {
        match reason {
            DismissReason::NotTrue => Self::NotTrue,
            DismissReason::Known => Self::Known,
            DismissReason::NotWorth => Self::NotWorth,
            DismissReason::WrongData => Self::WrongData,
            DismissReason::Other => Self::Other,
        }
    }
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SnoozeRequest {
    /// The first day on which it is shown again.
    pub until: NaiveDate,
    pub revision: Option<i64>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DismissRequest {
    pub reason: DismissReason,
    /// Needed for `other`.
    pub note: Option<String>,
    pub revision: Option<i64>,
}

/// What to do with each of several findings.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum FindingAction {
    Accept(AcceptRequest),
    Snooze(SnoozeRequest),
    Dismiss(DismissRequest),
    Reopen,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingBatch {
    pub ids: Vec<String>,
    pub action: FindingAction,
}

/// What could not be done to one of several, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BatchFailure {
    pub id: String,
    pub code: String,
    pub text: TextDto,
}

#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(crate) struct BatchResult {
    pub done: Vec<String>,
    pub failed: Vec<BatchFailure>,
}

/// A step of a checklist.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CheckItem)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckItemDto {
    pub text: String,
    /// In both languages, when a play gave it.
    #[serde(default)]
    #[schema(value_type = Option<TextDto>)]
    pub says: Option<Text>,
    #[serde(default)]
    pub done: bool,
}

impl From<CheckItem> for CheckItemDto {
    fn from(item: CheckItem) -> Self {
        Self { text: item.text, says: item.says, done: item.done }
    }
}

impl From<CheckItemDto> for CheckItem {
    fn from(item: CheckItemDto) -> Self {
        Self { text: item.text, says: item.says, done: item.done }
    }
}

/// A task itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TaskCore {
    pub id: i64,
    pub title: String,
    /// The title in both languages, when a finding gave it.
    pub says: Option<TextDto>,
    pub note: Option<String>,
    /// `todo`, `doing`, `waiting`, `done` or `dropped`.
    pub state: String,
    /// Login.
    pub owner: Option<String>,
    pub due: Option<NaiveDate>,
    pub play: Option<String>,
    pub finding_id: Option<String>,
    /// Of the finding.
    #[schema(value_type = Option<super::shapes::Subject>)]
    pub subject: Option<Value>,
    /// Of 30 days.
    #[schema(value_type = Option<crate::http::dto::MoneyDto>)]
    pub stake: Option<Value>,
    pub promise: Option<PromiseDto>,
    pub checklist: Vec<CheckItemDto>,
    pub created_at: String,
    pub created_by: String,
    pub done_at: Option<String>,
    pub done_by: Option<String>,
    /// Send it back with a change: one in between is then a conflict.
    pub revision: i64,
}

/// A task as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub(crate) struct TaskDto {
    #[serde(flatten)]
    pub core: TaskCore,
    pub comments: u64,
    pub attachments: u64,
}

impl TaskDto {
    pub(super) fn new(task: Task, logins: &Logins) -> Self {
        let (comments, attachments) = (task.comments, task.attachments);
        Self { core: TaskCore::new(task, logins), comments, attachments }
    }
}

impl TaskCore {
    pub(super) fn new(task: Task, logins: &Logins) -> Self {
        let of_finding = |name: &str| task.body.get(name).filter(|value| !value.is_null()).cloned();
        Self {
            subject: of_finding("subject"),
            stake: of_finding("stake"),
            id: task.id,
            title: task.title,
            says: task.says.as_ref().map(TextDto::from),
            note: task.note,
            state: task.state.name().to_owned(),
            owner: task.owner,
            due: task.due,
            play: task.play,
            finding_id: task.finding,
            promise: task.promise.map(PromiseDto::from),
            checklist: task.checklist.into_iter().map(CheckItemDto::from).collect(),
            created_at: rfc3339(task.created),
            created_by: logins.name(&task.created_by),
            done_at: task.done.map(rfc3339),
            done_by: task.done_by.map(|who| logins.name(&who)),
            revision: task.revision,
        }
    }
}

/// Tasks by due day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tasks {
    pub tasks: Vec<TaskDto>,
    pub meta: PageMeta,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TaskComment)]
pub(crate) struct CommentDto {
    pub id: i64,
    pub who: String,
    pub at: String,
    pub text: String,
}

impl CommentDto {
    pub(super) fn new(comment: Comment, logins: &Logins) -> Self {
        Self {
            id: comment.id,
            who: logins.name(&comment.who),
            at: rfc3339(comment.at),
            text: comment.text,
        }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TaskAttachment)]
pub(crate) struct AttachmentDto {
    pub id: i64,
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
    pub who: String,
    pub at: String,
}

impl AttachmentDto {
    pub(super) fn new(file: Attachment, logins: &Logins) -> Self {
        Self {
            id: file.id,
            name: file.name,
            media_type: file.media_type,
            bytes: file.bytes,
            who: logins.name(&file.who),
            at: rfc3339(file.at),
        }
    }
}

/// What belongs to a task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TaskLink {
    /// `finding`, `change` or `effect`.
    pub kind: String,
    pub id: String,
    pub title: TextDto,
}

/// Something that was done to a task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TaskEvent {
    pub at: String,
    pub who: String,
    /// `task_made`, `task_changed`, `task_commented`, `task_file_added` …
    pub what: String,
    pub says: TextDto,
}

/// A task with all that hangs on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TaskDetail {
    #[serde(flatten)]
    pub core: TaskCore,
    pub comments: Vec<CommentDto>,
    pub attachments: Vec<AttachmentDto>,
    pub links: Vec<TaskLink>,
    pub history: Vec<TaskEvent>,
    /// What a done task most likely changed: the record form begins with it.
    pub change: Option<NewChangeDto>,
}

/// A change to record.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = NewChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewChangeDto {
    /// `ads.bid`, `listing.price` … as plays call it.
    pub kind: String,
    pub store: String,
    pub market: Option<String>,
    pub seller_sku: Option<String>,
    pub campaign: Option<String>,
    /// What exactly: the keyword, the field, the coupon.
    pub what: String,
    /// The same in both languages, as told of what is proposed; what is sent here is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<TextDto>,
    pub before: Option<String>,
    pub after: Option<String>,
    /// The first day on which it held; today when left out.
    pub at: Option<NaiveDate>,
    /// The done task that it was done for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<i64>,
}

impl NewChangeDto {
    /// What a task has most likely changed, for a person to complete.
    pub(super) fn proposed(change: argosy_desk::NewChange, rules: &Rules) -> Self {
        Self {
            says: looping::says_of_new(rules, &change).as_ref().map(TextDto::from),
            kind: change.kind,
            store: change.store,
            market: change.market,
            seller_sku: change.seller_sku,
            campaign: change.campaign,
            what: change.what,
            before: change.before,
            after: change.after,
            at: Some(change.day),
            task: change.task,
        }
    }
}

/// How far the effect of a change is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EffectOfChange {
    pub id: i64,
    /// `waiting` or `measured`.
    pub state: String,
    /// `gained`, `lost`, `no_effect`, `cannot_tell` or `observed`, when it is measured.
    pub verdict: Option<String>,
    pub ready_on: NaiveDate,
}

impl EffectOfChange {
    pub(super) fn of(effect: &argosy_desk::Effect) -> Self {
        Self {
            id: effect.id,
            state: effect.state.name().to_owned(),
            verdict: effect.verdict.clone(),
            ready_on: effect.ready_on,
        }
    }
}

/// A recorded change.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordedChange)]
pub(crate) struct ChangeDto {
    pub id: i64,
    pub kind: String,
    pub store: String,
    pub market: Option<String>,
    pub seller_sku: Option<String>,
    pub campaign: Option<String>,
    pub what: String,
    /// The same in both languages, where the words are not somebody's own.
    pub says: Option<TextDto>,
    pub before: Option<String>,
    pub after: Option<String>,
    /// The first day on which it held.
    pub at: NaiveDate,
    pub who: String,
    /// `task`, `typed`, `imported` or `detected`.
    pub source: String,
    pub task: Option<i64>,
    pub play: Option<String>,
    pub effect_id: Option<i64>,
    pub effect: Option<EffectOfChange>,
}

impl ChangeDto {
    pub(super) fn new(
        change: Change,
        (logins, rules): (&Logins, &Rules),
        effects: &BTreeMap<i64, EffectOfChange>,
    ) -> Self {
        let effect = effects.get(&change.id).cloned();
        Self {
            effect_id: effect.as_ref().map(|effect| effect.id),
            effect,
            says: looping::says(rules, &change).as_ref().map(TextDto::from),
            id: change.id,
            kind: change.kind,
            store: change.store,
            market: change.market,
            seller_sku: change.seller_sku,
            campaign: change.campaign,
            what: change.what,
            before: change.before,
            after: change.after,
            at: change.day,
            who: logins.name(&change.who),
            source: change.source.name().to_owned(),
            task: change.task,
            play: change.play,
        }
    }
}

/// Changes, the newest day first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changes {
    pub changes: Vec<ChangeDto>,
    pub meta: PageMeta,
}

/// How the effect of a change will be told, said before anybody looks.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclareRequest {
    pub change: i64,
    pub metric: String,
    /// Days before the change, after it, and left out in between.
    pub before: u32,
    pub after: u32,
    #[serde(default)]
    pub wait: u32,
    /// Seller SKUs, campaigns or markets to compare with; chosen by data when left out.
    pub controls: Option<Vec<String>>,
}
