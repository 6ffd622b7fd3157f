//! The small pages that a browser is shown.

use ::http::Response;
use http_body_util::Full;
use hyper::body::Bytes;

/// A page: status, title and one sentence. Nothing of the request stands in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page(u16, &'static str, &'static str);

impl Page {
    pub(super) const DONE: Page =
        Page(200, "You are signed in", "Close this page and go back to Credenza; it goes on by itself.");
    pub(super) const REFUSED: Page =
        Page(200, "The sign-in did not work", "Go back to Credenza; it says what happened and what to do.");
    pub(super) const NOT_OURS: Page =
        Page(400, "Not the sign-in that Credenza waits for", "Go back to Credenza and press Fetch Token again.");
    pub(super) const NOT_GET: Page = Page(405, "Not understood", "Only a browser that comes back is answered here.");
    pub(super) const WRONG_HOST: Page = Page(421, "Not understood", "This address is not meant for that name.");
    pub(super) const NOT_HERE: Page = Page(404, "Nothing here", "Only a browser that comes back is answered here.");
    pub(super) const NO_SCRIPTS: Page = Page(403, "Not allowed", "Other pages have no business here.");

    pub(super) fn response(self) -> Response<Full<Bytes>> {
        let Page(status, title, words) = self;
        let text = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title} - Credenza</title>\
             <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}}</style>\
             <h1>{title}</h1><p>{words}</p></html>"
        );
        let mut response = Response::new(Full::new(Bytes::from(text)));
        *response.status_mut() = ::http::StatusCode::from_u16(status).unwrap_or_default();
        let headers = [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            // The code stands in the address line; it must not be told on.
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("connection", "close"),
        ];
        for (name, value) in headers {
            response.headers_mut().insert(name, ::http::HeaderValue::from_static(value));
        }
        response
    }
}
