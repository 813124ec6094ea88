/** One customer's phone, in the hand: its switches above, the chat with the business on its screen. */
import { Switch } from "@base-ui/react/switch";
import { ArrowLeft, BadgeCheck } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import {
  act,
  type Bench,
  type Line,
  type Message,
  markRead,
  type Phone,
  setPhone,
  setPromotions,
} from "./api";
import type { Doing } from "./Bubble";
import { Chat } from "./Chat";
import { Composer } from "./Composer";
import { t } from "./texts";

export function PhoneView({
  phone,
  bench,
  messages,
  typing,
  onBack,
  onSaid,
}: {
  phone: Phone;
  bench: Bench;
  /** `null` while they are fetched. */
  messages: Message[] | null;
  typing: boolean;
  onBack: () => void;
  onSaid: (message: Message) => void;
}) {
  const { business, lines } = bench;
  const [line, setLine] = useState<Line>(messages?.at(-1)?.line ?? "meta");
  const [about, setAbout] = useState<{ quoted?: Message; editing?: Message }>({});
  const chat = useMemo(() => messages?.filter((message) => message.line === line) ?? null, [messages, line]);
  useReading(phone, line, messages !== null);

  const doTo = (message: Message, doing: Doing) => {
    const target = { line, message_id: message.id };
    // What fails is seen: the message stays as it was.
    const doIt = (what: { type: string } & Record<string, unknown>) =>
      act(phone.wa_id, { ...what, ...target }).then(onSaid, () => {});
    switch (doing.do) {
      case "reply":
        return setAbout({ quoted: message });
      case "edit":
        return setAbout({ editing: message });
      case "revoke":
        return void doIt({ type: "revoke" });
      case "react":
        return void doIt({ type: "reaction", emoji: doing.emoji });
      case "press":
        return void doIt({ type: "press", ...doing.what });
    }
  };

  return (
    <section
      aria-label={t.phoneOf(phone.name)}
      className="flex h-full flex-col items-center md:px-6 md:pt-4 md:pb-6"
    >
      <Switches phone={phone} onBack={onBack} />
      <div className="flex min-h-0 w-full flex-1 flex-col overflow-hidden bg-canvas md:max-h-[820px] md:max-w-[400px] md:rounded-[40px] md:border-8 md:border-[oklch(0.27_0.015_265)] md:shadow-pop md:outline md:outline-edge/60 dark:md:border-[oklch(0.13_0.01_265)]">
        <header className="flex items-center gap-3 border-line border-b bg-raised px-4 py-3 md:pt-4">
          <Avatar id={business.phone_number_id} name={business.name} size="md" />
          <div className="min-w-0 flex-1">
            <p className="flex items-center gap-1 font-semibold">
              <span className="truncate">{business.name}</span>
              <BadgeCheck aria-hidden="true" className="size-4 shrink-0 text-accent" />
            </p>
            <p className="truncate text-muted text-sm" aria-live="polite">
              {typing ? <span className="text-accent">{t.typing}</span> : t.business}
            </p>
          </div>
          {lines.length === 1 && (
            <bdi dir="ltr" className="shrink-0 text-faint text-xs">
              {business.display_phone}
            </bdi>
          )}
        </header>
        {lines.length > 1 && (
          <Lines
            bench={bench}
            phone={phone}
            line={line}
            onChange={(next) => {
              setLine(next);
              setAbout({});
            }}
          />
        )}
        <Chat
          key={line}
          messages={chat}
          waId={phone.wa_id}
          customer={phone.name}
          business={business.name}
          typing={typing}
          onDo={doTo}
        />
        <Composer
          key={`composer-${line}`}
          phone={phone}
          line={line}
          business={business.name}
          quoted={about.quoted ?? null}
          editing={about.editing ?? null}
          onCancelQuote={() => setAbout({})}
          onSaid={(message) => {
            setAbout({});
            onSaid(message);
          }}
        />
      </div>
    </section>
  );
}

