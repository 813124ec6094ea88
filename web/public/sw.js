/**
 * Keeps the shell of the app, so that it opens at once, and also where there is no network: the page and the files that
 * are named after their content. What the API answers is never kept.
 */
const CACHE = "recado-shell";
const PAGE = "/inbox";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(kept(request));
  else if (request.mode === "navigate" && isPage(url.pathname)) event.respondWith(page(request));
});

/** A notification that the page could not show by itself, as on phones: it leads to its conversation. */
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data?.path ?? PAGE));
});

async function show(path) {
  const [tab] = await self.clients.matchAll({ type: "window" });
  if (!tab) return self.clients.openWindow(path);
  await tab.focus();
  return tab.navigate(path);
}

/** Addresses that the app answers by itself; the API's documentation and the simulated phones are pages of their own. */
function isPage(path) {
  return !/^\/(api|hooks|files|docs|sandbox|metrics|livez|readyz)(\/|$)/.test(path);
}

/** The page as it is now; the one we have where there is no network. */
async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await keepPage(answer.clone());
    return answer;
  } catch (error) {
    const known = await caches.match(PAGE);
    if (known) return known;
    throw error;
  }
}

/** All pages are the same document. Another one than before is another build: its files are others. */
async function keepPage(answer) {
  const known = await caches.match(PAGE);
  if (known && (await known.text()) !== (await answer.clone().text())) await caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  await cache.put(PAGE, answer);
}

/** These never change: a new build has new names. */
async function kept(request) {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
}
