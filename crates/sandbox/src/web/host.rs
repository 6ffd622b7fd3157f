//! Which names mean this machine.

use std::net::IpAddr;

/// Whether a `Host` header (with or without a port) names a practice server.
pub(crate) fn is_ours(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    loopback(name).is_some()
}

/// The loopback address that a name stands for: `localhost`, `*.credenza.test` and loopback literals. Nothing else is
/// ever looked up.
pub(crate) fn loopback(name: &str) -> Option<IpAddr> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name == "credenza.test" || name.ends_with(".credenza.test") {
        return Some(IpAddr::from([127, 0, 0, 1]));
    }
    name.parse::<IpAddr>().ok().filter(IpAddr::is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_are_ours_and_no_others() {
        for ours in ["localhost", "LOCALHOST:8443", "127.0.0.1:80", "[::1]:443", "api.credenza.test", "127.0.0.2"] {
            assert!(is_ours(ours), "{ours}");
        }
        for foreign in [
            "example.com",
            "localhost.example.com",
            "10.0.0.1",
            "0.0.0.0",
            "evilcredenza.test",
            "[::ffff:10.0.0.1]",
            "",
        ] {
            assert!(!is_ours(foreign), "{foreign}");
        }
        assert_eq!(loopback("::ffff:127.0.0.1"), None, "a mapped address is not taken for loopback");
    }
}
