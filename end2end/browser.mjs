// Debian's Chromium, with everything switched off that would talk to the outside.

export const executablePath = process.env.NAAPURIAPU_CHROMIUM ?? '/usr/bin/chromium';

export const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where the server is; `cargo xtask e2e` starts one and says where. */
export const address = process.env.NAAPURIAPU_URL ?? 'http://127.0.0.1:3000';

/** The same server by its name, where browsers make passkeys. */
export const named = address.replace('127.0.0.1', 'localhost');
