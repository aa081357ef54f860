// Proposals under a text box while one types: the « combobox with a listbox » pattern of the ARIA Authoring Practices.
// The server sends the options; without this file the box simply searches.

const DELAY = 150;
const SHORTEST = 2;

class Combobox {
  constructor(box) {
    this.url = box.dataset.suggestions;
    this.input = box.querySelector("input");
    this.active = null;
    this.timer = 0;
    this.request = null;

    this.list = document.createElement("div");
    this.list.id = `${this.input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Propositions");
    this.status = document.createElement("p");
    this.status.className = "fr-sr-only";
    this.status.setAttribute("role", "status");
    box.append(this.list, this.status);

    // A search field may not be a combobox.
    this.input.type = "text";
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);

    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.form.addEventListener("submit", () => this.close());
    // The box keeps the focus while an option is clicked.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.go(event.target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DELAY);
  }

  async ask() {
    const text = this.input.value.trim();
    this.request?.abort();
    if (text.length < SHORTEST) {
      this.close();
      return;
    }
    this.request = new AbortController();
    try {
      const answer = await fetch(`${this.url}?q=${encodeURIComponent(text)}`, {
        headers: { Accept: "text/html" },
        signal: this.request.signal,
      });
      if (answer.ok) this.show(await answer.text());
      else this.close();
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(html) {
    if (document.activeElement !== this.input) return;
    this.list.innerHTML = html;
    this.choose(null);
    const count = this.options.length;
    this.list.hidden = !count;
    this.input.setAttribute("aria-expanded", String(Boolean(count)));
    this.status.textContent = count ? `${count} proposition${count > 1 ? "s" : ""}, flèche bas pour les parcourir` : "";
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.status.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.choose(null);
  }

  choose(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = option;
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  go(option) {
    if (option) window.location.assign(option.dataset.url);
  }

  press(event) {
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.ask();
      return;
    }
    const options = this.options;
    const place = options.indexOf(this.active);
    switch (event.key) {
      case "ArrowDown":
        this.choose(options[(place + 1) % options.length]);
        break;
      case "ArrowUp":
        this.choose(options[place <= 0 ? options.length - 1 : place - 1]);
        break;
      case "Enter":
        if (!this.active) return;
        this.go(this.active);
        break;
      case "Escape":
        this.close();
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}

document.querySelectorAll("[data-suggestions]").forEach((box) => new Combobox(box));
