//! The page: contents at the side, then each operation with its input, answer and refusals.

use std::fmt::Write as _;

use serde_json::Value;

use super::html::{Escaped, Inline, Paragraphs};
use super::schema::{Schemas, description, list, object};

const METHODS: [&str; 5] = ["get", "post", "patch", "put", "delete"];

struct Operation<'a> {
    method: &'static str,
    path: &'a str,
    value: &'a Value,
}

/// The whole page. `document` is an OpenAPI 3.1 document.
pub fn render(document: &Value) -> String {
    let schemas = Schemas::new(document);
    let chapters: Vec<(&Value, Vec<Operation<'_>>)> = list(document, "tags")
        .iter()
        .map(|tag| (tag, operations(document, text(tag, "name"))))
        .filter(|(_, operations)| !operations.is_empty())
        .collect();

    let mut html = String::with_capacity(1 << 18);
    let title = text(&document["info"], "title");
    let _ = write!(
        html,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/docs/style.css\">\
         <script type=\"module\" src=\"/docs/try.js\"></script></head><body>\
         <a class=\"skip\" href=\"#content\">Skip to the content</a>",
        title = Escaped(title),
    );
    contents(&mut html, title, &chapters);
    let _ = write!(html, "<main id=\"content\"><header><h1>{}</h1>", Escaped(title));
    let _ = write!(html, "{}", Paragraphs(description(&document["info"])));
    html.push_str(
        "<p>For programs: <a href=\"/api/v1/openapi.json\">openapi.json</a> (OpenAPI 3.1).</p></header>",
    );
    authentication(&mut html, document);
    for (tag, operations) in &chapters {
        let name = text(tag, "name");
        let _ = write!(
            html,
            "<section class=\"chapter\" id=\"{}\"><h2>{}</h2>{}",
            anchor(name),
            Escaped(name),
            Paragraphs(description(tag)),
        );
        for operation in operations {
            write_operation(&mut html, schemas, operation);
        }
        html.push_str("</section>");
    }
    html.push_str("</main></body></html>");
    html
}

fn operations<'a>(document: &'a Value, tag: &str) -> Vec<Operation<'a>> {
    object(document, "paths")
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| {
                Some(Operation {
                    method,
                    path,
                    value: item.get(method)?,
                })
            })
        })
        .filter(|operation| list(operation.value, "tags").iter().any(|name| name == tag))
        .collect()
}

