//! By what and over what an amount is shared.

use std::collections::BTreeMap;

use argosy_kernel::{Diagnostic, Files, knowledge::nearest};
use serde::Deserialize;

use crate::chart::Chart;

/// Where the rules stand below `knowledge/`.
const ALLOCATION_PATH: &str = "allocation.toml";

/// What shares are in proportion to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Basis {
    Sales,
    Units,
    Orders,
    Equal,
    Details(String),
    Ads,
}

impl Basis {
    /// Understands the words of knowledge files and of the template, in both languages.
    pub(crate) fn from_name(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        Some(match text.as_str() {
            "sales" | "amount" | "销售额" | "按销售额" | "金额" => Self::Sales,
            "units" | "quantity" | "销量" | "按销量" | "数量" => Self::Units,
            "orders" | "order" | "订单" | "订单数" | "按订单数" | "订单量" => {
                Self::Orders
            }
            "equal" | "equally" | "平均" | "平均分摊" | "均摊" => Self::Equal,
            "ads" => Self::Ads,
            _ => Self::Details(text.strip_prefix("details:")?.to_owned()),
        })
    }

    pub(crate) fn id(&self) -> String {
        match self {
            Self::Sales => "sales".to_owned(),
            Self::Units => "units".to_owned(),
            Self::Orders => "orders".to_owned(),
            Self::Equal => "equal".to_owned(),
            Self::Details(kind) => format!("details:{kind}"),
            Self::Ads => "ads".to_owned(),
        }
    }
}

/// What an amount is shared over.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Scope {
    /// All stores.
    Company,
    /// The store it is booked in, and its market where it names one.
    Store,
    /// The market it names, in all stores.
    Market,
    Brand(String),
    /// One product of our own, in all stores.
    Sku(String),
}

impl Scope {
    fn from_name(text: &str) -> Option<Self> {
        let text = text.trim();
        let (word, value) = match text.split_once([':', '：']) {
            Some((word, value)) => (word.trim(), Some(value.trim().to_owned())),
            None => (text, None),
        };
        match (word.to_lowercase().as_str(), value) {
            ("company" | "all" | "公司" | "全部", None) => Some(Self::Company),
            ("store" | "店铺", None) => Some(Self::Store),
            ("market" | "site" | "站点" | "国家", None) => Some(Self::Market),
            ("brand" | "品牌", Some(brand)) => Some(Self::Brand(brand)),
            ("sku" | "product" | "商品", Some(sku)) => Some(Self::Sku(sku)),
            _ => None,
        }
    }
}

/// What and over what.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Rule {
    pub basis: Basis,
    pub scope: Scope,
}

/// How own expenses are marked in the ledger's column `transaction`.
pub(crate) const EXPENSE: &str = "expense";

impl Rule {
    /// The rule that an own expense carries: `expense; by sales; to brand:Lantern`.
    pub(crate) fn of_expense(transaction: &str) -> Option<Self> {
        let mut parts = transaction.split(';').map(str::trim);
        if parts.next() != Some(EXPENSE) {
            return None;
        }
        let mut rule = Self {
            basis: Basis::from_name(parts.next()?.strip_prefix("by ")?)?,
            scope: Scope::Store,
        };
        if let Some(to) = parts.next() {
            rule.scope = Scope::from_name(to.strip_prefix("to ")?)?;
        }
        Some(rule)
    }
}

/// The rules of the chart's lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules(BTreeMap<String, Basis>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[expect(
        dead_code,
        reason = "the number is checked by its type only; there is one schema yet"
    )]
    schema: u32,
    #[serde(default)]
    line: Vec<RuleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    line: toml::Spanned<String>,
    by: toml::Spanned<String>,
}

impl Rules {
    /// Reads `allocation.toml`; without it nothing but own expenses is allocated.
    ///
    /// # Errors
    /// One diagnostic per unknown line or basis.
    pub(crate) fn load(files: &Files, chart: &Chart) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(ALLOCATION_PATH) else { return Ok(Self::default()) };
        let file: RulesFile = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut rules = Self::default();
        let mut wrong = Vec::new();
        for entry in file.line {
            let line = entry.line.get_ref();
            if chart.get(line).is_none() || chart.is_group(line) {
                let near = nearest(line, chart.lines().iter().map(|line| line.id.as_str()));
                let hint = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
                let message = format!("`{line}` is no line that carries money");
                wrong.push(source.complain(entry.line.span(), &message, &hint));
                continue;
            }
            match Basis::from_name(entry.by.get_ref()) {
                Some(basis) => {
                    rules.0.insert(line.clone(), basis);
                }
                None => {
                    let message = format!("nothing can be shared by `{}`", entry.by.get_ref());
                    let hint = "use sales, units, orders, equal, ads or details:<kind>";
                    wrong.push(source.complain(entry.by.span(), &message, hint));
                }
            }
        }
        if wrong.is_empty() { Ok(rules) } else { Err(wrong) }
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The rule of one amount: that of the expense itself, else that of its line.
    pub(crate) fn of(&self, line: &str, transaction: Option<&str>) -> Option<Rule> {
        match transaction {
            Some(text) if text.starts_with(EXPENSE) => Rule::of_expense(text),
            _ => Some(Rule { basis: self.0.get(line)?.clone(), scope: Scope::Store }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expense_carries_its_rule_in_words_of_either_language() {
        let rule = |text| Rule::of_expense(text);
        let sales = |scope| Some(Rule { basis: Basis::Sales, scope });
        assert_eq!(rule("expense; by sales"), sales(Scope::Store));
        assert_eq!(rule("expense; by 销售额; to 品牌：灯笼"), sales(Scope::Brand("灯笼".into())));
        assert_eq!(rule("expense; by sales; to sku:LAMP-01"), sales(Scope::Sku("LAMP-01".into())));
        assert_eq!(rule("expense"), None);
        assert_eq!(rule("expense; by moonlight"), None);
        assert_eq!(rule("expense; by sales; to nowhere"), None, "not shared by guessing");
    }
}
