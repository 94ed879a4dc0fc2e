//! Settlements, orders, payouts and coupons.

use std::io;

use crate::{
    dice::scramble,
    entry::amazon_order_id,
    place::{Instant, start_of, utc},
    trial::{
        Trial,
        books::{Row, Statement},
        goods::{DE, TRIAL_STORES},
        write::{Files, money},
    },
    write::{
        Numerals, ORDERS_HEADER, Out, SETTLEMENT_HEADER, SimError, european_utc, iso_offset,
        iso_utc,
    },
};

const DAY: i64 = 86_400;

impl Files<'_> {
    pub(super) fn money(&mut self, store: usize) -> Result<(), SimError> {
        let trial = self.trial;
        for statement in &trial.books.statements[store] {
            let end = trial.spec.day(statement.days.1);
            let name = format!("settlement-{end}.txt");
            self.text(store, &name, "amazon.settlement_v2", |out| {
                settlement(out, trial, store, statement)
            })?;
        }
        self.text(store, "financial-event-groups.json", "amazon.financial_event_groups", |out| {
            event_groups(out, trial, store)
        })?;
        if trial.spec.orders {
            self.orders(store)?;
        }
        self.coupons(store)
    }

    fn orders(&mut self, store: usize) -> Result<(), SimError> {
        let trial = self.trial;
        let zone = TRIAL_STORES[store].market.zone();
        for (from, to) in self.months(0) {
            let name = format!("all-orders-{}.txt.gz", trial.spec.day(from));
            let start = start_of(trial.spec.day(from), zone);
            let end = start_of(trial.spec.day(to), zone) + DAY + 3600;
            self.text(store, &name, "amazon.all_orders", |out| {
                out.row("\t", &ORDERS_HEADER)?;
                let sold = &trial.history.sold[store];
                for sold in sold.iter().filter(|sold| (start..end).contains(&sold.at)) {
                    out.row("\t", &order(trial, store, sold))?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn coupons(&mut self, store: usize) -> Result<(), SimError> {
        let trial = self.trial;
        let of_store = |planned: &&crate::trial::plan::Planned| {
            planned.kind == "promo.coupon" && trial.skus[planned.sku].store == store
        };
        let planned: Vec<_> = trial.planned.iter().filter(of_store).collect();
        if planned.is_empty() {
            return Ok(());
        }
        let market = TRIAL_STORES[store].market;
        self.text(store, "coupons.json", "amazon.coupon_performance", |out| {
            out.put(&format!(
                "{{\"reportSpecification\":{{\"reportType\":\"GET_COUPON_PERFORMANCE_REPORT\",\
                 \"reportOptions\":{{}},\"marketplaceIds\":[\"{}\"]}},\"coupons\":[",
                market.amazon_id()
            ))?;
            for (number, planned) in planned.iter().enumerate() {
                let sku = &trial.skus[planned.sku];
                let used = trial.history.sold[store]
                    .iter()
                    .filter(|sold| sold.sku == planned.sku && sold.discount > 0);
                let (count, off, sales) = used.fold((0, 0, 0), |(count, off, sales), sold| {
                    (count + 1, off + sold.discount, sales + sold.price)
                });
                let comma = if number > 0 { "," } else { "" };
                out.put(&format!(
                    "{comma}\n{{\"couponId\":\"TRIAL{:09}\",\"marketplaceId\":\"{}\",\
                     \"currencyCode\":\"{}\",\"name\":\"Save 10%\",\
                     \"startDateTime\":\"{}T12:00:00Z\",\"endDateTime\":\"{}T12:00:00Z\",\
                     \"clips\":{},\"redemptions\":{count},\"budget\":5000.0,\"totalDiscount\":{},\
                     \"budgetSpent\":{},\"sales\":{},\"asins\":[{{\"asin\":\"{}\"}}]}}",
                    sku.campaign_id() % 1_000_000_000,
                    market.amazon_id(),
                    TRIAL_STORES[store].currency,
                    trial.spec.day(planned.day),
                    trial.spec.to,
                    count * 3,
                    money(off),
                    money(off + count * 60),
                    money(sales),
                    sku.asin,
                ))?;
            }
            out.put("\n]}\n")
        })
    }
}

fn instant(store: usize, at: Instant) -> String {
    if store == DE { european_utc(at) } else { iso_utc(at) }
}

fn settlement(out: &mut Out, trial: &Trial, store: usize, statement: &Statement) -> io::Result<()> {
    let spec = &trial.spec;
    let (currency, zone) = (TRIAL_STORES[store].currency, TRIAL_STORES[store].market.zone());
    let decimal = if store == DE { ',' } else { '.' };
    let numerals = Numerals { decimal, thousands: None, digits: 2 };
    let start = start_of(spec.day(statement.days.0), zone);
    let end = start_of(spec.day(statement.days.1), zone) + DAY - 1;
    out.put(SETTLEMENT_HEADER)?;
    out.put(&format!(
        "{}\t{}\t{}\t{}\t{}\t{currency}{}\n",
        statement.id,
        instant(store, start),
        instant(store, end),
        instant(store, end + 2 * DAY),
        numerals.write(statement.stated),
        "\t".repeat(18),
    ))?;
    for row in &statement.rows {
        out.put(&line(trial, store, &statement.id, (row, numerals)))?;
    }
    Ok(())
}

fn line(trial: &Trial, store: usize, id: &str, (row, numerals): (&Row, Numerals)) -> String {
    let [transaction, amount_type, description] = row.words;
    let order = row.order.map(|number| amazon_order_id(store, number)).unwrap_or_default();
    let sku = row.sku.map_or("", |sku| trial.skus[sku].seller_sku.as_str());
    let of_order = row.order.is_some();
    let market = if of_order { TRIAL_STORES[store].market.amazon_name() } else { "" };
    let quantity = if of_order { "1" } else { "" };
    let time = instant(store, row.at);
    let day =
        if store == DE { time[..10].to_owned() } else { format!("{} 00:00:00 UTC", &time[..10]) };
    let shipment = row.order.map(|number| format!("D{:09}", scramble(number) % 1_000_000_000));
    let promotion = if amount_type == "Promotion" { "Save 10%" } else { "" };
    format!(
        "{id}\t\t\t\t\t{}\t{transaction}\t{order}\t\t\t{}\t{market}\t{amount_type}\t{description}\t{}\t{}\t\
         {day}\t{time}\t\t\t\t{sku}\t{quantity}\t{promotion}\n",
        if store == DE { "" } else { TRIAL_STORES[store].currency },
        shipment.unwrap_or_default(),
        numerals.write(row.minor),
        if of_order { "AFN" } else { "" },
    )
}

fn order(trial: &Trial, store: usize, sold: &crate::trial::live::Sold) -> Vec<String> {
    let sku = &trial.skus[sold.sku];
    let market = TRIAL_STORES[store].market;
    let text = str::to_owned;
    let empty = String::new;
    let discount = if sold.discount > 0 { money(sold.discount) } else { empty() };
    let place = if store == DE { ["Köln", "NRW", "50667"] } else { ["Tucson", "AZ", "85701"] };
    vec![
        amazon_order_id(store, sold.number),
        empty(),
        iso_offset(sold.at),
        iso_offset(sold.at + 30_000),
        text("Shipped"),
        text("Amazon"),
        text(market.amazon_name()),
        empty(),
        empty(),
        text("Standard"),
        sku.title.clone(),
        sku.seller_sku.clone(),
        sku.asin.clone(),
        text("Shipped"),
        text("1"),
        text(TRIAL_STORES[store].currency),
        money(sold.price),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
        discount,
        empty(),
        text(place[0]),
        text(place[1]),
        text(place[2]),
        text(market.code()),
        if sold.discount > 0 { text("Save 10%") } else { empty() },
        text("false"),
        empty(),
        empty(),
        text("false"),
        empty(),
    ]
}

fn event_groups(out: &mut Out, trial: &Trial, store: usize) -> io::Result<()> {
    let currency = TRIAL_STORES[store].currency;
    let zone = TRIAL_STORES[store].market.zone();
    out.put("{\"payload\":{\"FinancialEventGroupList\":[")?;
    for (number, statement) in trial.books.statements[store].iter().enumerate() {
        let comma = if number > 0 { "," } else { "" };
        let start = start_of(trial.spec.day(statement.days.0), zone);
        let end = statement.noon;
        let stamp = |at: Instant| utc(at).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let converted = statement.converted.map_or(String::new(), |minor| {
            let amount = money(minor);
            format!("\"ConvertedTotal\":{{\"CurrencyCode\":\"USD\",\"CurrencyAmount\":{amount}}},")
        });
        out.put(&format!(
            "{comma}\n{{\"FinancialEventGroupId\":\"G{}\",\"ProcessingStatus\":\"Closed\",\
             \"FundTransferStatus\":\"Succeeded\",\"OriginalTotal\":{{\"CurrencyCode\":\"{currency}\",\
             \"CurrencyAmount\":{}}},{converted}\"FundTransferDate\":\"{}\",\
             \"BeginningBalance\":{{\"CurrencyCode\":\"{currency}\",\"CurrencyAmount\":0}},\
             \"FinancialEventGroupStart\":\"{}\",\"FinancialEventGroupEnd\":\"{}\"}}",
            statement.id,
            money(statement.stated),
            stamp(end),
            stamp(start),
            stamp(end),
        ))?;
    }
    out.put("\n]}}\n")
}
