//! Our own products and what they cost, by date.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Money};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    database::Write,
    rows::{pairing, product, product_cost, purchase},
    stores::optional_market,
    values::{currency, day, decimal, name, optional_name},
};

/// Rows in one INSERT, below the parameter limits of both databases.
pub(crate) const ROWS_PER_INSERT: usize = 1_000;
/// Records in one audit entry of a batch.
pub(crate) const RECORDS_PER_AUDIT: usize = 500;

/// What one unit or one document may cost, in any currency: more is a slip of the decimal sign.
pub(crate) const AMOUNT_MAX: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// One of our own products, whatever the channels call it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Product {
    pub sku: String,
    pub name: String,
    pub brand: Option<String>,
    pub category: Option<String>,
    pub owner: Option<String>,
    /// Where it stands in its life, in the company's own words.
    pub stage: Option<String>,
}

/// What one unit costs from a day on, until the next one begins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProductCost {
    pub sku: String,
    /// `None` holds for every market that has no cost of its own.
    pub market: Option<String>,
    pub since: Day,
    pub cost: Money,
    pub note: Option<String>,
}

impl Desk {
    /// All products by SKU.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn products(&self) -> Result<Vec<Product>> {
        let rows = product::Entity::find().order_by_asc(product::Column::Sku).all(&self.db).await?;
        Ok(rows.into_iter().map(product_from).collect())
    }

    /// Adds a product or changes the one of that SKU.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when SKU or name are missing.
    pub async fn save_product(&self, product: &Product, who: &str) -> Result<()> {
        let product = checked_product(product)?;
        let mut write = self.write().await?;
        write.put_product(&product).await?;
        let subject = format!("product:{}", product.sku);
        write.audit(who, "product_saved", &subject, json!(product)).await?;
        write.commit().await
    }

    /// Adds a product, and tells it as it was saved.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when there is one of that SKU, [`DeskError::Refused`] as
    /// [`Self::save_product`].
    pub async fn add_product(&self, product: &Product, who: &str) -> Result<Product> {
        let product = checked_product(product)?;
        let mut write = self.write().await?;
        if product::Entity::find_by_id(product.sku.as_str()).one(&write.tx).await?.is_some() {
            let detail = format!("there is a product `{}` already", product.sku);
            return Err(DeskError::Conflict(detail));
        }
        write.put_product(&product).await?;
        let subject = format!("product:{}", product.sku);
        write.audit(who, "product_saved", &subject, json!(product)).await?;
        write.commit().await?;
        Ok(product)
    }

    /// Adds products or changes those of these SKUs, all or none.
    ///
    /// # Errors
    /// As [`Self::save_product`].
    pub async fn save_products(&self, products: &[Product], who: &str) -> Result<()> {
        let mut checked = BTreeMap::new();
        for product in products {
            let product = checked_product(product)?;
            checked.insert(product.sku.clone(), product);
        }
        let products: Vec<Product> = checked.into_values().collect();
        let mut write = self.write().await?;
        for chunk in products.chunks(ROWS_PER_INSERT) {
            write.put_products(chunk).await?;
        }
        for chunk in products.chunks(RECORDS_PER_AUDIT) {
            write.audit(who, "products_saved", "products", json!(chunk)).await?;
        }
        write.commit().await
    }

    /// Removes a product that nothing refers to.
    ///
    /// # Errors
    /// [`DeskError::Refused`] while it has costs, pairings or purchases, [`DeskError::Wrong`] while a
    /// record names it, [`DeskError::NotFound`].
    pub async fn delete_product(&self, sku: &str, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let costs = product_cost::Entity::find()
            .filter(product_cost::Column::Sku.eq(sku))
            .one(&write.tx)
            .await?;
        let pairings =
            pairing::Entity::find().filter(pairing::Column::Sku.eq(sku)).one(&write.tx).await?;
        let purchases =
            purchase::Entity::find().filter(purchase::Column::Sku.eq(sku)).one(&write.tx).await?;
        if costs.is_some() || pairings.is_some() || purchases.is_some() {
            return Err(DeskError::refused(format!(
                "product `{sku}` has costs, pairings or purchases, and past profit needs them; \
                 remove those first if it was entered by mistake"
            )));
        }
        write.refuse_while_named(crate::records::SKU, sku).await?;
        let gone = product::Entity::delete_by_id(sku).exec(&write.tx).await?;
        if gone.rows_affected == 0 {
            return Err(DeskError::not_found("product", sku));
        }
        write.audit(who, "product_deleted", &format!("product:{sku}"), json!({})).await?;
        write.commit().await
    }

    /// All costs by SKU, market and day.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn product_costs(&self) -> Result<Vec<ProductCost>> {
        let rows = product_cost::Entity::find()
            .order_by_asc(product_cost::Column::Sku)
            .order_by_asc(product_cost::Column::Market)
            .order_by_asc(product_cost::Column::Since)
            .all(&self.db)
            .await?;
        rows.into_iter().map(cost_from).collect()
    }

    /// Saves costs, all or none. A cost of the same SKU, market and day is replaced; a SKU that is
    /// not a product yet becomes one.
    ///
    /// # Errors
    /// [`DeskError::Refused`] names the first cost that cannot be taken.
    pub async fn save_costs(&self, costs: &[ProductCost], who: &str) -> Result<()> {
        let mut checked = BTreeMap::new();
        for cost in costs {
            let cost = checked_cost(cost)?;
            checked.insert((cost.sku.clone(), cost.market.clone(), cost.since), cost);
        }
        let costs: Vec<ProductCost> = checked.into_values().collect();
        let mut write = self.write().await?;
        write.add_missing_products(costs.iter().map(|cost| cost.sku.as_str()), who).await?;
        let replace = OnConflict::columns([
            product_cost::Column::Sku,
            product_cost::Column::Market,
            product_cost::Column::Since,
        ])
        .update_columns([
            product_cost::Column::Amount,
            product_cost::Column::Currency,
            product_cost::Column::Note,
        ])
        .to_owned();
        for chunk in costs.chunks(ROWS_PER_INSERT) {
            product_cost::Entity::insert_many(chunk.iter().map(cost_row))
                .on_conflict(replace.clone())
                .exec_without_returning(&write.tx)
                .await?;
        }
        for chunk in costs.chunks(RECORDS_PER_AUDIT) {
            write.audit(who, "costs_saved", "product_costs", json!(chunk)).await?;
        }
        write.commit().await
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn delete_cost(
        &self,
        sku: &str,
        market: Option<&str>,
        since: Day,
        who: &str,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let key = (sku.to_owned(), market.unwrap_or_default().to_owned(), since.to_string());
        let gone = product_cost::Entity::delete_by_id(key).exec(&write.tx).await?;
        if gone.rows_affected == 0 {
            return Err(DeskError::not_found("cost", format!("{sku} since {since}")));
        }
        let detail = json!({ "market": market, "since": since });
        write.audit(who, "cost_deleted", &format!("product:{sku}"), detail).await?;
        write.commit().await
    }
}

