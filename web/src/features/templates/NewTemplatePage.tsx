import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { api, body } from "@/api/client";
import { ApiError, reasonOf } from "@/api/errors";
import type { Channel, Template } from "@/api/types";
import { useCan } from "@/app/me";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { PageFrame, PageHeader, Pending } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { keys } from "@/live/keys";
import { type Stamped, stamp, UNSTAMPED } from "@/live/stamped";
import { useChannels } from "@/team/queries";
import { type PreviewMedia, TemplatePreview } from "@/templates/TemplatePreview";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { SelectField, TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";
import { ButtonsEditor } from "./ButtonsEditor";
import {
  bodyOf,
  cleanName,
  type Draft,
  emptyDraft,
  examplesOf,
  fieldOf,
  HEADERS,
  LIMITS,
  problemsOf,
  renamed,
  toNewTemplate,
} from "./draft";
import { HeaderFile } from "./HeaderFile";
import { CODES, languageName, suggested } from "./languages";
import { VariableText } from "./VariableText";

const CATEGORIES = ["utility", "marketing"] as const;

export function NewTemplatePage() {
  const { t } = useTranslation();
  const allowed = useCan("channels:manage");
  const channels = useChannels();
  if (!allowed) return <NotAllowed reason={t("permission.templatesManage")} />;
  const numbers = (channels.data ?? []).filter(({ status }) => status !== "deleted");
  return (
    <PageFrame wide>
      <Link
        to="/templates"
        className="-ms-2 mb-2 inline-flex h-9 items-center gap-1.5 rounded-md px-2 text-base text-muted hover:bg-hover hover:text-text pointer-coarse:h-11"
      >
        <ArrowLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
        {t("templates.title")}
      </Link>
      <PageHeader title={t("templates.create")} lead={t("templates.createLead")} />
      {numbers.length > 0 ? (
        <Editor numbers={numbers} />
      ) : (
        <Pending query={channels} empty={t("templates.noNumber")} />
      )}
    </PageFrame>
  );
}

function Editor({ numbers }: { numbers: Channel[] }) {
  const { t, i18n } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const preferred = numbers.find(({ is_default }) => is_default) ?? numbers[0];
  const [draft, setDraft] = useState(() => emptyDraft(preferred?.id ?? "", suggested(i18n.language)));
  const [media, setMedia] = useState<PreviewMedia | null>(null);
  /** How often it was handed in with something missing: from then on what is missing shows. */
  const [tries, setTries] = useState(0);
  const submit = useMutation({
    mutationFn: async () => (await body(api.POST("/api/v1/templates", { body: toNewTemplate(draft) }))).data,
    onSuccess: (template) => {
      cache.setQueryData<Stamped<Template>[]>(keys.templates, (rows) =>
        rows && !rows.some(({ id }) => id === template.id) ? [stamp(template, UNSTAMPED), ...rows] : rows,
      );
      notify(t("templates.submitted", { name: template.name }), t("templates.submittedHint"));
      void navigate({ to: "/templates" });
    },
    onError: () => setTries((count) => count + 1),
  });
  const change = (part: Partial<Draft>) => setDraft((known) => ({ ...known, ...part }));
  const problems = tries > 0 ? problemsOf(draft) : [];
  const refused =
    submit.error instanceof ApiError && submit.error.field
      ? { field: fieldOf(submit.error.field), said: submit.error.message }
      : null;
  const error = (field: string): string | undefined => {
    const what = problems.find((problem) => problem.field === field)?.what;
    if (what) return t(`templates.problem.${what}`, { first: "{{1}}" });
    return refused?.field === field ? refused.said : undefined;
  };
  // What the server says of a field that has no place here stands above the button.
  const above =
    submit.error && !(refused && PLACES.test(refused.field))
      ? (reasonOf(submit.error) ?? t("error.network"))
      : null;
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [tries]);
  const count = (used: number, most: number) => t("templates.count", { used, most });
  const setNamed = (named: boolean) => {
    const [headerText, header] = renamed(draft.headerText, draft.examples.header, named);
    const [text, samples] = renamed(draft.body, draft.examples.body, named);
    change({ named, headerText, body: text, examples: { ...draft.examples, header, body: samples } });
  };
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <form
        ref={form}
        noValidate
        className="flex flex-col gap-6 rounded-xl border border-line bg-surface p-4 md:p-6"
        onSubmit={(event) => {
          event.preventDefault();
          if (problemsOf(draft).length > 0) setTries(tries + 1);
          else submit.mutate();
        }}
      >
        <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
          <TextField
            label={t("templates.name")}
            hint={t("templates.nameHint")}
            error={error("name")}
            required
            dir="ltr"
            autoComplete="off"
            spellCheck={false}
            value={draft.name}
            onChange={(event) => change({ name: cleanName(event.target.value) })}
            className="col-span-full"
          />
          {numbers.length > 1 && (
            <SelectField
              label={t("templates.filter.channel")}
              error={error("channel_id")}
              value={draft.channel_id}
              onChange={(event) => change({ channel_id: event.target.value })}
              className="col-span-full"
            >
              {numbers.map(({ id, label, display_phone }) => (
                <option key={id} value={id}>
                  {label} ({display_phone})
                </option>
              ))}
            </SelectField>
          )}
          <SelectField
            label={t("templates.language")}
            error={error("language")}
            value={draft.language}
            onChange={(event) => change({ language: event.target.value })}
          >
            {CODES.map((code) => ({ code, name: languageName(code, i18n.language) }))
              .sort((a, b) => a.name.localeCompare(b.name))
              .map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
          </SelectField>
          <SelectField
            label={t("templates.filter.category")}
            hint={t(`templates.categoryHint.${draft.category}`)}
            error={error("category")}
            value={draft.category}
            onChange={(event) => change({ category: event.target.value as Draft["category"] })}
          >
            {CATEGORIES.map((category) => (
              <option key={category} value={category}>
                {t(`templates.category.${category}`)}
              </option>
            ))}
          </SelectField>
        </div>
        <Section title={t("templates.header")} hint={t("templates.optional")}>
          <SelectField
            label={t("templates.headerKind")}
            value={draft.header}
            error={error("header.format")}
            onChange={(event) => {
              change({ header: event.target.value as Draft["header"], mediaId: null });
              setMedia(null);
            }}
          >
            {HEADERS.map((header) => (
              <option key={header} value={header}>
                {t(`templates.headers.${header}`)}
              </option>
            ))}
          </SelectField>
          {draft.header === "text" && (
            <VariableText
              label={t("templates.headerText")}
              hint={count(draft.headerText.length, LIMITS.header)}
              text={draft.headerText}
              named={draft.named}
              most={1}
              examples={draft.examples.header}
              onChange={(headerText, header) =>
                change({ headerText, examples: { ...draft.examples, header } })
              }
              error={error("header")}
              exampleError={(name) => error(`example.header.${name}`)}
            />
          )}
          {(draft.header === "image" || draft.header === "video" || draft.header === "document") && (
            <HeaderFile
              key={draft.header}
              kind={draft.header}
              error={error("media")}
              onFile={(mediaId, shown) => {
                change({ mediaId });
                setMedia(shown);
              }}
            />
          )}
          {draft.header === "location" && (
            <p className="text-base text-muted">{t("templates.locationHint")}</p>
          )}
        </Section>
        <Section title={t("templates.body")}>
          <VariableText
            multiline
            label={t("templates.bodyText")}
            hint={`${count(draft.body.length, LIMITS.body)} · ${t("templates.marks")}`}
            text={draft.body}
            named={draft.named}
            examples={draft.examples.body}
            onChange={(text, samples) =>
              change({ body: text, examples: { ...draft.examples, body: samples } })
            }
            error={error("body")}
            exampleError={(name) => error(`example.body.${name}`)}
          />
          <SelectField
            label={t("templates.variables")}
            hint={
              draft.named
                ? t("templates.namedHint", { first: "{{first_name}}" })
                : t("templates.numberedHint", { first: "{{1}}", second: "{{2}}" })
            }
            value={draft.named ? "named" : "numbered"}
            onChange={(event) => setNamed(event.target.value === "named")}
          >
            <option value="numbered">{t("templates.numbered")}</option>
            <option value="named">{t("templates.named")}</option>
          </SelectField>
        </Section>
        <Section title={t("templates.footer")} hint={t("templates.optional")}>
          <TextField
            label={t("templates.footerText")}
            hint={count(draft.footer.length, LIMITS.footer)}
            error={error("footer")}
            dir="auto"
            value={draft.footer}
            onChange={(event) => change({ footer: event.target.value })}
          />
        </Section>
        <Section title={t("templates.buttons")} hint={t("templates.optional")}>
          <ButtonsEditor draft={draft} onChange={change} error={error} />
        </Section>
        <div className="flex flex-col gap-3 border-line border-t pt-4">
          {above && (
            <Notice tone="danger" role="alert">
              {above} {t("error.kept")}
            </Notice>
          )}
          {problems.length > 0 && (
            <p role="alert" className="text-danger text-sm">
              {t("templates.missing", { count: problems.length })}
            </p>
          )}
          <div className="flex flex-wrap items-center justify-end gap-3">
            <p className="min-w-0 flex-1 basis-52 text-muted text-sm">{t("templates.submitHint")}</p>
            <Button type="submit" variant="primary" size="lg" busy={submit.isPending}>
              {t("templates.submit")}
            </Button>
          </div>
        </div>
      </form>
      <aside aria-label={t("templates.preview")} className="lg:sticky lg:top-0">
        <figure className="rounded-xl border border-line bg-sunken p-4">
          <figcaption className="mb-3 font-medium text-muted text-sm">{t("templates.preview")}</figcaption>
          {isEmpty(draft) ? (
            <p className="text-muted text-sm">{t("templates.previewEmpty")}</p>
          ) : (
            <TemplatePreview template={bodyOf(draft)} values={examplesOf(draft)} media={media} />
          )}
        </figure>
      </aside>
    </div>
  );
}

/** Fields of the form that can show an error of their own. */
const PLACES =
  /^(name|channel_id|language|category|header|header\.format|media|body|footer|button\.\d+\.(text|url|phone)|example\.(header|body|buttons)\.\w+)$/;

function isEmpty({ header, body, footer, buttons }: Draft): boolean {
  return header === "none" && !body && !footer && buttons.length === 0;
}

function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0 border-line border-t pt-5">
      <legend className="float-start mb-3 w-full font-semibold text-lg">
        {title} {hint && <span className="font-normal text-muted text-sm">{hint}</span>}
      </legend>
      <div className="clear-both flex flex-col gap-4">{children}</div>
    </fieldset>
  );
}
