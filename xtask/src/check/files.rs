//! Size budgets: what is read must fit into a head.

use crate::{
    Outcome,
    sh::{self, program},
};

/// Ending of a name and the most lines such a file may have.
const BUDGETS: [(&str, usize); 3] = [(".rs", 500), (".svelte", 400), (".ts", 500)];

/// No Rust file over 500 lines, no Svelte file over 400, no TypeScript file over 500.
pub(crate) fn fit_their_budget() -> Outcome {
    let mut over = Vec::new();
    for path in tracked()? {
        let Some((_, budget)) = BUDGETS.iter().find(|(ending, _)| path.ends_with(ending)) else { continue };
        // A file can be deleted in the work tree and still be listed.
        let lines = sh::read(&path).map_or(0, |text| text.lines().count());
        if lines > *budget && !is_generated(&path) {
            over.push(format!("{path}: {lines} lines, {budget} at most"));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("\n")) }
}

/// Every file of the repository, and every new one that is not ignored.
pub(crate) fn tracked() -> Outcome<Vec<String>> {
    let list = sh::quiet(&mut program("git", &["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    Ok(list.lines().map(str::to_owned).collect())
}

fn is_generated(path: &str) -> bool {
    path.starts_with("ui/src/backend/bindings/")
}
