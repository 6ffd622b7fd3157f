//! What Entra ID needs, whatever the token is for: secret, tenant, application, token.

use serde_json::{Map, Value};

use super::told::{About, about};
use super::{Known, Verdict};

/// The requirements of a token of Entra ID on its own.
pub(super) fn verdicts(known: &Known<'_>) -> Vec<Verdict> {
    let mut list = common(known);
    list.push(consent(known));
    list.push(principal(known));
    list
}

/// Secret, token URL, tenant and application.
pub(super) fn common(known: &Known<'_>) -> Vec<Verdict> {
    vec![secret(known), token_url(known), tenant(known), application(known)]
}

fn secret(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The client secret is the secret's value, and valid";
    const REMEDY: (&str, &str) = (
        "In Entra: App registrations > Certificates & secrets > New client secret; copy the column Value, not Secret ID.",
        "entra_admin",
    );
    if let Some(finding) = known.secret_finding {
        return Verdict::not_met("secret", TITLE, finding, REMEDY);
    }
    match (about(known, About::Secret), known.claims) {
        (Some(words), _) => Verdict::not_met("secret", TITLE, words, REMEDY),
        (None, Some(_)) => {
            let end = known.secret_ends.map(|on| format!(" It ends on {on}, says Entra.")).unwrap_or_default();
            Verdict::met("secret", TITLE, format!("Entra ID gave a token for it.{end}"))
        }
        (None, None) => Verdict::not_known("secret", TITLE, "", ("Press Fetch Token.", "you")),
    }
}

fn token_url(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The Access Token URL names the tenant and is the v2.0 endpoint";
    const REMEDY: (&str, &str) = ("Set it to https://login.microsoftonline.com/{tenant id}/oauth2/v2.0/token.", "you");
    let url = known.oauth2.map(|oauth2| oauth2.token_url.as_str()).unwrap_or_default();
    let named = tenant_in(url);
    let shared = ["common", "organizations", "consumers"].contains(&named.as_str());
    if named.is_empty()
        || named.contains(['{', '%'])
        || shared
        || !url.trim_end_matches('/').ends_with("/oauth2/v2.0/token")
    {
        return Verdict::not_met("token_url", TITLE, url, REMEDY);
    }
    Verdict::met("token_url", TITLE, url)
}

fn tenant(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The token comes from the right tenant";
    const REMEDY: (&str, &str) =
        ("Put the directory (tenant) id of the organisation that owns the mailbox into the Access Token URL.", "you");
    if let Some(words) = about(known, About::Tenant) {
        return Verdict::not_met("tenant", TITLE, words, REMEDY);
    }
    let in_url = known.oauth2.map(|oauth2| tenant_in(&oauth2.token_url)).unwrap_or_default();
    let wanted = if is_guid(known.ids.tenant) { known.ids.tenant.to_owned() } else { in_url };
    match text(known.claims, &["tid"]) {
        Some(tid) if is_guid(&wanted) && !tid.eq_ignore_ascii_case(&wanted) => {
            Verdict::not_met("tenant", TITLE, format!("tid is {tid}, the record says {wanted}"), REMEDY)
        }
        Some(tid) if is_guid(&wanted) => Verdict::met("tenant", TITLE, format!("tid is {tid}")),
        Some(tid) => Verdict::not_known(
            "tenant",
            TITLE,
            format!("tid is {tid}; the record names no tenant id to compare with"),
            ("Compare it with Entra > Overview > Tenant ID.", "you"),
        ),
        None => Verdict::not_known("tenant", TITLE, "", ("Press Fetch Token.", "you")),
    }
}

fn application(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The token is that of the application in the record";
    const REMEDY: (&str, &str) =
        ("Compare the Client ID with App registrations > Overview > Application (client) ID of that tenant.", "you");
    if let Some(words) = about(known, About::Application) {
        return Verdict::not_met("application", TITLE, words, REMEDY);
    }
    match text(known.claims, &["appid", "azp"]) {
        Some(seen) if is_guid(known.ids.application) && !seen.eq_ignore_ascii_case(known.ids.application) => {
            let evidence = format!("appid is {seen}, the record says {}", known.ids.application);
            Verdict::not_met("application", TITLE, evidence, REMEDY)
        }
        Some(seen) => Verdict::met("application", TITLE, format!("appid is {seen}")),
        None => Verdict::not_known("application", TITLE, "", ("Press Fetch Token.", "you")),
    }
}

