//! The part of Microsoft Graph that lists app registrations: pages, the permission, and a server that is busy.

use hyper::header::{ALLOW, RETRY_AFTER};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::accepts;
use crate::accounts::GRAPH_AUDIENCE;
use crate::fault::Fault;
use crate::shared::Shared;
use crate::web::{Asked, Reply};

/// Where it stands.
pub(super) const PATH: &str = "/v1.0/applications";

/// So few go on a page that a client has to turn it; with [`Fault::DirectorySize`] as many as are asked for.
const PAGE: usize = 3;

/// Answers `GET /v1.0/applications`.
pub(super) fn answer(asked: &Asked) -> Reply {
    let shared = &asked.about.shared;
    if asked.method != "GET" {
        return Reply::problem(405, "This endpoint takes GET only").with(ALLOW, "GET");
    }
    if let Some(retry_after) = shared.busy_directory(asked.about.server) {
        return refusal(429, "TooManyRequests", "Too many requests", shared.now()).with(RETRY_AFTER, retry_after);
    }
    if let Err(why) = accepts(shared, asked.bearer().unwrap_or_default(), GRAPH_AUDIENCE) {
        return refusal(401, "InvalidAuthenticationToken", &format!("Access token refused: {why}."), shared.now());
    }
    if shared.has_fault(asked.about.server, &Fault::DirectoryDenied) {
        let words = "Insufficient privileges to complete the operation.";
        return refusal(403, "Authorization_RequestDenied", words, shared.now());
    }
    page(asked)
}

fn page(asked: &Asked) -> Reply {
    let shared = &asked.about.shared;
    let query = |wanted: &str| {
        let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
        pairs.find(|(name, _)| name == wanted).and_then(|(_, value)| value.parse::<usize>().ok())
    };
    let from = query("$skiptoken").unwrap_or(0);
    let top = query("$top").unwrap_or(100).clamp(1, 999);
    let size = shared.fault(asked.about.server, |fault| match fault {
        Fault::DirectorySize(size) => Some(*size),
        _ => None,
    });
    let (all, length) = match size {
        Some(size) => ((from..size.min(from + top)).map(|number| numbered(number, shared.now())).collect(), top),
        None => (sample(shared), PAGE.min(top)),
    };
    let number = u32::try_from(from / length).unwrap_or(u32::MAX).saturating_add(1);
    let told = shared.fault(asked.about.server, |fault| match fault {
        Fault::DirectoryPage(page, status, body) if *page == number => Some((*status, body.clone())),
        _ => None,
    });
    if let Some((status, body)) = told {
        return Reply::new(status, "application/json", body.into_bytes());
    }
    let total = size.unwrap_or(all.len());
    let value: Vec<Value> = if size.is_some() { all } else { all.into_iter().skip(from).take(length).collect() };
    let mut body =
        json!({ "@odata.context": format!("{}/v1.0/$metadata#applications", origin(asked)), "value": value });
    if from + length < total {
        let next = format!("{}{PATH}?$top={top}&$skiptoken={}", origin(asked), from + length);
        body["@odata.nextLink"] = json!(next);
    }
    Reply::json(200, &body)
}

fn origin(asked: &Asked) -> String {
    let scheme = if asked.about.tls.is_some() { "https" } else { "http" };
    let host = asked
        .header("host")
        .map_or_else(|| format!("127.0.0.1:{}", asked.about.shared.ports.of(asked.about.server)), str::to_owned);
    format!("{scheme}://{host}")
}

/// An error as Graph words it.
fn refusal(status: u16, code: &str, message: &str, now: Timestamp) -> Reply {
    let inner = json!({ "date": now.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "request-id": Uuid::new_v4() });
    Reply::json(status, &json!({ "error": { "code": code, "message": message, "innerError": inner } }))
}

/// The applications of the practice tenant: the registered one with its two secrets, and neighbours that end at other times.
fn sample(shared: &Shared) -> Vec<Value> {
    let accounts = &shared.accounts;
    let now = shared.now();
    let hint = |secret: &str| secret.chars().take(3).collect::<String>();
    vec![
        application(
            &accounts.client_id,
            "Credenza practice app",
            &[
                secret("Practice", &hint(&accounts.client_secret), end(now, 25)),
                secret("Before", &hint(&accounts.expired_client_secret), end(now, -200)),
            ],
            &[],
        ),
        application(
            "6b1c0000-0000-4000-8000-000000000001",
            "Invoice export",
            &[secret("ERP", "kQ8", end(now, 12))],
            &[],
        ),
        application("6b1c0000-0000-4000-8000-000000000002", "Time clock", &[secret("", "x.7", end(now, -9))], &[]),
        application(
            "6b1c0000-0000-4000-8000-000000000003",
            "Intranet",
            &[],
            &[certificate("CN=intranet.contoso.example", end(now, 40))],
        ),
        application(
            "6b1c0000-0000-4000-8000-000000000004",
            "Payroll SSO",
            &[],
            &[certificate("CN=Microsoft Azure Federated SSO Certificate", end(now, 20))],
        ),
        application(
            "6b1c0000-0000-4000-8000-000000000005",
            "Data warehouse",
            &[secret("ETL", "~aB", end(now, 600))],
            &[],
        ),
        application("6b1c0000-0000-4000-8000-000000000006", "Visitor list", &[], &[]),
    ]
}

/// One of many.
fn numbered(number: usize, now: Timestamp) -> Value {
    let id = format!("7c2d0000-0000-4000-8000-{number:012}");
    let days = i64::try_from(number % 700).unwrap_or(0);
    application(&id, &format!("Application {number}"), &[secret("Key", "abc", end(now, days))], &[])
}

fn end(now: Timestamp, days: i64) -> String {
    let end = now.checked_add((days * 24).hours()).unwrap_or(now);
    end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn application(app_id: &str, name: &str, secrets: &[Value], certificates: &[Value]) -> Value {
    json!({
        "id": named_id(app_id), "appId": app_id, "displayName": name,
        "passwordCredentials": secrets, "keyCredentials": certificates,
    })
}

/// An id that is the same at every request.
fn named_id(of: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(of)[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

fn secret(name: &str, hint: &str, end: String) -> Value {
    json!({
        "customKeyIdentifier": null, "displayName": name, "endDateTime": end, "hint": hint,
        "keyId": named_id(&format!("{name} {hint}")), "secretText": null, "startDateTime": "2024-01-01T00:00:00Z",
    })
}

fn certificate(name: &str, end: String) -> Value {
    json!({
        "customKeyIdentifier": "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B", "displayName": name, "endDateTime": end,
        "key": null, "keyId": named_id(name), "startDateTime": "2024-01-01T00:00:00Z", "type": "AsymmetricX509Cert",
        "usage": "Verify",
    })
}
