//! The web pages inside the binary.

use axum::http::Method;

use crate::harness::{Caller, Server};

#[tokio::test]
async fn every_page_of_the_app_is_the_same_document() {
    let server = Server::start().await;
    for path in ["/", "/profit", "/data/imports/7"] {
        let reply = server.get(&Caller::default(), path).await.expect(200);
        assert!(reply.header("content-type").starts_with("text/html"), "{path}");
        assert!(reply.text().contains("Argosy"), "{path}");
    }
}

#[tokio::test]
async fn an_id_with_a_point_is_a_page_for_a_browser_that_navigates() {
    let server = Server::start().await;
    let accepts = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let ask = async |path: &str, accept: &str| {
        let request = Caller::default().request(Method::GET, path).header("accept", accept);
        server.send(request.body(axum::body::Body::empty()).unwrap()).await
    };
    for path in ["/rules/ads.bid_below_margin", "/skus/us/A.1", "/reports/amazon.settlement_v2"] {
        let reply = ask(path, accepts).await.expect(200);
        assert!(reply.header("content-type").starts_with("text/html"), "{path}");
    }
    ask("/assets/none.js", accepts).await.expect(404);
    ask("/api/v1/none.json", accepts).await.expect(404);
    for accept in ["image/avif,image/webp,*/*;q=0.8", "*/*"] {
        ask("/none.png", accept).await.expect(404);
    }
}

#[tokio::test]
async fn a_missing_script_is_missing_not_a_page() {
    let server = Server::start().await;
    for path in ["/assets/none.js", "/assets/none", "/none.png", "/../Cargo.toml"] {
        server.get(&Caller::default(), path).await.expect(404);
    }
}

#[tokio::test]
async fn pages_are_asked_for_again_by_their_tag() {
    let server = Server::start().await;
    let first = server.get(&Caller::default(), "/").await.expect(200);
    let tag = first.header("etag").to_owned();
    if tag.is_empty() {
        println!("web/dist is not built; nothing to ask for again");
        return;
    }
    assert_eq!(first.header("cache-control"), "no-cache");
    let request = Caller::default().request(Method::GET, "/").header("if-none-match", &tag);
    let again = server.send(request.body(axum::body::Body::empty()).unwrap()).await.expect(304);
    assert!(again.body.is_empty());
    let request = Caller::default().request(Method::GET, "/").header("accept-encoding", "br");
    let packed = server.send(request.body(axum::body::Body::empty()).unwrap()).await.expect(200);
    assert_eq!(packed.header("vary"), "accept-encoding");
    if packed.header("content-encoding").is_empty() {
        println!("web/dist is not compressed; `npm run dist` does that");
        return;
    }
    assert_eq!(packed.header("content-encoding"), "br");
    assert!(packed.body.len() < first.body.len());
}
