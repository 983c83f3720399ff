//! A connection that breaks after so many bytes, whatever stands there: in a head, a body, or between two messages.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection with so many bytes left to pass, either way; none if it lasts.
pub(super) struct Wire {
    stream: TcpStream,
    left: Option<usize>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, left: Option<usize>) -> Self {
        Self { stream, left }
    }

    /// How many of `wanted` bytes may pass.
    fn room(&self, wanted: usize) -> io::Result<usize> {
        match self.left {
            None => Ok(wanted),
            Some(0) => Err(io::ErrorKind::ConnectionReset.into()),
            Some(left) => Ok(left.min(wanted)),
        }
    }

    fn passed(&mut self, bytes: usize) {
        self.left = self.left.map(|left| left.saturating_sub(bytes));
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = self.room(buf.remaining())?;
        let mut some = buf.take(room);
        let polled = Pin::new(&mut self.stream).poll_read(cx, &mut some);
        let read = some.filled().len();
        let part = some.filled().to_vec();
        if polled.is_ready() {
            buf.put_slice(&part);
            self.passed(read);
        }
        polled
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let room = self.room(bytes.len())?;
        let polled = Pin::new(&mut self.stream).poll_write(cx, &bytes[..room]);
        if let Poll::Ready(Ok(written)) = polled {
            self.passed(written);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_wire_breaks_after_its_bytes_and_not_before() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut there = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut wire = Wire::new(listener.accept().await.unwrap().0, Some(5));
        there.write_all(b"abc").await.unwrap();
        let mut read = [0; 3];
        wire.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"abc");
        assert_eq!(wire.write_all(b"def").await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        drop(wire);
        let mut rest = Vec::new();
        there.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"de");
    }
}
