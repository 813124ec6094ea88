//! The recordings were made by Chromium's MediaRecorder: `mono_live` with time slices, so without sizes and duration.

use proptest::prelude::*;

use super::*;

const MONO: &[u8] = include_bytes!("../../recordings/mono_live.webm");
const STEREO: &[u8] = include_bytes!("../../recordings/stereo.webm");
const FILM: &[u8] = include_bytes!("../../recordings/film.webm");
const MP4: &[u8] = include_bytes!("../../recordings/sound.mp4");

/// The packets of a WebM, by the simplest walk that understands Chromium's.
fn webm_packets(file: &[u8]) -> Vec<Vec<u8>> {
    let (mut at, mut packets) = (0, Vec::new());
    while at < file.len() {
        let id = &file[at..=at + file[at].leading_zeros() as usize];
        at += id.len();
        let length = file[at].leading_zeros() as usize + 1;
        let size = file[at..at + length]
            .iter()
            .fold(0_u64, |size, byte| size << 8 | u64::from(*byte));
        let size = usize::try_from(size & !(1 << (7 * length))).unwrap();
        at += length;
        let within = matches!(id, [0x18, 0x53, 0x80, 0x67] | [0x1f, 0x43, 0xb6, 0x75] | [0xa0]);
        if within {
            continue;
        }
        if matches!(id, [0xa3 | 0xa1]) {
            packets.push(file[at + 4..at + size].to_vec());
        }
        at += size;
    }
    packets
}

#[derive(Debug)]
struct Page {
    flags: u8,
    position: u64,
    number: u32,
    sizes: Vec<u8>,
    body: Vec<u8>,
}

/// The pages of an Ogg file, by its specification.
fn pages(mut file: &[u8]) -> Vec<Page> {
    let mut pages = Vec::new();
    while !file.is_empty() {
        assert_eq!(&file[..5], b"OggS\0");
        let segments = usize::from(file[26]);
        let sizes = file[27..27 + segments].to_vec();
        let body = sizes.iter().copied().map(usize::from).sum::<usize>();
        let (page, rest) = file.split_at(27 + segments + body);
        pages.push(Page {
            flags: page[5],
            position: u64::from_le_bytes(page[6..14].try_into().unwrap()),
            number: u32::from_le_bytes(page[18..22].try_into().unwrap()),
            sizes,
            body: page[27 + segments..].to_vec(),
        });
        file = rest;
    }
    pages
}

fn packets_of(pages: &[Page]) -> Vec<Vec<u8>> {
    let mut packets = vec![Vec::new()];
    for page in pages {
        let mut body = &page.body[..];
        for size in &page.sizes {
            let (part, rest) = body.split_at(usize::from(*size));
            packets.last_mut().unwrap().extend_from_slice(part);
            body = rest;
            if *size < 255 {
                packets.push(Vec::new());
            }
        }
    }
    assert_eq!(packets.pop(), Some(Vec::new()));
    packets
}

/// What RFC 7845 asks of a file, and that these packets are in it.
fn check_ogg(file: &[u8], expected: &[Vec<u8>]) {
    let pages = pages(file);
    for (index, page) in pages.iter().enumerate() {
        assert_eq!(page.number as usize, index);
        let last = index + 1 == pages.len();
        assert_eq!(page.flags, if index == 0 { 2 } else { u8::from(last) * 4 });
    }
    let packets = packets_of(&pages);
    assert_eq!(pages[0].body, packets[0]);
    assert_eq!(&packets[0][..10], b"OpusHead\x01\x01");
    assert_eq!(pages[1].body, packets[1]);
    assert!(packets[1].starts_with(b"OpusTags"));
    assert!(packets[2..] == *expected, "the packets are others");

    let (mut position, mut from) = (0, 2);
    for page in &pages[2..] {
        let ended = page.sizes.iter().filter(|size| **size < 255).count();
        let samples = |packets: &[Vec<u8>]| {
            packets
                .iter()
                .map(|packet| opus::samples(packet).unwrap())
                .sum::<u64>()
        };
        if ended > 0 {
            position += samples(&packets[from..from + ended]);
            assert_eq!(page.position, position);
        }
        assert!(
            samples(&packets[from..from + ended.saturating_sub(1)]) < 48_000,
            "a page is a second long"
        );
        from += ended;
    }
}

