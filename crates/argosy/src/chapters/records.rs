//! Records as the faces show them: what references are called, forms of actions.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    check::{self, Known},
    face::Ground,
    kind::{Action, Body, Field, Kind, Kinds, What},
};
use argosy_desk::Desk;
use serde_json::Value;

use super::not_found;
use crate::error::Error;

/// Names by id, by kind of record; products stand under `sku`.
pub(crate) type Names = BTreeMap<String, BTreeMap<String, String>>;

/// Products are no records of the kind that tells more about them, and have names too.
const SKU: &str = "sku";

/// What the records that these bodies refer to are called.
///
/// # Errors
/// When the desk cannot be read.
pub(crate) async fn names_of(
    desk: &Desk,
    kinds: &Kinds,
    kind: &Kind,
    bodies: &[&Body],
) -> Result<Names, Error> {
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for body in bodies {
        collect(&kind.fields, body, &mut wanted);
    }
    let mut names = Names::new();
    for (of, ids) in wanted {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        if of == SKU {
            let products = desk.products().await?.into_iter();
            let named = products.filter(|product| ids.contains(product.sku.as_str()));
            known.extend(named.map(|product| (product.sku, product.name)));
        } else if let Some(other) = kinds.get(of) {
            let ids: Vec<&str> = ids.into_iter().collect();
            let named = desk.records_of(of, &ids).await?;
            known.extend(named.iter().map(|record| {
                (record.id.clone(), other.label_of(&record.id, &record.body).to_owned())
            }));
        }
        if !known.is_empty() {
            names.insert(of.to_owned(), known);
        }
    }
    Ok(names)
}

/// Ids by the kind they are of, in lines too.
fn collect<'a>(
    fields: &'a [Field],
    body: &'a Body,
    wanted: &mut BTreeMap<&'a str, BTreeSet<&'a str>>,
) {
    for field in fields {
        let Some(value) = body.get(&field.id) else { continue };
        let listed = value.as_array().map(Vec::as_slice).unwrap_or_default();
        match &field.what {
            What::Ref { to } => {
                wanted.entry(to).or_default().extend(value.as_str());
            }
            What::Refs { to } => {
                let ids = listed.iter().filter_map(Value::as_str);
                wanted.entry(to).or_default().extend(ids);
            }
            What::Sku => {
                wanted.entry(SKU).or_default().extend(value.as_str());
            }
            What::Lines { fields } => {
                for line in listed.iter().filter_map(Value::as_object) {
                    collect(fields, line, wanted);
                }
            }
            _ => {}
        }
    }
}

/// The form of an action, checked.
///
/// # Errors
/// [`Error::Records`] with what is wrong, field by field.
pub(super) async fn form(
    ground: &Ground<'_>,
    fields: &[Field],
    given: &Body,
) -> Result<Body, Error> {
    let known = Known::for_fields(ground, fields).await?;
    check::form(fields, ground.kinds, given, &known).map_err(Error::Records)
}

/// Refuses an action with records that are not in a state in which it can be done.
pub(super) async fn in_state(
    ground: &Ground<'_>,
    kind: &Kind,
    action: &Action,
    ids: &[String],
) -> Result<(), Error> {
    for id in ids {
        let record = ground.desk.record(&kind.id, id).await?;
        let record = record.ok_or_else(|| not_found("record", id))?;
        let state = record.state.as_deref().unwrap_or_default();
        if action.states.is_empty() || action.states.iter().any(|one| one == state) {
            continue;
        }
        let states = kind.states.as_ref().map(|states| states.states.as_slice());
        let named = |id: &str| {
            let found = states.unwrap_or_default().iter().find(|one| one.id == id);
            found.map_or((id.to_owned(), id.to_owned()), |one| {
                (one.name.en.clone(), one.name.zh_cn.clone())
            })
        };
        let (en, zh) = named(state);
        let (mays_en, mays_zh): (Vec<_>, Vec<_>) =
            action.states.iter().map(|one| named(one)).unzip();
        return Err(Error::told(
            format!(
                "`{}` cannot be done with {} {id}: it is “{en}”; it must be “{}”",
                action.name.en,
                kind.one.en.to_lowercase(),
                mays_en.join("” or “"),
            ),
            format!(
                "不能对{} {id} 执行“{}”：当前状态为“{zh}”，须为“{}”",
                kind.one.zh_cn,
                action.name.zh_cn,
                mays_zh.join("”或“"),
            ),
        ));
    }
    Ok(())
}
