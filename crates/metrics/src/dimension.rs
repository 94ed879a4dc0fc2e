//! Dimensions: what figures can be grouped and filtered by, and which facts know them.

use argosy_kernel::{Diagnostic, Files, Grain, Text};
use serde::{Deserialize, Serialize};

use crate::expression::ColumnType;

/// A table that measures are taken from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Ledger,
    /// Goods sold at their dated unit cost: made from the ledger's units and the desk's costs.
    Goods,
    Orders,
    Ads,
    Traffic,
    Stock,
    Movements,
    Details,
    Listings,
    Search,
    Reviews,
    Changes,
    Events,
    Measures,
}

impl Source {
    pub const ALL: [Self; 14] = [
        Self::Ledger,
        Self::Goods,
        Self::Orders,
        Self::Ads,
        Self::Traffic,
        Self::Stock,
        Self::Movements,
        Self::Details,
        Self::Listings,
        Self::Search,
        Self::Reviews,
        Self::Changes,
        Self::Events,
        Self::Measures,
    ];

    /// The name in metric definitions.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Goods => "goods",
            Self::Orders => "orders",
            Self::Ads => "ads",
            Self::Traffic => "traffic",
            Self::Stock => "stock",
            Self::Movements => "movements",
            Self::Details => "details",
            Self::Listings => "listings",
            Self::Search => "search",
            Self::Reviews => "reviews",
            Self::Changes => "changes",
            Self::Events => "events",
            Self::Measures => "measures",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.id() == id)
    }

    /// The fact table behind it.
    pub fn table(self) -> &'static str {
        match self {
            Self::Goods => "ledger",
            other => other.id(),
        }
    }

    /// The columns a measure or its filter may use, what they hold, and whether they are money.
    #[expect(clippy::too_many_lines, reason = "one flat table reads best whole")]
    pub fn columns(self) -> &'static [(&'static str, ColumnType, bool)] {
        use ColumnType::{Bool, Number, Text};
        match self {
            Self::Ledger => &[
                ("amount", Number, true),
                ("units", Number, false),
                ("line", Text, false),
                ("stage", Text, false),
                ("provisional", Bool, false),
                ("seller_sku", Text, false),
                ("order_id", Text, false),
                ("statement", Text, false),
                ("transaction", Text, false),
                ("fee_type", Text, false),
                ("channel", Text, false),
                ("market", Text, false),
            ],
            Self::Goods => &[
                ("cost", Number, true),
                ("units", Number, false),
                ("units_without_cost", Number, false),
            ],
            Self::Orders => &[
                ("order_id", Text, false),
                ("status", Text, false),
                ("seller_sku", Text, false),
                ("asin", Text, false),
                ("units", Number, false),
                ("item_price", Number, true),
                ("item_tax", Number, true),
                ("shipping_price", Number, true),
                ("shipping_tax", Number, true),
                ("discount", Number, true),
                ("fulfilment", Text, false),
                ("buyer", Text, false),
                ("ship_country", Text, false),
                ("channel", Text, false),
                ("market", Text, false),
            ],
            Self::Ads => &[
                ("impressions", Number, false),
                ("clicks", Number, false),
                ("cost", Number, true),
                ("sales", Number, true),
                ("orders", Number, false),
                ("units", Number, false),
                ("results", Number, false),
                ("level", Text, false),
                ("ad_product", Text, false),
                ("campaign_id", Text, false),
                ("campaign", Text, false),
                ("ad_group_id", Text, false),
                ("ad_group", Text, false),
                ("ad", Text, false),
                ("result_type", Text, false),
                ("target", Text, false),
                ("match_type", Text, false),
                ("placement", Text, false),
                ("search_term", Text, false),
                ("seller_sku", Text, false),
                ("asin", Text, false),
                ("attribution_days", Number, false),
            ],
            Self::Traffic => &[
                ("level", Text, false),
                ("source", Text, false),
                ("medium", Text, false),
                ("campaign", Text, false),
                ("page", Text, false),
                ("device", Text, false),
                ("country", Text, false),
                ("users", Number, false),
                ("sessions", Number, false),
                ("page_views", Number, false),
                ("buy_box_fraction", Number, false),
                ("units_ordered", Number, false),
                ("order_items", Number, false),
                ("sales", Number, true),
                ("seller_sku", Text, false),
                ("asin", Text, false),
                ("parent_asin", Text, false),
            ],
            Self::Stock => &[
                ("units", Number, false),
                ("place", Text, false),
                ("state", Text, false),
                ("condition", Text, false),
                ("seller_sku", Text, false),
                ("fnsku", Text, false),
                ("asin", Text, false),
            ],
            Self::Movements => &[
                ("units", Number, false),
                ("kind", Text, false),
                ("disposition", Text, false),
                ("reason", Text, false),
                ("place", Text, false),
                ("seller_sku", Text, false),
                ("fnsku", Text, false),
                ("asin", Text, false),
                ("order_id", Text, false),
                ("reference", Text, false),
            ],
            Self::Details => &[
                ("amount", Number, true),
                ("units", Number, false),
                ("quantity", Number, false),
                ("quantity_unit", Text, false),
                ("kind", Text, false),
                ("line", Text, false),
                ("fee_type", Text, false),
                ("per", Text, false),
                ("reason", Text, false),
                ("place", Text, false),
                ("seller_sku", Text, false),
                ("fnsku", Text, false),
                ("asin", Text, false),
                ("order_id", Text, false),
                ("reference", Text, false),
            ],
            Self::Listings => &[
                ("listing_id", Text, false),
                ("seller_sku", Text, false),
                ("asin", Text, false),
                ("parent_id", Text, false),
                ("brand", Text, false),
                ("product_type", Text, false),
                ("status", Text, false),
                ("condition", Text, false),
                ("fulfilment", Text, false),
                ("units", Number, false),
                ("price", Number, true),
                ("list_price", Number, true),
                ("unit_cost", Number, true),
            ],
            Self::Search => &[
                ("kind", Text, false),
                ("term", Text, false),
                ("term_rank", Number, false),
                ("term_volume", Number, false),
                ("page", Text, false),
                ("country", Text, false),
                ("device", Text, false),
                ("asin", Text, false),
                ("position", Number, false),
                ("impressions_total", Number, false),
                ("impressions", Number, false),
                ("clicks_total", Number, false),
                ("clicks", Number, false),
                ("click_share", Number, false),
                ("cart_adds_total", Number, false),
                ("cart_adds", Number, false),
                ("purchases_total", Number, false),
                ("purchases", Number, false),
                ("conversion_share", Number, false),
                ("sales", Number, true),
            ],
            Self::Reviews => &[
                ("kind", Text, false),
                ("id", Text, false),
                ("rating", Number, false),
                ("reason", Text, false),
                ("disposition", Text, false),
                ("status", Text, false),
                ("units", Number, false),
                ("language", Text, false),
                ("order_id", Text, false),
                ("seller_sku", Text, false),
                ("asin", Text, false),
            ],
            Self::Changes => &[
                ("subject_kind", Text, false),
                ("subject_id", Text, false),
                ("subject", Text, false),
                ("field", Text, false),
                ("before", Text, false),
                ("after", Text, false),
                ("actor", Text, false),
                ("seller_sku", Text, false),
            ],
            Self::Events => &[
                ("event", Text, false),
                ("visitor", Text, false),
                ("session", Text, false),
                ("source", Text, false),
                ("medium", Text, false),
                ("campaign", Text, false),
                ("page", Text, false),
                ("device", Text, false),
                ("country", Text, false),
                ("seller_sku", Text, false),
                ("order_id", Text, false),
                ("units", Number, false),
                ("value", Number, true),
            ],
            Self::Measures => &[
                ("value", Number, true),
                ("measure", Text, false),
                ("subject_kind", Text, false),
                ("subject_id", Text, false),
                ("subject", Text, false),
                ("other", Text, false),
                ("seller_sku", Text, false),
                ("asin", Text, false),
            ],
        }
    }

    /// Whether rows of this table may tell a whole period instead of one day.
    pub(crate) fn has_periods(self) -> bool {
        matches!(self, Self::Ads | Self::Traffic | Self::Details | Self::Search | Self::Measures)
    }

    /// What a snapshot of this table is a snapshot of, in SQL after `{relation}.`; its last day in
    /// each span of time stands for the span. `None` for tables of events.
    pub(crate) fn snapshot_of(self) -> Option<&'static str> {
        match self {
            Self::Stock => Some("place"),
            Self::Listings => Some("listing_id"),
            _ => None,
        }
    }

    /// Whether its rows name a currency.
    pub(crate) fn has_currency(self) -> bool {
        !matches!(self, Self::Stock | Self::Movements | Self::Reviews | Self::Changes)
    }

    /// Whether a missing row means "nobody looked" rather than "nothing happened".
    pub(crate) fn is_observation(self) -> bool {
        matches!(self, Self::Traffic | Self::Stock | Self::Listings | Self::Search | Self::Measures)
    }
}

