import type { Browser, Locator, Page } from 'playwright-core';

import { signIn } from '../editor/browser.ts';
import type { N8n } from '../n8n/index.ts';

/** n8n's editor in a browser, with its owner logged in. */
export class Editor {
	readonly page: Page;
	private readonly url: string;

	private constructor(page: Page, url: string) {
		this.page = page;
		this.url = url;
	}

	/** Logs in through the form. */
	static async open(
		browser: Browser,
		n8n: N8n,
		colorScheme: 'light' | 'dark' = 'light',
	): Promise<Editor> {
		return new Editor(await signIn(browser, n8n, { colorScheme }), n8n.url);
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

	/** Opens the dialog of a credential. */
	async openCredential(id: string): Promise<void> {
		await this.page.goto(`${this.url}/home/credentials/${id}`);
		await this.page.locator('[data-test-id="editCredential-modal"]').waitFor();
	}

	/** Shows the binary data of the open node's output. */
	async showBinary(): Promise<void> {
		await this.page.locator('[data-test-id="radio-button-binary"]:visible').last().click();
	}

	/** Shows the first file of the open node's output itself. */
	async viewFile(): Promise<void> {
		await this.page.locator('[data-test-id="ndv-view-binary-data"]:visible').first().click();
	}

	/** Opens the list of a parameter in the open panel. */
	async openList(parameter: string): Promise<void> {
		await this.page.locator(`[data-test-id="parameter-input-${parameter}"]`).click();
		await this.page.locator('[role="option"]:visible').first().waitFor();
	}

	/** Writes a picture of the window once it has come to rest. */
	async picture(path: string): Promise<void> {
		await rest(this.page);
		await this.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
	}

	private node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}
}

/** Waits until the window has come to rest, without messages and with nothing under the mouse. */
export async function rest(page: Page): Promise<void> {
	for (const close of await page.locator('.el-notification__closeBtn').all()) {
		await close.click({ force: true });
	}
	await page.mouse.move(720, 2);
	await page.waitForTimeout(1500);
}
