//! One page of Graph's answer. Only what is named here is read; a `secretText` or `key` that stands beside it is dropped.

use credenza_net::Recorder;
use jiff::Timestamp;
use serde::Deserialize;

use super::{Application, Key, KeyKind};

/// The longest name or id that is kept, in characters.
const LONGEST: usize = 256;
/// So many characters of a secret Entra shows.
const HINT: usize = 3;

/// One page.
pub(crate) struct Page {
    pub(crate) applications: Vec<Application>,
    /// Where the next page is, as the answer says.
    pub(crate) next: Option<String>,
}

#[derive(Deserialize)]
struct WirePage {
    value: Vec<WireApplication>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireApplication {
    id: String,
    app_id: String,
    display_name: Option<String>,
    password_credentials: Vec<WireKey>,
    key_credentials: Vec<WireKey>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireKey {
    // Microsoft's schema lets it be null.
    key_id: Option<String>,
    display_name: Option<String>,
    hint: Option<String>,
    end_date_time: Option<String>,
}

/// Reads a page.
///
/// # Errors
/// In words, when it is not what Graph answers: half a page is no page.
pub(crate) fn read_page(body: &[u8], rec: &Recorder) -> Result<Page, String> {
    let page: WirePage = serde_json::from_slice(body).map_err(|error| {
        // The text of serde may quote a value of the answer; place and kind say enough.
        let kind = if error.is_data() { "something is missing or of another kind" } else { "it is not JSON" };
        format!("{kind} (line {}, column {})", error.line(), error.column())
    })?;
    let applications = page.value.into_iter().map(|wire| application(wire, rec)).collect::<Result<_, _>>()?;
    Ok(Page { applications, next: page.next })
}

fn application(wire: WireApplication, rec: &Recorder) -> Result<Application, String> {
    let secrets = wire.password_credentials.into_iter().map(|key| (KeyKind::Secret, key));
    let certificates = wire.key_credentials.into_iter().map(|key| (KeyKind::Certificate, key));
    let keys = secrets.chain(certificates).map(|(kind, wire)| key(kind, wire, rec)).collect::<Result<_, _>>()?;
    Ok(Application {
        id: text(&wire.id, rec),
        app_id: text(&wire.app_id, rec),
        name: text(&wire.display_name.unwrap_or_default(), rec),
        keys,
    })
}

fn key(kind: KeyKind, wire: WireKey, rec: &Recorder) -> Result<Key, String> {
    let ends = wire.end_date_time.as_deref().map(end).transpose()?.flatten();
    let hint = wire.hint.filter(|_| kind == KeyKind::Secret).unwrap_or_default();
    Ok(Key {
        id: text(&wire.key_id.unwrap_or_default(), rec),
        kind,
        name: text(&wire.display_name.unwrap_or_default(), rec),
        // A server that sends more than the beginning is not asked for it.
        hint: text(&hint.chars().take(HINT).collect::<String>(), rec),
        ends,
    })
}

/// `9999-12-31T23:59:59Z` is how a key without an end is written; it lies past the last moment that can be counted with.
fn end(text: &str) -> Result<Option<Timestamp>, String> {
    if text.starts_with("9999-12-31") {
        return Ok(None);
    }
    let shown: String = text.chars().filter(char::is_ascii_graphic).take(40).collect();
    counted(text).parse().map(Some).map_err(|_| format!("{shown:?} is no date"))
}

/// The schema allows twelve digits of a second's fraction; nine of them can be counted with.
fn counted(text: &str) -> String {
    let Some((before, after)) = text.split_once('.') else { return text.to_owned() };
    let digits = after.chars().take_while(char::is_ascii_digit).count();
    format!("{before}.{}{}", &after[..digits.min(9)], &after[digits..])
}

fn text(text: &str, rec: &Recorder) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    rec.redact(line.trim())
}
