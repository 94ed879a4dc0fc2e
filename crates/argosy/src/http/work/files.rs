//! HTTP: files attached to tasks, sealed by the vault. They are only ever downloaded, never shown in
//! our own pages, whatever they hold.

use argosy_desk::{NewAttachment, attachments::BYTES_MAX};
use axum::{
    extract::{DefaultBodyLimit, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::dto::AttachmentDto;
use crate::{
    app::App,
    http::{
        error::{ApiError, Code},
        extract::{Can, Form, Json, Path, Read, Work},
    },
};

/// Room for the form around the file.
const FORM_BYTES: usize = 64 << 10;

pub(super) fn routes() -> OpenApiRouter<App> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(attach))
        .layer(DefaultBodyLimit::max(BYTES_MAX + FORM_BYTES));
    OpenApiRouter::new().merge(uploads).routes(routes!(get_file, detach))
}

/// A file to attach.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a multipart form; the parts are read as a stream")]
pub(super) struct AttachForm {
    /// PNG, JPEG, GIF, WebP, PDF, XLSX, DOCX, CSV or plain text, at most 20 MiB.
    #[schema(content_media_type = "application/octet-stream")]
    pub file: String,
}

/// Attach a file to a task.
#[utoipa::path(post, path = "/tasks/{id}/attachments", operation_id = "attach", tag = "loop",
    extensions(("x-permission" = json!("work"))), params(("id" = i64, Path)),
    request_body(content = AttachForm, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentDto)))]
async fn attach(
    State(app): State<App>,
    can: Can<Work>,
    Path(id): Path<i64>,
    Form(mut form): Form,
) -> Result<(StatusCode, Json<AttachmentDto>), ApiError> {
    app.desk().task(id).await?;
    while let Some(field) = form.next_field().await? {
        if field.name() != Some("file") {
            continue;
        }
        let name = crate::http::upload::file_name(field.file_name().unwrap_or_default());
        let bytes = field.bytes().await?;
        let new = NewAttachment { name: &name, bytes: &bytes };
        let folder = app.home().attachments();
        let made = app.desk().attach(id, new, (app.vault(), &folder), &can.who()).await?;
        let told = AttachmentDto::new(made, &app.logins().await?);
        return Ok((StatusCode::CREATED, Json(told)));
    }
    Err(ApiError::told("the form has no `file`", "表单中没有文件"))
}

/// Download a file of a task.
#[utoipa::path(get, path = "/tasks/{id}/attachments/{attachment}", operation_id = "get_attachment",
    tag = "loop", extensions(("x-permission" = json!("read"))),
    params(("id" = i64, Path), ("attachment" = i64, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn get_file(
    State(app): State<App>,
    _: Can<Read>,
    Path((id, attachment)): Path<(i64, i64)>,
) -> Result<Response, ApiError> {
    let file = app.desk().attachment(id, attachment).await?;
    let (vault, folder) = (app.vault().clone(), app.home().attachments());
    let name = percent_encoded(&file.name);
    let opened = tokio::task::spawn_blocking(move || file.open(&vault, &folder)).await;
    let bytes = opened.map_err(|error| ApiError::internal(&error))??;
    let mut response = bytes.into_response();
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    let disposition = format!("attachment; filename=\"file\"; filename*=UTF-8''{name}");
    let value = HeaderValue::from_str(&disposition)
        .map_err(|_| ApiError::new(Code::NotFound, "the file has no name to send"))?;
    set.insert(header::CONTENT_DISPOSITION, value);
    Ok(response)
}

/// Remove a file of a task for good.
#[utoipa::path(delete, path = "/tasks/{id}/attachments/{attachment}", operation_id = "detach",
    tag = "loop", extensions(("x-permission" = json!("work"))),
    params(("id" = i64, Path), ("attachment" = i64, Path)), responses((status = 204)))]
async fn detach(
    State(app): State<App>,
    can: Can<Work>,
    Path((id, attachment)): Path<(i64, i64)>,
) -> Result<StatusCode, ApiError> {
    app.desk().detach(id, attachment, &app.home().attachments(), &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// As RFC 5987 writes a name in a header.
fn percent_encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
