//! Tables name records by key, and people by name: "Ningbo Light" for `S1`.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Book;
use crate::{
    face::ChapterError,
    kind::{Body, Field, Kind, What},
    sheet::Read,
};

impl Book<'_> {
    /// Puts keys in place of names, where a name belongs to one record only.
    pub(super) async fn by_key(&self, kind: &Kind, read: &mut Read) -> Result<(), ChapterError> {
        let mut named: HashMap<String, HashSet<String>> = HashMap::new();
        for record in &mut read.records {
            walk(&kind.fields, &mut record.body, &mut |to, text| {
                if !named.get(to).is_some_and(|texts| texts.contains(text.as_str())) {
                    named.entry(to.to_owned()).or_default().insert(text.clone());
                }
            });
        }
        let mut keys: HashMap<String, HashMap<String, String>> = HashMap::new();
        for (to, mut texts) in named {
            for key in self.ground.desk.record_keys(&to).await? {
                texts.remove(&key);
            }
            if to == kind.id {
                for id in read.records.iter().filter_map(|one| one.id.as_ref()) {
                    texts.remove(id);
                }
            }
            if !texts.is_empty() {
                keys.insert(to.clone(), self.labels(&to, &texts).await?);
            }
        }
        if keys.values().all(HashMap::is_empty) {
            return Ok(());
        }
        for record in &mut read.records {
            walk(&kind.fields, &mut record.body, &mut |to, text| {
                if let Some(key) = keys.get(to).and_then(|keys| keys.get(text)) {
                    text.clone_from(key);
                }
            });
        }
        Ok(())
    }

    /// The keys of records that alone have one of these names.
    async fn labels(
        &self,
        kind: &str,
        names: &HashSet<String>,
    ) -> Result<HashMap<String, String>, ChapterError> {
        let of = self.kind(kind)?;
        let mut found: HashMap<String, Option<String>> = HashMap::new();
        for record in self.ground.desk.records(kind).await? {
            let label = of.label_of(&record.id, &record.body);
            if names.contains(label) {
                let key = found.entry(label.to_owned()).or_insert_with(|| Some(record.id.clone()));
                if key.as_ref().is_some_and(|key| *key != record.id) {
                    *key = None;
                }
            }
        }
        Ok(found.into_iter().filter_map(|(name, key)| Some((name, key?))).collect())
    }
}

/// Every reference of a body, with the kind that it goes to.
fn walk(fields: &[Field], body: &mut Body, each: &mut dyn FnMut(&str, &mut String)) {
    for field in fields {
        let Some(value) = body.get_mut(&field.id) else { continue };
        match (&field.what, value) {
            (What::Ref { to }, Value::String(text)) => each(to, text),
            (What::Refs { to }, Value::Array(list)) => {
                for one in list {
                    if let Value::String(text) = one {
                        each(to, text);
                    }
                }
            }
            (What::Lines { fields }, Value::Array(lines)) => {
                for line in lines {
                    if let Value::Object(line) = line {
                        walk(fields, line, each);
                    }
                }
            }
            _ => {}
        }
    }
}
