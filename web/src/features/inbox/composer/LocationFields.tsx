/** Asks for a place: what is pasted from a map, and what it is called. */
import { useState } from "react";
import type { Place } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { TextField } from "@/ui/TextField";
import { readPlace } from "./places";

export function LocationFields({ onChange }: { onChange: (place: Place | null) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [left, setLeft] = useState(false);
  const point = readPlace(text);
  const tell = (at: string, called: string, where: string) => {
    const read = readPlace(at);
    onChange(read && { ...read, name: called.trim() || null, address: where.trim() || null });
  };
  return (
    <div className="flex flex-col gap-3">
      <TextField
        label={t("inbox.location.paste")}
        hint={
          point ? (
            <bdi className="tabular-nums">
              {point.latitude.toFixed(5)}, {point.longitude.toFixed(5)}
            </bdi>
          ) : (
            t("inbox.location.pasteHint")
          )
        }
        error={left && text && !point ? t("inbox.location.pasteError") : undefined}
        dir="ltr"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          tell(event.target.value, name, address);
        }}
        onBlur={() => setLeft(true)}
      />
      <TextField
        label={t("inbox.location.name")}
        dir="auto"
        maxLength={256}
        value={name}
        onChange={(event) => {
          setName(event.target.value);
          tell(text, event.target.value, address);
        }}
      />
      <TextField
        label={t("inbox.location.address")}
        dir="auto"
        maxLength={512}
        value={address}
        onChange={(event) => {
          setAddress(event.target.value);
          tell(text, name, event.target.value);
        }}
      />
    </div>
  );
}
