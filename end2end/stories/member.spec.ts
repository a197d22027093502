// A resident and a member, each in a browser of their own: offer, acceptance, the day's steps, feedback; and what a
// member sets for themselves.

import type { Page } from '@playwright/test';
import { mainButton, orderSnow } from '../fixtures/order.ts';
import { checkPage } from '../fixtures/page.ts';
import { fourth, third } from '../fixtures/neighbours.ts';
import { amina, mikko } from '../fixtures/people.ts';
import { browserOf, signedIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';

/** The hours of "…kello 8–9", as every page writes them. */
function hours(words: string): string {
  return words.match(/kello (\S+–\S+)/)?.[1] ?? words;
}

/** The day of "tiistaina 12. tammikuuta kello 8–9", as cards write it: "12.1.". */
function shortDay(words: string): string {
  const months = ['tammi', 'helmi', 'maalis', 'huhti', 'touko', 'kesä', 'heinä', 'elo', 'syys', 'loka', 'marras', 'joulu'];
  const [, day, month] = words.match(/(\d+)\. (\p{L}+)kuuta/u) ?? [];
  return `${day}.${months.indexOf(month) + 1}.`;
}

/** The offer of that time among those that the member has now. */
async function openOffer(member: Page, words: string): Promise<void> {
  await member.goto('/member/offers');
  const card = member
    .getByRole('article')
    .filter({ hasText: shortDay(words) })
    .filter({ hasText: hours(words) });
  await card.getByRole('link', { name: /Katso pyyntö/ }).click();
  await expect(member.getByRole('button', { name: 'Otan työn' })).toBeVisible();
}

test('Mikko accepts what a resident ordered, and each sees the other’s side', async ({ page, browser }) => {
  await signedIn(page, third);
  const words = await orderSnow(page, { helper: 'Mikko', at: 3 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kysymme nyt, pääseekö Mikko');
  const [, street] = (await page.locator('.panel__text').innerText()).split(', ');

  const member = await browserOf(browser, mikko);
  await member.goto('/member/offers');
  await checkPage(member, 'member-offers');
  await openOffer(member, words);
  await expect(member.getByRole('main')).not.toContainText(street);
  await expect(member.getByText('Olet käynyt tässä kodissa ennenkin.', { exact: true })).toBeVisible();
  await expect(member.getByText('Tarkka osoite näkyy, kun otat työn.')).toBeVisible();
  await expect(member.getByText('Syytä ei tarvitse kertoa. Kieltäytyminen ei vaikuta mihinkään.')).toBeVisible();
  await expect(member.getByRole('heading', { name: 'Omat rajasi' })).toBeVisible();
  await expect(member.getByText(/kuukauden ansiosi ovat \d+,\d\d\s€/)).toBeVisible();
  await checkPage(member, 'member-offer');
  const offer = member.url();
  await member.getByRole('button', { name: 'Otan työn' }).click();
  await expect(member.getByRole('status')).toHaveText('Otit työn. Kerroimme asukkaalle, että tulet.');

  // The offer is over: a second tap from an old page finds nothing to accept.
  const old = await member.goto(offer);
  expect([404, 409]).toContain(old?.status());

  await page.goto('/my');
  const card = page.getByRole('article').filter({ hasText: `kello ${hours(words)}` }).filter({ hasText: 'Mikko tulee' });
  await card.first().getByRole('link').click();
  await expect(page.locator('.tag').first()).toHaveText('Mikko tulee');
  await expect(page.locator('[aria-current=step]')).toHaveText('Sovittu');
  await checkPage(page, 'my-visit-agreed');
  await member.context().close();
});

test('a declined offer goes on to somebody else, and costs nothing', async ({ page, browser }) => {
  await signedIn(page, fourth);
  const words = await orderSnow(page, { helper: 'Mikko', at: 8 });
  const done = page.url();
  const member = await browserOf(browser, mikko);
  await openOffer(member, words);
  await member.getByRole('button', { name: 'En ota tätä' }).click();
  await expect(member.getByRole('status')).toHaveText('Selvä, et ota tätä työtä.');
  await expect(
    member.getByRole('article').filter({ hasText: shortDay(words) }).filter({ hasText: hours(words) }),
  ).toHaveCount(0);
  await member.context().close();

  await page.goto(done);
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText(/^(Kysymme nyt, pääseekö \p{Lu}\p{Ll}+|Soitamme sinulle)$/u);
  await expect(title).not.toContainText('Mikko');
});

test('on the day: on the way, started, done; then the resident says how it went', async ({ page, browser }) => {
  const member = await browserOf(browser, mikko);
  await member.goto('/member/today');
  await expect(member.getByRole('heading', { level: 1 })).toHaveText(/^Tänään ti \d+\.\d+\.$/);
  const visit = member.getByRole('article').first();
  const phone = (await visit.getByRole('link', { name: /^Soita:/ }).innerText()).match(/040 000 \d{4}/)?.[0] ?? '';
  await checkPage(member, 'member-today');

  await signedIn(page, { name: 'whom Mikko visits today', phone });
  const step = async (press: string, reached: string): Promise<void> => {
    await visit.getByRole('button', { name: press, exact: true }).click();
    await page.goto('/my');
    const card = page.getByRole('article').filter({ has: page.locator('[aria-current=step]', { hasText: reached }) });
    await expect(card).toHaveCount(1);
  };
  await step('Matkalla', 'Matkalla');
  await checkPage(page, 'my-on-way');
  await step('Aloitin', 'Aloitettu');
  await visit.getByRole('button', { name: 'Valmis', exact: true }).click();
  await expect(visit.locator('.tag', { hasText: 'Tehty' })).toBeVisible();
  await member.context().close();

  await page.goto('/my');
  await page.getByRole('link', { name: /^Miten meni\?/ }).first().click();
  await mainButton(page, 'Lähetä vastaus').click();
  await expect(page.locator('.error-summary')).toContainText('Valitse, miten käynti meni.');
  await checkPage(page, 'my-feedback');
  await page.getByLabel('4, hyvin').check();
  await mainButton(page, 'Lähetä vastaus').click();
  await expect(page.getByRole('status')).toHaveText('Kiitos. Vastauksesi on tallessa.');
  await expect(page.getByLabel('4, hyvin')).toBeChecked();
});

test('strength of the day is one tap', async ({ page }) => {
  await signedIn(page, amina);
  await page.goto('/member');
  const [normal, less, pause] = ['Normaali', 'Vähemmän', 'Tauko'].map((name) => page.getByRole('button', { name }));
  await expect(normal).toHaveAttribute('aria-pressed', 'true');
  await less.click();
  await expect(page.getByRole('status')).toHaveText('Päivän vointi on tallessa.');
  await expect(less).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText(/^Tänään ei tule uusia työpyyntöjä\./)).toBeVisible();
  await pause.click();
  await expect(pause).toHaveAttribute('aria-pressed', 'true');
  await normal.click();
  await expect(normal).toHaveAttribute('aria-pressed', 'true');
});

test('own limits are kept, and a wrong number stays to be mended', async ({ page }) => {
  await signedIn(page, amina);
  await page.goto('/member/limits');
  await checkPage(page, 'member-limits');
  await page.getByLabel('Käyntejä päivässä enintään').fill('monta');
  await page.getByLabel('Minuutteja viikossa enintään').fill('600');
  await mainButton(page, 'Tallenna rajat').click();
  const summary = page.locator('.error-summary');
  await expect(summary).toBeFocused();
  await expect(page.getByLabel('Käyntejä päivässä enintään')).toHaveValue('monta');
  await expect(page.getByLabel('Minuutteja viikossa enintään')).toHaveValue('600');
  await summary.getByRole('link').click();
  await expect(page.getByLabel('Käyntejä päivässä enintään')).toBeFocused();
  await checkPage(page, 'member-limits-mend');
  await page.getByLabel('Käyntejä päivässä enintään').fill('2');
  await mainButton(page, 'Tallenna rajat').click();
  await expect(page.getByRole('status')).toHaveText('Tallennettu.');
  await expect(page.getByLabel('Minuutteja viikossa enintään')).toHaveValue('600');
  await page.getByLabel('Kaupassakäynti').check();
  await mainButton(page, 'Tallenna työt').click();
  await expect(page.getByRole('status')).toHaveText('Tallennettu.');
  await expect(page.getByLabel('Kaupassakäynti')).toBeChecked();
});

test('own hours are kept, and an end before the start stays to be mended', async ({ page }) => {
  await signedIn(page, amina);
  await page.goto('/member/hours');
  await checkPage(page, 'member-hours');
  const monday = page.getByRole('group', { name: 'Maanantai' });
  await monday.getByLabel('Alkaa').fill('14');
  await monday.getByLabel('Päättyy').fill('9');
  await mainButton(page, 'Tallenna työajat').click();
  await expect(page.locator('.error-summary')).toBeFocused();
  await expect(page.locator('.error-summary')).toContainText('Loppuajan pitää olla alkuajan jälkeen.');
  await expect(monday.getByLabel('Alkaa')).toHaveValue('14');
  await expect(monday.getByLabel('Päättyy')).toHaveValue('9');
  await checkPage(page, 'member-hours-mend');
  await monday.getByLabel('Päättyy').fill('16.30');
  await mainButton(page, 'Tallenna työajat').click();
  await expect(page.getByRole('status')).toHaveText('Tallennettu.');
  await expect(monday.getByLabel('Päättyy')).toHaveValue('16.30');
});
