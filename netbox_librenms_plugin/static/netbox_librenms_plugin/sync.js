// The sync page: what is selected, what that allows, and where the focus goes after a swap. Everything is delegated
// from the document, since the panel is replaced as a whole.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const boxes = (name) => [...document.querySelectorAll(`#librenms-form input[type="checkbox"][name="${name}"]`)];
  const checked = (name) => boxes(name).filter((box) => box.checked);
  // On a page with nothing to sync, "select all" is about what can be deleted.
  const toggled = () => (boxes("pk").length ? boxes("pk") : boxes("remove"));

  let kept = null;
  let lastRow = null;
  let searched = null;

  function chosen(name) {
    const all = byId("librenms-all");
    if (name === "pk" && all?.value === "1") return Number(all.dataset.syncable);
    return checked(name).length;
  }

  function update() {
    for (const counter of document.querySelectorAll("[data-librenms-count]")) {
      const number = chosen(counter.dataset.librenmsCount);
      counter.textContent = number ? `(${number.toLocaleString()})` : "";
    }
    for (const button of document.querySelectorAll("[data-librenms-needs]")) {
      button.disabled = chosen(button.dataset.librenmsNeeds) === 0;
    }
    const everything = byId("librenms-everything");
    if (everything) {
      const number = Number(byId("librenms-all").dataset.syncable);
      everything.hidden = number <= boxes("pk").length;
      everything.querySelector("[data-librenms-syncable]").textContent = number.toLocaleString();
    }
    const page = byId("librenms-page");
    if (page) {
      const some = toggled().filter((box) => box.checked).length;
      page.disabled = toggled().length === 0;
      page.checked = some > 0 && some === toggled().length;
      page.indeterminate = some > 0 && some < toggled().length;
    }
  }

  function setAll(everything) {
    const all = byId("librenms-all");
    if (all) all.value = everything ? "1" : "";
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches?.("[data-librenms-choice]")) {
      const choose = byId("librenms-choose");
      const { librenmsChoice: name, librenmsRow: row } = box.dataset;
      // NetBox's own boxes call their entry for nothing so
      const value = box.value === "null" ? "0" : box.value;
      choose.querySelector("input").value = `${name}:${value}:${row}`;
      choose.dispatchEvent(new CustomEvent("librenms:choose"));
      return;
    }
    if (!box.closest || !box.closest("#librenms-form")) return;
    if (box.id === "librenms-page") toggled().forEach((one) => (one.checked = box.checked));
    if (box.id === "librenms-page" || box.name === "pk") setAll(false);
    update();
  });

  document.addEventListener("click", (event) => {
    const element = event.target.closest ? event.target : event.target.parentElement;
    const signal = element?.closest("[data-librenms-event]");
    if (signal) document.body.dispatchEvent(new CustomEvent(signal.dataset.librenmsEvent));
    const clear = element?.closest("[data-librenms-clear]");
    if (clear && byId(clear.dataset.librenmsClear)) byId(clear.dataset.librenmsClear).value = "";
    if (element?.closest("#librenms-everything")) {
      boxes("pk").forEach((box) => (box.checked = true));
      setAll(true);
      update();
    }
  });

  // Enter in a box would press the first button of the form, which is some row's.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("#librenms-form input, #librenms-form select")) {
      event.preventDefault();
    }
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "librenms-form") return;
    lastRow = event.submitter?.name === "only" ? event.submitter.closest("tr")?.id : null;
  });

  // The search box stays while its panel is replaced, but not for another tab, which has other things to look for.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig?.elt.id.startsWith("librenms-tab-")) byId("librenms-search")?.remove();
  });

  // What was ticked stays ticked while its row is still there.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "librenms-panel") return;
    kept = new Set(["pk", "remove", "exclude"].flatMap((name) => checked(name).map((box) => `${name}=${box.value}`)));
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "librenms-panel" || !kept) return;
    for (const name of ["pk", "remove", "exclude"]) {
      boxes(name).forEach((box) => (box.checked = kept.has(`${name}=${box.value}`)));
    }
    kept = null;
  });

  document.addEventListener("htmx:afterRequest", () => {
    update();
    const row = lastRow && byId(lastRow);
    if (row && document.activeElement === document.body) row.querySelector(".librenms-info")?.focus();
    lastRow = row ? null : lastRow;
  });
  document.addEventListener("htmx:afterSettle", update);

  // A row that was synced says less than before. It stays as high as it was, so that the next one stays under the mouse.
  const heights = new Map();
  const tall = (element) => element?.getBoundingClientRect().height || 0;
  const isRow = (element) => element?.matches?.("#librenms-table tbody tr[id]:not([id$='-why'])");
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const row = event.detail.target;
    if (!isRow(row)) return;
    const why = byId(`${row.id}-why`);
    heights.set(row.id, tall(row) + tall(why));
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const [id, height] of heights) {
      const row = byId(id);
      const why = byId(`${id}-why`);
      if (row) row.style.height = `${height - tall(why)}px`;
    }
    heights.clear();
  });

  // A page that htmx puts back by itself would lack the place for toasts, and hold rows as they once were.
  document.addEventListener("htmx:historyCacheMiss", (event) => {
    event.preventDefault();
    window.location.reload();
  });

  // NetBox's column chooser comes with the page, for the tab that was open then: another tab's comes with a page of it.
  const COLUMNS = "librenms:columns";
  // Before Bootstrap, which would look for a window that is not there
  window.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-librenms-columns]");
    if (!button || document.querySelector(button.dataset.bsTarget)) return;
    event.stopPropagation();
    window.sessionStorage.setItem(COLUMNS, button.dataset.bsTarget);
    window.location.reload();
  }, true);
  document.addEventListener("htmx:afterSettle", () => {
    const wanted = window.sessionStorage.getItem(COLUMNS);
    const button = wanted && document.querySelector(`[data-bs-target="${wanted}"]`);
    if (!button || !document.querySelector(wanted)) return;
    window.sessionStorage.removeItem(COLUMNS);
    button.click();
  });

  // When columns were chosen, NetBox opens the page without its query, which would be another tab.
  const LEFT = `librenms:${window.location.pathname}`;
  const left = window.sessionStorage.getItem(LEFT);
  window.sessionStorage.removeItem(LEFT);
  if (left && !window.location.search) window.location.replace(window.location.pathname + left);
  document.addEventListener("submit", (event) => {
    if (event.target.closest("[id$='_config']")) window.sessionStorage.setItem(LEFT, window.location.search);
  }, true);

  // The box stays while its form is replaced, and what was typed meanwhile was typed for the form that went.
  document.addEventListener("htmx:afterSettle", (event) => {
    const box = byId("librenms-search");
    const said = box?.form?.dataset.said;
    if (event.detail.target?.id !== "librenms-panel" || said === undefined) return;
    const wanted = box.value.trim();
    if (wanted !== said.trim() && wanted !== searched) box.dispatchEvent(new Event("search", { bubbles: true }));
    searched = wanted;
  });
})();
