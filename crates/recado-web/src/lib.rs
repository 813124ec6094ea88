//! The web app inside the binary: `web/dist` embedded and served.
//!
//! Release builds carry the files; debug builds read them from disk, so that `npm run build` shows without a Rust
//! rebuild. Without a build of the web app (no Node at hand) the crate still compiles and answers pages with a hint.

mod dist;
mod negotiate;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};

use dist::{File, Files};
use negotiate::Encoding;

/// What the pages need from a `Content-Security-Policy`: nothing but this origin. Styles are set through the CSSOM,
/// scripts are files; `data:` is for images the browser makes itself, `blob:` for previews of files about to be sent.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
     img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";

/// The page that answers every path which is not a file: client-side routing takes it from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The team inbox.
    App,
    /// The virtual phones.
    Sandbox,
}

/// Answers a request for the web app. `path` is the path of the request as sent, percent-encoded.
///
/// * a file of the build: 200 (304 when the client has it), brotli or gzip when the client takes it; what stands
///   under `/assets` is named after its content and cached for good, all else is revalidated by `ETag`;
/// * an unknown path under `/assets`, or one that ends like a file (`/missing.png`): 404;
/// * any other path: the page of `entry`; 503 with a hint when the web app has not been built;
/// * any method but GET and HEAD: 405.
pub fn serve(method: &Method, headers: &HeaderMap, path: &str, entry: Entry) -> Response {
    respond(&dist::Embedded, method, headers, path, entry)
}

fn respond(files: &impl Files, method: &Method, headers: &HeaderMap, path: &str, entry: Entry) -> Response {
    if method != Method::GET && method != Method::HEAD {
        let mut response = text(
            StatusCode::METHOD_NOT_ALLOWED,
            "Only GET and HEAD are answered here.\n",
        );
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let mut response = find(files, headers, path, entry);
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

fn find(files: &impl Files, headers: &HeaderMap, path: &str, entry: Entry) -> Response {
    let name = path.trim_start_matches('/');
    if is_servable(name)
        && let Some(file) = files.get(name)
    {
        return found(files, headers, name, file);
    }
    if name.starts_with("assets/") || mime_guess::from_path(name).first().is_some() {
        return text(StatusCode::NOT_FOUND, "There is no such file.\n");
    }
    let page = match entry {
        Entry::App => "index.html",
        Entry::Sandbox => "sandbox.html",
    };
    match files.get(page) {
        Some(file) => found(files, headers, page, file),
        None => not_built(),
    }
}

/// Pages are reached through their routes and packed copies through negotiation, never by name.
fn is_servable(name: &str) -> bool {
    !name.is_empty()
        && !name
            .split('/')
            .any(|part| part.is_empty() || part.starts_with('.'))
        && !name.contains('\\')
        && !matches!(name.rsplit_once('.'), Some((_, "html" | "br" | "gz")))
}

fn found(files: &impl Files, headers: &HeaderMap, name: &str, raw: File) -> Response {
    let tag = raw.tag.clone();
    let (file, encoding) = negotiate::preferred(headers)
        .into_iter()
        .find_map(|encoding| Some((files.get(&format!("{name}{}", encoding.suffix()))?, encoding)))
        .unwrap_or((raw, Encoding::Identity));
    let etag = format!("\"{tag}{}\"", encoding.suffix().replace('.', "-"));
    let fresh = negotiate::has_tag(headers, &etag);

    let length = file.data.len();
    let mut response = Response::new(if fresh {
        Body::empty()
    } else {
        Body::from(file.data)
    });
    if fresh {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, value);
    }
    let cache = if name.starts_with("assets/") {
        IMMUTABLE
    } else {
        REVALIDATE
    };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !fresh {
        out.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        if let Ok(value) = HeaderValue::from_str(&content_type(name)) {
            out.insert(header::CONTENT_TYPE, value);
        }
        if let Some(value) = encoding.header() {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(value));
        }
    }
    response
}

fn content_type(name: &str) -> String {
    let mime = mime_guess::from_path(name).first_or_octet_stream();
    let is_text = mime.type_() == mime_guess::mime::TEXT || mime.subtype() == mime_guess::mime::JAVASCRIPT;
    if is_text {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_string()
    }
}

