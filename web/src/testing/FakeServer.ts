/** The server's end of live sockets, in memory: a journal, and connections that break when told to. */
import type { EventFrame } from "@/live/frames";

export class FakeServer {
  readonly journal: EventFrame[] = [];
  readonly sockets: FakeSocket[] = [];
  /** Refuse connections from now on. */
  down = false;

  get head(): number {
    return this.journal.at(-1)?.seq ?? 0;
  }

  get current(): FakeSocket | undefined {
    return this.sockets.findLast((socket) => !socket.closed);
  }

  readonly open = (url: string): WebSocket => {
    const socket = new FakeSocket(this, Number(new URL(url).searchParams.get("since")));
    this.sockets.push(socket);
    queueMicrotask(() => {
      if (this.down) socket.cut(1006);
      else socket.greet();
    });
    return socket as unknown as WebSocket;
  };

  append(frame: Omit<EventFrame, "seq" | "type" | "at">): number {
    const seq = this.head + 1;
    this.journal.push({ type: "event", seq, at: "2026-07-01T12:00:00.000Z", ...frame } as EventFrame);
    this.current?.push();
    return seq;
  }
}

class FakeSocket {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;
  private greeted = false;

  constructor(
    private readonly server: FakeServer,
    readonly since: number,
  ) {
    this.cursor = since;
  }

  private cursor: number;

  greet(): void {
    this.greeted = true;
    this.say({ type: "hello", seq: this.server.head });
    this.push();
  }

  push(): void {
    if (!this.greeted) return;
    for (const frame of this.server.journal) {
      if (this.closed || frame.seq <= this.cursor) continue;
      this.cursor = frame.seq;
      this.say(frame);
    }
  }

  say(frame: unknown): void {
    if (!this.closed) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  cut(code: number): void {
    if (this.closed) return;
    this.closed = true;
    this.onclose?.({ code });
  }

  close(): void {
    this.closed = true;
  }
}
