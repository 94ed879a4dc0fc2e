//! `map`: an unknown table becomes a known one.

use argosy_kernel::Table as FactTable;
use serde_json::json;

use crate::{
    app::App,
    cli::{
        Outcome, args,
        import::{CLI, place, sample},
        print::{Out, shown},
    },
    error::Error,
    mapping::{self, Draft, DraftColumn, Preview},
    receive::Given,
};

pub(super) async fn map(out: Out, app: &App, args: args::Map) -> Result<Outcome, Error> {
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let given = Given::from(args.given.clone());
    let wish = Draft { table: args.table.clone().unwrap_or_default(), ..Draft::default() };
    if let Some(table) = args.table.as_deref().filter(|name| FactTable::from_name(name).is_none()) {
        let known = FactTable::ALL.map(FactTable::name).join(", ");
        return Err(Error::told(
            format!("there is no table `{table}`; use one of {known}"),
            format!("没有表 `{table}`；可用：{known}"),
        ));
    }
    let guess = mapping::preview(app, &args.file, &name, Some(wish), &given).await?;
    let draft = changed(guess.draft, &args)?;
    let preview = mapping::preview(app, &args.file, &name, Some(draft), &given).await?;
    if args.suggest {
        match out.json {
            true => out.json(&json!({ "draft": preview.draft, "definition_toml": preview.toml })),
            false => out.text(&preview.toml),
        }
        return Ok(Outcome::Good);
    }
    let facts: u64 =
        preview.walk.iter().flat_map(|walk| &walk.parts).flat_map(|part| part.facts.values()).sum();
    let saved = match &args.save {
        Some(_) if facts > 0 => {
            let saved = mapping::save(app, preview.draft.clone(), &name).await?;
            mapping::note(app, "mapping_saved", &saved.id, CLI).await?;
            Some(saved)
        }
        _ => None,
    };
    if out.json {
        out.json(&json!({
            "draft": preview.draft,
            "definition_toml": preview.toml,
            "facts": facts,
            "problems": preview.problems.iter().map(|p| app.texts().describe(p)).collect::<Vec<_>>(),
            "saved": saved,
        }));
    } else {
        tell(out, app, &preview);
    }
    match (&saved, &args.save) {
        (Some(saved), _) => out.say(
            &format!("saved as {}; import the file now: argosy import {name}", saved.id),
            &format!("已保存为 {}；现在可以导入：argosy import {name}", saved.id),
        ),
        (None, Some(_)) => {
            return Err(Error::told(
                "nothing was saved: the mapping makes no facts",
                "未保存：该映射没有产生任何数据",
            ));
        }
        (None, None) => out.say(
            "nothing is saved; add --save ID when the facts are right",
            "尚未保存；确认无误后加上 --save 名称",
        ),
    }
    Ok(Outcome::of(facts > 0))
}

/// The guess with what was said on the command line.
fn changed(mut draft: Draft, args: &args::Map) -> Result<Draft, Error> {
    if let Some(channel) = &args.given.channel {
        draft.channel.clone_from(channel);
    }
    if let Some(id) = &args.save {
        draft.id = id.rsplit('.').next().unwrap_or(id).to_owned();
    }
    if let Some(name) = &args.name {
        draft.name.clone_from(name);
    }
    for text in &args.kinds {
        let (header, kind) = pair(text)?;
        let (kind, format) =
            kind.split_once(':').map_or((kind, None), |(kind, format)| (kind, Some(format)));
        let column = column_mut(&mut draft, header)?;
        kind.clone_into(&mut column.kind);
        column.formats = format.map(str::to_owned).into_iter().collect();
    }
    for text in &args.set {
        let (to, from) = pair(text)?;
        forget(&mut draft, to);
        match column_mut(&mut draft, from) {
            Ok(column) => column.to.push(to.to_owned()),
            // No header: an expression over the names of columns.
            Err(_) => drop(draft.computed.insert(to.to_owned(), from.to_owned())),
        }
    }
    for text in &args.fixed {
        let (to, value) = pair(text)?;
        forget(&mut draft, to);
        draft.fixed.insert(to.to_owned(), value.to_owned());
    }
    if !args.container.is_empty() {
        draft.replace_by.clone_from(&args.container);
    }
    Ok(draft)
}

fn pair(text: &str) -> Result<(&str, &str), Error> {
    text.split_once('=').map(|(left, right)| (left.trim(), right.trim())).ok_or_else(|| {
        Error::told(
            format!("`{text}` lacks `=`; write it as column=value"),
            format!("`{text}` 缺少 `=`；请写成 列=值"),
        )
    })
}

fn column_mut<'a>(draft: &'a mut Draft, header: &str) -> Result<&'a mut DraftColumn, Error> {
    let known = |column: &&mut DraftColumn| column.from == header || column.name == header;
    draft.columns.iter_mut().find(known).ok_or_else(|| {
        Error::told(
            format!("the file has no column `{header}`"),
            format!("文件中没有列 `{header}`"),
        )
    })
}

/// What was guessed or said before about a fact column.
fn forget(draft: &mut Draft, to: &str) {
    for column in &mut draft.columns {
        column.to.retain(|known| known != to);
    }
    draft.fixed.remove(to);
    draft.computed.remove(to);
}

fn tell(out: Out, app: &App, preview: &Preview) {
    let draft = &preview.draft;
    out.line(&format!("{} → {}", preview.file_name, draft.table));
    for column in &draft.columns {
        let to = column.to.join(", ");
        let arrow = if to.is_empty() { String::new() } else { format!(" → {to}") };
        out.line(&format!("  {} ({}){arrow}", shown(&column.from), column.kind));
    }
    for (to, sql) in &draft.computed {
        out.line(&format!("  {sql} → {to}"));
    }
    for (to, value) in &draft.fixed {
        out.line(&format!("  '{value}' → {to}"));
    }
    out.say(
        &format!("  replaced together: {}", draft.replace_by.join(", ")),
        &format!("  按此整体替换：{}", draft.replace_by.join("，")),
    );
    for part in preview.walk.iter().flat_map(|walk| &walk.parts) {
        for (table, rows) in &part.facts {
            out.line(&format!("{} × {rows}", table.name()));
        }
        for table in part.translated.values() {
            sample(out, table);
        }
    }
    const PROBLEMS: usize = 10;
    for problem in preview.problems.iter().take(PROBLEMS) {
        let sentence = app.texts().sentence(problem);
        let said = out.lang.pick(&sentence.en, &sentence.zh_cn);
        out.line(&format!("! {}{said}", place(out, problem)));
    }
}
