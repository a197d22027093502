// One's own details, and the coordinator's pages about people: every page in every language, as `pages.spec.ts`.

import { checkAddress, checkPage } from '../fixtures/page.ts';
import { mainButton } from '../fixtures/order.ts';
import { outi, pekka, sanna } from '../fixtures/people.ts';
import { browserOf, post, signedIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';

test.describe('in every language', () => {
  test.describe.configure({ timeout: 300_000, mode: 'parallel' });

  test('her own details', async ({ page }) => {
    await signedIn(page, sanna);
    await checkAddress(page, 'my-data', '/my/data');
    await checkAddress(page, 'my-data-leave', '/my/data/leave');
    await checkAddress(page, 'my-data-name', '/my/data/name');
    await checkAddress(page, 'my-data-number', '/my/data/number');
    await page.goto('/my/data/number');
    await mainButton(page, 'Lähetä koodi').click();
    await expect(page.locator('.error-summary')).toBeVisible();
    await checkPage(page, 'my-data-number-empty');
    await checkAddress(page, 'my-email', '/my/email');
    await page.goto('/my/email');
    await mainButton(page, 'Lähetä koodi').click();
    await expect(page.locator('.error-summary')).toBeVisible();
    await checkPage(page, 'my-email-empty');
  });

  test('people at the desk', async ({ page }) => {
    await signedIn(page, pekka);
    await checkAddress(page, 'desk-find', '/desk/people');
    await checkAddress(page, 'desk-same', '/desk/same');
    await checkAddress(page, 'desk-unconfirmed', '/desk/unconfirmed');
  });
});

test('somebody written down twice is put together, and taken apart again', async ({ browser, page }) => {
  const lounge = await browserOf(browser, outi);
  for (const [name, phone] of [
    ['Elisabet Kaksonen', '08 123 4571'],
    ['Kaksonen Elisabeth', ''],
  ]) {
    const form = { name, phone, address: 'Tervakukkatie 20', language: 'fi', contact: phone ? 'call' : 'lounge' };
    await post(lounge, '/api/lounge/add', { ...form, consent: 'in_person' });
    await post(lounge, '/api/lounge/next', {});
  }
  await lounge.context().close();

  await signedIn(page, pekka);
  await page.goto('/desk/same');
  await checkPage(page, 'desk-same-pair');
  await page.getByRole('link', { name: /Kaksonen/ }).first().click();
  await checkPage(page, 'desk-same-preview');
  await page.getByRole('button', { name: 'Yhdistä henkilöt' }).click();
  await expect(page.getByRole('status')).toHaveText('Henkilöt on yhdistetty.');
  await checkPage(page, 'desk-same-merged');
  await page.getByRole('button', { name: /^Peru/ }).click();
  await expect(page.getByRole('status')).toHaveText('Yhdistäminen on peruttu.');
});
