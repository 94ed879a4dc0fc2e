//! Tables of records: what they would change, and changing it.

use std::collections::{BTreeSet, HashMap, HashSet};

use argosy_desk::{DeskError, Record};
use serde::Serialize;

use super::{
    ATTEMPTS, Book, New, Numbers, as_key, is_changed,
    judge::{Item, Judged},
};
use crate::{
    face::ChapterError,
    kind::{Body, FieldProblem, Kind},
    sheet::{Incoming, Table},
};

/// Records shown of an import.
const SAMPLE_MAX: usize = 50;
/// Problems told of an import.
const PROBLEMS_MAX: usize = 100_000;

/// What a table does to the records.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Preview {
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    /// Records that cannot be stored so. As long as there is one, nothing is stored.
    pub wrong: usize,
    /// The first of them by row, up to 100,000.
    pub problems: Vec<FieldProblem>,
    /// New and changed records, up to 50.
    pub sample: Vec<Sample>,
    /// Headers that mean nothing here.
    pub ignored: Vec<String>,
}

/// A record of a table.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Sample {
    /// Its first row, from 1 with the header.
    pub row: u64,
    /// `None` for one that will be numbered.
    pub id: Option<String>,
    pub label: String,
    /// `new` or `changed`.
    pub change: &'static str,
    pub body: Body,
    /// As it is stored.
    pub before: Option<Body>,
}

impl<'a> Book<'a> {
    /// What a table would do; nothing is stored.
    ///
    /// # Errors
    /// [`ChapterError::Unknown`], [`ChapterError::Told`] for a table without the key's column,
    /// [`ChapterError::Desk`].
    pub async fn preview(
        &self,
        kind: &str,
        table: &Table,
        who: &str,
    ) -> Result<Preview, ChapterError> {
        let kind = self.kind(kind)?;
        let mut read = crate::sheet::records(kind, table)?;
        self.by_key(kind, &mut read).await?;
        let (items, mut preview) = self.incoming(kind, &read).await?;
        let judged = self.judge(items, who, None).await?;
        preview.tell(kind, &judged, &read.records);
        Ok(preview)
    }

    /// Stores what a table has, all or none: with one wrong record nothing is stored, and the answer
    /// says what is wrong. Columns that the table lacks stay as they are.
    ///
    /// # Errors
    /// As [`Self::preview`].
    pub async fn import(
        &self,
        kind: &str,
        table: &Table,
        who: &str,
    ) -> Result<Preview, ChapterError> {
        let kind = self.kind(kind)?;
        let mut read = crate::sheet::records(kind, table)?;
        self.by_key(kind, &mut read).await?;
        let mut numbers = Numbers::default();
        for attempt in 1.. {
            let clock = self.ground.desk.records_clock().await?;
            let (items, mut preview) = self.incoming(kind, &read).await?;
            let is_read = preview.problems.is_empty();
            let judged = self.judge(items, who, Some(&mut numbers).filter(|_| is_read)).await?;
            preview.tell(kind, &judged, &read.records);
            if preview.wrong > 0 {
                return Ok(preview);
            }
            match self.store(&judged, clock, who).await {
                Ok(_) => return Ok(preview),
                Err(ChapterError::Desk(DeskError::Clash(_))) if attempt < ATTEMPTS => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Preview::default())
    }

    /// The records of a table over what is stored.
    async fn incoming(
        &self,
        kind: &'a Kind,
        read: &crate::sheet::Read,
    ) -> Result<(Vec<Item<'a>>, Preview), ChapterError> {
        let keys: Vec<Option<String>> =
            read.records.iter().map(|one| one.id.as_deref().map(|id| as_key(kind, id))).collect();
        let ids: Vec<&str> = keys.iter().flatten().map(String::as_str).collect();
        let stored: HashMap<String, Record> = self
            .ground
            .desk
            .records_of(&kind.id, &ids)
            .await?
            .into_iter()
            .map(|record| (record.id.clone(), record))
            .collect();
        let mut items = Vec::with_capacity(read.records.len());
        for (record, key) in read.records.iter().zip(&keys) {
            let before = key.as_ref().and_then(|id| stored.get(id)).cloned();
            let mut body = before.as_ref().map(|before| before.body.clone()).unwrap_or_default();
            for field in &read.fields {
                body.remove(field);
            }
            body.extend(record.body.iter().map(|(id, value)| (id.clone(), value.clone())));
            let new = New {
                kind: kind.id.clone(),
                id: key.clone(),
                body,
                state: record.state.clone(),
                version: before.as_ref().map(|before| before.version),
            };
            let mut item = Item::new(kind, new, key.clone());
            item.before = before;
            items.push(item);
        }
        let preview = Preview {
            problems: read.problems.clone(),
            ignored: read.ignored.clone(),
            ..Preview::default()
        };
        Ok((items, preview))
    }
}

impl Preview {
    fn tell(&mut self, kind: &Kind, judged: &Judged<'_>, records: &[Incoming]) {
        let mut rows: HashSet<u64> = self.problems.iter().filter_map(|one| one.row).collect();
        let mut wrong: BTreeSet<usize> = records
            .iter()
            .enumerate()
            .filter(|(_, record)| record.rows.iter().any(|row| rows.remove(row)))
            .map(|(at, _)| at)
            .collect();
        for (problem, at) in judged.problems.iter().zip(&judged.about) {
            // A cell that could not be read is told once, not once more as missing.
            let read = &records[*at].unread;
            let field = problem.path.split(['[', '.']).next().unwrap_or_default();
            if problem.code == "required"
                && read.iter().any(|path| path == &problem.path || path == field)
            {
                continue;
            }
            wrong.insert(*at);
            let mut problem = problem.clone();
            problem.row = Some(records[*at].row_of(&problem.path));
            self.problems.push(problem);
        }
        self.problems.sort_by_key(|problem| problem.row);
        // Rows that belong to no record at all.
        self.wrong = wrong.len() + rows.len();
        self.problems.truncate(PROBLEMS_MAX);
        for (draft, from) in judged.drafts.iter().zip(&judged.from) {
            if wrong.contains(from) {
                continue;
            }
            let change = match &draft.before {
                None => "new",
                Some(_) if is_changed(draft) => "changed",
                Some(_) => {
                    self.same += 1;
                    continue;
                }
            };
            if change == "new" {
                self.new += 1;
            } else {
                self.changed += 1;
            }
            if self.sample.len() < SAMPLE_MAX {
                self.sample.push(Sample {
                    row: records[*from].rows.first().copied().unwrap_or_default(),
                    id: Some(draft.id.clone()).filter(|_| records[*from].id.is_some()),
                    label: kind.label_of(&draft.id, &draft.body).to_owned(),
                    change,
                    body: draft.body.clone(),
                    before: draft.before.as_ref().map(|before| before.body.clone()),
                });
            }
        }
    }
}
