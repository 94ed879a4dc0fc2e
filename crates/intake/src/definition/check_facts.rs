//! What a definition makes of its rows: facts, records, controls and checks, with their SQL compiled.

use std::collections::BTreeMap;

use argosy_facts::{
    arrow::datatypes::DataType,
    expr::Compiled,
    schema::{MONEY, schema},
};
use argosy_kernel::{Table, knowledge::nearest};
use toml::Spanned;

use super::{
    check::Check,
    fees::FeeTable,
    file::{CheckEntry, ClassifyEntry, ControlEntry, FactEntry, LeaveOutEntry, RecordEntry},
    model::{
        Amount, By, CheckPlan, Classify, ControlPlan, FactPlan, LeaveOutPlan, RecordKind,
        RecordPlan,
    },
    sql_names::place_in_sql,
};

/// What an import itself knows of a fact; a definition must not set it.
const BY_IMPORT: [&str; 5] = ["store", "container", "definition", "raw", "row"];

/// The field that each of the `amounts` of a row fills.
pub(crate) fn amount_field(table: Table) -> Option<&'static str> {
    match table {
        Table::Ledger | Table::Details => Some("amount"),
        Table::Measures => Some("value"),
        Table::Stock | Table::Movements => Some("units"),
        _ => None,
    }
}

impl Check<'_> {
    pub(super) fn fact(&mut self, entry: &Spanned<FactEntry>) -> Option<FactPlan> {
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
        self.amounts_fit(table, file);
        let classify = file.classify.as_ref().and_then(|classify| self.classify(classify, file));
        self.nothing_missing(table, file);
        for key in &file.keep_zero {
            if key.get_ref() != "*" && !file.amounts.contains_key(key.get_ref()) {
                self.unknown("key of the amounts", key, file.amounts.keys().map(String::as_str));
            }
        }
        let keeps = |key: &str| {
            file.keep_zero.iter().any(|kept| kept.get_ref() == "*" || kept.get_ref() == key)
        };
        let mut amounts = Vec::new();
        for (key, sql) in &file.amounts {
            if let Some(sql) = self.sql(sql, Some(&MONEY)) {
                amounts.push(Amount { key: key.clone(), sql, keep_zero: keeps(key) });
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

    fn amounts_fit(&mut self, table: Table, file: &FactEntry) {
        if table == Table::Ledger && file.amounts.is_empty() {
            let hint = "add `amounts = { amount = \"…\" }`";
            self.complain(file.table.span(), "a ledger fact needs amounts", hint);
        }
        if !file.amounts.is_empty() && amount_field(table).is_none() {
            let message = format!("{} facts have no amounts", table.name());
            self.complain(file.table.span(), &message, "use `set` alone");
        }
        let has_lines = matches!(table, Table::Ledger | Table::Details);
        if file.classify.is_some() && (!has_lines || file.amounts.is_empty()) {
            let message = "only amounts of the ledger and of details are classified";
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
                || (!file.amounts.is_empty()
                    && (amount_field(table) == Some(name) || name == "measure"))
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
            if let Some((_, sql)) =
                entry.words.iter().find(|(word, _)| word.get_ref() == name.get_ref())
            {
                by.extend(self.sql(sql, Some(&DataType::Utf8)).map(By::Sql));
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
        for word in entry.words.keys().filter(|word| !names.contains(&word.get_ref().as_str())) {
            self.unknown("word of `by`", word, names.iter().copied());
        }
        let names = names.into_iter().map(str::to_owned).collect();
        Some(Classify { by, names, fees })
    }

    pub(super) fn record(&mut self, entry: &Spanned<RecordEntry>) -> Option<RecordPlan> {
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

    pub(super) fn control(&mut self, entry: &Spanned<ControlEntry>) -> Option<ControlPlan> {
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
            in_parts: file.in_parts,
        })
    }

    /// The states of `[later]`: SQL over the fields of the table, as facts that are stored already
    /// are ordered by it too.
    pub(super) fn later(
        &mut self,
        entries: &BTreeMap<Spanned<String>, Spanned<String>>,
    ) -> BTreeMap<Table, Compiled> {
        let mut later = BTreeMap::new();
        for (name, sql) in entries {
            let Some(table) = Table::from_name(name.get_ref()) else {
                self.unknown("fact table", name, Table::ALL.map(Table::name));
                continue;
            };
            let fields = schema(table).as_ref().clone();
            let columns = std::mem::replace(&mut self.schema, fields);
            let compiled = self.sql(sql, Some(&DataType::Int64));
            self.schema = columns;
            later.extend(compiled.map(|sql| (table, sql)));
        }
        later
    }

    pub(super) fn row_check(&mut self, entry: &Spanned<CheckEntry>) -> Option<CheckPlan> {
        let file = entry.get_ref();
        Some(CheckPlan {
            name: file.name.clone(),
            holds: self.sql(&file.holds, Some(&DataType::Boolean))?,
            found: self.optional(file.found.as_ref(), &DataType::Utf8),
            expected: self.optional(file.expected.as_ref(), &DataType::Utf8),
            column: file.column.clone(),
        })
    }

    pub(super) fn leave_out(&mut self, entry: &Spanned<LeaveOutEntry>) -> Option<LeaveOutPlan> {
        let file = entry.get_ref();
        let when = self.sql(&file.when, Some(&DataType::Boolean))?;
        Some(LeaveOutPlan { when, why: file.why.clone() })
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
