//! A statement told by several files adds up over all of them.
//!
//! Exports cut by days end in the middle of a payout: its total then stands in one file and some of
//! its lines in another. So what does not add up in the file alone is added up over all the store
//! tells, as it would be after the import. The same goes for what earlier imports could not add up
//! and this one completes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use argosy_desk::Balance;
use argosy_facts::{
    FactStore, FactsError,
    arrow::{
        array::AsArray,
        datatypes::{Date32Type, Decimal128Type},
    },
};
use argosy_kernel::{FactFile, Problem, Table, names::sql_text};

use crate::{
    balance::{Unbalanced, not_explained},
    translate::money,
};

/// The facts as they would be.
pub(crate) struct After<'a> {
    pub(crate) facts: &'a FactStore,
    pub(crate) files: &'a [FactFile],
    /// Those of them that the import wrote.
    pub(crate) added: &'a [FactFile],
    pub(crate) store: &'a str,
    /// The first 16 digits of the file's hash.
    pub(crate) raw: &'a str,
    /// Statements of the file whose lines were left out, as an earlier copy adds up.
    pub(crate) worse: &'a BTreeSet<String>,
}

/// What the store tells of a statement in one currency.
#[derive(Default)]
struct Told {
    sum: i128,
    /// The first day of its lines, and the raw file that tells it.
    first: Option<(i32, String)>,
    by_others: bool,
}

/// What is left to tell of `unbalanced`; the balances of statements in parts become those of the
/// store.
pub(crate) async fn settle(
    after: &After<'_>,
    balances: &mut [Balance],
    unbalanced: Vec<Unbalanced>,
) -> Result<Vec<Problem>, FactsError> {
    let open = |one: &Unbalanced| one.in_parts && !after.worse.contains(&one.statement);
    let statements: BTreeSet<&str> =
        unbalanced.iter().filter(|one| open(one)).map(|one| one.statement.as_str()).collect();
    let told = after.told(&statements).await?;
    let (mut problems, mut settled) = (Vec::new(), BTreeSet::new());
    for one in &unbalanced {
        if !open(one) {
            problems.push(one.problem.clone());
            continue;
        }
        // Several tables of a file may tell the same total; what all of them lack is told once.
        if !settled.insert((&one.statement, &one.name, &one.currency)) {
            continue;
        }
        let same = |balance: &&mut Balance| {
            balance.statement == one.statement
                && balance.name == one.name
                && balance.currency == one.currency
        };
        let mut problem = None;
        for balance in balances.iter_mut().filter(same) {
            told.settle(balance);
            if problem.is_none() && !balance.difference.is_zero() {
                problem = Some(problem_of(one, balance, told.of(balance)));
            }
        }
        problems.extend(problem);
    }
    Ok(problems)
}

/// The balances of `earlier` imports of the store, oldest first, that its facts now add up otherwise,
/// by import: those whose statements the new file tells, too.
pub(crate) async fn settle_earlier(
    after: &After<'_>,
    mut earlier: Vec<(i64, Vec<Balance>)>,
) -> Result<BTreeMap<i64, Vec<Balance>>, FactsError> {
    let mut open = open_balances(&mut earlier);
    let statements = open.iter().map(|(_, balance)| balance.statement.as_str()).collect();
    let touched = after.told_by_file(&statements).await?;
    let told = after.told(&touched.iter().map(String::as_str).collect()).await?;
    let mut changed = BTreeSet::new();
    for (import, balance) in &mut open {
        let before = balance.clone();
        if touched.contains(&balance.statement) {
            told.settle(balance);
        }
        if **balance != before {
            changed.insert(*import);
        }
    }
    Ok(earlier.into_iter().filter(|(import, _)| changed.contains(import)).collect())
}

/// Statements that do not add up in their file alone. One that an import before it tells whole was
/// left out as the worse copy, and stays as it is.
fn open_balances(earlier: &mut [(i64, Vec<Balance>)]) -> Vec<(i64, &mut Balance)> {
    let mut whole: BTreeSet<(String, String)> = BTreeSet::new();
    let mut open = Vec::new();
    for (import, balances) in earlier {
        let mut added = Vec::new();
        for balance in balances {
            let key = (balance.statement.clone(), balance.name.clone());
            if balance.of_file.unwrap_or(balance.sum) == balance.expected {
                added.push(key);
            } else if balance.in_part || balance.of_file.is_some() || !whole.contains(&key) {
                open.push((*import, balance));
            }
        }
        whole.extend(added);
    }
    open
}

/// Whether lines of a statement may stand in an export of days before: its first line here stands
/// on the first day of the file that tells it, or there is none at all.
fn reaches_back(told: &Told, begins: &HashMap<String, i32>) -> bool {
    told.first.as_ref().is_none_or(|(day, raw)| begins.get(raw).is_none_or(|first| day <= first))
}

