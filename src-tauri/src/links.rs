//! Links leave the program in the person's own browser, and only to the web over TLS.

use credenza_core::{Problem, browser};
use tauri::Url;

/// Opens an `https` address (W10).
///
/// # Errors
/// `invalid` for any other kind of address, `io` when no browser could be started.
pub(crate) fn open(address: &str) -> Result<(), Problem> {
    browser::start(&checked(address)?)
}

/// Opens the page where a person signs in: as [`open`], and practice servers on this machine too.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_sign_in(address: &str) -> Result<(), Problem> {
    browser::open_sign_in(address)
}

/// An address with the scheme `https`, a host, and nobody's name in it.
fn checked(address: &str) -> Result<Url, Problem> {
    let refused = || Problem::invalid("url", "Only https addresses are opened.");
    let url = Url::parse(address).map_err(|_| refused())?;
    let plain = url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none();
    if plain { Ok(url) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w10_only_https_addresses_without_a_name_in_them_are_opened() {
        assert!(checked("https://learn.microsoft.com/entra?x=1#y").is_ok());
        let refused = [
            "http://example.com",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "smb://host/share",
            "https://user@evil.example",
            "-n",
            "",
            "https:",
        ];
        for address in refused {
            assert!(checked(address).is_err(), "{address} must be refused");
        }
    }

    #[test]
    fn an_address_cannot_become_an_option_of_the_program_that_opens_it() {
        assert!(checked("https://example.com/ --new-window").unwrap().as_str().starts_with("https://"));
    }
}
