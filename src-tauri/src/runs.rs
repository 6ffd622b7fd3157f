//! Checks under way and the last finished ones, by the name the window gave them.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use credenza_core::{
    Problem,
    check::{CancelFlag, CheckResult, SignIn},
};
use uuid::Uuid;

/// So many results are kept for *Copy report* and *Save transcript*.
const KEPT: usize = 32;

/// Running checks and their cancel flags; finished ones and their results.
#[derive(Default)]
pub(crate) struct Runs(Mutex<Book>);

#[derive(Default)]
struct Book {
    running: HashMap<String, CancelFlag>,
    asking: HashMap<String, SignIn>,
    finished: VecDeque<(String, Kept)>,
}

/// A result, and the stored credential whose secrets were in play, also when its unsaved form was tested.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) result: Arc<CheckResult>,
    pub(crate) record: Option<Uuid>,
}

impl Runs {
    /// Notes a new run.
    ///
    /// # Errors
    /// `invalid` when a run of that name is under way.
    pub(crate) fn begin(&self, run_id: &str) -> Result<CancelFlag, Problem> {
        let mut book = self.book();
        if book.running.contains_key(run_id) || run_id.is_empty() || run_id.len() > 64 {
            return Err(Problem::invalid("run_id", "A check of that name is under way, or the name is no name."));
        }
        let flag = CancelFlag::new();
        book.running.insert(run_id.to_owned(), flag.clone());
        Ok(flag)
    }

    /// Notes how a run ended; `None` when it could not start.
    pub(crate) fn finish(&self, run_id: &str, record: Option<Uuid>, result: Option<&CheckResult>) {
        let mut book = self.book();
        book.running.remove(run_id);
        book.asking.remove(run_id);
        if let Some(result) = result {
            book.finished.push_back((run_id.to_owned(), Kept { result: Arc::new(result.clone()), record }));
            if book.finished.len() > KEPT {
                book.finished.pop_front();
            }
        }
    }

    /// Stops a run; one that is over is left as it is.
    pub(crate) fn cancel(&self, run_id: &str) {
        if let Some(flag) = self.book().running.get(run_id) {
            flag.cancel();
        }
    }

    /// Stops every run and forgets every result.
    pub(crate) fn cancel_all(&self) {
        let mut book = self.book();
        book.running.values().for_each(CancelFlag::cancel);
        book.asking.clear();
        book.finished.clear();
    }

    /// Notes that a running check waits for a person.
    pub(crate) fn ask(&self, run_id: &str, sign_in: &SignIn) {
        self.book().asking.insert(run_id.to_owned(), sign_in.clone());
    }

    /// What a running check waits for.
    ///
    /// # Errors
    /// `not_found` when it waits for nobody, or is over.
    pub(crate) fn sign_in(&self, run_id: &str) -> Result<SignIn, Problem> {
        self.book().asking.get(run_id).cloned().ok_or_else(|| Problem::not_found("sign-in of that check"))
    }

    /// The result of a finished run.
    ///
    /// # Errors
    /// `not_found` when there is none, or it is too long ago.
    pub(crate) fn result(&self, run_id: &str) -> Result<Kept, Problem> {
        let book = self.book();
        let found = book.finished.iter().rev().find(|(name, _)| name == run_id);
        found.map(|(_, kept)| kept.clone()).ok_or_else(|| Problem::not_found("result of that check"))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locking_stops_every_check_under_way() {
        let runs = Runs::default();
        let (one, two) = (runs.begin("one").unwrap(), runs.begin("two").unwrap());
        runs.cancel_all();
        assert!(one.is_cancelled() && two.is_cancelled());
    }

    #[test]
    fn cancelling_one_check_leaves_the_others_alone() {
        let runs = Runs::default();
        let (one, two) = (runs.begin("one").unwrap(), runs.begin("two").unwrap());
        runs.cancel("one");
        runs.cancel("never heard of");
        assert!(one.is_cancelled() && !two.is_cancelled());
    }

    #[test]
    fn two_checks_of_one_name_cannot_run_at_once() {
        let runs = Runs::default();
        runs.begin("one").unwrap();
        assert_eq!(runs.begin("one").unwrap_err().field.as_deref(), Some("run_id"));
        runs.finish("one", None, None);
        assert!(runs.begin("one").is_ok(), "over is over");
    }

    #[test]
    fn a_result_that_was_never_there_is_not_found() {
        assert_eq!(Runs::default().result("x").err().map(|problem| problem.code), Some(credenza_core::Code::NotFound));
    }
}
