import type { Permission } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { TextField } from "@/ui/TextField";

export const KEYS = ["api-keys"];

/** What goes with the same things stands together: `messages:read` and `messages:send`. */
export function byNoun(scopes: readonly Permission[]): [string, Permission[]][] {
  const found = new Map<string, Permission[]>();
  for (const scope of scopes) {
    const noun = scope.split(":")[0] ?? scope;
    found.set(noun, [...(found.get(noun) ?? []), scope]);
  }
  return [...found];
}

/** `messages:read,send contacts:read` */
export function scopesInShort(scopes: readonly Permission[]): string {
  return byNoun(scopes)
    .map(([noun, group]) => `${noun}:${group.map((scope) => scope.slice(noun.length + 1)).join(",")}`)
    .join(" ");
}

/** How often a key may ask, each minute; left empty, as often as any. */
export function LimitField({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t("settings.keys.rateLimit")}
      hint={t("settings.keys.rateLimitHint")}
      type="number"
      inputMode="numeric"
      min={1}
      max={6000}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
    />
  );
}
