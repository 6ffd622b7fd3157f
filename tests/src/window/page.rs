//! What a person does on the page: controls are found by role and accessible name, as the contract has them.

use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use serde_json::{Value, json};

use super::Window;

/// Seconds until the page must have done what is waited for.
const PATIENCE: u64 = 25;

/// Finds by name among what can be seen; inside an open dialog if there is one.
const LIBRARY: &str = r"
const clean = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const seen = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
const byIds = (e, attribute) => clean((e.getAttribute(attribute) ?? '').split(/\s+/).map((id) => document.getElementById(id)?.innerText ?? '').join(' '));
const nameOf = (e) => clean(e.getAttribute('aria-label')) || byIds(e, 'aria-labelledby') || clean([...(e.labels ?? [])].map((l) => l.innerText).join(' ')) || clean(e.innerText) || clean(e.title);
const root = () => { const open = [...document.querySelectorAll('dialog[open]')].filter(seen); return open.length ? open[open.length - 1] : document; };
const bare = (name) => name.replace(/ ?\*$/, '').replace(/ \(required\)$/, '');
const find = (selector, wanted) => {
  const all = [...root().querySelectorAll(selector)].filter(seen);
  return all.find((e) => bare(nameOf(e)) === wanted) ?? all.find((e) => bare(nameOf(e)).startsWith(wanted)) ?? null;
};
const wait = (test, seconds, done) => {
  const now = test();
  if (now) { done(now); return; }
  const end = (value) => { watch.disconnect(); clearTimeout(timer); done(value); };
  const watch = new MutationObserver(() => { const found = test(); if (found) end(found); });
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const timer = setTimeout(() => end(test()), seconds * 1000);
};
const done = arguments[arguments.length - 1];
";

const BUTTONS: &str = "button, a, [role=button], [role=tab], [role=radio], [role=option], [role=menuitem], [role=switch], label, summary, input[type=radio], input[type=checkbox]";
const FIELDS: &str = "input, textarea, select, [role=combobox], [role=searchbox]";

impl Window {
    /// Runs a script with the library at hand; it ends by calling `done`.
    ///
    /// # Panics
    /// When the script fails.
    pub async fn script(&self, body: &str, arguments: Vec<Value>) -> Value {
        let ran: Result<Value, CmdError> = self.client.execute_async(&format!("{LIBRARY}{body}"), arguments).await;
        ran.unwrap_or_else(|error| panic!("script failed: {error}\n{body}"))
    }

    /// Waits for a control with this accessible name and clicks it.
    ///
    /// # Panics
    /// When there is none.
    pub async fn press(&self, name: &str) {
        let element = self.control(BUTTONS, name).await;
        if let Err(error) = element.click().await {
            self.fail(&format!("{name:?} could not be clicked: {error}")).await;
        }
    }

    /// Waits for a field with this label and types into it, over what stood there.
    ///
    /// # Panics
    /// When there is none.
    pub async fn fill(&self, label: &str, text: &str) {
        let element = self.control(FIELDS, label).await;
        // Clearing leaves the field again, which for a secret with nothing typed means to keep the stored one.
        let filled = element.prop("value").await.ok().flatten().is_some_and(|value| !value.is_empty());
        let cleared = if filled { element.clear().await } else { Ok(()) };
        if let Err(error) = cleared {
            self.fail(&format!("{label:?} could not be cleared: {error}")).await;
        }
        if let Err(error) = element.send_keys(text).await {
            self.fail(&format!("{label:?} could not be typed into: {error}")).await;
        }
    }

    /// Chooses an option of a list by its words.
    ///
    /// # Panics
    /// When there is none.
    pub async fn choose(&self, label: &str, option: &str) {
        let element = self.control(FIELDS, label).await;
        element.select_by_label(option).await.unwrap_or_else(|error| panic!("{label:?} has no {option:?}: {error}"));
    }

