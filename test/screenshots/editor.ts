import { existsSync } from 'node:fs';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

import type { N8n } from '../n8n/index.ts';

const TIMEOUT_MS = 30_000;
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Starts the browser that makes the pictures. */
export async function startBrowser(): Promise<Browser> {
	const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
	if (!existsSync(executablePath)) {
		throw new Error(
			`There is no Chromium at ${executablePath}. Install it (on Debian: apt-get install chromium) or set CHROMIUM_PATH.`,
		);
	}
	return await chromium.launch({ executablePath, args: ARGUMENTS });
}

/** n8n's editor in a browser, with its owner logged in. */
export class Editor {
	readonly page: Page;
	private readonly url: string;

	private constructor(page: Page, url: string) {
		this.page = page;
		this.url = url;
	}

	/** Logs in through the form. */
	static async open(browser: Browser, n8n: N8n): Promise<Editor> {
		const context = await browser.newContext({
			viewport: { width: 1440, height: 900 },
			reducedMotion: 'reduce',
			locale: 'en-US',
			timezoneId: 'UTC',
		});
		context.setDefaultTimeout(TIMEOUT_MS);
		const page = await context.newPage();
		await page.goto(`${n8n.url}/signin`);
		await page.locator('input[name="emailOrLdapLoginId"]').fill(n8n.owner.email);
		await page.locator('input[name="password"]').fill(n8n.owner.password);
		await page.locator('[data-test-id="form-submit-button"]').click();
		await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
		return new Editor(page, n8n.url);
	}

	/** Shows a workflow's canvas. */
	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.page.locator('[data-test-id="canvas-node"]').first().waitFor();
	}

	/** Runs the open workflow from one of its triggers and waits for the end. */
	async run(trigger: string): Promise<void> {
		await this.node(trigger).hover();
		await this.page.locator(`[data-test-id="execute-workflow-button-${trigger}"]`).click();
		await this.page.getByText('executed successfully').first().waitFor();
	}

	/** Opens the panel of a node on the canvas. */
	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.page.locator('[data-test-id="ndv"]').waitFor();
	}

	/** Clicks on a text in the open panel. */
	async click(text: string): Promise<void> {
		await this.page.locator('[data-test-id="ndv"]').getByText(text, { exact: true }).click();
	}

	/** Scrolls the open panel until a label is at its top. */
	async scrollTo(label: string): Promise<void> {
		const text = this.page.locator('[data-test-id="ndv"]').getByText(label, { exact: true });
		await text.evaluate((element) => element.scrollIntoView({ block: 'start' }));
	}

	/** Opens the list of the Model field in the open panel and types into its search. */
	async searchModels(text: string): Promise<void> {
		const field = this.page.locator('[data-test-id="resource-locator-model"]');
		await field.locator('[data-test-id="rlc-input"]').click();
		await this.page.locator('[data-test-id="rlc-search"]:visible').fill(text);
		await this.page.locator('[data-test-id="rlc-item"]:visible').first().waitFor();
	}

	/** Opens the dialog of a credential. */
	async openCredential(id: string): Promise<void> {
		await this.page.goto(`${this.url}/home/credentials/${id}`);
		await this.page.locator('[data-test-id="editCredential-modal"]').waitFor();
	}

	/** Writes a picture of the window once it has come to rest. */
	async picture(path: string): Promise<void> {
		for (const close of await this.page.locator('.el-notification__closeBtn').all()) {
			await close.click({ force: true });
		}
		await this.page.mouse.move(720, 2);
		await this.page.waitForTimeout(1500);
		await this.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
	}

	private node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}
}
