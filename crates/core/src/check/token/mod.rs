//! Tokens: fetched for *Fetch Token*, or inside a mail or HTTP check, from a provider, a script, the record or the cache.

mod claims;
mod fetch;
mod lint;
mod oauth;
mod sign_in;
mod source;
mod store;
mod turn;

pub(super) use fetch::{TokenPlan, inside, run};
pub use sign_in::{AskPerson, SignIn, SignInKind};
pub(super) use source::TokenSource;
pub use source::script_to_run;
pub use store::{SignInPlace, StoredToken, TokenStore};
