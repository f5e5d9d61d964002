// The review: how many devices the button is for. Forms that are sent once, here and on the page of an import.
(() => {
  "use strict";

  const ONCE = "form[data-librenms-once]";
  const form = () => document.getElementById("librenms-review");
  const byId = (id) => document.getElementById(id);

  // "Import 3 devices, link 25 and sync 4"
  function say(words, numbers, number) {
    const { and, one, many } = words.dataset;
    const parts = Object.entries(numbers).filter(([name, n]) => n || (name === "new" && !number));
    const said = parts.map(([name, n]) => words.dataset[name].replace("{n}", n.toLocaleString()));
    said[0] = `${said[0][0].toUpperCase()}${said[0].slice(1)} ${parts[0][1] === 1 ? one : many}`;
    const last = said.pop();
    words.textContent = said.length ? `${said.join(", ")} ${and} ${last}` : last;
  }

  function update() {
    const existing = byId("librenms-existing");
    const button = byId("librenms-start");
    if (!form() || !button) return;
    const there = existing?.checked ? Number(form().dataset.there) : 0;
    const numbers = { new: Number(form().dataset.new), links: Number(form().dataset.links), there };
    const number = numbers.new + numbers.links + numbers.there;
    button.disabled = number === 0;
    say(button.querySelector("[data-librenms-words]"), numbers, number);
    const few = number <= Number(form().dataset.inRequest);
    byId("librenms-when").hidden = number === 0 || !few;
    if (!few) byId("librenms-later").checked = true;
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
