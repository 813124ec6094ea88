/** Trouble on order: which there is, and a form for more. */
import { X } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { Button, IconButton } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { INPUT, TextField } from "@/ui/TextField";
import { addFault, type Bench, type Fault, getFaults, Refused, removeFault } from "./api";
import { Page, useFetched } from "./Page";
import { t } from "./texts";

const CALLS = ["send", "webhook", "media", "templates", "read", "manage"] as const;

type Kind = keyof typeof t.faults.effects;

/** The number each effect takes: its field and a sensible first value. */
const VALUES: Partial<Record<Kind, [field: string, value: number]>> = {
  delay: ["ms", 3000],
  status: ["status", 503],
  refuse: ["code", 131_000],
  fail_later: ["code", 131_049],
  throttle: ["per_second", 1],
  pair_rate: ["count", 1],
  duplicate: ["times", 1],
};

const OF_SENDS: Kind[] = ["fail_later", "throttle", "pair_rate"];
const OF_WEBHOOKS: Kind[] = ["delay", "duplicate", "reorder", "drop"];

function effectsOf(call: string): Kind[] {
  if (call === "webhook") return OF_WEBHOOKS;
  const usual: Kind[] = ["delay", "status", "rate_limited", "refuse", "hang", "lose_answer"];
  return call === "send" ? [...usual, ...OF_SENDS] : usual;
}

export function Faults({ bench, changes, onBack }: { bench: Bench; changes: number; onBack: () => void }) {
  const faults = useFetched(getFaults, changes);
  return (
    <Page title={t.faults.title} about={t.faults.about} onBack={onBack}>
      <Form bench={bench} />
      <h3 className="mt-6 mb-2 font-semibold">{t.faults.active}</h3>
      {faults?.length === 0 && <p className="text-muted">{t.faults.none}</p>}
      <ul className="flex flex-col gap-2">
        {faults?.map((fault) => (
          <li
            key={fault.id}
            className="flex items-center gap-2 rounded-lg border border-line bg-raised py-1 ps-4 pe-2"
          >
            <span className="min-w-0 flex-1">{inWords(fault)}</span>
            <IconButton
              size="sm"
              label={t.faults.remove(inWords(fault))}
              // What fails is seen: it stays in the list.
              onClick={() => removeFault(fault.id).catch(() => {})}
            >
              <X aria-hidden="true" className="size-4" />
            </IconButton>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function Form({ bench }: { bench: Bench }) {
  const [line, setLine] = useState("");
  const [call, setCall] = useState<string>("send");
  const [kind, setKind] = useState<Kind>("delay");
  const [value, setValue] = useState("3000");
  const [times, setTimes] = useState("");
  const [problem, setProblem] = useState<string | null>(null);

  const choose = (next: Kind) => {
    setKind(next);
    setValue(String(VALUES[next]?.[1] ?? ""));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const field = VALUES[kind]?.[0];
    const fault = {
      line: line || null,
      call,
      times: times ? Number(times) : null,
      effect: {
        type: kind,
        ...(field ? { [field]: Number(value) } : {}),
        ...(kind === "pair_rate" ? { seconds: 6 } : {}),
      },
    };
    setProblem(null);
    addFault(fault).catch((error) => setProblem(error instanceof Refused ? error.message : t.noAnswer));
  };

  return (
    <form
      onSubmit={submit}
      className="grid gap-x-4 gap-y-3 rounded-lg border border-line bg-raised p-4 sm:grid-cols-2"
    >
      <Select label={t.faults.line} value={line} onChange={setLine}>
        <option value="">{t.faults.anyLine}</option>
        {bench.lines.map((one) => (
          <option key={one.line} value={one.line}>
            {t.lines[one.line]}
          </option>
        ))}
      </Select>
      <Select
        label={t.faults.call}
        value={call}
        onChange={(next) => {
          setCall(next);
          if (!effectsOf(next).includes(kind)) choose("delay");
        }}
      >
        {CALLS.map((one) => (
          <option key={one} value={one}>
            {t.faults.calls[one]}
          </option>
        ))}
      </Select>
      <Select label={t.faults.effect} value={kind} onChange={(next) => choose(next as Kind)}>
        {effectsOf(call).map((one) => (
          <option key={one} value={one}>
            {t.faults.effects[one]}
          </option>
        ))}
      </Select>
      {VALUES[kind] ? (
        <TextField
          label={t.faults.value}
          type="number"
          min={0}
          required
          dir="ltr"
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      ) : (
        <span className="max-sm:hidden" />
      )}
      <TextField
        label={t.faults.times}
        type="number"
        min={1}
        dir="ltr"
        value={times}
        placeholder={t.faults.always}
        onChange={(event) => setTimes(event.target.value)}
      />
      <div className="flex items-end justify-end">
        <Button variant="primary" type="submit">
          {t.faults.add}
        </Button>
      </div>
      {problem && (
        <Notice tone="danger" role="alert" className="sm:col-span-2">
          {problem}
        </Notice>
      )}
    </form>
  );
}

function Select({
  label,
  value,
  onChange,
  children,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${INPUT} h-9 pointer-coarse:h-11`}
      >
        {children}
      </select>
    </div>
  );
}

/** The rule in a line. */
function inWords(fault: Fault): string {
  const { type, ...values } = fault.effect;
  const line = fault.line ? t.lines[fault.line] : t.faults.anyLine;
  const call = (t.faults.calls as Record<string, string>)[fault.call] ?? fault.call;
  const effect = (t.faults.effects as Record<string, string>)[type] ?? type;
  const numbers = Object.values(values).filter((value) => value !== null);
  const detail = numbers.length > 0 ? ` (${numbers.join(", ")})` : "";
  const left = fault.times === null ? "" : ` · ${t.faults.left(fault.times)}`;
  return `${line} · ${call}: ${effect}${detail}${left}`;
}
