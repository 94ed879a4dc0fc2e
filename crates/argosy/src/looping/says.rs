//! What was changed, in both languages, where the words are ours: the title of a play, a field that
//! reports show. People's own words stay as they are.
//!
//! Changes keep one text, in the language of whoever recorded them; this is worked out when they are
//! shown, so that nothing stored has to change with the words.

use argosy_desk::{Change, ChangeSource, NewChange};
use argosy_kernel::Text;
use argosy_loop::rules::Rules;

/// What snapshots show of listings and stock, as changes name it.
const SEEN: [(&str, &str, &str); 4] = [
    ("price", "Price", "售价"),
    ("title", "Title", "标题"),
    ("status", "State of the listing", "商品状态"),
    ("sellable", "Sellable stock", "可售库存"),
];

/// What channels write down themselves, by the last part of the kind.
const TOLD: [(&str, &str, &str); 8] = [
    ("bid", "bid", "出价"),
    ("budget", "budget", "预算"),
    ("placement", "placement", "展示位置"),
    ("state", "state", "状态"),
    ("price", "price", "售价"),
    ("image", "image", "图片"),
    ("title", "title", "标题"),
    ("created", "created", "创建"),
];

/// What a recorded change is, in both languages; `None` where somebody said it in words of their own.
pub(crate) fn says(rules: &Rules, change: &Change) -> Option<Text> {
    let play = change.play.as_deref();
    of_play(rules, play, &change.what)
        .or_else(|| of_field(change.source, &change.kind, &change.what))
}

/// The same of a change that is proposed.
pub(crate) fn says_of_new(rules: &Rules, change: &NewChange) -> Option<Text> {
    of_play(rules, change.play.as_deref(), &change.what)
}

/// A text that is the title of a play in either language, alone or with a name behind it.
fn of_play(rules: &Rules, play: Option<&str>, what: &str) -> Option<Text> {
    let title = &rules.play(play?)?.title;
    let rest = [&title.en, &title.zh_cn].into_iter().find_map(|own| what.strip_prefix(own))?;
    if rest.is_empty() {
        return Some(title.clone());
    }
    let name = [": ", "："].into_iter().find_map(|between| rest.strip_prefix(between))?;
    Some(Text { en: format!("{}: {name}", title.en), zh_cn: format!("{}：{name}", title.zh_cn) })
}

fn of_field(source: ChangeSource, kind: &str, what: &str) -> Option<Text> {
    match source {
        ChangeSource::Detected => {
            let (_, en, zh) = SEEN.into_iter().find(|(field, ..)| *field == what)?;
            Some(Text { en: en.to_owned(), zh_cn: zh.to_owned() })
        }
        ChangeSource::Imported => {
            let (name, _) = what.rsplit_once(": ")?;
            let part = kind.rsplit('.').next()?;
            let (_, en, zh) = TOLD.into_iter().find(|(field, ..)| *field == part)?;
            Some(Text { en: format!("{name}: {en}"), zh_cn: format!("{name}：{zh}") })
        }
        ChangeSource::Task | ChangeSource::Typed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_title_of_a_play_is_told_in_both_languages_whoever_recorded_it() {
        let folder = tempfile::tempdir().unwrap();
        let home = crate::home::Home::create(folder.path()).unwrap();
        let rules = crate::app::App::open(home).await.unwrap().rules();
        let play = Some("listing.rewrite_page");
        let title = rules.play("listing.rewrite_page").unwrap().title.clone();
        assert_ne!(title.en, title.zh_cn);
        let (english, chinese) = (format!("{}: Lamp", title.en), format!("{}：Lamp", title.zh_cn));
        for what in [&english, &chinese] {
            let told = of_play(&rules, play, what).unwrap();
            assert_eq!((&told.en, &told.zh_cn), (&english, &chinese));
        }
        assert_eq!(of_play(&rules, play, &title.zh_cn), Some(title.clone()));
        assert_eq!(of_play(&rules, play, "New pictures"), None);
        assert_eq!(of_play(&rules, None, &title.en), None);
    }

    #[test]
    fn fields_of_reports_are_told_in_both_languages_and_own_words_are_left_alone() {
        let told = |source, kind, what| of_field(source, kind, what).map(|text| text.zh_cn);
        let (seen, log) = (ChangeSource::Detected, ChangeSource::Imported);
        assert_eq!(told(seen, "listing.price", "price").as_deref(), Some("售价"));
        assert_eq!(
            told(log, "ads.bid", "desk lamp: bid_amount").as_deref(),
            Some("desk lamp：出价")
        );
        assert_eq!(told(ChangeSource::Typed, "listing.price", "price"), None);
        assert_eq!(told(seen, "promo.coupon", "Save 10% on LH-1003"), None);
    }
}
