//! `cargo xtask bench`: the figures that were promised, measured on this machine.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use xuncha_tests::bench::report::{Report, heading};
use xuncha_tests::bench::{border, city, export, memory, named, pushes, save, search, sync, visits};
use xuncha_tests::database::Engine;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut out = PathBuf::from("bench.json");
    let mut only = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--out" => out = arguments.next().context("--out FILE")?.into(),
            name => only.push(named(name)?),
        }
    }
    // All are run if none is named.
    let wanted = |name: &str| only.is_empty() || only.contains(&name);
    let mut report = Report::new()?;
    print!("{}", heading(&report));
    if wanted("save") {
        report.add(save::against_raw_sql().await?)?;
    }
    for engine in Engine::all()? {
        if wanted("pushes") {
            report.add(pushes::per_second(engine).await?)?;
        }
        if wanted("city") {
            for figure in city::page(engine).await? {
                report.add(figure)?;
            }
        }
    }
    if wanted("sync") {
        report.add(sync::first(Engine::Sqlite).await?)?;
    }
    if wanted("search") {
        report.add(search::in_a_city().await?)?;
    }
    if wanted("visits") && Engine::all()?.contains(&Engine::Postgres) {
        for figure in visits::a_million().await? {
            report.add(figure)?;
        }
    }
    if wanted("export") {
        for figure in export::workbook().await? {
            report.add(figure)?;
        }
    }
    if wanted("memory") {
        report.add(memory::at_rest().await?)?;
    }
    for (language, variable, goal) in
        [("Kotlin", "XUNCHA_BENCH_KOTLIN", 1.25), ("Swift", "XUNCHA_BENCH_SWIFT", 1.10)]
    {
        if let Ok(driver) = std::env::var(variable)
            && wanted("border")
        {
            report.add(border::page(language, &driver, goal).await?)?;
        }
    }
    report.write(&out)?;
    println!("{} of the goals are missed", report.missed());
    Ok(())
}
