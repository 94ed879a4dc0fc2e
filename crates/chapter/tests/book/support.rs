//! A desk, two kinds of records and a chapter to try the book on.

use std::{collections::BTreeMap, path::Path, sync::Mutex};

use argosy_chapter::{
    board::{Board, Detail},
    book::New,
    face::{Chapter, ChapterError, Done, Draft, Ground, Later, Order, Printed},
    kind::{Body, FieldProblem, Kinds},
};
use argosy_desk::{Desk, Record};
use argosy_facts::Session;
use argosy_kernel::{Currency, Diagnostic, Files, Origin, Text};
use argosy_metrics::{DeskData, Engine};
use serde_json::{Value, json};

pub(crate) const MAKER: &str = r#"
schema = 1
id = "maker"
version = "2026-11-23"
chapter = "trial"
title = { en = "Makers", zh-CN = "供应商" }
one = { en = "Maker", zh-CN = "供应商" }
says = { en = "Who makes our goods.", zh-CN = "为我们生产的供应商。" }
source = "test"
key = { field = "code" }
label = "name"
permission = "edit"
[[field]]
id = "code"
type = "text"
name = { en = "Code", zh-CN = "编码" }
required = true
[[field]]
id = "name"
type = "text"
name = { en = "Name", zh-CN = "名称" }
[[field]]
id = "tax"
type = "text"
name = { en = "Tax number", zh-CN = "税号" }
unique = true
[[field]]
id = "country"
type = "country"
name = { en = "Country", zh-CN = "国家" }
default = "CN"
[[field]]
id = "lead_days"
type = "integer"
name = { en = "Lead time", zh-CN = "交期" }
min = "0"
max = "730"
[[field]]
id = "score"
type = "number"
name = { en = "Score", zh-CN = "评分" }
read_only = true
[[field]]
id = "parent"
type = "ref"
to = "maker"
name = { en = "Group", zh-CN = "集团" }
[[example]]
given = { code = "A" }
expect = "ok"
"#;

pub(crate) const BUYING: &str = r#"
schema = 1
id = "buying"
version = "2026-11-23"
chapter = "trial"
title = { en = "Orders", zh-CN = "采购单" }
one = { en = "Order", zh-CN = "采购单" }
says = { en = "What we ordered.", zh-CN = "我们的采购。" }
source = "test"
key = { number = "PO-{year}-{n:4}" }
label = "maker"
permission = "work"
[[field]]
id = "maker"
type = "ref"
to = "maker"
name = { en = "Maker", zh-CN = "供应商" }
required = true
[[field]]
id = "on"
type = "day"
name = { en = "Ordered on", zh-CN = "下单日" }
default = "today"
[[field]]
id = "sent_on"
type = "day"
name = { en = "Sent on", zh-CN = "发出日" }
read_only = true
[[field]]
id = "lines"
type = "lines"
name = { en = "Lines", zh-CN = "明细" }
required = true
  [[field.field]]
  id = "sku"
  type = "sku"
  name = { en = "SKU", zh-CN = "SKU" }
  required = true
  [[field.field]]
  id = "units"
  type = "integer"
  name = { en = "Units", zh-CN = "数量" }
  required = true
  min = "1"
[[state]]
id = "draft"
name = { en = "Draft", zh-CN = "草稿" }
colour = "grey"
open = true
[[state]]
id = "sent"
name = { en = "Sent", zh-CN = "已发出" }
colour = "blue"
[[move]]
id = "send"
name = { en = "Send", zh-CN = "发出" }
from = ["draft"]
to = "sent"
[[example]]
given = { maker = "A", lines = [{ sku = "L", units = 1 }] }
expect = "ok"
"#;

/// A chapter that notes the day of sending, lets nobody order too much, and keeps one maker.
#[derive(Default)]
pub(crate) struct Trial {
    /// What was carried elsewhere: keys, once per save.
    pub carried: std::sync::Arc<Mutex<Vec<Vec<String>>>>,
}

pub(crate) const UNITS_MAX: i64 = 10_000;

fn units(draft: &Draft) -> i64 {
    let lines = draft.body.get("lines").and_then(Value::as_array);
    lines.into_iter().flatten().filter_map(|line| line["units"].as_i64()).sum()
}

