//! Certificates of suppliers and when they end.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Row},
    face::{ChapterError, Ground},
};
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::standing::Standards;
use crate::{
    choice::show::{number, row_id},
    model::supply::Supply,
};

/// Days before the end at which a certificate is told, where nothing else is said.
const SOON_DAYS: i64 = 90;

pub(super) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let supply = Supply::read(ground, &["supplier"], &[]).await?;
    let usual = Standards::load(ground.files).map_or(SOON_DAYS, |known| known.certificate_days);
    let soon = number(params, "days").and_then(|days| days.to_i64()).unwrap_or(usual);
    let mut board = Board { day: Some(ground.today), ..Board::default() };
    let (mut ended, mut ending) = (0_i64, 0_i64);
    for supplier in supply.suppliers.values().filter(|one| !one.is(&["ended"])) {
        for (at, one) in supplier.body.certificates.iter().enumerate() {
            let left = one.until.map(|until| (until - ground.today).num_days());
            let state = match left {
                Some(left) if left < 0 => "ended",
                Some(left) if left <= soon => "ending",
                Some(_) => "valid",
                None => "open",
            };
            ended += i64::from(state == "ended");
            ending += i64::from(state == "ending");
            let number = one.number.clone().unwrap_or_else(|| format!("#{}", at + 1));
            let row = Row::new(row_id(&[&supplier.id, &one.kind, &number]))
                .with("supplier", supplier.id.as_str())
                .with("name", supplier.body.name.as_str())
                .with("kind", one.kind.as_str())
                .with("number", number)
                .with("from", one.from)
                .with("until", one.until)
                .with("days", left)
                .with("state", state);
            board.rows.push(row);
        }
    }
    board.tiles.insert("ended".to_owned(), ended.into());
    board.tiles.insert("ending".to_owned(), ending.into());
    Ok(board)
}
