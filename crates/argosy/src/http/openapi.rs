//! The description of the API, generated from the handlers.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        Ref, RefOr, Response,
        content::Content,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    app::App,
    http::{
        about, boards, books, costs, data, error::ErrorBody, imports, ledger, mappings, people,
        products, questions, rates, receivers, records, session, sheets, stores, work,
    },
};

/// Every address of the API begins with this.
pub const PREFIX: &str = "/api/v1";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Argosy",
        description = "Everything the web pages can do. Sign in for a cookie, or send an API token \
                       as `Authorization: Bearer …`. Requests that change something and are signed \
                       in by cookie need the header `X-Argosy: 1`. `x-permission` says what a user \
                       must be allowed to do. Failures have one form, `ErrorBody`, with a stable \
                       `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ErrorBody)),
    modifiers(&SecuritySchemes, &FailureAnswers),
    tags(
        (name = "session", description = "Set-up and signing in"),
        (name = "settings", description = "Company, people, tokens, audit log"),
        (name = "stores", description = "Stores and what there is to look at"),
        (name = "imports", description = "Reports in: uploads, jobs, import diff, source lines"),
        (name = "questions", description = "Metrics, profit, ledger, reconciliation"),
        (name = "products", description = "Products, unit costs, pairings, exchange rates"),
        (name = "books", description = "Reconciliation in depth, bookings, deferred money"),
        (name = "costs", description = "Purchases, freight, warehouses, stock value, cost flow"),
        (name = "loop", description = "Findings, rules, tasks, changes, effects, experiments"),
        (name = "records", description = "Records, boards and actions of the chapters"),
        (name = "data", description = "Data health, retention, SQL, rebuild, check"),
        (name = "about", description = "Health, known reports, this description"),
    )
)]
struct Description;

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let cookie = ApiKey::Cookie(ApiKeyValue::new(super::auth::COOKIE));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

/// Every operation may fail, and always in the same form.
struct FailureAnswers;

impl Modify for FailureAnswers {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        for item in openapi.paths.paths.values_mut() {
            let operations =
                [&mut item.get, &mut item.post, &mut item.patch, &mut item.put, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                let content = Content::new(Some(Ref::from_schema_name("ErrorBody")));
                let mut response = Response::new("Failure");
                response.content.insert("application/json".to_owned(), content);
                operation.responses.responses.insert("default".to_owned(), RefOr::T(response));
            }
        }
    }
}

/// All handlers with their description.
pub(super) fn router() -> OpenApiRouter<App> {
    let api = OpenApiRouter::new()
        .merge(session::routes())
        .merge(people::routes())
        .merge(sheets::routes())
        .merge(stores::routes())
        .merge(imports::routes())
        .merge(questions::routes())
        .merge(ledger::routes())
        .merge(products::routes())
        .merge(rates::routes())
        .merge(books::routes())
        .merge(costs::routes())
        .merge(mappings::routes())
        .merge(work::routes())
        .merge(receivers::routes())
        .merge(records::routes())
        .merge(boards::routes())
        .merge(data::routes())
        .merge(about::routes());
    OpenApiRouter::with_openapi(utoipa::openapi::OpenApi::default()).nest(PREFIX, api)
}

/// The description as it is served and kept in `web/openapi.json`.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut paths = router().into_openapi();
    // `merge` keeps the left side's title; modifiers must see the merged paths.
    let mut description = Description::openapi();
    description.merge(std::mem::take(&mut paths));
    FailureAnswers.modify(&mut description);
    description
}

/// [`document`] as indented JSON with a line break at the end.
pub fn json() -> String {
    let mut text = document().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}
