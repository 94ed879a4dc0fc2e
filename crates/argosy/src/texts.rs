//! Sentences for problems, in both languages, from the knowledge folder.

use std::collections::BTreeMap;

use argosy_intake::definition::Definitions;
use argosy_kernel::{Diagnostic, Files, Problem, Text};

use crate::http::dto::{ProblemDto, TextDto};

/// Where the sentences stand below `knowledge/`.
const PATH: &str = "texts/problems.toml";

/// Sentences by problem code.
#[derive(Debug, Default)]
pub struct Texts {
    by_code: BTreeMap<String, Text>,
    /// Names of reports by id, for problems that expect one.
    reports: BTreeMap<String, Text>,
}

impl Texts {
    /// Reads the sentences; a code without one is told by its English rendering.
    ///
    /// # Errors
    /// Where the file is wrong.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(PATH) else { return Ok(Self::default()) };
        let by_code = source.toml().map_err(|wrong| vec![*wrong])?;
        Ok(Self { by_code, reports: BTreeMap::new() })
    }

    /// The same sentences, able to call reports by their names.
    pub fn with_reports(mut self, definitions: &Definitions) -> Self {
        let named = definitions.iter().map(|report| (report.id.clone(), report.name.clone()));
        self.reports = named.collect();
        self
    }

    /// The sentence about a problem.
    pub fn sentence(&self, problem: &Problem) -> TextDto {
        let Some(text) = self.by_code.get(&problem.code) else {
            let plain = problem.to_string();
            return TextDto { en: plain.clone(), zh_cn: plain };
        };
        let report = self.reports.get(&problem.expected);
        let name = |pick: fn(&Text) -> &String| report.map_or(&problem.expected, pick);
        TextDto {
            en: fill(&text.en, problem, name(|text| &text.en)),
            zh_cn: fill(&text.zh_cn, problem, name(|text| &text.zh_cn)),
        }
    }

    /// The problem with its sentence.
    pub fn describe(&self, problem: &Problem) -> ProblemDto {
        ProblemDto::with_message(problem, self.sentence(problem))
    }
}

/// Puts the parameters in. Each is put in once: what a file says must not be read as a parameter.
fn fill(text: &str, problem: &Problem, report: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        let value = match &rest[1..close] {
            "found" => Some(problem.found.clone()),
            "expected" => Some(problem.expected.clone()),
            "report" => Some(report.to_owned()),
            "hint" => Some(problem.hint.clone()),
            "file" => Some(problem.place.file.clone()),
            "column" => Some(problem.place.column.clone().unwrap_or_default()),
            "line" => Some(problem.place.line.map_or_else(String::new, |line| line.to_string())),
            _ => None,
        };
        match value {
            Some(value) => filled.push_str(&value),
            None => filled.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_is_not_read_as_a_parameter() {
        let problem = Problem::error("bad_number").at_line(7).found("{hint}").hint("secret");
        assert_eq!(
            fill("line {line}: `{found}` {unknown}", &problem, ""),
            "line 7: `{hint}` {unknown}"
        );
    }
}
