//! `cargo xtask test`: runs parts, counts, and says so in a last line that people and CI can read. Where all are wanted
//! and nobody watches, they run in two lanes: while one waits, the other computes.

use std::{
    panic::resume_unwind,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};

use crate::{
    interrupt::{self, EXIT_CODE},
    parts::{self, Part},
    progress::{is_live, say, set_margin},
    scratch::Scratch,
    session::{Session, seconds},
    tally::Tally,
    workspace::Workspace,
};

/// The parts of the second lane, whose lines have a margin. They wait for a browser, a JVM and Swift's compiler while the
/// others wait for Rust's.
const BESIDE: [&str; 4] = ["swift", "browser", "kotlin", "android"];

/// Prints the parts and what they prove.
pub(crate) fn list() {
    for part in parts::ALL {
        println!("{:<12}{}", part.name(), part.about());
    }
}

/// Runs the named parts, or all of them.
pub(crate) fn run(ws: &Workspace, names: &[String], filter: &[String]) -> Result<ExitCode> {
    let chosen = choose(names)?;
    // A terminal shows one bar at a time.
    let in_two_lanes = names.is_empty() && !is_live();
    let (beside, first): (Vec<_>, Vec<_>) =
        chosen.into_iter().partition(|part| in_two_lanes && BESIDE.contains(&part.name()));
    let started = Instant::now();
    let scratch = Scratch::make();
    let mut session = Session::new(ws, filter, scratch.as_ref())?;
    let (ran, others) = thread::scope(|scope| {
        let others = (!beside.is_empty()).then(|| {
            scope.spawn(|| {
                set_margin("│ ");
                let mut session = Session::new(ws, filter, scratch.as_ref())?;
                let ran = lane(&mut session, &beside)?;
                anyhow::Ok((ran, session.end()))
            })
        });
        let ran = lane(&mut session, &first);
        (ran, others.map(|others| others.join().unwrap_or_else(|panic| resume_unwind(panic))))
    });
    if interrupt::asked() {
        println!("interrupted");
        return Ok(ExitCode::from(EXIT_CODE));
    }
    let mut summary = ran?;
    if let Some(others) = others {
        let (ran, ended) = others?;
        summary.extend(ran);
        session.take_over(ended);
    }

    if names.is_empty() {
        // A program of tests that no part knows would never be missed.
        let tally = session.check("every program of tests has its part", &session.untested());
        summary.push(Ran { name: "all of them", tally, took: Duration::ZERO });
    }
    let total: Tally = summary.iter().map(|ran| ran.tally).sum();
    if summary.len() > 1 {
        tell_again(session.failures());
        println!("── all ({})", seconds(started.elapsed()));
        for Ran { name, tally, took } in summary {
            println!("  {name:<12}{tally} ({})", seconds(took));
        }
        println!("{total}");
    }
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A part that ran to its end.
struct Ran {
    name: &'static str,
    tally: Tally,
    took: Duration,
}

/// Runs parts one after the other, as far as nobody interrupts.
fn lane(session: &mut Session<'_>, parts: &[&'static dyn Part]) -> Result<Vec<Ran>> {
    let mut all = Vec::new();
    for part in parts {
        let began = Instant::now();
        say(format!("── {}: {}", part.name(), part.about()));
        session.begin(part.name())?;
        let tally = counted(part.run(session)).unwrap_or_else(|why| {
            say(format!("  ✗ {why:#}"));
            session.note_failure("could not run", &format!("{why:#}"));
            Tally::FAILED
        });
        if interrupt::asked() {
            break;
        }
        say(format!("  log: {}", session.log_path().display()));
        say(tally.to_string());
        all.push(Ran { name: part.name(), tally, took: began.elapsed() });
    }
    Ok(all)
}

/// Of a long log only the end is read: what failed in any part stands there too.
fn tell_again(failures: &[String]) {
    if !failures.is_empty() {
        println!("── what failed, once more");
    }
    for failure in failures {
        println!("  ✗ {failure}");
    }
}

/// The parts of these names, in the order of the list; all of them if none is named.
fn choose(names: &[String]) -> Result<Vec<&'static dyn Part>> {
    let known: Vec<_> = parts::ALL.iter().map(|part| part.name()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no part {unknown}; the parts are {}", known.join(", "));
    }
    Ok(parts::ALL
        .into_iter()
        .filter(|part| names.is_empty() || names.iter().any(|name| name == part.name()))
        .collect())
}

/// A part that ran nothing has failed: silence must not look like success.
fn counted(result: Result<Tally>) -> Result<Tally> {
    let tally = result?;
    ensure!(!tally.is_empty(), "no test ran");
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(chosen: &[&dyn Part]) -> Vec<&'static str> {
        chosen.iter().map(|part| part.name()).collect()
    }

    #[test]
    fn what_runs_beside_the_others_is_a_part() {
        assert_eq!(choose(&BESIDE.map(str::to_owned)).unwrap().len(), BESIDE.len());
    }

    #[test]
    fn naming_no_part_chooses_all() {
        assert_eq!(choose(&[]).unwrap().len(), parts::ALL.len());
    }

    #[test]
    fn named_parts_run_once_and_in_the_lists_order() {
        let asked = ["core", "lint", "core"].map(str::to_owned);
        assert_eq!(names(&choose(&asked).unwrap()), ["lint", "core"]);
    }

    #[test]
    fn an_unknown_part_is_named_with_the_known_ones() {
        let error = choose(&["cor".to_owned()]).err().unwrap().to_string();
        assert!(error.contains("no part cor;") && error.contains("core"), "{error}");
    }

    #[test]
    fn a_part_that_ran_nothing_has_failed() {
        assert_eq!(counted(Ok(Tally::default())).unwrap_err().to_string(), "no test ran");
        assert_eq!(counted(Err(anyhow::anyhow!("no disk"))).unwrap_err().to_string(), "no disk");
        assert_eq!(counted(Ok(Tally::PASSED)).unwrap(), Tally::PASSED);
    }
}
