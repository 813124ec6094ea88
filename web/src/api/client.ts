/** The one way to the API: typed by its OpenAPI document, failing with the errors of `errors.ts`. */
import createClient from "openapi-fetch";
import { errorOf, isSignedOut, NetworkError } from "./errors";
import type { paths } from "./schema";

const client = createClient<paths>({
  baseUrl: typeof location === "undefined" ? "" : location.origin,
  // Lists in the address have commas between.
  querySerializer: { array: { style: "form", explode: false } },
  // Looked up on every call, so that tests can stand in for the network.
  fetch: (request) => globalThis.fetch(request),
});

export const api = client;

type Answer<T> = { data?: T; error?: unknown; response: Response };

let signedOut: () => void = () => {};

/** Called whenever the server no longer knows our session. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** The body of a successful answer, envelope included. */
export async function body<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await answer(call)).body;
}

/** What a snapshot read tells: the body, and the journal's position at the moment it was read. */
export async function snapshot<T>(call: Promise<Answer<T>>): Promise<{ body: T; seq: number | undefined }> {
  return answer(call);
}

async function answer<T>(call: Promise<Answer<T>>): Promise<{ body: T; seq: number | undefined }> {
  let result: Answer<T>;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NetworkError(error);
  }
  if (!result.response.ok) {
    const error = errorOf(result.response, result.error);
    if (isSignedOut(error)) signedOut();
    throw error;
  }
  const header = result.response.headers.get("X-Journal-Seq");
  const seq = header === null ? Number.NaN : Number(header);
  return { body: result.data as T, seq: Number.isSafeInteger(seq) ? seq : undefined };
}
