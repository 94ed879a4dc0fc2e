//! Fields and actions out of their TOML form.

use std::ops::Range;

use argosy_kernel::{Source, Text};
use rust_decimal::Decimal;
use serde_json::Value;
use toml::Spanned;

use crate::{
    example::from_toml,
    kind::{Action, Choice, Field, Group, On, What},
    kind_file::{ActionFile, ChoiceFile, FieldFile},
    place::Complaints,
};

/// What fields may hold, by the word in the file.
const TYPES: [&str; 20] = [
    "text",
    "long_text",
    "number",
    "integer",
    "percent",
    "money",
    "day",
    "flag",
    "choice",
    "choices",
    "ref",
    "refs",
    "sku",
    "store",
    "market",
    "country",
    "currency",
    "language",
    "user",
    "url",
];
const LINES: &str = "lines";
/// Words for what somebody must be allowed to.
const PERMISSIONS: [&str; 2] = ["work", "edit"];
/// What a default may be beside a value: the day it is when the form is opened.
pub(crate) const TODAY: &str = "today";

/// A kind that a field refers to, to be looked up once all are read.
pub(crate) struct RefTo {
    pub kind: String,
    pub span: Range<usize>,
}

pub(crate) struct FieldReader<'a> {
    pub say: Complaints<'a>,
    pub refs: Vec<RefTo>,
}

