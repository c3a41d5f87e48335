/*
 * The client's way to the world on Node: undici, Node's timers and streams. The only part of the
 * client that another edition does without; it uses nothing of the client but its index.
 */
export { nodeClock } from './clock';
export { toReadable } from './stream';
export { UndiciTransport, type TimeLimits } from './undiciTransport';
