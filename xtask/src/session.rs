//! One run of the tests: what the parts share (services, the built binary) and how a step is run, shown,
//! logged and counted.

use std::{
    collections::{BTreeSet, HashSet},
    env,
    fmt::Write as _,
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    bindings,
    child::{self, Event},
    compile::{Compile, is_chatter},
    object_store::ObjectStore,
    postgres::{Commits, Postgres},
    progress::{Progress, is_live},
    scratch::Scratch,
    tally::Tally,
    web,
    workspace::Workspace,
};

/// Where the tests find PostgreSQL; set by the user, that one is used instead of starting one.
pub(crate) const POSTGRES_ENV: &str = "XUNCHA_TEST_POSTGRES";
/// Where the tests find an S3-type store; set by the user, that one is used instead of starting one.
pub(crate) const S3_ENV: &str = "XUNCHA_TEST_S3";
/// Where the tests find the `xuncha` binary; set by the user, it is used instead of building one.
pub(crate) const BINARY_ENV: &str = "XUNCHA_BIN";

/// Where programs write what nobody keeps (POSIX).
const TEMPORARY_ENV: &str = "TMPDIR";

/// A run of parts.
pub(crate) struct Session<'a> {
    ws: &'a Workspace,
    /// Handed to every test binary; usually a part of a test's name.
    filter: &'a [String],
    log: File,
    log_path: PathBuf,
    part: String,
    /// What went wrong, told once more at the end: of a long log only the end is read.
    failures: Vec<String>,
    /// The test programs that ran, by their address.
    tested: HashSet<String>,
    postgres: Option<Postgres>,
    store: Option<ObjectStore>,
    binary: Option<PathBuf>,
    library: Option<PathBuf>,
    scratch: Option<&'a Scratch>,
}

/// What is left of a session that ended.
pub(crate) struct Ended {
    failures: Vec<String>,
    tested: HashSet<String>,
}

impl<'a> Session<'a> {
    /// A session with nothing started yet. What runs in it writes what nobody keeps to `scratch`, or where everybody does.
    pub(crate) fn new(ws: &'a Workspace, filter: &'a [String], scratch: Option<&'a Scratch>) -> Result<Self> {
        let (log, log_path) = open_log(ws, "test")?;
        Ok(Self {
            ws,
            filter,
            log,
            log_path,
            part: String::new(),
            failures: Vec::new(),
            tested: HashSet::new(),
            postgres: None,
            store: None,
            binary: None,
            library: None,
            scratch,
        })
    }

    /// Stops what was started in it.
    pub(crate) fn end(self) -> Ended {
        Ended { failures: self.failures, tested: self.tested }
    }

    /// Takes over what went wrong in another session, and what was tested there.
    pub(crate) fn take_over(&mut self, other: Ended) {
        self.failures.extend(other.failures);
        self.tested.extend(other.tested);
    }

