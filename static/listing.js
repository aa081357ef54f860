// List pages with htmx: what one has opened, typed or focused survives the update of the list.
// Without this file the form is sent with its buttons.

const form = document.getElementById("listing-form");

/** What the person did to the filters, to be done again after an update. */
function remember() {
  const open = new Map([...form.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
  const typed = new Map([...form.querySelectorAll(".facet__search input")].map((one) => [one.id, one.value]));
  const focused = form.contains(document.activeElement) ? document.activeElement.id : "";
  return { open, typed, focused };
}

function restore({ open, typed, focused }) {
  for (const [id, state] of open) {
    const one = document.getElementById(id);
    if (one) one.open = state;
  }
  for (const [id, text] of typed) {
    const one = document.getElementById(id);
    if (one && text) {
      one.value = text;
      one.dispatchEvent(new Event("input"));
    }
  }
  const one = focused && document.getElementById(focused);
  if (one && one !== document.activeElement) one.focus({ preventScroll: true });
}

/** No case, no accent: « Île » is found by « ile ». */
function fold(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
}

/** A box that filters the values of a long facet. It asks nothing of the server. */
function addFilterBox(values) {
  const facet = values.closest("details");
  const more = values.querySelector("details");
  const choices = [...values.querySelectorAll(".facet__choice")];
  const label = document.createElement("label");
  const input = document.createElement("input");
  const box = document.createElement("div");
  input.id = `${facet.id}-search`;
  input.type = "text";
  input.autocomplete = "off";
  input.className = "fr-input";
  label.className = "fr-label fr-text--sm";
  label.htmlFor = input.id;
  label.textContent = values.dataset.filterable;
  box.className = "facet__search";
  box.append(label, input);
  values.querySelector("legend").after(box);

  let wasOpen = null;
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = fold(input.value.trim());
    if (wanted && wasOpen === null) wasOpen = more.open;
    if (wanted) more.open = true;
    else if (wasOpen !== null) [more.open, wasOpen] = [wasOpen, null];
    for (const choice of choices) choice.hidden = Boolean(wanted) && !fold(choice.textContent).includes(wanted);
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

/** On narrow screens one button opens all the filters. */
function readyOpener() {
  const opener = form.querySelector(".facets__opener");
  if (!opener) return;
  opener.hidden = false;
  opener.setAttribute("aria-expanded", String(form.classList.contains("listing-form--filters")));
  opener.addEventListener("click", () => {
    opener.setAttribute("aria-expanded", String(form.classList.toggle("listing-form--filters")));
  });
}

function ready() {
  readyOpener();
  form.querySelectorAll("[data-filterable]").forEach(addFilterBox);
}

if (form && window.htmx) {
  let kept = null;
  form.classList.add("listing-form--live");
  ready();
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "listing") kept = remember();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "listing" || !kept) return;
    ready();
    restore(kept);
    kept = null;
  });
  // The server refused: ask again as an ordinary page, which says why.
  document.body.addEventListener("htmx:responseError", () => form.submit());
  document.body.addEventListener("htmx:sendError", () => {
    document.getElementById("listing-status").textContent = "La liste n’a pas pu être mise à jour : pas de connexion.";
  });
}
