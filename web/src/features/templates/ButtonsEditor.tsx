import { Copy, CornerUpLeft, ExternalLink, Phone, Trash2 } from "lucide-react";
import { grouped } from "@/contacts/phones";
import { useTranslation } from "@/i18n/useTranslation";
import { placeholders } from "@/templates/fill";
import { Button, IconButton } from "@/ui/Button";
import { TextField } from "@/ui/TextField";
import {
  BUTTON_MOST,
  type ButtonKind,
  canAdd,
  type Draft,
  type DraftButton,
  LIMITS,
  withButton,
} from "./draft";

const KINDS = [
  { type: "quick_reply", icon: CornerUpLeft },
  { type: "url", icon: ExternalLink },
  { type: "phone", icon: Phone },
  { type: "copy_code", icon: Copy },
] as const;

export function ButtonsEditor({
  draft,
  onChange,
  error,
}: {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  error: (field: string) => string | undefined;
}) {
  const { t } = useTranslation();
  const { buttons, examples } = draft;
  const change = (key: number, part: Partial<DraftButton>) =>
    onChange({ buttons: buttons.map((each) => (each.key === key ? { ...each, ...part } : each)) });
  const sample = (key: number, value: string) =>
    onChange({ examples: { ...examples, buttons: { ...examples.buttons, [key]: value } } });
  const reason = (kind: ButtonKind) => {
    if (canAdd(buttons, kind)) return undefined;
    const most = buttons.length >= LIMITS.buttons ? LIMITS.buttons : BUTTON_MOST[kind];
    return t("templates.buttonsMost", { count: most });
  };
  return (
    <>
      {buttons.length > 0 && (
        <ol className="flex flex-col gap-3">
          {buttons.map((button, at) => (
            <li
              key={button.key}
              aria-label={t("templates.buttonAt", { at: at + 1 })}
              className="flex flex-col gap-3 rounded-lg border border-line p-3"
            >
              <div className="flex items-center justify-between gap-2">
                <p className="font-medium text-base">{t(`templates.buttonKind.${button.type}`)}</p>
                <IconButton
                  size="sm"
                  label={t("templates.removeButton", { at: at + 1 })}
                  onClick={() => onChange({ buttons: buttons.filter(({ key }) => key !== button.key) })}
                >
                  <Trash2 aria-hidden="true" className="size-4" />
                </IconButton>
              </div>
              <TextField
                label={t("templates.buttonText")}
                hint={t("templates.count", { used: button.text.length, most: LIMITS.button })}
                error={error(`button.${at}.text`)}
                required
                dir="auto"
                autoComplete="off"
                value={button.text}
                onChange={(event) => change(button.key, { text: event.target.value })}
              />
              {button.type === "url" && (
                <TextField
                  label={t("templates.buttonUrl")}
                  hint={t("templates.buttonUrlHint", { variable: "{{1}}" })}
                  error={error(`button.${at}.url`)}
                  required
                  type="url"
                  dir="ltr"
                  autoComplete="off"
                  placeholder="https://"
                  value={button.url}
                  onChange={(event) => change(button.key, { url: event.target.value })}
                />
              )}
              {button.type === "phone" && (
                <TextField
                  label={t("templates.buttonPhone")}
                  hint={t("templates.buttonPhoneHint")}
                  error={error(`button.${at}.phone`)}
                  required
                  type="tel"
                  dir="ltr"
                  autoComplete="off"
                  placeholder="+1234567890"
                  value={button.phone}
                  onChange={(event) => change(button.key, { phone: event.target.value })}
                  onBlur={() => {
                    const phone = grouped(button.phone);
                    if (phone !== button.phone) change(button.key, { phone });
                  }}
                />
              )}
              {(button.type === "copy_code" ||
                (button.type === "url" && placeholders(button.url).length > 0)) && (
                <TextField
                  label={t(button.type === "copy_code" ? "templates.exampleCode" : "templates.exampleEnd")}
                  error={error(`example.buttons.${at}`)}
                  required
                  dir="ltr"
                  autoComplete="off"
                  value={examples.buttons[button.key] ?? ""}
                  onChange={(event) => sample(button.key, event.target.value)}
                />
              )}
            </li>
          ))}
        </ol>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: within a fieldset there is one already */}
      <div role="group" aria-label={t("templates.addAButton")} className="flex flex-wrap items-center gap-2">
        {KINDS.map(({ type, icon: Icon }) => (
          <Button
            key={type}
            size="sm"
            disabledReason={reason(type)}
            onClick={() => onChange({ buttons: withButton(buttons, type) })}
          >
            <Icon
              aria-hidden="true"
              className={type === "quick_reply" ? "size-3.5 rtl:-scale-x-100" : "size-3.5"}
            />
            {t(`templates.addButton.${type}`)}
          </Button>
        ))}
        <span className="text-muted text-sm">
          {t("templates.buttonsCount", { used: buttons.length, most: LIMITS.buttons })}
        </span>
      </div>
    </>
  );
}
