//! The loop as the faces use it: the rules looked up, the facts opened, the desk written.
//!
//! What is right or wrong about a finding, an effect or an experiment is decided in the room of the
//! loop; here it is brought together with who is asking and what is stored.

mod detect;
mod measure;
mod record;
mod run;
mod says;

use argosy_desk::{DeskError, Experiment, Scope, Task};
use argosy_kernel::{Currency, Day, Text, knowledge::nearest};
use argosy_loop::{
    LoopError,
    accept::{self, Acceptance},
    effect::{DeclaredEffect, EffectError, EffectInput, Measurable, Subject},
    experiment::{self, ExperimentKind, ExperimentPlan, ExperimentPower, HoldoutCounts},
    finding::{EffectPlan, Finding, Threshold, ThresholdScope},
    watch::{self, Preview, PreviewQuestion, WatchQuestion},
};
use chrono::Utc;

pub(crate) use detect::{Axis, axis, detect};
pub(crate) use measure::measure;
pub(crate) use record::{Records, gains, records};
pub(crate) use run::{newest_day, run};
pub(crate) use says::{says, says_of_new};

use crate::{app::App, error::Error, questions};

/// The rule runs as of every so many days of a preview.
const PREVIEW_EVERY: u32 = 7;

impl From<LoopError> for Error {
    fn from(error: LoopError) -> Self {
        match error {
            LoopError::UnknownRule { id, hint } => Self::told(
                format!("there is no rule `{id}`; {hint}"),
                format!("没有规则 `{id}`；请查看规则列表"),
            ),
            LoopError::Ask(error) => error.into(),
            LoopError::Facts(error) => error.into(),
        }
    }
}

impl From<EffectError> for Error {
    fn from(error: EffectError) -> Self {
        match error {
            EffectError::Question { says, .. } => Self::Told(says),
            EffectError::Ask(error) => error.into(),
            EffectError::Facts(error) => error.into(),
        }
    }
}

/// What somebody chooses beside what is said of a task.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Choice<'a> {
    /// One of the finding's plays; the first of them when absent.
    pub play: Option<&'a str>,
    /// Of the finding as it was looked at.
    pub revision: Option<i64>,
}

/// Makes a task of a finding: checklist and due day from the play, owner as proposed.
///
/// # Errors
/// [`Error::Told`] for an unknown play or metric; what the desk refuses.
pub(crate) async fn accept(
    app: &App,
    id: &str,
    mut said: Acceptance,
    choice: Choice<'_>,
    (login, who): (&str, &str),
) -> Result<Task, Error> {
    let stored = app.desk().finding(id).await?;
    let finding = accept::read(stored.body)?;
    let rules = app.rules();
    let play = match choice.play {
        Some(wanted) => Some(rules.play(wanted).ok_or_else(|| {
            Error::told(
                format!("there is no play `{wanted}`; look at the plays of the finding"),
                format!("没有方案 `{wanted}`；请查看该发现的可选方案"),
            )
        })?),
        None => finding.plays().first().and_then(|first| rules.play(first)),
    };
    if let Some(promise) = &said.promise {
        check_metric(app, &promise.metric)?;
    }
    if said.owner.is_none() {
        let asker = app.desk().users().await?.into_iter().find(|user| user.login == login);
        said.owner = stored.owner.or_else(|| asker.map(|user| user.login));
    }
    let company = app.company().await?;
    let today = Utc::now().date_naive();
    let task = accept::task_of(&finding, play, &said, (today, &company.language));
    Ok(app.desk().accept_finding(id, choice.revision, &task, who).await?)
}

/// Refuses a metric that nobody knows.
///
/// # Errors
/// [`Error::Told`] names the nearest one.
pub(crate) fn check_metric(app: &App, id: &str) -> Result<(), Error> {
    let engine = app.engine();
    if engine.registry().get(id).is_some() {
        return Ok(());
    }
    let near = nearest(id, engine.registry().iter().map(|metric| metric.id.as_str()));
    let (en, zh) = near.map_or_else(
        || ("look at the list of metrics".to_owned(), "请查看指标列表".to_owned()),
        |near| (format!("did you mean `{near}`?"), format!("是否为 `{near}`？")),
    );
    Err(Error::told(format!("there is no metric `{id}`; {en}"), format!("没有指标 `{id}`；{zh}")))
}

/// Refuses a run that cannot be: an unknown rule, a day to come.
///
/// # Errors
/// [`Error::Told`].
pub(crate) fn check_run(app: &App, day: Option<Day>, rules: &[String]) -> Result<(), Error> {
    let known = app.rules();
    for id in rules {
        if known.get(id).is_none() {
            return Err(Error::told(
                format!("there is no rule `{id}`; look at the list of rules"),
                format!("没有规则 `{id}`；请查看规则列表"),
            ));
        }
    }
    match day.filter(|day| *day > Utc::now().date_naive()) {
        Some(day) => Err(Error::told(
            format!("{day} has not come yet; choose a day that facts can be there for"),
            format!("{day} 尚未到来，请选择已有数据的日期"),
        )),
        None => Ok(()),
    }
}

