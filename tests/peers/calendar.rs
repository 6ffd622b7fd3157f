//! The `icalendar` library as a reader of our calendar.

use credenza_tests::Desk;
use credenza_tests::peers::read_calendar;
use serde_json::json;

#[test]
fn c4_a_calendar_of_every_date_is_read_by_another_library() {
    let desk = Desk::new();
    let name = "Büro; \u{201c}Drucker, 3. Stock\u{201d} \\ ".to_owned() + &"sehr ".repeat(30) + "lang";
    desk.add(&json!([
        { "type": "secret", "name": name.trim(), "description": "d", "kind": "licence", "value": "canary-77cd-value", "owner": "Ops, Süd",
          "expiries": [{ "item": "value", "on": "2031-02-28", "note": "ask; the \\ vendor, soon" }] },
        { "type": "secret", "name": "Leap", "description": "d", "value": "canary-77cd-value",
          "expiries": [{ "item": "value", "on": "2032-02-29" }] },
    ]));
    let calendar = desk.run(&["expiring", "--format", "ics"]).expect(0).out;
    let read = read_calendar(calendar.as_bytes());
    assert_eq!(read["version"], "2.0");
    let events = read["events"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!((&events[0]["start"], &events[1]["start"]), (&json!("2031-02-28"), &json!("2032-02-29")));
    assert_eq!(events[0]["summary"], format!("Licence of {} expires", name.trim()));
    let about = events[0]["description"].as_str().unwrap();
    assert!(about.contains("Owner: Ops, Süd") && about.contains("How to renew: ask; the \\ vendor, soon"), "{about}");
    for event in events {
        assert_eq!((&event["days"], &event["stamped"]), (&json!(1), &json!(true)));
        assert_eq!(event["alarms"], json!([-60, -30, -14, -7, -1]));
    }
    assert!(!calendar.contains("canary"));
}
