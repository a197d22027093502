// The README's pictures: the four people's pages at phone size, from a server with a fresh demo neighbourhood.
// `cargo xtask pictures` runs it; it writes docs/images/{resident,member,lounge,desk}.png.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { address, args, executablePath } from './browser.mjs';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args });

/** A phone with that person signed in. */
async function phoneOf(number) {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'fi-FI',
  });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('Puhelinnumero').fill(number);
  await page.getByRole('button', { name: 'Lähetä koodi' }).click();
  const outbox = await context.newPage();
  await outbox.goto('/demo/outbox');
  const message = outbox.getByRole('article').filter({ hasText: number }).filter({ hasText: /\b\d{6}\b/ }).first();
  const [code] = (await message.innerText()).match(/\b\d{6}\b/);
  await outbox.close();
  await page.getByLabel('Koodi').fill(code);
  await page.getByRole('main').getByRole('button', { name: 'Kirjaudu' }).click();
  await page.getByRole('button', { name: 'Kirjaudu ulos' }).waitFor();
  return page;
}

/** What fits on the phone's screen of that page. */
async function picture(page, name) {
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: `${folder}${name}.png` });
  await page.context().close();
  console.log(`docs/images/${name}.png`);
}

const resident = await phoneOf('040 000 0101');
await resident.goto('/order?service=snow');
await resident.getByLabel('Polku ja portaat').check();
await resident.getByRole('button', { name: 'Jatka' }).click();
await resident.getByRole('heading', { name: 'Minne apu tulee?' }).waitFor();
await resident.getByRole('button', { name: 'Jatka' }).click();
await resident.getByRole('heading', { name: 'Mikä aika sopii?' }).waitFor();
await picture(resident, 'resident');

const member = await phoneOf('040 000 0201');
await member.goto('/member/offers');
await member.getByRole('link', { name: /Katso pyyntö/ }).first().click();
await member.getByRole('button', { name: 'Otan työn' }).waitFor();
await picture(member, 'member');

const lounge = await phoneOf('040 000 0301');
await lounge.goto('/lounge');
await lounge.getByLabel('Nimi tai puhelinnumero').fill('Lahti');
await lounge.getByRole('button', { name: 'Hae' }).click();
await lounge.getByRole('button', { name: /^Valitse/ }).first().click();
await lounge.getByLabel('Paikan päällä, ääneen').check();
await lounge.getByRole('button', { name: 'Kirjaa suostumus' }).click();
await lounge.getByRole('heading', { name: 'Veikko Lahti' }).waitFor();
await picture(lounge, 'lounge');

const desk = await phoneOf('040 000 0401');
await desk.goto('/desk');
await picture(desk, 'desk');

await browser.close();
