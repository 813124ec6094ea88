/** One field for each thing a template needs. */
import { Paperclip, UserRoundPen } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/errors";
import type { TemplateBody, TemplateMediaFormat, TemplateValues } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { kindOf, LIMITS } from "@/media/limits";
import { upload } from "@/media/upload";
import { type FillProblem, isBadText, needs, type TemplatePlace } from "@/templates/fill";
import { Button, IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { TextField } from "@/ui/TextField";
import { LocationFields } from "../composer/LocationFields";
import type { Known, KnownValues } from "./prefill";

const INSERTS: [Known, `inbox.templates.insert${Capitalize<Known>}`][] = [
  ["firstName", "inbox.templates.insertFirstName"],
  ["name", "inbox.templates.insertName"],
  ["phone", "inbox.templates.insertPhone"],
  ["company", "inbox.templates.insertCompany"],
  ["email", "inbox.templates.insertEmail"],
  ["me", "inbox.templates.insertMe"],
];

const ACCEPT: Record<TemplateMediaFormat, string> = {
  image: "image/jpeg,image/png",
  video: "video/mp4,video/3gpp",
  document: "",
};

export type HeaderFile = { url: string; filename: string };

/** What the fields are called, here and in the list of what is missing. */
export function useFieldNames(
  template: TemplateBody,
): (problem: Pick<FillProblem, "place" | "name">) => string {
  const { t } = useTranslation();
  return ({ place, name }) => {
    if (name === null) {
      const format = template.header?.format;
      return format && format !== "text" && format !== "location"
        ? t(`inbox.templates.file.${format}`)
        : t("inbox.templates.location");
    }
    if (place === "header") return t("inbox.templates.header", { name: `{{${name}}}` });
    if (place === "body") return t("inbox.templates.body", { name: `{{${name}}}` });
    const button = template.buttons?.[Number(name)];
    const text = button?.text ?? name;
    return button?.type === "copy_code"
      ? t("inbox.templates.code", { name: text })
      : t("inbox.templates.button", { name: text });
  };
}

export function TemplateFields({
  template,
  values,
  known,
  onChange,
  onFile,
  onBusy,
}: {
  template: TemplateBody;
  values: TemplateValues;
  known: KnownValues;
  onChange: (values: TemplateValues) => void;
  onFile: (file: HeaderFile | null) => void;
  /** Told while a file is on its way. */
  onBusy: (busy: boolean) => void;
}) {
  const { t } = useTranslation();
  const nameOf = useFieldNames(template);
  const wanted = needs(template);
  const format = template.header?.format;
  const put = (place: TemplatePlace, name: string, value: string) =>
    onChange({ ...values, [place]: { ...values[place], [name]: value } });

  return (
    <div className="flex flex-col gap-3.5">
      {format && format !== "text" && format !== "location" && (
        <FileField format={format} values={values} onChange={onChange} onFile={onFile} onBusy={onBusy} />
      )}
      {format === "location" && (
        <fieldset>
          <legend className="mb-2 font-medium text-base">{t("inbox.templates.location")}</legend>
          <LocationFields
            onChange={(place) => onChange(withHeader(values, place && { header_location: place }))}
          />
        </fieldset>
      )}
      {(["header", "body", "buttons"] as const).flatMap((place) =>
        wanted[place].map((name) => {
          const value = values[place]?.[name] ?? "";
          const label = nameOf({ place, name } as FillProblem);
          return (
            <div key={`${place} ${name}`} className="flex items-end gap-1.5">
              <TextField
                className="min-w-0 flex-1"
                label={label}
                dir="auto"
                value={value}
                error={isBadText(value) ? t("inbox.templates.badText") : undefined}
                onChange={(event) => put(place, name, event.target.value)}
              />
              {place !== "buttons" && (
                <Menu
                  align="end"
                  trigger={
                    <IconButton
                      label={t("inbox.templates.insert", { field: label })}
                      className="h-10 border border-line pointer-coarse:h-11"
                    >
                      <UserRoundPen aria-hidden="true" className="size-4" />
                    </IconButton>
                  }
                >
                  {INSERTS.map(([what, text]) => {
                    const inserted = known[what];
                    if (!inserted) return null;
                    return (
                      <MenuItem key={what} onClick={() => put(place, name, joined(value, inserted))}>
                        <span className="min-w-0 flex-1">
                          <span className="block text-muted text-xs">{t(text)}</span>
                          <bdi className="block truncate text-ui-start">{inserted}</bdi>
                        </span>
                      </MenuItem>
                    );
                  })}
                </Menu>
              )}
            </div>
          );
        }),
      )}
    </div>
  );
}

function FileField({
  format,
  values,
  onChange,
  onFile,
  onBusy,
}: {
  format: TemplateMediaFormat;
  values: TemplateValues;
  onChange: (values: TemplateValues) => void;
  onFile: (file: HeaderFile | null) => void;
  onBusy: (busy: boolean) => void;
}) {
  const { t } = useTranslation();
  const words = useFormat();
  const picker = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController | null>(null);
  const shown = useRef<string | null>(null);
  const latest = useRef(values);
  latest.current = values;
  const [file, setFile] = useState<File | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [url, setUrl] = useState("");
  const badUrl = url !== "" && !/^https:\/\/[^\s/]+\.[^\s]+$/.test(url);

  useEffect(
    () => () => {
      running.current?.abort();
      if (shown.current) URL.revokeObjectURL(shown.current);
    },
    [],
  );

  const take = async (next: File) => {
    running.current?.abort();
    const size = words.size(next.size);
    if (format !== "document" && kindOf(next.type) !== format) {
      setProblem(t("inbox.templates.wrongKind"));
      return;
    }
    if (next.size > LIMITS[format]) {
      setProblem(t(`inbox.composer.tooLarge.${format}`, { size, limit: words.size(LIMITS[format]) }));
      return;
    }
    const control = new AbortController();
    running.current = control;
    setProblem(null);
    setFile(next);
    setUrl("");
    setDone(0);
    onBusy(true);
    if (shown.current) URL.revokeObjectURL(shown.current);
    shown.current = URL.createObjectURL(next);
    onFile({ url: shown.current, filename: next.name });
    try {
      const media = await upload(next, {
        filename: next.name,
        kind: format,
        onProgress: setDone,
        signal: control.signal,
      });
      onChange(withHeader(latest.current, { header_media_id: media.id }));
    } catch (error) {
      if (control.signal.aborted) return;
      setFile(null);
      onFile(null);
      setProblem(error instanceof ApiError ? error.message : t("error.network"));
    }
    setDone(null);
    onBusy(false);
  };

  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-sm">{t(`inbox.templates.file.${format}`)}</legend>
      <input
        ref={picker}
        type="file"
        hidden
        accept={ACCEPT[format]}
        aria-label={t(`inbox.templates.file.${format}`)}
        onChange={(event) => {
          const next = event.target.files?.[0];
          event.target.value = "";
          if (next) void take(next);
        }}
      />
      <div className="flex items-center gap-3">
        <Button onClick={() => picker.current?.click()}>
          <Paperclip aria-hidden="true" className="size-4" />
          {t("inbox.templates.chooseFile")}
        </Button>
        <span dir="auto" className="min-w-0 truncate text-muted text-sm" role="status">
          {done !== null ? t("media.uploading", { percent: words.percent(done) }) : file?.name}
        </span>
      </div>
      {problem && (
        <p role="alert" className="text-danger text-sm">
          {problem}
        </p>
      )}
      <TextField
        label={t("inbox.templates.orUrl")}
        dir="ltr"
        type="url"
        value={url}
        placeholder="https://"
        error={badUrl ? t("inbox.templates.badUrl") : undefined}
        onChange={(event) => {
          const next = event.target.value.trim();
          setUrl(next);
          setFile(null);
          onFile(null);
          const good = /^https:\/\/[^\s/]+\.[^\s]+$/.test(next);
          onChange(withHeader(values, good ? { header_media_url: next } : null));
        }}
      />
    </fieldset>
  );
}

/** With this above the text, and nothing that was there before. */
function withHeader(
  { header_location, header_media_id, header_media_url, ...values }: TemplateValues,
  header: Omit<TemplateValues, TemplatePlace> | null,
): TemplateValues {
  return { ...values, ...header };
}

/** What is inserted stands after what is there already, a space between them. */
function joined(before: string, inserted: string): string {
  return before.trim() ? `${before.trimEnd()} ${inserted}` : inserted;
}
