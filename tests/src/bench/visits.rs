//! A million visits: what the coverage of a city costs then, beside the same sums by `GROUP BY` in the same
//! PostgreSQL. The years are written straight into the tables, as years of pushes would have left them.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use chrono::NaiveTime;
use sqlx::{Connection as _, PgConnection};
use xuncha_core::domain::{
    FoundGood, Grade, MemberId, Month, Policy, RecordId, Review, Sha256Hash, Tally, Timestamp, Venue, Visit,
    VisitKind,
};
use xuncha_core::wire::leaf_bytes;
use xuncha_core::wire::merkle::leaf_hash;
use xuncha_hub::dashboard::password;
use xuncha_hub::store::{Key as _, Sql, day_number, month_number};
use xuncha_hub::world::World;
use xuncha_hub::{App, Config};

use super::city::{Asked, PASSWORD, VENUES, admin_of, ask, found};
use super::report::{Figure, Goal};
use super::settle;
use crate::database::Engine;
use crate::founding::Founding;
use crate::hub::Hub;

/// Two visits in each make a bit more than a million of 13 031 venues.
const MONTHS: usize = 39;
/// Of fewer the slowest hundredth would be a matter of luck.
const REQUESTS: usize = 1_000;
/// Rows of one statement.
const ROWS: usize = 500;

const GROUPED: &str = "SELECT COUNT(*) FROM (SELECT station_id, venue_id, month, COUNT(*) FROM visits \
                       WHERE kind = 'inspection' GROUP BY station_id, venue_id, month) AS sums";
const GROUPED_MONTH: &str = "SELECT COUNT(*) FROM (SELECT station_id, venue_id, COUNT(*) FROM visits \
                             WHERE kind = 'inspection' AND month = $1 GROUP BY station_id, venue_id) AS sums";

/// How many pages are ready at once, the slowest of a hundred as its caller waits for it, and how much longer it takes to
/// count: all the visits there are, and those of the page's month alone.
pub async fn a_million() -> Result<Vec<Option<Figure>>> {
    let folder = tempfile::tempdir()?;
    let database = Engine::Postgres.create().await?.context("a PostgreSQL")?;
    let mut hub = Hub::new(folder.path(), Some(database.clone()));
    let mut config = Config::new(hub.data());
    config.database_url = Some(database.clone());
    let app = App::open(config, World::real()).await?;
    let stations = found(&app, VENUES).await?;
    password::set(&app, admin_of(&stations)?, PASSWORD, None).await?;
    let mut written = 0;
    for station in &stations {
        written += fill(&app, station).await?;
    }
    app.store.close().await;
    ensure!(written >= 1_000_000, "{written} visits");

    settle(&database).await?;

    hub.start()?;
    let Asked { mut pages, soon, .. } = ask(&hub, &stations, REQUESTS).await?;
    pages.sort_by(f64::total_cmp);
    let (median, slow) = (pages[REQUESTS / 2], pages[REQUESTS * 99 / 100]);
    let mut connection = PgConnection::connect(&database).await?;
    let month = month_number(Month::of(Timestamp::from(chrono::Utc::now()).day()));
    let (mut all, mut one) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let begun = Instant::now();
        let sums: i64 = sqlx::query_scalar(GROUPED).fetch_one(&mut connection).await?;
        all.push(begun.elapsed().as_secs_f64() * 1_000.0 / median);
        ensure!(usize::try_from(sums)? * 2 == written, "{sums} sums of {written} visits");
        let begun = Instant::now();
        let sums: i64 = sqlx::query_scalar(GROUPED_MONTH).bind(month).fetch_one(&mut connection).await?;
        one.push(begun.elapsed().as_secs_f64() * 1_000.0 / median);
        ensure!(usize::try_from(sums)? * 2 * MONTHS == written, "{sums} sums of a month");
    }
    connection.close().await?;
    Ok(vec![
        Figure::of(
            "coverage pages over 1 M visits that take the hub ≤ 5 ms",
            "%",
            vec![soon],
            Goal::AtLeast,
            99.0,
        ),
        Figure::of("coverage page over 1 M visits, p99 of its caller", "ms", vec![slow], Goal::AtMost, 5.0),
        Figure::of("GROUP BY of the same visits ÷ ours", "×", all, Goal::AtLeast, 100.0),
        Figure::of("GROUP BY of that month alone ÷ ours", "×", one, Goal::AtLeast, 10.0),
    ])
}

