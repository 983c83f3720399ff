//! Figures with their goals, as a table for people and a JSON file for machines.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::machine::Machine;

/// Whether more or less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// The figure is to be at least this.
    AtLeast,
    /// The figure is to be at most this.
    AtMost,
}

/// One measured figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// The unit: `records/s`, `ms`, `MB`, `×`.
    pub unit: &'static str,
    /// Median of the runs.
    pub median: f64,
    /// Lowest of the runs.
    pub low: f64,
    /// Highest of the runs.
    pub high: f64,
    /// How often it was measured.
    pub runs: usize,
    /// Whether more or less is better.
    pub goal: Goal,
    /// What it is to be.
    pub target: f64,
    /// Median over target; above 1 is more than the target.
    pub ratio: f64,
    /// Whether the goal is reached.
    pub reached: bool,
}

impl Figure {
    /// A figure from the values of its runs; `None` without any.
    pub fn of(name: &str, unit: &'static str, mut runs: Vec<f64>, goal: Goal, target: f64) -> Option<Self> {
        runs.sort_by(f64::total_cmp);
        let (low, high) = (*runs.first()?, *runs.last()?);
        let middle = runs.len() / 2;
        let median =
            if runs.len() % 2 == 1 { runs[middle] } else { f64::midpoint(runs[middle - 1], runs[middle]) };
        let reached = match goal {
            Goal::AtLeast => median >= target,
            Goal::AtMost => median <= target,
        };
        let name = name.to_owned();
        Some(Self {
            name,
            unit,
            median,
            low,
            high,
            runs: runs.len(),
            goal,
            target,
            ratio: median / target,
            reached,
        })
    }
}

/// All figures of a run.
#[derive(Debug, Serialize)]
pub struct Report {
    machine: Machine,
    figures: Vec<Figure>,
}

impl Report {
    /// None yet.
    pub fn new() -> Result<Self> {
        Ok(Self { machine: Machine::measure()?, figures: Vec::new() })
    }

    /// Adds a figure and shows its line at once.
    pub fn add(&mut self, figure: Option<Figure>) -> Result<()> {
        let figure = figure.context("a bench measured nothing")?;
        print!("{}", line(&figure));
        self.figures.push(figure);
        Ok(())
    }

    /// Writes the JSON file.
    pub fn write(&self, path: &Path) -> Result<()> {
        let json = serde_json::to_vec_pretty(self)?;
        std::fs::write(path, json).with_context(|| format!("{} cannot be written", path.display()))
    }

    /// How many goals are not reached.
    pub fn missed(&self) -> usize {
        self.figures.iter().filter(|figure| !figure.reached).count()
    }
}

/// The heading of the table that [`Report::add`] prints.
pub fn heading(report: &Report) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}\n{:<72} {:>12} {:>12} {:>25} {:>7}",
        report.machine.in_words(),
        "bench",
        "median",
        "goal",
        "low – high (runs)",
        "ratio"
    );
    text
}

fn line(figure: &Figure) -> String {
    let sign = match figure.goal {
        Goal::AtLeast => '≥',
        Goal::AtMost => '≤',
    };
    let mark = if figure.reached { '✓' } else { '✗' };
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:<72} {:>12} {:>12} {:>25} {:>7.2} {mark}",
        format!("{} ({})", figure.name, figure.unit),
        number(figure.median),
        format!("{sign} {}", number(figure.target)),
        format!("{} – {} ({})", number(figure.low), number(figure.high), figure.runs),
        figure.ratio,
    );
    text
}

fn number(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// Runs something and says how long it took.
pub fn timed<T>(what: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let begun = Instant::now();
    let result = what()?;
    Ok((result, begun.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_of_runs_lies_between_the_middle_two() {
        let figure = Figure::of("x", "ms", vec![4.0, 1.0, 2.0, 3.0], Goal::AtMost, 2.0).unwrap();
        assert!((figure.median - 2.5).abs() < 1e-9);
        assert!(!figure.reached);
        assert!(Figure::of("x", "ms", Vec::new(), Goal::AtMost, 2.0).is_none());
    }
}
