/** The templates of both providers, and the decision that their reviewers would take. */
import { Check, Pause, X } from "lucide-react";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { decide, getTemplates, type Template } from "./api";
import { Page, useFetched } from "./Page";
import { t } from "./texts";

const DECISIONS = [
  { status: "APPROVED", icon: Check, label: t.templates.approve },
  { status: "REJECTED", icon: X, label: t.templates.reject },
  { status: "PAUSED", icon: Pause, label: t.templates.pause },
] as const;

export function Templates({ changes, onBack }: { changes: number; onBack: () => void }) {
  const templates = useFetched(getTemplates, changes);
  return (
    <Page title={t.templates.title} about={t.templates.about} onBack={onBack}>
      {templates?.length === 0 && <p className="text-muted">{t.templates.none}</p>}
      <ul className="flex flex-col gap-2.5">
        {templates?.map((template) => (
          <Row key={template.id} template={template} />
        ))}
      </ul>
    </Page>
  );
}

function Row({ template }: { template: Template }) {
  const { status } = template;
  const submitted = status !== "UNSUBMITTED";
  return (
    <li className="rounded-lg border border-line bg-raised px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
        <h3 className="font-semibold">
          <bdi dir="ltr">{template.name}</bdi>
        </h3>
        <span className="text-muted text-sm">
          {[t.lines[template.line], template.language, template.category].filter(Boolean).join(" · ")}
        </span>
        <span
          className={cx(
            "ms-auto rounded-full px-2 py-0.5 font-medium text-xs",
            status === "APPROVED" && "bg-accent-soft text-text",
            status === "REJECTED" || status === "DISABLED" ? "bg-danger-soft text-danger-strong" : "",
            !["APPROVED", "REJECTED", "DISABLED"].includes(status) && "bg-hover text-muted",
          )}
        >
          {(t.templates.status as Record<string, string>)[status] ?? status}
        </span>
      </div>
      <p
        dir="auto"
        className="mt-1 whitespace-pre-wrap text-muted text-sm text-ui-start [overflow-wrap:anywhere]"
      >
        {bodyOf(template.content)}
      </p>
      {submitted && (
        <div className="mt-2.5 flex flex-wrap gap-2">
          {DECISIONS.filter((decision) => decision.status !== status).map(
            ({ status: next, icon: Icon, label }) => (
              // What fails is seen: the state stays.
              <Button key={next} size="sm" onClick={() => decide(template.id, next).catch(() => {})}>
                <Icon aria-hidden="true" className="size-3.5" />
                {label}
              </Button>
            ),
          )}
        </div>
      )}
    </li>
  );
}

/** Meta's body component, or that of Twilio's type. */
function bodyOf(content: unknown): string {
  if (Array.isArray(content)) {
    const body = content.find((component: { type?: string }) => component.type === "BODY");
    return (body as { text?: string } | undefined)?.text ?? "";
  }
  const [type] = Object.values((content ?? {}) as Record<string, { body?: string; label?: string }>);
  return type?.body ?? type?.label ?? "";
}
