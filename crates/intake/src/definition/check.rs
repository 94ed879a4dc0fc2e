//! From the written definition to the checked one; every complaint points at its place.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use argosy_facts::{
    arrow::datatypes::{Field, Schema},
    expr::{Compiler, MarketTable},
};
use argosy_kernel::{Day, Diagnostic, Files, Source, knowledge::nearest};
use toml::Spanned;

use super::{
    chart::Chart,
    file::{DefinitionFile, QuotingFile, ReadFile, RecogniseFile},
    model::{
        CheckPlan, Column, ColumnType, ControlPlan, Definition, FactPlan, LeaveOutPlan, Need,
        Quoting, Recognise, RecordPlan, given_fields,
    },
    sql_names::needed_columns,
};
use crate::{
    options::OWN_CHANNEL,
    words::{fold, header},
};

/// The only version of the form there is.
const SCHEMA: i64 = 1;
/// How far down the header is looked for when the definition does not say.
const HEADER_WITHIN: usize = 20;
/// Reads one definition; `None` when it is so wrong that nothing can be made of it.
pub(super) fn read(
    source: &Source,
    files: &Files,
    chart: &Chart,
    markets: &MarketTable,
    wrong: &mut Vec<Diagnostic>,
) -> Option<Definition> {
    let file: DefinitionFile = match source.toml() {
        Ok(file) => file,
        Err(found) => {
            wrong.push(*found);
            return None;
        }
    };
    let before = wrong.len();
    let compiler = Compiler::new(file.channel.get_ref(), markets);
    let mut check = Check { source, files, chart, compiler, schema: Schema::empty(), wrong };
    let definition = check.definition(file);
    (wrong.len() == before).then_some(definition)
}

pub(super) struct Check<'a> {
    pub(super) source: &'a Source,
    pub(super) files: &'a Files,
    pub(super) chart: &'a Chart,
    pub(super) compiler: Compiler,
    pub(super) schema: Schema,
    pub(super) wrong: &'a mut Vec<Diagnostic>,
}

