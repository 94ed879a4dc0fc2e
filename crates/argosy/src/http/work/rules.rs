//! HTTP: rules as people read them, their thresholds, their record; plays and what they are worth.

use argosy_desk::Threshold;
use argosy_loop::{
    finding::ThresholdScope,
    plays::Play,
    rules::{InputKind, Rule},
};
use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{dto::ScopeDto, shapes};
use crate::{
    app::{App, Logins},
    http::{
        dto::{TextDto, decimal, origin_name, rfc3339},
        error::ApiError,
        extract::{Can, Edit, Json, Path, Query, Read},
    },
    looping::{self, Records},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_rules))
        .routes(routes!(get_rule))
        .routes(routes!(set_threshold, delete_threshold))
        .routes(routes!(preview_rule))
        .routes(routes!(list_plays))
}

/// A threshold of the company.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ThresholdOverride {
    pub scope: ScopeDto,
    pub value: String,
    pub who: String,
    pub at: String,
}

/// A number that decides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RuleThreshold {
    pub name: String,
    /// As the rule's file says.
    pub value: String,
    #[schema(value_type = shapes::Unit)]
    pub unit: Value,
    pub says: TextDto,
    pub source: String,
    pub overrides: Vec<ThresholdOverride>,
}

/// A table that a rule looks at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RuleInput {
    pub name: String,
    /// `metrics`, `sql` or `detector`.
    pub kind: String,
    /// Days, and how many days earlier they end.
    pub window: u32,
    pub lag: u32,
    /// Of metrics.
    pub metrics: Vec<String>,
    pub by: Vec<String>,
    /// The SQL, or a condition over metrics.
    pub sql: Option<String>,
}

/// A column worked out of those before it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RuleValue {
    pub name: String,
    pub label: TextDto,
    #[schema(value_type = shapes::Unit)]
    pub unit: Value,
    pub sql: String,
}

/// A possible cause of a rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RuleCause {
    pub id: String,
    pub title: TextDto,
    pub test: String,
    pub plays: Vec<String>,
}

/// What became of the findings of a rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RuleRecord {
    pub hits: u64,
    /// Became a task.
    pub accepted: u64,
    /// Went by themselves before anybody decided.
    pub ignored: u64,
    pub dismissed: u64,
    /// Share of those decided on that were not true.
    pub false_alarm_rate: Option<String>,
    /// Money its changes have brought, as far as it could be measured.
    #[schema(value_type = Option<shapes::Pooled>)]
    pub measured: Option<Value>,
    #[schema(value_type = Option<shapes::Delivered>)]
    pub delivered: Option<Value>,
}

/// A rule as people read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Rule)]
pub(super) struct RuleDto {
    pub id: String,
    pub title: TextDto,
    pub says: TextDto,
    pub family: String,
    pub version: String,
    /// `built_in` or `company`.
    pub origin: String,
    pub source: String,
    pub subject: String,
    pub grain: Vec<String>,
    /// Days.
    pub window: u32,
    pub inputs: Vec<RuleInput>,
    pub frame: Option<String>,
    pub values: Vec<RuleValue>,
    pub enough: Option<String>,
    pub when: String,
    pub stake: String,
    pub stake_low: Option<String>,
    pub stake_high: Option<String>,
    /// Days that the stake is for.
    pub per: u32,
    pub thresholds: Vec<RuleThreshold>,
    pub causes: Vec<RuleCause>,
    #[schema(value_type = Option<shapes::EffectPlan>)]
    pub effect: Option<Value>,
    pub record: RuleRecord,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Rules)]
pub(super) struct RuleList {
    pub rules: Vec<RuleDto>,
}

/// All rules with their record.
#[utoipa::path(get, path = "/rules", operation_id = "list_rules", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = RuleList)))]
async fn list_rules(State(app): State<App>, _: Can<Read>) -> Result<Json<RuleList>, ApiError> {
    let known = Known::read(&app).await?;
    let rules = app.rules();
    Ok(Json(RuleList { rules: rules.iter().map(|rule| known.rule(rule)).collect() }))
}

