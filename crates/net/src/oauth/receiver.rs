//! Where the browser comes back to: a listener on loopback that takes exactly one right request (RFC 8252 7.3, 8.3).
//!
//! Any page and any program on this machine can reach it, so everything but a plain navigation with the right state, host and
//! path is turned away and changes nothing.

mod answer;
mod redirect;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::http::{HeaderMap, Method, Request, Uri};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::{Origin, Url, form_urlencoded};

use super::browser::NoCode;
use answer::Page;
pub(super) use redirect::Redirect;

/// A connection that has not said what it wants by then is closed.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most connections at once; a browser opens two or three.
const MOST_CONNECTIONS: usize = 32;
/// The longest text taken from the address line.
const LONGEST: usize = 4096;

/// What the right request carries.
pub(super) struct Expected {
    pub(super) state: SecretString,
    /// The provider's name to the letter, if it is known.
    pub(super) issuer: Option<String>,
    /// Else its origin.
    pub(super) origin: Origin,
}

/// The open listener: one socket, or two for `localhost`.
pub(super) struct Receiver {
    sockets: Vec<TcpListener>,
    redirect: Redirect,
}

type Outcome = Result<SecretString, NoCode>;

impl Receiver {
    /// Listens where the redirect points to; a port of 0 takes any free one.
    ///
    /// # Errors
    /// Plain words when the port is taken.
    pub(super) async fn open(redirect: &Redirect) -> Result<Receiver, String> {
        let (sockets, redirect) = redirect.listen().await?;
        Ok(Receiver { sockets, redirect })
    }

    /// The address to come back to, with the port that was taken.
    pub(super) fn redirect_uri(&self) -> String {
        self.redirect.to_string()
    }

    /// The outcome of the one right request. Dropping the future closes every socket.
    pub(super) async fn wait(self, expected: Expected) -> Outcome {
        let door = Arc::new(Door { expected, redirect: self.redirect, taken: Mutex::new(false) });
        let mut visitors = JoinSet::new();
        loop {
            tokio::select! {
                visitor = next(&self.sockets), if visitors.len() < MOST_CONNECTIONS => {
                    if let Some(stream) = visitor {
                        visitors.spawn(serve(stream, Arc::clone(&door)));
                    }
                }
                Some(left) = visitors.join_next() => {
                    if let Ok(Some(outcome)) = left {
                        return outcome;
                    }
                }
            }
        }
    }
}

async fn next(sockets: &[TcpListener]) -> Option<TcpStream> {
    let accepted = match sockets {
        [one, two] => tokio::select! { stream = one.accept() => stream, stream = two.accept() => stream },
        [one, ..] => one.accept().await,
        [] => std::future::pending().await,
    };
    accepted.ok().map(|(stream, _)| stream)
}

/// One connection; its outcome is known when the page has been sent.
async fn serve(stream: TcpStream, door: Arc<Door>) -> Option<Outcome> {
    let found: Mutex<Option<Outcome>> = Mutex::new(None);
    let answering = service_fn(|request: Request<Incoming>| {
        let (page, outcome) = door.judge(request.method(), request.uri(), request.headers());
        if outcome.is_some() {
            *found.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
        }
        async move { Ok::<_, Infallible>(page.response()) }
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(16 * 1024).keep_alive(false);
    // A visitor that leaves early has still brought the code.
    let _ = tokio::time::timeout(PATIENCE, builder.serve_connection(TokioIo::new(stream), answering)).await;
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Decides who is let in.
struct Door {
    expected: Expected,
    redirect: Redirect,
    taken: Mutex<bool>,
}

impl Door {
    fn judge(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> (Page, Option<Outcome>) {
        if method != Method::GET {
            return (Page::NOT_GET, None);
        }
        let host = headers.get("host").and_then(|value| value.to_str().ok());
        if !host.is_some_and(|host| host.eq_ignore_ascii_case(&self.redirect.authority())) {
            return (Page::WRONG_HOST, None);
        }
        if uri.path() != self.redirect.path() {
            return (Page::NOT_HERE, None);
        }
        // A browser that navigates says so and sends no origin; a script on some page does otherwise.
        let mode = headers.get("sec-fetch-mode").and_then(|value| value.to_str().ok());
        if headers.contains_key("origin") || mode.is_some_and(|mode| mode != "navigate") {
            return (Page::NO_SCRIPTS, None);
        }
        match self.read(uri.query().unwrap_or_default()) {
            None => (Page::NOT_OURS, None),
            Some(outcome) => {
                let page = if outcome.is_ok() { Page::DONE } else { Page::REFUSED };
                (page, Some(outcome))
            }
        }
    }

    /// `None` for a request of another sign-in, or of none.
    fn read(&self, query: &str) -> Option<Outcome> {
        let mut fields: HashMap<String, String> = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            // RFC 6749 3.1: no parameter twice.
            if value.len() > LONGEST || fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        let field = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
        // EXPOSE: compared with what came.
        if !same(field("state")?, self.expected.state.expose_secret()) {
            return None;
        }
        let outcome = match (field("iss"), field("error"), field("code")) {
            (Some(issuer), _, _) if !self.fits(issuer) => Err(NoCode::WrongIssuer(issuer.to_owned())),
            (_, Some(error), _) => {
                let words = field("error_description").unwrap_or_default();
                Err(NoCode::Refused(error.to_owned(), words.to_owned()))
            }
            (_, None, Some(code)) => Ok(SecretString::from(code)),
            (_, None, None) => return None,
        };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *taken, true) {
            return None;
        }
        Some(outcome)
    }

    /// RFC 9207 2.4: to the letter where the name is known; else it must at least be of the place that was asked.
    fn fits(&self, issuer: &str) -> bool {
        match &self.expected.issuer {
            Some(known) => known == issuer,
            None => Url::parse(issuer).is_ok_and(|url| url.origin() == self.expected.origin),
        }
    }
}

/// Without telling by its time how much of it was right.
fn same(given: &str, wanted: &str) -> bool {
    given.len() == wanted.len() && given.bytes().zip(wanted.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}
