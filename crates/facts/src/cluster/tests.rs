//! A bucket in place of a folder. `cargo xtask cluster-test` starts one; the tests of merging run
//! over it as well.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use argosy_kernel::FactFile;
use object_store::{ObjectStoreExt, path::Path as Key};

use super::{Bucket, BucketAddress, Cluster, ClusterConfig, Keys, Secret};
use crate::{FactStore, FactsError, shelf::Shelf, tests::Shop};

/// An empty place in the bucket under test (`bucket@http://host:port`), when there is one.
pub(crate) fn place() -> Option<BucketAddress> {
    static PLACES: AtomicU64 = AtomicU64::new(0);
    let storage = std::env::var("ARGOSY_TEST_S3").ok()?;
    let (bucket, endpoint) = storage.split_once('@').unwrap();
    let of = |name: &str| std::env::var(name).unwrap_or_else(|_| "for-tests".to_owned());
    let number = PLACES.fetch_add(1, Ordering::Relaxed);
    Some(BucketAddress {
        url: format!("s3://{bucket}/facts/{}/{number}/", std::process::id()),
        endpoint: Some(endpoint.to_owned()),
        region: "us-east-1".to_owned(),
        keys: Some(Keys { id: of("ARGOSY_TEST_S3_ID"), secret: of("ARGOSY_TEST_S3_KEY") }),
    })
}

/// The store under test: in a bucket when there is one, else in the folder.
pub(crate) fn store(folder: &Path) -> FactStore {
    match place() {
        Some(place) => FactStore::in_bucket(&place, folder, 1 << 20).unwrap(),
        None => FactStore::open(folder).unwrap(),
    }
}

fn bucket(shop: &Shop) -> Option<&Bucket> {
    match &shop.facts.shelf {
        Shelf::Bucket(bucket) => Some(bucket),
        Shelf::Folder(_) => {
            eprintln!("skipped: ARGOSY_TEST_S3 is not set");
            None
        }
    }
}

fn key(bucket: &Bucket, file: &FactFile) -> Key {
    let location = bucket.location(&file.path);
    Key::parse(location.splitn(4, '/').last().unwrap()).unwrap()
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    super::bucket::each_file(folder, &mut |path, _| found.push(path));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_vanished_from_the_bucket_is_a_failure_and_not_fewer_rows() {
    let mut shop = Shop::new();
    shop.sell("a", 5, 1).await;
    shop.sell("b", 7, 2).await;
    let Some(bucket) = bucket(&shop) else { return };
    assert_eq!(shop.sum().await, "12.00");
    let client = place().unwrap().client().unwrap();
    client.delete(&key(bucket, &shop.files[0])).await.unwrap();

    let session = shop.facts.session(&shop.files).unwrap();
    let answer = session.query("select sum(amount) from ledger").await;

    assert!(
        matches!(&answer, Err(FactsError::Query(text)) if text.contains("missing")),
        "{answer:?}"
    );
    assert_eq!(shop.facts.verify(&shop.files).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_in_the_bucket_is_found_though_a_copy_here_is_right() {
    let mut shop = Shop::new();
    shop.sell("a", 5, 1).await;
    let Some(bucket) = bucket(&shop) else { return };
    let (client, key) = (place().unwrap().client().unwrap(), key(bucket, &shop.files[0]));
    let mut bytes = client.get(&key).await.unwrap().bytes().await.unwrap().to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    client.put(&key, bytes.into()).await.unwrap();
    assert_eq!(shop.facts.verify(&shop.files).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_and_copies_do_not_pile_up_and_are_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let Some(place) = place() else { return };
    // No file is as small as this: nothing stays here.
    let facts = FactStore::in_bucket(&place, folder.path(), 1).unwrap();
    let mut shop = Shop::new();
    shop.facts = facts;
    for day in 1..20 {
        shop.sell("one", day, 1).await;
        shop.sell("two", day, 2).await;
    }
    assert_eq!(shop.sum().await, "38.00");
    assert!(files_below(&folder.path().join("copies")).is_empty());
    assert!(files_below(&folder.path().join("drafts")).is_empty());
    let listed = shop.files.iter().map(|file| file.path.clone()).collect();
    // Files retired on the way stay: a manifest lists them as of earlier imports.
    assert!(shop.facts.orphans(&listed).len() > 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_can_read_the_bucket_and_write_nothing_there() {
    let Some(place) = place() else { return };
    let reader = place.reader().unwrap();
    let key = Key::from("stolen");
    assert!(reader.put(&key, "x".into()).await.is_err());
    assert!(reader.delete(&key).await.is_err());
    assert!(reader.copy(&key, &Key::from("other")).await.is_err());
    assert!(reader.head(&key).await.is_err());
}

#[test]
fn neither_secret_nor_key_is_ever_shown() {
    let secret = Secret::new(&"s3cret".repeat(8)).unwrap();
    let keys = Keys { id: "AKIA".to_owned(), secret: "k3y".to_owned() };
    let config = ClusterConfig { workers: Vec::new(), secret, share_bytes: 1 };
    let shown = format!("{config:?} {keys:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("k3y") && !shown.contains("AKIA"));
    assert!(Secret::new("short").is_err());
    assert!(Secret::new(&"a b".repeat(20)).is_err());
}

#[test]
fn addresses_that_cannot_be_right_are_refused_with_the_form_to_write() {
    let address = |url: &str| BucketAddress {
        url: url.to_owned(),
        endpoint: None,
        region: "eu-central-1".to_owned(),
        keys: None,
    };
    for wrong in ["bucket/facts", "s3://", "s3:///facts", "s3://bucket/a b", "https://bucket"] {
        assert!(address(wrong).root().is_err(), "{wrong}");
    }
    assert_eq!(address("s3://bucket/facts/").root().unwrap().as_str(), "s3://bucket");
    let with = |worker: &str| {
        let workers = vec![worker.to_owned()];
        let secret = Secret::new(&"x".repeat(32)).unwrap();
        Cluster::new(&ClusterConfig { workers, secret, share_bytes: 1 }, &address("s3://bucket"))
    };
    assert!(with("http://10.0.0.5:7071").is_ok());
    for wrong in ["10.0.0.5:7071", "https://worker", "ftp://worker", ""] {
        assert!(with(wrong).is_err(), "{wrong}");
    }
}
