import { join } from 'node:path';
import { tmpdir } from 'node:os';
import type { Locator, Page } from 'playwright-core';

/** From key to key. n8n opens its lists and saves as one types, so that all at once is not the same. */
const KEY_MS = 15;
/** From the keyboard back to the mouse: n8n takes over what was typed a moment later only. */
const HAND_MS = 400;

/** Somebody in front of n8n's editor, who has a mouse, a keyboard and eyes. Clicks are counted. */
export class Person {
	readonly page: Page;
	clicks = 0;

	constructor(page: Page) {
		this.page = page;
	}

	/** What bears one of n8n's names for parts of its screen, as far as it is to be seen. */
	part(name: string): Locator {
		return this.page.locator(`[data-test-id=${JSON.stringify(name)}]:visible`);
	}

	/** Clicks, once it can be clicked on. */
	async click(what: Locator): Promise<void> {
		await what.click();
		this.clicks += 1;
	}

	/** Two clicks. */
	async doubleClick(what: Locator): Promise<void> {
		await what.dblclick();
		this.clicks += 2;
	}

	/** Types into whatever has the focus. */
	async type(text: string): Promise<void> {
		await this.page.keyboard.type(text, { delay: KEY_MS });
		await this.page.waitForTimeout(HAND_MS);
	}

	/** Pastes over all that is in whatever has the focus. */
	async paste(text: string): Promise<void> {
		await this.page.keyboard.press('ControlOrMeta+A');
		await this.page.keyboard.insertText(text);
		await this.page.waitForTimeout(HAND_MS);
	}

	/** Presses keys one after the other, e.g. `Tab`. */
	async press(...keys: string[]): Promise<void> {
		for (const key of keys) await this.page.keyboard.press(key);
	}

	/**
	 * Waits until a part of the screen shows all of these, and returns its text.
	 *
	 * @throws Error with what it shows instead, and where a picture of it is
	 */
	async sees(where: Locator, ...texts: Array<string | RegExp>): Promise<string> {
		let seen = where;
		for (const hasText of texts) seen = seen.filter({ hasText });
		try {
			await seen.first().waitFor();
		} catch (error) {
			const shown = (await where.allInnerTexts()).join('\n');
			const path = join(tmpdir(), `n8n-nodes-runflow-screen-${Date.now()}.png`);
			await this.page.screenshot({ path });
			throw new Error(
				`The screen does not show ${texts.join(' and ')}, but: ${shown}\nA picture of it: ${path}`,
				{ cause: error },
			);
		}
		return await seen.first().innerText();
	}

	/** The messages that n8n shows in the corner. */
	get messages(): Locator {
		return this.page.locator('.el-notification:visible');
	}
}
