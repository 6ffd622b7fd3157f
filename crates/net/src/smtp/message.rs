//! The message on the wire: checked, measured, dot-stuffed.

/// What a message asks of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Needs {
    /// Bytes, line endings included (RFC 1870).
    pub(super) size: u64,
    /// Bytes over 127 in the body: 8BITMIME (RFC 6152).
    pub(super) eight_bit: bool,
    /// Bytes over 127 in the header: SMTPUTF8 (RFC 6531).
    pub(super) utf8_header: bool,
    pub(super) lines: usize,
}

/// Measures a message.
///
/// # Errors
/// Plain words for a bare CR, a bare LF or a NUL: some servers take a bare one for a line's end, others not, and
/// between the two a second message can be smuggled.
pub(super) fn measure(message: &[u8]) -> Result<Needs, &'static str> {
    let mut previous = 0;
    let mut lines = 0;
    for byte in message {
        match (previous, byte) {
            (_, 0) => return Err("The message contains a NUL byte."),
            (b'\r', b'\n') => lines += 1,
            (b'\r', _) => return Err("The message contains a carriage return that does not end a line."),
            (_, b'\n') => return Err("The message contains a line feed without its carriage return."),
            _ => {}
        }
        previous = *byte;
    }
    if previous == b'\r' {
        return Err("The message contains a carriage return that does not end a line.");
    }
    let header = message.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(message.len());
    let (head, body) = message.split_at(header);
    Ok(Needs {
        size: u64::try_from(message.len()).unwrap_or(u64::MAX),
        eight_bit: !body.is_ascii(),
        utf8_header: !head.is_ascii(),
        lines,
    })
}

/// The message as DATA carries it: a point before each line that begins with one (RFC 5321 4.5.2), and the end.
pub(super) fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(message.len() + 64);
    let mut at_line_start = true;
    for byte in message {
        if at_line_start && *byte == b'.' {
            wire.push(b'.');
        }
        wire.push(*byte);
        at_line_start = *byte == b'\n';
    }
    if !at_line_start {
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_at_a_lines_begin_is_doubled_and_the_end_is_a_point_alone() {
        assert_eq!(stuffed(b"a\r\n.b\r\n..\r\nc."), b"a\r\n..b\r\n...\r\nc.\r\n.\r\n");
        assert_eq!(stuffed(b"."), b"..\r\n.\r\n");
        assert_eq!(stuffed(b""), b".\r\n");
    }

    #[test]
    fn bare_line_endings_and_nul_are_refused() {
        for bad in [&b"a\nb"[..], b"a\rb", b"a\r\r\nb", b"a\r\n.\nMAIL", b"\n", b"x\r", b"a\0b"] {
            assert!(measure(bad).is_err(), "{bad:?} must be refused");
        }
    }

    #[test]
    fn eight_bit_bodies_and_utf8_headers_are_told_apart() {
        let plain = measure(b"Subject: x\r\n\r\nhello\r\n").unwrap();
        assert_eq!(plain, Needs { size: 21, eight_bit: false, utf8_header: false, lines: 3 });
        assert!(measure("Subject: x\r\n\r\nhé\r\n".as_bytes()).unwrap().eight_bit);
        let header = measure("Subject: é\r\n\r\nh\r\n".as_bytes()).unwrap();
        assert!(header.utf8_header && !header.eight_bit);
    }
}