/// What figures can be grouped and filtered by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    Day,
    Week,
    Month,
    Channel,
    Market,
    Store,
    Product,
    SellerSku,
    Asin,
    OrderId,
    AdProduct,
    Campaign,
    AdGroup,
    Ad,
    Target,
    MatchType,
    Placement,
    SearchTerm,
    /// Where visitors come from; its name is `source`.
    #[serde(rename = "source")]
    Origin,
    Medium,
    Page,
    Country,
    Device,
    Currency,
    Line,
    Stage,
    Statement,
    FeeType,
    Kind,
    Reason,
    Place,
    Disposition,
    Brand,
    Event,
    Subject,
}

impl Dimension {
    pub const ALL: [Self; 35] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Channel,
        Self::Market,
        Self::Store,
        Self::Product,
        Self::SellerSku,
        Self::Asin,
        Self::OrderId,
        Self::AdProduct,
        Self::Campaign,
        Self::AdGroup,
        Self::Ad,
        Self::Target,
        Self::MatchType,
        Self::Placement,
        Self::SearchTerm,
        Self::Origin,
        Self::Medium,
        Self::Page,
        Self::Country,
        Self::Device,
        Self::Currency,
        Self::Line,
        Self::Stage,
        Self::Statement,
        Self::FeeType,
        Self::Kind,
        Self::Reason,
        Self::Place,
        Self::Disposition,
        Self::Brand,
        Self::Event,
        Self::Subject,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Channel => "channel",
            Self::Market => "market",
            Self::Store => "store",
            Self::Product => "product",
            Self::SellerSku => "seller_sku",
            Self::Asin => "asin",
            Self::OrderId => "order_id",
            Self::AdProduct => "ad_product",
            Self::Campaign => "campaign",
            Self::AdGroup => "ad_group",
            Self::Ad => "ad",
            Self::Target => "target",
            Self::MatchType => "match_type",
            Self::Placement => "placement",
            Self::SearchTerm => "search_term",
            Self::Origin => "source",
            Self::Medium => "medium",
            Self::Page => "page",
            Self::Country => "country",
            Self::Device => "device",
            Self::Currency => "currency",
            Self::Line => "line",
            Self::Stage => "stage",
            Self::Statement => "statement",
            Self::FeeType => "fee_type",
            Self::Kind => "kind",
            Self::Reason => "reason",
            Self::Place => "place",
            Self::Disposition => "disposition",
            Self::Brand => "brand",
            Self::Event => "event",
            Self::Subject => "subject",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.id() == id)
    }

    /// The time grain, for dimensions of time.
    pub fn grain(self) -> Option<Grain> {
        match self {
            Self::Day => Some(Grain::Day),
            Self::Week => Some(Grain::Week),
            Self::Month => Some(Grain::Month),
            _ => None,
        }
    }

    /// Whether the rows of `source` say it.
    pub fn known_in(self, source: Source) -> bool {
        use Source::{
            Ads, Changes, Details, Events, Goods, Ledger, Listings, Measures, Movements, Orders,
            Reviews, Search, Stock, Traffic,
        };
        match self {
            Self::Day | Self::Week | Self::Month | Self::Channel | Self::Market | Self::Store => {
                true
            }
            Self::Product | Self::SellerSku => source != Search,
            Self::Asin => !matches!(source, Ledger | Goods | Changes | Events),
            Self::OrderId => {
                matches!(source, Ledger | Goods | Orders | Movements | Details | Reviews | Events)
            }
            Self::AdProduct
            | Self::AdGroup
            | Self::Ad
            | Self::Target
            | Self::MatchType
            | Self::Placement => source == Ads,
            Self::Campaign => matches!(source, Ads | Traffic | Events),
            Self::SearchTerm => matches!(source, Ads | Search),
            Self::Origin | Self::Medium => matches!(source, Traffic | Events),
            Self::Page | Self::Country | Self::Device => {
                matches!(source, Traffic | Search | Events)
            }
            Self::Currency => source.has_currency(),
            Self::Line | Self::Stage => matches!(source, Ledger | Goods | Details),
            Self::Statement => matches!(source, Ledger | Goods),
            Self::FeeType => matches!(source, Ledger | Details),
            Self::Kind => matches!(source, Movements | Details | Search | Reviews),
            Self::Reason => matches!(source, Movements | Details | Reviews),
            Self::Place => matches!(source, Stock | Movements | Details),
            Self::Disposition => matches!(source, Movements | Reviews),
            Self::Brand => source == Listings,
            Self::Event => source == Events,
            Self::Subject => matches!(source, Changes | Measures),
        }
    }

    /// Whether it tells listings apart, so that traffic must come from the listing level.
    pub(crate) fn is_listing(self) -> bool {
        matches!(self, Self::Product | Self::SellerSku | Self::Asin)
    }

    /// Whether only some levels of advertising, traffic or search say it.
    pub(crate) fn is_of_level(self) -> bool {
        matches!(
            self,
            Self::Placement
                | Self::MatchType
                | Self::Origin
                | Self::Medium
                | Self::Page
                | Self::Country
                | Self::Device
        )
    }

    /// Whether it has so many values that grouping by it and by day would not shrink the rows.
    pub(crate) fn is_fine(self) -> bool {
        matches!(
            self,
            Self::Product
                | Self::SellerSku
                | Self::Asin
                | Self::OrderId
                | Self::Campaign
                | Self::AdGroup
                | Self::Ad
                | Self::Target
                | Self::SearchTerm
        )
    }

    pub(crate) fn holds(self) -> ColumnType {
        if self.grain().is_some() { ColumnType::Day } else { ColumnType::Text }
    }
}