/// One rule.
#[utoipa::path(get, path = "/rules/{id}", operation_id = "get_rule", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(("id" = String, Path)), responses((status = 200, body = RuleDto)))]
async fn get_rule(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<String>,
) -> Result<Json<RuleDto>, ApiError> {
    told(&app, &id).await
}

async fn told(app: &App, id: &str) -> Result<Json<RuleDto>, ApiError> {
    let rules = app.rules();
    let rule = rules.get(id).ok_or_else(|| unknown(id))?;
    Ok(Json(Known::read(app).await?.rule(rule)))
}

fn unknown(id: &str) -> ApiError {
    ApiError::told(
        format!("there is no rule `{id}`; look at the list of rules"),
        format!("没有规则 `{id}`；请查看规则列表"),
    )
    .as_not_found()
}

/// What rules are told with.
struct Known {
    thresholds: Vec<Threshold>,
    logins: Logins,
    records: Records,
}

impl Known {
    async fn read(app: &App) -> Result<Self, ApiError> {
        Ok(Self {
            thresholds: app.desk().thresholds().await?,
            logins: app.logins().await?,
            records: looping::records(app).await?,
        })
    }

    fn rule(&self, rule: &Rule) -> RuleDto {
        let texts = |formula: &Option<argosy_loop::rules::Formula>| {
            formula.as_ref().map(|formula| formula.text.clone())
        };
        let values = rule.values.iter().map(|value| RuleValue {
            name: value.name.clone(),
            label: TextDto::from(&value.label),
            unit: json!(value.unit),
            sql: value.formula.text.clone(),
        });
        let causes = rule.causes.iter().map(|cause| RuleCause {
            id: cause.id.clone(),
            title: TextDto::from(&cause.title),
            test: cause.test.text.clone(),
            plays: cause.plays.clone(),
        });
        RuleDto {
            id: rule.id.clone(),
            title: TextDto::from(&rule.title),
            says: TextDto::from(&rule.says),
            family: rule.family.clone(),
            version: rule.version.clone(),
            origin: origin_name(rule.origin).to_owned(),
            source: rule.source.clone(),
            subject: rule.subject.clone(),
            grain: rule.grain.clone(),
            window: rule.window,
            inputs: rule.inputs.iter().map(input).collect(),
            frame: rule.frame.clone(),
            values: values.collect(),
            enough: texts(&rule.enough),
            when: rule.when.text.clone(),
            stake: rule.stake.text.clone(),
            stake_low: texts(&rule.stake_low),
            stake_high: texts(&rule.stake_high),
            per: rule.per,
            thresholds: self.thresholds(rule),
            causes: causes.collect(),
            effect: rule.effect.as_ref().map(|effect| json!(effect)),
            record: self.record(&rule.id),
        }
    }

    fn thresholds(&self, rule: &Rule) -> Vec<RuleThreshold> {
        let of = |name: &str| {
            let own = self.thresholds.iter().filter(|one| one.rule == rule.id && one.name == name);
            own.map(|one| ThresholdOverride {
                scope: one.scope.clone().into(),
                value: one.value.normalize().to_string(),
                who: self.logins.name(&one.who),
                at: rfc3339(one.at),
            })
            .collect()
        };
        rule.thresholds
            .iter()
            .map(|one| RuleThreshold {
                name: one.name.clone(),
                value: one.value.normalize().to_string(),
                unit: json!(one.unit),
                says: TextDto::from(&one.says),
                source: one.source.clone(),
                overrides: of(&one.name),
            })
            .collect()
    }

    fn record(&self, id: &str) -> RuleRecord {
        let record = self.records.rule(id);
        let decided = record.accepted + record.dismissed;
        let rate = (decided > 0).then(|| {
            (Decimal::from(record.false_alarms) / Decimal::from(decided)).round_dp(4).to_string()
        });
        RuleRecord {
            hits: record.hits,
            accepted: record.accepted,
            ignored: record.ignored,
            dismissed: record.dismissed,
            false_alarm_rate: rate,
            measured: self.records.measured_of_rule(id),
            delivered: self.records.delivered(id),
        }
    }
}

