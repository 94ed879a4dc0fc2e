//! HTTP: unknown tables mapped to facts.

use std::collections::BTreeMap;

use axum::{
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    http::{
        dto::ProblemDto,
        error::ApiError,
        extract::{Can, Edit, Form, Import, Json, Path, Read},
        imported::{SampleDto, WalkDto},
        upload::Upload,
    },
    mapping::{self, Draft, FileColumn, Saved, TableCard},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    let previews =
        OpenApiRouter::new().routes(routes!(preview_mapping)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(previews)
        .routes(routes!(list_mappings, save_mapping))
        .routes(routes!(list_mapping_tables))
        .routes(routes!(delete_mapping))
}

/// A file and what is said about it so far.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a multipart form; the parts are read as a stream")]
pub(super) struct MappingForm {
    #[schema(content_media_type = "application/octet-stream")]
    pub file: String,
    /// A `MappingDraft` as JSON; left out or without columns: a guess is made.
    pub draft: Option<String>,
    /// The store it will belong to, for its market.
    pub store: Option<String>,
    pub market: Option<String>,
}

/// What a draft makes of a file.
#[derive(Serialize, ToSchema)]
pub(super) struct MappingPreview {
    pub file_name: String,
    pub columns: Vec<FileColumn>,
    /// The draft with all names filled in.
    pub draft: Draft,
    /// Facts by table.
    pub facts: BTreeMap<String, u64>,
    /// The first facts of each table.
    pub preview: BTreeMap<String, SampleDto>,
    pub rows: u64,
    pub problems: Vec<ProblemDto>,
    pub definition_toml: String,
}

/// Mapped definitions.
#[derive(Serialize, ToSchema)]
pub(super) struct Mappings {
    pub mappings: Vec<Saved>,
}

/// Fact tables to choose from.
#[derive(Serialize, ToSchema)]
pub(super) struct MappingTables {
    pub tables: Vec<TableCard>,
    /// Types that a column may have.
    pub kinds: Vec<String>,
}

/// A draft to save.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveMapping {
    pub draft: Draft,
    /// The file it was made for, named in the definition's source.
    #[serde(default)]
    pub file_name: String,
}

/// Show what a mapping makes of a file; nothing is stored. Without a draft a guess is made.
#[utoipa::path(post, path = "/mappings/preview", operation_id = "preview_mapping", tag = "imports",
    extensions(("x-permission" = json!("import"))),
    request_body(content = MappingForm, content_type = "multipart/form-data"),
    responses((status = 200, body = MappingPreview)))]
async fn preview_mapping(
    State(app): State<App>,
    _: Can<Import>,
    Form(form): Form,
) -> Result<Json<MappingPreview>, ApiError> {
    let upload = Upload::receive(&app, form).await?;
    let file = upload.only_file()?;
    let draft = match upload.draft.as_deref() {
        Some(text) => Some(
            serde_json::from_str::<Draft>(text)
                .map_err(|error| ApiError::invalid(format!("the draft cannot be read: {error}")))?,
        ),
        None => None,
    };
    let preview = mapping::preview(&app, file.path(), &file.name, draft, &upload.given).await?;
    let texts = app.texts();
    let problems = preview.problems.iter().map(|problem| texts.describe(problem)).collect();
    let mut answer = MappingPreview {
        file_name: preview.file_name,
        columns: preview.columns,
        draft: preview.draft,
        facts: BTreeMap::new(),
        preview: BTreeMap::new(),
        rows: 0,
        problems,
        definition_toml: preview.toml,
    };
    if let Some(walk) = preview.walk {
        for part in WalkDto::new(&app, walk).parts {
            answer.rows += part.rows;
            answer.facts.extend(part.facts);
            answer.preview.extend(part.translated);
        }
    }
    Ok(Json(answer))
}

/// Mapped definitions of the company.
#[utoipa::path(get, path = "/mappings", operation_id = "list_mappings", tag = "imports",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Mappings)))]
async fn list_mappings(State(app): State<App>, _: Can<Read>) -> Result<Json<Mappings>, ApiError> {
    Ok(Json(Mappings { mappings: mapping::saved(&app) }))
}

/// Fact tables and their columns, to map to.
#[utoipa::path(get, path = "/mappings/tables", operation_id = "list_mapping_tables",
    tag = "imports", extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = MappingTables)))]
async fn list_mapping_tables(
    State(app): State<App>,
    _: Can<Read>,
) -> Result<Json<MappingTables>, ApiError> {
    let kinds = argosy_intake::definition::ColumnType::names().map(str::to_owned).collect();
    Ok(Json(MappingTables { tables: mapping::tables(&app)?, kinds }))
}

/// Save a mapping as a definition of the company; files like it are recognised from now on.
#[utoipa::path(post, path = "/mappings", operation_id = "save_mapping", tag = "imports",
    extensions(("x-permission" = json!("edit"))),
    request_body = SaveMapping, responses((status = 201, body = Saved)))]
async fn save_mapping(
    State(app): State<App>,
    can: Can<Edit>,
    Json(request): Json<SaveMapping>,
) -> Result<(StatusCode, Json<Saved>), ApiError> {
    let saved = mapping::save(&app, request.draft, &request.file_name).await?;
    mapping::note(&app, "mapping_saved", &saved.id, &can.who()).await?;
    Ok((StatusCode::CREATED, Json(saved)))
}

/// Delete a mapping that no import needs any more.
#[utoipa::path(delete, path = "/mappings/{id}", operation_id = "delete_mapping", tag = "imports",
    extensions(("x-permission" = json!("edit"))),
    params(("id" = String, Path)), responses((status = 204)))]
async fn delete_mapping(
    State(app): State<App>,
    can: Can<Edit>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    mapping::remove(&app, &id).await?;
    mapping::note(&app, "mapping_deleted", &id, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}
