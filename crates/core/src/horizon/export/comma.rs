//! Comma-separated values (RFC 4180), safe to open in a spreadsheet.

use crate::view::ExpiryView;

const HEADER: [&str; 13] = [
    "on",
    "days",
    "credential",
    "type",
    "item",
    "kind",
    "source",
    "owner",
    "used by",
    "note",
    "renews itself",
    "muted",
    "id",
];

/// The items as CSV: a header, CRLF after every line, UTF-8 without a mark.
pub fn csv(items: &[ExpiryView]) -> String {
    let mut out = String::with_capacity(160 * (items.len() + 1));
    line(&mut out, HEADER.iter().map(|word| (*word).to_owned()));
    for item in items {
        let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let cells = [
            item.on.to_string(),
            item.days.to_string(),
            text(&item.credential_name),
            item.credential_type.word().to_owned(),
            text(&item.item),
            item.kind.word().to_owned(),
            item.source.word().to_owned(),
            text(&item.owner),
            text(&item.used_by.join("; ")),
            text(&item.note),
            yes_no(item.renews_itself),
            yes_no(item.muted),
            item.id.clone(),
        ];
        line(&mut out, cells.into_iter());
    }
    out
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (position, cell) in cells.enumerate() {
        if position > 0 {
            out.push(',');
        }
        out.push_str(&quoted(&cell));
    }
    out.push_str("\r\n");
}

/// What people typed never begins as a formula: a spreadsheet would run it. A quote mark in front makes it text.
fn text(cell: &str) -> String {
    let begins = cell.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let hidden = cell.starts_with(['\t', '\r', '\n']);
    if begins || hidden { format!("'{cell}") } else { cell.to_owned() }
}

/// RFC 4180, rules 5 to 7.
fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_begins_as_a_formula_becomes_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\u{ff1d}1"] {
            assert!(text(formula).starts_with('\''), "{formula:?} would be run");
        }
        for plain in ["Office mail", "a=1", "", "5"] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn quotes_commas_and_line_breaks_are_quoted() {
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"hi\""), "\"say \"\"hi\"\"\"");
        assert_eq!(quoted("a\r\nb"), "\"a\r\nb\"");
        assert_eq!(quoted("plain"), "plain");
    }
}
