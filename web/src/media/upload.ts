/** Sends a file to the server, telling how far it is. `fetch` cannot tell; this is the one place without it. */
import { errorOf, NetworkError } from "@/api/errors";
import type { Media, MediaKind } from "@/api/types";

export type UploadOptions = {
  filename: string;
  /** What it is to be sent as: a picture may go as a document, which may be larger. */
  kind?: MediaKind;
  voice?: boolean;
  durationMs?: number | null;
  /** 0 to 1. */
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
};

export function upload(file: Blob, options: UploadOptions): Promise<Media> {
  const form = new FormData();
  if (options.kind) form.append("kind", options.kind);
  if (options.voice) form.append("voice", "true");
  if (options.durationMs) form.append("duration_ms", String(Math.round(options.durationMs)));
  // The file comes last: who reads the form as it arrives knows what to do with it.
  form.append("file", file, options.filename);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/media");
    request.responseType = "text";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress?.(event.loaded / event.total);
    };
    request.onerror = () => reject(new NetworkError());
    request.onabort = () => reject(new DOMException("Given up.", "AbortError"));
    request.onload = () => {
      const body = parse(request.responseText);
      const media = (body as { data?: Media } | null)?.data;
      if (request.status >= 200 && request.status < 300 && media) resolve(media);
      else reject(errorOf(answerOf(request), body));
    };
    options.signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** The headers that `errorOf` reads. */
function answerOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ["Retry-After", "X-Request-Id"]) {
    const value = request.getResponseHeader(name);
    if (value) headers.set(name, value);
  }
  return new Response(null, { status: Math.max(200, request.status), headers });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
