use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Counts, Faults, Proxy};

const BODY: usize = 100_000;
const ANSWER_BODY: usize = 60_000;

/// A hub that tells what it got on each connection, and answers a request of [`BODY`] bytes.
async fn hub() -> (std::net::SocketAddr, mpsc::UnboundedReceiver<Vec<u8>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let tell = tell.clone();
            tokio::spawn(async move {
                let mut got = Vec::new();
                let mut buffer = vec![0; 8192];
                while got.len() < request().len() {
                    match stream.read(&mut buffer).await {
                        Ok(0) | Err(_) => break,
                        Ok(read) => got.extend_from_slice(&buffer[..read]),
                    }
                }
                let whole = got.len() == request().len();
                tell.send(got).unwrap();
                if whole {
                    let _ = stream.write_all(&answer()).await;
                }
            });
        }
    });
    (address, told)
}

fn request() -> Vec<u8> {
    let mut request = format!("POST /api/v1/records HTTP/1.1\r\ncontent-length: {BODY}\r\n\r\n").into_bytes();
    request.extend(std::iter::repeat_n(b'r', BODY));
    request
}

fn answer() -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {ANSWER_BODY}\r\n\r\n").into_bytes();
    answer.extend(std::iter::repeat_n(b'a', ANSWER_BODY));
    answer
}

/// Sends one request through a proxy with these faults; what came back until the end.
async fn ask(proxy: &Proxy) -> Vec<u8> {
    let address = proxy.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(&request()).await;
    let mut back = Vec::new();
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut back)).await.expect("it ends");
    back
}

async fn once(faults: Faults, seed: u64) -> (Vec<u8>, Vec<Vec<u8>>, Counts) {
    let (address, mut told) = hub().await;
    let proxy = Proxy::start(address, faults, seed).await.unwrap();
    let back = ask(&proxy).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut got = Vec::new();
    while let Ok(one) = told.try_recv() {
        got.push(one);
    }
    (back, got, proxy.counts())
}

#[tokio::test]
async fn without_faults_all_bytes_pass_and_are_counted() {
    let (back, got, counts) = once(Faults::NONE, 1).await;
    assert!(back == answer() && got == [request()]);
    let expected = Counts {
        connections: 1,
        bytes_up: request().len() as u64,
        bytes_down: answer().len() as u64,
        ..Counts::default()
    };
    assert_eq!(counts, expected);
}

#[tokio::test]
async fn a_cut_on_the_way_up_happens_once_and_the_hub_gets_the_beginning_exactly() {
    let faults = Faults { cut_up: 1000, ..Faults::NONE };
    let mut cut_at = Vec::new();
    for seed in 0..12 {
        let (back, got, counts) = once(faults, seed).await;
        if counts.cuts == 0 {
            // The byte lies behind the end of this request.
            assert!(back == answer() && got == [request()]);
            continue;
        }
        assert_eq!(counts.cuts, 1);
        assert!(back.is_empty(), "no answer to half a request");
        assert_eq!(got, [request()[..usize::try_from(counts.bytes_up).unwrap()].to_vec()]);
        cut_at.push(counts.bytes_up);
    }
    cut_at.dedup();
    assert!(cut_at.len() > 5, "the byte is another each time: {cut_at:?}");
}

#[tokio::test]
async fn a_cut_on_the_way_back_leaves_the_hub_with_all_and_the_phone_with_a_beginning() {
    let faults = Faults { cut_down: 1000, ..Faults::NONE };
    let mut cuts = 0;
    for seed in 0..12 {
        let (back, got, counts) = once(faults, seed).await;
        assert_eq!(got, [request()], "the hub did what was asked");
        assert!(answer().starts_with(&back));
        assert_eq!(counts.cuts, u64::from(back.len() < answer().len()));
        cuts += counts.cuts;
    }
    assert!(cuts > 5, "{cuts}");
}

#[tokio::test]
async fn a_page_in_place_of_the_hub_is_html_and_the_hub_hears_nothing() {
    let mut statuses = Vec::new();
    for seed in 0..8 {
        let (back, got, counts) = once(Faults { page: 1000, ..Faults::NONE }, seed).await;
        let text = String::from_utf8(back).unwrap();
        assert!(text.contains("content-type: text/html") && text.ends_with("</html>"), "{text}");
        assert_eq!((got.len(), counts.pages, counts.bytes_up), (0, 1, 0));
        statuses.push(text.starts_with("HTTP/1.1 200"));
    }
    assert!(statuses.contains(&true) && statuses.contains(&false));
}

#[tokio::test]
async fn a_repeated_request_reaches_the_hub_twice_and_is_answered_once() {
    let (back, got, counts) = once(Faults { repeat: 1000, ..Faults::NONE }, 1).await;
    assert!(back == answer());
    assert!(got == [request(), request()]);
    assert_eq!(counts.repeated, 1);
}

#[tokio::test]
async fn a_garbled_answer_has_its_length_and_head_but_not_its_bytes() {
    let (back, _, counts) = once(Faults { garble: 1000, ..Faults::NONE }, 1).await;
    let head = answer().len() - ANSWER_BODY;
    assert_eq!((back.len(), &back[..head]), (answer().len(), &answer()[..head]));
    assert!(back.ends_with(&[0xff; 16]));
    assert_eq!(counts.garbled, 1);
}

#[tokio::test]
async fn a_held_request_stands_at_its_byte_until_it_is_released() {
    let (address, mut told) = hub().await;
    let proxy = Proxy::start(address, Faults::NONE, 1).await.unwrap();
    proxy.hold_after(40_000);
    let (back, ()) = tokio::join!(ask(&proxy), async {
        timeout(Duration::from_secs(5), proxy.held()).await.expect("it is held");
        assert!(timeout(Duration::from_millis(50), told.recv()).await.is_err(), "the hub waits for the rest");
        proxy.release();
    });
    assert!(back == answer());
    assert!(told.recv().await.unwrap() == request());
}

#[tokio::test]
async fn without_a_network_connections_end_and_nothing_passes() {
    let (address, _told) = hub().await;
    let proxy = Proxy::start(address, Faults::NONE, 1).await.unwrap();
    proxy.set_online(false);
    assert!(ask(&proxy).await.is_empty());
    assert_eq!(proxy.counts(), Counts::default());
    proxy.set_online(true);
    assert!(ask(&proxy).await == answer());
}

#[tokio::test]
async fn what_passed_is_seen_and_the_repetition_by_the_proxy_is_not() {
    let (address, _told) = hub().await;
    let proxy = Proxy::start(address, Faults { repeat: 1000, ..Faults::NONE }, 1).await.unwrap();
    ask(&proxy).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let seen = proxy.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].whole && seen[0].body.len() == BODY && seen[0].path == "/api/v1/records");
}
