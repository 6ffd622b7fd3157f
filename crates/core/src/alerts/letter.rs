//! An alert as a mail and as JSON: what ends, when, who owns it, what uses it, how to renew it. Never a secret.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use uuid::Uuid;

use super::ends;
use crate::credential::{CredentialType, ExpirySource};
use crate::due::Thresholds;
use crate::horizon::HorizonKind;
use crate::view::ExpiryView;

/// What an alert says beside its items.
pub(crate) struct About {
    /// Name of the vault.
    pub(crate) vault: String,
    /// When it is sent.
    pub(crate) at: Timestamp,
    /// When alerts are sent.
    pub(crate) thresholds: Thresholds,
    /// It is a sample: nothing ends.
    pub(crate) sample: bool,
}

/// An alert, written.
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) body: Value,
}

impl Letter {
    /// About these items, the most urgent first.
    pub(crate) fn of(items: &[&ExpiryView], about: &About) -> Letter {
        let subject = subject(items, about.sample);
        let text =
            [vec![opening(items, about)], items.iter().map(|item| paragraph(item)).collect(), vec![closing(about)]];
        Letter {
            text: text.concat().join("\n\n"),
            html: html(items, about),
            body: body(items, about, &subject),
            subject,
        }
    }
}

fn subject(items: &[&ExpiryView], sample: bool) -> String {
    let sample = if sample { "sample alert: " } else { "" };
    let Some(first) = items.first() else { return format!("Credenza: {sample}nothing ends") };
    let more = match items.len() {
        1 => String::new(),
        many => format!(", and {} more", many - 1),
    };
    format!(
        "Credenza: {sample}{} of {} {} ({}){more}",
        one_line(&first.item),
        one_line(&first.credential_name),
        ends(first.days),
        first.on
    )
}

fn opening(items: &[&ExpiryView], about: &About) -> String {
    let many = if items.len() == 1 { "One thing".to_owned() } else { format!("{} things", items.len()) };
    if about.sample {
        return "This is a sample alert from Credenza, to show that alerts arrive. Nothing ends; the item below is made up."
            .into();
    }
    let have = if items.len() == 1 { "has" } else { "have" };
    format!("{many} in the vault \u{201c}{}\u{201d} {have} to be renewed, or will stop working.", about.vault)
}

/// The facts of an item, as label and value.
fn facts(item: &ExpiryView) -> Vec<(&'static str, String)> {
    let end = item.at.map_or_else(|| item.on.to_string(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
    let or_nobody =
        |text: &str, none: &str| if text.trim().is_empty() { none.to_owned() } else { text.trim().to_owned() };
    vec![
        ("When", format!("{} ({end})", ends(item.days))),
        ("How known", source(item.source).to_owned()),
        ("Owner", or_nobody(&item.owner, "nobody is named")),
        ("Used by", or_nobody(&item.used_by.join(", "), "nothing else in this vault")),
        ("To renew", or_nobody(&item.note, "no note; see the guide of the provider")),
    ]
}

fn source(source: ExpirySource) -> &'static str {
    match source {
        ExpirySource::Reported => "reported by the provider",
        ExpirySource::Certificate => "from the certificate",
        ExpirySource::Entered => "entered by a person",
        ExpirySource::Estimated => "estimated: the provider does not tell",
    }
}

fn heading(item: &ExpiryView) -> String {
    format!(
        "{} of \u{201c}{}\u{201d} ({})",
        item.item,
        item.credential_name,
        item.credential_type.word().replace('_', " ")
    )
}

fn paragraph(item: &ExpiryView) -> String {
    let lines = facts(item)
        .into_iter()
        .map(|(label, value)| format!("  {:<10} {}", format!("{label}:"), value.replace('\n', "\n             ")));
    std::iter::once(heading(item)).chain(lines).collect::<Vec<_>>().join("\n")
}

fn closing(about: &About) -> String {
    let days: Vec<String> = about.thresholds.days.iter().map(u16::to_string).collect();
    let daily = if about.thresholds.daily_after { ", and daily from the end on" } else { "" };
    let when = if days.is_empty() {
        "Alerts go out".to_owned()
    } else {
        format!("Alerts go out {} days before an end", days.join(", "))
    };
    format!(
        "{when}{daily}, each once. Items can have days of their own.\nSent by Credenza on {}. It holds no secret; nobody needs to answer it.\n",
        about.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    )
}

fn html(items: &[&ExpiryView], about: &About) -> String {
    let mut out = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Credenza</title></head>\n<body style=\"font-family:sans-serif;line-height:1.5;color:#1f2328;background:#ffffff\">\n",
    );
    out.push_str(&format!("<p>{}</p>\n", escaped(&opening(items, about))));
    for item in items {
        let colour = if item.days < 0 { "#b42318" } else { "#9a6700" };
        out.push_str(&format!(
            "<h2 style=\"font-size:1.1em;border-left:4px solid {colour};padding-left:8px\">{}</h2>\n<table style=\"border-collapse:collapse\">\n",
            escaped(&heading(item))
        ));
        for (label, value) in facts(item) {
            out.push_str(&format!("<tr><th scope=\"row\" style=\"text-align:left;vertical-align:top;padding:2px 16px 2px 0\">{label}</th><td>{}</td></tr>\n", escaped(&value).replace('\n', "<br>")));
        }
        out.push_str("</table>\n");
    }
    out.push_str(&format!(
        "<p style=\"color:#59636e\">{}</p>\n</body></html>\n",
        escaped(closing(about).trim_end()).replace('\n', "<br>")
    ));
    out
}

