//! An event as it goes out to live sockets: written as JSON once, shared by all of them.

use bytes::Bytes;
use recado_model::Time;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::event::{Audience, Event};

/// One event, ready to send.
#[derive(Clone, Debug)]
pub struct Frame {
    pub seq: i64,
    pub kind: String,
    pub audience: Audience,
    /// `{"type":"event","seq":…,"event":kind,"at":ISO,"data":body}` in UTF-8. Cheap to clone, and a WebSocket
    /// text frame can be made from it without a copy.
    pub json: Bytes,
}

#[derive(Serialize)]
struct Wire<'a> {
    r#type: &'static str,
    seq: i64,
    event: &'a str,
    at: Time,
    data: &'a RawValue,
}

impl Frame {
    pub(crate) fn new(event: Event) -> Self {
        // The body goes in as it stands, but only if it is JSON: otherwise it would break the frame around it.
        let data = serde_json::from_str(&event.body).unwrap_or_else(|error| {
            tracing::error!(seq = event.seq, kind = event.kind, %error, "the body of an event is not JSON");
            RawValue::NULL
        });
        let wire = Wire {
            r#type: "event",
            seq: event.seq,
            event: &event.kind,
            at: event.at,
            data,
        };
        let json = serde_json::to_vec(&wire).unwrap_or_else(|error| {
            // Cannot happen for these types; a frame without its data still keeps the numbers dense.
            tracing::error!(seq = event.seq, kind = event.kind, %error, "an event cannot be written as JSON");
            format!(r#"{{"type":"skip","seq":{}}}"#, event.seq).into_bytes()
        });
        Self {
            seq: event.seq,
            kind: event.kind,
            audience: event.audience,
            json: json.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: &str, body: &str) -> String {
        let event = Event {
            seq: 7,
            kind: kind.to_owned(),
            audience: Audience::Account,
            body: body.to_owned(),
            at: Time::from_millis(1_782_907_200_000),
        };
        String::from_utf8(Frame::new(event).json.to_vec()).unwrap()
    }

    #[test]
    fn the_body_stands_in_the_frame_as_it_was_written() {
        assert_eq!(
            frame("message.created", r#"{"n": 1.0, "text":"ü"}"#),
            concat!(
                r#"{"type":"event","seq":7,"event":"message.created","at":"2026-07-01T12:00:00.000Z","#,
                r#""data":{"n": 1.0, "text":"ü"}}"#
            )
        );
    }

    #[test]
    fn a_broken_body_does_not_break_the_frame() {
        for body in ["", "{", "1,\"seq\":9", "{} {}"] {
            let value: serde_json::Value = serde_json::from_str(&frame("odd\"kind", body)).unwrap();
            assert_eq!(value["seq"], 7);
            assert_eq!(value["event"], "odd\"kind");
            assert_eq!(value["data"], serde_json::Value::Null);
        }
    }
}
