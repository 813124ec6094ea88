/**
 * The connection: one WebSocket at a time, opened again whenever it is lost, always from the last position seen.
 * Knows nothing of what the events mean.
 */
import { type ClientFrame, type EventFrame, type Frame, type MemberPresence, parseFrame } from "./frames";

export type LiveState =
  /** Not started, or stopped for good. */
  | "off"
  | "connecting"
  | "open"
  /** Lost; waiting before the next attempt. */
  | "waiting";

export type LiveHandlers = {
  /** Events in order, each once. `head` is the position after them. */
  onEvents: (events: EventFrame[], head: number) => void;
  /** Too far behind: what is shown must be read again; events follow from `head` on. */
  onReset: (head: number) => void;
  onState: (state: LiveState) => void;
  /** Colleagues as they are now; what a connection told is worth nothing once it is lost. */
  onPresence?: (members: MemberPresence[]) => void;
  /** The server has ended our session. */
  onSignedOut: () => void;
  /** An attempt failed before the socket opened; the reason is hidden from scripts, ask the API. */
  onRefused: () => void;
};

export type LiveOptions = {
  url: string;
  open?: (url: string) => WebSocket;
  random?: () => number;
  now?: () => number;
};

const COME_BACK = 1012;
const SESSION_ENDED = 4401;
const BACKOFF_MS = { first: 500, most: 20_000 };
/** Events of one moment are applied together: one paint, one pass over the lists. */
const GATHER_MS = 16;
/** While much comes it is applied this often at most: each time draws lists and threads anew, and somebody may be typing. */
const PAUSE_MS = 100;
/** A socket that has been out of sight this long may be dead without knowing. */
const SUSPECT_MS = 30_000;
/** An attempt that neither opens nor fails is given up. */
const OPEN_TIMEOUT_MS = 10_000;

export class LiveSocket {
  private socket: WebSocket | null = null;
  private state: LiveState = "off";
  private since = 0;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private gather: ReturnType<typeof setTimeout> | undefined;
  private gathered: EventFrame[] = [];
  private appliedAt = 0;
  private hiddenAt: number | null = null;
  private readonly open: (url: string) => WebSocket;
  private readonly random: () => number;
  private readonly now: () => number;

  constructor(
    private readonly options: LiveOptions,
    private readonly handlers: LiveHandlers,
  ) {
    this.open = options.open ?? ((url) => new WebSocket(url));
    this.random = options.random ?? Math.random;
    this.now = options.now ?? Date.now;
  }

  /** Listens from `seq` on: the position of the oldest snapshot on screen. */
  start(seq: number): void {
    if (this.state !== "off") return;
    this.since = seq;
    this.failures = 0;
    this.connect();
  }

  /** Says something about ourselves; nothing hangs on it, so it is not kept for later. */
  say(frame: ClientFrame): void {
    if (this.state === "open") this.socket?.send(JSON.stringify(frame));
  }

  stop(): void {
    this.drop();
    clearTimeout(this.retry);
    this.flush();
    this.setState("off");
  }

  /** Tries at once, whatever the backoff says: somebody is looking, or the network is back. */
  nudge(): void {
    if (this.state !== "waiting") return;
    this.failures = 0;
    this.connect();
  }

  /** The network came back: an old socket would notice only after minutes. */
  online(): void {
    if (this.state === "off") return;
    this.drop();
    this.failures = 0;
    this.connect();
  }

  offline(): void {
    if (this.state === "off") return;
    this.drop();
    this.wait(BACKOFF_MS.most);
  }

  visible(visible: boolean): void {
    if (!visible) {
      this.hiddenAt = this.now();
      return;
    }
    const away = this.hiddenAt === null ? 0 : this.now() - this.hiddenAt;
    this.hiddenAt = null;
    if (this.state === "open" && away > SUSPECT_MS) this.online();
    else this.nudge();
  }

  private connect(): void {
    clearTimeout(this.retry);
    this.drop();
    this.setState("connecting");
    let socket: WebSocket;
    try {
      socket = this.open(`${this.options.url}?since=${this.since}`);
    } catch {
      this.lost(false);
      return;
    }
    this.socket = socket;
    let greeted = false;
    this.patience = setTimeout(() => this.lost(greeted), OPEN_TIMEOUT_MS);
    socket.onmessage = (message: MessageEvent<unknown>) => {
      if (socket !== this.socket || typeof message.data !== "string") return;
      const frame = parseFrame(message.data);
      if (!frame) return;
      if (frame.type === "hello") {
        greeted = true;
        clearTimeout(this.patience);
        this.failures = 0;
        this.setState("open");
      } else if (frame.type === "presence") {
        this.handlers.onPresence?.(frame.members);
      } else {
        this.take(frame);
      }
    };
    socket.onclose = (close: CloseEvent) => {
      if (socket !== this.socket) return;
      if (close.code === SESSION_ENDED) {
        this.stop();
        this.handlers.onSignedOut();
      } else if (close.code === COME_BACK) {
        this.drop();
        this.wait(200 + this.random() * 1_500);
      } else {
        this.lost(greeted);
      }
    };
  }

  private take(
    frame: Exclude<Frame, { type: "hello" | "presence" }> | { type: "other"; seq: number | undefined },
  ): void {
    if (frame.type === "reset") {
      this.flush();
      this.since = frame.seq;
      this.handlers.onReset(frame.seq);
      return;
    }
    if (frame.seq === undefined || frame.seq <= this.since) return;
    if (frame.seq !== this.since + 1) {
      // The journal has no holes; if we see one we missed something. Go back for it.
      this.drop();
      this.lost(true);
      return;
    }
    this.since = frame.seq;
    if (frame.type === "event") this.gathered.push(frame);
    // A clock that is set back is no reason to wait.
    const pause = Math.min(PAUSE_MS, this.appliedAt + PAUSE_MS - this.now());
    this.gather ??= setTimeout(() => this.flush(), Math.max(GATHER_MS, pause));
  }

  private flush(): void {
    clearTimeout(this.gather);
    const wasWaiting = this.gather !== undefined;
    this.gather = undefined;
    if (!wasWaiting) return;
    this.appliedAt = this.now();
    const events = this.gathered;
    this.gathered = [];
    this.handlers.onEvents(events, this.since);
  }

  private lost(wasOpen: boolean): void {
    this.drop();
    if (!wasOpen) this.handlers.onRefused();
    if (this.state === "off") return;
    const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** this.failures);
    this.failures += 1;
    this.wait(most * (0.5 + this.random() / 2));
  }

  private wait(ms: number): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), ms);
    this.setState("waiting");
  }

  private drop(): void {
    clearTimeout(this.patience);
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private setState(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    this.handlers.onState(state);
  }
}