impl Write {
    async fn put_product(&self, product: &Product) -> Result<()> {
        self.put_products(std::slice::from_ref(product)).await
    }

    async fn put_products(&self, products: &[Product]) -> Result<()> {
        if products.is_empty() {
            return Ok(());
        }
        let replace = OnConflict::column(product::Column::Sku)
            .update_columns([
                product::Column::Name,
                product::Column::Brand,
                product::Column::Category,
                product::Column::Owner,
                product::Column::Stage,
            ])
            .to_owned();
        product::Entity::insert_many(products.iter().map(product_row))
            .on_conflict(replace)
            .exec_without_returning(&self.tx)
            .await?;
        Ok(())
    }

    /// Costs and pairings may come before their product: it is added under its SKU, to be named
    /// later, so that one filled template is enough to see profit.
    pub(crate) async fn add_missing_products<'a>(
        &mut self,
        skus: impl Iterator<Item = &'a str>,
        who: &str,
    ) -> Result<()> {
        let mut missing: BTreeSet<&str> = skus.collect();
        let known = product::Entity::find().all(&self.tx).await?;
        for row in &known {
            missing.remove(row.sku.as_str());
        }
        missing.iter().try_for_each(|sku| checked_sku(sku).map(drop))?;
        let missing: Vec<&str> = missing.into_iter().collect();
        for chunk in missing.chunks(ROWS_PER_INSERT) {
            let rows = chunk.iter().map(|sku| {
                product_row(&Product {
                    sku: (*sku).to_owned(),
                    name: (*sku).to_owned(),
                    brand: None,
                    category: None,
                    owner: None,
                    stage: None,
                })
            });
            product::Entity::insert_many(rows).exec_without_returning(&self.tx).await?;
        }
        for chunk in missing.chunks(RECORDS_PER_AUDIT) {
            self.audit(who, "products_added", "products", json!(chunk)).await?;
        }
        Ok(())
    }
}

