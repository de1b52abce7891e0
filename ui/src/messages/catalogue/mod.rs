//! Which texts there are, by where they appear.

mod task;

pub(crate) use task::*;

use aegis_domain::coarse::Column;
use aegis_domain::{Actor, EventKind};
use aegis_protocol::EngineHost;
use chrono::NaiveDate;

use crate::format::{Span, StartDay, When};
use crate::history::Summary;

/// All texts of one language.
pub(crate) struct Messages {
    /// The frame around the pages.
    pub(crate) shell: Shell,
    /// The connection to the engine.
    pub(crate) engine: Engine,
    /// The board.
    pub(crate) board: Board,
    /// The quick-add line.
    pub(crate) quick_add: QuickAdd,
    /// A task, on its card and in its panel.
    pub(crate) task: Task,
    /// A run's log.
    pub(crate) log: Log,
    /// The activity page, and a task's own activity.
    pub(crate) activity: Activity,
    /// The settings page.
    pub(crate) settings: Settings,
    /// The keyboard shortcuts.
    pub(crate) shortcuts: Shortcuts,
    /// Times and lengths of time.
    pub(crate) time: Time,
}

/// The frame around the pages.
pub(crate) struct Shell {
    /// The program's name.
    pub(crate) name: &'static str,
    /// The list of pages, for screen readers.
    pub(crate) pages: &'static str,
    /// The board page.
    pub(crate) board: &'static str,
    /// The activity page.
    pub(crate) activity: &'static str,
    /// The settings page.
    pub(crate) settings: &'static str,
    /// What waits for the person.
    pub(crate) needs_you: &'static str,
    /// How much that is, and what pressing it does.
    pub(crate) needs_you_hint: fn(usize) -> String,
    /// Before the slots in use.
    pub(crate) running: &'static str,
    /// How many slots are in use, out of how many.
    pub(crate) slots: fn(u32, u32) -> String,
    /// Before what starts next.
    pub(crate) next: &'static str,
    /// Nothing starts by itself.
    pub(crate) nothing_next: &'static str,
    /// New work is held back.
    pub(crate) paused: &'static str,
    /// Closes a message.
    pub(crate) dismiss: &'static str,
    /// Closes a panel.
    pub(crate) close: &'static str,
    /// Makes a panel a page.
    pub(crate) grow: &'static str,
    /// Makes it a panel again.
    pub(crate) shrink: &'static str,
}

/// The connection to the engine.
pub(crate) struct Engine {
    /// It cannot be reached.
    pub(crate) unreachable: &'static str,
    /// Tries at once.
    pub(crate) retry: &'static str,
    /// The window is not the one that it should be.
    pub(crate) no_bridge: &'static str,
    /// What to do then.
    pub(crate) no_bridge_hint: &'static str,
    /// An answer could not be read.
    pub(crate) bad_answer: fn(&str) -> String,
    /// What to do then.
    pub(crate) bad_answer_hint: &'static str,
    /// Lets new work start again.
    pub(crate) resume: &'static str,
    /// Holds new work back.
    pub(crate) pause: &'static str,
    /// New work is held back.
    pub(crate) is_paused: &'static str,
}

/// The board.
pub(crate) struct Board {
    /// A column's name.
    pub(crate) column: fn(Column) -> &'static str,
    /// What would be in an empty column.
    pub(crate) empty: fn(Column) -> &'static str,
    /// How the first task comes to be.
    pub(crate) first: &'static str,
    /// How many tasks.
    pub(crate) count: fn(usize) -> String,
    /// Older tasks are left out.
    pub(crate) left_out: fn(usize) -> String,
    /// No card fits the search.
    pub(crate) no_match: &'static str,
    /// Filters by shell tasks.
    pub(crate) shell: &'static str,
    /// Filters by work for Claude Code.
    pub(crate) claude_code: &'static str,
    /// Filters by reminders.
    pub(crate) reminder: &'static str,
    /// The search field.
    pub(crate) search: &'static str,
    /// Leads to the quick-add line.
    pub(crate) new_task: &'static str,
    /// The cards are on their way.
    pub(crate) loading: &'static str,
}

