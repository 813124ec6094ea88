use proptest::prelude::*;

use super::*;

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

fn bytes(head: &[u8]) -> String {
    sniff(head, None, None)
}

/// The start of an MP4 with these brand and handlers.
fn mp4(brand: &[u8], handlers: &[&[u8]]) -> Vec<u8> {
    let mut file = b"\0\0\0\x18ftyp".to_vec();
    file.extend_from_slice(brand);
    file.extend_from_slice(b"\0\0\0\0isommp42");
    for handler in handlers {
        file.extend_from_slice(b"\0\0\0\x20hdlr\0\0\0\0\0\0\0\0");
        file.extend_from_slice(handler);
    }
    file
}

/// The start of a WebM whose tracks have these codecs.
fn webm(codecs: &[&[u8]]) -> Vec<u8> {
    let mut file = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm".to_vec();
    for codec in codecs {
        file.extend([0x86, 0x80 + u8::try_from(codec.len()).unwrap()]);
        file.extend_from_slice(codec);
    }
    file
}

#[test]
fn bytes_are_believed_before_words() {
    let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
    assert_eq!(sniff(jpeg, Some("image/png"), Some("a.pdf")), "image/jpeg");
    assert_eq!(bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "image/png");
    assert_eq!(bytes(b"%PDF-1.7\n%abc"), "application/pdf");
    assert_eq!(bytes(b"#!AMR\n\x3c\x91\x17\x16\xbe\x66"), "audio/amr");
    assert_eq!(bytes(b"ID3\x04\0\0\0\0\0\0"), "audio/mpeg");
    assert_eq!(bytes(b"RIFF\x24\0\0\0WEBPVP8L"), "image/webp");
    assert_eq!(bytes(b"RIFX\x24\0\0\0WEBPVP8L"), BYTES);
}

#[test]
fn sound_and_film_share_containers() {
    let opus = b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01\x01";
    assert_eq!(sniff(opus, Some("audio/opus"), None), "audio/ogg");
    assert_eq!(
        bytes(b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\x80theora"),
        "video/ogg"
    );

    assert_eq!(bytes(&mp4(b"isom", &[b"vide", b"soun"])), "video/mp4");
    assert_eq!(bytes(&mp4(b"isom", &[b"soun"])), "audio/mp4");
    assert_eq!(bytes(&mp4(b"M4A ", &[])), "audio/mp4");
    assert_eq!(bytes(&mp4(b"3gp5", &[b"vide"])), "video/3gpp");
    assert_eq!(bytes(&mp4(b"qt  ", &[])), "video/quicktime");
    assert_eq!(bytes(&mp4(b"heic", &[])), "image/heif");
    assert_eq!(bytes(&mp4(b"mp42", &[])), "video/mp4");
    assert_eq!(sniff(&mp4(b"mp42", &[]), Some("audio/x-m4a"), None), "audio/mp4");
    assert_eq!(sniff(&mp4(b"mp42", &[]), None, Some("note.m4a")), "audio/mp4");

    assert_eq!(bytes(&webm(&[b"A_OPUS"])), "audio/webm");
    assert_eq!(bytes(&webm(&[b"V_VP9", b"A_OPUS"])), "video/webm");
    assert_eq!(bytes(&webm(&[])), "video/webm");
    assert_eq!(
        sniff(&webm(&[]), Some("audio/webm;codecs=opus"), None),
        "audio/webm"
    );
}

#[test]
fn a_container_is_called_after_its_name() {
    let zip = b"PK\x03\x04\x14\0\0\0\x08\0aaaaaaaaaaaaaaaaaaaa";
    assert_eq!(bytes(zip), "application/zip");
    assert_eq!(sniff(zip, None, Some("Letter.DOCX")), WORD);
    assert_eq!(sniff(zip, Some(WORD), Some("letter.zip")), WORD);
    assert_eq!(sniff(zip, Some("image/png"), None), "application/zip");
    let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0";
    assert_eq!(sniff(ole, None, Some("sheet.xls")), "application/vnd.ms-excel");
    assert_eq!(bytes(ole), "application/x-ole-storage");
}

#[test]
fn text_must_look_like_it() {
    assert_eq!(bytes("Olá, tudo bem?\n".as_bytes()), TEXT);
    assert_eq!(bytes(b"BMW, 3 series"), TEXT);
    assert_eq!(sniff(b"a;b\n1;2\n", None, Some("prices.csv")), "text/csv");
    assert_eq!(sniff(b"Caf\xe9\n", Some("text/plain"), None), TEXT);
    assert_eq!(sniff(b"\0\x01\x02", Some("text/plain"), Some("a.txt")), BYTES);
    assert_eq!(sniff(b"hello", Some("image/jpeg"), None), TEXT);
}

#[test]
fn the_name_is_asked_last() {
    assert_eq!(
        sniff(b"\0\x01\x02", Some("application/x-own"), Some("a.pdf")),
        "application/x-own"
    );
    assert_eq!(
        sniff(b"\0\x01\x02", Some("application/octet-stream"), Some("a.odp")),
        "application/vnd.oasis.opendocument.presentation"
    );
    assert_eq!(sniff(b"", None, Some("a.jpg")), "image/jpeg");
    assert_eq!(sniff(b"\0\x01\x02", Some("*/*"), Some("a")), BYTES);
}

#[test]
fn what_runs_is_never_the_answer() {
    for page in [
        "<!DOCTYPE html><script>x</script>",
        "<svg onload=x>",
        "<?xml version='1.0'?><svg/>",
        "#!/bin/sh",
    ] {
        for told in [
            None,
            Some("text/html"),
            Some("image/svg+xml"),
            Some("text/javascript"),
        ] {
            let answer = sniff(page.as_bytes(), told, Some("a.svg"));
            assert!(
                ["text/plain", "text/x-shellscript"].contains(&answer.as_str()),
                "{page}: {answer}"
            );
        }
    }
    assert_eq!(sniff(b"\0\x01", Some("text/html"), None), BYTES);
}

/// Beginnings that lead deep into the code, with anything behind them.
fn head() -> impl Strategy<Value = Vec<u8>> {
    let marks: &[&[u8]] = &[
        b"",
        b"OggS",
        b"\x1a\x45\xdf\xa3\x42\x82\x84webm",
        b"\0\0\0\x18ftypmif1",
        b"\0\0\0\x18ftypisom",
        b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaa[Content_Types].xml",
        b"PK\x03\x04aaaaaaaaaaaaaa\xff\xff\xff\xffaaaaaaaa_rels/.rels",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"RIFF\0\0\0\0WEBP",
        b"<html>",
        b"MZ",
    ];
    let mark = prop::sample::select(marks.to_vec());
    (mark, prop::collection::vec(any::<u8>(), 0..300)).prop_map(|(mark, rest)| [mark, &rest].concat())
}

proptest! {
    #[test]
    fn any_bytes_have_a_type(head in head(), told in ".{0,30}", name in ".{0,20}", cut in 0_usize..60) {
        for head in [&head[..], head.get(..cut).unwrap_or_default()] {
            let answer = sniff(head, Some(&told), Some(&name));
            prop_assert!(mime::is_type(&answer), "{answer}");
            prop_assert!(!mime::runs(&answer), "{answer}");
        }
    }
}
