//! From the written definition to the checked one; every complaint points at its place.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use argosy_facts::{
    arrow::datatypes::{DataType, Field, Schema},
    expr::{Compiled, Compiler, MarketTable},
    schema::{MONEY, schema},
};
use argosy_kernel::{Day, Diagnostic, Files, Source, Table, knowledge::nearest};
use toml::Spanned;

use super::{
    chart::Chart,
    fees::FeeTable,
    file::{
        ClassifyEntry, ColumnFile, ControlEntry, DefinitionFile, FactEntry, LocaleFile, ReadFile,
        RecogniseFile, RecordEntry,
    },
    model::{
        By, Classify, Column, ColumnType, ControlPlan, Definition, FactPlan, Fill, Locale, Need,
        Recognise, RecordKind, RecordPlan, given_fields,
    },
    sql_names::{needed_columns, place_in_sql},
};
use crate::{
    decode::cells::DateFormat,
    words::{fold, header},
};

/// The only version of the form there is.
const SCHEMA: i64 = 1;
/// How far down the header is looked for when the definition does not say.
const HEADER_WITHIN: usize = 20;
/// Languages whose month names dates may use.
const MONTH_LANGUAGES: [&str; 12] =
    ["en", "de", "fr", "es", "it", "nl", "pt", "sv", "pl", "tr", "ja", "zh"];
/// What an import itself knows of a fact; a definition must not set it.
const BY_IMPORT: [&str; 5] = ["store", "container", "definition", "raw", "row"];

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