/// IQX-24, ELI-17: consent that is missing is not a permission that is not listed.
fn consent(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The permissions are listed, and an administrator has consented";
    if let Some(words) = about(known, About::Listed) {
        let remedy = ("Add the permission under API permissions, then Grant admin consent.", "entra_admin");
        return Verdict::not_met("permission", TITLE, words, remedy);
    }
    if let Some(words) = about(known, About::Consent) {
        return Verdict::not_met("consent", TITLE, words, ("API permissions > Grant admin consent.", "entra_admin"));
    }
    let needed = needed_of(known);
    let present = roles(known.claims);
    let missing: Vec<&str> = needed.iter().copied().filter(|role| !present.iter().any(|seen| seen == role)).collect();
    match known.claims {
        None => Verdict::not_known("consent", TITLE, "", ("Press Fetch Token.", "you")),
        Some(_) if !missing.is_empty() => {
            let evidence = format!("needed: {}; in the token: {}", needed.join(", "), listed(&present));
            let remedy = ("Add what is missing under API permissions, then Grant admin consent.", "entra_admin");
            Verdict::not_met("permission", TITLE, evidence, remedy)
        }
        Some(_) if present.is_empty() => {
            let remedy =
                ("If the API gives rights to applications, add one under API permissions and consent.", "entra_admin");
            Verdict::not_known("consent", TITLE, "the token names no role", remedy)
        }
        Some(_) => Verdict::met("consent", TITLE, format!("roles: {}", listed(&present))),
    }
}

/// IQX-23, D6: reading mail over Microsoft Graph needs these two.
fn needed_of(known: &Known<'_>) -> &'static [&'static str] {
    let scope = known.oauth2.map(|oauth2| oauth2.scope.as_str()).unwrap_or_default();
    if scope.contains("graph.microsoft.com") { &["Mail.Read", "Mail.ReadWrite"] } else { &[] }
}

/// APP-20: the enterprise application's object id, which is taken for the application's id so often.
pub(super) fn principal(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The enterprise application's object id is known";
    const REMEDY: (&str, &str) = (
        "In Entra: Enterprise applications > the application > Overview > Object ID. Not the one under App registrations.",
        "entra_admin",
    );
    let (principal, application) = (known.ids.principal.trim(), known.ids.application.trim());
    if principal.is_empty() {
        return Verdict::not_known("principal", TITLE, "the record has no Principal ID", REMEDY);
    }
    if !is_guid(principal) {
        return Verdict::not_met("principal", TITLE, format!("{principal} is no GUID"), REMEDY);
    }
    if principal.eq_ignore_ascii_case(application) {
        return Verdict::not_met("principal", TITLE, "it is the same as the Application (client) ID", REMEDY);
    }
    match text(known.claims, &["oid"]) {
        // In a token of an application `oid` is the object id of its service principal.
        Some(oid) if is_app(known.claims) && !oid.eq_ignore_ascii_case(principal) => {
            let evidence = format!("the token says {oid}, the record says {principal}");
            Verdict::not_met("principal", TITLE, evidence, REMEDY)
        }
        Some(oid) if is_app(known.claims) => Verdict::met("principal", TITLE, format!("oid is {oid}")),
        _ => Verdict::not_known(
            "principal",
            TITLE,
            principal,
            ("Fetch Token, and it is compared with the token.", "you"),
        ),
    }
}

fn is_app(claims: Option<&Map<String, Value>>) -> bool {
    text(claims, &["idtyp"]).is_some_and(|kind| kind == "app")
        || claims.is_some_and(|claims| !claims.contains_key("scp"))
}

/// The tenant part of an Entra token URL.
pub(super) fn tenant_in(url: &str) -> String {
    let parsed = url::Url::parse(url).ok();
    parsed.and_then(|url| url.path_segments()?.next().map(str::to_owned)).unwrap_or_default()
}

/// The text of the first of these claims that is there.
pub(super) fn text(claims: Option<&Map<String, Value>>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| claims?.get(*name)?.as_str().map(str::to_owned))
}

/// The application permissions in a token.
pub(super) fn roles(claims: Option<&Map<String, Value>>) -> Vec<String> {
    let listed = claims.and_then(|claims| claims.get("roles")).and_then(Value::as_array);
    listed.map(|roles| roles.iter().filter_map(|role| role.as_str().map(str::to_owned)).collect()).unwrap_or_default()
}

/// Names in one line, or the word that there are none.
pub(super) fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Whether a text has the form of a GUID.
pub(super) fn is_guid(text: &str) -> bool {
    let text = text.trim();
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}
