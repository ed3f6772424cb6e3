/* Keyboard shortcuts, rows that are links, and a focus that survives updates of the page. */
"use strict";

const OFF = "mockorders.shortcuts";
let focused = null;

function shortcutsAreOn() {
  return localStorage.getItem(OFF) !== "off";
}

/* The first link of each row. */
function rowLinks() {
  const rows = document.querySelectorAll("main table tbody tr");
  return [...rows].map(row => row.querySelector("a[href]")).filter(link => link?.checkVisibility());
}

function moveRow(step) {
  const links = rowLinks();
  if (!links.length) return;
  const row = document.activeElement?.closest("tr");
  const at = links.findIndex(link => link.closest("tr") === row);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({block: "nearest"});
}

const SHORTCUTS = {
  "/": () => document.querySelector("main [role=search] input, main input[type=search]")?.focus(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  o: () => document.activeElement?.closest("tr")?.querySelector("a[href]")?.click(),
  "?": () => document.getElementById("keys")?.showModal(),
};

function isTyping(target) {
  return target.isContentEditable || (target.matches("input, textarea, select") && !target.matches("[type=checkbox], [type=radio]"));
}

document.addEventListener("keydown", event => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
  if (!isPlain || isTyping(event.target) || document.querySelector("dialog[open]") || !shortcutsAreOn()) return;
  const shortcut = SHORTCUTS[event.key];
  if (!shortcut) return;
  event.preventDefault();
  shortcut();
});

document.addEventListener("click", event => {
  if (event.target.closest("[data-keys]")) document.getElementById("keys").showModal();
});

document.addEventListener("change", event => {
  if (event.target.id !== "shortcuts") return;
  localStorage.setItem(OFF, event.target.checked ? "on" : "off");
});

/* A click anywhere in a row opens its first link, unless text is selected or something else was clicked. */
document.addEventListener("click", event => {
  const link = event.target.closest("main table[data-rows-open] tbody tr")?.querySelector("a[href]");
  const other = event.target.closest("a, button, input, select, label, summary");
  if (!link || other || event.defaultPrevented || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

/* htmx keeps the focus on elements with an id; links of replaced rows have none, so they are found by their address. */
document.addEventListener("htmx:before:swap", () => {
  const link = document.activeElement?.closest?.("a[href]");
  focused = link ? link.getAttribute("href") : null;
});
document.addEventListener("htmx:after:swap", () => {
  if (!focused || document.activeElement !== document.body) return;
  const main = document.getElementById("main");
  (main.querySelector(`a[href="${CSS.escape(focused)}"]`) ?? main).focus({preventScroll: true});
});

document.querySelectorAll("[data-keys]").forEach(button => { button.hidden = false; });
const box = document.getElementById("shortcuts");
if (box) box.checked = shortcutsAreOn();
