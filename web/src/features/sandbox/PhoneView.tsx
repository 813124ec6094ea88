/** One customer's phone, in the hand: its switches above, the chat with the business on its screen. */
import { Switch } from "@base-ui/react/switch";
import { ArrowLeft, BadgeCheck } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/Button";
import { type Business, type Message, markRead, type Phone, setPhone } from "./api";
import { Chat } from "./Chat";
import { Composer } from "./Composer";
import { t } from "./texts";

export function PhoneView({
  phone,
  business,
  messages,
  typing,
  onBack,
  onSaid,
}: {
  phone: Phone;
  business: Business;
  /** `null` while they are fetched. */
  messages: Message[] | null;
  typing: boolean;
  onBack: () => void;
  onSaid: (message: Message) => void;
}) {
  const [quoted, setQuoted] = useState<Message | null>(null);
  useReading(phone, messages !== null);
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
          <bdi dir="ltr" className="shrink-0 text-faint text-xs">
            {business.display_phone}
          </bdi>
        </header>
        <Chat
          messages={messages}
          customer={phone.name}
          business={business.name}
          typing={typing}
          onReply={setQuoted}
        />
        <Composer
          phone={phone}
          business={business.name}
          quoted={quoted}
          onCancelQuote={() => setQuoted(null)}
          onSaid={(message) => {
            setQuoted(null);
            onSaid(message);
          }}
        />
      </div>
    </section>
  );
}

/** What arrived is read while somebody looks at it. */
function useReading(phone: Phone, shown: boolean): void {
  const { wa_id, unread, online } = phone;
  useEffect(() => {
    if (!shown || !online || unread === 0) return;
    const read = () => {
      // The next event of this phone tries again.
      if (document.visibilityState === "visible") markRead(wa_id).catch(() => {});
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [wa_id, unread, online, shown]);
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
          <bdi dir="ltr">+{phone.wa_id}</bdi>
        </p>
      </div>
      <div className="flex shrink-0 items-stretch text-sm max-md:w-full max-md:justify-between max-md:px-2 md:flex-col md:gap-1.5">
        <Flag label={t.online} checked={flags.online} onChange={(online) => set({ online })} />
        <Flag label={t.autoRead} checked={flags.auto_read} onChange={(auto_read) => set({ auto_read })} />
      </div>
    </div>
  );
}

type Flags = Pick<Phone, "online" | "auto_read">;

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
  return [{ online: phone.online, auto_read: phone.auto_read, ...wanted }, set];
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
