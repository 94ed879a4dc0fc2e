//! What the people of the demo company noted about products and supply, kept as any of them would
//! have kept it: through the book, with all its checks.

use argosy_chapter::book::{Book, New};
use argosy_sim::Noted;

use crate::{
    app::App,
    chapters::{self, Floor},
    error::Error,
};

/// Saves the records kind after kind; each refers only to kinds before it. A kind that has records
/// was kept by a making that was interrupted.
///
/// # Errors
/// When a record is refused or the desk cannot be written.
pub(super) async fn note(app: &App, noted: Vec<Noted>) -> Result<usize, Error> {
    let floor = Floor::open(app).await?;
    let ground = floor.ground(&chapters::nobody);
    let book = Book::by_argosy(&ground, chapters::all());
    let mut kinds: Vec<(&str, Vec<New>)> = Vec::new();
    for one in noted {
        let kind = one.kind;
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, group)) => group.push(new(one)),
            None => kinds.push((kind, vec![new(one)])),
        }
    }
    let mut count = 0;
    for (kind, group) in kinds {
        if app.desk().record_keys(kind).await?.is_empty() {
            count += book.save(group, "cli").await?.len();
        }
    }
    floor.leave();
    Ok(count)
}

fn new(noted: Noted) -> New {
    New {
        kind: noted.kind.to_owned(),
        id: noted.id,
        body: noted.body,
        state: noted.state.map(str::to_owned),
        version: None,
    }
}
