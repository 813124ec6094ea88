/** A text with variables: a button puts them in where the caret is, and each asks for an example. */
import { Braces } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { variables } from "@/templates/fill";
import { Button } from "@/ui/Button";
import { TextArea, TextField } from "@/ui/TextField";
import { insertVariable, nextVariable } from "./draft";

export function VariableText({
  label,
  hint,
  text,
  named,
  most,
  multiline,
  examples,
  onChange,
  error,
  exampleError,
}: {
  label: string;
  hint: string;
  text: string;
  named: boolean;
  /** How many variables there may be. */
  most?: number;
  multiline?: boolean;
  examples: Record<string, string>;
  onChange: (text: string, examples: Record<string, string>) => void;
  error: string | undefined;
  exampleError: (name: string) => string | undefined;
}) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const caret = useRef<number | null>(null);
  useEffect(() => {
    if (caret.current === null) return;
    field.current?.focus();
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const names = variables(text);
  const insert = () => {
    const from = field.current?.selectionStart ?? text.length;
    const to = field.current?.selectionEnd ?? from;
    const put = insertVariable(text, from, to, nextVariable(text, named));
    caret.current = put.caret;
    onChange(put.text, examples);
  };
  const shared = {
    ref: field,
    label,
    hint,
    error,
    dir: "auto",
    value: text,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value, examples),
  } as const;
  return (
    <>
      {multiline ? <TextArea {...shared} required rows={5} /> : <TextField {...shared} required />}
      <Button
        size="sm"
        className="self-start"
        onClick={insert}
        disabledReason={
          most !== undefined && names.length >= most ? t("templates.problem.one_variable") : undefined
        }
      >
        <Braces aria-hidden="true" className="size-3.5" />
        {t("templates.addVariable")}
      </Button>
      {names.length > 0 && (
        <div className="flex flex-col gap-3 rounded-lg bg-sunken p-3">
          <p className="text-muted text-sm">{t("templates.examplesHint")}</p>
          {names.map((name) => (
            <TextField
              key={name}
              label={t("templates.example", { name: `{{${name}}}` })}
              error={exampleError(name)}
              required
              dir="auto"
              autoComplete="off"
              value={examples[name] ?? ""}
              onChange={(event) => onChange(text, { ...examples, [name]: event.target.value })}
            />
          ))}
        </div>
      )}
    </>
  );
}