    /// Where what runs from here writes what nobody keeps.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.scratch.map_or_else(env::temp_dir, |scratch| scratch.path().to_owned())
    }

    /// From now on steps are logged to this part's own file.
    pub(crate) fn begin(&mut self, part: &str) -> Result<()> {
        (self.log, self.log_path) = open_log(self.ws, part)?;
        part.clone_into(&mut self.part);
        Ok(())
    }

    /// The workspace.
    pub(crate) fn ws(&self) -> &'a Workspace {
        self.ws
    }

    /// What the tests were narrowed to: usually a part of a test's name.
    pub(crate) fn filter(&self) -> &'a [String] {
        self.filter
    }

    /// Where everything that the steps print can be read.
    pub(crate) fn log_path(&self) -> &Path {
        &self.log_path
    }

    /// What went wrong so far, each with the end of what it printed.
    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// Logs what is run next, and tells it where to write.
    fn ready(&mut self, command: &mut Command) {
        _ = writeln!(self.log, "$ {}", child::shown(command));
        command.env(TEMPORARY_ENV, self.temporary());
    }

    /// The step's line, and what it printed when it failed.
    fn tell(&mut self, progress: &mut Progress, title: &str, ok: bool, printed: &str) {
        tell(progress, title, ok, printed);
        if !ok {
            self.note_failure(title, printed);
        }
    }

    /// Keeps what went wrong, to be told once more.
    pub(crate) fn note_failure(&mut self, title: &str, printed: &str) {
        self.failures.push(format!("{}: {title}\n{}", self.part, indented(last_lines(printed))));
    }

    /// The address of a PostgreSQL, started at the first call and stopped with the session.
    pub(crate) fn postgres(&mut self) -> Result<String> {
        if let Ok(given) = env::var(POSTGRES_ENV) {
            return Ok(given);
        }
        let running = match self.postgres.take() {
            Some(running) => running,
            None => Postgres::start(self.ws, Commits::Forgettable)?,
        };
        Ok(self.postgres.insert(running).url().to_owned())
    }

    /// The address of an S3-type store, started at the first call and stopped with the session.
    pub(crate) fn object_store(&mut self) -> Result<String> {
        if let Ok(given) = env::var(S3_ENV) {
            return Ok(given);
        }
        let running = match self.store.take() {
            Some(running) => running,
            None => ObjectStore::start(self.ws)?,
        };
        Ok(self.store.insert(running).url().to_owned())
    }

    /// The `xuncha` binary, built at the first call.
    pub(crate) fn binary(&mut self) -> Result<PathBuf> {
        if let Some(given) = env::var_os(BINARY_ENV) {
            return Ok(given.into());
        }
        if let Some(built) = &self.binary {
            return Ok(built.clone());
        }
        let mut progress = Progress::start("building xuncha");
        let built = build_xuncha(self.ws, &mut progress, &[], |line| _ = writeln!(self.log, "{line}"))?;
        tell(&mut progress, "building xuncha", true, "");
        self.binary = Some(built.clone());
        Ok(built)
    }

    /// The core as a library, built at the first call, with its Kotlin and Swift generated.
    pub(crate) fn bindings(&mut self) -> Result<PathBuf> {
        if let Some(built) = &self.library {
            return Ok(built.clone());
        }
        let mut progress = Progress::start("building the bindings");
        let built = bindings::make(self.ws, &mut progress, &[], |line| _ = writeln!(self.log, "{line}"))?;
        tell(&mut progress, "building the bindings", true, "");
        self.library = Some(built.clone());
        Ok(built)
    }

    /// An example of one of the crates, built.
    pub(crate) fn example(&mut self, name: &str) -> Result<PathBuf> {
        let mut progress = Progress::start(format!("building the example {name}"));
        let compile = Compile { verb: "build", flags: &["--example", name] };
        let compiled = compile.run(self.ws, &mut progress, |line| _ = writeln!(self.log, "{line}"))?;
        compiled.program(name).with_context(|| format!("{name} does not build:\n{}", compiled.printed))
    }

    /// One command that exits with 0 when all is well; what it printed is shown when it fails. It counts as
    /// one check, or as many as it says itself if its last line is of the form `3 passed, 0 failed`.
    pub(crate) fn step(&mut self, title: &str, command: &mut Command) -> Result<Tally> {
        Ok(self.output_of(title, command)?.0)
    }

    /// The same for a command whose standard output is wanted.
    pub(crate) fn output_of(&mut self, title: &str, command: &mut Command) -> Result<(Tally, String)> {
        let mut progress = Progress::start(title);
        self.ready(command);
        let (mut out, mut all) = (String::new(), String::new());
        let status = child::run(command, |event| match event {
            Event::Out(line) => {
                _ = writeln!(self.log, "{line}");
                _ = writeln!(out, "{line}");
                _ = writeln!(all, "{line}");
            }
            Event::Err(line) => {
                _ = writeln!(self.log, "{line}");
                if is_chatter(&line) {
                    progress.now(line.trim().to_owned());
                } else {
                    _ = writeln!(all, "{line}");
                }
            }
            Event::Tick => progress.tick(),
        })?;
        let ok = status.success();
        let (tally, title) = match out.lines().last().and_then(Tally::from_plain) {
            Some(own) => (own.of_command(ok), &*format!("{title}: {own}")),
            None => (Tally::one(ok), title),
        };
        self.tell(&mut progress, title, ok, &all);
        Ok((tally, out))
    }

    /// A test program in another language: each line is shown to `name`, which may find in it what runs now, and
    /// to `count`, which may find a count in it.
    pub(crate) fn counted(
        &mut self,
        title: &str,
        command: &mut Command,
        name: impl Fn(&str) -> Option<&str>,
        count: impl Fn(&str) -> Option<Tally>,
    ) -> Result<Tally> {
        let mut progress = Progress::start(title);
        self.ready(command);
        let (mut tally, mut printed) = (Tally::default(), String::new());
        let status = child::run(command, |event| match event {
            Event::Out(line) | Event::Err(line) => {
                _ = writeln!(self.log, "{line}");
                tally += count(&line).unwrap_or_default();
                match name(&line) {
                    Some(_) if !is_live() => progress.say(format!("    {line}")),
                    Some(name) => progress.now(name.to_owned()),
                    None => _ = writeln!(printed, "{line}"),
                }
            }
            Event::Tick => progress.tick(),
        })?;
        let tally = tally.of_command(status.success());
        self.tell(&mut progress, &format!("{title}: {tally}"), status.success(), &printed);
        Ok(tally)
    }

    /// One check made right here: good when it finds nothing wrong. Each finding is a line.
    pub(crate) fn check(&mut self, title: &str, wrong: &[String]) -> Tally {
        let printed = wrong.join("\n");
        _ = writeln!(self.log, "$ {title}\n{printed}");
        self.tell(&mut Progress::start(title), title, wrong.is_empty(), &printed);
        Tally::one(wrong.is_empty())
    }

    /// One compilation that is one check, such as clippy.
    pub(crate) fn compile(&mut self, title: &str, compile: &Compile<'_>) -> Result<Tally> {
        let mut progress = Progress::start(title);
        let compiled = compile.run(self.ws, &mut progress, |line| _ = writeln!(self.log, "{line}"))?;
        self.tell(&mut progress, title, compiled.ok, &compiled.printed);
        Ok(Tally::one(compiled.ok))
    }

    /// These test programs (`hub` for all of a folder's, `tests/scenarios` for one): compiled with a bar, then run
    /// with these variables set, every test counted.
    pub(crate) fn cargo_test(&mut self, asked: &[&str], variables: &[(&str, &str)]) -> Result<Tally> {
        let title = format!("tests of {}", asked.join(", "));
        let mut progress = Progress::start(title.clone());
        let all = self.ws.test_targets();
        if let Some(unknown) = asked.iter().find(|asked| !all.iter().any(|target| target.is_one_of(&[asked])))
        {
            bail!("there are no tests {unknown}");
        }
        let wanted: Vec<_> = all.iter().filter(|target| target.is_one_of(asked)).collect();
        let chosen: BTreeSet<&str> = wanted.iter().map(|target| target.flag()).collect();
        let flags: Vec<&str> = chosen.into_iter().chain(["--no-run"]).collect();
        let compile = Compile { verb: "test", flags: &flags };
        let compiled = compile.run(self.ws, &mut progress, |line| _ = writeln!(self.log, "{line}"))?;
        if !compiled.ok {
            self.tell(&mut progress, &title, false, &compiled.printed);
            return Ok(Tally::FAILED);
        }

        let (mut tally, mut printed) = (Tally::default(), String::new());
        for target in wanted {
            let built = compiled.tests.iter().find(|(built, _)| built == target);
            let (_, program) = built.with_context(|| format!("cargo built no {}", target.address()))?;
            let mut command = self.ws.command(program);
            command.args(self.filter).current_dir(target.folder()).envs(variables.iter().copied());
            self.ready(&mut command);
            let mut counted = Tally::default();
            let status = child::run(&mut command, |event| match event {
                Event::Out(line) | Event::Err(line) => {
                    _ = writeln!(self.log, "{line}");
                    counted += Tally::from_libtest(&line).unwrap_or_default();
                    match test_name(&line) {
                        Some(_) if !is_live() => progress.say(format!("    {line}")),
                        Some(name) => progress.now(name.to_owned()),
                        None => _ = writeln!(printed, "{line}"),
                    }
                }
                Event::Tick => progress.tick(),
            })?;
            tally += counted.of_command(status.success());
            self.tested.insert(target.address().to_owned());
        }
        self.tell(&mut progress, &format!("{title}: {tally}"), tally.failed == 0, &printed);
        Ok(tally)
    }

    /// The workspace's test programs that no part ran so far.
    pub(crate) fn untested(&self) -> Vec<String> {
        let addresses = self.ws.test_targets().iter().map(|target| target.address().to_owned());
        addresses.filter(|address| !self.tested.contains(address)).collect()
    }
}

