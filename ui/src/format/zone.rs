//! The user's time zone, which only the browser knows.

use aegis_domain::Timestamp;
use chrono::{NaiveDateTime, TimeDelta};
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

/// The wall clock's reading at `instant`. The offset is the one of that very instant, daylight saving included.
pub(crate) fn local(instant: Timestamp) -> NaiveDateTime {
    let minutes = date(instant).get_timezone_offset();
    instant.naive_utc() - TimeDelta::seconds((minutes * 60.0) as i64)
}

/// The instant in full, in the user's language and zone: what one reads on hover.
pub(crate) fn exact(instant: Timestamp) -> String {
    let options = Object::new();
    for (key, value) in [("dateStyle", "full"), ("timeStyle", "long")] {
        // A fresh plain object takes any property.
        let _ = Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    date(instant).to_locale_string("default", &options).into()
}

fn date(instant: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(instant.timestamp_millis() as f64))
}
