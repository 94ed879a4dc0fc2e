//! First set-up, signing in, tokens, users.

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo, http::Method};
use serde_json::json;

use crate::harness::{Caller, PASSWORD, Server};

#[tokio::test]
async fn the_first_visitor_becomes_the_owner_and_nobody_after() {
    let server = Server::start().await;
    let nobody = Caller::default();
    let session = server.get(&nobody, "/api/v1/session").await.expect(200).json();
    assert_eq!(session["setup_required"], true);
    assert!(session["user"].is_null());

    let owner = server.owner().await;

    let session = server.get(&owner, "/api/v1/session").await.expect(200).json();
    assert_eq!(session["setup_required"], false);
    assert_eq!(session["user"]["login"], "owner");
    assert_eq!(session["user"]["role"], "owner");
    assert_eq!(
        session["user"]["permissions"],
        json!(["read", "import", "work", "edit", "administer"])
    );
    let again = json!({
        "login": "second", "password": PASSWORD, "company": "x", "currency": "USD",
        "language": "en",
    });
    let reply = server.post(&nobody, "/api/v1/setup", again).await.expect(409);
    assert_eq!(reply.code(), "setup_done");
}

#[tokio::test]
async fn a_stranger_from_the_network_cannot_become_the_owner() {
    let server = Server::start().await;
    let setup = json!({
        "login": "mallory", "password": PASSWORD, "company": "x", "currency": "USD",
        "language": "en",
    });
    let mut request = Caller::default()
        .request(Method::POST, "/api/v1/setup")
        .header("content-type", "application/json")
        .body(Body::from(setup.to_string()))
        .unwrap();
    let peer = SocketAddr::from(([192, 0, 2, 7], 1234));
    request.extensions_mut().insert(ConnectInfo(peer));
    assert_eq!(server.send(request).await.expect(403).code(), "not_allowed");
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
    let server = Server::start().await;
    server.owner().await;
    let credentials = json!({ "login": "owner", "password": PASSWORD });
    let nobody = Caller::default();
    let reply = server.post(&nobody, "/api/v1/session", credentials).await.expect(200);
    let cookie = reply.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "over plain http it would never be sent back: {cookie}");
}

#[tokio::test]
async fn a_session_ends_when_one_signs_out() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let reply = server.call(&owner, Method::DELETE, "/api/v1/session", None).await.expect(204);
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(server.get(&owner, "/api/v1/scope").await.expect(401).code(), "not_signed_in");
}

#[tokio::test]
async fn wrong_logins_and_wrong_passwords_sound_the_same_and_are_limited() {
    let server = Server::start().await;
    server.owner().await;
    let nobody = Caller::default();
    let try_as = |login: &str| {
        let credentials = json!({ "login": login, "password": "not the password" });
        server.post(&nobody, "/api/v1/session", credentials)
    };
    let unknown = try_as("nobody").await.expect(401);
    let mut known = try_as("owner").await.expect(401);
    assert_eq!(unknown.text(), known.text());
    for _ in 0..12 {
        known = try_as("owner").await;
    }
    assert_eq!(known.expect(429).code(), "too_many_attempts");
}

#[tokio::test]
async fn a_change_that_does_not_come_from_our_pages_is_refused() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let cookie = owner.cookie.clone().unwrap();
    let send = |headers: &[(&str, &str)]| {
        let mut request = axum::http::Request::builder()
            .method("POST")
            .uri("/api/v1/tokens")
            .header("host", "localhost:7070")
            .header("cookie", &cookie)
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        server.send(request.body(Body::from(r#"{"name":"x"}"#)).unwrap())
    };
    assert_eq!(send(&[]).await.expect(403).code(), "cross_site");
    let foreign = [("x-argosy", "1"), ("origin", "https://evil.example")];
    assert_eq!(send(&foreign).await.expect(403).code(), "cross_site");
    let opaque = [("x-argosy", "1"), ("origin", "null")];
    assert_eq!(send(&opaque).await.expect(403).code(), "cross_site");
    let fetched = [("x-argosy", "1"), ("sec-fetch-site", "cross-site")];
    assert_eq!(send(&fetched).await.expect(403).code(), "cross_site");
    let other_port = [("x-argosy", "1"), ("origin", "http://localhost:9999")];
    assert_eq!(send(&other_port).await.expect(403).code(), "cross_site");
    send(&[("x-argosy", "1"), ("origin", "http://localhost:7070")]).await.expect(201);
}

#[tokio::test]
async fn a_token_works_without_a_browser_until_it_is_revoked() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let made = server.post(&owner, "/api/v1/tokens", json!({ "name": "script" })).await;
    let made = made.expect(201).json();
    let script = Caller { cookie: None, token: Some(made["token"].as_str().unwrap().to_owned()) };
    let store = json!({ "name": "shop", "channel": "shopify", "market": "US" });
    server.post(&script, "/api/v1/stores", store).await.expect(201);

    let listed = server.get(&owner, "/api/v1/tokens").await.expect(200);
    assert!(!listed.text().contains(made["token"].as_str().unwrap()));
    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    server.call(&owner, Method::DELETE, &path, None).await.expect(204);
    assert_eq!(server.get(&script, "/api/v1/scope").await.expect(401).code(), "not_signed_in");
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let viewer = server.user(&owner, "viewer").await;
    server.get(&viewer, "/api/v1/scope").await.expect(200);
    let users = server.get(&owner, "/api/v1/users").await.expect(200).json();
    let id = users["users"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["login"] == "viewer")
        .map(|user| user["id"].as_str().unwrap().to_owned())
        .unwrap();
    let path = format!("/api/v1/users/{id}");
    let change = json!({ "disabled": true });
    server.call(&owner, Method::PATCH, &path, Some(change)).await.expect(200);
    assert_eq!(server.get(&viewer, "/api/v1/scope").await.expect(401).code(), "not_signed_in");
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let elsewhere = server.sign_in("owner").await;
    let change = |old: &str| json!({ "password": old, "new_password": "another long password" });
    let path = "/api/v1/session";
    let wrong = server.call(&owner, Method::PATCH, path, Some(change("guess"))).await;
    assert_eq!(wrong.expect(401).code(), "wrong_credentials");
    let reply = server.call(&owner, Method::PATCH, path, Some(change(PASSWORD))).await.expect(200);
    let fresh = Caller::with_cookie_of(&reply);
    server.get(&fresh, "/api/v1/scope").await.expect(200);
    server.get(&elsewhere, "/api/v1/scope").await.expect(401);
}

#[tokio::test]
async fn what_people_change_is_in_the_audit_log() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let settings = json!({ "reporting_currency": "EUR", "company": "Lantern GmbH" });
    let path = "/api/v1/settings";
    let changed = server.call(&owner, Method::PATCH, path, Some(settings)).await.expect(200);
    assert_eq!(changed.json()["reporting_currency"], "EUR");
    let log = server.get(&owner, "/api/v1/audit?limit=50").await.expect(200).text();
    assert!(log.contains("reporting_currency"), "{log}");
    assert!(!log.contains(PASSWORD));
}
