//! The addresses on this machine that a provider may send the browser back to.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::net::TcpListener;
use url::{Host, Url};

/// So many free ports are tried until one is free for IPv4 and IPv6.
const TRIES: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// `127.0.0.1`, as Google wants it.
    V4,
    /// `[::1]`.
    V6,
    /// `localhost`, as Entra wants it: the browser may take either.
    Localhost,
}

/// `http://` on loopback, with a port and a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::oauth) struct Redirect {
    name: Name,
    port: u16,
    /// Empty when there is none: `http://localhost:1234` is another text than `http://localhost:1234/`.
    path: String,
}

impl Redirect {
    /// `http://127.0.0.1:{any port}`.
    pub(in crate::oauth) fn ipv4() -> Redirect {
        Redirect { name: Name::V4, port: 0, path: String::new() }
    }

    /// `http://localhost:{any port}`.
    pub(in crate::oauth) fn localhost() -> Redirect {
        Redirect { name: Name::Localhost, port: 0, path: String::new() }
    }

    /// An address that the record gives; without a port any free one is taken.
    ///
    /// # Errors
    /// Plain words for anything that is not plain HTTP on this machine.
    pub(in crate::oauth) fn read(url: &Url) -> Result<Redirect, String> {
        let name = match url.host() {
            Some(Host::Ipv4(Ipv4Addr::LOCALHOST)) => Some(Name::V4),
            Some(Host::Ipv6(Ipv6Addr::LOCALHOST)) => Some(Name::V6),
            Some(Host::Domain("localhost")) => Some(Name::Localhost),
            _ => None,
        };
        let plain = url.scheme() == "http" && url.query().is_none() && url.fragment().is_none();
        let alone = url.username().is_empty() && url.password().is_none();
        let name = name.filter(|_| plain && alone).ok_or(
            "The redirect address must be http://localhost, http://127.0.0.1 or http://[::1], with a port and a path at most.",
        )?;
        let path = if url.path() == "/" { String::new() } else { url.path().to_owned() };
        Ok(Redirect { name, port: url.port().unwrap_or(0), path })
    }

    pub(super) fn path(&self) -> &str {
        if self.path.is_empty() { "/" } else { &self.path }
    }

    /// Host and port as the browser writes them in `Host`; port 80 it leaves out.
    pub(super) fn authority(&self) -> String {
        let host = match self.name {
            Name::V4 => "127.0.0.1",
            Name::V6 => "[::1]",
            Name::Localhost => "localhost",
        };
        if self.port == 80 { host.to_owned() } else { format!("{host}:{}", self.port) }
    }

    /// Listens, and gives the redirect with the port that was taken.
    ///
    /// # Errors
    /// Plain words when the port is taken.
    pub(super) async fn listen(&self) -> Result<(Vec<TcpListener>, Redirect), String> {
        let taken = |error: std::io::Error| {
            format!("Credenza cannot listen at {self} for the browser to come back: {error}. Is another program there?")
        };
        let mut last = None;
        for _ in 0..TRIES {
            match self.bind().await {
                Ok(found) => return Ok(found),
                // A port that the record names is the only one that will do.
                Err(error) if self.port != 0 => return Err(taken(error)),
                Err(error) => last = Some(error),
            }
        }
        Err(last.map(taken).unwrap_or_default())
    }

    async fn bind(&self) -> std::io::Result<(Vec<TcpListener>, Redirect)> {
        let first: IpAddr = if self.name == Name::V6 { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() };
        let socket = TcpListener::bind((first, self.port)).await?;
        let port = socket.local_addr()?.port();
        let mut sockets = vec![socket];
        if self.name == Name::Localhost {
            match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
                Ok(second) => sockets.push(second),
                // Somebody else would get the code of a browser that prefers IPv6.
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => return Err(error),
                // This machine has no IPv6.
                Err(_) => {}
            }
        }
        Ok((sockets, Redirect { port, ..self.clone() }))
    }
}

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Redirect, String> {
        Redirect::read(&text.parse().unwrap())
    }

    #[test]
    fn only_plain_http_on_this_machine_can_be_come_back_to() {
        for good in ["http://localhost", "http://127.0.0.1:8400/callback", "http://[::1]:8400"] {
            assert!(read(good).is_ok(), "{good}");
        }
        for bad in [
            "https://localhost",
            "http://example.com",
            "http://127.0.0.2",
            "http://localhost/?x=1",
            "http://user@localhost",
            "http://localhost.evil.example",
            "http://0.0.0.0:80",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn g17_a_port_that_is_taken_is_named_and_nothing_else_is_tried() {
        let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = other.local_addr().unwrap().port();
        let words = read(&format!("http://127.0.0.1:{port}/back")).unwrap().listen().await.unwrap_err();
        assert!(words.contains(&port.to_string()), "{words}");
    }

    #[tokio::test]
    async fn entra_and_google_get_the_forms_they_want_with_the_port_that_was_taken() {
        let (sockets, localhost) = Redirect::localhost().listen().await.unwrap();
        assert_eq!(localhost.to_string(), format!("http://localhost:{}", sockets[0].local_addr().unwrap().port()));
        let ports: Vec<u16> = sockets.iter().map(|socket| socket.local_addr().unwrap().port()).collect();
        assert!(ports.windows(2).all(|pair| pair[0] == pair[1]), "IPv4 and IPv6 share one port");
        let (sockets, google) = Redirect::ipv4().listen().await.unwrap();
        assert_eq!(google.to_string(), format!("http://127.0.0.1:{}", sockets[0].local_addr().unwrap().port()));
    }
}
