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
	type Asset,
	type UploadedAsset,
} from './files/assets';
export {
	BATCH_LIMITS,
	createBatch,
	getBatch,
	getBatchItem,
	getWholeBatch,
	listBatchItems,
	type BatchRequest,
} from './batches/batches';
export { isBatchUnsupported } from './batches/unsupported';
export {
	createCallbackSecret,
	getCallbackSecret,
	LONGEST_SECRET_LABEL,
	updateCallbackSecret,
} from './callbacks/callbackSecrets';
export {
	authenticateByApi,
	authenticateBySignature,
	type Authentication,
	type Delivery,
	type ReadCallback,
} from './callbacks/authenticate';
export { heldRows, readFinishedBatch } from './callbacks/finishedBatch';
export { isCreationRefused } from './creations';
export { readCallback, type BatchCallback, type CallbackReading } from './callbacks/callback';
export {
	isRunCallback,
	readAnyCallback,
	RUN_EVENTS,
	type AnyCallback,
	type RunCallback,
} from './callbacks/runCallback';
export {
	isRedeliveryConflict,
	listCallbackDeliveries,
	listRunCallbackDeliveries,
	redeliverCallback,
	type CallbackDelivery,
} from './callbacks/deliveries';
export { orAborted, withinTime, type Clock } from './clock';
export { costText } from './batches/cost';
export { deliveryOutcome, type DeliveryOutcome } from './callbacks/deliveryOutcome';
export { download, type Download, type DownloadOptions } from './files/download';
export {
	EgressRefusedError,
	failure,
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
export { limitsOf, type InputLimits } from './models/inputLimits';
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
export { isPassing, pollBatches, type PollingPolicy } from './batches/polling';
export { parseJson } from './json';
export { isRecord } from './records';
export { ownRef, withLabel } from './runs/ownRef';
export { runRow } from './runs/runRow';
export { createRun, getRun, listRuns, type RunRequest } from './runs/runs';
export { endedRun, runState, type Run } from './runs/runSchema';
export { rateLimitGate } from './http/rateLimit';
export { RETRY_POLICY, type RetryPolicy } from './http/retry';
export { readListedRows, readRow, readRows } from './batches/readRows';
export { isWorthAnotherTry } from './batches/worthTrying';
export {
	bareRow,
	rowsInOrder,
	rowsOfList,
	type BatchFacts,
	type BatchRow,
	type FullRow,
} from './batches/rows';
export type { Batch, BatchItem, CreatedBatch } from './batches/batchSchemas';
export {
	BATCH_EVENTS,
	normalizeStatus,
	terminalStatus,
	type BatchEvent,
	type TerminalStatus,
} from './states';
export {
	sign,
	verifySignature,
	type SignatureFault,
	type Verification,
} from './callbacks/signature';
export {
	CONNECTION_FAILURES,
	type ByteStream,
	type ConnectionFailure,
	type EgressPolicy,
	type FailureKind,
	type HttpRequest,
	type HttpResponse,
	type Transport,
} from './http/port';
