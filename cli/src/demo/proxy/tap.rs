//! A tap on the way to the hub: takes the HTTP/1.1 requests out of the bytes that pass, so that what
//! was sent more than once can be counted afterwards.

/// A request with a body, as it passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRequest {
    /// `POST`, `PATCH`, …
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The value of tus's `Upload-Offset`, if it has one.
    pub upload_offset: Option<u64>,
    /// The body, as far as it passed.
    pub body: Vec<u8>,
    /// Whether the whole body passed.
    pub whole: bool,
}

/// Reads requests from pieces of a stream.
#[derive(Debug, Default)]
pub(super) struct Tap {
    head: Vec<u8>,
    open: Option<(SeenRequest, usize)>,
    done: Vec<SeenRequest>,
}

/// A head longer than this is none of ours.
const MAX_HEAD: usize = 64 * 1024;

impl Tap {
    /// Takes the next piece.
    pub(super) fn feed(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            if let Some((request, missing)) = &mut self.open {
                let taken = piece.len().min(*missing);
                request.body.extend_from_slice(&piece[..taken]);
                *missing -= taken;
                piece = &piece[taken..];
                if *missing == 0 {
                    self.close(true);
                }
            } else {
                self.head.push(piece[0]);
                piece = &piece[1..];
                if self.head.ends_with(b"\r\n\r\n") {
                    self.open_request();
                } else if self.head.len() > MAX_HEAD {
                    self.head.clear();
                }
            }
        }
    }

    /// Whether the stream stands between two requests.
    pub(super) fn between_requests(&self) -> bool {
        self.head.is_empty() && self.open.is_none()
    }

    /// The requests with a body, the last perhaps cut.
    pub(super) fn finish(mut self) -> Vec<SeenRequest> {
        self.close(false);
        self.done
    }

    fn open_request(&mut self) {
        let head = String::from_utf8_lossy(&std::mem::take(&mut self.head)).into_owned();
        let number = |name: &str| {
            head.lines().find_map(|line| {
                let (header, value) = line.split_once(':')?;
                header.eq_ignore_ascii_case(name).then(|| value.trim().parse::<u64>().ok())?
            })
        };
        let length = number("content-length").and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        if length == 0 {
            return;
        }
        let mut first = head.split_ascii_whitespace();
        let mut word = || first.next().unwrap_or_default().to_owned();
        let request = SeenRequest {
            method: word(),
            path: word(),
            upload_offset: number("upload-offset"),
            body: Vec::new(),
            whole: false,
        };
        self.open = Some((request, length));
    }

    fn close(&mut self, whole: bool) {
        if let Some((request, _)) = self.open.take() {
            self.done.push(SeenRequest { whole, ..request });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] =
        b"GET /a HTTP/1.1\r\nhost: x\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc\
        PATCH /c HTTP/1.1\r\nUpload-Offset: 7\r\ncontent-length: 9\r\n\r\nshort";

    #[test]
    fn requests_are_found_however_the_stream_is_cut_into_pieces() {
        for size in 1..STREAM.len() {
            let mut tap = Tap::default();
            STREAM.chunks(size).for_each(|piece| tap.feed(piece));
            assert!(!tap.between_requests());
            let [post, patch] = &tap.finish()[..] else { panic!("not two requests in pieces of {size}") };
            assert_eq!((post.path.as_str(), &post.body[..], post.whole), ("/b", &b"abc"[..], true));
            assert_eq!((patch.upload_offset, &patch.body[..], patch.whole), (Some(7), &b"short"[..], false));
        }
    }
}
