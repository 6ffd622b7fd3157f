//! HTTP/1.1 for the identity provider, the echo and the webhook receiver.

mod digest;
mod echo;
mod host;
mod reply;
mod webhook;

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HOST};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fault::Fault;
use crate::idp;
use crate::servers::Role;
use crate::stream::{About, Connection};

pub(crate) use host::loopback;
pub(crate) use reply::Reply;
use reply::ReplyBody;

/// Nothing that practice needs is larger.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// A request, read whole.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) about: About,
}

impl Asked {
    /// A header as text, when it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// User name and password of HTTP Basic (RFC 7617).
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let decoded = STANDARD.decode(self.credentials("basic")?).ok()?;
        let (user, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }

    /// The token of HTTP Bearer (RFC 6750 2.1).
    pub(crate) fn bearer(&self) -> Option<&str> {
        self.credentials("bearer")
    }

    fn credentials(&self, scheme: &str) -> Option<&str> {
        let (given, rest) = self.header(AUTHORIZATION.as_str())?.split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
    }
}

/// Speaks HTTP/1.1 until one side is done.
pub(crate) async fn serve(connection: Connection) {
    let Connection { stream, about } = connection;
    let answering = service_fn(|request| respond(request, about.clone()));
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), answering)
        .await;
    if let Err(error) = served {
        about.note(format!("HTTP ended: {error}"));
    }
}

async fn respond(request: Request<Incoming>, about: About) -> Result<Response<ReplyBody>, Infallible> {
    let (parts, body) = request.into_parts();
    let mut asked = Asked {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: Vec::new(),
        about,
    };
    let about = asked.about.clone();
    let what = format!("{} {}", asked.method, shown_path(&asked));
    let reply = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => {
            asked.body = body.to_bytes().to_vec();
            answer(asked).await
        }
        Err(_) => Reply::problem(413, "The request body is larger than 10 MiB or broke off"),
    };
    about.note(format!("{what} {}", reply.status()));
    Ok(reply.into_response())
}

/// The path of a webhook is a secret, so the journal has its first part only.
fn shown_path(asked: &Asked) -> &str {
    if asked.about.server.role() == Role::Webhook { "/hooks/…" } else { &asked.path }
}

async fn answer(asked: Asked) -> Reply {
    // A page in a browser on this machine must not get here by a name of its own (DNS rebinding).
    if !asked.header(HOST.as_str()).is_none_or(host::is_ours) {
        return Reply::problem(421, "Practice servers answer to localhost, 127.0.0.1, [::1] and credenza.test only");
    }
    let about = asked.about.clone();
    let told = about.shared.fault(about.server, |fault| match fault {
        Fault::Answer(status, body) => Some((*status, body.clone())),
        _ => None,
    });
    if let Some((status, body)) = told {
        return Reply::new(status, "application/json", body.into_bytes());
    }
    match about.server.role() {
        Role::Identity => idp::answer(&asked),
        Role::Webhook => webhook::answer(&Arc::clone(&about.shared), asked),
        _ => echo::answer(&asked).await,
    }
}
