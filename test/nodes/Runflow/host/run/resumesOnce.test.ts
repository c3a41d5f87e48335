import { resumesOnce } from '../../../../../nodes/Runflow/host/run/resumesOnce.ts';

it('is so from n8n 2.0 on', () => {
	expect(resumesOnce()).toBe(true);
	expect(resumesOnce({ NodeConnectionTypes: {} })).toBe(false);
});
