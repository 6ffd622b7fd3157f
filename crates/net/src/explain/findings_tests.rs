//! Credenza's own findings: each has its entry, and each entry is reached.

use regex::Regex;

use super::Catalogue;
use super::catalogue::{findings_text, parse};
use crate::{Channel, Failure, Place, Recorder, StageName};

#[test]
fn every_finding_of_our_own_has_an_entry_and_is_found_by_it() {
    let findings = parse(findings_text()).unwrap();
    let (catalogue, rec) = (Catalogue::builtin(), Recorder::new(None));
    for finding in &findings {
        let place = Place::new(StageName::Connect, Channel::Smtp, "mail.example");
        let failure = Failure::new(&place, "what happened", "raw", &rec).with_finding(&finding.id, &rec);
        assert_eq!(catalogue.explain(&failure).id, finding.id);
        assert!(!finding.likely_causes.is_empty() && !finding.fix_steps.is_empty(), "{} says what to do", finding.id);
    }
    let known: Vec<&str> = findings.iter().map(|finding| finding.id.as_str()).collect();
    let named = Regex::new(r#"(?:with_finding\(|finding |Some\()"?((?:network|proxy|smtp|tls):[a-z-]+)"#).unwrap();
    let mut seen = 0;
    for file in sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(file).unwrap();
        for id in named.captures_iter(&text).filter_map(|found| found.get(1)) {
            assert!(known.contains(&id.as_str()), "{} has no entry in findings.json", id.as_str());
            seen += 1;
        }
    }
    assert!(seen >= known.len(), "the expression no longer finds them: {seen}");
}

fn sources(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| {
            path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("explain/findings_tests.rs")
        })
        .collect()
}
