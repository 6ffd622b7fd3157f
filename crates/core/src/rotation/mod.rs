//! Rotating a secret without a gap (capability C9): the next value beside the current one, its test, the switch, the old
//! value kept until a date, and the list of everything that uses it.
//!
//! Next and old values are secrets of the record like any other, under a path of their own ([`next_path`], [`old_path`]):
//! encrypted with the record's key, bound to its endpoint, sealed with it, masked. What is not secret stands in a
//! document beside the record. The doing is in the workspace; here are the words and the rules.

mod places;
mod rules;
mod state;
mod view;

pub use places::{Part, certificate_path, next_path, old_path, part_of};
pub use view::{
    NextCertificate, RotationCertificates, RotationStep, RotationTrial, RotationUse, RotationView, Suspected,
    SwitchRequest,
};

pub(crate) use places::secret_of;
pub(crate) use rules::{KEEP_DAYS, fitting, rotates, setup};
pub(crate) use state::{Book, Entry, Switched, Trial, Use};
