//! Words that must not be in the repository: paths of somebody's machine, markers left behind, keys.

use crate::{Outcome, check::files, sh};

/// What is looked for, and why it is refused. Written in two halves, so that this file passes.
const REFUSED: &[(&str, &str, &str)] = &[
    ("/work", "/main", "a path of one machine"),
    ("/root", "/.", "a path of one machine"),
    ("<<<<<<", "< ", "a conflict left behind"),
    ("FIX", "ME", "a marker left behind"),
    ("XX", "X:", "a marker left behind"),
    ("AKIA", "IOSFODNN", "a key"),
];

/// Where a word is data and not ours: facts carried over, licences, lock files.
const EXEMPT: [&str; 4] = ["Cargo.lock", "package-lock.json", "LICENSE-", "/data/"];

/// No tracked text file holds a refused word, nor the path of this checkout.
pub(crate) fn are_clean() -> Outcome {
    let checkout = sh::root().to_string_lossy().into_owned();
    let mut found = Vec::new();
    for path in files::tracked()?.iter().filter(|path| !EXEMPT.iter().any(|part| path.contains(part))) {
        // Pictures are not text and are passed over.
        let Ok(text) = sh::read(path) else { continue };
        for (number, line) in text.lines().enumerate() {
            let reasons = REFUSED.iter().filter(|(a, b, _)| line.contains(&format!("{a}{b}")));
            found.extend(reasons.map(|(a, b, why)| format!("{path}:{}: {a}{b} ({why})", number + 1)));
            // A short path such as `/src` would be found everywhere.
            if checkout.len() > 8 && line.contains(&checkout) {
                found.push(format!("{path}:{}: {checkout} (a path of one machine)", number + 1));
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}