fn not_built() -> Response {
    let mut response = Response::new(Body::from(include_str!("not_built.html")));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn text(status: StatusCode, body: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, collections::BTreeMap};

    use axum::body::to_bytes;

    use super::*;

    /// A build in miniature.
    struct Build(BTreeMap<&'static str, &'static str>);

    impl Files for Build {
        fn get(&self, name: &str) -> Option<File> {
            let data = *self.0.get(name)?;
            Some(File {
                data: Cow::Borrowed(data.as_bytes()),
                tag: format!("tag-of-{name}"),
            })
        }
    }

    fn build() -> Build {
        Build(BTreeMap::from([
            ("index.html", "<app>"),
            ("index.html.br", "BR"),
            ("index.html.gz", "GZ"),
            ("sandbox.html", "<sandbox>"),
            ("theme.js", "theme"),
            ("manifest.webmanifest", "{}"),
            ("assets/a-1b2c.js", "script"),
            ("assets/a-1b2c.js.br", "packed"),
            ("assets/inter.woff2", "font"),
        ]))
    }

    fn get(path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(name, HeaderValue::from_str(value).unwrap());
        }
        respond(&build(), &Method::GET, &map, path, Entry::App)
    }

    fn value(response: &Response, name: header::HeaderName) -> &str {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    async fn body(response: Response) -> String {
        String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn hashed_files_are_cached_for_good_and_packed_for_those_who_take_it() {
        let plain = get("/assets/a-1b2c.js", &[]);
        assert_eq!(plain.status(), StatusCode::OK);
        assert_eq!(
            value(&plain, header::CONTENT_TYPE),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(value(&plain, header::CACHE_CONTROL), IMMUTABLE);
        assert_eq!(value(&plain, header::CONTENT_ENCODING), "");
        assert_eq!(body(plain).await, "script");

        let packed = get(
            "/assets/a-1b2c.js",
            &[(header::ACCEPT_ENCODING, "gzip, deflate, br;q=0.9")],
        );
        assert_eq!(value(&packed, header::CONTENT_ENCODING), "br");
        assert_eq!(value(&packed, header::CONTENT_LENGTH), "6");
        assert_eq!(value(&packed, header::VARY), "Accept-Encoding");
        assert_eq!(body(packed).await, "packed");

        let font = get("/assets/inter.woff2", &[(header::ACCEPT_ENCODING, "br")]);
        assert_eq!(value(&font, header::CONTENT_TYPE), "font/woff2");
        assert_eq!(value(&font, header::CONTENT_ENCODING), "");
    }

    #[tokio::test]
    async fn paths_of_the_app_get_its_page() {
        for path in [
            "/",
            "/inbox",
            "/settings/members",
            "/invite/abc",
            "/index.html/x",
            "//",
            "/a/../b",
        ] {
            let response = get(path, &[]);
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(value(&response, header::CACHE_CONTROL), REVALIDATE, "{path}");
            assert_eq!(
                value(&response, header::CONTENT_TYPE),
                "text/html; charset=utf-8",
                "{path}"
            );
            assert_eq!(body(response).await, "<app>", "{path}");
        }
        let sandbox = respond(
            &build(),
            &Method::GET,
            &HeaderMap::new(),
            "/sandbox",
            Entry::Sandbox,
        );
        assert_eq!(body(sandbox).await, "<sandbox>");
        let manifest = get("/manifest.webmanifest", &[]);
        assert_eq!(
            value(&manifest, header::CONTENT_TYPE),
            "application/manifest+json"
        );
    }

    #[test]
    fn unknown_files_are_not_pages() {
        let unknown = [
            "/assets/gone-9f.js",
            "/assets/",
            "/favicon.ico",
            "/sandbox.html",
            "/assets/a-1b2c.js.br",
            "/assets/../theme.js",
            "/assets/..%2f..%2fCargo.toml",
            "/../Cargo.toml",
            "/..\\Cargo.toml",
        ];
        for path in unknown {
            assert_eq!(get(path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn a_page_the_client_has_is_not_sent_again() {
        let first = get("/inbox", &[(header::ACCEPT_ENCODING, "gzip")]);
        let etag = value(&first, header::ETAG).to_owned();
        assert_eq!(etag, "\"tag-of-index.html-gz\"");

        let sent = format!("\"other\", W/{etag}");
        let again = get(
            "/inbox",
            &[(header::ACCEPT_ENCODING, "gzip"), (header::IF_NONE_MATCH, &sent)],
        );
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(value(&again, header::ETAG), etag);
        assert_eq!(body(again).await, "");

        let other_encoding = get(
            "/inbox",
            &[(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, &sent)],
        );
        assert_eq!(other_encoding.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn head_says_the_same_without_a_body_and_other_methods_are_refused() {
        let head = respond(&build(), &Method::HEAD, &HeaderMap::new(), "/inbox", Entry::App);
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(value(&head, header::CONTENT_LENGTH), "5");
        assert_eq!(body(head).await, "");

        let post = respond(&build(), &Method::POST, &HeaderMap::new(), "/inbox", Entry::App);
        assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(value(&post, header::ALLOW), "GET, HEAD");
    }

    #[tokio::test]
    async fn without_a_build_the_page_says_how_to_make_one() {
        let nothing = Build(BTreeMap::new());
        let page = respond(&nothing, &Method::GET, &HeaderMap::new(), "/inbox", Entry::App);
        assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(body(page).await.contains("npm run build"));
        let asset = respond(
            &nothing,
            &Method::GET,
            &HeaderMap::new(),
            "/assets/a.js",
            Entry::App,
        );
        assert_eq!(asset.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn the_embedded_build_answers_whether_it_is_there_or_not() {
        let status = serve(&Method::GET, &HeaderMap::new(), "/", Entry::App).status();
        assert!(
            matches!(status, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE),
            "{status}"
        );
        let outside = serve(&Method::GET, &HeaderMap::new(), "/../package.json", Entry::App).status();
        assert_eq!(outside, StatusCode::NOT_FOUND);
    }
}
