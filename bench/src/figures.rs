//! The figures by name, as a table for people and a flat JSON object for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::Result;

#[derive(Debug, Default)]
pub struct Figures(BTreeMap<String, f64>);

/// A goal, where there is one.
#[derive(Debug, Clone, Copy)]
enum Goal {
    None,
    AtLeast(f64),
    Below(f64),
}

/// What the table says of a figure: its name, words, digits after the point, goal.
const LINES: &[(&str, &str, usize, Goal)] = &[
    (
        "floor_rps",
        "floor: signature checked, 200, nothing kept (requests/s)",
        0,
        Goal::None,
    ),
    (
        "ingest_sqlite_rps",
        "durable ingest on SQLite (messages/s)",
        0,
        Goal::None,
    ),
    ("ingest_sqlite_ratio", "  of the floor", 3, Goal::AtLeast(0.15)),
    (
        "ingest_sqlite_p50_ms",
        "  answered in, median (ms)",
        1,
        Goal::None,
    ),
    (
        "ingest_sqlite_p99_ms",
        "  answered in, 99 of 100 (ms)",
        1,
        Goal::None,
    ),
    (
        "ingest_postgres_rps",
        "durable ingest on PostgreSQL (messages/s)",
        0,
        Goal::None,
    ),
    ("ingest_postgres_ratio", "  of the floor", 3, Goal::AtLeast(0.06)),
    (
        "ingest_postgres_p50_ms",
        "  answered in, median (ms)",
        1,
        Goal::None,
    ),
    (
        "ingest_postgres_p99_ms",
        "  answered in, 99 of 100 (ms)",
        1,
        Goal::None,
    ),
    (
        "live_p50_ms",
        "webhook to every agent's socket, median (ms)",
        1,
        Goal::None,
    ),
    ("live_p99_ms", "  99 of 100 (ms)", 1, Goal::Below(50.0)),
    ("live_max_ms", "  slowest (ms)", 1, Goal::None),
    ("live_agents", "  agents", 0, Goal::None),
    ("live_messages_per_s", "  messages/s", 0, Goal::None),
    (
        "live_webhook_p99_ms",
        "  webhook answered in, 99 of 100 (ms)",
        1,
        Goal::None,
    ),
    ("rss_idle_mib", "resident memory, idle (MiB)", 1, Goal::None),
    (
        "rss_per_1000_sockets_mib",
        "  more for 1,000 idle sockets (MiB)",
        1,
        Goal::None,
    ),
    (
        "rss_after_ingest_sqlite_mib",
        "  after ingest on SQLite (MiB)",
        1,
        Goal::None,
    ),
    (
        "rss_after_ingest_postgres_mib",
        "  after ingest on PostgreSQL (MiB)",
        1,
        Goal::None,
    ),
    (
        "rss_after_live_mib",
        "  after the live stream (MiB)",
        1,
        Goal::None,
    ),
    (
        "start_ms",
        "process start to the first 200 of /readyz (ms)",
        0,
        Goal::None,
    ),
    (
        "start_empty_ms",
        "  on an empty folder, migrations included (ms)",
        0,
        Goal::None,
    ),
    ("binary_mib", "binary, web app included (MiB)", 1, Goal::None),
    (
        "large_sqlite_list_p99_ms",
        "a page of the list among millions, SQLite, 99 of 100 (ms)",
        1,
        Goal::Below(10.0),
    ),
    (
        "large_sqlite_thread_p99_ms",
        "  a page of a thread, 99 of 100 (ms)",
        1,
        Goal::Below(10.0),
    ),
    (
        "large_sqlite_search_p95_ms",
        "  first page of a search, 95 of 100 (ms)",
        1,
        Goal::Below(100.0),
    ),
    ("large_sqlite_search_p50_ms", "    median (ms)", 1, Goal::None),
    ("large_sqlite_search_max_ms", "    slowest (ms)", 1, Goal::None),
    (
        "large_sqlite_index_per_s",
        "  messages indexed a second",
        0,
        Goal::None,
    ),
    (
        "rss_large_sqlite_mib",
        "  resident memory after it (MiB)",
        1,
        Goal::None,
    ),
    (
        "large_postgres_list_p99_ms",
        "a page of the list among millions, PostgreSQL, 99 of 100 (ms)",
        1,
        Goal::Below(10.0),
    ),
    (
        "large_postgres_thread_p99_ms",
        "  a page of a thread, 99 of 100 (ms)",
        1,
        Goal::Below(10.0),
    ),
    (
        "large_postgres_search_p95_ms",
        "  first page of a search, 95 of 100 (ms)",
        1,
        Goal::Below(100.0),
    ),
    ("large_postgres_search_p50_ms", "    median (ms)", 1, Goal::None),
    ("large_postgres_search_max_ms", "    slowest (ms)", 1, Goal::None),
    (
        "large_postgres_index_per_s",
        "  messages indexed a second",
        0,
        Goal::None,
    ),
    (
        "rss_large_postgres_mib",
        "  resident memory after it (MiB)",
        1,
        Goal::None,
    ),
    (
        "switch_visited_p50_ms",
        "click to a visited conversation in a frame, median (ms)",
        1,
        Goal::Below(16.7),
    ),
    ("switch_visited_p99_ms", "  99 of 100 (ms)", 1, Goal::None),
    (
        "switch_visited_frames_p99",
        "  frames until then, 99 of 100",
        0,
        Goal::Below(1.5),
    ),
    (
        "switch_visited_ratio",
        "  of a click on an empty page, medians",
        1,
        Goal::None,
    ),
    (
        "switch_unvisited_p50_ms",
        "click to one not visited yet, median (ms)",
        1,
        Goal::None,
    ),
    (
        "switch_unvisited_p99_ms",
        "  99 of 100 (ms)",
        1,
        Goal::Below(150.0),
    ),
    (
        "switch_floor_p50_ms",
        "click to one word on an empty page, median (ms)",
        1,
        Goal::None,
    ),
    ("switch_floor_p99_ms", "  99 of 100 (ms)", 1, Goal::None),
    (
        "typing_late_frames_percent",
        "typing while messages arrive: late frames (%)",
        1,
        Goal::Below(0.5),
    ),
    (
        "typing_key_p50_ms",
        "  key to its letter in a frame, median (ms)",
        1,
        Goal::None,
    ),
    ("typing_key_p99_ms", "  99 of 100 (ms)", 1, Goal::None),
    ("typing_long_tasks", "  tasks over 50 ms", 0, Goal::Below(1.0)),
    ("typing_messages_per_s", "  messages/s", 0, Goal::None),
    (
        "typing_floor_late_frames_percent",
        "the same on an empty page: late frames (%)",
        1,
        Goal::None,
    ),
    (
        "typing_floor_key_p50_ms",
        "  key to its letter in a frame, median (ms)",
        1,
        Goal::None,
    ),
    ("typing_floor_key_p99_ms", "  99 of 100 (ms)", 1, Goal::None),
    ("typing_floor_long_tasks", "  tasks over 50 ms", 0, Goal::None),
    (
        "inbox_js_brotli_kb",
        "JavaScript of the inbox, brotli (kB)",
        1,
        Goal::Below(180.0),
    ),
    (
        "cores",
        "setting: cores, shared with the load generator",
        0,
        Goal::None,
    ),
    ("connections", "  connections that post webhooks", 0, Goal::None),
    ("large_messages", "  messages of the large stores", 0, Goal::None),
    (
        "fdatasync_ms",
        "  4 KiB written and flushed to the disk (ms)",
        2,
        Goal::None,
    ),
];