fn contents(html: &mut String, title: &str, chapters: &[(&Value, Vec<Operation<'_>>)]) {
    let _ = write!(
        html,
        "<nav aria-label=\"Contents\"><p class=\"brand\">{}</p>",
        Escaped(title)
    );
    html.push_str("<a class=\"top\" href=\"#authentication\">Authentication</a>");
    for (tag, operations) in chapters {
        let name = text(tag, "name");
        let _ = write!(
            html,
            "<a class=\"top\" href=\"#{}\">{}</a><ul>",
            anchor(name),
            Escaped(name)
        );
        for operation in operations {
            let _ = write!(
                html,
                "<li><a href=\"#{id}\"><span class=\"method {method}\">{method}</span> {summary}</a></li>",
                id = Escaped(text(operation.value, "operationId")),
                method = operation.method,
                summary = Escaped(text(operation.value, "summary")),
            );
        }
        html.push_str("</ul>");
    }
    html.push_str("</nav>");
}

fn authentication(html: &mut String, document: &Value) {
    html.push_str("<section class=\"chapter\" id=\"authentication\"><h2>Authentication</h2><dl>");
    for (name, scheme) in object(&document["components"], "securitySchemes") {
        let how = match text(scheme, "type") {
            "http" => "Authorization: Bearer <key>".to_owned(),
            _ => format!("Cookie: {}", text(scheme, "name")),
        };
        let _ = write!(
            html,
            "<dt>{}</dt><dd><code>{}</code> {}</dd>",
            Escaped(&name.replace('_', " ")),
            Escaped(&how),
            Inline(description(scheme)),
        );
    }
    html.push_str(
        "</dl><p class=\"field\" id=\"key-entry\" hidden><label for=\"key\">API key for the calls from this page \
         <span class=\"type\">forgotten when you leave it</span></label>\
         <input id=\"key\" type=\"password\" autocomplete=\"off\" spellcheck=\"false\" \
         placeholder=\"wacrm_live_…\"></p></section>",
    );
}

fn write_operation(html: &mut String, schemas: Schemas<'_>, operation: &Operation<'_>) {
    let Operation { method, path, value } = operation;
    let _ = write!(
        html,
        "<article id=\"{id}\"><h3>{summary}</h3><p class=\"route\"><span class=\"method {method}\">{method}</span> \
         <code>{path}</code></p>{access}{text}",
        id = Escaped(text(value, "operationId")),
        summary = Escaped(text(value, "summary")),
        path = Escaped(path),
        access = access(value),
        text = Paragraphs(description(value)),
    );
    parameters(html, schemas, value);
    if let Some(body) = value.get("requestBody") {
        html.push_str("<h4>Body</h4>");
        content(html, schemas, body);
    }
    let mut refusals = String::new();
    // The live socket is no request with an answer.
    let can_be_tried = value["responses"].get("101").is_none();
    for (status, response) in object(value, "responses") {
        let response = schemas.resolve(response);
        if status.starts_with(['4', '5']) {
            let _ = write!(
                refusals,
                "<dt>{}</dt><dd>{}</dd>",
                Escaped(status),
                Inline(description(response))
            );
            continue;
        }
        let _ = write!(
            html,
            "<h4>Answer <span class=\"status\">{}</span></h4>",
            Escaped(status)
        );
        let _ = write!(html, "{}", Paragraphs(description(response)));
        for (name, _) in object(response, "headers") {
            let _ = write!(
                html,
                "<p class=\"header\">Header <code>{}</code></p>",
                Escaped(name)
            );
        }
        content(html, schemas, response);
    }
    let _ = write!(
        html,
        "<details class=\"refusals\"><summary>Refusals</summary><dl>{refusals}</dl></details>"
    );
    if can_be_tried {
        let _ = write!(
            html,
            "<details class=\"try\" data-method=\"{method}\" data-path=\"{path}\" hidden>\
             <summary>Try it</summary></details>",
            path = Escaped(path),
        );
    }
    html.push_str("</article>");
}

/// Who may ask: in words, from the security requirements.
fn access(operation: &Value) -> String {
    let requirements: Vec<_> = list(operation, "security")
        .iter()
        .filter_map(Value::as_object)
        .filter(|one| !one.is_empty())
        .collect();
    let scope = requirements
        .iter()
        .flat_map(|one| one.values())
        .filter_map(|scopes| scopes.as_array())
        .flatten()
        .next();
    let who = match (
        requirements.is_empty(),
        requirements.iter().any(|one| one.contains_key("api_key")),
    ) {
        (true, _) => "Anybody may call this.".to_owned(),
        (false, true) => "For sessions and API keys.".to_owned(),
        (false, false) => "For sessions only.".to_owned(),
    };
    let needs = match scope.and_then(Value::as_str) {
        Some(scope) => format!(" Needs <code>{}</code>.", Escaped(scope)),
        None => String::new(),
    };
    format!("<p class=\"access\">{who}{needs}</p>")
}

fn parameters(html: &mut String, schemas: Schemas<'_>, operation: &Value) {
    let parameters = list(operation, "parameters");
    if parameters.is_empty() {
        return;
    }
    html.push_str("<h4>Parameters</h4><table><thead><tr><th>Name</th><th>In</th><th>Type</th><th>Meaning</th></tr></thead><tbody>");
    for parameter in parameters {
        let optional = if parameter["required"] == true {
            ""
        } else {
            " <span class=\"optional\">optional</span>"
        };
        let _ = write!(
            html,
            "<tr><td><code>{}</code>{optional}</td><td>{}</td><td class=\"type\">{}</td><td>{}</td></tr>",
            Escaped(text(parameter, "name")),
            Escaped(text(parameter, "in")),
            Escaped(&schemas.label(&parameter["schema"])),
            Inline(description(parameter)),
        );
    }
    html.push_str("</tbody></table>");
}

fn content(html: &mut String, schemas: Schemas<'_>, holder: &Value) {
    for (_, media) in object(holder, "content") {
        let schema = &media["schema"];
        let sample = media.get("example").map(serde_json::to_string_pretty);
        let Some(Ok(sample)) = sample else {
            let _ = write!(html, "{}", schemas.render(schema));
            continue;
        };
        let _ = write!(
            html,
            "<div class=\"content\"><div>{}</div><pre tabindex=\"0\"><code>{}</code></pre></div>",
            schemas.render(schema),
            Escaped(&sample),
        );
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn anchor(name: &str) -> String {
    name.to_lowercase()
        .replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> String {
        render(&serde_json::to_value(crate::openapi()).unwrap())
    }

    #[test]
    fn every_operation_is_on_the_page() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let page = render(&document);
        let mut operations = 0;
        for (path, item) in object(&document, "paths") {
            for method in METHODS.iter().filter_map(|method| item.get(method)) {
                operations += 1;
                let id = text(method, "operationId");
                assert!(
                    page.contains(&format!("<article id=\"{id}\">")),
                    "{path} {id} is not on the page"
                );
            }
        }
        assert!(operations > 25, "{operations}");
    }

    #[test]
    fn the_page_needs_nothing_that_the_policy_forbids() {
        let page = page();
        for forbidden in [" style=", "<style", " onclick", "src=\"http", "href=\"http"] {
            assert!(!page.contains(forbidden), "{forbidden} is on the page");
        }
        let scripts: Vec<_> = page.match_indices("<script").map(|(at, _)| &page[at..]).collect();
        assert_eq!(scripts.len(), 1);
        assert!(scripts[0].starts_with("<script type=\"module\" src=\"/docs/try.js\"></script>"));
    }

    #[test]
    fn every_operation_can_be_tried_but_the_live_socket() {
        let page = page();
        let tried = page.matches("<details class=\"try\"").count();
        assert_eq!(tried + 1, page.matches("<article").count());
        let live = &page[page.find("<article id=\"live\">").unwrap()..];
        assert!(!live[..live.find("</article>").unwrap()].contains("class=\"try\""));
    }

    #[test]
    fn a_reader_sees_permission_example_and_refusals() {
        let page = page();
        let start = page.find("<article id=\"send_message\">").unwrap();
        let article = &page[start..start + page[start..].find("</article>").unwrap()];
        for part in [
            "messages:send",
            "Idempotency-Key",
            "window_closed",
            "idempotency_mismatch",
            "content_text",
            "202",
        ] {
            assert!(article.contains(part), "{part} is not in {article}");
        }
    }
}
