use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\n{\"a\":12}";

/// A hub that takes one request a connection, answers, and keeps what it got.
async fn hub() -> (SocketAddr, Arc<Mutex<Vec<Vec<u8>>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let got = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&got);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let keep = Arc::clone(&keep);
            tokio::spawn(async move {
                let mut tap = tap::Tap::default();
                let mut all = Vec::new();
                let mut buffer = [0; 4096];
                loop {
                    let read = stream.read(&mut buffer).await.unwrap_or(0);
                    all.extend_from_slice(&buffer[..read]);
                    tap.feed(&buffer[..read]);
                    if read == 0 || tap.between_requests() {
                        break;
                    }
                }
                keep.lock().unwrap().push(all);
                let _ = stream.write_all(ANSWER).await;
            });
        }
    });
    (address, got)
}

fn request(len: usize) -> Vec<u8> {
    let head = format!("POST /api/v1/records HTTP/1.1\r\ncontent-length: {len}\r\n\r\n");
    [head.into_bytes(), vec![b'x'; len]].concat()
}

/// What comes back, as far as it comes.
async fn ask(proxy: &Proxy, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(proxy.address).await.unwrap();
    let mut answer = Vec::new();
    if stream.write_all(request).await.is_ok() {
        let _ = stream.read_to_end(&mut answer).await;
    }
    answer
}

async fn with(faults: Faults) -> (Proxy, Arc<Mutex<Vec<Vec<u8>>>>) {
    let (address, got) = hub().await;
    (Proxy::start(address, faults, 7).await.unwrap(), got)
}

#[tokio::test]
async fn without_faults_it_is_not_there() {
    let (proxy, got) = with(Faults { delay: Duration::from_millis(2), ..Faults::NONE }).await;
    for len in [1, 100, 40_000] {
        assert_eq!(ask(&proxy, &request(len)).await, ANSWER);
    }
    assert_eq!(*got.lock().unwrap(), [request(1), request(100), request(40_000)]);
    let counts = proxy.counts();
    assert_eq!(
        (counts.connections, counts.cuts, counts.garbled, counts.pages, counts.repeated),
        (3, 0, 0, 0, 0)
    );
    assert_eq!(counts.bytes_down, 3 * ANSWER.len() as u64);
}

#[tokio::test]
async fn a_cut_on_the_way_up_leaves_the_hub_with_a_beginning() {
    let (proxy, got) = with(Faults { cut_up: 1000, ..Faults::NONE }).await;
    let whole = request(300_000);
    assert_eq!(ask(&proxy, &whole).await, b"");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let got = got.lock().unwrap();
    assert!(got.len() == 1 && got[0].len() < whole.len() && whole.starts_with(&got[0]));
    assert_eq!(proxy.counts().cuts, 1);
}

#[tokio::test]
async fn a_cut_on_the_way_down_leaves_the_phone_with_a_beginning() {
    let (proxy, got) = with(Faults { cut_down: 1000, ..Faults::NONE }).await;
    let mut cuts = 0;
    for _ in 0..30 {
        let answer = ask(&proxy, &request(10)).await;
        assert!(ANSWER.starts_with(&answer));
        cuts += u64::from(answer.len() < ANSWER.len());
    }
    assert_eq!(got.lock().unwrap().len(), 30, "the hub did what was asked each time");
    assert!(cuts > 0 && proxy.counts().cuts == cuts, "{cuts} {:?}", proxy.counts());
}

#[tokio::test]
async fn a_garbled_answer_keeps_its_head_and_its_length() {
    let (proxy, _) = with(Faults { garble: 1000, ..Faults::NONE }).await;
    let mut garbled = 0;
    for _ in 0..200 {
        let answer = ask(&proxy, &request(10)).await;
        assert_eq!(answer.len(), ANSWER.len());
        assert_eq!(answer[..ANSWER.len() - 8], ANSWER[..ANSWER.len() - 8]);
        garbled += u64::from(answer != ANSWER);
    }
    assert!(garbled > 0 && proxy.counts().garbled == garbled);
}

#[tokio::test]
async fn a_page_comes_in_place_of_the_hub() {
    let (proxy, got) = with(Faults { page: 1000, ..Faults::NONE }).await;
    let mut statuses = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let answer = String::from_utf8(ask(&proxy, &request(10)).await).unwrap();
        assert!(answer.ends_with("</html>"));
        statuses.insert(answer[9..12].to_owned());
    }
    assert_eq!(statuses.len(), 2, "both a good and a bad status: {statuses:?}");
    assert!(got.lock().unwrap().is_empty());
    assert_eq!(proxy.counts().pages, 20);
}

#[tokio::test]
async fn a_repeated_request_reaches_the_hub_twice_and_the_phone_once() {
    let (proxy, got) = with(Faults { repeat: 1000, ..Faults::NONE }).await;
    assert_eq!(ask(&proxy, &request(20_000)).await, ANSWER);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(*got.lock().unwrap(), [request(20_000), request(20_000)]);
    assert_eq!(proxy.counts().repeated, 1);
    let seen = proxy.seen();
    assert!(seen.len() == 1 && seen[0].whole && seen[0].body.len() == 20_000);
}

#[tokio::test]
async fn without_a_network_nothing_passes_and_the_upstream_can_move() {
    let (proxy, got) = with(Faults::NONE).await;
    proxy.set_online(false);
    assert_eq!(ask(&proxy, &request(5)).await, b"");
    proxy.set_online(true);
    let (elsewhere, got_there) = hub().await;
    proxy.set_upstream(elsewhere);
    assert_eq!(ask(&proxy, &request(5)).await, ANSWER);
    assert!(got.lock().unwrap().is_empty() && got_there.lock().unwrap().len() == 1);
}
