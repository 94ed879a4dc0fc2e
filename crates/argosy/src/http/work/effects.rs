//! HTTP: what changes did, and the ledger of what they have really brought.

use std::collections::BTreeMap;

use argosy_desk::{Effect, EffectLook, EffectState, NewEffect};
use argosy_loop::rules::Rules;
use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    dto::{ChangeDto, DeclareRequest, EffectOfChange},
    shapes,
};
use crate::{
    app::{App, Logins},
    http::{
        dto::rfc3339,
        error::ApiError,
        extract::{Can, Json, Path, Query, Read, Work},
        imported::Jobs,
        imports::queued,
    },
    jobs::{self, Task},
    looping,
};

const PAGE_MAX: u64 = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_effects, declare_effect))
        .routes(routes!(gains))
        .routes(routes!(measure_effects))
        .routes(routes!(get_effect))
}

/// Which effects.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EffectQuery {
    /// `waiting` or `measured`; both when left out.
    pub state: Option<String>,
    pub cursor: Option<String>,
    /// 100 when left out, 500 at most.
    pub limit: Option<u64>,
}

/// Effects of changes, the newest first; without their pictures.
#[utoipa::path(get, path = "/effects", operation_id = "list_effects", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(EffectQuery), responses((status = 200, body = shapes::Effects)))]
async fn list_effects(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<EffectQuery>,
) -> Result<Json<Value>, ApiError> {
    let limit = query.limit.unwrap_or(100).clamp(1, PAGE_MAX);
    let state = match query.state.as_deref() {
        None | Some("" | "all") => None,
        Some("waiting") => Some(EffectState::Waiting),
        Some("measured") => Some(EffectState::Measured),
        Some(other) => {
            return Err(ApiError::told(
                format!("`{other}` is no state; use waiting or measured"),
                format!("`{other}` 不是有效状态；请使用 waiting 或 measured"),
            ));
        }
    };
    let before = query.cursor.as_deref().filter(|text| !text.is_empty());
    let before = before.map(str::parse::<i64>).transpose().map_err(|_| {
        ApiError::told("this cursor was not given by this list", "该游标不属于此列表")
    })?;
    let rows = app.desk().effects(state, before, limit).await?;
    let full = u64::try_from(rows.len()).is_ok_and(|count| count == limit);
    let next = rows.last().filter(|_| full).map(|last| last.id.to_string());
    let (logins, rules) = (app.logins().await?, app.rules());
    let effects: Vec<Value> = rows.into_iter().map(|one| brief(one, (&logins, &rules))).collect();
    Ok(Json(json!({ "effects": effects, "meta": { "next": next } })))
}

/// An effect as lists show it.
pub(super) fn brief(effect: Effect, known: (&Logins, &Rules)) -> Value {
    let mut told = told(effect, known, Vec::new());
    told["picture"] = Value::Null;
    told
}

/// An effect with what was measured.
fn told(effect: Effect, known: (&Logins, &Rules), looks: Vec<EffectLook>) -> Value {
    let id = effect.id;
    let effects = BTreeMap::from([(effect.change.id, EffectOfChange::of(&effect))]);
    let mut told = json!({
        "says": {
            "en": format!("Not measured yet; all days are there on {}", effect.ready_on),
            "zh-CN": format!("尚未衡量；数据将于 {} 齐全", effect.ready_on),
        },
        "money": null, "relative": null, "absolute": null, "method": null, "controls": null,
        "control_names": [], "confidence": null, "picture": null, "placebo": [], "prefit": null,
        "flags": [], "better": null,
    });
    // What was measured, but only what is described: older bodies may hold less.
    if let (Some(told), Some(body)) = (told.as_object_mut(), &effect.body) {
        for (name, value) in told.iter_mut() {
            if let Some(measured) = body.get(name) {
                value.clone_from(measured);
            }
        }
    }
    let looks: Vec<Value> = looks
        .into_iter()
        .map(|look| {
            json!({
                "day": look.day, "estimate": look.estimate, "low": look.low, "high": look.high,
            })
        })
        .collect();
    let of_body = effect.body.as_ref().and_then(|body| body.get("looks")).cloned();
    let more = json!({
        "id": id,
        "task": effect.task,
        "play": effect.play,
        "rule": effect.rule,
        "metric": effect.metric,
        "before": effect.before,
        "after": effect.after,
        "wait": effect.wait,
        "declared_at": rfc3339(effect.declared),
        "declared_by": known.0.name(&effect.declared_by),
        "state": effect.state,
        "ready_on": effect.ready_on,
        "verdict": effect.verdict,
        "looks": of_body.filter(|_| looks.is_empty()).unwrap_or_else(|| json!(looks)),
        "change": ChangeDto::new(effect.change, known, &effects),
    });
    if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
        told.extend(more);
    }
    told
}

