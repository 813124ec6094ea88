/** Whom to write to: a contact found by name or phone, or a phone that is new. */
import type { CountryCode } from "libphonenumber-js/max";
import { UserRoundPlus } from "lucide-react";
import { type FormEvent, type RefObject, useEffect, useId, useMemo, useRef, useState } from "react";
import type { Channel, Contact } from "@/api/types";
import { storage } from "@/app/storage";
import { useMediaQuery } from "@/app/useMediaQuery";
import { ContactAvatar } from "@/contacts/ContactAvatar";
import { grouped, isDialled, type Reading, read } from "@/contacts/phones";
import { useTranslation } from "@/i18n/useTranslation";
import { useContactName } from "@/team/queries";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Notice } from "@/ui/Notice";
import { SearchField } from "@/ui/SearchField";
import { SelectField, TextField } from "@/ui/TextField";
import { inNextFrame } from "@/ui/useAfterPaint";
import { useRested } from "../search/queries";
import { countryOf, isCountry, movedTo, named } from "./countries";
import { contactWith, useContactsLike, type Whom } from "./queries";

/** The country that was written to last, on this device. */
const COUNTRY = "recado.inbox.country";
/** From so many digits on, what is searched for may be a phone that nobody has yet. */
const PHONE_FROM = 5;

