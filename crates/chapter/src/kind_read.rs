//! All kinds of records, and one kind's file as a [`Kind`].

use std::collections::BTreeMap;

use argosy_kernel::{Diagnostic, Files, Source};
use toml::Spanned;

use crate::{
    example,
    field_read::{FieldReader, RefTo},
    kind::{Field, Group, Key, Kind, Move, Order, Paper, State, States, What},
    kind_file::{KeyFile, KindFile},
    number,
    place::Complaints,
};

#[cfg(test)]
mod tests;

/// Where the files lie.
const FOLDER: &str = "records/";
/// How states may be painted.
const COLOURS: [&str; 5] = ["grey", "blue", "gold", "green", "red"];
/// Ids that mean something else in the same places.
const RESERVED: [&str; 3] = [argosy_desk::records::SKU, "records", "kinds"];

/// All kinds by id.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    by_id: BTreeMap<String, Kind>,
}

impl Kinds {
    /// Reads `records/**.toml` and runs the examples of each kind.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let mut kinds = Self::default();
        let mut refs: Vec<(&Source, RefTo)> = Vec::new();
        let mut examples = Vec::new();
        for source in files.below(FOLDER, ".toml") {
            let parsed: KindFile = match source.toml() {
                Ok(parsed) => parsed,
                Err(error) => {
                    wrong.push(*error);
                    continue;
                }
            };
            let mut reader = FieldReader::new(source);
            let kind = read(&mut reader, &parsed);
            refs.extend(reader.refs.into_iter().map(|to| (source, to)));
            wrong.extend(reader.say.wrong);
            if kinds.by_id.contains_key(&kind.id) {
                let message = format!("there is a kind `{}` already", kind.id);
                wrong.push(source.complain(parsed.id.span(), &message, "take another id"));
            }
            examples.push((source, kind.id.clone(), parsed.example));
            kinds.by_id.insert(kind.id.clone(), kind);
        }
        for (source, to) in refs {
            if !kinds.by_id.contains_key(&to.kind) {
                let hint = crate::place::hint(&to.kind, kinds.by_id.keys().map(String::as_str));
                let message = format!("unknown kind `{}`", to.kind);
                wrong.push(source.complain(to.span, &message, &hint));
            }
        }
        // Examples are judged by kinds that are right themselves.
        if wrong.is_empty() {
            for (source, id, written) in examples {
                wrong.extend(example::run(source, &kinds.by_id[&id], &kinds, &written));
            }
        }
        if wrong.is_empty() { Ok(kinds) } else { Err(wrong) }
    }

    pub fn get(&self, id: &str) -> Option<&Kind> {
        self.by_id.get(id)
    }

    /// All of them by id.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.by_id.values()
    }

    /// Those of one chapter by id.
    pub fn of_chapter<'a>(&'a self, chapter: &'a str) -> impl Iterator<Item = &'a Kind> {
        self.iter().filter(move |kind| kind.chapter == chapter)
    }
}

/// One file; what is wrong in it is told to the reader.
fn read(reader: &mut FieldReader<'_>, file: &KindFile) -> Kind {
    let say = &mut reader.say;
    say.schema(&file.schema);
    let id = say.id(&file.id);
    if RESERVED.contains(&id.as_str()) {
        say.say(file.id.span(), &format!("`{id}` has a meaning of its own"), "take another id");
    }
    let chapter = say.id(&file.chapter);
    say.lies_at(FOLDER, &file.chapter, &file.id);
    let (title, one, says) = (say.words(&file.title), say.words(&file.one), say.words(&file.says));
    if file.source.trim().is_empty() {
        say.say(file.id.span(), "`source` is empty", "say where the fields come from");
    }
    say.twice("groups", file.group.iter().map(|one| (one.id.get_ref().as_str(), one.id.span())));
    let groups: Vec<Group> = file
        .group
        .iter()
        .map(|group| Group { id: say.id(&group.id), name: say.words(&group.name) })
        .collect();
    let permission = reader.permission(&file.permission);
    let fields = reader.fields(&file.field, &groups);
    let states = states(reader, file);
    let known: Vec<&str> = states
        .iter()
        .flat_map(|states| states.states.iter().map(|state| state.id.as_str()))
        .collect();
    let actions = reader.actions(&file.action, &known);
    let key = key(&mut reader.say, &file.key, &fields);
    label(&mut reader.say, &file.label, &fields);
    let orders = file.order.iter().filter_map(|order| {
        let (low, high) = (order.low.get_ref(), order.high.get_ref());
        ordered(&mut reader.say, &order.low, &order.high, &fields)
            .then(|| Order { low: low.clone(), high: high.clone() })
    });
    let orders = orders.collect();
    let say = &mut reader.say;
    say.twice("papers", file.paper.iter().map(|one| (one.id.get_ref().as_str(), one.id.span())));
    let papers = file
        .paper
        .iter()
        .map(|paper| Paper { id: say.id(&paper.id), name: say.words(&paper.name) })
        .collect();
    if file.example.is_empty() {
        let hint = "add an [[example]] that is right and one that is not";
        say.say(file.id.span(), "the kind has no example", hint);
    }
    Kind {
        id,
        version: file.version.clone(),
        chapter,
        title,
        one,
        says,
        icon: file.icon.clone(),
        key,
        label: file.label.get_ref().clone(),
        permission,
        groups,
        fields,
        states,
        orders,
        papers,
        actions,
        source: file.source.clone(),
        origin: reader.say.file.origin,
    }
}

