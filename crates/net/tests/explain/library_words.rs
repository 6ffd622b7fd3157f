//! What languages, libraries, operating systems and servers are known to say, by the entry that it means; and texts that mean
//! none, which must stay unknown.
//!
//! Unlike `public-replies.json` this was written with the matcher in view: it keeps what is found from being lost.

use std::collections::BTreeMap;

use credenza_net::Catalogue;

#[test]
fn c2_the_words_of_libraries_find_the_entry_meant_and_unrelated_texts_find_none() {
    let known: BTreeMap<String, Vec<String>> = serde_json::from_str(include_str!("library-words.json")).unwrap();
    let catalogue = Catalogue::builtin();
    let mut wrong = Vec::new();
    for (entry, texts) in &known {
        for text in texts {
            let found = catalogue.explain_text(None, None, text).id;
            if found != *entry {
                wrong.push(format!("{found}, not {entry}: {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(known.values().map(Vec::len).sum::<usize>() > 250);
}
