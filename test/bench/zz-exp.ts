import { randomUUID } from 'node:crypto';
import { startStage } from '../stage/stage.ts';
import { node } from '../stage/workflow.ts';
import { signedCallback } from './callback-bodies.ts';
import { sendBurst } from './callback-load.ts';
import { publishWebhook, runflowTrigger } from './trigger.ts';
import { ProcessWatch } from './process-watch.ts';
import { median } from './figures.ts';
const env = JSON.parse(process.env.EXP_ENV ?? '{}');
const sizes = JSON.parse(process.env.EXP_SIZES ?? '[[1024,150],[102400,80],[5242880,16]]');
const rounds = Number(process.env.EXP_ROUNDS ?? 3);
const stage = await startStage({
	log: () => {},
	emulator: { recordRequests: false },
	n8n: { env },
});
const watch = new ProcessWatch(stage.n8n.pid);
try {
	const secret = stage.emulator.callbackSecret ?? '';
	const hook = (parameters: any = {}, settings: any = {}) => {
		const webhookId = randomUUID();
		return node(
			'Callback',
			'webhook',
			{
				httpMethod: 'POST',
				path: webhookId,
				responseMode: 'onReceived',
				options: {},
				...parameters,
			},
			{ typeVersion: 2, webhookId, ...settings },
		);
	};
	const { id, name } = await stage.n8n.createCredential({
		name: 'Header',
		type: 'httpHeaderAuth',
		data: { name: 'x-callback-key', value: 'any' },
	});
	const c: any = {
		runflow: await publishWebhook(stage, runflowTrigger(stage), 'runflow'),
		webhook: await publishWebhook(stage, hook()),
		webhookAuth: await publishWebhook(
			stage,
			hook({ authentication: 'headerAuth' }, { credentials: { httpHeaderAuth: { id, name } } }),
		),
	};
	const names = Object.keys(c).filter(
		(n) => !process.env.EXP_WHO || process.env.EXP_WHO.split(',').includes(n),
	);
	for (const [bytes, count] of sizes) {
		const out: any = Object.fromEntries(names.map((n) => [n, { rate: [], ended: [], cpu: [] }]));
		for (let r = 0; r <= rounds; r++)
			for (const i of names.keys()) {
				const who = names[(i + r) % names.length];
				const cb = Array.from({ length: count }, () => signedCallback(bytes, secret));
				const at = Date.now();
				watch.clear();
				const b = await sendBurst(stage.n8n, c[who], cb, 16, { 'x-callback-key': 'any' });
				watch.sample();
				const cost = watch.cost(at, Date.now() - at - 1);
				if (r > 0) {
					out[who].rate.push((count / b.answeredMs) * 1000);
					out[who].ended.push((count / b.endedMs) * 1000);
					out[who].cpu.push(cost.cpuMs / count);
				}
			}
		console.log(
			bytes,
			names
				.map(
					(n) =>
						`${n}: ${median(out[n].rate).toFixed(1)}/s ended ${median(out[n].ended).toFixed(1)}/s cpu ${median(out[n].cpu).toFixed(1)}ms`,
				)
				.join(' | '),
			'ratio',
			names.length < 3 ? '' : (median(out.runflow.rate) / median(out.webhook.rate)).toFixed(2),
			'auth',
			names.length < 3 ? '' : (median(out.runflow.rate) / median(out.webhookAuth.rate)).toFixed(2),
		);
	}
} finally {
	watch.stop();
	await stage.close();
}
