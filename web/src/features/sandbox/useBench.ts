/** Keeps the bench in step with the sandbox server: fetches once, then listens. */
import { useCallback, useEffect, useReducer, useRef } from "react";
import { type BenchEvent, EVENTS, getBench, getMessages, type Message } from "./api";
import { reduce, START, type State } from "./bench";

/** As long as WhatsApp shows it. */
const TYPING_MS = 25_000;

/** `open` is the chat on screen: its messages are fetched. `add` puts a message there before the stream tells it. */
export function useBench(open: string | null): [State, (waId: string, message: Message) => void] {
  const [state, dispatch] = useReducer(reduce, START);
  const typingTimers = useRef(new Map<string, ReturnType<typeof setTimeout>>());

  useEffect(() => {
    const timers = typingTimers.current;
    const stream = new EventSource(EVENTS);
    let retry: ReturnType<typeof setTimeout> | undefined;
    const fetchBench = () => {
      getBench().then(
        (bench) => dispatch({ type: "bench", bench }),
        () => {
          retry = setTimeout(fetchBench, 1000);
        },
      );
    };
    stream.onmessage = ({ data }) => {
      const event = JSON.parse(data as string) as BenchEvent;
      dispatch({ type: "event", event });
      if (event.type === "hello" || event.type === "reset") {
        clearTimeout(retry);
        fetchBench();
      }
      if (event.type === "typing") {
        const { wa_id } = event;
        clearTimeout(timers.get(wa_id));
        timers.set(
          wa_id,
          setTimeout(() => dispatch({ type: "typing_over", wa_id }), TYPING_MS),
        );
      }
    };
    // The browser tries again by itself.
    stream.onerror = () => dispatch({ type: "cut" });
    return () => {
      stream.close();
      clearTimeout(retry);
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, []);

  const known = state.bench?.phones.some((phone) => phone.wa_id === open) ?? false;
  const wanted = open !== null && known && !state.fetched.has(open);
  useEffect(() => {
    if (!wanted || open === null) return;
    let dropped = false;
    getMessages(open).then(
      (messages) => dropped || dispatch({ type: "chat", wa_id: open, messages }),
      // The stream is cut too, then; it asks again when it is back.
      () => {},
    );
    return () => {
      dropped = true;
    };
  }, [wanted, open]);

  const add = useCallback((waId: string, message: Message) => {
    dispatch({ type: "event", event: { type: "message", wa_id: waId, message } });
  }, []);
  return [state, add];
}
