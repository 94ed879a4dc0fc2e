//! `ask`, `profit`, `reconcile`, `sql`: questions.

use argosy_facts::Limits;
use argosy_kernel::Currency;
use argosy_metrics::{
    Answer, Compare, Figure, Order, Profit, ProfitQuestion, Question, ReconcileQuestion,
    StatementState, Unit,
    export::{Cell, Formulas, Sheet},
};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::json;

use crate::{
    app::App,
    cli::{
        Outcome,
        args::{self, CompareTo, Format, Window},
        print::{Out, Table},
    },
    error::Error,
    http::{
        answers::{AskResponse, ProfitResponse},
        books,
        dto::plain,
        ledger::StatementDto,
    },
    questions,
};

/// The window with what was left out filled in.
pub(super) struct Filled {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) currency: Currency,
    compare: Option<Compare>,
}

pub(super) async fn fill(app: &App, window: &Window) -> Result<Filled, Error> {
    let scope = app.analytics().scope(&app.engine(), window.as_of).await?;
    let none = || {
        Error::told(
            "there are no facts yet: import a report, or name the days",
            "尚无数据：请先导入报表，或指定日期",
        )
    };
    Ok(Filled {
        from: window.from.or(scope.first_day).ok_or_else(none)?,
        to: window.to.or(scope.last_day).ok_or_else(none)?,
        currency: app.currency_or_own(window.currency.as_deref()).await?,
        compare: window.compare.map(|compare| match compare {
            CompareTo::Previous => Compare::Previous,
            CompareTo::LastYear => Compare::LastYear,
        }),
    })
}

fn format_of(out: Out, format: Format) -> Format {
    if out.json { Format::Json } else { format }
}

pub(super) async fn ask(out: Out, app: &App, args: args::Ask) -> Result<Outcome, Error> {
    let filled = fill(app, &args.window).await?;
    let order = args.order.map(|order| match order.strip_prefix('-') {
        Some(by) => Order { by: by.to_owned(), desc: true },
        None => Order { by: order, desc: false },
    });
    let question = Question {
        metrics: args.metrics,
        by: args.by,
        from: filled.from,
        to: filled.to,
        condition: args.window.condition,
        filters: Default::default(),
        currency: filled.currency,
        compare: filled.compare,
        as_of: args.window.as_of,
        view: args.window.view.view(),
        order,
        limit: args.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
    };
    let answer = questions::ask(app, &question).await?;
    match format_of(out, args.window.format) {
        Format::Json => out.json(&AskResponse::from(answer)),
        Format::Csv => csv(out, &answer.sheet(out.lang.code())),
        Format::Table => {
            out.text(&answer_table(out, &answer).render());
            notes(out, &answer.notes);
        }
    }
    Ok(Outcome::Good)
}

fn answer_table(out: Out, answer: &Answer) -> Table {
    let compares = answer.previous_totals.is_some();
    let mut header = Vec::new();
    for column in &answer.columns {
        let name = out.lang.of(&column.name);
        let name = match column.unit {
            Some(Unit::Money) => format!("{name} ({})", answer.currency),
            _ => name.to_owned(),
        };
        header.push(name);
        if compares && column.unit.is_some() {
            header.push(out.lang.pick("before", "对比期").to_owned());
        }
    }
    let mut table = Table::new(header);
    let mut add = |key: &dyn Fn(&str) -> String,
                   now: &std::collections::BTreeMap<String, Figure>,
                   before: Option<&std::collections::BTreeMap<String, Figure>>| {
        let mut cells = Vec::new();
        for column in &answer.columns {
            let Some(unit) = column.unit else {
                cells.push(key(&column.id));
                continue;
            };
            cells.push(figure(now.get(&column.id), unit, answer.currency));
            if compares {
                let before = before.and_then(|before| before.get(&column.id));
                cells.push(figure(before, unit, answer.currency));
            }
        }
        table.row(cells);
    };
    for row in &answer.rows {
        let key = |id: &str| row.key.get(id).cloned().flatten().unwrap_or_else(|| "—".into());
        add(&key, &row.values, row.previous.as_ref());
    }
    if answer.total_rows > 1 || answer.rows.is_empty() {
        let total = |_: &str| out.lang.pick("total", "合计").to_owned();
        add(&total, &answer.totals, answer.previous_totals.as_ref());
    }
    table
}

