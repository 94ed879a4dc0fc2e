//! The matrix as a board: figures of own products, proposals, roles that people set, gaps of lines.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Axis, Board, Bubble, Detail, Picture, Row, Unit},
    face::{ChapterError, Done, Ground, Order},
};
use argosy_desk::Record;
use argosy_kernel::{Money, Text};
use argosy_metrics::Filters;
use rust_decimal::Decimal;

use super::{
    Figures, Line, Proposal, Role, Roles, gaps, propose,
    propose::median,
    roles::Told,
    set::{self, Wanted},
};
use crate::choice::{
    Params,
    body::{day, number, owned, text},
    facts::{Asked, Paired, ask, sql_day, texts, told},
    known::known,
    show::{
        both, brief, column, fact, facts, noted, or_why, param, plain, remark, says, share, table,
    },
};

const DAYS: u64 = 90;
/// More gaps than this are in the details of their products.
const GAPS_SHOWN: usize = 12;

/// A product in the matrix.
struct Placed {
    line: String,
    name: String,
    figures: Figures,
    proposal: Proposal,
    ad_spend: Option<Decimal>,
    set: Option<Record>,
}

/// All products by line.
struct Matrix {
    placed: Vec<Placed>,
    /// Whether ad reports name the products advertised.
    ads_told: bool,
    lines: BTreeMap<String, Line>,
}

pub(crate) async fn board(ground: &Ground<'_>, params: &Params) -> Result<Board, ChapterError> {
    let known = known(ground.files)?;
    let mut board = Board { day: ground.newest, params: params.clone(), ..Board::default() };
    let Some(roles) = &known.roles else {
        let en = "The knowledge file matrix.toml is missing: no role can be proposed";
        board.remarks.push(remark("error", both(en, "缺少知识文件 matrix.toml，无法建议角色")));
        return Ok(board);
    };
    let matrix = matrix(ground, roles, params).await?;
    let mut counts: BTreeMap<Role, i64> = BTreeMap::new();
    for one in &matrix.placed {
        if let Some(role) = one.role() {
            *counts.entry(role).or_default() += 1;
        }
        board.rows.push(row(ground, roles, one));
    }
    for role in Role::ALL {
        let count = counts.get(&role).copied().unwrap_or(0);
        board.tiles.insert(role.id().to_owned(), count.into());
    }
    let gaps: Vec<(&String, &super::Gap)> = matrix
        .lines
        .iter()
        .flat_map(|(name, line)| line.gaps.iter().map(move |gap| (name, gap)))
        .collect();
    board.tiles.insert("gaps".to_owned(), i64::try_from(gaps.len()).unwrap_or(0).into());
    let next = matrix.lines.values().find_map(|line| line.next);
    let next = next.and_then(|role| roles.of(role)).map(|told| told.name.clone());
    board.tiles.insert("next".to_owned(), next.into());
    for (line, gap) in gaps.iter().take(GAPS_SHOWN) {
        let of =
            if line.is_empty() { both("no category", "未分类") } else { both(*line, *line) };
        board.remarks.push(remark(
            "warning",
            both(
                format!("{}: {}", of.en, gap.says.en),
                format!("{}：{}", of.zh_cn, gap.says.zh_cn),
            ),
        ));
    }
    for (line, found) in &matrix.lines {
        if let Some(told) = found.next.and_then(|role| roles.of(role)) {
            let of = if line.is_empty() { "–" } else { line.as_str() };
            board.remarks.push(remark(
                "info",
                both(
                    format!("{of}: the next role to fill is the {}", told.name.en),
                    format!("{of}：下一个应补的角色是{}", told.name.zh_cn),
                ),
            ));
        }
    }
    if !matrix.ads_told && !matrix.placed.is_empty() {
        board.remarks.push(remark(
            "warning",
            both(
                "No ad report names the products advertised: margins and contributions here are before advertising",
                "广告报表未列明产品：此处利润率与利润均未扣广告",
            ),
        ));
    }
    board.pictures.extend(picture(roles, &matrix.placed));
    Ok(board)
}

