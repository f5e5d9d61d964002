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
  document.addEventListener("pointerdown", () => {
    byKeys = false;
    last = null;
  }, true);

  // A second choice may come while the first is on its way, so they wait in line and nothing is lost.
  document.addEventListener("change", (event) => {
    const box = event.target;
    const name = box.dataset?.choose;
    if (!name) return;
    pending.push(`${numberOf(box)}:${name}:${box.value}`);
    last = byKeys ? { row: box.closest("tr"), name } : null;
    byId("librenms-choose")?.dispatchEvent(new CustomEvent("librenms:choose"));
  });

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "librenms-choose") return;
    event.detail.parameters.choose = pending;
    pending = [];
  });

  // The box has the focus, and stays closed until somebody wants it: also when its options arrive.
  function focusClosed(select) {
    const wake = () => { delete select.open; };
    select.open = () => {};
    for (const name of ["keydown", "pointerdown", "focusout"]) {
      select.wrapper.addEventListener(name, wake, { capture: true, once: true });
    }
    select.control_input.focus();
  }

  // The row is a new one: whoever works with the keyboard goes on where he was.
  function goOn() {
    const row = last && byId(last.row.id);
    if (!row || row === last.row || document.activeElement !== document.body) return;
    const box = row.querySelector(`select[data-choose="${last.name}"]`);
    if (box && !box.tomselect) return; // not settled yet
    last = null;
    if (box) focusClosed(box.tomselect);
    else row.querySelector("button")?.focus();
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
    byId("librenms-search-running")?.remove();
    document.body.dispatchEvent(new CustomEvent("librenms:reload"));
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const then = event.detail.elt.dataset?.librenmsThen;
    if (then && event.detail.successful) document.body.dispatchEvent(new CustomEvent(then));
  });
})();
