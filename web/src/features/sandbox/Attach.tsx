/** What a customer can send besides text: a file of the reader's, or something the sandbox brings along. */
import { FileText, ImageIcon, MapPin, Mic, Paperclip, Sticker, Upload, UserRound, Video } from "lucide-react";
import { useRef } from "react";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { t } from "./texts";

const SAMPLES = [
  { type: "image", icon: ImageIcon, label: t.attach.photo },
  { type: "audio", icon: Mic, label: t.attach.voice },
  { type: "video", icon: Video, label: t.attach.video },
  { type: "sticker", icon: Sticker, label: t.attach.sticker },
  { type: "document", icon: FileText, label: t.attach.document },
] as const;

const PLACE = {
  type: "location",
  latitude: 52.5219,
  longitude: 13.4132,
  name: "Alexanderplatz",
  address: "10178 Berlin",
};

const CONTACT = {
  type: "contacts",
  contacts: [
    {
      name: { formatted_name: "Bo Lindqvist", first_name: "Bo", last_name: "Lindqvist" },
      phones: [{ phone: "+1 202 555 0117", wa_id: "12025550117", type: "CELL" }],
    },
  ],
};

export function Attach({
  disabledReason,
  onSend,
  onFile,
}: {
  disabledReason: string | undefined;
  onSend: (what: { type: string } & Record<string, unknown>) => void;
  onFile: (file: File) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        onChange={({ currentTarget: box }) => {
          const file = box.files?.[0];
          // The same file may be chosen again.
          box.value = "";
          if (file) onFile(file);
        }}
      />
      {disabledReason ? (
        <IconButton label={t.attach.label} disabledReason={disabledReason} className="size-10 rounded-full!">
          <Paperclip aria-hidden="true" className="size-4.5" />
        </IconButton>
      ) : (
        <Menu
          side="top"
          trigger={
            <IconButton label={t.attach.label} className="size-10 rounded-full!">
              <Paperclip aria-hidden="true" className="size-4.5" />
            </IconButton>
          }
        >
          <MenuItem onClick={() => input.current?.click()}>
            <Upload aria-hidden="true" className="size-4" />
            {t.attach.file}
          </MenuItem>
          <MenuSeparator />
          {SAMPLES.map(({ type, icon: Icon, label }) => (
            <MenuItem key={type} onClick={() => onSend({ type })}>
              <Icon aria-hidden="true" className="size-4" />
              {label}
            </MenuItem>
          ))}
          <MenuItem onClick={() => onSend(PLACE)}>
            <MapPin aria-hidden="true" className="size-4" />
            {t.attach.location}
          </MenuItem>
          <MenuItem onClick={() => onSend(CONTACT)}>
            <UserRound aria-hidden="true" className="size-4" />
            {t.attach.contact}
          </MenuItem>
        </Menu>
      )}
    </>
  );
}