fn field<'a>(
    say: &mut Complaints<'_>,
    name: &Spanned<String>,
    fields: &'a [Field],
) -> Option<&'a Field> {
    let found = fields.iter().find(|field| field.id == *name.get_ref());
    if found.is_none() {
        say.unknown(name, "field", fields.iter().map(|field| field.id.as_str()));
    }
    found
}

fn key(say: &mut Complaints<'_>, key: &Spanned<KeyFile>, fields: &[Field]) -> Key {
    match (&key.get_ref().field, &key.get_ref().number) {
        (Some(name), None) => {
            if let Some(field) = field(say, name, fields) {
                let fits = matches!(
                    field.what,
                    What::Text
                        | What::Sku
                        | What::Store
                        | What::Market
                        | What::Country
                        | What::Currency
                        | What::User
                        | What::Ref { .. }
                );
                if !fits || !field.required || field.read_only {
                    let message = format!("`{}` cannot be the key", field.id);
                    let hint = "a key is a required field that holds one text, not a choice";
                    say.say(name.span(), &message, hint);
                }
            }
            Key::Field(name.get_ref().clone())
        }
        (None, Some(pattern)) => {
            if let Err(hint) = number::Pattern::read(pattern.get_ref()) {
                let message = format!("`{}` is no pattern of numbers", pattern.get_ref());
                say.say(pattern.span(), &message, hint);
            }
            Key::Number(pattern.get_ref().clone())
        }
        _ => {
            let hint = "write { field = \"code\" } or { number = \"PO-{year}-{n:4}\" }";
            say.say(key.span(), "a key is a field or a number", hint);
            Key::Number(String::new())
        }
    }
}

/// The label is a field with a text in it, or the key.
fn label(say: &mut Complaints<'_>, label: &Spanned<String>, fields: &[Field]) {
    if let Some(field) = field(say, label, fields) {
        let is_text = matches!(
            field.what,
            What::Text
                | What::Sku
                | What::Store
                | What::Market
                | What::Country
                | What::Day
                | What::User
                | What::Ref { .. }
                | What::Choice { .. }
        );
        if !is_text {
            let message = format!("`{}` cannot name a record", field.id);
            say.say(label.span(), &message, "take a field that holds one text");
        }
    }
}

/// Whether two fields can be held against each other.
fn ordered(
    say: &mut Complaints<'_>,
    low: &Spanned<String>,
    high: &Spanned<String>,
    fields: &[Field],
) -> bool {
    let (Some(left), Some(right)) = (field(say, low, fields), field(say, high, fields)) else {
        return false;
    };
    let like = match left.what {
        What::Day => right.what == What::Day,
        What::Money => right.what == What::Money,
        What::Number | What::Integer | What::Percent => {
            matches!(right.what, What::Number | What::Integer | What::Percent)
        }
        _ => false,
    };
    if !like || left.id == right.id {
        let message = format!("`{}` and `{}` cannot be compared", left.id, right.id);
        say.say(high.span(), &message, "take two days, two numbers or two amounts of money");
    }
    like
}

fn states(reader: &mut FieldReader<'_>, file: &KindFile) -> Option<States> {
    let say = &mut reader.say;
    if file.state.is_empty() {
        if let Some(first) = file.moves.first() {
            say.say(first.id.span(), "there are moves and no states", "add [[state]]");
        }
        return None;
    }
    say.twice("states", file.state.iter().map(|one| (one.id.get_ref().as_str(), one.id.span())));
    say.twice("moves", file.moves.iter().map(|one| (one.id.get_ref().as_str(), one.id.span())));
    let mut states = Vec::new();
    for state in &file.state {
        if !COLOURS.contains(&state.colour.get_ref().as_str()) {
            say.unknown(&state.colour, "colour", COLOURS);
        }
        states.push(State {
            id: say.id(&state.id),
            name: say.words(&state.name),
            colour: state.colour.get_ref().clone(),
            open: state.open,
        });
    }
    let mut moves = Vec::new();
    for one in &file.moves {
        for word in one.from.iter().chain([&one.to]) {
            if !states.iter().any(|state| state.id == *word.get_ref()) {
                reader.say.unknown(word, "state", states.iter().map(|state| state.id.as_str()));
            }
        }
        if one.from.is_empty() {
            reader.say.say(one.id.span(), "the move begins nowhere", "name a state in `from`");
        }
        moves.push(Move {
            id: reader.say.id(&one.id),
            name: reader.say.words(&one.name),
            from: one.from.iter().map(|word| word.get_ref().clone()).collect(),
            to: one.to.get_ref().clone(),
            permission: one.permission.as_ref().map(|word| reader.permission(word)),
        });
    }
    Some(States { states, moves })
}
