import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

import type { N8n } from '../n8n/index.ts';

/** Where Chromium is on Debian, and where GitHub's machines have the same browser. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/google-chrome'];
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
/** Only an end for what hangs: a busy machine must not fail anything. */
const TIMEOUT_MS = 60_000;

/** Starts Chromium without a window. Throws with advice where there is none. */
export async function startBrowser(): Promise<Browser> {
	const places = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : PLACES;
	const executablePath = places.find((place) => existsSync(place));
	if (!executablePath) {
		throw new Error(
			`There is no Chromium at ${places.join(' or ')}. Install it (on Debian: apt-get install chromium) or set CHROMIUM_PATH.`,
		);
	}
	return await chromium.launch({ executablePath, args: ARGUMENTS });
}

/** n8n's editor in a browser of its own, with its owner logged in through the form. */
export async function signIn(
	browser: Browser,
	{ url, owner }: Pick<N8n, 'url' | 'owner'>,
	look: { colorScheme?: 'light' | 'dark' } = {},
): Promise<Page> {
	const context = await browser.newContext({
		viewport: { width: 1440, height: 900 },
		reducedMotion: 'reduce',
		locale: 'en-US',
		timezoneId: 'UTC',
		...look,
	});
	context.setDefaultTimeout(TIMEOUT_MS);
	const page = await context.newPage();
	await page.goto(`${url}/signin`);
	await page.locator('input[name="emailOrLdapLoginId"]').fill(owner.email);
	await page.locator('input[name="password"]').fill(owner.password);
	await page.locator('[data-test-id="form-submit-button"]').click();
	await page.waitForURL((address) => !address.pathname.startsWith('/signin'));
	return page;
}
