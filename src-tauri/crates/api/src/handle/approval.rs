//! What agents ask, and the rules for what they need not ask.

use crate::api::{Api, Door};
use crate::dispatch::Handle;
use aegis_domain::machine::{Answer, Command};
use aegis_domain::policy::{Call, NewRule, Rule, RuleId, proposed};
use aegis_domain::{
    About, ApprovalPolicy, Ask, Invalid, Occurrence, Passage, State, Task, TaskEdit, TaskRef,
    ToolUse,
};
use aegis_protocol::{
    AllowAlways, ApiError, ApprovalView, CardView, ErrorKind, ListApprovals, ListRules, MakeRule,
    PreviewRule, Proposal, ProposeRules, RemoveRule, RulePreview, RuleView,
};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// Calls that a rule is held against before it is made.
const LOOKED_AT: u32 = 2_000;
/// Of those that match, so many are shown.
const SHOWN: usize = 20;
/// Calls of a run that its allow-list is made from.
const REHEARSED: u32 = 10_000;

/// The folder in which a task's work is done, as far as its definition says.
fn workspace(api: &Api, task: &Task) -> Option<String> {
    let spec = task.definition.executor.as_ref()?;
    api.engine().executor(&spec.name)?.folder(spec)
}

/// The rule that lets through what is asked about.
fn always(ask: &Ask, task: &Task, workspace: Option<&str>) -> Option<NewRule> {
    let Some(About::Call(call)) = ask.about.as_deref() else { return None };
    let call = Call {
        tool: &call.tool,
        input: &call.input,
        nature: call.nature,
        task: Some(task.id),
        workspace,
    };
    // A rule that would not let this very call through is none.
    proposed(&call).filter(|rule| rule.matches(&call))
}

fn open_ask(occurrence: &Occurrence) -> Option<&Ask> {
    match &occurrence.state {
        State::Awaiting { ask, .. } => Some(ask),
        _ => None,
    }
}

#[async_trait]
impl Handle<ListApprovals> for Door {
    async fn handle(&self, _: ListApprovals) -> Result<Vec<ApprovalView>, ApiError> {
        let open = self.api.read(|r| r.awaiting()).await?;
        let view = |(task, occurrence): (Task, Occurrence)| {
            let ask = open_ask(&occurrence)?.clone();
            let workspace = workspace(&self.api, &task);
            Some(ApprovalView {
                task: task.id,
                number: task.number,
                title: task.definition.title.to_string(),
                live: occurrence.state.live_run().is_some(),
                always: always(&ask, &task, workspace.as_deref()),
                ask,
            })
        };
        Ok(open.into_iter().filter_map(view).collect())
    }
}

#[async_trait]
impl Handle<AllowAlways> for Door {
    async fn handle(&self, request: AllowAlways) -> Result<CardView, ApiError> {
        let asks = |o: &Occurrence| open_ask(o).is_some_and(|open| open.id == request.ask);
        let (task, occurrence) = self.subject(&request.task, "be answered", asks).await?;
        let call = open_ask(&occurrence).and_then(|ask| ask.about.as_deref());
        let Some(About::Call(call)) = call else {
            let error = ApiError::new(ErrorKind::Invalid, "This question is about no tool call.");
            return Err(error.with_hint("Answer it with yes or no."));
        };
        let workspace = workspace(&self.api, &task);
        let (tool, input) = (call.tool.as_str(), &call.input);
        let (nature, workspace) = (call.nature, workspace.as_deref());
        let call = Call { tool, input, nature, task: Some(task.id), workspace };
        if !request.rule.matches(&call) {
            let message = "The rule would not let this call through.";
            let hint = "Use the rule that was shown, or answer with yes and make the rule after.";
            return Err(Invalid::new("rule", message, hint).into());
        }
        let by = self.actor.clone();
        self.make_rule(request.rule).await?;
        let (occurrence, ask) = (occurrence.id, request.ask);
        self.change(&task, Command::Answer { occurrence, ask, answer: Answer::Grant, by }).await
    }
}

impl Door {
    async fn make_rule(&self, rule: NewRule) -> Result<RuleView, ApiError> {
        let id = RuleId(self.api.engine().ctx().uuid());
        let command =
            Command::MakeRule { id, rule: Box::new(rule.clone()), by: self.actor.clone() };
        self.api.submit(command).await?;
        let rule = Rule { id, says: rule, by: self.actor.clone(), at: self.api.now() };
        self.rule_view(rule).await
    }

    async fn rule_view(&self, rule: Rule) -> Result<RuleView, ApiError> {
        let number = match rule.says.task {
            Some(id) => self.api.read(move |r| r.task(&TaskRef::Id(id))).await?.map(|t| t.number),
            None => None,
        };
        Ok(RuleView { words: words(&rule.says, number.map(|n| n.0)), number, rule })
    }
}

