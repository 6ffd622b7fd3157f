//! The desktop shell of Credenza.
