//! What the desktop offers on the session bus.

use zbus::blocking::Connection;
use zbus::blocking::fdo::DBusProxy;
use zbus::names::BusName;

/// Where tray icons are shown (the StatusNotifierItem specification).
pub(crate) const TRAY: &str = "org.kde.StatusNotifierWatcher";
/// Where notifications are shown (the Desktop Notifications specification).
pub(crate) const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

/// Whether somebody offers `name`, or would be started for it. Blocks on the bus.
pub(crate) fn offers(name: &'static str) -> bool {
    let look = || -> zbus::Result<bool> {
        let connection = Connection::session()?;
        let bus = DBusProxy::new(&connection)?;
        let wanted = BusName::try_from(name)?;
        if bus.name_has_owner(wanted)? {
            return Ok(true);
        }
        Ok(bus.list_activatable_names()?.iter().any(|n| n.as_str() == name))
    };
    look().unwrap_or_else(|error| {
        tracing::debug!(%error, name, "the session bus could not be asked");
        false
    })
}
