// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { setLanguage, startI18n } from "@/i18n";
import { api, body, onSignedOut, snapshot } from "./client";
import { ApiError, isTransient, NetworkError } from "./errors";

afterEach(() => vi.unstubAllGlobals());

const answers = (status: number, content: unknown, headers: Record<string, string> = {}) =>
  vi.stubGlobal(
    "fetch",
    async () =>
      new Response(typeof content === "string" ? content : JSON.stringify(content), {
        status,
        headers: { "Content-Type": "application/json", ...headers },
      }),
  );

it("hands over the body and the journal's position", async () => {
  answers(200, { data: [], meta: { next_cursor: null } }, { "X-Journal-Seq": "42" });
  expect(await snapshot(api.GET("/api/v1/members"))).toEqual({
    body: { data: [], meta: { next_cursor: null } },
    seq: 42,
  });
  answers(200, { data: [], meta: { next_cursor: null } });
  expect((await snapshot(api.GET("/api/v1/members"))).seq).toBeUndefined();
});

it("fails with what the server said", async () => {
  answers(400, { error: { code: "bad_request", message: "No.", field: "email", request_id: "r1" } });
  const error = await body(api.GET("/api/v1/me")).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 400, code: "bad_request", field: "email", requestId: "r1" });
  expect(isTransient(error)).toBe(false);
});

it("survives answers that are not ours", async () => {
  answers(502, "<html>Bad gateway</html>", { "Content-Type": "text/html" });
  const error = await body(api.GET("/api/v1/me")).catch((error: unknown) => error);
  expect(error).toMatchObject({ status: 502, code: "internal" });
  expect(isTransient(error)).toBe(true);
});

it("says in the reader's language what the server has no words for", async () => {
  await startI18n();
  await setLanguage("es", false);
  answers(502, "<html>Bad gateway</html>", { "Content-Type": "text/html" });
  const page = await body(api.GET("/api/v1/me")).catch((error: unknown) => error);
  expect((page as ApiError).message).toBe("El servidor respondió con un error (502) sin decir por qué.");
  answers(409, { error: { code: "conflict", message: "Already there.", request_id: "r" } });
  const told = await body(api.GET("/api/v1/me")).catch((error: unknown) => error);
  expect((told as ApiError).message).toBe("Already there.");
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  const cut = await body(api.GET("/api/v1/me")).catch((error: unknown) => error);
  expect((cut as NetworkError).message).toBe("No se pudo contactar con el servidor.");
});

it("tells no answer from a bad one", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  const error = await body(api.GET("/api/v1/me")).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(NetworkError);
  expect(isTransient(error)).toBe(true);
});

it("says when the session is gone, but not when a password was wrong", async () => {
  const gone = vi.fn();
  onSignedOut(gone);
  answers(401, { error: { code: "bad_credentials", message: "No.", request_id: "r" } });
  await body(api.GET("/api/v1/me")).catch(() => {});
  expect(gone).not.toHaveBeenCalled();
  answers(401, { error: { code: "session_expired", message: "No.", request_id: "r" } });
  await body(api.GET("/api/v1/me")).catch(() => {});
  expect(gone).toHaveBeenCalledTimes(1);
});
