//! HTTP: settings, users, API tokens, the audit log.

use argosy_desk::{DeskError, Role, TokenInfo, User, UserChange};
use argosy_metrics::Method;
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    checks,
    desk_data::{self, AD_COST_SOURCE, COSTING_METHOD},
    http::{
        dto::{PageMeta, currency, rfc3339},
        error::ApiError,
        extract::{Administer, Can, Json, Path, Query, Read},
    },
    retention::{Policy, Rules},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_settings, change_settings))
        .routes(routes!(list_users, create_user))
        .routes(routes!(change_user))
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(revoke_token))
        .routes(routes!(read_audit))
}

/// What one question in SQL may cost.
#[derive(Serialize, ToSchema)]
pub(super) struct SqlLimits {
    pub rows: usize,
    pub seconds: u64,
}

/// Settings of the company.
#[derive(Serialize, ToSchema)]
pub(super) struct Settings {
    pub company: String,
    /// ISO 4217; amounts are converted to it unless a question says otherwise.
    pub reporting_currency: String,
    /// Language for new users: `en` or `zh-CN`.
    pub language: String,
    /// `fifo`, `moving_average` or `month_average`: how goods that leave the stock are valued.
    pub costing_method: String,
    /// `auto`, `settlement` or `report`: what tells the cost of advertising.
    pub ad_cost_source: String,
    /// How many days personal data stays in the files as received.
    pub retention_days: u32,
    pub retention_policies: Vec<Policy>,
    /// Largest upload.
    pub upload_limit_bytes: u64,
    /// What one question in SQL may cost.
    pub sql_limits: SqlLimits,
    /// All ISO 4217 codes that rates are known for.
    pub currencies: Vec<String>,
}

/// Settings to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeSettings {
    pub company: Option<String>,
    pub reporting_currency: Option<String>,
    pub language: Option<String>,
    pub costing_method: Option<String>,
    pub ad_cost_source: Option<String>,
    pub retention_days: Option<u32>,
    /// All exceptions; those left out of the list end.
    pub retention_policies: Option<Vec<Policy>>,
}

/// A person with access.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct UserDto {
    pub id: String,
    pub login: String,
    pub role: String,
    /// Null while the user has chosen none.
    pub language: Option<String>,
    pub disabled: bool,
    /// RFC 3339.
    pub created_at: String,
}

/// All users.
#[derive(Serialize, ToSchema)]
pub(super) struct Users {
    pub users: Vec<UserDto>,
    /// The roles a user may have, from the narrowest to the widest.
    pub roles: Vec<String>,
}

/// A new user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUser {
    pub login: String,
    /// At least 12 characters.
    pub password: String,
    pub role: String,
    pub language: Option<String>,
}

/// What to change about a user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeUser {
    pub role: Option<String>,
    /// Ends all sessions and tokens at once.
    pub disabled: Option<bool>,
    pub password: Option<String>,
}

/// An API token without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(super) struct TokenDto {
    pub id: String,
    pub name: String,
    pub created_at: String,
    pub last_used_at: Option<String>,
}

/// One's own tokens.
#[derive(Serialize, ToSchema)]
pub(super) struct Tokens {
    pub tokens: Vec<TokenDto>,
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    pub name: String,
}

/// A new token; its secret is shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedToken {
    pub id: String,
    pub name: String,
    /// Send as `Authorization: Bearer …`.
    pub token: String,
}

/// Where to read on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// `meta.next` of the page before.
    pub cursor: Option<String>,
    pub limit: Option<u64>,
}

/// One entry of the audit log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(super) struct AuditEntryDto {
    pub id: i64,
    pub at: String,
    pub who: String,
    /// What was done: `product.save`, `user.create` …
    pub action: String,
    /// To what.
    pub subject: String,
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
}

/// The newest entries first.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditPage {
    pub entries: Vec<AuditEntryDto>,
    pub chain: AuditChain,
    pub meta: PageMeta,
}

/// Whether the log is as it was written.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditChain {
    pub verified: bool,
    pub entries: i64,
    /// What is wrong, and where.
    pub broken: Option<String>,
}

/// Settings of the company.
#[utoipa::path(get, path = "/settings", operation_id = "get_settings", tag = "settings",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Settings)))]
async fn get_settings(State(app): State<App>, _: Can<Read>) -> Result<Json<Settings>, ApiError> {
    settings(&app).await.map(Json)
}

