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
    /// Connects as soon as somebody listens.
    pub(crate) fn connect(home: &Home) -> Self {
        let path = home.data().join("engine.sock");
        let stream =
            poll::until("the engine's socket", tasks::RUN, || UnixStream::connect(&path).ok());
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
        Self { stream: BufReader::new(stream), id: 0 }
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
