//! Who may do what. Roles are names in the desk; what they allow is decided here and only here.

use argosy_desk::Role;
use serde::Serialize;
use utoipa::ToSchema;

/// What a request needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Look at everything but people and the audit log.
    Read,
    /// Bring files in.
    Import,
    /// Decide on findings, work on tasks, tell changes.
    Work,
    /// Change products, costs, pairings, rates and stores.
    Edit,
    /// Change users and settings, read the audit log.
    Administer,
}

impl Permission {
    pub const ALL: [Self; 5] = [Self::Read, Self::Import, Self::Work, Self::Edit, Self::Administer];
}

/// Whether `role` may do what needs `permission`.
pub fn allows(role: Role, permission: Permission) -> bool {
    match permission {
        Permission::Read => true,
        Permission::Import | Permission::Work => role != Role::Viewer,
        Permission::Edit => matches!(role, Role::Finance | Role::Manager | Role::Owner),
        Permission::Administer => role == Role::Owner,
    }
}

/// All that `role` may do, for the web pages to hide what would be refused.
pub fn of(role: Role) -> Vec<Permission> {
    Permission::ALL.into_iter().filter(|permission| allows(role, *permission)).collect()
}