fn input(input: &argosy_loop::rules::Input) -> RuleInput {
    let (kind, metrics, by, sql) = match &input.kind {
        InputKind::Metrics { metrics, by, condition, .. } => {
            ("metrics", metrics.clone(), by.clone(), condition.clone())
        }
        InputKind::Sql(sql) => ("sql", Vec::new(), Vec::new(), Some(sql.clone())),
        InputKind::Detector(_) => ("detector", Vec::new(), Vec::new(), None),
    };
    RuleInput {
        name: input.name.clone(),
        kind: kind.to_owned(),
        window: input.window,
        lag: input.lag,
        metrics,
        by,
        sql,
    }
}

/// A threshold to set.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetThreshold {
    pub name: String,
    pub value: String,
    pub scope: ScopeDto,
}

/// Set a threshold for a SKU, a category, a store or everything.
#[utoipa::path(put, path = "/rules/{id}/thresholds", operation_id = "set_threshold", tag = "loop",
    extensions(("x-permission" = json!("edit"))),
    params(("id" = String, Path)), request_body = SetThreshold,
    responses((status = 200, body = RuleDto)))]
async fn set_threshold(
    State(app): State<App>,
    can: Can<Edit>,
    Path(id): Path<String>,
    Json(new): Json<SetThreshold>,
) -> Result<Json<RuleDto>, ApiError> {
    known_threshold(&app, &id, &new.name)?;
    let (scope, value) = (new.scope.read()?, decimal(&new.value)?);
    app.desk().save_threshold((&id, &new.name), &scope, value, &can.who()).await?;
    told(&app, &id).await
}

fn known_threshold(app: &App, id: &str, name: &str) -> Result<(), ApiError> {
    let rules = app.rules();
    let rule = rules.get(id).ok_or_else(|| unknown(id))?;
    if rule.threshold(name).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = rule.thresholds.iter().map(|one| one.name.as_str()).collect();
    let known = known.join(", ");
    Err(ApiError::told(
        format!("`{id}` has no threshold `{name}`; it has {known}"),
        format!("`{id}` 没有阈值 `{name}`；可用的有 {known}"),
    ))
}

/// Which threshold to take back.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ThresholdQuery {
    pub threshold: String,
    /// `sku`, `category`, `store` or `global`.
    pub scope: String,
    pub store: Option<String>,
    pub sku: Option<String>,
    /// Of a category or a store.
    pub name: Option<String>,
}

/// Take a threshold back: the wider one holds again.
#[utoipa::path(delete, path = "/rules/{id}/thresholds", operation_id = "delete_threshold",
    tag = "loop", extensions(("x-permission" = json!("edit"))),
    params(("id" = String, Path), ThresholdQuery), responses((status = 204)))]
async fn delete_threshold(
    State(app): State<App>,
    can: Can<Edit>,
    Path(id): Path<String>,
    Query(query): Query<ThresholdQuery>,
) -> Result<StatusCode, ApiError> {
    let scope =
        ScopeDto { scope: query.scope, store: query.store, sku: query.sku, name: query.name };
    let scope = scope.read()?;
    app.desk().delete_threshold((&id, &query.threshold), &scope, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Thresholds to try.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PreviewRequest {
    /// Beside those of the company; of the same scope they win.
    #[serde(default)]
    pub thresholds: Vec<SetThreshold>,
    /// 90 when left out.
    pub last_days: Option<u32>,
}

/// How often a rule would have fired.
#[derive(Serialize, ToSchema)]
pub(super) struct PreviewDay {
    pub day: NaiveDate,
    pub fired: u64,
}

#[derive(Serialize, ToSchema)]
pub(super) struct RulePreview {
    pub days: Vec<PreviewDay>,
    /// How many findings that would have been.
    pub distinct: u64,
    /// The largest ones, as the rule tells them.
    #[schema(value_type = Vec<Object>)]
    pub sample: Vec<Value>,
    /// Why a day could not be worked out.
    #[schema(value_type = Option<shapes::RunProblem>)]
    pub problem: Option<Value>,
}

/// How often a rule would have fired in the last days with other thresholds; nothing is changed.
#[utoipa::path(post, path = "/rules/{id}/preview", operation_id = "preview_rule", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(("id" = String, Path)), request_body = PreviewRequest,
    responses((status = 200, body = RulePreview)))]