struct Check<'a> {
    source: &'a Source,
    files: &'a Files,
    chart: &'a Chart,
    compiler: Compiler,
    schema: Schema,
    wrong: &'a mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn complain(&mut self, at: Range<usize>, message: &str, hint: &str) {
        self.wrong.push(self.source.complain(at, message, hint));
    }

    /// Complains about a word that is not one of `known`.
    fn unknown<'k>(
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
        if file.fact.is_empty() && file.record.is_empty() {
            let hint = "add a [[fact]] or a [[record]]";
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
        let read = file.read;
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
            quoting: read.quoting.unwrap_or(true),
            header_within: read.header_within.unwrap_or(HEADER_WITHIN),
            needs: self.needs(&read.needs),
            locales,
            columns,
            schema: Arc::new(std::mem::replace(&mut self.schema, Schema::empty())),
            facts,
            records,
            controls,
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
                let hint = "add `json_has = { \"path\" = \"value\" }`";
                self.complain(file.kind.span(), "nothing tells this report from others", hint);
            }
            let Some(records) = &read.records else {
                let hint = "add `records = \"path.of.the.array\"` to [read]";
                self.complain(file.kind.span(), "a JSON report needs the path of its rows", hint);
                return Recognise::Json { has: BTreeMap::new(), records: String::new() };
            };
            let has = file.json_has.clone();
            return Recognise::Json { has, records: records.get_ref().clone() };
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

    fn columns(
        &mut self,
        entries: &BTreeMap<Spanned<String>, ColumnFile>,
        json: bool,
    ) -> Vec<Column> {
        let names: Vec<&str> = entries.keys().map(|name| name.get_ref().as_str()).collect();
        let given = given_fields();
        let mut columns = Vec::new();
        for (name, entry) in entries {
            if given.iter().any(|field| field.name() == name.get_ref()) {
                let message = format!("`{}` is a name of Argosy's own", name.get_ref());
                self.complain(name.span(), &message, "choose another name");
            }
            let kind = ColumnType::from_name(entry.kind.get_ref()).unwrap_or_else(|| {
                self.unknown("column type", &entry.kind, ColumnType::names().collect::<Vec<_>>());
                ColumnType::Text
            });
            self.formats(&entry.formats, name.span());
            let fill = entry.fill.as_ref().and_then(|fill| self.fill(fill, &names));
            let folded = |text: &String| if json { text.clone() } else { header(text).name };
            columns.push(Column {
                name: name.get_ref().clone(),
                headers: entry.header.iter().map(folded).collect(),
                shown: entry.header.first().unwrap_or(name.get_ref()).clone(),
                kind,
                required: entry.required,
                formats: entry.formats.clone(),
                nulls: entry.null.clone(),
                fill,
                currency_from_header: entry.currency_from_header,
                needed: false,
            });
        }
        columns
    }

    fn formats(&mut self, formats: &[String], place: Range<usize>) {
        for format in formats {
            if let Err(letter) = DateFormat::new(format) {
                let message = format!("unknown letter `{letter}` in the date format `{format}`");
                let hint = "use %Y %m %d %b %H %I %M %S %p %Z";
                self.complain(place.clone(), &message, hint);
            }
        }
    }

    fn fill(&mut self, fill: &Spanned<String>, names: &[&str]) -> Option<Fill> {
        if fill.get_ref() == "down" {
            return Some(Fill::Down);
        }
        if let Some(within) = fill.get_ref().strip_prefix("down_in:") {
            let found = names.iter().position(|name| *name == within);
            if found.is_none() {
                let word = Spanned::new(fill.span(), within.to_owned());
                self.unknown("column", &word, names.iter().copied());
            }
            return found.map(Fill::DownIn);
        }
        self.unknown("way to fill", fill, ["down", "down_in:<column>"]);
        None
    }

    fn locale(&mut self, file: &LocaleFile, columns: &[Column]) -> Locale {
        let id = file.id.get_ref();
        let (language, country) = id.split_once('-').unwrap_or((id, "XX"));
        let letters = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
        if !letters(language) || !letters(country) {
            let message = format!("`{id}` is not a locale");
            self.complain(file.id.span(), &message, "write language and country: `de-DE`");
        }
        let decimal = file.decimal.as_ref().and_then(|sign| match sign.get_ref().as_str() {
            "," => Some(','),
            "." => Some('.'),
            _ => {
                self.unknown("decimal sign", sign, [",", "."]);
                None
            }
        });
        if let Some(months) = &file.months
            && !MONTH_LANGUAGES.contains(&months.get_ref().as_str())
        {
            self.unknown("language of months", months, MONTH_LANGUAGES.iter().copied());
        }
        self.formats(&file.dates, file.id.span());
        for name in file.values.keys() {
            if !columns.iter().any(|column| column.name == *name.get_ref()) {
                let known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                self.unknown("column", name, known);
            }
        }
        let fold_keys = |words: &BTreeMap<String, String>| {
            words.iter().map(|(word, meaning)| (fold(word), meaning.clone())).collect()
        };
        Locale {
            id: id.clone(),
            when_header: file.when_header.iter().map(|name| header(name).name).collect(),
            decimal,
            dates: file.dates.clone(),
            months: file.months.as_ref().map(|months| months.get_ref().clone()),
            values: file
                .values
                .iter()
                .map(|(name, words)| (name.get_ref().clone(), fold_keys(words)))
                .collect(),
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

    fn fact(&mut self, entry: &Spanned<FactEntry>) -> Option<FactPlan> {
        let file = entry.get_ref();
        let Some(table) = Table::from_name(file.table.get_ref()) else {
            self.unknown("fact table", &file.table, Table::ALL.map(Table::name));
            return None;
        };
        let fields = schema(table);
        let mut set = BTreeMap::new();
        for (name, sql) in &file.set {
            match fields.field_with_name(name.get_ref()) {
                Ok(_) if BY_IMPORT.contains(&name.get_ref().as_str()) => {
                    let message = format!("`{}` is not set by definitions", name.get_ref());
                    self.complain(name.span(), &message, "the import fills it in; remove it here");
                }
                Ok(field) => {
                    if let Some(sql) = self.sql(sql, Some(field.data_type())) {
                        set.insert(name.get_ref().clone(), sql);
                    }
                }
                Err(_) => {
                    let known: Vec<&str> =
                        fields.fields().iter().map(|field| field.name().as_str()).collect();
                    self.unknown("fact field", name, known);
                }
            }
        }
        self.ledger_has_amounts(table, file);
        let classify = file.classify.as_ref().and_then(|classify| self.classify(classify, file));
        self.nothing_missing(table, file);
        let mut amounts = Vec::new();
        for (key, sql) in &file.amounts {
            if let Some(sql) = self.sql(sql, Some(&MONEY)) {
                amounts.push((key.clone(), sql));
            }
        }
        Some(FactPlan {
            table,
            when: self.optional(file.when.as_ref(), &DataType::Boolean),
            container: self.sql(&file.container, Some(&DataType::Utf8))?,
            amounts,
            classify,
            set,
        })
    }

    fn ledger_has_amounts(&mut self, table: Table, file: &FactEntry) {
        let ledger = table == Table::Ledger;
        if ledger && file.amounts.is_empty() {
            let hint = "add `amounts = { amount = \"…\" }`";
            self.complain(file.table.span(), "a ledger fact needs amounts", hint);
        }
        if !ledger && (!file.amounts.is_empty() || file.classify.is_some()) {
            let message = "only ledger facts have amounts and are classified";
            self.complain(file.table.span(), message, "use `set` alone");
        }
    }

    /// Complains about fact fields that must not be null and that nothing sets.
    fn nothing_missing(&mut self, table: Table, file: &FactEntry) {
        let fields = schema(table);
        for field in fields.fields().iter().filter(|field| !field.is_nullable()) {
            let name = field.name().as_str();
            let by_default = BY_IMPORT.contains(&name)
                || ["channel", "provisional", "day_to"].contains(&name)
                || (name == "amount" && !file.amounts.is_empty())
                || (name == "line" && file.classify.is_some());
            if !by_default && !file.set.keys().any(|set| set.get_ref() == name) {
                let message = format!("`{name}` of {} is not set", table.name());
                let hint = format!("a {} fact without it means nothing; add it", table.name());
                self.complain(file.table.span(), &message, &hint);
            }
        }
    }

    fn classify(&mut self, entry: &ClassifyEntry, fact: &FactEntry) -> Option<Classify> {
        let folder = self.source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = format!("{folder}/{}", entry.table.get_ref());
        let names: Vec<&str> = entry.by.iter().map(|name| name.get_ref().as_str()).collect();
        let Some(table) = self.files.get(&path) else {
            let message = format!("there is no fee table `{path}`");
            self.complain(entry.table.span(), &message, "it lies beside the definition");
            return None;
        };
        let fees = FeeTable::read(table, &names, self.chart, self.wrong);
        let mut by = Vec::new();
        for name in &entry.by {
            if name.get_ref() == "amount_key" {
                by.push(By::AmountKey);
                continue;
            }
            // A word the fact itself is given (a canonical `transaction`) or a column of the file.
            let own = fact.set.iter().find(|(set, _)| set.get_ref() == name.get_ref());
            let is_column = self.schema.column_with_name(name.get_ref()).is_some();
            let sql = match own {
                Some((_, sql)) if !is_column => self.sql(sql, Some(&DataType::Utf8)),
                _ => {
                    let quoted = format!("\"{}\"", name.get_ref());
                    self.sql(&Spanned::new(name.span(), quoted), Some(&DataType::Utf8))
                }
            };
            by.extend(sql.map(By::Sql));
        }
        let names = names.into_iter().map(str::to_owned).collect();
        Some(Classify { by, names, fees })
    }

    fn record(&mut self, entry: &Spanned<RecordEntry>) -> Option<RecordPlan> {
        let file = entry.get_ref();
        let kinds = RecordKind::ALL.map(RecordKind::name);
        let Some(at) = kinds.iter().position(|kind| kind == file.kind.get_ref()) else {
            self.unknown("kind of record", &file.kind, kinds);
            return None;
        };
        let kind = RecordKind::ALL[at];
        let fields = kind.fields();
        let mut set = BTreeMap::new();
        for (name, sql) in &file.set {
            match fields.iter().find(|field| field.name() == name.get_ref()) {
                Some(field) => {
                    if let Some(sql) = self.sql(sql, Some(field.data_type())) {
                        set.insert(name.get_ref().clone(), sql);
                    }
                }
                None => {
                    let known: Vec<&str> =
                        fields.iter().map(|field| field.name().as_str()).collect();
                    self.unknown("field of the record", name, known);
                }
            }
        }
        for field in fields.iter().filter(|field| !field.is_nullable()) {
            if !file.set.keys().any(|name| name.get_ref() == field.name()) {
                let message = format!("`{}` of {} is not set", field.name(), kind.name());
                self.complain(file.kind.span(), &message, "add it to `set`");
            }
        }
        let when = self.optional(file.when.as_ref(), &DataType::Boolean);
        Some(RecordPlan { kind, when, set })
    }

    fn control(&mut self, entry: &Spanned<ControlEntry>) -> Option<ControlPlan> {
        let file = entry.get_ref();
        Some(ControlPlan {
            name: file.name.get_ref().clone(),
            when: self.optional(file.when.as_ref(), &DataType::Boolean),
            statement: self.sql(&file.statement, Some(&DataType::Utf8))?,
            expected: self.sql(&file.expected, Some(&MONEY))?,
            currency: self.sql(&file.currency, Some(&DataType::Utf8))?,
            period_from: self.optional(file.period_from.as_ref(), &DataType::Date32),
            period_to: self.optional(file.period_to.as_ref(), &DataType::Date32),
            deposit_day: self.optional(file.deposit_day.as_ref(), &DataType::Date32),
            each_row: file.each_row,
        })
    }

    fn optional(&mut self, sql: Option<&Spanned<String>>, to: &DataType) -> Option<Compiled> {
        sql.and_then(|sql| self.sql(sql, Some(to)))
    }

    fn sql(&mut self, sql: &Spanned<String>, to: Option<&DataType>) -> Option<Compiled> {
        match self.compiler.compile(sql.get_ref(), &self.schema, to) {
            Ok(compiled) => Some(compiled),
            Err(error) => {
                let names = || self.schema.fields().iter().map(|field| field.name().as_str());
                let (message, hint) = match &error.unknown_name {
                    Some(name) => (
                        format!("unknown name `{name}`"),
                        match nearest(name, names()) {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => "name a column of [columns] or a given value".to_owned(),
                        },
                    ),
                    None => (error.message.clone(), String::new()),
                };
                let place = place_in_sql(&self.source.text, sql, &error);
                self.complain(place, &message, &hint);
                None
            }
        }
    }
}
