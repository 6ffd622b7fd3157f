//! The lasting part of a greeting: product and version, without times, session ids and the name of one machine of many.

/// The software of a mail server's banner, without the code and the machine's own name (RFC 5321 4.2).
pub(super) fn of_banner(banner: &str) -> String {
    lasting(banner.splitn(3, ' ').nth(2).unwrap_or_default())
}

/// The software of an HTTP server's `Server` header.
pub(super) fn of_header(header: &str) -> String {
    lasting(header)
}

fn lasting(text: &str) -> String {
    let bare = without_brackets(text);
    let kept = bare.split([' ', ',', ';', '\t']).filter(|word| !word.is_empty() && !passing(word));
    kept.collect::<Vec<_>>().join(" ")
}

/// Square brackets hold addresses and session ids.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let outside = |c: &char| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

/// Words that differ from one greeting to the next: anything with a digit that is no version, and the words of a date.
fn passing(word: &str) -> bool {
    const OF_A_DATE: [&str; 27] = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
        "oct", "nov", "dec", "gmt", "utc", "am", "pm", "cet", "cest", "est", "pst",
    ];
    let plain = word.trim_matches(['(', ')', '<', '>', '.', ':']);
    if OF_A_DATE.iter().any(|known| plain.eq_ignore_ascii_case(known)) {
        return true;
    }
    plain.bytes().any(|byte| byte.is_ascii_digit()) && !is_version(plain)
}

/// `3.7.2`, `8.15.2/8.15.2`, `v4.96-58`, `nginx/1.22.1`; not an address, a time or a counter.
fn is_version(word: &str) -> bool {
    let number = |text: &str| {
        let text = text.trim_start_matches(['v', 'V']);
        let dotted = text.split_once('.').is_some_and(|(major, minor)| {
            (1..=4).contains(&major.len())
                && major.bytes().all(|byte| byte.is_ascii_digit())
                && minor.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        });
        dotted && text.len() <= 16 && text.parse::<std::net::IpAddr>().is_err()
    };
    let name = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    match word.split_once('/') {
        Some((first, second)) => (name(first) || number(first)) && (number(second) || name(second)),
        None => number(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_and_version_stay_and_what_differs_each_time_goes() {
        for (one, two, kept) in [
            (
                "220 AM0PR04CA0042.outlook.office365.com Microsoft ESMTP MAIL Service ready at Sat, 21 Nov 2026 10:00:00 +0000 [08DE1A2B3C4D5E6F]",
                "220 DB7PR05CA0007.outlook.office365.com Microsoft ESMTP MAIL Service ready at Sun, 22 Nov 2026 11:12:13 +0000 [08DE9F8E7D6C5B4A]",
                "Microsoft ESMTP MAIL Service ready at",
            ),
            (
                "220 smtp.gmail.com ESMTP a640c23a62f3a-ab5c1d2e3sm123.4 - gsmtp",
                "220 smtp.gmail.com ESMTP 5b1f17b1804b1-432f23aa10fsm77.8 - gsmtp",
                "ESMTP - gsmtp",
            ),
            (
                "220 a.example.com ESMTP Sendmail 8.15.2/8.15.2; Sat, 21 Nov 2026 10:00:00 GMT",
                "220 b.example.com ESMTP Sendmail 8.15.2/8.15.2; Mon, 7 Dec 2026 09:30:01 GMT",
                "ESMTP Sendmail 8.15.2/8.15.2",
            ),
            ("220 mx ESMTP Postfix (Debian/GNU)", "220 mx2 ESMTP Postfix (Debian/GNU)", "ESMTP Postfix (Debian/GNU)"),
            (
                "220 mx ESMTP Exim 4.96 Sat, 21 Nov 2026 10:00:00 +0100",
                "220 mx ESMTP Exim 4.96 Sun, 22 Nov 2026 10:00:01 +0100",
                "ESMTP Exim 4.96",
            ),
        ] {
            assert_eq!(of_banner(one), kept);
            assert_eq!(of_banner(two), kept);
        }
        assert_ne!(of_banner("220 mx ESMTP Exim 4.96"), of_banner("220 mx ESMTP Exim 4.98"), "an upgrade shows");
        assert_eq!(of_header("nginx/1.22.1"), "nginx/1.22.1");
    }

    #[test]
    fn odd_greetings_do_no_harm() {
        for banner in ["", "220", "220 ", "220 ]]][[[", "220 mx [", "garbage \u{1}"] {
            let _ = of_banner(banner);
        }
    }
}