/** Which of the business's numbers is written to. Each has a chat of its own. */
function Lines({
  bench,
  phone,
  line,
  onChange,
}: {
  bench: Bench;
  phone: Phone;
  line: Line;
  onChange: (line: Line) => void;
}) {
  return (
    <fieldset className="flex gap-1 border-line border-b bg-raised px-3 py-1.5">
      <legend className="sr-only">{t.writesTo}</legend>
      {bench.lines.map((one) => {
        const unread = phone.chats.find((chat) => chat.line === one.line)?.unread ?? 0;
        return (
          <button
            key={one.line}
            type="button"
            aria-pressed={one.line === line}
            onClick={() => onChange(one.line)}
            className={cx(
              "relative flex min-h-8 flex-1 flex-wrap items-center justify-center gap-x-1.5 rounded-md px-2 text-sm pointer-coarse:min-h-11",
              one.line === line ? "bg-accent-soft font-medium text-text" : "text-muted hover:bg-hover",
            )}
          >
            {t.lines[one.line]}
            {/* Whole: the end of it alone would be taken for a count. */}
            <bdi dir="ltr" className="text-faint text-xs tabular-nums">
              {one.display_phone}
            </bdi>
            {unread > 0 && one.line !== line && (
              <span className="absolute -end-1 -top-1 min-w-4 rounded-full bg-accent px-1 text-center font-semibold text-on-accent text-xs">
                <span aria-hidden="true">{unread}</span>
                <span className="sr-only">{t.unread(unread)}</span>
              </span>
            )}
          </button>
        );
      })}
    </fieldset>
  );
}

/** What arrived is read while somebody looks at it. */
function useReading(phone: Phone, line: Line, shown: boolean): void {
  const { wa_id, online } = phone;
  const unread = phone.chats.find((chat) => chat.line === line)?.unread ?? 0;
  useEffect(() => {
    if (!shown || !online || unread === 0) return;
    const read = () => {
      // The next event of this phone tries again.
      if (document.visibilityState === "visible") markRead(wa_id, line).catch(() => {});
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [wa_id, line, unread, online, shown]);
}

function Switches({ phone, onBack }: { phone: Phone; onBack: () => void }) {
  const [flags, set] = useFlags(phone);
  return (
    <div className="flex w-full flex-wrap items-center gap-x-2 border-line bg-surface px-2 py-1 max-md:border-b md:max-w-[400px] md:bg-transparent md:px-1 md:pt-0 md:pb-4">
      <IconButton label={t.back} onClick={onBack} className="md:hidden">
        <ArrowLeft aria-hidden="true" className="size-5 rtl:-scale-x-100" />
      </IconButton>
      <div className="min-w-0 flex-1">
        <h2 className="truncate font-semibold">
          <bdi>{phone.name}</bdi>
        </h2>
        <p className="text-muted text-sm">
          <bdi dir="ltr">{phone.username ? `@${phone.username}` : `+${phone.wa_id}`}</bdi>
        </p>
      </div>
      <div className="grid shrink-0 grid-cols-2 items-stretch gap-x-8 text-sm max-md:w-full max-md:px-2 md:flex md:flex-col md:gap-1.5">
        <Flag label={t.online} checked={flags.online} onChange={(online) => set({ online })} />
        <Flag label={t.autoRead} checked={flags.auto_read} onChange={(auto_read) => set({ auto_read })} />
        <Flag label={t.hidden} checked={flags.hidden} onChange={(hidden) => set({ hidden })} />
        <button
          type="button"
          // What fails is seen: the button stays as it was.
          onClick={() =>
            void setPromotions(phone.wa_id, phone.no_promotions ? "resume" : "stop").catch(() => {})
          }
          className="rounded-md text-start text-accent underline underline-offset-2 max-md:min-h-11"
        >
          {phone.no_promotions ? t.resumePromotions : t.stopPromotions}
        </button>
      </div>
    </div>
  );
}

type Flags = Pick<Phone, "online" | "auto_read" | "hidden">;

/** The switches as they were set, until the sandbox has answered; then as it has them. */
function useFlags(phone: Phone): [Flags, (flags: Partial<Flags>) => void] {
  const [wanted, setWanted] = useState<Partial<Flags>>({});
  const latest = useRef(0);
  const set = (flags: Partial<Flags>) => {
    const turn = ++latest.current;
    setWanted((before) => ({ ...before, ...flags }));
    setPhone(phone.wa_id, flags)
      .catch(() => {})
      .then(() => turn === latest.current && setWanted({}));
  };
  return [{ online: phone.online, auto_read: phone.auto_read, hidden: phone.hidden, ...wanted }, set];
}

function Flag({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch inside brings its own input
    <label className="flex select-none items-center justify-between gap-2 text-muted max-md:min-h-11">
      {label}
      <Switch.Root
        checked={checked}
        onCheckedChange={onChange}
        className="flex h-5 w-9 shrink-0 items-center rounded-full bg-edge p-0.5 transition-colors data-checked:bg-accent"
      >
        <Switch.Thumb className="size-4 rounded-full bg-canvas transition-transform data-checked:translate-x-4 rtl:data-checked:-translate-x-4" />
      </Switch.Root>
    </label>
  );
}
