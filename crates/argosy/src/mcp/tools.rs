//! The tools an assistant sees, and the API call behind each.

use std::sync::Arc;

use axum::http::Method;
use rmcp::model::{JsonObject, Tool as Told, ToolAnnotations};
use serde_json::{Map, Value, json};

/// Where an argument goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Into `{name}` of the path.
    Path,
    Query,
    Body,
    /// An object whose parts go into the query, each under its own name.
    Spread,
    /// Not sent: it chooses among the rows of the answer.
    Contains,
}

/// One argument: name, JSON type, whether it must be given, and what it means.
struct Argument {
    name: &'static str,
    kind: &'static str,
    needed: bool,
    says: &'static str,
    place: Place,
}

/// A tool: its name for assistants and the call it makes.
pub(super) struct Tool {
    pub name: &'static str,
    title: &'static str,
    says: &'static str,
    method: Method,
    path: &'static str,
    arguments: &'static [Argument],
}

/// The call to be made.
#[derive(Debug)]
pub(super) struct Wanted {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    pub keep: Option<Keep>,
}

/// Keeps only rows in which a word stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Keep(String);

impl Keep {
    /// The answer with its lists cut down to rows that hold the word.
    pub(super) fn of(&self, mut answer: Map<String, Value>) -> Value {
        for value in answer.values_mut() {
            if let Value::Array(rows) = value {
                rows.retain(|row| row.to_string().to_lowercase().contains(&self.0));
            }
        }
        Value::Object(answer)
    }
}

const fn path(name: &'static str, says: &'static str) -> Argument {
    Argument { name, kind: "string", needed: true, says, place: Place::Path }
}

const fn query(name: &'static str, says: &'static str) -> Argument {
    Argument { name, kind: "string", needed: false, says, place: Place::Query }
}

const fn body(name: &'static str, kind: &'static str, says: &'static str) -> Argument {
    Argument { name, kind, needed: false, says, place: Place::Body }
}

const fn must(argument: Argument) -> Argument {
    Argument { needed: true, ..argument }
}

const FROM: Argument = must(body("from", "string", "First day, YYYY-MM-DD"));
const TO: Argument = must(body("to", "string", "Last day, YYYY-MM-DD"));
const CURRENCY: Argument = must(body("currency", "string", "Reporting currency, as EUR"));
const BY: Argument = body("by", "array", "Dimensions, as [\"store\", \"month\"]");
const FILTERS: Argument =
    body("filters", "object", "Values allowed per dimension, as {\"store\": [\"us\"]}");

const PARAMS: Argument = Argument {
    name: "params",
    kind: "object",
    needed: false,
    says: "Parameters by name, as {\"market\": \"DE\"}; `boards_list` tells which there are",
    place: Place::Spread,
};

