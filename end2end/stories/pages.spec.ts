// Every page in every language: its status, its language, axe, no sideways scrolling, large enough to press; and the
// switches that every page has.

import type { Page } from '@playwright/test';
import { eleventh, tenth } from '../fixtures/neighbours.ts';
import { atHome, chooseTime, mainButton, orderSnow, reachBySms, wantSnow } from '../fixtures/order.ts';
import { LANGUAGES, checkAddress, checkPage, hasJavaScript } from '../fixtures/page.ts';
import { jari, outi, pekka, sanna } from '../fixtures/people.ts';
import { signedIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';

test.describe('in every language', () => {
  test.describe.configure({ timeout: 300_000 });

  test('what anybody sees', async ({ page }) => {
    await checkAddress(page, 'home', '/');
    for (const service of ['snow', 'garden', 'cleaning', 'shopping', 'accompaniment']) {
      await checkAddress(page, `order-what-${service}`, `/order?service=${service}`);
    }
    await checkAddress(page, 'slip', '/slip');
    await checkAddress(page, 'sign-in', '/sign-in');
    await checkAddress(page, 'sign-in-code', '/sign-in/code');
    await checkAddress(page, 'link-code', '/link');
  });

  test('about us, the demo, and what went wrong', async ({ page }) => {
    await checkAddress(page, 'accessibility', '/accessibility');
    await checkAddress(page, 'privacy', '/privacy');
    await checkAddress(page, 'demo', '/demo');
    await checkAddress(page, 'outbox', '/demo/outbox');
    await checkAddress(page, 'not-found', '/no/such/page', 404);
    await checkAddress(page, 'order-gone', '/order/check');
    await checkAddress(page, 'changed', '/sorry/changed', 409);
  });

  test('an order while it is made', async ({ page }) => {
    await signedIn(page, tenth);
    await wantSnow(page);
    await checkAddress(page, 'order-where', '/order/where');
    await page.goto('/order/where');
    await atHome(page);
    await checkAddress(page, 'order-when', '/order/when');
    await page.goto('/order/when');
    await chooseTime(page, { at: 30 });
    await checkAddress(page, 'order-who', '/order/who');
    await page.goto('/order/who');
    await reachBySms(page);
    await checkAddress(page, 'order-check', '/order/check');
  });

  test('an order that was sent', async ({ page }) => {
    await signedIn(page, eleventh);
    await orderSnow(page, { at: 24 });
    const done = new URL(page.url());
    await checkAddress(page, 'order-done', `${done.pathname}${done.search}`);
    await checkAddress(page, 'order-slip', `/order/slip${done.search}`);
    await checkAddress(page, 'my', '/my');
    await page.goto('/my');
    const visit = await hrefOf(page, '.visit-card__link');
    await checkAddress(page, 'my-visit', visit);
    await checkAddress(page, 'my-move', `${visit}/move`);
    await checkAddress(page, 'my-cancel', `${visit}/cancel`);
    await checkAddress(page, 'my-people-invite', '/my/people/invite');
    await page.goto('/my/people/invite');
    await page.getByLabel('Hänen nimensä').fill('Tuula Ystävä');
    await page.getByLabel('Hänen matkapuhelimensa numero').fill('040 000 0790');
    await page.getByLabel('Pihatyöt').check();
    await mainButton(page, 'Lähetä kutsu').click();
    await expect(page.getByRole('status')).toHaveText('Kutsu on lähetetty.');
    await checkAddress(page, 'my-people-invited', '/my/people');
    await page.goto('/my/doors');
    await mainButton(page, 'Tallenna koodi').click();
    await expect(page.locator('.error-summary')).toBeVisible();
    await checkPage(page, 'my-doors-empty');
    await page.getByLabel('Koodi tai ohje').fill('Summeri 12');
    await mainButton(page, 'Tallenna koodi').click();
    await expect(page.getByRole('status')).toHaveText('Koodi on tallessa.');
    await expect(page.locator('body')).not.toContainText('Summeri 12');
    await checkAddress(page, 'my-doors', '/my/doors');
  });

  test('for whom a relative orders', async ({ page }) => {
    await signedIn(page, sanna);
    await page.goto('/order?service=shopping');
    await page.getByLabel('Auttaja käy kaupassa').check();
    await mainButton(page, 'Jatka').click();
    // There is one person, so she isn't asked; the page is there to come back to.
    await expect(page.getByRole('radio', { name: 'Ruiskukkatie 5' })).toBeVisible();
    await page.goto('/order/for');
    await expect(page.getByRole('radio', { name: 'Aino Niemelä' })).toBeVisible();
    await checkAddress(page, 'order-for', '/order/for');
    await checkAddress(page, 'my-people', '/my/people');
  });

  test('a member’s pages', async ({ page }) => {
    await signedIn(page, jari);
    await checkAddress(page, 'member-today', '/member/today');
    await checkAddress(page, 'member-door', '/member/door');
    await checkAddress(page, 'member-offers', '/member/offers');
    await checkAddress(page, 'member-limits', '/member/limits');
    await checkAddress(page, 'member-hours', '/member/hours');
    await page.goto('/member/offers');
    await checkAddress(page, 'member-offer', await hrefOf(page, 'a[href^="/member/offers/"]'));
    await page.goto('/member');
    await checkAddress(page, 'member-give-back', await hrefOf(page, 'a[href^="/member/give-back/"]'));
  });

  test('the lounge’s pages', async ({ page }) => {
    await signedIn(page, outi);
    await checkAddress(page, 'lounge', '/lounge');
    await checkAddress(page, 'lounge-new', '/lounge/new');
    await checkAddress(page, 'lounge-calls', '/lounge/calls');
    await page.goto('/lounge');
    await mainButton(page, 'Hae').click();
    await page.getByLabel('Nimi tai puhelinnumero').fill('08 123 4606');
    await mainButton(page, 'Hae').click();
    await checkAddress(page, 'lounge-found', '/lounge?found=1');
    await page.goto('/lounge?found=1');
    await page.getByRole('button', { name: /^Valitse / }).first().click();
    await checkAddress(page, 'lounge-resident', '/lounge/resident');
    await page.goto('/lounge');
    await page.getByRole('button', { name: 'Valmis, seuraava' }).click();
  });

  test('the desk’s pages', async ({ page }) => {
    await signedIn(page, pekka);
    await checkAddress(page, 'desk', '/desk');
    await page.goto('/desk');
    const stuck = await hrefOf(page, '.visit-card--problem a');
    await checkAddress(page, 'desk-stuck', stuck);
    await checkAddress(page, 'desk-visit', await hrefOf(page, 'tbody a', '/desk'));
    await checkAddress(page, 'desk-move', `${stuck}/move`);
    await checkAddress(page, 'desk-people', await hrefOf(page, 'a[href^="/desk/people/"]', stuck));
    await checkAddress(page, 'desk-members', '/desk/members');
    await checkAddress(page, 'desk-member', await hrefOf(page, '.visit-card__title a', '/desk/members'));
    await checkAddress(page, 'desk-messages', '/desk/messages');
    await checkAddress(page, 'desk-plan', '/desk/plan');
    await page.goto('/desk/plan');
    await mainButton(page, 'Etsi auttajat').click();
    const run = new URL(page.url()).pathname;
    for (let looks = 0; looks < 60 && (await page.getByText('Etsimme auttajia').count()) > 0; looks += 1) {
      await page.waitForTimeout(500);
      await page.goto(run);
    }
    await checkAddress(page, 'desk-plan-ready', run);
  });
});

/** Where the first such link of a page leads. */
async function hrefOf(page: Page, link: string, path?: string): Promise<string> {
  if (path) await page.goto(path);
  const href = await page.locator(link).first().getAttribute('href');
  if (!href) throw new Error(`no link ${link} on ${page.url()}`);
  return href;
}

test.describe('the switches of every page', () => {
  const html = (page: Page) => page.locator('html');

  test('text size and contrast change the very page one is on, and stay', async ({ page }) => {
    await page.goto('/order?service=cleaning');
    await page.evaluate(() => document.body.setAttribute('data-same-page', 'yes'));
    await page.waitForLoadState('networkidle');
    await page.getByRole('button', { name: 'Suuri teksti' }).click();
    await expect(html(page)).toHaveAttribute('data-size', 'large');
    // With JavaScript nothing is loaded anew; without, the form comes back to the same page.
    await expect(page.locator('body[data-same-page]')).toHaveCount(hasJavaScript() ? 1 : 0);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Millainen siivous?');
    await page.getByRole('button', { name: 'Kontrasti' }).click();
    await expect(html(page)).toHaveAttribute('data-contrast', 'high');
    await expect(page.getByRole('button', { name: 'Kontrasti' })).toHaveAttribute('aria-pressed', 'true');
    await page.goto('/slip');
    await expect(html(page)).toHaveAttribute('data-size', 'large');
    await expect(html(page)).toHaveAttribute('data-contrast', 'high');
    await checkAddress(page, 'slip-large-high', '/slip');
    await page.goto('/slip');
    await page.waitForLoadState('networkidle');
    await page.getByRole('button', { name: 'Kontrasti' }).click();
    await page.getByRole('button', { name: 'Tavallinen teksti' }).click();
    await expect(html(page)).not.toHaveAttribute('data-contrast', 'high');
    await page.reload();
    await expect(html(page)).not.toHaveAttribute('data-size', 'large');
    await expect(html(page)).not.toHaveAttribute('data-contrast', 'high');
  });

  test('the language changes on the very page, and stays', async ({ page }) => {
    await page.goto('/order?service=cleaning');
    await page.locator('.header__language summary').click();
    await page.getByRole('link', { name: 'English' }).click();
    await expect(html(page)).toHaveAttribute('lang', 'en');
    await expect(page.locator('input[name=service]')).toHaveValue('cleaning');
    await page.goto('/');
    await expect(html(page)).toHaveAttribute('lang', 'en');
    await page.locator('.header__language summary').click();
    await page.getByRole('link', { name: 'Selkosuomi' }).click();
    await expect(html(page)).toHaveAttribute('data-easy', 'yes');
    await page.locator('.header__language summary').click();
    await page.getByRole('link', { name: 'Svenska' }).click();
    await expect(html(page)).toHaveAttribute('lang', LANGUAGES.sv);
  });

  test('a browser that asks for Swedish gets Swedish', async ({ browser }) => {
    const context = await browser.newContext({ locale: 'sv-FI' });
    const page = await context.newPage();
    await page.goto('/');
    await expect(html(page)).toHaveAttribute('lang', LANGUAGES.sv);
    await context.close();
  });
});
