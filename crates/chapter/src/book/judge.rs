//! Whether records may be stored: their kinds, their states, their chapters.

use std::collections::{HashMap, HashSet};

use argosy_desk::Record;
use argosy_kernel::Text;
use serde_json::Value;

use super::{Book, New, Numbers, is_changed};
use crate::{
    check::{self, By, Given},
    face::{ChapterError, Draft},
    kind::{FieldProblem, Key, Kind},
    known::Known,
    number::Pattern,
};

/// The longest key, as the desk takes it.
const KEY_CHARS_MAX: usize = 200;

/// A record on its way to the book.
pub(super) struct Item<'a> {
    pub kind: &'a Kind,
    pub new: New,
    /// The key it says itself.
    pub id: Option<String>,
    /// As it is stored.
    pub before: Option<Record>,
    /// It is to be new and is there already.
    pub exists: bool,
}

impl<'a> Item<'a> {
    pub(super) fn new(kind: &'a Kind, new: New, id: Option<String>) -> Self {
        Self { kind, new, id, before: None, exists: false }
    }
}

/// What came of a look at records.
#[derive(Default)]
pub(super) struct Judged<'a> {
    /// What would be stored, as far as it is right.
    pub drafts: Vec<Draft>,
    /// The kind of each draft.
    pub kinds: Vec<&'a Kind>,
    /// Which item each draft came from.
    pub from: Vec<usize>,
    /// Each names its record by key where it has one.
    pub problems: Vec<FieldProblem>,
    /// Which item each problem is about.
    pub about: Vec<usize>,
}

impl Judged<'_> {
    fn say(&mut self, item: usize, id: Option<&str>, mut problem: FieldProblem) {
        problem.record = problem.record.or_else(|| id.map(str::to_owned));
        self.problems.push(problem);
        self.about.push(item);
    }
}

/// A look at records, one after the other.
struct Look<'a, 'k> {
    who: &'k str,
    known: &'k mut Known,
    /// Keys that came before.
    seen: HashSet<(String, String)>,
    judged: Judged<'a>,
}

impl<'a> Look<'a, '_> {
    /// Whether the key of a record can be one and is its own; a body gets the key it lacks.
    fn key(&mut self, at: usize, item: &mut Item<'a>) {
        let (kind, Some(id)) = (item.kind, &item.id) else { return };
        let mut say = |field: &str, code: &str, says: Text| {
            self.judged.say(at, Some(id), FieldProblem::new(&kind.id, field, code, says));
        };
        let field = match &kind.key {
            Key::Field(field) => {
                let body = &mut item.new.body;
                body.entry(field.as_str()).or_insert_with(|| Value::from(id.as_str()));
                field.as_str()
            }
            Key::Number(_) => {
                let fits = id.chars().count() <= KEY_CHARS_MAX && !id.contains([';', '；']);
                if !fits || id == "." || id == ".." || id.chars().any(char::is_control) {
                    say("", "bad_key", text("this number cannot be a key", "该单号不能使用"));
                }
                ""
            }
        };
        if item.exists {
            say(field, "exists", exist(kind, id));
        } else if !self.seen.insert((kind.id.clone(), id.clone())) {
            let says = text(
                format!("`{id}` is there twice; keep one"),
                format!("`{id}` 重复出现，请只保留一个"),
            );
            say(field, "duplicate_key", says);
        }
    }
}

