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
}

impl Source {
    pub const ALL: [Self; 6] =
        [Self::Ledger, Self::Goods, Self::Orders, Self::Ads, Self::Traffic, Self::Stock];

    /// The name in metric definitions.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Goods => "goods",
            Self::Orders => "orders",
            Self::Ads => "ads",
            Self::Traffic => "traffic",
            Self::Stock => "stock",
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
                ("ad_product", Text, false),
                ("campaign", Text, false),
                ("ad_group", Text, false),
                ("target", Text, false),
                ("match_type", Text, false),
                ("search_term", Text, false),
                ("seller_sku", Text, false),
                ("asin", Text, false),
                ("attribution_days", Number, false),
            ],
            Self::Traffic => &[
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
        }
    }

    /// Whether rows of this table may tell a whole period instead of one day.
    pub(crate) fn has_periods(self) -> bool {
        matches!(self, Self::Ads | Self::Traffic)
    }

    /// Whether a missing row means "nobody looked" rather than "nothing happened".
    pub(crate) fn is_observation(self) -> bool {
        matches!(self, Self::Traffic | Self::Stock)
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
    Campaign,
    AdGroup,
    SearchTerm,
    Currency,
    Line,
    Stage,
    Statement,
}

impl Dimension {
    pub const ALL: [Self; 17] = [
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
        Self::Campaign,
        Self::AdGroup,
        Self::SearchTerm,
        Self::Currency,
        Self::Line,
        Self::Stage,
        Self::Statement,
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
            Self::Campaign => "campaign",
            Self::AdGroup => "ad_group",
            Self::SearchTerm => "search_term",
            Self::Currency => "currency",
            Self::Line => "line",
            Self::Stage => "stage",
            Self::Statement => "statement",
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
        use Source::{Ads, Goods, Ledger, Orders, Stock, Traffic};
        match self {
            Self::Day | Self::Week | Self::Month | Self::Channel | Self::Market | Self::Store => {
                true
            }
            Self::Product | Self::SellerSku => true,
            Self::Asin => matches!(source, Orders | Ads | Traffic | Stock),
            Self::OrderId => matches!(source, Ledger | Goods | Orders),
            Self::Campaign | Self::AdGroup | Self::SearchTerm => source == Ads,
            Self::Currency => source != Stock,
            Self::Line | Self::Stage | Self::Statement => matches!(source, Ledger | Goods),
        }
    }

    /// Whether it tells listings apart, so that traffic must come from the listing level.
    pub(crate) fn is_listing(self) -> bool {
        matches!(self, Self::Product | Self::SellerSku | Self::Asin)
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
