//! Where a connection goes and how its server is judged.

use std::fmt;

use secrecy::SecretString;

/// The way to one server: the same for SMTP, HTTP and token requests of a record.
#[derive(Debug, Clone)]
pub struct Route {
    /// DNS name or IP address, IPv6 with or without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The proxy to go through.
    pub proxy: Option<Proxy>,
    /// How the server's certificate is judged.
    pub verify: Verify,
    /// The certificate shown to a server that asks for one.
    pub client_certificate: Option<ClientCertificate>,
    /// A server with IPv4 and IPv6 addresses is tried by both: the family that was not needed is connected to and left at once.
    pub both_families: bool,
}

impl Route {
    /// A direct route whose certificate is checked against the system's roots.
    pub fn direct(host: impl Into<String>, port: u16) -> Route {
        Route {
            host: host.into(),
            port,
            proxy: None,
            verify: Verify::Enable,
            client_certificate: None,
            both_families: false,
        }
    }

    /// `host:port`, an IPv6 address in brackets.
    pub fn target(&self) -> String {
        host_port(&self.host, self.port)
    }
}

pub(crate) fn host_port(host: &str, port: u16) -> String {
    if host.contains(':') && !host.starts_with('[') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// The three certificate checks (decision D1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verify {
    /// Against the roots the operating system trusts.
    Enable,
    /// Not at all: recorded, accepted, never called verified.
    Disable,
    /// Against the given certificates: roots, or the server's own certificate exactly.
    Certificate {
        /// One or more certificates in PEM.
        pem: String,
    },
}

/// A client certificate with its key.
#[derive(Clone)]
pub struct ClientCertificate {
    /// The certificate, then its intermediates, in PEM.
    pub certificate_pem: String,
    /// The key in PEM: PKCS#8, PKCS#1 or SEC1, not encrypted.
    pub private_key_pem: SecretString,
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate").field("private_key_pem", &"[redacted]").finish_non_exhaustive()
    }
}

/// How a proxy is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyScheme {
    /// HTTP CONNECT (RFC 9110 9.3.6).
    Http,
    /// HTTP CONNECT inside TLS.
    Https,
    /// SOCKS5 with the server's name looked up here (RFC 1928).
    Socks5,
    /// SOCKS5 with the server's name looked up by the proxy.
    Socks5h,
}

impl ProxyScheme {
    /// The scheme as in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            ProxyScheme::Http => "http",
            ProxyScheme::Https => "https",
            ProxyScheme::Socks5 => "socks5",
            ProxyScheme::Socks5h => "socks5h",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            ProxyScheme::Http => 80,
            ProxyScheme::Https => 443,
            ProxyScheme::Socks5 | ProxyScheme::Socks5h => 1080,
        }
    }
}

/// A proxy server.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// How it is spoken to.
    pub scheme: ProxyScheme,
    /// DNS name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// User name, when it wants one.
    pub username: Option<String>,
    /// Password, when it wants one.
    pub password: Option<SecretString>,
}

impl Proxy {
    /// A proxy from `scheme://host:port`. Without a port: 80, 443 or 1080 by scheme.
    ///
    /// # Errors
    /// Plain words when the URL is none, has another scheme, a path, or holds a user name or password (these have
    /// fields of their own, since a URL is shown).
    pub fn parse(url: &str, username: Option<String>, password: Option<SecretString>) -> Result<Proxy, String> {
        let parsed =
            url::Url::parse(url.trim()).map_err(|_| "Write the proxy as http://host:port or socks5://host:port.")?;
        let scheme = match parsed.scheme() {
            "http" => ProxyScheme::Http,
            "https" => ProxyScheme::Https,
            "socks5" => ProxyScheme::Socks5,
            "socks5h" => ProxyScheme::Socks5h,
            _ => return Err("A proxy's address begins with http, https, socks5 or socks5h.".to_owned()),
        };
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err("Enter the proxy's user name and password in their own fields, not in its address.".to_owned());
        }
        if !matches!(parsed.path(), "" | "/") || parsed.query().is_some() || parsed.fragment().is_some() {
            return Err("A proxy's address ends with its port.".to_owned());
        }
        let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or("The proxy's host is missing.")?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = parsed.port().unwrap_or_else(|| scheme.default_port());
        let username = username.filter(|name| !name.is_empty());
        Ok(Proxy { scheme, host, port, username, password })
    }
}
