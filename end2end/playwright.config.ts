// Each device twice, once as the weakest browser sees it: without JavaScript. `cargo xtask e2e` runs one project after
// the other, each against a fresh demo neighbourhood; the names are repeated in crates/xtask/src/e2e.rs.

import { defineConfig } from '@playwright/test';
import { address, args, executablePath } from './browser.mjs';

const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const desktop = { viewport: { width: 1280, height: 900 } };

export default defineConfig({
  testDir: './stories',
  outputDir: './report/results',
  reporter: [['list'], ['json', { outputFile: './report/results.json' }]],
  // A test that passes only the second time is a test that fails.
  retries: 0,
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000,
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
    { name: 'phone-plain', use: { ...phone, javaScriptEnabled: false } },
    { name: 'phone', use: phone },
    { name: 'desktop-plain', use: { ...desktop, javaScriptEnabled: false } },
    { name: 'desktop', use: desktop },
  ],
});
