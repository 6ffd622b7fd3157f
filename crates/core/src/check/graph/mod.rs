//! *Read from Entra*: the tenant's app registrations, page by page, from Microsoft Graph.
//!
//! All of it is read or it is a failure: half a list would look like a list. A busy directory is waited for, since this is
//! no sign-in that a person watches, and never longer than there is time.

mod pace;
mod turn;

use credenza_net::{
    Channel, Failure, HttpAuth, HttpCall, HttpReply, Place, Recorder, Route, SecretOrText, StageName, exchange_data,
};
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::Subject;
use super::engine::{Done, Run, Stop};
use super::route::url_route;
use super::token::{self, TokenSource};
use crate::Problem;
use crate::credential::{ClientAuthentication, GrantType, Kind};
use crate::inventory::{Directory, GraphPlace, Page, read_page};
use turn::Turn;

/// More pages than this are no directory; at 999 a page it is half a million applications.
const MOST_PAGES: u32 = 500;

const PERMISSION: &str = "Application.Read.All";

/// Everything that the reading needs.
pub(super) struct GraphPlan {
    route: Route,
    first: Url,
    source: TokenSource,
}

impl GraphPlan {
    /// The plan for an app registration that signs in as itself ([`as_graph_client`]).
    ///
    /// # Errors
    /// `invalid` with the field at fault.
    pub(super) fn of(subject: &Subject, place: &GraphPlace, rec: &Recorder) -> Result<GraphPlan, Problem> {
        let connection = subject.credential.connection().cloned().unwrap_or_default();
        let route = url_route(&connection, &place.base, "graph_url", &subject.secrets)?;
        let base = place.base.as_str().trim_end_matches('/');
        let select = "$select=id,appId,displayName,passwordCredentials,keyCredentials&$top=999";
        let first = Url::parse(&format!("{base}/v1.0/applications?{select}"))
            .map_err(|_| Problem::invalid("graph_url", "Microsoft Graph URL does not make an address."))?;
        Ok(GraphPlan { route, first, source: TokenSource::of(subject, rec)? })
    }
}

/// The same app registration as it asks for a token of Graph: as itself, whatever its own grant and scope are.
///
/// # Errors
/// `invalid` for a record that is no app registration, or whose client proves nothing.
pub(crate) fn as_graph_client(mut subject: Subject, place: &GraphPlace) -> Result<Subject, Problem> {
    let Kind::AppRegistration(app) = &mut subject.credential.kind else {
        return Err(Problem::invalid("type", "Only an app registration can read the directory."));
    };
    let block = &mut app.oauth2;
    if block.client_auth == ClientAuthentication::None {
        let message =
            "This client proves nothing about itself: reading the directory needs a client secret or a certificate.";
        return Err(Problem::invalid("oauth2.client_auth", message));
    }
    block.grant = GrantType::ClientCredentials;
    block.scope.clone_from(&place.scope);
    block.audience.clear();
    block.extra.remove("resource");
    Ok(subject)
}

/// Reads all pages.
pub(super) async fn run(run: &Run<'_>, plan: &GraphPlan) -> Result<Done, Stop> {
    let token = token::inside(run, &plan.source).await?;
    let mut reading = Reading { run, plan, token, directory: Directory::default(), turn: Turn::default() };
    let mut next = Some(plan.first.clone());
    while let Some(url) = next {
        next = reading.page(&url).await?;
    }
    let Reading { directory, .. } = reading;
    let target = plan.route.target();
    let (count, pages) = (directory.applications.len(), directory.pages);
    run.rec.begin(StageName::Permission, &target).pass("Microsoft Graph lets it read the app registrations.");
    let words = format!("{count} app registrations on {pages} {}.", if pages == 1 { "page" } else { "pages" });
    run.rec.begin(StageName::Action, &target).pass(words);
    let result = json!({ "applications": count, "pages": pages });
    Ok(Done { result, directory: Some(directory), ..Done::default() })
}

/// A reading under way.
struct Reading<'a> {
    run: &'a Run<'a>,
    plan: &'a GraphPlan,
    token: SecretString,
    directory: Directory,
    turn: Turn,
}