/// The quick-add line.
pub(crate) struct QuickAdd {
    /// The field's name.
    pub(crate) label: &'static str,
    /// What stands in the empty field.
    pub(crate) placeholder: &'static str,
    /// What can be typed, below the empty field.
    pub(crate) examples: &'static str,
    /// The task was made.
    pub(crate) added: fn(u64) -> String,
    /// The key that commits.
    pub(crate) enter: &'static str,
    /// The text is too long to be read while it is typed.
    pub(crate) too_long: &'static str,
    /// Before the next starts of what repeats.
    pub(crate) starts: &'static str,
}

/// A run's log.
pub(crate) struct Log {
    /// The list, for screen readers.
    pub(crate) label: &'static str,
    /// It is on its way.
    pub(crate) loading: &'static str,
    /// There is no run yet.
    pub(crate) no_run: &'static str,
    /// It printed nothing so far.
    pub(crate) nothing_yet: &'static str,
    /// It printed nothing.
    pub(crate) nothing: &'static str,
    /// Goes to the end and stays there.
    pub(crate) follow: &'static str,
    /// How many lines.
    pub(crate) lines: fn(usize) -> String,
    /// Earlier lines are left out here.
    pub(crate) cut: fn(usize, u64) -> String,
    /// The file is shorter than it was.
    pub(crate) tail_lost: &'static str,
}

/// What happened.
pub(crate) struct Activity {
    /// The list, for screen readers.
    pub(crate) label: &'static str,
    /// Nothing has happened.
    pub(crate) empty: &'static str,
    /// How the first thing happens.
    pub(crate) empty_hint: &'static str,
    /// An event in words, and by whom.
    pub(crate) event: fn(&EventKind) -> String,
    /// Who did it; empty for Aegis itself.
    pub(crate) actor: fn(&Actor) -> String,
    /// What came of a piece of work, in one line.
    pub(crate) summary: fn(&Summary) -> String,
    /// Opens every step of it.
    pub(crate) show_steps: fn(usize) -> String,
    /// Closes them.
    pub(crate) hide_steps: &'static str,
    /// Older ones are on their way.
    pub(crate) loading: &'static str,
}

