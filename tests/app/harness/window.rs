//! The real window, driven as WebDriver lets a person's hands: what is clicked and typed goes
//! through the browser engine, what is read is what it shows.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, getpgid, kill_process, test_kill_process};
use serde_json::{Value, json};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use tokio::runtime::Runtime;

use super::home::Home;
use super::poll;
use super::process::Process;
use super::program;
use super::serve::STOP;
use super::session::Session;

/// For the window to open and paint, on a busy machine.
const OPEN: Duration = Duration::from_secs(40);
/// For what the window does by itself: showing an element, answering a click.
pub(crate) const REACT: Duration = Duration::from_secs(10);

/// An open window. Dropping it ends it with SIGTERM, as the end of a desktop session does.
#[derive(Debug)]
pub(crate) struct Window {
    browser: WebDriver,
    runtime: Runtime,
    driver: Process,
    program: PathBuf,
}

impl Window {
    /// Opens Aegis on this desktop and waits until it can be typed into.
    pub(crate) fn open(home: &Home, session: &Session) -> Self {
        let window = Self::open_program(home, session, program::path("aegis-desktop"));
        window.wait_for("quick-add", OPEN);
        window
    }

    /// Opens Aegis where it cannot work, and waits until it says so.
    pub(crate) fn open_at_error(home: &Home, session: &Session) -> Self {
        let window = Self::open_program(home, session, program::path("aegis-desktop"));
        window.wait_for("error", OPEN);
        window
    }

