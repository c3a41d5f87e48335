import { answersWhenStored } from '../../../../nodes/Runflow/host/answersWhenStored.ts';

it('is the usual mode from n8n 2.8 on, and that of a form before', () => {
	expect(answersWhenStored()).toBe('onReceived');
	expect(answersWhenStored({ NodeConnectionTypes: {} })).toBe('formPage');
});
