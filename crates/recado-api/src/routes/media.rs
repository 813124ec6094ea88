//! Files of messages: handing them out, taking them in.

use std::ops::RangeInclusive;

use axum::body::Body;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use recado_engine::media::{self, File, Upload, Which};
use recado_model::{ConversationId, Media, MediaId, MediaKind};
use recado_store::messages::Message;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::actor::{Can, perm};
use crate::answer::{At, Created, Data, List};
use crate::error::{Error, ErrorEnvelope, Result};
use crate::extract::{Paging, Param, Query};
use crate::state::Api;

/// Read and sent at once.
const CHUNK: u64 = 256 * 1024;

/// The largest file WhatsApp takes, in bytes.
pub const MAX_FILE: usize = 100 * 1024 * 1024;

/// A file to attach to a message.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of a form, for the document")]
pub struct UploadForm {
    /// With its name and its type.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
    /// `true`: a recording to be sent as a voice note. WebM with Opus is made into ogg with Opus.
    voice: Option<String>,
    /// How long a recording is, in milliseconds.
    duration_ms: Option<i64>,
    /// What to send it as, if not as what fits best: `document` for a picture that must stay as it is, `sticker`.
    kind: Option<MediaKind>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Kinds of files, with a comma between them; without it, all.
    #[param(example = "image,video")]
    kind: Option<String>,
}

/// List the files of a conversation
///
/// The messages that carry one, newest first.
#[utoipa::path(get, path = "/conversations/{id}/media", operation_id = "list_media", tag = "Media",
    params(("id" = ConversationId, Path), Wanted, Paging),
    responses((status = 200, body = List<Message>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["messages:read"]), ("api_key" = ["messages:read"])))]
pub async fn of_conversation(
    State(api): State<Api>,
    caller: Can<perm::MessagesRead>,
    Param(id): Param<ConversationId>,
    Query(wanted): Query<Wanted>,
    paging: Paging,
) -> Result<At<List<Message>>> {
    let kinds = kinds(wanted.kind.as_deref())?;
    let listing = paging.of(caller.account, format!("media:{id}"))?;
    let page = media::of_conversation(&api.ctx, &caller, id, &kinds, listing.after, listing.limit).await?;
    Ok(At::of(page, |page| listing.answer(page)))
}

fn kinds(text: Option<&str>) -> Result<Vec<MediaKind>> {
    text.map_or_else(
        || Ok(Vec::new()),
        |text| {
            let kinds = text.split(',').map(|word| word.trim().parse());
            kinds.collect::<std::result::Result<_, _>>().map_err(|_| {
                let all: Vec<_> = MediaKind::ALL.iter().map(|kind| kind.as_str()).collect();
                Error::bad_field("kind", format!("`kind` is some of {}.", all.join(", ")))
            })
        },
    )
}

