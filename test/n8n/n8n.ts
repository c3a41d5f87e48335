import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as credentials from './rest/credentials.ts';
import type { CredentialFile, CredentialTest } from './rest/credentials.ts';
import { environmentOf } from './environment.ts';
import { Executions } from './rest/executions.ts';
import type { Execution, ExecutionMatch, ExecutionSummary } from './rest/executions.ts';
import { freePorts } from './free-port.ts';
import { installN8n } from './install/installation.ts';
import type { N8nInstallation } from './install/installation.ts';
import { silent } from './log.ts';
import type { Log } from './log.ts';
import { pinnedN8n } from './machine/pinned.mjs';
import { unpackInto } from './package-tarball.ts';
import { activate, deactivate } from './rest/publication.ts';
import { RestSession } from './rest/rest-session.ts';
import type { Owner } from './rest/rest-session.ts';
import { ServerProcess } from './server-process.ts';
import * as workflows from './rest/workflows.ts';
import type { ManualRun, StoredWorkflow, WorkflowFile } from './rest/workflows.ts';

/** What to start n8n with. */
export interface StartOptions {
	/** Holds `.n8n`; by default a fresh temporary folder, removed when n8n is stopped. */
	userFolder?: string;
	/** Leave the temporary folder behind. A folder of the caller's is never removed. */
	keep?: boolean;
	/** The packed package; without it n8n has its own nodes only. */
	tarball?: string;
	/** Imported before `startN8n` returns, over what is there under the same name and type. */
	credentials?: CredentialFile[];
	/** Imported likewise, by id; those that are `active` are activated. */
	workflows?: WorkflowFile[];
	/** Goes before what this module sets for n8n. */
	env?: Record<string, string>;
	/** By default one that nobody listens on. */
	port?: number;
	/** One of those in `hosts/`; by default the one that the environment names, or the usual one. */
	version?: string;
	/** Gets lines on the progress of the start. */
	log?: Log;
	/** Gets n8n's own output line by line. */
	onOutput?: Log;
}

