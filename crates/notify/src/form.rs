//! The form each receiver wants, and how it says that it took the message.
//!
//! Sources, read 2026-11-22: Feishu open platform, "custom bot guide" (`msg_type` post, at most 20 KB);
//! `DingTalk` open platform, "custom robots" (markdown, at most 20,000 bytes); `WeCom` developer
//! centre, "group robots" (markdown, at most 4,096 bytes); Slack, "incoming webhooks" and "blocks"
//! (section text at most 3,000 characters). Unverified: that a bot of Lark answers as Feishu's does.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Message, sign};

/// Who receives a webhook.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Feishu,
    DingTalk,
    WeCom,
    Slack,
    /// Any other receiver: the message as Argosy has it, in JSON.
    Json,
}

const FEISHU_BYTES: usize = 18_000;
const DINGTALK_BYTES: usize = 18_000;
const WECOM_BYTES: usize = 4_000;
const SLACK_BYTES: usize = 2_900;

impl Form {
    pub const ALL: [Self; 5] = [Self::Feishu, Self::DingTalk, Self::WeCom, Self::Slack, Self::Json];

    pub fn id(self) -> &'static str {
        match self {
            Self::Feishu => "feishu",
            Self::DingTalk => "dingtalk",
            Self::WeCom => "wecom",
            Self::Slack => "slack",
            Self::Json => "webhook",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.id() == id)
    }

    /// Whether the receiver took the message, from its answer; else its own words.
    pub(crate) fn taken(self, answer: &str) -> Result<(), String> {
        let code = |field: &str, words: &str| {
            let Ok(answer) = serde_json::from_str::<Value>(answer) else { return Ok(()) };
            match answer[field].as_i64() {
                Some(0) | None => Ok(()),
                Some(code) => {
                    let words = answer[words].as_str().unwrap_or_default();
                    Err(format!("{code} {}", words.chars().take(200).collect::<String>()))
                }
            }
        };
        match self {
            Self::Feishu => code("code", "msg"),
            Self::DingTalk | Self::WeCom => code("errcode", "errmsg"),
            Self::Slack if answer.trim() != "ok" => {
                Err(answer.chars().take(200).collect::<String>())
            }
            Self::Slack | Self::Json => Ok(()),
        }
    }
}

/// Address and body of a message to `url`; with a `secret` they are signed as the receiver asks.
pub fn request(
    form: Form,
    url: &str,
    secret: Option<&str>,
    message: &Message,
    now: DateTime<Utc>,
) -> (String, Value) {
    match form {
        Form::Feishu => (url.to_owned(), feishu(secret, message, now)),
        Form::DingTalk => (dingtalk_url(url, secret, now), dingtalk(message)),
        Form::WeCom => {
            let text = message.within(WECOM_BYTES, Message::markdown);
            (url.to_owned(), json!({ "msgtype": "markdown", "markdown": { "content": text } }))
        }
        Form::Slack => (url.to_owned(), slack(message)),
        Form::Json => {
            let body = json!({ "title": message.title, "items": message.items, "at": now });
            (url.to_owned(), body)
        }
    }
}

fn feishu(secret: Option<&str>, message: &Message, now: DateTime<Utc>) -> Value {
    let line = |item: &crate::Item| match &item.link {
        Some(link) => json!([{ "tag": "a", "text": item.text, "href": link }]),
        None => json!([{ "tag": "text", "text": item.text }]),
    };
    let mut lines: Vec<Value> = Vec::new();
    let mut bytes = message.title.len();
    for (at, item) in message.items.iter().enumerate() {
        bytes += item.text.len() + item.link.as_ref().map_or(0, String::len) + 60;
        if bytes > FEISHU_BYTES {
            let rest = message.items.len() - at;
            lines.push(json!([{ "tag": "text", "text": format!("… +{rest}") }]));
            break;
        }
        lines.push(line(item));
    }
    let content = json!({ "title": message.title, "content": lines });
    // The language only names the variant; the words are those of the message.
    let mut body = json!({ "msg_type": "post", "content": { "post": { "zh_cn": content } } });
    if let Some(secret) = secret {
        let seconds = now.timestamp();
        body["timestamp"] = json!(seconds.to_string());
        body["sign"] = json!(sign::feishu(seconds, secret));
    }
    body
}

