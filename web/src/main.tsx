import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./app/queryClient";
import { createAppRouter } from "./app/router";
import { bindSession } from "./app/session";
import { startI18n } from "./i18n";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

const cache = createQueryClient();
const router = createAppRouter(cache);
bindSession({ router, cache });
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // Without it the app works as well; it only does not open where there is no network.
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}

void startI18n().then(() => {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
});
