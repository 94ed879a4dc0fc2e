//! What stands on each document.

use argosy_chapter::{
    face::{ChapterError, Ground},
    kind::{Kinds, What},
};
use argosy_desk::Record;
use argosy_kernel::{Currency, Day, Money, Text};
use rust_decimal::Decimal;

use super::page::{Head, Page};
use crate::{
    model::{
        buying::{PurchaseOrder, Request},
        goods::{Shipment, ShipmentLine},
        item::Item,
        of_record,
        supply::Supply,
    },
    says::{both, percent, shown},
};

const KINDS: &[&str] = &["item", "place", "supplier", "purchase_order"];

/// What documents are written from.
pub(super) struct Desk<'g> {
    supply: Supply,
    products: std::collections::BTreeMap<String, String>,
    kinds: &'g Kinds,
    company: String,
    language: String,
    today: Day,
}

/// A text of a form in a language.
fn say(language: &str, en: &str, zh: &str) -> String {
    both(en, zh).in_language(language).to_owned()
}

/// An amount as written on papers: all digits, thousands apart.
fn grouped(value: Decimal) -> String {
    let text = value.abs().to_string();
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    let sign = if value.is_sign_negative() && !value.is_zero() { "-" } else { "" };
    match rest {
        Some(rest) => format!("{sign}{out}.{rest}"),
        None => format!("{sign}{out}"),
    }
}

fn money(money: Money) -> String {
    format!("{} {}", grouped(money.rounded().amount), money.currency)
}

/// A price of a unit: all its digits, at least those of the currency's coins.
fn price(value: Decimal, currency: Currency) -> String {
    let mut value = value.normalize();
    if value.scale() < currency.minor_digits() {
        value.rescale(currency.minor_digits());
    }
    grouped(value)
}

/// Names and values, one below the other.
type Told = Vec<(String, String)>;

impl<'g> Desk<'g> {
    pub(super) async fn read(
        ground: &'g Ground<'_>,
        company: String,
        language: &str,
    ) -> Result<Self, ChapterError> {
        let products = ground.desk_data.products.iter();
        Ok(Self {
            supply: Supply::read(ground, KINDS, &[]).await?,
            products: products.map(|one| (one.sku.clone(), one.name.clone())).collect(),
            kinds: ground.kinds,
            company,
            language: language.to_owned(),
            today: ground.today,
        })
    }

    fn say(&self, en: &str, zh: &str) -> String {
        say(&self.language, en, zh)
    }

    fn item(&self, sku: &str) -> Option<&Item> {
        self.supply.items.get(sku).map(|item| &item.body)
    }

    fn name(&self, sku: &str) -> String {
        let item = self.item(sku).map(|item| item.name.clone());
        item.or_else(|| self.products.get(sku).cloned()).unwrap_or_default()
    }

    fn place(&self, code: Option<&str>) -> String {
        let Some(code) = code else { return String::new() };
        match self.supply.places.get(code) {
            Some(place) => format!("{} ({}, {})", place.body.name, code, place.body.country),
            None => code.to_owned(),
        }
    }

    /// The words of a choice, as its kind names it.
    fn choice(&self, kind: &str, field: &str, id: Option<&str>) -> String {
        let Some(id) = id else { return String::new() };
        let field = self.kinds.get(kind).and_then(|kind| kind.field(field));
        let name: Option<&Text> = match field.map(|field| &field.what) {
            Some(What::Choice { choices }) => {
                choices.iter().find(|one| one.id == id).map(|one| &one.name)
            }
            _ => None,
        };
        name.map_or(id, |name| name.in_language(&self.language)).to_owned()
    }

    fn blank(&self, title: String) -> Page {
        Page {
            title,
            company: self.company.clone(),
            counting: [self.say("Page ", "第 "), self.say(" of ", " 页，共 "), self.say("", " 页")],
            ..Page::default()
        }
    }

    /// Names and values, without those that are not known.
    fn known(facts: Vec<(String, String)>) -> Vec<(String, String)> {
        facts.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect()
    }

    fn seller(&self, code: &str) -> Vec<(String, String)> {
        let Some(supplier) = self.supply.suppliers.get(code) else { return Vec::new() };
        let of = &supplier.body;
        let address = [of.address.clone(), of.city.clone(), of.country.clone()];
        let address: Vec<String> = address.into_iter().flatten().collect();
        Self::known(vec![
            (self.say("Supplier", "供应商"), of.name.clone()),
            (self.say("Number", "供应商编码"), code.to_owned()),
            (self.say("Address", "地址"), address.join(", ")),
        ])
    }

