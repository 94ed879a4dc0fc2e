//! Records out of JSON: only the columns that were asked for, in one pass over each record.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use argosy_kernel::Problem;

use super::{
    RawRecord,
    json_lines::Lines,
    json_scan::{Scan, Step, Why, Wrong, scalar, steps, unescape},
    record::{Body, Fit, SharedStrings, TypedCell},
};

/// Where each column is taken from.
#[derive(Debug, Default)]
struct Wanted {
    /// Paths inside the record with their columns.
    inner: BTreeMap<String, Vec<usize>>,
    /// Containers on the way to them.
    prefixes: BTreeSet<String>,
    /// Column, levels up (`None` for the root), path.
    outer: Vec<(usize, Option<usize>, String)>,
    /// Column and path, where an element is chosen by what it says.
    chosen: Vec<(usize, String)>,
    /// Column and path of what is joined over the way to a leaf.
    joined: Vec<(usize, String)>,
}

impl Wanted {
    fn new(columns: &[String]) -> Self {
        let mut wanted = Self::default();
        for (column, paths) in columns.iter().enumerate() {
            for path in paths.split('|') {
                wanted.add(column, path);
            }
        }
        wanted
    }

    fn add(&mut self, column: usize, path: &str) {
        let ups = path.split("../").take_while(|part| part.is_empty()).count();
        if let Some(rest) = path.strip_prefix("$.") {
            self.outer.push((column, None, rest.to_owned()));
        } else if let Some(rest) = path.strip_prefix('^') {
            self.joined.push((column, rest.to_owned()));
        } else if ups > 0 && path.starts_with("../") {
            self.outer.push((column, Some(ups), path[ups * 3..].to_owned()));
        } else if path.contains('=') {
            self.chosen.push((column, path.to_owned()));
        } else {
            for (at, _) in path.match_indices(['.', '[']) {
                self.prefixes.insert(path[..at].to_owned());
            }
            self.inner.entry(path.to_owned()).or_default().push(column);
        }
    }
}

/// One step of the path to the records.
#[derive(Debug)]
pub(super) struct RecordStep {
    /// The member's name; of several the first that is there.
    names: Vec<String>,
    /// The member holds trees, whose leaves are the records.
    leaves: bool,
}

impl RecordStep {
    /// The member of the object at `at`.
    pub(super) fn find(&self, scan: Scan<'_>, at: usize) -> Option<usize> {
        self.names.iter().find_map(|name| scan.find(at, &[Step::Key(name)]))
    }
}

/// The path to the records, as a definition writes it, in steps.
pub(super) fn record_path(path: &str) -> Vec<RecordStep> {
    path.split('.')
        .filter(|part| !part.is_empty() && *part != "$")
        .map(|part| {
            let part = part.trim_end_matches("[]");
            let (leaves, names) =
                part.strip_prefix("**").map_or((false, part), |names| (true, names));
            RecordStep { names: names.split('|').map(str::to_owned).collect(), leaves }
        })
        .collect()
}

/// An array whose elements are being walked.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Behind the opening bracket, or behind the last element.
    at: usize,
    /// The object around the array.
    parent: usize,
    /// How many steps of the path lead to its elements.
    steps: usize,
    /// The array lies inside a tree: `parent` is a knot on the way from its root.
    inside: bool,
    /// Where the element at hand begins.
    element: usize,
}

impl Frame {
    fn new(at: usize, parent: usize, steps: usize, inside: bool) -> Self {
        Self { at, parent, steps, inside, element: at }
    }
}

/// JSON text whose records are walked: the whole document, or the line at hand.
pub(super) struct Document {
    pub text: Arc<str>,
    pub depth: usize,
    /// Where the members of the document's object begin; empty for lines and arrays.
    pub members: BTreeMap<String, usize>,
    pub damage: Option<Wrong>,
}

