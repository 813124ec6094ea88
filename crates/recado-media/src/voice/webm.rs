//! Sound out of a WebM, as Chromium and Firefox record it: often live, without durations and sizes.

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use matroska_demuxer::{Audio, DemuxError, Frame, MatroskaFile, TrackEntry, TrackType};

use super::{NotAVoiceNote, Recording, broken, opus};

const NS_PER_SAMPLE: u64 = 1_000_000_000 / 48_000;

/// Nothing if it is not one track of Opus.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Recording>, NotAVoiceNote> {
    let reads = Cell::new(100_000 + 8 * bytes.len());
    let metered = Metered {
        bytes: Cursor::new(bytes),
        left: &reads,
    };
    let recording = demux(metered);
    // The demuxer takes any error of reading for the end of the file.
    if reads.get() == 0 {
        return Err(broken("it leads in circles"));
    }
    recording
}

fn demux(bytes: Metered<'_>) -> Result<Option<Recording>, NotAVoiceNote> {
    let mut file = match MatroskaFile::open(bytes) {
        // What a recorder that was stopped at once leaves behind.
        Err(DemuxError::CantFindCluster) => return Err(NotAVoiceNote::Empty),
        file => file.map_err(broken)?,
    };
    let [track] = file.tracks() else {
        return Ok(None);
    };
    let plain = track.content_encodings().is_none_or(<[_]>::is_empty);
    if track.track_type() != TrackType::Audio || track.codec_id() != "A_OPUS" || !plain {
        return Ok(None);
    }
    let number = track.track_number().get();
    let mut recording = Recording {
        head: head(track)?,
        packets: Vec::new(),
        ready: false,
    };
    let mut frame = Frame::default();
    while file.next_frame(&mut frame).map_err(broken)? {
        if frame.track == number {
            recording.push(std::mem::take(&mut frame.data))?;
        }
    }
    Ok(Some(recording))
}

fn head(track: &TrackEntry) -> Result<opus::Head, NotAVoiceNote> {
    if let Some(private) = track
        .codec_private()
        .filter(|private| opus::Head::is_one(private))
    {
        return opus::Head::parse(private);
    }
    let channels = track.audio().map_or(1, |audio| audio.channels().get());
    let skip = track.codec_delay().unwrap_or_default() / NS_PER_SAMPLE;
    Ok(opus::Head {
        channels: u8::try_from(channels)
            .ok()
            .filter(|channels| (1..=2).contains(channels))
            .ok_or(NotAVoiceNote::TooManyChannels { channels })?,
        pre_skip: u16::try_from(skip).map_err(broken)?,
        input_rate: track.audio().map_or(48_000, rate),
        gain: 0,
    })
}

/// Only for whoever wants to know what it was recorded with; it is played at 48 kHz.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and is for information"
)]
fn rate(audio: &Audio) -> u32 {
    audio.sampling_frequency() as u32
}

/// Bytes that can be read only so often: a crafted file makes the demuxer go round for ever.
struct Metered<'a> {
    bytes: Cursor<&'a [u8]>,
    left: &'a Cell<usize>,
}

impl Read for Metered<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => return Err(io::ErrorKind::QuotaExceeded.into()),
        }
        self.bytes.read(into)
    }
}

impl Seek for Metered<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}
