//! What a script's output means (TUF-29, vector 10).

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::is_token;

/// What a finished program said.
pub(super) struct Output {
    pub(super) exit_code: Option<i32>,
    pub(super) stdout: Zeroizing<Vec<u8>>,
    pub(super) stderr: Vec<u8>,
}

/// What may be shown of a run: never its standard output.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) exit_code: Option<i32>,
    pub(super) stderr: String,
    pub(super) reason: Option<String>,
}

impl Said {
    /// A run that failed before or while the program spoke.
    pub(super) fn nothing(reason: String) -> Said {
        Said { exit_code: None, stderr: String::new(), reason: Some(reason) }
    }
}

/// The token, or why the output is none. Exit code 0 and one word, with at most one line end after it.
pub(super) fn token(output: Output) -> Result<(SecretString, Said), Said> {
    let stderr = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    let said = |reason: Option<&str>| Said {
        exit_code: output.exit_code,
        stderr: stderr.clone(),
        reason: reason.map(str::to_owned),
    };
    match output.exit_code {
        Some(0) => {}
        Some(code) => return Err(Said { reason: Some(format!("it ended with exit code {code}.")), ..said(None) }),
        None => return Err(said(Some("it was ended by a signal."))),
    }
    let Ok(text) = std::str::from_utf8(&output.stdout) else {
        return Err(said(Some("its output is not text.")));
    };
    let text = text.strip_suffix('\n').map_or(text, |rest| rest.strip_suffix('\r').unwrap_or(rest));
    if text.trim().is_empty() {
        return Err(said(Some("it printed nothing to standard output.")));
    }
    if text.contains(['\n', '\r']) {
        return Err(said(Some("it printed several lines; it must print the token and only the token.")));
    }
    let token = SecretString::from(text);
    if !is_token(&token) {
        return Err(said(Some(
            "its output holds blanks or characters that no token has; it must print the token and only the token.",
        )));
    }
    Ok((token, said(None)))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(stdout: &[u8], exit_code: Option<i32>) -> Result<String, String> {
        let output = Output { exit_code, stdout: Zeroizing::new(stdout.to_vec()), stderr: Vec::new() };
        token(output).map(|(token, _)| token.expose_secret().to_owned()).map_err(|said| said.reason.unwrap_or_default())
    }

    #[test]
    fn vector_10_one_line_end_is_trimmed_and_anything_more_fails() {
        assert_eq!(read(b"tok\n", Some(0)).as_deref(), Ok("tok"));
        assert_eq!(read(b"tok\r\n", Some(0)).as_deref(), Ok("tok"));
        assert_eq!(read(b"tok", Some(0)).as_deref(), Ok("tok"));
        for bad in
            [&b"tok\nnoise"[..], b"", b"\n", b"  \n", b"tok\n\n", b"to k\n", b" tok\n", b"tok\0", b"\xff\xfe", b"a\rb"]
        {
            assert!(read(bad, Some(0)).is_err(), "{bad:?} is no token");
        }
        assert!(read(b"tok\n", Some(1)).unwrap_err().contains("exit code 1"));
        assert!(read(b"tok\n", None).unwrap_err().contains("signal"));
    }
}