/// Declare how the effect of a change will be told: before anybody looks.
#[utoipa::path(post, path = "/effects", operation_id = "declare_effect", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = DeclareRequest, responses((status = 201, body = shapes::Effect)))]
async fn declare_effect(
    State(app): State<App>,
    can: Can<Work>,
    Json(request): Json<DeclareRequest>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let change = app.desk().change(request.change).await?;
    looping::check_metric(&app, &request.metric)?;
    let new = NewEffect {
        metric: request.metric,
        before: request.before,
        after: request.after,
        wait: request.wait,
        controls: request.controls.filter(|controls| !controls.is_empty()),
        task: change.task,
        play: change.play,
        rule: None,
    };
    let made = app.desk().declare_effect(request.change, &new, &can.who()).await?;
    Ok((StatusCode::CREATED, Json(told(made, (&app.logins().await?, &app.rules()), Vec::new()))))
}

/// One effect with its picture and all looks.
#[utoipa::path(get, path = "/effects/{id}", operation_id = "get_effect", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(("id" = i64, Path)), responses((status = 200, body = shapes::Effect)))]
async fn get_effect(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<i64>,
) -> Result<Json<Value>, ApiError> {
    let effect = app.desk().effect(id).await?;
    let looks = app.desk().effect_looks(id).await?;
    Ok(Json(told(effect, (&app.logins().await?, &app.rules()), looks)))
}

/// Measure the effects whose days are there, and look at the others. A background job; a server does
/// so once a day.
#[utoipa::path(post, path = "/effects/measure", operation_id = "measure_effects", tag = "loop",
    extensions(("x-permission" = json!("work"))), responses((status = 202, body = Jobs)))]
async fn measure_effects(
    State(app): State<App>,
    can: Can<Work>,
) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    queued(&app, jobs::enqueue_task(&app, Task::Effects, &can.who()).await?).await
}

/// What changes have really brought: every measured effect, their sum, and what each play is worth.
#[utoipa::path(get, path = "/effects/gains", operation_id = "list_gains", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = shapes::Gains)))]
async fn gains(State(app): State<App>, _: Can<Read>) -> Result<Json<Value>, ApiError> {
    let (logins, rules) = (app.logins().await?, app.rules());
    let ledger = looping::gains(&app).await?;
    let rows: Vec<Value> = ledger
        .rows
        .into_iter()
        .map(|row| {
            let effect = row.effect;
            let effects = BTreeMap::from([(effect.change.id, EffectOfChange::of(&effect))]);
            let day = effect.measured.unwrap_or_else(Utc::now).date_naive();
            json!({
                "effect": effect.id,
                "play": effect.play,
                "verdict": effect.verdict,
                "day": day,
                "money": row.money,
                "change": ChangeDto::new(effect.change, (&logins, &rules), &effects),
            })
        })
        .collect();
    Ok(Json(json!({ "total": ledger.total, "rows": rows, "plays": ledger.plays })))
}
