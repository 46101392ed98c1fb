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

// On a phone the tabs are wider than the screen: the current one is what one wants to see.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// A form with data-confirm asks before it is sent.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A GET form with data-fresh="<id>" asks while somebody types, and puts the answer (asked for with part=1) there.
for (const form of document.querySelectorAll("[data-fresh]")) {
  let waiting, asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const mine = ++asked;
      const answer = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}&part=1`);
      const text = await answer.text();
      // An answer that was overtaken, or that is no part, is nobody's.
      if (mine === asked && answer.ok && !answer.redirected) document.getElementById(form.dataset.fresh).innerHTML = text;
    }, 200);
  });
}

// An element with data-live="<address>" follows that stream: each event "part" replaces its content.
for (const part of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(part.dataset.live);
  source.addEventListener("part", (event) => {
    // Who was on a link of it with the keyboard stays on that link.
    const held = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    part.innerHTML = JSON.parse(event.data);
    if (held) part.querySelector(`[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  });
  source.addEventListener("end", () => source.close());
  window.addEventListener("pagehide", () => source.close());
}
