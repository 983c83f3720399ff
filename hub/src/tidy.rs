//! What is forgotten from time to time: uploads nobody goes on with, lists nobody decided on, sessions
//! that are over, guesses of long ago; and, once a day, what is kept only for a time.

use std::time::Duration;

use crate::app::AppState;
use crate::import::upload;
use crate::session;
use crate::{photos, retention, tries};

/// Often enough that a disk does not fill with halves of photos.
const EVERY: Duration = Duration::from_hours(1);

/// Goes on until it is dropped.
pub(crate) async fn tidy(app: AppState) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        hours.tick().await;
        let now = match app.true_now().await {
            Ok(now) => now,
            Err(error) => {
                tracing::warn!(%error, "tidying waits for the next hour");
                continue;
            }
        };
        let uploads = photos::sweep(&app.store, now).await;
        let rest = session::sweep(&app.store, now).await;
        let rest = rest.and(tries::sweep(&app.store, now).await);
        let rest = rest.and(upload::sweep(&app.store, now).await);
        match retention::retain(&app).await {
            Ok(None) => {}
            Ok(Some(counts)) => tracing::info!(?counts, "erased what was kept for its time"),
            Err(error) => tracing::error!(%error, "erasing waits for the next hour"),
        }
        match (uploads, rest) {
            (Ok(0), Ok(())) => {}
            (Ok(uploads), Ok(())) => tracing::info!(uploads, "forgot uploads nobody went on with"),
            (Err(error), _) | (_, Err(error)) => tracing::warn!(%error, "tidying waits for the next hour"),
        }
    }
}