    /// Waits until the page shows this text.
    ///
    /// # Panics
    /// When it does not.
    pub async fn sees(&self, text: &str) {
        let found = self.script("const text = arguments[0]; wait(() => clean(root().innerText ?? document.body.innerText).includes(text) || clean(document.body.innerText).includes(text), arguments[1], done);", vec![json!(text), json!(PATIENCE)]).await;
        if found != json!(true) {
            self.fail(&format!("the page never showed {text:?}")).await;
        }
    }

    /// Opens a record from the list and waits until it is the one on screen.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open_record(&self, name: &str) {
        self.press("Credentials").await;
        self.press(name).await;
        let opened = "wait(() => { const it = find('article', arguments[0]); return it && nameOf(it) === arguments[0]; }, arguments[1], done);";
        if self.script(opened, vec![json!(name), json!(PATIENCE)]).await != json!(true) {
            self.fail(&format!("the record {name:?} never opened")).await;
        }
    }

    /// Waits for the region **Check result** to be finished and gives its text.
    ///
    /// # Panics
    /// When there is none.
    pub async fn check_result(&self) -> String {
        let body = r"
wait(() => {
  const region = find('[role=region], section', 'Check result');
  const running = [...document.querySelectorAll('[aria-busy=true]')].some(seen) || (region && find('button', 'Cancel check')) || (region && /Running|running…/.test(region.innerText));
  return region && !running && region.querySelectorAll('li').length > 3 ? clean(region.innerText) : null;
}, arguments[0], done);";
        let text = self.script(body, vec![json!(PATIENCE)]).await;
        match text.as_str() {
            Some(text) => text.to_owned(),
            None => self.fail("no finished Check result").await,
        }
    }

    /// The names of the list items of the check result: the stages.
    pub async fn stages(&self) -> Vec<String> {
        let body = "const region = find('[role=region], section', 'Check result'); done([...(region?.querySelectorAll('li') ?? [])].map((e) => nameOf(e)));";
        let names = self.script(body, Vec::new()).await;
        names.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Everything the page holds: markup, values of fields, storage.
    pub async fn everything(&self) -> String {
        let body = "done(document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea, select')].map((e) => e.value).join('\\n') + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie);";
        self.script(body, Vec::new()).await.as_str().unwrap_or_default().to_owned()
    }

    /// Calls a command of the shell as the page would: `{ok: …}` or `{error: …}`.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Value {
        let body = "window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then((ok) => done({ ok }), (error) => done({ error }));";
        self.script(body, vec![json!(command), arguments]).await
    }

    async fn control(&self, selector: &str, name: &str) -> Element {
        let body = "const [selector, wanted, seconds] = arguments; wait(() => { const e = find(selector, wanted); return e && !e.disabled ? e : null; }, seconds, (e) => { e?.scrollIntoView({ block: 'center' }); done(e); });";
        let found = self.script(body, vec![json!(selector), json!(name), json!(PATIENCE)]).await;
        match element_id(&found) {
            Some(id) => Element::from_element_id(self.client.clone(), id),
            None => self.fail(&format!("no control named {name:?}")).await,
        }
    }

    async fn fail(&self, what: &str) -> ! {
        let folder = crate::program("credenza-desktop").with_file_name("window-failures");
        let _ = std::fs::create_dir_all(&folder);
        let file = folder
            .join(format!("{}.png", what.chars().filter(char::is_ascii_alphanumeric).take(60).collect::<String>()));
        self.picture(&file);
        let text = self.script("done(clean(document.body.innerText).slice(0, 3000));", Vec::new()).await;
        panic!("{what}\npicture: {}\npage: {text}", file.display());
    }
}

/// The element that a script gave back (WebDriver section 11).
fn element_id(value: &Value) -> Option<ElementRef> {
    let id = value.get("element-6066-11e4-a52e-4f735466cecf")?.as_str()?;
    Some(ElementRef::from(id.to_owned()))
}
