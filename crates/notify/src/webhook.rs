//! One message to one webhook.

use std::time::Duration;

use chrono::Utc;
use ureq::{Agent, http::Uri, unversioned::transport::DefaultConnector};

use crate::{
    Allowed, Form, Message, TIMEOUT, form,
    guard::{PRIVATE, PublicOnly},
};

/// Longer answers are cut: only a short word of success is wanted.
const ANSWER_BYTES: u64 = 64 << 10;

/// Why a message did not arrive. None of them repeats the address.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("the address cannot be used; give one that begins with https://")]
    Address,
    #[error(
        "the address leads into a private network; name the host under [notify] allow_hosts in \
         argosy.toml if that is meant"
    )]
    Private,
    #[error("the receiver did not answer within {} seconds", TIMEOUT.as_secs())]
    Slow,
    #[error("the receiver cannot be reached ({0})")]
    Unreachable(&'static str),
    #[error("the receiver refused the message: {0}")]
    Refused(String),
}

impl WebhookError {
    /// Whether a later attempt may succeed.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Slow | Self::Unreachable(_))
    }
}

/// Sends `message` to `url` in the receiver's form.
///
/// # Errors
/// [`WebhookError`]; nothing in it repeats the address or the secret.
pub fn send_webhook(
    form: Form,
    url: &str,
    secret: Option<&str>,
    message: &Message,
    allowed: &Allowed,
) -> Result<(), WebhookError> {
    send_within(TIMEOUT, form, (url, secret), message, allowed)
}

fn send_within(
    patience: Duration,
    form: Form,
    (url, secret): (&str, Option<&str>),
    message: &Message,
    allowed: &Allowed,
) -> Result<(), WebhookError> {
    let (url, body) = form::request(form, url, secret, message, Utc::now());
    let uri: Uri = url.parse().map_err(|_| WebhookError::Address)?;
    let inside = allowed.names(&uri);
    if uri.host().is_none() || !(uri.scheme_str() == Some("https") || inside) {
        return Err(WebhookError::Address);
    }
    let config = Agent::config_builder()
        .https_only(!inside)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .http_status_as_error(false)
        .timeout_global(Some(patience))
        .build();
    let resolver = PublicOnly::new(allowed.clone());
    let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
    let sent = agent
        .post(uri)
        .header("content-type", "application/json; charset=utf-8")
        .send(body.to_string());
    let mut answer = sent.map_err(told)?;
    let status = answer.status();
    let words = answer.body_mut().with_config().limit(ANSWER_BYTES).read_to_string();
    let words = words.unwrap_or_default();
    if !status.is_success() {
        let words: String = words.chars().take(200).collect();
        return Err(match status.is_server_error() {
            true => WebhookError::Unreachable("it answered with an error of its own"),
            false => WebhookError::Refused(format!("{} {words}", status.as_u16())),
        });
    }
    form.taken(&words).map_err(WebhookError::Refused)
}

fn told(error: ureq::Error) -> WebhookError {
    match error {
        ureq::Error::Other(inner) if inner.to_string() == PRIVATE => WebhookError::Private,
        ureq::Error::Timeout(_) => WebhookError::Slow,
        ureq::Error::HostNotFound => WebhookError::Unreachable("its name is not known"),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            WebhookError::Unreachable("its certificate cannot be trusted")
        }
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => WebhookError::Address,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            WebhookError::Slow
        }
        _ => WebhookError::Unreachable("the connection failed"),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
        thread,
        time::Instant,
    };

    use super::*;
    use crate::Item;

    fn message() -> Message {
        Message { title: "t".into(), items: vec![Item::new("one")] }
    }

    /// A server that answers one request with `answer`, or never.
    fn server(answer: Option<&'static str>) -> (String, Allowed, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = listener.local_addr().expect("bound").to_string();
        let handle = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("one guest");
            let mut bytes = [0; 8192];
            let mut text = String::new();
            while !text.contains("one") {
                let read = stream.read(&mut bytes).expect("a request");
                if read == 0 {
                    break;
                }
                text.push_str(&String::from_utf8_lossy(&bytes[..read]));
            }
            match answer {
                Some(answer) => stream.write_all(answer.as_bytes()).expect("an answer"),
                None => thread::sleep(Duration::from_secs(4)),
            }
            text
        });
        (format!("http://{host}/hook/s3cret"), Allowed::new([host]), handle)
    }

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";

    #[test]
    fn a_message_reaches_an_allowed_receiver() {
        let (url, allowed, handle) = server(Some(OK));
        assert_eq!(send_webhook(Form::Slack, &url, None, &message(), &allowed), Ok(()));
        let request = handle.join().expect("a request");
        assert!(request.starts_with("POST /hook/s3cret HTTP/1.1"), "{request}");
    }

    #[test]
    fn private_addresses_are_refused_before_anything_is_sent() {
        for url in [
            "https://127.0.0.1/x",
            "https://localhost/x",
            "https://[::1]/x",
            "https://169.254.169.254/latest",
        ] {
            let told = send_webhook(Form::Json, url, None, &message(), &Allowed::default());
            assert_eq!(told, Err(WebhookError::Private), "{url}");
        }
        let plain =
            send_webhook(Form::Json, "http://1.1.1.1/x", None, &message(), &Allowed::default());
        assert_eq!(plain, Err(WebhookError::Address));
    }

    #[test]
    fn a_redirect_is_not_followed() {
        let (url, allowed, _handle) = server(Some(
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        ));
        let told = send_webhook(Form::Json, &url, None, &message(), &allowed);
        assert!(
            matches!(&told, Err(WebhookError::Refused(words)) if words.starts_with("302")),
            "{told:?}"
        );
    }

    #[test]
    fn a_receiver_that_hangs_is_given_up_and_its_secret_not_told() {
        let (url, allowed, _handle) = server(None);
        let began = Instant::now();
        let patience = Duration::from_millis(300);
        let told = send_within(patience, Form::Feishu, (&url, Some("key")), &message(), &allowed);
        assert_eq!(told, Err(WebhookError::Slow));
        assert!(began.elapsed() < Duration::from_secs(3));
        let words = format!("{told:?} {}", WebhookError::Slow);
        assert!(!words.contains("s3cret") && !words.contains("key"));
    }
}
