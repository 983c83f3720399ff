//! Noise over the body of one answer. Heads stay as they are: a parser that finds noise where a head
//! should end waits for more, which is a slow network and not a garbled one.

/// The noise of one connection.
#[derive(Debug)]
pub(super) struct Noise {
    /// Bytes of bodies that stay as they are before it begins.
    clean: u64,
    head: Vec<u8>,
    /// Bytes of the answer's body still to come; `None` in a head.
    body: Option<u64>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Begun,
    Over,
}

impl Noise {
    /// Noise after so many bytes.
    pub(super) fn after(clean: u64) -> Self {
        // Most answers are short, so the clean part must be.
        Self { clean: clean % 512, head: Vec::new(), body: None, state: State::Waiting }
    }

    /// Whether noise begins in this piece. 0xFF is in no JSON and no UTF-8: a reader that checks
    /// anything at all finds it.
    pub(super) fn spoil(&mut self, piece: &mut [u8]) -> bool {
        let before = self.state;
        for byte in piece {
            match self.body {
                None => {
                    self.head.push(*byte);
                    if self.head.ends_with(b"\r\n\r\n") {
                        let length = content_length(&self.head);
                        self.head.clear();
                        self.body = (length > 0).then_some(length);
                    }
                }
                Some(left) => {
                    if self.clean > 0 {
                        self.clean -= 1;
                    } else if self.state != State::Over {
                        *byte = 0xff;
                        self.state = State::Begun;
                    }
                    self.body = (left > 1).then(|| left - 1);
                    if self.body.is_none() && self.state == State::Begun {
                        self.state = State::Over;
                    }
                }
            }
        }
        before == State::Waiting && self.state != State::Waiting
    }
}

fn content_length(head: &[u8]) -> u64 {
    let head = String::from_utf8_lossy(head);
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    length.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERS: &[u8] = b"HTTP/1.1 204 No Content\r\ntus-resumable: 1.0.0\r\n\r\n\
        HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdefHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    #[test]
    fn only_the_rest_of_one_body_is_noise_however_the_stream_is_cut_into_pieces() {
        for size in 1..ANSWERS.len() {
            let mut answers = ANSWERS.to_vec();
            let mut noise = Noise::after(4);
            let begun = answers.chunks_mut(size).filter_map(|piece| noise.spoil(piece).then_some(())).count();
            assert_eq!(begun, 1);
            let expected = String::from_utf8_lossy(ANSWERS).replace("abcdef", "abcd??").into_bytes();
            let shown: Vec<u8> =
                answers.iter().map(|byte| if *byte == 0xff { b'?' } else { *byte }).collect();
            assert_eq!(shown, expected);
        }
    }
}
