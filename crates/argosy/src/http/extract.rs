//! Extractors that answer with our error envelope, and permission as a type.
//!
//! A handler that takes [`Can<Import>`] cannot be reached by somebody who may not import: permission
//! is an argument, not a habit.

use std::marker::PhantomData;

use axum::{
    extract::{FromRequest, FromRequestParts, Multipart, Request},
    http::request::Parts,
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    http::{
        auth::SignedIn,
        error::{ApiError, Code},
    },
    permission::{self, Permission},
};

/// JSON in and out.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(ApiError))]
pub(super) struct Json<T>(pub T);

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The parts of an upload, one after the other.
pub(super) struct Form(pub Multipart);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Ok(Self(Multipart::from_request(request, state).await?))
    }
}

/// The query of the address.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiError))]
pub(super) struct Query<T>(pub T);

/// The variable parts of the address.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiError))]
pub(super) struct Path<T>(pub T);

/// A permission as a type; see [`Can`].
pub(super) trait Needs: Send + Sync {
    const PERMISSION: Permission;
}

/// Look at everything but people and the audit log.
pub(super) struct Read;
/// Bring files in.
pub(super) struct Import;
/// Decide on findings, work on tasks, tell changes.
pub(super) struct Work;
/// Change products, costs, pairings, rates and stores.
pub(super) struct Edit;
/// Change users and settings, read the audit log.
pub(super) struct Administer;

impl Needs for Read {
    const PERMISSION: Permission = Permission::Read;
}
impl Needs for Import {
    const PERMISSION: Permission = Permission::Import;
}
impl Needs for Work {
    const PERMISSION: Permission = Permission::Work;
}
impl Needs for Edit {
    const PERMISSION: Permission = Permission::Edit;
}
impl Needs for Administer {
    const PERMISSION: Permission = Permission::Administer;
}

/// Somebody who is signed in and may do `N`.
pub(super) struct Can<N> {
    pub user: SignedIn,
    needs: PhantomData<N>,
}

impl<N> Can<N> {
    /// How changes are signed in the audit log.
    pub(super) fn who(&self) -> String {
        self.user.who()
    }
}

impl<N: Needs> FromRequestParts<App> for Can<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let user = parts
            .extensions
            .get::<SignedIn>()
            .cloned()
            .ok_or_else(|| ApiError::new(Code::NotSignedIn, "sign in first"))?;
        let role = user.0.role;
        if !permission::allows(role, N::PERMISSION) {
            let detail = format!("your role `{}` does not allow this", role.name());
            return Err(ApiError::new(Code::NotAllowed, detail));
        }
        Ok(Self { user, needs: PhantomData })
    }
}