/// Everything an assistant can do.
pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "scope",
        title: "What there is",
        says: "Stores, channels, markets, currencies and the days facts are there for.",
        method: Method::GET,
        path: "/scope",
        arguments: &[],
    },
    Tool {
        name: "metrics_list",
        title: "Metrics",
        says: "The metrics with what they say, their unit and dimensions, and all dimensions.",
        method: Method::GET,
        path: "/metrics",
        arguments: &[Argument {
            name: "contains",
            kind: "string",
            needed: false,
            says: "Only metrics in which this word stands, as `ad` or `stock`",
            place: Place::Contains,
        }],
    },
    Tool {
        name: "ask",
        title: "Ask metrics",
        says: "Figures of metrics by dimensions over days, with their notes.",
        method: Method::POST,
        path: "/ask",
        arguments: &[
            must(body("metrics", "array", "Ids of metrics, as [\"net_sales\"]")),
            BY,
            FROM,
            TO,
            CURRENCY,
            FILTERS,
            body("where", "string", "Condition in SQL over dimensions and metrics"),
            body("compare", "string", "`previous` or `last_year`"),
            body("order", "object", "{\"by\": \"net_sales\", \"desc\": true}"),
            body("limit", "integer", "Rows at most"),
        ],
    },
    Tool {
        name: "profit",
        title: "Profit and loss",
        says: "The profit and loss account by line of the chart.",
        method: Method::POST,
        path: "/profit",
        arguments: &[
            BY,
            FROM,
            TO,
            CURRENCY,
            FILTERS,
            body("depth", "integer", "Levels of the chart told apart"),
            body("compare", "string", "`previous` or `last_year`"),
        ],
    },
    Tool {
        name: "findings_list",
        title: "Findings",
        says: "What is wrong or possible, dearest first, with stake, cause and state.",
        method: Method::GET,
        path: "/findings",
        arguments: &[
            query("state", "open, new, accepted, snoozed, dismissed or resolved"),
            query("family", "money, ads, listing, stock or data"),
            query("rule", "Id of a rule"),
            query("store", "Name of a store"),
            query("market", "Market, as DE"),
            query("q", "Words to look for"),
            query("limit", "Rows at most"),
            query("cursor", "`meta.next` of the page before"),
        ],
    },
    Tool {
        name: "finding",
        title: "One finding",
        says: "Evidence, causes with their tests, working of the stake, plays and history.",
        method: Method::GET,
        path: "/findings/{id}",
        arguments: &[path("id", "Id of the finding")],
    },
    Tool {
        name: "finding_measurable",
        title: "What could be told",
        says: "The smallest effect that can be told if the finding is acted upon, and why.",
        method: Method::GET,
        path: "/findings/{id}/measurable",
        arguments: &[
            path("id", "Id of the finding"),
            query("metric", "Metric; else that of the rule"),
        ],
    },
    Tool {
        name: "finding_accept",
        title: "Accept a finding",
        says: "Makes the finding a task with an owner and a day.",
        method: Method::POST,
        path: "/findings/{id}/accept",
        arguments: &[
            path("id", "Id of the finding"),
            body("owner", "string", "Login; else the proposed owner"),
            body("due", "string", "Day, YYYY-MM-DD"),
            body("play", "string", "Id of the play"),
            body("note", "string", "A note"),
        ],
    },
    Tool {
        name: "tasks_list",
        title: "Tasks",
        says: "Tasks with owner, day and state.",
        method: Method::GET,
        path: "/tasks",
        arguments: &[
            query("state", "open, done or all"),
            query("owner", "Login, or `me`"),
            query("q", "Words to look for"),
        ],
    },
    Tool {
        name: "task",
        title: "One task",
        says: "A task with checklist, comments, promise and links.",
        method: Method::GET,
        path: "/tasks/{id}",
        arguments: &[path("id", "Id of the task")],
    },
    Tool {
        name: "task_open",
        title: "Open a task",
        says: "Makes a task of one's own, without a finding.",
        method: Method::POST,
        path: "/tasks",
        arguments: &[
            must(body("title", "string", "What is to be done")),
            must(body("owner", "string", "Login of who does it")),
            must(body("due", "string", "Day, YYYY-MM-DD")),
            body("note", "string", "Why and how"),
        ],
    },
    Tool {
        name: "task_comment",
        title: "Comment on a task",
        says: "Adds a comment to a task.",
        method: Method::POST,
        path: "/tasks/{id}/comments",
        arguments: &[path("id", "Id of the task"), must(body("text", "string", "The comment"))],
    },
    Tool {
        name: "changes_list",
        title: "Changes",
        says: "What was changed, where, from what to what, when and by whom.",
        method: Method::GET,
        path: "/changes",
        arguments: &[
            query("store", "Name of a store"),
            query("seller_sku", "Seller SKU"),
            query("from", "First day"),
            query("to", "Last day"),
        ],
    },
    Tool {
        name: "effects_list",
        title: "Effects",
        says: "What changes did, with interval and verdict.",
        method: Method::GET,
        path: "/effects",
        arguments: &[],
    },
    Tool {
        name: "effect",
        title: "One effect",
        says: "Estimate, interval, method, controls, picture and flags of one effect.",
        method: Method::GET,
        path: "/effects/{id}",
        arguments: &[path("id", "Id of the effect")],
    },
    Tool {
        name: "boards_list",
        title: "Boards",
        says: "Tables that chapters work out (stock, forecast, replenishment, selection, compliance \
               …), with their columns and what each can be asked.",
        method: Method::GET,
        path: "/boards",
        arguments: &[Argument {
            name: "contains",
            kind: "string",
            needed: false,
            says: "Only boards in which this word stands, as `supplier` or `forecast`",
            place: Place::Contains,
        }],
    },
    Tool {
        name: "board",
        title: "One board",
        says: "The rows, figures and remarks of a board, worked out now.",
        method: Method::GET,
        path: "/boards/{board}/rows",
        arguments: &[path("board", "Id of the board"), PARAMS],
    },
    Tool {
        name: "board_row",
        title: "One row of a board",
        says: "How a row of a board came about: its figures, sources and working.",
        method: Method::GET,
        path: "/boards/{board}/rows/detail",
        arguments: &[path("board", "Id of the board"), must(query("row", "Id of the row")), PARAMS],
    },
    Tool {
        name: "rules_list",
        title: "Rules",
        says: "The rules that watch, with thresholds, causes and what they have delivered.",
        method: Method::GET,
        path: "/rules",
        arguments: &[],
    },
];

impl Tool {
    /// The tool as assistants are told of it.
    pub(super) fn told(&self) -> Told {
        let mut properties = Map::new();
        for argument in self.arguments {
            let mut schema = json!({ "type": argument.kind, "description": argument.says });
            if argument.kind == "array" {
                schema["items"] = json!({ "type": "string" });
            }
            properties.insert(argument.name.to_owned(), schema);
        }
        let needed: Vec<&str> =
            self.arguments.iter().filter(|given| given.needed).map(|given| given.name).collect();
        let mut schema = JsonObject::new();
        schema.insert("type".into(), json!("object"));
        schema.insert("properties".into(), Value::Object(properties));
        schema.insert("required".into(), json!(needed));
        schema.insert("additionalProperties".into(), json!(false));
        let reads = self.method == Method::GET || ["ask", "profit"].contains(&self.name);
        let notes = ToolAnnotations::with_title(self.title).read_only(reads).destructive(false);
        Told::new(self.name, self.says, Arc::new(schema)).with_annotations(notes)
    }

