//! What tests of this crate share: kinds of records as files.

use argosy_kernel::{Diagnostic, Files, Origin};
use serde_json::Value;

use crate::kind::{Body, Kind, Kinds};

/// A kind with every type of field.
pub(crate) const EVERY: &str = r##"
schema = 1
id = "every"
version = "2026-11-23"
chapter = "trial"
title = { en = "Everything", zh-CN = "全部" }
one = { en = "Everything", zh-CN = "全部" }
says = { en = "All types of fields.", zh-CN = "所有字段类型。" }
source = "test"
key = { field = "code" }
label = "name"
permission = "edit"

[[group]]
id = "terms"
name = { en = "Terms", zh-CN = "条款" }

[[field]]
id = "code"
type = "text"
name = { en = "Code", zh-CN = "编码" }
required = true
alias = ["供应商编码"]
[[field]]
id = "name"
type = "text"
name = { en = "Name", zh-CN = "名称" }
[[field]]
id = "story"
type = "long_text"
name = { en = "Story", zh-CN = "说明" }
[[field]]
id = "weight"
type = "number"
name = { en = "Weight", zh-CN = "重量" }
unit = "kg"
min = "-1000000"
[[field]]
id = "days"
type = "integer"
name = { en = "Lead time", zh-CN = "交期" }
unit = "days"
min = "0"
max = "730"
group = "terms"
[[field]]
id = "share"
type = "percent"
name = { en = "Share", zh-CN = "比例" }
max = "1"
[[field]]
id = "price"
type = "money"
name = { en = "Price", zh-CN = "价格" }
min = "0"
[[field]]
id = "ceiling"
type = "money"
name = { en = "Ceiling", zh-CN = "上限价" }
[[field]]
id = "since"
type = "day"
name = { en = "Since", zh-CN = "生效日" }
[[field]]
id = "until"
type = "day"
name = { en = "Until", zh-CN = "失效日" }
[[field]]
id = "active"
type = "flag"
name = { en = "Active", zh-CN = "启用" }
[[field]]
id = "incoterm"
type = "choice"
name = { en = "Incoterm", zh-CN = "贸易术语" }
choices = [{ id = "fob", en = "Free on board", zh-CN = "离岸价" }, { id = "cif", en = "CIF", zh-CN = "到岸价" }]
[[field]]
id = "materials"
type = "choices"
name = { en = "Materials", zh-CN = "材质" }
choices = [{ id = "wood", en = "Wood, raw", zh-CN = "木材" }, { id = "steel", en = "Steel", zh-CN = "钢" }]
[[field]]
id = "parent"
type = "ref"
to = "every"
name = { en = "Parent", zh-CN = "上级" }
[[field]]
id = "friends"
type = "refs"
to = "every"
name = { en = "Friends", zh-CN = "关联" }
[[field]]
id = "sku"
type = "sku"
name = { en = "SKU", zh-CN = "SKU编码" }
[[field]]
id = "store"
type = "store"
name = { en = "Store", zh-CN = "店铺" }
[[field]]
id = "market"
type = "market"
name = { en = "Market", zh-CN = "站点" }
[[field]]
id = "origin"
type = "country"
name = { en = "Origin", zh-CN = "原产国" }
[[field]]
id = "currency"
type = "currency"
name = { en = "Currency", zh-CN = "币种" }
[[field]]
id = "language"
type = "language"
name = { en = "Language", zh-CN = "语言" }
[[field]]
id = "owner"
type = "user"
name = { en = "Owner", zh-CN = "负责人" }
[[field]]
id = "page"
type = "url"
name = { en = "Page", zh-CN = "网址" }
[[field]]
id = "score"
type = "number"
name = { en = "Score", zh-CN = "评分" }
read_only = true
[[field]]
id = "tiers"
type = "lines"
name = { en = "Tiers", zh-CN = "阶梯价" }
  [[field.field]]
  id = "sku"
  type = "sku"
  name = { en = "SKU", zh-CN = "SKU" }
  required = true
  [[field.field]]
  id = "units"
  type = "integer"
  name = { en = "From units", zh-CN = "起订量" }
  min = "1"
  [[field.field]]
  id = "price"
  type = "money"
  name = { en = "Price", zh-CN = "单价" }
  [[field.field]]
  id = "share"
  type = "percent"
  name = { en = "Discount", zh-CN = "折扣" }
[[field]]
id = "boxes"
type = "lines"
name = { en = "Boxes", zh-CN = "箱规" }
  [[field.field]]
  id = "name"
  type = "text"
  name = { en = "Box", zh-CN = "箱号" }
  [[field.field]]
  id = "kilos"
  type = "number"
  name = { en = "Weight", zh-CN = "箱重" }
  unit = "kg"

[[order]]
low = "since"
high = "until"
[[order]]
low = "price"
high = "ceiling"

[[example]]
given = { code = "A", weight = "1.5" }
expect = "ok"
[[example]]
given = { code = "A", days = 731 }
expect = { field = "days", code = "above_max" }
"##;

/// The kinds of these files, called by their ids.
pub(crate) fn load(texts: &[&str]) -> Result<Kinds, Vec<Diagnostic>> {
    let mut files = Files::default();
    for text in texts {
        let id = text.lines().find_map(|line| line.strip_prefix("id = \"")).unwrap();
        let path = format!("records/trial/{}.toml", id.trim_end_matches('"'));
        files.add(path, *text, Origin::BuiltIn);
    }
    Kinds::load(&files)
}

pub(crate) fn kinds(texts: &[&str]) -> Kinds {
    load(texts).unwrap_or_else(|wrong| {
        panic!("{}", wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

pub(crate) fn every() -> Kind {
    kinds(&[EVERY]).get("every").unwrap().clone()
}

pub(crate) fn body(value: Value) -> Body {
    let Value::Object(body) = value else { panic!("a body is an object") };
    body
}
