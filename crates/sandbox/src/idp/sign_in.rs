//! Where people sign in: the authorization endpoint (RFC 6749 3.1), the device endpoint (RFC 8628 3.1) and its page.
//!
//! Nobody is asked for a password: the practice user agrees at once, as far as the request is right. A device code waits
//! for the page to be opened, unless the sandbox was told otherwise.

use std::collections::HashMap;
use std::net::IpAddr;

use hyper::header::{CACHE_CONTROL, LOCATION};
use serde_json::{Value, json};
use url::Url;

use super::consent::{CodeGrant, DeviceGrant, DeviceState};
use super::family::Consent;
use super::grant::{TokenRequest, audience_of, default_scope};
use super::refusal::Refusal;
use crate::accounts::MAILBOX;
use crate::drafts::page as page_address;
use crate::fault::Fault;
use crate::random;
use crate::web::{Asked, Reply};

/// Seconds that a device code is good for, as Entra has it.
const DEVICE_LIFETIME: i64 = 900;

/// The authorization endpoint: agrees, and sends the browser back with a code.
pub(super) fn authorize(asked: &Asked, issuer: &str) -> Reply {
    if asked.method != "GET" {
        return Reply::problem(405, "The authorization endpoint takes GET");
    }
    let query: HashMap<String, String> = url::form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect();
    // A wrong client or address is told to the person, never to the address (RFC 6749 4.1.2.1).
    let back = match destination(asked, &query) {
        Ok(back) => back,
        Err(words) => return page(400, "This sign-in cannot go on", &words),
    };
    let answer = match granted(asked, &query) {
        Ok(code) => vec![("code", code)],
        Err((error, words)) => vec![("error", error.to_owned()), ("error_description", words)],
    };
    let mut back = back;
    {
        let mut pairs = back.query_pairs_mut();
        pairs.extend_pairs(answer);
        if let Some(state) = query.get("state") {
            pairs.append_pair("state", state);
        }
        let wrong = asked.about.shared.has_fault(asked.about.server, &Fault::WrongIssuer);
        // RFC 9207.
        pairs.append_pair("iss", if wrong { "https://elsewhere.test/v2.0" } else { issuer });
    }
    Reply::new(302, "text/plain", Vec::new()).with(LOCATION, back.as_str()).with(CACHE_CONTROL, "no-store")
}

fn destination(asked: &Asked, query: &HashMap<String, String>) -> Result<Url, String> {
    if query.get("client_id") != Some(&asked.about.shared.accounts.client_id) {
        return Err("AADSTS700016: no application with this identifier is in this directory.".to_owned());
    }
    let given = query.get("redirect_uri").and_then(|text| Url::parse(text).ok());
    // RFC 8252 7.3: a loopback address with any port.
    let ours = given.filter(|url| url.scheme() == "http" && is_loopback(url) && url.fragment().is_none());
    ours.ok_or_else(|| "AADSTS50011: the redirect address is not registered; practice takes loopback only.".to_owned())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(url::Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

fn granted(asked: &Asked, query: &HashMap<String, String>) -> Result<String, (&'static str, String)> {
    let shared = &asked.about.shared;
    let field = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    if field("response_type") != "code" {
        return Err(("unsupported_response_type", "AADSTS700054: response_type must be code.".to_owned()));
    }
    if field("code_challenge_method") != "S256" || field("code_challenge").len() != 43 {
        return Err(("invalid_request", "AADSTS501491: PKCE with S256 is required.".to_owned()));
    }
    if shared.has_fault(asked.about.server, &Fault::DeclineSignIn) {
        return Err(("access_denied", "AADSTS65004: the user declined to consent.".to_owned()));
    }
    let scope = scope_of(query.get("scope").map(String::as_str));
    audience_of(&scope).map_err(|_| ("invalid_scope", "AADSTS70011: the scope is not known here.".to_owned()))?;
    let code = random::token().map_err(|_| ("server_error", "no randomness".to_owned()))?;
    let grant = CodeGrant {
        redirect_uri: field("redirect_uri").to_owned(),
        challenge: field("code_challenge").to_owned(),
        consent: Consent { username: MAILBOX.to_owned(), scope, public: false },
        until: 0,
    };
    shared.pending().add_code(code.clone(), grant, shared.now());
    Ok(code)
}

fn scope_of(asked: Option<&str>) -> String {
    asked.map(str::trim).filter(|scope| !scope.is_empty()).map_or_else(default_scope, str::to_owned)
}

/// The device endpoint (RFC 8628 3.2).
pub(super) fn device(asked: &Asked, request: &TokenRequest<'_>) -> Result<Value, Refusal> {
    let shared = &asked.about.shared;
    // Public clients use it as well, so the id alone is enough here (RFC 8628 3.1).
    if request.field("client_id") != Some(shared.accounts.client_id.as_str()) {
        return Err(Refusal::UnknownClient(request.field("client_id").unwrap_or_default().to_owned()));
    }
    let scope = scope_of(request.field("scope"));
    audience_of(&scope)?;
    let device_code = random::token().map_err(|_| Refusal::MissingField("device_code"))?;
    let user_code = random::user_code().map_err(|_| Refusal::MissingField("user_code"))?;
    let consent = Consent { username: MAILBOX.to_owned(), scope, public: false };
    let until = shared.now().as_second() + DEVICE_LIFETIME;
    let grant =
        DeviceGrant { user_code: user_code.clone(), consent, until, state: DeviceState::Waiting, polled_at: None };
    shared.pending().add_device(device_code.clone(), grant);
    let uri = page_address(shared, "device");
    Ok(json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": uri,
        "verification_uri_complete": format!("{uri}?user_code={user_code}"),
        "expires_in": DEVICE_LIFETIME,
        "interval": shared.device_interval,
        "message": format!("To sign in, open {uri} and enter the code {user_code}."),
    }))
}

/// The page where a person types the code; typing it (or following the whole link) is agreeing.
pub(super) fn device_page(asked: &Asked) -> Reply {
    let pairs = if asked.method == "POST" { asked.body.as_slice() } else { asked.query.as_bytes() };
    let given = url::form_urlencoded::parse(pairs).find(|(name, _)| name == "user_code").map(|(_, code)| code);
    let Some(code) = given else {
        let form = r#"<form method="post"><label>Code <input name="user_code" autofocus></label> <button>Sign in</button></form>"#;
        return html(200, "Sign in to practice", form);
    };
    if asked.about.shared.pending().answer_device(&code, DeviceState::Approved) {
        return page(200, "You are signed in", "Go back to Credenza; it goes on by itself.");
    }
    page(400, "This code is not known", "It may have expired. Ask for a new one in Credenza.")
}

fn page(status: u16, title: &str, words: &str) -> Reply {
    html(status, title, &format!("<p>{words}</p>"))
}

fn html(status: u16, title: &str, body: &str) -> Reply {
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><style>body{{font:16px system-ui;max-width:32em;margin:4em auto;padding:0 1em}}</style><h1>{title}</h1>{body}</html>"
    );
    Reply::new(status, "text/html; charset=utf-8", text.into_bytes())
}
