/* What HTML and htmx do not provide: live requests, copy buttons, and confirmation of destructive actions. */
"use strict";

const MOST = 200;
const CHART_MS = 1000;

document.addEventListener("submit", event => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
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

/* Put the current filters into the page's address, so that it can be bookmarked and shared. */
document.addEventListener("htmx:after:request", event => {
  const form = event.target.closest?.("form[data-address]");
  if (!form) return;
  const said = [...new FormData(form)].filter(([, value]) => value);
  const query = new URLSearchParams(said).toString();
  history.replaceState(null, "", form.action + (query ? `?${query}` : ""));
});

/* The event stream behind #results. Only a visible page holds one, because browsers open six connections per host. */
const live = {
  source: null, shown: null, from: "", paused: false, drawn: 0,

  follow() {
    const results = document.querySelector("[data-live]");
    if (results !== this.shown) {
      this.end();
      this.shown = results;
      this.from = results ? results.dataset.from : "";
    }
    if (!results || this.paused || document.hidden) this.end();
    else if (!this.source) this.begin(results);
    this.tell();
  },

  begin(results) {
    const url = new URL(results.dataset.live, location);
    url.searchParams.set("from", this.from);
    this.source = new EventSource(url);
    this.source.addEventListener("requests", event => this.add(event));
    this.source.addEventListener("reload", () => { this.end(); this.anew(); });
    this.source.addEventListener("open", () => this.tell());
    this.source.addEventListener("error", () => this.tell());
  },

  end() {
    this.source?.close();
    this.source = null;
  },

  /* Prepend the new rows, remove the oldest ones, and redraw the chart at most once per CHART_MS. */
  add(event) {
    this.from = event.lastEventId;
    const rows = this.shown.querySelector("[data-lines]");
    const made = document.createElement("template");
    made.innerHTML = event.data;
    for (const row of made.content.querySelectorAll("tr")) row.classList.add("new");
    rows.prepend(made.content);
    while (rows.rows.length > MOST) rows.deleteRow(-1);
    this.shown.querySelector("[data-empty]")?.remove();
    this.draw();
  },

  draw() {
    if (this.drawn) return;
    this.drawn = setTimeout(() => {
      this.drawn = 0;
      const chart = document.getElementById("chart");
      if (chart && !chart.querySelector("details[open]")) htmx.trigger(chart, "drawn");
    }, CHART_MS);
  },

  anew() {
    if (this.shown?.isConnected) htmx.trigger(this.shown, "anew");
  },

  tell() {
    const said = document.querySelector("[data-live-state]");
    const button = document.querySelector("[data-pause]");
    if (!said || !button) return;
    const lost = this.source?.readyState === EventSource.CLOSED;
    const state = this.paused ? "paused" : lost ? "lost" : this.source?.readyState === EventSource.OPEN ? "on" : "waiting";
    const words = {on: "Live", paused: "Paused", waiting: "Connecting…", lost: "Not live: reload the page"};
    said.hidden = button.hidden = false;
    if (said.textContent !== words[state]) said.textContent = words[state];
    said.dataset.liveState = state;
    button.setAttribute("aria-pressed", String(this.paused));
  },
};

document.addEventListener("click", event => {
  if (!event.target.closest("[data-pause]")) return;
  live.paused = !live.paused;
  live.follow();
});
document.addEventListener("visibilitychange", () => live.follow());
document.addEventListener("htmx:after:swap", () => { live.follow(); prepare(); });
window.addEventListener("pagehide", () => live.end());
window.addEventListener("pageshow", () => live.follow());

function prepare() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}
prepare();
