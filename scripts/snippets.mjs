// Runs every example of docs/api.md, as a reader would: against `recado dev` on an empty data folder, the shell's in one
// shell from top to bottom, the programs as programs of their own. Another binary can be named with RECADO_BINARY.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const binary = resolve(root, process.env.RECADO_BINARY ?? "target/release/recado");
const packages = join(root, "web/node_modules");
const typescript = createRequire(join(root, "web/package.json"))("typescript");
const work = mkdtempSync(join(tmpdir(), "recado-snippets-"));
const children = new Map();
// What a slow machine needs at most; nothing waits for it to pass.
const PATIENCE = 60_000;

/** A fenced block: its language, the word after it, its text and where it stands. */
function blocks(page) {
  const found = [];
  for (const match of page.matchAll(/^```(\w+)(?: (\w+))?\n(.*?)^```$/gms)) {
    const line = page.slice(0, match.index).split("\n").length;
    found.push({ language: match[1], kind: match[2], text: match[3], where: `docs/api.md:${line}` });
  }
  return found;
}

/** Remembers a child with its end, which may come before anybody asks for it. */
function follow(child) {
  children.set(child, new Promise((ended) => child.once("close", ended)));
  return child;
}

function start(command, args, env = {}) {
  return follow(spawn(command, args, { cwd: work, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Runs a program to its end and answers what it printed. */
async function run(where, command, args, env) {
  const child = start(command, args, env);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), children.get(child)]);
  // What went well before is of no interest.
  if (code !== 0) throw new Error(`${where} failed:\n…${out.slice(-1000)}\n${err.slice(-2000)}`);
  return out;
}

async function startRecado() {
  const { DATABASE_URL: _, ...env } = process.env;
  const args = ["dev", "--json", "--listen", "127.0.0.1:0", "--data", join(work, "data")];
  const child = follow(spawn(binary, args, { cwd: work, env, stdio: ["ignore", "pipe", "pipe"] }));
  let log = "";
  child.stderr.on("data", (part) => (log += part));
  for await (const line of createInterface(child.stdout)) return JSON.parse(line);
  throw new Error(`Recado did not get ready:\n${log}`);
}

/** Takes what Recado posts, and remembers it. */
async function startEndpoint() {
  const taken = [];
  const server = createServer(async (request, response) => {
    taken.push({ headers: request.headers, body: await text(request) });
    response.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, taken, url: `http://127.0.0.1:${server.address().port}/recado` };
}

/** The reader's part: address, key, and an endpoint that can be reached here. */
function filledIn(script, ready, endpoint) {
  return script
    .replace(/^export URL=.*$/m, `export URL=${ready.url}`)
    .replace(/^export KEY=.*$/m, `export KEY=${ready.api_key}`)
    .replaceAll("https://shop.example.com/recado", endpoint.url)
    .replace(/^npm install .*$/m, "")
    .replace(/^npx /m, `${packages}/.bin/`);
}

/** All of the page's shell in one shell: a call that is refused ends it, and says which. */
async function runShell(all, ready, endpoint) {
  const parts = all.map((block) => `where=${block.where}\n${filledIn(block.text, ready, endpoint)}`);
  const script = `set -Eeuo pipefail
trap 'echo "$where, line $LINENO: $BASH_COMMAND" >&2' ERR
curl() { command curl --fail-with-body --show-error --max-time 30 "$@"; }
command -v uuidgen >/dev/null || uuidgen() { cat /proc/sys/kernel/random/uuid; }
${parts.join("\n")}
printf '\\nsecret=%s\\n' "$RECADO_SECRET"
`;
  writeFileSync(join(work, "page.sh"), script);
  const out = await run("The shell's part of docs/api.md", "bash", ["page.sh"]);
  return out.match(/^secret=(.+)$/m)[1];
}

/** TypeScript as JavaScript, once the compiler finds nothing wrong with it. */
function compiled(block, name) {
  const file = join(work, `${name}.ts`);
  writeFileSync(file, block.text);
  const { ModuleKind, ModuleResolutionKind, ScriptTarget } = typescript;
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
    typeRoots: [join(packages, "@types")],
  };
  const how = {
    module: ModuleKind.ESNext,
    moduleResolution: ModuleResolutionKind.Bundler,
    target: ScriptTarget.ES2022,
  };
  const program = typescript.createProgram([file], { ...options, ...how });
  const complaints = typescript.getPreEmitDiagnostics(program);
  if (complaints.length) {
    const host = { getCanonicalFileName: (it) => it, getCurrentDirectory: () => work, getNewLine: () => "\n" };
    throw new Error(`${block.where}:\n${typescript.formatDiagnostics(complaints, host)}`);
  }
  const script = typescript.transpileModule(block.text, { compilerOptions: how }).outputText;
  writeFileSync(join(work, `${name}.mjs`), script);
  return ["node", [`${name}.mjs`]];
}

function program(block, name) {
  if (block.language === "ts") return compiled(block, name);
  writeFileSync(join(work, `${name}.py`), block.text);
  return ["python3", ["-u", `${name}.py`]];
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The answer to a webhook, from a program that may still be starting. */
async function deliver(port, { headers, body }) {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature", "content-type"];
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      const sent = Object.fromEntries(names.map((name) => [name, headers[name]]));
      const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers: sent, body });
      return answer.status;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((soon) => setTimeout(soon, 50));
    }
  }
}