/// Upload a file
///
/// Keeps a file to be sent with a message. Pictures are JPEG or PNG up to 5 MB, videos MP4 or 3GP up to 16 MB, audio AAC,
/// AMR, MP3, M4A or ogg with Opus up to 16 MB, stickers WebP up to 500 KB, documents anything up to 100 MB.
#[utoipa::path(post, path = "/media", operation_id = "upload_media", tag = "Media",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = Data<Media>),
        (status = 413, description = "`too_large`: larger than WhatsApp takes; the message names the limit.",
            body = ErrorEnvelope),
        (status = 415, description = "`unsupported_media`: WhatsApp does not take this kind of file.", body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn upload(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    form: std::result::Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Created<Media>> {
    let form = form.map_err(|_| {
        Error::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The body must be a form with a file, `multipart/form-data`.",
        )
    })?;
    let upload = read(form).await?;
    Ok(Created(media::upload(&api.ctx, &caller, upload).await?))
}

async fn read(mut form: Multipart) -> Result<Upload> {
    let broken = |_| Error::bad_request("The form cannot be read, or broke off before its end.");
    let mut upload = Upload {
        bytes: Bytes::new(),
        filename: None,
        mime_type: None,
        voice: false,
        duration_ms: None,
        kind: None,
    };
    let mut has_file = false;
    while let Some(part) = form.next_field().await.map_err(broken)? {
        match part.name().unwrap_or_default() {
            "file" => {
                has_file = true;
                upload.filename = part.file_name().map(str::to_owned);
                upload.mime_type = part.content_type().map(str::to_owned);
                upload.bytes = whole(part).await?;
            }
            "voice" => upload.voice = part.text().await.map_err(broken)? == "true",
            "duration_ms" => {
                let text = part.text().await.map_err(broken)?;
                upload.duration_ms =
                    Some(text.trim().parse().map_err(|_| {
                        Error::bad_field("duration_ms", "`duration_ms` must be a whole number.")
                    })?);
            }
            "kind" => {
                let text = part.text().await.map_err(broken)?;
                upload.kind = Some(text.parse().map_err(|_| {
                    Error::bad_field("kind", "`kind` is no kind of file that WhatsApp knows.")
                })?);
            }
            other => {
                return Err(Error::bad_field(
                    other,
                    format!("`{other}` is not a field of this form."),
                ));
            }
        }
    }
    if has_file {
        Ok(upload)
    } else {
        Err(Error::bad_field("file", "`file` is missing."))
    }
}

/// All of a part, as long as it is no longer than any file may be.
async fn whole(mut part: axum::extract::multipart::Field<'_>) -> Result<Bytes> {
    let mut bytes = bytes::BytesMut::new();
    let broken = |_| Error::bad_request("The form cannot be read, or broke off before its end.");
    while let Some(chunk) = part.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > MAX_FILE {
            return Err(Error::too_large(MAX_FILE));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Get a file
///
/// The bytes of a message's file; parts of it with `Range`.
#[utoipa::path(get, path = "/media/{id}", operation_id = "get_media", tag = "Media",
    params(("id" = MediaId, Path)),
    responses(
        (status = 200, description = "The whole file.", content_type = "*/*", body = Vec<u8>),
        (status = 206, description = "The part asked for.", content_type = "*/*", body = Vec<u8>),
        (status = 304, description = "It has not changed; files never do."),
        (status = 416, description = "`bad_range`: the file has no such part.", body = ErrorEnvelope),
    ),
    security(("session" = ["messages:read"]), ("api_key" = ["messages:read"])))]
pub async fn get(
    State(api): State<Api>,
    caller: Can<perm::MessagesRead>,
    Param(id): Param<MediaId>,
    headers: HeaderMap,
) -> Result<Response> {
    let file = media::open(&api.ctx, &caller, id, Which::Whole).await?;
    serve(&api, file, &headers, true)
}

/// Get a small picture of a file
#[utoipa::path(get, path = "/media/{id}/thumbnail", operation_id = "get_thumbnail", tag = "Media",
    params(("id" = MediaId, Path)),
    responses(
        (status = 200, description = "At most 480 pixels wide and high.", content_type = "image/jpeg", body = Vec<u8>),
        (status = 206, description = "The part asked for.", content_type = "image/jpeg", body = Vec<u8>),
        (status = 304, description = "It has not changed."),
        (status = 416, description = "`bad_range`: the file has no such part.", body = ErrorEnvelope),
    ),
    security(("session" = ["messages:read"]), ("api_key" = ["messages:read"])))]
pub async fn thumbnail(
    State(api): State<Api>,
    caller: Can<perm::MessagesRead>,
    Param(id): Param<MediaId>,
    headers: HeaderMap,
) -> Result<Response> {
    let file = media::open(&api.ctx, &caller, id, Which::Thumbnail).await?;
    serve(&api, file, &headers, true)
}

/// A file, to whoever has the address that was made for a provider.
pub async fn shared(
    State(api): State<Api>,
    axum::extract::Path(token): axum::extract::Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let file = media::open_shared(&api.ctx, &token).await?;
    serve(&api, file, &headers, false)
}