impl Chapter for Trial {
    fn id(&self) -> &'static str {
        "trial"
    }

    fn boards(&self) -> &'static [&'static str] {
        &[]
    }

    fn knowledge(&self, _: &Files) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn prepare<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        drafts: &'a mut [Draft],
    ) -> Later<'a, Result<(), ChapterError>> {
        Box::pin(async move {
            for draft in drafts {
                let before = draft.before.as_ref().and_then(|before| before.state.as_deref());
                if draft.state.as_deref() == Some("sent") && before == Some("draft") {
                    draft.body.insert("sent_on".to_owned(), json!(ground.today));
                }
            }
            Ok(())
        })
    }

    fn check<'a>(
        &'a self,
        _: &'a Ground<'a>,
        drafts: &'a [Draft],
    ) -> Later<'a, Result<Vec<FieldProblem>, ChapterError>> {
        Box::pin(async move {
            let too_much = |draft: &&Draft| draft.kind == "buying" && units(draft) > UNITS_MAX;
            let says = Text { en: "too much".into(), zh_cn: "过多".into() };
            let problem = |draft: &Draft| {
                FieldProblem::new("buying", "lines[0].units", "too_much", says.clone())
                    .of_record(&draft.id)
            };
            Ok(drafts.iter().filter(too_much).map(problem).collect())
        })
    }

    fn saved<'a>(
        &'a self,
        _: &'a Ground<'a>,
        records: &'a [Record],
        _: &'a str,
    ) -> Later<'a, Result<(), ChapterError>> {
        Box::pin(async move {
            let keys = records.iter().map(|record| record.id.clone()).collect();
            self.carried.lock().unwrap().push(keys);
            Ok(())
        })
    }

    fn removing<'a>(
        &'a self,
        _: &'a Ground<'a>,
        record: &'a Record,
        _: &'a str,
    ) -> Later<'a, Result<(), ChapterError>> {
        Box::pin(async move {
            if record.id == "KEEP" { Err(ChapterError::told("kept", "须保留")) } else { Ok(()) }
        })
    }

    fn board<'a>(
        &'a self,
        _: &'a Ground<'a>,
        id: &'a str,
        _: &'a BTreeMap<String, Value>,
    ) -> Later<'a, Result<Board, ChapterError>> {
        Box::pin(async move { Err(ChapterError::Unknown { what: "board", id: id.to_owned() }) })
    }

    fn detail<'a>(
        &'a self,
        _: &'a Ground<'a>,
        _: &'a str,
        _: &'a str,
        _: &'a BTreeMap<String, Value>,
    ) -> Later<'a, Result<Option<Detail>, ChapterError>> {
        Box::pin(async move { Ok(None) })
    }

    fn act<'a>(
        &'a self,
        _: &'a Ground<'a>,
        order: &'a Order,
    ) -> Later<'a, Result<Done, ChapterError>> {
        Box::pin(
            async move { Err(ChapterError::Unknown { what: "action", id: order.action.clone() }) },
        )
    }

    fn print<'a>(
        &'a self,
        _: &'a Ground<'a>,
        _: &'a Record,
        paper: &'a str,
        _: &'a str,
    ) -> Later<'a, Result<Printed, ChapterError>> {
        Box::pin(async move { Err(ChapterError::Unknown { what: "paper", id: paper.to_owned() }) })
    }
}

pub(crate) struct Bench {
    pub desk: Desk,
    pub kinds: Kinds,
    pub chapters: Vec<Box<dyn Chapter>>,
    pub carried: std::sync::Arc<Mutex<Vec<Vec<String>>>>,
    files: Files,
    engine: Engine,
    session: Session,
    desk_data: DeskData,
    _folder: tempfile::TempDir,
}

fn add(files: &mut Files, root: &Path, folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            add(files, root, &path);
        } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "csv") {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            // Templates of reports are written in other encodings.
            if let Ok(text) = std::fs::read_to_string(&path) {
                files.add(name, text, Origin::BuiltIn);
            }
        }
    }
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
        let mut files = Files::default();
        add(&mut files, &root, &root);
        let mut own = Files::default();
        own.add("records/trial/maker.toml", MAKER, Origin::BuiltIn);
        own.add("records/trial/buying.toml", BUYING, Origin::BuiltIn);
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("desk.sqlite").display());
        let trial = Trial::default();
        let carried = trial.carried.clone();
        Self {
            desk: Desk::open(&url).await.unwrap(),
            kinds: Kinds::load(&own).unwrap(),
            engine: Engine::new(&files).unwrap(),
            session: Session::empty().unwrap(),
            desk_data: DeskData::default(),
            chapters: vec![Box::new(trial)],
            carried,
            files,
            _folder: folder,
        }
    }

    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground {
            session: &self.session,
            engine: &self.engine,
            desk_data: &self.desk_data,
            desk: &self.desk,
            files: &self.files,
            kinds: &self.kinds,
            today: "2026-11-23".parse().unwrap(),
            newest: None,
            currency: Currency::CNY,
            tell: &|_, _, _| {},
        }
    }

    /// Products `L0`, `L1`, …
    pub(crate) async fn products(&self, count: usize) {
        let product = |at: usize| argosy_desk::Product {
            sku: format!("L{at}"),
            name: "Lamp".to_owned(),
            brand: None,
            category: None,
            owner: None,
            stage: None,
        };
        let products: Vec<_> = (0..count).map(product).collect();
        self.desk.save_products(&products, "1").await.unwrap();
    }
}

pub(crate) fn body(value: Value) -> Body {
    let Value::Object(body) = value else { panic!("a body is an object") };
    body
}

pub(crate) fn maker(code: &str) -> New {
    New::of("maker", body(json!({ "code": code, "name": format!("Maker {code}") })))
}

pub(crate) fn buying(maker: &str, units: i64) -> New {
    let lines = json!([{ "sku": "L0", "units": units }]);
    New::of("buying", body(json!({ "maker": maker, "lines": lines })))
}

pub(crate) fn codes<T: std::fmt::Debug>(result: Result<T, ChapterError>) -> Vec<(String, String)> {
    match result {
        Err(ChapterError::Records(problems)) => {
            problems.into_iter().map(|one| (one.path, one.code)).collect()
        }
        other => panic!("expected problems of records, got {other:?}"),
    }
}

pub(crate) fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, code)| ((*path).to_owned(), (*code).to_owned())).collect()
}
