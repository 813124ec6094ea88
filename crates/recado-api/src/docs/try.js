// Calls from the page at /docs: a form for each operation, made of the OpenAPI document when it is first opened. The key
// is in the input and nowhere else; without one the browser's own session asks.

const key = document.querySelector("#key");
let described;

/** The OpenAPI document, fetched once. */
function documentOf() {
  described ??= fetch("/api/v1/openapi.json").then((answer) => answer.json());
  return described;
}

/** An element with properties and children. */
function el(name, properties = {}, ...children) {
  const { data, ...rest } = properties;
  const element = Object.assign(document.createElement(name), rest);
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
}

function resolve(api, schema) {
  const path = schema?.$ref?.slice(2).split("/");
  return path ? path.reduce((part, name) => part[name], api) : (schema ?? {});
}

/** What can be chosen, without null; nothing where anything can be typed. */
function words(api, schema) {
  const known = resolve(api, schema);
  const one = known.oneOf?.find((part) => part.type !== "null");
  if (one) return words(api, one);
  if ([known.type].flat().includes("boolean")) return ["true", "false"];
  return known.enum?.filter((word) => word !== null) ?? [];
}

let fields = 0;

function field(label, hint, input) {
  fields += 1;
  input.id = `try-${fields}`;
  return el(
    "p",
    { className: "field" },
    el("label", { htmlFor: input.id }, label, el("span", { className: "type" }, ` ${hint}`)),
    input,
  );
}

function inputFor(api, parameter) {
  const choices = words(api, parameter.schema);
  const input = choices.length
    ? el("select", {}, el("option", { value: "" }, "–"), ...choices.map((word) => el("option", {}, word)))
    : el("input", { type: "text", autocomplete: "off", spellcheck: false, placeholder: parameter.example ?? "" });
  input.required = parameter.required === true;
  Object.assign(input.dataset, { name: parameter.name, place: parameter.in });
  return field(parameter.name, input.required ? parameter.in : `${parameter.in}, optional`, input);
}

function bodyFor(api, body) {
  const [kind, content] = Object.entries(body.content)[0];
  if (kind !== "multipart/form-data") {
    const text = JSON.stringify(content.example ?? {}, null, 2);
    const rows = Math.min(text.split("\n").length + 1, 16);
    return [field("Body", kind, el("textarea", { value: text, rows, spellcheck: false, data: { place: "body" } }))];
  }
  const form = resolve(api, content.schema);
  return Object.entries(form.properties).map(([name, schema]) => {
    const file = schema.format === "binary" || schema.contentMediaType;
    const input = el("input", { type: file ? "file" : "text", data: { name, place: "form" } });
    input.required = form.required?.includes(name) ?? false;
    return field(name, input.required ? kind : `${kind}, optional`, input);
  });
}

/** The request that the form describes. */
function requestOf(form, method, template) {
  const inputs = [...form.querySelectorAll("[data-place]")];
  const query = new URLSearchParams();
  const headers = new Headers();
  let path = template;
  let body;
  for (const input of inputs) {
    const { name, place } = input.dataset;
    const value = input.type === "file" ? input.files[0] : input.value.trim();
    if (!value) continue;
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    if (place === "query") query.set(name, value);
    if (place === "header") headers.set(name, value);
    if (place === "form") {
      body ??= new FormData();
      body.set(name, value);
    }
    if (place === "body") {
      body = value;
      headers.set("Content-Type", "application/json");
    }
  }
  const token = key.value.trim();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  const search = query.size ? `?${query}` : "";
  return { url: `${path}${search}`, method, headers, body, credentials: token ? "omit" : "same-origin" };
}

/** The same on a command line, the key left out. */
function curl({ url, method, headers, body }) {
  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = [`curl ${method === "GET" ? "" : `-X ${method} `}${quoted(location.origin + url)}`];
  for (const [name, value] of headers) {
    const shown = name === "authorization" ? '"Authorization: Bearer $KEY"' : quoted(`${name}: ${value}`);
    parts.push(`-H ${shown}`);
  }
  if (body instanceof FormData) {
    for (const [name, value] of body)
      parts.push(`-F ${quoted(`${name}=${value instanceof File ? `@${value.name}` : value}`)}`);
  } else if (body) parts.push(`-d ${quoted(body)}`);
  return parts.join(" \\\n  ");
}

async function shown(answer) {
  const kind = answer.headers.get("Content-Type") ?? "";
  if (kind.includes("json")) {
    const text = await answer.text();
    try {
      return el("pre", { tabIndex: 0 }, JSON.stringify(JSON.parse(text), null, 2));
    } catch {
      return el("pre", { tabIndex: 0 }, text);
    }
  }
  const blob = await answer.blob();
  if (!blob.size) return el("p", { className: "note" }, "No body.");
  const href = URL.createObjectURL(blob);
  if (kind.startsWith("image/")) return el("img", { src: href, alt: "What was answered" });
  return el("p", {}, el("a", { href, download: "answer" }, `${blob.size} bytes`), ` of ${kind || "no type"}`);
}

async function send(form, method, path, result) {
  const request = requestOf(form, method, path);
  const command = el("details", {}, el("summary", {}, "As a command"), el("pre", { tabIndex: 0 }, curl(request)));
  const start = performance.now();
  try {
    const { url, ...options } = request;
    const answer = await fetch(url, options);
    const took = Math.round(performance.now() - start);
    const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    result.replaceChildren(
      el(
        "p",
        {},
        el("strong", { className: answer.ok ? "status" : "status failed" }, `${answer.status} ${answer.statusText}`),
        ` in ${took} ms`,
      ),
      await shown(answer),
      el("details", {}, el("summary", {}, "Headers"), el("pre", { tabIndex: 0 }, lines)),
      command,
    );
  } catch (error) {
    result.replaceChildren(el("p", {}, `Nothing came back: ${error.message}`), command);
  }
}

async function open(holder) {
  const { method, path } = holder.dataset;
  const api = await documentOf();
  const operation = api.paths[path][method];
  const result = el("div", { className: "result" });
  result.setAttribute("role", "status");
  const button = el("button", { type: "submit" }, "Send");
  const note = method === "get" ? "" : " This is done for real.";
  const form = el(
    "form",
    {},
    ...(operation.parameters ?? []).map((parameter) => inputFor(api, parameter)),
    ...(operation.requestBody ? bodyFor(api, operation.requestBody) : []),
    el("p", {}, button, el("span", { className: "note who" })),
  );
  const who = () => {
    form.querySelector(".who").textContent = key.value.trim()
      ? `With the key that you entered.${note}`
      : `With your session in this browser, if there is one; a key can be entered above.${note}`;
  };
  who();
  key.addEventListener("input", who);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    await send(form, method.toUpperCase(), path, result);
    button.disabled = false;
  });
  holder.append(form, result);
}

for (const holder of document.querySelectorAll("details.try")) {
  holder.hidden = false;
  holder.addEventListener("toggle", () => open(holder), { once: true });
}
document.querySelector("#key-entry").hidden = false;
