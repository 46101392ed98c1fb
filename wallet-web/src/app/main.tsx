// The start of the page.

import { render } from "preact";
import "./styles/index.css";
import { startLanguage } from "./i18n";
import { keepOffline } from "./state/offline";
import { Shell } from "./shell";

async function start(): Promise<void> {
  await startLanguage();
  const place = document.getElementById("app");
  if (place === null) throw new Error("the page has no place for the app");
  place.replaceChildren();
  render(<Shell />, place);
  keepOffline();
}

void start();
