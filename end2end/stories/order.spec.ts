// Aino orders snow work for her home, and what becomes of somebody whom nobody knows yet.

import { checkPage } from '../fixtures/page.ts';
import { aino } from '../fixtures/people.ts';
import {
  anybodyMayCome,
  atAddress,
  atHome,
  chooseTime,
  expectProblems,
  mainButton,
  orderSnow,
  reachBySms,
  send,
  slipCode,
  wantSnow,
} from '../fixtures/order.ts';
import { lastCode, lastMessage, post, signedIn } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';

test.describe('Aino', () => {
  test('orders snow work for her home, prints the slip, and sees the order', async ({ page, browser }) => {
    await signedIn(page, aino);
    await wantSnow(page);
    await expect(page.getByRole('radio', { name: 'Ruiskukkatie 5' })).toBeChecked();
    await checkPage(page, 'order-where');
    await page.getByLabel('Viesti auttajalle').fill('Lapio on <script>alert(1)</script> portaan alla 🙂');
    await atHome(page);
    await expect(page.getByText('Hei Aino!')).toBeVisible();
    await expect(page.getByRole('radio', { name: 'Mahdollisimman pian' })).toBeVisible();
    await checkPage(page, 'order-when');
    const time = await chooseTime(page, { at: 4 });
    await checkPage(page, 'order-who');
    await page.getByLabel(/Monellako eurolla/).fill('420');
    await reachBySms(page);

    const answers = page.locator('.summary-list');
    await expect(answers).toContainText('polku ja portaat');
    await expect(answers).toContainText('Ruiskukkatie 5');
    await expect(answers).toContainText('Aino Niemelä');
    await expect(answers).toContainText('Lapio on <script>alert(1)</script> portaan alla 🙂');
    await expect(page.getByRole('heading', { name: /^Hinta \d+(,\d\d)?\s€$/ })).toBeVisible();
    await expect(page.getByText(/Laskelmassa on mukana muu työ.*420,00\s€/)).toBeVisible();
    await checkPage(page, 'order-check');
    await send(page);

    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Kysymme nyt, pääseekö \p{Lu}\p{Ll}+$/u);
    await expect(page.locator('.panel__big')).toHaveText(/^\d{1,2}\.\d{1,2}\. kello \d{1,2}–\d{1,2}$/);
    expect(time).toContain((await page.locator('.panel__big').innerText()).split('kello')[1]);
    const code = await slipCode(page);
    expect(await lastMessage(aino.phone)).toContain(code);
    await checkPage(page, 'order-done');

    await page.getByRole('link', { name: 'Tulosta lappu' }).click();
    await expect(page.locator('.slip')).toContainText(code);
    await expect(page.locator('.slip')).toContainText('08 123 4567');
    await checkPage(page, 'order-slip');

    await page.goto('/my');
    const card = page.getByRole('article').filter({ hasText: time.replace(/^[^,]*, /, '') });
    await expect(card).toContainText('Odottaa auttajan vastausta');
    await checkPage(page, 'my');
    await card.getByRole('link').click();
    await expect(page.locator('.summary-list')).toContainText('<script>alert(1)</script>');
    await checkPage(page, 'my-visit');

    // Anybody with the slip sees the state of it, and nobody's name or street.
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto('/slip');
    const [word, number] = code.split(' ');
    await stranger.getByLabel('Tunnussana').fill(word.toLowerCase());
    await stranger.getByLabel('Numero').fill(number);
    await mainButton(stranger, 'Näytä tilaus').click();
    await expect(stranger.locator('.summary-list')).toContainText('Odottaa auttajan vastausta');
    await expect(stranger.getByRole('main')).not.toContainText(/Aino|Niemelä|Ruiskukkatie 5/);
    await checkPage(stranger, 'slip-found');
    await stranger.context().close();
  });

  test('makes one order by a double tap, the back button and a resend', async ({ page }) => {
    await signedIn(page, aino);
    const orders = async (): Promise<number> => {
      await page.goto('/my');
      return page.getByRole('link', { name: /^Katso tai muuta/ }).count();
    };
    const before = await orders();
    await wantSnow(page);
    await atHome(page);
    await chooseTime(page, { at: 8 });
    await reachBySms(page);
    const key = await page.locator('input[name=key]').inputValue();
    await mainButton(page, 'Tilaa lumityöt').dblclick();
    await expect(page).toHaveURL(/\/order\/done/);
    const done = page.url();

    await page.goBack();
    const again = mainButton(page, 'Tilaa lumityöt');
    if (await again.isVisible()) await again.click();
    else await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tilaus ei ole kesken');

    for (const answer of await Promise.all([1, 2, 3].map(() => post(page, '/api/order/send', { key })))) {
      expect(answer.status).toBe(303);
      expect(new URL(answer.headers.get('location') ?? '', done).href).toBe(done);
    }
    expect(await orders()).toBe(before + 1);
  });

  test('calls one off', async ({ page }) => {
    await signedIn(page, aino);
    await orderSnow(page, { at: 11 });
    await page.getByRole('link', { name: 'Peru tai vaihda aika' }).click();
    await page.getByRole('link', { name: 'Peru käynti' }).click();
    await expect(page.getByText('Peruminen on nyt maksutonta.')).toBeVisible();
    await checkPage(page, 'my-cancel');
    await page.getByRole('button', { name: 'Peru käynti' }).click();
    await expect(page.getByRole('status')).toHaveText('Käynti on peruttu. Jos auttajaa oli jo kysytty, kerroimme hänelle.');
    await expect(page.locator('.tag').first()).toHaveText('Peruttu');
    await expect(page.getByRole('link', { name: 'Vaihda aika' })).toHaveCount(0);
  });

  test('asks for another time', async ({ page }) => {
    await signedIn(page, aino);
    const time = await orderSnow(page, { at: 14 });
    await page.getByRole('link', { name: 'Peru tai vaihda aika' }).click();
    await page.getByRole('link', { name: 'Vaihda aika' }).click();
    await expect(page.getByText(/^Nykyinen aika:/)).toBeVisible();
    await checkPage(page, 'my-move');
    await mainButton(page, 'Vaihda tähän aikaan').click();
    await expectProblems(page, { time: /Valitse aika/ });
    const other = page.locator('.choice').filter({ hasText: /kello \d/ }).nth(2);
    const words = await other.locator('.choice__title').innerText();
    expect(words).not.toBe(time);
    await other.getByRole('radio').check();
    await mainButton(page, 'Vaihda tähän aikaan').click();
    await expect(page.getByRole('status')).toContainText('Uusi aika on varattu.');
    await expect(page.locator('.summary-list')).toContainText(words.replace(/^[^,]*, /, ''));
  });
});