impl Reading<'_> {
    /// Reads one page; gives where the next one is.
    async fn page(&mut self, url: &Url) -> Result<Option<Url>, Failure> {
        if self.directory.pages >= MOST_PAGES {
            return Err(self.fail(&format!("The list did not end after {MOST_PAGES} pages."), "endless list"));
        }
        if self.directory.pages > 0 {
            self.show("");
        }
        let reply = self.answer(url).await?;
        self.judge(&reply)?;
        if reply.truncated {
            return Err(self.fail("A page is larger than 32 MiB and was not read to its end.", "page too large"));
        }
        let Page { applications, next } = read_page(&reply.body, self.run.rec).map_err(|why| {
            let message = format!("Page {} is not what Microsoft Graph answers: {why}.", self.directory.pages + 1);
            self.fail(&message, &message)
        })?;
        self.directory.applications.extend(applications);
        self.directory.pages += 1;
        next.map(|next| self.follow(&next, url)).transpose()
    }

    /// The answer to one request, once the directory has time for it.
    async fn answer(&mut self, url: &Url) -> Result<HttpReply, Failure> {
        loop {
            let waiting = pace::delay(&self.plan.route.target());
            self.wait(waiting, "150 requests a minute are allowed").await?;
            let reply = self.exchange(url).await?;
            if !matches!(reply.status, 429 | 503) {
                self.turn.answered();
                return Ok(reply);
            }
            let now = self.run.rec.now().unwrap_or_else(|| self.run.ctx.clock.now());
            let Some(wait) = self.turn.refused(reply.header("retry-after"), now) else {
                let message =
                    "Microsoft Graph stays busy: it was asked several times, and each time it wanted to be left alone.";
                return Err(self.refuse(StageName::Action, message, &reply));
            };
            if wait >= self.run.remaining() {
                let message = format!(
                    "Microsoft Graph is busy and asks to wait {} s, longer than there is time.",
                    wait.as_secs()
                );
                return Err(self.refuse(StageName::Action, &message, &reply));
            }
            self.wait(wait, "Microsoft Graph is busy and asked for it").await?;
        }
    }

    async fn wait(&self, time: std::time::Duration, why: &str) -> Result<(), Failure> {
        if !time.is_zero() {
            self.show(&format!(", waiting {} s: {why}", time.as_secs().max(1)));
            self.run.rec.note(&format!("Waiting {} s: {why}.", time.as_secs().max(1)));
            self.run.rec.wait("waiting until Microsoft Graph has time");
            tokio::time::sleep(time).await;
            if self.directory.pages == 0 {
                // Should the next connection fail, it is that which failed.
                let guard = self.run.rec.begin(StageName::Authenticate, self.plan.route.target());
                guard.skip("Microsoft Graph was busy and is asked again.");
            } else {
                self.show("");
            }
        }
        Ok(())
    }

    /// The stages of the first connection are the check's own; those of the others are steps.
    async fn exchange(&self, url: &Url) -> Result<HttpReply, Failure> {
        let mut call = HttpCall::new("GET", url.clone());
        call.auth = HttpAuth::Bearer(self.token.clone());
        call.headers.push(("Accept".to_owned(), SecretOrText::Text("application/json".to_owned())));
        let rec = self.run.rec;
        if self.directory.pages == 0 {
            return exchange_data(&self.plan.route, &call, rec).await;
        }
        exchange_data(&self.plan.route, &call, &rec.nested(StageName::Action)).await.map_err(|failure| {
            let failure = Failure { stage: StageName::Action, ..failure };
            self.fail_stage(StageName::Action, &failure);
            failure
        })
    }

    /// Says how far it is; the window shows a stage's target while it runs. Until the first page is there, it is the sign-in that
    /// waits for an answer.
    fn show(&self, what: &str) {
        let (page, known) = (self.directory.pages + 1, self.directory.applications.len());
        let target = format!("{}, page {page}, {known} app registrations so far{what}", self.plan.route.target());
        let stage = if self.directory.pages == 0 { StageName::Authenticate } else { StageName::Action };
        // Left open: the next word about it takes its place.
        let _running = self.run.rec.begin(stage, target);
    }

    fn judge(&self, reply: &HttpReply) -> Result<(), Failure> {
        match reply.status {
            200 => {}
            401 => {
                let message = "Microsoft Graph did not accept the token.";
                return Err(self.refuse(StageName::Authenticate, message, reply));
            }
            403 => {
                let message = format!(
                    "Microsoft Graph does not let this application read app registrations. It needs the application permission {PERMISSION} with admin consent."
                );
                return Err(self.refuse(StageName::Permission, &message, reply));
            }
            status => {
                let message = format!("Microsoft Graph answered {status} to page {}.", self.directory.pages + 1);
                return Err(self.refuse(StageName::Action, &message, reply));
            }
        }
        if self.directory.pages == 0 {
            let guard = self.run.rec.begin(StageName::Authenticate, self.plan.route.target());
            guard.pass("Microsoft Graph did not object to the token.");
        }
        Ok(())
    }

    /// The next page, if it is where this one was: a token goes to no other host.
    fn follow(&self, next: &str, at: &Url) -> Result<Url, Failure> {
        // OData lets it be relative to the page that names it.
        let Ok(url) = at.join(next) else {
            return Err(self.fail("The address of the next page cannot be read.", "@odata.nextLink"));
        };
        if url.origin() != self.plan.first.origin() || !url.username().is_empty() || url.password().is_some() {
            let message = format!(
                "The next page is said to be at {}, another host than {}: the token was not sent there.",
                url.origin().ascii_serialization(),
                self.plan.first.origin().ascii_serialization()
            );
            return Err(self.fail(&message, "@odata.nextLink leads to another host"));
        }
        if url == *at {
            return Err(self.fail("A page names itself as the next one: the list does not end.", "@odata.nextLink"));
        }
        Ok(url)
    }

    fn refuse(&self, stage: StageName, message: &str, reply: &HttpReply) -> Failure {
        let place = Place::new(stage, Channel::Graph, &self.plan.route.host);
        let failure = reply.failure(&place, message, self.run.rec);
        self.fail_stage(stage, &failure);
        failure
    }

    fn fail(&self, message: &str, raw: &str) -> Failure {
        let place = Place::new(StageName::Action, Channel::Network, &self.plan.route.host);
        let failure = Failure::new(&place, message, raw, self.run.rec).with_lookup("", self.run.rec);
        self.fail_stage(StageName::Action, &failure);
        failure
    }

    fn fail_stage(&self, stage: StageName, failure: &Failure) {
        let (rec, target) = (self.run.rec, self.plan.route.target());
        let done = |name: StageName, words: &str| rec.begin(name, &target).pass(words);
        if stage == StageName::Permission {
            done(StageName::Authenticate, "Microsoft Graph knows who asks.");
        }
        if stage == StageName::Action && self.directory.pages > 0 {
            done(StageName::Permission, "Microsoft Graph lets it read the app registrations.");
        }
        rec.begin(stage, &target).fail(failure);
    }
}
