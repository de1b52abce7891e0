//! The forms on a wire: other programs rely on them.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

use aegis_domain::{EventSeq, NewTask, RunId, ShellSettings, State, TaskRef};
use aegis_protocol::{
    AnswerTask, ApiError, ClientFrame, CreateTask, ErrorKind, EventNews, FollowLog, Method,
    ServerFrame, ShowTask, SubscribeEvents,
};
use serde_json::{Value, from_str, json, to_string, to_value};

#[test]
fn numbers_of_64_bits_survive_as_text() {
    let beyond_a_double = u64::from(u32::MAX).pow(2) - 1;
    let news = EventNews::Gap { snapshot_seq: EventSeq(beyond_a_double) };
    let text = to_string(&news).unwrap();
    assert_eq!(from_str::<EventNews>(&text).unwrap(), news);
}

#[test]
fn a_request_is_one_object_with_a_type() {
    let frame = ClientFrame::Request {
        id: 7,
        method: ShowTask::NAME.to_owned(),
        params: to_value(ShowTask { task: "#42".parse().unwrap() }).unwrap(),
    };
    let expected = json!({
        "type": "request", "id": 7, "method": "task.show", "params": {"task": "#42"}
    });
    assert_eq!(to_value(frame).unwrap(), expected);
    let introduce = to_value(ClientFrame::Introduce { agent: "mcp".to_owned() }).unwrap();
    assert_eq!(introduce, json!({"type": "introduce", "agent": "mcp"}));
    let end: ClientFrame = serde_json::from_value(json!({"type": "end", "id": 7})).unwrap();
    assert!(matches!(end, ClientFrame::End { id: 7 }));
}

#[test]
fn a_refusal_carries_kind_sentence_and_hint() {
    let error = ApiError::new(ErrorKind::DiskFull, "The disk is full.").with_hint("Free space.");
    let frame = to_value(ServerFrame::Error { id: 1, error }).unwrap();
    assert_eq!(
        frame,
        json!({
            "type": "error", "id": 1,
            "error": {"kind": "disk_full", "message": "The disk is full.", "hint": "Free space."}
        })
    );
}

#[test]
fn a_task_needs_no_more_than_a_title_and_refuses_what_it_does_not_know() {
    let CreateTask { task, origin, .. } =
        from_str(r#"{"task": {"title": "call grandmother"}}"#).unwrap();
    assert_eq!(origin, None);
    assert_eq!(task, NewTask { title: "call grandmother".to_owned(), ..NewTask::default() });
    let unknown =
        from_str::<CreateTask>(r#"{"task": {"title": "a", "color": "red"}}"#).unwrap_err();
    assert!(unknown.to_string().contains("color"), "{unknown}");
}

#[test]
fn a_command_is_a_list_of_words() {
    let spec =
        ShellSettings { command: vec!["ls".to_owned(), "-l".to_owned()], ..Default::default() }
            .into_spec();
    assert_eq!(
        to_value(spec).unwrap(),
        json!({"name": "shell", "settings": {"command": ["ls", "-l"]}})
    );
}

#[test]
fn a_task_is_named_by_number_short_id_or_id() {
    for name in ["#7", "ab12cd", "01932b6e-7c00-7abc-8def-0123456789ab"] {
        let request: ShowTask = serde_json::from_value(json!({"task": name})).unwrap();
        assert_eq!(to_value(&request.task).unwrap(), json!(name));
    }
    assert!(serde_json::from_value::<ShowTask>(json!({"task": "a b"})).is_err());
    assert!(matches!("7".parse::<TaskRef>().unwrap(), TaskRef::Number(_)));
}

#[test]
fn an_answer_is_a_yes_a_no_or_words() {
    let run: RunId = "01932b6e-7c00-7abc-8def-0123456789ab".parse().unwrap();
    let follow: FollowLog = serde_json::from_value(json!({"run": run})).unwrap();
    assert_eq!(follow.offset, 0);
    let answer = |form: Value| {
        let ask = run.to_string();
        serde_json::from_value::<AnswerTask>(json!({"task": "1", "ask": ask, "answer": form}))
    };
    assert!(answer(json!({"kind": "grant"})).is_ok());
    assert!(answer(json!({"kind": "text", "text": "blue"})).is_ok());
    assert!(answer(json!({"kind": "perhaps"})).is_err());
}

#[test]
fn a_state_carries_its_name_and_what_belongs_to_it() {
    let state: State =
        serde_json::from_value(json!({"name": "completed", "at": "2026-11-21T00:00:00Z"})).unwrap();
    assert!(state.is_terminal());
    assert!(serde_json::from_value::<State>(json!({"name": "completed"})).is_err());
    assert!(serde_json::from_value::<SubscribeEvents>(json!({})).unwrap().after.is_none());
}
