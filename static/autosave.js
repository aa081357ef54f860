// Saves what is typed into a form a moment after, so that nothing is lost. Without this file its buttons save.

const DELAY = 1500;

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-autosave-status]");
    this.timer = 0;
    this.isTyped = false;
    this.isSending = false;
    this.isStopped = false;
    form.addEventListener("input", () => this.wait());
    form.addEventListener("change", () => this.wait());
    form.addEventListener("submit", () => this.stop());
    // Leaving the page, or the window on a telephone: at once.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.send(true);
    });
  }

  wait() {
    if (this.isStopped) return;
    this.isTyped = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), DELAY);
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  async send(isLeaving = false) {
    if (!this.isTyped || this.isSending || this.isStopped) return;
    clearTimeout(this.timer);
    this.isTyped = false;
    this.isSending = true;
    const body = new FormData(this.form);
    // Files go with the buttons, not again and again while one types.
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.append("autosave", "1");
    try {
      const answer = await fetch(this.form.getAttribute("action"), {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: isLeaving,
      });
      await this.read(answer);
    } catch {
      this.isSending = false;
      this.isTyped = true;
      this.tell("Pas encore enregistré : pas de connexion. Nouvel essai dans un instant.");
      this.timer = setTimeout(() => this.send(), 10 * DELAY);
      return;
    }
    this.isSending = false;
    if (this.isTyped && !this.isStopped) this.wait();
  }

  async read(answer) {
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (!isJson) {
      this.stop();
      this.tell(
        "L’enregistrement automatique s’est arrêté : votre session a peut-être pris fin. Ce que vous avez saisi est " +
          "toujours ici ; connectez-vous dans un autre onglet, puis pressez « Enregistrer ».",
      );
      return;
    }
    const told = await answer.json();
    if (told.problem) {
      this.stop();
      this.tell(told.problem);
      return;
    }
    if (told.url) {
      this.form.setAttribute("action", told.url);
      if (window.location.pathname !== told.url) window.history.replaceState(null, "", told.url);
    }
    if (told.state) this.form.elements.namedItem("state").value = told.state;
    this.tell(told.told);
    const hints = document.querySelector("[data-autosave-hints]");
    if (hints && told.hints) hints.innerHTML = told.hints;
    const steps = document.querySelector("[data-autosave-steps]");
    if (steps && told.steps) steps.innerHTML = told.steps;
    if (told.fit) await this.count(told.fit);
  }

  async count(url) {
    const place = document.querySelector("[data-autosave-fit]");
    if (!place) return;
    const answer = await fetch(url, { headers: { Accept: "text/html" }, redirect: "manual" });
    if (answer.ok) place.innerHTML = await answer.text();
  }

  tell(text) {
    this.status.textContent = text;
  }
}

document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