impl Document {
    /// Follows `path` from the outermost value.
    fn find(&self, path: &[Step<'_>]) -> Option<usize> {
        let scan = Scan { text: &self.text, depth: self.depth };
        match path.split_first() {
            Some((Step::Key(key), rest)) if !self.members.is_empty() => {
                scan.find(*self.members.get(*key)?, rest)
            }
            _ => scan.find(scan.skip_blank(0), path),
        }
    }
}

/// The records of a JSON file.
pub(super) struct JsonRecords {
    document: Document,
    lines: Option<Lines>,
    path: Vec<RecordStep>,
    wanted: Wanted,
    columns: Vec<String>,
    stack: Vec<Frame>,
    /// A record that is no array's element.
    single: Option<usize>,
    /// Values from around the record, by column, and the parent they belong to.
    outer: Vec<(usize, TypedCell, String)>,
    outer_of: Option<usize>,
    number: u64,
    read: u64,
    cells: Vec<TypedCell>,
    arena: String,
    strings: SharedStrings,
    queue: VecDeque<Problem>,
}

impl std::fmt::Debug for JsonRecords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonRecords").field("number", &self.number).finish_non_exhaustive()
    }
}

impl JsonRecords {
    /// With `lines` the document is only a place for the line at hand.
    pub(super) fn new(
        document: Document,
        lines: Option<Lines>,
        path: Vec<RecordStep>,
        columns: &[String],
    ) -> Self {
        let mut records = Self {
            document,
            lines,
            path,
            wanted: Wanted::new(columns),
            columns: columns.to_vec(),
            stack: Vec::new(),
            single: None,
            outer: Vec::new(),
            outer_of: None,
            number: 0,
            read: 0,
            cells: vec![TypedCell::Empty; columns.len()],
            arena: String::new(),
            strings: SharedStrings::default(),
            queue: VecDeque::new(),
        };
        if records.lines.is_none() {
            records.begin();
        }
        records
    }

    pub(super) fn header(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.lines.as_ref().map_or(self.read, |lines| lines.read)
    }