/// A SKU is also a part of an address, where `.` and `..` mean something else.
pub(crate) fn checked_sku(text: &str) -> Result<String> {
    let sku = name("the SKU", text)?;
    if sku == "." || sku == ".." {
        return Err(DeskError::refused(format!(
            "`{sku}` cannot be a SKU; use letters and digits, such as `LAMP-1`"
        )));
    }
    Ok(sku)
}

fn checked_product(product: &Product) -> Result<Product> {
    Ok(Product {
        sku: checked_sku(&product.sku)?,
        name: name("the name of the product", &product.name)?,
        brand: optional_name("the brand", product.brand.as_deref())?,
        category: optional_name("the category", product.category.as_deref())?,
        owner: optional_name("the owner", product.owner.as_deref())?,
        stage: optional_name("the stage", product.stage.as_deref())?,
    })
}

fn checked_cost(cost: &ProductCost) -> Result<ProductCost> {
    let sku = checked_sku(&cost.sku)?;
    if !(Decimal::ZERO..=AMOUNT_MAX).contains(&cost.cost.amount) {
        return Err(DeskError::refused(format!(
            "the cost of `{sku}` since {} is {}, which is below zero or too large; write what \
             one unit costs, from 0 to {AMOUNT_MAX}",
            cost.since, cost.cost.amount
        )));
    }
    Ok(ProductCost {
        sku,
        market: optional_market(cost.market.as_deref())?,
        since: cost.since,
        cost: cost.cost,
        note: optional_name("the note", cost.note.as_deref())?,
    })
}

fn product_row(product: &Product) -> product::ActiveModel {
    product::ActiveModel {
        sku: Set(product.sku.clone()),
        name: Set(product.name.clone()),
        brand: Set(product.brand.clone()),
        category: Set(product.category.clone()),
        owner: Set(product.owner.clone()),
        stage: Set(product.stage.clone()),
    }
}

fn product_from(row: product::Model) -> Product {
    Product {
        sku: row.sku,
        name: row.name,
        brand: row.brand,
        category: row.category,
        owner: row.owner,
        stage: row.stage,
    }
}

fn cost_row(cost: &ProductCost) -> product_cost::ActiveModel {
    product_cost::ActiveModel {
        sku: Set(cost.sku.clone()),
        market: Set(cost.market.clone().unwrap_or_default()),
        since: Set(cost.since.to_string()),
        amount: Set(cost.cost.amount.to_string()),
        currency: Set(cost.cost.currency.code().to_owned()),
        note: Set(cost.note.clone()),
    }
}

fn cost_from(row: product_cost::Model) -> Result<ProductCost> {
    Ok(ProductCost {
        sku: row.sku,
        market: Some(row.market).filter(|market| !market.is_empty()),
        since: day(&row.since)?,
        cost: Money::new(decimal(&row.amount)?, currency(&row.currency)?),
        note: row.note,
    })
}