/// Files of strangers, from our own address: nothing in them may run here, and none is taken for what it is not.
fn serve(api: &Api, file: File, headers: &HeaderMap, for_people: bool) -> Result<Response> {
    let served = recado_media::served(&file.mime_type);
    let etag = format!("\"{}-{}\"", file.row.id, file.size);
    let mut answer = HeaderMap::new();
    let content_type = if for_people {
        &served.content_type
    } else {
        &file.mime_type
    };
    insert(&mut answer, CONTENT_TYPE, content_type);
    insert(&mut answer, ETAG, &etag);
    let inline = if served.inline { "inline" } else { "attachment" };
    insert(
        &mut answer,
        CONTENT_DISPOSITION,
        &disposition(inline, file.row.filename.as_deref()),
    );
    answer.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
        ),
    );
    answer.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=31536000, immutable"),
    );
    if headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes())
    {
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    let (status, range) = match wanted(headers, file.size) {
        Ok(None) => (StatusCode::OK, 0..file.size),
        Ok(Some(range)) => {
            let (start, end) = range.into_inner();
            insert(
                &mut answer,
                CONTENT_RANGE,
                &format!("bytes {start}-{end}/{}", file.size),
            );
            (StatusCode::PARTIAL_CONTENT, start..end + 1)
        }
        Err(()) => {
            return Err(Error::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "bad_range",
                "The file has no such part.",
            ));
        }
    };
    answer.insert(CONTENT_LENGTH, (range.end - range.start).into());
    let ctx = std::sync::Arc::clone(&api.ctx);
    let parts = stream::try_unfold((ctx, file, range), async |(ctx, file, range)| {
        if range.is_empty() {
            return Ok::<_, recado_engine::Error>(None);
        }
        let end = range.end.min(range.start + CHUNK);
        let bytes = file.range(&ctx, range.start..end).await?;
        Ok(Some((bytes, (ctx, file, end..range.end))))
    });
    Ok((status, answer, Body::from_stream(parts)).into_response())
}

/// The one part that is asked for. None for the whole, also where several parts are asked for: that is allowed.
fn wanted(headers: &HeaderMap, size: u64) -> std::result::Result<Option<RangeInclusive<u64>>, ()> {
    let Some(text) = headers.get(RANGE).and_then(|value| value.to_str().ok()) else {
        return Ok(None);
    };
    let Ok(asked) = http_range_header::parse_range_header(text) else {
        return Ok(None);
    };
    let ranges = asked.validate(size).map_err(|_| ())?;
    Ok(match ranges.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    })
}

/// A name for whoever saves the file: once in plain letters, once as it is.
fn disposition(inline: &str, filename: Option<&str>) -> String {
    let Some(name) = filename else {
        return inline.to_owned();
    };
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded: String = form_urlencoded::byte_serialize(name.as_bytes())
        .collect::<String>()
        .replace('+', "%20");
    format!("{inline}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn insert(headers: &mut HeaderMap, name: http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(range: &'static str) -> std::result::Result<Option<RangeInclusive<u64>>, ()> {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static(range));
        wanted(&headers, 1000)
    }

    #[test]
    fn one_part_is_served_and_what_is_beyond_the_end_refused() {
        assert_eq!(asked("bytes=0-99"), Ok(Some(0..=99)));
        assert_eq!(asked("bytes=900-"), Ok(Some(900..=999)));
        assert_eq!(asked("bytes=-100"), Ok(Some(900..=999)));
        assert_eq!(asked("bytes=1000-"), Err(()));
        assert_eq!(asked("bytes=0-1,5-6"), Ok(None), "several: the whole file");
        assert_eq!(asked("nonsense"), Ok(None));
        assert_eq!(wanted(&HeaderMap::new(), 1000), Ok(None));
    }

    proptest! {
        #[test]
        fn no_name_breaks_the_header(name in ".{0,60}") {
            let text = disposition("attachment", Some(&name));
            prop_assert!(HeaderValue::from_str(&text).is_ok(), "{text}");
        }
    }
}
