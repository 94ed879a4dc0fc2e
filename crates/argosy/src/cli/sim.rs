//! `sim`: reports of the made-up seller, for trying out and for the bench.

use argosy_sim::{Company, Spec, load_ads, load_settlement, write_all};
use serde_json::json;

use crate::{
    cli::{Outcome, args::Sim, print::Out},
    error::Error,
};

pub(super) fn write(out: Out, what: &Sim) -> Result<Outcome, Error> {
    match what {
        Sim::Company { out: folder, orders_per_day, seed } => {
            let spec = Spec::demo().with_orders_per_day(*orders_per_day).with_seed(*seed);
            let files = write_all(&Company::generate(&spec), folder)
                .map_err(|error| Error::Usage(format!("{}: {error}", folder.display())))?;
            if out.json {
                out.json(&json!({ "files": files.len() }));
            }
            let folder = folder.display();
            out.say(
                &format!(
                    "{} reports in {folder}; the answers are in {folder}/answers",
                    files.len()
                ),
                &format!("已在 {folder} 写入 {} 份报告，答案在 {folder}/answers", files.len()),
            );
        }
        Sim::Settlement { out: file, bytes, seed } => {
            let made = load_settlement(file, *bytes, *seed)
                .map_err(|source| Error::Io { path: file.clone(), source })?;
            if out.json {
                out.json(&json!({
                    "statement": made.id, "rows": made.rows, "bytes": made.bytes,
                    "total": made.total.to_string(), "currency": made.currency,
                }));
            }
            out.say(
                &format!(
                    "settlement {} with {} rows, {} {}",
                    made.id, made.rows, made.total, made.currency
                ),
                &format!("结算 {}：{} 行，{} {}", made.id, made.rows, made.total, made.currency),
            );
        }
        Sim::Ads { out: file, rows, days, from, seed } => {
            let made = load_ads(file, *rows, *days, *from, *seed)
                .map_err(|source| Error::Io { path: file.clone(), source })?;
            if out.json {
                out.json(&json!({
                    "rows": made.rows, "bytes": made.bytes, "clicks": made.clicks,
                    "cost": made.cost.to_string(),
                }));
            }
            out.say(
                &format!("{} rows, cost {} USD", made.rows, made.cost),
                &format!("{} 行，花费 {} 美元", made.rows, made.cost),
            );
        }
    }
    Ok(Outcome::Good)
}
