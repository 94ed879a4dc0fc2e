//! Settlement periods of an Amazon account: planning them, filling them, closing them.

use argosy_kernel::Day;
use chrono::Days;

use crate::{
    entry::{Entry, Reference},
    place::{EU, Instant, JP, Market, StoreIndex, day_of, utc_midnight},
    spec::Spec,
    words::{
        CURRENT_RESERVE, GLOBAL_FREIGHT, PAYABLE, PREVIOUS_RESERVE, SUCCESSFUL_CHARGE, TRANSFER,
        Words,
    },
};

const DAY: i64 = 86_400;

/// Which report tells the money of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Teller {
    /// Old: its settlement report was never kept, only the date-range report is there.
    DateRange,
    /// A settlement report (and, for some, a date-range report that must be ignored).
    Settlement,
    /// Not closed yet: only the date-range report knows it.
    Open,
}

/// One settlement period.
pub(crate) struct Statement {
    pub(crate) id: String,
    pub(crate) start: Instant,
    pub(crate) end: Instant,
    pub(crate) teller: Teller,
    /// What the settlement report states, once closed.
    pub(crate) total: i64,
}

impl Statement {
    pub(crate) fn deposit(&self) -> Instant {
        self.end + 2 * DAY
    }
}

/// What an amount belongs to, before it is known which report tells it.
#[derive(Clone)]
pub(crate) struct Posting {
    pub(crate) at: Instant,
    pub(crate) market: Option<Market>,
    pub(crate) listing: Option<u16>,
    pub(crate) quantity: u16,
    pub(crate) reference: Reference,
    pub(crate) note: Option<String>,
    /// Missed its own period and stands in the next one.
    pub(crate) late: bool,
}

impl Posting {
    /// A charge of the account, without market, product or order.
    pub(crate) fn account(at: Instant) -> Self {
        Self {
            at,
            market: None,
            listing: None,
            quantity: 0,
            reference: Reference::None,
            note: None,
            late: false,
        }
    }
}

/// The books of one Amazon account.
pub(crate) struct Books {
    pub(crate) store: StoreIndex,
    pub(crate) statements: Vec<Statement>,
    pub(crate) entries: Vec<Entry>,
    from: Day,
    to: Day,
    groups: u32,
}

impl Books {
    pub(crate) fn open(store: StoreIndex, spec: &Spec) -> Self {
        let statements = plan(store, spec);
        Self { store, statements, entries: Vec::new(), from: spec.from, to: spec.to, groups: 0 }
    }

    fn statement_at(&self, at: Instant) -> usize {
        self.statements.partition_point(|statement| statement.end <= at).min(self.last())
    }

    fn last(&self) -> usize {
        self.statements.len() - 1
    }