/// Change settings of the company.
#[utoipa::path(patch, path = "/settings", operation_id = "change_settings", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    request_body = ChangeSettings, responses((status = 200, body = Settings)))]
async fn change_settings(
    State(app): State<App>,
    can: Can<Administer>,
    Json(change): Json<ChangeSettings>,
) -> Result<Json<Settings>, ApiError> {
    let mut company = app.company().await?;
    if let Some(name) = change.company {
        company.name = checks::company(&name)?;
    }
    if let Some(code) = change.reporting_currency {
        company.currency = currency(&code)?;
    }
    if let Some(language) = change.language {
        company.language = checks::language(&language)?;
    }
    let method = change.costing_method.as_deref().map(costing_method).transpose()?;
    let source = change.ad_cost_source.as_deref().map(ad_cost_source).transpose()?;
    app.save_company(&company, &can.who()).await?;
    for (name, value) in [(COSTING_METHOD, method), (AD_COST_SOURCE, source)] {
        if let Some(value) = value {
            app.desk().set_setting(name, value, &can.who()).await?;
        }
    }
    if change.retention_days.is_some() || change.retention_policies.is_some() {
        let mut rules = Rules::read(&app).await?;
        rules.days = change.retention_days.unwrap_or(rules.days);
        rules.policies = change.retention_policies.unwrap_or(rules.policies);
        rules.save(&app, &can.who()).await?;
    }
    settings(&app).await.map(Json)
}

/// People with access.
#[utoipa::path(get, path = "/users", operation_id = "list_users", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    responses((status = 200, body = Users)))]
async fn list_users(State(app): State<App>, _: Can<Administer>) -> Result<Json<Users>, ApiError> {
    let users = app.desk().users().await?.into_iter().map(UserDto::from).collect();
    let roles = Role::ALL.map(|role| role.name().to_owned()).into();
    Ok(Json(Users { users, roles }))
}

/// Give somebody access.
#[utoipa::path(post, path = "/users", operation_id = "create_user", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    request_body = NewUser, responses((status = 201, body = UserDto)))]
async fn create_user(
    State(app): State<App>,
    can: Can<Administer>,
    Json(new): Json<NewUser>,
) -> Result<(StatusCode, Json<UserDto>), ApiError> {
    let user = argosy_desk::NewUser {
        login: new.login,
        password: new.password,
        role: role(&new.role)?,
        language: match new.language {
            Some(language) => checks::language(&language)?,
            // Follows the browser until something is chosen.
            None => String::new(),
        },
    };
    let made = app.desk().create_user(&user, &can.who()).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Change a user's role or password, or take the access away.
#[utoipa::path(patch, path = "/users/{id}", operation_id = "change_user", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    params(("id" = String, Path)),
    request_body = ChangeUser, responses((status = 200, body = UserDto)))]
async fn change_user(
    State(app): State<App>,
    can: Can<Administer>,
    Path(id): Path<String>,
    Json(change): Json<ChangeUser>,
) -> Result<Json<UserDto>, ApiError> {
    let id = number(&id, "such user")?;
    // A wrong role is refused before the password is changed.
    let role = change.role.as_deref().map(role).transpose()?;
    if let Some(password) = &change.password {
        app.desk().set_password(id, password, &can.who()).await?;
    }
    let change =
        UserChange { role, language: None, active: change.disabled.map(|disabled| !disabled) };
    let user = app.desk().change_user(id, &change, &can.who()).await?;
    Ok(Json(user.into()))
}

/// One's own API tokens.
#[utoipa::path(get, path = "/tokens", operation_id = "list_tokens", tag = "settings",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Tokens)))]
async fn list_tokens(State(app): State<App>, can: Can<Read>) -> Result<Json<Tokens>, ApiError> {
    let tokens = app.desk().tokens(can.user.0.id).await?;
    Ok(Json(Tokens { tokens: tokens.into_iter().map(TokenDto::from).collect() }))
}

/// Make an API token that may do what its owner may.
#[utoipa::path(post, path = "/tokens", operation_id = "create_token", tag = "settings",
    extensions(("x-permission" = json!("read"))),
    request_body = NewToken, responses((status = 201, body = CreatedToken)))]
async fn create_token(
    State(app): State<App>,
    can: Can<Read>,
    Json(new): Json<NewToken>,
) -> Result<(StatusCode, Json<CreatedToken>), ApiError> {
    let made = app.desk().create_token(can.user.0.id, &new.name, &can.who()).await?;
    let token =
        CreatedToken { id: made.id.to_string(), name: new.name, token: made.expose().to_owned() };
    Ok((StatusCode::CREATED, Json(token)))
}