async fn preview_rule(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<String>,
    Json(request): Json<PreviewRequest>,
) -> Result<Json<RulePreview>, ApiError> {
    let mut tried = Vec::new();
    for one in request.thresholds {
        known_threshold(&app, &id, &one.name)?;
        tried.push(argosy_loop::finding::Threshold {
            rule: id.clone(),
            value: decimal(&one.value)?,
            scope: scope(one.scope.read()?)?,
            name: one.name,
        });
    }
    if app.rules().get(&id).is_none() {
        return Err(unknown(&id));
    }
    let last_days = request.last_days.unwrap_or(90).clamp(1, 366);
    let preview = looping::preview(&app, &id, tried, last_days).await?;
    let days = preview.days.into_iter();
    let days = days.map(|one| PreviewDay { day: one.day, fired: one.fired as u64 });
    Ok(Json(RulePreview {
        days: days.collect(),
        distinct: preview.distinct as u64,
        problem: preview.problem.map(|problem| json!(problem)),
        sample: preview.sample.into_iter().map(|finding| json!(finding)).collect(),
    }))
}

fn scope(scope: argosy_desk::Scope) -> Result<ThresholdScope, ApiError> {
    looping::threshold_scope(scope).ok_or_else(|| {
        ApiError::told(
            "thresholds hold for a seller SKU, a category, a store or everything",
            "阈值只能针对卖家 SKU、类目、店铺或全部设置",
        )
    })
}

/// What became of the tasks of a play.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PlayRecord {
    pub tasks: u64,
    pub done: u64,
    pub measured: u64,
}

/// What to do against a cause.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Play)]
pub(super) struct PlayDto {
    pub id: String,
    pub family: String,
    pub title: TextDto,
    pub says: TextDto,
    pub source: String,
    pub version: String,
    pub origin: String,
    pub steps: Vec<TextDto>,
    pub role: String,
    pub minutes: u32,
    /// Days until it should be done.
    pub due: u32,
    /// The metric it is meant to move.
    pub moves: String,
    /// What the change is called.
    pub kind: String,
    /// The gains of its changes, pooled: what it is worth a time.
    #[schema(value_type = Option<shapes::Pooled>)]
    pub worth: Option<Value>,
    pub record: PlayRecord,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Plays {
    pub plays: Vec<PlayDto>,
}

/// All plays, and what they have been worth.
#[utoipa::path(get, path = "/plays", operation_id = "list_plays", tag = "loop",
    extensions(("x-permission" = json!("read"))), responses((status = 200, body = Plays)))]
async fn list_plays(State(app): State<App>, _: Can<Read>) -> Result<Json<Plays>, ApiError> {
    let records = looping::records(&app).await?;
    let rules = app.rules();
    Ok(Json(Plays { plays: rules.plays().map(|play| play_of(play, &records)).collect() }))
}

fn play_of(play: &Play, records: &Records) -> PlayDto {
    let record = records.play(&play.id);
    PlayDto {
        id: play.id.clone(),
        family: play.family.clone(),
        title: TextDto::from(&play.title),
        says: TextDto::from(&play.says),
        source: play.source.clone(),
        version: play.version.clone(),
        origin: origin_name(play.origin).to_owned(),
        steps: play.steps.iter().map(TextDto::from).collect(),
        role: play.role.clone(),
        minutes: play.minutes,
        due: play.due,
        moves: play.moves.clone(),
        kind: play.kind.clone(),
        worth: records.worth_of_play(&play.id),
        record: PlayRecord { tasks: record.tasks, done: record.done, measured: record.measured },
    }
}