    pub(super) fn request(&self, record: &Record) -> Result<Page, ChapterError> {
        let of = of_record::<Request>(record)?.body;
        let mut page =
            self.blank(format!("{} {}", self.say("Request for quotation", "询价单"), record.id));
        page.left = Self::known(vec![
            (self.say("Subject", "标题"), of.title.clone()),
            (self.say("Date", "日期"), of.sent_on.unwrap_or(self.today).to_string()),
            (
                self.say("Answer by", "回复截止日"),
                of.answer_by.map(|day| day.to_string()).unwrap_or_default(),
            ),
        ]);
        page.right = Self::known(vec![
            (self.say("Currency", "币种"), of.currency.to_string()),
            (
                self.say("Incoterm", "贸易条款"),
                self.choice("rfq", "incoterm", of.incoterm.as_deref()),
            ),
            (self.say("Deliver to", "交货地点"), self.place(of.deliver_to.as_deref())),
            (
                self.say("Wanted by", "期望交货日"),
                of.wanted_by.map(|day| day.to_string()).unwrap_or_default(),
            ),
        ]);
        page.columns = vec![
            Head::figure("#", 3),
            Head::text("SKU", 12),
            Head::text(self.say("Name", "品名"), 22),
            Head::text(self.say("Specification", "规格要求"), 24),
            Head::figure(self.say("Units", "数量"), 9),
            Head::figure(self.say("Your price", "报价"), 12),
            Head::figure(self.say("Lead time", "交期"), 10),
        ];
        page.rows = of
            .lines
            .iter()
            .enumerate()
            .map(|(at, line)| {
                let spec = line.spec.clone().unwrap_or_default();
                let units = grouped(line.units.into());
                let name = self.name(&line.sku);
                let open = String::new;
                vec![(at + 1).to_string(), line.sku.clone(), name, spec, units, open(), open()]
            })
            .collect();
        page.closing = vec![
            self.say(
                "Please quote price, least order, price tiers, lead time and payment terms.",
                "请报单价、最小起订量、阶梯价、交期与付款条款。",
            ),
            of.note.unwrap_or_default(),
        ];
        Ok(page)
    }

    pub(super) fn order(&self, record: &Record) -> Result<Page, ChapterError> {
        let of = of_record::<PurchaseOrder>(record)?.body;
        let mut page =
            self.blank(format!("{} {}", self.say("Purchase order", "采购单"), record.id));
        page.left = self.seller(&of.supplier);
        page.right = Self::known(vec![
            (self.say("Date", "日期"), of.ordered_on.to_string()),
            (self.say("Due", "交货日"), of.due.map(|day| day.to_string()).unwrap_or_default()),
            (self.say("Deliver to", "交货地点"), self.place(of.deliver_to.as_deref())),
            (
                self.say("Incoterm", "贸易条款"),
                self.choice("purchase_order", "incoterm", of.incoterm.as_deref()),
            ),
            (self.say("Quotation", "报价单"), of.quotation.clone().unwrap_or_default()),
            (self.say("Buyer", "采购员"), of.buyer.clone().unwrap_or_default()),
        ]);
        page.columns = vec![
            Head::figure("#", 3),
            Head::text("SKU", 14),
            Head::text(self.say("Name", "品名"), 30),
            Head::text(self.say("Due", "交期"), 12),
            Head::figure(self.say("Units", "数量"), 9),
            Head::figure(self.say("Price", "单价"), 12),
            Head::figure(self.say("Amount", "金额"), 14),
        ];
        let mut goods = Decimal::ZERO;
        for (at, line) in of.lines.iter().enumerate() {
            let amount = of.line_total(line);
            goods += amount.amount;
            page.rows.push(vec![
                (at + 1).to_string(),
                line.sku.clone(),
                self.name(&line.sku),
                of.due_of(line).map(|day| day.to_string()).unwrap_or_default(),
                grouped(line.units.into()),
                price(line.price, of.currency),
                grouped(amount.amount),
            ]);
        }
        let units: i64 = of.lines.iter().map(|line| line.units).sum();
        page.totals.push((self.say("Units", "总数量"), grouped(units.into())));
        if let Some(one_off) = of.one_off.filter(|one_off| !one_off.is_zero()) {
            page.totals.push((self.say("Goods", "货款"), money(Money::new(goods, of.currency))));
            let one_off = money(Money::new(one_off, of.currency));
            page.totals.push((self.say("One-off costs", "一次性费用"), one_off));
        }
        page.totals.push((self.say("Total", "合计"), money(of.total())));
        page.closing = self.terms(&of);
        Ok(page)
    }