/** A receiver takes what Recado sent, and nothing that was changed on the way. */
async function tryReceiver(block, name, secret, genuine) {
  const port = await freePort();
  const [command, args] = program(block, name);
  const child = start(command, args, { RECADO_SECRET: secret, PORT: String(port) });
  let said = "";
  child.stderr.on("data", (part) => (said += part));
  const forged = { ...genuine, body: genuine.body.replace("webhook.test", "webhook.tess") };
  const old = { ...genuine, headers: { ...genuine.headers, "webhook-timestamp": "1700000000" } };
  const answers = [];
  for (const request of [genuine, forged, old]) answers.push(await deliver(port, request));
  child.kill();
  if (answers.join() !== "204,401,401") throw new Error(`${block.where} answers ${answers}:\n${said}`);
}

async function verifyByHand(block, secret, { headers, body }) {
  const env = {
    RECADO_SECRET: secret,
    WEBHOOK_ID: headers["webhook-id"],
    WEBHOOK_TIMESTAMP: headers["webhook-timestamp"],
    BODY: body,
  };
  const out = await run(block.where, "bash", ["-euo", "pipefail", "-c", block.text], env);
  const expected = headers["webhook-signature"];
  if (`v1,${out.trim()}` !== expected) throw new Error(`${block.where} makes ${out}, Recado ${expected}`);
}

async function main() {
  const all = blocks(readFileSync(join(root, "docs/api.md"), "utf8"));
  const of = (...languages) => all.filter((block) => languages.includes(block.language));
  const unknown = all.filter((block) => !["sh", "ts", "python"].includes(block.language));
  if (unknown.length) throw new Error(`${unknown[0].where}: nothing here runs ${unknown[0].language}`);

  writeFileSync(join(work, "menu.pdf"), "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
  symlinkSync(packages, join(work, "node_modules"));
  const ready = await startRecado();
  const endpoint = await startEndpoint();
  const secret = await runShell(
    of("sh").filter((block) => block.kind !== "verify"),
    ready,
    endpoint,
  );
  const test = endpoint.taken.find((request) => request.body.includes("webhook.test"));
  if (!test) throw new Error("The test event did not arrive.");
  const env = { URL: ready.url, KEY: ready.api_key };
  for (const [index, block] of of("ts", "python").entries()) {
    const name = `snippet${index}`;
    if (block.kind === "receiver") await tryReceiver(block, name, secret, test);
    else await run(block.where, ...program(block, name), env);
  }
  for (const block of all.filter((block) => block.kind === "verify")) await verifyByHand(block, secret, test);
  endpoint.server.close();
  console.log(`All ${all.length} examples of docs/api.md do what the page says.`);
}

let code = 0;
try {
  await main();
} catch (error) {
  console.error(error.message);
  code = 1;
}
for (const child of children.keys()) child.kill();
await Promise.all(children.values());
rmSync(work, { recursive: true, force: true });
process.exit(code);