fn figure(figure: Option<&Figure>, unit: Unit, currency: Currency) -> String {
    let Some(number) = figure.and_then(Figure::known) else { return "—".to_owned() };
    match unit {
        Unit::Money => money(number, currency),
        Unit::Fraction => format!("{:.1} %", number * Decimal::ONE_HUNDRED),
        Unit::Units | Unit::Count => number.normalize().to_string(),
        Unit::Ratio => format!("{number:.2}"),
        Unit::Days => format!("{number:.1}"),
    }
}

fn money(amount: Decimal, currency: Currency) -> String {
    argosy_kernel::Money::new(amount, currency).rounded().amount.to_string()
}

fn csv(out: Out, sheet: &Sheet) {
    out.text(&String::from_utf8_lossy(&sheet.csv(Formulas::Defused)));
}

/// What makes an answer less than certain.
fn notes(out: Out, notes: &argosy_metrics::Notes) {
    let share = |share: &Option<String>| {
        share
            .as_ref()
            .and_then(|share| share.parse::<Decimal>().ok())
            .filter(|share| !share.is_zero())
            .map(|share| format!("{:.1} %", share * Decimal::ONE_HUNDRED))
    };
    if let Some(share) = share(&notes.provisional_share) {
        out.say(&format!("provisional money: {share}"), &format!("暂估金额占比：{share}"));
    }
    if let Some(share) = share(&notes.unclassified_share) {
        out.say(&format!("unclassified money: {share}"), &format!("未分类金额占比：{share}"));
    }
    if let Some(units) = &notes.units_without_cost {
        out.say(&format!("units without unit cost: {units}"), &format!("缺少成本的数量：{units}"));
    }
    for missing in &notes.money_without_rate {
        let rows = missing.rows;
        out.say(&format!("{rows} rows have no rate"), &format!("{rows} 行缺少汇率"));
    }
}

pub(super) async fn profit(out: Out, app: &App, args: args::Profit) -> Result<Outcome, Error> {
    let filled = fill(app, &args.window).await?;
    let question = ProfitQuestion {
        by: args.by,
        from: filled.from,
        to: filled.to,
        filters: Default::default(),
        condition: args.window.condition,
        currency: filled.currency,
        compare: filled.compare,
        as_of: args.window.as_of,
        view: args.window.view.view(),
        allocate: args.allocate,
        depth: args.depth.map(|depth| usize::try_from(depth).unwrap_or(usize::MAX)),
    };
    if args.bases {
        return bases(out, app, &question, args.window.format).await;
    }
    let profit = questions::profit(app, &question).await?;
    match format_of(out, args.window.format) {
        Format::Json => out.json(&ProfitResponse::new(app, profit)),
        Format::Csv => csv(out, &profit.sheet(&app.engine(), out.lang.code())),
        Format::Table => {
            out.text(&profit_table(out, app, &profit).render());
            notes(out, &profit.notes);
        }
    }
    Ok(Outcome::Good)
}

/// The account by day of settlement and by day of order, one column each.
async fn bases(
    out: Out,
    app: &App,
    question: &ProfitQuestion,
    format: Format,
) -> Result<Outcome, Error> {
    if !question.by.is_empty() {
        return Err(Error::told(
            "the two bases stand side by side for the whole: leave out --by",
            "两种口径按整体并列显示：请去掉 --by",
        ));
    }
    let both = books::bases(app, question).await?;
    if format_of(out, format) == Format::Json {
        out.json(&both);
        return Ok(Outcome::Good);
    }
    let line_name = out.lang.pick("ledger line", "科目");
    let settlement = out.lang.pick("by day of settlement", "按结算日");
    let order = out.lang.pick("by day of order", "按下单日");
    let amount = |id: &str, of: &ProfitResponse| {
        let amount = of.totals.get(id).cloned().flatten().and_then(|text| text.parse().ok());
        amount.map_or(Cell::Empty, Cell::Number)
    };
    let mut sheet = Sheet {
        name: "profit".to_owned(),
        header: [line_name, settlement, order].map(str::to_owned).to_vec(),
        rows: Vec::new(),
    };
    for (id, name) in both.lines(out.lang) {
        sheet.rows.push(vec![
            Cell::Text(name),
            amount(&id, &both.settlement),
            amount(&id, &both.order),
        ]);
    }
    match format {
        Format::Csv => csv(out, &sheet),
        _ => out.text(&sheet_table(sheet, question.currency).render()),
    }
    Ok(Outcome::Good)
}

