// Serves the page, with the address and the API key from the environment filled in. Any web server would do.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const { SEALGATE_URL, SEALGATE_API_KEY, PORT = "5173" } = process.env;
if (!SEALGATE_URL || !SEALGATE_API_KEY) throw new Error("Set SEALGATE_URL and SEALGATE_API_KEY, see README.md");

const FILES = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/app.js": ["app.js", "text/javascript; charset=utf-8"],
  "/style.css": ["style.css", "text/css"],
  "/icon.svg": ["icon.svg", "image/svg+xml"],
  "/xumm.min.js": ["node_modules/xumm/dist/browser.min.js", "text/javascript; charset=utf-8"],
};
const sockets = SEALGATE_URL.replace(/^http/, "ws");
const HEADERS = {
  "content-security-policy": `default-src 'self'; script-src 'self' ${SEALGATE_URL}; img-src 'self' ${SEALGATE_URL}; connect-src 'self' ${SEALGATE_URL} ${sockets}`,
  "x-content-type-options": "nosniff",
};

const server = createServer(async (request, response) => {
  const [file, type] = FILES[new URL(request.url, "http://localhost").pathname] ?? [];
  if (!file) return response.writeHead(404).end("Not here");
  let body = await readFile(new URL(file, import.meta.url));
  if (file === "index.html") {
    body = String(body).replaceAll("{{SEALGATE_URL}}", SEALGATE_URL).replaceAll("{{SEALGATE_API_KEY}}", SEALGATE_API_KEY);
  }
  response.writeHead(200, { ...HEADERS, "content-type": type }).end(body);
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://localhost:${server.address().port}/`));
