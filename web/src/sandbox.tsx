/** The second page of this build: virtual phones, served by the sandbox server at `/sandbox`. */
import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Sandbox } from "./features/sandbox";
import { TooltipLayer } from "./ui/TooltipLayer";

const root = document.getElementById("root");
if (!root) throw new Error("sandbox.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Sandbox />
    <TooltipLayer />
  </StrictMode>,
);
