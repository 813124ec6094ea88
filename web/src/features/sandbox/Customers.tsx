/** Who there is to be: one row per phone, and how the webhooks to Recado go. */
import { FileCheck2, Monitor, Moon, Plus, Sun, WifiOff, Zap } from "lucide-react";
import { useTheme } from "@/app/theme";
import { Avatar } from "@/ui/Avatar";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Logo } from "@/ui/Logo";
import { Menu, MenuChoices } from "@/ui/Menu";
import type { Bench, Phone, Webhook } from "./api";
import { summary } from "./Content";
import { shortly } from "./format";
import { t } from "./texts";
import { isPlain, pathOf } from "./useRoute";

export function Customers({
  bench,
  open,
  onOpen,
  onAdd,
  className,
}: {
  bench: Bench;
  open: string | null;
  onOpen: (waId: string) => void;
  onAdd: () => void;
  className?: string;
}) {
  return (
    <aside
      aria-label={t.customers}
      className={cx("flex w-full flex-col border-line border-e bg-surface md:w-80", className)}
    >
      <header className="flex items-center gap-3 px-4 pt-4 pb-3">
        <Logo className="size-8 shrink-0" />
        <div className="min-w-0 flex-1">
          <h1 className="font-semibold text-lg leading-5">{t.title}</h1>
          <p className="truncate text-muted text-sm">{t.subtitle(bench.business.name)}</p>
        </div>
        <ThemeMenu />
      </header>
      <div className="px-4 pb-3">
        <Button className="w-full" onClick={onAdd}>
          <Plus aria-hidden="true" className="size-4" />
          {t.addCustomer}
        </Button>
      </div>
      <ul
        // biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without markers
        role="list"
        aria-label={t.customers}
        className="thin-scroll relative min-h-0 flex-1 overflow-y-auto border-line border-t"
      >
        {bench.phones.map((phone) => (
          <Row key={phone.wa_id} phone={phone} selected={phone.wa_id === open} onOpen={onOpen} />
        ))}
      </ul>
      <nav aria-label={t.tools} className="grid grid-cols-2 border-line border-t">
        <Tool to="templates" icon={FileCheck2} label={t.templates.title} open={open} onOpen={onOpen} />
        <Tool to="faults" icon={Zap} label={t.faults.title} open={open} onOpen={onOpen} />
      </nav>
      <Deliveries webhook={bench.webhook} />
    </aside>
  );
}

function Tool({
  to,
  icon: Icon,
  label,
  open,
  onOpen,
}: {
  to: string;
  icon: typeof Zap;
  label: string;
  open: string | null;
  onOpen: (to: string) => void;
}) {
  return (
    <a
      href={pathOf(to)}
      aria-current={open === to ? "page" : undefined}
      onClick={(event) => {
        if (!isPlain(event)) return;
        event.preventDefault();
        onOpen(to);
      }}
      className={cx(
        "flex min-h-11 items-center justify-center gap-2 text-sm outline-offset-[-2px] hover:bg-hover",
        open === to ? "bg-selected font-medium text-text" : "text-muted",
      )}
    >
      <Icon aria-hidden="true" className="size-4" />
      {label}
    </a>
  );
}

function Row({
  phone,
  selected,
  onOpen,
}: {
  phone: Phone;
  selected: boolean;
  onOpen: (waId: string) => void;
}) {
  const bold = phone.unread > 0;
  return (
    <li>
      <a
        href={pathOf(phone.wa_id)}
        aria-current={selected ? "page" : undefined}
        onClick={(event) => {
          if (!isPlain(event)) return;
          event.preventDefault();
          onOpen(phone.wa_id);
        }}
        className={cx(
          "flex h-17 items-center gap-3 px-4 focus-visible:outline-offset-[-2px]",
          selected ? "bg-selected" : "hover:bg-hover",
        )}
      >
        <Avatar id={phone.wa_id} name={phone.name} size="lg" />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className={cx("min-w-0 flex-1 truncate", bold ? "font-semibold" : "font-medium")}>
              <bdi>{phone.name}</bdi>
            </span>
            {phone.last_at !== null && (
              <span className={cx("shrink-0 text-xs", bold ? "font-medium text-accent" : "text-faint")}>
                {shortly(phone.last_at)}
              </span>
            )}
          </span>
          <span className="mt-0.5 flex items-center gap-2">
            <span
              dir="auto"
              className={cx(
                "min-w-0 flex-1 truncate text-sm [text-align:-webkit-match-parent]",
                bold ? "text-text" : "text-muted",
              )}
            >
              {phone.last_kind === null ? t.noMessages : summary(phone.last_kind, phone.last_text)}
            </span>
            {!phone.online && (
              <>
                <WifiOff aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
                <span className="sr-only">{t.offline}</span>
              </>
            )}
            {bold && (
              <span className="flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full bg-accent px-1.5 font-semibold text-on-accent text-xs">
                <span aria-hidden="true">{phone.unread > 99 ? "99+" : phone.unread}</span>
                <span className="sr-only">{t.unread(phone.unread)}</span>
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}

/** Whether Recado hears what happens on the phones. */
function Deliveries({ webhook }: { webhook: Webhook }) {
  const stuck = webhook.outstanding > 0 && webhook.last_status !== 200;
  const news =
    webhook.url === null ? t.notConnected : stuck ? t.waitingFor(webhook.outstanding) : t.connected;
  const why = webhook.last_status === null ? t.lastError : t.lastAnswer(webhook.last_status);
  const known = webhook.last_status !== null || webhook.last_error !== null;
  return (
    <div role="status" className="flex items-center gap-2 border-line border-t px-4 py-2.5 text-sm">
      <span
        aria-hidden="true"
        className={cx(
          "size-2 shrink-0 rounded-full",
          webhook.url === null ? "bg-closed" : stuck ? "bg-danger" : "bg-open",
        )}
      />
      <span className="min-w-0 truncate text-muted" title={webhook.last_error ?? undefined}>
        {news}
        {stuck && known && ` · ${why}`}
      </span>
    </div>
  );
}

function ThemeMenu() {
  const [theme, setTheme] = useTheme();
  const Icon = { light: Sun, dark: Moon, system: Monitor }[theme];
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t.theme}>
          <Icon aria-hidden="true" className="size-4" />
        </IconButton>
      }
    >
      <MenuChoices
        label={t.theme}
        value={theme}
        onChange={setTheme}
        choices={[
          { value: "light", label: t.themes.light, icon: <Sun aria-hidden="true" className="size-4" /> },
          { value: "dark", label: t.themes.dark, icon: <Moon aria-hidden="true" className="size-4" /> },
          {
            value: "system",
            label: t.themes.system,
            icon: <Monitor aria-hidden="true" className="size-4" />,
          },
        ]}
      />
    </Menu>
  );
}
