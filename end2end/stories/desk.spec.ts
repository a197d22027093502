// Pekka at the desk: what nobody can take stands on top with its reason; he puts a visit to a member, and calls one off.

import { checkPage } from '../fixtures/page.ts';
import { mainButton } from '../fixtures/order.ts';
import { pekka } from '../fixtures/people.ts';
import { signedIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';

test('what is stuck is on top, with the rule that emptied the list and what would help', async ({ page }) => {
  await signedIn(page, pekka);
  await page.goto('/desk');
  const main = page.getByRole('main');
  await expect(main.getByRole('heading', { level: 2 }).first()).toHaveText('Näihin ei ole auttajaa');
  const stuck = main.locator('.visit-card--problem').filter({ hasText: 'Tämä auttaisi:' }).first();
  await expect(stuck).toContainText(/Kukaan ei pääse\. Viimeinen este: .+\. Kaikki esteet.*: .+ \(\d+\)/);
  await checkPage(page, 'desk');
  await stuck.getByRole('link', { name: /Ratkaise/ }).click();
  await expect(page.getByText('Tämä auttaisi:')).toBeVisible();
  await page.getByText('Miksi muut eivät pääse?').click();
  await expect(page.getByRole('listitem').filter({ hasText: /^\S+ \S+: \p{Ll}/u }).first()).toBeVisible();
  await checkPage(page, 'desk-stuck');
});

test('Pekka puts a visit to a member, who may say no', async ({ page }) => {
  await signedIn(page, pekka);
  await page.goto('/desk');
  const offered = page.getByRole('row').filter({ hasText: 'Odottaa auttajan vastausta' }).filter({ hasText: 'Leila' });
  await offered.first().getByRole('link').click();
  await mainButton(page, 'Tarjoa käyntiä').click();
  await expect(page.locator('.error-summary')).toContainText('Valitse jäsen.');
  const choice = page.locator('.choice').first();
  const name = await choice.locator('.choice__title').innerText();
  await checkPage(page, 'desk-visit');
  await choice.getByRole('radio').check();
  await mainButton(page, 'Tarjoa käyntiä').click();
  await expect(page.getByRole('status')).toHaveText('Käyntiä tarjotaan jäsenelle.');
  await expect(page.getByRole('listitem').filter({ hasText: `kysytty: ${name.split(' ')[0]}` })).not.toHaveCount(0);
});

test('Pekka calls a visit off with a message', async ({ page }) => {
  await signedIn(page, pekka);
  await page.goto('/desk');
  const later = page.getByRole('row').filter({ hasText: /\p{Lu}\p{Ll}+ tulee/u }).filter({ hasNotText: /Mikko|Aino/ });
  await later.last().getByRole('link').click();
  await page.locator('summary', { hasText: 'Peru käynti' }).click();
  await page.getByLabel('Viesti asukkaalle').fill('Lumikola on rikki. <b>Anteeksi</b>');
  await page.getByRole('button', { name: 'Peru käynti' }).click();
  await expect(page.getByRole('status')).toHaveText('Käynti on peruttu. Viesti lähti asukkaalle.');
  await expect(page.locator('.tag').first()).toHaveText('Peruttu');
  await expect(page.getByRole('listitem').filter({ hasText: 'osuuskunta perui' })).toHaveCount(1);
  await page.goto('/demo/outbox');
  await expect(page.getByText(/käynti on peruttu.*Lumikola on rikki\. <b>Anteeksi<\/b>/)).not.toHaveCount(0);
});

test('a week later and back', async ({ page }) => {
  await signedIn(page, pekka);
  await page.goto('/desk');
  const first = page.getByRole('main').getByRole('heading', { level: 2, name: /kuuta$/ }).first();
  const today = await first.innerText();
  await page.getByRole('link', { name: 'Seuraava viikko' }).click();
  await expect(first).not.toHaveText(today);
  await page.getByRole('link', { name: 'Tähän päivään' }).click();
  await expect(first).toHaveText(today);
});

test('a member falls ill: Pekka marks them away, and their visits go to others', async ({ page }) => {
  await signedIn(page, pekka);
  await page.goto('/desk');
  await page.getByRole('link', { name: 'Jäsenet' }).click();
  const others = page.locator('.visit-card').filter({ hasNotText: /Mikko|Leila|Jari|Amina|Poissa/ });
  await checkPage(page, 'desk-members');
  await others.filter({ hasText: /[1-9]\d* käynti/ }).last().getByRole('link').click();
  const name = await page.getByRole('heading', { level: 1 }).innerText();
  await mainButton(page, 'Merkitse poissa olevaksi').click();
  await expect(page.locator('.error-summary')).toContainText('Valitse, kuinka pitkään');
  await checkPage(page, 'desk-member');
  await page.getByLabel('Vain tänään').check();
  await mainButton(page, 'Merkitse poissa olevaksi').click();
  await page.goto('/desk/members');
  const card = page.locator('.visit-card').filter({ hasText: name });
  await expect(card.locator('.tag')).toContainText(/^Poissa .+ asti$/);
  await card.getByRole('link').click();
  await page.getByRole('button', { name: 'Merkitse takaisin töihin' }).click();
  await expect(page.getByRole('status')).toHaveText('Merkitty takaisin töihin.');
});

test('Pekka has helpers looked for, sees what it would change, and decides', async ({ page }) => {
  await signedIn(page, pekka);
  await page.goto('/desk');
  await page.getByRole('link', { name: 'Etsi auttajat näihin' }).click();
  await checkPage(page, 'desk-plan');
  await page.getByRole('button', { name: 'Etsi auttajat' }).click();
  const heading = page.getByRole('heading', { level: 1 });
  // With JavaScript the page looks by itself; without, one looks.
  for (let looks = 0; looks < 60 && (await heading.innerText()) === 'Etsimme auttajia'; looks += 1) {
    await page.waitForTimeout(500);
    await page.goto(page.url());
  }
  await expect(heading).toHaveText(/^(Ehdotus|Auttajia ei löytynyt)$/);
  await expect(page.getByText('Mitään ei ole vielä muutettu.')).toBeVisible();
  await checkPage(page, 'desk-plan-ready');
  await page.getByRole('button', { name: /^(Hylkää ehdotus|Sulje)$/ }).click();
  await expect(heading).toHaveText('Suunnitelma on suljettu');
  await checkPage(page, 'desk-plan-over');
});

test('Pekka sees which text messages did not arrive, and tells them by voice', async ({ page }) => {
  await signedIn(page, pekka);
  await page.goto('/desk');
  await page.getByRole('link', { name: /Puhelimessa kerrottavia viestejä: \d+/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Viestit');
  const card = page.locator('.visit-card--problem').first();
  await expect(card).toContainText('Puhelin voi olla kiinni.');
  await expect(card.locator('a[href^="tel:"]')).toHaveCount(1);
  await checkPage(page, 'desk-messages');
  const before = await page.locator('.visit-card--problem').count();
  await card.getByRole('button', { name: 'Kerroin puhelimessa' }).click();
  await expect(page.getByRole('status')).toHaveText('Merkitty: kerroit puhelimessa.');
  await expect(page.locator('.visit-card--problem')).toHaveCount(before - 1);
});