#[test]
fn a_live_recording_becomes_a_voice_note() {
    let packets = webm_packets(MONO);
    assert!(packets.len() > 30, "{} packets", packets.len());
    let note = voice_note(MONO.to_vec(), "audio/webm;codecs=opus").unwrap();
    assert_eq!(note.mime_type, "audio/ogg");
    // 60 ms each, as Chromium cuts them.
    assert_eq!(note.duration_ms, i64::try_from(packets.len()).unwrap() * 60);
    check_ogg(&note.bytes, &packets);
    assert!(pages(&note.bytes).len() > 4, "more than one page of sound");
}

#[test]
fn a_stereo_recording_is_played_in_mono() {
    let note = voice_note(STEREO.to_vec(), "audio/webm").unwrap();
    let packets = webm_packets(STEREO);
    assert!(
        packets.iter().any(|packet| packet[0] & 4 != 0),
        "none of it is stereo"
    );
    check_ogg(&note.bytes, &packets);
}

#[test]
fn what_is_a_voice_note_already_stays_as_it_is() {
    let note = voice_note(MONO.to_vec(), "audio/webm").unwrap();
    let again = voice_note(note.bytes.clone(), "audio/ogg; codecs=opus").unwrap();
    assert_eq!(again, note);
}

#[test]
fn an_ogg_that_was_cut_off_or_is_stereo_is_written_anew() {
    let note = voice_note(MONO.to_vec(), "audio/webm").unwrap();
    let whole = pages(&note.bytes);
    let last = whole.last().unwrap();
    let cut = note.bytes.len() - 27 - last.sizes.len() - last.body.len();
    let again = voice_note(note.bytes[..cut].to_vec(), "audio/ogg").unwrap();
    assert!(again.duration_ms < note.duration_ms);
    check_ogg(&again.bytes, &packets_of(&whole[2..whole.len() - 1]));
}

#[test]
fn other_recordings_are_refused_in_a_sentence() {
    for other in [MP4, FILM, b"ID3\x04", b""] {
        assert_eq!(
            voice_note(other.to_vec(), "audio/mp4;codecs=x"),
            Err(NotAVoiceNote::OtherCodec {
                mime: "audio/mp4".into()
            })
        );
    }
    let headers = MONO
        .windows(4)
        .position(|id| id == [0x1f, 0x43, 0xb6, 0x75])
        .unwrap();
    assert_eq!(
        voice_note(MONO[..headers].to_vec(), "audio/webm"),
        Err(NotAVoiceNote::Empty)
    );
}

#[test]
fn a_file_that_leads_in_circles_comes_to_an_end() {
    // A checksum as the first child of the segment, at which the demuxer never gets further.
    let segment = MONO
        .windows(4)
        .position(|id| id == [0x18, 0x53, 0x80, 0x67])
        .unwrap()
        + 12;
    let mut file = MONO.to_vec();
    file.splice(segment..segment, [0xbf, 0x84, 1, 2, 3, 4]);
    assert_eq!(voice_note(file, "audio/webm"), Err(broken("it leads in circles")));
}

/// Packets that say how long they are; some nearly as large as a page.
fn packets() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let toc = any::<u8>().prop_map(|toc| toc & !0b11);
    let size = prop_oneof![9 => 0_usize..600, 1 => Just(254), 1 => Just(255), 1 => 30_000_usize..61_400];
    let packet = (toc, size).prop_map(|(toc, size)| {
        let mut packet = vec![toc];
        packet.resize(size + 1, toc);
        packet
    });
    prop::collection::vec(packet, 1..150)
}

proptest! {
    #[test]
    fn packets_come_out_as_they_went_in(packets in packets(), channels in 1_u8..=2) {
        let head = opus::Head { channels, pre_skip: 312, input_rate: 48_000, gain: 0 };
        let file = ogg::write(&Recording { head, packets: packets.clone(), ready: false }).unwrap();
        check_ogg(&file, &packets);
        prop_assert_eq!(ogg::read(&file).unwrap().unwrap().packets, packets);
    }

    #[test]
    fn no_bytes_are_too_odd(
        from in prop::sample::select(vec![MONO, STEREO, FILM, MP4]),
        remuxed in any::<bool>(),
        changes in prop::collection::vec((0_usize..600, any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut bytes = from.to_vec();
        if remuxed && let Ok(note) = voice_note(bytes.clone(), "") {
            bytes = note.bytes;
        }
        for (place, byte) in changes {
            let place = place.min(bytes.len() - 1);
            bytes[place] = byte;
        }
        drop(voice_note(bytes.clone(), ""));
        bytes.truncate(cut.index(bytes.len()));
        drop(voice_note(bytes, ""));
        drop(voice_note([b"OggS\0", &noise[..]].concat(), ""));
        drop(voice_note([b"\x1a\x45\xdf\xa3", &noise[..]].concat(), ""));
    }
}
