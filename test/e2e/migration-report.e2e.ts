import { exampleNames, loadExample } from '../demo/exampleWorkflows.ts';
import { startStage, type Stage } from '../stage/stage.ts';

interface Report {
	report: {
		workflowResults: Array<{ ruleId: string; ruleTitle: string; nbAffectedWorkflows: number }>;
		instanceResults: Array<{ ruleId: string }>;
	};
}

let stage: Stage;

beforeAll(async () => {
	stage = await startStage({ n8n: { env: { N8N_UNVERIFIED_PACKAGES_ENABLED: 'true' } } });
}, 900_000);
afterAll(async () => await stage?.close());

it("n8n's Migration Report for n8n 3 finds nothing in any example", async () => {
	for (const name of exampleNames()) await loadExample(stage, name);
	const { report } = await stage.n8n.rest<Report>(
		'POST',
		'/breaking-changes/report/refresh?version=v3',
	);
	expect(report.workflowResults).toEqual([]);
	const ofPackages = report.instanceResults.filter(({ ruleId }) => ruleId.includes('packages'));
	expect(ofPackages).toEqual([]);
});
