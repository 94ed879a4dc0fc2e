//! HTTP: the loop – findings, rules, tasks, changes, effects, experiments.
//!
//! Handlers translate; what is decided is in [`crate::looping`] and in the room of the loop.

mod changes;
pub(crate) mod dto;
mod effects;
mod experiments;
mod files;
mod findings;
mod kept;
mod rules;
mod shapes;
mod sheets;
mod sku;
pub(crate) mod tasks;

pub(crate) use sku::SkuSeries;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(findings::routes())
        .merge(rules::routes())
        .merge(tasks::routes())
        .merge(files::routes())
        .merge(changes::routes())
        .merge(sku::routes())
        .merge(effects::routes())
        .merge(experiments::routes())
        .merge(kept::routes())
}
