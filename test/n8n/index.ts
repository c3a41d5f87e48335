/** A real n8n for the demo and the end-to-end tests. */
export { installN8n } from './install/installation.ts';
export type { N8nInstallation } from './install/installation.ts';
export { movedTo, packageFolder, PACKAGES, testedEdition } from './edition.ts';
export type { EditionName } from './edition.ts';
export { packPackage, unpackInto } from './package-tarball.ts';
export { N8n, startN8n } from './n8n.ts';
export type { StartOptions } from './n8n.ts';
export { itemsOf } from './rest/executions.ts';
export type { Execution, ExecutionMatch, ExecutionSummary } from './rest/executions.ts';
export type { CredentialFile, CredentialTest } from './rest/credentials.ts';
export type { ManualRun, StoredWorkflow, WorkflowFile } from './rest/workflows.ts';
export { RestError } from './rest/rest-session.ts';
export type { Log } from './log.ts';
