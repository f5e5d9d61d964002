// What a person can decide about a row is text until he wants to: then the button turns into a box, and back again when
// he leaves it without having chosen.
(() => {
  "use strict";

  let last = null;

  function box(button) {
    const select = document.createElement("select");
    const { librenmsChoice, librenmsRow, value, url } = button.dataset;
    select.className = `form-select form-select-sm librenms-choice ${url ? "api-select" : "no-ts"}`;
    Object.assign(select.dataset, { librenmsChoice, librenmsRow });
    select.setAttribute("aria-label", button.getAttribute("aria-label").replace(/: .*$/s, ""));
    const options = JSON.parse(button.dataset.options);
    for (const [one, words] of options) select.add(new Option(words, one, false, one === value));
    if (url) {
      select.dataset.url = url;
      const none = options.find(([one]) => one === "0");
      if (none) select.dataset.nullOption = none[1];
    }
    return select;
  }

  function open(button) {
    const holder = document.createElement("span");
    const select = box(button);
    holder.className = "librenms-choosing";
    holder.append(select);
    button.replaceWith(holder);
    // NetBox makes its boxes of new selects when something was put in
    holder.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true, detail: { elt: holder, target: holder } }));
    const back = (focus) => {
      if (!holder.isConnected) return;
      select.tomselect?.destroy();
      holder.replaceWith(button);
      if (focus) button.focus();
    };
    // Before the box itself, which would keep the key for its list
    holder.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      back(true);
    }, true);
    holder.addEventListener("focusout", () => window.setTimeout(() => {
      if (!holder.contains(document.activeElement) && !holder.dataset.chosen) back(false);
    }));
    select.addEventListener("change", () => { holder.dataset.chosen = "1"; });
    if (select.tomselect) {
      select.tomselect.focus();
      return;
    }
    select.focus();
    try {
      select.showPicker?.();
    } catch {
      // It has the focus, and opens with the keys
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-librenms-choice]");
    if (button) open(button);
  });

  // The row is a new one when the choice has been taken: whoever chose goes on where he was.
  document.addEventListener("change", (event) => {
    if (event.target.closest?.(".librenms-choosing")) last = { ...event.target.dataset };
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "librenms-panel" || !last) return;
    const { librenmsChoice: name, librenmsRow: row } = last;
    last = null;
    if (document.activeElement !== document.body) return;
    document.querySelector(`button[data-librenms-choice="${name}"][data-librenms-row="${row}"]`)?.focus();
  });
})();
