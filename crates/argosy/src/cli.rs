//! The command line. Every command answers in words or, with `--json`, for programs; it exits with
//! 0 when all went well, 1 when something did not, 2 when it was typed wrongly.

mod args;
mod ask;
mod books;
mod chapters;
mod decide;
mod import;
mod manage;
mod map;
mod notify;
mod print;
mod serve;
mod sim;
mod tend;
mod work;
#[cfg(feature = "cluster")]
mod worker;

use std::{io::IsTerminal as _, process::ExitCode};

use argosy_kernel::Diagnostic;
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

pub use args::Cli;
use args::{Command, Global};
use print::Out;

use crate::{app::App, error::Error, home::Home, lang::Lang};

/// Whether a command that ran did well: an import with a file that could not be read did not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Good,
    Bad,
}

impl Outcome {
    fn of(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }
}

/// Reads the command line and carries it out.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    log(cli.global.verbose, cli.command.serves());
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(run(cli))
}

/// Carries a command out.
pub async fn run(cli: Cli) -> ExitCode {
    let lang = cli.global.lang.unwrap_or_else(Lang::from_environment);
    let out = Out { json: cli.global.json, lang };
    match dispatch(out, cli).await {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Bad) => ExitCode::FAILURE,
        Err(error) => {
            out.failure(&error);
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(out: Out, cli: Cli) -> Result<Outcome, Error> {
    let global = &cli.global;
    match cli.command {
        Command::Init(args) => manage::init(out, global, args).await,
        Command::Import(args) => import::import(out, &open(global).await?, args).await,
        Command::Walk(args) => import::walk(out, &open(global).await?, args).await,
        Command::Ask(args) => ask::ask(out, &open(global).await?, args).await,
        Command::Profit(args) => ask::profit(out, &open(global).await?, args).await,
        Command::Reconcile(args) => ask::reconcile(out, &open(global).await?, args).await,
        Command::Ledger(args) => books::ledger(out, &open(global).await?, args).await,
        Command::Quarantine(args) => books::quarantine(out, &open(global).await?, &args).await,
        Command::Book(args) => books::book(out, &open(global).await?, args).await,
        Command::Bookings => decide::bookings(out, &open(global).await?).await,
        Command::Unbook(args) => decide::unbook(out, &open(global).await?, &args).await,
        Command::Unsettled(args) => books::unsettled(out, &open(global).await?, args).await,
        Command::Warehouses(args) => decide::warehouses(out, &open(global).await?, &args).await,
        Command::Money(args) => decide::money(out, &open(global).await?, args).await,
        Command::StockValue(args) => books::stock_value(out, &open(global).await?, &args).await,
        Command::CostFlow(args) => books::cost_flow(out, &open(global).await?, args).await,
        Command::CostProblems => books::cost_problems(out, &open(global).await?).await,
        Command::Health(args) => tend::health(out, &open(global).await?, args).await,
        Command::Findings(args) => work::findings(out, &open(global).await?, args).await,
        Command::Tasks(args) => work::tasks(out, &open(global).await?, args).await,
        Command::Changes(args) => work::changes(out, &open(global).await?, args).await,
        Command::Effects(args) => work::effects(out, &open(global).await?, args).await,
        Command::Experiments(args) => work::experiments(out, &open(global).await?, args).await,
        Command::Rules(args) => work::rules(out, &open(global).await?, args).await,
        Command::Records(args) => chapters::records(out, &open(global).await?, args).await,
        Command::Board(args) => chapters::board(out, &open(global).await?, args).await,
        Command::Forecast(args) => short_cut(out, global, "forecast", args).await,
        Command::Replenish(args) => short_cut(out, global, "replenishment", args).await,
        Command::Select(args) => short_cut(out, global, "selection", args).await,
        Command::Comply(args) => short_cut(out, global, "compliance", args).await,
        Command::Stock(args) => short_cut(out, global, "stock", args).await,
        Command::Matrix(args) => short_cut(out, global, "matrix", args).await,
        Command::Shock(args) => short_cut(out, global, "shock", args).await,
        Command::Notify(args) => notify::notify(out, &open(global).await?, args).await,
        Command::Mcp(args) => notify::mcp(&open(global).await?, &args).await,
        Command::Retention(args) => tend::retention(out, &open(global).await?, &args).await,
        Command::Learn => tend::learn(out, &open(global).await?).await,
        Command::Map(args) => map::map(out, &open(global).await?, args).await,
        Command::Imports(args) => tend::imports(out, &open(global).await?, &args).await,
        Command::Undo(args) => tend::undo(out, &open(global).await?, &args).await,
        Command::Api(args) => tend::api(out, &open(global).await?, &args).await,
        Command::Sql(args) => ask::sql(out, &open(global).await?, args).await,
        Command::Files(args) => manage::files(out, &open(global).await?, args).await,
        Command::Rebuild => import::rebuild(out, &open(global).await?).await,
        Command::Check => manage::check(out, global).await,
        Command::Serve(args) => serve::serve(out, global, args).await,
        #[cfg(feature = "cluster")]
        Command::Worker(args) => worker::worker(out, global, args).await,
        Command::User(args) => manage::user(out, &open(global).await?, args).await,
        Command::Demo(args) => serve::demo(out, global, args).await,
        Command::Openapi => {
            out.text(&crate::http::openapi::json());
            Ok(Outcome::Good)
        }
        Command::Templates(args) => manage::templates(out, global, &args),
        Command::Sim(args) => sim::write(out, &args.what),
    }
}

/// A board by the word of the trade.
async fn short_cut(
    out: Out,
    global: &Global,
    board: &str,
    args: chapters::ShortCut,
) -> Result<Outcome, Error> {
    chapters::short_cut(out, &open(global).await?, board, args).await
}

async fn open(global: &Global) -> Result<App, Error> {
    App::open(home(global)?).await
}

fn home(global: &Global) -> Result<Home, Error> {
    Home::open(&Home::locate(global.home.as_deref()))
}

/// The log goes to standard error; `RUST_LOG` wins over the options.
fn log(verbose: u8, serves: bool) {
    let level = match (verbose, serves) {
        (0, false) => "warn",
        (0, true) => "info,sqlx=warn,sea_orm=warn,datafusion=warn",
        (1, _) => "info",
        (_, _) => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    // A second call (tests run commands in one process) keeps the first log.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .try_init();
}

impl Out {
    /// Says why a command could not go on.
    fn failure(self, error: &Error) {
        if self.json {
            let wrong = match error {
                Error::Knowledge(wrong) => wrong.as_slice(),
                _ => &[],
            };
            let fields = match error {
                Error::Records(fields) => fields.as_slice(),
                _ => &[],
            };
            self.json(&serde_json::json!({
                "error": { "detail": error.to_string(), "diagnostics": wrong, "fields": fields },
            }));
            return;
        }
        if let Error::Knowledge(wrong) = error {
            wrong.iter().for_each(Diagnostic::print);
        }
        eprintln!("{}: {}", self.lang.pick("error", "错误"), error.sentence(self.lang));
    }
}

trait Print {
    fn print(&self);
}

impl Print for Diagnostic {
    fn print(&self) {
        eprintln!("{self}\n");
    }
}
