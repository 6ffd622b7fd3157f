//! Replies of a mail server (RFC 5321 4.2).

/// The longest line, in bytes.
pub(super) const LINE_LIMIT: usize = 4 * 1024;

/// The longest reply, all lines together, in bytes.
pub(super) const REPLY_LIMIT: usize = 64 * 1024;

/// One whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    /// The texts after the code.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// 2yz.
    pub(super) fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// The code, then all lines joined by blanks, as the catalogue of explanations wants it.
    pub(super) fn one_line(&self) -> String {
        let text = self.lines.join(" ");
        format!("{} {}", self.code, text.trim()).trim_end().to_owned()
    }
}

/// One line of a reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReplyLine {
    pub(super) code: u16,
    pub(super) last: bool,
    pub(super) text: String,
}

impl ReplyLine {
    /// Reads a line without its ending. `250` alone and `334` without a blank are read as empty texts (RFC 4954).
    pub(super) fn parse(line: &[u8]) -> Option<ReplyLine> {
        let (digits, rest) = line.split_at_checked(3)?;
        let proper = matches!(digits[0], b'2'..=b'5') && digits.iter().all(u8::is_ascii_digit);
        let code = std::str::from_utf8(digits).ok().filter(|_| proper)?.parse().ok()?;
        let last = match rest.first() {
            None | Some(b' ') => true,
            Some(b'-') => false,
            Some(_) => return None,
        };
        let text = String::from_utf8_lossy(rest.get(1..).unwrap_or_default()).into_owned();
        Some(ReplyLine { code, last, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_needs_three_digits_from_2_to_5_and_a_blank_a_hyphen_or_nothing() {
        for good in ["250 ok", "250-more", "250", "334 ", "334", "599 x"] {
            assert!(ReplyLine::parse(good.as_bytes()).is_some(), "{good:?} is a reply line");
        }
        for bad in ["", "25", "abc", "150 x", "650 x", "250x", "2 50", "٢٥٠ x", " 250 ok", "HTTP/1.1 400"] {
            assert!(ReplyLine::parse(bad.as_bytes()).is_none(), "{bad:?} is no reply line");
        }
    }

    #[test]
    fn a_reply_in_one_line_begins_with_the_code_and_joins_its_lines_with_blanks() {
        let reply = Reply { code: 535, lines: vec!["5.7.8 Username and Password".into(), "5.7.8 not accepted".into()] };
        assert_eq!(reply.one_line(), "535 5.7.8 Username and Password 5.7.8 not accepted");
        assert_eq!(Reply { code: 250, lines: vec![String::new()] }.one_line(), "250");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_and_never_panic(line: Vec<u8>) {
            if let Some(read) = ReplyLine::parse(&line) {
                assert!((200..600).contains(&read.code) && line.starts_with(read.code.to_string().as_bytes()));
            }
        }
    }
}
