//! Several programs on one vault at once: nothing is lost, and what clashes is exit 8.

use std::process::{Child, Command, Stdio};

use credenza_tests::Desk;
use serde_json::{Value, json};

fn edit(desk: &Desk, patch: &Value) -> Child {
    let file = desk.file(&format!("patch-{}.json", uuid::Uuid::new_v4()), patch.to_string());
    let mut command: Command = desk.command(&["--json", "edit", "Shared", "--from", file.to_str().unwrap()]);
    command.env("CREDENZA_SESSION", desk.session()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn d1_programs_that_edit_one_record_at_once_lose_nothing() {
    let desk = Desk::new();
    desk.add(&json!({"type": "secret", "name": "Shared", "description": "d", "value": "12345678"}));
    let fields = ["owner", "location", "notes", "description"];
    let mut acknowledged = 0;
    let mut conflicts = 0;
    for round in 0..6 {
        let children: Vec<(&str, Child)> =
            fields.iter().map(|field| (*field, edit(&desk, &json!({*field: format!("round {round}")})))).collect();
        let mut saved = Vec::new();
        for (field, child) in children {
            let output = child.wait_with_output().unwrap();
            match output.status.code() {
                Some(0) => saved.push(field),
                Some(8) => conflicts += 1,
                other => panic!("{field}: exit {other:?} {}", String::from_utf8_lossy(&output.stdout)),
            }
        }
        assert!(!saved.is_empty(), "at least one of them gets through");
        acknowledged += saved.len();
        let shown = desk.run(&["--json", "show", "Shared"]).expect(0).json();
        for field in saved {
            assert_eq!(
                shown[field],
                format!("round {round}"),
                "an acknowledged change is there ({conflicts} conflicts so far)"
            );
        }
    }
    let history = desk.run(&["--json", "history", "Shared"]).expect(0).json();
    assert_eq!(history.as_array().unwrap().len(), acknowledged + 1, "one line of history for each acknowledged change");
    desk.run(&["vault", "verify"]).expect(0);
    desk.run(&["events", "verify"]).expect(0);
}

#[test]
fn d1_of_programs_that_add_the_same_name_at_once_exactly_one_succeeds() {
    let desk = Desk::new();
    let record = desk.file(
        "record.json",
        json!({"type": "secret", "name": "One", "description": "d", "value": "12345678"}).to_string(),
    );
    let children: Vec<Child> = (0..4)
        .map(|_| {
            let mut command = desk.command(&["--json", "add", "--from", record.to_str().unwrap()]);
            command
                .env("CREDENZA_SESSION", desk.session())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut codes: Vec<i32> =
        children.into_iter().map(|child| child.wait_with_output().unwrap().status.code().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 8, 8, 8]);
    assert_eq!(desk.run(&["--json", "list"]).expect(0).json().as_array().unwrap().len(), 1);
}
