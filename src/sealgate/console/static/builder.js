// Keeps the request builder's form and its preview in step with what is typed, without leaving the page.
// Without it every button loads the page again, and nothing typed is lost either.
"use strict";

(() => {
  const WAIT_MS = 350;
  let form = document.querySelector("[data-builder]");
  let waiting = 0;
  let latest = 0;

  const ask = async (button) => {
    const fields = new URLSearchParams(new FormData(form));
    if (button) fields.set(button.name, button.value);
    const number = ++latest;
    const answer = await fetch(form.action, { method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Signed out meanwhile, or overtaken by what was typed since.
    if (!answer.ok || number !== latest) return null;
    return page.querySelector("[data-builder]");
  };

  const showPreview = async () => {
    const fresh = (await ask(null))?.querySelector("#preview");
    const preview = form.querySelector("#preview");
    if (!fresh || !preview) return;
    const open = [...preview.querySelectorAll("details")].map((one) => one.open);
    [...fresh.querySelectorAll("details")].forEach((one, at) => { one.open = open[at] ?? false; });
    preview.replaceWith(fresh);
    fresh.dispatchEvent(new Event("fresh", { bubbles: true }));
  };

  const redraw = async (button) => {
    clearTimeout(waiting);
    const fresh = await ask(button);
    if (!fresh) {
      form.submit();
      return;
    }
    const focused = document.activeElement?.id;
    const opened = form.querySelector("#options ~ details")?.open;
    form.replaceWith(fresh);
    form = fresh;
    const details = form.querySelector("#options ~ details");
    if (opened && details) details.open = true;
    listen();
    form.dispatchEvent(new Event("fresh", { bubbles: true }));
    const next = form.querySelector("[autofocus]") ?? (focused && document.getElementById(focused));
    (next || form.querySelector("#type") || form.querySelector("#json"))?.focus();
  };

  const listen = () => {
    form.addEventListener("input", (event) => {
      if (event.target.id === "add") return;
      clearTimeout(waiting);
      // Another type has other fields; its own button stays for whoever chooses by keyboard step by step.
      if (event.target.id !== "type") waiting = setTimeout(showPreview, WAIT_MS);
    });
    form.addEventListener("change", (event) => {
      if (event.target.id === "type") redraw({ name: "do", value: "type" });
    });
    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (!button || button.hasAttribute("formaction")) return;
      event.preventDefault();
      redraw(button);
    });
  };

  listen();
})();
