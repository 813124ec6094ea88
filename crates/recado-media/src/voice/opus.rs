//! Opus: the header of a stream (RFC 7845, 5.1) and how long a packet sounds (RFC 6716, 3.1).

use super::{NotAVoiceNote, broken};

pub(super) const SAMPLES_PER_MS: u64 = 48;
const MAGIC: &[u8; 8] = b"OpusHead";
/// 120 ms, the longest a packet may be.
const MOST_SAMPLES: u64 = 120 * SAMPLES_PER_MS;

/// The most bytes of that, RFC 7845, 6; it fits a page of Ogg.
const MOST_BYTES: usize = 61_440;

/// The header, of a stream with one or two channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) channels: u8,
    /// Samples at the beginning that are not to be heard.
    pub(super) pre_skip: u16,
    pub(super) input_rate: u32,
    pub(super) gain: i16,
}

impl Head {
    pub(super) fn is_one(packet: &[u8]) -> bool {
        packet.starts_with(MAGIC)
    }

    pub(super) fn parse(packet: &[u8]) -> Result<Self, NotAVoiceNote> {
        let Some(
            &[
                version,
                channels,
                skip_0,
                skip_1,
                rate_0,
                rate_1,
                rate_2,
                rate_3,
                gain_0,
                gain_1,
                family,
                ..,
            ],
        ) = packet.strip_prefix(MAGIC)
        else {
            return Err(broken("its header is cut off"));
        };
        if version > 15 {
            return Err(broken("its header is of an unknown version"));
        }
        // Other families lay several streams into one packet.
        if family != 0 || !(1..=2).contains(&channels) {
            return Err(NotAVoiceNote::TooManyChannels {
                channels: channels.into(),
            });
        }
        Ok(Self {
            channels,
            pre_skip: u16::from_le_bytes([skip_0, skip_1]),
            input_rate: u32::from_le_bytes([rate_0, rate_1, rate_2, rate_3]),
            gain: i16::from_le_bytes([gain_0, gain_1]),
        })
    }

    /// The same stream, heard in mono.
    pub(super) fn mono(&self) -> Vec<u8> {
        let mut packet = MAGIC.to_vec();
        packet.extend([1, 1]);
        packet.extend(self.pre_skip.to_le_bytes());
        packet.extend(self.input_rate.to_le_bytes());
        packet.extend(self.gain.to_le_bytes());
        packet.push(0);
        packet
    }
}

/// Who made the stream; that is asked for even if nobody cares.
pub(super) fn tags() -> Vec<u8> {
    let vendor: &[u8; 6] = b"Recado";
    let mut packet = b"OpusTags".to_vec();
    packet.extend([6, 0, 0, 0]);
    packet.extend(vendor);
    packet.extend([0; 4]);
    packet
}

/// How many samples at 48 kHz a packet sounds for, by its first byte or two.
pub(super) fn samples(packet: &[u8]) -> Result<u64, NotAVoiceNote> {
    let &[toc, ref rest @ ..] = packet else {
        return Err(broken("a packet of it is empty"));
    };
    let frame = match toc >> 3 {
        config @ 0..=11 => [480, 960, 1920, 2880][usize::from(config & 3)],
        config @ 12..=15 => [480, 960][usize::from(config & 1)],
        config => [120, 240, 480, 960][usize::from(config & 3)],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => rest.first().map_or(0, |count| u64::from(count & 0x3f)),
    };
    match frame * frames {
        samples @ 1..=MOST_SAMPLES if packet.len() <= MOST_BYTES => Ok(samples),
        _ => Err(broken("a packet of it is not Opus")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_sounds_for_as_long_as_its_first_bytes_say() {
        let ms = |packet: &[u8]| samples(packet).map(|samples| samples / SAMPLES_PER_MS);
        assert_eq!(ms(&[0b0000_0000]), Ok(10));
        assert_eq!(ms(&[0b0001_1001]), Ok(120));
        assert_eq!(ms(&[0b0110_1000]), Ok(20));
        assert_eq!(ms(&[0b1111_1000]), Ok(20));
        assert_eq!(ms(&[0b0111_1011, 3]), Ok(60));
        assert_eq!(samples(&[0b1000_0000]), Ok(120));
        for bad in [
            &[][..],
            &[0b11],
            &[0b11, 0],
            &[0b0001_1011, 3],
            &vec![0; MOST_BYTES + 1],
        ] {
            assert!(samples(bad).is_err(), "{} bytes", bad.len());
        }
    }

    #[test]
    fn a_header_reads_as_it_was_written() {
        let head = Head {
            channels: 1,
            pre_skip: 312,
            input_rate: 44_100,
            gain: -256,
        };
        assert_eq!(Head::parse(&head.mono()), Ok(head.clone()));
        assert!(Head::parse(&head.mono()[..18]).is_err());
        let mut six = head.mono();
        six[9] = 6;
        assert_eq!(
            Head::parse(&six),
            Err(NotAVoiceNote::TooManyChannels { channels: 6 })
        );
    }
}