impl Check<'_> {
    pub(super) fn complain(&mut self, at: Range<usize>, message: &str, hint: &str) {
        self.wrong.push(self.source.complain(at, message, hint));
    }

    /// Complains about a word that is not one of `known`.
    pub(super) fn unknown<'k>(
        &mut self,
        what: &str,
        word: &Spanned<String>,
        known: impl IntoIterator<Item = &'k str> + Clone,
    ) {
        let hint = match nearest(word.get_ref(), known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of: {}", known.into_iter().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("unknown {what} `{}`", word.get_ref());
        self.complain(word.span(), &message, &hint);
    }

    fn definition(&mut self, file: DefinitionFile) -> Definition {
        self.head(&file);
        let recognise = self.recognise(&file.recognise, &file.read);
        let json = matches!(recognise, Recognise::Json { .. });
        let mut columns = self.columns(&file.columns, json);
        let locales = file.locale.iter().map(|locale| self.locale(locale, &columns)).collect();
        let travelling = columns
            .iter()
            .filter_map(|column| Some(Field::new(&column.name, column.kind.arrow()?, true)));
        self.schema = Schema::new(travelling.chain(given_fields()).collect::<Vec<_>>());
        let facts: Vec<FactPlan> = file.fact.iter().filter_map(|entry| self.fact(entry)).collect();
        let records: Vec<RecordPlan> =
            file.record.iter().filter_map(|entry| self.record(entry)).collect();
        let controls: Vec<ControlPlan> =
            file.control.iter().filter_map(|entry| self.control(entry)).collect();
        let checks: Vec<CheckPlan> =
            file.check.iter().filter_map(|entry| self.row_check(entry)).collect();
        let leave_out: Vec<LeaveOutPlan> =
            file.leave_out.iter().filter_map(|entry| self.leave_out(entry)).collect();
        if file.fact.is_empty() && file.record.is_empty() && file.refuse.is_none() {
            let hint = "add a [[fact]] or a [[record]], or say why not with `refuse`";
            self.complain(file.id.span(), "the definition makes nothing of its rows", hint);
        }
        if let Some(control) = file.control.first()
            && !facts.iter().any(|fact| fact.set.contains_key("statement"))
        {
            let hint = "set `statement` in the ledger fact, so that its rows can be added up";
            self.complain(control.get_ref().name.span(), "no fact belongs to a statement", hint);
        }
        let needed = needed_columns(&facts, &records, &controls);
        for column in &mut columns {
            column.needed = column.required || needed.contains(&column.name);
        }
        let market_names = market_names(&file, &columns);
        let read = file.read;
        let any_store = self.any_store(file.stores.as_ref());
        let quoting = self.quoting(read.quoting.as_ref());
        let later = self.later(&file.later);
        let later_wins = file.later_wins.unwrap_or(file.channel.get_ref() == OWN_CHANNEL);
        Definition {
            id: file.id.into_inner(),
            version: file.version.into_inner(),
            name: file.name,
            says: file.says.unwrap_or_default(),
            channel: file.channel.into_inner(),
            source: file.source.map(Spanned::into_inner).unwrap_or_default(),
            rank: file.rank,
            origin: self.source.origin,
            path: self.source.path.clone(),
            recognise,
            quoting,
            header_within: read.header_within.unwrap_or(HEADER_WITHIN),
            skip_rows: read.skip_rows.iter().map(|pattern| fold(pattern)).collect(),
            any_store,
            refuse: file.refuse,
            later_wins,
            later,
            needs: self.needs(&read.needs),
            locales,
            columns,
            schema: Arc::new(std::mem::replace(&mut self.schema, Schema::empty())),
            facts,
            records,
            controls,
            checks,
            leave_out,
            market_names,
        }
    }

    fn any_store(&mut self, stores: Option<&Spanned<String>>) -> bool {
        match stores {
            Some(word) if word.get_ref() != "any" => {
                self.unknown("kind of stores", word, ["any"]);
                false
            }
            stores => stores.is_some(),
        }
    }

    fn quoting(&mut self, quoting: Option<&Spanned<QuotingFile>>) -> Quoting {
        match quoting.map(|quoting| (quoting.get_ref(), quoting.span())) {
            None | Some((QuotingFile::Is(true), _)) => Quoting::Always,
            Some((QuotingFile::Is(false), _)) => Quoting::Never,
            Some((QuotingFile::Where(word), span)) => {
                if word != "comma" {
                    let word = Spanned::new(span, word.clone());
                    self.unknown("quoting", &word, ["comma"]);
                }
                Quoting::UnlessTabs
            }
        }
    }

    fn head(&mut self, file: &DefinitionFile) {
        if *file.schema.get_ref() != SCHEMA {
            let message = format!("unknown schema {}", file.schema.get_ref());
            self.complain(file.schema.span(), &message, "this version of Argosy reads schema 1");
        }
        let id = file.id.get_ref();
        if !id.split_once('.').is_some_and(|(channel, report)| {
            channel == file.channel.get_ref() && !report.is_empty()
        }) {
            let hint = format!("begin it with the channel: `{}.…`", file.channel.get_ref());
            self.complain(file.id.span(), "the id does not name the channel", &hint);
        }
        if file.version.get_ref().parse::<Day>().is_err() {
            let message = format!("`{}` is not a version", file.version.get_ref());
            self.complain(file.version.span(), &message, "write the day: 2026-11-22");
        }
        if file.source.as_ref().is_none_or(|source| source.get_ref().trim().is_empty()) {
            let hint = "say where the layout was read: a vendor's page, a sample, with the day";
            self.complain(file.id.span(), "the definition names no `source`", hint);
        }
    }

    fn recognise(&mut self, entry: &Spanned<RecogniseFile>, read: &ReadFile) -> Recognise {
        let file = entry.get_ref();
        let folded = |names: &[String]| names.iter().map(|name| header(name).name).collect();
        if file.kind.get_ref() == "json" {
            if file.json_has.is_empty() {
                let hint = "add `json_has = { \"path\" = \"value\" }`, `*` for any value";
                self.complain(file.kind.span(), "nothing tells this report from others", hint);
            }
            let Some(records) = &read.records else {
                let hint = "add `records = \"path.of.the.array\"` to [read]";
                self.complain(file.kind.span(), "a JSON report needs the path of its rows", hint);
                let (has, lacks) = (BTreeMap::new(), Vec::new());
                return Recognise::Json { has, lacks, records: String::new() };
            };
            let has = file.json_has.clone();
            let lacks = file.json_lacks.clone();
            return Recognise::Json { has, lacks, records: records.get_ref().clone() };
        }
        if file.kind.get_ref() != "table" {
            self.unknown("kind", &file.kind, ["table", "json"]);
        } else if file.header_has.is_empty() && file.header_has_any.is_empty() {
            let hint = "add `header_has = [\"…\"]`";
            self.complain(file.kind.span(), "nothing tells this report from others", hint);
        }
        let first = |any: &Vec<String>| any.first().cloned();
        let any_shown = file.header_has_any.iter().filter_map(first);
        Recognise::Table {
            has: folded(&file.header_has),
            has_any: file.header_has_any.iter().map(|any| folded(any)).collect(),
            lacks: folded(&file.header_lacks),
            shown: file.header_has.iter().cloned().chain(any_shown).collect(),
        }
    }

    fn needs(&mut self, needs: &[Spanned<String>]) -> Vec<Need> {
        let mut read = Vec::new();
        for need in needs {
            match Need::from_name(need.get_ref()) {
                Some(known) => read.push(known),
                None => self.unknown("need", need, ["period", "market", "snapshot_day"]),
            }
        }
        read
    }
}

/// The columns whose cells name a marketplace: what `market_of` is asked about as it stands. Codes
/// of currencies are only a guess at one.
fn market_names(file: &DefinitionFile, columns: &[Column]) -> Vec<String> {
    let facts = file.fact.iter().map(Spanned::get_ref);
    let texts = facts.flat_map(|fact| fact.set.values().chain([&fact.container]));
    let mut asked = BTreeSet::new();
    for text in texts {
        for (at, call) in text.get_ref().match_indices("market_of(") {
            let inside = &text.get_ref()[at + call.len()..];
            let Some((name, _)) = inside.split_once(')') else { continue };
            asked.insert(name.trim().trim_matches('"'));
        }
    }
    let names = columns.iter().filter(|column| {
        matches!(column.kind, ColumnType::Text | ColumnType::Id)
            && asked.contains(column.name.as_str())
    });
    names.map(|column| column.name.clone()).collect()
}
