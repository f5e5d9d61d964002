// The review: how many devices the button is for. Forms that are sent once, here and on the page of an import.
(() => {
  "use strict";

  const ONCE = "form[data-librenms-once]";
  const form = () => document.getElementById("librenms-review");
  const byId = (id) => document.getElementById(id);

  function update() {
    const existing = byId("librenms-existing");
    const button = byId("librenms-start");
    if (!form() || !button) return;
    const { wanted, there, inRequest } = form().dataset;
    const number = Number(wanted) + (existing?.checked ? Number(there) : 0);
    const words = button.querySelector("[data-librenms-words]");
    words.textContent = (number === 1 ? words.dataset.one : words.dataset.many).replace("{n}", number.toLocaleString());
    button.disabled = number === 0;
    byId("librenms-start-now").disabled = number === 0;
    byId("librenms-start-now").hidden = number === 0 || number > Number(inRequest);
    byId("librenms-idle").hidden = number > 0;
    document.querySelector("[data-librenms-promise]").hidden = number === 0;
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "librenms-existing") update();
  });

  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!sent.matches(ONCE)) return;
    if (sent.dataset.sent) {
      event.preventDefault();
      return;
    }
    sent.dataset.sent = "1";
    event.submitter?.classList.add("librenms-pressed");
    // Not before the browser has read which button it was
    setTimeout(() => sent.querySelectorAll("button").forEach((one) => (one.disabled = true)), 0);
  });

  // A page that the browser puts back as it was left may be sent again: the server knows what was started.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll(ONCE).forEach((sent) => {
      delete sent.dataset.sent;
      sent.querySelectorAll("button").forEach((one) => {
        one.disabled = false;
        one.classList.remove("librenms-pressed");
      });
    });
    update();
  });
  document.addEventListener("DOMContentLoaded", update);
})();