impl<'a> FieldReader<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        Self { say: Complaints::new(source), refs: Vec::new() }
    }

    pub(crate) fn permission(&mut self, word: &Spanned<String>) -> String {
        if !PERMISSIONS.contains(&word.get_ref().as_str()) {
            self.say.unknown(word, "permission", PERMISSIONS);
        }
        word.get_ref().clone()
    }

    /// The fields of a record, of a line or of a form.
    pub(crate) fn fields(&mut self, files: &[Spanned<FieldFile>], groups: &[Group]) -> Vec<Field> {
        let ids = files.iter().map(|file| &file.get_ref().id);
        self.say.twice("fields", ids.map(|id| (id.get_ref().as_str(), id.span())));
        let en = files.iter().map(|file| &file.get_ref().name);
        self.say.twice("fields", en.map(|name| (name.get_ref().en.as_str(), name.span())));
        let zh = files.iter().map(|file| &file.get_ref().name);
        self.say.twice("fields", zh.map(|name| (name.get_ref().zh_cn.as_str(), name.span())));
        files.iter().map(|file| self.field(file.get_ref(), groups)).collect()
    }

    fn field(&mut self, file: &FieldFile, groups: &[Group]) -> Field {
        let id = self.say.id(&file.id);
        let what = self.what(file);
        let (min, max) = self.limits(file, &what);
        if let Some(unit) = &file.unit
            && !matches!(what, What::Number | What::Integer)
        {
            let message = "only numbers have a unit";
            self.say.say(unit.span(), message, "leave `unit` out");
        }
        if let Some(group) = &file.group
            && !groups.iter().any(|known| known.id == *group.get_ref())
        {
            self.say.unknown(group, "group", groups.iter().map(|group| group.id.as_str()));
        }
        let unique = file.unique.as_ref().is_some_and(|unique| *unique.get_ref());
        if unique && !matches!(what, What::Text | What::Sku | What::Url | What::Store) {
            let span = file.unique.as_ref().map_or(0..0, Spanned::span);
            self.say.say(span, "only a text can be unique", "leave `unique` out");
        }
        if file.read_only && file.required {
            let hint = "leave `required` out: Argosy sets the field";
            self.say.say(file.id.span(), "a field that nobody can fill is required", hint);
        }
        let mut field = Field {
            id,
            name: self.say.words(&file.name),
            help: file.help.as_ref().map(|help| self.say.words(help)),
            required: file.required,
            unit: file.unit.as_ref().map(|unit| unit.get_ref().clone()),
            min,
            max,
            default: None,
            unique,
            group: file.group.as_ref().map(|group| group.get_ref().clone()),
            list: file.list,
            read_only: file.read_only,
            alias: file.alias.iter().map(|alias| alias.get_ref().clone()).collect(),
            what,
        };
        field.default = file.default.as_ref().and_then(|value| self.default(value, &field));
        field
    }

    fn what(&mut self, file: &FieldFile) -> What {
        let word = file.what.get_ref().as_str();
        self.only(file, word);
        match word {
            "text" => What::Text,
            "long_text" => What::LongText,
            "number" => What::Number,
            "integer" => What::Integer,
            "percent" => What::Percent,
            "money" => What::Money,
            "day" => What::Day,
            "flag" => What::Flag,
            "choice" => What::Choice { choices: self.choices(file) },
            "choices" => What::Choices { choices: self.choices(file) },
            "ref" => What::Ref { to: self.to(file) },
            "refs" => What::Refs { to: self.to(file) },
            "sku" => What::Sku,
            "store" => What::Store,
            "market" => What::Market,
            "country" => What::Country,
            "currency" => What::Currency,
            "language" => What::Language,
            "user" => What::User,
            "url" => What::Url,
            LINES => What::Lines { fields: self.lines(file) },
            _ => {
                self.say.unknown(&file.what, "type", TYPES.into_iter().chain([LINES]));
                What::Text
            }
        }
    }

    /// Complains about what only fields of another type have.
    fn only(&mut self, file: &FieldFile, word: &str) {
        let given = [
            ("choices", file.choices.as_ref().map(Spanned::span), word.starts_with("choice")),
            ("to", file.to.as_ref().map(Spanned::span), word == "ref" || word == "refs"),
            ("field", file.field.as_ref().map(|_| file.id.span()), word == LINES),
        ];
        for (name, span, fits) in given {
            match span {
                Some(span) if !fits => {
                    let message = format!("a field of type `{word}` has no `{name}`");
                    self.say.say(span, &message, "leave it out, or change the type");
                }
                None if fits => {
                    let message = format!("a field of type `{word}` needs `{name}`");
                    self.say.say(file.id.span(), &message, "add it");
                }
                _ => {}
            }
        }
    }

    fn choices(&mut self, file: &FieldFile) -> Vec<Choice> {
        let files: &[ChoiceFile] = file.choices.as_ref().map_or(&[], |choices| choices.get_ref());
        self.read_choices(files)
    }

    pub(crate) fn read_choices(&mut self, files: &[ChoiceFile]) -> Vec<Choice> {
        self.say
            .twice("choices", files.iter().map(|one| (one.id.get_ref().as_str(), one.id.span())));
        self.say
            .twice("choices", files.iter().map(|one| (one.en.get_ref().as_str(), one.en.span())));
        self.say.twice("choices", files.iter().map(|one| (one.zh_cn.as_str(), one.id.span())));
        let mut choices = Vec::with_capacity(files.len());
        for one in files {
            let id = one.id.get_ref();
            if id.trim().is_empty() || id.contains([';', '；', ',', '，', '、', '\n']) {
                let hint = "take letters, digits, _ and -";
                self.say.say(one.id.span(), &format!("`{id}` cannot be the id of a choice"), hint);
            }
            if one.en.get_ref().trim().is_empty() || one.zh_cn.trim().is_empty() {
                self.say.say(one.id.span(), "a language is missing", "write both en and zh-CN");
            }
            let name = Text { en: one.en.get_ref().clone(), zh_cn: one.zh_cn.clone() };
            choices.push(Choice { id: id.clone(), name });
        }
        choices
    }

    fn to(&mut self, file: &FieldFile) -> String {
        let Some(to) = &file.to else { return String::new() };
        self.refs.push(RefTo { kind: to.get_ref().clone(), span: to.span() });
        to.get_ref().clone()
    }

    fn lines(&mut self, file: &FieldFile) -> Vec<Field> {
        let files = file.field.as_deref().unwrap_or_default();
        for inner in files.iter().map(Spanned::get_ref) {
            if inner.what.get_ref() == LINES {
                let hint = "take a kind of its own and refer to it";
                self.say.say(inner.what.span(), "lines cannot hold lines", hint);
            }
            if inner.unique.is_some() {
                self.say.say(inner.id.span(), "a field of a line cannot be unique", "");
            }
        }
        let flat: Vec<&Spanned<FieldFile>> =
            files.iter().filter(|inner| inner.get_ref().what.get_ref() != LINES).collect();
        if flat.len() < files.len() {
            return Vec::new();
        }
        self.fields(files, &[])
    }

    fn limits(&mut self, file: &FieldFile, what: &What) -> (Option<Decimal>, Option<Decimal>) {
        let has = matches!(what, What::Number | What::Integer | What::Percent | What::Money);
        let mut read = |text: &Option<Spanned<String>>| {
            let text = text.as_ref()?;
            if !has {
                let message = "only numbers, percents and money have limits";
                self.say.say(text.span(), message, "leave it out");
                return None;
            }
            let number = Decimal::from_str_exact(text.get_ref()).ok();
            if number.is_none() {
                let message = format!("`{}` is not a number", text.get_ref());
                self.say.say(text.span(), &message, "write it as in min = \"0.5\"");
            }
            number
        };
        let (min, max) = (read(&file.min), read(&file.max));
        if let (Some(low), Some(high), Some(text)) = (min, max, &file.max)
            && low > high
        {
            self.say.say(text.span(), "`max` is below `min`", "exchange them");
        }
        (min, max)
    }

    /// A default must be a value that the field takes.
    fn default(&mut self, value: &Spanned<toml::Value>, field: &Field) -> Option<Value> {
        let json = from_toml(value.get_ref());
        if json == TODAY && field.what == What::Day {
            return Some(json);
        }
        match crate::example::as_default(field, &json) {
            Ok(value) => Some(value),
            Err(problem) => {
                let message = format!("the field does not take this default: {}", problem.says.en);
                self.say.say(value.span(), &message, "");
                None
            }
        }
    }

    pub(crate) fn actions(
        &mut self,
        files: &[Spanned<ActionFile>],
        states: &[&str],
    ) -> Vec<Action> {
        let ids = files.iter().map(|file| &file.get_ref().id);
        self.say.twice("actions", ids.map(|id| (id.get_ref().as_str(), id.span())));
        files.iter().map(|file| self.action(file.get_ref(), states)).collect()
    }

    fn action(&mut self, file: &ActionFile, states: &[&str]) -> Action {
        let on = match file.on.get_ref().as_str() {
            "row" => On::Row,
            "rows" => On::Rows,
            "whole" => On::Whole,
            _ => {
                self.say.unknown(&file.on, "way to act", ["row", "rows", "whole"]);
                On::Row
            }
        };
        for state in &file.states {
            if !states.contains(&state.get_ref().as_str()) {
                self.say.unknown(state, "state", states.iter().copied());
            }
        }
        Action {
            id: self.say.id(&file.id),
            name: self.say.words(&file.name),
            help: file.help.as_ref().map(|help| self.say.words(help)),
            on,
            fields: self.fields(&file.field, &[]),
            states: file.states.iter().map(|state| state.get_ref().clone()).collect(),
            permission: self.permission(&file.permission),
            job: file.job,
            nightly: file.nightly && on == On::Whole,
        }
    }
}
