import { NodeHelpers, type IDataObject, type INode } from 'n8n-workflow';

import { isTool } from '../../../../../../nodes/Runflow/host/run/nodeRun.ts';
import {
	readWaitSettings,
	waitFields,
} from '../../../../../../nodes/Runflow/actions/batch/parking/waitSettings.ts';
import { waitingContext, type WaitingSetup } from '../../../../../fakes/waitingContext.ts';

const MINUTE = 60_000;

const settingsOf = (parameters: IDataObject, setup: Partial<WaitingSetup> = {}) =>
	readWaitSettings(waitingContext({ parameters, ...setup }).context);

describe('readWaitSettings', () => {
	it('waits a day for a callback unless told otherwise', () => {
		expect(settingsOf({})).toEqual({
			waitFor: 'callback',
			isAutomatic: false,
			timeoutMs: 1440 * MINUTE,
			pollIntervalMs: 5_000,
			onTimeout: 'error',
			onFailedItems: 'output',
		});
	});

	it('asks for an hour unless told otherwise', () => {
		expect(settingsOf({ waitFor: 'polling' })).toMatchObject({
			waitFor: 'polling',
			timeoutMs: 60 * MINUTE,
		});
	});

	it('reads what is set', () => {
		const parameters = {
			waitFor: 'polling',
			timeout: 2.5,
			pollInterval: '30',
			onTimeout: 'output',
			onFailedItems: 'error',
		};
		expect(settingsOf(parameters)).toEqual({
			waitFor: 'polling',
			isAutomatic: false,
			timeoutMs: 2.5 * MINUTE,
			pollIntervalMs: 30_000,
			onTimeout: 'output',
			onFailedItems: 'error',
		});
	});

	it('takes a time limit of 0 as none for a callback, and as no time for polling', () => {
		expect(settingsOf({ waitFor: 'callback', timeout: 0 }).timeoutMs).toBe(Infinity);
		expect(settingsOf({ waitFor: 'polling', timeout: 0 }).timeoutMs).toBe(0);
	});

	it.each([-1, -0.1, 'soon', '1h', NaN, Infinity, -Infinity, {}, [1, 2]])(
		'refuses the number %p, and names the field and the value',
		(value) => {
			for (const [name, label] of [
				['timeout', 'Time Limit'],
				['pollInterval', 'Poll Interval'],
			]) {
				const read = () => settingsOf({ waitFor: 'polling', [name]: value });
				expect(read).toThrow(`'${label}' of item 0 must be a number of at least 0, but is`);
			}
		},
	);
});

describe('readWaitSettings as a tool', () => {
	const asTool: Array<[string, Partial<WaitingSetup>]> = [
		['says so itself', { isTool: true }],
		['has the type of a tool', { node: { type: 'n8n-nodes-runflow.runflowTool' } }],
	];

	it.each(asTool)('refuses to park, where the node %s', (_, setup) => {
		expect(() => settingsOf({ waitFor: 'callback' }, setup)).toThrow(
			'An AI tool cannot wait for a callback',
		);
		expect(() => settingsOf({}, setup)).toThrow('An AI tool cannot wait for a callback');
	});

	it.each(asTool)('asks for five minutes at the most, where the node %s', (_, setup) => {
		const limits = [0, 1, 5, 5.1, 60].map(
			(timeout) => settingsOf({ waitFor: 'polling', timeout }, setup).timeoutMs / MINUTE,
		);
		expect(limits).toEqual([0, 1, 5, 5, 5]);
		expect(settingsOf({ waitFor: 'polling' }, setup).timeoutMs).toBe(5 * MINUTE);
	});
});

describe('isTool', () => {
	it('is not the plain node', () => {
		expect(isTool(waitingContext({ parameters: {} }).context)).toBe(false);
	});

	it('goes by the type where n8n does not tell', () => {
		const { context } = waitingContext({ parameters: {}, node: { type: 'x.runflowTool' } });
		delete (context as { isToolExecution?: unknown }).isToolExecution;
		expect(isTool(context)).toBe(true);
	});
});

describe('the notice on the time limit', () => {
	const notice = waitFields.find(({ name }) => name === 'timeoutNotice')!;

	it.each([
		['callback', 1440, false],
		['callback', 0, false],
		['callback', 30, true],
		['polling', 30, false],
	])('for %s and %d minutes is shown: %s', (waitFor, timeout, isShown) => {
		const values = { waitFor, timeout };
		const node = { typeVersion: 1 } as INode;
		expect(NodeHelpers.displayParameter(values, notice, node, null)).toBe(isShown);
	});
});
