//! An engine that a test plays: it shows one task, and sends what the test sends.

use crate::connection::Engine;
use aegis_api::{Items, Service};
use aegis_domain::{Event, RunId};
use aegis_protocol::{
    ApiError, ErrorKind, EventNews, Feed, FollowLog, LogPage, Method, ReadLog, ShowTask,
    SubscribeEvents, TaskView,
};
use async_trait::async_trait;
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

type Item = Result<Value, ApiError>;
type Replies = Box<dyn Fn(&Value) -> Result<Value, ApiError> + Send>;

/// The test's side of it.
pub(crate) struct Played {
    state: Arc<State>,
    events: UnboundedSender<Item>,
    logs: HashMap<RunId, UnboundedSender<Item>>,
}

struct State {
    task: Mutex<TaskView>,
    replies: Mutex<HashMap<&'static str, Replies>>,
    events: Mutex<Option<UnboundedReceiver<Item>>>,
    logs: Mutex<HashMap<RunId, VecDeque<UnboundedReceiver<Item>>>>,
    calls: Mutex<Vec<(String, Value)>>,
}

impl Played {
    /// An engine that knows this task.
    pub(crate) fn with(task: TaskView) -> Self {
        let (sender, receiver) = unbounded();
        let state = State {
            task: Mutex::new(task),
            replies: Mutex::default(),
            events: Mutex::new(Some(receiver)),
            logs: Mutex::default(),
            calls: Mutex::default(),
        };
        Self { state: Arc::new(state), events: sender, logs: HashMap::new() }
    }

    /// Answers a method.
    pub(crate) fn answers<M: Method>(
        self,
        reply: impl Fn(M) -> Result<M::Reply, ApiError> + Send + 'static,
    ) -> Self {
        let reply: Replies = Box::new(move |params| {
            let request = serde_json::from_value(params.clone()).unwrap();
            reply(request).map(|reply| serde_json::to_value(reply).unwrap())
        });
        self.state.replies.lock().unwrap().insert(M::NAME, reply);
        self
    }

    /// The engine as the program sees it: this process', or another one.
    pub(crate) fn engine(&self, own: bool) -> Engine {
        Engine::played(Arc::clone(&self.state) as Arc<dyn Service>, own)
    }

    /// The task stands otherwise from now on.
    pub(crate) fn change(&self, change: impl FnOnce(&mut TaskView)) {
        change(&mut self.state.task.lock().unwrap());
    }

    /// Something happens.
    pub(crate) fn happens(&self, event: Event) {
        self.news(EventNews::Events { events: vec![event] });
    }

    /// Any news.
    pub(crate) fn news(&self, news: EventNews) {
        self.events.unbounded_send(Ok(serde_json::to_value(news).unwrap())).unwrap();
    }

    /// The engine goes away.
    pub(crate) fn ends(&self) {
        self.events.close_channel();
    }

    /// A run prints.
    pub(crate) fn prints(&mut self, run: RunId, page: &LogPage) {
        self.log(run).unbounded_send(Ok(serde_json::to_value(page).unwrap())).unwrap();
    }

    /// The sender of what comes next in a run's log.
    fn log(&mut self, run: RunId) -> &UnboundedSender<Item> {
        let state = &self.state;
        self.logs.entry(run).or_insert_with(|| {
            let (sender, receiver) = unbounded();
            state.logs.lock().unwrap().entry(run).or_default().push_back(receiver);
            sender
        })
    }

    /// A run's log breaks off.
    pub(crate) fn cuts_off(&mut self, run: RunId, error: ApiError) {
        self.log(run).unbounded_send(Err(error)).unwrap();
        self.logs.remove(&run);
    }

    /// What a method or a feed was asked so far.
    pub(crate) fn calls(&self, name: &str) -> Vec<Value> {
        let calls = self.state.calls.lock().unwrap();
        calls
            .iter()
            .filter(|(called, _)| called == name)
            .map(|(_, params)| params.clone())
            .collect()
    }
}

#[async_trait]
impl Service for State {
    async fn call(&self, method: &str, params: Value) -> Result<Value, ApiError> {
        self.calls.lock().unwrap().push((method.to_owned(), params.clone()));
        if let Some(reply) = self.replies.lock().unwrap().get(method) {
            return reply(&params);
        }
        match method {
            ShowTask::NAME => Ok(serde_json::to_value(&*self.task.lock().unwrap()).unwrap()),
            ReadLog::NAME => panic!("the test does not say what is in the log"),
            other => Err(ApiError::new(ErrorKind::Internal, format!("{other} is not played"))),
        }
    }

    async fn open(&self, feed: &str, params: Value) -> Result<Items, ApiError> {
        self.calls.lock().unwrap().push((feed.to_owned(), params.clone()));
        match feed {
            SubscribeEvents::NAME => {
                let events = self.events.lock().unwrap().take();
                Ok(events.map_or_else(|| futures::stream::pending().boxed(), StreamExt::boxed))
            }
            FollowLog::NAME => {
                let request: FollowLog = serde_json::from_value(params).unwrap();
                let mut logs = self.logs.lock().unwrap();
                let log = logs.get_mut(&request.run).and_then(VecDeque::pop_front);
                Ok(log.expect("a run that prints").boxed())
            }
            other => panic!("{other} is not played"),
        }
    }
}
