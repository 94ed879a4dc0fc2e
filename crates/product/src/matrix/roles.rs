//! Roles of products and the thresholds they are told by, as knowledge.

use std::collections::BTreeSet;

use argosy_kernel::{Diagnostic, Files, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::propose::{Figures, propose};

/// Where they stand.
pub const FILE: &str = "matrix.toml";

/// Which part a product plays.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 引流款: brings visitors to the line.
    TrafficItem,
    /// 利润款: earns.
    ProfitItem,
    /// 形象款: shows what the brand can do.
    ImageItem,
    /// To be sold off.
    ClearOut,
}

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct Roles {
    pub roles: Vec<Told>,
    pub settings: Settings,
}

/// A role, what it is held to, and how much of a line it should be.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub id: Role,
    pub name: Text,
    pub says: Text,
    /// Targets of the role: contribution after ads of net sales at least, ad cost of net sales at most.
    pub margin_min: Decimal,
    pub tacos_max: Decimal,
    /// Share of a line's products that should play it.
    pub share: Decimal,
    /// Thresholds of rules that hold for its seller SKUs while a product plays it.
    #[serde(default, rename = "threshold")]
    pub thresholds: Vec<RoleThreshold>,
}

/// A threshold of a rule that a role changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleThreshold {
    pub rule: String,
    pub name: String,
    pub value: Decimal,
}

/// Thresholds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A product with fewer days on sale or sessions is not judged.
    pub days_min: Decimal,
    pub sessions_min: Decimal,
    /// How many times the even share of sessions a traffic item has at least.
    pub traffic_times: Decimal,
    /// How many times the even share of profit a profit item has at least.
    pub profit_times: Decimal,
    /// How many times the line's middle price an image item costs at least.
    pub price_times: Decimal,
    /// Share of stock older than half a year, and days of cover, from which on stock weighs.
    pub aged_share: Decimal,
    pub cover_days: Decimal,
    /// Share of a line's profit above which it hangs on one product.
    pub concentration: Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: u32,
    id: String,
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "source")]
    _source: String,
    settings: Settings,
    role: Vec<Spanned<Told>>,
    example: Vec<Spanned<Example>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    says: String,
    product: Vec<Figures>,
    /// By product; nothing: no role stands out.
    expect: Vec<String>,
}

impl Roles {
    /// Reads `matrix.toml` and runs its examples; `None` when the file is not there.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub fn load(files: &Files) -> Result<Option<Self>, Vec<Diagnostic>> {
        let Some(source) = files.get(FILE) else { return Ok(None) };
        let written: Written = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut wrong = Vec::new();
        if written.schema != 1 || written.id != "matrix" {
            let hint = "schema = 1, id = \"matrix\"";
            wrong.push(source.complain(0..1, "this file is of another kind or time", hint));
        }
        let ids: BTreeSet<Role> = written.role.iter().map(|one| one.get_ref().id).collect();
        if ids.len() != 4 || written.role.len() != 4 {
            let hint = "write traffic_item, profit_item, image_item and clear_out once each";
            wrong.push(source.complain(0..1, "the four roles are not all there", hint));
        }
        let shares: Decimal = written.role.iter().map(|one| one.get_ref().share).sum();
        if shares > Decimal::ONE {
            wrong.push(source.complain(0..1, "the shares of roles exceed 1", "lower a `share`"));
        }
        let roles = Self {
            roles: written.role.into_iter().map(Spanned::into_inner).collect(),
            settings: written.settings,
        };
        for spanned in &written.example {
            let example = spanned.get_ref();
            let found: Vec<String> = propose(&roles, &example.product)
                .iter()
                .map(|one| one.role.map(Role::id).unwrap_or_default().to_owned())
                .collect();
            if found != example.expect {
                let message =
                    format!("{}: proposes {found:?}, not {:?}", example.says, example.expect);
                let hint = "correct the example, or the thresholds it tries";
                wrong.push(source.complain(spanned.span(), &message, hint));
            }
        }
        if wrong.is_empty() { Ok(Some(roles)) } else { Err(wrong) }
    }

    /// What is told of a role.
    pub fn of(&self, role: Role) -> Option<&Told> {
        self.roles.iter().find(|one| one.id == role)
    }
}

impl Role {
    pub const ALL: [Self; 4] =
        [Self::TrafficItem, Self::ProfitItem, Self::ImageItem, Self::ClearOut];

    /// The role of a stable name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::TrafficItem => "traffic_item",
            Self::ProfitItem => "profit_item",
            Self::ImageItem => "image_item",
            Self::ClearOut => "clear_out",
        }
    }
}
