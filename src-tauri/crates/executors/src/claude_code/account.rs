//! What a session has done so far: the messages, folded.
//!
//! A message goes in, and what is to be done about it comes out as data ([`Effect`]). Nothing here
//! waits, prints or ends a process.

use std::collections::BTreeMap;
use std::time::Duration;

use aegis_domain::{Usage, Usd};
use serde_json::Value;

use super::stream::{
    Block, Final, Limit, Message, Picture, Piece, Retry, Said, Tokens, ToolResult, Trouble, Turn,
};
use super::{prices, shown};
use crate::words;

/// Calls that may be under way at once; of more the oldest is no longer known.
const MAX_CALLS: usize = 4_096;
/// So many of them are kept with long inputs.
const FEW_CALLS: usize = 256;
/// Messages of the service whose figures may still grow.
const OPEN_TURNS: usize = 8;
/// Notes about what could not be read.
const MAX_NOTES: u32 = 10;
/// Waiting so long for a limit to pass is done without holding a place among the runs.
pub(super) const LONG_WAIT: Duration = Duration::from_secs(20);
/// Most bytes of an input that is kept with its call.
const MAX_INPUT: usize = 64 * 1024;

/// What is to be done about a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Effect {
    /// Into the log, as what it printed.
    Print(String),
    /// Into the log, as Aegis' own line.
    Note(String),
    /// It is known by this id.
    Session(String),
    /// It has used so much.
    Usage(Usage),
    /// It is at this.
    Step(String),
    /// A tool was used.
    Used(Used),
    /// There is no use in going on.
    Stop(Stop),
}

/// A tool that was used, from the call to the result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Used {
    /// The call's id.
    pub(super) call: String,
    /// Which tool.
    pub(super) name: String,
    /// With what: the input, or its size when that is large.
    pub(super) input: Value,
    /// How long it took, from the call to the result.
    pub(super) took: Duration,
    /// What it said when it failed.
    pub(super) failure: Option<String>,
    /// How many bytes it gave back.
    pub(super) bytes: u64,
    /// Its part of the tokens of the message that made it, where that is known.
    pub(super) tokens: Option<u64>,
    /// A picture that it gave back.
    pub(super) picture: Option<Picture>,
}

/// Why a session is ended although it would go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Trying again will not help.
    Trouble(Trouble),
    /// The next try is so far away.
    Limited(Duration),
    /// The plan's limit is reached; it ends at this second since 1970, when that is known.
    PlanLimit(Option<i64>),
}

/// A call under way.
#[derive(Debug)]
struct Call {
    name: String,
    input: Value,
    since: Duration,
    number: u64,
    /// The message that made it.
    turn: Option<String>,
}

/// One message of the service, as far as its figures are known.
#[derive(Debug)]
struct OpenTurn {
    id: String,
    model: String,
    tokens: Tokens,
    /// Calls that it made and that have no result yet.
    calls: u64,
    /// Tokens that calls with a result have taken.
    taken: u64,
}

/// All that counts of what was said.
#[derive(Debug, Default)]
pub(super) struct Account {
    session: Option<String>,
    /// Another session spoke up, too.
    foreign: Option<String>,
    model: Option<String>,
    version: Option<String>,
    calls: BTreeMap<String, Call>,
    begun: u64,
    succeeded: u64,
    failed: u64,
    /// Words that the model said last.
    text: String,
    open: Vec<OpenTurn>,
    /// What all messages but the open ones used, and what that costs where it is known.
    closed: (Tokens, Usd),
    reported: Option<Usage>,
    trouble: Option<Trouble>,
    retries: u64,
    limit: Option<i64>,
    end: Option<Final>,
    noise: Option<String>,
    notes: u32,
}

impl Account {
    /// Takes what one line said, so long after the start.
    pub(super) fn hear(&mut self, piece: Piece, at: Duration) -> Vec<Effect> {
        let mut effects = Vec::new();
        match piece {
            Piece::Said(Said { session, message }) => {
                self.note_session(session, &mut effects);
                self.take(message, at, &mut effects);
            }
            Piece::Noise(line) => {
                self.note(format!("It printed what is no message: {line}"), &mut effects);
                self.noise = Some(line);
            }
            Piece::TooLong { bytes, call } => {
                self.note(format!("A message of {bytes} bytes was not kept."), &mut effects);
                if let Some(call) = call {
                    let text = format!("({bytes} bytes)");
                    let result = ToolResult { call, failed: false, text, bytes, picture: None };
                    self.result(result, at, &mut effects);
                }
            }
        }
        effects
    }

    fn note_session(&mut self, session: Option<String>, effects: &mut Vec<Effect>) {
        match (session, &self.session) {
            (Some(session), None) => {
                effects.push(Effect::Session(session.clone()));
                self.session = Some(session);
            }
            (Some(session), Some(known)) if session != *known => self.foreign = Some(session),
            _ => {}
        }
    }

