// What runs inside the page: the browser's own clocks. Each function is handed over as its text, so none uses another.

/** Installed before anything else: counts frames, notes long tasks, and waits for what a click or a key brings. */
export function install() {
  const frames = [];
  const longTasks = [];
  const keys = [];
  const loop = (at) => {
    frames.push(at);
    requestAnimationFrame(loop);
  };
  requestAnimationFrame(loop);
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push({ startTime, duration });
  }).observe({ type: "longtask" });

  /**
   * Resolves once the frame being made is out of this thread's hands: a message that is posted while it is made comes
   * after style, layout, paint and the hand-over to the compositor.
   */
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(null);
      });
    });

  // When the browser took the key, not when the page came to look at it.
  addEventListener(
    "keydown",
    (event) => {
      addEventListener("input", () => painted().then((at) => keys.push(at - event.timeStamp)), {
        capture: true,
        once: true,
      });
    },
    { capture: true },
  );

  /** What is in the page and not shown, because another stands in its place, is not there yet. */
  const shown = (selector) =>
    [...document.querySelectorAll(selector)].some((element) => element.checkVisibility());

  /**
   * From the next click until something that can be seen matches the selector in a frame. `frames` is 1 for the first
   * frame after it.
   */
  const appears = (selector) =>
    new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`${selector} has not appeared.`)), 30_000);
      addEventListener(
        "click",
        (event) => {
          const before = frames.length;
          const done = async () => {
            const at = await painted();
            resolve({ ms: at - event.timeStamp, frames: frames.length - before });
          };
          const watch = new MutationObserver(() => {
            if (!shown(selector)) return;
            watch.disconnect();
            void done();
          });
          watch.observe(document, { childList: true, subtree: true, attributes: true });
        },
        { capture: true, once: true },
      );
    });

  const begin = () => {
    frames.length = 0;
    longTasks.length = 0;
    keys.length = 0;
  };
  const end = () => ({ frames: [...frames], longTasks: [...longTasks], keys: [...keys] });
  Object.assign(window, { bench: { appears, begin, end } });
}

/** A page that does the least: what the browser and this machine need in any case. */
export function floor() {
  document.body.innerHTML = '<button id="next">Next</button><textarea></textarea><div id="shown"></div>';
  document.querySelector("#next").addEventListener("click", () => {
    const next = document.createElement("p");
    next.textContent = document.querySelector("#next").dataset.next;
    next.id = next.textContent;
    document.querySelector("#shown").replaceChildren(next);
  });
}