/// The smallest effect that could be told if a finding were acted on now.
///
/// # Errors
/// [`Error::Told`] for windows or metrics that make no sense.
pub(crate) async fn measurable(
    app: &App,
    finding: &Finding,
    plan: &EffectPlan,
) -> Result<Measurable, Error> {
    check_metric(app, &plan.metric)?;
    let Some(subject) = Subject::from_key(&finding.subject.key) else {
        return Err(Error::told(
            "this finding is of no single store, so there is nothing to compare it with",
            "该发现不属于单一店铺，无法找到对照来衡量效果",
        ));
    };
    let today = Utc::now().date_naive();
    let currency = app.reporting_currency().await?;
    let declared = DeclaredEffect::from_plan(plan, currency, today);
    let changes = measure::changes_of(app, &subject.store, today).await?;
    let (effects, promised) = (app.effects(), finding.monthly);
    questions::with_engine(app, None, async |engine, session, desk| {
        let input = EffectInput { engine, session, desk, changes: &changes, day: today };
        Ok(effects.plan(&input, &subject, &declared, Some(promised)).await?)
    })
    .await
}

/// How often a rule would have fired in the last days.
///
/// # Errors
/// As [`run`].
pub(crate) async fn preview(
    app: &App,
    rule: &str,
    tried: Vec<Threshold>,
    last_days: u32,
) -> Result<Preview, Error> {
    let (rules, engine) = (app.rules(), app.engine());
    let ground = run::Ground::read(app).await?;
    let mut thresholds = run::thresholds(app).await?;
    thresholds.retain(|known| {
        !tried.iter().any(|one| {
            (&one.rule, &one.name, &one.scope) == (&known.rule, &known.name, &known.scope)
        })
    });
    thresholds.extend(tried);
    let Some(day) = run::newest_day(app).await? else {
        return Err(run::no_facts());
    };
    let wanted = PreviewQuestion {
        rule: rule.to_owned(),
        question: WatchQuestion {
            day,
            currency: app.reporting_currency().await?,
            rules: Vec::new(),
            filters: Default::default(),
        },
        last_days,
        every: PREVIEW_EVERY,
    };
    let ids = [rule.to_owned()];
    let failed = ground.lay_boards(app, &rules, &ids).await?;
    let input = ground.input(&engine, &thresholds);
    let mut told = watch::preview(&rules, &input, &wanted, &thresholds).await?;
    if let (Some(problem), Some(text)) = (&mut told.problem, failed.into_values().next()) {
        problem.text = text;
    }
    Ok(told)
}

/// A scope of the desk as the rules know it; products have no thresholds.
pub(crate) fn threshold_scope(scope: Scope) -> Option<ThresholdScope> {
    Some(match scope {
        Scope::Sku { store, sku } => ThresholdScope::Sku { store, sku },
        Scope::Category { category } => ThresholdScope::Category { name: category },
        Scope::Store { store } => ThresholdScope::Store { name: store },
        Scope::Global => ThresholdScope::Global,
        Scope::Product { .. } => return None,
    })
}

/// What an experiment could tell.
///
/// # Errors
/// [`Error::Told`] for a plan that makes no sense.
pub(crate) async fn power(app: &App, plan: &ExperimentPlan) -> Result<ExperimentPower, Error> {
    let today = Utc::now().date_naive();
    let changes = measure::changes_of(app, &plan.store, today).await?;
    let effects = app.effects();
    questions::with_engine(app, None, async |engine, session, desk| {
        let input = EffectInput { engine, session, desk, changes: &changes, day: today };
        Ok(experiment::plan(&effects, &input, plan).await?)
    })
    .await
}

/// What an experiment has told so far, kept with it.
///
/// # Errors
/// [`Error::Told`] when it has not begun; a hold-out needs its counts.
pub(crate) async fn analyse(
    app: &App,
    id: i64,
    counts: Option<&HoldoutCounts>,
    who: &str,
) -> Result<Experiment, Error> {
    let experiment = app.desk().experiment(id).await?;
    let today = Utc::now().date_naive();
    if today <= experiment.start {
        let start = experiment.start;
        return Err(Error::told(
            format!("the experiment begins on {start}; there is nothing to tell yet"),
            format!("实验将于 {start} 开始，目前尚无结果"),
        ));
    }
    let damaged = |error: serde_json::Error| {
        DeskError::Damaged(format!("the plan of experiment {id} cannot be read: {error}"))
    };
    let plan: ExperimentPlan = serde_json::from_value(experiment.plan.clone()).map_err(damaged)?;
    let power: ExperimentPower =
        serde_json::from_value(experiment.power.clone()).map_err(damaged)?;
    if plan.kind == ExperimentKind::Holdout && counts.is_none() {
        return Err(Error::told(
            "say how many got the mailing and how many did what was hoped for, in both groups",
            "请填写两组的收件人数与达成人数",
        ));
    }
    let changes = measure::changes_of(app, &plan.store, today).await?;
    let effects = app.effects();
    let told = questions::with_engine(app, None, async |engine, session, desk| {
        let input = EffectInput { engine, session, desk, changes: &changes, day: today };
        let told = experiment::analyse(&effects, &input, &plan, &power.assignment, counts).await?;
        Ok(serde_json::to_value(told).unwrap_or_default())
    })
    .await?;
    app.desk().save_experiment_result(id, &told, who).await?;
    Ok(app.desk().experiment(id).await?)
}

/// The same text in both languages.
pub(crate) fn plain(text: &str) -> Text {
    Text { en: text.to_owned(), zh_cn: text.to_owned() }
}

/// An amount that is shown, of a figure that is only estimated.
pub(crate) fn money(amount: rust_decimal::Decimal, currency: Currency) -> argosy_kernel::Money {
    argosy_kernel::Money::new(amount, currency).rounded()
}
