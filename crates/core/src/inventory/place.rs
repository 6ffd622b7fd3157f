//! Where Microsoft Graph is for an app registration.

use url::Url;

use crate::Problem;
use crate::credential::AppRegistration;

/// The clouds of Entra ID: host of the token URL, host of Graph (Microsoft, "National cloud deployments").
const CLOUDS: [(&str, &str); 5] = [
    ("login.microsoftonline.com", "graph.microsoft.com"),
    ("login.microsoft.com", "graph.microsoft.com"),
    ("login.windows.net", "graph.microsoft.com"),
    ("login.microsoftonline.us", "graph.microsoft.us"),
    ("login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn"),
];

/// Where Graph is, and what a token for it is asked for with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphPlace {
    /// Scheme, host and port, perhaps a path before `/v1.0`.
    pub base: Url,
    /// The scope of client credentials.
    pub scope: String,
}

/// Where Graph is for this record: what stands on it, else what goes with the cloud of its token URL.
///
/// # Errors
/// `invalid` with `graph_url`: the address is none, or the token URL is of no cloud that is known.
pub fn graph_place(app: &AppRegistration) -> Result<GraphPlace, Problem> {
    let token_url = match app.oauth2.token_url.trim() {
        "" => crate::credential::OAuth2::entra_token_url(app.tenant_id.trim()),
        url => url.to_owned(),
    };
    let host = Url::parse(&token_url).ok().and_then(|url| url.host_str().map(str::to_ascii_lowercase));
    let host = host.unwrap_or_default();
    let cloud = CLOUDS.iter().find(|(login, _)| *login == host).map(|(_, graph)| *graph);
    // The audience is that of the cloud, also where another address stands on the record.
    let scope = format!("https://{}/.default", cloud.unwrap_or("graph.microsoft.com"));
    let base = match (app.graph_url.trim(), cloud) {
        ("", Some(graph)) => address(&format!("https://{graph}"))?,
        ("", None) => {
            let message = format!("Where Microsoft Graph is, is not known for the token URL at {host}.");
            let hint = "This reads app registrations of Microsoft Entra ID. Enter the address in Microsoft Graph URL if there is one.";
            return Err(Problem { hint: hint.into(), ..Problem::invalid("graph_url", message) });
        }
        (own, _) => address(own)?,
    };
    Ok(GraphPlace { base, scope })
}

/// An address of Graph: `https`, or `http` on this machine; no user name, query or fragment.
///
/// # Errors
/// `invalid` with `graph_url`.
pub(crate) fn address(text: &str) -> Result<Url, Problem> {
    let refuse = |message: &str| Err(Problem::invalid("graph_url", message));
    let Some(url) = Url::parse(text.trim()).ok().filter(Url::has_host) else {
        return refuse("Microsoft Graph URL must be written as https://host, such as https://graph.microsoft.com.");
    };
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if url.scheme() != "https" && !(url.scheme() == "http" && here) {
        return refuse("Microsoft Graph URL must begin with https://: a token goes there.");
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return refuse("Microsoft Graph URL is a host alone, without user name, query or fragment.");
    }
    Ok(url)
}
