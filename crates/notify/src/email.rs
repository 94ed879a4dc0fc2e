//! One message by e-mail.

use lettre::{
    Message as Letter, SmtpTransport, Transport,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use serde::{Deserialize, Serialize};

use crate::{Message, TIMEOUT};

/// How the way to the mail server is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    /// Encrypted from the first byte (port 465).
    Tls,
    /// Encrypted after the greeting, never without (port 587).
    StartTls,
    /// Not encrypted: for a server on this machine only.
    None,
}

/// The mail server that takes the company's letters.
#[derive(Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    pub user: Option<String>,
    pub password: Option<String>,
    /// Whom the letter is from, as `Argosy <argosy@example.com>`.
    pub from: String,
}

/// Why a letter was not taken. The password is in none of them.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EmailError {
    #[error("`{0}` is no e-mail address")]
    Address(String),
    #[error("without encryption only a mail server on this machine is used")]
    Unprotected,
    #[error("the mail server refused the letter: {0}")]
    Refused(String),
    #[error("the mail server cannot be reached; check host, port and security")]
    Unreachable,
}

impl EmailError {
    /// Whether a later attempt may succeed.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable)
    }
}

/// Sends `message` to all of `to`, each seeing only the own address.
///
/// # Errors
/// The first [`EmailError`]; letters before it have gone.
pub fn send_email(smtp: &Smtp, to: &[String], message: &Message) -> Result<(), EmailError> {
    let server = transport(smtp)?;
    let from = mailbox(&smtp.from)?;
    let receivers = to.iter().map(|to| mailbox(to)).collect::<Result<Vec<_>, _>>()?;
    for to in receivers {
        let letter = Letter::builder()
            .from(from.clone())
            .to(to)
            .subject(message.title.replace(['\r', '\n'], " "))
            .header(ContentType::TEXT_PLAIN)
            .body(message.plain())
            .map_err(|error| EmailError::Refused(error.to_string()))?;
        server.send(&letter).map_err(|error| {
            let refused = error.is_permanent() || error.is_transient();
            match refused {
                true => EmailError::Refused(error.to_string()),
                false => EmailError::Unreachable,
            }
        })?;
    }
    Ok(())
}

fn mailbox(address: &str) -> Result<Mailbox, EmailError> {
    address.trim().parse().map_err(|_| EmailError::Address(address.trim().to_owned()))
}

fn transport(smtp: &Smtp) -> Result<SmtpTransport, EmailError> {
    let parameters = || TlsParameters::new(smtp.host.clone()).map_err(|_| EmailError::Unreachable);
    let tls = match smtp.security {
        SmtpSecurity::Tls => Tls::Wrapper(parameters()?),
        SmtpSecurity::StartTls => Tls::Required(parameters()?),
        SmtpSecurity::None => {
            let here = ["localhost", "127.0.0.1", "::1"];
            if !here.contains(&smtp.host.as_str()) {
                return Err(EmailError::Unprotected);
            }
            Tls::None
        }
    };
    let mut builder = SmtpTransport::builder_dangerous(smtp.host.clone())
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(TIMEOUT));
    if let (Some(user), Some(password)) = (&smtp.user, &smtp.password) {
        builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
    }
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
        thread,
    };

    use super::*;
    use crate::Item;

    fn message() -> Message {
        Message { title: "今日 3 条发现".into(), items: vec![Item::new("断货 LAMP-01")] }
    }

    /// A mail server of one conversation that says what it was told.
    fn server(refuses: bool) -> (Smtp, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let handle = thread::spawn(move || {
            let (stream, _) = listener.accept().expect("one guest");
            let mut writer = stream.try_clone().expect("two ends");
            let mut said = String::new();
            writer.write_all(b"220 here\r\n").expect("greeting");
            let mut in_letter = false;
            for line in BufReader::new(stream).lines() {
                let Ok(line) = line else { break };
                said.push_str(&line);
                said.push('\n');
                let answer: &[u8] = match line.as_str() {
                    "." if in_letter => {
                        in_letter = false;
                        b"250 taken\r\n"
                    }
                    _ if in_letter => continue,
                    "DATA" => {
                        in_letter = true;
                        b"354 go on\r\n"
                    }
                    "QUIT" => break,
                    line if line.starts_with("RCPT") && refuses => b"550 no such user\r\n",
                    _ => b"250 good\r\n",
                };
                writer.write_all(answer).expect("an answer");
            }
            said
        });
        let smtp = Smtp {
            host: "127.0.0.1".into(),
            port,
            security: SmtpSecurity::None,
            user: None,
            password: None,
            from: "Argosy <argosy@example.com>".into(),
        };
        (smtp, handle)
    }

    #[test]
    fn a_letter_arrives_with_its_title_and_lines() {
        let (smtp, handle) = server(false);
        send_email(&smtp, &["boss@example.com".into()], &message()).expect("taken");
        drop(smtp);
        let said = handle.join().expect("a conversation");
        assert!(said.contains("RCPT TO:<boss@example.com>"), "{said}");
        assert!(said.contains("Subject: =?utf-8?"), "{said}");
    }

    #[test]
    fn bad_addresses_and_refusals_are_told_plainly() {
        let (smtp, _handle) = server(true);
        let told = send_email(&smtp, &["boss@example.com".into()], &message());
        assert!(matches!(told, Err(EmailError::Refused(_))), "{told:?}");
        let wrong = send_email(&smtp, &["no address".into()], &message());
        assert_eq!(wrong, Err(EmailError::Address("no address".into())));
        let far = Smtp { host: "mail.example.com".into(), ..smtp };
        assert_eq!(send_email(&far, &[], &message()), Err(EmailError::Unprotected));
    }
}