    fn take(&mut self, message: Message, at: Duration, effects: &mut Vec<Effect>) {
        match message {
            Message::Init(init) => {
                let said = [init.version.as_deref(), init.model.as_deref()];
                let said: Vec<_> = said.into_iter().flatten().map(words::quoted).collect();
                effects.push(Effect::Note(format!("Claude Code {}", said.join(", "))));
                (self.model, self.version) = (init.model, init.version);
            }
            Message::Retry(retry) => self.retry(&retry, effects),
            Message::Limit(Limit { reached, resets_at }) => {
                self.limit = resets_at.filter(|_| reached);
                if reached {
                    effects.push(Effect::Stop(Stop::PlanLimit(resets_at)));
                }
            }
            Message::Turn(turn) => self.turn(turn, at, effects),
            Message::Results(results) => {
                results.into_iter().for_each(|result| self.result(result, at, effects));
            }
            Message::Final(end) => self.finish(*end, effects),
            Message::Other => {}
        }
    }

    fn retry(&mut self, retry: &Retry, effects: &mut Vec<Effect>) {
        self.retries += 1;
        self.trouble = Some(retry.trouble);
        let why = match (retry.trouble, retry.status) {
            (Trouble::Auth, _) => "refused its key".to_owned(),
            (Trouble::Billing, _) => "says that there is no credit".to_owned(),
            (Trouble::RateLimit, _) => "asked for a pause".to_owned(),
            (Trouble::Overloaded, _) => "has too much to do".to_owned(),
            (_, Some(status)) => format!("answered with an error ({status})"),
            (_, None) => "did not answer".to_owned(),
        };
        let wait = words::duration(retry.delay);
        effects.push(Effect::Note(format!("The service {why}; it tries again in {wait}.")));
        match retry.trouble {
            // It would go on trying for minutes, and get the same answer.
            Trouble::Auth | Trouble::Billing => {
                effects.push(Effect::Stop(Stop::Trouble(retry.trouble)));
            }
            Trouble::RateLimit if retry.delay >= LONG_WAIT => {
                effects.push(Effect::Stop(Stop::Limited(retry.delay)));
            }
            _ => {}
        }
    }

    fn turn(&mut self, turn: Turn, at: Duration, effects: &mut Vec<Effect>) {
        self.trouble = turn.trouble;
        let mut calls = 0;
        for block in turn.blocks {
            let line = shown::block(&block, turn.nested);
            if !line.is_empty() {
                effects.push(Effect::Print(line));
            }
            match block {
                Block::Text(text) if !turn.nested && !text.trim().is_empty() => self.text = text,
                Block::Text(_) => {}
                Block::Call { id, name, input } => {
                    let before = self.begun;
                    self.call(id, name, input, (at, turn.id.clone()), effects);
                    calls += self.begun - before;
                }
            }
        }
        let model = turn.model.or_else(|| self.model.clone()).unwrap_or_default();
        if let Some(id) = turn.id.filter(|_| turn.trouble.is_none()) {
            self.count(OpenTurn { id, model, tokens: turn.tokens, calls, taken: 0 });
            self.report(effects);
        }
    }

