//! Telling people what happens: what a receiver has not been told becomes messages, and messages
//! are sent and tried again.
//!
//! The audit log is the stream that is followed, so nothing that happened while the server was down
//! is left out; what was told is noted down together with the message, so nothing is told twice.

mod collect;
mod words;

use std::time::Duration;

use argosy_desk::{messages::Message as Letter, receivers::Receiver};
use argosy_notify::{Allowed, Form, Message, Smtp, SmtpSecurity, send_email, send_webhook};

use crate::{app::App, error::Error, home::Mail};

pub use words::Words;

/// How often the server looks.
const EVERY: Duration = Duration::from_secs(60);
/// Messages sent in one go; the rest follow in the next.
const AT_ONCE: u64 = 100;
/// The kind of receiver that is no webhook.
pub const EMAIL: &str = "email";

/// Kinds of receivers, as the API names them.
pub fn kinds() -> Vec<&'static str> {
    std::iter::once(EMAIL).chain(Form::ALL.map(Form::id)).collect()
}

/// What one look brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Outcome {
    pub written: usize,
    pub sent: usize,
    pub failed: usize,
}

/// Looks and sends every minute until the task is dropped.
pub async fn run(app: App) {
    loop {
        if let Err(error) = look(&app).await {
            tracing::warn!(%error, "messages could not be written; it is tried again in a minute");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Writes what receivers have not been told, and sends what waits.
///
/// # Errors
/// When the desk cannot be read or written; a message that does not arrive is no error.
pub async fn look(app: &App) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    for receiver in app.desk().receivers().await?.iter().filter(|receiver| receiver.active) {
        outcome.written += collect::for_receiver(app, receiver, chrono::Utc::now()).await?;
    }
    for letter in app.desk().due_messages(AT_ONCE).await? {
        let receiver = app.desk().receiver(letter.receiver).await?;
        match deliver(app, &receiver, &letter).await {
            Ok(()) => {
                app.desk().message_sent(letter.id).await?;
                outcome.sent += 1;
            }
            Err(wrong) => {
                app.desk().message_failed(&letter, &wrong.says, wrong.again).await?;
                outcome.failed += 1;
            }
        }
    }
    app.desk().sweep_messages().await?;
    Ok(outcome)
}

/// Sends a trial message to a receiver at once.
///
/// # Errors
/// Why it did not arrive.
pub async fn try_out(app: &App, receiver: &Receiver, who: &str) -> Result<(), String> {
    let words = Words::load(&app.files()).map_err(|error| error.to_string())?;
    let message = words.trial(&receiver.language, who);
    send(app, receiver, message).await.map_err(|wrong| wrong.says)
}

/// Looks at an address before it is kept.
///
/// # Errors
/// A sentence about what is wrong with it; it does not repeat a webhook's address.
pub fn check_address(kind: &str, address: &str) -> Result<(), String> {
    let address = address.trim();
    if address.len() > 2_000 {
        return Err("the address is too long".to_owned());
    }
    if kind == EMAIL {
        let mut parts = address.split([',', ';', '\n']).map(str::trim);
        let is_mail = |part: &str| part.is_empty() || part.contains('@');
        return match parts.find(|part| !is_mail(part)) {
            Some(part) => Err(format!("`{part}` is no e-mail address")),
            None => Ok(()),
        };
    }
    match address.starts_with("https://") || address.starts_with("http://") {
        true => Ok(()),
        false => Err("the address of a webhook begins with https://".to_owned()),
    }
}

/// Seals an address or a secret for the desk.
pub fn sealed(app: &App, text: &str) -> String {
    app.vault().seal(text.trim().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why a message did not arrive, and whether a later try may help.
struct Wrong {
    says: String,
    again: bool,
}

async fn deliver(app: &App, receiver: &Receiver, letter: &Letter) -> Result<(), Wrong> {
    let never = |says: String| Wrong { says, again: false };
    let message: Message = serde_json::from_value(letter.body.clone())
        .map_err(|error| never(format!("the message is damaged: {error}")))?;
    send(app, receiver, message).await
}

async fn send(app: &App, receiver: &Receiver, message: Message) -> Result<(), Wrong> {
    let never = |says: &str| Wrong { says: says.to_owned(), again: false };
    let address = opened(app, &receiver.address)
        .ok_or_else(|| never("the address cannot be unsealed; enter it again"))?;
    let config = app.home().config.clone();
    let task = match Form::from_id(&receiver.kind) {
        None => {
            let password = config.mail.password(app.home().path()).map_err(|says| never(&says))?;
            let smtp = smtp(&config.mail, password)
                .ok_or_else(|| never("no mail server is set up; fill in [mail] of argosy.toml"))?;
            let to: Vec<String> =
                address.split([',', ';', '\n']).map(str::trim).map(str::to_owned).collect();
            let to: Vec<String> = to.into_iter().filter(|to| !to.is_empty()).collect();
            tokio::task::spawn_blocking(move || {
                send_email(&smtp, &to, &message)
                    .map_err(|error| Wrong { again: error.is_passing(), says: error.to_string() })
            })
        }
        Some(form) => {
            let secret = match &receiver.secret {
                Some(sealed) => Some(
                    opened(app, sealed)
                        .ok_or_else(|| never("the secret cannot be unsealed; enter it again"))?,
                ),
                None => None,
            };
            let allowed = Allowed::new(config.notify.allow_hosts);
            tokio::task::spawn_blocking(move || {
                send_webhook(form, &address, secret.as_deref(), &message, &allowed)
                    .map_err(|error| Wrong { again: error.is_passing(), says: error.to_string() })
            })
        }
    };
    task.await.unwrap_or_else(|_| Err(Wrong { says: "sending broke off".into(), again: true }))
}

/// The mail server of the settings; `None` when none is named.
fn smtp(mail: &Mail, password: Option<String>) -> Option<Smtp> {
    let security = match mail.security.as_str() {
        "tls" => SmtpSecurity::Tls,
        "none" => SmtpSecurity::None,
        _ => SmtpSecurity::StartTls,
    };
    (!mail.host.is_empty()).then(|| Smtp {
        host: mail.host.clone(),
        port: mail.port,
        security,
        user: Some(mail.user.clone()).filter(|user| !user.is_empty()),
        password,
        from: mail.from.clone(),
    })
}

fn opened(app: &App, sealed: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = sealed
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let plain = app.vault().unseal(&bytes?).ok()?;
    String::from_utf8(plain.to_vec()).ok()
}
