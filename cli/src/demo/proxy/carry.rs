//! Carrying the bytes of one connection to its fate.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{sleep, timeout};

use super::fate::{Fate, Faults};
use super::noise::Noise;
use super::tap::Tap;
use super::{Shared, locked};

const PIECE: usize = 16 * 1024;
/// How long the answer to a repeated request is waited for before it is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(30);

const PAGE: &str = "<!doctype html><html><head><title>Sign in</title></head>\
    <body><h1>Welcome to the guest network</h1><form>…</form></body></html>";

pub(super) async fn carry(client: TcpStream, fate: Fate, faults: Faults, shared: Arc<Shared>) {
    let mut tap = Tap::default();
    // An end that fails is an end: phones and hubs die in the middle, which is what this is for.
    let _ = carry_to_end(client, fate, faults, &shared, &mut tap).await;
    locked(&shared.seen).extend(tap.finish());
}

async fn carry_to_end(
    mut client: TcpStream,
    fate: Fate,
    faults: Faults,
    shared: &Shared,
    tap: &mut Tap,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    if let Fate::Page { ok } = fate {
        first_request(&mut client, tap).await?;
        add(&shared.pages, 1);
        return show_page(&mut client, ok).await;
    }
    let upstream = *locked(&shared.upstream);
    let mut hub = TcpStream::connect(upstream).await?;
    hub.set_nodelay(true)?;
    if fate == Fate::Repeat {
        let request = first_request(&mut client, tap).await?;
        let mut other = TcpStream::connect(upstream).await?;
        other.write_all(&request).await?;
        hub.write_all(&request).await?;
        add(&shared.repeated, 1);
        tokio::spawn(async move { timeout(FORGOTTEN, forget(other)).await });
    }
    let (from_client, to_client) = client.into_split();
    let (from_hub, to_hub) = hub.into_split();
    let way = |from, to, end, carried| Way { from, to, end, carried, faults, shared };
    let up = way(from_client, to_hub, fate.cut_up(), &shared.bytes_up);
    let down = way(from_hub, to_client, fate.cut_down(), &shared.bytes_down);
    let mut noise = if let Fate::Garble(at) = fate { Some(Noise::after(at)) } else { None };
    // A cut of one way ends both; a regular end of one waits for the other.
    let up = up.carry(|piece| tap.feed(piece));
    let down = down.carry(|piece| {
        if noise.as_mut().is_some_and(|noise| noise.spoil(piece)) {
            add(&shared.garbled, 1);
        }
    });
    tokio::try_join!(up, down).map(|_| ())
}

fn add(count: &AtomicU64, more: usize) {
    count.fetch_add(u64::try_from(more).unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// One way of a connection.
struct Way<'a> {
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    /// Bytes after which it is cut, if it is.
    end: Option<u64>,
    carried: &'a AtomicU64,
    faults: Faults,
    shared: &'a Shared,
}

impl Way<'_> {
    /// Carries until either side ends. `look` sees each piece and may change it.
    async fn carry(mut self, mut look: impl FnMut(&mut [u8])) -> io::Result<()> {
        let mut buffer = vec![0; PIECE];
        let mut left = self.end.map_or(usize::MAX, |end| usize::try_from(end).unwrap_or(usize::MAX));
        loop {
            let read = self.from.read(&mut buffer).await?;
            if read == 0 {
                return self.to.shutdown().await;
            }
            self.pause().await;
            let piece = &mut buffer[..read.min(left)];
            look(piece);
            self.to.write_all(piece).await?;
            add(self.carried, piece.len());
            if self.end.is_some() {
                left -= piece.len();
            }
            if left == 0 {
                add(&self.shared.cuts, 1);
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
        }
    }

    async fn pause(&self) {
        let longest = u64::try_from(self.faults.delay.as_micros()).unwrap_or(u64::MAX);
        if longest > 0 {
            let pause = locked(&self.shared.chance).below(longest);
            sleep(Duration::from_micros(pause)).await;
        }
    }
}

/// Reads the first request whole.
async fn first_request(client: &mut TcpStream, tap: &mut Tap) -> io::Result<Vec<u8>> {
    let mut request = Vec::new();
    let mut buffer = vec![0; PIECE];
    loop {
        let read = client.read(&mut buffer).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        tap.feed(&buffer[..read]);
        request.extend_from_slice(&buffer[..read]);
        if tap.between_requests() {
            return Ok(request);
        }
    }
}

async fn show_page(client: &mut TcpStream, ok: bool) -> io::Result<()> {
    let status = if ok { "200 OK" } else { "502 Bad Gateway" };
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{PAGE}",
        PAGE.len()
    );
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

async fn forget(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}
