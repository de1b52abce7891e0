//! A private desktop: display, window manager, message bus and a notification daemon that is not
//! ours. Nothing of it is visible to the person at the machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::home::Home;
use super::poll;
use super::process::Process;

/// For each part to come up.
const START: Duration = Duration::from_secs(10);

/// The width and height that the window is drawn for first.
pub(crate) const SCREEN: (u32, u32) = (1440, 900);

/// What the notification daemon was given to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notification {
    /// The name under which the program presents itself.
    pub(crate) app: String,
    /// The bold line.
    pub(crate) summary: String,
    /// What is below it.
    pub(crate) body: String,
}

/// The desktop. Its parts end in the order of the fields, the display last.
#[derive(Debug)]
pub(crate) struct Session {
    notifications: Option<Process>,
    window_manager: Process,
    _bus: Process,
    _display: Process,
    environment: [(&'static str, String); 3],
    shown: PathBuf,
    /// What is chosen in the menu of a notification.
    choice: PathBuf,
}

impl Session {
    /// A desktop with everything that one has.
    pub(crate) fn start(home: &Home) -> Self {
        let mut session = Self::start_without_notifications(home);
        session.start_notifications(home);
        session
    }

    /// A desktop on which nobody shows notifications.
    pub(crate) fn start_without_notifications(home: &Home) -> Self {
        Self::start_with_screen(home, SCREEN)
    }

    /// A desktop of this width and height, on which nobody shows notifications.
    pub(crate) fn start_with_screen(home: &Home, (width, height): (u32, u32)) -> Self {
        let mut xvfb = home.command(Path::new("Xvfb"));
        let screen = format!("{width}x{height}x24");
        xvfb.args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp"]);
        // Without this it starts anew when its last program leaves, and takes the next one down.
        xvfb.arg("-noreset");
        let (display, number) =
            Process::start_with_first_line("Xvfb", xvfb, &home.output("xvfb"), START);
        let (bus, address) = start_bus(home);
        let environment = [
            ("DISPLAY", format!(":{number}")),
            ("DBUS_SESSION_BUS_ADDRESS", address),
            // There is no accessibility bus here: GTK shall not wait for one.
            ("NO_AT_BRIDGE", "1".to_owned()),
        ];
        let mut openbox = home.command(Path::new("openbox"));
        openbox.envs(environment.clone());
        let window_manager = Process::start(openbox, &home.output("openbox"));
        let mut session = Self {
            notifications: None,
            window_manager,
            _bus: bus,
            _display: display,
            environment,
            shown: home.output("notifications"),
            choice: home.output("choice"),
        };
        // A window that is there before its manager never gets the keyboard.
        poll::until("the window manager", START, || {
            let mut asked = session.command(home, Path::new("xdotool"));
            let ended = session.window_manager.ended();
            assert!(ended.is_none(), "openbox ended: {ended:?}");
            asked.arg("get_desktop").stdout(Stdio::null()).stderr(Stdio::null());
            asked.status().expect("xdotool runs").success().then_some(())
        });
        // The first key that is pressed makes the display change its keyboard, upon which the
        // window manager takes its keys anew: one that comes meanwhile reaches nobody.
        let mut first = session.command(home, Path::new("xdotool"));
        assert!(first.args(["key", "Shift_L"]).status().expect("xdotool runs").success());
        session
    }

    /// Makes every program of the user part of this desktop.
    pub(crate) fn join(&self, home: &mut Home) {
        for (name, value) in &self.environment {
            home.set(name, value);
        }
    }

    /// A program of the user on this desktop.
    pub(crate) fn command(&self, home: &Home, program: &Path) -> Command {
        let mut command = home.command(program);
        command.envs(self.environment.clone());
        command
    }

    /// Presses a key in the window of this title, as somebody does who looks at it.
    pub(crate) fn press(&self, home: &Home, title: &str, key: &str) {
        let mut press = self.command(home, Path::new("xdotool"));
        press.args(["search", "--onlyvisible", "--name", &format!("^{title}$")]);
        press.args(["windowactivate", "--sync", "key", "--window", "0", "--clearmodifiers", key]);
        assert!(press.status().expect("xdotool runs").success(), "no window takes {key}");
    }

    /// Whether a window of this title is on the screen.
    pub(crate) fn shows_window(&self, home: &Home, title: &str) -> bool {
        let mut search = self.command(home, Path::new("xdotool"));
        search.args(["search", "--onlyvisible", "--name", &format!("^{title}$")]);
        search.output().expect("xdotool runs").status.success()
    }

    /// A picture of the whole screen.
    pub(crate) fn picture(&self, home: &Home, path: &Path) {
        let mut import = self.command(home, Path::new("import"));
        import.args(["-window", "root"]).arg(path);
        assert!(import.status().expect("import runs").success());
    }

    /// What was shown so far, in order.
    pub(crate) fn notifications(&self) -> Vec<Notification> {
        let shown = fs::read(&self.shown).unwrap_or_default();
        let text = String::from_utf8_lossy(&shown);
        let mut fields = text.split('\0').map(str::to_owned);
        let mut notifications = Vec::new();
        while let (Some(app), Some(summary), Some(body)) =
            (fields.next(), fields.next(), fields.next())
        {
            notifications.push(Notification { app, summary, body });
        }
        notifications
    }

    /// Waits for a notification with this in its summary or body.
    pub(crate) fn wait_for_notification(&self, words: &str, limit: Duration) -> Notification {
        poll::until(&format!("a notification with {words:?}"), limit, || {
            let mut all = self.notifications().into_iter();
            all.find(|shown| shown.summary.contains(words) || shown.body.contains(words))
        })
    }

    /// Presses a button of the notifications that are shown, by what stands on it.
    pub(crate) fn press_in_notification(&self, home: &Home, label: &str) {
        fs::write(&self.choice, label).expect("a choice");
        let mut menu = self.command(home, Path::new("dbus-send"));
        menu.args(["--session", "--print-reply", "--dest=org.freedesktop.Notifications"]);
        menu.args(["/org/freedesktop/Notifications", "org.dunstproject.cmd0.ContextMenuCall"]);
        assert!(menu.output().expect("dbus-send runs").status.success(), "dunst has no menu");
    }

    /// dunst runs a script for what it shows: that is how the test sees it.
    fn start_notifications(&mut self, home: &Home) {
        let script = home.output("record-notification");
        let record = format!(
            "#!/bin/sh\nprintf '%s\\0%s\\0%s\\0' \"$DUNST_APP_NAME\" \"$DUNST_SUMMARY\" \"$DUNST_BODY\" >> {}\n",
            self.shown.display()
        );
        fs::write(&script, record).expect("a script");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755))
            .expect("a script that runs");
        let config = home.output("dunstrc");
        // For its menu dunst starts a program that picks a line: `#Allow (…) […]`.
        let menu = home.output("pick-action");
        let pick = format!("#!/bin/sh\ngrep -m1 -F \"#$(cat {})\"\n", self.choice.display());
        fs::write(&menu, pick).expect("a script");
        fs::set_permissions(&menu, fs::Permissions::from_mode(0o755)).expect("a script that runs");
        let rule = format!(
            "[global]\n    dmenu = {}\n[record]\n    summary = \"*\"\n    script = {}\n",
            menu.display(),
            script.display()
        );
        fs::write(&config, rule).expect("a configuration");
        let mut dunst = self.command(home, Path::new("dunst"));
        dunst.arg("-conf").arg(config);
        let mut process = Process::start(dunst, &home.output("dunst"));
        poll::until("dunst on the bus", START, || {
            let ended = process.ended();
            assert!(ended.is_none(), "dunst ended ({ended:?}): {}", process.output());
            self.has_owner(home, "org.freedesktop.Notifications").then_some(())
        });
        self.notifications = Some(process);
    }

    fn has_owner(&self, home: &Home, name: &str) -> bool {
        let output = self
            .command(home, Path::new("dbus-send"))
            .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"])
            .args(["org.freedesktop.DBus.NameHasOwner", &format!("string:{name}")])
            .output()
            .expect("dbus-send runs");
        String::from_utf8_lossy(&output.stdout).contains("boolean true")
    }
}

/// A bus that starts nothing by itself: a service that a test needs is started by the test.
pub(crate) fn start_bus(home: &Home) -> (Process, String) {
    let config = home.output("bus.conf");
    let text = format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        home.runtime().display()
    );
    fs::write(&config, text).expect("a configuration");
    let mut daemon = home.command(Path::new("dbus-daemon"));
    daemon.arg("--config-file").arg(config).args(["--nofork", "--nopidfile", "--print-address=1"]);
    Process::start_with_first_line("dbus-daemon", daemon, &home.output("bus"), START)
}
