import { cx } from "./cx";

const TONES = [
  "bg-[oklch(0.9_0.05_25)] text-[oklch(0.38_0.1_25)] dark:bg-[oklch(0.36_0.06_25)] dark:text-[oklch(0.9_0.05_25)]",
  "bg-[oklch(0.91_0.05_65)] text-[oklch(0.38_0.08_65)] dark:bg-[oklch(0.36_0.05_65)] dark:text-[oklch(0.9_0.06_65)]",
  "bg-[oklch(0.92_0.05_110)] text-[oklch(0.38_0.07_110)] dark:bg-[oklch(0.36_0.045_110)] dark:text-[oklch(0.91_0.06_110)]",
  "bg-[oklch(0.91_0.045_160)] text-[oklch(0.37_0.07_160)] dark:bg-[oklch(0.36_0.045_160)] dark:text-[oklch(0.9_0.05_160)]",
  "bg-[oklch(0.91_0.04_205)] text-[oklch(0.37_0.065_215)] dark:bg-[oklch(0.36_0.045_215)] dark:text-[oklch(0.9_0.045_205)]",
  "bg-[oklch(0.9_0.045_265)] text-[oklch(0.38_0.11_265)] dark:bg-[oklch(0.37_0.07_265)] dark:text-[oklch(0.9_0.045_265)]",
  "bg-[oklch(0.9_0.05_305)] text-[oklch(0.38_0.11_305)] dark:bg-[oklch(0.37_0.07_305)] dark:text-[oklch(0.9_0.05_305)]",
  "bg-[oklch(0.9_0.05_350)] text-[oklch(0.38_0.1_350)] dark:bg-[oklch(0.37_0.065_350)] dark:text-[oklch(0.9_0.05_350)]",
];

const SIZES = {
  xs: "size-[18px] text-[8px]",
  sm: "size-6 text-[10px]",
  md: "size-8 text-xs",
  lg: "size-11 text-base",
  xl: "size-16 text-xl",
};

/** A picture, or initials on a colour that stays with `id`. Decoration: the name stands beside it as text. */
export function Avatar({
  id,
  name,
  url,
  size = "md",
  className,
}: {
  id: string;
  name: string;
  url?: string | null | undefined;
  size?: keyof typeof SIZES;
  className?: string;
}) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        "relative inline-flex shrink-0 select-none items-center justify-center overflow-hidden rounded-full font-semibold",
        SIZES[size],
        TONES[tone(id)],
        className,
      )}
    >
      {initials(name)}
      {url && <img src={url} alt="" draggable={false} className="absolute inset-0 size-full object-cover" />}
    </span>
  );
}

/** First letters of the first and the last word; of a phone number, its last two digits. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0];
  if (!first) return "?";
  if (/^\+?[\d\s()-]+$/.test(name)) return name.replace(/\D/g, "").slice(-2);
  const letters = [first, words.length > 1 ? words.at(-1) : undefined].map(
    (word) => word && firstLetter(word),
  );
  return letters.filter(Boolean).join("").toLocaleUpperCase();
}

export function tone(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) | 0;
  return Math.abs(hash) % TONES.length;
}

function firstLetter(word: string): string | undefined {
  return Array.from(word.replace(/^[^\p{L}\p{N}]+/u, "") || word)[0];
}
