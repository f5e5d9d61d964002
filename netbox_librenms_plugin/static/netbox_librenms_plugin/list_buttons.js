// The plugin's menu on NetBox's lists: what is ticked goes with it, else the filter that is shown now. NetBox changes
// the table in place, so both are looked up when the menu is used.
(() => {
  "use strict";

  const menu = document.querySelector("form[data-librenms-list]");
  if (!menu) return;
  const ticked = () => [...document.querySelectorAll("#object_list input[name='pk']:checked")].map((one) => one.value);
  const everything = () => Boolean(document.querySelector("input[name='_all']:checked"));

  function say() {
    const words = menu.querySelector("[data-librenms-which]");
    const number = everything() ? 0 : ticked().length;
    if (!number) words.textContent = words.dataset.shown;
    else words.textContent = number === 1 ? words.dataset.one : words.dataset.ticked.replace("{n}", number);
  }

  // NetBox keeps the address of what the table shows there
  function query() {
    const shown = document.getElementById("object-list-return-url")?.value || window.location.href;
    return new URL(shown, window.location.origin).search.slice(1);
  }

  menu.addEventListener("show.bs.dropdown", say);
  menu.addEventListener("submit", () => {
    menu.querySelectorAll("input[name='pk']").forEach((one) => one.remove());
    menu.querySelector("input[name='filter']").value = query();
    const chosen = everything() ? [] : ticked();
    chosen.forEach((pk) => {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = "pk";
      input.value = pk;
      menu.append(input);
    });
  });
})();
