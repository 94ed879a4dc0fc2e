//! HTTP: ledger rows, reconciliation, unknown fee types.

use std::collections::{BTreeMap, HashMap};

use argosy_kernel::Money;
use argosy_metrics::{
    LedgerPage, LedgerQuestion, LedgerRow, ReconcileQuestion, Statement, StatementState,
    export::{Cell, Sheet},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    download,
    http::{
        dto::{AsOf, Filters, FormatQuery, MoneyDto, ViewDto, plain},
        error::ApiError,
        extract::{Can, Json, Query, Read},
    },
    lang::Lang,
    questions,
};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ledger))
        .routes(routes!(reconcile))
        .routes(routes!(quarantine))
}

/// Which ledger rows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LedgerRequest {
    pub from: NaiveDate,
    pub to: NaiveDate,
    #[serde(default)]
    pub filters: Filters,
    /// A line or group of the chart, or a subtotal such as `net_sales`.
    pub line: Option<String>,
    /// Condition over dimensions, in SQL.
    pub r#where: Option<String>,
    /// ISO 4217 of `converted`; the reporting currency when left out.
    pub currency: Option<String>,
    pub as_of: Option<i64>,
    #[serde(default)]
    pub view: ViewDto,
    pub cursor: Option<String>,
    pub limit: Option<u64>,
}

/// One movement of money, and where it comes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerRow)]
pub(crate) struct RowDto {
    pub store: String,
    pub channel: String,
    pub market: Option<String>,
    #[schema(format = Date)]
    pub day: String,
    /// Line of the chart.
    pub line: String,
    pub amount: MoneyDto,
    /// At the rate of the row's day.
    pub converted: Option<MoneyDto>,
    /// It may still change.
    pub provisional: bool,
    pub seller_sku: Option<String>,
    pub order_id: Option<String>,
    pub units: Option<String>,
    pub statement: Option<String>,
    pub transaction: Option<String>,
    /// The channel's own words.
    pub fee_type: Option<String>,
    pub container: String,
    pub definition: String,
    /// First 16 hexadecimal digits of the file's SHA-256.
    pub raw: String,
    /// Line or record of the file.
    pub row: i64,
    /// Read the line under `/imports/{import_id}/lines/{row}`.
    pub import_id: Option<i64>,
    pub file_name: Option<String>,
}

/// About the whole selection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerMeta)]
pub(crate) struct MetaDto {
    pub next: Option<String>,
    pub total_rows: u64,
    /// Sum of all selected rows, converted.
    pub total: MoneyDto,
}

/// A page of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerPage)]
pub(crate) struct PageDto {
    pub rows: Vec<RowDto>,
    pub meta: MetaDto,
}

/// Which statements.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReconcileQuery {
    /// Comma-separated names.
    pub store: Option<String>,
    pub channel: Option<String>,
    /// Only this settlement or payout.
    pub statement: Option<String>,
    /// Statements whose period touches these days.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: Option<i64>,
}

/// Whether a statement adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StatementState)]
pub(crate) enum StateDto {
    Balanced,
    Differs,
    /// No file has told what it should add up to.
    NoControl,
}

/// A settlement or payout beside the sum of its lines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statement)]
pub(crate) struct StatementDto {
    pub store: String,
    pub channel: String,
    pub statement: String,
    pub currency: String,
    #[schema(format = Date)]
    pub period_from: Option<String>,
    #[schema(format = Date)]
    pub period_to: Option<String>,
    #[schema(format = Date)]
    pub deposit_day: Option<String>,
    /// What the total is called in the report.
    pub control: Option<String>,
    pub expected: Option<String>,
    pub sum: String,
    pub difference: Option<String>,
    /// Money of unknown fee types in it.
    pub unclassified: String,
    /// Money in it that may still change.
    pub provisional: String,
    pub rows: u64,
    /// Sum by stage of the chart.
    pub by_stage: BTreeMap<String, String>,
    pub state: StateDto,
}

/// Statements: those that differ first, then the newest.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Statements {
    pub statements: Vec<StatementDto>,
}

/// A fee type that no table knows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnknownFeeType {
    pub channel: String,
    /// The channel's own words.
    pub fee_type: Option<String>,
    pub transaction: Option<String>,
    pub rows: u64,
    pub amounts: BTreeMap<String, String>,
    #[schema(format = Date)]
    pub first_day: String,
    #[schema(format = Date)]
    pub last_day: String,
}

/// Money whose meaning nobody has said yet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Quarantine {
    pub fee_types: Vec<UnknownFeeType>,
}

