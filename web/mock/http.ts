/** What the parts of the mock API pass to each other. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export type Answer = {
  status: number;
  body?: unknown;
  /** Instead of a body: a file. */
  bytes?: Uint8Array;
  cookie?: string;
  headers?: Record<string, string>;
};
export type Request = {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  headers: IncomingHttpHeaders;
};

export function ok(data: unknown, status = 200): Answer {
  return { status, body: { data } };
}

export function failure(status: number, code: string, message: string, field?: string): Answer {
  return {
    status,
    body: { error: { code, message, ...(field ? { field } : {}), request_id: randomUUID() } },
  };
}

export function paged(rows: unknown[], query: URLSearchParams): Answer {
  const from = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  const next = from + limit < rows.length ? String(from + limit) : null;
  return { status: 200, body: { data: rows.slice(from, from + limit), meta: { next_cursor: next } } };
}
