//! `bookings`, `unbook`, `warehouses`, `money`, `retention --rules …`: what the company has decided,
//! shown and changed.

use argosy_desk::WarehouseRule;
use argosy_metrics::StoreWithVat;
use serde_json::json;

use crate::{
    app::App,
    cli::{Outcome, args, books::shown, import::CLI, print::Out},
    error::Error,
    http::books::{self, ChangeMoney},
    retention::{Policy, Rules},
};

pub(super) async fn bookings(out: Out, app: &App) -> Result<Outcome, Error> {
    shown(out, &json!({ "bookings": books::history(app).await? }));
    Ok(Outcome::Good)
}

pub(super) async fn unbook(out: Out, app: &App, args: &args::Unbook) -> Result<Outcome, Error> {
    let booking = args.booking;
    app.desk().unbook(booking, CLI).await?;
    if out.json {
        out.json(&json!({ "booking": booking }));
    }
    out.say(
        &format!("booking {booking} is taken back; its money waits in quarantine again"),
        &format!("已撤销归类 {booking}，相关金额重新待归类"),
    );
    Ok(Outcome::Good)
}

/// `STORE[/MARKET[/PLACE]]` as a rule that still lacks its warehouse.
fn rule_of(place: &str) -> Result<WarehouseRule, Error> {
    let mut parts = place.splitn(3, '/').map(str::trim);
    let store = parts.next().unwrap_or_default().to_owned();
    let mut given = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
    let (market, place_name) = (given().map(|market| market.to_uppercase()), given());
    if store.is_empty() {
        return Err(Error::told(
            format!("`{place}` names no store; write STORE, STORE/MARKET or STORE/MARKET/PLACE"),
            format!("`{place}` 未写店铺；请写 店铺、店铺/站点 或 店铺/站点/仓位"),
        ));
    }
    Ok(WarehouseRule { store, market, place: place_name, warehouse: String::new() })
}

fn is_same_place(one: &WarehouseRule, other: &WarehouseRule) -> bool {
    (&one.store, &one.market, &one.place) == (&other.store, &other.market, &other.place)
}

pub(super) async fn warehouses(
    out: Out,
    app: &App,
    args: &args::Warehouses,
) -> Result<Outcome, Error> {
    if !args.set.is_empty() || !args.remove.is_empty() {
        let mut rules = app.desk().warehouse_rules().await?;
        for place in &args.remove {
            let gone = rule_of(place)?;
            let before = rules.len();
            rules.retain(|rule| !is_same_place(rule, &gone));
            if rules.len() == before {
                return Err(Error::told(
                    format!("there is no rule for `{place}`; `argosy warehouses` lists them"),
                    format!("没有 `{place}` 的规则；可用 `argosy warehouses` 查看"),
                ));
            }
        }
        for text in &args.set {
            let Some((place, warehouse)) = text.split_once('=') else {
                return Err(Error::told(
                    format!("`{text}` names no warehouse; write STORE=WAREHOUSE"),
                    format!("`{text}` 未写仓库；请写 店铺=仓库"),
                ));
            };
            let rule = WarehouseRule { warehouse: warehouse.trim().to_owned(), ..rule_of(place)? };
            rules.retain(|known| !is_same_place(known, &rule));
            rules.push(rule);
        }
        app.desk().save_warehouse_rules(&rules, CLI).await?;
    }
    shown(out, &json!({ "rules": app.desk().warehouse_rules().await? }));
    Ok(Outcome::Good)
}

/// `STORE[/MARKET][=RATE]`.
fn store_with_vat(text: &str) -> Result<StoreWithVat, Error> {
    let (place, rate) = match text.split_once('=') {
        Some((place, rate)) => (place, Some(rate)),
        None => (text, None),
    };
    let rate = rate.map(|rate| rate.trim().parse()).transpose().map_err(|_| {
        Error::told(
            format!("the rate of `{text}` is no number; write a fraction such as 0.07"),
            format!("`{text}` 的税率不是数字；请写小数，如 0.07"),
        )
    })?;
    let WarehouseRule { store, market, .. } = rule_of(place)?;
    Ok(StoreWithVat { store, market, rate })
}

pub(super) async fn money(out: Out, app: &App, args: args::MoneyPolicy) -> Result<Outcome, Error> {
    let stores = args.store_with_vat.iter().map(|text| store_with_vat(text));
    let stores = stores.collect::<Result<Vec<_>, Error>>()?;
    let changes_stores = !stores.is_empty() || args.no_store_with_vat;
    let change = ChangeMoney {
        fx_policy: args.fx_policy,
        fx_results: args.fx_results,
        vat: args.vat,
        stores_with_vat: changes_stores.then_some(stores),
    };
    let is_change = changes_stores
        || change.fx_policy.is_some()
        || change.fx_results.is_some()
        || change.vat.is_some();
    let money = match is_change {
        true => books::change_money(app, change, CLI).await?,
        false => app.money_settings().await?,
    };
    shown(out, &json!(money));
    Ok(Outcome::Good)
}

/// Shows the rules of retention, changed first where something is to be changed.
pub(super) async fn retention(
    out: Out,
    app: &App,
    args: &args::Retention,
) -> Result<Outcome, Error> {
    let mut rules = Rules::read(app).await?;
    rules.days = args.days.unwrap_or(rules.days);
    for text in &args.keep {
        let wrong = || {
            Error::told(
                format!("`{text}` is no rule; write SOURCE=DAYS, SOURCE=forever or SOURCE=usual"),
                format!("`{text}` 不是规则；请写 来源=天数、来源=forever 或 来源=usual"),
            )
        };
        let (source, days) = text.split_once('=').ok_or_else(wrong)?;
        let source = source.trim().to_owned();
        rules.policies.retain(|policy| policy.source != source);
        let days = match days.trim() {
            "usual" => continue,
            "forever" => None,
            days => Some(days.parse().map_err(|_| wrong())?),
        };
        rules.policies.push(Policy { source, days, reason: args.reason.clone() });
    }
    if args.days.is_some() || !args.keep.is_empty() {
        rules.save(app, CLI).await?;
    }
    shown(out, &json!({ "days": rules.days, "policies": rules.policies }));
    Ok(Outcome::Good)
}
