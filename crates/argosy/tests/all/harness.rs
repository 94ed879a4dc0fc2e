//! A server on a fresh home, and somebody who talks to it as a browser would.

use std::{net::SocketAddr, path::Path, time::Duration};

use argosy::{
    app::App,
    home::Home,
    http,
    jobs::{self, Workers},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Long enough for the rules, the same for everybody.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A server without a socket.
pub(crate) struct Server {
    app: App,
    router: Router,
    workers: Option<Workers>,
    folder: TempDir,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("not JSON ({error}): {}", String::from_utf8_lossy(&self.body))
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The stable code of a failure.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

/// A person (or program) with a cookie or a token.
#[derive(Clone, Default)]
pub(crate) struct Caller {
    pub(crate) cookie: Option<String>,
    pub(crate) token: Option<String>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with("").await
    }

    /// With these lines in `argosy.toml`.
    pub(crate) async fn start_with(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("argosy.toml"), config).unwrap();
        let app = App::open(Home::open(folder.path()).unwrap()).await.unwrap();
        let workers = Some(jobs::start(&app));
        Self { router: http::service(app.clone()), app, workers, folder }
    }

    /// Ends the background workers and starts a new server on the same home.
    pub(crate) async fn restart(mut self) -> Self {
        if let Some(workers) = self.workers.take() {
            workers.stop().await;
        }
        let app = App::open(Home::open(self.folder.path()).unwrap()).await.unwrap();
        let workers = Some(jobs::start(&app));
        Self { router: http::service(app.clone()), app, workers, folder: self.folder }
    }

    /// Stops executing jobs, so that they stay queued.
    pub(crate) async fn pause_jobs(&mut self) {
        if let Some(workers) = self.workers.take() {
            workers.stop().await;
        }
    }

    /// The rooms behind the server.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn home(&self) -> &Path {
        self.folder.path()
    }

    /// Sends a request exactly as given, from the loopback address.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Reply {
        let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
        if request.extensions().get::<ConnectInfo<SocketAddr>>().is_none() {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Sends JSON as our own pages do.
    pub(crate) async fn call(
        &self,
        caller: &Caller,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Reply {
        let mut request = caller.request(method, path);
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, caller: &Caller, path: &str) -> Reply {
        self.call(caller, Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, caller: &Caller, path: &str, body: Value) -> Reply {
        self.call(caller, Method::POST, path, Some(body)).await
    }

    /// The first owner, signed in.
    pub(crate) async fn owner(&self) -> Caller {
        let setup = json!({
            "login": "owner",
            "password": PASSWORD,
            "company": "Lantern",
            "currency": "USD",
            "language": "en",
        });
        let reply = self.post(&Caller::default(), "/api/v1/setup", setup).await.expect(201);
        Caller::with_cookie_of(&reply)
    }

    /// A user with `role`, made by the owner and signed in.
    pub(crate) async fn user(&self, owner: &Caller, role: &str) -> Caller {
        let new = json!({ "login": role, "password": PASSWORD, "role": role });
        self.post(owner, "/api/v1/users", new).await.expect(201);
        self.sign_in(role).await
    }

    pub(crate) async fn sign_in(&self, login: &str) -> Caller {
        let credentials = json!({ "login": login, "password": PASSWORD });
        let reply = self.post(&Caller::default(), "/api/v1/session", credentials).await;
        Caller::with_cookie_of(&reply.expect(200))
    }

    /// Uploads one file and waits until its job is over; gives the job.
    pub(crate) async fn import(
        &self,
        caller: &Caller,
        name: &str,
        bytes: &[u8],
        fields: &[(&str, &str)],
    ) -> Value {
        let jobs = self.upload(caller, "/api/v1/imports", &[(name, bytes)], fields).await;
        let jobs = jobs.expect(202).json();
        self.finished(caller, jobs["jobs"][0]["id"].as_i64().unwrap()).await
    }

    pub(crate) async fn upload(
        &self,
        caller: &Caller,
        path: &str,
        files: &[(&str, &[u8])],
        fields: &[(&str, &str)],
    ) -> Reply {
        const EDGE: &str = "argosy-test-edge";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        for (name, bytes) in files {
            let head = format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{EDGE}--\r\n").as_bytes());
        let request = caller
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Waits until a job is done or failed.
    pub(crate) async fn finished(&self, caller: &Caller, id: i64) -> Value {
        for _ in 0..600 {
            let job = self.get(caller, &format!("/api/v1/jobs/{id}")).await.expect(200).json();
            if job["state"] == "done" || job["state"] == "failed" {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("job {id} is not over after a minute");
    }
}

impl Caller {
    pub(crate) fn with_cookie_of(reply: &Reply) -> Self {
        let cookie = reply.header("set-cookie").split(';').next().unwrap_or_default();
        assert!(cookie.starts_with("argosy_session="), "{cookie}");
        Self { cookie: Some(cookie.to_owned()), token: None }
    }

    /// A request as our own pages send it.
    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        if let Some(cookie) = &self.cookie {
            request = request
                .header("cookie", cookie)
                .header("x-argosy", "1")
                .header("origin", "http://localhost")
                .header("sec-fetch-site", "same-origin");
        } else if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        } else {
            request = request.header("x-argosy", "1");
        }
        request
    }
}

/// A settlement of one order with an unknown fee, and of advertising; it adds up to 66.49.
pub(crate) const SETTLEMENT: &str = "\
settlement-id\tsettlement-start-date\tsettlement-end-date\tdeposit-date\ttotal-amount\tcurrency\ttransaction-type\torder-id\tmarketplace-name\tamount-type\tamount-description\tamount\tposted-date\tposted-date-time\tsku\tquantity-purchased
9001\t2026-06-01 00:00:00 UTC\t2026-06-14 23:59:59 UTC\t2026-06-16 00:00:00 UTC\t66.49\tUSD\t\t\t\t\t\t\t\t\t\t
9001\t\t\t\t\tUSD\tOrder\t111-1111111-1111111\tAmazon.com\tItemPrice\tPrincipal\t100.00\t2026-06-03 00:00:00 UTC\t2026-06-03 18:00:00 UTC\tLAMP-1\t2
9001\t\t\t\t\tUSD\tOrder\t111-1111111-1111111\tAmazon.com\tItemFees\tCommission\t-15.00\t2026-06-03 00:00:00 UTC\t2026-06-03 18:00:00 UTC\tLAMP-1\t2
9001\t\t\t\t\tUSD\tOrder\t111-1111111-1111111\tAmazon.com\tItemFees\tFBAPerUnitFulfillmentFee\t-8.00\t2026-06-03 00:00:00 UTC\t2026-06-03 18:00:00 UTC\tLAMP-1\t2
9001\t\t\t\t\tUSD\tOrder\t111-1111111-1111111\tAmazon.com\tItemFees\tMoonlightSurcharge\t-0.51\t2026-06-03 00:00:00 UTC\t2026-06-03 18:00:00 UTC\tLAMP-1\t2
9001\t\t\t\t\tUSD\tServiceFee\t\tAmazon.com\tCost of Advertising\tTransactionTotalAmount\t-10.00\t2026-06-05 00:00:00 UTC\t2026-06-05 09:00:00 UTC\t\t
";

/// Imports [`SETTLEMENT`] into the store `lantern-us`.
pub(crate) async fn import_settlement(server: &Server, caller: &Caller) -> Value {
    let fields = [("store", "lantern-us"), ("market", "US")];
    let job = server.import(caller, "june.txt", SETTLEMENT.as_bytes(), &fields).await;
    assert_eq!(job["state"], "done", "{job}");
    job
}
