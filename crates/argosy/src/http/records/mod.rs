//! HTTP: the chapters' menus, kinds of records and the records themselves.
//!
//! Handlers translate; whether a record is right is decided in the chapters' room. What a kind of
//! record asks of people's rights stands in its knowledge file: everybody who changes one must be
//! allowed to work, and where the file says so to edit.

mod acts;
mod dto;
mod kinds;
mod rows;
pub(crate) mod shapes;
mod sheets;

use std::sync::Arc;

use argosy_chapter::kind::Kind;
use utoipa_axum::router::OpenApiRouter;

pub(super) use acts::act;
pub(super) use dto::{ActionAnswer, kind_json};

use crate::{
    app::App,
    chapters::not_found,
    http::{
        auth::SignedIn,
        error::{ApiError, Code},
    },
    knowledge::Knowledge,
    permission::{self, Permission},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(kinds::routes())
        .merge(rows::routes())
        .merge(acts::routes())
        .merge(sheets::routes())
}

/// A kind of record, and the knowledge it stands in.
struct Known {
    knowledge: Arc<Knowledge>,
    id: String,
}

impl Known {
    fn find(app: &App, id: String) -> Result<Self, ApiError> {
        let knowledge = app.knowledge();
        if knowledge.kinds.get(&id).is_none() {
            return Err(not_found("kind of record", &id).into());
        }
        Ok(Self { knowledge, id })
    }

    fn kind(&self) -> Result<&Kind, ApiError> {
        let found = self.knowledge.kinds.get(&self.id);
        found.ok_or_else(|| not_found("kind of record", &self.id).into())
    }
}

/// Refuses what the user may not do; `permission` is a word of a knowledge file.
pub(super) fn allowed(user: &SignedIn, permission: &str) -> Result<(), ApiError> {
    let needed = match permission {
        "work" => Permission::Work,
        // A word that is not known must not open a door.
        _ => Permission::Edit,
    };
    if permission::allows(user.0.role, needed) {
        return Ok(());
    }
    let detail = format!("your role `{}` does not allow this", user.0.role.name());
    Err(ApiError::new(Code::NotAllowed, detail))
}
