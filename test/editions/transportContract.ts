import type { Adapter } from '../fakes/adapters.ts';
import { oneErrorRealm } from '../fakes/realm.ts';
import { describeBodies } from './contract/bodies.ts';
import { describeCancelling } from './contract/cancelling.ts';
import { describeEgressPolicy } from './contract/egressPolicy.ts';
import { describeFailures } from './contract/failures.ts';
import { describeRequests } from './contract/requests.ts';
import { subjectOf } from './contract/subject.ts';
import { describeTimeLimits } from './contract/timeLimits.ts';

/** Tests what the port promises (nodes/Runflow/runflow/http/port.ts) of an adapter, over real connections. */
export function transportContract(adapter: Adapter): void {
	oneErrorRealm();
	const subject = subjectOf(adapter);
	describeRequests(subject);
	describeFailures(subject);
	describeTimeLimits(subject);
	describeBodies(subject);
	describeCancelling(subject);
	describeEgressPolicy(subject);
}
