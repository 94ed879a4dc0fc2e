//! HTTP: products, unit costs, pairings.

use std::collections::{BTreeMap, HashMap};

use argosy_desk::{Pairing, Product, ProductCost};
use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    http::{
        dto::PageMeta,
        error::ApiError,
        extract::{Can, Edit, Json, Path, Query, Read},
        goods::{
            CostDto, Costs, PairingDto, Pairings, ProductDto, ProductMeta, Products, Unpaired,
            UnpairedList,
        },
    },
    questions,
};

/// Products on one page unless the caller says otherwise, and at most.
const PAGE: u64 = 100;
const PAGE_MAX: u64 = 1_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_products, create_product))
        .routes(routes!(list_unpaired))
        .routes(routes!(change_product, delete_product))
        .routes(routes!(list_costs, save_costs, delete_cost))
        .routes(routes!(list_pairings, save_pairings, delete_pairing))
}

/// A product to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProduct {
    pub sku: String,
    pub name: String,
    pub brand: Option<String>,
    pub category: Option<String>,
    pub owner: Option<String>,
    pub stage: Option<String>,
}

/// What to change about a product; what is left out stays, an empty text clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeProduct {
    pub name: Option<String>,
    pub brand: Option<String>,
    pub category: Option<String>,
    pub owner: Option<String>,
    pub stage: Option<String>,
}

/// Which cost to delete.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CostQuery {
    pub since: NaiveDate,
    pub market: Option<String>,
}

/// Which pairings.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PairingQuery {
    pub store: Option<String>,
    /// Our product.
    pub sku: Option<String>,
}

/// Which pairing to delete.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeletePairing {
    pub store: String,
    pub seller_sku: String,
    pub since: Option<NaiveDate>,
}

/// Which products.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ProductQuery {
    /// Part of the SKU or of the name.
    pub q: Option<String>,
    pub cursor: Option<String>,
    pub limit: Option<u64>,
}

/// Products of the company.
#[utoipa::path(get, path = "/products", operation_id = "list_products", tag = "products",
    extensions(("x-permission" = json!("read"))),
    params(ProductQuery), responses((status = 200, body = Products)))]
async fn list_products(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<ProductQuery>,
) -> Result<Json<Products>, ApiError> {
    let wanted = query.q.unwrap_or_default().to_lowercase();
    let limit = usize::try_from(query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX)).unwrap_or(1);
    let fits = |product: &Product| {
        wanted.is_empty()
            || product.sku.to_lowercase().contains(&wanted)
            || product.name.to_lowercase().contains(&wanted)
    };
    let known = Known::read(&app).await?;
    let all: Vec<&Product> = known.products.iter().filter(|product| fits(product)).collect();
    let after = query.cursor.unwrap_or_default();
    let rest = all.iter().filter(|product| after.is_empty() || product.sku > after);
    let page: Vec<&&Product> = rest.take(limit + 1).collect();
    let next = (page.len() > limit).then(|| page[limit - 1].sku.clone());
    Ok(Json(Products {
        products: page.into_iter().take(limit).map(|product| known.describe(product)).collect(),
        meta: ProductMeta {
            page: PageMeta { next },
            total: u64::try_from(all.len()).unwrap_or(u64::MAX),
        },
    }))
}

/// Make a product.
#[utoipa::path(post, path = "/products", operation_id = "create_product", tag = "products",
    extensions(("x-permission" = json!("edit"))),
    request_body = NewProduct, responses((status = 201, body = ProductDto)))]
async fn create_product(
    State(app): State<App>,
    can: Can<Edit>,
    Json(new): Json<NewProduct>,
) -> Result<(StatusCode, Json<ProductDto>), ApiError> {
    let product = Product {
        sku: new.sku,
        name: new.name,
        brand: new.brand,
        category: new.category,
        owner: new.owner,
        stage: new.stage,
    };
    let product = app.desk().add_product(&product, &can.who()).await?;
    let saved = Known::read(&app).await?.find(&product.sku)?;
    Ok((StatusCode::CREATED, Json(saved)))
}

/// Change a product.
#[utoipa::path(patch, path = "/products/{sku}", operation_id = "change_product", tag = "products",
    extensions(("x-permission" = json!("edit"))),
    params(("sku" = String, Path)),
    request_body = ChangeProduct, responses((status = 200, body = ProductDto)))]
