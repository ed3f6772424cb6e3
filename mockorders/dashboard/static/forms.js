/* Forms of records: mark changed fields, and ask before unsaved changes are lost. */
"use strict";

let submitted = false;

function unsavedForm() {
  return document.querySelector("form[data-unsaved][data-changed]");
}

/* A list that is replaced, not typed in, has no previous value of its own: it is compared with the selected attribute. */
function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  const before = [...field.options].find(option => option.defaultSelected) ?? field.options[0];
  return !before?.selected;
}

document.addEventListener("input", event => {
  const form = event.target.closest("form[data-unsaved]");
  if (!form) return;
  const field = event.target.closest(".field");
  const inputs = field ? [...field.querySelectorAll("input, select, textarea")] : [];
  field?.classList.toggle("changed", inputs.some(isChanged));
  form.toggleAttribute("data-changed", form.hasAttribute("data-edited") || Boolean(form.querySelector(".changed")));
});

document.addEventListener("submit", () => { submitted = true; });
window.addEventListener("pageshow", () => { submitted = false; });
window.addEventListener("beforeunload", event => {
  if (!submitted && unsavedForm()) event.preventDefault();
});