/// Builds the `xuncha` binary, with its islands where Node is, and says where it is; cargo's complaints are the error.
pub(crate) fn build_xuncha(
    ws: &Workspace,
    progress: &mut Progress,
    flags: &[&str],
    said: impl FnMut(&str),
) -> Result<PathBuf> {
    web::ensure_if_possible(ws);
    let compile = Compile { verb: "build", flags: &[&["--bin", "xuncha"], flags].concat() };
    let compiled = compile.run(ws, progress, said)?;
    if !compiled.ok {
        bail!("xuncha does not build:\n{}", compiled.printed);
    }
    compiled.program("xuncha").context("cargo built xuncha but named no binary")
}

fn open_log(ws: &Workspace, name: &str) -> Result<(File, PathBuf)> {
    let path = ws.corner("logs")?.join(format!("{name}.log"));
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok((file, path))
}

/// The step's line, and what it printed when it failed.
fn tell(progress: &mut Progress, title: &str, ok: bool, printed: &str) {
    let took = seconds(progress.elapsed());
    if ok {
        progress.say(format!("  ✓ {title} ({took})"));
    } else {
        progress.say(format!("  ✗ {title} ({took})\n{}", indented(printed)));
    }
}

/// A time as people read it: `0.4 s`, `75 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let precision = usize::from(time.as_secs() < 10);
    format!("{:.precision$} s", time.as_secs_f64())
}

