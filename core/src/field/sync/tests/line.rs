//! The line between phone and hub, which can be told what goes wrong with each request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;

use super::fake_hub::{FakeHub, newer, problem, web_page};
use crate::field::transport::{Request, Response, Transport, TransportError};
use crate::wire::ProblemCode;

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing.
    None,
    /// It never leaves the phone.
    Offline,
    /// It arrives; the answer is lost.
    AnswerLost,
    /// It arrives; the answer is cut after so many bytes, and the transport does not notice.
    AnswerCut(usize),
    /// It arrives; one byte of the answer is another.
    AnswerGarbled(usize),
    /// Somebody else answers.
    WebPage,
    /// The hub is of a version that does not speak this API any more.
    Newer,
    /// The hub says that this may not be.
    Forbidden,
    /// The answer to the request before comes again, and this one does not arrive.
    OldAnswer,
    /// It arrives twice; the second answer comes.
    Twice,
    /// The hub is busy.
    Busy,
    /// The hub is busy, and says for how many seconds.
    BusyFor(u16),
}

impl Fault {
    pub(super) const KINDS: [Self; 10] = [
        Self::None,
        Self::Offline,
        Self::AnswerLost,
        Self::AnswerCut(40),
        Self::AnswerGarbled(60),
        Self::WebPage,
        Self::Newer,
        Self::OldAnswer,
        Self::Twice,
        Self::Busy,
    ];
}

/// A line to a fake hub.
#[derive(Clone)]
pub(super) struct Line {
    hub: Arc<Mutex<FakeHub>>,
    faults: Arc<Mutex<VecDeque<Fault>>>,
    last: Arc<Mutex<Option<Response>>>,
    carries: Arc<Mutex<Option<usize>>>,
}

impl Line {
    pub(super) fn new(hub: FakeHub) -> Self {
        Self {
            hub: Arc::new(Mutex::new(hub)),
            faults: Arc::default(),
            last: Arc::default(),
            carries: Arc::default(),
        }
    }

    pub(super) fn hub(&self) -> MutexGuard<'_, FakeHub> {
        self.hub.lock().unwrap()
    }

    /// What goes wrong with the next requests; after that, nothing.
    pub(super) fn disturb(&self, faults: impl IntoIterator<Item = Fault>) {
        *self.faults.lock().unwrap() = faults.into_iter().collect();
    }

    /// The line breaks under any request with a longer body than this.
    pub(super) fn carry_at_most(&self, bytes: usize) {
        *self.carries.lock().unwrap() = Some(bytes);
    }

    fn pass(&self, request: &Request, fault: Fault) -> Result<Response, TransportError> {
        let answer = || self.hub().answer(request);
        let mut response = match fault {
            Fault::Offline => return Err(TransportError::Offline("no signal".to_owned())),
            Fault::AnswerLost => {
                answer();
                return Err(TransportError::Timeout);
            }
            Fault::WebPage => return Ok(web_page()),
            Fault::Newer => return Ok(newer()),
            Fault::Forbidden => return Ok(problem(403, ProblemCode::Forbidden)),
            Fault::Busy => return Ok(problem(503, ProblemCode::Unavailable)),
            Fault::BusyFor(seconds) => {
                let mut busy = problem(503, ProblemCode::Unavailable);
                busy.headers.insert("retry-after", seconds.into());
                return Ok(busy);
            }
            Fault::OldAnswer => match self.last.lock().unwrap().clone() {
                Some(old) => return Ok(old),
                None => answer(),
            },
            Fault::Twice => {
                answer();
                answer()
            }
            Fault::None | Fault::AnswerCut(_) | Fault::AnswerGarbled(_) => answer(),
        };
        *self.last.lock().unwrap() = Some(response.clone());
        match fault {
            Fault::AnswerCut(at) => response.body = response.body.slice(..at.min(response.body.len())),
            Fault::AnswerGarbled(at) => {
                let mut body = response.body.to_vec();
                let length = body.len().max(1);
                if let Some(byte) = body.get_mut(at % length) {
                    *byte ^= 0x15;
                }
                response.body = body.into();
            }
            _ => {}
        }
        if response.body.len() > request.max_body {
            return Err(TransportError::TooLarge { max: request.max_body });
        }
        Ok(response)
    }
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        // Places to be dropped at: before it arrives, and after.
        tokio::task::yield_now().await;
        if self.carries.lock().unwrap().is_some_and(|most| request.body.len() > most) {
            return Err(TransportError::Cut("a line that breaks".to_owned()));
        }
        let fault = self.faults.lock().unwrap().pop_front().unwrap_or(Fault::None);
        let answer = self.pass(&request, fault);
        tokio::task::yield_now().await;
        answer
    }
}
