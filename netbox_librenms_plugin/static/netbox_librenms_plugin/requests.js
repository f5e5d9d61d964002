// What HTMX leaves open on every page of the plugin: a form sent before HTMX knows it, requests that overtake each
// other, and requests that fail.
(() => {
  "use strict";

  const CARD = "librenms-request-failed";
  // Made here, since no page should carry what is hardly ever shown.
  const PROBLEM = `<div class="card-body">
    <div class="librenms-state-icon text-danger"><i class="mdi mdi-alert-circle-outline" aria-hidden="true"></i></div>
    <div class="librenms-state-words"><h3 class="librenms-state-title"></h3><p></p>
    <button type="button" class="btn btn-primary" data-librenms-event="librenms:reload"></button></div></div>`;
  const texts = () => document.getElementById("librenms-failed")?.dataset;
  let early = null;

  // HTMX stops the browser by itself once it knows the form. Until then the browser would leave the page.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("form[hx-post]:not([action])")) return;
    event.preventDefault();
    early = { form: event.target, submitter: event.submitter };
  });
  document.addEventListener("htmx:afterProcessNode", (event) => {
    if (event.target !== early?.form) return;
    const { form, submitter } = early;
    early = null;
    form.requestSubmit(submitter);
  });

  // Several things fill the panel. The last click counts: what was asked before must not come after it, and a search
  // that was typed or a refresh, which know nothing of the click, wait until it is answered.
  const PANEL = "librenms-panel";
  let clicked = null;
  let other = null;
  // Events that wait for the answer to the click, and those whose request it cut off
  let late = [];
  let cutOff = [];

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target, xhr, requestConfig } = event.detail;
    if (target?.id !== PANEL || requestConfig.verb !== "get" || elt.id === "librenms-choose") return;
    if (elt.matches("a, button")) {
      const before = [clicked, other?.xhr].filter((one) => one && one.readyState !== XMLHttpRequest.DONE);
      if (before.includes(other?.xhr)) cutOff.push(other.type);
      clicked = xhr;
      before.forEach((one) => one.abort());
      xhr.addEventListener("loadend", () => {
        if (clicked !== xhr) return;
        clicked = null;
        if (xhr.status !== 200) {
          late.push(...cutOff);
          goOn();
        }
        cutOff = [];
      });
    } else if (clicked) {
      event.preventDefault();
      late.push(requestConfig.triggeringEvent?.type);
    } else {
      const before = other?.xhr;
      other = { xhr, type: requestConfig.triggeringEvent?.type };
      if (before && before.readyState !== XMLHttpRequest.DONE) before.abort();
    }
  });

  function goOn() {
    const waiting = new Set(late);
    late = [];
    const box = document.querySelector("form[data-said] input[type='search']");
    // The answer to a search is as new as any refresh
    if (box && box.value.trim() !== box.form.dataset.said.trim()) {
      box.dispatchEvent(new Event("search", { bubbles: true }));
      return;
    }
    for (const type of waiting) {
      if (type?.startsWith("librenms:")) document.body.dispatchEvent(new CustomEvent(type));
    }
  }

  // What waits has its place in the answer, once that has settled
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id === PANEL && late.length && !clicked) goOn();
  });

  function reason({ xhr, requestConfig }) {
    const say = texts();
    if (!say) return "";
    if (!xhr.status) return say.offline;
    if (xhr.status === 403) return say.forbidden;
    if (xhr.status === 404) return say.gone;
    return requestConfig.verb === "get" ? say.failed : say.unwritten;
  }

  function toast(text) {
    const place = document.getElementById("django-messages");
    if (!place || !text || !window.Toast) return;
    const box = document.createElement("div");
    box.className = "toast toast-dark border-0 shadow-sm";
    box.setAttribute("role", "alert");
    const body = document.createElement("div");
    body.className = "toast-body d-flex text-bg-danger";
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close btn-close-white ms-auto";
    close.dataset.bsDismiss = "toast";
    close.setAttribute("aria-label", texts().close);
    body.append(text, close);
    box.append(body);
    place.append(box);
    new window.Toast(box, { delay: 10000 }).show();
  }

  // What waits for a first answer that never comes says so in its place, and can be tried again.
  function card(target, text) {
    const skeleton = target?.querySelector(".placeholder-glow");
    if (!skeleton || !texts()) return false;
    const words = document.createElement("div");
    words.className = `card librenms-state librenms-problem ${CARD}`;
    words.setAttribute("role", "alert");
    words.innerHTML = PROBLEM;
    words.querySelector("h3").textContent = texts().title;
    words.querySelector("p").textContent = text;
    words.querySelector("button").textContent = texts().again;
    skeleton.hidden = true;
    skeleton.after(words);
    return true;
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    const words = event.detail.target?.querySelector(`.${CARD}`);
    if (!words) return;
    words.previousElementSibling.hidden = false;
    words.remove();
  });

  function failed(event) {
    const text = reason(event.detail);
    if (!card(event.detail.target, text)) toast(text);
  }
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);

  // NetBox shows every toast of the page again after the next swap, those too that were read and closed.
  document.addEventListener("hidden.bs.toast", (event) => event.target.remove());
})();