impl<'a> Book<'a> {
    /// Looks at records as they would stand together. Without `numbers` new ones stay without.
    pub(super) async fn judge(
        &self,
        items: Vec<Item<'a>>,
        who: &str,
        numbers: Option<&mut Numbers>,
    ) -> Result<Judged<'a>, ChapterError> {
        let mut kinds: Vec<&Kind> = Vec::new();
        for item in &items {
            if !kinds.iter().any(|kind| kind.id == item.kind.id) {
                self.chapter(item.kind)?;
                kinds.push(item.kind);
            }
        }
        let mut known = Known::read(self.ground, &kinds).await?;
        for item in &items {
            if let Some(id) = &item.id {
                known.add(&item.kind.id, id);
            }
            if let Some(before) = &item.before {
                known.release(item.kind, &before.id, &before.body);
            }
        }
        let seen = HashSet::with_capacity(items.len());
        let mut look = Look { who, known: &mut known, seen, judged: Judged::default() };
        for (at, item) in items.into_iter().enumerate() {
            self.weigh(at, item, &mut look);
        }
        let mut judged = look.judged;
        self.number(&mut judged, numbers).await?;
        self.ask_chapters(&mut judged, &known).await?;
        Ok(judged)
    }

    /// One record against its kind.
    fn weigh(&self, at: usize, mut item: Item<'a>, look: &mut Look<'a, '_>) {
        let first = look.judged.problems.len();
        look.key(at, &mut item);
        let Item { kind, new, id, before, .. } = item;
        let named = id.as_deref();
        let state = match next_state(kind, &new, before.as_ref(), self.by) {
            Ok(state) => state,
            Err((code, says)) => {
                look.judged.say(at, named, FieldProblem::new(&kind.id, "", code, says));
                None
            }
        };
        let given = Given { before: before.as_ref().map(|before| &before.body), by: self.by };
        let checked = check::check_given(kind, self.ground.kinds, &new.body, look.known, given);
        let body = match checked {
            Ok(body) => body,
            Err(problems) => {
                problems.into_iter().for_each(|one| look.judged.say(at, named, one));
                return;
            }
        };
        if let Some(before) = before.as_ref().filter(|before| before.body != body)
            && self.by == By::Person
            && !is_open(kind, before.state.as_deref())
        {
            let id = &before.id;
            let name = state_name(kind, before.state.as_deref().unwrap_or_default());
            let says = text(
                format!("`{id}` is {}: its fields can no longer be changed", name.en),
                format!("`{id}` 当前为“{}”，不能再修改", name.zh_cn),
            );
            look.judged.say(at, named, FieldProblem::new(&kind.id, "", "state_closed", says));
        }
        let holder = named.map_or_else(|| format!("\0{at}"), str::to_owned);
        if let Some((field, other)) = look.known.claim(kind, &holder, &body) {
            let problem =
                FieldProblem::new(&kind.id, &field.id, "not_unique", not_unique(field, &other));
            look.judged.say(at, named, problem);
        }
        if look.judged.problems.len() == first {
            let id = id.unwrap_or_default();
            let draft =
                Draft { kind: kind.id.clone(), id, state, body, before, who: look.who.to_owned() };
            look.judged.drafts.push(draft);
            look.judged.kinds.push(kind);
            look.judged.from.push(at);
        }
    }

    /// Gives numbers to new records of numbered kinds.
    async fn number(
        &self,
        judged: &mut Judged<'a>,
        numbers: Option<&mut Numbers>,
    ) -> Result<(), ChapterError> {
        let mut without: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, (draft, kind)) in judged.drafts.iter().zip(&judged.kinds).enumerate() {
            if draft.id.is_empty() {
                without.entry(&kind.id).or_default().push(at);
            }
        }
        let is_fine = judged.problems.is_empty();
        let mut numbers = numbers.filter(|_| is_fine);
        for (kind, places) in without {
            let Key::Number(pattern) = &self.kind(kind)?.key else { continue };
            let Ok(pattern) = Pattern::read(pattern) else { continue };
            let prefix = pattern.prefix(self.ground.today);
            let ids = match &mut numbers {
                Some(numbers) => self.take(kind, &pattern, places.len(), numbers).await?,
                // A look does not use numbers up.
                None => (1..=places.len()).map(|n| format!("{prefix}…{n}")).collect(),
            };
            for (at, id) in places.into_iter().zip(ids) {
                judged.drafts[at].id = id;
            }
        }
        Ok(())
    }

    /// So many numbers that no record has: records may have come with numbers of their own.
    async fn take(
        &self,
        kind: &str,
        pattern: &Pattern,
        count: usize,
        numbers: &mut Numbers,
    ) -> Result<Vec<String>, ChapterError> {
        let desk = self.ground.desk;
        let prefix = pattern.prefix(self.ground.today);
        let taken = numbers.taken.entry(kind.to_owned()).or_default();
        loop {
            let ids: Vec<&str> = taken.iter().map(String::as_str).collect();
            let used = desk.records_of(kind, &ids).await?;
            if !used.is_empty() {
                let keys: HashSet<String> = desk.record_keys(kind).await?.into_iter().collect();
                taken.retain(|id| !keys.contains(id));
                let next = desk.next_numbers(&prefix, 0).await?;
                let free = (next..).find(|n| !keys.contains(&pattern.number(&prefix, *n)));
                desk.skip_numbers(&prefix, free.unwrap_or(next) - 1).await?;
            }
            let missing = count.saturating_sub(taken.len());
            if missing == 0 {
                return Ok(taken[..count].to_vec());
            }
            let first = desk.next_numbers(&prefix, missing as u64).await?;
            taken.extend((first..).take(missing).map(|n| pattern.number(&prefix, n)));
        }
    }

    /// Lets the chapters fill what follows, and say what is wrong beyond the kinds.
    async fn ask_chapters(
        &self,
        judged: &mut Judged<'a>,
        known: &Known,
    ) -> Result<(), ChapterError> {
        let mut chapters: Vec<&str> =
            judged.kinds.iter().map(|kind| kind.chapter.as_str()).collect();
        chapters.sort_unstable();
        chapters.dedup();
        for chapter in chapters {
            let Some(asked) = self.chapters.iter().find(|one| one.id() == chapter) else {
                continue;
            };
            let mine: Vec<usize> = (0..judged.drafts.len())
                .filter(|at| judged.kinds[*at].chapter == chapter)
                .collect();
            let mut drafts: Vec<Draft> = mine
                .iter()
                .map(|at| std::mem::replace(&mut judged.drafts[*at], nothing()))
                .collect();
            let bodies: Vec<_> = drafts.iter().map(|draft| draft.body.clone()).collect();
            asked.prepare(self.ground, &mut drafts).await?;
            for ((draft, body), at) in drafts.iter_mut().zip(&bodies).zip(&mine) {
                if draft.body != *body {
                    self.check_prepared(draft, *at, known, judged);
                }
            }
            // What stays as it is has been looked at before.
            let changed: Vec<Draft> =
                drafts.iter().filter(|one| is_changed(one)).cloned().collect();
            let problems = asked.check(self.ground, &changed).await?;
            let by_key: HashMap<(&str, &str), usize> = drafts
                .iter()
                .zip(&mine)
                .map(|(draft, at)| ((draft.kind.as_str(), draft.id.as_str()), judged.from[*at]))
                .collect();
            let alone = mine.first().map_or(0, |at| judged.from[*at]);
            let placed: Vec<(usize, FieldProblem)> = problems
                .into_iter()
                .map(|problem| {
                    let id = problem.record.as_deref().unwrap_or_default();
                    let item = by_key.get(&(problem.kind.as_str(), id)).copied();
                    (item.unwrap_or(alone), problem)
                })
                .collect();
            for (item, problem) in placed {
                judged.say(item, None, problem);
            }
            for (at, draft) in mine.into_iter().zip(drafts) {
                judged.drafts[at] = draft;
            }
        }
        Ok(())
    }

    /// What a chapter has filled in must fit the kind as well.
    fn check_prepared(&self, draft: &mut Draft, at: usize, known: &Known, judged: &mut Judged<'a>) {
        let before = draft.before.as_ref().map(|before| &before.body);
        let given = Given { before, by: By::Argosy };
        let kind = judged.kinds[at];
        match check::check_given(kind, self.ground.kinds, &draft.body, known, given) {
            Ok(body) => draft.body = body,
            Err(problems) => {
                let item = judged.from[at];
                problems.into_iter().for_each(|one| judged.say(item, Some(&draft.id), one));
            }
        }
    }
}

