export { reachOf, type Reach } from './addresses';
export { Api, DEFAULT_BASE_URL } from './api';
export {
	assetRef,
	contentHash,
	getAsset,
	UPLOAD_LIMITS,
	uploadAsset,
	type FileToUpload,
	type UploadedAsset,
} from './assets';
export {
	BATCH_LIMITS,
	createBatch,
	getBatch,
	isBatchUnsupported,
	isCreationRefused,
	getBatchItem,
	getWholeBatch,
	isRedeliveryConflict,
	listBatchItems,
	listCallbackDeliveries,
	redeliverCallback,
	type BatchRequest,
} from './batches';
export {
	createCallbackSecret,
	getCallbackSecret,
	LONGEST_SECRET_LABEL,
	updateCallbackSecret,
} from './callbackSecrets';
export { readCallback, type BatchCallback, type CallbackReading } from './callback';
export { costText } from './cost';
export { deliveryOutcome, type DeliveryOutcome } from './deliveryOutcome';
export { download, type Download, type DownloadOptions } from './download';
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
} from './errors';
export { type FileAccess } from './fileAccess';
export { idempotencyKey } from './idempotency';
export { isUuid, modelPath } from './identifiers';
export {
	choicesOf,
	inputsInOrder,
	valueType,
	type Choice,
	type ValueKind,
	type ValueType,
} from './modelInputs';
export { getModel, listModels, searchModels, type CatalogueModel, type ModelPage } from './models';
export type { Model, ModelInput } from './modelSchemas';
export { mediaUrls } from './outputs';
export { isPassing, pollBatches, REAL_TIME, type PollingPolicy } from './polling';
export { isRecord } from './records';
export { rateLimitGate } from './rateLimit';
export { RETRY_POLICY, type RetryPolicy } from './retry';
export { readListedRows, readRow, readRows } from './readRows';
export {
	bareRow,
	rowsInOrder,
	rowsOfList,
	type BatchFacts,
	type BatchRow,
	type FullRow,
} from './rows';
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
export { sign, verifySignature, type SignatureFault, type Verification } from './signature';
export { UndiciTransport, type EgressPolicy, type Transport } from './transport';
