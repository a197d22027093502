// The first page: whole without JavaScript, and awake with it.

import { checkPage, hasJavaScript } from '../fixtures/page.ts';
import { expect, test } from '../fixtures/test.ts';

test('the first page is there, in every language', async ({ page }) => {
  for (const language of ['fi', 'sv', 'en', 'fi-simple']) {
    const response = await page.goto(`/?lang=${language}`);
    expect(response?.status()).toBe(200);
    await expect(page.locator('html')).toHaveAttribute('lang', new RegExp(`^${language.slice(0, 2)}`));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await checkPage(page, `first-page-${language}`);
  }
});

test('the text grows by a press, with JavaScript or without, and stays so', async ({ page }) => {
  await page.goto('/');
  const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('p') ?? document.body).fontSize));
  const before = await size();
  // With JavaScript, an island that woke changes the page where it is; without, the form comes back to it.
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.body.setAttribute('data-same-page', 'yes'));
  await page.locator('button[name="size"]').last().click();
  await expect.poll(size).toBeGreaterThan(before);
  await expect(page.locator('body[data-same-page]')).toHaveCount(hasJavaScript() ? 1 : 0);
  await page.goto('/');
  expect(await size()).toBeGreaterThan(before);
});
