//! Tokens: fetched for *Fetch Token*, or inside a mail or HTTP check, from a provider, a script, the record or the cache.

mod claims;
mod fetch;
mod lint;
mod oauth;
mod renewal;
mod sign_in;
mod source;
mod state;
mod store;
mod turn;

pub(super) use fetch::{TokenPlan, inside, run};
pub use sign_in::{AskPerson, SignIn, SignInKind};
pub(super) use source::TokenSource;
pub use source::script_to_run;
pub use state::{AskedBy, Ending, RefreshState, Standing, TokenUse, Turn, refresh_digest};
pub use store::{SignInPlace, StoredToken, TokenStore};
