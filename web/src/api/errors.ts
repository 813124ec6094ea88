/**
 * What can go wrong with a request, told apart by what one can do about it. What the server does not explain is put into
 * words here, in the reader's language.
 */
import i18next from "i18next";

/** The server answered, and said no. Branch on `code`. */
export class ApiError extends Error {
  override name = "ApiError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The field of the request that is at fault. */
    readonly field: string | undefined,
    readonly requestId: string | undefined,
    /** Milliseconds the server asks us to wait. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }
}

/** No answer: offline, server gone, connection cut. The request may or may not have been carried out. */
export class NetworkError extends Error {
  override name = "NetworkError";
  constructor(cause?: unknown) {
    super(i18next.t("error.network"), { cause });
  }
}

/** The same request may succeed later without anybody changing anything. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ApiError && [408, 429, 502, 503, 504].includes(error.status);
}

/** Of who is about to sign in: there is no session to end. */
const REFUSED = ["bad_credentials", "second_step_required", "bad_code"];

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && !REFUSED.includes(error.code);
}

export function isNotFound(error: unknown): boolean {
  // An id that is no UUID is refused by name; for the reader both mean that nothing is there.
  return (
    error instanceof ApiError && (error.status === 404 || (error.status === 400 && error.field === "id"))
  );
}

/** Why not: the server's sentence, or ours about a server that has none; nothing when there was no answer. */
export function reasonOf(error: unknown): string | undefined {
  return error instanceof ApiError ? error.message : undefined;
}

/** The error of an answer that is not a success, whatever its body turns out to be. */
export function errorOf(response: Response, body: unknown): ApiError {
  const told = (
    body as { error?: { code?: unknown; message?: unknown; field?: unknown; request_id?: unknown } }
  )?.error;
  const after = Number(response.headers.get("Retry-After"));
  return new ApiError(
    response.status,
    typeof told?.code === "string" ? told.code : "internal",
    typeof told?.message === "string"
      ? told.message
      : i18next.t("error.unexplained", { status: response.status }),
    typeof told?.field === "string" ? told.field : undefined,
    typeof told?.request_id === "string"
      ? told.request_id
      : (response.headers.get("X-Request-Id") ?? undefined),
    Number.isFinite(after) && after > 0 ? after * 1000 : undefined,
  );
}
