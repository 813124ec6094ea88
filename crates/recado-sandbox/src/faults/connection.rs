//! Connections that can be closed without an answer, which no handler can do by itself.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Pulls the plug of the connection a request came on.
#[derive(Debug, Clone)]
pub(crate) struct Plug(CancellationToken);

impl Plug {
    pub(crate) fn pull(&self) {
        self.0.cancel();
    }
}

pub(crate) struct Plugged(pub TcpListener);

impl Listener for Plugged {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        let token = CancellationToken::new();
        let wire = Wire {
            stream,
            pulled: Box::pin(token.clone().cancelled_owned()),
            plug: Plug(token),
        };
        (wire, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Plugged>> for Plug {
    fn connect_info(stream: IncomingStream<'_, Plugged>) -> Self {
        stream.io().plug.clone()
    }
}

/// A connection until its plug is pulled: then it fails for whoever reads or writes, and is closed.
pub(crate) struct Wire {
    stream: TcpStream,
    pulled: Pin<Box<WaitForCancellationFutureOwned>>,
    plug: Plug,
}

impl Wire {
    fn is_pulled(&mut self, cx: &mut Context<'_>) -> bool {
        self.pulled.as_mut().poll(cx).is_ready()
    }
}

fn pulled() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the plug was pulled")
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_pulled(cx) {
            return Poll::Ready(Err(pulled()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_pulled(cx) {
            return Poll::Ready(Err(pulled()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