fn body(items: &[&ExpiryView], about: &About, subject: &str) -> Value {
    let item = |item: &&ExpiryView| {
        json!({
            "credential": item.credential_name, "credential_id": item.credential_id, "credential_type": item.credential_type.word(),
            "item": item.item, "kind": item.kind.word(), "on": item.on.to_string(), "days": item.days,
            "source": item.source.word(), "owner": item.owner, "used_by": item.used_by, "note": item.note,
        })
    };
    json!({
        "type": "credenza.expiry_alert", "sample": about.sample, "vault": about.vault, "sent_at": about.at.to_string(),
        "summary": subject, "items": items.iter().map(item).collect::<Vec<_>>(),
    })
}

/// What subscribers of a credential get: that it fails, or works again (ELI-3).
pub(crate) fn recovery_letter(name: &str, failed: Option<&str>, about: &About) -> Letter {
    let (what, more) = match failed {
        Some(headline) => ("fails", format!("What happened: {headline}\n\nYou get the next mail when it works again.")),
        None => ("works again", "It failed before, and does not any more. Nothing is left to do.".to_owned()),
    };
    let subject = format!("Credenza: {} {what}", one_line(name));
    let sent = format!(
        "You get this because your address is among the subscribers of this credential in the vault \u{201c}{}\u{201d}.\nSent by Credenza on {}. It holds no secret; nobody needs to answer it.\n",
        about.vault,
        about.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    );
    let text = format!("\u{201c}{name}\u{201d} {what}.\n\n{more}\n\n{sent}");
    let paragraphs: Vec<String> =
        text.trim_end().split("\n\n").map(|part| format!("<p>{}</p>", escaped(part).replace('\n', "<br>"))).collect();
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Credenza</title></head>\n<body style=\"font-family:sans-serif;line-height:1.5\">\n{}\n</body></html>\n",
        paragraphs.join("\n")
    );
    let body = json!({ "type": "credenza.check_alert", "credential": name, "works": failed.is_none(), "sent_at": about.at.to_string(), "summary": subject });
    Letter { subject, text, html, body }
}

/// An item that does not exist, 30 days from its end.
pub(crate) fn sample_item(now: Timestamp) -> ExpiryView {
    let today = now.to_zoned(TimeZone::UTC).date();
    let on: Date = today.checked_add(jiff::ToSpan::days(30)).unwrap_or(today);
    ExpiryView {
        id: String::new(),
        credential_id: Uuid::nil(),
        credential_name: "Sample".into(),
        credential_type: CredentialType::AppRegistration,
        path: "oauth2.client_secret".into(),
        kind: HorizonKind::ClientSecret,
        item: "Client Secret".into(),
        on,
        at: None,
        source: ExpirySource::Entered,
        note: "This is where the note of the item stands.".into(),
        owner: "The owner of the credential".into(),
        used_by: vec!["Whatever signs in with it".into()],
        renews_itself: false,
        renewal: String::new(),
        muted: false,
        thresholds: None,
        days: 30,
        gone_since: None,
    }
}

/// For a subject: a name with a line break in it must not end the header.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}').collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
