import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';

import { compareDecimals, getBalance, isDecimal, type Api } from '../../../runflow';
import { inputError, quote } from '../../inputError';

/** The option that bounds how many rows one run of the node may create. */
export const mostRowsOption: INodeProperties = {
	displayName: 'Most Rows',
	name: 'mostRows',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 100,
	description:
		'Stop before anything is sent if more rows than this come in, counting all items of the run',
};

/** The option that stops before the credit runs low. */
export const keepAtLeastOption: INodeProperties = {
	displayName: 'Keep at Least',
	name: 'keepAtLeast',
	type: 'string',
	default: '',
	placeholder: 'e.g. 25.00',
	description:
		"Stop before anything is uploaded or sent if Runflow's balance is below this amount. The balance is read once per run of the node. The cost of the rows is not counted.",
};

/**
 * Keeps to how many rows a person lets one run have.
 *
 * @param rows how many there are, those of earlier tries included
 * @throws NodeOperationError when there are more
 */
export function assertNotTooManyRows(context: IExecuteFunctions, rows: number): void {
	const most = readMostRows(context);
	if (rows <= most) return;
	throw refusal(
		context,
		`'Most Rows' allows ${most} ${most === 1 ? 'row' : 'rows'}, but there are ${rows}`,
		"Send fewer items, or raise 'Most Rows'. Nothing was sent.",
	);
}

/**
 * Keeps to the credit that a person wants to be left.
 *
 * @returns to be called before anything is uploaded or sent: it reads the balance at its first call, and
 * throws NodeOperationError when that is below the option, or what `getBalance` throws
 * @throws NodeOperationError for an option that is no amount
 */
export function enoughLeft(context: IExecuteFunctions, api: Api): () => Promise<void> {
	const least = readKeepAtLeast(context);
	let reading: Promise<string> | undefined;
	return async () => {
		if (least === undefined) return;
		const balance = await (reading ??= getBalance(api).then((account) => account.balance));
		if (compareDecimals(balance, least) >= 0) return;
		throw refusal(
			context,
			`'Keep at Least' is ${least}, but Runflow's balance is ${balance}`,
			"Top the balance up, or lower 'Keep at Least'. Nothing was sent.",
		);
	};
}

function readMostRows(context: IExecuteFunctions): number {
	const given = readLimit(context, 'mostRows', 'Most Rows');
	if (given === '') return Infinity;
	const most = Number(given);
	if (Number.isInteger(most) && most >= 1) return most;
	throw inputError(
		context,
		0,
		'Most Rows',
		`must be a whole number of at least 1, but is ${quote(given)}`,
		'Enter how many rows may run, or remove the option.',
	);
}

/** The amount that a person wants to be left, `undefined` for none. Throws NodeOperationError. */
function readKeepAtLeast(context: IExecuteFunctions): string | undefined {
	const given = readLimit(context, 'keepAtLeast', 'Keep at Least');
	const text = String(given).trim();
	if (text === '') return undefined;
	if (isDecimal(text)) return text;
	throw inputError(
		context,
		0,
		'Keep at Least',
		`must be an amount such as 25.00, but is ${quote(given)}`,
		'Enter a number with a point before its decimals, or empty the option.',
	);
}

/** A limit as it is given; empty for none. Throws NodeOperationError for an expression that gives nothing. */
function readLimit(context: IExecuteFunctions, name: string, displayName: string): unknown {
	const given: unknown = context.getNodeParameter(`options.${name}`, 0, '') ?? '';
	const stored = (context.getNode().parameters.options as IDataObject | undefined)?.[name];
	const isExpression = typeof stored === 'string' && stored.startsWith('=');
	if (given !== '' || !isExpression) return given;
	throw inputError(
		context,
		0,
		displayName,
		'is empty: its expression gives nothing',
		'Correct the expression, or remove the option. Nothing was sent.',
	);
}

/** The error for all rows of the run together, which names none of them. */
function refusal(
	context: IExecuteFunctions,
	message: string,
	description: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { description });
}
