//! `check` with nothing due, on few records and on a hundred times as many.

use credenza_tests::Desk;
use serde_json::Value;

use crate::record;
use crate::timing::{alternate, milliseconds};

/// Records of the small vault and of the large one.
const SIZES: [usize; 2] = [1_000, 100_000];
/// Records that are added at once: one transaction of a hundred thousand would measure memory.
const BATCH: usize = 10_000;

/// The cost of a look that finds nothing due, and its ratio.
pub(crate) fn measure() {
    let [small, large] = SIZES.map(filled);
    let look = |desk: &Desk| {
        let mut command = desk.command(&["--json", "check"]);
        command.env("CREDENZA_SESSION", desk.session());
        command
    };
    // The first look is a full one; it writes down what is due next.
    let full = SIZES.iter().zip([&small, &large]).map(|(size, desk)| {
        let begun = std::time::Instant::now();
        let answer = desk.run(&["--json", "check"]).expect(0);
        drop(answer);
        format!("{size}: {}", milliseconds(begun.elapsed()))
    });
    println!("the first look, which reads everything: {}", full.collect::<Vec<_>>().join(", "));
    let [few, many] = alternate(15, [&|| look(&small), &|| look(&large)]);
    for (size, figure) in SIZES.iter().zip([&few, &many]) {
        println!("{:28} {:>12}", format!("check, {size} records"), milliseconds(figure.median()));
    }
    println!("{:28} {:>11.2}x\n", "ratio", many.median().as_secs_f64() / few.median().as_secs_f64());
}

/// A vault of so many records, none of which has a date that is near.
fn filled(records: usize) -> Desk {
    let desk = Desk::new();
    for begin in (0..records).step_by(BATCH) {
        let batch = (begin..records.min(begin + BATCH)).map(|number| {
            let mut record = record(number);
            // Every tenth has a date far ahead.
            if number % 10 == 0 {
                record["expiries"] = serde_json::json!([{ "item": "auth.password", "on": "2099-01-31" }]);
            }
            record
        });
        let file = desk.file("records.json", Value::Array(batch.collect()).to_string());
        desk.run(&["--quiet", "add", "--from", file.to_str().unwrap()]).expect(0);
    }
    desk
}
