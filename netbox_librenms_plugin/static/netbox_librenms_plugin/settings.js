// The settings: the address follows the tab, so that it can be kept and a form comes back to it.
(() => {
  "use strict";

  document.addEventListener("shown.bs.tab", (event) => {
    const address = new URL(window.location.href);
    address.searchParams.set("tab", event.target.id.replace(/-tab$/, ""));
    window.history.replaceState(null, "", address);
  });
})();