/// Ledger rows, page by page; `format=csv|xlsx` downloads all of them.
#[utoipa::path(post, path = "/ledger", operation_id = "ledger", tag = "questions",
    extensions(("x-permission" = json!("read"))),
    params(FormatQuery), request_body = LedgerRequest,
    responses((status = 200, body = PageDto)))]
async fn ledger(
    State(app): State<App>,
    _: Can<Read>,
    Query(format): Query<FormatQuery>,
    Json(request): Json<LedgerRequest>,
) -> Result<Response, ApiError> {
    let as_of = request.as_of;
    let question = LedgerQuestion {
        filters: request.filters.0,
        from: request.from,
        to: request.to,
        line: request.line,
        condition: request.r#where,
        currency: app.currency_or_own(request.currency.as_deref()).await?,
        view: request.view.0,
        cursor: request.cursor,
        limit: request.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
    };
    let Some(kind) = format.kind() else {
        let page = questions::ledger(&app, &question, as_of).await?;
        return Ok(Json(told(&app, page).await?).into_response());
    };
    let page = questions::whole_ledger(&app, question, as_of).await?;
    let sheet = ledger_sheet(&told(&app, page).await?, format.language());
    Ok(download::sheet(&sheet, "ledger", kind)?)
}

/// Settlements and payouts beside the sums of their lines; `format=csv|xlsx` downloads them.
#[utoipa::path(get, path = "/reconcile", operation_id = "reconcile", tag = "questions",
    extensions(("x-permission" = json!("read"))),
    params(ReconcileQuery, FormatQuery), responses((status = 200, body = Statements)))]
async fn reconcile(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<ReconcileQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let list = |text: Option<String>| -> Vec<String> {
        let text = text.unwrap_or_default();
        text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let question = ReconcileQuestion {
        store: list(query.store),
        channel: list(query.channel),
        statement: query.statement,
        from: query.from,
        to: query.to,
    };
    let found = questions::reconcile(&app, &question, query.as_of).await?;
    let statements: Vec<StatementDto> = found.into_iter().map(StatementDto::from).collect();
    let Some(kind) = format.kind() else {
        return Ok(Json(Statements { statements }).into_response());
    };
    let sheet = statement_sheet(&statements, format.language());
    Ok(download::sheet(&sheet, "reconcile", kind)?)
}

/// Fee types that no table knows, with the money that waits there.
#[utoipa::path(get, path = "/quarantine", operation_id = "quarantine", tag = "questions",
    extensions(("x-permission" = json!("read"))),
    params(AsOf), responses((status = 200, body = Quarantine)))]
async fn quarantine(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<AsOf>,
) -> Result<Json<Quarantine>, ApiError> {
    let fee_types = questions::quarantine(&app, query.as_of)
        .await?
        .into_iter()
        .map(|fee| UnknownFeeType {
            channel: fee.channel,
            fee_type: fee.fee_type,
            transaction: fee.transaction,
            rows: fee.rows,
            amounts: fee.amounts,
            first_day: fee.first_day,
            last_day: fee.last_day,
        })
        .collect();
    Ok(Json(Quarantine { fee_types }))
}