fn dingtalk_url(url: &str, secret: Option<&str>, now: DateTime<Utc>) -> String {
    let Some(secret) = secret else { return url.to_owned() };
    let millis = now.timestamp_millis();
    let sign = sign::dingtalk(millis, secret);
    let sign = sign.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}timestamp={millis}&sign={sign}")
}

fn dingtalk(message: &Message) -> Value {
    let text = message.within(DINGTALK_BYTES, Message::markdown);
    json!({ "msgtype": "markdown", "markdown": { "title": message.title, "text": text } })
}

fn slack(message: &Message) -> Value {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = message.within(SLACK_BYTES, |message| {
        let mut text = format!("*{}*", escaped(&message.title));
        for item in &message.items {
            let words = escaped(&item.text);
            match &item.link {
                Some(link) => text.push_str(&format!("\n• <{link}|{}>", words.replace('|', "/"))),
                None => text.push_str(&format!("\n• {words}")),
            }
        }
        text
    });
    json!({
        "text": message.title,
        "blocks": [{ "type": "section", "text": { "type": "mrkdwn", "text": text } }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Item;

    fn message() -> Message {
        let link = Some("https://argosy.example/findings/1".to_owned());
        Message {
            title: "2 findings <today>".into(),
            items: vec![
                Item::new("断货 LAMP-01 | 120.00 EUR").to(link),
                Item::new("plain & simple"),
            ],
        }
    }

    fn at() -> DateTime<Utc> {
        DateTime::from_timestamp(1_599_360_473, 0).expect("in range")
    }

    #[test]
    fn every_receiver_gets_its_own_form() {
        let body =
            |form| request(form, "https://example.com/hook?k=1", Some("SECdemo"), &message(), at());
        let (url, feishu) = body(Form::Feishu);
        assert_eq!(url, "https://example.com/hook?k=1");
        assert_eq!(feishu["content"]["post"]["zh_cn"]["content"][0][0]["tag"], "a");
        assert_eq!(feishu["timestamp"], "1599360473");
        let (url, dingtalk) = body(Form::DingTalk);
        assert!(url.starts_with("https://example.com/hook?k=1&timestamp=1599360473000&sign="));
        assert!(!url[60..].contains(['+', '/']), "{url}");
        assert_eq!(dingtalk["msgtype"], "markdown");
        let (_, wecom) = body(Form::WeCom);
        assert!(wecom["markdown"]["content"].as_str().is_some_and(|text| text.starts_with("###")));
        let (_, slack) = body(Form::Slack);
        let text = slack["blocks"][0]["text"]["text"].as_str().expect("text");
        assert!(text.contains("<https://argosy.example/findings/1|断货 LAMP-01 / 120.00 EUR>"));
        assert!(text.contains("*2 findings &lt;today&gt;*") && text.contains("plain &amp; simple"));
        let (_, json) = body(Form::Json);
        assert_eq!(json["items"][1]["text"], "plain & simple");
    }

    #[test]
    fn limits_of_receivers_are_kept() {
        let items = (0..900).map(|n| Item::new(format!("{n} 断货 {}", "x".repeat(40)))).collect();
        let long = Message { title: "Today".into(), items };
        let wecom = request(Form::WeCom, "https://e", None, &long, at()).1;
        assert!(wecom["markdown"]["content"].as_str().expect("text").len() <= 4_096);
        let slack = request(Form::Slack, "https://e", None, &long, at()).1;
        assert!(slack["blocks"][0]["text"]["text"].as_str().expect("text").len() <= 3_000);
        let feishu = request(Form::Feishu, "https://e", None, &long, at()).1;
        assert!(feishu.to_string().len() <= 30_000);
    }

    #[test]
    fn an_answer_of_refusal_is_told() {
        let refused = r#"{"errcode":310000,"errmsg":"sign not match"}"#;
        assert_eq!(Form::DingTalk.taken(refused), Err("310000 sign not match".into()));
        assert_eq!(Form::DingTalk.taken(r#"{"errcode":0,"errmsg":"ok"}"#), Ok(()));
        assert_eq!(
            Form::Feishu.taken(r#"{"code":19021,"msg":"sign match fail"}"#),
            Err("19021 sign match fail".into())
        );
        assert_eq!(Form::Slack.taken("no_service"), Err("no_service".into()));
    }
}
