// Each device twice, once as the weakest browser sees it: without JavaScript. `cargo xtask e2e` runs one project after
// the other, each against a fresh demo neighbourhood; the names are repeated in crates/xtask/src/e2e.rs.

import { defineConfig } from '@playwright/test';
import { address, args, executablePath } from './browser.mjs';

// Set when one project runs alone, so that the next one doesn't sweep its traces away.
const device = process.env.NAAPURIAPU_DEVICE ?? 'all';

const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
/** What the islands make better; everything else must hold without JavaScript too. */
const onlyWithJavaScript = /islands\.spec\.ts$/;
/** The list of all pages is walked on the phones, and once on a desktop. */
const everyPage = /pages\.spec\.ts$/;
const desktop = { viewport: { width: 1280, height: 900 } };

export default defineConfig({
  testDir: './stories',
  outputDir: `./report/results/${device}`,
  reporter: [['list'], ['json', { outputFile: `./report/results-${device}.json` }]],
  // A test that passes only the second time is a test that fails.
  retries: 0,
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: address,
    locale: 'fi-FI',
    timezoneId: 'Europe/Helsinki',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: { executablePath, args },
  },
  projects: [
    { name: 'phone-plain', use: { ...phone, javaScriptEnabled: false }, testIgnore: onlyWithJavaScript },
    { name: 'phone', use: phone },
    { name: 'desktop-plain', use: { ...desktop, javaScriptEnabled: false }, testIgnore: [onlyWithJavaScript, everyPage] },
    { name: 'desktop', use: desktop },
  ],
});
