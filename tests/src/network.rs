//! The road between phones and hub, with the accidents that happen on it: a reverse proxy on
//! loopback that cuts, delays, repeats, replaces and forges, told so step by step.

mod wire;

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::client::client;
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use xuncha_core::wire::{Jws, PushAnswer, RecordAnswer, SigningKey, Typ, sign};

use wire::Wire;

/// What can happen to a request or its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accident {
    /// The request is cut after so many bytes of its body.
    CutRequest {
        /// Bytes of the body that still arrive.
        after: usize,
    },
    /// The hub acts, but its answer is cut after so many bytes.
    CutAnswer {
        /// Bytes of the body that still arrive.
        after: usize,
    },
    /// The hub acts, but its answer comes so much later: somebody who has no such patience is gone by then.
    Delay(Duration),
    /// The hub gets the request twice at the same time.
    Repeat,
    /// A sign-in page comes back instead.
    Html,
    /// A balancer finds no hub behind it and says so in a page of its own.
    BadGateway,
    /// A hub answers that is newer and no longer speaks this API.
    Newer,
    /// Receipts in the answer are signed by somebody else.
    ForgeReceipts,
}

#[derive(Debug)]
struct Danger {
    accident: Accident,
    path: String,
    left: Option<u32>,
}

#[derive(Debug, Default)]
struct State {
    off: bool,
    hubs: Vec<String>,
    turn: usize,
    dangers: Vec<Danger>,
    /// After how many bytes, either way, the next connections break.
    cuts: VecDeque<usize>,
    accidents: u32,
    tokens: BTreeSet<String>,
}

/// A running proxy. Dropping it ends it.
#[derive(Debug)]
pub struct Network {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for Network {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Network {
    /// Opens a road to the hub at `hub` (`http://127.0.0.1:1234`), on a free port of loopback.
    pub async fn open(hub: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State { hubs: vec![hub.to_owned()], ..State::default() }));
        let task = tokio::spawn(accept(listener, state.clone(), client()));
        Ok(Self { address, state, task })
    }

    /// The address phones use instead of the hub's.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The hub moved, as after a restart on another port.
    pub fn lead_to(&self, hub: &str) {
        self.lead_to_all(&[hub]);
    }

    /// Several copies of the hub stand there: each request goes to the next one, as a balancer would send it, and on to
    /// another where nobody answers.
    pub fn lead_to_all(&self, hubs: &[&str]) {
        lock(&self.state).hubs = hubs.iter().map(|hub| (*hub).to_owned()).collect();
    }

    /// No connection gets through.
    pub fn off(&self) {
        lock(&self.state).off = true;
    }

    /// Everything works.
    pub fn on(&self) {
        let mut state = lock(&self.state);
        state.off = false;
        state.dangers.clear();
        state.cuts.clear();
    }

    /// Lets the next connection that nothing else is told of break after so many bytes, either way.
    pub fn cut_after(&self, bytes: usize) {
        lock(&self.state).cuts.push_back(bytes);
    }

    /// Lets an accident happen to requests whose path begins so, `times` times or until [`Self::on`].
    pub fn endanger(&self, accident: Accident, path: &str, times: Option<u32>) {
        lock(&self.state).dangers.push(Danger { accident, path: path.to_owned(), left: times });
    }

    /// The tokens that phones have shown on their way.
    pub fn tokens(&self) -> BTreeSet<String> {
        lock(&self.state).tokens.clone()
    }