    /// The call for these arguments.
    ///
    /// # Errors
    /// A sentence about the argument that is wrong.
    pub(super) fn request(&self, mut given: Map<String, Value>) -> Result<Wanted, String> {
        let mut path = self.path.to_owned();
        let mut queries: Vec<String> = Vec::new();
        let mut body = Map::new();
        let mut keep = None;
        for argument in self.arguments {
            let value = given.remove(argument.name).filter(|value| !value.is_null());
            let Some(value) = value else {
                if argument.needed {
                    return Err(format!("`{}` is missing: {}", argument.name, argument.says));
                }
                continue;
            };
            match argument.place {
                Place::Path => {
                    path =
                        path.replace(&format!("{{{}}}", argument.name), &encoded(&plain(&value)));
                }
                Place::Query => {
                    queries.push(format!("{}={}", argument.name, encoded(&plain(&value))))
                }
                Place::Body => {
                    body.insert(argument.name.to_owned(), value);
                }
                Place::Spread => {
                    let parts = value.as_object().ok_or_else(|| {
                        format!("`{}` must be an object: {}", argument.name, argument.says)
                    })?;
                    queries.extend(parts.iter().map(|(name, part)| {
                        format!("{}={}", encoded(name), encoded(&listed(part)))
                    }));
                }
                Place::Contains => keep = Some(Keep(plain(&value).to_lowercase())),
            }
        }
        if let Some(unknown) = given.keys().next() {
            return Err(format!("`{unknown}` is not an argument of `{}`", self.name));
        }
        if !queries.is_empty() {
            path = format!("{path}?{}", queries.join("&"));
        }
        let body = (self.method != Method::GET).then_some(Value::Object(body));
        Ok(Wanted { method: self.method.clone(), path, body, keep })
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value as a query takes it: several are separated by commas.
fn listed(value: &Value) -> String {
    match value {
        Value::Array(parts) => parts.iter().map(plain).collect::<Vec<_>>().join(","),
        one => plain(one),
    }
}

/// Percent-encodes everything but letters, digits and `-._~` (RFC 3986 unreserved).
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &str) -> &'static Tool {
        TOOLS.iter().find(|tool| tool.name == name).expect("a tool")
    }

    fn given(value: Value) -> Map<String, Value> {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn arguments_go_where_the_api_wants_them() {
        let wanted = tool("finding_accept")
            .request(given(json!({ "id": "ab/../x", "owner": "ann", "due": "2026-12-01" })))
            .expect("good");
        assert_eq!(wanted.path, "/findings/ab%2F..%2Fx/accept");
        assert_eq!(wanted.body, Some(json!({ "owner": "ann", "due": "2026-12-01" })));
        let wanted = tool("findings_list")
            .request(given(json!({ "q": "断 货&x=1", "limit": 5 })))
            .expect("good");
        assert_eq!(wanted.path, "/findings?q=%E6%96%AD%20%E8%B4%A7%26x%3D1&limit=5");
        assert_eq!(wanted.body, None);
    }

    #[test]
    fn parameters_of_a_board_stand_in_the_query_each_under_its_own_name() {
        let params = json!({ "market": "DE", "weeks": 8, "sku": ["A", "B&C"] });
        let wanted = tool("board")
            .request(given(json!({ "board": "forecast", "params": params })))
            .expect("good");
        let (path, asked) = wanted.path.split_once('?').expect("a query");
        let mut asked: Vec<&str> = asked.split('&').collect();
        asked.sort_unstable();
        assert_eq!(path, "/boards/forecast/rows");
        assert_eq!(asked, ["market=DE", "sku=A%2CB%26C", "weeks=8"]);
        let wrong = tool("board").request(given(json!({ "board": "x", "params": "DE" })));
        assert!(wrong.expect_err("wrong").contains("`params` must be an object"));
    }

    #[test]
    fn a_missing_or_unknown_argument_is_named() {
        let missing = tool("ask").request(given(json!({ "from": "2026-01-01" })));
        assert!(missing.expect_err("wrong").contains("`metrics` is missing"));
        let unknown = tool("scope").request(given(json!({ "as": "root" })));
        assert!(unknown.expect_err("wrong").contains("`as` is not an argument"));
    }

    #[test]
    fn every_tool_tells_its_arguments_and_each_place_in_its_path_is_filled() {
        for tool in TOOLS {
            let holes = tool.path.matches('{').count();
            let filled = tool.arguments.iter().filter(|given| given.place == Place::Path).count();
            assert_eq!(holes, filled, "{}", tool.name);
            assert!(tool.told().description.is_some_and(|says| says.len() > 10));
        }
    }

    #[test]
    fn rows_without_the_word_are_left_out() {
        let answer = json!({ "metrics": [{ "id": "ad_cost" }, { "id": "stock_sellable" }] });
        let kept = Keep("stock".into()).of(given(answer));
        assert_eq!(kept, json!({ "metrics": [{ "id": "stock_sellable" }] }));
    }
}
