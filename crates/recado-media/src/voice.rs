//! Voice notes: what browsers record, as what WhatsApp plays as one: Opus in Ogg, mono. Nothing is encoded anew.

mod ogg;
mod opus;
mod webm;

use recado_model::media::{MediaKind, essence};

use crate::contain::contain;
use crate::limits::max_bytes;

/// More than two hours of the usual packets; bounds the memory that a file of tiny packets can ask for.
const MOST_PACKETS: usize = 500_000;

/// A recording that WhatsApp plays as a voice note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceNote {
    pub bytes: Vec<u8>,
    /// Always `audio/ogg`.
    pub mime_type: &'static str,
    pub duration_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAVoiceNote {
    /// It may go as a plain audio file: that is not asked here.
    #[error("A voice note must be recorded with Opus, this is {mime}.")]
    OtherCodec { mime: String },
    #[error("A voice note must be recorded in mono or stereo, this has {channels} channels.")]
    TooManyChannels { channels: u64 },
    #[error("The recording is too long for a voice note.")]
    TooLong,
    #[error("The recording is empty.")]
    Empty,
    #[error("The recording is damaged: {0}.")]
    Broken(String),
}

/// Sound as it lies in a container.
#[derive(Debug)]
struct Recording {
    head: opus::Head,
    packets: Vec<Vec<u8>>,
    /// An Ogg file that can stay as it is.
    ready: bool,
}

/// Opus in Ogg or WebM, as a voice note. `mime` is only for the message about anything else.
///
/// Stereo becomes mono without touching the sound: the number of channels in the header is that of the output, and
/// every Opus decoder gives one channel of a stereo packet when asked to (RFC 7845, 5.1).
pub fn voice_note(bytes: Vec<u8>, mime: &str) -> Result<VoiceNote, NotAVoiceNote> {
    if bytes.len() as u64 > max_bytes(MediaKind::Audio) {
        return Err(NotAVoiceNote::TooLong);
    }
    let other = || NotAVoiceNote::OtherCodec { mime: essence(mime) };
    let read = contain(|| match bytes.get(..4) {
        Some(b"OggS") => ogg::read(&bytes).transpose(),
        Some(b"\x1a\x45\xdf\xa3") => webm::read(&bytes).transpose(),
        _ => None,
    });
    let recording = read
        .unwrap_or_else(|| Some(Err(broken("it cannot be read"))))
        .ok_or_else(other)??;
    let samples = recording.samples()?;
    let heard = samples.saturating_sub(u64::from(recording.head.pre_skip));
    Ok(VoiceNote {
        bytes: if recording.ready {
            bytes
        } else {
            ogg::write(&recording)?
        },
        mime_type: "audio/ogg",
        duration_ms: i64::try_from(heard / opus::SAMPLES_PER_MS).unwrap_or(i64::MAX),
    })
}

impl Recording {
    fn samples(&self) -> Result<u64, NotAVoiceNote> {
        if self.packets.is_empty() {
            return Err(NotAVoiceNote::Empty);
        }
        self.packets.iter().map(|packet| opus::samples(packet)).sum()
    }

    fn push(&mut self, packet: Vec<u8>) -> Result<(), NotAVoiceNote> {
        // Before it is kept: a crafted file has room for millions of them.
        opus::samples(&packet)?;
        if self.packets.len() == MOST_PACKETS {
            return Err(NotAVoiceNote::TooLong);
        }
        self.packets.push(packet);
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "goes into `map_err` as it is")]
fn broken(why: impl ToString) -> NotAVoiceNote {
    NotAVoiceNote::Broken(why.to_string())
}

#[cfg(test)]
mod tests;
