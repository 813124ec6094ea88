/** Who else is here, what they look at and where they write; and what we tell of ourselves. Lives with the connection. */
import type { ClientFrame, MemberPresence } from "./frames";

/** The server forgets that somebody types after six seconds. */
const SAY_AGAIN_MS = 4_000;
const STOPPED_AFTER_MS = 5_000;

export class Presence {
  private members: ReadonlyMap<string, MemberPresence> = new Map();
  private readonly listeners = new Set<() => void>();
  private viewing: string | null = null;
  private typing: { conversation: string; said: number } | null = null;
  private stopped: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly me: string,
    private readonly say: (frame: ClientFrame) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** The others who are here, by id. A new map with every change. */
  readonly current = (): ReadonlyMap<string, MemberPresence> => this.members;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  heard(members: readonly MemberPresence[]): void {
    const next = new Map(this.members);
    for (const member of members) {
      if (member.member_id === this.me) continue;
      if (member.online) next.set(member.member_id, member);
      else next.delete(member.member_id);
    }
    this.tell(next);
  }

  connected(open: boolean): void {
    if (!open && this.members.size > 0) this.tell(new Map());
    if (open && this.viewing !== null) this.say({ type: "viewing", conversation_id: this.viewing });
  }

  view(conversation: string | null): void {
    if (conversation === this.viewing) return;
    this.stopTyping();
    this.viewing = conversation;
    this.say({ type: "viewing", conversation_id: conversation });
  }

  type(conversation: string): void {
    clearTimeout(this.stopped);
    this.stopped = setTimeout(() => this.stopTyping(), STOPPED_AFTER_MS);
    const now = this.now();
    if (this.typing?.conversation === conversation && now - this.typing.said < SAY_AGAIN_MS) return;
    this.typing = { conversation, said: now };
    this.say({ type: "typing", conversation_id: conversation, on: true });
  }

  stopTyping(): void {
    clearTimeout(this.stopped);
    if (!this.typing) return;
    this.say({ type: "typing", conversation_id: this.typing.conversation, on: false });
    this.typing = null;
  }

  private tell(members: ReadonlyMap<string, MemberPresence>): void {
    this.members = members;
    for (const listener of this.listeners) listener();
  }
}
