//! Costs in time held against the simulated company: every method to the millionth of a yuan, and
//! what is shared over products to the fen.

use std::collections::BTreeMap;

use argosy_desk::WarehouseRule;
use argosy_kernel::Day;
use argosy_metrics::{Profit, ProfitQuestion};
use argosy_sim::{
    BookedCell, Company, CostKey, Method, Spec, Told, write_all, write_movements, write_purchases,
};
use rust_decimal::Decimal;

use super::truth::{Books, Reports};

/// The company with all its documents, in books kept in yuan: no exchange rate comes in between.
async fn books(company: &Company) -> Books {
    let books = Books::new().await;
    let desk = books.app.desk();
    desk.set_setting("reporting_currency", "CNY", "cli").await.unwrap();
    for reports in [Reports::of(company, write_all), Reports::of(company, write_purchases)] {
        for (path, file) in reports.each() {
            books.take(&path, file).await;
        }
    }
    let rule = |(store, warehouse): (&str, &str)| WarehouseRule {
        store: store.to_owned(),
        market: None,
        place: None,
        warehouse: warehouse.to_owned(),
    };
    let rules: Vec<_> = argosy_sim::warehouses().map(rule).collect();
    desk.save_warehouse_rules(&rules, "cli").await.unwrap();
    books
}

async fn profit(books: &Books, question: serde_json::Value) -> Profit {
    let files = books.app.desk().current_files(None).await.unwrap();
    let session = books.app.facts().session(&files).unwrap();
    let desk = books.app.desk_data().await.unwrap();
    let question: ProfitQuestion = serde_json::from_value(question).unwrap();
    books.app.engine().profit(&session, &desk, &question).await.unwrap()
}

/// Amounts of a line by the parts of their column's key.
fn amounts(profit: &Profit, line: &str, parts: &[&str]) -> BTreeMap<Vec<String>, Decimal> {
    let cells = profit.cells.get(line).map(Vec::as_slice).unwrap_or_default();
    let mut found = BTreeMap::new();
    for (column, amount) in profit.columns.iter().zip(cells) {
        let key = serde_json::to_value(&column.key).unwrap();
        let part = |name: &&str| {
            let text = key[*name].as_str().unwrap_or_default();
            text.get(..7).filter(|_| *name == "month").unwrap_or(text).to_owned()
        };
        let amount = amount.0.unwrap_or_default();
        if !amount.is_zero() {
            *found.entry(parts.iter().map(part).collect()).or_default() += amount;
        }
    }
    found
}

fn asked(company: &Company, by: &[&str]) -> serde_json::Value {
    let Spec { from, to, .. } = company.spec;
    serde_json::json!({ "by": by, "from": from, "to": to, "currency": "CNY" })
}

const BY: [&str; 4] = ["store", "seller_sku", "market", "month"];

fn cell(at: &BookedCell) -> Vec<String> {
    let market = at.market.unwrap_or_default().to_owned();
    vec![at.store.to_owned(), at.seller_sku.clone(), market, at.month.to_string()[..7].to_owned()]
}

fn truth(
    key: &CostKey,
    of: fn(&argosy_sim::BookedSum) -> Decimal,
) -> BTreeMap<Vec<String>, Decimal> {
    let all = key.booked.iter().map(|(at, sum)| (cell(at), -of(sum)));
    all.filter(|(_, amount)| !amount.is_zero()).collect()
}

#[track_caller]
fn assert_same<K: Ord + std::fmt::Debug>(
    what: &str,
    seen: &BTreeMap<K, Decimal>,
    truth: &BTreeMap<K, Decimal>,
) {
    let keys: std::collections::BTreeSet<&K> = seen.keys().chain(truth.keys()).collect();
    let count = keys.len();
    let wrong: Vec<_> = keys
        .into_iter()
        .map(|at| (at, seen.get(at), truth.get(at)))
        .filter(|(_, seen, truth)| {
            seen.unwrap_or(&Decimal::ZERO) != truth.unwrap_or(&Decimal::ZERO)
        })
        .map(|(at, seen, truth)| format!("{at:?}: seen {seen:?}, truth {truth:?}"))
        .collect();
    let shown: Vec<_> = wrong.iter().take(20).collect();
    assert!(wrong.is_empty(), "{what}: {} of {count} differ: {shown:#?}", wrong.len());
}

