import type { ApiRequest } from './apiRequest.ts';
import { ApiError } from './reply.ts';

const OPEN = new Set(['/v1/health', '/v1/public/models']);

/** Throws 401 or 403 unless the request may see what it asks for. */
export function checkAccess(request: ApiRequest, apiKey: string, organizationId: string): void {
	if (!request.path.startsWith('/v1/') || OPEN.has(request.path)) return;
	const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
	if (given !== apiKey) {
		throw new ApiError(401, 'UNAUTHORIZED', 'Missing or invalid API key');
	}
	const organization = request.headers['x-organization-id'];
	if (organization !== undefined && organization !== organizationId) {
		const message = 'You are not a member of this organization';
		throw new ApiError(403, 'ORGANIZATION_MEMBERSHIP_REQUIRED', message);
	}
}
