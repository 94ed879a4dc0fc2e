//! What is known about freight and customs: modes, value basis, limits and additional duties by date.

use std::collections::BTreeSet;

use argosy_kernel::{Currency, Day, Diagnostic, Files, Money, Source, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{
    case::{Basis, Charge, Levy},
    freight::Mode,
    rate::{Duty, Part, Rate},
    tariff::{Column, Tariff},
};
use crate::says::Refusal;

/// Where it stands.
pub const FILE: &str = "landed.toml";

/// All of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Rules {
    pub modes: Vec<Mode>,
    pub customs: Vec<Customs>,
    pub limits: Vec<Limit>,
    pub extra: Vec<Extra>,
    /// Markets whose prices are without tax: it comes on top at the till and the channel collects it.
    pub tax_on_top: BTreeSet<String>,
}

/// How a market values goods at its border.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customs {
    pub markets: BTreeSet<String>,
    pub basis: Basis,
    /// Origins that pay the second column, where the tariff has one.
    #[serde(default)]
    pub column_2: BTreeSet<String>,
    pub source: String,
}

/// Up to which value of a consignment no ordinary duty is taken from parcels.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub markets: BTreeSet<String>,
    /// Nothing: every parcel pays.
    #[serde(default, deserialize_with = "money")]
    pub free_to: Option<Money>,
    pub since: Day,
    #[serde(default)]
    pub until: Option<Day>,
    pub source: String,
}

/// A duty beside the tariff.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    pub id: String,
    pub name: Text,
    pub markets: BTreeSet<String>,
    /// Countries of origin; empty: all.
    #[serde(default)]
    pub origins: BTreeSet<String>,
    /// Beginnings of HS codes, digits only; empty: all.
    #[serde(default)]
    pub hs: BTreeSet<String>,
    /// Its list of codes is not known here: it counts for products that name it.
    #[serde(default)]
    pub named_only: bool,
    /// A share of the customs value …
    #[serde(default)]
    pub share: Option<Decimal>,
    /// … or an amount per tariff item or consignment of a parcel.
    #[serde(default, deserialize_with = "money")]
    pub per_item: Option<Money>,
    #[serde(default, deserialize_with = "money")]
    pub per_consignment: Option<Money>,
    /// Only parcels up to this value.
    #[serde(default, deserialize_with = "money")]
    pub up_to: Option<Money>,
    pub since: Day,
    #[serde(default)]
    pub until: Option<Day>,
    pub source: String,
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
    #[serde(default)]
    tax_on_top: BTreeSet<String>,
    mode: Vec<Spanned<Mode>>,
    customs: Vec<Spanned<Customs>>,
    limit: Vec<Spanned<Limit>>,
    extra: Vec<Spanned<Extra>>,
    example: Vec<Spanned<Example>>,
}

/// Which additional duties goods pay on a day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    says: String,
    market: String,
    origin: String,
    hs: String,
    day: Day,
    #[serde(default)]
    named: BTreeSet<String>,
    pays: BTreeSet<String>,
}

/// Goods at a border.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    pub market: &'a str,
    pub origin: &'a str,
    pub hs: &'a str,
    pub day: Day,
    /// Additional duties the product is known to be listed under.
    pub named: &'a BTreeSet<String>,
}

/// `150 EUR`.
fn money<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Money>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
}