fn problem_of(one: &Unbalanced, balance: &Balance, told: &Told) -> Problem {
    let Balance { statement, currency, sum, difference, .. } = balance;
    let found = format!("{sum} {currency} for {statement}");
    let mut problem = one.problem.clone().found(found);
    if balance.in_part {
        let mut note = Problem::note("statement_in_part")
            .expected(problem.expected.clone())
            .found(problem.found.clone())
            .hint("the rest stands in an export of earlier days; import that one too");
        note.place = problem.place;
        return note;
    }
    if told.by_others {
        problem = problem.hint(not_explained(*difference, currency));
    }
    problem
}

/// What the store tells of statements.
#[derive(Default)]
struct ToldAll {
    /// By statement and currency.
    told: HashMap<(String, String), Told>,
    /// The first day of raw files.
    begins: HashMap<String, i32>,
    nothing: Told,
}

impl ToldAll {
    fn of(&self, balance: &Balance) -> &Told {
        let key = (balance.statement.clone(), balance.currency.clone());
        self.told.get(&key).unwrap_or(&self.nothing)
    }

    /// Makes the balance of a file that of the store.
    fn settle(&self, balance: &mut Balance) {
        let told = self.of(balance);
        let sum = money(told.sum);
        if sum != balance.sum {
            let of_file = *balance.of_file.get_or_insert(balance.sum);
            balance.of_file = Some(of_file).filter(|of_file| *of_file != sum);
            (balance.sum, balance.difference) = (sum, (sum - balance.expected).normalize());
        }
        balance.in_part = !balance.difference.is_zero() && reaches_back(told, &self.begins);
    }
}

impl After<'_> {
    fn ledger(&self, files: &[FactFile]) -> Vec<FactFile> {
        let ledger = |file: &&FactFile| file.table == Table::Ledger && file.store == self.store;
        files.iter().filter(ledger).cloned().collect()
    }

    /// Those of `statements` of which the new file tells lines.
    async fn told_by_file(
        &self,
        statements: &BTreeSet<&str>,
    ) -> Result<BTreeSet<String>, FactsError> {
        let files = self.ledger(self.added);
        let mut touched = BTreeSet::new();
        if files.is_empty() || statements.is_empty() {
            return Ok(touched);
        }
        let sql = format!(
            "select distinct statement from ledger where raw = {} and statement in ({})",
            sql_text(self.raw),
            words(statements.iter().copied())
        );
        for batch in self.facts.session(&files)?.query(&sql).await? {
            let found = batch.column(0).as_string::<i32>();
            touched.extend(found.iter().flatten().map(str::to_owned));
        }
        Ok(touched)
    }

    async fn told(&self, statements: &BTreeSet<&str>) -> Result<ToldAll, FactsError> {
        let files = self.ledger(self.files);
        let mut all = ToldAll::default();
        let ToldAll { told, begins, .. } = &mut all;
        if files.is_empty() || statements.is_empty() {
            return Ok(all);
        }
        let session = self.facts.session(&files)?;
        let sql = format!(
            "select statement, currency, raw, cast(sum(amount) as decimal(38, 6)), min(day) \
             from ledger where statement in ({}) group by 1, 2, 3",
            words(statements.iter().copied())
        );
        for batch in session.query(&sql).await? {
            let text = |at: usize| batch.column(at).as_string::<i32>();
            let sums = batch.column(3).as_primitive::<Decimal128Type>();
            let days = batch.column(4).as_primitive::<Date32Type>();
            for row in 0..batch.num_rows() {
                let key = (text(0).value(row).to_owned(), text(1).value(row).to_owned());
                let raw = text(2).value(row);
                let entry = told.entry(key).or_default();
                entry.sum += sums.value(row);
                entry.by_others |= raw != self.raw;
                let first = (days.value(row), raw.to_owned());
                if entry.first.as_ref().is_none_or(|known| first < *known) {
                    entry.first = Some(first);
                }
            }
        }
        let raws: BTreeSet<&str> =
            told.values().filter_map(|told| Some(told.first.as_ref()?.1.as_str())).collect();
        if raws.is_empty() {
            return Ok(all);
        }
        let sql = format!(
            "select raw, min(day) from ledger where raw in ({}) group by 1",
            words(raws.iter().copied())
        );
        for batch in session.query(&sql).await? {
            let raws = batch.column(0).as_string::<i32>();
            let days = batch.column(1).as_primitive::<Date32Type>();
            for row in 0..batch.num_rows() {
                begins.insert(raws.value(row).to_owned(), days.value(row));
            }
        }
        Ok(all)
    }
}

/// Words as SQL lists them.
fn words<'a>(all: impl Iterator<Item = &'a str>) -> String {
    all.map(sql_text).collect::<Vec<_>>().join(", ")
}