fn indented(text: &str) -> String {
    text.trim().lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// As much of the end as names the failed tests of any of the tools and says why.
fn last_lines(printed: &str) -> &str {
    const LINES: usize = 40;
    let printed = printed.trim();
    match printed.rmatch_indices('\n').nth(LINES - 1) {
        Some((cut, _)) => &printed[cut + 1..],
        None => printed,
    }
}

/// The name in libtest's line `test NAME ... ok` (or another result).
fn test_name(line: &str) -> Option<&str> {
    let (name, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    ["ok", "FAILED", "ignored"].iter().any(|word| result.starts_with(word)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tests_line_gives_its_name_and_other_lines_none() {
        assert_eq!(test_name("test domain::ids::tests::a ... ok"), Some("domain::ids::tests::a"));
        assert_eq!(test_name("test slow ... ignored, needs a network"), Some("slow"));
        assert_eq!(
            test_name("test core/src/lib.rs - Month (line 12) ... FAILED"),
            Some("core/src/lib.rs - Month (line 12)")
        );
        assert_eq!(test_name("test result: ok. 1 passed; 0 failed"), None);
        assert_eq!(test_name("thread 'main' panicked ... ok"), None);
    }

    #[test]
    fn of_much_that_was_printed_the_end_is_told_again() {
        assert_eq!(last_lines("one\ntwo\n"), "one\ntwo");
        let much: Vec<_> = (1..=100).map(|line| line.to_string()).collect();
        let end = last_lines(&much.join("\n")).lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(end, much[60..]);
    }

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Duration::from_millis(432)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(75)), "75 s");
    }
}
