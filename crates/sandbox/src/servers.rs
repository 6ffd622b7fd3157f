//! The list of practice servers and their ports.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::certificates::CertificateKind;

macro_rules! servers {
    ($($variant:ident $field:ident $words:literal),+ $(,)?) => {
        /// One of the practice servers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Server { $(#[doc = $words] $variant),+ }

        impl Server {
            /// All of them, in the order of the list people see.
            pub const ALL: &'static [Server] = &[$(Server::$variant),+];

            /// The name in the journal and in the ports file, such as `smtp`.
            pub fn name(self) -> &'static str {
                match self { $(Server::$variant => stringify!($field)),+ }
            }

            /// What it is, in one phrase.
            pub fn words(self) -> &'static str {
                match self { $(Server::$variant => $words),+ }
            }
        }

        /// The port of each practice server on 127.0.0.1. In options, 0 stands for any free port.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Ports { $(#[doc = $words] pub $field: u16),+ }

        impl Ports {
            /// The port of one server.
            pub fn of(&self, server: Server) -> u16 {
                match server { $(Server::$variant => self.$field),+ }
            }

            pub(crate) fn set(&mut self, server: Server, port: u16) {
                match server { $(Server::$variant => self.$field = port),+ }
            }
        }
    };
}

servers! {
    Smtp smtp "Mail server: STARTTLS, then sign-in",
    Smtps smtps "Mail server: TLS from the first byte",
    SmtpClear smtp_clear "Mail server: sign-in without TLS",
    SmtpRelay smtp_relay "Mail relay: no TLS, no sign-in",
    Idp idp "Identity provider over https",
    IdpHttp idp_http "Identity provider over http",
    Echo echo "Web server that tells what it was sent, over https",
    EchoHttp echo_http "Web server that tells what it was sent, over http",
    Webhook webhook "Webhook receiver over https",
    WebhookHttp webhook_http "Webhook receiver over http",
    HttpProxy http_proxy "HTTP proxy without sign-in",
    HttpProxyAuth http_proxy_auth "HTTP proxy with user name and password",
    HttpsProxy https_proxy "HTTP proxy reached over TLS, with user name and password",
    Socks socks "SOCKS5 proxy without sign-in",
    SocksAuth socks_auth "SOCKS5 proxy with user name and password",
    Expired expired "Web server with an expired certificate",
    SelfSigned self_signed "Web server with a self-signed certificate",
    WrongName wrong_name "Web server whose certificate names another host",
    ClientCertificate client_certificate "Web server that wants a client certificate",
}

impl Ports {
    /// The ports to try first for practice by hand: always the same, so that they can be written down and records
    /// survive a restart, and below the range from which systems take ports for outgoing connections.
    pub fn usual() -> Self {
        let mut ports = Self::default();
        for (port, server) in (25_251..).zip(Server::ALL) {
            ports.set(*server, port);
        }
        ports
    }
}

/// What language a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Mail,
    Identity,
    Echo,
    Webhook,
    HttpProxy,
    Socks,
}

impl Server {
    pub(crate) fn role(self) -> Role {
        match self {
            Self::Smtp | Self::Smtps | Self::SmtpClear | Self::SmtpRelay => Role::Mail,
            Self::Idp | Self::IdpHttp => Role::Identity,
            Self::Echo | Self::EchoHttp => Role::Echo,
            Self::Expired | Self::SelfSigned | Self::WrongName | Self::ClientCertificate => Role::Echo,
            Self::Webhook | Self::WebhookHttp => Role::Webhook,
            Self::HttpProxy | Self::HttpProxyAuth | Self::HttpsProxy => Role::HttpProxy,
            Self::Socks | Self::SocksAuth => Role::Socks,
        }
    }

    /// Whether TLS comes before anything else.
    pub(crate) fn implicit_tls(self) -> bool {
        !matches!(
            self,
            Self::Smtp
                | Self::SmtpClear
                | Self::SmtpRelay
                | Self::IdpHttp
                | Self::EchoHttp
                | Self::WebhookHttp
                | Self::HttpProxy
                | Self::HttpProxyAuth
                | Self::Socks
                | Self::SocksAuth
        )
    }

    /// The certificate it shows unless a fault asks for another.
    pub(crate) fn certificate(self) -> CertificateKind {
        match self {
            Self::Expired => CertificateKind::Expired,
            Self::SelfSigned => CertificateKind::SelfSigned,
            Self::WrongName => CertificateKind::WrongName,
            _ => CertificateKind::Good,
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_has_its_own_name_and_port() {
        let mut ports = Ports::default();
        for (index, server) in Server::ALL.iter().enumerate() {
            ports.set(*server, u16::try_from(index + 1).unwrap());
        }
        for (index, server) in Server::ALL.iter().enumerate() {
            assert_eq!(usize::from(ports.of(*server)), index + 1, "{server} has a port of its own");
            assert_eq!(serde_json::to_value(server).unwrap(), server.name(), "one spelling everywhere");
        }
        let json = serde_json::to_value(&ports).unwrap();
        assert_eq!(json["smtp"], 1);
        assert_eq!(json.as_object().unwrap().len(), Server::ALL.len());
    }
}