export function WhomStep({
  channels,
  refused,
  onChange,
  onChoose,
}: {
  channels: readonly Channel[];
  /** What the server says against the phone. */
  refused: string | null;
  /** Another phone is typed. */
  onChange: () => void;
  onChoose: (whom: Whom) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [region, setRegion] = useState(() => usualRegion(channels));
  const [phone, setPhone] = useState("");
  const nameField = useRef<HTMLInputElement>(null);
  const digits = typed.match(/\p{Nd}/gu) ?? [];
  const asPhone = isDialled(typed) && digits.length >= PHONE_FROM ? typed.trim() : "";

  /** `group`: as its country writes it. */
  const takePhone = (text: string, group: boolean) => {
    onChange();
    const country = countryOf(text, region) ?? region;
    setRegion(country);
    setPhone(group ? grouped(text, country) : text);
  };

  return (
    <div className="grid gap-x-8 gap-y-6 md:grid-cols-2">
      <Known
        typed={typed}
        onType={setTyped}
        onChoose={(contact) => onChoose({ contact, known: true })}
        onNew={
          asPhone
            ? () => {
                takePhone(asPhone, true);
                nameField.current?.focus();
              }
            : undefined
        }
      />
      <NewPhone
        region={region}
        onRegion={(country) => {
          onChange();
          setRegion(country);
          setPhone(movedTo(country, phone));
        }}
        phone={phone}
        onPhone={takePhone}
        nameField={nameField}
        refused={refused}
        onChoose={onChoose}
      />
      <span role="alert" className="sr-only">
        {refused && t("inbox.start.badPhone")}
      </span>
    </div>
  );
}

function Known({
  typed,
  onType,
  onChoose,
  onNew,
}: {
  typed: string;
  onType: (text: string) => void;
  onChoose: (contact: Contact) => void;
  onNew: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const contactName = useContactName();
  const asked = useRested(typed.trim());
  const { data, error, refetch } = useContactsLike(asked);
  const search = useRef<HTMLInputElement>(null);
  const touch = useMediaQuery("(pointer: coarse)");

  // A dialog that was there before our numbers were had nothing to give the focus to but itself.
  useEffect(
    () =>
      inNextFrame(() => {
        const box = search.current;
        if (!touch && box?.closest("[role=dialog]") === document.activeElement) box?.focus();
      }),
    [touch],
  );

  return (
    <div className="flex min-h-0 min-w-0 flex-col gap-2">
      <SearchField ref={search} label={t("inbox.start.search")} value={typed} onChange={onType} />
      {error && !data ? (
        <Notice
          tone="danger"
          role="alert"
          action={
            <Button size="sm" onClick={() => void refetch()}>
              {t("common.retry")}
            </Button>
          }
        >
          {error.message}
        </Notice>
      ) : (
        <ul
          aria-label={t("inbox.start.contacts")}
          aria-busy={!data}
          className={cx(
            "thin-scroll -mx-1 flex max-h-[min(46vh,26rem)] min-h-24 flex-col gap-0.5 overflow-y-auto px-1 max-md:max-h-[30vh]",
            // Its room is for what is on its way, not for nobody.
            data?.length === 0 && "hidden",
          )}
        >
          {data?.map((contact) => {
            const name = contactName(contact);
            return (
              <li key={contact.id}>
                <button
                  type="button"
                  onClick={() => onChoose(contact)}
                  className="flex w-full items-center gap-3 rounded-md px-2 py-1.5 text-start hover:bg-hover pointer-coarse:min-h-11"
                >
                  <ContactAvatar contact={contact} />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium text-base">
                      <bdi>{name}</bdi>
                    </span>
                    <span className="block truncate text-muted text-sm tabular-nums">
                      {contact.name && <bdi dir="ltr">{contact.phone}</bdi>}
                      {contact.name && contact.company && " · "}
                      <bdi>{contact.company}</bdi>
                    </span>
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <p role="status" className="text-muted text-sm">
        {data?.length === 0 && t(asked ? "inbox.start.nobody" : "inbox.start.noContacts")}
      </p>
      {onNew && (
        <Button className="self-start" onClick={onNew}>
          <UserRoundPlus aria-hidden="true" className="size-4" />
          {t("inbox.start.useAsNew", { phone: `\u2066${typed.trim()}\u2069` })}
        </Button>
      )}
    </div>
  );
}

function NewPhone({
  region,
  onRegion,
  phone,
  onPhone,
  nameField,
  refused,
  onChoose,
}: {
  region: CountryCode;
  onRegion: (region: CountryCode) => void;
  phone: string;
  onPhone: (text: string, group: boolean) => void;
  nameField: RefObject<HTMLInputElement | null>;
  refused: string | null;
  onChoose: (whom: Whom) => void;
}) {
  const { t, i18n } = useTranslation();
  const title = useId();
  const phoneField = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState(false);
  const countries = useMemo(() => named(i18n.language), [i18n.language]);
  const reading = read(phone, region);
  const explain = useExplanation(countries.find((each) => each.region === region)?.name ?? region);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if ("wrong" in reading) {
      setWrong(true);
      phoneField.current?.focus();
      return;
    }
    const whole = reading.phone;
    storage.set(COUNTRY, region);
    setBusy(true);
    // Somebody with this phone is who is meant. Without an answer the server finds them as the message is sent.
    const known = await contactWith(whole).catch(() => undefined);
    setBusy(false);
    if (known) onChoose({ contact: known, known: true });
    else onChoose({ contact: stranger(whole, name.trim()), known: false });
  };

  return (
    <form
      noValidate
      aria-labelledby={title}
      onSubmit={(event) => void submit(event)}
      className="flex flex-col gap-3.5 border-line max-md:border-t max-md:pt-5 md:border-s md:ps-8"
    >
      <h3 id={title} className="font-semibold text-base">
        {t("inbox.start.new")}
      </h3>
      <SelectField
        label={t("inbox.start.country")}
        value={region}
        onChange={(event) => {
          setWrong(false);
          onRegion(event.target.value as CountryCode);
        }}
      >
        {countries.map((each) => (
          <option key={each.region} value={each.region}>
            {`${each.name} (\u2066+${each.code}\u2069)`}
          </option>
        ))}
      </SelectField>
      <TextField
        ref={phoneField}
        label={t("inbox.start.phone")}
        type="tel"
        dir="ltr"
        autoComplete="off"
        inputMode="tel"
        value={phone}
        hint={explain.hint(reading, phone)}
        error={
          wrong ? explain.wrong(reading) : refused ? `${t("inbox.start.badPhone")} ${refused}` : undefined
        }
        onChange={({ target, nativeEvent }) => {
          setWrong(false);
          // What is changed in the middle, or taken away, stays as it is until one goes on: the caret would jump.
          const takes = nativeEvent instanceof InputEvent && nativeEvent.inputType.startsWith("delete");
          onPhone(target.value, !takes && target.selectionEnd === target.value.length);
        }}
      />
      <TextField
        ref={nameField}
        label={t("inbox.start.name")}
        dir="auto"
        autoComplete="off"
        maxLength={256}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" variant="primary" busy={busy} className="self-end">
        {t("inbox.start.next")}
      </Button>
    </form>
  );
}

/** What is to be said about a phone as it was read. */
function useExplanation(country: string) {
  const { t } = useTranslation();
  return {
    wrong: (reading: Reading) =>
      "wrong" in reading ? t(`inbox.start.wrong.${reading.wrong}`, { country }) : undefined,
    hint: (reading: Reading, typed: string) => {
      if ("wrong" in reading) return undefined;
      if (reading.unlike) return t("inbox.start.unlike", { country });
      return reading.shown === typed ? undefined : <bdi dir="ltr">{reading.shown}</bdi>;
    },
  };
}

/** Of what is in nobody's list yet there is no more than this. */
function stranger(phone: string, name: string): Contact {
  return {
    id: phone,
    phone,
    name: name || null,
    email: null,
    company: null,
    avatar_url: null,
    marketing_opt_out_at: null,
    tags: [],
  };
}

/** Where one wrote to last; else where our own number is. */
function usualRegion(channels: readonly Channel[]): CountryCode {
  const kept = storage.get(COUNTRY);
  if (isCountry(kept)) return kept;
  const own = channels.find((channel) => channel.is_default) ?? channels[0];
  return (own && countryOf(own.display_phone)) ?? "US";
}
