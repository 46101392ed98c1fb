// What the console's pages do beyond links and forms: copy buttons, and parts that keep themselves fresh.
// Every page works without it.

// A <code data-copy> gets a button that copies its text.
const addCopyButtons = (root) => {
  for (const code of root.querySelectorAll("[data-copy]")) addCopyButton(code);
};

const addCopyButton = (code) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button copied";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent.trim());
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  (code.closest("pre") ?? code).after(button);
};

addCopyButtons(document);
// Told of content that came later.
document.addEventListener("fresh", (event) => addCopyButtons(event.target));

// A form with data-confirm asks before it is sent.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// An element with data-live="<address>" follows that stream: each event "part" replaces its content.
for (const part of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(part.dataset.live);
  source.addEventListener("part", (event) => {
    part.innerHTML = JSON.parse(event.data);
  });
  source.addEventListener("end", () => source.close());
  window.addEventListener("pagehide", () => source.close());
}
