use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::super::{HeaderMap, Method, StatusCode};
use super::*;

/// A server that answers each request of each connection with the same bytes, then hangs up if told
/// to. Returns its address.
async fn server(answer: &'static [u8], hang_up: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 4_096];
            while socket.read(&mut request).await.is_ok_and(|read| read > 0) {
                if socket.write_all(answer).await.is_err() || hang_up {
                    break;
                }
            }
        }
    });
    format!("http://{address}/x")
}

fn get(url: String) -> Request {
    Request { method: Method::GET, url, headers: HeaderMap::new(), body: Bytes::new(), max_body: 100 }
}

async fn answer_to(answer: &'static [u8]) -> Result<Response, TransportError> {
    HttpTransport::new().unwrap().send(get(server(answer, true).await)).await
}

#[tokio::test]
async fn a_whole_answer_comes_with_status_headers_and_body() {
    let answer =
        answer_to(b"HTTP/1.1 409 Conflict\r\nUpload-Offset: 7\r\nContent-Length: 2\r\n\r\nno").await.unwrap();
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.header("upload-offset"), Some("7"));
    assert_eq!(answer.body.as_ref(), b"no");
}

#[tokio::test]
async fn a_cut_answer_is_a_line_that_went_away_however_its_length_was_announced() {
    for cut in [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!".as_slice(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfive!\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"",
    ] {
        let error = answer_to(cut).await.unwrap_err();
        assert!(matches!(error, TransportError::Cut(_)), "{error:?}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_garbled() {
    let error = answer_to(b"this is no HTTP at all\r\n\r\n").await.unwrap_err();
    assert!(matches!(error, TransportError::Garbled(_)), "{error:?}");
}

#[tokio::test]
async fn an_endless_answer_is_dropped_at_the_limit() {
    let long = b"HTTP/1.1 200 OK\r\n\r\n0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789+";
    assert_eq!(answer_to(long).await.unwrap_err(), TransportError::TooLarge { max: 100 });
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let answer =
        answer_to(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(answer.unwrap().status, StatusCode::FOUND);
}

#[tokio::test]
async fn nobody_listening_is_offline_and_no_address_is_unsendable() {
    let transport = HttpTransport::new().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = transport.send(get(format!("http://{closed}/"))).await.unwrap_err();
    assert!(matches!(error, TransportError::Offline(_)), "{error:?}");
    let error = transport.send(get("not an address".to_owned())).await.unwrap_err();
    assert!(matches!(error, TransportError::Unsendable(_)), "{error:?}");
}

#[tokio::test]
async fn https_to_a_server_that_speaks_none_is_a_tls_error() {
    let plain = server(b"HTTP/1.1 400 Bad Request\r\n\r\n", true).await;
    let error = HttpTransport::new().unwrap().send(get(plain.replace("http:", "https:"))).await.unwrap_err();
    assert!(matches!(error, TransportError::Tls(_)), "{error:?}");
}

/// A transport that takes an answer for dead quickly, and gives a request all the time it needs.
fn impatient() -> HttpTransport {
    let stall = Duration::from_millis(300);
    HttpTransport::within(Limits { stall, whole: Duration::from_mins(1), ..LIMITS }).unwrap()
}

#[tokio::test]
async fn a_line_that_takes_a_request_slowly_is_not_cut_while_it_goes_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let body = Bytes::from(vec![0; 16 << 20]);
    let length = body.len();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let (mut piece, mut taken) = (vec![0; 256 << 10], 0);
        while taken < length {
            sleep(Duration::from_millis(20)).await;
            taken += socket.read(&mut piece).await.unwrap();
        }
        socket.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        while socket.read(&mut piece).await.is_ok_and(|read| read > 0) {}
    });
    let begun = std::time::Instant::now();
    let post = Request { method: Method::POST, body, ..get(url) };
    assert_eq!(impatient().send(post).await.unwrap().status, StatusCode::NO_CONTENT);
    assert!(begun.elapsed() > 3 * Duration::from_millis(300), "the line was not slow");
}

#[tokio::test]
async fn an_answer_that_stands_still_in_its_body_is_dead() {
    let begins = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!";
    let url = server(begins, false).await;
    assert_eq!(impatient().send(get(url)).await.unwrap_err(), TransportError::Timeout);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let one_connection = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        drop(listener);
        let mut request = [0; 4_096];
        while socket.read(&mut request).await.is_ok_and(|read| read > 0) {
            socket.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        }
    });
    let transport = HttpTransport::new().unwrap();
    for _ in 0..3 {
        let post = Request { method: Method::POST, body: Bytes::from_static(b"x"), ..get(url.clone()) };
        assert_eq!(transport.send(post).await.unwrap().status, StatusCode::NO_CONTENT);
    }
    drop(transport);
    one_connection.await.unwrap();
}
