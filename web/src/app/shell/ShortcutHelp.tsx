import { useTranslation } from "@/i18n/useTranslation";
import { Dialog } from "@/ui/Dialog";
import { Kbd } from "@/ui/Kbd";
import { commandKey } from "@/ui/shortcuts";

const SHORTCUTS = [
  { keys: [commandKey("K")], does: "palette" },
  { keys: ["/"], does: "search" },
  { keys: ["j"], does: "next" },
  { keys: ["k"], does: "previous" },
  { keys: ["Enter"], does: "open" },
  { keys: ["c"], does: "start" },
  { keys: ["r"], does: "reply" },
  { keys: ["n"], does: "note" },
  { keys: ["a"], does: "assign" },
  { keys: ["e"], does: "close" },
  { keys: ["u"], does: "unread" },
  { keys: ["Shift U"], does: "onlyUnread" },
  { keys: ["x"], does: "select" },
  { keys: ["↑", "↓"], does: "messages" },
  { keys: ["+"], does: "react" },
  { keys: ["Esc"], does: "escape" },
  { keys: ["?"], does: "help" },
] as const;

export default function ShortcutHelp({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("shortcuts.title")}
      closeLabel={t("common.close")}
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2.5">
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={does} className="col-span-2 grid grid-cols-subgrid items-center">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd className="text-base text-muted">{t(`shortcuts.${does}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
