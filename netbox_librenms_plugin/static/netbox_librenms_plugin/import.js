// The import list: what is chosen in rows is sent together, rows are ignored, and filters are loaded when they are
// looked at. Selection, search and history are those of the sync page (sync.js).
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const numberOf = (element) => element.closest("tr")?.id.replace("librenms-import-", "") || "";

  let pending = [];
  // Request → the choices that are on their way with it
  const sent = new Map();
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
    if (!pending.length) return event.preventDefault();
    event.detail.parameters.choose = pending;
    sent.set(event.detail, pending);
    pending = [];
    // At the form itself: from one that is gone from the page by then, nothing comes up to the document
    event.detail.elt.addEventListener("htmx:afterRequest", arrived);
  });

  // What waits behind a request is lost with the form when another list comes, so the new form is told.
  function sendPending() {
    if (pending.length && !sent.size) byId("librenms-choose")?.dispatchEvent(new CustomEvent("librenms:choose"));
  }
  document.addEventListener("htmx:afterSettle", sendPending);

  // Nor is it lost with the page.
  window.addEventListener("pagehide", () => {
    const url = byId("librenms-choose")?.getAttribute("hx-post");
    const unsaid = [...sent.values(), pending].flat();
    if (!url || !unsaid.length) return;
    const data = new FormData();
    byId("librenms-form")?.querySelectorAll("input[type='hidden']").forEach((one) => data.append(one.name, one.value));
    data.set("csrfmiddlewaretoken", window.CSRF_TOKEN);
    unsaid.forEach((one) => data.append("choose", one));
    navigator.sendBeacon(url, data);
  });

  // Boxes whose choice was not kept say again what is so.
  function arrived(event) {
    if (!sent.delete(event.detail.requestConfig)) return;
    if (!event.detail.successful) document.body.dispatchEvent(new CustomEvent("librenms:reload"));
    sendPending();
  }

  // Whoever goes on to the review takes along what has not arrived yet.
  document.addEventListener("formdata", (event) => {
    if (event.target.id !== "librenms-form") return;
    [...sent.values(), pending].flat().forEach((one) => event.formData.append("choose", one));
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
    if (element?.closest("#librenms-filters [data-librenms-event]")) loadFilters();
  });

  // Filters: as the address says, and as they were left while that is the same

  let filtersOf = null;
  let skeleton = null;

  function loadFilters() {
    const pane = byId("librenms-filters");
    skeleton = skeleton || pane.innerHTML;
    pane.innerHTML = skeleton;
    filtersOf = window.location.search;
    pane.dispatchEvent(new CustomEvent("librenms:filters"));
  }

  document.addEventListener("shown.bs.tab", (event) => {
    if (event.target.id !== "librenms-filters-tab") return;
    if (filtersOf !== window.location.search || !byId("librenms-filters").querySelector("form")) loadFilters();
  });

  // All that match

  const all = () => byId("librenms-all");
  const boxes = () => [...document.querySelectorAll("#librenms-form input[name='pk']")];
  let everything = null;

  // What the list shows, in whatever order and on whichever page
  function shown() {
    const state = new URLSearchParams(byId("librenms-form")?.elements.state.value);
    for (const name of ["sort", "page", "per_page"]) state.delete(name);
    return `${state} ${all()?.dataset.syncable}`;
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "librenms-panel") return;
    everything = event.detail.requestConfig?.verb === "get" && all()?.value === "1" ? shown() : null;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "librenms-panel" || everything === null || everything !== shown()) return;
    boxes().forEach((box) => (box.checked = true));
    all().value = "1";
  });

  // What is done to many at once is asked for once
  document.addEventListener("htmx:confirm", (event) => {
    const words = event.detail.elt.dataset?.librenmsAsk;
    const number = all()?.value === "1" ? Number(all().dataset.syncable) : boxes().filter((box) => box.checked).length;
    if (!words || number < 2) return;
    event.preventDefault();
    if (window.confirm(words.replace("{n}", number.toLocaleString()))) event.detail.issueRequest(true);
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
