//! The way to a record's server, and to the token URL of the same record.

use credenza_net::{ClientCertificate, Proxy, Route, Verify};
use url::Url;

use crate::credential::{Connection, VerifyMode};
use crate::{Problem, Secrets};

/// The route to a record's own server.
///
/// # Errors
/// `invalid` with the field: host missing, proxy address unreadable, certificate or key missing.
pub(super) fn record_route(connection: &Connection, port: u16, secrets: &Secrets) -> Result<Route, Problem> {
    let host = connection.host.trim().trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() {
        return Err(Problem::invalid("host", "Host address is missing."));
    }
    route(connection, host, port, secrets)
}

/// The route to a URL with the record's proxy, verify mode and client certificate (TUF-15: for every call).
///
/// # Errors
/// As [`record_route`]; `invalid` with `field` when the URL has no host.
pub(super) fn url_route(connection: &Connection, url: &Url, field: &str, secrets: &Secrets) -> Result<Route, Problem> {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or_default();
    if host.is_empty() || port == 0 {
        return Err(Problem::invalid(field, "The address has no host."));
    }
    route(connection, host, port, secrets)
}

/// An absolute `http` or `https` URL.
///
/// # Errors
/// `invalid` with `field`; the text itself is not repeated, since a URL can hold a secret.
pub(super) fn web_url(text: &str, field: &str) -> Result<Url, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::invalid(field, format!("{field} is missing.")));
    }
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or_else(|| Problem::invalid(field, "Write the address as https://host/path."))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Problem::invalid(
            field,
            "Enter the user name and password in their own fields, not in the address.",
        ));
    }
    Ok(url)
}

fn route(connection: &Connection, host: &str, port: u16, secrets: &Secrets) -> Result<Route, Problem> {
    Ok(Route {
        host: host.to_owned(),
        port,
        proxy: proxy(connection, secrets)?,
        verify: verify(connection)?,
        client_certificate: client_certificate(connection, secrets)?,
        both_families: false,
    })
}

fn proxy(connection: &Connection, secrets: &Secrets) -> Result<Option<Proxy>, Problem> {
    let Some(settings) = connection.proxy.as_ref().filter(|settings| !settings.url.trim().is_empty()) else {
        return Ok(None);
    };
    let username = Some(settings.username.clone()).filter(|name| !name.is_empty());
    let password = secrets.text("proxy.password").cloned();
    Proxy::parse(&settings.url, username, password).map(Some).map_err(|reason| Problem::invalid("proxy.url", reason))
}

fn verify(connection: &Connection) -> Result<Verify, Problem> {
    let check = &connection.certificate_check;
    match check.mode {
        VerifyMode::Enable => Ok(Verify::Enable),
        VerifyMode::Disable => Ok(Verify::Disable),
        VerifyMode::Certificate => {
            let pem = check.certificate_pem.clone().filter(|pem| !pem.trim().is_empty());
            let missing =
                || Problem::invalid("certificate_check.certificate_pem", "The certificate to trust is missing.");
            pem.map(|pem| Verify::Certificate { pem }).ok_or_else(missing)
        }
    }
}

fn client_certificate(connection: &Connection, secrets: &Secrets) -> Result<Option<ClientCertificate>, Problem> {
    let Some(files) = &connection.client_certificate else {
        return Ok(None);
    };
    let field = "client_certificate.private_key_pem";
    let key = secrets.text(field).cloned();
    let private_key_pem =
        key.ok_or_else(|| Problem::invalid(field, "The private key of the client certificate is missing."))?;
    Ok(Some(ClientCertificate { certificate_pem: files.certificate_pem.clone(), private_key_pem }))
}