/// The settings page.
pub(crate) struct Settings {
    /// How the window looks.
    pub(crate) appearance: &'static str,
    /// Light or dark.
    pub(crate) theme: &'static str,
    /// What the choice means.
    pub(crate) theme_hint: &'static str,
    /// As the system.
    pub(crate) system: &'static str,
    /// Light.
    pub(crate) light: &'static str,
    /// Dark.
    pub(crate) dark: &'static str,
    /// How strong the colours differ.
    pub(crate) contrast: &'static str,
    /// What the choice means.
    pub(crate) contrast_hint: &'static str,
    /// More contrast.
    pub(crate) more: &'static str,
    /// How work is run.
    pub(crate) work: &'static str,
    /// Most runs at once.
    pub(crate) slots: &'static str,
    /// What it means.
    pub(crate) slots_hint: &'static str,
    /// A variable of the environment sets it.
    pub(crate) slots_override: fn(&str) -> String,
    /// One fewer.
    pub(crate) fewer: &'static str,
    /// One more.
    pub(crate) one_more: &'static str,
    /// Whether new work starts.
    pub(crate) starting: &'static str,
    /// What it means.
    pub(crate) starting_hint: &'static str,
    /// A reminder's sound.
    pub(crate) sound: &'static str,
    /// What it means.
    pub(crate) sound_hint: &'static str,
    /// On.
    pub(crate) on: &'static str,
    /// Off.
    pub(crate) off: &'static str,
    /// What may be spent, and how long answers are waited for.
    pub(crate) money: &'static str,
    /// What a day may cost.
    pub(crate) daily_budget: &'static str,
    /// What it means.
    pub(crate) daily_budget_hint: &'static str,
    /// There is no limit.
    pub(crate) no_budget: &'static str,
    /// How long an answer to a question is waited for.
    pub(crate) expiry: &'static str,
    /// What it means.
    pub(crate) expiry_hint: &'static str,
    /// It is not what any of the choices says, but so many seconds.
    pub(crate) expiry_other: fn(u64) -> String,
    /// For ever.
    pub(crate) for_ever: &'static str,
    /// A day.
    pub(crate) one_day: &'static str,
    /// Three days.
    pub(crate) three_days: &'static str,
    /// A week.
    pub(crate) one_week: &'static str,
    /// The allowed roots.
    pub(crate) roots: &'static str,
    /// What they mean.
    pub(crate) roots_hint: &'static str,
    /// There are none.
    pub(crate) no_roots: &'static str,
    /// Adds one.
    pub(crate) add_root: &'static str,
    /// The field for one.
    pub(crate) root_path: &'static str,
    /// Removes one.
    pub(crate) remove_root: fn(&str) -> String,
    /// The rules for tool calls.
    pub(crate) rules: &'static str,
    /// What they mean.
    pub(crate) rules_hint: &'static str,
    /// There are none.
    pub(crate) no_rules: &'static str,
    /// Takes one away.
    pub(crate) remove_rule: fn(&str) -> String,
    /// The form for one more.
    pub(crate) new_rule: NewRuleWords,
    /// Where things are kept.
    pub(crate) places: &'static str,
    /// Tasks and logs.
    pub(crate) data: &'static str,
    /// Aegis' own log.
    pub(crate) own_log: &'static str,
    /// The settings file.
    pub(crate) file: &'static str,
    /// The program itself.
    pub(crate) about: &'static str,
    /// Its version.
    pub(crate) version: &'static str,
    /// The engine.
    pub(crate) engine: &'static str,
    /// Who holds the engine.
    pub(crate) host: fn(EngineHost, u32) -> String,
    /// The database's version.
    pub(crate) database: &'static str,
    /// `SQLite 3.51`.
    pub(crate) sqlite: fn(&str) -> String,
    /// The user's time zone.
    pub(crate) zone: &'static str,
}

/// The form for a rule.
pub(crate) struct NewRuleWords {
    /// Opens it.
    pub(crate) open: &'static str,
    /// What is to happen with the calls.
    pub(crate) effect: &'static str,
    /// They are let through.
    pub(crate) allow: &'static str,
    /// A person is asked.
    pub(crate) ask: &'static str,
    /// They are refused.
    pub(crate) deny: &'static str,
    /// Of which tool.
    pub(crate) tool: &'static str,
    /// For work in which folder.
    pub(crate) folder: &'static str,
    /// A folder as one writes it.
    pub(crate) folder_example: &'static str,
    /// Which part of the input.
    pub(crate) part: &'static str,
    /// What that part looks like.
    pub(crate) pattern: &'static str,
    /// Why there is the rule.
    pub(crate) note: &'static str,
    /// Shows what it would mean.
    pub(crate) look: &'static str,
    /// Makes it.
    pub(crate) make: &'static str,
    /// Leaves without one.
    pub(crate) back: &'static str,
}

/// The keyboard shortcuts.
pub(crate) struct Shortcuts {
    /// The list's title.
    pub(crate) title: &'static str,
    /// Keys and what they do.
    pub(crate) all: &'static [(&'static str, &'static str)],
}

/// Times and lengths of time.
pub(crate) struct Time {
    /// An instant, said from now.
    pub(crate) when: fn(When) -> String,
    /// A length of time.
    pub(crate) span: fn(Span) -> String,
    /// The starts of a day, seen from today.
    pub(crate) starts: fn(NaiveDate, &StartDay) -> String,
}
