//! A statement told by several files adds up over all of them.
//!
//! Exports cut by days end in the middle of a payout: its total then stands in one file and some of
//! its lines in another. So what does not add up in the file alone is added up over all the store
//! tells, as it would be after the import.

use std::collections::{BTreeSet, HashMap};

use argosy_desk::Balance;
use argosy_facts::{
    FactStore, FactsError,
    arrow::{
        array::AsArray,
        datatypes::{Date32Type, Decimal128Type},
    },
};
use argosy_kernel::{FactFile, Problem, Table};

use crate::{
    balance::{Unbalanced, not_explained},
    translate::money,
};

/// The facts as they would be.
pub(crate) struct After<'a> {
    pub(crate) facts: &'a FactStore,
    pub(crate) files: &'a [FactFile],
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
    let (told, begins) = if statements.is_empty() {
        (HashMap::new(), HashMap::new())
    } else {
        after.told(&statements).await?
    };
    let nothing = Told::default();
    let mut problems = Vec::new();
    for one in &unbalanced {
        let same = |balance: &&mut Balance| {
            balance.statement == one.statement
                && balance.name == one.name
                && balance.currency == one.currency
        };
        let balance = balances.iter_mut().find(same).filter(|_| open(one));
        let Some(balance) = balance else {
            problems.push(one.problem.clone());
            continue;
        };
        let key = (one.statement.clone(), one.currency.clone());
        let told = told.get(&key).unwrap_or(&nothing);
        let sum = money(told.sum);
        if sum != balance.sum {
            balance.of_file = Some(balance.sum);
            (balance.sum, balance.difference) = (sum, (sum - balance.expected).normalize());
        }
        balance.in_part = !balance.difference.is_zero() && reaches_back(told, &begins);
        if !balance.difference.is_zero() {
            problems.push(problem_of(one, balance, told));
        }
    }
    Ok(problems)
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

/// What is told by statement and currency, and the first day of raw files.
type ToldAll = (HashMap<(String, String), Told>, HashMap<String, i32>);

impl After<'_> {
    async fn told(&self, statements: &BTreeSet<&str>) -> Result<ToldAll, FactsError> {
        let ledger = |file: &&FactFile| file.table == Table::Ledger && file.store == self.store;
        let files: Vec<FactFile> = self.files.iter().filter(ledger).cloned().collect();
        let mut told: HashMap<(String, String), Told> = HashMap::new();
        let mut begins = HashMap::new();
        if files.is_empty() {
            return Ok((told, begins));
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
            return Ok((told, begins));
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
        Ok((told, begins))
    }
}

/// Words as SQL lists them.
fn words<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let quoted = all.map(|word| format!("'{}'", word.replace('\'', "''")));
    quoted.collect::<Vec<_>>().join(", ")
}