    fn terms(&self, of: &PurchaseOrder) -> Vec<String> {
        let mut terms = Vec::new();
        if let Some(share) = of.deposit_share.filter(|share| !share.is_zero()) {
            let total = of.total();
            let deposit = Money::new(total.amount * share, total.currency).rounded();
            let rest = Money::new(total.amount - deposit.amount, total.currency);
            let when = self.choice("purchase_order", "balance_when", of.balance_when.as_deref());
            let days = of.balance_days.map(|days| format!(" ({days})")).unwrap_or_default();
            let (share, deposit, rest) = (percent(share), money(deposit), money(rest));
            terms.push(self.say(
                &format!("Payment: deposit {share} = {deposit}; balance {rest} {when}{days}"),
                &format!("付款：定金 {share} = {deposit}；尾款 {rest} {when}{days}"),
            ));
        }
        terms.extend(of.note.clone());
        terms
    }

    fn parties(&self, of: &Shipment, id: &str) -> (Told, Told) {
        let left = Self::known(vec![
            (self.say("Shipper", "发货人"), self.company.clone()),
            (self.say("From", "发货地"), self.place(of.from.as_deref())),
            (self.say("To", "目的仓"), self.place(Some(&of.to))),
        ]);
        let right = Self::known(vec![
            (self.say("Shipment", "发货单"), id.to_owned()),
            (self.say("Date", "日期"), of.atd.or(of.etd).unwrap_or(self.today).to_string()),
            (self.say("By", "运输方式"), self.choice("shipment", "mode", Some(&of.mode))),
            (self.say("Forwarder", "货代"), of.forwarder.clone().unwrap_or_default()),
            (self.say("Tracking", "运单号"), of.tracking.clone().unwrap_or_default()),
            (self.say("Channel shipment", "平台货件号"), of.channel_id.clone().unwrap_or_default()),
        ]);
        (left, right)
    }

    pub(super) fn packing_list(&self, record: &Record) -> Result<Page, ChapterError> {
        let of = of_record::<Shipment>(record)?.body;
        if of.boxes.is_empty() {
            let en = "enter the boxes of the shipment first";
            return Err(ChapterError::told(en, "请先填写发货单的箱单"));
        }
        let mut page = self.blank(format!("{} {}", self.say("Packing list", "装箱单"), record.id));
        (page.left, page.right) = self.parties(&of, &record.id);
        page.columns = vec![
            Head::text(self.say("Box", "箱号"), 8),
            Head::text("SKU", 13),
            Head::text(self.say("Name", "品名"), 24),
            Head::figure(self.say("Boxes", "箱数"), 7),
            Head::figure(self.say("Units each", "每箱数量"), 8),
            Head::figure(self.say("Units", "数量"), 8),
            Head::figure(self.say("Gross kg", "毛重 kg"), 9),
            Head::text(self.say("Size, cm", "尺寸 cm"), 14),
            Head::figure(self.say("m³", "体积 m³"), 8),
        ];
        let (mut boxes, mut units, mut first) = (0, 0, 1);
        // The last box of a SKU need not be full.
        let mut left: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
        for line in &of.lines {
            *left.entry(&line.sku).or_default() += line.units;
        }
        for one in &of.boxes {
            let numbers = match &one.label {
                Some(label) => label.clone(),
                None if one.count == 1 => first.to_string(),
                None => format!("{first}–{}", first + one.count - 1),
            };
            first += one.count;
            boxes += one.count;
            let held = left.get_mut(one.sku.as_str());
            let full = one.count * one.units;
            let inside = held.map_or(full, |held| {
                let inside = full.min(*held);
                *held -= inside;
                inside
            });
            units += inside;
            let times = Decimal::from(one.count);
            let sides = [one.length_cm, one.width_cm, one.height_cm].map(shown);
            page.rows.push(vec![
                numbers,
                one.sku.clone(),
                self.name(&one.sku),
                grouped(one.count.into()),
                grouped(one.units.into()),
                grouped(inside.into()),
                grouped((one.weight_kg * times).round_dp(2).normalize()),
                sides.join(" × "),
                grouped((one.cm3() * times / Decimal::from(1_000_000)).round_dp(3).normalize()),
            ]);
        }
        page.totals = vec![
            (self.say("Boxes", "总箱数"), grouped(Decimal::from(boxes))),
            (self.say("Units", "总数量"), grouped(Decimal::from(units))),
            (
                self.say("Gross weight", "总毛重"),
                format!("{} kg", grouped(of.kg().round_dp(2).normalize())),
            ),
            (
                self.say("Volume", "总体积"),
                format!("{} m³", grouped(of.m3().round_dp(3).normalize())),
            ),
        ];
        page.closing = of.note.into_iter().collect();
        Ok(page)
    }

