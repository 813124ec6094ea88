//! Pictures: how large they are, and a small one to show in lists.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::contain::contain;

/// A phone's camera makes 12 to 48; more than this is an attempt to fill our memory.
const MOST_PIXELS: u64 = 50_000_000;
/// What decoding may allocate: the pixels above with four channels, and some.
const MOST_MEMORY: u64 = 256 << 20;
const THUMBNAIL_SIDE: u32 = 480;
const AVATAR_SIDE: u32 = 256;
const THUMBNAIL_QUALITY: u8 = 80;

/// A picture as it is seen: turned the way its camera was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// At most 480 pixels on the longer side.
    pub thumbnail: Vec<u8>,
    /// `image/jpeg`, or `image/webp` for what one can see through.
    pub thumbnail_type: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPicture {
    #[error("The picture has more than 50 million pixels.")]
    TooManyPixels,
    #[error("The picture is not a JPEG, PNG or WebP.")]
    OtherFormat,
    #[error("The picture is damaged: {0}.")]
    Broken(String),
}

/// Measures a JPEG, PNG or WebP (its first frame) and makes it small.
pub fn picture(bytes: &[u8]) -> Result<Picture, NotAPicture> {
    contain(|| {
        let picture = decode(bytes)?;
        let (width, height) = (picture.width(), picture.height());
        let (thumbnail, thumbnail_type) = shrink(&picture)?;
        Ok(Picture {
            width,
            height,
            thumbnail,
            thumbnail_type,
        })
    })
    .unwrap_or_else(|| Err(NotAPicture::Broken("it cannot be decoded".into())))
}

/// The middle of a JPEG, PNG or WebP as a square of 256 pixels, as a JPEG, or a WebP where one can see through it.
pub fn avatar(bytes: &[u8]) -> Result<Vec<u8>, NotAPicture> {
    contain(|| {
        let picture = decode(bytes)?;
        let square = picture.resize_to_fill(AVATAR_SIDE, AVATAR_SIDE, FilterType::CatmullRom);
        encode(&square).map(|(bytes, _)| bytes)
    })
    .unwrap_or_else(|| Err(NotAPicture::Broken("it cannot be decoded".into())))
}

/// Whether a WebP moves, which allows a sticker more bytes.
pub fn is_animated_webp(bytes: &[u8]) -> bool {
    const ANIMATION: u8 = 0b10;
    let extended = bytes.starts_with(b"RIFF") && bytes.get(8..16) == Some(b"WEBPVP8X");
    extended && bytes.get(20).is_some_and(|flags| flags & ANIMATION != 0)
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, NotAPicture> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| NotAPicture::Broken(error.to_string()))?;
    // Guessed by the mark, which is there for formats too that this build cannot read.
    let readable = matches!(
        reader.format(),
        Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)
    );
    if !readable {
        return Err(NotAPicture::OtherFormat);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(NotAPicture::TooManyPixels);
    }
    // A picture whose EXIF cannot be read is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn shrink(picture: &DynamicImage) -> Result<(Vec<u8>, &'static str), NotAPicture> {
    let fits = picture.width().max(picture.height()) <= THUMBNAIL_SIDE;
    let small = if fits {
        picture.clone()
    } else {
        picture.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    };
    encode(&small)
}

fn encode(small: &DynamicImage) -> Result<(Vec<u8>, &'static str), NotAPicture> {
    let mut bytes = Vec::new();
    let rgba = small.has_alpha().then(|| small.to_rgba8());
    // Screenshots have an alpha channel that nobody uses.
    if let Some(rgba) = rgba.filter(|rgba| rgba.pixels().any(|pixel| pixel.0[3] < u8::MAX)) {
        DynamicImage::from(rgba)
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::WebP)
            .map_err(broken)?;
        return Ok((bytes, "image/webp"));
    }
    JpegEncoder::new_with_quality(&mut bytes, THUMBNAIL_QUALITY)
        .encode_image(&small.to_rgb8())
        .map_err(broken)?;
    Ok((bytes, "image/jpeg"))
}

fn broken(error: image::ImageError) -> NotAPicture {
    match error {
        image::ImageError::Limits(_) => NotAPicture::TooManyPixels,
        other => NotAPicture::Broken(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