async fn change_product(
    State(app): State<App>,
    can: Can<Edit>,
    Path(sku): Path<String>,
    Json(change): Json<ChangeProduct>,
) -> Result<Json<ProductDto>, ApiError> {
    let products = app.desk().products().await?;
    let mut product = products
        .into_iter()
        .find(|product| product.sku == sku)
        .ok_or_else(|| ApiError::not_found("such product"))?;
    if let Some(name) = change.name {
        product.name = name;
    }
    let set = |field: &mut Option<String>, value: Option<String>| {
        if let Some(value) = value {
            *field = Some(value).filter(|value| !value.is_empty());
        }
    };
    set(&mut product.brand, change.brand);
    set(&mut product.category, change.category);
    set(&mut product.owner, change.owner);
    set(&mut product.stage, change.stage);
    app.desk().save_product(&product, &can.who()).await?;
    Ok(Json(Known::read(&app).await?.find(&sku)?))
}

/// Delete a product; refused while it has costs or pairings.
#[utoipa::path(delete, path = "/products/{sku}", operation_id = "delete_product",
    tag = "products", extensions(("x-permission" = json!("edit"))),
    params(("sku" = String, Path)), responses((status = 204)))]
async fn delete_product(
    State(app): State<App>,
    can: Can<Edit>,
    Path(sku): Path<String>,
) -> Result<StatusCode, ApiError> {
    app.desk().delete_product(&sku, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Channel SKUs that no product stands behind, the best sellers first.
#[utoipa::path(get, path = "/products/unpaired", operation_id = "list_unpaired", tag = "products",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = UnpairedList)))]
async fn list_unpaired(
    State(app): State<App>,
    _: Can<Read>,
) -> Result<Json<UnpairedList>, ApiError> {
    let products = app.desk().products().await?;
    let fold = |sku: &str| sku.to_lowercase().replace([' ', '-', '_'], "");
    let by_fold: HashMap<String, &str> =
        products.iter().map(|product| (fold(&product.sku), product.sku.as_str())).collect();
    let unpaired = questions::unpaired(&app)
        .await?
        .into_iter()
        .map(|listing| Unpaired {
            suggestion: by_fold.get(&fold(&listing.seller_sku)).map(|sku| (*sku).to_owned()),
            store: listing.store,
            channel: listing.channel,
            seller_sku: listing.seller_sku,
            units: listing.units,
            first_day: listing.first_day,
            last_day: listing.last_day,
        })
        .collect();
    Ok(Json(UnpairedList { unpaired }))
}

/// Unit costs of a product, the newest first.
#[utoipa::path(get, path = "/products/{sku}/costs", operation_id = "list_costs", tag = "products",
    extensions(("x-permission" = json!("read"))),
    params(("sku" = String, Path)), responses((status = 200, body = Costs)))]
async fn list_costs(
    State(app): State<App>,
    _: Can<Read>,
    Path(sku): Path<String>,
) -> Result<Json<Costs>, ApiError> {
    Ok(Json(costs_of(&app, &sku).await?))
}

/// Save unit costs; one with the same market and day is replaced.
#[utoipa::path(post, path = "/products/{sku}/costs", operation_id = "save_costs", tag = "products",
    extensions(("x-permission" = json!("edit"))),
    params(("sku" = String, Path)),
    request_body = Costs, responses((status = 200, body = Costs)))]
async fn save_costs(
    State(app): State<App>,
    can: Can<Edit>,
    Path(sku): Path<String>,
    Json(costs): Json<Costs>,
) -> Result<Json<Costs>, ApiError> {
    let sku = sku.trim().to_owned();
    let costs = costs
        .costs
        .into_iter()
        .map(|cost| {
            let market = cost.market.filter(|market| !market.is_empty());
            Ok(ProductCost {
                sku: sku.clone(),
                market: market.map(|market| app.market(&market)).transpose()?,
                since: cost.since,
                cost: cost.cost.read()?,
                note: cost.note,
            })
        })
        .collect::<Result<Vec<_>, ApiError>>()?;
    app.desk().save_costs(&costs, &can.who()).await?;
    Ok(Json(costs_of(&app, &sku).await?))
}

/// Delete the unit cost of a market and day.
#[utoipa::path(delete, path = "/products/{sku}/costs", operation_id = "delete_cost",
    tag = "products", extensions(("x-permission" = json!("edit"))),
    params(("sku" = String, Path), CostQuery), responses((status = 204)))]
