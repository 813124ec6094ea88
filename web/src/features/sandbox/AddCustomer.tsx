import { type FormEvent, useState } from "react";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { addPhone, type Phone, Refused } from "./api";
import { t } from "./texts";

export function AddCustomer({
  open,
  onOpenChange,
  onAdded,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onAdded: (phone: Phone) => void;
}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.addCustomer} closeLabel={t.close}>
      <Form onAdded={onAdded} onCancel={() => onOpenChange(false)} />
    </Dialog>
  );
}

type Problem = { field: "name" | "phone" | null; message: string };

function Form({ onAdded, onCancel }: { onAdded: (phone: Phone) => void; onCancel: () => void }) {
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      onAdded(await addPhone(name, phone));
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      {problem?.field === null && (
        <Notice tone="danger" role="alert">
          {problem.message}
        </Notice>
      )}
      <TextField
        label={t.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoComplete="off"
        maxLength={100}
        error={problem?.field === "name" ? problem.message : undefined}
      />
      <TextField
        label={t.phoneNumber}
        type="tel"
        dir="ltr"
        value={phone}
        onChange={(event) => setPhone(event.target.value)}
        autoComplete="off"
        placeholder="+1 555 010 0123"
        hint={t.phoneHint}
        error={problem?.field === "phone" ? problem.message : undefined}
      />
      <div className="flex justify-end gap-2 pt-1">
        <Button variant="quiet" onClick={onCancel}>
          {t.cancel}
        </Button>
        <Button variant="primary" type="submit" busy={busy}>
          {t.add}
        </Button>
      </div>
    </form>
  );
}

function explain(error: unknown): Problem {
  if (error instanceof Refused) {
    if (error.field === "name") return { field: "name", message: t.badName };
    if (error.field === "phone")
      return { field: "phone", message: error.status === 409 ? t.taken : t.badNumber };
    return { field: null, message: error.message };
  }
  return { field: null, message: t.noAnswer };
}