impl Rules {
    /// Reads `landed.toml` and runs its examples.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(FILE) else { return Ok(Self::default()) };
        let written: Written = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut wrong = check(source, &written);
        fn plain<T>(list: Vec<Spanned<T>>) -> Vec<T> {
            list.into_iter().map(Spanned::into_inner).collect()
        }
        let rules = Self {
            modes: plain(written.mode),
            customs: plain(written.customs),
            limits: plain(written.limit),
            extra: plain(written.extra),
            tax_on_top: written.tax_on_top,
        };
        for spanned in &written.example {
            let Example { says, market, origin, hs, day, named, pays } = spanned.get_ref();
            let found: BTreeSet<String> = rules
                .extra_of(At { market, origin, hs, day: *day, named })
                .map(|extra| extra.id.clone())
                .collect();
            if found != *pays {
                let message = format!("{says}: pays {found:?}, not {pays:?}");
                let hint = "correct the example, or `since`, `until`, `markets`, `origins`, `hs`";
                wrong.push(source.complain(spanned.span(), &message, hint));
            }
        }
        if wrong.is_empty() { Ok(rules) } else { Err(wrong) }
    }

    /// A mode of freight.
    pub fn mode(&self, id: &str) -> Option<&Mode> {
        self.modes.iter().find(|mode| mode.id == id)
    }

    /// How a market values goods; with freight where nothing is known, which is the dearer way.
    pub fn basis(&self, market: &str) -> Basis {
        let of = self.customs.iter().find(|one| one.markets.contains(market));
        of.map_or(Basis::Cif, |one| one.basis)
    }

    /// Whether goods of this origin pay the second column of a market's tariff.
    pub fn is_column_2(&self, market: &str, origin: &str) -> bool {
        self.customs.iter().any(|one| one.markets.contains(market) && one.column_2.contains(origin))
    }

    /// Up to which value parcels are free of ordinary duty on a day.
    pub fn free_to(&self, market: &str, day: Day) -> Option<Money> {
        let of = |one: &&Limit| one.markets.contains(market) && runs(one.since, one.until, day);
        self.limits.iter().filter(of).max_by_key(|one| one.since)?.free_to
    }

    fn extra_of<'a>(&'a self, at: At<'a>) -> impl Iterator<Item = &'a Extra> {
        let digits: String = at.hs.chars().filter(char::is_ascii_digit).collect();
        self.extra.iter().filter(move |extra| {
            extra.markets.contains(at.market)
                && runs(extra.since, extra.until, at.day)
                && (extra.origins.is_empty() || extra.origins.contains(at.origin))
                && (extra.hs.is_empty() || extra.hs.iter().any(|hs| digits.starts_with(hs)))
                && (!extra.named_only || at.named.contains(&extra.id))
        })
    }

    /// The duties beside the tariff that goods pay.
    pub fn levies(&self, at: At<'_>) -> Vec<Levy> {
        self.extra_of(at).map(Extra::levy).collect()
    }

    /// All duties of goods that a tariff has lines for: the ordinary one, of the second column for
    /// origins that pay it, preferential where a programme is claimed, and those beside the tariff.
    ///
    /// # Errors
    /// As [`Tariff::find`].
    pub fn duties(
        &self,
        tariff: &Tariff,
        at: At<'_>,
        programme: Option<&str>,
    ) -> Result<Vec<Levy>, Refusal> {
        let column = match programme {
            _ if self.is_column_2(at.market, at.origin) => Column::Column2,
            Some(programme) => Column::Programme(programme),
            None => Column::General,
        };
        let found = tariff.find(at.hs, column)?;
        let mut levies = vec![Levy::of_tariff(&found, tariff.currency, &tariff.source)];
        levies.extend(self.levies(at));
        Ok(levies)
    }

    /// Additional duties that may apply and whose lists of codes are not known here: to be asked.
    pub fn to_ask(&self, at: At<'_>) -> Vec<&Extra> {
        let named: BTreeSet<String> = self.extra.iter().map(|extra| extra.id.clone()).collect();
        let open = |extra: &&Extra| extra.named_only && !at.named.contains(&extra.id);
        let all = self.extra_of(At { named: &named, ..at }).filter(open);
        let ids: BTreeSet<&str> = all.map(|extra| extra.id.as_str()).collect();
        self.extra.iter().filter(|extra| ids.contains(extra.id.as_str())).collect()
    }
}

impl Extra {
    fn levy(&self) -> Levy {
        let parcels_only = self.per_item.is_some() || self.per_consignment.is_some();
        let charge = match (self.per_item, self.per_consignment) {
            (Some(amount), _) => Charge::PerItem { amount },
            (None, Some(amount)) => Charge::PerConsignment { amount },
            (None, None) => {
                let what = Duty::OfValue(self.share.unwrap_or_default());
                let rate = Rate { parts: vec![Part { what, on: None }] };
                // A share needs no currency; the field belongs to amounts by quantity.
                Charge::Rate { rate, currency: Currency::USD }
            }
        };
        Levy {
            id: self.id.clone(),
            name: self.name.clone(),
            charge,
            parcels_only: parcels_only || self.up_to.is_some(),
            up_to: self.up_to,
            ordinary: false,
            source: self.source.clone(),
        }
    }
}

fn runs(since: Day, until: Option<Day>, day: Day) -> bool {
    since <= day && until.is_none_or(|until| day <= until)
}

