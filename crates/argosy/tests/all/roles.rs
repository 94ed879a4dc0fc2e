//! Every route for every role: what the description says is what happens.

use argosy::permission::{self, Permission};
use argosy_desk::Role;
use axum::http::Method;
use serde_json::{Value, json};

use crate::harness::{Caller, Server};

#[tokio::test]
async fn every_route_lets_in_exactly_the_roles_that_may() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let mut callers = vec![(None, Caller::default())];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        callers.push((Some(role), server.user(&owner, role.name()).await));
    }
    callers.push((Some(Role::Owner), owner));

    let document = serde_json::to_value(argosy::http::openapi::document()).unwrap();
    let mut checked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            // Signing out would end the sessions this test lives on.
            if operation["operationId"] == "sign_out" {
                continue;
            }
            for (role, caller) in &callers {
                check(&server, (path, method), operation, (*role, caller)).await;
                checked += 1;
            }
        }
    }
    assert!(checked > 250, "{checked}");
}

async fn check(
    server: &Server,
    (path, method): (&str, &str),
    operation: &Value,
    (role, caller): (Option<Role>, &Caller),
) {
    let needs = match operation["x-permission"].as_str().unwrap() {
        "public" => None,
        "read" => Some(Permission::Read),
        "import" => Some(Permission::Import),
        "work" => Some(Permission::Work),
        "edit" => Some(Permission::Edit),
        "administer" => Some(Permission::Administer),
        other => panic!("unknown permission {other}"),
    };
    // Ids that do not exist and bodies that make no sense: only the door is tried.
    let path = path.replace("{id}", "999999").replace("{row}", "1").replace("{sku}", "NONE");
    let path = path.replace("{store}", "none").replace("{seller_sku}", "NONE");
    let path = path.replace("{attachment}", "999999");
    let path = ["{kind}", "{board}", "{action}", "{move}", "{paper}"]
        .iter()
        .fold(path, |path, part| path.replace(part, "none"));
    let path =
        path.replace("{document}", "NONE").replace("{name}", "none").replace("{file}", "none.csv");
    let verb: Method = method.to_uppercase().parse().unwrap();
    let body = operation["requestBody"].is_object().then(|| json!({ "nonsense": true }));
    let reply = server.call(caller, verb, &path, body).await;
    let status = reply.status.as_u16();
    let name = role.map_or("nobody", Role::name);
    let seen = format!("{method} {path} as {name}: {status} {}", reply.text());
    match (needs, role) {
        (None, _) => assert_ne!(status, 403, "{seen}"),
        (Some(_), None) => assert_eq!(status, 401, "{seen}"),
        (Some(needs), Some(role)) if permission::allows(role, needs) => {
            assert!(status != 401 && status != 403, "{seen}");
        }
        (Some(_), Some(_)) => assert_eq!(status, 403, "{seen}"),
    }
    assert!(status < 500, "{seen}");
}
