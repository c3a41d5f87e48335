import type { Found } from './preflight.mjs';

/** `debian`, `fedora`, `macos` or `other`, from the platform and the text of /etc/os-release. */
export function systemOf(platform: string, osRelease: string): Found['system'];

/** Which of the tools that node-gyp uses are there. */
export function toolchain(env?: NodeJS.ProcessEnv, platform?: NodeJS.Platform): Found['tools'];

/** Whether a ready-made sqlite3 can be had, from GitHub or, for tests, from another place. */
export function hasPrebuilt(version: string, releases?: string): boolean;

/** Free space where a folder is or will be. */
export function freeBytes(folder: string): number;