/// Revoke one of one's own tokens.
#[utoipa::path(delete, path = "/tokens/{id}", operation_id = "revoke_token", tag = "settings",
    extensions(("x-permission" = json!("read"))),
    params(("id" = String, Path)),
    responses((status = 204)))]
async fn revoke_token(
    State(app): State<App>,
    can: Can<Read>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = number(&id, "such token")?;
    app.desk().revoke_token(can.user.0.id, id, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who changed what, the newest first.
#[utoipa::path(get, path = "/audit", operation_id = "read_audit", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    params(PageQuery), responses((status = 200, body = AuditPage)))]
async fn read_audit(
    State(app): State<App>,
    _: Can<Administer>,
    Query(page): Query<PageQuery>,
) -> Result<Json<AuditPage>, ApiError> {
    let limit = page.limit.unwrap_or(100).clamp(1, 500);
    let logins = app.logins().await?;
    let entries = app.desk().audit(page.before()?, limit).await?;
    let full = u64::try_from(entries.len()).is_ok_and(|count| count == limit);
    let next = entries.last().filter(|_| full).map(|entry| entry.id.to_string());
    let entries = entries
        .into_iter()
        .map(|entry| AuditEntryDto {
            id: entry.id,
            at: rfc3339(entry.at),
            who: logins.name(&entry.who),
            action: entry.action,
            subject: entry.subject,
            detail: entry.detail,
        })
        .collect();
    let chain = match app.desk().verify_audit().await {
        Ok(state) => AuditChain { verified: true, entries: state.entries, broken: None },
        Err(DeskError::Damaged(why)) => {
            AuditChain { verified: false, entries: 0, broken: Some(why) }
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Json(AuditPage { entries, chain, meta: PageMeta { next } }))
}

async fn settings(app: &App) -> Result<Settings, ApiError> {
    let company = app.company().await?;
    let rules = Rules::read(app).await?;
    let limits = &app.home().config.limits;
    Ok(Settings {
        costing_method: app.costing_method().await?.id().to_owned(),
        ad_cost_source: desk_data::ad_cost_source_id(app.ad_cost_source().await?).to_owned(),
        retention_days: rules.days,
        retention_policies: rules.policies,
        sql_limits: SqlLimits { rows: limits.sql_rows, seconds: limits.question_seconds.max(1) },
        company: company.name,
        reporting_currency: company.currency.code().to_owned(),
        language: company.language,
        upload_limit_bytes: app.home().config.upload_limit_bytes(),
        currencies: app.currencies([]),
    })
}

fn costing_method(id: &str) -> Result<&'static str, ApiError> {
    Method::from_id(id).map(Method::id).ok_or_else(|| {
        let known = Method::ALL.map(Method::id).join(", ");
        ApiError::invalid(format!("`{id}` is not a costing method; use one of {known}"))
    })
}

fn ad_cost_source(id: &str) -> Result<&'static str, ApiError> {
    desk_data::ad_cost_source(id).map(desk_data::ad_cost_source_id).ok_or_else(|| {
        ApiError::invalid(format!("`{id}` tells no ad cost; use auto, settlement or report"))
    })
}

fn role(name: &str) -> Result<Role, ApiError> {
    Role::from_name(name).ok_or_else(|| {
        let known = Role::ALL.map(Role::name).join(", ");
        ApiError::invalid(format!("`{name}` is not a role; use one of {known}"))
    })
}

/// The number in an address; what is no number names nothing.
fn number(id: &str, what: &str) -> Result<i64, ApiError> {
    id.parse().map_err(|_| ApiError::not_found(what))
}

impl PageQuery {
    /// The id that the page begins before.
    pub(super) fn before(&self) -> Result<Option<i64>, ApiError> {
        let wrong = |_| ApiError::invalid("`cursor` is not one that this API gave");
        self.cursor.as_deref().map(str::parse).transpose().map_err(wrong)
    }
}

impl From<User> for UserDto {
    fn from(user: User) -> Self {
        Self {
            id: user.id.to_string(),
            login: user.login,
            role: user.role.name().to_owned(),
            language: Some(user.language).filter(|language| !language.is_empty()),
            disabled: !user.active,
            created_at: rfc3339(user.created),
        }
    }
}

impl From<TokenInfo> for TokenDto {
    fn from(token: TokenInfo) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            created_at: rfc3339(token.created),
            last_used_at: token.used.map(rfc3339),
        }
    }
}
