// Outi at the lounge: Veikko beside her, his consent, his order and his slip; then the next person.

import { atHome, chooseTime, expectProblems, mainButton, send, slipCode } from '../fixtures/order.ts';
import { checkPage } from '../fixtures/page.ts';
import { outi, veikko } from '../fixtures/people.ts';
import { signedIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';

test('Outi orders for Veikko, prints his slip, and turns to the next person', async ({ page }) => {
  await signedIn(page, outi);
  await page.goto('/lounge');
  await checkPage(page, 'lounge');
  await page.getByLabel('Nimi tai puhelinnumero').fill('lahti');
  await mainButton(page, 'Hae').click();
  await expect(page.getByRole('heading', { name: veikko.name })).toBeVisible();
  await checkPage(page, 'lounge-found');
  await mainButton(page, 'Valitse Veikko').click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Suostumus: Veikko Lahti');
  await checkPage(page, 'lounge-consent');
  await mainButton(page, 'Kirjaa suostumus').click();
  await expect(page.locator('.error-summary')).toContainText('suostumu');
  await page.getByLabel('Paikan päällä, ääneen').check();
  await mainButton(page, 'Kirjaa suostumus').click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(veikko.name);
  await expect(page.getByText(/^Paikan päällä, ääneen, voimassa \d+\.\d+\.\d{4} asti$/)).toBeVisible();
  await expect(page.locator('.toolbar')).toContainText(`Autat nyt: ${veikko.name}`);
  await checkPage(page, 'lounge-resident');

  await page.getByRole('link', { name: 'Tilaa lumityöt' }).click();
  await page.getByLabel('Koko piha').check();
  await mainButton(page, 'Jatka').click();
  await expect(page.getByRole('radio', { name: 'Tervakukkatie 12' })).toBeChecked();
  await atHome(page);
  await chooseTime(page, { at: 6 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Miten Veikko Lahti saa tiedon tilauksesta?');
  await page.getByLabel('Asukastuvalla').check();
  await page.locator('input[name=strangers][value=yes]').check();
  await mainButton(page, 'Jatka').click();
  await expect(page.locator('.summary-list')).toContainText(`${veikko.name}, asukastupa`);
  await expect(page.getByRole('main')).not.toContainText(/Outi|Kangas/);
  await checkPage(page, 'lounge-check');
  await send(page);

  const code = await slipCode(page);
  await expect(page.getByRole('main')).not.toContainText(/Outi|Kangas/);
  await page.getByRole('link', { name: 'Tulosta lappu' }).click();
  await expect(page.locator('.slip')).toContainText(code);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.toolbar')).toBeHidden();
  await expect(page.locator('.slip')).toBeVisible();
  await page.emulateMedia({ media: 'screen' });

  await page.locator('.toolbar').getByRole('button', { name: 'Valmis, seuraava' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ketä autat?');
  await expect(page.getByLabel('Nimi tai puhelinnumero')).toHaveValue('');
  const nothingOfHim = async (): Promise<void> => expect(page.locator('body')).not.toContainText(/Veikko|Tervakukkatie 12/);
  await nothingOfHim();
  await page.goBack();
  await nothingOfHim();
  for (const left of ['/lounge/resident', '/order/where', '/order/check', '/my']) {
    await page.goto(left);
    await nothingOfHim();
  }
});

test('Outi adds somebody with a landline only', async ({ page }) => {
  await signedIn(page, outi);
  await page.goto('/lounge');
  await page.getByRole('link', { name: 'Lisää uusi asukas' }).click();
  await checkPage(page, 'lounge-new');
  await page.getByLabel('Asukkaan nimi').fill('Lempi');
  await page.getByLabel('Asukastuvalla').check();
  await mainButton(page, 'Lisää ja jatka tilaukseen').click();
  await expectProblems(page, {
    name: 'Virhe: Kirjoita etunimi ja sukunimi.',
    address: 'Virhe: Kirjoita katuosoite.',
    consent: /suostumu/,
  });
  await expect(page.getByLabel('Asukkaan nimi')).toHaveValue('Lempi');
  await checkPage(page, 'lounge-new-mend');
  await page.getByLabel('Asukkaan nimi').fill('Lempi Kotilainen');
  await page.getByLabel('Puhelin', { exact: true }).fill('08 555 0123');
  await page.getByLabel('Katuosoite').fill('Valmutie 6');
  await page.getByLabel('Syntymävuosi').fill('1938');
  await page.getByLabel('Soittamalla').check();
  await page.getByLabel('Puhelimessa').check();
  await mainButton(page, 'Lisää ja jatka tilaukseen').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Lempi Kotilainen');
  await expect(page.locator('.summary-list')).toContainText('Valmutie 6');
  await expect(page.locator('.summary-list')).toContainText('08 555 0123');
  await page.locator('.toolbar').getByRole('button', { name: 'Valmis, seuraava' }).click();

  await page.getByLabel('Nimi tai puhelinnumero').fill('kotilainen');
  await mainButton(page, 'Hae').click();
  await expect(page.getByRole('button', { name: 'Valitse Lempi' })).toHaveCount(1);
});

test('Outi rings somebody whose order waits for it, and confirms', async ({ page }) => {
  await signedIn(page, outi);
  await page.goto('/lounge/calls');
  await checkPage(page, 'lounge-calls');
  const confirm = page.getByRole('button', { name: 'Vahvista tilaus' });
  const waiting = await confirm.count();
  expect(waiting).toBeGreaterThan(0);
  await confirm.first().click();
  await expect(page.getByRole('status')).toHaveText('Tilaus on vahvistettu. Kysymme nyt auttajalta.');
  expect(await confirm.count()).toBeLessThanOrEqual(waiting);
});

test('a resident at the lounge takes their consent back, and nobody serves them any more', async ({ page }) => {
  const choose = async (): Promise<void> => {
    await page.goto('/lounge');
    await page.getByLabel('Nimi tai puhelinnumero').fill('08 123 4612');
    await mainButton(page, 'Hae').click();
    await page.getByRole('button', { name: /^Valitse / }).first().click();
  };
  const heading = page.getByRole('heading', { level: 1 });
  await signedIn(page, outi);
  await choose();
  if ((await heading.textContent())?.startsWith('Suostumus')) {
    await page.getByLabel('Paikan päällä, ääneen').check();
    await mainButton(page, 'Kirjaa suostumus').click();
  }
  const name = (await heading.textContent()) ?? '';
  await page.getByRole('link', { name: `Luvat: ${name}` }).click();
  await expect(heading).toHaveText(`Luvat: ${name}`);
  await expect(page.getByRole('main')).toContainText('Kaikki palvelut');
  await checkPage(page, 'lounge-people');
  await page.getByRole('button', { name: 'Peru lupa: Asukastupa' }).click();
  await expect(heading).toHaveText('Ketä autat?');
  await expect(page.locator('body')).not.toContainText(name);
  await choose();
  await expect(heading).toHaveText(`Suostumus: ${name}`);
});
