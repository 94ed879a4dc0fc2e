//! What a record may refer to, read once for any number of records.

use std::collections::{BTreeSet, HashMap, HashSet};

use argosy_kernel::{Day, Files};
use serde_json::Value;

use crate::{
    face::{ChapterError, Ground},
    kind::{Body, Field, Kind, What},
};

/// Countries by ISO 3166 alpha-2, one a line.
const COUNTRIES: &str = "countries.csv";

/// What there is to refer to.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The day it is.
    pub today: Day,
    /// Anything is known: examples of knowledge files are judged without a desk.
    anything: bool,
    skus: HashSet<String>,
    stores: HashSet<String>,
    countries: HashSet<String>,
    users: HashSet<String>,
    records: HashMap<String, HashSet<String>>,
    /// By kind and field: value and the record that has it.
    taken: HashMap<(String, String), HashMap<String, String>>,
}

/// What has to be looked up for some fields.
#[derive(Default)]
struct Needs<'a> {
    skus: bool,
    users: bool,
    kinds: BTreeSet<&'a str>,
}

impl<'a> Needs<'a> {
    fn of(&mut self, fields: &'a [Field]) {
        for field in fields {
            match &field.what {
                What::Sku => self.skus = true,
                What::User => self.users = true,
                What::Ref { to } | What::Refs { to } => {
                    self.kinds.insert(to);
                }
                What::Lines { fields } => self.of(fields),
                _ => {}
            }
        }
    }
}

impl Known {
    /// Everything is known: for examples.
    pub fn anything(today: Day) -> Self {
        Self { today, anything: true, ..Self::default() }
    }

    /// What records of these kinds may refer to, and their values that must be unique.
    ///
    /// # Errors
    /// [`ChapterError::Desk`].
    pub async fn read(ground: &Ground<'_>, kinds: &[&Kind]) -> Result<Self, ChapterError> {
        let mut needs = Needs::default();
        kinds.iter().for_each(|kind| needs.of(&kind.fields));
        let mut known = Self::gather(ground, needs).await?;
        for kind in kinds {
            let unique: Vec<&Field> = kind.fields.iter().filter(|field| field.unique).collect();
            if unique.is_empty() {
                continue;
            }
            for record in ground.desk.records(&kind.id).await? {
                known.claim(kind, &record.id, &record.body);
            }
        }
        Ok(known)
    }

    /// What a form of these fields may refer to.
    ///
    /// # Errors
    /// [`ChapterError::Desk`].
    pub async fn for_fields(ground: &Ground<'_>, fields: &[Field]) -> Result<Self, ChapterError> {
        let mut needs = Needs::default();
        needs.of(fields);
        Self::gather(ground, needs).await
    }

    async fn gather(ground: &Ground<'_>, needs: Needs<'_>) -> Result<Self, ChapterError> {
        let desk = ground.desk;
        let mut known = Self {
            today: ground.today,
            countries: countries(ground.files),
            stores: desk.stores().await?.into_iter().map(|store| store.name).collect(),
            ..Self::default()
        };
        if needs.skus {
            known.skus = desk.skus().await?.into_iter().collect();
        }
        if needs.users {
            let users = desk.users().await?.into_iter();
            known.users = users.filter(|user| user.active).map(|user| user.login).collect();
        }
        for kind in needs.kinds {
            let keys = desk.record_keys(kind).await?;
            known.records.insert(kind.to_owned(), keys.into_iter().collect());
        }
        Ok(known)
    }

    /// A record that is stored together with others may be named by them.
    pub(crate) fn add(&mut self, kind: &str, id: &str) {
        if let Some(keys) = self.records.get_mut(kind) {
            keys.insert(id.to_owned());
        }
    }

    /// Notes the unique values of a record; gives the first field whose value another record has,
    /// with that record.
    pub(crate) fn claim<'k>(
        &mut self,
        kind: &'k Kind,
        id: &str,
        body: &Body,
    ) -> Option<(&'k Field, String)> {
        let mut clash = None;
        for field in kind.fields.iter().filter(|field| field.unique) {
            let Some(value) = body.get(&field.id).and_then(Value::as_str) else { continue };
            let taken = self.taken.entry((kind.id.clone(), field.id.clone())).or_default();
            match taken.get(value) {
                Some(other) if other != id => {
                    clash.get_or_insert((field, other.clone()));
                }
                _ => {
                    taken.insert(value.to_owned(), id.to_owned());
                }
            }
        }
        clash
    }

    /// Forgets the unique values of a record that is about to be changed.
    pub(crate) fn release(&mut self, kind: &Kind, id: &str, body: &Body) {
        for field in kind.fields.iter().filter(|field| field.unique) {
            let Some(value) = body.get(&field.id).and_then(Value::as_str) else { continue };
            let key = (kind.id.clone(), field.id.clone());
            if let Some(taken) = self.taken.get_mut(&key)
                && taken.get(value).is_some_and(|other| other == id)
            {
                taken.remove(value);
            }
        }
    }

    pub(crate) fn has_sku(&self, sku: &str) -> bool {
        self.anything || self.skus.contains(sku)
    }

    pub(crate) fn has_store(&self, store: &str) -> bool {
        self.anything || self.stores.contains(store)
    }

    pub(crate) fn has_country(&self, code: &str) -> bool {
        let letters = code.len() == 2 && code.bytes().all(|one| one.is_ascii_uppercase());
        (self.anything && letters) || self.countries.contains(code)
    }

    pub(crate) fn has_user(&self, login: &str) -> bool {
        self.anything || self.users.contains(login)
    }

    pub(crate) fn has_record(&self, kind: &str, id: &str) -> bool {
        self.anything || self.records.get(kind).is_some_and(|keys| keys.contains(id))
    }

    /// A known word much like this one.
    pub(crate) fn near_store(&self, store: &str) -> Option<&str> {
        argosy_kernel::knowledge::nearest(store, self.stores.iter().map(String::as_str))
    }
}

fn countries(files: &Files) -> HashSet<String> {
    let text = files.get(COUNTRIES).map(|source| &*source.text).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let codes = lines.filter_map(|line| line.split(',').next());
    codes.filter(|code| code.len() == 2).map(str::to_owned).collect()
}
