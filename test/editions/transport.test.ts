import { ADAPTERS, type Adapter } from '../fakes/adapters.ts';
import { transportContract } from './transportContract.ts';

describe.each(Object.entries<Adapter>(ADAPTERS))('the transport on %s', (_name, adapter) => {
	transportContract(adapter);
});