/// Writes the years of a station; gives how many visits they have.
async fn fill(app: &App, station: &Founding) -> Result<usize> {
    let mut tx = app.store.begin().await?;
    let mut locked = tx.lock_station(station.station.id).await?.context("the station is there")?;
    let (key, now) = (station.station.id.key(), Timestamp::from(chrono::Utc::now()));
    let member = station.members.first().context("somebody serves there")?.id;
    let mut months = vec![now.month()];
    while months.len() < MONTHS {
        months.extend(months.last().map(|month| month.previous()));
    }
    let mut visits = Vec::new();
    let mut tallies = Vec::new();
    for venue in &station.venues {
        for month in &months {
            let two = [4, 18].map(|day| visit(venue, *month, day, member, visits.len() as u64));
            let two = two.into_iter().collect::<Option<Vec<_>>>().context("a month has these days")?;
            tallies.push((venue.id, Tally::of(&two, &venue.life, &Policy::default(), *month)));
            visits.extend(two.into_iter().map(|visit| (visit, *month)));
        }
    }
    for (at, some) in visits.chunks(ROWS).enumerate() {
        let rows = || (0..).zip(some).map(|(row, visit)| (at * ROWS + row, visit));
        let mut records = Sql::new(
            "INSERT INTO records (station_id, record_id, log_index, sha256, received_at, device_id, seq, prev) VALUES ",
        );
        records.rows(rows(), |row, (number, (visit, _))| {
            let sha256 = Sha256Hash::of(visit.record.uuid().as_bytes());
            let index = locked.append(leaf_hash(&leaf_bytes(&sha256, now)), now);
            let (index, number) =
                (i64::try_from(index).unwrap_or(i64::MAX), i64::try_from(number).unwrap_or(i64::MAX));
            row.cell(key.clone()).cell(visit.record.key()).cell(index).cell(sha256.key());
            row.cell(now.millis()).cell(member.key()).cell(number).cell(None::<Vec<u8>>);
        });
        records.execute(&mut tx).await?;
        let mut bodies = Vec::with_capacity(some.len());
        for (visit, _) in some {
            // Untold, it would be read of a million sealed records when the hub starts.
            let good = serde_json::to_string(&FoundGood::nothing(visit.record))?;
            bodies.push((serde_json::to_string(visit)?, good));
        }
        let mut query = Sql::new(
            "INSERT INTO visits (station_id, record_id, venue_id, member_id, kind, moment, month, root_id, \
             corrects, review, severity, body, found_good, change_no) VALUES ",
        );
        query.rows(some.iter().zip(bodies), |row, ((visit, month), (body, good))| {
            row.cell(key.clone()).cell(visit.record.key()).cell(visit.venue.key()).cell(member.key());
            row.cell("inspection").cell(visit.happened_at.millis()).cell(month_number(*month));
            row.cell(visit.record.key()).cell(None::<Vec<u8>>).cell("pending").cell(None::<String>);
            row.cell(body).cell(good).cell(locked.next_change());
        });
        query.execute(&mut tx).await?;
    }
    for some in tallies.chunks(ROWS) {
        let mut bodies = Vec::with_capacity(some.len());
        for (_, tally) in some {
            bodies.push(serde_json::to_string(tally)?);
        }
        let mut query = Sql::new(
            "INSERT INTO tallies (station_id, month, venue_id, required, counted, last_counted, body) VALUES ",
        );
        query.rows(some.iter().zip(bodies), |row, ((venue, tally), body)| {
            let counted = i64::try_from(tally.counted()).unwrap_or(i64::MAX);
            row.cell(key.clone()).cell(month_number(tally.month)).cell(venue.key());
            row.cell(i64::from(tally.required)).cell(counted);
            row.cell(tally.last_counted().map(day_number)).cell(body);
        });
        query.execute(&mut tx).await?;
    }
    locked.save(&mut tx).await?;
    tx.commit().await?;
    Ok(visits.len())
}

fn visit(venue: &Venue, month: Month, day: u64, member: MemberId, number: u64) -> Option<Visit> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0)?;
    let at = Timestamp::at_shanghai(month.first_day() + chrono::Days::new(day), noon);
    let mut random = [0; 10];
    random[..8].copy_from_slice(&(number * 32 + day).to_be_bytes());
    Some(Visit {
        record: RecordId::mint(at, random),
        venue: venue.id,
        kind: VisitKind::Inspection,
        happened_at: at,
        received_at: Some(at),
        member,
        companions: Vec::new(),
        corrects: None,
        review: Review::Pending,
        grade: Grade::OnSite,
        findings: Vec::new(),
    })
}
