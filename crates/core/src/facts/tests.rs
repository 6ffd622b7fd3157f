use std::path::PathBuf;

use super::*;
use crate::Code;

fn places() -> (tempfile::TempDir, Places) {
    let folder = tempfile::tempdir().unwrap();
    let places = Places {
        vault: folder.path().join("vault.db"),
        logs: folder.path().join("logs"),
        facts: folder.path().join("facts"),
    };
    (folder, places)
}

fn written(folder: &tempfile::TempDir, change: impl FnOnce(&mut serde_json::Value)) -> PathBuf {
    let mut rows: serde_json::Value = serde_json::from_str(credenza_net::built_in_text()).unwrap();
    change(&mut rows);
    let path = folder.path().join("mine.json");
    std::fs::write(&path, rows.to_string()).unwrap();
    path
}

#[test]
fn c2_a_replaced_file_is_used_at_once_and_the_factory_copy_comes_back() {
    let (folder, places) = places();
    let before = status(&places);
    assert_eq!((before[0].origin, before[0].replaced_at), (Origin::BuiltIn, None));
    assert!(before[0].entries >= 338, "all facts that were collected are in it: {}", before[0].entries);
    let mine = written(&folder, |rows| {
        for row in rows.as_array_mut().unwrap().iter_mut().filter(|row| row["id"] == "smtp:530-generic") {
            row["title"] = "Our own words".into();
        }
    });
    let after = replace(&places, &mine).unwrap();
    assert_eq!((after.origin, after.entries, after.fault), (Origin::Replaced, before[0].entries, None));
    assert!(after.replaced_at.is_some() && after.version != before[0].version);
    let title = || Facts::of(&places).0.catalogue.explain_text(None, None, "530 Authentication required").title;
    assert_eq!(title(), "Our own words");
    assert_eq!(restore(&places).unwrap(), before);
    assert_ne!(title(), "Our own words", "the factory copy was kept");
}

#[test]
fn a_faulty_file_is_refused_naming_the_entry_and_what_was_in_use_stays() {
    let (folder, places) = places();
    for (words, fault) in [
        ("does not compile", ("match", "(unclosed")),
        ("size limit", ("match", r"(\w{200}){200}")),
        ("somebody", ("who", "somebody")),
    ] {
        let mine = written(&folder, |rows| rows[4][fault.0] = fault.1.into());
        let refused = replace(&places, &mine).unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::Invalid, Some("file")));
        assert!(refused.message.contains("entry 5 (AADSTS") && refused.message.contains(words), "{}", refused.message);
        assert_eq!(status(&places)[0].origin, Origin::BuiltIn, "nothing was changed");
    }
    assert!(std::fs::read_dir(&places.facts).is_err(), "not even the folder was made");
}

#[test]
fn a_file_that_went_bad_in_the_folder_is_named_and_the_factory_copy_used() {
    let (_folder, places) = places();
    std::fs::create_dir_all(&places.facts).unwrap();
    std::fs::write(places.facts.join("error-codes.json"), "[{").unwrap();
    let found = status(&places);
    assert_eq!(found[0].origin, Origin::BuiltIn);
    assert!(found[0].fault.as_ref().unwrap().contains("JSON"), "{:?}", found[0].fault);
    let (facts, refused) = Facts::of(&places);
    assert!(refused.unwrap().starts_with("error-codes.json: "));
    assert!(!facts.catalogue.explain_text(None, None, "530 Authentication required").is_unknown());
}

#[test]
fn a_file_over_eight_mebibytes_is_not_read() {
    let (folder, places) = places();
    let large = folder.path().join("large.json");
    std::fs::write(&large, vec![b' '; 8 * 1024 * 1024 + 1]).unwrap();
    assert_eq!(replace(&places, &large).unwrap_err().code, Code::Io);
}
