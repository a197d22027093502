// A passkey's ceremony in the browser, for the one form of the page that has one. It asks the server what the device is
// to do, has the device do it, and sends its answer with the form, as any form is sent. Where the browser knows of no
// passkeys, or this isn't the host that they belong to, the form stays hidden.
// By hand, since phones of 2022 lack the browser's own reading and writing of JSON for it.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');

const make = async (asked) => {
  asked.user.id = bytes(asked.user.id);
  for (const known of asked.excludeCredentials || []) known.id = bytes(known.id);
  const made = await navigator.credentials.create({ publicKey: asked });
  return [made, { attestationObject: text(made.response.attestationObject) }];
};

const enter = async (asked) => {
  const shown = await navigator.credentials.get({ publicKey: asked });
  const { authenticatorData, signature, userHandle } = shown.response;
  return [
    shown,
    {
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle && text(userHandle),
    },
  ];
};

const answer = async (form) => {
  const asked = await fetch(form.dataset.begin, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams(),
  });
  if (!asked.ok) throw new Error(String(asked.status));
  const options = JSON.parse(await asked.json());
  options.challenge = bytes(options.challenge);
  const [credential, response] = await (options.user ? make : enter)(options);
  response.clientDataJSON = text(credential.response.clientDataJSON);
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: id, type, response });
};

const form = document.querySelector('form[data-host]');
if (form && window.PublicKeyCredential && window.isSecureContext && location.hostname === form.dataset.host) {
  const failed = form.querySelector('[role=status]');
  const button = form.querySelector('button');
  const name = form.elements.passkey_name;
  let busy = false;
  for (const other of document.querySelectorAll('[data-without-passkeys]')) other.hidden = true;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    const named = name && name.value.trim();
    // What is wrong with a name the server says, beside it, before there is a key.
    if (name && (!named || [...named].length > 40)) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    failed.hidden = true;
    button.setAttribute('aria-busy', 'true');
    try {
      form.elements.credential.value = await answer(form);
      form.submit();
    } catch {
      failed.hidden = false;
      busy = false;
      button.removeAttribute('aria-busy');
    }
  });
}