impl Figures {
    pub fn set(&mut self, name: &str, value: f64) {
        self.0.insert(name.to_owned(), value);
    }

    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    pub fn table(&self) -> String {
        let mut table = String::from("\n");
        for (name, words, digits, goal) in LINES {
            let Some(value) = self.get(name) else {
                continue;
            };
            let goal = match goal {
                Goal::None => String::new(),
                Goal::AtLeast(least) if value >= *least => format!("   goal ≥ {least}: met"),
                Goal::AtLeast(least) => format!("   goal ≥ {least}: MISSED"),
                Goal::Below(most) if value < *most => format!("   goal < {most}: met"),
                Goal::Below(most) => format!("   goal < {most}: MISSED"),
            };
            let _ = writeln!(table, "  {words:<58}{value:>10.digits$}{goal}");
        }
        table
    }

    /// One object of numbers, rounded to four digits after the point.
    pub fn json(&self) -> Result<String> {
        let rounded: BTreeMap<&str, f64> = self
            .0
            .iter()
            .map(|(name, value)| (name.as_str(), (value * 1e4).round() / 1e4))
            .collect();
        Ok(serde_json::to_string_pretty(&rounded)?)
    }
}

/// The middle one, or the mean of the two in the middle; 0 of nothing.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// Of microseconds.
pub fn millis(micros: u64) -> Result<f64> {
    Ok(number(micros)? / 1e3)
}

/// Counts and sizes here are far below what a `f64` holds exactly.
pub fn number(count: u64) -> Result<f64> {
    Ok(f64::from(u32::try_from(count)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!(median(Vec::new()).abs() < 1e-9);
    }

    #[test]
    fn the_table_judges_by_the_goals() {
        let mut figures = Figures::default();
        figures.set("ingest_sqlite_ratio", 0.2);
        figures.set("ingest_postgres_ratio", 0.05);
        figures.set("live_p99_ms", 50.0);
        let table = figures.table();
        let judged: Vec<&str> = table
            .lines()
            .filter_map(|line| line.split_once("goal "))
            .map(|(_, goal)| goal)
            .collect();
        assert_eq!(judged, ["≥ 0.15: met", "≥ 0.06: MISSED", "< 50: MISSED"]);
    }

    #[test]
    fn the_json_is_flat() {
        let mut figures = Figures::default();
        figures.set("start_ms", 12.345_678);
        assert_eq!(figures.json().unwrap(), "{\n  \"start_ms\": 12.3457\n}");
    }

    /// Every figure that is written has its line in the documentation.
    #[test]
    fn every_figure_is_documented() {
        let page = include_str!("../../docs/performance.md");
        for (name, ..) in LINES {
            assert!(
                page.contains(&format!("`{name}`")),
                "{name} is not in docs/performance.md"
            );
        }
    }
}
