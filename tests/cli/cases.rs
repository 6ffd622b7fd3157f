//! Cases as data: each file of `cases/` is a story of commands on a vault of its own, with exact output.
//!
//! A step is `{"run": [arguments], "input": text or JSON, "code": 0}` and then `"out"` (lines of text, exact), `"json"` (the
//! document, exact) and `"err"` (words that standard error holds). Ids, times and folders stand as `ID`, `TIME`, `FOLDER`.
//! `CREDENZA_BLESS=1` writes what the program said into the files, to be read before it is committed.

use std::path::{Path, PathBuf};

use credenza_tests::{Answer, Desk};
use regex::Regex;
use serde_json::{Value, json};

macro_rules! cases {
    ($($name:ident)+) => { $(
        #[test]
        fn $name() {
            play(stringify!($name));
        }
    )+ };
}

cases! {
    a_credential_from_add_to_remove
    adding_is_refused_naming_the_field
    editing_is_a_merge_patch
    every_lookup_of_what_is_not_there_is_not_found
    explain_needs_no_vault
    lists_are_filtered
    slots_come_and_go
    the_audit_log_tells_who_did_what
    usage_errors_are_exit_2
    vault_status_backup_and_verify
}

#[test]
fn every_case_file_is_played() {
    let source = include_str!("cases.rs");
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(source.contains(&format!("\n    {name}\n")), "{name} is in no test");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cli").join("cases")
}

fn play(name: &str) {
    let path = folder().join(format!("{name}.json"));
    let mut steps: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let desk = Desk::new();
    let bless = std::env::var_os("CREDENZA_BLESS").is_some();
    for (number, step) in steps.iter_mut().enumerate() {
        let arguments: Vec<String> = words(&step["run"])
            .iter()
            .map(|word| word.replace("FOLDER", &desk.folder.path().display().to_string()))
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let input = step["input"].as_str().map_or_else(|| step["input"].to_string(), str::to_owned);
        let answer = desk.run_with(&arguments, if step["input"].is_null() { "" } else { &input });
        let answer = Answer { out: plain(&answer.out, &desk), err: plain(&answer.err, &desk), ..answer };
        if bless {
            written(step, &answer);
        }
        compare(&format!("{name}, step {}: credenza {}", number + 1, arguments.join(" ")), step, &answer);
    }
    if bless {
        std::fs::write(&path, layout(&steps)).unwrap();
    }
}

fn compare(place: &str, step: &Value, answer: &Answer) {
    assert_eq!(step["code"], answer.code, "{place}\n{}\n{}", answer.out, answer.err);
    if !step["json"].is_null() {
        assert_eq!(answer.json(), step["json"], "{place}");
    }
    if !step["out"].is_null() {
        assert_eq!(answer.out.lines().collect::<Vec<_>>(), words(&step["out"]), "{place}");
    }
    for part in words(&step["err"]) {
        assert!(answer.err.contains(&part), "{place}: {part:?} is not in {:?}", answer.err);
    }
}

fn written(step: &mut Value, answer: &Answer) {
    step["code"] = json!(answer.code);
    match serde_json::from_str::<Value>(&answer.out) {
        Ok(document) => step["json"] = document,
        Err(_) => step["out"] = answer.out.lines().collect(),
    }
}

/// One step per line group, its parts on lines of their own.
fn layout(steps: &[Value]) -> String {
    let part = |(key, value): (&String, &Value)| match value {
        Value::Array(lines) if key == "out" && lines.len() > 1 => {
            let lines: Vec<String> = lines.iter().map(|line| format!("      {line}")).collect();
            format!("    {key:?}: [\n{}\n    ]", lines.join(",\n"))
        }
        value => format!("    {key:?}: {value}"),
    };
    let step = |step: &Value| {
        format!("  {{\n{}\n  }}", step.as_object().unwrap().iter().map(part).collect::<Vec<_>>().join(",\n"))
    };
    format!("[\n{}\n]\n", steps.iter().map(step).collect::<Vec<_>>().join(",\n"))
}

fn words(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// What differs at every run gets a name.
fn plain(text: &str, desk: &Desk) -> String {
    let replace =
        |text: String, pattern: &str, name: &str| Regex::new(pattern).unwrap().replace_all(&text, name).into_owned();
    let folder = desk.folder.path().display().to_string();
    let text = text.replace(&folder.replace('\\', r"\\"), "FOLDER").replace(&folder, "FOLDER");
    let text = on_any_system(text);
    let text = replace(text, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID");
    let text = replace(text, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z( ?) *", "TIME$2");
    // How wide the column is depends on the fraction of the second.
    let text = replace(text, "(WHEN|CREATED) {2,}", "$1  ");
    let text = replace(text, r#""days": \d+"#, r#""days": 0"#);
    let text = replace(text, r#""duration_ms": \d+"#, r#""duration_ms": 0"#);
    let text = replace(text, "partial-[0-9a-f]{12}", "partial-RANDOM");
    let text = replace(text, r#""size_bytes": \d+"#, r#""size_bytes": 0"#);
    let text = replace(text, r"\d+ bytes", "BYTES");
    replace(text, "[0-9a-f]{64}", "DIGEST")
}

/// Paths as they are written here, and the one sentence of the operating system that the stories hold.
fn on_any_system(text: String) -> String {
    if !cfg!(windows) {
        return text;
    }
    let path = Regex::new(r"FOLDER[^\s\x22\u{201c}\u{201d}]*").unwrap();
    let text = path.replace_all(&text, |found: &regex::Captures<'_>| found[0].replace(r"\\", "/").replace('\\', "/"));
    let missing = Regex::new(r"(FOLDER[^ ]*): [^:(]+ \(os error [23]\)").unwrap();
    let text = missing.replace_all(&text, "$1: No such file or directory (os error 2)");
    text.replace("credenza.exe", "credenza")
}
