export { getBalance, type Balance } from './account/balance';
export { compareDecimals, isDecimal, sumOfDecimals } from './account/decimal';
export { reachOf, type Reach } from './http/addresses';
export { Api, DEFAULT_BASE_URL } from './http/api';
export {
	assetRef,
	contentHash,
	getAsset,
	UPLOAD_LIMITS,
	uploadAsset,
	type FileToUpload,
	type UploadedAsset,
} from './files/assets';
export {
	BATCH_LIMITS,
	createBatch,
	getBatch,
	isBatchUnsupported,
	getBatchItem,
	getWholeBatch,
	isRedeliveryConflict,
	listBatchItems,
	listCallbackDeliveries,
	listRunCallbackDeliveries,
	redeliverCallback,
	type BatchRequest,
} from './batches/batches';
export {
	createCallbackSecret,
	getCallbackSecret,
	LONGEST_SECRET_LABEL,
	updateCallbackSecret,
} from './callbacks/callbackSecrets';
export { readCallback, type BatchCallback, type CallbackReading } from './callbacks/callback';
export {
	isRunCallback,
	readAnyCallback,
	RUN_EVENTS,
	runCallbackOf,
	type AnyCallback,
	type RunCallback,
} from './callbacks/runCallback';
export { isCreationRefused } from './creations';
export { costText } from './batches/cost';
export { deliveryOutcome, type DeliveryOutcome } from './callbacks/deliveryOutcome';
export { download, type Download, type DownloadOptions } from './files/download';
export {
	EgressRefusedError,
	FileTransferError,
	isTooLarge,
	IdempotencyConflictError,
	MaybeDoneError,
	RequestCancelledError,
	RunflowAnswerError,
	RunflowApiError,
	RunflowConnectionError,
	RunflowError,
	type FieldError,
} from './http/errors';
export { type FileAccess } from './files/fileAccess';
export { idempotencyKey } from './batches/idempotency';
export { isUuid, modelPath } from './identifiers';
export {
	choicesOf,
	inputsInOrder,
	valueType,
	type Choice,
	type ValueKind,
	type ValueType,
} from './models/modelInputs';
export {
	getModel,
	listModels,
	searchModels,
	type CatalogueModel,
	type ModelPage,
} from './models/models';
export type { Model, ModelInput } from './models/modelSchemas';
export { mediaUrls } from './batches/outputs';
export { isPassing, pollBatches, REAL_TIME, type PollingPolicy } from './batches/polling';
export { isRecord } from './records';
export { ownRef, withLabel } from './runs/ownRef';
export { runRow } from './runs/runRow';
export { createRun, getRun, listRuns, type RunRequest } from './runs/runs';
export { runState, type Run } from './runs/runSchema';
export { rateLimitGate } from './http/rateLimit';
export { RETRY_POLICY, type RetryPolicy } from './http/retry';
export { readListedRows, readRow, readRows } from './batches/readRows';
export {
	bareRow,
	rowsInOrder,
	rowsOfList,
	type BatchFacts,
	type BatchRow,
	type FullRow,
} from './batches/rows';
export {
	BATCH_EVENTS,
	normalizeStatus,
	terminalStatus,
	type Asset,
	type Batch,
	type BatchItem,
	type BatchEvent,
	type CallbackDelivery,
	type CreatedBatch,
	type TerminalStatus,
} from './schemas';
export {
	sign,
	verifySignature,
	type SignatureFault,
	type Verification,
} from './callbacks/signature';
export { UndiciTransport, type EgressPolicy, type Transport } from './http/transport';