async fn matrix(
    ground: &Ground<'_>,
    roles: &Roles,
    params: &Params,
) -> Result<Matrix, ChapterError> {
    let (figures, spend) = figures(ground, params).await?;
    let mut names = BTreeMap::new();
    let mut lines = BTreeMap::new();
    for product in ground.desk.products().await? {
        lines.insert(product.sku.clone(), product.category.unwrap_or_default());
        names.insert(product.sku, product.name);
    }
    let set: BTreeMap<String, Record> =
        ground.desk.records("role").await?.into_iter().map(|one| (one.id.clone(), one)).collect();
    let mut by_line: BTreeMap<String, Vec<Figures>> = BTreeMap::new();
    for one in figures {
        let line = lines.get(&one.sku).cloned().unwrap_or_default();
        by_line.entry(line).or_default().push(one);
    }
    if let Some(line) = param(params, "line") {
        by_line.retain(|name, _| name == line);
    }
    let played: BTreeMap<String, Role> =
        set.iter().filter_map(|(sku, one)| Some((sku.clone(), role_of(one)?))).collect();
    let ads_told = !spend.is_empty();
    let mut found = Matrix { placed: Vec::new(), ads_told, lines: BTreeMap::new() };
    for (line, products) in by_line {
        let proposals = propose(roles, &products);
        found.lines.insert(line.clone(), gaps(roles, &proposals, &played));
        for (figures, proposal) in products.into_iter().zip(proposals) {
            let sku = figures.sku.clone();
            found.placed.push(Placed {
                line: line.clone(),
                name: names.get(&sku).cloned().unwrap_or_default(),
                ad_spend: spend.get(&sku).copied(),
                set: set.get(&sku).cloned(),
                figures,
                proposal,
            });
        }
    }
    Ok(found)
}

pub(super) fn role_of(record: &Record) -> Option<Role> {
    text(&record.body, "role").and_then(Role::from_id)
}

/// What the metrics know of each product over the window, and what was spent on ads.
async fn figures(
    ground: &Ground<'_>,
    params: &Params,
) -> Result<(Vec<Figures>, BTreeMap<String, Decimal>), ChapterError> {
    let Some(to) = ground.newest else { return Ok(Default::default()) };
    let days = crate::choice::show::number(params, "days");
    let days = days.and_then(|days| u64::try_from(days).ok()).unwrap_or(DAYS).clamp(7, 730);
    let from = to - chrono::Days::new(days - 1);
    let mut filters = Filters::default();
    if let Some(market) = param(params, "market") {
        filters.insert("market".to_owned(), vec![market.to_owned()]);
    }
    let asked = Asked {
        metrics: &[
            "sessions",
            "units_sold",
            "net_sales",
            "contribution_after_ads",
            "days_of_cover",
            "aged_share_180",
            "ad_spend",
        ],
        by: &["product"],
        from,
        to,
        currency: ground.currency,
        filters,
    };
    let rows = ask(ground, &asked).await?;
    let since = first_sales(ground, from).await?;
    let ads_told = !told(ground, days).await?.ads.is_empty();
    let mut spend = BTreeMap::new();
    let mut found = Vec::new();
    for (key, figures) in rows {
        let sku = key.into_iter().next().unwrap_or_default();
        let of = |metric: &str| figures.get(metric).copied().unwrap_or_default();
        let first = since.get(&sku).copied();
        let on_sale = first.map_or(0, |first| (to - first).num_days() + 1);
        if let Some(spent) = figures.get("ad_spend").filter(|_| ads_told) {
            spend.insert(sku.clone(), *spent);
        }
        let one = Figures {
            days_on_sale: on_sale.into(),
            sessions: of("sessions"),
            units: of("units_sold"),
            net_sales: of("net_sales"),
            contribution: of("contribution_after_ads"),
            aged_share: of("aged_share_180"),
            days_of_cover: of("days_of_cover"),
            sku,
        };
        if !(one.units.is_zero() && one.sessions.is_zero() && one.aged_share.is_zero()) {
            found.push(one);
        }
    }
    Ok((found, spend))
}

/// The first day of the window on which each product was sold.
async fn first_sales(
    ground: &Ground<'_>,
    from: argosy_kernel::Day,
) -> Result<BTreeMap<String, argosy_kernel::Day>, ChapterError> {
    let from = sql_day(from);
    let sql = format!(
        "select store, seller_sku, cast(min(day) as varchar) from ledger \
         where line = 'product_sales' and day >= {from} and seller_sku is not null \
         group by store, seller_sku"
    );
    let paired = Paired::of(ground);
    let mut found: BTreeMap<String, argosy_kernel::Day> = BTreeMap::new();
    for row in texts(ground, &sql).await? {
        let [Some(store), Some(seller_sku), Some(day)] = row.as_slice() else { continue };
        let sku = paired.product(store, seller_sku).unwrap_or(seller_sku);
        if let Ok(day) = day.parse() {
            let first = found.entry(sku.to_owned()).or_insert(day);
            *first = (*first).min(day);
        }
    }
    Ok(found)
}

impl Placed {
    /// The role people set, else the one proposed.
    fn role(&self) -> Option<Role> {
        self.set.as_ref().and_then(role_of).or(self.proposal.role)
    }

    fn tacos(&self) -> Option<Decimal> {
        let sales = self.figures.net_sales;
        self.ad_spend.filter(|_| sales > Decimal::ZERO).map(|spent| spent / sales)
    }

