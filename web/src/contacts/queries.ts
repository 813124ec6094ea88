/** One contact and the tags of the account: read once, kept right by events; and what is done to them. */
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, snapshot } from "@/api/client";
import type { Contact, ContactChange, ContactDetails, Conversation, Tag } from "@/api/types";
import { useCan } from "@/app/me";
import { mergeTags } from "@/live/apply";
import { withTags } from "@/live/contacts";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import { newer, type Stamped, stamp, wished } from "@/live/stamped";

export function useContact(id: string) {
  const live = useLive();
  const allowed = useCan("contacts:read");
  return useQuery<Stamped<ContactDetails>>({
    queryKey: keys.contact(id),
    queryFn: () =>
      live.read(
        async () => {
          const answer = await snapshot(api.GET("/api/v1/contacts/{id}", { params: { path: { id } } }));
          return { value: stamp(answer.body.data, answer.seq ?? 0), seq: answer.seq };
        },
        (contact, { contacts, tags }) => {
          const told = contacts.get(id);
          return withTags(told ? newer(contact, told) : contact, tags);
        },
      ),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: allowed,
  });
}

/** All tags of the account, by name. */
export function useTags(enabled = true) {
  const live = useLive();
  const allowed = useCan("contacts:read");
  return useQuery<Stamped<Tag>[]>({
    queryKey: keys.tags,
    queryFn: () =>
      live.read(
        async () => {
          const { body, seq } = await snapshot(api.GET("/api/v1/tags"));
          return { value: body.data.map((tag) => stamp(tag, seq ?? 0)), seq };
        },
        (tags, changes) => mergeTags(tags, changes.tags),
      ),
    select: (tags) => tags.toSorted((a, b) => a.name.localeCompare(b.name)),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: allowed && enabled,
  });
}

/** Changes what the team knows of a contact. It shows at once, and goes back when the server refuses. */
export function useChangeContact(conversation: Stamped<Conversation>) {
  const cache = useQueryClient();
  const tell = useTellContact(conversation);
  const id = conversation.contact_id;
  return useMutation({
    mutationFn: async (change: ContactChange) =>
      (await body(api.PATCH("/api/v1/contacts/{id}", { params: { path: { id } }, body: change }))).data,
    onMutate: (change) => {
      const before = knownContact(cache, conversation);
      const { tags: _, ...lines } = change;
      const wanted = { ...before, ...lines };
      return tell({ ...wanted, name: wanted.name ?? before.profile_name }, before);
    },
    onSuccess: (contact, _, told) => told.settle(contact),
    onError: (_error, _change, told) => told?.settle(told.before),
  });
}

/** Gives a contact tags and takes others, by name. Those that there are none of are made. */
export function useChangeTags(conversation: Stamped<Conversation>) {
  const cache = useQueryClient();
  const tell = useTellContact(conversation);
  const id = conversation.contact_id;
  return useMutation({
    mutationFn: async ({ add, remove }: { add: Tag[]; remove: Tag[] }) => {
      const change = { add: add.map(({ name }) => name), remove: remove.map(({ name }) => name) };
      return (await body(api.POST("/api/v1/contacts/{id}/tags", { params: { path: { id } }, body: change })))
        .data;
    },
    onMutate: ({ add, remove }) => {
      const before = knownContact(cache, conversation);
      const others = before.tags.filter(({ id }) => ![...add, ...remove].some((tag) => tag.id === id));
      return tell({ ...before, tags: [...others, ...add] }, before);
    },
    onSuccess: (contact, _, told) => told.settle(contact),
    onError: (_error, _change, told) => told?.settle(told.before),
  });
}

type Told = { before: ContactDetails; settle: (contact: ContactDetails) => void };

/** Shows a contact as it is wished for; what the server says then takes its place, if nothing newer was heard. */
function useTellContact(
  conversation: Stamped<Conversation>,
): (wanted: ContactDetails, before: ContactDetails) => Told {
  const live = useLive();
  const cache = useQueryClient();
  const id = conversation.contact_id;
  return (wanted, before) => {
    const known = cache.getQueryData<Stamped<ContactDetails>>(keys.contact(id));
    const asked = wished(Math.max(known?.seq ?? 0, conversation.seq));
    const put = (value: ContactDetails, seq: number) =>
      live.tell({ contacts: new Map([[id, stamp(value, seq)]]) });
    put(wanted, asked);
    return { before, settle: (contact) => put(contact, wished(asked)) };
  };
}

function knownContact(cache: QueryClient, conversation: Stamped<Conversation>): ContactDetails {
  const known = cache.getQueryData<Stamped<ContactDetails>>(keys.contact(conversation.contact_id));
  const embedded: Contact = conversation.contact;
  const { created_at, updated_at } = conversation;
  return { profile_name: null, created_at, updated_at, ...known, ...embedded };
}