async fn delete_cost(
    State(app): State<App>,
    can: Can<Edit>,
    Path(sku): Path<String>,
    Query(query): Query<CostQuery>,
) -> Result<StatusCode, ApiError> {
    let market = query.market.as_deref().filter(|market| !market.is_empty());
    app.desk().delete_cost(&sku, market, query.since, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which channel SKU belongs to which product.
#[utoipa::path(get, path = "/pairings", operation_id = "list_pairings", tag = "products",
    extensions(("x-permission" = json!("read"))),
    params(PairingQuery), responses((status = 200, body = Pairings)))]
async fn list_pairings(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<PairingQuery>,
) -> Result<Json<Pairings>, ApiError> {
    let wanted = |wish: &Option<String>, found: &str| wish.as_deref().is_none_or(|w| w == found);
    let pairings =
        app.desk().pairings().await?.into_iter().filter(|pairing| {
            wanted(&query.store, &pairing.store) && wanted(&query.sku, &pairing.sku)
        });
    Ok(Json(Pairings { pairings: pairings.map(PairingDto::from).collect() }))
}

/// Pair channel SKUs with products; one with the same store, SKU and first day is replaced.
#[utoipa::path(post, path = "/pairings", operation_id = "save_pairings", tag = "products",
    extensions(("x-permission" = json!("edit"))),
    request_body = Pairings, responses((status = 200, body = Pairings)))]
async fn save_pairings(
    State(app): State<App>,
    can: Can<Edit>,
    Json(pairings): Json<Pairings>,
) -> Result<Json<Pairings>, ApiError> {
    let wanted: Vec<Pairing> = pairings.pairings.iter().cloned().map(Pairing::from).collect();
    app.desk().save_pairings(&wanted, &can.who()).await?;
    Ok(Json(pairings))
}

/// Take a pairing back.
#[utoipa::path(delete, path = "/pairings", operation_id = "delete_pairing", tag = "products",
    extensions(("x-permission" = json!("edit"))),
    params(DeletePairing), responses((status = 204)))]
async fn delete_pairing(
    State(app): State<App>,
    can: Can<Edit>,
    Query(query): Query<DeletePairing>,
) -> Result<StatusCode, ApiError> {
    let (store, seller_sku) = (&query.store, &query.seller_sku);
    app.desk().delete_pairing(store, seller_sku, query.since, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All that the desk knows about products, read once for a list.
struct Known {
    products: Vec<Product>,
    costs: BTreeMap<String, Vec<CostDto>>,
    pairings: BTreeMap<String, Vec<PairingDto>>,
}

impl Known {
    async fn read(app: &App) -> Result<Self, ApiError> {
        let mut costs: BTreeMap<String, Vec<CostDto>> = BTreeMap::new();
        for cost in app.desk().product_costs().await? {
            costs.entry(cost.sku.clone()).or_default().push(cost.into());
        }
        for costs in costs.values_mut() {
            costs.sort_by(|a, b| b.since.cmp(&a.since).then_with(|| a.market.cmp(&b.market)));
        }
        let mut pairings: BTreeMap<String, Vec<PairingDto>> = BTreeMap::new();
        for pairing in app.desk().pairings().await? {
            pairings.entry(pairing.sku.clone()).or_default().push(pairing.into());
        }
        Ok(Self { products: app.desk().products().await?, costs, pairings })
    }

    fn describe(&self, product: &Product) -> ProductDto {
        let product = product.clone();
        ProductDto {
            costs: self.costs.get(&product.sku).cloned().unwrap_or_default(),
            pairings: self.pairings.get(&product.sku).cloned().unwrap_or_default(),
            sku: product.sku,
            name: product.name,
            brand: product.brand,
            category: product.category,
            owner: product.owner,
            stage: product.stage,
        }
    }

    fn find(&self, sku: &str) -> Result<ProductDto, ApiError> {
        let product = self.products.iter().find(|product| product.sku == sku);
        let product = product.ok_or_else(|| ApiError::not_found("such product"))?;
        Ok(self.describe(product))
    }
}

async fn costs_of(app: &App, sku: &str) -> Result<Costs, ApiError> {
    Ok(Costs { costs: Known::read(app).await?.find(sku)?.costs })
}
