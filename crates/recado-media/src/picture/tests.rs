use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

/// Red on the left, blue on the right.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([255, 0, 0])
        } else {
            Rgb([0, 0, 255])
        }
    })
    .into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

fn thumbnail(of: &Picture) -> RgbImage {
    image::load_from_memory(&of.thumbnail).unwrap().into_rgb8()
}

#[test]
fn a_picture_is_measured_and_made_small() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let picture = picture(&encoded(&halves(1000, 500), format)).unwrap();
        assert_eq!((picture.width, picture.height), (1000, 500));
        assert_eq!(picture.thumbnail_type, "image/jpeg");
        let small = thumbnail(&picture);
        assert_eq!(small.dimensions(), (480, 240));
        assert!(small.get_pixel(10, 100)[0] > 200, "left is red");
        assert!(small.get_pixel(470, 100)[2] > 200, "right is blue");
    }
}

#[test]
fn an_avatar_is_the_middle_as_a_square() {
    for (width, height) in [(1000, 500), (20, 10), (300, 900)] {
        let bytes = avatar(&encoded(&halves(width, height), ImageFormat::Png)).unwrap();
        let square = image::load_from_memory(&bytes).unwrap().into_rgb8();
        assert_eq!(square.dimensions(), (256, 256));
        assert!(square.get_pixel(10, 100)[0] > 200, "left is red");
        assert!(square.get_pixel(245, 100)[2] > 200, "right is blue");
    }
    assert_eq!(avatar(b"GIF89a").unwrap_err(), NotAPicture::OtherFormat);
}

#[test]
fn a_small_picture_is_not_blown_up() {
    let picture = picture(&encoded(&halves(20, 10), ImageFormat::Png)).unwrap();
    assert_eq!(thumbnail(&picture).dimensions(), (20, 10));
}

#[test]
fn a_picture_is_turned_the_way_it_was_taken() {
    // EXIF with one entry: orientation 6, held upright, the top of the picture is at the right.
    let exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder.set_exif_metadata(exif.to_vec()).unwrap();
    encoder
        .write_image(halves(600, 300).as_bytes(), 600, 300, ExtendedColorType::Rgb8)
        .unwrap();
    let picture = picture(&bytes).unwrap();
    assert_eq!((picture.width, picture.height), (300, 600));
    let small = thumbnail(&picture);
    assert_eq!(small.dimensions(), (240, 480));
    assert!(small.get_pixel(120, 10)[0] > 200, "what was left is on top");
    assert!(small.get_pixel(120, 470)[2] > 200, "what was right is below");
}

#[test]
fn what_one_can_see_through_stays_so() {
    let clear: DynamicImage = RgbaImage::from_pixel(600, 600, Rgba([9, 9, 9, 0])).into();
    let seen = picture(&encoded(&clear, ImageFormat::WebP)).unwrap();
    assert_eq!(seen.thumbnail_type, "image/webp");
    assert_eq!(
        image::load_from_memory(&seen.thumbnail)
            .unwrap()
            .into_rgba8()
            .get_pixel(5, 5)[3],
        0
    );

    let solid: DynamicImage = RgbaImage::from_pixel(9, 9, Rgba([9, 9, 9, 255])).into();
    let seen = picture(&encoded(&solid, ImageFormat::Png)).unwrap();
    assert_eq!(seen.thumbnail_type, "image/jpeg");
}

#[test]
fn a_bomb_is_refused_before_it_is_decoded() {
    // A whole PNG that says it is 100,000 by 100,000, of a few bytes.
    let mut png = encoded(&halves(10, 10), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    let sum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(picture(&png), Err(NotAPicture::TooManyPixels));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

#[test]
fn other_things_are_not_pictures() {
    assert_eq!(picture(b"hello"), Err(NotAPicture::OtherFormat));
    assert_eq!(
        picture(b"GIF89a\x01\0\x01\0\0\0\0;"),
        Err(NotAPicture::OtherFormat)
    );
    let jpeg = encoded(&halves(100, 100), ImageFormat::Png);
    assert!(matches!(picture(&jpeg[..60]), Err(NotAPicture::Broken(_))));
}

/// A WebP of one frame, as an animation.
fn animated() -> Vec<u8> {
    let still = encoded(&halves(4, 4), ImageFormat::WebP);
    let frame = &still[12..];
    let mut anmf = vec![0; 6];
    anmf.extend([3, 0, 0, 3, 0, 0, 100, 0, 0, 0]);
    anmf.extend_from_slice(frame);
    let mut body = b"WEBPVP8X\x0a\0\0\0\x02\0\0\0\x03\0\0\x03\0\0ANIM\x06\0\0\0\0\0\0\0\0\0ANMF".to_vec();
    body.extend_from_slice(&u32::try_from(anmf.len()).unwrap().to_le_bytes());
    body.extend_from_slice(&anmf);
    let mut file = b"RIFF".to_vec();
    file.extend_from_slice(&u32::try_from(body.len()).unwrap().to_le_bytes());
    file.extend_from_slice(&body);
    file
}

#[test]
fn a_sticker_that_moves_is_known() {
    assert!(is_animated_webp(&animated()));
    assert!(!is_animated_webp(&encoded(&halves(4, 4), ImageFormat::WebP)));
    assert!(!is_animated_webp(b"RIFF"));
    let seen = picture(&animated()).unwrap();
    assert_eq!((seen.width, seen.height), (4, 4));
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(
        format in prop::sample::select(vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        drop(picture(&noise));
        let mut bytes = encoded(&halves(16, 16), format);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        drop(picture(&bytes));
        bytes.truncate(cut.index(bytes.len()));
        drop(picture(&bytes));
        is_animated_webp(&bytes);
    }
}