    pub(super) fn next(&mut self) -> Option<Result<RawRecord<'_>, Problem>> {
        loop {
            if let Some(problem) = self.queue.pop_front() {
                return Some(Err(problem));
            }
            match self.element() {
                Ok(Some(at)) => {
                    if let Err(wrong) = self.take(at) {
                        self.stop(wrong);
                        continue;
                    }
                    self.number += 1;
                    break;
                }
                Ok(None) => {
                    if let Some(wrong) = self.document.damage.take() {
                        self.stop(wrong);
                    } else if !self.next_line() {
                        return None;
                    }
                }
                Err(wrong) => self.stop(wrong),
            }
        }
        let body = Body::Typed { text: &self.arena, cells: &self.cells, shared: &self.strings };
        Some(Ok(RawRecord::new(self.number, Fit::Exact, self.columns.len(), body)))
    }

    /// Tells what is wrong with the text and ends this document (or line).
    fn stop(&mut self, wrong: Wrong) {
        self.stack.clear();
        self.document.damage = None;
        let line = if self.lines.is_some() {
            self.lines.as_ref().map_or(1, |lines| lines.line)
        } else {
            memchr::memchr_iter(b'\n', &self.document.text.as_bytes()[..wrong.at]).count() as u64
                + 1
        };
        let (found, expected) = match wrong.why {
            Why::Torn => ("an end in the middle", "a whole JSON document".to_owned()),
            Why::NotJson => {
                let around = self.document.text.get(wrong.at..).unwrap_or_default();
                let around: String = around.chars().take(1).collect();
                self.queue.push_back(damaged(line, &format!("an unexpected `{around}`"), "JSON"));
                return;
            }
            Why::TooDeep => {
                ("values nested too deep", format!("at most {} levels", self.document.depth))
            }
        };
        self.queue.push_back(damaged(line, found, &expected));
    }

    /// The next line of JSON lines; `false` at the end.
    fn next_line(&mut self) -> bool {
        let Some(lines) = &mut self.lines else { return false };
        match lines.next() {
            Ok(Some(line)) => {
                self.document.text = line.into();
                self.outer_of = None;
                self.begin();
                true
            }
            Ok(None) => false,
            Err(problem) => {
                let line = lines.line;
                self.queue.push_back(if problem.place.line.is_some() {
                    problem
                } else {
                    problem.at_line(line)
                });
                true
            }
        }
    }

    fn begin(&mut self) {
        let scan = Scan { text: &self.document.text, depth: self.document.depth };
        let root = scan.skip_blank(0);
        let members = &self.document.members;
        let indexed = self
            .path
            .first()
            .filter(|_| self.lines.is_none())
            .and_then(|step| step.names.iter().find_map(|name| members.get(name)));
        // The index spares the way over large arrays before the one that is wanted.
        let (at, steps) = indexed.map_or((root, 0), |at| (*at, 1));
        self.descend(at, steps, root);
    }

    /// Follows the path from the value at `at` to the next array, or to a single record.
    fn descend(&mut self, at: usize, steps: usize, parent: usize) {
        let text = Arc::clone(&self.document.text);
        let scan = Scan { text: &text, depth: self.document.depth };
        match scan.byte(at) {
            Some(b'[') => self.stack.push(Frame::new(at + 1, parent, steps, false)),
            Some(b'{') => match self.path.get(steps) {
                None => self.single = Some(at),
                Some(step) => {
                    if let Some(next) = step.find(scan, at) {
                        self.descend(next, steps + 1, at);
                    }
                }
            },
            _ => {}
        }
    }

    /// Where the next record begins.
    fn element(&mut self) -> Result<Option<usize>, Wrong> {
        let text = Arc::clone(&self.document.text);
        let scan = Scan { text: &text, depth: self.document.depth };
        loop {
            if let Some(at) = self.single.take() {
                scan.end_of(at)?;
                return Ok(Some(at));
            }
            let Some(frame) = self.stack.last_mut() else { return Ok(None) };
            let Some(entry) = scan.entry(frame.at)? else {
                self.stack.pop();
                continue;
            };
            frame.at = scan.end_of(entry.value)?;
            frame.element = entry.value;
            let steps = frame.steps;
            if self.stack.len() == 1 {
                self.read = entry.value as u64;
            }
            if steps < self.path.len() {
                self.descend(entry.value, steps, entry.value);
                continue;
            }
            match self.branches(scan, entry.value) {
                Some(at) => {
                    self.stack.push(Frame::new(at, entry.value, steps, true));
                }
                None => return Ok(Some(entry.value)),
            }
        }
    }

    /// Where the branches of a knot begin; `None` for a leaf and outside of trees.
    fn branches(&self, scan: Scan<'_>, at: usize) -> Option<usize> {
        let step = self.path.last().filter(|step| step.leaves)?;
        let array = step.find(scan, at).filter(|at| scan.byte(*at) == Some(b'['))?;
        scan.entry(array + 1).ok()?.map(|_| array + 1)
    }

    /// Takes the wanted columns out of the record at `at`.
    fn take(&mut self, at: usize) -> Result<(), Wrong> {
        self.arena.clear();
        self.cells.fill(TypedCell::Empty);
        let text = Arc::clone(&self.document.text);
        let scan = Scan { text: &text, depth: self.document.depth };
        self.surroundings(scan);
        for (column, cell, text) in &self.outer {
            let start = self.arena.len() as u32;
            self.arena.push_str(text);
            let span = (start, self.arena.len() as u32);
            self.cells[*column] = match cell {
                TypedCell::Text(_) => TypedCell::Text(span),
                TypedCell::Number(_) => TypedCell::Number(span),
                other => *other,
            };
        }
        let mut path = String::new();
        let mut walk =
            Walk { scan, wanted: &self.wanted, cells: &mut self.cells, arena: &mut self.arena };
        walk.value(at, &mut path)?;
        for (column, path) in &self.wanted.chosen {
            let found = scan.find(at, &steps(path));
            let cell = found.and_then(|at| scalar(scan, at, &mut self.arena));
            if let Some(cell) = cell.filter(|_| self.cells[*column] == TypedCell::Empty) {
                self.cells[*column] = cell;
            }
        }
        self.join(scan, at);
        Ok(())
    }

    /// What the knots on the way to the leaf at `at` and the leaf itself say.
    fn join(&mut self, scan: Scan<'_>, at: usize) {
        for (column, path) in &self.wanted.joined {
            let steps = steps(path);
            let knots = self.stack.iter().filter(|frame| frame.inside).map(|frame| frame.parent);
            let start = self.arena.len();
            for found in knots.chain([at]).filter_map(|at| scan.find(at, &steps)) {
                let before = self.arena.len();
                if before > start {
                    self.arena.push('/');
                }
                if scalar(scan, found, &mut self.arena).is_none() {
                    self.arena.truncate(before);
                }
            }
            if self.arena.len() > start {
                self.cells[*column] = TypedCell::Text((start as u32, self.arena.len() as u32));
            }
        }
    }

    /// Values from the root and from around the array; read again only when the parent changes.
    fn surroundings(&mut self, scan: Scan<'_>) {
        let around: Vec<Frame> = self.stack.iter().filter(|frame| !frame.inside).copied().collect();
        let parent = around.last().map_or(0, |frame| frame.parent);
        if self.outer_of == Some(parent) {
            return;
        }
        self.outer_of = Some(parent);
        self.outer.clear();
        let root = scan.skip_blank(0);
        for (column, ups, path) in &self.wanted.outer {
            let steps = steps(path);
            let found = match ups {
                None => self.document.find(&steps),
                Some(ups) => {
                    let level = around.len().checked_sub(*ups);
                    let parent = level.and_then(|at| around.get(at)).map(|frame| frame.parent);
                    let found = match parent.filter(|at| *at != root) {
                        None => self.document.find(&steps),
                        Some(at) => scan.find(at, &steps),
                    };
                    // An object between two arrays: what it lacks, the element around it may have.
                    let outer = level.and_then(|at| around.get(at.checked_sub(1)?));
                    found.or_else(|| scan.find(outer?.element, &steps))
                }
            };
            let mut text = String::new();
            let told = self.outer.iter().any(|(known, ..)| known == column);
            let cell = found.and_then(|at| scalar(scan, at, &mut text));
            if let Some(cell) = cell.filter(|cell| !told && *cell != TypedCell::Empty) {
                self.outer.push((*column, cell, text));
            }
        }
    }
}