    pub(super) fn commercial_invoice(&self, record: &Record) -> Result<Page, ChapterError> {
        let of = of_record::<Shipment>(record)?.body;
        let title = format!("{} {}", self.say("Commercial invoice", "商业发票"), record.id);
        let mut page = self.blank(title);
        (page.left, page.right) = self.parties(&of, &record.id);
        page.columns = vec![
            Head::figure("#", 3),
            Head::text("SKU", 13),
            Head::text(self.say("Goods", "品名"), 27),
            Head::text(self.say("HS code", "HS 编码"), 12),
            Head::text(self.say("Origin", "原产国"), 8),
            Head::figure(self.say("Units", "数量"), 9),
            Head::figure(self.say("Unit value", "单价"), 11),
            Head::figure(self.say("Amount", "金额"), 13),
        ];
        let mut sum = Decimal::ZERO;
        let mut currency = of.declared_currency;
        for (at, line) in of.lines.iter().enumerate() {
            let value = self.declared(line, &mut currency)?;
            let amount =
                Money::new(value.amount * Decimal::from(line.units), value.currency).rounded();
            sum += amount.amount;
            let item = self.item(&line.sku);
            let goods = item.and_then(|item| item.declared_name.clone());
            page.rows.push(vec![
                (at + 1).to_string(),
                line.sku.clone(),
                goods.unwrap_or_else(|| self.name(&line.sku)),
                item.and_then(|item| item.hs_code.clone()).unwrap_or_default(),
                item.and_then(|item| item.origin.clone()).unwrap_or_default(),
                grouped(line.units.into()),
                price(value.amount, value.currency),
                grouped(amount.amount),
            ]);
        }
        let units: i64 = of.lines.iter().map(|line| line.units).sum();
        page.totals.push((self.say("Units", "总数量"), grouped(units.into())));
        if let Some(currency) = currency {
            page.totals.push((self.say("Total", "合计"), money(Money::new(sum, currency))));
        }
        let kg = of.kg();
        if !kg.is_zero() {
            let kg = format!("{} kg", grouped(kg.round_dp(2).normalize()));
            page.totals.push((self.say("Gross weight", "总毛重"), kg));
        }
        page.closing = vec![self.say(
            "We declare that this invoice states the actual value of the goods and that all particulars are true and correct.",
            "兹声明：本发票所列为货物实际价值，各项内容真实无误。",
        )];
        Ok(page)
    }

    /// The customs value of a unit: as the line says, the item, or what was paid; all lines in one
    /// currency.
    fn declared(
        &self,
        line: &ShipmentLine,
        currency: &mut Option<Currency>,
    ) -> Result<Money, ChapterError> {
        let order = line.po.as_ref().and_then(|id| self.supply.orders.get(id)).map(|one| &one.body);
        let of_line =
            line.declared.zip(*currency).map(|(value, currency)| Money::new(value, currency));
        let of_item = || self.item(&line.sku)?.declared_value;
        let of_order = || {
            let order = order?;
            let price = order.lines.iter().find(|one| one.sku == line.sku)?.price;
            Some(Money::new(price, order.currency))
        };
        let Some(value) = of_line.or_else(of_item).or_else(of_order) else {
            return Err(ChapterError::told(
                format!("{}: no customs value; enter it at the line or the SKU", line.sku),
                format!("{}：缺少申报单价，请在发货明细或 SKU 中填写", line.sku),
            ));
        };
        let wanted = *currency.get_or_insert(value.currency);
        if wanted != value.currency {
            return Err(ChapterError::told(
                format!(
                    "{}: customs value in {}, others in {wanted}; use one currency",
                    line.sku, value.currency
                ),
                format!("{}：申报币种 {}，其他为 {wanted}；请统一币种", line.sku, value.currency),
            ));
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn amounts_keep_all_their_digits_with_thousands_apart() {
        let grouped = |text: &str| super::grouped(text.parse().unwrap());
        assert_eq!(grouped("1234567.80"), "1,234,567.80");
        assert_eq!(grouped("-950"), "-950");
        assert_eq!(grouped("0.0345"), "0.0345");
        assert_eq!(grouped("1000"), "1,000");
        let price = |text: &str| super::price(text.parse().unwrap(), super::Currency::CNY);
        assert_eq!([price("28.5"), price("0.0345"), price("41")], ["28.50", "0.0345", "41.00"]);
    }
}
