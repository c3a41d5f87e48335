import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	ILoadOptionsFunctions,
} from 'n8n-workflow';

import { httpRequest } from './httpRequest.ts';
import { credential, fakeNode } from './node.ts';

/** The part of n8n's load-options context that this package uses. */
export function loadOptionsContext(
	setup: { parameters?: IDataObject; credential?: ICredentialDataDecryptedObject } = {},
): ILoadOptionsFunctions {
	const context = {
		getCurrentNodeParameter: (name: string) => setup.parameters?.[name],
		getNode: () => fakeNode(),
		getCredentials: async () => setup.credential ?? credential,
		helpers: { httpRequest },
	};
	return context as unknown as ILoadOptionsFunctions;
}