/// What a rule says, in a sentence.
fn words(rule: &NewRule, number: Option<u64>) -> String {
    match number {
        Some(number) => format!("{rule}, for #{number}"),
        None => rule.to_string(),
    }
}

#[async_trait]
impl Handle<ListRules> for Door {
    async fn handle(&self, _: ListRules) -> Result<Vec<RuleView>, ApiError> {
        let mut views = Vec::new();
        for rule in self.api.read(|r| r.rules()).await? {
            views.push(self.rule_view(rule).await?);
        }
        Ok(views)
    }
}

#[async_trait]
impl Handle<PreviewRule> for Door {
    async fn handle(&self, request: PreviewRule) -> Result<RulePreview, ApiError> {
        let rule = request.rule;
        rule.check()?;
        let of_task = rule.task;
        let uses = self.api.read(move |r| r.tool_uses(of_task, None, LOOKED_AT)).await?;
        let looked_at = u32::try_from(uses.len()).unwrap_or(u32::MAX);
        let mut folders = BTreeMap::new();
        let mut matched = Vec::new();
        for (_, used) in uses {
            let folder = self.folder_of(&used, &mut folders).await?;
            let call = Call {
                tool: &used.tool,
                input: &used.parameters,
                nature: used.nature,
                task: used.task,
                workspace: folder.as_deref(),
            };
            if rule.matches(&call) {
                matched.push(used);
            }
        }
        let matches = u32::try_from(matched.len()).unwrap_or(u32::MAX);
        matched.truncate(SHOWN);
        Ok(RulePreview { words: words(&rule, None), matched, matches, looked_at })
    }
}

type Folders = BTreeMap<aegis_domain::TaskId, Option<String>>;

impl Door {
    /// The folder in which a call was made; each task is looked at once.
    async fn folder_of(
        &self,
        used: &ToolUse,
        known: &mut Folders,
    ) -> Result<Option<String>, ApiError> {
        let Some(id) = used.task else { return Ok(None) };
        if let Some(folder) = known.get(&id) {
            return Ok(folder.clone());
        }
        let task = self.api.read(move |r| r.task(&TaskRef::Id(id))).await?;
        let folder = task.and_then(|task| workspace(&self.api, &task));
        known.insert(id, folder.clone());
        Ok(folder)
    }
}

#[async_trait]
impl Handle<MakeRule> for Door {
    async fn handle(&self, request: MakeRule) -> Result<RuleView, ApiError> {
        self.make_rule(request.rule).await
    }
}

#[async_trait]
impl Handle<RemoveRule> for Door {
    async fn handle(&self, request: RemoveRule) -> Result<(), ApiError> {
        self.api.submit(Command::RemoveRule { id: request.id }).await.map(drop)
    }
}

#[async_trait]
impl Handle<ProposeRules> for Door {
    async fn handle(&self, request: ProposeRules) -> Result<Proposal, ApiError> {
        let task = self.api.task(&request.task).await?;
        let id = task.id;
        let runs = self.api.read(move |r| r.runs(id, 1)).await?;
        let Some(run) = runs.first().map(|run| run.id) else {
            let message =
                format!("#{} has not run yet, so there is nothing to go by.", task.number);
            return Err(ApiError::new(ErrorKind::Conflict, message)
                .with_hint("Run it once, and answer what it asks."));
        };
        let uses = self.api.read(move |r| r.tool_uses_of_run(run, 0, REHEARSED)).await?;
        let workspace = workspace(&self.api, &task);
        let (mut rules, mut unsayable) = (Vec::<NewRule>::new(), Vec::new());
        for (_, used) in uses {
            if used.passage == Passage::Refused {
                continue;
            }
            let call = Call {
                tool: &used.tool,
                input: &used.parameters,
                nature: used.nature,
                task: Some(id),
                workspace: workspace.as_deref(),
            };
            if rules.iter().any(|rule| rule.matches(&call)) {
                continue;
            }
            match proposed(&call).filter(|rule| rule.matches(&call)) {
                Some(rule) => rules.push(NewRule {
                    task: Some(id),
                    note: "from a rehearsal".to_owned(),
                    ..rule
                }),
                None => unsayable.push(used),
            }
        }
        if request.keep {
            for rule in &rules {
                self.make_rule(rule.clone()).await?;
            }
            if task.definition.approval_policy != ApprovalPolicy::Ask {
                let edit = TaskEdit::default().set("approval_policy", "ask");
                let by = self.actor.clone();
                self.api.submit(Command::EditTask { task: id, edit, by }).await?;
            }
        }
        let number = Some(task.number.0);
        let rules = rules.into_iter().map(|rule| (rule.clone(), words(&rule, number))).collect();
        Ok(Proposal { run, rules, unsayable, kept: request.keep })
    }
}
