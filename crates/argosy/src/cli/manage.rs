//! `init`, `user`, `check`, `files`, `templates`: the home and the people.

use std::io::{BufRead as _, IsTerminal as _};

use argosy_desk::{NewUser, Role, UserChange};
use argosy_intake::Definitions;
use argosy_kernel::{Currency, Diagnostic, Table as FactTable};
use argosy_loop::{effect::Effects, rules::Rules};
use argosy_metrics::Engine;
use serde_json::json;

use crate::{
    app::{App, Company},
    checks,
    cli::{
        Outcome, Print as _,
        args::{self, Global, UserAction},
        import::CLI,
        print::{Out, Table},
    },
    download::Kind,
    error::Error,
    home::Home,
    knowledge::{self, Chapters},
    mapping::Words,
    templates::{self, NAMES},
    texts::Texts,
};

pub(super) async fn init(out: Out, global: &Global, args: args::Init) -> Result<Outcome, Error> {
    let currency: Currency = args.currency.parse()?;
    let name = args.company.as_deref().map(checks::company).transpose()?;
    let home = Home::create(&Home::locate(global.home.as_deref()))?;
    let path = home.path().display().to_string();
    let app = App::open(home).await?;
    let language = out.lang.code().to_owned();
    let before = app.company().await?;
    let company =
        Company { name: name.unwrap_or(before.name), currency, language: language.clone() };
    app.save_company(&company, CLI).await?;
    if let Some(login) = &args.owner {
        app.desk().create_owner(login, &password(out)?, "").await?;
    }
    if out.json {
        out.json(&json!({ "home": path, "owner": args.owner, "currency": currency.code() }));
    } else {
        out.say(&format!("The home is ready: {path}"), &format!("数据目录已就绪：{path}"));
        out.say(
            "Next: `argosy import FILE…`, or `argosy serve` for the web pages",
            "下一步：`argosy import 文件…`，或用 `argosy serve` 打开网页",
        );
    }
    Ok(Outcome::Good)
}

