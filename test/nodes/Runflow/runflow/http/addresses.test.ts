import { reachOf } from '../../../../../nodes/Runflow/runflow/http/addresses.ts';

describe('reachOf', () => {
	it.each([
		'http://localhost:5678/',
		'http://127.0.0.1/',
		'http://[::ffff:127.0.0.1]/',
		'http://[64:ff9b::127.0.0.1]/',
		'http://[::]/',
	])('finds %s on this machine', (address) => {
		expect(reachOf(address)).toBe('loopback');
	});

	it.each([
		'http://[::ffff:192.168.1.5]:5678/',
		'http://[::ffff:10.0.0.1]/',
		'http://[64:ff9b::a00:1]/',
		'http://[fec0::1]/',
		'http://[feff::1]/',
		'http://raspberrypi.local:5678/',
		'http://n8n:5678/',
		'http://host.docker.internal:5678/',
		'http://metadata.internal./',
		'http://nas.home.arpa:5678/',
		'http://localhost.localdomain:5678/',
	])('finds %s in a private network', (address) => {
		expect(reachOf(address)).toBe('private');
	});

	it.each([
		'https://n8n.example.com/',
		'https://local.example.com/',
		'https://internal.dev/',
		'https://home.arpa.example.com/',
		'http://[::ffff:8.8.8.8]/',
		'http://[64:ff9b::808:808]/',
		'http://[2001:db8::1]/',
		'no address',
	])('takes %s for public', (address) => {
		expect(reachOf(address)).toBe('public');
	});
});
