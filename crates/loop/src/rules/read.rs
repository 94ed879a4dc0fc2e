//! One rule file: its TOML form becomes a [`Rule`].

use std::{collections::BTreeMap, ops::Range};

use argosy_kernel::{Diagnostic, Source, Table};
use argosy_metrics::{Dimension, Engine};
use rust_decimal::Decimal;
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as WordError};
use toml::Spanned;

use super::{
    CauseDef, Formula, Input, InputKind, Joined, Label, Peer, Place, Provisional, Rule, Shrink,
    ShrinkKind, ThresholdDef, ValueDef,
    file::{EffectFile, InputFile, LabelFile, PeerFile, RuleFile, ShrinkFile, ThresholdFile},
    names,
    place::Complaints,
};
use crate::{
    detect::{self, Detector},
    finding::{EffectPlan, Unit},
};

/// Fewest others that a median of peers speaks for.
const PEERS_AT_LEAST: usize = 5;

/// Reads one rule file and checks what can be checked without asking the facts.
pub(super) fn read(file: &Source, engine: &Engine) -> Result<Rule, Vec<Diagnostic>> {
    let parsed: RuleFile = file.toml().map_err(|wrong| vec![*wrong])?;
    let mut reader =
        Reader { say: Complaints::new(file), engine, grain: words(&parsed.grain), window: 0 };
    let rule = reader.rule(parsed);
    let mut wrong = reader.say.wrong;
    match rule {
        Some(rule) if wrong.is_empty() => {
            if let Some(frame) = names::of_frame(&rule) {
                wrong.extend(names::check(&rule, &frame, engine));
            }
            if wrong.is_empty() { Ok(rule) } else { Err(wrong) }
        }
        _ => Err(wrong),
    }
}

struct Reader<'a> {
    say: Complaints<'a>,
    engine: &'a Engine,
    grain: Vec<String>,
    window: u32,
}

/// What is at stake, with its ends and its days.
struct Stakes {
    stake: Option<Formula>,
    low: Option<Formula>,
    high: Option<Formula>,
    per: Option<u32>,
}

fn words(words: &[Spanned<String>]) -> Vec<String> {
    words.iter().map(|word| word.get_ref().clone()).collect()
}

