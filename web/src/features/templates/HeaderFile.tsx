/** The sample of a header that is a file: the reviewer at WhatsApp looks at it. */
import { useEffect, useId, useRef, useState } from "react";
import { reasonOf } from "@/api/errors";
import type { TemplateMediaFormat } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { upload } from "@/media/upload";
import type { PreviewMedia } from "@/templates/TemplatePreview";
import { cx } from "@/ui/cx";
import { INPUT } from "@/ui/TextField";

const ACCEPT: Record<TemplateMediaFormat, string> = {
  image: "image/jpeg,image/png",
  video: "video/mp4,video/3gpp",
  document: "application/pdf",
};

export function HeaderFile({
  kind,
  error,
  onFile,
}: {
  kind: TemplateMediaFormat;
  error: string | undefined;
  onFile: (id: string | null, shown: PreviewMedia | null) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [state, setState] = useState<"none" | "sending" | "kept">("none");
  const [problem, setProblem] = useState<string | null>(null);
  const shownUrl = useRef<string | null>(null);
  const sending = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      sending.current?.abort();
      if (shownUrl.current) URL.revokeObjectURL(shownUrl.current);
    },
    [],
  );
  const choose = async (file: File | undefined) => {
    sending.current?.abort();
    if (shownUrl.current) URL.revokeObjectURL(shownUrl.current);
    shownUrl.current = null;
    setProblem(null);
    setState("none");
    onFile(null, null);
    if (!file) return;
    const mine = new AbortController();
    sending.current = mine;
    shownUrl.current = URL.createObjectURL(file);
    const shown = { url: shownUrl.current, filename: file.name };
    onFile(null, shown);
    setState("sending");
    try {
      const media = await upload(file, { filename: file.name, signal: mine.signal });
      if (mine.signal.aborted) return;
      onFile(media.id, shown);
      setState("kept");
    } catch (failure) {
      if (mine.signal.aborted) return;
      setProblem(reasonOf(failure) ?? t("error.network"));
      setState("none");
      onFile(null, null);
    }
  };
  const said = problem ?? (state === "none" ? error : undefined);
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium text-sm">
        {t("templates.sampleFile")}
      </label>
      <input
        id={id}
        type="file"
        accept={ACCEPT[kind]}
        required
        aria-invalid={said ? true : undefined}
        aria-describedby={`${id}-about`}
        onChange={(event) => void choose(event.target.files?.[0])}
        className={cx(INPUT, "min-h-10 py-2 pointer-coarse:min-h-11")}
      />
      <p id={`${id}-about`} role="status" className={cx("text-sm", said ? "text-danger" : "text-muted")}>
        {said ?? (state === "sending" ? t("templates.sampleSending") : t("templates.sampleHint"))}
      </p>
    </div>
  );
}