/// The page with the import that brought each row.
async fn told(app: &App, page: LedgerPage) -> Result<PageDto, ApiError> {
    // By the beginning of the file's hash and the store; of several imports the newest.
    let mut origins: HashMap<(String, String), (i64, String)> = HashMap::new();
    for import in app.desk().loaded_imports().await? {
        let raw: String = import.raw_sha256.chars().take(16).collect();
        origins.insert((import.store, raw), (import.id, import.file_name));
    }
    let row = |row: LedgerRow| {
        let origin = origins.get(&(row.store.clone(), row.raw.clone()));
        RowDto {
            import_id: origin.map(|(id, _)| *id),
            file_name: origin.map(|(_, name)| name.clone()),
            store: row.store,
            channel: row.channel,
            market: row.market,
            day: row.day,
            line: row.line,
            amount: row.amount.into(),
            converted: row.converted.map(|money| money.rounded().into()),
            provisional: row.provisional,
            seller_sku: row.seller_sku,
            order_id: row.order_id,
            units: row.units,
            statement: row.statement,
            transaction: row.transaction,
            fee_type: row.fee_type,
            container: row.container,
            definition: row.definition,
            raw: row.raw,
            row: row.row,
        }
    };
    let meta = MetaDto {
        next: page.meta.next,
        total_rows: page.meta.total_rows,
        total: Money::rounded(page.meta.total).into(),
    };
    Ok(PageDto { rows: page.rows.into_iter().map(row).collect(), meta })
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn optional(text: Option<&String>) -> Cell {
    text.map_or(Cell::Empty, |text| Cell::Text(text.clone()))
}

/// A decimal text as a number.
fn number(text: Option<&str>) -> Cell {
    text.and_then(|text| text.parse().ok()).map_or(Cell::Empty, Cell::Number)
}

fn ledger_sheet(page: &PageDto, lang: Lang) -> Sheet {
    const HEADER: [(&str, &str); 19] = [
        ("Day", "日期"),
        ("Store", "店铺"),
        ("Channel", "渠道"),
        ("Market", "市场"),
        ("Line", "科目"),
        ("Amount", "金额"),
        ("Currency", "币种"),
        ("Converted", "折算金额"),
        ("Converted to", "折算币种"),
        ("Provisional", "暂估"),
        ("Seller SKU", "渠道 SKU"),
        ("Order", "订单号"),
        ("Units", "数量"),
        ("Statement", "结算单"),
        ("Transaction", "交易类型"),
        ("Fee type", "费用类型"),
        ("File", "文件"),
        ("Line of the file", "文件行号"),
        ("Definition", "报表定义"),
    ];
    let rows = page.rows.iter().map(|row| {
        let converted = row.converted.as_ref();
        vec![
            text(&row.day),
            text(&row.store),
            text(&row.channel),
            optional(row.market.as_ref()),
            text(&row.line),
            number(Some(&row.amount.amount)),
            text(&row.amount.currency),
            number(converted.map(|money| money.amount.as_str())),
            optional(converted.map(|money| &money.currency)),
            text(if row.provisional { lang.pick("yes", "是") } else { "" }),
            optional(row.seller_sku.as_ref()),
            optional(row.order_id.as_ref()),
            number(row.units.as_deref()),
            optional(row.statement.as_ref()),
            optional(row.transaction.as_ref()),
            optional(row.fee_type.as_ref()),
            optional(row.file_name.as_ref()),
            Cell::Number(row.row.into()),
            text(&row.definition),
        ]
    });
    Sheet {
        name: lang.pick("Ledger", "流水").to_owned(),
        header: download::header(&HEADER, lang),
        rows: rows.collect(),
    }
}

impl From<Statement> for StatementDto {
    fn from(statement: Statement) -> Self {
        let by_stage = statement.by_stage.into_iter();
        let by_stage = by_stage
            .map(|(stage, sum)| (stage.id().to_owned(), plain(sum.0.unwrap_or(Decimal::ZERO))));
        Self {
            by_stage: by_stage.collect(),
            store: statement.store,
            channel: statement.channel,
            statement: statement.statement,
            currency: statement.currency,
            period_from: statement.period_from,
            period_to: statement.period_to,
            deposit_day: statement.deposit_day,
            control: statement.control,
            expected: statement.expected.0.map(plain),
            sum: plain(statement.sum),
            difference: statement.difference.0.map(plain),
            unclassified: plain(statement.unclassified),
            provisional: plain(statement.provisional),
            rows: statement.rows,
            state: match statement.state {
                StatementState::Balanced => StateDto::Balanced,
                StatementState::Differs => StateDto::Differs,
                StatementState::NoControl => StateDto::NoControl,
            },
        }
    }
}

fn statement_sheet(statements: &[StatementDto], lang: Lang) -> Sheet {
    const HEADER: [(&str, &str); 13] = [
        ("Store", "店铺"),
        ("Channel", "渠道"),
        ("Statement", "结算单"),
        ("Currency", "币种"),
        ("From", "开始"),
        ("To", "结束"),
        ("Deposit", "打款日"),
        ("Expected", "应为"),
        ("Sum", "合计"),
        ("Difference", "差异"),
        ("Unclassified", "未分类"),
        ("Provisional", "暂估"),
        ("Rows", "行数"),
    ];
    let rows = statements.iter().map(|statement| {
        vec![
            text(&statement.store),
            text(&statement.channel),
            text(&statement.statement),
            text(&statement.currency),
            optional(statement.period_from.as_ref()),
            optional(statement.period_to.as_ref()),
            optional(statement.deposit_day.as_ref()),
            number(statement.expected.as_deref()),
            number(Some(&statement.sum)),
            number(statement.difference.as_deref()),
            number(Some(&statement.unclassified)),
            number(Some(&statement.provisional)),
            Cell::Number(statement.rows.into()),
        ]
    });
    Sheet {
        name: lang.pick("Reconcile", "对账").to_owned(),
        header: download::header(&HEADER, lang),
        rows: rows.collect(),
    }
}