fn damaged(line: u64, found: &str, expected: &str) -> Problem {
    Problem::error("json_damaged")
        .at_line(line)
        .found(found)
        .expected(expected)
        .hint("download the report again; the records before this place were read")
}

/// One pass over a record that picks the wanted values up.
struct Walk<'a> {
    scan: Scan<'a>,
    wanted: &'a Wanted,
    cells: &'a mut [TypedCell],
    arena: &'a mut String,
}

impl Walk<'_> {
    /// Takes what is wanted of the value at `at`; answers where it ends.
    fn value(&mut self, at: usize, path: &mut String) -> Result<usize, Wrong> {
        if let Some(columns) = self.wanted.inner.get(path.as_str())
            && let Some(cell) = scalar(self.scan, at, self.arena)
        {
            for column in columns {
                // Of several paths the first that is there counts.
                if self.cells[*column] == TypedCell::Empty {
                    self.cells[*column] = cell;
                }
            }
        }
        let is_on_the_way = path.is_empty() || self.wanted.prefixes.contains(path.as_str());
        let opening = self.scan.byte(at);
        if !is_on_the_way || !matches!(opening, Some(b'{' | b'[')) {
            return self.scan.end_of(at);
        }
        let is_object = opening == Some(b'{');
        let length = path.len();
        let mut cursor = at + 1;
        let mut index = 0u32;
        loop {
            let entry =
                if is_object { self.scan.member(cursor)? } else { self.scan.entry(cursor)? };
            let Some(entry) = entry else { return Ok(self.scan.skip_blank(cursor) + 1) };
            if is_object {
                if length > 0 {
                    path.push('.');
                }
                unescape(entry.key, path);
            } else {
                use std::fmt::Write as _;
                // Writing to a string cannot fail.
                let _ = write!(path, "[{index}]");
            }
            cursor = self.value(entry.value, path)?;
            path.truncate(length);
            index += 1;
        }
    }
}