    /// What it is held to: its own targets, else those of its role.
    fn targets(&self, roles: &Roles) -> Option<(Decimal, Decimal)> {
        let told = roles.of(self.role()?)?;
        let own = |id: &str| self.set.as_ref().and_then(|one| number(&one.body, id));
        let margin = own("margin_min").unwrap_or(told.margin_min);
        Some((margin, own("tacos_max").unwrap_or(told.tacos_max)))
    }
}

fn row(ground: &Ground<'_>, roles: &Roles, one: &Placed) -> Row {
    let (figures, proposal) = (&one.figures, &one.proposal);
    let money = |amount| Money::new(amount, ground.currency).rounded();
    let set = one.set.as_ref().and_then(role_of);
    let few = both("too little is known", "数据不足");
    let mut row = Row::new(figures.sku.clone())
        .with("sku", figures.sku.clone())
        .with("name", one.name.clone())
        .with("line", one.line.clone())
        .with("role", set.map(Role::id))
        .with("proposed", proposal.role.map(Role::id))
        .with("differs", set.is_some() && proposal.role.is_some() && set != proposal.role)
        .with("reason", proposal.says.clone())
        .with("sessions", brief(figures.sessions))
        .with("traffic_share", share(proposal.traffic_share))
        .with("profit_share", share(proposal.profit_share))
        .with("units", brief(figures.units))
        .with("net_sales", money(figures.net_sales))
        .with("contribution", money(figures.contribution))
        .with("price", proposal.price.map(money))
        .with("days_on_sale", brief(figures.days_on_sale))
        .with("days_of_cover", brief(figures.days_of_cover))
        .with("aged_share", share(figures.aged_share));
    if proposal.role.is_none() {
        row = row.noted("proposed", proposal.says.clone());
    }
    row = or_why(row, "margin", proposal.margin.map(share), &few);
    let no_ads = both("no ad report tells it", "没有广告报表数据");
    row = or_why(row, "tacos", one.tacos().map(share), &no_ads);
    if let Some((margin_min, tacos_max)) = one.targets(roles) {
        let over =
            |value: Option<Decimal>, limit: Decimal| value.is_some_and(|value| value > limit);
        let under = proposal.margin.is_some_and(|margin| margin < margin_min);
        row = row
            .with("margin_target", margin_min)
            .with("tacos_limit", tacos_max)
            .with("below", (under || over(one.tacos(), tacos_max)) && proposal.enough);
    }
    match &one.set {
        Some(record) => row
            .with("set_by", record.changed_by.clone())
            .with("set_on", day(&record.body, "since"))
            .with("set_why", owned(&record.body, "reason")),
        None => {
            row.noted("role", both("nobody has set it: the proposal counts", "尚未设定，按建议计"))
        }
    }
}

fn picture(roles: &Roles, placed: &[Placed]) -> Option<Picture> {
    let none = both("no role", "无角色");
    let told = |one: &Placed| one.role().and_then(|role| roles.of(role));
    let judged: Vec<&Placed> =
        placed.iter().filter(|one| one.proposal.margin.is_some()).take(400).collect();
    let points: Vec<Bubble> = judged
        .iter()
        .map(|one| Bubble {
            id: one.figures.sku.clone(),
            name: if one.name.is_empty() { one.figures.sku.clone() } else { one.name.clone() },
            group: told(one).map_or_else(|| none.clone(), |told| told.name.clone()),
            x: plain(one.figures.sessions),
            y: plain(share(one.proposal.margin.unwrap_or_default())),
            size: plain(one.figures.contribution.max(Decimal::ZERO).round_dp(2)),
        })
        .collect();
    let axis = |name: Text, unit: Unit, split: Option<Decimal>| Axis { name, unit, split };
    let middle = |of: fn(&Placed) -> Option<Decimal>| {
        median(judged.iter().filter_map(|one| of(one)).collect()).map(share)
    };
    (!points.is_empty()).then(|| Picture::Bubbles {
        title: both("Visitors by margin, size is contribution", "访客 × 利润率，气泡大小为利润"),
        x: axis(
            both("Sessions", "访客次数"),
            Unit::Integer,
            middle(|one| Some(one.figures.sessions)),
        ),
        y: axis(
            both("Margin after ads", "扣广告后利润率"),
            Unit::Percent,
            middle(|one| one.proposal.margin),
        ),
        size: axis(both("Contribution", "利润"), Unit::Number, None),
        points,
    })
}

