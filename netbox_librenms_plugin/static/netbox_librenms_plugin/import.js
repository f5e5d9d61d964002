// The import list: what is chosen in rows is sent together, rows are ignored, and filters are loaded when they are
// looked at. Selection, search and history are those of the sync page (sync.js).
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const numberOf = (element) => element.closest("tr")?.id.replace("librenms-import-", "") || "";

  let pending = [];
  let last = null;
  let byKeys = false;

  document.addEventListener("keydown", () => { byKeys = true; }, true);
  document.addEventListener("pointerdown", () => { byKeys = false; }, true);

  // A second choice may come while the first is on its way, so they wait in line and nothing is lost.
  document.addEventListener("change", (event) => {
    const box = event.target;
    const name = box.dataset?.choose;
    if (!name) return;
    pending.push(`${numberOf(box)}:${name}:${box.value}`);
    last = byKeys ? { row: box.closest("tr").id, name } : null;
    byId("librenms-choose")?.dispatchEvent(new CustomEvent("librenms:choose"));
  });

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "librenms-choose") return;
    event.detail.parameters.choose = pending;
    pending = [];
  });

  // The row is a new one: whoever works with the keyboard goes on where he was. The box must not open by itself.
  function goOn() {
    const row = last && byId(last.row);
    const select = row?.querySelector(`select[data-choose="${last.name}"]`)?.tomselect;
    if (!row || document.activeElement !== document.body) return;
    last = null;
    if (!select) {
      row.querySelector("button")?.focus();
      return;
    }
    select.settings.openOnFocus = false;
    select.control_input.focus();
    window.setTimeout(() => { select.settings.openOnFocus = true; });
  }
  // NetBox makes its boxes of the new row's selects on the same event.
  document.addEventListener("htmx:afterSettle", () => window.setTimeout(goOn));

  document.addEventListener("click", (event) => {
    const element = event.target.closest ? event.target : event.target.parentElement;
    const ignore = element?.closest("[data-ignore]");
    const form = byId("librenms-ignore");
    if (ignore && form) {
      form.elements.only.value = numberOf(ignore);
      form.elements.action.value = ignore.dataset.ignore || "ignore";
      form.dispatchEvent(new CustomEvent("librenms:ignore"));
    }
    if (element?.closest("#librenms-filters-tab")) {
      byId("librenms-filters")?.dispatchEvent(new CustomEvent("librenms:filters"));
    }
  });

  // What a search for stacks found is in the list
  document.body.addEventListener("librenms:import-ended", () => {
    document.body.dispatchEvent(new CustomEvent("librenms:reload"));
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const then = event.detail.elt.dataset?.librenmsThen;
    if (then && event.detail.successful) document.body.dispatchEvent(new CustomEvent(then));
  });
})();
