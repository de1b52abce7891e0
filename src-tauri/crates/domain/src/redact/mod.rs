//! Keeps secrets out of whatever is written: text, streams of bytes, JSON.
//!
//! What is looked for is each secret as it is, and as it looks once it was encoded on the way:
//! base64 at any place of a longer text and broken into lines, base64url, hexadecimal,
//! percent-encoded, escaped in JSON. What was encrypted, compressed or spelled out is beyond this.
//!
//! It is a pure function of the secrets and the bytes, with bounded memory: a [`Stream`] holds back
//! no more than what could be the beginning of a secret.

mod encoded;
mod lines;
mod prefixes;
mod stream;

#[cfg(test)]
mod tests;

pub use stream::Stream;

use crate::{KeyName, Secret};
use aho_corasick::{AhoCorasick, MatchKind};
use lines::Joined;
use prefixes::Prefixes;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// Knows secrets, and writes `[redacted:NAME]` in their place.
#[derive(Clone, Default)]
pub struct Redactor {
    names: Vec<KeyName>,
    /// Everything that is looked for.
    all: Needles,
    /// Of it, what may be broken into lines: the forms of base64.
    broken: Needles,
}

/// What is looked for, and which secret each of them is a form of.
#[derive(Clone, Default)]
struct Needles {
    searcher: Option<AhoCorasick>,
    owners: Vec<usize>,
    prefixes: Prefixes,
}

/// Where a secret was found.
type Found = (Range<usize>, usize);

impl Needles {
    fn new(mut forms: Vec<(Vec<u8>, usize)>) -> Self {
        forms.sort();
        forms.dedup_by(|a, b| a.0 == b.0);
        let owners = forms.iter().map(|(_, owner)| *owner).collect();
        let bytes: Vec<Vec<u8>> = forms.into_iter().map(|(form, _)| form).collect();
        // Only more patterns than fit into 32 bits are refused.
        let searcher = (!bytes.is_empty())
            .then(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&bytes));
        Self { searcher: searcher.and_then(Result::ok), owners, prefixes: Prefixes::new(bytes) }
    }

    fn find(&self, bytes: &[u8]) -> Vec<Found> {
        let Some(searcher) = &self.searcher else { return Vec::new() };
        let owner = |at: usize| self.owners.get(at).copied().unwrap_or_default();
        searcher.find_iter(bytes).map(|m| (m.range(), owner(m.pattern().as_usize()))).collect()
    }
}

impl Redactor {
    /// Knows these secrets. Of two names for one secret the first one is shown.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a KeyName, &'a Secret)>) -> Self {
        let (mut names, mut all, mut broken) = (Vec::new(), Vec::new(), Vec::new());
        for (owner, (name, secret)) in secrets.into_iter().enumerate() {
            names.push(name.clone());
            let forms = encoded::base64(secret.expose());
            all.extend(forms.iter().map(|form| (form.clone(), owner)));
            broken.extend(forms.into_iter().map(|form| (form, owner)));
            all.extend(encoded::others(secret.expose()).into_iter().map(|form| (form, owner)));
        }
        Self { names, all: Needles::new(all), broken: Needles::new(broken) }
    }

    /// Whether it knows nothing, and so changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The first secret in a text, by its name.
    #[must_use]
    pub fn first_in(&self, text: &str) -> Option<&KeyName> {
        self.find(text.as_bytes(), 0).first().and_then(|(_, owner)| self.names.get(*owner))
    }

    /// The text without secrets.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let found = self.find(text.as_bytes(), 0);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        // Every form of a secret is whole characters, so what lies between is too.
        Cow::Owned(String::from_utf8_lossy(&self.without(text.as_bytes(), &found)).into_owned())
    }

    /// The bytes without secrets.
    #[must_use]
    pub fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let found = self.find(bytes, 0);
        if found.is_empty() {
            return Cow::Borrowed(bytes);
        }
        Cow::Owned(self.without(bytes, &found))
    }

    /// Takes the secrets out of every text of a JSON value, names of fields included; says whether
    /// there was one.
    pub fn json(&self, value: &mut Value) -> bool {
        if self.is_empty() {
            return false;
        }
        match value {
            Value::String(text) => match self.text(text) {
                Cow::Borrowed(_) => false,
                Cow::Owned(clean) => {
                    *text = clean;
                    true
                }
            },
            Value::Array(items) => items.iter_mut().fold(false, |any, item| self.json(item) | any),
            Value::Object(fields) => {
                let mut any = false;
                let dirty: Vec<_> = fields
                    .keys()
                    .filter_map(|name| match self.text(name) {
                        Cow::Borrowed(_) => None,
                        Cow::Owned(clean) => Some((name.clone(), clean)),
                    })
                    .collect();
                for (name, clean) in dirty {
                    if let Some(value) = fields.remove(&name) {
                        fields.insert(clean, value);
                    }
                    any = true;
                }
                fields.values_mut().fold(any, |any, value| self.json(value) | any)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Where secrets are, in order and apart from each other. `before` is how many characters of
    /// base64 came right before `bytes`.
    fn find(&self, bytes: &[u8], before: usize) -> Vec<Found> {
        let mut found = self.all.find(bytes);
        if self.broken.searcher.is_some()
            && let Some(joined) = Joined::of(bytes, before)
        {
            let more = self.broken.find(joined.bytes());
            let more = more.into_iter().map(|(range, owner)| (joined.place(&range), owner));
            found.extend(more);
            found.sort_by_key(|(range, _)| (range.start, range.end));
        }
        let mut apart: Vec<Found> = Vec::with_capacity(found.len());
        for (range, owner) in found {
            match apart.last_mut() {
                Some((last, _)) if range.start < last.end => last.end = last.end.max(range.end),
                _ => apart.push((range, owner)),
            }
        }
        apart
    }

    fn without(&self, bytes: &[u8], found: &[Found]) -> Vec<u8> {
        let mut clean = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (range, owner) in found {
            clean.extend_from_slice(bytes.get(at..range.start).unwrap_or_default());
            self.mark(*owner, &mut clean);
            at = range.end;
        }
        clean.extend_from_slice(bytes.get(at..).unwrap_or_default());
        clean
    }

    fn mark(&self, owner: usize, out: &mut Vec<u8>) {
        let name = self.names.get(owner).map_or("key", KeyName::as_str);
        out.extend_from_slice(b"[redacted:");
        out.extend_from_slice(name.as_bytes());
        out.push(b']');
    }
}

/// Shows the names alone.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Redactor").field(&self.names).finish()
    }
}
