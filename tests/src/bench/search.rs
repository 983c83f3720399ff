//! Finding a venue by what is typed, among a hundred thousand of a city.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use xuncha_hub::auth::{Caller, Via};
use xuncha_hub::search::{Sought, find};
use xuncha_hub::world::World;
use xuncha_hub::{App, Config};

use super::city::found;
use super::report::{Figure, Goal};

/// Of each of the 157 stations.
const VENUES: usize = 640;
/// What the page shows.
const SHOWN: usize = 100;

/// Milliseconds from the word to the venues, once the index is there: what each letter typed costs.
pub async fn in_a_city() -> Result<Option<Figure>> {
    let folder = tempfile::tempdir()?;
    let app = App::open(Config::new(folder.path()), World::real()).await?;
    let stations = found(&app, VENUES).await?;
    let admin = stations.first().and_then(|station| station.members.first()).context("an administrator")?;
    let caller = Caller::of(&mut *app.store.read().await?, admin.clone(), Via::Session).await?;
    find(&app, |id| caller.may_read(id), &Sought::new("蓝鲸"), SHOWN).await?;
    let mut runs = Vec::new();
    // By name, by pinyin, by initials, by two words, by what few have and by what nobody has.
    for typed in ["蓝鲸", "lanjing", "ljyx", "liuan 123", "网吧639", "nowhere"] {
        for _ in 0..10 {
            let begun = Instant::now();
            let venues = find(&app, |id| caller.may_read(id), &Sought::new(typed), SHOWN).await?;
            runs.push(begun.elapsed().as_secs_f64() * 1_000.0);
            ensure!(venues.is_empty() == (typed == "nowhere"), "{typed}: {} venues", venues.len());
        }
    }
    app.store.close().await;
    Ok(Figure::of("finding a venue among 100 000", "ms", runs, Goal::AtMost, 10.0))
}
