//! An HTTP/1.1 connection kept alive: writes requests that are bytes already, reads as little of the answers as can be.
//!
//! A client of general use costs more than the floor it is to measure.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Result;

#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// What was read and not yet used.
    buffer: Vec<u8>,
}

/// Where the parts of an answer lie in the buffer.
struct Answer {
    status: u16,
    head: usize,
    body: usize,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(4 << 10),
        })
    }

    /// Sends a whole request and waits for its answer; returns the status.
    pub async fn send(&mut self, request: &[u8]) -> Result<u16> {
        let answer = self.exchange(request).await?;
        self.buffer.drain(..answer.head + answer.body);
        Ok(answer.status)
    }

    /// A GET with an API key; the body of a 200.
    pub async fn get(&mut self, path: &str, key: &str) -> Result<Vec<u8>> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: recado\r\nauthorization: Bearer {key}\r\n\r\n");
        let answer = self.exchange(request.as_bytes()).await?;
        let mut body = self.buffer.split_off(answer.head);
        self.buffer = body.split_off(answer.body);
        if answer.status == 200 {
            Ok(body)
        } else {
            let words = String::from_utf8_lossy(&body);
            Err(format!("GET {path} was answered {}: {words}", answer.status).into())
        }
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        loop {
            if let Some(answer) = parse(&self.buffer)?
                && self.buffer.len() >= answer.head + answer.body
            {
                return Ok(answer);
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection instead of answering".into());
            }
        }
    }
}

/// Once the head is there.
fn parse(bytes: &[u8]) -> Result<Option<Answer>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes)? else {
        return Ok(None);
    };
    let status = response.code.ok_or("an answer without a status")?;
    let mut body = 0;
    for header in response.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            body = std::str::from_utf8(header.value)?.parse()?;
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            return Err("an answer in chunks, which this client does not read".into());
        }
    }
    Ok(Some(Answer { status, head, body }))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A server that answers each request with the next of these, a few bytes at a time.
    async fn server(answers: &'static [&'static str]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            for answer in answers {
                let mut asked = [0; 256];
                assert!(stream.read(&mut asked).await.unwrap() > 0);
                for piece in answer.as_bytes().chunks(7) {
                    stream.write_all(piece).await.unwrap();
                    stream.flush().await.unwrap();
                    tokio::task::yield_now().await;
                }
            }
        });
        address
    }

    #[tokio::test]
    async fn answers_in_pieces_are_read_one_by_one() {
        let address = server(&[
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        ])
        .await;
        let mut connection = Connection::open(address).await.unwrap();
        assert_eq!(connection.send(b"POST").await.unwrap(), 200);
        assert_eq!(connection.send(b"POST").await.unwrap(), 503);
        assert_eq!(connection.get("/", "key").await.unwrap(), b"{}");
        assert!(
            connection.send(b"POST").await.is_err(),
            "the server is gone, which is no answer"
        );
    }

    #[tokio::test]
    async fn a_refusal_is_told_with_its_words() {
        let address = server(&["HTTP/1.1 401 Unauthorized\r\ncontent-length: 4\r\n\r\nnope"]).await;
        let mut connection = Connection::open(address).await.unwrap();
        let words = connection.get("/x", "key").await.unwrap_err().to_string();
        assert_eq!(words, "GET /x was answered 401: nope");
    }

    #[test]
    fn chunks_are_refused_rather_than_misread() {
        assert!(parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(parse(b"HTTP/1.1 200 OK\r\ncontent-le").unwrap().is_none());
    }
}
