//! A bad network in a box: a TCP proxy between phones and hub that cuts connections at a random byte,
//! garbles answers, delays, repeats requests, and answers like a hotel's sign-in page. What happens
//! comes from a seed. Plain HTTP only; TLS would hide what is to be garbled.
//!
//! - `fate`: what becomes of a connection.
//! - `carry`: carrying the bytes of one connection to its fate. `noise`: garbling an answer.
//! - `tap`: the requests that pass, for counting what was sent more than once.

mod carry;
mod fate;
mod noise;
mod tap;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::Seeded;
pub use fate::Faults;
pub use tap::SeenRequest;

/// A running proxy. Dropping it cuts what goes through it.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// What the proxy did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections taken.
    pub connections: u64,
    /// Connections cut in the middle of a request or an answer.
    pub cuts: u64,
    /// Answers garbled.
    pub garbled: u64,
    /// Requests answered by an HTML page in place of the hub.
    pub pages: u64,
    /// Requests sent to the hub twice at once.
    pub repeated: u64,
    /// Bytes carried to the hub.
    pub bytes_up: u64,
    /// Bytes carried from the hub.
    pub bytes_down: u64,
}

#[derive(Debug)]
struct Shared {
    upstream: Mutex<SocketAddr>,
    faults: Mutex<Faults>,
    chance: Mutex<Seeded>,
    seen: Mutex<Vec<SeenRequest>>,
    online: AtomicBool,
    connections: AtomicU64,
    cuts: AtomicU64,
    garbled: AtomicU64,
    pages: AtomicU64,
    repeated: AtomicU64,
    bytes_up: AtomicU64,
    bytes_down: AtomicU64,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 and carries to `upstream`. Must be called within a tokio
    /// runtime.
    ///
    /// # Errors
    /// If no port can be had.
    pub async fn start(upstream: SocketAddr, faults: Faults, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let count = || AtomicU64::new(0);
        let shared = Arc::new(Shared {
            upstream: Mutex::new(upstream),
            faults: Mutex::new(faults),
            chance: Mutex::new(Seeded::new(seed)),
            seen: Mutex::default(),
            online: AtomicBool::new(true),
            connections: count(),
            cuts: count(),
            garbled: count(),
            pages: count(),
            repeated: count(),
            bytes_up: count(),
            bytes_down: count(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// Where phones reach the hub through it: `http://127.0.0.1:…`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Carries new connections elsewhere: a hub that was restarted may have another port.
    pub fn set_upstream(&self, upstream: SocketAddr) {
        *locked(&self.shared.upstream) = upstream;
    }

    /// Treats new connections otherwise.
    pub fn set_faults(&self, faults: Faults) {
        *locked(&self.shared.faults) = faults;
    }

    /// Without a network each new connection is closed at once.
    pub fn set_online(&self, online: bool) {
        self.shared.online.store(online, Ordering::Relaxed);
    }

    /// What it did so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let shared = &self.shared;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            connections: read(&shared.connections),
            cuts: read(&shared.cuts),
            garbled: read(&shared.garbled),
            pages: read(&shared.pages),
            repeated: read(&shared.repeated),
            bytes_up: read(&shared.bytes_up),
            bytes_down: read(&shared.bytes_down),
        }
    }

    /// The requests with a body that phones sent through it, whole or cut, oldest first. Those that the
    /// proxy itself repeated are not among them.
    #[must_use]
    pub fn seen(&self) -> Vec<SeenRequest> {
        locked(&self.shared.seen).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The value, also after another holder panicked: counters and settings are whole at any moment.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped together with this task, and so are the connections.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { continue };
                if !shared.online.load(Ordering::Relaxed) {
                    continue;
                }
                shared.connections.fetch_add(1, Ordering::Relaxed);
                let faults = *locked(&shared.faults);
                let fate = faults.draw(&mut locked(&shared.chance));
                connections.spawn(carry::carry(client, fate, faults, Arc::clone(&shared)));
            }
        }
    }
}

#[cfg(test)]
mod tests;
