//! Small encrypted documents beside the records. Kind and key are stored as blind indexes only.

use rusqlite::{Connection, params};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::manifest::{Entry, Sort};
use super::{SqlResult, exact};
use crate::crypto::{Binding, Cipher, Keys};
use crate::error::VaultError;
use crate::record::Class;

/// A document's key and body.
pub(crate) type Document = (String, Zeroizing<Vec<u8>>);

/// Blind index of a kind.
pub(crate) fn kind_index(keys: &Keys, vault: Uuid, kind: &str) -> [u8; 16] {
    keys.index.index(&Binding::new("index/document-kind", vault).text(kind).done())
}

/// Blind index of a key within a kind.
pub(crate) fn item_index(keys: &Keys, vault: Uuid, kind: &[u8; 16], key: &str) -> [u8; 16] {
    keys.index.index(&Binding::new("index/document", vault).bytes(kind).text(key).done())
}

/// Seals and writes a document: class (1) ‖ sealed (key length ‖ key ‖ body). Gives its manifest entry.
pub(crate) fn write(
    conn: &Connection,
    (vault, keys): (Uuid, &Keys),
    (kind, key, class): (&str, &str, Class),
    body: &[u8],
) -> Result<Entry, VaultError> {
    let place = kind_index(keys, vault, kind);
    let item = item_index(keys, vault, &place, key);
    let mut plain = Zeroizing::new(Vec::with_capacity(4 + key.len() + body.len()));
    plain.extend_from_slice(&(key.len() as u32).to_le_bytes());
    plain.extend_from_slice(key.as_bytes());
    plain.extend_from_slice(body);
    let mut stored = vec![class.number()];
    stored.extend(keys.document(class)?.seal(&bound(vault, &place, &item, class), &plain)?);
    conn.prepare_cached("INSERT OR REPLACE INTO documents (item, kind, body) VALUES (?1, ?2, ?3)")
        .sql()?
        .execute(params![item, place, stored])
        .sql()?;
    Ok(Entry::new(Sort::Document, item, place, Cipher::tag(&stored).unwrap_or_default()))
}

/// Reads the document of a manifest entry.
///
/// # Errors
/// [`VaultError::Damaged`], and [`VaultError::Forbidden`] for a sealed document with a helpdesk slot.
pub(crate) fn read(conn: &Connection, vault: Uuid, keys: &Keys, entry: &Entry) -> Result<Document, VaultError> {
    let mut statement = conn.prepare_cached("SELECT kind, body FROM documents WHERE item = ?1").sql()?;
    let mut rows = statement.query(params![entry.item()]).sql()?;
    let row = rows.next().sql()?.ok_or_else(|| VaultError::damaged("a document is missing"))?;
    let kind: Vec<u8> = row.get(0).sql()?;
    let stored: Vec<u8> = row.get(1).sql()?;
    let wrong = || VaultError::damaged("a document was changed from outside");
    let (class, sealed) = stored.split_first().ok_or_else(wrong)?;
    let class = Class::from_number(i64::from(*class)).ok_or_else(wrong)?;
    if Cipher::tag(sealed) != Some(entry.tag()) || exact::<16>(&kind)? != entry.place() {
        return Err(wrong());
    }
    let bound = bound(vault, &entry.place(), &entry.item(), class);
    let plain = keys.document(class)?.open(&bound, sealed).ok_or_else(wrong)?;
    let (length, rest) = plain.split_first_chunk::<4>().ok_or_else(wrong)?;
    let (key, body) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(wrong)?;
    let key = std::str::from_utf8(key).map_err(|_| wrong())?.to_owned();
    Ok((key, Zeroizing::new(body.to_vec())))
}

/// Blind indexes of all kinds there are.
pub(crate) fn kinds(conn: &Connection) -> Result<Vec<[u8; 16]>, VaultError> {
    let mut statement = conn.prepare_cached("SELECT DISTINCT kind FROM documents").sql()?;
    let mut rows = statement.query([]).sql()?;
    let mut out = Vec::new();
    while let Some(row) = rows.next().sql()? {
        out.push(exact(&row.get::<_, Vec<u8>>(0).sql()?)?);
    }
    Ok(out)
}

/// Removes a document's row.
pub(crate) fn remove(conn: &Connection, item: &[u8; 16]) -> Result<(), VaultError> {
    conn.prepare_cached("DELETE FROM documents WHERE item = ?1").sql()?.execute(params![item]).sql()?;
    Ok(())
}

fn bound(vault: Uuid, place: &[u8; 16], item: &[u8; 16], class: Class) -> Vec<u8> {
    Binding::new("document", vault).bytes(place).bytes(item).number(u64::from(class.number())).done()
}