/// What a product's role asks of it, which thresholds it changes, and what the line lacks.
pub(crate) async fn detail(
    ground: &Ground<'_>,
    row: &str,
    params: &Params,
) -> Result<Option<Detail>, ChapterError> {
    let known = known(ground.files)?;
    let Some(roles) = &known.roles else { return Ok(None) };
    let matrix = matrix(ground, roles, params).await?;
    let Some(one) = matrix.placed.iter().find(|one| one.figures.sku == row) else {
        return Ok(None);
    };
    let title = format!("{row} {}", one.name);
    let mut sections = vec![says(both("Proposed because", "建议依据"), one.proposal.says.clone())];
    if let Some(told) = one.role().and_then(|role| roles.of(role)) {
        sections.push(targets(roles, one, told));
        sections.push(thresholds(ground, one, told).await?);
    }
    let gaps = matrix.lines.get(&one.line);
    let rows = gaps.into_iter().flat_map(|line| &line.gaps).zip(0..);
    let rows = rows.map(|(gap, at)| Row::new(format!("{at}")).with("says", gap.says.clone()));
    let columns = vec![column("says", both("Gap", "缺口"), Unit::Words)];
    sections.push(table(both("What the line lacks", "产品线缺口"), columns, rows.collect()));
    Ok(Some(Detail { title: both(title.clone(), title), sections }))
}

fn targets(roles: &Roles, one: &Placed, told: &Told) -> argosy_chapter::board::Section {
    let (margin, tacos) = one.targets(roles).unwrap_or_default();
    let is = |value: Option<Decimal>| {
        let value = value.map_or_else(|| "–".to_owned(), crate::says::percent);
        both(format!("now {value}"), format!("当前 {value}"))
    };
    facts(
        both(
            format!("Held to as {}: {}", told.name.en, told.says.en),
            format!("{}目标：{}", told.name.zh_cn, told.says.zh_cn),
        ),
        vec![
            noted(
                both("Margin after ads, at least", "利润率下限"),
                Unit::Percent,
                margin,
                is(one.proposal.margin),
            ),
            noted(
                both("Advertising of net sales, at most", "广告占比上限"),
                Unit::Percent,
                tacos,
                is(one.tacos()),
            ),
            fact(both("Share of a line's products", "产品线占比目标"), Unit::Percent, told.share),
        ],
    )
}

async fn thresholds(
    ground: &Ground<'_>,
    one: &Placed,
    told: &Told,
) -> Result<argosy_chapter::board::Section, ChapterError> {
    let held = ground.desk.thresholds().await?;
    let paired = Paired::of(ground);
    let sellers = paired.sellers(&one.figures.sku);
    let columns = vec![
        column("rule", both("Rule", "规则"), Unit::Text),
        column("threshold", both("Threshold", "阈值"), Unit::Text),
        column("role", both("Of the role", "角色值"), Unit::Number),
        column("now", both("In force for its seller SKUs", "当前卖家 SKU 值"), Unit::Text),
    ];
    let row = |of: &super::RoleThreshold| {
        let now: Vec<String> = sellers
            .iter()
            .filter_map(|(store, sku)| set::value(&held, of, store, sku))
            .map(|value| value.normalize().to_string())
            .collect();
        let row = Row::new(format!("{} {}", of.rule, of.name))
            .with("rule", of.rule.clone())
            .with("threshold", of.name.clone())
            .with("role", of.value);
        if now.is_empty() {
            let why = both("set the role, and it is written", "设定角色后写入");
            return row.noted("now", why);
        }
        row.with("now", now.join(", "))
    };
    let rows = told.thresholds.iter().map(row).collect();
    Ok(table(both("What the role changes for rules", "角色调整的规则阈值"), columns, rows))
}

/// Sets a role for products.
pub(crate) async fn set(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let role = text(&order.form, "role").and_then(Role::from_id);
    let role = role.ok_or_else(|| ChapterError::told("choose a role", "请选择角色"))?;
    let reason =
        owned(&order.form, "reason").ok_or_else(|| ChapterError::told("say why", "请填写理由"))?;
    let wanted =
        order.rows.iter().map(|sku| Wanted { sku: sku.clone(), role, reason: reason.clone() });
    set::set(ground, wanted.collect(), &order.who).await
}

/// Sets the roles that are proposed, each with its reason.
pub(crate) async fn accept(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let known = known(ground.files)?;
    let Some(roles) = &known.roles else {
        return Err(ChapterError::told("matrix.toml is missing", "缺少 matrix.toml"));
    };
    let matrix = matrix(ground, roles, &order.params).await?;
    let wanted: Vec<Wanted> = matrix
        .placed
        .iter()
        .filter(|one| order.rows.contains(&one.figures.sku))
        .filter_map(|one| {
            let says = &one.proposal.says;
            let reason = format!("{} / {}", says.en, says.zh_cn);
            Some(Wanted { sku: one.figures.sku.clone(), role: one.proposal.role?, reason })
        })
        .collect();
    if wanted.is_empty() {
        return Err(ChapterError::told(
            "no role is proposed for these products: set one with a reason",
            "所选产品没有建议角色，请手工设定并注明理由",
        ));
    }
    set::set(ground, wanted, &order.who).await
}
