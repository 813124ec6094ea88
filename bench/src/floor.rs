//! The floor: what the cheapest honest receiver does. It checks the signature over the raw body and answers 200.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::serve::ListenerExt;
use recado_whatsapp::meta::{SIGNATURE_HEADER, verify_signature};
use tokio::net::TcpListener;

use crate::Result;

/// Serves until killed. The address goes to standard output, as one line.
pub async fn serve(listen: SocketAddr, path: &str, secret: String) -> Result<()> {
    let listener = TcpListener::bind(listen).await?;
    println!("{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let router = Router::new()
        .route(path, post(receive))
        .with_state(Arc::<str>::from(secret));
    axum::serve(listener, router).await?;
    Ok(())
}

async fn receive(State(secret): State<Arc<str>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers
        .get(SIGNATURE_HEADER)
        .map_or(&[][..], |value| value.as_bytes());
    if verify_signature(&secret, &body, signature) {
        StatusCode::OK
    } else {
        StatusCode::UNAUTHORIZED
    }
}
