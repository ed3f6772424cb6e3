/* What HTML and htmx do not provide: live requests, copy buttons, and confirmation of destructive actions. */
"use strict";

const MAX_ROWS = 200;
const CHART_INTERVAL_MS = 1000;
const COPIED_MS = 1500;
const REFRESH_MS = 2000;
const UNSEEN_MS = 3000;
const MAX_QUERY = 4000;
const LABELS = {on: "Live", paused: "Paused", waiting: "Connecting…", lost: "Not live: reload the page"};

document.addEventListener("submit", event => {
  const message = event.target.dataset.confirm;
  if (message && !window.confirm(message)) event.preventDefault();
});

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, COPIED_MS);
});

document.addEventListener("keydown", event => {
  const open = document.querySelector(".switcher[open]");
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("click", event => {
  const open = document.querySelector(".switcher[open]");
  if (open && !open.contains(event.target)) open.open = false;
});

/* Put the current values of a form into the page's address, so that they survive a reload and the page can be shared. */
function updateAddress(event) {
  const form = event.target.closest?.("form[data-address]");
  if (!form) return;
  const values = [...new FormData(form)].filter(([, value]) => value);
  const query = new URLSearchParams(values).toString();
  history.replaceState(null, "", form.action + (query && query.length <= MAX_QUERY ? `?${query}` : ""));
}
document.addEventListener("htmx:after:request", updateAddress);
document.addEventListener("change", updateAddress);

/* The event stream of #results. Only a visible page has one, because browsers limit connections to six per host. */
const live = {
  source: null, results: null, position: "", paused: false, redrawTimer: 0, title: document.title,

  update() {
    const results = document.querySelector("[data-live]");
    if (results !== this.results) {
      this.close();
      this.results = results;
      this.position = results ? results.dataset.from : "";
    }
    if (!results || this.paused || document.hidden) this.close();
    else if (!this.source) this.open(results);
    this.showState();
  },

  open(results) {
    const url = new URL(results.dataset.live, location);
    url.searchParams.set("from", this.position);
    const open = [...results.querySelectorAll("[data-open]")].map(row => row.dataset.request);
    if (open.length) url.searchParams.set("open", open.join());
    this.source = new EventSource(url);
    this.source.addEventListener("requests", event => this.add(event));
    this.source.addEventListener("reload", () => { this.close(); this.reload(); });
    this.source.addEventListener("open", () => this.showState());
    this.source.addEventListener("error", () => this.showState());
  },

  close() {
    this.source?.close();
    this.source = null;
  },

  /* Prepend the new rows, replace those of requests that were in progress, remove the oldest ones, and redraw the chart at most once per CHART_INTERVAL_MS. */
  add(event) {
    this.position = event.lastEventId;
    const body = this.results.querySelector("[data-rows]");
    const template = document.createElement("template");
    template.innerHTML = event.data;
    for (const row of template.content.querySelectorAll("tr")) {
      row.classList.add("new");
      const before = body.querySelector(`[data-request="${row.dataset.request}"]`);
      const hadFocus = before?.contains(document.activeElement);
      before?.replaceWith(row);
      if (hadFocus) row.querySelector("a")?.focus();
    }
    body.prepend(template.content);
    for (let last = body.rows.length - 1; last >= MAX_ROWS; last -= 1) {
      if (!body.rows[last].contains(document.activeElement)) body.deleteRow(last);
    }
    this.results.querySelector("[data-empty]")?.remove();
    this.redraw();
  },

  redraw() {
    if (this.redrawTimer) return;
    this.redrawTimer = setTimeout(() => {
      this.redrawTimer = 0;
      const chart = document.getElementById("chart");
      if (chart && !chart.querySelector("details[open]")) htmx.trigger(chart, "redraw");
    }, CHART_INTERVAL_MS);
  },

  reload() {
    if (this.results?.isConnected) htmx.trigger(this.results, "reload");
  },

  /* While the page is hidden or paused, count what arrives, in its title and beside the state. */
  async countUnseen() {
    if (!this.results || this.source) return this.showUnseen(0);
    const url = new URL(document.querySelector("[data-unseen]").dataset.unseen, location);
    url.search = new URL(this.results.dataset.live, location).search;
    url.searchParams.set("from", this.position);
    const response = await fetch(url).catch(() => null);
    if (response?.ok && !this.source) this.showUnseen(Number(await response.text()));
  },

  showUnseen(number) {
    const label = document.querySelector("[data-unseen]");
    if (!label) return;
    document.title = number ? `(${number}) ${this.title}` : this.title;
    label.textContent = `${number} new`;
    label.hidden = !number;
  },

  state() {
    if (this.paused) return "paused";
    if (this.source?.readyState === EventSource.CLOSED) return "lost";
    return this.source?.readyState === EventSource.OPEN ? "on" : "waiting";
  },

  showState() {
    const label = document.querySelector("[data-live-state]");
    const button = document.querySelector("[data-pause]");
    if (!label || !button) return;
    const state = this.state();
    label.hidden = !this.results;
    button.hidden = !this.results;
    if (label.textContent !== LABELS[state]) label.textContent = LABELS[state];
    label.dataset.liveState = state;
    button.setAttribute("aria-pressed", String(this.paused));
  },
};

document.addEventListener("click", event => {
  if (!event.target.closest("[data-pause]")) return;
  live.paused = !live.paused;
  live.update();
  live.countUnseen();
});
document.addEventListener("visibilitychange", () => { live.update(); live.countUnseen(); });
document.addEventListener("htmx:after:swap", () => { live.update(); showCopyButtons(); });
window.addEventListener("pagehide", () => live.close());
window.addEventListener("pageshow", () => live.update());

/* Parts of the page that show counters are fetched again while the page is visible; morphing keeps the focus. */
setInterval(() => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-refresh]")) {
    if (!part.closest("details:not([open])")) htmx.trigger(part, "refresh");
  }
}, REFRESH_MS);

setInterval(() => live.countUnseen(), UNSEEN_MS);

function showCopyButtons() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}
showCopyButtons();
