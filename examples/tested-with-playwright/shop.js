// The shop's server: its page, what the page loads, and where its platform is, as the environment says.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const FILES = {
  "/": [here("index.html"), "text/html; charset=utf-8"],
  "/page.js": [here("page.js"), "text/javascript"],
  "/sealgate.js": [fileURLToPath(import.meta.resolve("sealgate")), "text/javascript"],
};

/** Serve the shop on a port, or any that is free; returns its address and what closes it. */
export async function openShop(port = 0) {
  const { SEALGATE_URL: url, SEALGATE_API_KEY: apiKey } = process.env;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/settings.json") {
      return response.setHeader("content-type", "application/json").end(JSON.stringify({ url, apiKey }));
    }
    if (!(pathname in FILES)) return response.writeHead(404).end();
    const [file, type] = FILES[pathname];
    response.setHeader("content-type", type).end(await readFile(file));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
