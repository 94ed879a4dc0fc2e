//! HTTP: experiments – planned with their power, kept, analysed.

use argosy_desk::{Experiment, NewExperiment};
use argosy_loop::experiment::{ExperimentPlan, HoldoutCounts};
use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::shapes;
use crate::{
    app::{App, Logins},
    http::{
        dto::{MoneyDto, rfc3339},
        error::ApiError,
        extract::{Can, Json, Path, Read, Work},
    },
    looping,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_experiments, start_experiment))
        .routes(routes!(plan_experiment))
        .routes(routes!(get_experiment))
        .routes(routes!(analyse_experiment))
}

/// All experiments, the newest first.
#[utoipa::path(get, path = "/experiments", operation_id = "list_experiments", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = shapes::Experiments)))]
async fn list_experiments(State(app): State<App>, _: Can<Read>) -> Result<Json<Value>, ApiError> {
    let logins = app.logins().await?;
    let rows = app.desk().experiments().await?;
    let experiments: Vec<Value> = rows.into_iter().map(|one| told(one, &logins)).collect();
    Ok(Json(json!({ "experiments": experiments })))
}

/// What an experiment could tell, before it is decided on: nothing is kept.
#[utoipa::path(post, path = "/experiments/plan", operation_id = "plan_experiment", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    request_body = shapes::ExperimentPlan,
    responses((status = 200, body = shapes::ExperimentPower)))]
async fn plan_experiment(
    State(app): State<App>,
    _: Can<Read>,
    Json(plan): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    let plan = read(&app, plan).await?;
    Ok(Json(json!(looping::power(&app, &plan).await?)))
}

/// Keep a plan: from here on, who is in which arm when stays as it is.
#[utoipa::path(post, path = "/experiments", operation_id = "start_experiment", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = shapes::ExperimentPlan, responses((status = 201, body = shapes::Experiment)))]
async fn start_experiment(
    State(app): State<App>,
    can: Can<Work>,
    Json(plan): Json<Value>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let plan = read(&app, plan).await?;
    let power = looping::power(&app, &plan).await?;
    let kind = json!(plan.kind);
    let new = NewExperiment {
        title: plan.title.clone(),
        kind: kind.as_str().unwrap_or_default().to_owned(),
        start: plan.start,
        end: plan.end(),
        plan: json!(plan),
        power: json!(power),
    };
    let made = app.desk().plan_experiment(&new, &can.who()).await?;
    Ok((StatusCode::CREATED, Json(told(made, &app.logins().await?))))
}

/// One experiment; of one that has ended, with what it told.
#[utoipa::path(get, path = "/experiments/{id}", operation_id = "get_experiment", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(("id" = i64, Path)), responses((status = 200, body = shapes::Experiment)))]
async fn get_experiment(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<i64>,
) -> Result<Json<Value>, ApiError> {
    let experiment = app.desk().experiment(id).await?;
    Ok(Json(told(experiment, &app.logins().await?)))
}

/// What came out of a hold-out; other experiments are read from the facts.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnalyseRequest {
    pub treated: Option<u64>,
    pub treated_hits: Option<u64>,
    pub control: Option<u64>,
    pub control_hits: Option<u64>,
    /// What one more hit is worth.
    pub worth: Option<MoneyDto>,
}

impl AnalyseRequest {
    fn read(&self) -> Result<Option<HoldoutCounts>, ApiError> {
        let counts = (self.treated, self.treated_hits, self.control, self.control_hits);
        let (Some(treated), Some(treated_hits), Some(control), Some(control_hits)) = counts else {
            return Ok(None);
        };
        let worth = self.worth.as_ref().map(MoneyDto::read).transpose()?;
        Ok(Some(HoldoutCounts { treated, treated_hits, control, control_hits, worth }))
    }
}

/// Work out what an experiment has told so far.
#[utoipa::path(post, path = "/experiments/{id}/analyse", operation_id = "analyse_experiment",
    tag = "loop", extensions(("x-permission" = json!("work"))),
    params(("id" = i64, Path)), request_body = AnalyseRequest,
    responses((status = 200, body = shapes::Experiment)))]
async fn analyse_experiment(
    State(app): State<App>,
    can: Can<Work>,
    Path(id): Path<i64>,
    Json(request): Json<AnalyseRequest>,
) -> Result<Json<Value>, ApiError> {
    let counts = request.read()?;
    let told_now = looping::analyse(&app, id, counts.as_ref(), &can.who()).await?;
    Ok(Json(told(told_now, &app.logins().await?)))
}

/// A plan as it was sent: what may be left out is filled in.
async fn read(app: &App, mut plan: Value) -> Result<ExperimentPlan, ApiError> {
    let Some(fields) = plan.as_object_mut() else {
        return Err(ApiError::told("a plan is an object with named fields", "实验计划须为对象"));
    };
    fields.retain(|_, value| !value.is_null());
    if !fields.contains_key("currency") {
        let currency = app.reporting_currency().await?;
        fields.insert("currency".to_owned(), json!(currency));
    }
    let plan: ExperimentPlan = serde_path_to_error::deserialize(plan).map_err(|error| {
        let place = error.path().to_string();
        let why = error.into_inner();
        ApiError::told(
            format!("the plan cannot be read at `{place}`: {why}"),
            format!("无法读取实验计划的 `{place}`：{why}"),
        )
    })?;
    looping::check_metric(app, &plan.metric)?;
    Ok(plan)
}

fn told(experiment: Experiment, logins: &Logins) -> Value {
    let today = Utc::now().date_naive();
    let state = match () {
        () if today < experiment.start => "planned",
        () if today <= experiment.end => "running",
        () => "ended",
    };
    json!({
        "id": experiment.id,
        "title": experiment.title,
        "kind": experiment.kind,
        "start": experiment.start,
        "end": experiment.end,
        "state": state,
        "who": logins.name(&experiment.who),
        "created_at": rfc3339(experiment.at),
        "plan": experiment.plan,
        "power": experiment.power,
        "result": experiment.result,
    })
}
