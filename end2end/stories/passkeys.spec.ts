// Sanna makes a passkey, signs in with it and removes it. The device is Chromium's own pretended one. Without JavaScript
// there is nothing of it but the list, whose button removes.

import type { Page } from '@playwright/test';
import { address, named } from '../browser.mjs';
import { mainButton } from '../fixtures/order.ts';
import { checkPage, hasJavaScript } from '../fixtures/page.ts';
import { leila, sanna } from '../fixtures/people.ts';
import { signIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';

// Browsers make passkeys for names, not for numbers.
test.use({ baseURL: named });

/** A device with a fingerprint reader that always recognises its owner. */
async function withDevice(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

const signOut = (page: Page) => page.getByRole('button', { name: 'Kirjaudu ulos' }).click();

test('Sanna makes a passkey, signs in with it, and removes it', async ({ page }) => {
  test.skip(!hasJavaScript(), 'a passkey is made by a script');
  await withDevice(page);
  await signIn(page, sanna.phone);
  await page.goto('/my');
  await page.getByRole('link', { name: 'Pääsyavaimet' }).click();
  await expect(page.getByText('Tällä selaimella pääsyavainta ei voi tehdä')).toBeHidden();
  await checkPage(page, 'my-passkeys-none');
  await page.getByLabel('Pääsyavaimen nimi').fill(' ');
  await mainButton(page, 'Tee pääsyavain').click();
  await expect(page.locator('.error-summary')).toContainText('Kirjoita pääsyavaimelle nimi.');
  await checkPage(page, 'my-passkeys-nameless');
  await page.getByLabel('Pääsyavaimen nimi').fill('Sannan puhelin');
  await mainButton(page, 'Tee pääsyavain').click();
  await expect(page.getByRole('status').first()).toHaveText(/Pääsyavain on valmis/);
  await expect(page.getByRole('heading', { name: 'Sannan puhelin' })).toBeVisible();
  await checkPage(page, 'my-passkeys');
  // The same device makes no second one: it says so, and nothing is sent.
  await mainButton(page, 'Tee pääsyavain').click();
  await expect(page.getByText('Pääsyavainta ei tehty')).toBeVisible();

  await signOut(page);
  await page.goto('/sign-in');
  await checkPage(page, 'sign-in-passkey');
  await mainButton(page, 'Kirjaudu pääsyavaimella').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Omat tilaukset');

  await page.goto('/my/passkeys');
  await page.getByRole('button', { name: 'Poista pääsyavain: Sannan puhelin' }).click();
  await expect(page.getByText('Pääsyavain on poistettu')).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  await mainButton(page, 'Kirjaudu pääsyavaimella').click();
  await expect(page.locator('.error-summary')).toContainText('Pääsyavain ei kelvannut');
  await checkPage(page, 'sign-in-passkey-refused');
});

test('without a device that can, nothing of it shows at sign-in', async ({ page }) => {
  // Where the page's address is a number, no browser can.
  await page.goto(`${address}/sign-in`);
  await page.waitForLoadState('networkidle');
  await expect(mainButton(page, 'Lähetä koodi')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Kirjaudu pääsyavaimella' })).toBeHidden();
});

test('without JavaScript the list is there, and its button removes', async ({ browser, page, baseURL }) => {
  test.skip(hasJavaScript(), 'with a script the other story does it');
  // Made in another browser of hers, which can.
  const context = await browser.newContext({ baseURL, locale: 'fi-FI', javaScriptEnabled: true });
  const able = await context.newPage();
  await withDevice(able);
  await signIn(able, leila.phone);
  await able.goto('/my/passkeys');
  await mainButton(able, 'Tee pääsyavain').click();
  await expect(able.getByRole('heading', { name: 'Leila, oma laite' })).toBeVisible();
  await context.close();

  await signIn(page, leila.phone);
  await page.goto('/my/passkeys');
  await expect(page.getByText('Tällä selaimella pääsyavainta ei voi tehdä')).toBeVisible();
  await expect(page.getByLabel('Pääsyavaimen nimi')).toBeHidden();
  await checkPage(page, 'my-passkeys');
  await page.getByRole('button', { name: 'Poista pääsyavain: Leila, oma laite' }).click();
  await expect(page.getByRole('status')).toHaveText(/Pääsyavain on poistettu/);
  await expect(page.getByText('Sinulla ei ole pääsyavaimia.')).toBeVisible();
});
