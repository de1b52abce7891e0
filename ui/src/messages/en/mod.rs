//! English.

mod calls;
mod details;
mod events;
mod task;
mod time;

use aegis_domain::coarse::Column;
use aegis_protocol::EngineHost;

use super::{
    Activity, Board, Engine, Log, Messages, NewRuleWords, QuickAdd, Settings, Shell, Shortcuts,
};

/// The English catalogue.
pub(super) static EN: Messages = Messages {
    shell: Shell {
        name: "Aegis",
        pages: "Pages",
        board: "Board",
        activity: "Activity",
        settings: "Settings",
        needs_you: "Needs you",
        needs_you_hint: |count| match count {
            1 => "1 task waits for you: open it".to_owned(),
            count => format!("{count} tasks wait for you: open the first"),
        },
        running: "Running",
        slots: |used, total| format!("{used} of {total}"),
        next: "Next",
        nothing_next: "nothing planned",
        paused: "paused",
        dismiss: "Dismiss",
        close: "Close",
        grow: "Show as a page",
        shrink: "Show as a panel",
    },
    engine: Engine {
        unreachable: "The engine cannot be reached, so what you see may be out of date.",
        retry: "Try again",
        no_bridge: "This page runs outside the Aegis window, so there is no engine to talk to.",
        no_bridge_hint: "Open Aegis itself.",
        bad_answer: |what| format!("The engine's answer could not be read ({what})."),
        bad_answer_hint: "The window and the engine may be of different versions: restart both.",
        resume: "Resume",
        pause: "Pause",
        is_paused: "Paused: nothing new starts until you resume.",
    },
    board: Board {
        column: |column| match column {
            Column::Backlog => "Backlog",
            Column::Queued => "Queued",
            Column::Running => "Running",
            Column::Review => "Review",
            Column::Done => "Done",
            Column::Failed => "Failed",
        },
        empty: |column| match column {
            Column::Backlog => "Tasks that wait for you.",
            Column::Queued => "Tasks that will start by themselves.",
            Column::Running => "Tasks at work, with their latest output.",
            Column::Review => "Results that wait for a look.",
            Column::Done => "Tasks that are finished.",
            Column::Failed => "Tasks that failed or were cancelled.",
        },
        first: "Type one above: run: cargo --version",
        count: grouped,
        left_out: |count| {
            let count = grouped(count);
            format!("{count} older ones are not shown here. `aegis task list` shows all of them.")
        },
        no_match: "No card here fits.",
        shell: "Shell",
        claude_code: "Claude Code",
        reminder: "Reminders",
        search: "Search",
        new_task: "New task",
        loading: "Loading the board",
    },
    quick_add: QuickAdd {
        label: "Quick add",
        placeholder: "What is to be done?",
        examples: "run: cargo --version in ~/src    remind me every weekday at 10:30 to stretch    #tag    p8    @name    after #12",
        added: |number| format!("Added #{number}."),
        enter: "Enter",
        too_long: "This is too long to read while you type. Enter tries it as it is.",
        starts: "Next:",
    },
    task: task::TASK,
    log: Log {
        label: "Log",
        loading: "Loading the log",
        no_run: "It has not run yet, so there is no output.",
        nothing_yet: "No output so far.",
        nothing: "It ended without any output.",
        follow: "Follow",
        lines: |count| {
            if count == 1 { "1 line".to_owned() } else { format!("{} lines", grouped(count)) }
        },
        cut: |count, number| {
            let count = grouped(count);
            format!(
                "{count} earlier lines are left out here. `aegis task logs {number}` prints all of them."
            )
        },
        tail_lost: "The end of this log was lost: the file is shorter than it was when the run ended.",
    },
    activity: Activity {
        label: "What happened, newest first",
        empty: "Nothing has happened yet.",
        empty_hint: "What comes of every task will be listed here.",
        event: events::event,
        actor: events::actor,
        summary: events::summary,
        show_steps: |count| format!("Show all {count} steps"),
        hide_steps: "Hide the steps",
        loading: "Loading older entries",
    },
    settings: Settings {
        appearance: "Appearance",
        theme: "Theme",
        theme_hint: "System follows your desktop.",
        system: "System",
        light: "Light",
        dark: "Dark",
        contrast: "Contrast",
        contrast_hint: "More makes borders and text stronger.",
        more: "More",
        work: "Work",
        slots: "Runs at once",
        slots_hint: "How many tasks may be at work at the same time.",
        slots_override: |variable| {
            format!(
                "{variable} in the environment sets this for now. Your choice counts again without it."
            )
        },
        fewer: "One fewer",
        one_more: "One more",
        starting: "Start new work",
        starting_hint: "While paused, what runs goes on and nothing new starts.",
        sound: "Sound",
        sound_hint: "A reminder plays a short sound with its notification.",
        on: "On",
        off: "Off",
        money: "Money and questions",
        daily_budget: "Most dollars a day",
        daily_budget_hint: "For everything that agents do together. What is at work stops and asks when they are spent; the rest waits for midnight.",
        no_budget: "No limit",
        expiry: "Wait for answers",
        expiry_hint: "How long a question waits for you before its work ends as expired.",
        expiry_other: |secs| format!("The settings say {secs} seconds."),
        for_ever: "For ever",
        one_day: "1 day",
        three_days: "3 days",
        one_week: "1 week",
        roots: "Folders that commands may work in",
        roots_hint: "A command outside these folders and what is below them is refused.",
        no_roots: "No folder is allowed, so every command is refused.",
        add_root: "Allow",
        root_path: "A folder, for example ~/src",
        remove_root: |path| format!("Do not allow {path} any longer"),
        rules: "Rules for agents",
        rules_hint: "What agents may do without asking, must ask about, and may not do. A refusal beats a question, and a question beats a permission.",
        no_rules: "There are no rules. Agents ask before they change anything; “Allow always” makes a rule of an answer.",
        remove_rule: |words| format!("Take this rule away: {words}"),
        new_rule: NewRuleWords {
            open: "New rule…",
            effect: "What happens with these calls",
            allow: "Allow",
            ask: "Ask each time",
            deny: "Refuse",
            tool: "Tool; * is any text",
            folder: "Only for work in this folder, if any",
            folder_example: "/home/ada/src",
            part: "Part of the input, if it matters",
            pattern: "What that part looks like",
            note: "Why, in a few words",
            look: "Show what it means",
            make: "Make the rule",
            back: "Cancel",
        },
        places: "Where things are kept",
        data: "Tasks and logs",
        own_log: "Aegis' own log",
        file: "Settings",
        about: "About",
        version: "Version",
        engine: "Engine",
        host: |host, pid| match host {
            EngineHost::Window => format!("in this window (process {pid})"),
            EngineHost::Serve => format!("aegis serve (process {pid})"),
            EngineHost::Command => format!("a command in a terminal (process {pid})"),
        },
        database: "Database",
        sqlite: |version| format!("SQLite {version}"),
        zone: "Time zone",
    },
    shortcuts: Shortcuts {
        title: "Keyboard shortcuts",
        all: &[
            ("N", "New task"),
            ("/", "Search"),
            ("J  ↓", "Next card"),
            ("K  ↑", "Previous card"),
            ("←  →", "Column to the left or right"),
            ("Enter", "Open the card"),
            ("F", "Show the open task as a page"),
            ("Esc", "Close"),
            ("1  2  3", "Board, Activity, Settings"),
            ("?", "These shortcuts"),
        ],
    },
    time: time::TIME,
};

/// A count with a comma between each three digits.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_three() {
        for (count, shown) in [(7, "7"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(count), shown);
        }
        assert_eq!((EN.log.lines)(1), "1 line");
        assert_eq!((EN.log.lines)(20_000), "20,000 lines");
    }
}
