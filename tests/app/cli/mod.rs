//! The command line: what a person types, and what a program reads.

mod approvals;
mod bad_input;
mod budgets;
mod callers;
mod claude_code;
mod cut_off;
mod data;
mod dependencies;
mod ending;
mod figures;
mod find;
mod keys;
mod knowledge;
mod life;
mod limits;
mod mcp;
mod notification;
mod output;
mod reminder;
mod report;
mod sandbox;
mod schedule;
