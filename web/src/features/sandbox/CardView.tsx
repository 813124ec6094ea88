/** A card as the phone shows it: header, body, small print, buttons to press, a list to open. */
import { Copy, CornerUpLeft, ExternalLink, List, Phone, Play } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/ui/Dialog";
import { type Card, type CardButton, type CardHeader, mediaUrl } from "./api";
import { Place, Text } from "./Content";
import { t } from "./texts";

type Press = (what: { button: number } | { row: string }) => void;

const BUTTON =
  "flex min-h-9 w-full items-center justify-center gap-1.5 px-2 font-medium text-accent hover:bg-hover pointer-coarse:min-h-11";

export function CardView({ card, onPress }: { card: Card; onPress: Press }) {
  const buttons = card.buttons ?? [];
  const [open, setOpen] = useState(false);
  // Buttons of a row of cards count on from those of the first.
  const starts = (card.cards ?? []).map((_, at) =>
    (card.cards ?? []).slice(0, at).reduce((sum, one) => sum + (one.buttons?.length ?? 0), buttons.length),
  );
  return (
    <div className="min-w-56">
      {card.header && <Header header={card.header} />}
      <Text text={card.body} />
      {card.footer && <p className="mt-1 text-muted text-sm">{card.footer}</p>}
      {(buttons.length > 0 || card.list) && (
        <div className="-mx-3 mt-1.5 divide-y divide-line border-line border-t">
          {buttons.map((button, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the buttons of a message never move
            <CardButtonView key={at} button={button} onPress={() => onPress({ button: at })} />
          ))}
          {card.list && (
            <button type="button" aria-haspopup="dialog" onClick={() => setOpen(true)} className={BUTTON}>
              <List aria-hidden="true" className="size-4" />
              {card.list.button}
            </button>
          )}
        </div>
      )}
      {card.cards && card.cards.length > 0 && (
        <div className="thin-scroll mt-1.5 flex gap-2 overflow-x-auto pb-1">
          {card.cards.map((one, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the cards of a message never move
            <div key={at} className="shrink-0 rounded-lg border border-line px-3 py-1.5">
              <CardView
                card={one}
                onPress={(what) =>
                  onPress("button" in what ? { button: (starts[at] ?? 0) + what.button } : what)
                }
              />
            </div>
          ))}
        </div>
      )}
      {card.list && (
        <Dialog open={open} onOpenChange={setOpen} title={card.list.button} closeLabel={t.close}>
          {card.list.sections.map((section, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the sections of a list never move
            <section key={at} className="mb-3">
              {section.title && <h3 className="mb-1 font-medium text-accent text-sm">{section.title}</h3>}
              {section.rows.map((row) => (
                <button
                  key={row.id}
                  type="button"
                  onClick={() => {
                    setOpen(false);
                    onPress({ row: row.id });
                  }}
                  className="block w-full rounded-md px-2 py-2 text-start hover:bg-hover"
                >
                  <span className="block font-medium">{row.title}</span>
                  {row.description && <span className="text-muted text-sm">{row.description}</span>}
                </button>
              ))}
            </section>
          ))}
        </Dialog>
      )}
    </div>
  );
}

function Header({ header }: { header: CardHeader }) {
  if (header.type === "text") return <p className="mb-0.5 font-semibold">{header.text}</p>;
  if (header.type === "location")
    return (
      <Place
        place={{
          latitude: header.latitude,
          longitude: header.longitude,
          ...(header.name ? { name: header.name } : {}),
          ...(header.address ? { address: header.address } : {}),
        }}
      />
    );
  if (!header.media) return null;
  const url = mediaUrl(header.media);
  if (header.kind === "image")
    return (
      <img
        src={url}
        alt=""
        className="-mx-1.5 my-0.5 mb-1.5 max-h-60 w-[calc(100%+12px)] max-w-none rounded-lg bg-hover object-cover"
      />
    );
  if (header.kind === "video")
    return (
      // biome-ignore lint/a11y/useMediaCaption: a template's film comes without
      <video
        src={url}
        controls
        preload="metadata"
        className="-mx-1.5 my-0.5 mb-1.5 w-[calc(100%+12px)] max-w-none rounded-lg"
      />
    );
  return (
    <a href={url} target="_blank" rel="noreferrer" className="mb-1 block text-accent underline">
      {header.filename ?? t.kinds.document}
    </a>
  );
}

function CardButtonView({ button, onPress }: { button: CardButton; onPress: () => void }) {
  const [copied, setCopied] = useState(false);
  if (button.type === "url")
    return (
      <a href={button.url} target="_blank" rel="noreferrer" className={BUTTON}>
        <ExternalLink aria-hidden="true" className="size-4" />
        {button.title}
      </a>
    );
  if (button.type === "call")
    return (
      <a href={`tel:${button.phone}`} className={BUTTON}>
        <Phone aria-hidden="true" className="size-4" />
        {button.title}
      </a>
    );
  if (button.type === "copy_code")
    return (
      <button
        type="button"
        onClick={() => {
          navigator.clipboard?.writeText(button.code).catch(() => {});
          setCopied(true);
        }}
        className={BUTTON}
      >
        <Copy aria-hidden="true" className="size-4" />
        {copied ? button.code : button.title}
      </button>
    );
  if (button.type === "other")
    return <p className={`${BUTTON} text-muted hover:bg-transparent`}>{button.title}</p>;
  const Icon = button.type === "flow" ? Play : CornerUpLeft;
  return (
    <button type="button" onClick={onPress} className={BUTTON}>
      <Icon aria-hidden="true" className="size-4 rtl:-scale-x-100" />
      {button.title}
    </button>
  );
}
