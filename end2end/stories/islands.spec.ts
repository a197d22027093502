// What JavaScript makes better: the list of times narrows, an offer counts down, pages that are looked at stay fresh.
// Not run without JavaScript. The browser's clock is moved on instead of waiting.

import type { Page } from '@playwright/test';
import { orderSnow, wantSnow, atAddress } from '../fixtures/order.ts';
import { fifteenth } from '../fixtures/neighbours.ts';
import { leila } from '../fixtures/people.ts';
import { browserOf, signedIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';

test('the list of times narrows by day and by part of the day', async ({ page }) => {
  await wantSnow(page);
  await atAddress(page, 'Ruiskukkatie 17');
  const day = page.getByLabel('Päivä', { exact: true });
  const part = page.getByLabel('Vuorokaudenaika');
  await expect(day).toBeVisible();
  const shown = async (): Promise<string[]> => {
    const titles = await page.locator('.choice:visible .choice__title').allInnerTexts();
    return titles.filter((title) => title !== 'Mahdollisimman pian');
  };
  const hours = async (): Promise<number[]> => (await shown()).map((title) => Number(title.match(/kello (\d+)/)?.[1]));
  expect(Math.min(...(await hours()))).toBeLessThan(12);

  await part.selectOption({ label: 'Iltapäivä' });
  await expect.poll(async () => Math.min(...(await hours()))).toBeGreaterThanOrEqual(12);
  expect(Math.max(...(await hours()))).toBeLessThan(17);

  const days = await day.locator('option').allInnerTexts();
  await part.selectOption({ label: 'Koko päivä' });
  await day.selectOption({ label: days[3] });
  const [, date] = days[3].match(/(\d+)\.\d+\./) ?? [];
  await expect.poll(async () => (await shown()).every((title) => title.includes(` ${date}. `))).toBe(true);
  expect((await shown()).length).toBeGreaterThan(0);

  // What was chosen is sent.
  const last = page.locator('.choice:visible').last();
  const words = await last.locator('.choice__title').innerText();
  await last.getByRole('radio').check();
  await page.getByRole('button', { name: 'Jatka' }).click();
  await page.goto('/order/when');
  await expect(page.locator('.choice', { has: page.locator(':checked') })).toContainText(words);
});

test('an offer counts down', async ({ page }) => {
  await signedIn(page, leila);
  await page.clock.install();
  await page.goto('/member/offers');
  const left = page.locator('.countdown__left').first();
  await expect(left).toHaveText(/^aikaa (\d+ h)?( ?\d+ min)?$/);
  const words = await left.innerText();
  const [hours, minutes] = [Number(words.match(/(\d+) h/)?.[1] ?? 0), Number(words.match(/(\d+) min/)?.[1] ?? 0)];
  await page.waitForLoadState('networkidle');
  await page.clock.fastForward((hours * 60 + minutes - 30) * 60_000);
  await expect(left).toHaveText(/^aikaa (29|30) min$/);
  await page.clock.fastForward(10 * 60_000);
  await expect(left).toHaveText(/^aikaa (19|20) min$/);
  await page.clock.fastForward(22 * 60_000);
  await expect(left).toHaveText('Vastausaika on päättynyt');
});

test('a member’s day shows what was changed elsewhere', async ({ page, browser }) => {
  await signedIn(page, leila);
  await page.clock.install();
  await page.goto('/member/today');
  const less = page.getByRole('button', { name: 'Vähemmän' });
  await expect(less).toHaveAttribute('aria-pressed', 'false');
  await page.waitForLoadState('networkidle');

  const other = await browserOf(browser, leila);
  await other.goto('/member/today');
  await other.getByRole('button', { name: 'Vähemmän' }).click();
  await expect(other.getByRole('status')).toBeVisible();

  await page.clock.fastForward(21_000);
  await expect(less).toHaveAttribute('aria-pressed', 'true');
  await other.getByRole('button', { name: 'Normaali' }).click();
  await expect(other.getByRole('button', { name: 'Normaali' })).toHaveAttribute('aria-pressed', 'true');
  await other.context().close();
});

test('a resident’s visit shows what was changed elsewhere', async ({ page, browser }) => {
  await signedIn(page, fifteenth);
  await orderSnow(page, { at: 20 });
  await page.getByRole('link', { name: 'Peru tai vaihda aika' }).click();
  await page.clock.install();
  await page.reload();
  await expect(page.locator('.tag').first()).toHaveText('Odottaa auttajan vastausta');
  await page.waitForLoadState('networkidle');

  const other = await browserOf(browser, fifteenth);
  await other.goto(`${page.url()}/cancel`);
  await other.getByRole('button', { name: 'Peru käynti' }).click();
  await expect(other.getByRole('status')).toBeVisible();
  await other.context().close();

  await page.clock.fastForward(21_000);
  await expect(page.locator('.tag').first()).toHaveText('Peruttu');
});

// T50: what a phone thinks of the time and of where it is changes nothing that is read on it.
test('a phone from New York whose clock is wrong shows the times of here', async ({ page, browser }) => {
  const words = async (of: Page, path: string): Promise<string> => {
    await of.goto(path);
    await of.waitForLoadState('networkidle');
    // How much time is left may have gone on by a minute.
    return (await of.locator('main').innerText()).replace(/aikaa .*/g, '');
  };
  await signedIn(page, leila);
  const context = await browser.newContext({ timezoneId: 'America/New_York' });
  const away = await context.newPage();
  await signedIn(away, leila);
  await away.clock.install({ time: new Date('2031-05-05T05:05:05Z') });
  for (const path of ['/member/offers', '/member/today']) {
    const here = await words(page, path);
    expect(here).toMatch(/kello \d+/);
    expect(await words(away, path)).toBe(here);
    await expect(page.locator('.countdown__left').filter({ hasText: 'päättynyt' })).toHaveCount(0);
    await expect(away.locator('.countdown__left').filter({ hasText: 'päättynyt' })).toHaveCount(0);
  }
  await context.close();
});
