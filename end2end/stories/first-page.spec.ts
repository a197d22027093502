// The first page: whole without JavaScript, and awake with it.

import { expect, test } from '@playwright/test';
import { checkPage, hasJavaScript } from '../fixtures/page.ts';

test('the first page is there', async ({ page }) => {
  const response = await page.goto('/');
  expect(response?.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await checkPage(page, 'first-page');
});

test('its island wakes up', async ({ page }) => {
  await page.goto('/');
  const counter = page.getByRole('button', { name: '0' });
  await expect(counter).toBeVisible();
  await page.waitForLoadState('networkidle');
  await counter.click();
  await expect(page.getByRole('button', { name: hasJavaScript() ? '1' : '0', exact: true })).toBeVisible();
});
