//! Opus in Ogg (RFC 7845), in and out.

use std::io::Cursor;

use ogg::{PacketReader, PacketWriteEndInfo, PacketWriter};

use super::{NotAVoiceNote, Recording, broken, opus};

/// Tells streams apart within a file; ours has one.
const SERIAL: u32 = 1;
/// A player can seek to pages, and has to keep one in memory.
const PAGE_SAMPLES: u64 = 1000 * opus::SAMPLES_PER_MS;
const PAGE_SEGMENTS: usize = 255;

/// Nothing if it is not Opus.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Recording>, NotAVoiceNote> {
    let mut packets = PacketReader::new(Cursor::new(bytes));
    let first = packets
        .read_packet()
        .map_err(broken)?
        .ok_or(NotAVoiceNote::Empty)?;
    if !opus::Head::is_one(&first.data) {
        return Ok(None);
    }
    let serial = first.stream_serial();
    let mut recording = Recording {
        head: opus::Head::parse(&first.data)?,
        packets: Vec::new(),
        ready: false,
    };
    let tags = packets
        .read_packet()
        .map_err(broken)?
        .ok_or(NotAVoiceNote::Empty)?;
    if !tags.data.starts_with(b"OpusTags") {
        return Err(broken("it has no tags"));
    }
    let mut ended = false;
    while let Some(packet) = packets.read_packet().map_err(broken)? {
        if packet.stream_serial() != serial {
            return Err(broken("it is more than one recording"));
        }
        ended = packet.last_in_stream();
        recording.push(packet.data)?;
    }
    // One that was cut off is written anew, with an end.
    recording.ready = ended && recording.head.channels == 1;
    Ok(Some(recording))
}

pub(super) fn write(recording: &Recording) -> Result<Vec<u8>, NotAVoiceNote> {
    let mut bytes = Vec::new();
    let mut pages = PacketWriter::new(&mut bytes);
    let mut put = |packet: &[u8], end, position| {
        pages
            .write_packet(packet.to_vec(), SERIAL, end, position)
            .map_err(broken)
    };
    put(&recording.head.mono(), PacketWriteEndInfo::EndPage, 0)?;
    put(&opus::tags(), PacketWriteEndInfo::EndPage, 0)?;

    let (mut position, mut page_began, mut segments) = (0, 0, 0);
    let mut packets = recording.packets.iter().peekable();
    while let Some(packet) = packets.next() {
        position += opus::samples(packet)?;
        segments += segments_of(packet);
        let end = match packets.peek() {
            None => PacketWriteEndInfo::EndStream,
            // The next one would be torn in two, or the page is long enough.
            Some(next) if segments + segments_of(next) > PAGE_SEGMENTS => PacketWriteEndInfo::EndPage,
            Some(_) if position - page_began >= PAGE_SAMPLES => PacketWriteEndInfo::EndPage,
            Some(_) => PacketWriteEndInfo::NormalPacket,
        };
        if end == PacketWriteEndInfo::EndPage {
            (page_began, segments) = (position, 0);
        }
        put(packet, end, position)?;
    }
    Ok(bytes)
}

fn segments_of(packet: &[u8]) -> usize {
    packet.len() / 255 + 1
}
