import type { Found } from './preflight.mjs';

/** `debian`, `fedora`, `macos` or `other`, from the platform and the text of /etc/os-release. */
export function systemOf(platform: string, osRelease: string): Found['system'];