/// Names of the dimensions in both languages.
#[derive(Clone, Debug, Serialize)]
pub struct DimensionName {
    pub id: Dimension,
    pub name: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DimensionFile {
    #[expect(
        dead_code,
        reason = "the number is checked by its type only; there is one schema yet"
    )]
    schema: u32,
    dimension: Vec<DimensionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DimensionEntry {
    id: toml::Spanned<String>,
    name: Text,
}

/// Where the names of dimensions stand below `knowledge/`.
pub(crate) const DIMENSIONS_PATH: &str = "dimensions.toml";

/// Reads the names of the dimensions, in the order they are shown.
pub(crate) fn load_names(files: &Files) -> Result<Vec<DimensionName>, Vec<Diagnostic>> {
    let Some(source) = files.get(DIMENSIONS_PATH) else {
        let message = "the names of the dimensions are missing";
        return Err(vec![crate::chart::missing(DIMENSIONS_PATH, message)]);
    };
    let file: DimensionFile = source.toml().map_err(|wrong| vec![*wrong])?;
    let mut names = Vec::new();
    let mut wrong = Vec::new();
    for entry in file.dimension {
        match Dimension::from_id(entry.id.get_ref()) {
            Some(id) => names.push(DimensionName { id, name: entry.name }),
            None => {
                let message = format!("unknown dimension `{}`", entry.id.get_ref());
                let hint = format!("use one of: {}", Dimension::ALL.map(Dimension::id).join(", "));
                wrong.push(source.complain(entry.id.span(), &message, &hint));
            }
        }
    }
    for dimension in Dimension::ALL {
        if wrong.is_empty() && !names.iter().any(|name| name.id == dimension) {
            let message = format!("dimension `{}` has no name", dimension.id());
            wrong.push(source.complain(0..1, &message, "add a [[dimension]] for it"));
        }
    }
    if wrong.is_empty() { Ok(names) } else { Err(wrong) }
}
