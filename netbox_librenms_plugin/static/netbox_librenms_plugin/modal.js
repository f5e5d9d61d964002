// Opens NetBox's shared modal when a fragment arrives in it, and closes it again.
// Bootstrap's own helper is not used: it would open the modal before its content is known.
(() => {
  "use strict";

  const FOCUSABLE = "a[href], button:not([disabled]), input:not([type='hidden']):not([disabled]), select, textarea";
  let opener = null;
  let backdrop = null;

  const wrapper = () => document.getElementById("htmx-modal");
  const isOpen = () => backdrop !== null;
  const byMark = () => document.querySelector("#htmx-modal-content #quick-add-object");

  function open() {
    const modal = wrapper();
    if (!modal || modal.classList.contains("show")) return;
    backdrop = document.createElement("div");
    backdrop.className = "modal-backdrop fade show";
    document.body.append(backdrop);
    document.body.classList.add("modal-open");
    modal.style.display = "block";
    modal.classList.add("show");
    modal.removeAttribute("aria-hidden");
    modal.setAttribute("aria-modal", "true");
    modal.setAttribute("role", "dialog");
    modal.setAttribute("aria-labelledby", "htmx-modal-title");
    (modal.querySelector(".modal-footer [data-librenms-close]") || modal).focus({ preventScroll: true });
  }

  function close() {
    const modal = wrapper();
    if (!modal || !isOpen()) return;
    backdrop.remove();
    backdrop = null;
    document.body.classList.remove("modal-open");
    modal.classList.remove("show");
    modal.style.display = "";
    modal.setAttribute("aria-hidden", "true");
    modal.removeAttribute("aria-modal");
    document.getElementById("htmx-modal-content").replaceChildren();
    const place = opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id);
    if (place) place.focus();
  }

  function keepFocusInside(event) {
    const all = [...wrapper().querySelectorAll(FOCUSABLE)];
    const edge = event.shiftKey ? all[0] : all[all.length - 1];
    if (!all.length || document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all[all.length - 1] : all[0]).focus();
  }

  // By the time the answer is here, the button is disabled and no longer has the focus.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, elt } = event.detail;
    if (target?.id === "htmx-modal-content" && !elt.closest("#htmx-modal")) opener = elt;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "htmx-modal-content") return;
    // NetBox's form says with this element that it has made what it was for: the rows may now mean something.
    if (byMark()) {
      close();
      document.body.dispatchEvent(new CustomEvent("librenms:panel"));
    } else {
      open();
    }
  });
  document.addEventListener("librenms:close-modal", close);
  document.addEventListener("click", (event) => {
    const dismiss = isOpen() && event.target.closest("#htmx-modal [data-bs-dismiss='modal']");
    if (dismiss || event.target.closest("[data-librenms-close]") || (isOpen() && event.target === wrapper())) close();
  });
  document.addEventListener("keydown", (event) => {
    if (!isOpen()) return;
    if (event.key === "Escape") close();
    if (event.key === "Tab") keepFocusInside(event);
  });
})();
