import type { ComponentProps } from "react";
import type { Contact } from "@/api/types";
import { useContactName } from "@/team/queries";
import { Avatar } from "@/ui/Avatar";

/** A customer. The colour goes by the phone number, as on the sandbox's phones: who is one person looks like one. */
export function ContactAvatar({
  contact,
  size,
}: {
  contact: Contact;
  size?: NonNullable<ComponentProps<typeof Avatar>["size"]>;
}) {
  const name = useContactName()(contact);
  return <Avatar id={contact.phone?.slice(1) ?? contact.id} name={name} {...(size ? { size } : {})} />;
}