fn profit_table(out: Out, app: &App, profit: &Profit) -> Table {
    sheet_table(profit.sheet(&app.engine(), out.lang.code()), profit.currency)
}

fn sheet_table(sheet: Sheet, currency: Currency) -> Table {
    let mut table = Table::new(sheet.header);
    for row in sheet.rows {
        table.row(row.into_iter().map(|cell| match cell {
            Cell::Empty => "—".to_owned(),
            Cell::Text(text) => text,
            Cell::Number(number) => money(number, currency),
        }));
    }
    table
}

pub(super) async fn reconcile(
    out: Out,
    app: &App,
    args: args::Reconcile,
) -> Result<Outcome, Error> {
    let face = args.face();
    let question = ReconcileQuestion {
        store: args.store,
        from: args.from,
        to: args.to,
        ..ReconcileQuestion::default()
    };
    if let Some(face) = face {
        return super::books::reconcile(out, app, &question, face, args.as_of).await;
    }
    let statements = questions::reconcile(app, &question, args.as_of).await?;
    let differs = statements.iter().any(|one| one.state == StatementState::Differs);
    let outcome = Outcome::of(!(args.strict && differs));
    if out.json {
        let statements: Vec<_> = statements.into_iter().map(StatementDto::from).collect();
        out.json(&json!({ "statements": statements }));
        return Ok(outcome);
    }
    let header = match out.lang.code() {
        "zh-CN" => ["店铺", "结算单", "结束", "币种", "应为", "合计", "差异", "未分类", "状态"],
        _ => {
            ["store", "statement", "to", "cur", "expected", "sum", "diff", "unclassified", "state"]
        }
    };
    let mut table = Table::new(header);
    for one in &statements {
        let amount = |amount: Option<Decimal>| amount.map_or_else(|| "—".to_owned(), plain);
        let state = match one.state {
            StatementState::Balanced => out.lang.pick("balanced", "已平"),
            StatementState::Differs => out.lang.pick("DIFFERS", "不平"),
            StatementState::NoControl => out.lang.pick("no control", "无对照"),
        };
        table.row([
            one.store.clone(),
            one.statement.clone(),
            one.period_to.clone().unwrap_or_default(),
            one.currency.clone(),
            amount(one.expected.0),
            plain(one.sum),
            amount(one.difference.0),
            plain(one.unclassified),
            state.to_owned(),
        ]);
    }
    out.text(&table.render());
    Ok(outcome)
}

pub(super) async fn sql(out: Out, app: &App, args: args::Sql) -> Result<Outcome, Error> {
    if args.count {
        let session = questions::sql_session(app, args.as_of).await?;
        return count(out, &session, &args.query).await;
    }
    let rows = questions::sql(app, &args.query, args.as_of).await?;
    match format_of(out, args.format) {
        Format::Json => out.json(&json!({ "columns": rows.header, "rows": rows.rows })),
        Format::Csv => csv(out, &rows.sheet()),
        Format::Table => {
            let mut table = Table::new(rows.header);
            for row in rows.rows {
                table.row(row.into_iter().map(|cell| cell.unwrap_or_else(|| "—".to_owned())));
            }
            out.text(&table.render());
        }
    }
    Ok(Outcome::Good)
}

/// Runs a query to its end without keeping the answer: what the engine itself takes.
async fn count(out: Out, session: &argosy_facts::Session, sql: &str) -> Result<Outcome, Error> {
    let start = std::time::Instant::now();
    let limits = Limits { rows: usize::MAX, time: std::time::Duration::from_secs(600) };
    let batches = session.read_only(sql, limits).await?;
    let elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let rows: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    if out.json {
        out.json(&json!({ "rows": rows, "elapsed_ms": elapsed_ms }));
    }
    out.say(
        &format!("{rows} rows in {elapsed_ms} ms"),
        &format!("{rows} 行，用时 {elapsed_ms} 毫秒"),
    );
    Ok(Outcome::Good)
}
