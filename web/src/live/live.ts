/** The cache and the connection together: snapshots come in, events keep them right. One per signed-in member. */
import type { QueryClient } from "@tanstack/react-query";
import { apply } from "./apply";
import { keys } from "./keys";
import { Presence } from "./presence";
import { Recent } from "./recent";
import { type Changes, noChanges, reduce } from "./reducers";
import { type LiveOptions, LiveSocket, type LiveState } from "./socket";

const READS = 3;

export class Live {
  private readonly recent = new Recent();
  private readonly socket: LiveSocket;
  private readonly listeners = new Set<() => void>();
  /** Who else is here. */
  readonly presence: Presence;
  private state: LiveState = "off";
  private heardListeners = new Set<(changes: Changes) => void>();

  constructor(
    private readonly cache: QueryClient,
    private readonly me: string,
    options: LiveOptions & { onSignedOut: () => void; onRefused: () => void },
  ) {
    this.presence = new Presence(me, (frame) => this.socket.say(frame));
    this.socket = new LiveSocket(options, {
      onEvents: (events, head) => {
        this.recent.add(events, head);
        const changes = reduce(events);
        apply(this.cache, this.me, changes);
        for (const listener of this.heardListeners) listener(changes);
      },
      onReset: (head) => {
        this.recent.restart(head);
        void this.reload();
      },
      onState: (state) => {
        this.state = state;
        this.presence.connected(state === "open");
        for (const listener of this.listeners) listener();
      },
      onPresence: (members) => this.presence.heard(members),
      onSignedOut: options.onSignedOut,
      onRefused: options.onRefused,
    });
  }

  /**
   * Reads a snapshot and brings it up to now. The first one starts the connection: from its position on nothing is
   * missed. A snapshot that is older than the events we still remember is read again.
   */
  async read<T>(
    fetch: () => Promise<{ value: T; seq: number | undefined }>,
    bringUp: (value: T, changes: Changes) => T,
  ): Promise<T> {
    for (let left = READS; ; left--) {
      const { value, seq } = await fetch();
      const changes = this.changesSince(seq);
      if (changes) return bringUp(value, changes);
      if (left <= 1) return value;
    }
  }

  /** What has changed since a snapshot; `null` when it is too old to be brought up to now. */
  changesSince(seq: number | undefined): Changes | null {
    if (seq === undefined) return noChanges();
    if (this.state === "off" && !this.stopped) {
      this.recent.restart(seq);
      this.socket.start(seq);
    }
    return this.recent.since(seq);
  }

  /** Called with what each batch of events changed, after the caches have it. */
  onHeard(listener: (changes: Changes) => void): () => void {
    this.heardListeners.add(listener);
    return () => this.heardListeners.delete(listener);
  }

  /** Applies what we know from elsewhere (an answer, our own wish) the way events are applied. */
  tell(changes: Partial<Changes>): void {
    apply(this.cache, this.me, { ...noChanges(), ...changes });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): LiveState => this.state;

  retryNow(): void {
    this.socket.nudge();
  }

  private stopped = true;

  /** Lets the connection open, and keeps an eye on network and tab. Returns how to end it. */
  attach(): () => void {
    this.stopped = false;
    const visible = () => this.socket.visible(document.visibilityState === "visible");
    const online = () => this.socket.online();
    const offline = () => this.socket.offline();
    document.addEventListener("visibilitychange", visible);
    addEventListener("online", online);
    addEventListener("offline", offline);
    return () => {
      this.stopped = true;
      document.removeEventListener("visibilitychange", visible);
      removeEventListener("online", online);
      removeEventListener("offline", offline);
      this.socket.stop();
    };
  }

  /** Everything events keep right is read again; what nobody looks at is forgotten. */
  private async reload(): Promise<void> {
    for (const queryKey of [
      keys.lists,
      keys.counts,
      keys.views,
      keys.conversations,
      keys.threads,
      keys.allWith,
      keys.contacts,
      keys.tags,
      keys.cannedReplies,
      keys.files,
      keys.timelines,
      keys.notes,
      keys.members,
      keys.channels,
      keys.templates,
      keys.notificationLists,
      keys.unread,
      keys.intakes,
    ]) {
      this.cache.removeQueries({ queryKey, type: "inactive" });
      void this.cache.invalidateQueries({ queryKey });
    }
  }
}
