//! `test`: every test of the repository, and one closing line that says how it went.

use std::{process::Command, time::Instant};

use crate::{
    Outcome,
    display::Display,
    setup::{self, Purpose},
    sh::{self, cargo, npm},
};

/// Which tests are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// Everything.
    All,
    /// No window, no servers from elsewhere.
    Fast,
    /// Only the window, the command and the servers from elsewhere.
    EndToEnd,
}

/// How a part of the tests went.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    broken: Vec<String>,
}

/// `cargo xtask test [--fast] [--e2e]`.
pub(crate) fn run(words: &[&str]) -> Outcome {
    let extent = match words {
        [] => Extent::All,
        ["--fast"] => Extent::Fast,
        ["--e2e"] => Extent::EndToEnd,
        other => return Err(format!("test knows --fast and --e2e, not {}", other.join(" "))),
    };
    let started = Instant::now();
    let mut tally = Tally::default();
    setup::prepare(if extent == Extent::Fast { Purpose::Build } else { Purpose::Tests })?;
    if extent == Extent::Fast {
        setup::nextest()?;
    }
    if extent != Extent::EndToEnd {
        page(extent, &mut tally);
    }
    rust(extent, &mut tally)?;
    close(&tally, started)
}

/// The page's own tests and its types. Looking for accessibility faults on every view takes half of the time, and the
/// types are looked at by `check` too: the fast tests leave both out.
fn page(extent: Extent, tally: &mut Tally) {
    if !sh::root().join("ui/package.json").exists() {
        return;
    }
    if extent == Extent::All
        && let Err(reason) = sh::run(&mut npm(&["run", "check"]))
    {
        tally.broken.push(reason);
    }
    let report = sh::target().join("vitest.json");
    let to = format!("--outputFile.json={}", report.display());
    let mut words = vec!["exec", "--", "vitest", "run", "--reporter=dot", "--reporter=json", &to];
    if extent == Extent::Fast {
        words.extend(["-t", "^(?!.*accessibility)"]);
    }
    let ran = sh::run(&mut npm(&words));
    match std::fs::read_to_string(&report).map(|text| serde_json::from_str::<serde_json::Value>(&text)) {
        Ok(Ok(figures)) => {
            tally.passed += figures["numPassedTests"].as_u64().unwrap_or(0);
            tally.failed += figures["numFailedTests"].as_u64().unwrap_or(0);
            tally.skipped += figures["numPendingTests"].as_u64().unwrap_or(0);
        }
        _ => tally.broken.push("vitest left no report".into()),
    }
    if let Err(reason) = ran {
        tally.broken.push(reason);
    }
}

/// The workspace's tests. The programs they drive are built first, with the real page in the window; all at once, so
/// that nothing is compiled twice with different features.
fn rust(extent: Extent, tally: &mut Tally) -> Outcome {
    sh::run(&mut cargo(&["build", "--workspace", "--all-targets"]))?;
    if extent == Extent::Fast {
        return nextest(cargo(&["nextest", "run", "--workspace", "--profile", "fast"]), "fast", tally);
    }
    let mut words = vec!["cargo", "nextest", "run", "--workspace", "--no-tests=warn"];
    if extent == Extent::EndToEnd {
        words.extend(["-E", "package(credenza-tests)"]);
    }
    if !cfg!(target_os = "linux") {
        return nextest(cargo(&words[1..]), "default", tally);
    }
    // Windows open on a display of our own, and the keyring on a session bus of our own, whoever runs this.
    let display = Display::start()?;
    nextest(display.session(&words), "default", tally)
}

fn nextest(mut command: Command, profile: &str, tally: &mut Tally) -> Outcome {
    // Beside the checkout's lock file, wherever else the programs are built.
    let report = sh::root().join("target/nextest").join(profile).join("junit.xml");
    // A report of an earlier run must not be taken for this one's.
    let _ = std::fs::remove_file(&report);
    let ran = sh::run(&mut command);
    match std::fs::read_to_string(&report) {
        Ok(text) => count(&text, tally),
        Err(_) if ran.is_ok() => tally.broken.push("nextest left no report".into()),
        Err(_) => {}
    }
    if let Err(reason) = ran {
        tally.broken.push(reason);
    }
    Ok(())
}

/// Reads the totals of the first element of a JUnit report: `<testsuites … tests="3" failures="1" errors="0">`.
fn count(report: &str, tally: &mut Tally) {
    let head = report.split_once("<testsuites").and_then(|(_, rest)| rest.split_once('>')).map_or("", |(head, _)| head);
    let figure = |name: &str| -> u64 {
        let value = head.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
        value.and_then(|(digits, _)| digits.parse().ok()).unwrap_or(0)
    };
    let failed = figure("failures") + figure("errors");
    tally.failed += failed;
    tally.passed += figure("tests").saturating_sub(failed);
}

fn close(tally: &Tally, started: Instant) -> Outcome {
    let good = tally.failed == 0 && tally.broken.is_empty();
    for reason in &tally.broken {
        println!("\ntest: {reason}");
    }
    println!(
        "\ntest result: {}. {} passed; {} failed; {} ignored; finished in {:.0}s",
        if good { "ok" } else { "FAILED" },
        tally.passed,
        tally.failed,
        tally.skipped,
        started.elapsed().as_secs_f64()
    );
    if good { Ok(()) } else { Err("tests failed".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_totals_of_a_report_are_read_from_its_first_element() {
        let mut tally = Tally::default();
        let report =
            r#"<?xml version="1.0"?><testsuites name="n" tests="12" failures="2" errors="1"><testsuite tests="99">"#;
        count(report, &mut tally);
        assert_eq!((tally.passed, tally.failed), (9, 3));
    }

    #[test]
    fn a_failed_test_or_a_broken_runner_fails_the_task() {
        let failed = Tally { passed: 3, failed: 1, ..Tally::default() };
        assert!(close(&failed, Instant::now()).is_err());
        let broken = Tally { passed: 3, broken: vec!["no report".into()], ..Tally::default() };
        assert!(close(&broken, Instant::now()).is_err());
        assert!(close(&Tally { passed: 3, ..Tally::default() }, Instant::now()).is_ok());
    }
}
