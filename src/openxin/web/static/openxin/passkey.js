// Asks the browser for a passkey, and sends its answer as the form that is there anyway. Nothing else; no answer, no harm done.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function withBytes(asked) {
  const bytes = { ...asked, challenge: toBytes(asked.challenge) };
  if (asked.user) bytes.user = { ...asked.user, id: toBytes(asked.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (asked[list]) bytes[list] = asked[list].map((one) => ({ ...one, id: toBytes(one.id) }));
  }
  return bytes;
}

function withText(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

const form = document.getElementById("passkey-form");
form.hidden = !window.PublicKeyCredential;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const options = JSON.parse(document.getElementById("passkey-options").textContent);
  const publicKey = withBytes(options.publicKey);
  try {
    const credential =
      form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
    form.elements.passkey.value = JSON.stringify(withText(credential));
    form.submit();
  } catch {
    document.getElementById("passkey-failed").hidden = false;
  }
});
