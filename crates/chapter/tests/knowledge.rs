//! The kinds, boards and menus that stand in `knowledge/` are right.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::Path;

use argosy_chapter::{board::Boards, kind::Kinds, menu::Menus};
use argosy_kernel::{Diagnostic, Files, Origin};

fn add(files: &mut Files, root: &Path, folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            add(files, root, &path);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            files.add(name, std::fs::read_to_string(&path).unwrap(), Origin::BuiltIn);
        }
    }
}

fn told(wrong: &[Diagnostic]) -> String {
    wrong.iter().map(|one| format!("{one}\n\n")).collect()
}

#[test]
fn every_kind_board_and_menu_is_right_and_speaks_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = Files::default();
    for folder in ["records", "boards", "chapters"] {
        add(&mut files, &root, &root.join(folder));
    }
    let kinds = Kinds::load(&files).unwrap_or_else(|wrong| panic!("{}", told(&wrong)));
    let boards = Boards::load(&files, &kinds).unwrap_or_else(|wrong| panic!("{}", told(&wrong)));
    let menus =
        Menus::load(&files, &kinds, &boards).unwrap_or_else(|wrong| panic!("{}", told(&wrong)));
    for kind in kinds.iter() {
        let has_menu = menus.get(&kind.chapter).is_some();
        assert!(has_menu, "{}: chapter `{}` has no menu", kind.id, kind.chapter);
    }
}
