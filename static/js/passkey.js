// Passkeys: a button asks the browser for one, and the form that it is in brings the answer home.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const described = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

/** What the server said in JSON, as browsers want it. */
function options(said) {
  const read = { ...said, challenge: bytes(said.challenge) };
  if (said.user) read.user = { ...said.user, id: bytes(said.user.id) };
  if (said.allowCredentials) read.allowCredentials = described(said.allowCredentials);
  if (said.excludeCredentials) read.excludeCredentials = described(said.excludeCredentials);
  return read;
}

/** What the browser gave, as JSON. */
function answer({ id, rawId, type, response, authenticatorAttachment }) {
  const told = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) told[name] = text(response[name]);
  }
  if (response.getTransports) told.transports = response.getTransports();
  return JSON.stringify({ id, rawId: text(rawId), type, response: told, authenticatorAttachment, clientExtensionResults: {} });
}

async function ask(button) {
  const { passkey: deed, options: url, sayMissing, sayFailed } = button.dataset;
  if (!navigator.credentials || !window.PublicKeyCredential) throw new Error(sayMissing);
  const asked = await fetch(url, { headers: { Accept: "application/json" } });
  if (!asked.ok || asked.redirected) throw new Error(sayFailed);
  return answer(await navigator.credentials[deed]({ publicKey: options(await asked.json()) }));
}

/** Why it did not work, in words. */
function why(error, { sayCancelled, sayKnown, sayFailed }) {
  const words = { NotAllowedError: sayCancelled, AbortError: sayCancelled, InvalidStateError: sayKnown };
  return words[error.name] || (error.name === "Error" && error.message) || sayFailed;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey]");
  // Who shows one needs no other field of the form; a new one has a name.
  if (!button || (button.dataset.passkey === "create" && !button.form.reportValidity())) return;
  const part = button.parentElement;
  const said = part.querySelector("[data-passkey-said]");
  said.hidden = true;
  button.disabled = true;
  try {
    part.querySelector("input[type=hidden]").value = await ask(button);
    button.form.submit();
  } catch (error) {
    said.textContent = why(error, button.dataset);
    said.hidden = false;
    button.disabled = false;
  }
});

export const ready = true;
