//! Plain fields: lengths, ranges, characters.

use crate::Backoff;
use crate::task::Source;
use crate::text::{Invalid, MAX_DESCRIPTION};
use crate::visible::is_hidden;

/// Most retries that a task may ask for.
const MAX_RETRIES: u32 = 100;
/// Longest time limit and estimate: 30 days, in seconds.
const MAX_SECS: u64 = 30 * 24 * 3600;
/// Longest wait between tries: a day, in seconds.
const MAX_WAIT: u32 = 24 * 3600;
/// Most characters of a name.
const MAX_NAME: usize = 200;
/// Most names in a list.
const MAX_NAMES: usize = 50;

pub(super) fn description(text: String) -> Result<String, Invalid> {
    if text.len() > MAX_DESCRIPTION {
        return Err(Invalid::new(
            "description",
            format!("The description has {} bytes; at most {MAX_DESCRIPTION} fit.", text.len()),
            "Put long texts into a file and name the file.",
        ));
    }
    if text.contains('\0') {
        let message = "The description contains a NUL character.";
        return Err(Invalid::new("description", message, "Remove it."));
    }
    Ok(text)
}

/// Refuses more than `most` entries.
pub(super) fn at_most(field: &str, found: usize, most: usize, hint: &str) -> Result<(), Invalid> {
    if found <= most {
        return Ok(());
    }
    let shown = field.replace('_', " ");
    Err(Invalid::new(field, format!("There are {found} {shown}; at most {most} fit."), hint))
}

/// A short text that names something: an agent, a workspace, a model.
pub(super) fn name(field: &str, text: Option<String>) -> Result<Option<String>, Invalid> {
    text.map(|text| checked_name(field, &text)).transpose()
}

pub(super) fn names(field: &str, texts: &[String]) -> Result<Vec<String>, Invalid> {
    at_most(field, texts.len(), MAX_NAMES, "Leave out those that matter least.")?;
    texts.iter().map(|text| checked_name(field, text)).collect()
}

fn checked_name(field: &str, text: &str) -> Result<String, Invalid> {
    let shown = field.replace('_', " ");
    let bare = match field {
        "assignee" | "collaborators" => text.trim().trim_start_matches('@'),
        "workspace" => text.trim().trim_start_matches('~'),
        _ => text.trim(),
    };
    if bare.is_empty() {
        let message = format!("The {shown} is empty.");
        return Err(Invalid::new(field, message, "Name one, or leave the field out."));
    }
    let length = bare.chars().count();
    if length > MAX_NAME {
        return Err(Invalid::new(
            field,
            format!("The {shown} has {length} characters; at most {MAX_NAME} fit."),
            "Use a shorter one.",
        ));
    }
    if let Some(c) = bare.chars().find(|c| is_hidden(*c)) {
        return Err(Invalid::new(
            field,
            format!("The {shown} contains U+{:04X}, a character that cannot be seen.", c as u32),
            "Remove line breaks, control characters and direction overrides.",
        ));
    }
    Ok(bare.to_owned())
}

pub(super) fn source(source: Option<Source>) -> Result<Option<Source>, Invalid> {
    source
        .map(|source| {
            Ok(Source {
                drive: checked_name("source", &source.drive)?,
                document: checked_name("source", &source.document)?,
                operation: checked_name("source", &source.operation)?,
            })
        })
        .transpose()
}

pub(super) fn seconds(field: &str, secs: Option<u64>) -> Result<Option<u64>, Invalid> {
    match secs {
        Some(secs) if !(1..=MAX_SECS).contains(&secs) => {
            let what = if field == "timeout_secs" { "A time limit" } else { "An estimate" };
            Err(Invalid::new(
                field,
                format!("{what} of {secs} seconds is out of range."),
                "Use 1 second to 30 days (2592000 seconds).",
            ))
        }
        secs => Ok(secs),
    }
}

pub(super) fn retries(retries: u32) -> Result<u32, Invalid> {
    if retries <= MAX_RETRIES {
        return Ok(retries);
    }
    let message = format!("{retries} retries are too many.");
    Err(Invalid::new("max_retries", message, format!("Use 0 to {MAX_RETRIES}.")))
}

pub(super) fn backoff(backoff: Backoff) -> Result<Backoff, Invalid> {
    let Backoff { base_secs, max_secs } = backoff;
    if base_secs == 0 || base_secs > max_secs {
        return Err(Invalid::new(
            "backoff",
            format!("Waits cannot begin at {base_secs} and end at {max_secs} seconds."),
            "Begin with 1 second or more, and end with at least as many.",
        ));
    }
    if max_secs > MAX_WAIT {
        return Err(Invalid::new(
            "backoff",
            format!("A wait of {max_secs} seconds is too long."),
            format!("Use at most a day ({MAX_WAIT} seconds)."),
        ));
    }
    Ok(backoff)
}