    /// Writes amounts of one order line or charge; false when nothing of it can stand in a report
    /// (outside the time of the company, or too fine for the only report there is).
    pub(crate) fn post(&mut self, posting: Posting, amounts: &[(&'static Words, i64)]) -> bool {
        let own = self.statement_at(posting.at);
        let near_end = self.statements[own].end - posting.at < 3 * DAY;
        let index = if posting.late && near_end { (own + 1).min(self.last()) } else { own };
        let teller = self.statements[index].teller;
        let wide = teller != Teller::Settlement;
        let at =
            if wide && posting.market.is_none() { self.midday(posting.at) } else { posting.at };
        let day = day_of(at, self.store, posting.market);
        if day < self.from || day > self.to {
            return false;
        }
        let deferred = self.deferred(teller, at, &posting);
        let before = self.entries.len();
        for (words, minor) in amounts {
            let line = if wide {
                words.wide.as_ref().and_then(|wide| wide.line)
            } else {
                Some(words.line)
            };
            let Some(line) = line.filter(|_| *minor != 0) else { continue };
            self.entries.push(Entry {
                store: self.store,
                market: posting.market,
                at,
                words,
                note: posting.note.as_deref().map(Box::from),
                listing: posting.listing,
                minor: *minor,
                quantity: posting.quantity,
                reference: posting.reference,
                group: self.groups,
                statement: Some(index),
                line,
                provisional: deferred,
            });
        }
        self.groups += 1;
        self.entries.len() > before
    }

    /// Date-range exports are cut at the account's local days, while a row without market counts
    /// by its UTC day; at this hour both are the same day.
    fn midday(&self, at: Instant) -> Instant {
        let hour = if self.store == JP { 3 } else { 14 };
        at - at.rem_euclid(DAY) + hour * 3600 + at.rem_euclid(3600)
    }

    /// Orders and refunds of the newest days wait for delivery. Japan's report does not say so.
    fn deferred(&self, teller: Teller, at: Instant, posting: &Posting) -> bool {
        teller == Teller::Open
            && self.store != JP
            && posting.market.is_some()
            && at > utc_midnight(self.to) - 6 * DAY
    }

    /// Closes every settlement in turn: debt or reserve of the one before, reserve of its own,
    /// the total; old ones end with their payout.
    pub(crate) fn close(&mut self) {
        self.plant_debt();
        let mut carried = Carried::Nothing;
        for index in 0..self.statements.len() {
            let statement = &self.statements[index];
            let (start, end) = (statement.start, statement.end);
            match statement.teller {
                Teller::DateRange => {
                    let sum = self.sum(index);
                    self.balance(index, end + 3600, &TRANSFER, -sum);
                }
                Teller::Settlement => {
                    match carried {
                        Carried::Nothing => {}
                        Carried::Reserve(held) => {
                            self.balance(index, start, &PREVIOUS_RESERVE, held);
                        }
                        Carried::Debt(owed) => {
                            self.balance(index, start, &PAYABLE, -owed);
                            let first = owed / 3;
                            let card = start + DAY + 4000;
                            self.balance(index, card, &SUCCESSFUL_CHARGE, first);
                            self.balance(index, card + 9000, &SUCCESSFUL_CHARGE, owed - first);
                        }
                    }
                    carried = self.close_settlement(index, end);
                }
                Teller::Open => {}
            }
        }
        self.entries.sort_by_key(|entry| (entry.statement, entry.at, entry.group));
    }

    fn close_settlement(&mut self, index: usize, end: Instant) -> Carried {
        let sum = self.sum(index);
        let held = match self.store {
            JP => 0,
            EU => sum.max(0) * 6 / 100,
            _ => sum.max(0) * 9 / 100,
        };
        self.balance(index, end - 1, &CURRENT_RESERVE, -held);
        self.statements[index].total = sum - held;
        match sum {
            ..0 => Carried::Debt(-sum),
            _ if held > 0 => Carried::Reserve(held),
            _ => Carried::Nothing,
        }
    }

    /// One settlement of the Japanese account ends below zero: freight ate the sales.
    fn plant_debt(&mut self) {
        let mut settled = (0..self.statements.len())
            .filter(|at| self.statements[*at].teller == Teller::Settlement);
        if self.store != JP {
            return;
        }
        let Some(index) = settled.nth(2) else { return };
        let sum = self.sum(index);
        let freight = sum + sum / 4 + 5000;
        let posting = Posting::account(self.statements[index].end - 2 * DAY);
        self.post(posting, &[(&GLOBAL_FREIGHT, -freight)]);
    }

    fn sum(&self, index: usize) -> i64 {
        let of = |entry: &&Entry| entry.statement == Some(index);
        self.entries.iter().filter(of).map(|entry| entry.minor).sum()
    }

    /// A balance row stands in its statement whatever the time says.
    fn balance(&mut self, index: usize, at: Instant, words: &'static Words, minor: i64) {
        if minor == 0 {
            return;
        }
        self.entries.push(Entry {
            store: self.store,
            market: None,
            at,
            words,
            note: None,
            listing: None,
            minor,
            quantity: 0,
            reference: Reference::None,
            group: self.groups,
            statement: Some(index),
            line: words.line,
            provisional: false,
        });
        self.groups += 1;
    }
}

#[derive(Clone, Copy)]
enum Carried {
    Nothing,
    Reserve(i64),
    Debt(i64),
}

/// Fourteen days each, contiguous; the first weeks told by date-range reports only, the last open.
fn plan(store: StoreIndex, spec: &Spec) -> Vec<Statement> {
    let close_at = match store {
        JP => 3 * 3600 + 40 * 60 + 11,
        EU => 10 * 3600 + 12 * 60 + 31,
        _ => 16 * 3600 + 21 * 60 + 8,
    };
    // The accounts do not settle on the same day of the week.
    let mut start = utc_midnight(spec.from - Days::new(2 + store as u64 * 3)) + close_at;
    let end_of_time = utc_midnight(spec.to + Days::new(1));
    let mut statements = Vec::new();
    while start < end_of_time {
        let end = start + 14 * DAY;
        let id = 28_471_003_921 + store as u64 * 1_310_000_000 + statements.len() as u64 * 104_729;
        let id = id.to_string();
        let teller = Teller::Settlement;
        statements.push(Statement { id, start, end, teller, total: 0 });
        start = end;
    }
    let count = statements.len();
    let old = if count >= 12 { 4 } else { usize::from(count >= 4) };
    for statement in &mut statements[..old] {
        statement.teller = Teller::DateRange;
    }
    // A period that ends on the last day is open too: its report comes two days later.
    for statement in &mut statements {
        if statement.end >= end_of_time - DAY {
            statement.teller = Teller::Open;
        }
    }
    statements
}