/// All figures of costs in time by each method.
async fn hold_against(books: &Books, company: &Company, told: Told) {
    for method in Method::ALL {
        let key = company.costs_in_time(method, told);
        books.app.desk().set_setting("costing_method", method.id(), "cli").await.unwrap();
        let account = profit(books, asked(company, &BY)).await;
        let what = method.id();
        assert_same(what, &amounts(&account, "cogs", &BY), &truth(&key, |sum| sum.goods_sold));
        let unsellable = amounts(&account, "goods_returned_unsellable", &BY);
        assert_same(what, &unsellable, &truth(&key, |sum| sum.unsellable));
        assert!(key.booked.len() > 200, "{}", key.booked.len());

        let files = books.app.desk().current_files(None).await.unwrap();
        let session = books.app.facts().session(&files).unwrap();
        let desk = books.app.desk_data().await.unwrap();
        let mut days: Vec<Day> = key.stock.keys().map(|(day, ..)| *day).collect();
        days.dedup();
        let mut there = Decimal::ZERO;
        for day in days {
            let stock = books.app.engine().stock_value(&session, &desk, day).await.unwrap();
            assert!(stock.problems.is_empty(), "{:?}", stock.problems);
            let seen: BTreeMap<_, _> =
                stock.rows.iter().map(|row| ((&*row.sku, &*row.warehouse), row.value)).collect();
            let of_day = key.stock.iter().filter(|((at, ..), _)| *at == day);
            let truth: BTreeMap<_, _> =
                of_day.map(|((_, sku, place), sum)| ((&**sku, *place), sum.value)).collect();
            assert_same(&format!("{what}, stock of {day}"), &seen, &truth);
            assert_eq!(stock.value, truth.values().sum::<Decimal>());
            there = stock.value;
        }
        assert_eq!(key.put_in, key.from_documents + there, "{what}: cost was made or lost");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cost_of_goods_and_stock_value_equal_the_answer_key_by_each_method() {
    let company = Company::generate(&Spec::small().with_seed(23));
    let books = books(&company).await;
    hold_against(&books, &company, Told::Sales).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_that_are_told_to_be_shipped_are_booked_then_and_come_back_at_what_they_cost() {
    let company = Company::generate(&Spec::small().with_seed(31));
    let books = books(&company).await;
    let reports = Reports::of(&company, write_movements);
    for (path, file) in reports.each() {
        books.take(&path, file).await;
    }
    hold_against(&books, &company, Told::Shipments).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn own_expenses_shared_over_products_are_the_whole_to_the_fen() {
    let company = Company::generate(&Spec::small().with_seed(29));
    let books = Books::new().await;
    let reports = Reports::of(&company, write_all);
    for (path, file) in reports.each() {
        books.take(&path, file).await;
    }
    let mut question = asked(&company, &["store", "seller_sku", "month"]);
    let booked = profit(&books, question.clone()).await;
    question["allocate"] = true.into();
    let shared = profit(&books, question).await;
    let units = units_sold(&company);
    for line in ["rent", "salaries", "software", "samples", "other_expense"] {
        let whole = amounts(&booked, line, &["month"]);
        assert!(whole.len() >= 4, "{line}");
        assert_same(line, &amounts(&shared, line, &["month"]), &whole);
        let parts = amounts(&shared, line, &["store", "seller_sku", "month"]);
        let (own, given): (Vec<_>, Vec<_>) = parts.iter().partition(|(at, _)| at[1].is_empty());
        if line == "other_expense" {
            assert!(given.is_empty(), "no rule, no share: {given:?}");
            continue;
        }
        assert!(own.is_empty() && given.len() > 100, "{line}: {own:?}");
        if line == "salaries" {
            for (at, part) in given {
                let month: Vec<_> = units.iter().filter(|(of, _)| of[2] == at[2]).collect();
                let all: i64 = month.iter().map(|(_, units)| **units).sum();
                let exact = whole[&at[2..]] * Decimal::from(units[at]) / Decimal::from(all);
                assert!((*part - exact).abs() < Decimal::new(1, 2) * Decimal::from(4), "{at:?}");
            }
        }
    }
}

/// By store, SKU and month.
fn units_sold(company: &Company) -> BTreeMap<Vec<String>, i64> {
    let mut units = BTreeMap::new();
    for (cell, sum) in &company.answer_key().ledger {
        let Some(sku) = cell.seller_sku.clone().filter(|_| sum.units > 0) else { continue };
        let at = vec![cell.store.to_owned(), sku, cell.month.to_string()[..7].to_owned()];
        *units.entry(at).or_default() += sum.units;
    }
    units
}