test.describe('Somebody new', () => {
  test('with a mobile gets one code, and the order stands', async ({ page }) => {
    const phone = '040 000 7001';
    await wantSnow(page);
    await atAddress(page, 'Ruiskukkatie 9');
    await expect(page.getByRole('main')).not.toContainText(/\p{Lu}\p{Ll}+ pääsee/u);
    await chooseTime(page, { at: 3 });
    await page.getByLabel('Nimesi').fill('Hilkka Uusitalo');
    await page.getByLabel('Puhelinnumerosi').fill(phone);
    await reachBySms(page);
    await send(page);

    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kirjoita koodi tekstiviestistä');
    await checkPage(page, 'order-code');
    await page.getByLabel('Koodi').fill('00000');
    await mainButton(page, 'Vahvista tilaus').click();
    await expectProblems(page, { code: 'Virhe: Koodi ei täsmää. Tarkista numerot viestistä.' });
    await page.getByLabel('Koodi').fill(await lastCode(phone));
    await mainButton(page, 'Vahvista tilaus').click();
    await expect(page).toHaveURL(/\/order\/done/);
    await expect(page.locator('.panel__text')).toContainText('Ruiskukkatie 9');
    await slipCode(page);
    await page.goto('/my');
    await expect(page.getByRole('link', { name: /^Katso tai muuta/ })).toHaveCount(1);
  });

  test('with a landline has the time held and is rung', async ({ page }) => {
    await wantSnow(page);
    await atAddress(page, 'Tervakukkatie 3');
    await chooseTime(page, { at: 5 });
    await page.getByLabel('Nimesi').fill('Toivo Vanhala');
    await page.getByLabel('Puhelinnumerosi').fill('08 555 0199');
    await page.getByLabel('Tekstiviestillä').check();
    await anybodyMayCome(page);
    await mainButton(page, 'Jatka').click();
    await expectProblems(page, { contact: /Tekstiviesti ei tule lankapuhelimeen/ });
    await expect(page.getByLabel('Nimesi')).toHaveValue('Toivo Vanhala');
    await page.getByLabel('Soittamalla').check();
    await mainButton(page, 'Jatka').click();
    await send(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Varasimme ajan. Soitamme sinulle');
    await slipCode(page);
    await checkPage(page, 'order-done-reserved');
  });

  test('whom no time suits is rung', async ({ page }) => {
    await wantSnow(page);
    await atAddress(page, 'Tervakukkatie 4');
    await page.getByRole('button', { name: 'Mikään näistä ei sovi' }).click();
    await page.getByLabel('Nimesi').fill('Eino Ahola');
    await page.getByLabel('Puhelinnumerosi').fill('08 555 0198');
    await page.getByLabel('Soittamalla').check();
    await anybodyMayCome(page);
    await mainButton(page, 'Jatka').click();
    await expect(page.locator('.summary-list')).toContainText('Soitamme ja sovimme ajan');
    await send(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Soitamme sinulle');
    await slipCode(page);
    await expect(page.locator('.panel__big')).toHaveCount(0);
    await checkPage(page, 'order-done-open');
  });
});

test.describe('What must be mended', () => {
  test('nothing chosen, nothing typed', async ({ page }) => {
    await page.goto('/order?service=snow');
    await mainButton(page, 'Jatka').click();
    await expectProblems(page, { job: 'Virhe: Valitse, mitä apua tarvitset.' });
    await checkPage(page, 'order-what-mend');
    await page.getByLabel('Polku ja portaat').check();
    await mainButton(page, 'Jatka').click();

    await mainButton(page, 'Jatka').click();
    await expectProblems(page, { address: 'Virhe: Kirjoita katuosoite.' });
    await checkPage(page, 'order-where-mend');
    await atAddress(page, 'Ruiskukkatie 11');

    await mainButton(page, 'Jatka').click();
    await expectProblems(page, { time: 'Virhe: Valitse aika.' });
    await checkPage(page, 'order-when-mend');
    await chooseTime(page, { at: 2 });

    await page.getByLabel('Nimesi').fill('Aino');
    await page.getByLabel('Puhelinnumerosi').fill('12');
    await mainButton(page, 'Jatka').click();
    await expectProblems(page, {
      name: 'Virhe: Kirjoita etunimi ja sukunimi.',
      phone: /Tarkista puhelinnumero/,
      contact: 'Virhe: Valitse, miten kerromme tilauksesta.',
    });
    await expect(page.getByLabel('Nimesi')).toHaveValue('Aino');
    await expect(page.getByLabel('Puhelinnumerosi')).toHaveValue('12');
    await checkPage(page, 'order-who-mend');
  });

  test('an address outside the area, with a note that is kept', async ({ page }) => {
    const note = 'Portti on auki. <script>alert(1)</script> </textarea><b>lihavoitu</b> 🙂👩🏽‍🦽 "lainaus" & muuta';
    await wantSnow(page);
    await page.getByLabel('Katuosoite').fill('Mannerheimintie 1');
    await page.getByLabel('Viesti auttajalle').fill(note);
    await mainButton(page, 'Jatka').click();
    await expectProblems(page, { address: /Emme löydä katua alueeltamme/ });
    await expect(page.getByLabel('Katuosoite')).toHaveValue('Mannerheimintie 1');
    await expect(page.getByLabel('Viesti auttajalle')).toHaveValue(note);
    await checkPage(page, 'order-where-outside');
    await atAddress(page, 'Ruiskukkatie 13');
    await page.goto('/order/where');
    await expect(page.getByLabel('Viesti auttajalle')).toHaveValue(note);
  });

  test('10,000 characters in every field', async ({ page }) => {
    const long = 'pitkä 🙂 '.repeat(1_250);
    await wantSnow(page);
    await page.getByLabel('Katuosoite').fill('Ruiskukkatie 15');
    await page.getByLabel('Viesti auttajalle').fill(long);
    await mainButton(page, 'Jatka').click();
    await expectProblems(page, { note: /Teksti on liian pitkä/ });
    await expect(page.getByLabel('Katuosoite')).toHaveValue('Ruiskukkatie 15');
    await expect(page.getByLabel('Viesti auttajalle')).toHaveValue(long);
    await page.getByLabel('Viesti auttajalle').fill('');
    await page.getByLabel('Katuosoite').fill(long);
    await mainButton(page, 'Jatka').click();
    await expect(page.locator('.error-summary')).toBeFocused();
    await checkPage(page, 'order-where-long');
    await atAddress(page, 'Ruiskukkatie 15');
    await chooseTime(page, { at: 2 });
    await page.getByLabel('Nimesi').fill(long);
    await page.getByLabel('Puhelinnumerosi').fill(long);
    await mainButton(page, 'Jatka').click();
    await expect(page.locator('.error-summary')).toBeFocused();
    await expect(page.locator('#f-name-e')).toBeVisible();
    await expect(page.locator('#f-phone-e')).toBeVisible();
  });
});
