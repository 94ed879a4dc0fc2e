//! Purchases, opening stock, transfers between own warehouses, and freight and duty that belong to
//! them: the documents that unit costs are worked out from.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Money};
use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    database::Write,
    products::{AMOUNT_MAX, RECORDS_PER_AUDIT, ROWS_PER_INSERT},
    rows::{freight, purchase, warehouse_rule},
    stores::{optional_market, refuse_unknown_store},
    values::{currency, day, decimal, json, name, optional_name, to_json},
};

/// Units in one line: more is a slip too.
const UNITS_MAX: i64 = 1_000_000_000;
/// Documents that one freight line may be split over.
const DOCUMENTS_MAX: usize = 500;

/// Makes an enum with stable names. The words people write for them in a template stand with the
/// template's definition.
macro_rules! named {
    ($(#[$doc:meta])* $kind:ident { $($(#[$own:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $kind {
            $($(#[$own])* $variant,)*
        }

        impl $kind {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable name, as it is stored and as JSON writes it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Understands the name.
            pub fn from_name(text: &str) -> Option<Self> {
                match text {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

named! {
    /// How goods came to be in a warehouse.
    PurchaseKind {
        Purchase = "purchase",
        /// Stock that was there when the records begin, at what it had cost.
        Opening = "opening",
        /// From another own warehouse; the cost comes along.
        Transfer = "transfer",
    }
}

named! {
    /// What a freight document is for.
    FreightKind {
        Freight = "freight",
        Duty = "duty",
        Insurance = "insurance",
        Other = "other",
    }
}

named! {
    /// What a freight document is shared by.
    Split {
        Units = "units",
        Value = "value",
        Weight = "weight",
        Volume = "volume",
    }
}

/// One line of a document that brought goods into a warehouse.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PurchaseLine {
    pub document: String,
    /// From 1, in the order of the document; given anew when a document is replaced.
    #[serde(default)]
    pub line: i64,
    pub kind: PurchaseKind,
    pub supplier: Option<String>,
    /// The day the goods were there.
    pub received: Day,
    pub place: String,
    /// Where a transfer came from.
    pub from_place: Option<String>,
    pub sku: String,
    pub units: i64,
    /// What one unit cost; a transfer has none.
    pub unit_cost: Option<Money>,
    /// Kilograms.
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub unit_weight: Option<Decimal>,
    /// Cubic metres.
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub unit_volume: Option<Decimal>,
    pub note: Option<String>,
}

/// One line of a document about freight, duty or insurance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FreightLine {
    pub document: String,
    #[serde(default)]
    pub line: i64,
    pub kind: FreightKind,
    pub day: Day,
    pub amount: Money,
    pub split: Split,
    /// The documents whose goods it was for.
    pub applies_to: Vec<String>,
    pub note: Option<String>,
}

/// The warehouse that goods of a store leave from; the rule that names the most wins.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct WarehouseRule {
    pub store: String,
    pub market: Option<String>,
    /// The channel's own name of the place, as its stock reports write it.
    pub place: Option<String>,
    pub warehouse: String,
}

impl Desk {
    /// All lines by document and line.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn purchases(&self) -> Result<Vec<PurchaseLine>> {
        let rows = purchase::Entity::find()
            .order_by_asc(purchase::Column::Document)
            .order_by_asc(purchase::Column::Line)
            .all(&self.db)
            .await?;
        rows.into_iter().map(purchase_from).collect()
    }

    /// Saves documents, all or none: the lines given for a document replace all it had. A SKU that
    /// is not a product yet becomes one.
    ///
    /// # Errors
    /// [`DeskError::Refused`] names the first line that cannot be taken.
    pub async fn replace_purchases(&self, lines: &[PurchaseLine], who: &str) -> Result<()> {
        let mut documents: BTreeMap<String, Vec<PurchaseLine>> = BTreeMap::new();
        for line in lines {
            let line = checked_purchase(line)?;
            documents.entry(line.document.clone()).or_default().push(line);
        }
        let mut write = self.write().await?;
        for lines in documents.values_mut() {
            (1..).zip(lines).for_each(|(number, line)| line.line = number);
        }
        purchase::Entity::delete_many()
            .filter(purchase::Column::Document.is_in(documents.keys()))
            .exec(&write.tx)
            .await?;
        let lines: Vec<PurchaseLine> = documents.into_values().flatten().collect();
        write.add_missing_products(lines.iter().map(|line| line.sku.as_str()), who).await?;
        for chunk in lines.chunks(ROWS_PER_INSERT) {
            purchase::Entity::insert_many(chunk.iter().map(purchase_row))
                .exec_without_returning(&write.tx)
                .await?;
        }
        for chunk in lines.chunks(RECORDS_PER_AUDIT) {
            write.audit(who, "purchases_saved", "purchases", json!(chunk)).await?;
        }
        write.commit().await
    }

    /// # Errors
    /// [`DeskError::NotFound`], [`DeskError::Refused`] while a freight document refers to it.
    pub async fn delete_purchase(&self, document: &str, who: &str) -> Result<()> {
        let write = self.write().await?;
        for row in freight::Entity::find().all(&write.tx).await? {
            let line = freight_from(row)?;
            if line.applies_to.iter().any(|other| other == document) {
                return Err(DeskError::refused(format!(
                    "freight document `{}` is shared over `{document}`; change or remove it first",
                    line.document
                )));
            }
        }
        let gone = purchase::Entity::delete_many()
            .filter(purchase::Column::Document.eq(document))
            .exec(&write.tx)
            .await?;
        write.close_deletion("purchase", document, gone.rows_affected, who).await
    }

    /// All freight lines by document and line.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn freight(&self) -> Result<Vec<FreightLine>> {
        let rows = freight::Entity::find()
            .order_by_asc(freight::Column::Document)
            .order_by_asc(freight::Column::Line)
            .all(&self.db)
            .await?;
        rows.into_iter().map(freight_from).collect()
    }

    /// Saves freight documents, all or none, as [`Self::replace_purchases`] does. The goods they
    /// are for may be recorded later.
    ///
    /// # Errors
    /// [`DeskError::Refused`] names the first line that cannot be taken.
    pub async fn replace_freight(&self, lines: &[FreightLine], who: &str) -> Result<()> {
        let mut documents: BTreeMap<String, Vec<FreightLine>> = BTreeMap::new();
        for line in lines {
            let line = checked_freight(line)?;
            documents.entry(line.document.clone()).or_default().push(line);
        }
        let mut write = self.write().await?;
        for lines in documents.values_mut() {
            (1..).zip(lines).for_each(|(number, line)| line.line = number);
        }
        freight::Entity::delete_many()
            .filter(freight::Column::Document.is_in(documents.keys()))
            .exec(&write.tx)
            .await?;
        let lines: Vec<FreightLine> = documents.into_values().flatten().collect();
        for chunk in lines.chunks(ROWS_PER_INSERT) {
            freight::Entity::insert_many(chunk.iter().map(freight_row))
                .exec_without_returning(&write.tx)
                .await?;
        }
        for chunk in lines.chunks(RECORDS_PER_AUDIT) {
            write.audit(who, "freight_saved", "freight", json!(chunk)).await?;
        }
        write.commit().await
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn delete_freight(&self, document: &str, who: &str) -> Result<()> {
        let write = self.write().await?;
        let gone = freight::Entity::delete_many()
            .filter(freight::Column::Document.eq(document))
            .exec(&write.tx)
            .await?;
        write.close_deletion("freight", document, gone.rows_affected, who).await
    }

    /// All rules by store, market and place.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn warehouse_rules(&self) -> Result<Vec<WarehouseRule>> {
        let rows = warehouse_rule::Entity::find()
            .order_by_asc(warehouse_rule::Column::Store)
            .order_by_asc(warehouse_rule::Column::Market)
            .order_by_asc(warehouse_rule::Column::Place)
            .all(&self.db)
            .await?;
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        Ok(rows
            .into_iter()
            .map(|row| WarehouseRule {
                store: row.store,
                market: given(row.market),
                place: given(row.place),
                warehouse: row.warehouse,
            })
            .collect())
    }

    /// Replaces all rules.
    ///
    /// # Errors
    /// [`DeskError::Refused`] for an unknown store, or two rules for the same goods.
    pub async fn save_warehouse_rules(&self, rules: &[WarehouseRule], who: &str) -> Result<()> {
        let mut checked = BTreeMap::new();
        for rule in rules {
            let rule = WarehouseRule {
                store: name("the store", &rule.store)?,
                market: optional_market(rule.market.as_deref())?,
                place: optional_name("the place", rule.place.as_deref())?,
                warehouse: name("the warehouse", &rule.warehouse)?,
            };
            let key = (rule.store.clone(), rule.market.clone(), rule.place.clone());
            if checked.insert(key, rule.clone()).is_some() {
                return Err(DeskError::refused(format!(
                    "store `{}` has two warehouses for the same market and place; keep one",
                    rule.store
                )));
            }
        }
        let rules: Vec<WarehouseRule> = checked.into_values().collect();
        let mut write = self.write().await?;
        let stores: BTreeSet<&str> = rules.iter().map(|rule| rule.store.as_str()).collect();
        refuse_unknown_store(&write.tx, stores.into_iter()).await?;
        warehouse_rule::Entity::delete_many().exec(&write.tx).await?;
        for chunk in rules.chunks(ROWS_PER_INSERT) {
            let rows = chunk.iter().map(|rule| warehouse_rule::ActiveModel {
                store: Set(rule.store.clone()),
                market: Set(rule.market.clone().unwrap_or_default()),
                place: Set(rule.place.clone().unwrap_or_default()),
                warehouse: Set(rule.warehouse.clone()),
            });
            warehouse_rule::Entity::insert_many(rows).exec_without_returning(&write.tx).await?;
        }
        write.audit(who, "warehouse_rules_saved", "warehouse_rules", json!(rules)).await?;
        write.commit().await
    }
}

impl Write {
    async fn close_deletion(
        mut self,
        what: &'static str,
        document: &str,
        gone: u64,
        who: &str,
    ) -> Result<()> {
        if gone == 0 {
            return Err(DeskError::not_found(what, document));
        }
        let action = format!("{what}_deleted");
        let subject = format!("{what}:{document}");
        self.audit(who, &action, &subject, json!({ "lines": gone })).await?;
        self.commit().await
    }
}

fn checked_purchase(line: &PurchaseLine) -> Result<PurchaseLine> {
    let document = name("the number of the document", &line.document)?;
    let sku = crate::products::checked_sku(&line.sku)?;
    let refuse = |why: String| Err(DeskError::refused(format!("`{sku}` in `{document}`: {why}")));
    if !(1..=UNITS_MAX).contains(&line.units) {
        return refuse(format!("{} units; write a number above zero", line.units));
    }
    let place = name("the warehouse", &line.place)?;
    let from_place = optional_name("the warehouse it came from", line.from_place.as_deref())?;
    match (line.kind, &line.unit_cost, &from_place) {
        (PurchaseKind::Transfer, _, None) => {
            return refuse("a transfer says which warehouse it came from".to_owned());
        }
        (PurchaseKind::Transfer, _, Some(from)) if *from == place => {
            return refuse(format!("it is moved from `{from}` to the same place"));
        }
        (PurchaseKind::Transfer, Some(_), _) => {
            let why = "a transfer has no unit cost: the cost comes along with the goods";
            return refuse(why.to_owned());
        }
        (PurchaseKind::Purchase | PurchaseKind::Opening, None, _) => {
            return refuse("the unit cost is missing".to_owned());
        }
        (PurchaseKind::Purchase | PurchaseKind::Opening, _, Some(_)) => {
            let why = "only a transfer comes from another warehouse; leave that cell empty";
            return refuse(why.to_owned());
        }
        (_, Some(cost), _) if !(Decimal::ZERO..=AMOUNT_MAX).contains(&cost.amount) => {
            return refuse(format!("the unit cost {} is below zero or too large", cost.amount));
        }
        _ => {}
    }
    for measure in [line.unit_weight, line.unit_volume].into_iter().flatten() {
        if !(Decimal::ZERO..=AMOUNT_MAX).contains(&measure) {
            return refuse(format!("the weight or volume {measure} is below zero or too large"));
        }
    }
    Ok(PurchaseLine {
        supplier: optional_name("the supplier", line.supplier.as_deref())?,
        note: optional_name("the note", line.note.as_deref())?,
        sku,
        document,
        place,
        from_place,
        ..line.clone()
    })
}

fn checked_freight(line: &FreightLine) -> Result<FreightLine> {
    let document = name("the number of the document", &line.document)?;
    let refuse = |why: String| Err(DeskError::refused(format!("`{document}`: {why}")));
    if line.amount.amount.abs() > AMOUNT_MAX || line.amount.amount.is_zero() {
        return refuse(format!("the amount {} is zero or too large", line.amount.amount));
    }
    let mut applies_to = Vec::new();
    for other in &line.applies_to {
        let other = name("the document it is for", other)?;
        if !applies_to.contains(&other) {
            applies_to.push(other);
        }
    }
    if applies_to.is_empty() || applies_to.len() > DOCUMENTS_MAX {
        return refuse(format!(
            "name the documents whose goods it was for, up to {DOCUMENTS_MAX} of them"
        ));
    }
    let note = optional_name("the note", line.note.as_deref())?;
    Ok(FreightLine { document, applies_to, note, ..line.clone() })
}

fn purchase_row(line: &PurchaseLine) -> purchase::ActiveModel {
    let text = |number: Option<Decimal>| number.map(|number| number.to_string());
    purchase::ActiveModel {
        document: Set(line.document.clone()),
        line: Set(line.line),
        kind: Set(line.kind.name().to_owned()),
        supplier: Set(line.supplier.clone()),
        received: Set(line.received.to_string()),
        place: Set(line.place.clone()),
        from_place: Set(line.from_place.clone()),
        sku: Set(line.sku.clone()),
        units: Set(line.units),
        unit_amount: Set(text(line.unit_cost.map(|cost| cost.amount))),
        currency: Set(line.unit_cost.map(|cost| cost.currency.code().to_owned())),
        unit_weight: Set(text(line.unit_weight)),
        unit_volume: Set(text(line.unit_volume)),
        note: Set(line.note.clone()),
    }
}

fn known<T>(found: Option<T>, text: &str) -> Result<T> {
    found.ok_or_else(|| {
        DeskError::Damaged(format!(
            "a row of the desk holds the unknown word `{text}`; restore the desk from a backup"
        ))
    })
}

fn purchase_from(row: purchase::Model) -> Result<PurchaseLine> {
    let number = |text: Option<String>| text.as_deref().map(decimal).transpose();
    let unit_cost = match (number(row.unit_amount)?, row.currency) {
        (Some(amount), Some(code)) => Some(Money::new(amount, currency(&code)?)),
        _ => None,
    };
    Ok(PurchaseLine {
        kind: known(PurchaseKind::from_name(&row.kind), &row.kind)?,
        document: row.document,
        line: row.line,
        supplier: row.supplier,
        received: day(&row.received)?,
        place: row.place,
        from_place: row.from_place,
        sku: row.sku,
        units: row.units,
        unit_cost,
        unit_weight: number(row.unit_weight)?,
        unit_volume: number(row.unit_volume)?,
        note: row.note,
    })
}

fn freight_row(line: &FreightLine) -> freight::ActiveModel {
    freight::ActiveModel {
        document: Set(line.document.clone()),
        line: Set(line.line),
        kind: Set(line.kind.name().to_owned()),
        day: Set(line.day.to_string()),
        amount: Set(line.amount.amount.to_string()),
        currency: Set(line.amount.currency.code().to_owned()),
        split: Set(line.split.name().to_owned()),
        applies_to: Set(to_json(&line.applies_to)),
        note: Set(line.note.clone()),
    }
}

fn freight_from(row: freight::Model) -> Result<FreightLine> {
    Ok(FreightLine {
        kind: known(FreightKind::from_name(&row.kind), &row.kind)?,
        split: known(Split::from_name(&row.split), &row.split)?,
        document: row.document,
        line: row.line,
        day: day(&row.day)?,
        amount: Money::new(decimal(&row.amount)?, currency(&row.currency)?),
        applies_to: json(&row.applies_to)?,
        note: row.note,
    })
}