fn nothing() -> Draft {
    Draft {
        kind: String::new(),
        id: String::new(),
        state: None,
        body: crate::kind::Body::new(),
        before: None,
        who: String::new(),
    }
}

fn text(en: impl Into<String>, zh: impl Into<String>) -> Text {
    Text { en: en.into(), zh_cn: zh.into() }
}

fn exist(kind: &Kind, id: &str) -> Text {
    text(
        format!("{} `{id}` is there already; open it, or choose another key", kind.one.en),
        format!("{} `{id}` 已存在；请打开该记录，或换一个编号", kind.one.zh_cn),
    )
}

fn not_unique(field: &crate::kind::Field, other: &str) -> Text {
    let (en, zh) = match other.strip_prefix('\0') {
        Some(_) => ("another one beside it".to_owned(), "同批的另一条记录".to_owned()),
        None => (format!("`{other}`"), format!("`{other}`")),
    };
    text(
        format!("{}: {en} has this value already; it must be unique", field.name.en),
        format!("{}：{zh} 已使用该值，不能重复", field.name.zh_cn),
    )
}

/// Whether fields of a record in this state can be changed.
pub(super) fn is_open(kind: &Kind, state: Option<&str>) -> bool {
    let Some(states) = &kind.states else { return true };
    let found = states.states.iter().find(|one| Some(one.id.as_str()) == state);
    found.is_none_or(|state| state.open)
}

pub(super) fn state_name(kind: &Kind, state: &str) -> Text {
    let states = kind.states.as_ref().map_or(&[][..], |states| states.states.as_slice());
    let found = states.iter().find(|one| one.id == state);
    found.map_or_else(|| text(state, state), |state| state.name.clone())
}

/// The state that a record will be in. People go by moves; a new record may come in any state, for
/// books that were kept elsewhere before.
fn next_state(
    kind: &Kind,
    new: &New,
    before: Option<&Record>,
    by: By,
) -> Result<Option<String>, (&'static str, Text)> {
    let Some(states) = &kind.states else { return Ok(None) };
    let first = states.states.first().map(|state| state.id.clone());
    let now = before.map_or(first, |before| before.state.clone());
    let Some(wanted) = new.state.as_ref().filter(|wanted| Some(*wanted) != now.as_ref()) else {
        return Ok(now);
    };
    if !states.states.iter().any(|state| state.id == *wanted) {
        let all = |name: &dyn Fn(&crate::kind::State) -> String| {
            states.states.iter().map(name).collect::<Vec<_>>()
        };
        return Err((
            "unknown_state",
            text(
                format!(
                    "`{wanted}` is no state; there are {}",
                    all(&|one| one.id.clone()).join(", ")
                ),
                format!(
                    "没有状态 `{wanted}`；可选：{}",
                    all(&|one| one.name.zh_cn.clone()).join("、")
                ),
            ),
        ));
    }
    let from = now.unwrap_or_default();
    let goes = states.moves.iter().any(|one| one.to == *wanted && one.from.contains(&from));
    if by == By::Person && before.is_some() && !goes {
        let (from, to) = (state_name(kind, &from), state_name(kind, wanted));
        return Err((
            "no_move",
            text(
                format!("there is no step from {} to {}", from.en, to.en),
                format!("不能从“{}”变为“{}”", from.zh_cn, to.zh_cn),
            ),
        ));
    }
    Ok(Some(wanted.clone()))
}
