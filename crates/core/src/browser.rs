//! The person's own browser, started by address and nothing else.

use std::process::{Command, Stdio};

use url::{Host, Url};

use crate::{Code, Problem};

/// Starts the system's browser at an address. The caller has judged the address.
///
/// # Errors
/// `io` when no browser could be started.
pub fn start(url: &Url) -> Result<(), Problem> {
    let (program, arguments): (&str, &[&str]) = if cfg!(windows) {
        ("rundll32.exe", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("/usr/bin/open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut browser = Command::new(program);
    browser.args(arguments).arg(url.as_str()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let no_browser = |_| Problem::new(Code::Io, "No browser could be started.", format!("Open {url} yourself."));
    let mut child = browser.spawn().map_err(no_browser)?;
    // The starter ends at once; waiting for it keeps no zombie behind.
    std::thread::spawn(move || child.wait());
    Ok(())
}

/// Opens the page where a person signs in: `https`, or `http` on this machine for practice and test providers.
///
/// # Errors
/// `invalid` for any other kind of address, `io` when no browser could be started.
pub fn open_sign_in(address: &str) -> Result<(), Problem> {
    start(&sign_in_page(address)?)
}

/// Whether this system has a desktop that a browser could open on.
pub fn has_desktop() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn sign_in_page(address: &str) -> Result<Url, Problem> {
    let refused = || {
        Problem::invalid(
            "url",
            "The sign-in page must be an https address; http is for providers on this machine only.",
        )
    };
    let url = Url::parse(address).map_err(|_| refused())?;
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(refused()),
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && here);
    let nobody = url.username().is_empty() && url.password().is_none();
    if scheme && nobody { Ok(url) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w10_a_sign_in_page_is_https_or_on_this_machine() {
        for good in ["https://login.example.com/a?b=c", "http://127.0.0.1:8080/o/authorize", "http://localhost/x"] {
            assert!(sign_in_page(good).is_ok(), "{good}");
        }
        let refused = [
            "http://example.com",
            "http://localhost.evil.example",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://user@evil.example",
            "ms-settings:",
            "-n",
            "",
        ];
        for bad in refused {
            assert!(sign_in_page(bad).is_err(), "{bad}");
        }
    }
}