    fn open_program(home: &Home, session: &Session, program: PathBuf) -> Self {
        let port = free_port();
        let mut command = session.command(home, Path::new("WebKitWebDriver"));
        command
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = Process::start(command, &home.output("webdriver"));
        poll::until("WebKitWebDriver", REACT, || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()
        });
        let mut capabilities = Capabilities::new();
        capabilities
            .set("webkitgtk:browserOptions", json!({ "binary": program }))
            .expect("a capability");
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let browser = runtime
            .block_on(async {
                let url = format!("http://127.0.0.1:{port}");
                WebDriver::builder(url, capabilities).request_timeout(OPEN).await
            })
            .unwrap_or_else(|error| panic!("no window ({error}): {}", driver.output()));
        Self { browser, runtime, driver, program }
    }

    /// What the element with this `data-testid` shows, if there is one.
    pub(crate) fn text(&self, id: &str) -> Option<String> {
        let text =
            self.run("return document.querySelector(arguments[0])?.innerText", &selector(id));
        text.as_str().map(str::to_owned)
    }

    /// The value of an input.
    pub(crate) fn value(&self, id: &str) -> String {
        let value = self.run("return document.querySelector(arguments[0])?.value", &selector(id));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Whether an element is there and takes room on the page.
    pub(crate) fn shows(&self, id: &str) -> bool {
        let script = "const e = document.querySelector(arguments[0]); \
                      return !!e && e.getClientRects().length > 0";
        self.run(script, &selector(id)) == Value::Bool(true)
    }

    /// Waits until an element is shown.
    pub(crate) fn wait_for(&self, id: &str, limit: Duration) {
        poll::until(&format!("{id} in the window"), limit, || self.shows(id).then_some(()));
    }

    /// Waits until an element has gone.
    pub(crate) fn wait_until_gone(&self, id: &str, limit: Duration) {
        poll::until(&format!("{id} to go"), limit, || (!self.shows(id)).then_some(()));
    }

    /// Waits until an element shows these words, and gives all that it shows then.
    pub(crate) fn wait_for_text(&self, id: &str, words: &str, limit: Duration) -> String {
        poll::until(&format!("{words:?} in {id}"), limit, || {
            self.text(id).filter(|text| text.contains(words))
        })
    }

    /// The column that a card lies in: `queued`, `running`, …
    pub(crate) fn column_of(&self, number: u64) -> Option<String> {
        let script = "return document.querySelector(arguments[0]) \
                      ?.closest('[data-testid^=\"column-\"]')?.dataset.testid";
        let column = self.run(script, &selector(&card(number)));
        column.as_str().and_then(|id| id.strip_prefix("column-")).map(str::to_owned)
    }

    /// Waits until a card lies in a column.
    pub(crate) fn wait_for_card_in(&self, number: u64, column: &str, limit: Duration) {
        poll::until(&format!("card {number} in {column}"), limit, || {
            (self.column_of(number).as_deref() == Some(column)).then_some(())
        });
    }

    /// The `data-testid` of the element that has the keyboard.
    pub(crate) fn focused(&self) -> Option<String> {
        let id = self.run("return document.activeElement?.dataset?.testid", "");
        id.as_str().map(str::to_owned)
    }

    /// Waits until an element has the keyboard.
    pub(crate) fn wait_for_focus(&self, id: &str) {
        poll::until(&format!("the keyboard in {id}"), REACT, || {
            (self.focused().as_deref() == Some(id)).then_some(())
        });
    }

    /// Clicks an element when it can be clicked.
    pub(crate) fn click(&self, id: &str) {
        self.with_element(id, "to be clicked", async |element| element.click().await);
    }

    /// Scrolls until an element is in sight.
    pub(crate) fn scroll_to(&self, id: &str) {
        self.wait_for(id, REACT);
        self.run("document.querySelector(arguments[0]).scrollIntoView()", &selector(id));
    }

    /// Types into an element.
    pub(crate) fn type_into(&self, id: &str, keys: impl Into<TypingData>) {
        let keys: String = keys.into().as_vec().into_iter().collect();
        self.with_element(id, "to be typed into", async |e| e.send_keys(&keys).await);
    }

    /// Types a line of quick-add and commits it.
    pub(crate) fn add(&self, line: &str) {
        self.type_into("quick-add", line + Key::Enter);
    }

    /// Puts a text into an input as pasting does, in one go.
    pub(crate) fn paste_into(&self, id: &str, text: &str) {
        let script = "const e = document.querySelector(arguments[0]); e.focus(); e.value = arguments[1]; \
                      e.dispatchEvent(new InputEvent('input', { bubbles: true }))";
        let arguments = vec![selector(id).into(), text.into()];
        self.runtime.block_on(self.browser.execute(script, arguments)).expect("the text arrives");
    }

    /// Presses keys where the keyboard is, as a person without a mouse does.
    pub(crate) fn press(&self, keys: impl Into<TypingData>) {
        let keys = keys.into();
        self.runtime
            .block_on(self.browser.action_chain().send_keys(keys).perform())
            .expect("the keys arrive");
    }

    /// Makes the window as large as its desktop.
    pub(crate) fn fill_desktop(&self) {
        self.runtime.block_on(self.browser.maximize_window()).expect("a larger window");
    }

    /// Walks to an element with Tab, within a person's patience.
    pub(crate) fn tab_to(&self, id: &str) {
        let reached = (0..40).any(|_| {
            self.press(Key::Tab);
            self.focused().as_deref() == Some(id)
        });
        assert!(reached, "Tab never reaches {id}");
    }

    /// The process that shows the window.
    pub(crate) fn pid(&self) -> Pid {
        let driver = self.driver.pid();
        let shown = |pid: &Pid| {
            let exe = std::fs::read_link(format!("/proc/{}/exe", pid.as_raw_nonzero()));
            // The driver and what it starts share a process group.
            exe.is_ok_and(|exe| exe.as_os_str().as_bytes() == self.program.as_os_str().as_bytes())
                && getpgid(Some(*pid)).is_ok_and(|group| group == driver)
        };
        let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
        processes
            .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
            .find(shown)
            .expect("the window's process")
    }

    /// Closes the window by the window manager's key, and waits until the program has ended.
    pub(crate) fn close(self, home: &Home, session: &Session) {
        let pid = self.pid();
        session.press(home, "Aegis", "alt+F4");
        self.wait_for_end(pid);
    }

    /// Kills the window, as a crash would.
    pub(crate) fn kill(self) {
        let pid = self.pid();
        kill_process(pid, Signal::KILL).expect("the window runs");
        self.wait_for_end(pid);
    }

    fn wait_for_end(&self, pid: Pid) {
        poll::until("the end of the window", STOP, || {
            test_kill_process(pid).is_err().then_some(())
        });
    }

    /// Of a test that failed: what the window showed last.
    fn leave_picture(&self) {
        let test = std::thread::current().name().unwrap_or("window").replace("::", "-");
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test).with_extension("png");
        let picture = async { self.browser.screenshot(&path).await };
        match self.runtime.block_on(picture) {
            Ok(()) => eprintln!("what the window showed: {}", path.display()),
            Err(error) => eprintln!("the window showed nothing any more: {error}"),
        }
    }

    fn with_element(
        &self,
        id: &str,
        what: &str,
        act: impl AsyncFn(WebElement) -> WebDriverResult<()>,
    ) {
        let by = By::Css(selector(id));
        poll::until(&format!("{id} {what}"), REACT, || {
            let done = self.runtime.block_on(async {
                let element = self.browser.find(by.clone()).await?;
                act(element).await
            });
            match done.map_err(|error| error.into_inner()) {
                Ok(()) => Some(()),
                // The page is still being painted: look again.
                Err(
                    WebDriverErrorInner::NoSuchElement(_)
                    | WebDriverErrorInner::StaleElementReference(_)
                    | WebDriverErrorInner::ElementNotInteractable(_)
                    | WebDriverErrorInner::ElementClickIntercepted(_),
                ) => None,
                Err(error) => panic!("{id} {what}: {error}"),
            }
        });
    }

    fn run(&self, script: &str, argument: &str) -> Value {
        let answer = self.runtime.block_on(self.browser.execute(script, vec![argument.into()]));
        answer.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.leave_picture();
        }
        // The driver goes with its process group. To take leave of it would wait for an answer that
        // a dead window never gives.
        let _ = self.browser.clone().leak();
    }
}

/// The `data-testid` of a task's card.
pub(crate) fn card(number: u64) -> String {
    format!("card-{number}")
}

/// Of several ids, each stands in the one before: `task-panel ask-always`.
fn selector(ids: &str) -> String {
    let parts = ids.split(' ').map(|id| format!("[data-testid=\"{id}\"]"));
    parts.collect::<Vec<_>>().join(" ")
}

/// A port that was free a moment ago: WebKitWebDriver does not choose one itself.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}
