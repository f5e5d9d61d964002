// Opens NetBox's shared modal when a fragment arrives in it, and closes it again.
// Bootstrap's own helper is not used: it would open the modal before its content is known.
(() => {
  "use strict";

  const FOCUSABLE = "a[href], button, input, select, textarea";
  const asked = new WeakSet();
  let newest = null;
  let opener = null;
  let pressed = null;
  let backdrop = null;

  const wrapper = () => document.getElementById("htmx-modal");
  const isOpen = () => backdrop !== null;
  const byMark = () => document.querySelector("#htmx-modal-content #quick-add-object");

  // NetBox's own forms have a title without a name.
  function named() {
    const title = wrapper().querySelector("#htmx-modal-title, .modal-title");
    if (title) {
      title.id = "htmx-modal-title";
      title.tabIndex = -1;
    }
    return title || wrapper();
  }

  function open() {
    const modal = wrapper();
    if (!modal) return;
    const title = named();
    if (isOpen()) {
      if (!modal.contains(document.activeElement)) title.focus({ preventScroll: true });
      return;
    }
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
    newest = null;
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
    const reached = (one) => !one.disabled && one.tabIndex >= 0 && one.getClientRects().length;
    const all = [...wrapper().querySelectorAll(FOCUSABLE)].filter(reached);
    const at = all.indexOf(document.activeElement);
    const outside = !wrapper().contains(document.activeElement);
    if (event.shiftKey ? at > 0 : at !== all.length - 1 && !outside) return;
    event.preventDefault();
    (event.shiftKey ? all[all.length - 1] : all[0])?.focus();
  }

  // By the time the answer is here, the button is disabled and no longer has the focus.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, elt, xhr, requestConfig } = event.detail;
    if (target?.id !== "htmx-modal-content") return;
    asked.add(xhr);
    newest = xhr;
    if (!elt.closest("#htmx-modal")) opener = requestConfig.triggeringEvent?.submitter || elt;
  });
  // Who asked for something else meanwhile, or closed the modal, does not want this answer any more.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target, requestConfig } = event.detail;
    if (!asked.has(xhr) || xhr === newest || target?.id !== "htmx-modal-content") return;
    event.detail.shouldSwap = false;
    if (requestConfig.verb !== "get") document.body.dispatchEvent(new CustomEvent("librenms:panel"));
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
  document.addEventListener("pointerdown", (event) => { pressed = event.target; }, true);
  document.addEventListener("click", (event) => {
    // Text that is marked with the mouse may end outside
    const onBackdrop = isOpen() && event.target === wrapper() && pressed === wrapper();
    const dismiss = isOpen() && event.target.closest("#htmx-modal [data-bs-dismiss='modal']");
    if (dismiss || event.target.closest("[data-librenms-close]") || onBackdrop) close();
  });
  document.addEventListener("keydown", (event) => {
    if (!isOpen()) return;
    if (event.key === "Escape") close();
    if (event.key === "Tab") keepFocusInside(event);
  });
})();