    fn call(
        &mut self,
        id: String,
        name: String,
        input: Value,
        (at, turn): (Duration, Option<String>),
        effects: &mut Vec<Effect>,
    ) {
        if self.calls.contains_key(&id) {
            return;
        }
        if self.calls.len() >= MAX_CALLS {
            let oldest = self.calls.iter().min_by_key(|(_, call)| call.number);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                self.calls.remove(&oldest);
            }
        }
        effects.push(Effect::Step(shown::call(&name, &input)));
        self.begun += 1;
        let most = if self.calls.len() < FEW_CALLS { MAX_INPUT } else { MAX_INPUT / 64 };
        let call = Call { name, input: bounded(input, most), since: at, number: self.begun, turn };
        self.calls.insert(id, call);
    }

    /// A call that was let through is under way, also when it was made in an earlier run.
    pub(super) fn expect(
        &mut self,
        id: String,
        name: String,
        input: Value,
        at: Duration,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        match self.calls.get_mut(&id) {
            // The time that a person took to decide is none that the tool took.
            Some(call) => call.since = at,
            None => {
                let block = Block::Call { id, name, input };
                effects.push(Effect::Print(shown::block(&block, false)));
                if let Block::Call { id, name, input } = block {
                    self.call(id, name, input, (at, None), &mut effects);
                }
            }
        }
        effects
    }

    fn result(&mut self, result: ToolResult, at: Duration, effects: &mut Vec<Effect>) {
        // What was not called has no result; neither has what had one before.
        let Some(call) = self.calls.remove(&result.call) else { return };
        effects.push(Effect::Print(shown::result(&result)));
        if result.failed {
            self.failed += 1;
        } else {
            self.succeeded += 1;
        }
        let tokens = call.turn.as_deref().and_then(|turn| self.share(turn));
        effects.push(Effect::Used(Used {
            call: result.call,
            name: call.name,
            input: call.input,
            took: at.saturating_sub(call.since),
            failure: result.failed.then(|| words::quoted(result.text.trim())),
            bytes: result.bytes,
            tokens,
            picture: result.picture,
        }));
    }

    /// What a call took of the tokens of its message: of what no other call has taken yet, an equal
    /// part for each call without a result. So the calls of a message take all of it together, and
    /// never more. `None` once the message is too long ago.
    fn share(&mut self, message: &str) -> Option<u64> {
        let turn = self.open.iter_mut().find(|turn| turn.id == message)?;
        let all = read(turn.tokens).saturating_add(turn.tokens.output);
        let left = all.saturating_sub(turn.taken);
        let share = left.checked_div(turn.calls).unwrap_or(left);
        turn.calls = turn.calls.saturating_sub(1);
        turn.taken = turn.taken.saturating_add(share);
        Some(share)
    }

    fn finish(&mut self, end: Final, effects: &mut Vec<Effect>) {
        let usage = Usage {
            input_tokens: read(end.tokens),
            output_tokens: end.tokens.output,
            cost: end.cost.unwrap_or_default(),
        };
        if usage != Usage::default() && self.reported != Some(usage) {
            self.reported = Some(usage);
            effects.push(Effect::Usage(usage));
        }
        self.end = Some(end);
    }

    /// Takes the figures of a message; those of one that is known replace what it said before.
    fn count(&mut self, turn: OpenTurn) {
        if let Some(known) = self.open.iter_mut().find(|known| known.id == turn.id) {
            known.tokens = most(known.tokens, turn.tokens);
            known.calls += turn.calls;
            return;
        }
        self.open.push(turn);
        if self.open.len() > OPEN_TURNS {
            let done = self.open.remove(0);
            self.closed = sum(self.closed, &done);
        }
    }

    /// Says what it has used so far: an estimate, since what a message wrote is known at its end.
    fn report(&mut self, effects: &mut Vec<Effect>) {
        let (tokens, cost) = self.open.iter().fold(self.closed, sum);
        let usage = Usage { input_tokens: read(tokens), output_tokens: tokens.output, cost };
        if self.reported != Some(usage) {
            self.reported = Some(usage);
            effects.push(Effect::Usage(usage));
        }
    }

    fn note(&mut self, note: String, effects: &mut Vec<Effect>) {
        self.notes += 1;
        if self.notes <= MAX_NOTES {
            effects.push(Effect::Note(note));
        } else if self.notes == MAX_NOTES + 1 {
            effects.push(Effect::Note("What else cannot be read is not noted.".to_owned()));
        }
    }

    /// The session, once it has spoken.
    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Another session that spoke up beside the first.
    pub(super) fn foreign(&self) -> Option<&str> {
        self.foreign.as_deref()
    }

    /// How it ended, as it said.
    pub(super) fn end(&self) -> Option<&Final> {
        self.end.as_ref()
    }

    /// How many calls gave back what they should, and how many did not.
    pub(super) fn used(&self) -> (u64, u64) {
        (self.succeeded, self.failed)
    }

    /// What the model said last.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What stands between it and the service.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    /// When the plan's limit ends, if it was reached.
    pub(super) fn limit(&self) -> Option<i64> {
        self.limit
    }

    /// The last line that was no message.
    pub(super) fn noise(&self) -> Option<&str> {
        self.noise.as_deref()
    }
}

fn read(tokens: Tokens) -> u64 {
    tokens.input.saturating_add(tokens.cache_read).saturating_add(tokens.cache_write)
}

fn most(one: Tokens, other: Tokens) -> Tokens {
    Tokens {
        input: one.input.max(other.input),
        cache_read: one.cache_read.max(other.cache_read),
        cache_write: one.cache_write.max(other.cache_write),
        output: one.output.max(other.output),
    }
}

fn sum((tokens, cost): (Tokens, Usd), turn: &OpenTurn) -> (Tokens, Usd) {
    let more = prices::estimate(&turn.model, turn.tokens).unwrap_or_default();
    let tokens = Tokens {
        input: tokens.input.saturating_add(turn.tokens.input),
        cache_read: tokens.cache_read.saturating_add(turn.tokens.cache_read),
        cache_write: tokens.cache_write.saturating_add(turn.tokens.cache_write),
        output: tokens.output.saturating_add(turn.tokens.output),
    };
    (tokens, Usd::from_micros(cost.micros().saturating_add(more.micros()).min(MOST_MICROS)))
}

/// The largest amount that there is.
const MOST_MICROS: u64 = 1_000_000_000_000;

/// An input as it can be kept.
fn bounded(input: Value, most: usize) -> Value {
    let bytes = serde_json::to_string(&input).map_or(usize::MAX, |text| text.len());
    if bytes <= most { input } else { serde_json::json!({ "bytes": bytes }) }
}