/** Starts a real n8n on loopback, with its owner set up and logged in, and everything imported. */
export async function startN8n(options: StartOptions = {}): Promise<N8n> {
	const log = options.log ?? silent;
	const installation = await installN8n(log, { pinned: pinnedN8n(options.version) });
	const temporary = options.userFolder === undefined;
	const userFolder = options.userFolder ?? mkdtempSync(join(tmpdir(), 'n8n-nodes-runflow-'));
	mkdirSync(userFolder, { recursive: true });
	const n8n = new N8n(installation, {
		...options,
		userFolder,
		remove: temporary && !options.keep,
		ports: await freePorts(2),
	});
	try {
		if (options.tarball) await unpackInto(userFolder, options.tarball);
		const started = Date.now();
		log('Starting n8n …');
		await n8n.start();
		await n8n.session.enter(n8n.owner);
		const ids = await credentials.importCredentials(n8n.session, options.credentials ?? []);
		await workflows.importWorkflows(n8n.session, options.workflows ?? [], ids);
		log(`n8n is ready on ${n8n.url} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
		return n8n;
	} catch (error) {
		await n8n.stop();
		throw error;
	}
}

/** A running n8n, and what its editor can do. */
export class N8n {
	readonly url: string;
	readonly port: number;
	readonly userFolder: string;
	/** Of every instance this module makes; they are reachable from this machine alone. */
	readonly owner: Owner = { email: 'owner@example.com', password: 'Runflow-on-loopback-1' };
	/** The owner's, for what has no method here. */
	readonly session: RestSession;

	private readonly executionList: Executions;
	private readonly newProcess: () => ServerProcess;
	private readonly remove: boolean;
	private process?: ServerProcess;
	private earlierOutput = '';

	constructor(
		installation: N8nInstallation,
		options: StartOptions & { userFolder: string; remove: boolean; ports: number[] },
	) {
		const { userFolder, remove, ports, env } = options;
		const [freePort, brokerPort] = ports;
		this.port = options.port ?? freePort;
		this.url = `http://127.0.0.1:${this.port}`;
		this.userFolder = userFolder;
		this.remove = remove;
		this.session = new RestSession(this.url, installation.version);
		this.executionList = new Executions(this.session, installation.home);
		this.newProcess = () =>
			new ServerProcess(installation, {
				env: environmentOf({
					installation,
					userFolder,
					port: this.port,
					brokerPort,
					env,
				}),
				cwd: userFolder,
				removeOnOrphan: remove ? userFolder : undefined,
				log: options.onOutput ?? silent,
			});
	}

	/** n8n's process id, another one after each restart. */
	get pid(): number {
		return this.process?.pid ?? -1;
	}

	/** Standard output and error of all runs so far. */
	get output(): string {
		return this.earlierOutput + (this.process?.output ?? '');
	}

	/** Starts n8n on the user folder as it is, and waits until it is ready. */
	async start(): Promise<void> {
		this.earlierOutput = this.output;
		this.process = this.newProcess();
		await this.process.ready(this.url);
	}

	/** Ends n8n (SIGTERM, after a grace time SIGKILL) and removes a temporary user folder. */
	async stop(): Promise<void> {
		await this.process?.stop();
		if (this.remove) rmSync(this.userFolder, { recursive: true, force: true, maxRetries: 5 });
	}

	/** Ends n8n as a crash does, its data left as they are; `restart` goes on from there. */
	async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
		await this.process?.kill(signal);
	}

	/** Stops n8n where it still runs and starts it again: same user folder, port and session. */
	async restart(): Promise<void> {
		await this.process?.stop();
		await this.start();
	}

	/** Sends a request to n8n's internal REST API (`/rest` + path) as the owner. */
	async rest<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
		return await this.session.send<T>(method, path, body);
	}

	/** The newest 100 executions, newest first, without their data. */
	async executions(workflowId?: string): Promise<ExecutionSummary[]> {
		return await this.executionList.list(workflowId);
	}

	/** One execution with its data. */
	async execution(id: string): Promise<Execution> {
		return await this.executionList.get(id);
	}

	/** Waits for an execution that ended (or has the given status), and returns it with its data. */
	async waitForExecution(
		match: ExecutionMatch | ((execution: ExecutionSummary) => boolean),
		timeoutMs = 30_000,
	): Promise<Execution> {
		return await this.executionList.waitFor(match, timeoutMs);
	}

	/** Runs a workflow by hand from its manual trigger, or from another trigger. */
	async runWorkflow(
		id: string,
		options: { triggerNode?: string; destinationNode?: string } = {},
	): Promise<ManualRun> {
		return await workflows.runWorkflow(this.session, id, options);
	}

	/** Activates a workflow; returns n8n's reason where it refuses. */
	async activate(workflowId: string): Promise<string | undefined> {
		return await activate(this.session, workflowId);
	}

	/** Deactivates a workflow; returns n8n's reason where it refuses. */
	async deactivate(workflowId: string): Promise<string | undefined> {
		return await deactivate(this.session, workflowId);
	}

	/** Adds a workflow, inactive. */
	async createWorkflow(workflow: WorkflowFile): Promise<StoredWorkflow> {
		return await workflows.createWorkflow(this.session, workflow);
	}

	/** Saves a workflow anew. */
	async updateWorkflow(id: string, changes: Partial<WorkflowFile>): Promise<StoredWorkflow> {
		return await workflows.updateWorkflow(this.session, id, changes);
	}

	/** Adds a credential. */
	async createCredential(
		file: CredentialFile,
	): Promise<{ id: string; name: string; type: string }> {
		return await credentials.createCredential(this.session, file);
	}

	/** Tests a stored credential by id, or values that are not stored. */
	async testCredential(
		credential: string | Pick<CredentialFile, 'type' | 'data'>,
	): Promise<CredentialTest> {
		return await credentials.testCredential(this.session, credential);
	}
}
