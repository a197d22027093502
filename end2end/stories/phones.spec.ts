// Aino's own phone stays signed in: Outi links it at the lounge. And the lounge's tablet, which is locked by one tap.

import { mainButton } from '../fixtures/order.ts';
import { checkPage } from '../fixtures/page.ts';
import { outi } from '../fixtures/people.ts';
import { DIGITS, signedIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';
import type { Page } from '@playwright/test';

/** A resident beside Outi, with their consent. Answers their name. */
async function serve(page: Page, number: string): Promise<string> {
  await page.goto('/lounge');
  await page.getByLabel('Nimi tai puhelinnumero').fill(number);
  await mainButton(page, 'Hae').click();
  await page.getByRole('button', { name: /^Valitse / }).first().click();
  const heading = page.getByRole('heading', { level: 1 });
  if ((await heading.textContent())?.startsWith('Suostumus')) {
    await page.getByLabel('Paikan päällä, ääneen').check();
    await mainButton(page, 'Kirjaa suostumus').click();
  }
  return (await heading.textContent()) ?? '';
}

test('Outi links a resident’s phone, and the resident ends it', async ({ browser, page }) => {
  await signedIn(page, outi);
  const name = await serve(page, '08 123 4618');
  await page.getByRole('link', { name: `Puhelimet: ${name}` }).click();
  await checkPage(page, 'lounge-phones');
  await page.getByRole('link', { name: 'Liitä asukkaan oma puhelin' }).click();
  await checkPage(page, 'lounge-phone');
  await page.getByLabel('Puhelimen nimi').fill('Keittiön puhelin');
  await mainButton(page, 'Tee linkki').click();
  await expect(page.getByRole('img', { name: 'Linkki ruutukoodina' })).toBeVisible();
  await checkPage(page, 'lounge-phone-made');
  const link = (await page.locator('.qr__address').textContent()) ?? '';
  // Going back and on again shows it to nobody.
  await page.getByRole('link', { name: 'Valmis' }).click();
  // A browser that keeps nothing of an answer to a post says so instead of the page.
  await page.goBack().catch(() => undefined);
  await expect(page.locator('body')).not.toContainText(link);

  const context = await browser.newContext({ locale: 'fi-FI' });
  const phone = await context.newPage();
  await phone.goto('/link');
  await checkPage(phone, 'link-code');
  await phone.goto(new URL(link).pathname);
  await expect(phone.getByRole('heading', { level: 1 })).toContainText('Onko tämä sinun puhelimesi');
  await checkPage(phone, 'link');
  await mainButton(phone, 'Kyllä, liitä tämä puhelin').click();
  await expect(phone.getByRole('status')).toContainText('Puhelimesi on nyt liitetty');
  expect(phone.url()).not.toContain('/link/');
  await phone.goto('/my/doors');
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Tähän tarvitaan koodi');
  await checkPage(phone, 'needs-code');
  await phone.goto('/my/phones');
  await checkPage(phone, 'my-this-phone');
  await mainButton(phone, 'Kirjaudu ulos tältä puhelimelta').click();
  await phone.goto('/my');
  expect(new URL(phone.url()).pathname).toBe('/sign-in');
  await context.close();
  await page.goto('/lounge');
  await page.locator('.toolbar').getByRole('button', { name: 'Valmis, seuraava' }).click();
});

test('the tablet is locked by one tap, and going back shows nothing of the resident', async ({ page }) => {
  await signedIn(page, outi);
  const name = await serve(page, '08 123 4624');
  await page.getByRole('link', { name: `Luvat: ${name}` }).click();
  await page.locator('.toolbar').getByRole('button', { name: 'Lukitse' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Laite on lukittu');
  await checkPage(page, 'lounge-locked');
  await page.goBack();
  await expect(page.locator('body')).not.toContainText(name);
  for (const left of ['/lounge/resident', '/my', '/my/people', '/lounge']) {
    await page.goto(left);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Laite on lukittu');
  }
  await page.getByLabel('Tunnusluku tai tekstiviestillä tullut koodi').fill(DIGITS);
  await mainButton(page, 'Avaa').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ketä autat?');
  await page.goto('/lounge/pin');
  await checkPage(page, 'lounge-pin');
});