    /// How many accidents have happened.
    pub fn accidents(&self) -> u32 {
        lock(&self.state).accidents
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>, client: reqwest::Client) {
    while let Ok((stream, _)) = listener.accept().await {
        let (state, client) = (state.clone(), client.clone());
        let left = {
            let mut state = lock(&state);
            if state.off {
                continue;
            }
            let left = state.cuts.pop_front();
            state.accidents += u32::from(left.is_some());
            left
        };
        let stream = Wire::new(stream, left);
        tokio::spawn(async move {
            let service = service_fn(|request| pass(request, state.clone(), client.clone()));
            // An error of the service is an accident: hyper drops the connection, as is meant.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// The connection breaks here.
#[derive(Debug, thiserror::Error)]
#[error("the connection was cut")]
struct Cut;

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Body = UnsyncBoxBody<Bytes, Failure>;

async fn pass(
    request: Request<Incoming>,
    state: Arc<Mutex<State>>,
    client: reqwest::Client,
) -> Result<Response<Body>, Failure> {
    let path = request.uri().path().to_owned();
    let (hubs, accident) = {
        let mut state = lock(&state);
        if state.off {
            return Err(Cut.into());
        }
        let shown = request.headers().get(AUTHORIZATION).and_then(|shown| shown.to_str().ok());
        state.tokens.extend(shown.and_then(|shown| shown.strip_prefix("Bearer ")).map(str::to_owned));
        state.turn += 1;
        let (turn, mut hubs) = (state.turn, state.hubs.clone());
        let first = turn % hubs.len().max(1);
        hubs.rotate_left(first);
        (hubs, strike(&mut state, &path))
    };
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let target = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let to = |hub: &str, body: reqwest::Body| {
        let mut headers = head.headers.clone();
        for name in [HOST, CONTENT_LENGTH, TRANSFER_ENCODING] {
            headers.remove(name);
        }
        if accident == Some(Accident::ForgeReceipts) {
            headers.remove(ACCEPT_ENCODING);
        }
        client.request(head.method.clone(), format!("{hub}{target}")).headers(headers).body(body).send()
    };
    let forward = async |body: reqwest::Body| {
        let [others @ .., last] = hubs.as_slice() else { return Err(Failure::from(Cut)) };
        for hub in others {
            // A body that comes as a stream can't be sent again; accidents happen to one hub alone.
            let Some(again) = body.as_bytes().map(Bytes::copy_from_slice) else { break };
            match to(hub, again.into()).await {
                Err(error) if error.is_connect() => {}
                answer => return Ok(answer?),
            }
        }
        Ok(to(last, body).await?)
    };
    match accident {
        Some(Accident::Html) => {
            let page = "<!doctype html><html><body>请先登录本场所的无线网络</body></html>";
            Ok(Response::builder().header(CONTENT_TYPE, "text/html").body(whole(Bytes::from(page)))?)
        }
        Some(Accident::BadGateway) => {
            let page = "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>";
            let answer = Response::builder().status(502).header(CONTENT_TYPE, "text/html");
            Ok(answer.body(whole(Bytes::from(page)))?)
        }
        Some(Accident::Newer) => {
            let problem = r#"{"code":"api_gone","title":"请更新应用"}"#;
            let answer = Response::builder().status(426).header(CONTENT_TYPE, "application/problem+json");
            Ok(answer.body(whole(Bytes::from(problem)))?)
        }
        Some(Accident::CutRequest { after }) => {
            let begin = Ok(body.slice(..after.min(body.len())));
            let broken = futures_util::stream::iter([begin, Err::<Bytes, Failure>(Cut.into())]);
            let _ = forward(reqwest::Body::wrap_stream(broken)).await;
            Err(Cut.into())
        }
        Some(Accident::Repeat) => {
            let (first, second) =
                futures_util::join!(forward(body.clone().into()), forward(body.clone().into()));
            second?;
            answer(first?, None).await
        }
        Some(Accident::Delay(time)) => {
            let answer = answer(forward(body.into()).await?, None).await;
            tokio::time::sleep(time).await;
            answer
        }
        Some(Accident::CutAnswer { after }) => answer(forward(body.into()).await?, Some(after)).await,
        Some(Accident::ForgeReceipts) => forge(answer(forward(body.into()).await?, None).await?).await,
        None => answer(forward(body.into()).await?, None).await,
    }
}

/// The accident that strikes a path now, if one does.
fn strike(state: &mut State, path: &str) -> Option<Accident> {
    let danger = state.dangers.iter_mut().find(|d| path.starts_with(&d.path) && d.left != Some(0))?;
    danger.left = danger.left.map(|left| left - 1);
    let accident = danger.accident;
    state.accidents += 1;
    Some(accident)
}

fn whole(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never: Infallible| match never {}).boxed_unsync()
}

async fn answer(from_hub: reqwest::Response, cut_after: Option<usize>) -> Result<Response<Body>, Failure> {
    let mut response = Response::builder().status(from_hub.status());
    for (name, value) in from_hub.headers() {
        if *name != TRANSFER_ENCODING && *name != CONTENT_LENGTH {
            response = response.header(name, value);
        }
    }
    let bytes = from_hub.bytes().await?;
    let Some(after) = cut_after else { return Ok(response.body(whole(bytes))?) };
    response = response.header(CONTENT_LENGTH, bytes.len());
    let begin = Ok(Frame::data(bytes.slice(..after.min(bytes.len()))));
    let broken = futures_util::stream::iter([begin, Err::<Frame<Bytes>, Failure>(Cut.into())]);
    Ok(response.body(StreamBody::new(broken).boxed_unsync())?)
}

/// Exchanges every receipt's signature for one by another key, leaving all else as it was.
async fn forge(response: Response<Body>) -> Result<Response<Body>, Failure> {
    let (head, body) = response.into_parts();
    let bytes = body.collect().await?.to_bytes();
    let Ok(mut push) = serde_json::from_slice::<PushAnswer>(&bytes) else {
        return Ok(Response::from_parts(head, whole(bytes)));
    };
    let forger = SigningKey::from_seed([66; 32]);
    for answer in &mut push.answers {
        if let RecordAnswer::Accepted { receipt, .. } | RecordAnswer::AlreadyHad { receipt, .. } = answer {
            let payload: serde_json::Value = receipt.unverified_payload()?;
            let other: Jws = sign(&forger, Typ::Receipt, &payload)?;
            *receipt = other;
        }
    }
    Ok(Response::from_parts(head, whole(serde_json::to_vec(&push)?.into())))
}
