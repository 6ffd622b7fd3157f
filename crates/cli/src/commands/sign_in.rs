//! A person has to sign in: what to open and what to type, on standard error, so that standard output stays the result.

use std::io::Write as _;
use std::sync::Arc;

use credenza_core::browser;
use credenza_core::check::{AskPerson, SignIn, SignInKind};

use crate::output::printable;

/// Shows what to do, and opens the browser where there is a desktop and it was not declined. For a draft it says beforehand
/// that the sign-in is good for this one token.
pub(super) fn person(no_browser: bool, draft: bool) -> AskPerson {
    Arc::new(move |sign_in: &SignIn| {
        let opens = sign_in.kind == SignInKind::Browser && !no_browser && browser::has_desktop();
        let opened = opens && browser::open_sign_in(&sign_in.address).is_ok();
        let note = if draft {
            "This is for a draft: nothing of it is stored, neither the change nor the sign-in.\n"
        } else {
            ""
        };
        // Without standard error nobody can be told; the check then ends at its time limit.
        let _ = writeln!(std::io::stderr(), "{note}{}", words(sign_in, opened));
    })
}

fn words(sign_in: &SignIn, opened: bool) -> String {
    let until = sign_in.until.strftime("%H:%M:%S UTC");
    let address = printable(&sign_in.address);
    match (&sign_in.user_code, opened) {
        (Some(code), _) => {
            format!(
                "To sign in, open {address}\nand enter the code {}\n(until {until}; Ctrl+C cancels)",
                printable(code)
            )
        }
        (None, true) => {
            format!("Sign in in the browser that opens, or open {address}\n(until {until}; Ctrl+C cancels)")
        }
        (None, false) => {
            format!("To sign in, open this on this machine:\n{address}\n(until {until}; Ctrl+C cancels)")
        }
    }
}