/// The password from `ARGOSY_PASSWORD`, from the terminal without showing it, or from a pipe.
fn password(out: Out) -> Result<String, Error> {
    if let Ok(password) = std::env::var("ARGOSY_PASSWORD") {
        return Ok(password);
    }
    let failed = |source| Error::Io { path: "standard input".into(), source };
    if std::io::stdin().is_terminal() {
        let ask = out.lang.pick("Password (at least 12 characters): ", "密码（至少 12 个字符）：");
        return rpassword::prompt_password(ask).map_err(failed);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

pub(super) async fn user(
    out: Out,
    app: &App,
    command: args::UserCommand,
) -> Result<Outcome, Error> {
    match command.action {
        UserAction::Add { login, role } => {
            let role = Role::from_name(&role).ok_or_else(|| {
                let known = Role::ALL.map(Role::name).join(", ");
                Error::told(
                    format!("`{role}` is not a role; use one of {known}"),
                    format!("`{role}` 不是角色；可用：{known}"),
                )
            })?;
            // Follows the browser until something is chosen.
            let language = String::new();
            let password = password(out)?;
            let made = if app.desk().needs_owner().await? && role == Role::Owner {
                app.desk().create_owner(&login, &password, &language).await?
            } else {
                app.desk().create_user(&NewUser { login, password, role, language }, CLI).await?
            };
            told(out, &made);
        }
        UserAction::List => {
            let users = app.desk().users().await?;
            if out.json {
                out.json(&json!({ "users": users }));
                return Ok(Outcome::Good);
            }
            let mut table = Table::new(match out.lang.code() {
                "zh-CN" => ["编号", "登录名", "角色", "状态"],
                _ => ["id", "login", "role", "state"],
            });
            for user in users {
                let state = if user.active {
                    out.lang.pick("active", "启用")
                } else {
                    out.lang.pick("disabled", "停用")
                };
                table.row([&*user.id.to_string(), &*user.login, user.role.name(), state]);
            }
            out.text(&table.render());
        }
        UserAction::Disable { login } => {
            let id = find(app, &login).await?;
            let change = UserChange { active: Some(false), ..UserChange::default() };
            told(out, &app.desk().change_user(id, &change, CLI).await?);
        }
        UserAction::Password { login } => {
            let id = find(app, &login).await?;
            app.desk().set_password(id, &password(out)?, CLI).await?;
            if out.json {
                out.json(&json!({ "login": login }));
            }
            out.say("The password is set", "密码已更新");
        }
    }
    Ok(Outcome::Good)
}

fn told(out: Out, user: &argosy_desk::User) {
    if out.json {
        out.json(user);
        return;
    }
    let (login, role) = (&user.login, user.role.name());
    let state = if user.active { "" } else { out.lang.pick(", disabled", "，已停用") };
    out.line(&format!("{login}: {role}{state}"));
}

async fn find(app: &App, login: &str) -> Result<i64, Error> {
    let wanted = login.trim().to_lowercase();
    let users = app.desk().users().await?;
    users.iter().find(|user| user.login == wanted).map(|user| user.id).ok_or_else(|| {
        Error::told(format!("there is no user `{login}`"), format!("没有用户 `{login}`"))
    })
}

/// Checks all that can rot or be written wrongly: knowledge files with their examples, fact files
/// against their checksums, the chain of the audit log. Without a home only built-in knowledge is
/// checked.
pub(super) async fn check(out: Out, global: &Global) -> Result<Outcome, Error> {
    let path = Home::locate(global.home.as_deref());
    let home = match Home::open(&path) {
        Ok(home) => Some(home),
        Err(Error::NoHome(_)) if global.home.is_none() => None,
        Err(error) => return Err(error),
    };
    let company = home.as_ref().map(Home::knowledge);
    let files = knowledge::load(company.as_deref().unwrap_or(&path.join("knowledge")))?;
    let wrong = wrong_knowledge(&files).await?;
    let mut report = json!({ "knowledge_files": files.iter().count(), "diagnostics": wrong });
    let mut good = wrong.is_empty();
    if !out.json {
        wrong.iter().for_each(Diagnostic::print);
        out.say(
            &format!("knowledge: {} files, {} wrong", files.iter().count(), wrong.len()),
            &format!("知识文件：{} 个，错误 {} 处", files.iter().count(), wrong.len()),
        );
    }
    // Wrong files of the company are left out; only a wrong built-in one keeps the home shut.
    let app = match home {
        Some(home) => match App::open(home).await {
            Ok(app) => Some(app),
            Err(Error::Knowledge(_)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    if let Some(app) = app {
        let current = app.desk().current_files(None).await?;
        let damaged = app.facts().verify(&current);
        let audit = app.desk().verify_audit().await;
        good = good && damaged.is_empty() && audit.is_ok();
        report["fact_files"] = json!(current.len());
        report["damaged"] = json!(damaged);
        report["audit"] = match &audit {
            Ok(state) => json!({ "entries": state.entries, "hash": state.hash }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        if !out.json {
            damaged.iter().for_each(|problem| out.line(&format!("✗ {problem}")));
            out.say(
                &format!("facts: {} files, {} damaged", current.len(), damaged.len()),
                &format!("事实文件：{} 个，损坏 {} 个", current.len(), damaged.len()),
            );
            match &audit {
                Ok(state) => out.say(
                    &format!("audit log: {} entries, unbroken", state.entries),
                    &format!("审计日志：{} 条，完整", state.entries),
                ),
                Err(error) => out.line(&format!("✗ {error}")),
            }
        }
    }
    if out.json {
        report["good"] = json!(good);
        out.json(&report);
    }
    Ok(Outcome::of(good))
}

/// Everything wrong in the knowledge files, their examples included.
async fn wrong_knowledge(files: &argosy_kernel::Files) -> Result<Vec<Diagnostic>, Error> {
    let mut wrong = Definitions::load(files).err().unwrap_or_default();
    let chapters = Chapters::load(files);
    match Engine::new(files) {
        Ok(engine) => {
            wrong.extend(engine.check());
            match (Rules::load(files, &engine), &chapters) {
                (Ok(rules), Ok(chapters)) => {
                    wrong.extend(knowledge::check_rules(&rules, &engine, &chapters.boards).await?);
                }
                // Rules may read boards: while those are wrong, their SQL cannot be planned.
                (Ok(rules), Err(_)) => wrong.extend(rules.check()),
                (Err(more), _) => wrong.extend(more),
            }
        }
        Err(more) => wrong.extend(more),
    }
    wrong.extend(chapters.err().unwrap_or_default());
    wrong.extend(Effects::load(files).err().unwrap_or_default());
    wrong.extend(Texts::load(files).err().unwrap_or_default());
    wrong.extend(Words::load(files).err().unwrap_or_default());
    // The chart is read by two rooms: one mistake in it is told once.
    let mut told: Vec<Diagnostic> = Vec::new();
    for one in wrong {
        if !told.contains(&one) {
            told.push(one);
        }
    }
    Ok(told)
}

pub(super) async fn files(out: Out, app: &App, args: args::Files) -> Result<Outcome, Error> {
    let table = FactTable::from_name(&args.table).ok_or_else(|| {
        let known = FactTable::ALL.map(FactTable::name).join(", ");
        let table = &args.table;
        Error::told(
            format!("there is no table `{table}`; use one of {known}"),
            format!("没有表 `{table}`；可用：{known}"),
        )
    })?;
    let commit = app.analytics().commit(args.as_of).await?;
    let current = app.desk().current_files(Some(commit)).await?;
    let of_table: Vec<_> = current.into_iter().filter(|file| file.table == table).collect();
    let paths = of_table.iter().map(|file| app.facts().location_of(&file.path));
    if out.json {
        out.json(&json!({ "files": paths.collect::<Vec<_>>() }));
    } else {
        paths.for_each(|path| out.line(&path));
    }
    Ok(Outcome::Good)
}

pub(super) fn templates(
    out: Out,
    global: &Global,
    args: &args::Templates,
) -> Result<Outcome, Error> {
    let company = Home::locate(global.home.as_deref()).join("knowledge");
    let files = knowledge::load(&company)?;
    let failed = |path: &std::path::Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    std::fs::create_dir_all(&args.folder).map_err(failed(&args.folder))?;
    let mut written = Vec::new();
    for name in NAMES {
        for kind in [Kind::Xlsx, Kind::Csv] {
            let path = args.folder.join(format!("{name}.{}", kind.ending()));
            std::fs::write(&path, templates::bytes(&files, name, kind)?).map_err(failed(&path))?;
            written.push(path.display().to_string());
        }
    }
    if out.json {
        out.json(&json!({ "files": written }));
    } else {
        written.iter().for_each(|path| out.line(path));
    }
    Ok(Outcome::Good)
}
