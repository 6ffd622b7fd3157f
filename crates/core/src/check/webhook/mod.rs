//! Webhook checks: *Test connection* reaches the server without a request, *Test Action* sends one real request.

mod payload;

pub use payload::{PLACEHOLDERS, WebhookSample, render_payload};

use credenza_net::{
    Channel, HttpCall, Recorder, Route, SecretOrText, StageName, dial, exchange, secure, sign_standard_webhook,
};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::Subject;
use super::engine::{Done, Run, Stop};
use super::http::{Judged, address, judge, record_headers};
use super::route::record_route;
use crate::Problem;
use crate::credential::{Protocol, SignatureKind, Webhook};

/// One request to a webhook.
pub(super) struct WebhookPlan {
    route: Route,
    call: HttpCall,
}

/// The way to a webhook's server.
///
/// # Errors
/// `invalid`, with the field at fault.
pub(super) fn reach_route(subject: &Subject, hook: &Webhook) -> Result<Route, Problem> {
    record_route(&hook.connection, subject.credential.effective_port(), &subject.secrets)
}

/// As far as TLS and no further: a webhook's request is not idempotent, so a connection test makes none.
pub(super) async fn reach(run: &Run<'_>, route: &Route, protocol: Protocol) -> Result<Done, Stop> {
    let route = &Route { both_families: true, ..route.clone() };
    let connection = dial(route, run.rec).await?;
    match protocol {
        Protocol::Https => drop(secure(connection, route, run.rec).await?),
        Protocol::Http => {
            run.rec.begin(StageName::Tls, route.target()).skip("http:// is not encrypted.");
            run.rec.warning(
                "clear_text",
                "The URL and payload of this webhook travel unencrypted: anyone on the way can read them.",
            );
        }
    }
    let words = "No request was made: it could set something off. Test Action sends one.";
    run.rec.begin(StageName::Action, route.target()).skip(words);
    Ok(Done::default())
}

/// *Test Action*.
///
/// # Errors
/// `invalid`, with the field at fault: a pair of the payload, a missing signing secret, the path.
pub(super) fn webhook_plan(
    subject: &Subject,
    hook: &Webhook,
    sample: &WebhookSample,
    (at, rec): (Timestamp, &Recorder),
) -> Result<WebhookPlan, Problem> {
    let route = reach_route(subject, hook)?;
    let method = hook.method.trim().to_ascii_uppercase();
    if !["POST", "PUT", "PATCH"].contains(&method.as_str()) {
        return Err(Problem::invalid("method", "The method of a webhook is POST, PUT or PATCH."));
    }
    // EXPOSE: to write the address of the request; it is marked secret there.
    let path = subject.secrets.text("path").map_or("/", |path| path.expose_secret());
    let url = address(hook.protocol, &hook.connection, subject.credential.effective_port(), path)
        .ok_or_else(|| Problem::invalid("path", "Host and path do not make an address."))?;
    let sample = WebhookSample {
        credential_name: Some(sample.credential_name.clone().unwrap_or_else(|| subject.credential.common.name.clone())),
        time: Some(sample.time.unwrap_or(at)),
        ..sample.clone()
    };
    let body = match &sample.body {
        Some(body) => body.clone(),
        None => render_payload(&hook.payload, &sample)?,
    };
    let body = body.to_string().into_bytes();
    let mut headers = record_headers(&hook.headers, &subject.secrets)?;
    if !headers.iter().any(|(name, _)| name.trim().eq_ignore_ascii_case("content-type")) {
        headers.push(("Content-Type".into(), SecretOrText::Text("application/json".into())));
    }
    if sample.test {
        headers.push(("Credenza-Test".into(), SecretOrText::Text("true".into())));
    }
    headers.extend(signature(subject, hook, at, &body)?);
    if hook.protocol == Protocol::Http {
        rec.note("http:// is not encrypted: the webhook's URL and payload can be read on the way.");
    }
    let mut call = HttpCall::new(&method, url);
    call.headers = headers;
    call.body = Some(body);
    call.secret_url = true;
    Ok(WebhookPlan { route, call })
}

// Standard Webhooks: three headers over the very bytes of the body.
fn signature(
    subject: &Subject,
    hook: &Webhook,
    at: Timestamp,
    body: &[u8],
) -> Result<Vec<(String, SecretOrText)>, Problem> {
    let secret = subject.secrets.text("signing_secret");
    let secret = match (hook.signature, secret) {
        (SignatureKind::None, _) | (SignatureKind::Automatic, None) => return Ok(Vec::new()),
        (SignatureKind::StandardWebhooks, None) => {
            return Err(Problem::invalid(
                "signing_secret",
                "The signing secret is missing, and this webhook is to be signed.",
            ));
        }
        (_, Some(secret)) => secret,
    };
    let id = format!("msg_{}", Uuid::new_v4().simple());
    let signed =
        sign_standard_webhook(secret, &id, at, body).map_err(|reason| Problem::invalid("signing_secret", reason))?;
    let text = |name: &str, value: String| (name.to_owned(), SecretOrText::Text(value));
    Ok(vec![
        text("webhook-id", id),
        text("webhook-timestamp", at.as_second().to_string()),
        text("webhook-signature", signed),
    ])
}

/// Sends the request and judges the answer.
pub(super) async fn run(run: &Run<'_>, plan: Box<WebhookPlan>) -> Result<Done, Stop> {
    let WebhookPlan { route, call } = *plan;
    let reply = exchange(&route, &call, run.rec).await?;
    judge(run, &Judged { route: &route, call: &call, expect: &[], channel: Channel::Webhook }, reply)
}
