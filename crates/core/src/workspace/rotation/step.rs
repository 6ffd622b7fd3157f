//! From what is kept to what is shown.

use credenza_vault::RecordHead;
use uuid::Uuid;

use super::certificate::side_by_side;
use crate::check::{Action, Outcome};
use crate::credential::{Credential, field_label};
use crate::rotation::{
    Entry, RotationStep, RotationTrial, RotationUse, RotationView, Trial, certificate_path, fitting, next_path,
    old_path, setup,
};

/// The view of one field.
pub(super) fn view(
    (head, credential): (&RecordHead, &Credential),
    field: &str,
    mut entry: Entry,
    users: &[(Uuid, String)],
) -> RotationView {
    entry.bring_in(users);
    let mask = |path: &str| head.masks.get(path).cloned();
    let next = mask(&next_path(field));
    let test = fitting(credential, field);
    let trial = entry.trial.as_ref().filter(|trial| next.is_some() && still_says(trial, head));
    let step = match (&next, trial) {
        (Some(_), Some(trial)) if trial.outcome != Outcome::Failed => RotationStep::Tested,
        (Some(_), _) => RotationStep::Entered,
        (None, _) if entry.switched.is_some() => RotationStep::Switched,
        (None, _) => RotationStep::Idle,
    };
    let dated = certificate_path(field).unwrap_or_else(|| field.to_owned());
    let open = entry.uses.iter().filter(|known| !known.done).count();
    RotationView {
        credential_id: head.id,
        credential_name: head.name.clone(),
        field: field.to_owned(),
        label: field_label(field),
        step,
        current: mask(field),
        certificates: side_by_side(&head.meta, field, &entry, head.masks.contains_key(&old_path(field))),
        old: mask(&old_path(field)),
        next_since: entry.next_since.filter(|_| next.is_some()),
        testable: test.is_some(),
        test_sends: matches!(test, Some(Action::Webhook(_))),
        trial: trial.map(shown),
        next,
        keep_until: entry.switched.as_ref().map(|switched| switched.keep_until),
        switched_at: entry.switched.as_ref().map(|switched| switched.at),
        switched_by: entry.switched.map(|switched| switched.by),
        expires: credential.common.expiries.iter().find(|expiry| expiry.item == dated).map(|expiry| expiry.on),
        used_by: entry.uses.into_iter().map(use_view).collect(),
        open: u32::try_from(open).unwrap_or(u32::MAX),
        revoked_at: entry.revoked_at,
    }
}

/// Whether a test still says something: the record connects as it did then.
pub(super) fn still_says(trial: &Trial, head: &RecordHead) -> bool {
    trial.setup == setup(head)
}

fn shown(trial: &Trial) -> RotationTrial {
    RotationTrial { at: trial.at, outcome: trial.outcome, headline: trial.headline.clone() }
}

fn use_view(known: crate::rotation::Use) -> RotationUse {
    RotationUse { number: known.number, text: known.text, credential_id: known.credential, done: known.done }
}