impl Reader<'_> {
    fn rule(&mut self, file: RuleFile) -> Option<Rule> {
        let family = self.head(&file);
        self.window = self.say.days(&file.window).unwrap_or_default();
        let place = self.place(&file);
        let inputs: Vec<Input> =
            file.input.iter().filter_map(|input| self.input(input, &place)).collect();
        self.tables(&file, &inputs);
        let thresholds = self.thresholds(&file.threshold);
        let shrinks = file.shrink.iter().filter_map(|one| self.shrink(one.get_ref())).collect();
        let peers = file.peer.iter().map(|one| peer(one.get_ref())).collect();
        let values = self.values(&file);
        let labels = self.labels(&file.label, &inputs);
        let enough = file.enough.as_ref().and_then(|text| self.say.formula(text));
        let when = self.say.formula(&file.when);
        let stakes = self.stakes(&file);
        let causes = self.causes(&file);
        let effect = file.effect.as_ref().and_then(|effect| self.effect(effect));
        let provisional = file.provisional.as_ref().and_then(|word| self.provisional(word));
        let provisional_days = file.provisional_days.as_ref().and_then(|text| self.say.days(text));
        let joined = file.joined.as_ref().map_or(Some(Joined::Most), |word| self.joined(word));
        let delivers = file.delivers.as_ref().and_then(|text| self.decimal(text));
        let join = file.join.as_ref().map_or_else(|| words(&file.grain), |join| words(join));
        self.order(&values);
        let id = file.id.into_inner();
        Some(Rule {
            family: family?,
            version: file.version,
            origin: self.say.file.origin,
            title: file.title,
            says: file.says,
            source: file.source,
            subject: file.subject,
            grain: words(&file.grain),
            window: self.window,
            provisional,
            provisional_days,
            problem: file.problem.unwrap_or_else(|| id.clone()),
            join,
            joined: joined?,
            delivers,
            thresholds,
            inputs,
            frame: file.frame.map(Spanned::into_inner),
            shrinks,
            peers,
            values,
            enough,
            when: when?,
            stake: stakes.stake?,
            stake_low: stakes.low,
            stake_high: stakes.high,
            per: stakes.per?.max(1),
            evidence: words(&file.evidence),
            labels,
            causes,
            effect,
            place,
            id,
        })
    }

    /// Checks schema, examples and id; gives the family.
    fn head(&mut self, file: &RuleFile) -> Option<String> {
        if *file.schema.get_ref() != 1 {
            self.say.say(file.schema.span(), "unknown schema", "this version reads schema = 1");
        }
        if file.example.is_empty() {
            let hint = "add an [[example]] that fires and one that does not";
            self.say.say(file.id.span(), "the rule has no example", hint);
        }
        let family = self.say.family(&file.id)?;
        if let Some(word) = file.family.as_ref().filter(|word| *word.get_ref() != family) {
            let hint = format!("write {family}");
            self.say.say(word.span(), "the family is not that of the id", &hint);
        }
        Some(family)
    }

    fn stakes(&mut self, file: &RuleFile) -> Stakes {
        let stake = self.say.formula(&file.stake);
        let mut end =
            |text: &Option<Spanned<String>>| text.as_ref().and_then(|text| self.say.formula(text));
        let (low, high) = (end(&file.stake_low), end(&file.stake_high));
        if low.is_some() != high.is_some() || (low.is_none() && file.shrink.is_empty()) {
            let hint = "give stake_low and stake_high (the same text where the stake is exact)";
            self.say.say(file.stake.span(), "the stake has no range", hint);
        }
        let per = file.per.as_ref().map_or(Some(self.window), |text| self.say.days(text));
        Stakes { stake, low, high, per }
    }

    fn place(&self, file: &RuleFile) -> Place {
        let spans = |words: &[Spanned<String>]| words.iter().map(Spanned::span).collect();
        let mention = |word: &Spanned<String>| (word.get_ref().clone(), word.span());
        let mut mentions: Vec<(String, Range<usize>)> = Vec::new();
        for shrink in file.shrink.iter().map(Spanned::get_ref) {
            mentions.push(mention(&shrink.hits));
            mentions.extend(shrink.trials.iter().chain(&shrink.exposure).map(mention));
            mentions.extend(shrink.within.iter().map(mention));
        }
        for peer in file.peer.iter().map(Spanned::get_ref) {
            mentions.push(mention(&peer.of));
            mentions.extend(peer.within.iter().map(mention));
        }
        Place {
            file: self.say.file.clone(),
            id: file.id.span(),
            frame: file.frame.as_ref().map(Spanned::span),
            grain: spans(&file.grain),
            evidence: spans(&file.evidence),
            mentions,
            plays: file.cause.iter().flat_map(|cause| cause.plays.iter().map(mention)).collect(),
            examples: file
                .example
                .iter()
                .map(|example| (example.get_ref().clone(), example.span()))
                .collect(),
        }
    }

    /// Whether inputs and frame make one table.
    fn tables(&mut self, file: &RuleFile, inputs: &[Input]) {
        match (&file.frame, file.input.len()) {
            (None, 0) => {
                let hint = "add an [[input]], or `frame` with SQL over the facts";
                self.say.say(file.id.span(), "the rule looks at nothing", hint);
            }
            (None, count) if count > 1 => {
                let hint = "add `frame`: SQL that joins them";
                self.say.say(file.id.span(), "several inputs make no frame yet", hint);
            }
            _ => {}
        }
        let mut seen: Vec<&str> = Vec::new();
        for input in inputs {
            if seen.contains(&input.name.as_str()) {
                let message = format!("two inputs are called `{}`", input.name);
                self.say.say(input.span.clone(), &message, "rename one");
            }
            seen.push(&input.name);
        }
    }

    fn input(&mut self, input: &Spanned<InputFile>, place: &Place) -> Option<Input> {
        let (span, input) = (input.span(), input.get_ref());
        let name = input.name.get_ref().clone();
        let reserved = Table::ALL.iter().any(|table| table.name() == name)
            || ["products", "frame", "fx", "pairing", "cost"].contains(&name.as_str())
            || name.contains("ledger_");
        let letter = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_';
        if reserved || name.is_empty() || !name.chars().all(letter) {
            let hint = "take small letters, and no name of a fact table or of `products`, `frame`";
            self.say.say(input.name.span(), &format!("`{name}` cannot name an input"), hint);
        }
        let window = match &input.window {
            Some(text) => self.say.days(text)?,
            None => self.window,
        };
        let lag = input.lag.as_ref().map_or(Some(0), |text| self.say.days(text))?;
        let kind = match (&input.metrics, &input.sql, &input.detector) {
            (Some(metrics), None, None) => self.metrics(metrics, input, place)?,
            (None, Some(sql), None) => InputKind::Sql(sql.get_ref().clone()),
            (None, None, Some(name)) => InputKind::Detector(self.detector(name, input)?),
            _ => {
                let message = "an input has one of `metrics`, `sql` and `detector`";
                self.say.say(span.clone(), message, "split it into several inputs");
                return None;
            }
        };
        let metrics_only = [("by", input.by.is_some()), ("before", input.before.is_some())];
        for (field, given) in metrics_only {
            if given && !matches!(kind, InputKind::Metrics { .. }) {
                let message = format!("only an input with metrics has `{field}`");
                self.say.say(span.clone(), &message, "");
            }
        }
        if input.condition.is_some() && !matches!(kind, InputKind::Metrics { .. }) {
            self.say.say(span.clone(), "only an input with metrics has `where`", "");
        }
        if window == 0 {
            self.say.say(span.clone(), "the window has no days", "");
        }
        Some(Input { name, window, lag, kind, span })
    }

    fn metrics(
        &mut self,
        metrics: &[Spanned<String>],
        input: &InputFile,
        place: &Place,
    ) -> Option<InputKind> {
        let by: Vec<(String, Range<usize>)> = match &input.by {
            Some(by) => by.iter().map(|word| (word.get_ref().clone(), word.span())).collect(),
            None => self.grain.iter().cloned().zip(place.grain.iter().cloned()).collect(),
        };
        for (name, span) in &by {
            self.dimension(name, span);
        }
        for metric in metrics {
            match self.engine.registry().get(metric.get_ref()) {
                None => {
                    let known = self.engine.registry().iter().map(|metric| metric.id.as_str());
                    self.say.unknown(metric, "metric", known);
                }
                Some(found) => {
                    let missing = by.iter().find(|(name, _)| {
                        Dimension::from_id(name).is_some_and(|by| !found.dimensions.contains(&by))
                    });
                    if let Some((name, _)) = missing {
                        let message = format!("`{}` is not known by {name}", found.id);
                        let known: Vec<&str> = found.dimensions.iter().map(|d| d.id()).collect();
                        let hint = format!("it is known by: {}", known.join(", "));
                        self.say.say(metric.span(), &message, &hint);
                    }
                }
            }
        }
        if let Some(condition) = &input.condition {
            let formula = self.say.formula(condition)?;
            for (name, at) in formula.expr.names() {
                if Dimension::from_id(name).is_none() {
                    let wrong = argosy_metrics::expression::ExpressionError::new(
                        at,
                        name.len(),
                        format!("unknown dimension `{name}`"),
                    );
                    let known = Dimension::ALL.map(Dimension::id);
                    let wrong = wrong.hint(super::place::hint(name, known));
                    self.say.inside(&formula.span, &wrong);
                }
            }
        }
        Some(InputKind::Metrics {
            metrics: words(metrics),
            by: by.into_iter().map(|(name, _)| name).collect(),
            before: match &input.before {
                Some(text) => Some(self.say.days(text)?),
                None => None,
            },
            condition: input.condition.as_ref().map(|text| text.get_ref().clone()),
        })
    }

    fn dimension(&mut self, name: &str, span: &Range<usize>) {
        if Dimension::from_id(name).is_none() {
            let hint = super::place::hint(name, Dimension::ALL.map(Dimension::id));
            self.say.say(span.clone(), &format!("unknown dimension `{name}`"), &hint);
        }
    }

    fn detector(&mut self, name: &Spanned<String>, input: &InputFile) -> Option<Detector> {
        let with = input.with.as_ref();
        let table = with.map(|with| with.get_ref().clone()).unwrap_or_default();
        let span = with.map_or_else(|| name.span(), Spanned::span);
        let detector = match Detector::read(name.get_ref(), table) {
            None => {
                self.say.unknown(name, "detector", detect::NAMES);
                return None;
            }
            Some(Err(message)) => {
                self.say.say(span, &message, "docs: crates/loop/README.md, detectors");
                return None;
            }
            Some(Ok(detector)) => detector,
        };
        let (metrics, by) = detector.asks();
        for metric in metrics {
            if self.engine.registry().get(metric).is_none() {
                let known = self.engine.registry().iter().map(|metric| metric.id.as_str());
                let hint = super::place::hint(metric, known);
                self.say.say(span.clone(), &format!("unknown metric `{metric}`"), &hint);
            }
        }
        for name in by {
            self.dimension(name, &span);
        }
        Some(detector)
    }

    fn thresholds(&mut self, files: &BTreeMap<String, ThresholdFile>) -> Vec<ThresholdDef> {
        let mut files: Vec<_> = files.iter().collect();
        files.sort_by_key(|(_, file)| file.value.span().start);
        let mut thresholds = Vec::new();
        for (name, file) in files {
            let value = self.decimal(&file.value);
            let unit = self.unit(&file.unit);
            if let Some((value, unit)) = value.zip(unit) {
                let (says, source) = (file.says.clone(), file.source.clone());
                thresholds.push(ThresholdDef { name: name.clone(), value, unit, says, source });
            }
        }
        thresholds
    }

    fn decimal(&mut self, text: &Spanned<String>) -> Option<Decimal> {
        let number = text.get_ref().parse().ok();
        if number.is_none() {
            let message = format!("`{}` is not a number", text.get_ref());
            self.say.say(text.span(), &message, "write a decimal as text: \"0.25\"");
        }
        number
    }

    fn unit(&mut self, word: &Spanned<String>) -> Option<Unit> {
        let unit = from_word(word.get_ref());
        if unit.is_none() {
            self.say.unknown(word, "unit", Unit::ALL);
        }
        unit
    }

    fn provisional(&mut self, word: &Spanned<String>) -> Option<Provisional> {
        match word.get_ref().as_str() {
            "ads" => Some(Provisional::Ads),
            "traffic" => Some(Provisional::Traffic),
            _ => {
                self.say.unknown(word, "kind of young figures", ["ads", "traffic"]);
                None
            }
        }
    }

    fn joined(&mut self, word: &Spanned<String>) -> Option<Joined> {
        match word.get_ref().as_str() {
            "most" => Some(Joined::Most),
            "add" => Some(Joined::Add),
            _ => {
                self.say.unknown(word, "way to join stakes", ["most", "add"]);
                None
            }
        }
    }

    fn shrink(&mut self, file: &ShrinkFile) -> Option<Shrink> {
        let kind = match file.kind.as_ref().map(|word| word.get_ref().as_str()) {
            None | Some("beta_binomial") => ShrinkKind::BetaBinomial,
            Some("gamma_poisson") => ShrinkKind::GammaPoisson,
            Some(_) => {
                let word = file.kind.as_ref()?;
                self.say.unknown(word, "kind of shrinking", ["beta_binomial", "gamma_poisson"]);
                return None;
            }
        };
        let trials = match kind {
            ShrinkKind::BetaBinomial => file.trials.as_ref(),
            ShrinkKind::GammaPoisson => file.exposure.as_ref().or(file.trials.as_ref()),
        };
        let Some(trials) = trials else {
            let message = "shrinking needs `trials` (or `exposure` for gamma_poisson)";
            self.say.say(file.rate.span(), message, "");
            return None;
        };
        Some(Shrink {
            kind,
            rate: file.rate.get_ref().clone(),
            hits: file.hits.get_ref().clone(),
            trials: trials.get_ref().clone(),
            within: words(&file.within),
        })
    }

    fn values(&mut self, file: &RuleFile) -> Vec<ValueDef> {
        let mut files: Vec<_> = file.value.iter().collect();
        files.sort_by_key(|(_, value)| value.sql.span().start);
        let mut values = Vec::new();
        for (name, value) in files {
            let formula = self.say.formula(&value.sql);
            let unit = self.unit(&value.unit);
            if let Some((formula, unit)) = formula.zip(unit) {
                let label = value.name.clone();
                values.push(ValueDef { name: name.clone(), label, unit, formula });
            }
        }
        values
    }

    /// A value may use those before it only: so nothing goes round in circles.
    fn order(&mut self, values: &[ValueDef]) {
        for (at, value) in values.iter().enumerate() {
            for (name, byte) in value.formula.expr.names() {
                if values[at..].iter().any(|later| later.name == name) {
                    let message = format!("`{name}` is not worked out before `{}`", value.name);
                    let wrong =
                        argosy_metrics::expression::ExpressionError::new(byte, name.len(), message);
                    let wrong = wrong.hint("values are worked out from top to bottom");
                    self.say.inside(&value.formula.span, &wrong);
                }
            }
        }
    }

    fn labels(
        &mut self,
        files: &BTreeMap<String, Spanned<LabelFile>>,
        inputs: &[Input],
    ) -> BTreeMap<String, Label> {
        let mut labels = BTreeMap::new();
        for (column, file) in files {
            let (span, file) = (file.span(), file.get_ref());
            let metric = file.metric.as_ref().map(|word| word.get_ref().as_str());
            let known = metric.or(Some(column)).and_then(|id| self.engine.registry().get(id));
            if let (Some(word), None) = (&file.metric, known) {
                let known = self.engine.registry().iter().map(|metric| metric.id.as_str());
                self.say.unknown(word, "metric", known);
            }
            let unit = match &file.unit {
                Some(word) => self.unit(word),
                None => known.map(|metric| metric.unit.into()),
            };
            let Some(unit) = unit else {
                let hint = format!("one of {}", Unit::ALL.join(", "));
                self.say.say(span, &format!("column `{column}` needs a `unit`"), &hint);
                continue;
            };
            let asked = |input: &&Input, id: &str| match &input.kind {
                InputKind::Metrics { metrics, .. } => metrics.iter().any(|known| known == id),
                _ => false,
            };
            let origin = known.and_then(|metric| {
                let named = file.input.as_ref().map(|word| word.get_ref().as_str());
                let of = |input: &&Input| named.is_none_or(|name| input.name == name);
                let found = inputs.iter().find(|input| of(input) && asked(input, &metric.id))?;
                Some((metric.id.clone(), found.name.clone()))
            });
            if let (Some(word), None) = (&file.input, &origin) {
                let message = format!("input `{}` does not ask this metric", word.get_ref());
                self.say.say(word.span(), &message, "");
            }
            labels.insert(column.clone(), Label { name: file.name.clone(), unit, origin });
        }
        labels
    }

    fn causes(&mut self, file: &RuleFile) -> Vec<CauseDef> {
        let mut causes: Vec<CauseDef> = Vec::new();
        for cause in &file.cause {
            if causes.iter().any(|known| known.id == *cause.id.get_ref()) {
                let message = format!("two causes are called `{}`", cause.id.get_ref());
                self.say.say(cause.id.span(), &message, "rename one");
            }
            let test: Option<Formula> = self.say.formula(&cause.test);
            if let Some(test) = test {
                causes.push(CauseDef {
                    id: cause.id.get_ref().clone(),
                    title: cause.title.clone(),
                    test,
                    plays: words(&cause.plays),
                });
            }
        }
        causes
    }

    fn effect(&mut self, file: &EffectFile) -> Option<EffectPlan> {
        let metric = file.metric.get_ref();
        if self.engine.registry().get(metric).is_none() {
            let known = self.engine.registry().iter().map(|metric| metric.id.as_str());
            self.say.unknown(&file.metric, "metric", known);
        }
        let scope = match &file.scope {
            Some(scope) => {
                for word in scope {
                    self.dimension(word.get_ref(), &word.span());
                }
                words(scope)
            }
            None => self.grain.clone(),
        };
        Some(EffectPlan {
            metric: metric.clone(),
            scope,
            before: self.say.days(&file.before)?,
            after: self.say.days(&file.after)?,
            wait: file.wait.as_ref().map_or(Some(0), |text| self.say.days(text))?,
        })
    }
}

fn peer(file: &PeerFile) -> Peer {
    Peer {
        name: file.name.get_ref().clone(),
        of: file.of.get_ref().clone(),
        within: words(&file.within),
        at_least: file.at_least.unwrap_or(PEERS_AT_LEAST),
    }
}

/// A word of a fixed list, as its enum.
fn from_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    let text: serde::de::value::StrDeserializer<'_, WordError> = word.into_deserializer();
    T::deserialize(text).ok()
}