fn check(source: &Source, written: &Written) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    if written.schema != 1 || written.id != "landed" {
        let hint = "schema = 1, id = \"landed\"";
        wrong.push(source.complain(0..1, "this file is of another kind or time", hint));
    }
    for mode in &written.mode {
        if mode.get_ref().divisor <= Decimal::ZERO {
            let message = format!("mode `{}` has no divisor above 0", mode.get_ref().id);
            wrong.push(source.complain(mode.span(), &message, "such as 6000"));
        }
    }
    let mut seen = BTreeSet::new();
    for spanned in &written.extra {
        let extra = spanned.get_ref();
        let mut complain = |message: String, hint: &str| {
            wrong.push(source.complain(spanned.span(), &message, hint));
        };
        if !seen.insert(&extra.id) {
            complain(format!("`{}` is there twice", extra.id), "give it another id");
        }
        let kinds =
            [extra.share.is_some(), extra.per_item.is_some(), extra.per_consignment.is_some()];
        if kinds.iter().filter(|is| **is).count() != 1 {
            let message = format!("`{}` must have one kind of amount", extra.id);
            complain(message, "write `share`, `per_item` or `per_consignment`");
        }
        if extra.until.is_some_and(|until| until < extra.since) {
            complain(format!("`{}` ends before it begins", extra.id), "correct `since` or `until`");
        }
    }
    let ranges = written.limit.iter().enumerate();
    for (at, spanned) in ranges {
        let one = spanned.get_ref();
        let clash = written.limit.iter().take(at).map(Spanned::get_ref).find(|other| {
            let overlap = runs(other.since, other.until, one.since)
                || runs(one.since, one.until, other.since);
            overlap && other.markets.intersection(&one.markets).next().is_some()
        });
        if clash.is_some() {
            let hint = "give the earlier one an `until` before this one's `since`";
            wrong.push(source.complain(spanned.span(), "two limits hold on one day", hint));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use argosy_kernel::Origin;

    use super::*;
    use crate::testing::{knowledge, right};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_knowledge_is_right_and_parcels_to_the_eu_are_free_to_150() {
        let rules = right(Rules::load(&knowledge(&["landed.toml"])));
        assert_eq!(rules.free_to("DE", day("2026-08-01")).unwrap().to_string(), "150.00 EUR");
        assert_eq!(rules.free_to("US", day("2025-08-01")).unwrap().to_string(), "800.00 USD");
        assert_eq!(rules.free_to("US", day("2025-08-29")), None);
        assert_eq!(rules.basis("US"), Basis::Fob);
        let none = BTreeSet::new();
        let at =
            At { market: "US", origin: "CN", hs: "9405.21", day: day("2026-11-23"), named: &none };
        assert!(rules.levies(at).is_empty() && !rules.to_ask(at).is_empty());
    }

    #[test]
    fn goods_from_russia_pay_the_second_column_and_listed_ones_from_china_more() {
        let rules = right(Rules::load(&knowledge(&["landed.toml"])));
        let csv = "HTS Number,Indent,Description,Unit of Quantity,General Rate of Duty,Special Rate of Duty,Column 2 Rate of Duty\n\
            9405.21.60,0,Lamps,No.,3.7%,Free (KR),40%\n";
        let (tariff, problems) = Tariff::us_csv(csv, "made up");
        assert!(problems.is_empty(), "{problems:?}");
        let named = BTreeSet::from(["us_301_list_3".to_owned()]);
        let pays = |origin: &str, programme: Option<&str>| {
            let day = day("2026-11-23");
            let at = At { market: "US", origin, hs: "9405.21.60", day, named: &named };
            let levies = rules.duties(&tariff, at, programme).unwrap();
            levies
                .iter()
                .map(|levy| match &levy.charge {
                    Charge::Rate { rate, .. } => rate.parts.first().map(|part| part.what.clone()),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        let share = |text: &str| Some(Duty::OfValue(text.parse().unwrap()));
        assert_eq!(pays("VN", None), [share("0.037")]);
        assert_eq!(pays("RU", None), [share("0.4")]);
        assert_eq!(pays("KR", Some("KR")), [None]);
        assert_eq!(pays("CN", None), [share("0.037"), share("0.25")]);
    }

    #[test]
    fn a_duty_without_an_amount_is_shown_with_its_line() {
        let text = knowledge(&["landed.toml"]).get("landed.toml").unwrap().text.to_string();
        let mut files = Files::default();
        files.add("landed.toml", text.replacen("per_item = \"3 EUR\"\n", "", 1), Origin::BuiltIn);
        let wrong = Rules::load(&files).unwrap_err();
        assert!(wrong[0].line > 10 && wrong[0].message.contains("one kind of amount"), "{wrong:?}");
    }
}
