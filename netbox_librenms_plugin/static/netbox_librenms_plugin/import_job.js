// The progress of an import, on the page and in the modal: asks how the job stands until it has ended, and cancels it.
(() => {
  "use strict";

  // Every state that RQ knows
  const WAITING = new Set(["created", "queued", "deferred", "scheduled"]);
  const RUNNING = new Set(["started"]);
  const ENDED = new Set(["finished", "stopped", "failed", "canceled", "missing"]);
  const FASTEST = 1000;
  const SLOWEST = 5000;
  const PATIENCE = 15000;
  const MOST_MISSES = 20;
  const FORCE_AFTER = 10000;
  const TELL_EVERY = 5000;
  const READABLE = 8000;

  // It goes from the page when the job has ended; what it says stays known.
  let home = null;
  let last = null;
  let timer = null;
  let pause = FASTEST;
  let misses = 0;
  let unknown = 0;
  let ended = false;
  let brought = false;
  let trouble = "";
  // While a cancel is under way, no answer from before it is shown, and none is asked for.
  let cancelInProgress = false;
  let cancelledAt = 0;
  let refusedAt = 0;
  let round = 0;
  let told = 0;
  let untold = false;

  const byId = (id) => document.getElementById(id);

  // The job of the page, or one that was started on it and has come with the modal.
  function watch() {
    const found = byId("librenms-live") || byId("librenms-search-running");
    if (!found?.dataset.statusUrl || found === home) return false;
    clearTimeout(timer);
    home = found;
    last = timer = null;
    pause = FASTEST;
    misses = unknown = cancelledAt = refusedAt = 0;
    ended = brought = cancelInProgress = false;
    trouble = "";
    round += 1;
    later(0);
    return true;
  }

  const said = (name) => home.dataset[`text${name}`] || "";
  const parts = (name) => document.querySelectorAll(`[data-import="${name}"]`);
  const each = (name, change) => parts(name).forEach(change);
  const number = (value) => Number(value || 0).toLocaleString();

  async function ask(url, options = {}) {
    const breaker = new AbortController();
    const clock = setTimeout(() => breaker.abort(), PATIENCE);
    try {
      return await fetch(url, {
        credentials: "same-origin",
        cache: "no-store",
        signal: breaker.signal,
        ...options,
        headers: { Accept: "application/json", ...(options.headers || {}) },
      });
    } finally {
      clearTimeout(clock);
    }
  }

  const post = (url, body = {}) =>
    ask(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": window.CSRF_TOKEN },
      body: JSON.stringify(body),
    });

  // Showing

  function pace(status) {
    const words = [];
    if (status.cabled) words.push(said("Cabled").replace("{n}", number(status.cabled)));
    if (!ended && status.rate) words.push(said("Rate").replace("{n}", number(Math.round(status.rate))));
    if (!ended && status.seconds_left) {
      const minutes = status.seconds_left >= 90;
      const left = minutes ? Math.round(status.seconds_left / 60) : Math.ceil(status.seconds_left);
      words.push(said(minutes ? "Minutes" : "Seconds").replace("{n}", number(left)));
    }
    return words.join(" · ");
  }

  function showBar(bar, status) {
    const inner = bar.firstElementChild;
    const waiting = !ended && !trouble && !status.done;
    inner.classList.toggle("progress-bar-indeterminate", waiting);
    inner.classList.toggle("bg-green", ended && status.state === "completed");
    inner.classList.toggle("bg-yellow", ended && status.state === "partial");
    inner.classList.toggle("bg-red", ended && status.state === "failed");
    inner.style.width = waiting ? "" : `${status.total ? (100 * status.done) / status.total : 0}%`;
    bar.setAttribute("aria-valuenow", status.done);
    bar.setAttribute("aria-valuemax", status.total);
  }

  function showCounts(counts) {
    document.querySelectorAll("[data-import-count]").forEach((one) => {
      const count = counts?.[one.dataset.importCount] || 0;
      one.hidden = !count;
      one.querySelector("[data-number]").textContent = number(count);
    });
  }

  function showFailures(list, failures) {
    list.hidden = !failures.length;
    list.replaceChildren(
      ...failures.flatMap((failure) => {
        const name = document.createElement("dt");
        const why = document.createElement("dd");
        name.textContent = failure.hostname;
        why.textContent = failure.message;
        return [name, why];
      }),
    );
  }

  function show() {
    const cancelling = !ended && (cancelInProgress || last?.cancelling);
    const text = trouble || (cancelling ? said("Cancelling") : last?.text);
    if (text) each("text", (one) => one.textContent !== text && (one.textContent = text));
    each("look", (one) => (one.hidden = !(trouble && timer === null && !ended)));
    if (!last) return;
    const numbers = said("Of").replace("{done}", number(last.done)).replace("{total}", number(last.total));
    each("numbers", (one) => (one.textContent = numbers));
    each("pace", (one) => (one.textContent = pace(last)));
    each("bar", (one) => showBar(one, last));
    each("failures", (one) => showFailures(one, last.failures || []));
    each("hint", (one) => (one.hidden = ended || cancelling));
    each("cancel", (one) => {
      one.hidden = ended || !(last.can_cancel || cancelling);
      one.disabled = Boolean(cancelling);
    });
    const late = cancelling && !cancelInProgress && cancelledAt && Date.now() - cancelledAt > FORCE_AFTER;
    each("force", (one) => (one.hidden = !late));
    showCounts(last.counts);
  }

  function end() {
    ended = true;
    show();
    document.getElementById("librenms-show-progress")?.remove();
    document.body.dispatchEvent(new CustomEvent("librenms:import-ended"));
  }

  // Asking

  function later(wait = pause) {
    clearTimeout(timer);
    timer = setTimeout(poll, wait);
  }

  function stopAsking(words) {
    clearTimeout(timer);
    timer = null;
    trouble = words;
    show();
  }

  async function missed() {
    misses += 1;
    if (misses >= MOST_MISSES) return stopAsking(said("GivenUp"));
    trouble = said("Offline");
    refusedAt = 0;
    later(SLOWEST);
    show();
  }

  async function poll() {
    if (ended || cancelInProgress) return;
    const mine = ++round;
    let answer;
    let status;
    try {
      answer = await ask(home.dataset.statusUrl);
      if (answer.ok) status = await answer.json();
    } catch {
      status = null;
    }
    if (mine !== round || cancelInProgress) return;
    if (answer && [401, 403, 404].includes(answer.status)) {
      stopAsking(said("Refused"));
      return;
    }
    if (!status) {
      await missed();
      return;
    }
    misses = 0;
    // Why it was not cancelled stays until it can have been read
    if (status.finished || Date.now() - refusedAt > READABLE) trouble = "";
    await hear(status);
  }

  // What is on the page beside the numbers may be old now.
  function tell() {
    if (Date.now() - told < TELL_EVERY) return;
    told = Date.now();
    untold = false;
    document.body.dispatchEvent(new CustomEvent("librenms:import-moved"));
  }

  async function hear(status) {
    const moved = !last || last.done !== status.done || last.rq_status !== status.rq_status;
    if (last ? last.done !== status.done : status.done) untold = true;
    last = status;
    if (untold) tell();
    pause = moved ? FASTEST : Math.min(SLOWEST, Math.round(pause * 1.4));
    if (status.finished) {
      if (status.rq_status !== "finished") await bring();
      end();
    } else if (ENDED.has(status.rq_status)) {
      // RQ is done with it, and the database does not know yet
      if (brought) return end();
      await bring();
      later(FASTEST);
    } else if (WAITING.has(status.rq_status) || RUNNING.has(status.rq_status)) {
      unknown = 0;
      later();
    } else {
      unknown += 1;
      if (unknown >= MOST_MISSES) return stopAsking(said("Unknown"));
      later(SLOWEST);
    }
    show();
  }

  // Bring the database in line with RQ, where a job did not end by itself.
  async function bring() {
    if (brought) return;
    brought = true;
    try {
      await post(home.dataset.syncUrl);
    } catch {
      // The page shows what is so; the next visit tries again
    }
  }

  // Cancelling

  async function cancelling(steps) {
    cancelInProgress = true;
    trouble = "";
    refusedAt = 0;
    clearTimeout(timer);
    round += 1;
    show();
    let done = false;
    try {
      done = await steps();
    } catch {
      done = false;
    }
    cancelInProgress = false;
    if (done) cancelledAt = cancelledAt || Date.now();
    if (done && last) last.cancelling = true;
    trouble = done ? "" : said("NotCancelled");
    if (!done) refusedAt = Date.now();
    pause = FASTEST;
    later(FASTEST);
    show();
  }

  const cancel = () => cancelling(async () => (await post(home.dataset.cancelUrl)).ok);

  const force = () =>
    cancelling(async () => {
      if (!home.dataset.stopUrl) return (await post(home.dataset.cancelUrl, { force: true })).ok;
      // NetBox answers 404 or 204 for a job that is not running any more; the second step then says so.
      await post(home.dataset.stopUrl);
      return (await post(home.dataset.syncUrl)).ok;
    });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-import]");
    if (!home || !button || cancelInProgress || ended) return;
    if (button.dataset.import === "cancel") cancel();
    if (button.dataset.import === "force") force();
    if (button.dataset.import === "look") {
      misses = unknown = 0;
      trouble = "";
      later(0);
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id === "htmx-modal-content" && !watch() && home) show();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && timer !== null && !ended && !cancelInProgress) later(0);
  });
  watch();
})();
