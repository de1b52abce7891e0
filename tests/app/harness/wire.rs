//! The engine's socket, spoken to directly: one JSON object a line. Quicker than a program a call,
//! and the answers are on record in this process, which outlives the engine.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::home::Home;
use super::{poll, tasks};

/// A connection to a running engine.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: BufReader<UnixStream>,
    id: u64,
}

impl Wire {
    /// Connects as soon as somebody answers.
    pub(crate) fn connect(home: &Home) -> Self {
        poll::until("an answer at the engine's socket", tasks::RUN, || Self::try_connect(home))
    }

    /// Connects if somebody answers now. The socket of an engine that was killed can take a
    /// connection for a moment more: a child that has not become another program yet has it open.
    pub(crate) fn try_connect(home: &Home) -> Option<Self> {
        let stream = UnixStream::connect(home.data().join("engine.sock")).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
        let mut wire = Self { stream: BufReader::new(stream), id: 0 };
        wire.call("engine.status", &json!({})).ok()?;
        Some(wire)
    }

    /// Calls a method; `Err` when the engine has gone.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> io::Result<Value> {
        self.id += 1;
        let request =
            json!({ "type": "request", "id": self.id, "method": method, "params": params });
        self.stream.get_mut().write_all(format!("{request}\n").as_bytes())?;
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 || !line.ends_with('\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let answer: Value = serde_json::from_str(&line)?;
        assert_eq!(answer["type"], "reply", "{method} is refused: {answer}");
        Ok(answer["result"].clone())
    }

    /// Makes a task of a shell script; its number. `schedule` is `now` or `manual`.
    pub(crate) fn create(&mut self, home: &Home, schedule: &str, script: &str) -> io::Result<u64> {
        let cwd = home.folder("work");
        let task = json!({
            "title": script.lines().next(),
            "executor": {
                "name": "shell",
                "settings": { "command": ["sh", "-c", script], "cwd": cwd },
            },
            "schedule": { "kind": schedule },
        });
        let made = self.call("task.create", &json!({ "task": task }))?;
        Ok(made["card"]["number"].as_u64().expect("a number"))
    }
}
