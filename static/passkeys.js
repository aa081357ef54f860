// Passkeys: the browser's answer goes into the form, which is then sent. Forms say with `data-passkey` what they are for:
// « sign-in » asks the server what to sign at the click; « use » and « add » find it in the page, as JSON.

const MESSAGES = {
  NotAllowedError: "Rien n’a été confirmé : l’opération a été annulée, ou le délai est passé. Vous pouvez recommencer.",
  InvalidStateError: "Cet appareil est déjà parmi vos clés d’accès.",
  NotSupportedError: "Cet appareil ne sait pas créer une clé d’accès.",
  ConstraintError: "Cet appareil ne peut pas vérifier que c’est vous : choisissez-en un autre, ou décochez la case.",
  SecurityError: "Le navigateur refuse les clés d’accès à cette adresse.",
};
const OTHERWISE = "La clé d’accès n’a pas répondu. Recommencez, ou choisissez un autre moyen.";

async function toSign(form) {
  if (form.dataset.passkey !== "sign-in") {
    return JSON.parse(document.getElementById(form.dataset.options).textContent);
  }
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

async function ask(form) {
  const { request_options: existing, creation_options: fresh } = await toSign(form);
  if (form.dataset.passkey !== "add") return window.webauthnJSON.get(existing);
  const alone = form.elements.passwordless.checked;
  Object.assign(fresh.publicKey.authenticatorSelection, {
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  });
  return window.webauthnJSON.create(fresh);
}

function prepare(form) {
  const place = form.querySelector("[data-passkey-button]");
  const button = place.querySelector("button");
  const error = form.querySelector("[data-passkey-error]");
  form.querySelector("[data-passkey-without]").hidden = true;
  place.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    error.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(form));
      form.submit();
    } catch (problem) {
      error.querySelector("p").textContent = MESSAGES[problem.name] ?? OTHERWISE;
      error.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}

if (window.PublicKeyCredential && window.webauthnJSON) document.querySelectorAll("form[data-passkey]").forEach(prepare);
